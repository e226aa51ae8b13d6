/* screen_internal: what the files of the terminal model share, and nobody else includes. */
#ifndef TESTS_SUPPORT_SCREEN_INTERNAL_H
#define TESTS_SUPPORT_SCREEN_INTERNAL_H

#include <vterm.h>

#include "tests/support/screen.h"
#include "tests/support/support.h"

enum { SCREEN_LINES = 16 };

struct screen {
    pid_t pid;
    int pidfd;  /* -1: this system has none */
    int master; /* -1 after a hangup; never blocks */
    int slave;  /* kept open: the line discipline can be asked after the program has gone */
    bool exited;
    int status;                   /* once it has exited, as waitpid gives it */
    double key_at_ms, exit_at_ms; /* 0: not yet */
    char home[64];

    VTerm *terminal;
    VTermScreen *cells;
    bool alternate, cursor, mouse;
    char title[256];
    int bells;

    int rows, cols, deadline_ms;
    bool escape_sent;              /* the last key was Esc */
    struct support_bytes raw;      /* all that the program wrote */
    struct support_bytes to_write; /* what the terminal has to say to the program */
    struct support_bytes lines[SCREEN_LINES];
    size_t next_line;
};

double screen_now_ms(void);

/* screen_process.c: starts the program on the slave side and fills pid, pidfd, master, slave, home.
 */
void screen_process_start(struct screen *screen, const char *const argv[], const char *const env[]);
void screen_process_check(struct screen *screen); /* sets `exited` and `status` when it has ended */
void screen_process_end(struct screen *screen);

/* screen.c: writes `to_write`, reading meanwhile so that neither side waits for the other. */
void screen_flush(struct screen *screen);

#endif
