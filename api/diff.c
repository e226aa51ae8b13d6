/* diff: see diff.h. One walk for every kind of part; what differs between kinds stands in one
 * table. */
#include "api/diff.h"

#include "api/index.h"

#include <string.h>

static const char *copy_text(struct part *part, const char *text, bool *failed)
{
    const char *copy = part_text(part, text, strlen(text));
    *failed = *failed || copy == NULL;
    return copy;
}

/* The moment from which a lease that is no longer listed counts as gone: its own end where that is
 * known, so that one which was shown as ended before does not linger twice. */
static int64_t lease_end_ms(const struct lease *lease, int64_t server_ms)
{
    const int64_t ends[] = {lease->vanished_ms, lease->revoked_ms, lease->closed_ms,
                            lease->expires_ms};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (moment_known(ends[i]) && ends[i] <= server_ms)
            return ends[i];
    }
    return server_ms;
}

static bool copy_lease(struct part *fresh, const struct lease *old, int64_t vanished_ms)
{
    struct lease *lease = part_add(fresh);
    if (lease == NULL)
        return false;
    bool failed = false;
    *lease = *old;
    lease->vanished_ms = vanished_ms;
    lease->id = copy_text(fresh, old->id, &failed);
    lease->run_id = copy_text(fresh, old->run_id, &failed);
    lease->runtime_id = copy_text(fresh, old->runtime_id, &failed);
    lease->protocol = copy_text(fresh, old->protocol, &failed);
    lease->status = copy_text(fresh, old->status, &failed);
    return !failed;
}

static bool carry_lease(struct part *fresh, const void *item, int64_t server_ms)
{
    int64_t end_ms = lease_end_ms(item, server_ms);
    return server_ms - end_ms >= DIFF_REMEMBER_MS || copy_lease(fresh, item, end_ms);
}

static bool carry_runtime(struct part *fresh, const void *item, int64_t server_ms)
{
    const struct runtime *old = item;
    int64_t end_ms = moment_known(old->vanished_ms) ? old->vanished_ms : server_ms;
    if (server_ms - end_ms >= DIFF_REMEMBER_MS)
        return true;
    struct runtime *runtime = part_add(fresh);
    if (runtime == NULL)
        return false;
    bool failed = false;
    *runtime = *old;
    runtime->vanished_ms = end_ms;
    runtime->id = copy_text(fresh, old->id, &failed);
    runtime->space_id = copy_text(fresh, old->space_id, &failed);
    runtime->name = copy_text(fresh, old->name, &failed);
    runtime->kind = copy_text(fresh, old->kind, &failed);
    runtime->status = copy_text(fresh, old->status, &failed);
    runtime->region = copy_text(fresh, old->region, &failed);
    runtime->active_run_id = copy_text(fresh, old->active_run_id, &failed);
    return !failed;
}

static bool carry_space(struct part *fresh, const void *item, int64_t server_ms)
{
    const struct space *old = item;
    int64_t end_ms = moment_known(old->vanished_ms) ? old->vanished_ms : server_ms;
    if (server_ms - end_ms >= DIFF_REMEMBER_MS)
        return true;
    struct space *space = part_add(fresh);
    if (space == NULL)
        return false;
    bool failed = false;
    *space = *old;
    space->vanished_ms = end_ms;
    space->id = copy_text(fresh, old->id, &failed);
    space->name = copy_text(fresh, old->name, &failed);
    space->region = copy_text(fresh, old->region, &failed);
    return !failed;
}

static const struct {
    size_t bytes;
    bool (*carry)(struct part *, const void *, int64_t);
} kinds[PART_KINDS] = {
    [PART_SPACES] = {sizeof(struct space), carry_space},
    [PART_RUNTIMES] = {sizeof(struct runtime), carry_runtime},
    [PART_LEASES] = {sizeof(struct lease), carry_lease},
};

static char *item_at(const struct part *part, size_t place)
{
    return (char *)part->items + place * kinds[part->kind].bytes;
}

/* Every item begins with its id. */
static const char *id_at(const struct part *part, size_t place)
{
    return *(const char *const *)(const void *)item_at(part, place);
}

_Static_assert(offsetof(struct space, id) == 0 && offsetof(struct runtime, id) == 0 &&
                   offsetof(struct lease, id) == 0,
               "id_at relies on the id being first");

/* Puts the ids into `seen` and drops what came twice: two rows of one identity could not be told
 * apart. */
static void drop_doubles(struct part *part, struct index *seen)
{
    size_t kept = 0;
    for (size_t i = 0; i < part->count; i++) {
        if (index_put(seen, id_at(part, i), kept) != INDEX_NONE)
            continue;
        if (kept != i)
            memcpy(item_at(part, kept), item_at(part, i), kinds[part->kind].bytes);
        kept++;
    }
    part->unreadable += part->count - kept;
    part->count = kept;
}

bool diff_settle(struct part *fresh, const struct part *old, int64_t server_ms)
{
    struct index seen;
    if (!index_init(&seen, fresh->count))
        return false;
    drop_doubles(fresh, &seen);
    /* An answer that was cut says nothing about what it does not show. */
    size_t count = old != NULL && !fresh->cut ? old->count : 0;
    bool done = true;
    for (size_t i = 0; done && i < count; i++) {
        if (index_find(&seen, id_at(old, i)) == INDEX_NONE)
            done = kinds[fresh->kind].carry(fresh, item_at(old, i), server_ms);
    }
    index_clear(&seen);
    return done;
}

bool diff_merge(struct part *one, const struct part *old)
{
    size_t written = one->count;
    for (size_t i = 0; old != NULL && i < old->count; i++) {
        const struct lease *lease = &old->leases[i];
        bool replaced = false;
        for (size_t j = 0; j < written; j++)
            replaced |= strcmp(one->leases[j].id, lease->id) == 0;
        if (!replaced && !copy_lease(one, lease, lease->vanished_ms))
            return false;
    }
    return true;
}
