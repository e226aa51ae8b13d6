/* output: bytes on their way to the terminal, in order. Curses writes until everything is gone, so
 * a terminal that takes nothing (a line that stalls, an emulator that was stopped) would hold the
 * UI thread, and no key and no signal would end the program. So curses writes into memory, and from
 * there goes what the terminal takes, one write for a frame. UI thread. */
#ifndef TUI_OUTPUT_H
#define TUI_OUTPUT_H

#include "api/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { OUTPUT_BYTES_MAX = 4 * 1024 * 1024 }; /* that wait at a time */

struct output {
    FILE *stream; /* what curses writes to */
    int terminal;
    char *bytes;
    size_t start, end, size; /* of `bytes`: what waits is between start and end */
    bool failed;             /* the terminal takes no more, ever */
};

/* To the terminal that `fd` is open on. */
bool output_init(struct output *output, int fd, struct error *error);
void output_clear(struct output *output);

/* Takes what curses has written; false: there was no memory for it, and it is lost. */
bool output_collect(struct output *output);

/* These bytes, after what was collected. All or nothing. */
bool output_put(struct output *output, const char *bytes, size_t length);

/* Gives the terminal as much as it takes now. */
void output_send(struct output *output);

/* Is there something that it did not take? */
bool output_waits(const struct output *output);

/* Sends the rest, for so long at most. False: the terminal did not take all, and what stayed is
 * thrown away, also what stands between here and the terminal. */
bool output_finish(struct output *output, int timeout_ms);

/* The terminal of `fd` once more, as a file of its own that never makes us wait: setting
 * O_NONBLOCK on `fd` would set it for the shell too. Where that cannot be, a copy of `fd`. Negative
 * when not even that. */
int output_reopen(int fd, int flags);

#endif
