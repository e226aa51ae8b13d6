/* columns: what a row shows, column by column, on the screen and in print. One table for each kind
 * of row: a new column is one line there and the function that says what it holds. Pure; any
 * thread. */
#ifndef CORE_COLUMNS_H
#define CORE_COLUMNS_H

#include "core/format.h"
#include "core/rows.h"
#include "core/runtimes.h"
#include "core/spaces.h"

enum { CELL_CELLS_MAX = 64, CELL_BYTES = TEXT_BYTES(CELL_CELLS_MAX) };

/* Cleaned text, safe to draw or print. */
struct cell {
    char text[CELL_BYTES];
    enum role role;
    size_t rest; /* the byte from which on `rest_role` holds; 0: nowhere */
    enum role rest_role;
};

struct cell_style {
    enum text_charset charset;
    int cells; /* how wide the column came out */
    enum format_zone zone;
    bool plain;         /* for whoever reads a pipe: numbers, and no bars */
    const char *decide; /* how the key is called that decides about a lost create; NULL: none */
};

/* What is not known, of a column's numbers. */
#define COLUMN_UNKNOWN FORMAT_UNKNOWN

enum column_unit {
    COLUMN_WORDS,
    COLUMN_SPAN, /* seconds */
    COLUMN_COUNT,
    COLUMN_MOMENT, /* ms since 1970 */
};

struct column {
    const char *name;  /* in the configuration, in a filter, in CSV */
    const char *title; /* NULL: none */
    int cells, widest; /* at least, and at most where there is room to share */
    int priority;      /* those with the highest go first where there is no room */
    enum text_align align;
    /* What it says of an item: foreign text, borrowed, "" for nothing; and in which role (NULL:
     * text). */
    const char *(*word)(const void *item, const struct moment *moment);
    enum role (*role)(const void *item, const struct moment *moment);
    /* What it sorts by where that is a number; a filter compares it if it is seconds or a count. */
    int64_t (*number)(const void *item, const struct moment *moment);
    enum column_unit unit;
    /* Its cell, where that is not simply the word; else NULL. The cell comes empty. */
    void (*fill)(struct cell *cell, const void *item, const struct moment *moment,
                 const struct cell_style *style);
    bool whole; /* needs its widest: what can be done without gives way to it */
    bool extra; /* only in the wide table, or where it was chosen */
    /* What else an item is called here: a filter finds it by that, too. Or NULL. */
    const char *(*alias)(const void *item, const struct moment *moment);
};

/* The cell of an item. */
void column_fill(const struct column *column, struct cell *cell, const void *item,
                 const struct moment *moment, const struct cell_style *style);

/* Which of two items comes first by this column; what is not known comes last, also inverted. */
int column_compare(const struct column *column, const void *a, const void *b, bool inverted,
                   const struct moment *moment);

/* For functions that fill a cell. */
void cell_put(struct cell *cell, const char *foreign, const struct cell_style *style);
/* One whose end tells it from others is cut in the middle where it must be. */
void cell_put_label(struct cell *cell, const struct runtime *runtime,
                    const struct cell_style *style);
void cell_put_dash(struct cell *cell, const struct cell_style *style);

enum { COLUMNS_MAX = 16 };

struct columns {
    size_t count;
    struct column items[COLUMNS_MAX];
};

/* Items are struct row. `id_cells` is how wide an id must be. */
struct columns columns_of_leases(int id_cells);

/* Before the time left of a lease that is kept alive; and of one that should be, where rotating it
 * fails or nothing can be sent. */
const char *columns_kept_sign(enum text_charset charset);
#define COLUMNS_KEPT_FAILING "!"

/* Items are struct runtime_row. */
struct columns columns_of_runtimes(void);

/* Items are struct space_row. */
struct columns columns_of_spaces(void);

/* The column of this name, in whatever case, or NULL. */
const struct column *columns_find(const struct columns *columns, const char *name);

/* Leaves out the column with this name, which would say nothing. */
void columns_drop(struct columns *columns, const char *name);

/* Leaves only these, in this order; names of none are passed over. */
void columns_choose(struct columns *columns, const char *const *names);

/* Lets the column with this name stay as long as those of this priority do. */
void columns_prefer(struct columns *columns, const char *name, int priority);

/* Lets the column with this name grow to so many cells at most: more would be blank. */
void columns_widest(struct columns *columns, const char *name, int cells);

/* Leaves out those that only the wide table has. */
void columns_usual(struct columns *columns);

/* From this priority on a column, such as LIFE, can be done without where another needs its whole
 * width. */
enum { COLUMNS_SPARED = 7 };

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
