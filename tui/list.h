/* list: a cursor in a table whose rows come and go: it follows the row it stands on by identity,
 * never by number. Pure. */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "api/model.h"

struct list {
    size_t cursor, top; /* rows */
    bool moved;         /* until somebody moves it, it stays at the top whatever comes */
    /* Owned; NULLs while there is none. */
    struct identity at;     /* what the cursor stands on, or stood on until the table was empty */
    struct identity wanted; /* what it was sent to and has not found yet */
};

void list_clear(struct list *list);

/* The rows were made anew: finds the cursor's row again, else stays at its place. `identity` gives
 * the identity of a row, borrowed. */
void list_settle(struct list *list, size_t count, struct identity (*identity)(const void *, size_t),
                 const void *rows);

/* Moves by so many rows, within the table. */
void list_move(struct list *list, long by, size_t count,
               struct identity (*identity)(const void *, size_t), const void *rows);

/* To the row with this identity when the rows are settled next, or as soon as it appears, unless
 * somebody moves first. */
void list_select(struct list *list, const struct identity *identity);

/* Scrolls so that the cursor is seen in `height` rows. */
void list_scroll(struct list *list, size_t count, int height);

#endif
