/* message: what the API thread tells the screen, one outcome at a time; mailbox carries it over.
 * One thread at a time holds one. */
#ifndef API_MESSAGE_H
#define API_MESSAGE_H

#include "api/endpoint.h"
#include "api/event.h"
#include "api/intent.h"

enum message_kind {
    MESSAGE_WRITE,    /* a write settled, or is waiting for something */
    MESSAGE_ENDPOINT, /* the answer to REQUEST_SECRET */
    MESSAGE_NOTICE,   /* a sentence */
    MESSAGE_EVENT,    /* something happened that was not done here, or a write was confirmed */
    MESSAGE_KINDS
};

/* From the API thread; the message owns its fields. */
struct message {
    enum message_kind kind;
    uint64_t id; /* of the intent or the token */
    enum intent_kind intent;
    enum intent_phase phase;
    bool found, kept, stays;       /* of a write: see struct intent */
    size_t could_be;               /* the same */
    bool unseen;                   /* the same */
    int unseen_s;                  /* unseen: for how long */
    bool contradicted;             /* the same, of a revoke */
    bool unsaid;                   /* the same */
    bool unanswered;               /* the same */
    bool bare;                     /* the same, of a create */
    struct endpoint_unread unread; /* of a create: what of its endpoint was not understood */
    char *replaces;                /* of a create: the lease in whose place it is, or NULL */
    uint64_t waits;                /* of a revoke: the create that it waited for, or 0 */
    struct identity identity;
    char *space_name, *runtime_name;   /* of writes and events: foreign text; NULL: not known */
    char *protocol;                    /* of a create and of EVENT_CONFIRMED of one; or NULL */
    int ttl_s;                         /* the same; 0: the server's choice */
    int latency_ms;                    /* of a write's last answer; -1: there was none */
    char request_id[REQUEST_ID_BYTES]; /* the same; "": not known */
    int64_t server_ms;                 /* of writes and events: the server's time now */
    int64_t created_ms, expires_ms;    /* of the lease of a write; MOMENT_NONE: not known */
    struct event event;        /* MESSAGE_EVENT; of a CONFIRMED one `id` and `intent` count too */
    struct trouble *trouble;   /* or NULL */
    struct endpoint *endpoint; /* NULL: not held */
    char sentence[256];        /* of a notice */
    int64_t gate_ms;           /* the same: until when the server asked to wait, by the boot clock;
                                  0: it is about something else */
    struct message *next;      /* the mailbox's */
};

struct message *message_new(enum message_kind kind);
void message_free(struct message *message);

#endif
