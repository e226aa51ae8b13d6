/* session: a client that is attached to a browser: two sockets, and the bytes between them. What
 * the client has been sent is followed frame by frame, so that it can be ended between two. Relay's
 * thread, once it has been handed over. */
#ifndef GATEWAY_SESSION_H
#define GATEWAY_SESSION_H

#include "gateway/frames.h"
#include "gateway/watch.h"

#include <stdbool.h>
#include <stddef.h>

/* Why a session is ended from here; its close code stands in one table in session.c. */
enum session_end { END_NONE, END_EXPIRED, END_REVOKED, END_BROWSER, END_CLOSED, END_GATEWAY };

#define SESSION_BUFFER (256 * 1024)

enum session_phase {
    SESSION_RELAYING,
    SESSION_DOUBTING,  /* the browser has hung up: because it has ended? */
    SESSION_CUTTING,   /* the frame under way is finished, and nothing else */
    SESSION_CLOSING,   /* the close frame is being sent */
    SESSION_LINGERING, /* all is sent; the client has yet to hang up */
    SESSION_OVER,
};

/* What one side has sent and the other could not take yet; no bytes, no memory. */
struct backlog {
    char *bytes;
    size_t size, sent;
};

struct session {
    uint64_t serial;    /* of the lease */
    int64_t expires_ms; /* of the lease */
    unsigned browser_number;
    void *handle;         /* of the HTTP library, for the client's socket, which is its own */
    enum session_end cut; /* somebody wants it ended; under the relay's lock */
    struct session *next; /* under the relay's lock */

    enum session_phase phase;
    struct watch client, browser;
    struct backlog to_client, to_browser;
    struct frames frames; /* of what has been sent to the client */
    bool browser_ended, client_ended;
    bool client_hung_up;  /* but it has not been read to its end */
    enum session_end end; /* what it is being ended with */
    int64_t late_ms;      /* monotonic: when patience ends; WHEN_NEVER: it does not */
    int64_t beat_ms;      /* monotonic: when the client gets a heartbeat; WHEN_NEVER: not at all */
};

/* What a session needs of the loop around it. */
struct session_ground {
    char *buffer; /* of SESSION_BUFFER, for as long as a call takes */
    int64_t now_ms;
    struct relay *relay;
};

/* NULL without memory. `browser` is a connected socket, which it takes. */
struct session *session_new(int browser, uint64_t serial, int64_t expires_ms);

/* Closes the browser's socket; the client's is closed by whoever owns it. */
void session_free(struct session *session);

/* Keeps bytes that came from one side before it was relayed; false without memory. */
bool session_keep(struct backlog *backlog, const void *bytes, size_t size);

/* Moves what can be moved, after something has become ready or anything was changed. `over` is the
 * phase when nothing is left to do. */
void session_move(struct session *session, const struct session_ground *ground);

/* Begins to end it with a close frame; session_move goes on with it. */
void session_cut(struct session *session, const struct session_ground *ground,
                 enum session_end end);

/* Its time is over: what is under way is dropped. */
void session_late(struct session *session);

/* Monotonic: when it is to be moved in any case, or is late; WHEN_NEVER. */
int64_t session_next_ms(const struct session *session);

/* What to wait for on each side. */
uint32_t session_client_events(const struct session *session);
uint32_t session_browser_events(const struct session *session);

#endif
