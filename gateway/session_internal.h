/* session_internal: the moves that a session is made of, for session.c. Relay's thread. */
#ifndef GATEWAY_SESSION_INTERNAL_H
#define GATEWAY_SESSION_INTERNAL_H

#include "gateway/session.h"

#include <sys/types.h>

void session_drop(struct backlog *backlog);
void session_finish(struct session *session);

/* One side takes nothing any more. Without its client a session is over; without its browser there
 * is still the client to be told. */
void session_lose(struct session *session, const struct watch *side);

/* How much was taken: 0 when it has no room just now, -1 when it is gone. */
ssize_t session_give(struct session *session, const struct watch *to, const char *bytes,
                     size_t size);

/* Sends of the backlog, `max` bytes at most; true when it is empty or `max` was reached. */
bool session_flush(struct session *session, struct backlog *backlog, const struct watch *to,
                   uint64_t max);

/* How much came: 0 when there is nothing just now, -1 at the end. */
ssize_t session_take(const struct watch *from, char *buffer, size_t size);

#endif
