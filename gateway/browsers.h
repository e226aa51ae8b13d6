/* browsers: the pool: one browser for each runtime that needs one, up to a limit. Others ask for
 * one and look whether it is there; the main thread alone starts, hears and ends them, in its
 * turns. One lock, under which nothing waits for anything. */
#ifndef GATEWAY_BROWSERS_H
#define GATEWAY_BROWSERS_H

#include "gateway/browser.h"
#include "gateway/ids.h"

#include <poll.h>

#define BROWSERS_MAX         64
#define BROWSERS_MAX_DEFAULT 8
#define BROWSERS_FDS         (1 + BROWSERS_MAX)
#define BROWSERS_DOUBT_MS    500 /* a browser that ends hangs up on its clients so long before */

struct browsers_options {
    const char *program; /* a path or a name; NULL: any that is installed */
    unsigned max;
};

enum browsers_state {
    BROWSERS_NONE,     /* nobody asked for one, or it has ended */
    BROWSERS_STARTING, /* ask again when told that something changed */
    BROWSERS_READY,
    BROWSERS_FAILED, /* it could not be started; the next who wants one makes it be tried again */
    BROWSERS_FULL,   /* as many run as may */
    BROWSERS_ABSENT, /* none is installed */
};

struct browsers;

/* ---- main thread */

/* NULL on failure; that no browser is installed is none. */
struct browsers *browsers_new(const struct browsers_options *options, struct fault *fault);

/* Ends them all. */
void browsers_free(struct browsers *browsers);

/* Whom to tell, on the main thread and without the lock, that a browser became ready, failed or
 * ended. Before anybody wants one; NULL: nobody any more. */
void browsers_on_change(struct browsers *browsers, void (*changed)(void *), void *closure);

/* Fills in what to wait for, besides SIGCHLD, and returns how many; `*timeout_ms` is -1 where
 * nothing is due. */
size_t browsers_wait(struct browsers *browsers, struct pollfd fds[BROWSERS_FDS], int *timeout_ms);

/* Does what there is to do. */
void browsers_turn(struct browsers *browsers);

/* What is wrong with the way they run, one sentence each, NULL after the last: for a person, at the
 * start. */
const char *browsers_warning(const struct browsers *browsers, size_t n);

/* ---- any thread */

/* Makes sure that one is on its way for this runtime, and says how far it is. */
enum browsers_state browsers_want(struct browsers *browsers, const char *runtime_id);

/* The same without asking for one. */
enum browsers_state browsers_look(struct browsers *browsers, const char *runtime_id);

/* Ends the one of this runtime, if there is one. */
void browsers_dismiss(struct browsers *browsers, const char *runtime_id);

/* The runtime of the `n`-th browser; false if there is none. `n` below BROWSERS_MAX. */
bool browsers_runtime(struct browsers *browsers, size_t n, char runtime_id[ID_SIZE]);

/* Takes the news that a browser ended by itself, and when; false if there is none. */
bool browsers_take_death(struct browsers *browsers, char runtime_id[ID_SIZE], int64_t *when_ms);

/* Where a connection to a browser leads. */
struct browsers_line {
    unsigned number;              /* of the browser, which no other one gets; 0: of none */
    char path[BROWSER_PATH_SIZE]; /* of the debugger of the whole browser */
    uint16_t port;                /* our own */
    bool crowded;                 /* there is none yet: the door has as many guests as it may */
};

/* Begins a connection to the debuggers' port of a browser that is ready: a nonblocking socket, let
 * in by its door; -1 if it is not ready any more, refuses, or is crowded: then ask again when
 * another has been answered. Say browsers_dialled with the same runtime and port once it has been
 * answered or given up. */
int browsers_dial(struct browsers *browsers, const char *runtime_id, struct browsers_line *line);
void browsers_dialled(struct browsers *browsers, const char *runtime_id, uint16_t port);

/* Whether the browser of this number runs. If it does not, everybody can know: the news of its end
 * is there to be taken before this returns. */
bool browsers_lives(struct browsers *browsers, unsigned number);

#endif
