/* columns: see columns.h. This file: cells, and fitting columns into a width. */
#include "core/columns.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { GAP = 1, WIDE_GAP = 2 };

void cell_put(struct cell *cell, const char *foreign, const struct cell_style *style)
{
    text_clean(cell->text, sizeof cell->text, foreign, strlen(foreign), style->charset);
}

void cell_put_label(struct cell *cell, const struct runtime *runtime,
                    const struct cell_style *style)
{
    char clean[CELL_BYTES];
    const char *label = runtime_label(runtime);
    int cells = style->cells < CELL_CELLS_MAX ? style->cells : CELL_CELLS_MAX;
    if (runtime->label == NULL) {
        cell_put(cell, label, style);
        return;
    }
    text_clean(clean, sizeof clean, label, strlen(label), style->charset);
    if (text_width(clean) > cells)
        text_cut_middle(cell->text, sizeof cell->text, clean, cells, style->charset);
    else
        snprintf(cell->text, sizeof cell->text, "%s", clean);
}

void cell_put_dash(struct cell *cell, const struct cell_style *style)
{
    snprintf(cell->text, sizeof cell->text, "%s", style->charset == TEXT_ASCII ? "-" : "–");
    cell->role = ROLE_DIM;
}

void column_fill(const struct column *column, struct cell *cell, const void *item,
                 const struct moment *moment, const struct cell_style *style)
{
    *cell = (struct cell){.role = ROLE_TEXT};
    if (column->fill != NULL) {
        column->fill(cell, item, moment, style);
        return;
    }
    const char *word = column->word(item, moment);
    if (column->role != NULL)
        cell->role = column->role(item, moment);
    if (*word != '\0')
        cell_put(cell, word, style);
    else
        cell_put_dash(cell, style);
}

/* What is not known stands behind everything that is, in either direction. */
static int compare_numbers(int64_t a, int64_t b, int direction)
{
    if (a == b)
        return 0;
    if (a == COLUMN_UNKNOWN || b == COLUMN_UNKNOWN)
        return a == COLUMN_UNKNOWN ? 1 : -1;
    return a < b ? -direction : direction;
}

static int compare_words(const char *a, const char *b, int direction)
{
    if ((*a == '\0') != (*b == '\0'))
        return *a == '\0' ? 1 : -1;
    int order = strcasecmp(a, b);
    return order != 0 ? order * direction : strcmp(a, b) * direction;
}

int column_compare(const struct column *column, const void *a, const void *b, bool inverted,
                   const struct moment *moment)
{
    int direction = inverted ? -1 : 1;
    if (column->number != NULL)
        return compare_numbers(column->number(a, moment), column->number(b, moment), direction);
    return column->word != NULL
               ? compare_words(column->word(a, moment), column->word(b, moment), direction)
               : 0;
}

const struct column *columns_find(const struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (*name != '\0' && strcasecmp(columns->items[i].name, name) == 0)
            return &columns->items[i];
    }
    return NULL;
}

/* ---- fitting */

void columns_drop(struct columns *columns, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->items[i].name, name) != 0)
            columns->items[kept++] = columns->items[i];
    }
    columns->count = kept;
}

void columns_choose(struct columns *columns, const char *const *names)
{
    struct columns all = *columns;
    columns->count = 0;
    for (; *names != NULL && columns->count < COLUMNS_MAX; names++) {
        const struct column *column = columns_find(&all, *names);
        if (column != NULL)
            columns->items[columns->count++] = *column;
    }
}

void columns_prefer(struct columns *columns, const char *name, int priority)
{
    struct column *column = (struct column *)columns_find(columns, name);
    if (column != NULL)
        column->priority = priority;
}

void columns_widest(struct columns *columns, const char *name, int cells)
{
    struct column *column = (struct column *)columns_find(columns, name);
    if (column != NULL && cells < column->widest)
        column->widest = cells > column->cells ? cells : column->cells;
}

void columns_usual(struct columns *columns)
{
    size_t kept = 0;
    for (size_t i = 0; i < columns->count; i++) {
        if (!columns->items[i].extra)
            columns->items[kept++] = columns->items[i];
    }
    columns->count = kept;
}

/* A sign belongs to the word behind it, so the gap between them is never a wide one. */
static int gap_after(const struct column *column, int gap)
{
    return column->cells > 1 ? gap : GAP;
}

/* As it is at least; `whole`: with all that some need. */
static int width_of(const struct columns *columns, const bool *dropped, int gap, bool whole)
{
    int cells = 0, last_gap = 0;
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *column = &columns->items[i];
        if (dropped[i])
            continue;
        last_gap = gap_after(column, gap);
        cells += (whole && column->whole ? column->widest : column->cells) + last_gap;
    }
    return cells - last_gap;
}

/* The column to drop next, or -1 if only what must stay is left. */
static int least(const struct columns *columns, const bool *dropped)
{
    int found = -1;
    for (size_t i = 0; i < columns->count; i++) {
        if (!dropped[i] && columns->items[i].priority > 0 &&
            (found < 0 || columns->items[i].priority > columns->items[found].priority))
            found = (int)i;
    }
    return found;
}

/* Shares what is left over, cell by cell, so that no column takes it all. */
static void share(struct column_place *places, size_t count, int spare)
{
    bool given = true;
    while (spare > 0 && given) {
        given = false;
        for (size_t i = 0; i < count && spare > 0; i++) {
            if (places[i].cells >= places[i].column->widest)
                continue;
            places[i].cells++;
            spare--;
            given = true;
        }
    }
}

/* What needs its whole width has it before others grow; the room that is left to share. */
static int make_whole(struct column_place *places, size_t count, int spare)
{
    for (size_t i = 0; i < count; i++) {
        int more = places[i].column->whole ? places[i].column->widest - places[i].cells : 0;
        more = more < spare ? more : spare;
        places[i].cells += more > 0 ? more : 0;
        spare -= more > 0 ? more : 0;
    }
    return spare;
}

/* First what does not fit goes, then what can be done without, such as LIFE, where ids are cut. */
static void drop_some(const struct columns *columns, int cells, bool *dropped)
{
    int next;
    while (width_of(columns, dropped, GAP, false) > cells && (next = least(columns, dropped)) >= 0)
        dropped[next] = true;
    while (width_of(columns, dropped, GAP, true) > cells && (next = least(columns, dropped)) >= 0 &&
           columns->items[next].priority >= COLUMNS_SPARED)
        dropped[next] = true;
}

size_t columns_fit(const struct columns *columns, int cells,
                   struct column_place places[COLUMNS_MAX])
{
    bool dropped[COLUMNS_MAX] = {false};
    drop_some(columns, cells, dropped);
    int gap = width_of(columns, dropped, WIDE_GAP, true) <= cells ? WIDE_GAP : GAP;
    size_t count = 0;
    for (size_t i = 0; i < columns->count; i++) {
        if (!dropped[i])
            places[count++] = (struct column_place){&columns->items[i], 0, columns->items[i].cells};
    }
    share(places, count, make_whole(places, count, cells - width_of(columns, dropped, gap, false)));
    for (size_t i = 1; i < count; i++)
        places[i].at =
            places[i - 1].at + places[i - 1].cells + gap_after(places[i - 1].column, gap);
    return count;
}
