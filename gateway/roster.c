/* roster: see roster.h. */
#include "gateway/roster.h"

#include <stdio.h>
#include <string.h>

#define SEED 8787

struct space *roster_space(struct fleet *fleet, struct dice *dice, const char *name,
                           const char *region, int64_t now_ms)
{
    struct space space = {.name = name,
                          .region = region,
                          .created_ms = now_ms - 90 * WHEN_DAY_MS,
                          .updated_ms = now_ms - 2 * WHEN_DAY_MS};
    dice_uuid(dice, space.id);
    return fleet_space_add(fleet, &space);
}

struct runtime *roster_runtime(struct space *space, struct dice *dice, const struct runtime *facts)
{
    struct runtime runtime = *facts;
    dice_uuid(dice, runtime.id);
    if (runtime.status == RUNTIME_ACTIVE)
        dice_uuid(dice, runtime.run_id);
    return fleet_runtime_add(space, &runtime);
}

struct lease roster_lease(const struct runtime *runtime, struct dice *dice, enum protocol protocol,
                          int64_t created_ms, int64_t expires_ms)
{
    struct lease lease = {.protocol = protocol,
                          .created_ms = created_ms,
                          .expires_ms = expires_ms,
                          .ended_ms = WHEN_NEVER};
    dice_uuid(dice, lease.id);
    memcpy(lease.run_id, runtime->run_id, ID_SIZE);
    return lease;
}

bool roster_plain(struct fleet *fleet, int64_t now_ms)
{
    static const struct runtime runtimes[] = {
        {.name = "browser", .kind = RUNTIME_BROWSER, .status = RUNTIME_ACTIVE},
        {.name = "desktop", .kind = RUNTIME_DESKTOP, .status = RUNTIME_ACTIVE},
        {.name = "spreadsheet", .kind = RUNTIME_SPREADSHEET, .status = RUNTIME_ACTIVE},
        {.name = "spare", .kind = RUNTIME_BROWSER, .status = RUNTIME_STOPPED},
        {.name = "broken", .kind = RUNTIME_DESKTOP, .status = RUNTIME_FAILED},
    };
    struct dice dice = {SEED};
    struct space *space = roster_space(fleet, &dice, "local", "local", now_ms);
    if (space == NULL)
        return false;
    for (size_t i = 0; i < sizeof runtimes / sizeof runtimes[0]; i++) {
        struct runtime runtime = runtimes[i];
        runtime.created_ms = runtime.updated_ms = now_ms;
        if (roster_runtime(space, &dice, &runtime) == NULL)
            return false;
    }
    return true;
}

static enum protocol nth_protocol(unsigned set, unsigned n)
{
    n %= (unsigned)__builtin_popcount(set);
    for (int i = 0;; i++) {
        if ((set & PROTOCOL_BIT(i)) != 0 && n-- == 0)
            return (enum protocol)i;
    }
}

/* Neighbours in the list expire far apart, so that sorting by expiry has something to do: the step
 * is a prime above every size, so every place is taken once. */
static int64_t expiry_of(uint64_t n, uint64_t total, int64_t now_ms)
{
    const uint64_t step = 7919557;
    int64_t span_ms = WHEN_DAY_MS - WHEN_HOUR_MS;
    return now_ms + WHEN_HOUR_MS + (int64_t)(n * step % total) * span_ms / (int64_t)total;
}

bool roster_measured(struct fleet *fleet, struct roster_size size, unsigned protocols,
                     int64_t now_ms)
{
    struct dice dice = {SEED};
    struct space *space = roster_space(fleet, &dice, "fleet", "local", now_ms);
    if (space == NULL)
        return false;
    uint64_t total = (uint64_t)size.runtimes * size.leases;
    for (unsigned r = 0; r < size.runtimes; r++) {
        struct runtime facts = {.kind = RUNTIME_BROWSER, .status = RUNTIME_ACTIVE};
        facts.created_ms = facts.updated_ms = now_ms - WHEN_DAY_MS;
        snprintf(facts.name, sizeof facts.name, "runtime-%04u", r + 1);
        struct runtime *runtime = roster_runtime(space, &dice, &facts);
        if (runtime == NULL)
            return false;
        for (unsigned i = 0; i < size.leases; i++) {
            uint64_t n = (uint64_t)r * size.leases + i;
            struct lease lease = roster_lease(runtime, &dice, nth_protocol(protocols, (unsigned)n),
                                              now_ms - WHEN_HOUR_MS, expiry_of(n, total, now_ms));
            if (!fleet_lease_add(fleet, runtime, &lease))
                return false;
        }
    }
    return true;
}
