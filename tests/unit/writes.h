/* writes: what the tests of intents share. One thread. */
#ifndef TESTS_UNIT_WRITES_H
#define TESTS_UNIT_WRITES_H

#include "api/intent.h"
#include "api/limits.h"
#include "api/schedule.h"

#include "tests/unit/listed.h"

#define NOW    1000000
#define SERVER 50000000 /* the server's clock at NOW */

static inline int64_t server_at(int64_t now_ms)
{
    return now_ms - NOW + SERVER;
}

static inline void create(struct intents *intents, uint64_t id, int64_t now_ms)
{
    const struct identity runtime = named("sp", "rt", "");
    assert_true(intents_create(intents, id, &runtime, "cdp", 900, NULL, now_ms));
}

static inline void revoke(struct intents *intents, uint64_t id, const char *lease, int64_t now_ms)
{
    const struct identity identity = named("sp", "rt", lease);
    assert_true(intents_revoke(intents, id, &identity, 0, now_ms));
}

static inline struct intent *take(struct intents *intents, int64_t now_ms)
{
    return intents_take(intents, now_ms, server_at(now_ms));
}

/* How an exchange can end. */
static inline struct intent_answer ended(enum trouble_kind kind, bool sent)
{
    return (struct intent_answer){
        .trouble = kind, .sent = sent, .json_error = true, .retry_after_ms = -1};
}

static inline void answer(struct intents *intents, uint64_t id, struct intent_answer how,
                          int64_t now_ms)
{
    assert_true(intents_answered(intents, intents_find(intents, id), how, now_ms));
}

/* How many are confirmed and not yet known to be done, failed or cancelled. */
static inline size_t pending(struct intents *intents)
{
    size_t count = 0;
    for (size_t i = 0; i < intents_count(intents); i++)
        count += !intent_settled(intents_at(intents, i)->phase);
    return count;
}

static inline enum intent_phase phase_of(struct intents *intents, uint64_t id)
{
    return intents_find(intents, id)->phase;
}

static inline bool nobodys(const void *context, const struct identity *lease)
{
    (void)context, (void)lease;
    return false;
}

/* A good list of the runtime's leases that was asked for at `asked_ms`; given up. */
static inline bool list(struct intents *intents, struct part *part, int64_t asked_ms)
{
    const struct identity runtime = named("sp", "rt", "");
    bool changed = intents_listed(intents, &runtime, part, asked_ms, server_at(asked_ms), asked_ms,
                                  nobodys, NULL);
    part_unref(part);
    return changed;
}

#endif
