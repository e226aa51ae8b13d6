/* dialog: every box of the program: lines to read, then things to set or press. One focus model:
 * Tab, Shift-Tab, Up and Down go from one to the next, Enter presses the button that is drawn
 * focused, Esc cancels. A field takes what is typed; a choice goes with Left, Right, Space, or by
 * typing how it begins; a list is narrowed by typing, goes with Up and Down, and Enter chooses;
 * elsewhere a button's letter presses it. UI thread. */
#ifndef TUI_DIALOG_H
#define TUI_DIALOG_H

#include "tui/draw.h"
#include "tui/field.h"
#include "tui/key.h"

#include <stddef.h>

struct terminal;

enum dialog_kind { DIALOG_FIELD, DIALOG_CHOICE, DIALOG_LIST, DIALOG_BUTTON };

enum { DIALOG_ITEMS_MAX = 20, DIALOG_LINES_MAX = 20, DIALOG_LINE_BYTES = 192 };

struct dialog_item {
    enum dialog_kind kind;
    char label[64];
    /* A field; of a choice what was typed to find a word. Wiped with the dialog. */
    struct field field;
    char hint[40]; /* beside a field: what it takes; up to its comma where there is little room */
    /* A choice or list: the words (borrowed for the dialog's life) and which is chosen, `count` for
     * none; beside those of a list what they mean, or NULL. Of a field: what Space steps through.
     */
    const char *const *words, *const *details;
    /* Of a list: shorter words for the same, blanks between them, and which come behind others that
     * match no better; or NULL. */
    const char *const *aliases;
    const bool *grave;
    size_t count, chosen;
    /* A button: what dialog_key returns when it is pressed, and its letter. A list returns 1 for
     * its first word when Enter is pressed, and so on. */
    int value;
    char letter;
    bool typed; /* a field: by the operator, and not stepped to */
    /* Where it was drawn last, for the mouse; of a list its words, and how many shown ones stand
     * above the first row. */
    struct area area;
    int above;
};

struct dialog_line {
    char label[24], text[DIALOG_LINE_BYTES]; /* text may be foreign */
    bool spare;                              /* goes first where there is no room for all */
};

struct dialog {
    char title[64];
    char problem[192]; /* what is wrong with what was entered; "" */
    bool danger;       /* it ends something: drawn so, and opened with typed-ahead keys dropped */
    struct dialog_line lines[DIALOG_LINES_MAX];
    size_t line_count;
    struct dialog_item items[DIALOG_ITEMS_MAX];
    size_t item_count, focus;
    bool stacked;     /* buttons one below the other: a menu */
    int meaning_rows; /* as it was drawn last: rows below a list that say what its word means */
    bool hides;       /* as it was drawn last there was no room for a line that is no spare one:
                         what ends something cannot be confirmed then */
};

/* What dialog_key returns when nothing is decided, and when it is cancelled; buttons have values
 * from 1. */
enum { DIALOG_OPEN = 0, DIALOG_CANCELLED = -1 };

void dialog_init(struct dialog *dialog, const char *title);

/* Wipes what was typed. */
void dialog_clear(struct dialog *dialog);

/* One with a label takes a row, and keeps both its ends where that is too short for it; one without
 * takes as many rows as it needs. */
void dialog_line(struct dialog *dialog, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The line that was added last is a spare one. */
void dialog_spare(struct dialog *dialog);

struct dialog_item *dialog_field(struct dialog *dialog, const char *label, const char *text);
/* Space steps through these words; for a field in which no blank has a meaning. */
void dialog_presets(struct dialog_item *field, const char *const *words, size_t count);
struct dialog_item *dialog_choice(struct dialog *dialog, const char *label,
                                  const char *const *words, size_t count, size_t chosen);
struct dialog_item *dialog_list(struct dialog *dialog, const char *label, const char *const *words,
                                const char *const *details, size_t count);

/* dialog_list.c: the words of a list that are shown: they, or what they mean, hold what was typed.
 * Best first: what was typed is the word, or one of its aliases, or it begins so, or has it in it.
 * How many; the word in a place among them, `count` beyond the last; the place of the chosen one.
 */
size_t dialog_list_shown(const struct dialog_item *item);
size_t dialog_list_at(const struct dialog_item *item, size_t place);
size_t dialog_list_place(const struct dialog_item *item);
/* Chooses the best of them; or the next, round and round. */
void dialog_list_best(struct dialog_item *item);
void dialog_list_step(struct dialog_item *item, int step);

struct dialog_item *dialog_button(struct dialog *dialog, const char *label, int value, char letter);

/* The button with this value has the focus. */
void dialog_focus(struct dialog *dialog, int value);

int dialog_key(struct dialog *dialog, uint32_t key);

/* The same for a click into the box: on a button it presses it, on a word of a list it chooses it,
 * or presses Enter on the one that is chosen; else what is clicked has the focus. */
int dialog_click(struct dialog *dialog, int row, int column);

/* True where letters are text and not keys: a field or a choice has the focus. */
bool dialog_typing(const struct dialog *dialog);

/* Into the field that has the focus; false if none has, or it is full: then it is refused whole. */
bool dialog_paste(struct dialog *dialog, const char *text);

/* The cells that a line without a label has, on a screen of so many columns. */
int dialog_cells(int columns);

void dialog_draw(struct terminal *terminal, struct dialog *dialog, struct area screen);

#endif
