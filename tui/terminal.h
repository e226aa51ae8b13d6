/* terminal: takes the terminal over, reads keys and pastes, and is the one place where the UI
 * thread waits. Nothing else here waits: what a stalled terminal does not take is sent later, and
 * frames that it misses are not made.
 *
 * Signals: WINCH, INT, TERM, HUP, QUIT, TSTP, CONT and CHLD are blocked except while waiting
 * (ppoll), so no handler ever runs in the middle of anything. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include "api/error.h"
#include "core/text.h"
#include "tui/mouse.h"
#include "tui/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct terminal;

/* Takes the terminal over: alternate screen, no echo, bracketed paste, keypad. On the Linux console
 * the charset is ASCII whatever is given. Error where stdin or
 * stdout is no terminal, or one that cannot move the cursor (terminfo `cup`). One at a time. */
struct terminal *terminal_open(enum text_charset charset, struct error *error);

/* Gives the terminal back as it was, and the signals; those that came and were not told are
 * forgotten. Safe when the other side has hung up; takes 100 ms at most. NULL is fine. */
void terminal_close(struct terminal *terminal);

/* Looks of roles from now on; everything is painted anew. Colours fall back to what the terminal
 * has; NO_COLOR (set and not empty) leaves attributes only. */
void terminal_theme(struct terminal *terminal, const struct theme *theme);

enum terminal_event_kind {
    TERMINAL_NOTHING, /* the time is over */
    TERMINAL_KEY,
    TERMINAL_PASTE,
    TERMINAL_MOUSE, /* only after terminal_mouse */
    TERMINAL_FOCUS, /* the window got or lost it, where the terminal says so */
    TERMINAL_RESIZE,
    TERMINAL_READY,   /* one of the fds is readable */
    TERMINAL_CHILD,   /* a child ended (SIGCHLD) */
    TERMINAL_RESUMED, /* after Ctrl-Z and fg: draw and flush; a RESIZE follows if there was one */
    TERMINAL_QUIT,    /* INT (Ctrl-C), TERM, HUP, or QUIT */
    TERMINAL_GONE, /* the terminal itself is gone: end of file, EIO, HUP of the line; said once */
};

struct terminal_event {
    enum terminal_event_kind kind;
    uint32_t key;      /* see key.h; with Alt it is Esc and then the key */
    const char *paste; /* UTF-8 without NUL bytes, cut at 64 KiB; borrowed until the next call */
    struct mouse mouse;
    bool focused; /* of TERMINAL_FOCUS */
    int signal;   /* of TERMINAL_QUIT */
};

enum { TERMINAL_FDS_MAX = 8 };

/* The next event. Keys that have been read already come first, without waiting. Waits until a key,
 * a signal, one of `fds` (at most TERMINAL_FDS_MAX; those below 0 are ignored) is readable, or the
 * boot clock (api/clock.h) reaches `until_ms` (INT64_MAX: no end). A wait that spans a suspend ends
 * in time where the system has a boot-clock timer. A key of a sequence that came split (Esc, then
 * `[A` within half a second) is never given as separate keys: after the Esc comes the key that it
 * is, or nothing. A paste whose end does not come is over after a second of silence. */
void terminal_next(struct terminal *terminal, const int *fds, size_t count, int64_t until_ms,
                   struct terminal_event *event);

/* Drops what was typed and not read yet, and a paste that has begun: before a box that ends
 * something appears. */
void terminal_drop_input(struct terminal *terminal);

/* Cells. */
int terminal_rows(const struct terminal *terminal);
int terminal_columns(const struct terminal *terminal);
enum text_charset terminal_charset(const struct terminal *terminal);

/* Sends what draw.h has put on the screen since the last call: nothing if nothing changed. */
void terminal_flush(struct terminal *terminal);

/* Paints everything anew at the next flush. */
void terminal_repaint(struct terminal *terminal);

/* Clicks and the wheel come as events from now on, and the terminal's own selection needs Shift; or
 * not any more. False: the terminal knows of no mouse. */
bool terminal_mouse(struct terminal *terminal, bool on);

/* The window's title, cleaned; nothing where the terminal has none. */
void terminal_title(struct terminal *terminal, const char *title);

/* Bytes straight to the terminal, for OSC 52: at once, or as soon as it takes them. False: it is
 * gone, or too much waits already. */
bool terminal_write(struct terminal *terminal, const char *bytes, size_t length);

void terminal_bell(struct terminal *terminal);

#endif
