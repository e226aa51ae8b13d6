/* print_csv: see print.h. */
#include "cli/print.h"

#include "api/rfc3339.h"

#include <string.h>

/* RFC 4180, section 2, but for the line ends, which are those of this system: what has a comma, a
 * quote or a line end stands in quotes, doubled within. Cleaned text has no line end. */
static void put_field(FILE *to, const char *text)
{
    if (strpbrk(text, ",\"") == NULL) {
        fputs(text, to);
        return;
    }
    putc('"', to);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putc('"', to);
        putc(*text, to);
    }
    putc('"', to);
}

/* What begins like this a spreadsheet takes for something to compute; behind an apostrophe it is
 * text. */
static bool is_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@", *text) != NULL;
}

static void put_word(FILE *to, const char *foreign)
{
    char text[1024] = "'";
    size_t mark = is_formula(foreign);
    text_clean(text + mark, sizeof text - mark, foreign, strlen(foreign), TEXT_UTF8);
    put_field(to, text);
}

static void put_number(FILE *to, const struct column *column, int64_t number)
{
    char text[RFC3339_BYTES];
    if (number == COLUMN_UNKNOWN || number == FORMAT_NEVER)
        return;
    if (column->unit == COLUMN_MOMENT) {
        rfc3339_format(number, text);
        fputs(text, to);
    } else {
        fprintf(to, "%lld", (long long)number);
    }
}

static void put_value(FILE *to, const struct column *column, const void *item,
                      const struct moment *moment)
{
    if (column->number != NULL)
        put_number(to, column, column->number(item, moment));
    else if (column->word != NULL)
        put_word(to, column->word(item, moment));
}

/* `item` NULL: the names. A sign says what the word behind it says. */
static void put_line(FILE *to, const struct sheet *sheet, const void *item)
{
    bool first = true;
    for (size_t i = 0; i < sheet->columns.count; i++) {
        const struct column *column = &sheet->columns.items[i];
        if (column->number == NULL && column->word == NULL)
            continue;
        if (!first)
            putc(',', to);
        first = false;
        if (item == NULL)
            put_field(to, column->name);
        else
            put_value(to, column, item, &sheet->moment);
    }
    fputc('\n', to);
}

bool print_csv(FILE *to, const struct snapshot *snapshot, const struct print_options *options,
               struct error *error)
{
    struct sheet sheet;
    if (!sheet_build(&sheet, snapshot, options->wish, &options->thresholds, options->ledger,
                     options->url, error))
        return false;
    if (snapshot->server.answered_ms != 0) {
        put_line(to, &sheet, NULL);
        for (size_t i = 0; i < sheet.shown.count; i++)
            put_line(to, &sheet, sheet.shown.items[i]);
    }
    sheet_clear(&sheet);
    return true;
}
