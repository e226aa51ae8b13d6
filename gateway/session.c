/* session: see session.h. */
#include "gateway/session.h"

#include "gateway/portable.h"
#include "gateway/when.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One busy session lets the others have their turn after so many buffers. */
#define ROUNDS_MAX 8

/* The close code (RFC 6455, 7.4: from 4000 on they are ours), and how long the frame that is under
 * way, and then the client, may take. */
static const struct {
    unsigned code;
    const char *words;
    int patience_ms;
    int linger_ms;
} ends[] = {
    [END_NONE] = {1011, "", 0, 0},
    [END_EXPIRED] = {4001, "the lease has expired", 500, 1000},
    [END_REVOKED] = {4002, "the lease was revoked", 500, 1000},
    [END_BROWSER] = {1001, "the browser has gone", 500, 1000},
    [END_GATEWAY] = {1001, "the gateway is ending", 500, 500},
};

struct session *session_new(int browser, uint64_t serial, int64_t expires_ms)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return NULL;
    session->serial = serial;
    session->expires_ms = expires_ms;
    session->client.fd = -1;
    session->browser.fd = browser;
    session->late_ms = WHEN_NEVER;
    return session;
}

static void drop(struct backlog *backlog)
{
    free(backlog->bytes);
    *backlog = (struct backlog){0};
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    drop(&session->to_client);
    drop(&session->to_browser);
    if (session->browser.fd >= 0)
        close(session->browser.fd);
    free(session);
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

static void finish(struct session *session)
{
    session->phase = SESSION_OVER;
}

/* One side takes nothing any more. Without its client a session is over; without its browser there
 * is still the client to be told. */
static void lose(struct session *session, const struct watch *side)
{
    if (side == &session->client) {
        finish(session);
        return;
    }
    session->browser_ended = true;
    drop(&session->to_browser);
}

/* ---- one piece at a time */

/* How much was taken: 0 when it has no room just now, -1 when it is gone. */
static ssize_t give(struct session *session, const struct watch *to, const char *bytes, size_t size)
{
    ssize_t sent = send(to->fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? 0 : -1;
    if (to == &session->client)
        frames_follow(&session->frames, bytes, (size_t)sent);
    return sent;
}

/* Sends of the backlog, `max` bytes at most; true when it is empty or `max` was reached. */
static bool flush(struct session *session, struct backlog *backlog, const struct watch *to,
                  uint64_t max)
{
    while (backlog->sent < backlog->size && max > 0) {
        size_t size = backlog->size - backlog->sent;
        ssize_t sent =
            give(session, to, backlog->bytes + backlog->sent, size < max ? size : (size_t)max);
        if (sent < 0)
            lose(session, to);
        if (sent <= 0)
            return false;
        backlog->sent += (size_t)sent;
        max -= (uint64_t)sent;
    }
    if (backlog->sent == backlog->size)
        drop(backlog);
    return true;
}

/* How much came: 0 when there is nothing just now, -1 at the end. */
static ssize_t take(const struct watch *from, char *buffer, size_t size)
{
    ssize_t got = recv(from->fd, buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return got == 0 ? -1 : got;
}

/* ---- both ways */

struct way {
    const struct watch *from, *to;
    struct backlog *backlog;
    bool *ended;
};

static struct way way_down(struct session *session)
{
    return (struct way){&session->browser, &session->client, &session->to_client,
                        &session->browser_ended};
}

static struct way way_up(struct session *session)
{
    return (struct way){&session->client, &session->browser, &session->to_browser,
                        &session->client_ended};
}

/* True: there may be more. */
static bool pass(struct session *session, const struct way *way, char *buffer)
{
    ssize_t got = take(way->from, buffer, SESSION_BUFFER);
    if (got < 0)
        *way->ended = true;
    if (got <= 0)
        return false;
    ssize_t sent = give(session, way->to, buffer, (size_t)got);
    if (sent == got)
        return got == SESSION_BUFFER;
    if (sent < 0)
        lose(session, way->to);
    else if (!session_keep(way->backlog, buffer + sent, (size_t)(got - sent)))
        finish(session);
    return false;
}

static void relay_way(struct session *session, const struct way *way, char *buffer)
{
    if (!flush(session, way->backlog, way->to, UINT64_MAX))
        return;
    for (int i = 0; i < ROUNDS_MAX && !*way->ended && session->phase == SESSION_RELAYING; i++) {
        if (!pass(session, way, buffer))
            return;
    }
}

static void relay_both(struct session *session, const struct session_ground *ground)
{
    struct way down = way_down(session), up = way_up(session);
    relay_way(session, &down, ground->buffer);
    if (session->phase == SESSION_RELAYING && !session->browser_ended)
        relay_way(session, &up, ground->buffer);
    if (session->phase != SESSION_RELAYING)
        return;
    if (session->browser_ended && session->to_client.size == 0)
        session_cut(session, ground, END_BROWSER);
    else if (session->client_ended && session->to_browser.size == 0)
        finish(session);
    else if (session->client_ended && session->late_ms == WHEN_NEVER)
        session->late_ms = ground->now_ms + ends[END_BROWSER].linger_ms;
}

/* ---- ending it */

static void linger(struct session *session, const struct session_ground *ground)
{
    shutdown(session->client.fd, SHUT_WR);
    session->phase = SESSION_LINGERING;
    session->late_ms = ground->now_ms + ends[session->end].linger_ms;
}

/* The rest of the frame that is under way, out of the backlog and then from the browser. True: the
 * client is between two frames. */
static bool finish_frame(struct session *session, char *buffer)
{
    for (uint64_t left; (left = frames_left(&session->frames)) > 0;) {
        if (session->to_client.size > 0) {
            if (!flush(session, &session->to_client, &session->client, left))
                return false;
            continue;
        }
        ssize_t got =
            take(&session->browser, buffer, left < SESSION_BUFFER ? (size_t)left : SESSION_BUFFER);
        if (got < 0 || (got > 0 && !session_keep(&session->to_client, buffer, (size_t)got)))
            finish(session);
        if (got <= 0)
            return false;
    }
    return true;
}

static void cut_further(struct session *session, const struct session_ground *ground)
{
    if (!finish_frame(session, ground->buffer))
        return;
    drop(&session->to_client);
    if (session->frames.closed) {
        linger(session, ground);
        return;
    }
    unsigned char frame[FRAMES_CLOSE_MAX];
    size_t size = frames_close(frame, ends[session->end].code, ends[session->end].words);
    session->phase = SESSION_CLOSING;
    if (!session_keep(&session->to_client, frame, size))
        finish(session);
}

void session_cut(struct session *session, const struct session_ground *ground, enum session_end end)
{
    if (session->phase != SESSION_RELAYING)
        return;
    session->end = end;
    session->phase = SESSION_CUTTING;
    session->late_ms = ground->now_ms + ends[end].patience_ms;
    drop(&session->to_browser);
}

/* What a client still says is read and dropped: were it left unread, its kernel would hear of a
 * reset, which can overtake the close frame. */
static void wait_for_client(struct session *session, char *buffer)
{
    ssize_t got;
    do
        got = take(&session->client, buffer, SESSION_BUFFER);
    while (got > 0);
    if (got < 0)
        finish(session);
}

void session_move(struct session *session, const struct session_ground *ground)
{
    if (session->phase == SESSION_RELAYING)
        relay_both(session, ground);
    if (session->phase == SESSION_CUTTING)
        cut_further(session, ground);
    if (session->phase == SESSION_CLOSING &&
        flush(session, &session->to_client, &session->client, UINT64_MAX))
        linger(session, ground);
    if (session->phase == SESSION_LINGERING)
        wait_for_client(session, ground->buffer);
}

void session_late(struct session *session)
{
    finish(session);
}

/* ---- what to wait for */

uint32_t session_client_events(const struct session *session)
{
    uint32_t out = session->to_client.size > 0 ? POLLOUT : 0;
    switch (session->phase) {
    case SESSION_RELAYING:
        return out | (session->to_browser.size == 0 && !session->client_ended ? POLLIN : 0);
    case SESSION_LINGERING:
        return POLLIN;
    default:
        return out;
    }
}

uint32_t session_browser_events(const struct session *session)
{
    bool reads = session->to_client.size == 0 && !session->browser_ended;
    bool writes = session->to_browser.size > 0;
    switch (session->phase) {
    case SESSION_RELAYING:
        return (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
    case SESSION_CUTTING:
        return reads ? POLLIN : 0;
    default:
        return 0;
    }
}
