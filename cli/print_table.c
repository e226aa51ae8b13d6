/* print_table: see print.h. */
#include "cli/print.h"

#include "api/clock.h"
#include "core/duration.h"
#include "core/format.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { GAP = 2 };

/* Cells of one line, at the widths that the whole table needs. */
struct page {
    const struct sheet *sheet;
    int cells[COLUMNS_MAX];
    enum text_charset charset;
    bool plain;
};

/* `item` NULL: the title. The text of an id depends on its room, which is the narrowest that tells
 * all ids apart; the others are whole. */
static void fill(const struct page *page, size_t place, const void *item, struct cell *cell)
{
    const struct column *column = &page->sheet->columns.items[place];
    struct cell_style style = {.charset = page->charset,
                               .cells = column->widest,
                               .zone = FORMAT_LOCAL,
                               .plain = page->plain};
    *cell = (struct cell){.text = ""};
    if (item != NULL)
        column_fill(column, cell, item, &page->sheet->moment, &style);
    else if (column->title != NULL)
        snprintf(cell->text, sizeof cell->text, "%s", column->title);
}

static void measure(struct page *page, const void *item)
{
    struct cell cell;
    for (size_t i = 0; i < page->sheet->columns.count; i++) {
        fill(page, i, item, &cell);
        int cells = text_width(cell.text);
        if (cells > CELL_CELLS_MAX)
            cells = CELL_CELLS_MAX;
        if (cells > page->cells[i])
            page->cells[i] = cells;
    }
}

/* Without blanks at the end; a sign stands close to the word behind it. */
static void print_line(FILE *to, const struct page *page, const void *item)
{
    char line[COLUMNS_MAX * (TEXT_BYTES(CELL_CELLS_MAX) + GAP)];
    struct cell cell;
    size_t used = 0;
    for (size_t i = 0; i < page->sheet->columns.count; i++) {
        fill(page, i, item, &cell);
        used += text_cut(line + used, sizeof line - used, cell.text, page->cells[i],
                         page->sheet->columns.items[i].align, page->charset);
        used += (size_t)snprintf(line + used, sizeof line - used, "%*s",
                                 page->cells[i] > 1 ? GAP : 1, "");
    }
    while (used > 0 && line[used - 1] == ' ')
        used--;
    line[used] = '\0';
    fprintf(to, "%s\n", line);
}

static void print_page(FILE *to, const struct sheet *sheet, enum text_charset charset)
{
    struct page page = {sheet, {0}, charset, !isatty(fileno(to))};
    const struct shown *shown = &sheet->shown;
    measure(&page, NULL);
    for (size_t i = 0; i < shown->count; i++)
        measure(&page, shown->items[i]);
    print_line(to, &page, NULL);
    for (size_t i = 0; i < shown->count; i++)
        print_line(to, &page, shown->items[i]);
}

/* "; not asked again for 59m", where the server wants to be left alone. */
static const char *pause_words(char *out, size_t size, const struct source_state *state)
{
    char span[DURATION_BYTES];
    int64_t left_ms = state->retry_ms - clock_boot_now_ms();
    out[0] = '\0';
    if (state->trouble->kind == TROUBLE_LIMITED && left_ms > 0 && left_ms / 1000 < INT_MAX)
        snprintf(out, size, "; not asked again for %s",
                 duration_format(span, (int)((left_ms + 999) / 1000)));
    return out;
}

/* A list is called by the name of what it is of, else by its id: what speaks against it, and what
 * of it could not be read. */
static void complain(FILE *to, const char *what, const char *id, const struct source_state *state,
                     enum text_charset charset)
{
    char name[TEXT_BYTES(64)], sentence[1024], items[FORMAT_BYTES], until[64];
    const struct trouble *trouble = state->trouble;
    what = *what != '\0' ? what : id;
    text_clean(name, sizeof name, what, strlen(what), charset);
    if (trouble != NULL) {
        text_clean(sentence, sizeof sentence, trouble->sentence, strlen(trouble->sentence),
                   charset);
        fprintf(to, "leasetop: %s: %s: %s%s\n", name, trouble_chip(trouble->kind), sentence,
                pause_words(until, sizeof until, state));
    }
    if (state->unreadable > 0)
        fprintf(to,
                "leasetop: %s: unreadable: %s without an id, with one that came twice, or with a "
                "time that is no date\n",
                name, format_count(items, sizeof items, state->unreadable, "item", "items"));
}

void print_complaints(FILE *to, const struct snapshot *snapshot,
                      const struct print_options *options)
{
    complain(to, options->url, "", &snapshot->server, options->charset);
    for (size_t i = 0; i < snapshot->space_count; i++) {
        const struct snapshot_space *one = &snapshot->spaces[i];
        complain(to, one->space->name, one->space->id, &one->state, options->charset);
    }
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        const struct snapshot_runtime *one = &snapshot->runtimes[i];
        complain(to, one->runtime->name, one->runtime->id, &one->state, options->charset);
    }
}

/* A head without a table could be an empty world. */
static bool says_no_match(const struct sheet *sheet, const struct print_options *options)
{
    return !options->quiet && sheet->shown.count == 0 && options->wish != NULL &&
           options->wish->filter.count > 0;
}

bool print_table(FILE *to, const struct snapshot *snapshot, const struct print_options *options,
                 struct error *error)
{
    struct sheet sheet;
    if (!sheet_build(&sheet, snapshot, options->wish, &options->thresholds, options->ledger,
                     options->url, error))
        return false;
    /* For a person, who makes none here, it would be empty; CSV has the same columns everywhere. */
    bool usual = options->wish == NULL || !options->wish->chosen;
    if (usual && options->ledger == NULL)
        columns_drop(&sheet.columns, "by");
    /* A server that said nothing has no table; one without leases has an empty one. */
    if (snapshot->server.answered_ms != 0) {
        print_page(to, &sheet, options->charset);
        if (says_no_match(&sheet, options))
            fputs("leasetop: nothing matches the filter\n", stderr);
    }
    sheet_clear(&sheet);
    print_complaints(stderr, snapshot, options);
    return true;
}

bool print_done(struct error *error)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    return error_set(error, ERROR_SYSTEM, "the output cannot be written: %s", strerror(errno));
}

bool print_unread(void)
{
    struct pollfd fd = {.fd = STDOUT_FILENO};
    return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}
