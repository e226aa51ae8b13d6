/* relay_internal: the relay's state, for relay.c (what others call) and relay_loop.c (its thread).
 */
#ifndef GATEWAY_RELAY_INTERNAL_H
#define GATEWAY_RELAY_INTERNAL_H

#include "gateway/relay.h"
#include "gateway/wake.h"

#include <pthread.h>
#include <stdatomic.h>

struct relay {
    struct relay_options options;
    pthread_t thread;
    struct watches *watches;
    struct wake wake;
    struct watch woken;
    struct watch expiry; /* a timerfd on the wall clock, as expiry is a wall time; or -1 */
    char *buffer;

    /* Of the thread alone. */
    struct exchange *exchanges;
    int64_t now_ms, next_ms; /* monotonic; when patience with something ends next */
    int64_t expiry_ms;       /* what the timer is set to; WHEN_NEVER: to nothing */
    bool unsettled;          /* a look around is due */
    bool waiting;            /* one exchange was found to wait for others to be answered */
    bool called;             /* since then one was answered */

    atomic_bool pressing; /* something is to be ended: at once, and not after all that is ready */
    atomic_bool queued;   /* one exchange waits for others: who comes now waits behind it */

    pthread_mutex_t lock;
    struct exchange *asked;
    struct session *attached; /* not seen by the thread yet */
    struct session *sessions; /* the thread alone changes the list, under the lock */
    unsigned count;   /* of places: of all of these, and of what is on its way between them */
    unsigned leaving; /* of these: with the server, which makes sessions of exchanges */
    bool stopping;
    bool stopped;
};

/* Opens what the loop waits for; false if it cannot. What is open is relay_free's to close. */
bool relay_loop_open(struct relay *relay);

/* The thread's function; takes the relay. */
void *relay_loop_run(void *closure);

#endif
