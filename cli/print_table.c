/* print_table: see print.h. */
#include "cli/print.h"

#include "core/columns.h"
#include "core/format.h"

#include <stdlib.h>
#include <string.h>

enum { PRINT_CELLS = 110 };

/* One line of cells, each at its place, without blanks at the end. */
static void print_cells(FILE *to, const struct column_place *places, size_t count, const void *item,
                        const struct moment *moment, enum text_charset charset)
{
    char line[PRINT_CELLS * 12 + 1];
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        int gap = i > 0 ? places[i].at - places[i - 1].at - places[i - 1].cells : 0;
        memset(line + used, ' ', (size_t)gap);
        used += (size_t)gap;
        struct cell_style style = {charset, places[i].cells};
        struct cell cell = {.text = ""};
        if (item != NULL)
            places[i].column->fill(&cell, item, moment, &style);
        else
            snprintf(cell.text, sizeof cell.text, "%s", places[i].column->title);
        used += text_cut(line + used, sizeof line - used, cell.text, places[i].cells,
                         places[i].column->align, charset);
    }
    while (used > 0 && line[used - 1] == ' ')
        used--;
    line[used] = '\0';
    fprintf(to, "%s\n", line);
}

/* What is in trouble is called by its name, else by its id. */
static void print_trouble(FILE *to, const char *what, const char *id, const struct trouble *trouble,
                          enum text_charset charset)
{
    char name[TEXT_BYTES(64)], sentence[1024];
    if (trouble == NULL)
        return;
    what = *what != '\0' ? what : id;
    text_clean(name, sizeof name, what, strlen(what), charset);
    text_clean(sentence, sizeof sentence, trouble->sentence, strlen(trouble->sentence), charset);
    fprintf(to, "leasetop: %s: %s: %s\n", name, trouble_chip(trouble->kind), sentence);
}

bool print_table(FILE *to, const struct snapshot *snapshot, const struct print_options *options,
                 struct error *error)
{
    struct moment moment = moment_of(snapshot, &options->thresholds);
    struct rows rows = {0};
    if (!rows_build(&rows, snapshot, NULL, NULL, moment.server_ms, error))
        return false;
    struct columns columns = columns_of_leases(rows.id_cells);
    struct column_place places[COLUMNS_MAX];
    size_t count = columns_fit(&columns, PRINT_CELLS, places);
    /* A server that said nothing has no table; one without leases has an empty one. */
    if (snapshot->server.answered_ms != 0)
        print_cells(to, places, count, NULL, &moment, options->charset);
    for (size_t i = 0; i < rows.count; i++)
        print_cells(to, places, count, &rows.items[i], &moment, options->charset);
    rows_clear(&rows);
    print_trouble(stderr, options->url, "", snapshot->server.trouble, options->charset);
    for (size_t i = 0; i < snapshot->space_count; i++) {
        const struct snapshot_space *one = &snapshot->spaces[i];
        print_trouble(stderr, one->space->name, one->space->id, one->state.trouble,
                      options->charset);
    }
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        const struct snapshot_runtime *one = &snapshot->runtimes[i];
        print_trouble(stderr, one->runtime->name, one->runtime->id, one->state.trouble,
                      options->charset);
    }
    return true;
}
