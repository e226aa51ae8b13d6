/* message: what the API thread tells the screen, one outcome at a time; mailbox carries it over.
 * One thread at a time holds one. */
#ifndef API_MESSAGE_H
#define API_MESSAGE_H

#include "api/endpoint.h"
#include "api/intent.h"

enum message_kind {
    MESSAGE_WRITE,    /* a write settled, or is waiting for something */
    MESSAGE_ENDPOINT, /* the answer to REQUEST_SECRET */
    MESSAGE_NOTICE,   /* a sentence */
};

/* From the API thread; the message owns its fields. */
struct message {
    enum message_kind kind;
    uint64_t id; /* of the intent or the token */
    enum intent_kind intent;
    enum intent_phase phase;
    bool found; /* see struct intent */
    struct identity identity;
    struct trouble *trouble;   /* or NULL */
    struct endpoint *endpoint; /* NULL: not held */
    char sentence[256];        /* of a notice */
    struct message *next;      /* the mailbox's */
};

struct message *message_new(enum message_kind kind);
void message_free(struct message *message);

#endif
