/* runtimes: a snapshot as the table of runtimes shows it: one row for each. Borrows from the
 * snapshot. Pure; one thread at a time. */
#ifndef CORE_RUNTIMES_H
#define CORE_RUNTIMES_H

#include "core/rows.h"

struct runtime_row {
    const struct snapshot_runtime *runtime;
    size_t live;     /* leases that have not ended */
    int64_t next_ms; /* server time of the nearest expiry; INT64_MAX: none */
};

struct runtimes {
    size_t count;
    struct runtime_row *items;
};

/* Anew from the snapshot, in the server's order by space; `space_id` NULL: all. */
bool runtimes_build(struct runtimes *runtimes, const struct snapshot *snapshot,
                    const char *space_id, int64_t server_ms, struct error *error);
void runtimes_clear(struct runtimes *runtimes);

/* What a source of this state is called on the screen, "" when it is fresh: "stale", "forbidden",
 * "loading". */
const char *source_word(const struct source_state *state, const struct moment *moment);

#endif
