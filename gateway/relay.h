/* relay: the thread that carries out exchanges with browsers and moves the bytes of all sessions.
 * It sleeps while nothing moves. Main thread: start and stop; the rest says who may call it. */
#ifndef GATEWAY_RELAY_H
#define GATEWAY_RELAY_H

#include "gateway/exchange.h"
#include "gateway/session.h"

#define RELAY_SESSIONS_MAX 256 /* together with the exchanges that may become some */

struct relay_options {
    struct browsers *browsers; /* borrowed */
    bool cut;                  /* sessions end with their lease */
    /* Called on the relay's thread, without its lock: an exchange has its outcome; a session has
     * ended, and its client's socket, already shut down, can be closed. */
    void (*resume)(void *connection);
    void (*hang_up)(void *handle);
};

struct relay;

/* NULL on failure. */
struct relay *relay_new(const struct relay_options *options, struct fault *fault);

/* Ends all exchanges and sessions and the thread; what is asked afterwards is refused. */
void relay_stop(struct relay *relay);

/* Once it has been stopped and nobody asks any more. */
void relay_free(struct relay *relay);

/* Any thread: something changed with the browsers. */
void relay_wake(struct relay *relay);

/* Server's thread: hands an exchange over, until its connection is resumed. False: not taken, and
 * its outcome says why. */
bool relay_ask(struct relay *relay, struct exchange *exchange);

/* Server's thread: an exchange that was given back is over; where no session came of it, its place
 * is free again. */
void relay_let_go(struct relay *relay, struct exchange *exchange);

/* Server's thread: hands a session over for good, in the place of the exchange that it came from;
 * with the client's socket, to which `session->handle` belongs, and what the client sent already.
 * False: not taken. */
bool relay_attach(struct relay *relay, struct exchange *exchange, struct session *session,
                  int client, const char *bytes, size_t size);

/* Any thread: ends the sessions of a lease, if sessions end with their lease. */
void relay_cut(struct relay *relay, uint64_t serial, enum session_end end);

/* Any thread: how many sessions a lease has. */
unsigned relay_count(struct relay *relay, uint64_t serial);

#endif
