/* columns: what a row shows, column by column, on the screen and in print. One table for each kind
 * of row: a new column is one line there and the function that fills its cell. Pure; any thread. */
#ifndef CORE_COLUMNS_H
#define CORE_COLUMNS_H

#include "core/rows.h"
#include "core/runtimes.h"

enum { CELL_CELLS_MAX = 64, CELL_BYTES = TEXT_BYTES(CELL_CELLS_MAX) };

/* Cleaned text, safe to draw or print. */
struct cell {
    char text[CELL_BYTES];
    enum role role;
};

struct cell_style {
    enum text_charset charset;
    int cells; /* how wide the column came out */
};

struct column {
    const char *title;
    int cells, widest; /* at least, and at most where there is room to share */
    int priority;      /* those with the highest go first where there is no room */
    enum text_align align;
    void (*fill)(struct cell *cell, const void *item, const struct moment *moment,
                 const struct cell_style *style);
};

enum { COLUMNS_MAX = 12 };

struct columns {
    size_t count;
    struct column items[COLUMNS_MAX];
};

/* Items are struct row. `id_cells` is how wide an id must be. */
struct columns columns_of_leases(int id_cells);

/* Items are struct runtime_row. */
struct columns columns_of_runtimes(void);

/* Leaves out the column with this title, which would say nothing. */
void columns_drop(struct columns *columns, const char *title);

/* A column that is shown, and where. */
struct column_place {
    const struct column *column;
    int at, cells;
};

/* Fits columns into a width, one cell apart, or two where there is room; returns how many are
 * shown. */
size_t columns_fit(const struct columns *columns, int cells,
                   struct column_place places[COLUMNS_MAX]);

#endif
