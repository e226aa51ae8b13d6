/* event: what happened to leases, runtimes and spaces between two good answers. Pure; the API
 * thread calls it, so that nothing is lost between two looks of the screen. Writes made here are
 * told by their own messages (MESSAGE_WRITE); when one is confirmed, that is an event too. */
#ifndef API_EVENT_H
#define API_EVENT_H

#include "api/model.h"

/* name, word */
#define EVENTS(X)                                                                                  \
    X(LEASE_MADE, "made") /* by somebody else; `after` is its protocol */                          \
    X(LEASE_EXPIRED, "expired")                                                                    \
    X(LEASE_CLOSED, "closed")                                                                      \
    X(LEASE_REVOKED, "revoked")   /* by somebody else */                                           \
    X(LEASE_ENDED, "ended")       /* no longer listed, or the server does not say how */           \
    X(LEASE_UNLISTED, "unlisted") /* with its space: whether it lives is not known */              \
    X(LEASE_BACK, "listed again")                                                                  \
    X(LEASE_STATUS, "status")   /* from the word `before` to the word `after` */                   \
    X(LEASE_EXPIRY, "expiry")   /* from `before_ms` to `after_ms` */                               \
    X(RUNTIME_MADE, "appeared") /* `after` is its status */                                        \
    X(RUNTIME_GONE, "vanished")                                                                    \
    X(RUNTIME_BACK, "listed again")                                                                \
    X(RUNTIME_STATUS, "status")                                                                    \
    X(SPACE_MADE, "appeared")                                                                      \
    X(SPACE_GONE, "vanished") /* and its runtimes with it */                                       \
    X(SPACE_BACK, "listed again")                                                                  \
    X(CONFIRMED, "confirmed") /* a write, by a person */                                           \
    X(KEPT, "kept alive")     /* from now on; by a person */                                       \
    X(KEPT_NO_MORE, "not kept alive")                                                              \
    X(KEPT_LATER, "not rotated yet") /* it will be tried again */

#define EVENT_ENUM(name, word) EVENT_##name,
enum event_kind { EVENTS(EVENT_ENUM) EVENT_KINDS };
#undef EVENT_ENUM

const char *event_word(enum event_kind kind);

enum { EVENT_WORD_BYTES = 64 };

struct event {
    enum event_kind kind;
    int64_t seen_ms; /* server time at which it was noticed */
    int64_t when_ms; /* when it happened, as the server says; MOMENT_NONE where it does not */
    char before[EVENT_WORD_BYTES], after[EVENT_WORD_BYTES]; /* foreign text, cut if need be */
    int64_t before_ms, after_ms;                            /* as in struct lease */
};

/* Tells what happened from `old` to `fresh`, two answers to the same question, settled (api/diff.h)
 * or not. `item` is what it happened to: a struct space, runtime or lease, borrowed. What a list
 * that was cut does not show has not ended. False when memory ran out: then some were not told. */
bool event_each(const struct part *old, const struct part *fresh, int64_t server_ms,
                void (*tell)(void *context, const struct event *event, const void *item),
                void *context);

#endif
