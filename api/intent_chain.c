/* intent_chain: writes that wait for others: rotate, and what becomes of a create whose answer was
 * lost. See intent.h. Room for what will be sent is taken when it is confirmed, so that what
 * depends on it cannot fail for want of memory halfway. */
#include "api/intent_internal.h"

#include <stdlib.h>
#include <string.h>

static bool hold(struct intents *intents, uint64_t id, const struct identity *lease, uint64_t waits,
                 enum intent_hold why, int64_t now_ms)
{
    if (!intents_revoke(intents, id, lease, 0, now_ms))
        return false;
    struct intent *revoke = intents->items[intents->count - 1];
    revoke->phase = INTENT_HELD;
    revoke->waits = waits;
    revoke->hold = why;
    return true;
}

static bool create_instead(struct intents *intents, uint64_t id, const struct identity *lease,
                           const char *protocol, int ttl_s, const char *options, int64_t now_ms)
{
    struct identity runtime = *lease;
    runtime.lease_id = (char *)"";
    if (!intents_create(intents, id, &runtime, protocol, ttl_s, options, now_ms))
        return false;
    struct intent *create = intents->items[intents->count - 1];
    create->replaces = strdup(lease->lease_id);
    if (create->replaces != NULL)
        return true;
    intents_drop_last(intents);
    return false;
}

bool intents_rotate(struct intents *intents, uint64_t id, uint64_t revoke_id,
                    const struct identity *lease, const char *protocol, int ttl_s,
                    const char *options, int64_t now_ms)
{
    if (!create_instead(intents, id, lease, protocol, ttl_s, options, now_ms))
        return false;
    if (hold(intents, revoke_id, lease, id, HOLD_MADE, now_ms))
        return true;
    intents_drop_last(intents);
    return false;
}

/* A revoke that is not sent after all is nobody's news: what the create came to says it. */
static void drop(struct intent *revoke, int64_t now_ms)
{
    intent_settle(revoke, INTENT_CANCELLED, now_ms);
    revoke->reported = INTENT_CANCELLED;
}

static void revoke_found(struct intent *revoke, const struct intent *create, int64_t now_ms)
{
    struct identity found;
    if (!identity_copy(&found, &create->lease)) {
        intent_settle(revoke, INTENT_FAILED, now_ms);
        revoke->trouble = trouble_new(TROUBLE_MEMORY, "out of memory");
        return;
    }
    identity_clear(&revoke->lease);
    revoke->lease = found;
    intent_send(revoke, now_ms);
}

void intents_release(struct intents *intents, struct intent *create, int64_t now_ms)
{
    if (!intent_settled(create->phase))
        return;
    bool made = create->phase == INTENT_DONE && !create->found && !create->stays;
    create->stays = !made;
    for (size_t i = 0; i < intents->count; i++) {
        struct intent *revoke = intents->items[i];
        if (revoke->phase != INTENT_HELD || revoke->waits != create->id)
            continue;
        if (revoke->hold == HOLD_MADE && made)
            intent_send(revoke, now_ms);
        else if (revoke->hold == HOLD_FOUND && create->found)
            revoke_found(revoke, create, now_ms);
        else
            drop(revoke, now_ms);
    }
}

static struct intent *held_for(const struct intents *intents, const struct intent *create,
                               enum intent_hold why)
{
    for (size_t i = 0; i < intents->count; i++) {
        struct intent *revoke = intents->items[i];
        if (revoke->phase == INTENT_HELD && revoke->waits == create->id && revoke->hold == why)
            return revoke;
    }
    return NULL;
}

void intents_overdue(struct intents *intents, struct intent *create, int64_t now_ms)
{
    struct intent *held = held_for(intents, create, HOLD_MADE);
    if (create->kept && held != NULL)
        drop(held, now_ms);
}

bool intent_doubtful(const struct intent *intent)
{
    return intent->phase == INTENT_UNKNOWN && (intent->unseen || intent->could_be > 0);
}

bool intents_awaited(const struct intents *intents, const struct intent *create)
{
    return held_for(intents, create, HOLD_FOUND) != NULL;
}

void intents_abandon(struct intents *intents, struct intent *create, int64_t now_ms)
{
    intent_settle(create, INTENT_CANCELLED, now_ms);
    create->reported = INTENT_CANCELLED;
    create->news = false;
    intents_release(intents, create, now_ms);
}

/* One that lists had their say about is not asked about any more. */
static bool keep_found(struct intents *intents, struct intent *create, uint64_t id, int64_t now_ms)
{
    (void)id;
    struct intent *held = held_for(intents, create, HOLD_FOUND);
    if (held != NULL)
        drop(held, now_ms);
    if (intent_doubtful(create))
        intents_abandon(intents, create, now_ms);
    return true;
}

static bool revoke_it(struct intents *intents, struct intent *create, uint64_t id, int64_t now_ms)
{
    if (create->found)
        return intents_revoke(intents, id, &create->lease, 0, now_ms);
    return held_for(intents, create, HOLD_FOUND) != NULL ||
           hold(intents, id, &create->lease, create->id, HOLD_FOUND, now_ms);
}

/* What waits for the lost one's success waits for that of the next. */
static bool create_again(struct intents *intents, struct intent *create, uint64_t id,
                         int64_t now_ms)
{
    struct intent *held = held_for(intents, create, HOLD_MADE);
    const char *options = create->options;
    if (held == NULL)
        return intents_create(intents, id, &create->lease, create->protocol, create->ttl_s, options,
                              now_ms);
    if (!create_instead(intents, id, &held->lease, create->protocol, create->ttl_s, options,
                        now_ms))
        return false;
    held->waits = id;
    return true;
}

bool intents_resolve(struct intents *intents, uint64_t of, enum resolve choice, uint64_t id,
                     int64_t now_ms)
{
    static bool (*const choices[])(struct intents *, struct intent *, uint64_t, int64_t) = {
        [RESOLVE_KEEP] = keep_found,
        [RESOLVE_REVOKE] = revoke_it,
        [RESOLVE_AGAIN] = create_again,
    };
    struct intent *create = intents_find(intents, of);
    bool lost = create != NULL && create->kind == INTENT_CREATE &&
                (create->phase == INTENT_UNKNOWN || create->found);
    return lost && choices[choice](intents, create, id, now_ms);
}

/* ---- asking about one lease, or one runtime */

static bool any(const struct intents *intents, const struct identity *identity,
                bool (*holds)(const struct intent *, const struct identity *))
{
    for (size_t i = 0; i < intents->count; i++) {
        if (holds(intents->items[i], identity))
            return true;
    }
    return false;
}

static bool ended(const struct intent *intent, const struct identity *lease)
{
    return intent->kind == INTENT_REVOKE && intent->phase == INTENT_DONE &&
           identity_compare(&intent->lease, lease) == 0;
}

bool intents_ended(const struct intents *intents, const struct identity *lease)
{
    return any(intents, lease, ended);
}

static bool ending(const struct intent *intent, const struct identity *lease)
{
    return intent->kind == INTENT_REVOKE && intent->phase != INTENT_HELD &&
           !intent_settled(intent->phase) && identity_compare(&intent->lease, lease) == 0;
}

bool intents_ending(const struct intents *intents, const struct identity *lease)
{
    return any(intents, lease, ending);
}

static bool rotating(const struct intent *intent, const struct identity *lease)
{
    return intent->kind == INTENT_CREATE && intent->replaces != NULL &&
           !intent_settled(intent->phase) && !intent_doubtful(intent) &&
           strcmp(intent->replaces, lease->lease_id) == 0 &&
           intent_same_runtime(&intent->lease, lease);
}

bool intents_rotating(const struct intents *intents, const struct identity *lease)
{
    return any(intents, lease, rotating);
}

/* After a rate limit the server has not acted, however often it was asked. */
static bool under_way(const struct intent *intent, const struct identity *runtime)
{
    bool limited = intent->trouble != NULL && intent->trouble->kind == TROUBLE_LIMITED;
    bool again = intent->phase == INTENT_QUEUED && intent->tries > 0 && !limited;
    bool lost =
        intent->kind == INTENT_CREATE && intent->phase == INTENT_UNKNOWN && !intent->looked_for;
    return (intent->phase == INTENT_SENT || again || lost) &&
           intent_same_runtime(&intent->lease, runtime);
}

bool intents_under_way(const struct intents *intents, const struct identity *runtime)
{
    return any(intents, runtime, under_way);
}
