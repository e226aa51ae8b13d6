/* session_bytes: one piece of what goes through a session at a time; see session_internal.h. */
#include "gateway/session_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void session_drop(struct backlog *backlog)
{
    free(backlog->bytes);
    *backlog = (struct backlog){0};
}

bool session_keep(struct backlog *backlog, const void *bytes, size_t size)
{
    if (size == 0)
        return true;
    backlog->bytes = malloc(size);
    if (backlog->bytes == NULL)
        return false;
    memcpy(backlog->bytes, bytes, size);
    backlog->size = size;
    backlog->sent = 0;
    return true;
}

void session_finish(struct session *session)
{
    session->phase = SESSION_OVER;
}

void session_lose(struct session *session, const struct watch *side)
{
    if (side == &session->client) {
        session_finish(session);
        return;
    }
    session->browser_ended = true;
    session_drop(&session->to_browser);
}

ssize_t session_give(struct session *session, const struct watch *to, const char *bytes,
                     size_t size)
{
    ssize_t sent = send(to->fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? 0 : -1;
    if (to == &session->client)
        frames_follow(&session->frames, bytes, (size_t)sent);
    return sent;
}

bool session_flush(struct session *session, struct backlog *backlog, const struct watch *to,
                   uint64_t max)
{
    while (backlog->sent < backlog->size && max > 0) {
        size_t size = backlog->size - backlog->sent;
        ssize_t sent = session_give(session, to, backlog->bytes + backlog->sent,
                                    size < max ? size : (size_t)max);
        if (sent < 0)
            session_lose(session, to);
        if (sent <= 0)
            return false;
        backlog->sent += (size_t)sent;
        max -= (uint64_t)sent;
    }
    if (backlog->sent == backlog->size)
        session_drop(backlog);
    return true;
}

ssize_t session_take(const struct watch *from, char *buffer, size_t size)
{
    ssize_t got = recv(from->fd, buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return got == 0 ? -1 : got;
}
