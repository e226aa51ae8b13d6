/* key: what can be pressed, as a number and as a name. One list of the keys that are no characters.
 * Pure.
 *
 * A character is its code point; Ctrl-A to Ctrl-Z are 1 to 26, so Tab is Ctrl-I; the others follow
 * beyond Unicode. */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* identifier, name; Enter, Tab, Esc, Space and Backspace have names but are characters */
#define KEYS(X)                                                                                    \
    X(UP, "Up")                                                                                    \
    X(DOWN, "Down")                                                                                \
    X(LEFT, "Left")                                                                                \
    X(RIGHT, "Right")                                                                              \
    X(HOME, "Home")                                                                                \
    X(END, "End")                                                                                  \
    X(PAGE_UP, "PgUp")                                                                             \
    X(PAGE_DOWN, "PgDn")                                                                           \
    X(INSERT, "Ins")                                                                               \
    X(DELETE, "Del")                                                                               \
    X(BACK_TAB, "Shift-Tab")                                                                       \
    X(F1, "F1")                                                                                    \
    X(F2, "F2")                                                                                    \
    X(F3, "F3")                                                                                    \
    X(F4, "F4")                                                                                    \
    X(F5, "F5")                                                                                    \
    X(F6, "F6")                                                                                    \
    X(F7, "F7")                                                                                    \
    X(F8, "F8")                                                                                    \
    X(F9, "F9")                                                                                    \
    X(F10, "F10")                                                                                  \
    X(F11, "F11")                                                                                  \
    X(F12, "F12")

enum {
    TUI_KEY_NONE = 0,
    TUI_KEY_TAB = 9,
    TUI_KEY_ENTER = 13,
    TUI_KEY_ESC = 27,
    TUI_KEY_SPACE = 32,
    TUI_KEY_BACKSPACE = 127,
    TUI_KEY_BEYOND = 0x110000,
#define KEY_ENUM(name, word) TUI_KEY_##name,
    KEYS(KEY_ENUM)
#undef KEY_ENUM
        TUI_KEY_LAST,
};

/* "x", "Ctrl-D", "PgDn", "F9", "Enter": TUI_KEY_NONE if it is no name of a key. Case counts for
 * single characters only. */
uint32_t key_parse(const char *name, size_t length);

/* The name, into the caller's buffer; "" if it has none. Returns `out`. (curses has a key_name.) */
enum { KEY_LABEL_BYTES = 16 };
char *key_label(char out[KEY_LABEL_BYTES], uint32_t key);

#endif
