/* snapshot: see snapshot.h. */
#include "api/snapshot.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct snapshot *snapshot_new(size_t spaces, size_t runtimes)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot == NULL)
        return NULL;
    snapshot->references = 1;
    snapshot->spaces = calloc(spaces + 1, sizeof *snapshot->spaces);
    snapshot->runtimes = calloc(runtimes + 1, sizeof *snapshot->runtimes);
    /* The list of spaces, each space's runtimes, each runtime's leases. */
    snapshot->parts = calloc(1 + spaces + runtimes, sizeof(struct part *));
    if (snapshot->spaces != NULL && snapshot->runtimes != NULL && snapshot->parts != NULL)
        return snapshot;
    snapshot_unref(snapshot);
    return NULL;
}

void snapshot_keep(struct snapshot *snapshot, const struct part *part)
{
    if (part != NULL)
        snapshot->parts[snapshot->part_count++] = part_ref(part);
}

void snapshot_unref(const struct snapshot *snapshot)
{
    struct snapshot *counted = (struct snapshot *)snapshot;
    if (counted == NULL ||
        atomic_fetch_sub_explicit(&counted->references, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < counted->part_count; i++)
        part_unref(counted->parts[i]);
    for (size_t i = 0; i < counted->space_count; i++)
        trouble_unref(counted->spaces[i].state.trouble);
    for (size_t i = 0; i < counted->runtime_count; i++)
        trouble_unref(counted->runtimes[i].state.trouble);
    trouble_unref(counted->server.trouble);
    holdings_unref(counted->holdings);
    intents_view_free((struct intents_view *)counted->intents);
    keeps_view_free((struct keeps_view *)counted->keeps);
    free(counted->spaces);
    free(counted->runtimes);
    free(counted->parts);
    free(counted);
}

size_t snapshot_unreadable(const struct snapshot *snapshot)
{
    size_t count = snapshot->unreadable;
    for (size_t i = 0; i < snapshot->runtime_count; i++)
        count += snapshot->runtimes[i].state.unreadable;
    return count;
}

const struct snapshot_runtime *snapshot_find(const struct snapshot *snapshot, const char *space_id,
                                             const char *runtime_id)
{
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        const struct snapshot_runtime *one = &snapshot->runtimes[i];
        if (strcmp(one->runtime->id, runtime_id) == 0 && strcmp(one->space->id, space_id) == 0)
            return one;
    }
    return NULL;
}

int64_t snapshot_server_ms(const struct snapshot *snapshot)
{
    return clock_server_ms(&snapshot->clock, clock_boot_now_ms());
}
