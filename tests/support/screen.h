/* screen: a whole program in a real terminal model: forkpty and libvterm. Keys go in, cells and
 * colours come out. The terminal is read inside the waits only; there is no thread. One screen
 * belongs to one thread.
 *
 *     struct screen *screen = screen_start(24, 80, WORDS("leasetop", "--api-url", url),
 * WORDS("BCTRL_API_KEY=k")); assert_true(screen_wait(screen, "3f9c21aa")); screen_keys(screen,
 * "j<Down>x"); assert_true(screen_wait(screen, "Revoke")); assert_true(screen_golden(screen,
 * "confirm-80x24")); screen_keys(screen, "<Esc>q"); assert_int_equal(screen_wait_exit(screen), 0);
 *     assert_true(screen_given_back(screen));
 *     screen_free(screen);
 */
#ifndef TESTS_SUPPORT_SCREEN_H
#define TESTS_SUPPORT_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct screen;

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Starts argv in a terminal of that size. argv[0] without a slash is taken from $BUILDDIR when it
 * is there, else from PATH. The environment is built, not inherited: PATH, TERM=xterm-256color,
 * LC_ALL=C.UTF-8, TZ=UTC, HOME and the XDG folders in a new empty folder, TMPDIR there too, and
 * what the sanitizers need. `env` (NULL: nothing) adds NAME=VALUE, or takes away with a bare NAME.
 * Never NULL: what the machine refuses ends the test with a sentence. */
struct screen *screen_start(int rows, int cols, const char *const argv[], const char *const env[]);

/* Ends the program (HUP, then KILL), reaps it, removes its home. NULL is allowed. */
void screen_free(struct screen *screen);

/* ---- In. Text as it is typed; keys by name in <>: <Enter> <Esc> <Tab> <S-Tab> <BS> <Space> <Up>
 * <Down> <Left> <Right> <Home> <End> <PgUp> <PgDn> <Ins> <Del> <F1> ... <F12> <lt>, with C- S- A-
 * before the name or a letter: <C-c>. What is sent is what the terminal sends in the mode that the
 * program has set. */
void screen_keys(struct screen *screen, const char *keys);
void screen_bytes(struct screen *screen, const void *bytes,
                  size_t size);                             /* raw, to split a sequence in two */
void screen_paste(struct screen *screen, const char *text); /* bracketed if the program asked */
void screen_click(struct screen *screen, int row, int col,
                  int button); /* 1 left, 4 and 5 wheel; if asked */
void screen_resize(struct screen *screen, int rows, int cols);
void screen_hangup(struct screen *screen); /* the terminal goes away */
pid_t screen_pid(const struct screen *screen);
const char *screen_home(const struct screen *screen); /* the HOME it was given */

/* ---- Waits. All return false after the deadline, having printed what was awaited and the screen
 * to stderr. The deadline is 5 s (20 s under a sanitizer) unless set. */
void screen_deadline(struct screen *screen, int timeout_ms);
bool screen_wait(struct screen *screen, const char *text); /* it stands anywhere in a row */
bool screen_wait_row(struct screen *screen, int row, const char *text); /* it stands in this row */
bool screen_wait_gone(struct screen *screen, const char *text);         /* it stands nowhere */
bool screen_wait_raw(struct screen *screen, const char *bytes); /* these bytes were written */
bool screen_wait_until(struct screen *screen, bool (*holds)(struct screen *screen, void *context),
                       void *context, const char *what);
/* Until the program has ended and all its output is read: its exit status, 128+N for signal N, -1
 * if it lives. */
int screen_wait_exit(struct screen *screen);

/* Whether the program, once it has ended, left a core. */
bool screen_dumped(const struct screen *screen);

/* Reads what is there, waiting up to `timeout_ms` (-1: for ever) for the first byte; false: nothing
 * came, or nothing will. For loops of one's own. */
bool screen_poll(struct screen *screen, int timeout_ms);

/* From the last key to the end of the process; -1 while it lives or without a key. */
double screen_exit_ms(const struct screen *screen);

/* ---- Out. Rows and columns count from 0; -1 counts from the end (-1 is the last row). */
int screen_rows(const struct screen *screen);
int screen_cols(const struct screen *screen);

/* A row as UTF-8 without blanks at its right; valid until 16 calls later. */
const char *screen_row(struct screen *screen, int row);

/* All rows, each with a newline; from malloc. */
char *screen_text(struct screen *screen);
void screen_print(struct screen *screen, FILE *file); /* framed, for eyes */

/* Where a text stands first; columns are cells. False: nowhere. Each pointer may be NULL. */
bool screen_find(struct screen *screen, const char *text, int *row, int *col);
bool screen_has(struct screen *screen, const char *text);

enum colour_kind { COLOUR_DEFAULT, COLOUR_INDEX, COLOUR_RGB };

struct colour {
    enum colour_kind kind;
    uint8_t index;            /* COLOUR_INDEX: 0 to 255 */
    uint8_t red, green, blue; /* always filled; for COLOUR_DEFAULT white on black */
};

struct cell {
    char
        text[32]; /* UTF-8 with its combining characters; " " for a blank; "" right of a wide one */
    int width;    /* 1 or 2 */
    struct colour fg, bg;
    bool bold, underline, italic, blink, reverse, strike;
};

struct cell screen_cell(struct screen *screen, int row, int col);

/* The cell where this text begins. A text that is not there ends the test with the screen. */
struct cell screen_cell_of(struct screen *screen, const char *text);

/* ---- The terminal itself. */
struct screen_modes {
    bool alternate; /* the second screen */
    bool cursor;    /* it is seen */
    bool paste;     /* bracketed */
    bool mouse;
    bool raw; /* no echo and no lines: the line discipline's part */
};
struct screen_modes screen_modes(struct screen *screen);

/* First screen, cursor seen, paste and mouse off, echo and lines on: what a shell expects. */
bool screen_given_back(struct screen *screen);

void screen_cursor(struct screen *screen, int *row, int *col);
const char *screen_title(struct screen *screen); /* "" when none was set */
int screen_bells(struct screen *screen);

/* Everything that was written, from the start or the last screen_raw_reset; valid until the next
 * read. */
const char *screen_raw(struct screen *screen, size_t *size);
bool screen_raw_has(struct screen *screen, const char *bytes);
void screen_raw_reset(struct screen *screen);

/* What the last OSC 52 put into the clipboard, decoded, from malloc. NULL: there was none, or not
 * base64. */
char *screen_clipboard(struct screen *screen);

/* Compares with $SRCDIR/tests/screen/golden/NAME.txt, right blanks trimmed, and prints the
 * difference. With UPDATE_GOLDEN=1 in the environment writes the file and is true. What changes
 * from run to run (ids, times) must not be there: fixed answers and a fixed Date make it so. */
bool screen_golden(struct screen *screen, const char *name);

/* To stderr, row by row, as rows of a screen do not move: what was expected with -, what is there
 * with +. */
void screen_print_difference(const char *expected, const char *actual);

#endif
