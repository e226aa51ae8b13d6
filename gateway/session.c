/* session: see session.h. */
#include "gateway/session_internal.h"

#include "gateway/browsers.h"
#include "gateway/when.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* One busy session lets the others have their turn after so many buffers. */
#define ROUNDS_MAX 8

/* While the browser takes nothing its client is told so often that there is somebody. */
#define BEAT_MS (2 * WHEN_SECOND_MS)

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
    [END_CLOSED] = {1011, "the browser has closed this connection", 500, 1000},
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
    session->late_ms = session->beat_ms = WHEN_NEVER;
    return session;
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    session_drop(&session->to_client);
    session_drop(&session->to_browser);
    if (session->browser.fd >= 0)
        close(session->browser.fd);
    free(session);
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
    ssize_t got = session_take(way->from, buffer, SESSION_BUFFER);
    if (got < 0)
        *way->ended = true;
    if (got <= 0)
        return false;
    ssize_t sent = session_give(session, way->to, buffer, (size_t)got);
    if (sent == got)
        return got == SESSION_BUFFER;
    if (sent < 0)
        session_lose(session, way->to);
    else if (!session_keep(way->backlog, buffer + sent, (size_t)(got - sent)))
        session_finish(session);
    return false;
}

static void relay_way(struct session *session, const struct way *way, char *buffer)
{
    if (!session_flush(session, way->backlog, way->to, UINT64_MAX))
        return;
    for (int i = 0; i < ROUNDS_MAX && !*way->ended && session->phase == SESSION_RELAYING; i++) {
        if (!pass(session, way, buffer))
            return;
    }
}

/* ---- a client that is not read, because the browser takes nothing */

static bool has_hung_up(const struct watch *side)
{
    struct pollfd fd = {.fd = side->fd, .events = WATCH_HANG_UP};
    return poll(&fd, 1, 0) > 0;
}

/* An unsolicited pong (RFC 6455, 5.5.3). A client that has gone leaves behind what it had said, and
 * that it has gone comes after all of it; but bytes to nobody come back as a reset. */
static void beat(struct session *session)
{
    static const unsigned char pong[] = {0x8a, 0};
    if (session->to_client.size > 0 || frames_left(&session->frames) > 0 || session->frames.closed)
        return;
    if (!session_keep(&session->to_client, pong, sizeof pong))
        session_finish(session);
    else
        session_flush(session, &session->to_client, &session->client, UINT64_MAX);
}

static void notice_hang_up(struct session *session, const struct session_ground *ground, bool read)
{
    if (!read && !session->client_hung_up && has_hung_up(&session->client)) {
        session->client_hung_up = true;
        session->late_ms = ground->now_ms + ends[END_BROWSER].linger_ms;
    } else if (read && session->client_hung_up) {
        session->client_hung_up = false;
        session->late_ms = WHEN_NEVER;
    }
}

/* The time that is set stays set: a busy session would set it with every piece. */
static void keep_beat(struct session *session, const struct session_ground *ground, bool read)
{
    bool due = session->beat_ms <= ground->now_ms;
    if (due && !read)
        beat(session);
    if (due || session->beat_ms == WHEN_NEVER)
        session->beat_ms = read ? WHEN_NEVER : ground->now_ms + BEAT_MS;
}

static void mind_client(struct session *session, const struct session_ground *ground)
{
    bool read = session->to_browser.size == 0;
    notice_hang_up(session, ground, read);
    keep_beat(session, ground, read);
}

/* ---- both ways at once */

/* Before the client hears that the browser has gone, everybody is to know it, and it is to be true.
 * Where the browser said goodbye itself nothing is added to that. */
static void doubt(struct session *session, const struct session_ground *ground)
{
    if (session->frames.closed) {
        session_cut(session, ground, END_BROWSER);
        return;
    }
    session->phase = SESSION_DOUBTING;
    session->late_ms = ground->now_ms + BROWSERS_DOUBT_MS;
}

static void relay_both(struct session *session, const struct session_ground *ground)
{
    struct way down = way_down(session), up = way_up(session);
    relay_way(session, &down, ground->buffer);
    if (session->phase == SESSION_RELAYING && !session->browser_ended)
        relay_way(session, &up, ground->buffer);
    if (session->phase == SESSION_RELAYING)
        mind_client(session, ground);
    if (session->phase != SESSION_RELAYING)
        return;
    if (session->browser_ended && session->to_client.size == 0)
        doubt(session, ground);
    else if (session->client_ended && session->to_browser.size == 0)
        session_finish(session);
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
            if (!session_flush(session, &session->to_client, &session->client, left))
                return false;
            continue;
        }
        ssize_t got = session_take(&session->browser, buffer,
                                   left < SESSION_BUFFER ? (size_t)left : SESSION_BUFFER);
        if (got < 0 || (got > 0 && !session_keep(&session->to_client, buffer, (size_t)got)))
            session_finish(session);
        if (got <= 0)
            return false;
    }
    return true;
}

static void cut_further(struct session *session, const struct session_ground *ground)
{
    if (!finish_frame(session, ground->buffer))
        return;
    session_drop(&session->to_client);
    if (session->frames.closed) {
        linger(session, ground);
        return;
    }
    unsigned char frame[FRAMES_CLOSE_MAX];
    size_t size = frames_close(frame, ends[session->end].code, ends[session->end].words);
    session->phase = SESSION_CLOSING;
    if (!session_keep(&session->to_client, frame, size))
        session_finish(session);
}

void session_cut(struct session *session, const struct session_ground *ground, enum session_end end)
{
    if (session->phase != SESSION_RELAYING && session->phase != SESSION_DOUBTING)
        return;
    session->end = end;
    session->phase = SESSION_CUTTING;
    session->late_ms = ground->now_ms + ends[end].patience_ms;
    session->beat_ms = WHEN_NEVER;
    session_drop(&session->to_browser);
}

/* What a client still says is read and dropped: were it left unread, its kernel would hear of a
 * reset, which can overtake the close frame. */
static void wait_for_client(struct session *session, char *buffer)
{
    ssize_t got;
    do
        got = session_take(&session->client, buffer, SESSION_BUFFER);
    while (got > 0);
    if (got < 0)
        session_finish(session);
}

void session_move(struct session *session, const struct session_ground *ground)
{
    if (session->phase == SESSION_RELAYING)
        relay_both(session, ground);
    if (session->phase == SESSION_CUTTING)
        cut_further(session, ground);
    if (session->phase == SESSION_CLOSING &&
        session_flush(session, &session->to_client, &session->client, UINT64_MAX))
        linger(session, ground);
    if (session->phase == SESSION_LINGERING)
        wait_for_client(session, ground->buffer);
}

void session_late(struct session *session)
{
    session_finish(session);
}

int64_t session_next_ms(const struct session *session)
{
    return session->beat_ms < session->late_ms ? session->beat_ms : session->late_ms;
}

/* ---- what to wait for */

uint32_t session_client_events(const struct session *session)
{
    uint32_t out = session->to_client.size > 0 ? POLLOUT : 0;
    switch (session->phase) {
    case SESSION_RELAYING:
        return session->client_ended           ? out
               : session->to_browser.size == 0 ? out | POLLIN
               : session->client_hung_up       ? out
                                               : out | WATCH_HANG_UP;
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
