/* intent_list: what a list of leases tells about writes whose outcome is open. See intent.h. */
#include "api/intent_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    CREATED_SLACK_MS = 3000,  /* the server's clock against our idea of it */
    UNLISTED_SLACK_MS = 1000, /* the same where no list tells what was there before */
    REVOKE_SETTLES_MS = 3000, /* what a server said may take so long to reach its lists */
    LIFE_SLACK_MS = 5000,     /* the life a lease got against the one asked for */
};

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

/* Looking for what a create made whose answer was lost. */
struct search {
    struct intents *intents;
    struct intent *create;
    const struct part *leases;
    bool (*taken)(const void *context, const struct identity *lease);
    const void *context;
};

/* Made between the sending and a moment after the answer was lost, by the server's clock: what is
 * made later is more likely somebody else's. */
static bool made_in_time(const struct intent *create, const struct lease *lease)
{
    int64_t slack_ms = create->before != NULL ? CREATED_SLACK_MS : UNLISTED_SLACK_MS;
    int64_t lost_ms = create->sent_server_ms + (create->settled_ms - create->sent_ms);
    return moment_known(lease->created_ms) &&
           lease->created_ms >= create->sent_server_ms - slack_ms &&
           lease->created_ms <= lost_ms + CREATED_SLACK_MS;
}

/* Whether it lives as long as was asked for, as far as both are known. */
static bool lives_as_asked(const struct intent *create, const struct lease *lease)
{
    if (create->ttl_s == 0 || !moment_known(lease->expires_ms))
        return true;
    int64_t differs_ms = lease->expires_ms - lease->created_ms - (int64_t)create->ttl_s * 1000;
    return differs_ms <= LIFE_SLACK_MS && differs_ms >= -LIFE_SLACK_MS;
}

static bool could_be(const struct search *search, const struct lease *lease)
{
    const struct intent *create = search->create;
    struct identity identity = create->lease;
    identity.lease_id = (char *)lease->id;
    return strcmp(lease->protocol, create->protocol) == 0 && made_in_time(create, lease) &&
           part_lease(create->before, lease->id) == NULL &&
           !intents_made(search->intents, &identity) && !search->taken(search->context, &identity);
}

/* The oldest lease that could be it, or NULL, and how many could; of those with the life that was
 * asked for, or of all. */
static const struct lease *candidate(const struct search *search, bool as_asked, size_t *count)
{
    const struct lease *oldest = NULL;
    *count = 0;
    for (size_t i = 0; i < search->leases->count; i++) {
        const struct lease *lease = &search->leases->leases[i];
        if (!could_be(search, lease) || (as_asked && !lives_as_asked(search->create, lease)))
            continue;
        if (oldest == NULL || lease->created_ms < oldest->created_ms)
            oldest = lease;
        ++*count;
    }
    return oldest;
}

/* How many lost creates asked for the same: which of them made which lease makes no difference. */
static size_t alike(const struct intents *intents, const struct intent *create)
{
    size_t count = 0;
    for (size_t i = 0; i < intents->count; i++) {
        const struct intent *other = intents->items[i];
        count += other->kind == INTENT_CREATE && other->phase == INTENT_UNKNOWN &&
                 other->ttl_s == create->ttl_s && strcmp(other->protocol, create->protocol) == 0 &&
                 intent_same_runtime(&other->lease, &create->lease);
    }
    return count;
}

static bool claim(const struct search *search, const struct lease *lease, int64_t now_ms)
{
    struct intent *create = search->create;
    char *id = strdup(lease->id);
    if (id == NULL)
        return false;
    free(create->lease.lease_id);
    create->lease.lease_id = id;
    create->found = true;
    intent_settle(create, INTENT_DONE, now_ms);
    intents_release(search->intents, create, now_ms);
    return true;
}

static bool create_listed(const struct search *search, int64_t asked_ms, int64_t now_ms)
{
    struct intents *intents = search->intents;
    struct intent *create = search->create;
    size_t count;
    if (create_under_way(intents, &create->lease))
        return false;
    const struct lease *lease = candidate(search, true, &count);
    if (lease == NULL)
        candidate(search, false, &count); /* a person may know it; it is not taken for it */
    create->looked_for = true;
    /* Once there were several, one of them ending does not tell which it was. */
    bool more = count > create->could_be;
    if (more)
        create->could_be = count;
    if (lease != NULL && create->could_be <= alike(intents, create))
        return claim(search, lease, now_ms);
    bool unseen = create->unseen ||
                  (!search->leases->cut && asked_ms - create->settled_ms >= intents->surfaces_ms);
    unseen = unseen && create->could_be == 0;
    bool changed = more || unseen != create->unseen;
    create->unseen = unseen;
    create->news |= changed;
    if (changed)
        intents_overdue(intents, create, now_ms);
    return changed;
}

/* A success that could not be read may still be on its way into the lists. */
static bool too_early(const struct intent *revoke, int64_t asked_ms)
{
    return revoke->trouble != NULL && revoke->trouble->kind == TROUBLE_UNREADABLE &&
           asked_ms < revoke->settled_ms + REVOKE_SETTLES_MS;
}

static bool has_ended(const struct intent *intent, const struct part *leases, int64_t server_ms)
{
    const struct lease *lease = part_lease(leases, intent->lease.lease_id);
    return lease == NULL ? !leases->cut : lease_state_ended(lease_state(lease, server_ms));
}

static bool revoke_listed(struct intent *intent, const struct part *leases, int64_t asked_ms,
                          int64_t server_ms, int64_t now_ms)
{
    const struct lease *lease = part_lease(leases, intent->lease.lease_id);
    bool ended = lease == NULL || lease_state_ended(lease_state(lease, server_ms));
    bool revoked = lease != NULL && lease_state(lease, server_ms) == LEASE_REVOKED;
    if ((lease == NULL && leases->cut) || (!ended && too_early(intent, asked_ms)))
        return false;
    intent_settle(intent, ended ? INTENT_DONE : INTENT_FAILED, now_ms);
    intent->unsaid = ended && !revoked;
    return true;
}

/* The server's word against its list: only one that was asked for well after the answer counts. */
static bool done_listed(struct intent *revoke, const struct part *leases, int64_t asked_ms,
                        int64_t server_ms)
{
    const struct lease *lease = part_lease(leases, revoke->lease.lease_id);
    bool lives = lease != NULL && !lease_state_ended(lease_state(lease, server_ms));
    if (asked_ms < revoke->settled_ms + REVOKE_SETTLES_MS || lives == revoke->contradicted ||
        (lease == NULL && leases->cut))
        return false;
    revoke->contradicted = lives;
    revoke->news |= lives;
    return true;
}

/* What was said to be done, by an answer and not by a list. */
static bool answered_revoke(const struct intent *intent)
{
    return intent->kind == INTENT_REVOKE && intent->phase == INTENT_DONE && intent->trouble == NULL;
}

bool intents_listed(struct intents *intents, const struct identity *runtime,
                    const struct part *leases, int64_t asked_ms, int64_t server_ms, int64_t now_ms,
                    bool (*taken)(const void *context, const struct identity *lease),
                    const void *context)
{
    bool changed = false;
    for (size_t i = 0; i < intents->count; i++) {
        struct intent *intent = intents->items[i];
        if (intent->phase == INTENT_FAILED && intent->kind == INTENT_REVOKE &&
            intent_same_runtime(&intent->lease, runtime))
            intent->read |= has_ended(intent, leases, server_ms);
        bool open = intent->phase == INTENT_GONE || intent->phase == INTENT_UNKNOWN;
        if (!(open || answered_revoke(intent)) || asked_ms < intent->settled_ms ||
            !intent_same_runtime(&intent->lease, runtime))
            continue;
        struct search search = {intents, intent, leases, taken, context};
        if (intent->kind == INTENT_CREATE)
            changed |= create_listed(&search, asked_ms, now_ms);
        else if (!open)
            changed |= done_listed(intent, leases, asked_ms, server_ms);
        else
            changed |= revoke_listed(intent, leases, asked_ms, server_ms, now_ms);
    }
    return changed;
}
