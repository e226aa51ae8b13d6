/* draw: text on the screen, by role. With terminal the one place for curses; what is drawn appears
 * at terminal_flush. All text that did not come from this program passes through text_clean
 * (core/text.h) on the way, here. UI thread.
 *
 * Coordinates are cells from the top left of the screen; what lies outside is not drawn. */
#ifndef TUI_DRAW_H
#define TUI_DRAW_H

#include "core/role.h"
#include "core/text.h"

#include <stdbool.h>

struct terminal;

/* A rectangle; empty when a side is not positive. */
struct area {
    int row, column, rows, columns;
};

/* Everything blank, in the looks of ROLE_TEXT. */
void draw_clear(struct terminal *terminal);

/* `text` in exactly `cells` cells: cleaned, then padded or cut; padding is not underlined. Returns
 * `cells`. */
int draw_text(struct terminal *terminal, int row, int column, int cells, enum role role,
              enum text_align align, const char *text);

/* Only as many cells as the text has, at most `cells`; returns how many. */
int draw_words(struct terminal *terminal, int row, int column, int cells, enum role role,
               const char *text);

/* The ground of `over` (the cursor bar) under text that keeps the colour of its own role where both
 * can be told apart: for the selected row. draw_text and draw_words draw so until
 * draw_over(terminal, ROLE_TEXT). */
void draw_over(struct terminal *terminal, enum role over);

/* From now on things stand on the ground of ROLE_DIALOG, where it has one, or on the screen's. */
void draw_in_box(struct terminal *terminal, bool in_box);

/* The same character in every cell of the area. */
void draw_fill(struct terminal *terminal, struct area area, enum role role, char character);

/* A box whose lines are the edge of the area, with a title in the upper one ("" for none), blank
 * inside; ASCII lines where needed. */
void draw_box(struct terminal *terminal, struct area area, enum role role, const char *title);

/* A line across, with a title in it. */
void draw_rule(struct terminal *terminal, int row, int column, int cells, enum role role,
               const char *title);

/* Where the cursor is parked, for people who follow it: the selected row. `visible` in a field. */
void draw_cursor(struct terminal *terminal, int row, int column, bool visible);

#endif
