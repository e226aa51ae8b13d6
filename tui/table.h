/* table: rows through columns, with a cursor. Both views are drawn by it. UI thread. */
#ifndef TUI_TABLE_H
#define TUI_TABLE_H

#include "tui/app_internal.h"

/* Beside the title of the column that is sorted by: which way, or that the order is held. */
enum table_sign { TABLE_RISING, TABLE_FALLING, TABLE_HELD };
const char *table_sign(enum table_sign sign, enum text_charset charset);

/* Titles in one area, rows in the other; the list is scrolled so that its cursor is seen. */
void table_draw(struct app *app, struct area titles, struct area rows);

/* Whether the column of this name is on the screen. */
bool table_shows(const struct app *app, const char *name);

/* The name of the column whose title stands at this cell of their row; NULL: none. */
const char *table_column_at(struct app *app, struct area titles, int column);

#endif
