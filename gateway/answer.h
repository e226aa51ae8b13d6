/* answer: what goes back: a status, a JSON body, and for a refusal the contract's error shape
 * `{"error", "code", "requestId", "details"}`. The server's thread; no state. */
#ifndef GATEWAY_ANSWER_H
#define GATEWAY_ANSWER_H

#include <jansson.h>
#include <stdbool.h>

/* Every way this server says no; the status and code of each stand in one table in answer.c. */
enum refusal {
    REFUSAL_INVALID,
    REFUSAL_KEY_MISSING,
    REFUSAL_KEY_WRONG,
    REFUSAL_QUOTA,
    REFUSAL_FORBIDDEN,
    REFUSAL_NO_ROUTE,
    REFUSAL_NO_SPACE,
    REFUSAL_NO_RUNTIME,
    REFUSAL_NO_LEASE,
    REFUSAL_METHOD,
    REFUSAL_EXPIRED,
    REFUSAL_REVOKED,
    REFUSAL_CLOSED,
    REFUSAL_UPGRADE,
    REFUSAL_NOT_ACTIVE,
    REFUSAL_TOO_LARGE,
    REFUSAL_MEDIA_TYPE,
    REFUSAL_BROKEN,
    REFUSAL_NO_HOST,
    REFUSAL_COUNT,
};

#define ANSWER_ID_SIZE    28
#define ANSWER_ALLOW_SIZE 64

struct answer {
    unsigned status; /* 0: not decided yet */
    json_t *body;    /* owned; NULL until decided, or without memory */
    char request_id[ANSWER_ID_SIZE];
    char allow[ANSWER_ALLOW_SIZE]; /* value of Allow, or empty */
    bool challenge;                /* say which scheme to authorise with */
    bool upgrade;                  /* say what to upgrade to */
    bool close;                    /* what follows on this connection cannot be trusted */
};

/* `request_id` is unique while the process lives; `seed` sets processes apart. */
void answer_init(struct answer *answer, unsigned seed, unsigned long number);
void answer_clear(struct answer *answer);

/* 200 with `body`, which it takes; without a body (no memory) it is refused as broken. */
void answer_put(struct answer *answer, json_t *body);

/* Refuses, and returns false so that a check can end in it. `field`, or NULL, names the member of
 * the request that is wrong. The sentence is for people and repeats nothing the client sent. */
bool answer_refuse(struct answer *answer, enum refusal refusal, const char *field,
                   const char *sentence);

#endif
