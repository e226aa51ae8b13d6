/* runtimes: see runtimes.h. */
#include "core/runtimes.h"

#include <stdlib.h>
#include <string.h>

static void count_leases(struct runtime_row *row, int64_t server_ms)
{
    const struct part *leases = row->runtime->leases;
    for (size_t i = 0; leases != NULL && i < leases->count; i++) {
        const struct lease *lease = &leases->leases[i];
        if (lease_state_ended(lease_state(lease, server_ms)))
            continue;
        row->live++;
        if (moment_known(lease->expires_ms) && lease->expires_ms > server_ms &&
            lease->expires_ms < row->next_ms)
            row->next_ms = lease->expires_ms;
    }
}

bool runtimes_build(struct runtimes *runtimes, const struct snapshot *snapshot,
                    const char *space_id, int64_t server_ms, struct error *error)
{
    runtimes->count = 0;
    struct runtime_row *items =
        realloc(runtimes->items, (snapshot->runtime_count + 1) * sizeof *items);
    if (items == NULL)
        return error_memory(error);
    runtimes->items = items;
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        const struct snapshot_runtime *runtime = &snapshot->runtimes[i];
        if (space_id != NULL && strcmp(space_id, runtime->space->id) != 0)
            continue;
        struct runtime_row *row = &items[runtimes->count++];
        *row = (struct runtime_row){.runtime = runtime, .next_ms = INT64_MAX};
        count_leases(row, server_ms);
    }
    return true;
}

void runtimes_clear(struct runtimes *runtimes)
{
    free(runtimes->items);
    *runtimes = (struct runtimes){0};
}

const char *source_word(const struct source_state *state, const struct moment *moment)
{
    if (state->trouble != NULL)
        return trouble_chip(state->trouble->kind);
    if (state->answered_ms == 0)
        return "loading";
    return source_stale(state, moment) ? "stale" : "";
}
