/* intent: see intent.h. */
#include "api/intent.h"

#include "api/limits.h"
#include "api/schedule.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    REVOKE_TRIES = 4,
    RETRY_FIRST_MS = 500,
    LIMITED_MS = 2000,          /* a 429 that does not say how long */
    CREATED_SLACK_MS = 3000,    /* the server's clock against our idea of it */
    CREATE_SURFACES_MS = 20000, /* see intents_surface_within */
};

struct intents {
    size_t count, room, flying;
    int64_t surfaces_ms;
    struct intent **items; /* pointers: an exchange under way holds on to one */
};

bool intent_settled(enum intent_phase phase)
{
    return phase >= INTENT_DONE;
}

struct intents *intents_new(void)
{
    struct intents *intents = calloc(1, sizeof *intents);
    if (intents != NULL)
        intents->surfaces_ms = CREATE_SURFACES_MS;
    return intents;
}

void intents_surface_within(struct intents *intents, int64_t surfaces_ms)
{
    intents->surfaces_ms = surfaces_ms;
}

static void intent_free(struct intent *intent)
{
    if (intent == NULL)
        return;
    identity_clear(&intent->lease);
    free(intent->protocol);
    free(intent->options);
    trouble_unref(intent->trouble);
    part_unref(intent->before);
    free(intent);
}

void intents_free(struct intents *intents)
{
    if (intents == NULL)
        return;
    for (size_t i = 0; i < intents->count; i++)
        intent_free(intents->items[i]);
    free(intents->items);
    free(intents);
}

static bool make_room(struct intents *intents)
{
    if (intents->count == LIMIT_INTENTS)
        return false;
    if (intents->count < intents->room)
        return true;
    size_t room = intents->room == 0 ? 8 : intents->room * 2;
    struct intent **items = realloc(intents->items, room * sizeof *items);
    if (items == NULL)
        return false;
    intents->items = items;
    intents->room = room;
    return true;
}

static struct intent *add(struct intents *intents, uint64_t id, enum intent_kind kind,
                          const struct identity *lease)
{
    struct intent *intent = calloc(1, sizeof *intent);
    if (intent == NULL || !make_room(intents) || !identity_copy(&intent->lease, lease)) {
        intent_free(intent);
        return NULL;
    }
    intent->id = id;
    intent->kind = kind;
    intents->items[intents->count++] = intent;
    return intent;
}

bool intents_create(struct intents *intents, uint64_t id, const struct identity *runtime,
                    const char *protocol, int ttl_s, const char *options, int64_t now_ms)
{
    struct intent *intent = add(intents, id, INTENT_CREATE, runtime);
    if (intent == NULL)
        return false;
    intent->phase = INTENT_QUEUED;
    intent->due_ms = now_ms;
    intent->ttl_s = ttl_s;
    intent->protocol = strdup(protocol);
    intent->options = options != NULL ? strdup(options) : NULL;
    if (intent->protocol != NULL && (options == NULL || intent->options != NULL))
        return true;
    intents->count--;
    intent_free(intent);
    return false;
}

bool intents_revoke(struct intents *intents, uint64_t id, const struct identity *lease,
                    int64_t grace_ms, int64_t now_ms)
{
    struct intent *intent = add(intents, id, INTENT_REVOKE, lease);
    if (intent == NULL)
        return false;
    intent->phase = grace_ms > 0 ? INTENT_GRACE : INTENT_QUEUED;
    intent->due_ms = now_ms + grace_ms;
    return true;
}

struct intent *intents_find(struct intents *intents, uint64_t id)
{
    for (size_t i = 0; i < intents->count; i++) {
        if (intents->items[i]->id == id)
            return intents->items[i];
    }
    return NULL;
}

static void settle(struct intent *intent, enum intent_phase phase, int64_t now_ms)
{
    intent->phase = phase;
    intent->settled_ms = now_ms;
}

bool intents_cancel(struct intents *intents, uint64_t id, int64_t now_ms)
{
    struct intent *intent = intents_find(intents, id);
    if (intent == NULL || intent->phase != INTENT_GRACE)
        return false;
    settle(intent, INTENT_CANCELLED, now_ms);
    return true;
}

void intents_hurry(struct intents *intents, int64_t now_ms)
{
    for (size_t i = 0; i < intents->count; i++) {
        struct intent *intent = intents->items[i];
        if ((intent->phase == INTENT_GRACE || intent->phase == INTENT_QUEUED) &&
            intent->due_ms > now_ms)
            intent->due_ms = now_ms;
    }
}

static bool due(const struct intent *intent, int64_t now_ms)
{
    return (intent->phase == INTENT_GRACE || intent->phase == INTENT_QUEUED) &&
           intent->due_ms <= now_ms;
}

struct intent *intents_take(struct intents *intents, int64_t now_ms, int64_t server_ms)
{
    for (size_t i = 0; i < intents->count && intents->flying < LIMIT_WRITES; i++) {
        struct intent *intent = intents->items[i];
        if (!due(intent, now_ms))
            continue;
        intent->phase = INTENT_SENT;
        intent->sent_ms = now_ms;
        intent->sent_server_ms = server_ms;
        intent->tries++;
        intents->flying++;
        return intent;
    }
    return NULL;
}

static void again(struct intent *intent, int64_t pause_ms, int64_t now_ms)
{
    intent->phase = INTENT_QUEUED;
    intent->due_ms = now_ms + pause_ms;
}

/* A rate limit is of the server and not of one lease: those that wait for their turn wait on. */
static void hold_queued(struct intents *intents, int64_t until_ms)
{
    for (size_t i = 0; i < intents->count; i++) {
        struct intent *intent = intents->items[i];
        if (intent->kind == INTENT_REVOKE && intent->phase == INTENT_QUEUED &&
            intent->due_ms < until_ms)
            intent->due_ms = until_ms;
    }
}

static void create_failed(struct intent *intent, const struct intent_answer *answer, int64_t now_ms)
{
    if (trouble_not_acted(answer->trouble, answer->sent))
        settle(intent, INTENT_FAILED, now_ms);
    else
        intent->phase = INTENT_UNKNOWN;
}

static void revoke_limited(struct intents *intents, struct intent *intent, int64_t retry_after_ms,
                           int64_t now_ms)
{
    int64_t pause_ms = retry_after_ms >= 0 ? retry_after_ms : LIMITED_MS;
    again(intent, pause_ms > RETRY_FIRST_MS ? pause_ms : RETRY_FIRST_MS, now_ms);
    hold_queued(intents, intent->due_ms);
}

static void revoke_failed(struct intents *intents, struct intent *intent,
                          const struct intent_answer *answer, int64_t now_ms)
{
    bool passing =
        trouble_scope(answer->trouble) == SCOPE_SERVER || !trouble_not_acted(answer->trouble, true);
    if (answer->trouble == TROUBLE_LIMITED)
        revoke_limited(intents, intent, answer->retry_after_ms, now_ms);
    else if (answer->trouble == TROUBLE_GONE && answer->json_error)
        intent->phase = INTENT_GONE;
    else if (!passing || answer->trouble == TROUBLE_UNAUTHORISED)
        settle(intent, INTENT_FAILED, now_ms);
    else if (intent->tries < REVOKE_TRIES)
        again(intent, (int64_t)RETRY_FIRST_MS << intent->tries, now_ms);
    else
        intent->phase = INTENT_UNKNOWN;
}

bool intents_answered(struct intents *intents, struct intent *intent, struct intent_answer answer,
                      int64_t now_ms)
{
    intents->flying--;
    trouble_unref(intent->trouble);
    intent->trouble = answer.why;
    intent->settled_ms = now_ms; /* of GONE and UNKNOWN: a list must be newer than this */
    bool created = intent->kind == INTENT_CREATE && answer.trouble == TROUBLE_NONE;
    if (created && answer.lease_id == NULL)
        intent->phase = INTENT_UNKNOWN;
    else if (answer.trouble == TROUBLE_NONE)
        settle(intent, INTENT_DONE, now_ms);
    else if (intent->kind == INTENT_CREATE)
        create_failed(intent, &answer, now_ms);
    else
        revoke_failed(intents, intent, &answer, now_ms);
    if (!created || answer.lease_id == NULL)
        return true;
    char *id = strdup(answer.lease_id);
    if (id == NULL)
        return false;
    free(intent->lease.lease_id);
    intent->lease.lease_id = id;
    return true;
}

static bool same_runtime(const struct identity *a, const struct identity *b)
{
    return strcmp(a->runtime_id, b->runtime_id) == 0 && strcmp(a->space_id, b->space_id) == 0;
}

/* While a create is under way, a new lease in its runtime may be its own. */
static bool create_under_way(const struct intents *intents, const struct identity *runtime)
{
    for (size_t i = 0; i < intents->count; i++) {
        const struct intent *intent = intents->items[i];
        if (intent->kind == INTENT_CREATE && intent->phase == INTENT_SENT &&
            same_runtime(&intent->lease, runtime))
            return true;
    }
    return false;
}

static bool made_by_a_create(const struct intents *intents, const struct identity *lease)
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
            part_lease(intent->before, lease->id) == NULL &&
            !made_by_a_create(intents, &identity) && !taken(context, &identity))
            return lease;
    }
    return NULL;
}

static bool create_listed(const struct intents *intents, struct intent *intent,
                          const struct part *leases, int64_t asked_ms, int64_t now_ms,
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
        settle(intent, INTENT_DONE, now_ms);
        return true;
    }
    if (asked_ms - intent->settled_ms < intents->surfaces_ms || leases->cut)
        return false;
    settle(intent, INTENT_FAILED, now_ms);
    return true;
}

static bool revoke_listed(struct intent *intent, const struct part *leases, int64_t server_ms,
                          int64_t now_ms)
{
    const struct lease *lease = part_lease(leases, intent->lease.lease_id);
    if (lease == NULL && leases->cut)
        return false;
    bool ended = lease == NULL || lease_state_ended(lease_state(lease, server_ms));
    settle(intent, ended ? INTENT_DONE : INTENT_FAILED, now_ms);
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
        if (!open || asked_ms < intent->settled_ms || !same_runtime(&intent->lease, runtime))
            continue;
        if (intent->kind == INTENT_CREATE)
            changed |= create_listed(intents, intent, leases, asked_ms, now_ms, taken, context);
        else
            changed |= revoke_listed(intent, leases, server_ms, now_ms);
    }
    return changed;
}

/* Keeps those for which `keep` holds. */
static bool sweep(struct intents *intents, bool (*keep)(const struct intent *, int64_t),
                  int64_t now_ms)
{
    size_t kept = 0, before = intents->count;
    for (size_t i = 0; i < before; i++) {
        if (keep(intents->items[i], now_ms))
            intents->items[kept++] = intents->items[i];
        else
            intent_free(intents->items[i]);
    }
    intents->count = kept;
    return kept != before;
}

static bool remembered(const struct intent *intent, int64_t now_ms)
{
    return !intent_settled(intent->phase) || intent->reported != intent->phase ||
           now_ms < intent->settled_ms + INTENT_REMEMBER_MS;
}

static bool not_failed(const struct intent *intent, int64_t now_ms)
{
    (void)now_ms;
    return intent->phase != INTENT_FAILED;
}

bool intents_forget(struct intents *intents, int64_t now_ms)
{
    return sweep(intents, remembered, now_ms);
}

bool intents_dismiss(struct intents *intents)
{
    return sweep(intents, not_failed, 0);
}

int64_t intents_wake_ms(const struct intents *intents)
{
    int64_t wake_ms = SCHEDULE_NEVER;
    for (size_t i = 0; i < intents->count; i++) {
        const struct intent *intent = intents->items[i];
        int64_t at_ms = SCHEDULE_NEVER;
        if (intent->phase == INTENT_GRACE || intent->phase == INTENT_QUEUED)
            at_ms = intents->flying < LIMIT_WRITES ? intent->due_ms : SCHEDULE_NEVER;
        else if (intent_settled(intent->phase) && intent->reported == intent->phase)
            at_ms = intent->settled_ms + INTENT_REMEMBER_MS;
        wake_ms = at_ms < wake_ms ? at_ms : wake_ms;
    }
    return wake_ms;
}

size_t intents_pending(const struct intents *intents)
{
    size_t pending = 0;
    for (size_t i = 0; i < intents->count; i++)
        pending += !intent_settled(intents->items[i]->phase);
    return pending;
}

size_t intents_count(const struct intents *intents)
{
    return intents->count;
}

struct intent *intents_at(struct intents *intents, size_t place)
{
    return intents->items[place];
}

static bool view_init(struct intent_view *view, const struct intent *intent)
{
    *view = (struct intent_view){
        .id = intent->id,
        .kind = intent->kind,
        .phase = intent->phase,
        .ttl_s = intent->ttl_s,
        .due_ms = intent->due_ms,
        .settled_ms = intent->settled_ms,
        .found = intent->found,
        .trouble = trouble_ref(intent->trouble),
        .protocol = strdup(intent->protocol != NULL ? intent->protocol : ""),
    };
    return identity_copy(&view->lease, &intent->lease) && view->protocol != NULL;
}

struct intents_view *intents_publish(const struct intents *intents)
{
    struct intents_view *view = calloc(1, sizeof *view + intents->count * sizeof *view->items);
    if (view == NULL || intents->count == 0) {
        free(view);
        return NULL;
    }
    view->references = 1;
    for (size_t i = 0; i < intents->count; i++) {
        view->count++;
        if (!view_init(&view->items[i], intents->items[i])) {
            intents_view_unref(view);
            return NULL;
        }
    }
    return view;
}

struct intents_view *intents_view_ref(const struct intents_view *view)
{
    struct intents_view *counted = (struct intents_view *)view;
    if (counted != NULL)
        atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);
    return counted;
}

void intents_view_unref(const struct intents_view *view)
{
    struct intents_view *counted = (struct intents_view *)view;
    if (counted == NULL ||
        atomic_fetch_sub_explicit(&counted->references, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < counted->count; i++) {
        identity_clear(&counted->items[i].lease);
        free(counted->items[i].protocol);
        trouble_unref(counted->items[i].trouble);
    }
    free(counted);
}
