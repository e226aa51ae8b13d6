/* terminal_internal: what the files of terminal and draw share. With it comes curses. Main thread.
 *     terminal.c        takes the terminal over and gives it back
 *     terminal_next.c   waits, and says what happened
 *     terminal_pens.c   roles to curses' colours and attributes
 *     draw.c            text on the screen
 * terminal_type.c stands apart. */
#ifndef TUI_TERMINAL_INTERNAL_H
#define TUI_TERMINAL_INTERNAL_H

#include "tui/input.h"
#include "tui/output.h"
#include "tui/signals.h"
#include "tui/terminal.h"

#include <curses.h>
#include <termios.h>

enum { TERMINAL_TITLE_BYTES = 256 };

/* What things stand on: a box may have a ground of its own. */
enum page { PAGE_SCREEN, PAGE_BOX, PAGES };

/* What curses needs to know to draw in a look. */
struct pen {
    attr_t attributes;
    int pair;
};

struct terminal {
    enum text_charset charset;
    SCREEN *screen;
    struct output output;
    struct input *input;
    struct signals signals;
    int keyboard;         /* what keys are read from */
    int timer;            /* counts on while the machine sleeps; negative where there is none */
    int64_t timer_ms;     /* what it is set to */
    int64_t quiet_ms;     /* until then no key has come that was not read */
    struct termios shell; /* as it was */
    struct termios ours;
    bool entered; /* the other screen is up */
    bool owed;    /* a frame that the terminal could not take yet */
    bool moved;   /* its size may have changed */
    bool gone, gone_said;
    /* Looks */
    int colours; /* see look_fit */
    enum page page;
    struct look looks[PAGES][ROLE_COUNT];
    struct pen pens[PAGES][ROLE_COUNT];
    enum role over; /* see draw_over, on the screen's page; ROLE_TEXT: none */
    enum role over_pens_of;
    struct pen over_pens[ROLE_COUNT];
    bool mouse; /* wanted */
    /* Cursor */
    int cursor_row, cursor_column;
    bool cursor_visible, cursor_shown;
    char title[TERMINAL_TITLE_BYTES];
    bool title_pushed; /* the terminal keeps the title of the shell for us */
};

/* The terminal is ours again after a stop: modes, size, everything painted anew. */
void terminal_enter(struct terminal *terminal);

/* Back to the modes and the screen of the shell. */
void terminal_leave(struct terminal *terminal);

/* Takes the size that the terminal has now; true if it is another. */
bool terminal_measure(struct terminal *terminal);

/* The timer of terminal_next, where the system has one. */
void terminal_timer_open(struct terminal *terminal);

/* How `role` is drawn now, under draw_over. */
struct pen terminal_pen(struct terminal *terminal, enum role role);

/* A look that is no role's own. */
struct pen terminal_pen_over(struct terminal *terminal, enum role own, enum role over);

/* Asks the terminal how many colours it has; after curses has started. */
void terminal_colours(struct terminal *terminal);

#endif
