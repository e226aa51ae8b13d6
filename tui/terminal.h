/* terminal: enters and leaves curses, reads keys and pastes, and is the one place where the UI thread waits.
 *
 * Signals: WINCH, INT, TERM, HUP, TSTP, CONT and CHLD are blocked except while waiting (ppoll), so no handler ever runs
 * in the middle of anything. SIGWINCH and SIGTSTP are ncurses' own. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include "api/error.h"
#include "core/text.h"
#include "tui/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct terminal;

/* Takes the terminal over: alternate screen, no echo, bracketed paste, keypad. Error where stdin or stdout is no
 * terminal, or one that cannot move the cursor (terminfo `cup`). One at a time. */
struct terminal *terminal_open(enum text_charset charset, struct error *error);

/* Gives the terminal back as it was. Safe when the other side has hung up. */
void terminal_close(struct terminal *terminal);

/* Looks of roles from now on; everything is painted anew. Colours fall back to what the terminal has; NO_COLOR (set and
 * not empty) leaves attributes only. */
void terminal_theme(struct terminal *terminal, const struct theme *theme);

enum terminal_event_kind {
    TERMINAL_NOTHING, /* the time is over */
    TERMINAL_KEY,
    TERMINAL_PASTE,
    TERMINAL_RESIZE,
    TERMINAL_READY, /* one of the fds is readable */
    TERMINAL_CHILD, /* a child ended (SIGCHLD) */
    TERMINAL_RESUMED, /* after Ctrl-Z and fg */
    TERMINAL_QUIT,  /* TERM, INT (Ctrl-C), or HUP */
    TERMINAL_GONE,  /* the terminal itself is gone: end of file, EIO, HUP of the line */
};

struct terminal_event {
    enum terminal_event_kind kind;
    uint32_t key;      /* see key.h */
    const char *paste; /* UTF-8, borrowed until the next call; NUL bytes are dropped, cut at 64 KiB */
    int signal;        /* of TERMINAL_QUIT */
};

/* The next event. Keys that have been read already come first, without waiting. Waits until a key, a signal, one of `fds`
 * (those below 0 are ignored) is readable, or the boot clock (api/clock.h) reaches `until_ms` (INT64_MAX: no end). A wait
 * that spans a suspend ends in time where the system has a boot-clock timer.
 * A key of a sequence that came split (Esc, then `[A` within half a second) is never given as separate keys. */
void terminal_next(struct terminal *terminal, const int *fds, size_t count, int64_t until_ms,
                   struct terminal_event *event);

/* Drops what was typed and not read yet: before a box that ends something appears. */
void terminal_drop_input(struct terminal *terminal);

/* Cells. */
int terminal_rows(const struct terminal *terminal);
int terminal_columns(const struct terminal *terminal);
enum text_charset terminal_charset(const struct terminal *terminal);

/* Sends what draw.h has put on the screen since the last call: nothing if nothing changed. */
void terminal_flush(struct terminal *terminal);

/* Paints everything anew at the next flush. */
void terminal_repaint(struct terminal *terminal);

/* The window's title, cleaned; nothing where the terminal has none. */
void terminal_title(struct terminal *terminal, const char *title);

/* Bytes straight to the terminal, for OSC 52. */
bool terminal_write(struct terminal *terminal, const char *bytes, size_t length);

void terminal_bell(struct terminal *terminal);

#endif
