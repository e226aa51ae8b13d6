/* alert: see alert.h. What is known stands by runtime, beside the list that it was read from: a
 * list that is the same one, and in which no moment has come, is not looked at again. */
#include "core/alert.h"

#include "core/shown.h"

#include <stdlib.h>
#include <string.h>

/* A lease as it was looked at last. */
struct mark {
    uint64_t key;
    enum alert_level level;
};

struct watched {
    struct identity runtime;
    const struct part *leases; /* counted */
    int64_t due_ms;
    size_t count;
    struct mark *marks; /* sorted by key */
    bool listed;        /* in the snapshot that is being looked at */
};

struct alerts {
    size_t count, room;
    struct watched *items; /* sorted by identity */
    struct thresholds thresholds;
};

struct alerts *alerts_new(void)
{
    return calloc(1, sizeof(struct alerts));
}

static void watched_clear(struct watched *watched)
{
    identity_clear(&watched->runtime);
    part_unref((struct part *)watched->leases);
    free(watched->marks);
}

void alerts_free(struct alerts *alerts)
{
    if (alerts == NULL)
        return;
    for (size_t i = 0; i < alerts->count; i++)
        watched_clear(&alerts->items[i]);
    free(alerts->items);
    free(alerts);
}

int64_t alerts_due_ms(const struct alerts *alerts)
{
    int64_t due_ms = INT64_MAX;
    for (size_t i = 0; i < alerts->count; i++)
        due_ms = alerts->items[i].due_ms < due_ms ? alerts->items[i].due_ms : due_ms;
    return due_ms;
}

/* ---- the runtimes that are watched */

/* Where it is, or belongs. */
static size_t place_of(const struct alerts *alerts, const struct identity *runtime, bool *there)
{
    size_t low = 0, high = alerts->count;
    *there = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = identity_compare(&alerts->items[middle].runtime, runtime);
        *there |= order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool make_room(struct alerts *alerts)
{
    if (alerts->count < alerts->room)
        return true;
    size_t room = alerts->room == 0 ? 16 : alerts->room * 2;
    struct watched *items = realloc(alerts->items, room * sizeof *items);
    if (items == NULL)
        return false;
    alerts->items = items;
    alerts->room = room;
    return true;
}

/* The one of this runtime, made if need be; NULL when memory ran out. */
static struct watched *watched_of(struct alerts *alerts, const struct snapshot_runtime *runtime)
{
    const struct identity identity = {(char *)runtime->space->id, (char *)runtime->runtime->id,
                                      (char *)""};
    bool there;
    size_t place = place_of(alerts, &identity, &there);
    if (there)
        return &alerts->items[place];
    struct watched fresh = {.due_ms = INT64_MAX};
    if (!make_room(alerts) || !identity_copy(&fresh.runtime, &identity))
        return NULL;
    memmove(&alerts->items[place + 1], &alerts->items[place],
            (alerts->count - place) * sizeof fresh);
    alerts->items[place] = fresh;
    alerts->count++;
    return &alerts->items[place];
}

static void drop_unlisted(struct alerts *alerts)
{
    size_t kept = 0;
    for (size_t i = 0; i < alerts->count; i++) {
        if (alerts->items[i].listed)
            alerts->items[kept++] = alerts->items[i];
        else
            watched_clear(&alerts->items[i]);
    }
    alerts->count = kept;
}

/* ---- levels */

static enum alert_level level_of(const struct lease *lease, const struct thresholds *thresholds,
                                 int64_t server_ms)
{
    enum lease_state state = lease_state(lease, server_ms);
    if (lease_state_ended(state))
        return state == LEASE_EXPIRED ? ALERT_EXPIRED : ALERT_OVER;
    int64_t left_s = lease_left_s(lease, server_ms);
    if (left_s == LEFT_NONE || left_s > thresholds->warn_s)
        return ALERT_NONE;
    return left_s > thresholds->critical_s ? ALERT_WARN : ALERT_CRITICAL;
}

/* When time alone takes the lease to the next level. */
static int64_t due_of(const struct lease *lease, const struct thresholds *thresholds,
                      enum alert_level level)
{
    if (level >= ALERT_CRITICAL || !moment_known(lease->expires_ms))
        return INT64_MAX;
    int64_t limit_s = level == ALERT_NONE ? thresholds->warn_s : thresholds->critical_s;
    /* Whole seconds are rounded down: the limit is reached a little before. */
    return lease->expires_ms - (limit_s + 1) * 1000 + 1;
}

static int by_key(const void *left, const void *right)
{
    const struct mark *a = left, *b = right;
    return (a->key > b->key) - (a->key < b->key);
}

/* ---- looking */

struct look {
    struct alerts *alerts;
    const struct thresholds *thresholds;
    int64_t server_ms;
    void (*tell)(void *context, const struct alert *alert);
    void *context;
    bool silent;
};

static void compare(const struct look *look, const struct snapshot_runtime *runtime,
                    const struct lease *lease, const struct watched *before, bool first,
                    const struct mark *mark)
{
    const struct mark *old =
        before->count == 0 ? NULL
                           : bsearch(mark, before->marks, before->count, sizeof *mark, by_key);
    enum alert_level was = old != NULL ? old->level : ALERT_NONE;
    bool crossed = mark->level > was && mark->level != ALERT_OVER && was != ALERT_OVER;
    if (!first && crossed && !look->silent)
        look->tell(look->context, &(struct alert){mark->level, runtime, lease});
}

/* Puts what is true now in the place of what was. */
static bool look_at(const struct look *look, const struct snapshot_runtime *runtime,
                    struct watched *watched)
{
    size_t count = runtime->leases->count;
    struct mark *marks = calloc(count + 1, sizeof *marks);
    if (marks == NULL)
        return false;
    bool first = watched->leases == NULL;
    watched->due_ms = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct lease *lease = &runtime->leases->leases[i];
        enum alert_level level = level_of(lease, look->thresholds, look->server_ms);
        int64_t due_ms = due_of(lease, look->thresholds, level);
        marks[i] = (struct mark){shown_key("", "", lease->id), level};
        watched->due_ms = due_ms < watched->due_ms ? due_ms : watched->due_ms;
        compare(look, runtime, lease, watched, first, &marks[i]);
    }
    qsort(marks, count, sizeof *marks, by_key);
    free(watched->marks);
    part_unref((struct part *)watched->leases);
    watched->leases = part_ref(runtime->leases);
    watched->marks = marks;
    watched->count = count;
    return true;
}

static bool look_if_due(const struct look *look, const struct snapshot_runtime *runtime)
{
    if (runtime->leases == NULL)
        return true;
    struct watched *watched = watched_of(look->alerts, runtime);
    if (watched == NULL)
        return false;
    watched->listed = true;
    return (watched->leases == runtime->leases && look->server_ms < watched->due_ms &&
            !look->silent) ||
           look_at(look, runtime, watched);
}

bool alerts_look(struct alerts *alerts, const struct snapshot *snapshot,
                 const struct thresholds *thresholds, int64_t server_ms,
                 void (*tell)(void *context, const struct alert *alert), void *context)
{
    const struct look look = {
        alerts,
        thresholds,
        server_ms,
        tell,
        context,
        thresholds->warn_s != alerts->thresholds.warn_s ||
            thresholds->critical_s != alerts->thresholds.critical_s,
    };
    bool done = true;
    alerts->thresholds = *thresholds;
    for (size_t i = 0; i < alerts->count; i++)
        alerts->items[i].listed = false;
    for (size_t i = 0; i < snapshot->runtime_count; i++)
        done &= look_if_due(&look, &snapshot->runtimes[i]);
    drop_unlisted(alerts);
    return done;
}
