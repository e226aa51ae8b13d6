/* intent_list: what a list of leases tells about writes whose outcome is open. See intent.h. */
#include "api/intent_internal.h"

#include <stdlib.h>
#include <string.h>

enum { CREATED_SLACK_MS = 3000 }; /* the server's clock against our idea of it */

bool intent_same_runtime(const struct identity *a, const struct identity *b)
{
    return strcmp(a->runtime_id, b->runtime_id) == 0 && strcmp(a->space_id, b->space_id) == 0;
}

/* While a create is under way, a new lease in its runtime may be its own. */
static bool create_under_way(const struct intents *intents, const struct identity *runtime)
{
    for (size_t i = 0; i < intents->count; i++) {
        const struct intent *intent = intents->items[i];
        if (intent->kind == INTENT_CREATE && intent->phase == INTENT_SENT &&
            intent_same_runtime(&intent->lease, runtime))
            return true;
    }
    return false;
}

bool intents_made(const struct intents *intents, const struct identity *lease)
{
    for (size_t i = 0; i < intents->count; i++) {
        const struct intent *intent = intents->items[i];
        if (intent->kind == INTENT_CREATE && identity_compare(&intent->lease, lease) == 0)
            return true;
    }
    return false;
}

/* A lease that can only be the one whose create got no answer. */
static const struct lease *candidate(const struct intents *intents, const struct intent *intent,
                                     const struct part *leases,
                                     bool (*taken)(const void *, const struct identity *),
                                     const void *context)
{
    for (size_t i = 0; i < leases->count; i++) {
        const struct lease *lease = &leases->leases[i];
        struct identity identity = intent->lease;
        identity.lease_id = (char *)lease->id;
        if (strcmp(lease->protocol, intent->protocol) == 0 && moment_known(lease->created_ms) &&
            lease->created_ms >= intent->sent_server_ms - CREATED_SLACK_MS &&
            part_lease(intent->before, lease->id) == NULL && !intents_made(intents, &identity) &&
            !taken(context, &identity))
            return lease;
    }
    return NULL;
}

static bool create_listed(struct intents *intents, struct intent *intent, const struct part *leases,
                          int64_t asked_ms, int64_t now_ms,
                          bool (*taken)(const void *, const struct identity *), const void *context)
{
    if (create_under_way(intents, &intent->lease))
        return false;
    const struct lease *lease = candidate(intents, intent, leases, taken, context);
    if (lease != NULL) {
        char *id = strdup(lease->id);
        if (id == NULL)
            return false;
        free(intent->lease.lease_id);
        intent->lease.lease_id = id;
        intent->found = true;
        intent_settle(intent, INTENT_DONE, now_ms);
        intents_release(intents, intent, now_ms);
        return true;
    }
    if (asked_ms - intent->settled_ms < intents->surfaces_ms || leases->cut)
        return false;
    intent_settle(intent, INTENT_FAILED, now_ms);
    intents_release(intents, intent, now_ms);
    return true;
}

static bool revoke_listed(struct intent *intent, const struct part *leases, int64_t server_ms,
                          int64_t now_ms)
{
    const struct lease *lease = part_lease(leases, intent->lease.lease_id);
    if (lease == NULL && leases->cut)
        return false;
    bool ended = lease == NULL || lease_state_ended(lease_state(lease, server_ms));
    intent_settle(intent, ended ? INTENT_DONE : INTENT_FAILED, now_ms);
    return true;
}

bool intents_listed(struct intents *intents, const struct identity *runtime,
                    const struct part *leases, int64_t asked_ms, int64_t server_ms, int64_t now_ms,
                    bool (*taken)(const void *context, const struct identity *lease),
                    const void *context)
{
    bool changed = false;
    for (size_t i = 0; i < intents->count; i++) {
        struct intent *intent = intents->items[i];
        bool open = intent->phase == INTENT_GONE || intent->phase == INTENT_UNKNOWN;
        if (!open || asked_ms < intent->settled_ms || !intent_same_runtime(&intent->lease, runtime))
            continue;
        if (intent->kind == INTENT_CREATE)
            changed |= create_listed(intents, intent, leases, asked_ms, now_ms, taken, context);
        else
            changed |= revoke_listed(intent, leases, server_ms, now_ms);
    }
    return changed;
}
