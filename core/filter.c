/* filter: see filter.h. */
#include "core/filter.h"

#include "core/duration.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SPAN_MAX_S = 100000000, NAMES_BYTES = 160 };

/* ---- reading */

/* One term, without its quotes and its `!`; `sign_at` is where the first sign outside quotes stands
 * in `text`, or its length. `typed` is all of it. */
struct token {
    const char *typed;
    size_t typed_length;
    char text[FILTER_BYTES];
    size_t length, sign_at;
    bool negated;
};

/* The next term from *at, which goes on behind it; false at the end. */
static bool next_token(const char **at, struct token *token)
{
    bool quoted = false, signs = false;
    *token = (struct token){0};
    *at += strspn(*at, " ");
    token->typed = *at;
    while (**at == '!') {
        token->negated = !token->negated;
        (*at)++;
    }
    for (; **at != '\0' && (quoted || **at != ' '); (*at)++) {
        if (**at == '"') {
            quoted = !quoted;
            continue;
        }
        if (!quoted && !signs && strchr(":<>", **at) != NULL) {
            token->sign_at = token->length;
            signs = true;
        }
        if (token->length < sizeof token->text - 1)
            token->text[token->length++] = **at;
    }
    if (!signs)
        token->sign_at = token->length;
    token->typed_length = (size_t)(*at - token->typed);
    return token->typed_length > 0;
}

static bool begins(const char *text, const char *start, size_t length)
{
    return strncasecmp(text, start, length) == 0;
}

/* The column that a word of `length` bytes means: by its name, by an unambiguous start of it, or by
 * a longer form of it (`protocol`). -1: none; -2: several. */
static int column_of(const struct columns *columns, const char *word, size_t length)
{
    int found = -1;
    for (size_t i = 0; i < columns->count; i++) {
        const char *name = columns->items[i].name;
        size_t whole = strlen(name);
        if (columns->items[i].title == NULL)
            continue;
        if (length == whole && begins(name, word, length))
            return (int)i;
        if (length > 0 &&
            (begins(name, word, length) || (length > whole && begins(word, name, whole))))
            found = found == -1 ? (int)i : -2;
    }
    return found;
}

/* "status, lease, runtime", of those a word can be looked for in, or of those with numbers. */
static char *names_of(const struct columns *columns, bool numbers, char names[NAMES_BYTES])
{
    size_t used = 0;
    names[0] = '\0';
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *column = &columns->items[i];
        bool fits = numbers ? column->unit == COLUMN_SPAN || column->unit == COLUMN_COUNT
                            : column->word != NULL;
        if (fits && column->title != NULL && used < NAMES_BYTES)
            used += (size_t)snprintf(names + used, NAMES_BYTES - used, "%s%s", used > 0 ? ", " : "",
                                     column->name);
    }
    return names;
}

static bool no_column(const struct columns *columns, const struct token *token, int found,
                      struct error *error)
{
    char names[NAMES_BYTES];
    bool numbers = token->text[token->sign_at] != ':';
    return error_set(error, ERROR_USAGE, "%s %.*s; there are %s",
                     found == -2 ? "more than one column begins with" : "no column is called",
                     (int)token->sign_at, token->text, names_of(columns, numbers, names));
}

static bool read_number(struct filter_term *term, const struct column *column, const char *text,
                        struct error *error)
{
    int span_s;
    char *end;
    switch (column->unit) {
    case COLUMN_SPAN:
        if (!duration_parse(text, 0, SPAN_MAX_S, &span_s, error))
            return error_set(error, ERROR_USAGE, "%s: %.40s is no time; give one as 5m, 2h or 90s",
                             column->name, text);
        term->number = span_s;
        return true;
    case COLUMN_COUNT:
        term->number = strtoll(text, &end, 10);
        return (*end == '\0' && end != text) ||
               error_set(error, ERROR_USAGE, "%s: %.40s is no number", column->name, text);
    case COLUMN_WORDS:
    case COLUMN_MOMENT:
        break;
    }
    return error_set(error, ERROR_USAGE, "%s has no number to compare; %s:WORD looks into it",
                     column->name, column->name);
}

static enum filter_sign sign_of(const char *at, size_t *length)
{
    bool equal = at[0] != ':' && at[1] == '=';
    *length = equal ? 2 : 1;
    if (*at == '<')
        return equal ? FILTER_LESS_EQUAL : FILTER_LESS;
    if (*at == '>')
        return equal ? FILTER_MORE_EQUAL : FILTER_MORE;
    return FILTER_HOLDS;
}

static void set_word(struct filter_term *term, const char *word)
{
    snprintf(term->word, sizeof term->word, "%s", word);
    for (const char *at = word; *at != '\0'; at++)
        term->exact_case |= isupper((unsigned char)*at) != 0;
}

static void keep_half(struct filter *filter, const struct token *token)
{
    if (*filter->half == '\0')
        snprintf(filter->half, sizeof filter->half, "%.*s", (int)token->typed_length, token->typed);
}

/* Adds what the token says, or nothing where it is still being typed. */
static bool add_term(struct filter *filter, const struct token *token, struct error *error)
{
    struct filter_term term = {.negated = token->negated, .column = -1};
    const char *sign = token->text + token->sign_at, *value = token->text;
    if (*sign != '\0') {
        size_t length;
        term.column = column_of(&filter->columns, token->text, token->sign_at);
        if (term.column < 0)
            return no_column(&filter->columns, token, term.column, error);
        term.sign = sign_of(sign, &length);
        value = sign + length;
    }
    if (*value == '\0') {
        keep_half(filter, token);
        return true;
    }
    const struct column *column = term.column >= 0 ? &filter->columns.items[term.column] : NULL;
    if (term.sign == FILTER_HOLDS && column != NULL && column->word == NULL)
        return error_set(error, ERROR_USAGE, "%s holds no words; try %s<5m or %s>5m", column->name,
                         column->name, column->name);
    if (term.sign != FILTER_HOLDS && !read_number(&term, column, value, error))
        return false;
    if (filter->count == FILTER_TERMS_MAX)
        return error_set(error, ERROR_USAGE, "at most %d terms", FILTER_TERMS_MAX);
    set_word(&term, value);
    filter->terms[filter->count++] = term;
    return true;
}

bool filter_parse(struct filter *filter, const char *text, const struct columns *columns,
                  struct error *error)
{
    struct filter fresh = {.columns = *columns};
    struct token token;
    snprintf(fresh.text, sizeof fresh.text, "%s", text);
    while (next_token(&text, &token)) {
        if (!add_term(&fresh, &token, error))
            return false;
    }
    *filter = fresh;
    return true;
}

bool filter_whole(const struct filter *filter, struct error *error)
{
    return *filter->half == '\0' ||
           error_set(error, ERROR_USAGE, "%.60s in the filter has no value: nothing is told by it",
                     filter->half);
}

bool filter_grammar(size_t place, struct filter_grammar *grammar)
{
    static const struct filter_grammar all[] = {
        {"word", "some column holds it; small letters match capitals, too"},
        {"one two", "both: every term must match"},
        {"!term", "what this term does not match"},
        {"column:word", "that column holds it, as status:expiring, runtime:qa, by:me; the start of "
                        "a column's name will do"},
        {"left<5m", "less time left than that; also > <= >=, and of any column with numbers"},
        {"\"two words\"", "quotes keep blanks and signs together"},
    };
    if (place >= sizeof all / sizeof *all)
        return false;
    *grammar = all[place];
    return true;
}

/* ---- matching */

static bool has(const struct filter_term *term, const char *word)
{
    return (term->exact_case ? strstr(word, term->word) : strcasestr(word, term->word)) != NULL;
}

static bool holds(const struct filter_term *term, const struct column *column, const void *item,
                  const struct moment *moment)
{
    return (column->word != NULL && has(term, column->word(item, moment))) ||
           (column->alias != NULL && has(term, column->alias(item, moment)));
}

static bool any_holds(const struct filter *filter, const struct filter_term *term, const void *item,
                      const struct moment *moment)
{
    for (size_t i = 0; i < filter->columns.count; i++) {
        if (holds(term, &filter->columns.items[i], item, moment))
            return true;
    }
    return false;
}

/* Without an expiry there is more time left than any; what is not known is neither less nor more.
 */
static bool compares(const struct filter_term *term, int64_t number)
{
    if (number == COLUMN_UNKNOWN)
        return false;
    switch (term->sign) {
    case FILTER_LESS:
        return number < term->number;
    case FILTER_MORE:
        return number > term->number;
    case FILTER_LESS_EQUAL:
        return number <= term->number;
    case FILTER_MORE_EQUAL:
        return number >= term->number;
    case FILTER_HOLDS:
        break;
    }
    return false;
}

static bool term_matches(const struct filter *filter, const struct filter_term *term,
                         const void *item, const struct moment *moment)
{
    if (term->column < 0)
        return any_holds(filter, term, item, moment);
    const struct column *column = &filter->columns.items[term->column];
    return term->sign == FILTER_HOLDS ? holds(term, column, item, moment)
                                      : compares(term, column->number(item, moment));
}

bool filter_matches(const struct filter *filter, const void *item, const struct moment *moment)
{
    for (size_t i = 0; i < filter->count; i++) {
        const struct filter_term *term = &filter->terms[i];
        if (term_matches(filter, term, item, moment) == term->negated)
            return false;
    }
    return true;
}
