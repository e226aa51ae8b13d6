/* intent: see intent.h. This file: the life of a write. */
#include "api/intent_internal.h"

#include "api/copy.h"
#include "api/limits.h"
#include "api/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REVOKE_TRIES = 4,
    RETRY_FIRST_MS = 500,
    LIMITED_MS = 2000,          /* a 429 that does not say how long */
    LIMITED_MAX_MS = 60000,     /* unless the server asks for more */
    CREATE_SURFACES_MS = 20000, /* see intents_unseen_after */
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

void intents_unseen_after(struct intents *intents, int64_t surfaces_ms)
{
    intents->surfaces_ms = surfaces_ms;
}

int64_t intents_surface_ms(const struct intents *intents)
{
    return intents->surfaces_ms;
}

static void intent_free(struct intent *intent)
{
    if (intent == NULL)
        return;
    identity_clear(&intent->lease);
    free(intent->protocol);
    free(intent->options);
    free(intent->replaces);
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

/* What failed stays to be read, but does not keep others from being sent. */
static void drop_oldest_failed(struct intents *intents)
{
    size_t i = 0;
    while (i < intents->count && (intents->items[i]->phase != INTENT_FAILED ||
                                  intents->items[i]->reported != INTENT_FAILED))
        i++;
    if (i == intents->count)
        return;
    intent_free(intents->items[i]);
    intents->count--;
    memmove(&intents->items[i], &intents->items[i + 1],
            (intents->count - i) * sizeof *intents->items);
}

static bool make_room(struct intents *intents)
{
    if (intents->count == LIMIT_INTENTS)
        drop_oldest_failed(intents);
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
    intent->latency_ms = -1;
    intents->items[intents->count++] = intent;
    return intent;
}

void intents_drop_last(struct intents *intents)
{
    intent_free(intents->items[--intents->count]);
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
    intent->options = copy_text(options, NULL);
    if (intent->protocol != NULL && (options == NULL || intent->options != NULL))
        return true;
    intents_drop_last(intents);
    return false;
}

/* Who acts again on a lease has read what became of it before. */
static void read_failed(struct intents *intents, const struct identity *lease)
{
    for (size_t i = 0; i < intents->count; i++) {
        struct intent *intent = intents->items[i];
        if (intent->kind == INTENT_REVOKE && intent->phase == INTENT_FAILED &&
            identity_compare(&intent->lease, lease) == 0)
            intent->read = true;
    }
}

bool intents_revoke(struct intents *intents, uint64_t id, const struct identity *lease,
                    int64_t grace_ms, int64_t now_ms)
{
    read_failed(intents, lease);
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

void intent_settle(struct intent *intent, enum intent_phase phase, int64_t now_ms)
{
    intent->phase = phase;
    intent->settled_ms = now_ms;
}

bool intent_undoable(const struct intent *intent)
{
    return intent->phase == INTENT_GRACE || intent->phase == INTENT_HELD ||
           (intent->kind == INTENT_REVOKE && intent->phase == INTENT_QUEUED &&
            !intent->may_have_acted);
}

bool intents_cancel(struct intents *intents, uint64_t id, int64_t now_ms)
{
    struct intent *intent = intents_find(intents, id);
    if (intent == NULL || !intent_undoable(intent))
        return false;
    intent_settle(intent, INTENT_CANCELLED, now_ms);
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

/* The one that was tried least: those that a limit refuses again and again must not keep the others
 * from their turn. */
static struct intent *next_due(const struct intents *intents, int64_t now_ms)
{
    struct intent *next = NULL;
    for (size_t i = 0; i < intents->count; i++) {
        struct intent *intent = intents->items[i];
        if (due(intent, now_ms) && (next == NULL || intent->tries < next->tries))
            next = intent;
    }
    return next;
}

struct intent *intents_take(struct intents *intents, int64_t now_ms, int64_t server_ms)
{
    struct intent *intent = intents->flying < LIMIT_WRITES ? next_due(intents, now_ms) : NULL;
    if (intent == NULL)
        return NULL;
    intent->phase = INTENT_SENT;
    intent->sent_ms = now_ms;
    intent->sent_server_ms = server_ms;
    intent->tries++;
    intents->flying++;
    return intent;
}

void intent_send(struct intent *intent, int64_t due_ms)
{
    intent->phase = INTENT_QUEUED;
    intent->due_ms = due_ms;
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
    if (trouble_not_acted(answer->trouble, answer->status, answer->sent))
        intent_settle(intent, INTENT_FAILED, now_ms);
    else
        intent->phase = INTENT_UNKNOWN;
}

/* What the server asks for, but twice as long at least with each refusal in a row: one that says
 * "at once" for ever is not asked for ever at once. Those under way together are refused together.
 */
static void revoke_limited(struct intents *intents, struct intent *intent, int64_t retry_after_ms,
                           int64_t now_ms)
{
    int64_t pause_ms = retry_after_ms >= 0 ? RETRY_FIRST_MS : LIMITED_MS;
    intents->limits += now_ms >= intents->limited_ms;
    for (unsigned i = 1; i < intents->limits && pause_ms < LIMITED_MAX_MS; i++)
        pause_ms *= 2;
    if (pause_ms > LIMITED_MAX_MS)
        pause_ms = LIMITED_MAX_MS;
    intent_send(intent, now_ms + (retry_after_ms > pause_ms ? retry_after_ms : pause_ms));
    if (intents->limited_ms < intent->due_ms)
        intents->limited_ms = intent->due_ms;
    hold_queued(intents, intent->due_ms);
}

/* The server takes revokes again. */
static void revoke_let_in(struct intents *intents)
{
    intents->limits = 0;
    intents->limited_ms = 0;
}

static void revoke_failed(struct intents *intents, struct intent *intent,
                          const struct intent_answer *answer, int64_t now_ms)
{
    bool passing = trouble_scope(answer->trouble) == SCOPE_SERVER ||
                   !trouble_not_acted(answer->trouble, answer->status, true);
    intent->may_have_acted |= !trouble_not_acted(answer->trouble, answer->status, answer->sent);
    intent->unanswered = answer->sent && answer->status == 0;
    intent->tries += answer->requests > 1 ? answer->requests - 1 : 0;
    if (answer->trouble == TROUBLE_LIMITED)
        revoke_limited(intents, intent, answer->retry_after_ms, now_ms);
    else if (answer->trouble == TROUBLE_GONE && answer->json_error)
        intent->phase = INTENT_GONE;
    else if (!passing || answer->trouble == TROUBLE_UNAUTHORISED)
        intent_settle(intent, INTENT_FAILED, now_ms);
    else if (intent->tries < REVOKE_TRIES)
        intent_send(intent, now_ms + ((int64_t)RETRY_FIRST_MS << intent->tries));
    else
        intent->phase = INTENT_UNKNOWN;
}

/* The id of what was made becomes the create's. */
static bool adopt_id(struct intent *create, const char *lease_id)
{
    char *id = strdup(lease_id);
    if (id == NULL)
        return false;
    free(create->lease.lease_id);
    create->lease.lease_id = id;
    return true;
}

static bool create_answered(struct intents *intents, struct intent *intent,
                            const struct intent_answer *answer, int64_t now_ms)
{
    bool done = true;
    if (answer->trouble != TROUBLE_NONE) {
        create_failed(intent, answer, now_ms);
    } else if (answer->lease_id == NULL) {
        intent->phase = INTENT_UNKNOWN;
    } else {
        intent->bare = intent->stays = !answer->endpoint;
        intent_settle(intent, INTENT_DONE, now_ms);
        done = adopt_id(intent, answer->lease_id);
    }
    intents_release(intents, intent, now_ms);
    return done;
}

bool intents_answered(struct intents *intents, struct intent *intent, struct intent_answer answer,
                      int64_t now_ms)
{
    intents->flying--;
    trouble_unref(intent->trouble);
    intent->trouble = answer.why;
    intent->latency_ms = answer.latency_ms;
    snprintf(intent->request_id, sizeof intent->request_id, "%s",
             answer.request_id != NULL ? answer.request_id : "");
    intent->settled_ms = now_ms; /* of GONE and UNKNOWN: a list must be newer than this */
    if (intent->kind == INTENT_CREATE)
        return create_answered(intents, intent, &answer, now_ms);
    if (answer.status != 0 && answer.trouble != TROUBLE_LIMITED)
        revoke_let_in(intents);
    if (answer.trouble != TROUBLE_NONE)
        revoke_failed(intents, intent, &answer, now_ms);
    else if (answer.why != NULL)
        intent->phase = INTENT_UNKNOWN;
    else
        intent_settle(intent, INTENT_DONE, now_ms);
    return true;
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

/* A revoke that failed is told by its row until the lease has ended or a person has read it. */
static bool stays(const struct intent *intent)
{
    return intent->contradicted ||
           (intent->kind == INTENT_REVOKE && intent->phase == INTENT_FAILED && !intent->read);
}

static bool remembered(const struct intent *intent, int64_t now_ms)
{
    return !intent_settled(intent->phase) || intent->reported != intent->phase || stays(intent) ||
           now_ms < intent->settled_ms + INTENT_REMEMBER_MS;
}

static bool not_read(const struct intent *intent, int64_t now_ms)
{
    (void)now_ms;
    return intent->phase != INTENT_FAILED &&
           !(intent->kind == INTENT_CREATE && intent->phase == INTENT_CANCELLED);
}

bool intents_forget(struct intents *intents, int64_t now_ms)
{
    return sweep(intents, remembered, now_ms);
}

bool intents_dismiss(struct intents *intents, int64_t now_ms)
{
    for (size_t i = 0; i < intents->count; i++) {
        struct intent *intent = intents->items[i];
        if (intent_doubtful(intent) && !intents_awaited(intents, intent))
            intents_abandon(intents, intent, now_ms);
    }
    return sweep(intents, not_read, now_ms);
}

int64_t intents_wake_ms(const struct intents *intents)
{
    int64_t wake_ms = SCHEDULE_NEVER;
    for (size_t i = 0; i < intents->count; i++) {
        const struct intent *intent = intents->items[i];
        int64_t at_ms = SCHEDULE_NEVER;
        if (intent->phase == INTENT_GRACE || intent->phase == INTENT_QUEUED)
            at_ms = intents->flying < LIMIT_WRITES ? intent->due_ms : SCHEDULE_NEVER;
        else if (intent_settled(intent->phase) && intent->reported == intent->phase &&
                 !stays(intent))
            at_ms = intent->settled_ms + INTENT_REMEMBER_MS;
        wake_ms = at_ms < wake_ms ? at_ms : wake_ms;
    }
    return wake_ms;
}

size_t intents_count(const struct intents *intents)
{
    return intents->count;
}

struct intent *intents_at(struct intents *intents, size_t place)
{
    return intents->items[place];
}
