/* model: see model.h. */
#include "api/model.h"

#include "api/copy.h"
#include "api/limits.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

bool moment_known(int64_t moment_ms)
{
    return moment_ms != MOMENT_NONE && moment_ms != MOMENT_UNREADABLE;
}

/* The words for a status that are known to end a lease. The contract states only `active`; the
 * others are what sibling routes call the same thing. */
static const struct {
    const char *word;
    enum lease_state state;
} status_words[] = {
    {"active", LEASE_ACTIVE},   {"expired", LEASE_EXPIRED}, {"closed", LEASE_CLOSED},
    {"revoked", LEASE_REVOKED}, {"ended", LEASE_ENDED},     {"deleted", LEASE_ENDED},
};

static enum lease_state status_state(const char *status)
{
    for (size_t i = 0; i < sizeof status_words / sizeof *status_words; i++) {
        if (strcmp(status, status_words[i].word) == 0)
            return status_words[i].state;
    }
    return LEASE_OTHER;
}

/* What is no date ends nothing, nor does one that is still to come: a live lease would lose its
 * only secret by it. Where the server does not tell the time our idea of it may be hours off; then
 * what lies within the life of the lease counts. */
static bool has_come(const struct lease *lease, int64_t when_ms, int64_t server_ms)
{
    enum { SLACK_MS = 300000, DAY_MS = 86400000 };
    if (!moment_known(when_ms) || when_ms <= server_ms + SLACK_MS)
        return moment_known(when_ms);
    bool within = !moment_known(lease->expires_ms) || when_ms <= lease->expires_ms;
    return within && when_ms <= server_ms + DAY_MS;
}

enum lease_state lease_state(const struct lease *lease, int64_t server_ms)
{
    enum lease_state said = status_state(lease->status);
    if (has_come(lease, lease->revoked_ms, server_ms))
        return LEASE_REVOKED;
    if (has_come(lease, lease->closed_ms, server_ms))
        return LEASE_CLOSED;
    bool over = moment_known(lease->expires_ms) && lease->expires_ms <= server_ms;
    bool gone = lease->vanished_ms != MOMENT_NONE;
    if (lease_state_ended(said))
        return said;
    if (over)
        return gone ? LEASE_EXPIRED : LEASE_OVERDUE;
    return gone ? LEASE_ENDED : said;
}

unsigned lease_unreadable(const struct lease *lease)
{
    return (lease->created_ms == MOMENT_UNREADABLE ? DATE_CREATED : 0u) |
           (lease->expires_ms == MOMENT_UNREADABLE ? DATE_EXPIRES : 0u) |
           (lease->closed_ms == MOMENT_UNREADABLE ? DATE_CLOSED : 0u) |
           (lease->revoked_ms == MOMENT_UNREADABLE ? DATE_REVOKED : 0u);
}

bool lease_end_unreadable(const struct lease *lease)
{
    return (lease_unreadable(lease) & (DATE_CLOSED | DATE_REVOKED)) != 0;
}

bool lease_state_ended(enum lease_state state)
{
    return state >= LEASE_EXPIRED;
}

bool runtime_may_lease(const struct runtime *runtime)
{
    return runtime->vanished_ms == MOMENT_NONE && !runtime->unaddressable &&
           strcmp(runtime->status, "stopped") != 0 && strcmp(runtime->status, "failed") != 0;
}

const char *runtime_label(const struct runtime *runtime)
{
    if (runtime->label != NULL)
        return runtime->label;
    return *runtime->name != '\0' ? runtime->name : runtime->id;
}

int64_t lease_left_s(const struct lease *lease, int64_t server_ms)
{
    if (!moment_known(lease->expires_ms))
        return LEFT_NONE;
    return lease->expires_ms > server_ms ? (lease->expires_ms - server_ms) / 1000 : 0;
}

int lease_life_permille(const struct lease *lease, int64_t server_ms)
{
    if (!moment_known(lease->expires_ms) || !moment_known(lease->created_ms) ||
        lease->expires_ms <= lease->created_ms)
        return -1;
    double life = (double)(lease->expires_ms - lease->created_ms);
    double left = (double)(lease->expires_ms - server_ms);
    double share = left / life;
    return share <= 0 ? 0 : share >= 1 ? 1000 : (int)(share * 1000);
}

static char *copy(const char *text)
{
    return copy_text(text != NULL ? text : "", NULL);
}

bool identity_init(struct identity *identity, const char *space_id, const char *runtime_id,
                   const char *lease_id)
{
    *identity = (struct identity){copy(space_id), copy(runtime_id), copy(lease_id)};
    if (identity->space_id != NULL && identity->runtime_id != NULL && identity->lease_id != NULL)
        return true;
    identity_clear(identity);
    return false;
}

bool identity_copy(struct identity *to, const struct identity *from)
{
    return identity_init(to, from->space_id, from->runtime_id, from->lease_id);
}

void identity_clear(struct identity *identity)
{
    free(identity->space_id);
    free(identity->runtime_id);
    free(identity->lease_id);
    *identity = (struct identity){0};
}

int identity_compare(const struct identity *a, const struct identity *b)
{
    int order = strcmp(a->lease_id, b->lease_id);
    if (order == 0)
        order = strcmp(a->runtime_id, b->runtime_id);
    return order != 0 ? order : strcmp(a->space_id, b->space_id);
}

static const size_t item_bytes[PART_KINDS] = {
    [PART_SPACES] = sizeof(struct space),
    [PART_RUNTIMES] = sizeof(struct runtime),
    [PART_LEASES] = sizeof(struct lease),
};

struct part *part_new(enum part_kind kind)
{
    struct part *part = calloc(1, sizeof *part);
    if (part == NULL)
        return NULL;
    part->kind = kind;
    part->references = 1;
    return part;
}

struct part *part_ref(const struct part *part)
{
    struct part *counted = (struct part *)part;
    if (counted != NULL)
        atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);
    return counted;
}

void part_unref(const struct part *part)
{
    struct part *counted = (struct part *)part;
    if (counted == NULL ||
        atomic_fetch_sub_explicit(&counted->references, 1, memory_order_acq_rel) != 1)
        return;
    arena_clear(&counted->arena);
    free(counted->items);
    free(counted);
}

void *part_add(struct part *part)
{
    size_t bytes = item_bytes[part->kind];
    if (part->count == part->room) {
        size_t room = part->room == 0 ? 8 : part->room * 2;
        void *items = realloc(part->items, room * bytes);
        if (items == NULL)
            return NULL;
        part->items = items;
        part->room = room;
    }
    return memset((char *)part->items + bytes * part->count++, 0, bytes);
}

const char *part_text(struct part *part, const char *bytes, size_t length)
{
    return arena_text(&part->arena, bytes, length);
}

size_t part_shown(const struct part *part)
{
    return part->count - part->carried;
}

size_t part_ceiling(enum part_kind kind)
{
    static const size_t ceilings[PART_KINDS] = {
        [PART_SPACES] = LIMIT_SPACES,
        [PART_RUNTIMES] = LIMIT_RUNTIMES,
        [PART_LEASES] = LIMIT_LEASES,
    };
    return ceilings[kind];
}

void part_finish(struct part *part)
{
    if (part->count == part->room || part->count == 0)
        return;
    void *items = realloc(part->items, part->count * item_bytes[part->kind]);
    if (items != NULL) {
        part->items = items;
        part->room = part->count;
    }
}

const struct lease *part_lease(const struct part *part, const char *id)
{
    for (size_t i = 0; part != NULL && i < part->count; i++) {
        if (strcmp(part->leases[i].id, id) == 0)
            return &part->leases[i];
    }
    return NULL;
}

const struct runtime *part_runtime(const struct part *part, const char *id)
{
    for (size_t i = 0; part != NULL && i < part->count; i++) {
        if (strcmp(part->runtimes[i].id, id) == 0)
            return &part->runtimes[i];
    }
    return NULL;
}

bool model_named(const char *word, const char *id, const char *name)
{
    return strcmp(word, id) == 0 || strcmp(word, name) == 0;
}
