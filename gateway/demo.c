/* demo: see demo.h. The tables are the script; the functions below them only follow it. */
#include "gateway/demo.h"

#include "gateway/roster.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SEED 20
/* After a long silence only this much of it is made up for. */
#define CATCH_UP_MS WHEN_HOUR_MS
/* A lease with less left than this is allowed to run out, so that there is always one to watch. */
#define SPARED_MS (5 * WHEN_MINUTE_MS)
/* Every so many events a runtime stops or starts. */
#define RESTLESS_EVERY 15

/* ---- the script */

enum { OPS, LAB };

static const struct {
    const char *name;
    const char *region;
} spaces[] = {
    [OPS] = {"acme-ops", "eu-west"},
    [LAB] = {"acme-lab", "us-east"},
};

static const struct {
    int space;
    struct runtime facts;
} runtimes[] = {
    {OPS, {.name = "checkout", .team = "payments", .kind = RUNTIME_BROWSER}},
    {OPS, {.name = "nightly", .team = "platform", .kind = RUNTIME_BROWSER}},
    {OPS, {.name = "qa", .team = "quality", .kind = RUNTIME_BROWSER}},
    {OPS, {.name = "agents", .team = "automation", .kind = RUNTIME_BROWSER}},
    {OPS, {.name = "support", .team = "service", .kind = RUNTIME_DESKTOP}},
    {OPS, {.name = "billing", .team = "finance", .kind = RUNTIME_SPREADSHEET}},
    {LAB, {.name = "demo", .kind = RUNTIME_BROWSER}},
    {LAB, {.name = "scraper", .team = "data", .kind = RUNTIME_BROWSER}},
    {LAB, {.name = "design", .team = "studio", .kind = RUNTIME_DESKTOP}},
    {LAB, {.name = "forecast", .team = "finance", .kind = RUNTIME_SPREADSHEET}},
    {LAB, {.name = "sandbox", .kind = RUNTIME_DESKTOP, .status = RUNTIME_STOPPED}},
    {LAB, {.name = "legacy", .kind = RUNTIME_DESKTOP, .status = RUNTIME_FAILED}},
};

/* Who takes leases: a runtime and a protocol make a habit, and others hold at most one lease of
 * each. */
static const struct habit {
    const char *runtime;
    enum protocol protocol;
    int ttl_s;  /* 0: without expiry */
    int left_s; /* at the start; 0: not there yet */
} habits[] = {
    {"checkout", PROTOCOL_CDP, 900, 48},   {"checkout", PROTOCOL_MCP, 3600, 2467},
    {"nightly", PROTOCOL_CDP, 7200, 6104}, {"nightly", PROTOCOL_HTTP, 1800, 251},
    {"qa", PROTOCOL_CDP, 3600, 2911},      {"qa", PROTOCOL_CUA, 1200, 133},
    {"agents", PROTOCOL_MCP, 0, 1},        {"agents", PROTOCOL_CUA, 1800, 1192},
    {"agents", PROTOCOL_CDP, 600, 0},      {"support", PROTOCOL_RDP, 3600, 1758},
    {"support", PROTOCOL_VNC, 900, 77},    {"billing", PROTOCOL_HTTP, 7200, 4312},
    {"demo", PROTOCOL_CDP, 300, 34},       {"demo", PROTOCOL_VNC, 1800, 0},
    {"scraper", PROTOCOL_HTTP, 1200, 641}, {"scraper", PROTOCOL_CDP, 3600, 0},
    {"design", PROTOCOL_RDP, 7200, 0},     {"design", PROTOCOL_VNC, 5400, 0},
    {"forecast", PROTOCOL_MCP, 1800, 0},   {"sandbox", PROTOCOL_RDP, 3600, 0},
};

/* What had just ended at the start. */
static const struct {
    const char *runtime;
    enum protocol protocol;
    enum lease_end end;
    int ttl_s;
    int made_ago_s;
    int ended_ago_s;
} past[] = {
    {"scraper", PROTOCOL_CDP, LEASE_REVOKED, 3600, 1460, 22},
    {"demo", PROTOCOL_VNC, LEASE_EXPIRED, 300, 341, 41},
    {"forecast", PROTOCOL_MCP, LEASE_CLOSED, 1800, 512, 35},
};

/* Those that stop and start, in turn. */
static const char *const restless[] = {"sandbox", "nightly"};

/* ---- looking around */

static struct runtime *runtime_named(const struct fleet *fleet, const char *name)
{
    for (size_t s = 0; s < fleet->space_count; s++) {
        for (size_t r = 0; r < fleet->spaces[s]->runtime_count; r++) {
            if (strcmp(fleet->spaces[s]->runtimes[r]->name, name) == 0)
                return fleet->spaces[s]->runtimes[r];
        }
    }
    return NULL;
}

/* Others have no secret here; what a request made has one. */
static bool is_of_others(const struct lease *lease)
{
    return lease->end == LEASE_LIVE && lease->token[0] == '\0';
}

static struct lease *lease_of(const struct fleet *fleet, const struct habit *habit)
{
    struct runtime *runtime = runtime_named(fleet, habit->runtime);
    for (size_t i = 0; i < runtime->lease_count; i++) {
        struct lease *lease = &runtime->leases[i];
        if (is_of_others(lease) && lease->protocol == habit->protocol)
            return lease;
    }
    return NULL;
}

struct census {
    struct lease *leases[COUNT(habits)]; /* of each habit, or NULL */
    unsigned by_protocol[PROTOCOL_COUNT];
    unsigned live;
};

static struct census take_census(const struct fleet *fleet, int64_t now_ms)
{
    struct census census = {0};
    for (size_t i = 0; i < COUNT(runtimes); i++)
        fleet_settle(fleet, runtime_named(fleet, runtimes[i].facts.name), now_ms);
    for (size_t i = 0; i < COUNT(habits); i++) {
        census.leases[i] = lease_of(fleet, &habits[i]);
        if (census.leases[i] == NULL)
            continue;
        census.by_protocol[habits[i].protocol]++;
        census.live++;
    }
    return census;
}

/* ---- what can happen */

static bool take_lease(struct demo *demo, const struct habit *habit, int64_t created_ms, int ttl_s)
{
    struct runtime *runtime = runtime_named(demo->fleet, habit->runtime);
    int64_t expires_ms =
        habit->ttl_s == 0 ? WHEN_NEVER : created_ms + ttl_s * (int64_t)WHEN_SECOND_MS;
    struct lease lease =
        roster_lease(runtime, &demo->dice, habit->protocol, created_ms, expires_ms);
    return !fleet_is_full(runtime) && fleet_lease_add(demo->fleet, runtime, &lease);
}

/* Takes the next free habit after a thrown one; if `rare`, of a protocol that nobody holds just
 * now. */
static bool somebody_takes(struct demo *demo, const struct census *census, int64_t now_ms,
                           bool rare)
{
    uint64_t roll = dice_roll(&demo->dice);
    for (size_t i = 0; i < COUNT(habits); i++) {
        size_t n = (roll + i) % COUNT(habits);
        const struct habit *habit = &habits[n];
        if (census->leases[n] != NULL || (rare && census->by_protocol[habit->protocol] > 0))
            continue;
        if (runtime_named(demo->fleet, habit->runtime)->status != RUNTIME_ACTIVE)
            continue;
        bool brief = roll >> 32 & 1;
        return take_lease(demo, habit, now_ms, brief ? 60 + (int)(roll >> 33) % 240 : habit->ttl_s);
    }
    return false;
}

/* Ends the next lease after a thrown one, but never the last of its protocol. */
static bool somebody_ends(struct demo *demo, const struct census *census, int64_t now_ms)
{
    uint64_t roll = dice_roll(&demo->dice);
    for (size_t i = 0; i < COUNT(habits); i++) {
        size_t n = (roll + i) % COUNT(habits);
        struct lease *lease = census->leases[n];
        if (lease == NULL || census->by_protocol[habits[n].protocol] < 2)
            continue;
        if (lease->expires_ms == WHEN_NEVER || lease->expires_ms - now_ms < SPARED_MS)
            continue;
        fleet_lease_end(lease, (roll >> 32) % 3 == 0 ? LEASE_CLOSED : LEASE_REVOKED, now_ms);
        return true;
    }
    return false;
}

static void somebody_stops_or_starts(struct demo *demo, int64_t now_ms)
{
    size_t turn = demo->count / RESTLESS_EVERY % COUNT(restless);
    struct runtime *runtime = runtime_named(demo->fleet, restless[turn]);
    if (runtime->status == RUNTIME_ACTIVE) {
        fleet_runtime_stop(demo->fleet, runtime, now_ms);
        return;
    }
    char run_id[ID_SIZE];
    dice_uuid(&demo->dice, run_id);
    fleet_runtime_start(runtime, run_id, now_ms);
}

static void happen(struct demo *demo, int64_t now_ms)
{
    if (++demo->count % RESTLESS_EVERY == 0) {
        somebody_stops_or_starts(demo, now_ms);
        return;
    }
    struct census census = take_census(demo->fleet, now_ms);
    bool few = census.live <= DEMO_LIVE_MIN;
    bool many = census.live >= DEMO_LIVE_MAX;
    bool ends = many || (!few && dice_roll(&demo->dice) % 2 == 0);
    if (ends && somebody_ends(demo, &census, now_ms))
        return;
    if (!many && !somebody_takes(demo, &census, now_ms, true))
        somebody_takes(demo, &census, now_ms, false);
}

static void set_next(struct demo *demo, int64_t after_ms)
{
    uint64_t spread = DEMO_PAUSE_MAX_MS - DEMO_PAUSE_MIN_MS + 1;
    demo->next_ms = after_ms + DEMO_PAUSE_MIN_MS + (int64_t)(dice_roll(&demo->dice) % spread);
}

void demo_advance(struct demo *demo, int64_t now_ms)
{
    /* The wall clock was set: back, and the next event would be far away; forward, and they would
     * be too many. */
    if (demo->next_ms > now_ms + DEMO_PAUSE_MAX_MS)
        demo->next_ms = now_ms + DEMO_PAUSE_MAX_MS;
    if (demo->next_ms < now_ms - CATCH_UP_MS)
        demo->next_ms = now_ms - CATCH_UP_MS;
    while (demo->next_ms <= now_ms) {
        happen(demo, demo->next_ms);
        set_next(demo, demo->next_ms);
    }
}

/* ---- the start */

static bool add_runtimes(struct demo *demo, int64_t now_ms)
{
    struct space *made[COUNT(spaces)];
    for (size_t i = 0; i < COUNT(spaces); i++) {
        made[i] = roster_space(demo->fleet, &demo->dice, spaces[i].name, spaces[i].region, now_ms);
        if (made[i] == NULL)
            return false;
    }
    for (size_t i = 0; i < COUNT(runtimes); i++) {
        struct runtime facts = runtimes[i].facts;
        facts.created_ms = now_ms - (int64_t)(20 + 3 * i) * WHEN_DAY_MS;
        facts.updated_ms = now_ms - (int64_t)(1 + i) * WHEN_HOUR_MS;
        if (roster_runtime(made[runtimes[i].space], &demo->dice, &facts) == NULL)
            return false;
    }
    return true;
}

static bool add_past(struct demo *demo, int64_t now_ms)
{
    for (size_t i = 0; i < COUNT(past); i++) {
        struct runtime *runtime = runtime_named(demo->fleet, past[i].runtime);
        int64_t created_ms = now_ms - past[i].made_ago_s * (int64_t)WHEN_SECOND_MS;
        int64_t expires_ms = created_ms + past[i].ttl_s * (int64_t)WHEN_SECOND_MS;
        int64_t ended_ms = now_ms - past[i].ended_ago_s * (int64_t)WHEN_SECOND_MS;
        struct lease lease =
            roster_lease(runtime, &demo->dice, past[i].protocol, created_ms, expires_ms);
        fleet_lease_end(&lease, past[i].end, ended_ms);
        if (!fleet_lease_add(demo->fleet, runtime, &lease))
            return false;
    }
    return true;
}

static bool add_leases(struct demo *demo, int64_t now_ms)
{
    for (size_t i = 0; i < COUNT(habits); i++) {
        const struct habit *habit = &habits[i];
        int age_s = habit->ttl_s == 0 ? 6 * 3600 : habit->ttl_s - habit->left_s;
        int64_t created_ms = now_ms - age_s * (int64_t)WHEN_SECOND_MS;
        if (habit->left_s > 0 && !take_lease(demo, habit, created_ms, habit->ttl_s))
            return false;
    }
    return true;
}

bool demo_init(struct demo *demo, struct fleet *fleet, int64_t now_ms)
{
    *demo = (struct demo){.fleet = fleet, .dice = {SEED}};
    if (!add_runtimes(demo, now_ms) || !add_past(demo, now_ms) || !add_leases(demo, now_ms))
        return false;
    set_next(demo, now_ms);
    return true;
}
