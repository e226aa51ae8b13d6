/* mailbox: moves owned things between the UI thread and the API thread. All locking between
 * them is here. Nothing is called under its lock, and each side is woken after unlocking. A wake-up
 * carries no information: look into the mailbox again before sleeping.
 *
 *     UI thread  --- requests -->  API thread
 *     UI thread  <-- messages ---  API thread      (bounded, each kind by itself; says when it
 *                                                   overflowed)
 *     UI thread  <-- snapshot ---  API thread      (a slot: only the newest counts) */
#ifndef API_MAILBOX_H
#define API_MAILBOX_H

#include "api/error.h"
#include "api/message.h"
#include "api/secret.h"
#include "api/snapshot.h"

enum request_kind {
    REQUEST_SHOW,    /* these runtimes have rows on the screen */
    REQUEST_REFRESH, /* ask for everything now */
    REQUEST_PAUSE,
    REQUEST_CREATE,
    REQUEST_REVOKE,
    REQUEST_ROTATE,
    REQUEST_KEEP,    /* a lease is kept alive, or not any more */
    REQUEST_RESOLVE, /* what is to become of a create whose answer was lost */
    REQUEST_FOCUS,   /* the terminal has the focus, or has lost it */
    REQUEST_CANCEL,
    REQUEST_DISMISS, /* the operator has read what failed */
    REQUEST_SECRET,  /* a copy of an endpoint */
    REQUEST_KEY,     /* another API key */
    REQUEST_SEEK,    /* look into the keyring for what other runs left there */
    REQUEST_STOP,
};

/* From the UI. Which fields count depends on the kind; the request owns them all. */
struct request {
    enum request_kind kind;
    uint64_t id; /* of the intent, or a token that comes back with the secret or the snapshot */
    uint64_t of; /* the intent that is resolved */
    enum resolve choice;
    struct identity identity;
    char *protocol, *options;
    int ttl_s;
    unsigned times;       /* of rotations, see struct keep_terms */
    int64_t milliseconds; /* the grace of a revoke; how long to linger, or to keep alive */
    bool on;
    struct secret *key;
    size_t shown_count;
    struct identity *shown;
    struct request *next; /* the mailbox's */
};

struct request *request_new(enum request_kind kind);
void request_free(struct request *request);

struct mailbox;

struct mailbox *mailbox_new(struct error *error);
void mailbox_free(struct mailbox *mailbox); /* after both sides are done */

/* UI thread. The fd is readable when there may be something to take. */
int mailbox_ui_fd(const struct mailbox *mailbox);
void mailbox_request_put(struct mailbox *mailbox, struct request *request);
struct message *mailbox_message_take(struct mailbox *mailbox, bool *overflowed);
const struct snapshot *mailbox_snapshot_take(struct mailbox *mailbox); /* NULL: none newer */
void mailbox_ui_quiet(
    struct mailbox *mailbox); /* before looking: the fd is not readable any more */

/* API thread. */
int mailbox_api_fd(const struct mailbox *mailbox);
struct request *mailbox_request_take(struct mailbox *mailbox);
void mailbox_message_put(struct mailbox *mailbox, struct message *message);
void mailbox_snapshot_put(struct mailbox *mailbox, const struct snapshot *snapshot);
void mailbox_api_quiet(struct mailbox *mailbox);

#endif
