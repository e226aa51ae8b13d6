/* watch: a descriptor that the relay's loop waits for, and who is told; and all of them. With epoll
 * where there is one, else with poll. Relay's thread. */
#ifndef GATEWAY_WATCH_H
#define GATEWAY_WATCH_H

#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct relay;

/* To hear of nothing but a hang-up, which is told in any case once anything is waited for. */
#ifdef POLLRDHUP
#define WATCH_HANG_UP POLLRDHUP
#else
#define WATCH_HANG_UP POLLHUP
#endif

struct watch {
    int fd;
    uint32_t events; /* POLLIN, POLLOUT, WATCH_HANG_UP: that are waited for now; 0: not at all */
    size_t place;    /* among all of them, without epoll */
    void (*ready)(struct relay *relay, void *owner);
    void *owner;
};

struct watches;

/* For at most `room` at a time. NULL with errno set. */
struct watches *watches_new(size_t room);
void watches_free(struct watches *watches);

/* One that nothing is wanted of is taken out, or its hang-up would be told again and again. False:
 * it cannot be waited for, and is as it was. */
bool watches_set(struct watches *watches, struct watch *watch, uint32_t events);

/* Waits (-1 ms: for ever) until some are ready: so many, 0 for none, -1 on a failure. */
int watches_wait(struct watches *watches, int timeout_ms);

/* Tells those that were ready, until `enough`; the rest are told after the next wait. */
void watches_tell(struct watches *watches, struct relay *relay, const atomic_bool *enough);

#endif
