/* dialog_words: the words of a list in a box, what they mean, and what was typed to find one.
 * Between the files of dialog. UI thread. */
#ifndef TUI_DIALOG_WORDS_H
#define TUI_DIALOG_WORDS_H

#include "tui/dialog.h"
#include "tui/terminal.h"

/* Before what is beside it; rows of what the chosen word means, a gap above them not counted. */
enum { DIALOG_LABEL_CELLS = 10, DIALOG_MEANING_ROWS = 2 };

/* Cells of what stands before the meaning of a word. */
int dialog_words_before(const struct dialog_item *item);

/* The label with what was typed in the first of `rows`, and below it the words that hold it,
 * scrolled so that the chosen one is seen. */
void dialog_words_draw(struct terminal *terminal, struct dialog_item *item, int row, int rows,
                       int column, int cells);

/* What the chosen word means, whole, where the list has to cut it. */
void dialog_words_tell(struct terminal *terminal, const struct dialog_item *item, struct area area);

#endif
