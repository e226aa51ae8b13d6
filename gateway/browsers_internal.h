/* browsers_internal: the pool's state, for browsers.c (any thread) and browsers_turn.c (main
 * thread).
 */
#ifndef GATEWAY_BROWSERS_INTERNAL_H
#define GATEWAY_BROWSERS_INTERNAL_H

#include "gateway/browsers.h"
#include "gateway/wake.h"

#include <pthread.h>

/* A runtime's place. What is marked `main` the main thread alone reads and writes, without the
 * lock; so it does with `browser` while it is not ready. */
struct slot {
    char runtime_id[ID_SIZE]; /* empty: free */
    enum browsers_state state;
    bool spawned;            /* there is a process; the main thread alone changes it */
    bool dismissed;          /* its browser is to end */
    bool dead;               /* its browser ended by itself, and is to be cleared away */
    char wanted_id[ID_SIZE]; /* while dismissed: the runtime that gets its place; or empty */
    int64_t died_ms;         /* WHEN_NEVER: no news */
    unsigned number;         /* of its browser, or of the last it had; 0: it had none */
    int64_t since_ms;        /* main, monotonic: when it was started */
    int64_t again_ms;        /* main, monotonic: when it was last started unasked; 0: never */
    unsigned starts;         /* main: in a row, without being taken into use */
    struct browser browser;
};

struct browsers {
    char program[FOLDER_PATH_SIZE]; /* empty: none is installed */
    unsigned max;
    bool sandbox;
    struct folder folder;
    unsigned count;   /* main: of all that were started */
    bool warned;      /* main: of a door that cannot be shut */
    struct wake wake; /* there is something for the main thread */
    void (*changed)(void *);
    void *closure;
    pthread_mutex_t lock;
    struct slot slots[BROWSERS_MAX];
};

/* Whether its process has ended; it is left to be waited for. Main thread, or under the lock while
 * it is ready. */
bool browsers_has_ended(const struct slot *slot);

/* Under the lock: if a browser that was ready has ended by itself, that is news from here on,
 * before anything is cleared away. True: it has just been found out. */
bool browsers_find_dead(struct slot *slot);

#endif
