/* field: one line of text being typed: the same keys in every box and prompt. UI thread. */
#ifndef TUI_FIELD_H
#define TUI_FIELD_H

#include "tui/draw.h"

#include <stddef.h>
#include <stdint.h>

enum { FIELD_BYTES = 512 };

struct field {
    char text[FIELD_BYTES];
    size_t cursor; /* always between two characters */
    bool masked;   /* shown as stars */
};

void field_set(struct field *field, const char *text);

/* True if the key was for the field: a character (one that may not be pasted is taken and dropped,
 * since it must not be a command either), Left, Right, Home, End, Backspace, Delete, Ctrl-U. */
bool field_key(struct field *field, uint32_t key);

/* Without the line end behind a copied word; false, and nothing is taken, where it holds control
 * characters or does not fit. */
bool field_paste(struct field *field, const char *text);

/* Puts a character in at the cursor; false where it does not fit. */
bool field_insert(struct field *field, uint32_t key);
void field_backspace(struct field *field);

/* The part around the cursor, in `cells` cells; returns the cell the cursor is in. */
int field_draw(struct terminal *terminal, const struct field *field, int row, int column,
               int cells);

#endif
