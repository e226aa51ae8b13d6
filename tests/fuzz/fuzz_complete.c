/* Completing a command line: the first line is its words, with tabs between, the rest the file of
 * what was seen. Whatever they hold, each line that comes out begins with what was typed, is an id
 * of what was seen (of those that share a name that was begun), or says what else could stand
 * there. */
#include "cli/complete.h"
#include "core/names.h"

#include "tests/fuzz/fuzz.h"

enum { WORDS_MAX = 16 };

static const char *theme(size_t place)
{
    return place == 0 ? "default" : place == 1 ? "dark" : NULL;
}

struct sought {
    const char *word;
    size_t length;
    bool seen;
};

static void look(void *context, const struct name *name)
{
    struct sought *sought = context;
    const char *ids[] = {name->space_id, name->runtime_id};
    for (size_t i = 0; i < 2; i++) {
        size_t length = ids[i] != NULL ? strlen(ids[i]) : 0;
        bool slash = sought->length == length + 1 && sought->word[length] == '/';
        sought->seen |= length > 0 && (sought->length == length || slash) &&
                        memcmp(sought->word, ids[i], length) == 0;
    }
}

/* An id of the file, behind the SPACE/ that was typed. */
static bool is_seen(const char *line, const char *typed, const char *names)
{
    const char *slash = strchr(typed, '/');
    size_t kept = slash != NULL ? (size_t)(slash + 1 - typed) : 0;
    if (names == NULL || strncmp(line, typed, kept) != 0)
        return false;
    struct sought sought = {line + kept, strcspn(line + kept, "\t"), false};
    char *copy = must_copy((const uint8_t *)names, strlen(names));
    names_each(copy, look, &sought);
    free(copy);
    return sought.seen;
}

static void check_line(const char *line, const char *typed, const char *names)
{
    const char *tab = strchr(line, '\t');
    must(tab != NULL);
    if (tab == line)
        must(strcmp(line, "\tfiles") == 0 || strcmp(line, "\tprograms") == 0);
    else
        must(strncmp(line, typed, strlen(typed)) == 0 || is_seen(line, typed, names));
}

static void check(const struct complete *complete)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    must(to != NULL);
    complete_print(to, complete);
    must(fclose(to) == 0);
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL && rest != NULL;)
        check_line(line, complete->words[complete->count - 1], complete->names);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = must_copy(bytes, length), *rest = text, *names = strchr(text, '\n');
    const char *words[WORDS_MAX];
    struct complete complete = {.words = words,
                                .names = names != NULL ? names + 1 : NULL,
                                .protocols = (const char *const[]){"cdp", NULL},
                                .theme = theme};
    struct options options = {.json = false};
    if (names != NULL)
        *names = '\0';
    for (char *word; complete.count < WORDS_MAX && (word = strsep(&rest, "\t")) != NULL;)
        words[complete.count++] = word;
    complete_options(&options, &complete);
    check(&complete);
    free(text);
    return 0;
}
