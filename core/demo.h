/* demo: the local gateway with its demo fleet, as a child, with real browsers if one is installed:
 * with a key of its own, never the operator's, and ended with us, even if we are killed, for it
 * ends when its standard input does. Used before and after the screen; UI thread. */
#ifndef CORE_DEMO_H
#define CORE_DEMO_H

#include "api/error.h"

#include <stddef.h>

enum {
    DEMO_START_MS = 5000,
    DEMO_EOF_MS = 50,  /* demo_free: from the end of its input to TERM */
    DEMO_TERM_MS = 80, /* and from there to KILL; it has browsers and their folders to remove */
};

/* All borrowed. */
struct demo_options {
    const char *executable;         /* ours; the gateway is looked for beside it, NULL: not there */
    const char *folder;             /* where programs are installed; NULL for none */
    const char *const *environment; /* ours, ended by NULL */
    int start_ms;                   /* how long it may take to listen; 0: DEMO_START_MS */
};

struct demo;

/* The path of the running program, or `argv0` where the system does not tell; NULL where that does
 * not either. Borrows argv0 or `buffer`. */
const char *demo_executable(char *buffer, size_t size, const char *argv0);

/* Finds the gateway, starts it and waits until it listens. NULL with a sentence when one of that
 * fails. */
struct demo *demo_new(const struct demo_options *options, struct error *error);

/* Ends it and takes about 150 ms at the most. NULL is fine. */
void demo_free(struct demo *demo);

/* What a client needs; both live as long as the demo. The key is one to keep out of sight like any
 * other. */
const char *demo_url(const struct demo *demo);
const char *demo_key(const struct demo *demo);

#endif
