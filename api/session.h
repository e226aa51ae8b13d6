/* session: one server's fleet as this program knows it: the tree of sources, the schedule, the
 * clock, the key, the writes and the endpoints. Lives on the API thread; `client` gives it requests
 * and time, and it gives back messages and snapshots through the mailbox. */
#ifndef API_SESSION_H
#define API_SESSION_H

#include "api/client.h"
#include "api/http.h"
#include "api/mailbox.h"

struct session;

/* The key passes over to it, also on failure; mailbox and http are borrowed for its whole life. */
struct session *session_new(const struct client_options *options, struct mailbox *mailbox,
                            struct http *http, struct error *error);
void session_free(struct session *session);

/* The first thing on the API thread. */
void session_begin(struct session *session);

/* Does what a request of the UI asks; REQUEST_STOP is the client's own. */
void session_request(struct session *session, struct request *request);

/* An exchange ended. The answer is borrowed. */
void session_answer(struct session *session, struct http_answer *answer);

/* The key was rejected, and there is a place from which another may come. */
bool session_wants_key(const struct session *session);

/* Looks there. */
void session_key_changed(struct session *session);

/* The same where nothing tells of a change: what is wrong with it is said once. */
void session_key_look(struct session *session);

/* Sends what is due and publishes a snapshot if anything changed. */
void session_step(struct session *session, int64_t now_ms);

/* When session_step has something to do by time alone; SCHEDULE_NEVER if never. */
int64_t session_wake_ms(const struct session *session, int64_t now_ms);

/* Before the end: no more lists, and what was confirmed goes out without its grace. */
void session_hurry(struct session *session, int64_t now_ms);

/* Writes that are still to be sent or to be answered. What only a list can settle does not count:
 * at the end none is asked for. */
size_t session_pending(const struct session *session);

#endif
