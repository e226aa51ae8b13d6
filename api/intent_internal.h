/* intent_internal: what the files of the writes share. Not for anyone else. Pure; API
 * thread.
 *     intent.c        their life
 *     intent_chain.c  writes that wait for others: rotate, and what becomes of a lost create
 *     intent_list.c   what a list tells about those that are open
 *     intent_view.c   what a snapshot shows of them */
#ifndef API_INTENT_INTERNAL_H
#define API_INTENT_INTERNAL_H

#include "api/intent.h"

struct intents {
    size_t count, room, flying;
    int64_t surfaces_ms;
    unsigned limits;    /* rounds of revokes in a row that a rate limit refused */
    int64_t limited_ms; /* boot clock: before this, what is refused is of the round before */
    struct intent **items; /* pointers: an exchange under way holds on to one */
};

/* intent.c */
void intent_settle(struct intent *intent, enum intent_phase phase, int64_t now_ms);
void intent_send(struct intent *intent, int64_t due_ms);
/* Takes back the newest one, which nobody has heard of yet. */
void intents_drop_last(struct intents *intents);

/* intent_chain.c */
/* The create has settled: what waited for it goes on, or has no reason any more. */
void intents_release(struct intents *intents, struct intent *create, int64_t now_ms);
/* A lost create is doubtful: what cannot wait goes on without it. */
void intents_overdue(struct intents *intents, struct intent *create, int64_t now_ms);
/* Nobody asks any more what became of a lost create, and nothing waits for it. */
void intents_abandon(struct intents *intents, struct intent *create, int64_t now_ms);
/* It is to be revoked as soon as it is seen. */
bool intents_awaited(const struct intents *intents, const struct intent *create);

/* intent_list.c */
bool intent_same_runtime(const struct identity *a, const struct identity *b);

#endif
