/* diff: see diff.h. One walk for every kind of part; what differs between kinds stands in one
 * table. */
#include "api/diff.h"

#include "api/index.h"

#include <stdio.h>
#include <string.h>

/* Of a label: as much of a name; what may stand before the underscore of an id. */
enum { NAME_BYTES = 200, LABEL_BYTES = 256, PREFIX_MAX = 8 };

static const char *copy_text(struct part *part, const char *text, bool *failed)
{
    const char *copy = part_text(part, text, strlen(text));
    *failed = *failed || copy == NULL;
    return copy;
}

/* The moment from which something that is no longer listed counts as gone. Of a lease its own end,
 * so that one which was shown as ended before does not linger twice; but one whose time was up and
 * which was listed as if it were not has ended only now, for whoever looks at it. In a list that
 * was cut nobody will say so: then its time counts. */
static int64_t lease_end_ms(const void *item, bool cut, int64_t server_ms)
{
    const struct lease *lease = item;
    if (!cut && !lease_state_ended(lease_state(lease, server_ms)))
        return server_ms;
    const int64_t ends[] = {lease->vanished_ms, lease->revoked_ms, lease->closed_ms,
                            lease->expires_ms};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (moment_known(ends[i]) && ends[i] <= server_ms)
            return ends[i];
    }
    return server_ms;
}

static int64_t runtime_end_ms(const void *item, bool cut, int64_t server_ms)
{
    (void)cut;
    const struct runtime *runtime = item;
    return moment_known(runtime->vanished_ms) ? runtime->vanished_ms : server_ms;
}

static int64_t space_end_ms(const void *item, bool cut, int64_t server_ms)
{
    (void)cut;
    const struct space *space = item;
    return moment_known(space->vanished_ms) ? space->vanished_ms : server_ms;
}

static bool copy_lease(struct part *fresh, const struct lease *old, int64_t vanished_ms)
{
    struct lease *lease = part_add(fresh);
    if (lease == NULL)
        return false;
    bool failed = false;
    *lease = *old;
    lease->vanished_ms = vanished_ms;
    lease->unseen = vanished_ms == MOMENT_NONE && (fresh->cut || old->unseen);
    lease->id = copy_text(fresh, old->id, &failed);
    lease->run_id = copy_text(fresh, old->run_id, &failed);
    lease->runtime_id = copy_text(fresh, old->runtime_id, &failed);
    lease->protocol = copy_text(fresh, old->protocol, &failed);
    lease->status = copy_text(fresh, old->status, &failed);
    return !failed;
}

static bool carry_lease(struct part *fresh, const void *item, int64_t vanished_ms)
{
    return copy_lease(fresh, item, vanished_ms);
}

static bool carry_runtime(struct part *fresh, const void *item, int64_t vanished_ms)
{
    const struct runtime *old = item;
    struct runtime *runtime = part_add(fresh);
    if (runtime == NULL)
        return false;
    bool failed = false;
    *runtime = *old;
    runtime->vanished_ms = vanished_ms;
    runtime->id = copy_text(fresh, old->id, &failed);
    runtime->space_id = copy_text(fresh, old->space_id, &failed);
    runtime->name = copy_text(fresh, old->name, &failed);
    runtime->kind = copy_text(fresh, old->kind, &failed);
    runtime->status = copy_text(fresh, old->status, &failed);
    runtime->region = copy_text(fresh, old->region, &failed);
    runtime->active_run_id = copy_text(fresh, old->active_run_id, &failed);
    runtime->label = NULL; /* made anew: see label_doubles */
    return !failed;
}

static bool carry_space(struct part *fresh, const void *item, int64_t vanished_ms)
{
    const struct space *old = item;
    struct space *space = part_add(fresh);
    if (space == NULL)
        return false;
    bool failed = false;
    *space = *old;
    space->vanished_ms = vanished_ms;
    space->id = copy_text(fresh, old->id, &failed);
    space->name = copy_text(fresh, old->name, &failed);
    space->region = copy_text(fresh, old->region, &failed);
    return !failed;
}

/* ---- since when */

/* `same`: it is as it was. */
static struct since since_of(const struct since *old, bool same, int64_t server_ms)
{
    if (old == NULL)
        return (struct since){server_ms, server_ms};
    return (struct since){old->listed_ms, same ? old->same_ms : server_ms};
}

static bool same_moment(int64_t a_ms, int64_t b_ms)
{
    bool known = moment_known(a_ms) && moment_known(b_ms);
    return known ? a_ms - b_ms < DIFF_MOVED_MS && b_ms - a_ms < DIFF_MOVED_MS : a_ms == b_ms;
}

static void date_lease(void *item, const void *before, int64_t server_ms)
{
    struct lease *lease = item;
    const struct lease *old = before;
    bool known = old != NULL;
    lease->status_since = since_of(known ? &old->status_since : NULL,
                                   known && strcmp(old->status, lease->status) == 0, server_ms);
    lease->expiry_since =
        since_of(known ? &old->expiry_since : NULL,
                 known && same_moment(old->expires_ms, lease->expires_ms), server_ms);
}

static void date_runtime(void *item, const void *before, int64_t server_ms)
{
    struct runtime *runtime = item;
    const struct runtime *old = before;
    runtime->since = since_of(old != NULL ? &old->since : NULL,
                              old != NULL && strcmp(old->status, runtime->status) == 0, server_ms);
}

static void date_nothing(void *item, const void *before, int64_t server_ms)
{
    (void)item, (void)before, (void)server_ms;
}

static const struct {
    size_t bytes, vanished; /* of an item; where its vanished_ms is */
    int64_t (*end_ms)(const void *, bool cut, int64_t server_ms);
    bool (*carry)(struct part *, const void *, int64_t vanished_ms);
    /* From the item that was there before, NULL: it is new. */
    void (*date)(void *, const void *before, int64_t server_ms);
} kinds[PART_KINDS] = {
    [PART_SPACES] = {sizeof(struct space), offsetof(struct space, vanished_ms), space_end_ms,
                     carry_space, date_nothing},
    [PART_RUNTIMES] = {sizeof(struct runtime), offsetof(struct runtime, vanished_ms),
                       runtime_end_ms, carry_runtime, date_runtime},
    [PART_LEASES] = {sizeof(struct lease), offsetof(struct lease, vanished_ms), lease_end_ms,
                     carry_lease, date_lease},
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

/* ---- runtimes of one name */

/* The name, and as much of its id as no label before it has. */
static bool label(struct part *part, struct runtime *runtime, struct index *labels)
{
    static const int lengths[] = {8, 16, 36};
    bool taken = runtime->label == NULL;
    const char *prefix_end = strchr(runtime->id, '_');
    const char *id =
        prefix_end != NULL && prefix_end - runtime->id <= PREFIX_MAX ? prefix_end + 1 : runtime->id;
    for (size_t i = 0; taken && i < sizeof lengths / sizeof *lengths; i++) {
        char text[LABEL_BYTES];
        snprintf(text, sizeof text, "%.*s #%.*s", NAME_BYTES, runtime->name, lengths[i], id);
        runtime->label = part_text(part, text, strlen(text));
        if (runtime->label == NULL)
            return false;
        taken = index_put(labels, runtime->label, 0) != INDEX_NONE;
    }
    return true;
}

static bool label_doubles(struct part *part)
{
    struct index names = {0}, labels = {0};
    bool done = part->kind != PART_RUNTIMES ||
                (index_init(&names, part->count) && index_init(&labels, part->count));
    for (size_t i = 0; done && part->kind == PART_RUNTIMES && i < part->count; i++) {
        struct runtime *runtime = &part->runtimes[i];
        size_t first = *runtime->name != '\0' ? index_put(&names, runtime->name, i) : INDEX_NONE;
        if (first != INDEX_NONE)
            done = label(part, &part->runtimes[first], &labels) && label(part, runtime, &labels);
    }
    index_clear(&names);
    index_clear(&labels);
    return done;
}

/* ---- the walks */

static void date_all(struct part *fresh, int64_t server_ms)
{
    for (size_t i = 0; i < fresh->count; i++)
        kinds[fresh->kind].date(item_at(fresh, i), NULL, server_ms);
}

static int64_t vanished_at(const struct part *part, size_t place)
{
    return *(const int64_t *)(const void *)(item_at(part, place) + kinds[part->kind].vanished);
}

/* What is missing goes on. An answer that was cut says nothing about what it does not show: that is
 * as it was, but for what ended by itself meanwhile. */
static bool carry(struct part *fresh, const struct part *old, size_t place, int64_t server_ms)
{
    int64_t end_ms = kinds[old->kind].end_ms(item_at(old, place), fresh->cut, server_ms);
    bool stays = fresh->cut && vanished_at(old, place) == MOMENT_NONE;
    /* In `old` what was listed stands first: what vanished last finds room first. */
    if (server_ms - end_ms >= DIFF_REMEMBER_MS || fresh->count >= part_ceiling(fresh->kind))
        return true;
    fresh->carried++;
    return kinds[old->kind].carry(fresh, item_at(old, place), stays ? MOMENT_NONE : end_ms);
}

/* What was there before and is again is dated from then. */
static bool meet(struct part *fresh, const struct index *seen, const struct part *old,
                 int64_t server_ms)
{
    for (size_t i = 0; old != NULL && i < old->count; i++) {
        size_t place = index_find(seen, id_at(old, i));
        if (place != INDEX_NONE)
            kinds[fresh->kind].date(item_at(fresh, place), item_at(old, i), server_ms);
        else if (!carry(fresh, old, i, server_ms))
            return false;
    }
    return true;
}

bool diff_settle(struct part *fresh, const struct part *old, int64_t server_ms)
{
    struct index seen;
    if (!index_init(&seen, fresh->count))
        return false;
    drop_doubles(fresh, &seen);
    date_all(fresh, server_ms);
    bool done = meet(fresh, &seen, old, server_ms) && label_doubles(fresh);
    index_clear(&seen);
    return done;
}

bool diff_merge(struct part *one, const struct part *old, int64_t server_ms)
{
    size_t written = one->count;
    date_all(one, server_ms);
    for (size_t i = 0; old != NULL && i < old->count; i++) {
        const struct lease *lease = &old->leases[i];
        bool replaced = false;
        for (size_t j = 0; j < written; j++) {
            if (strcmp(one->leases[j].id, lease->id) != 0)
                continue;
            date_lease(&one->leases[j], lease, server_ms);
            replaced = true;
        }
        if (!replaced && !copy_lease(one, lease, lease->vanished_ms))
            return false;
    }
    return true;
}
