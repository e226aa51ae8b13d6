/* fleet: see fleet.h. */
#include "tests/unit/fleet.h"

#include "api/schedule.h"

static const struct fleet_space usual_space = {.id = "sp", .name = "acme"};
static const struct fleet_runtime usual_runtime = {
    .id = "rt", .name = "checkout", .kind = "browser", .status = "active", .region = "eu"};

/* How many rows a table has: up to the first without an id, which is the first member of each. */
#define ROWS(table) rows_of((table), COUNT(table), sizeof *(table))

static size_t rows_of(const void *table, size_t room, size_t bytes)
{
    size_t count = 0;
    while (count < room && *(const char *const *)table != NULL) {
        table = (const char *)table + bytes;
        count++;
    }
    return count;
}

/* A fleet with its defaults filled in, and what was made for it so far. */
struct making {
    struct fleet fleet;
    size_t spaces, runtimes, leases;
    struct snapshot *snapshot;
};

static const char *or_usual(const char *given, const char *usual)
{
    return given != NULL ? given : usual;
}

static void fill_defaults(struct making *making)
{
    struct fleet *fleet = &making->fleet;
    if (fleet->spaces[0].id == NULL)
        fleet->spaces[0] = usual_space;
    if (fleet->runtimes[0].id == NULL)
        fleet->runtimes[0] = usual_runtime;
    making->spaces = ROWS(fleet->spaces);
    making->runtimes = ROWS(fleet->runtimes);
    making->leases = ROWS(fleet->leases);
    for (size_t i = 0; i < making->runtimes; i++)
        fleet->runtimes[i].space = or_usual(fleet->runtimes[i].space, fleet->spaces[0].id);
    for (size_t i = 0; i < making->leases; i++)
        fleet->leases[i].runtime = or_usual(fleet->leases[i].runtime, fleet->runtimes[0].id);
}

static const char *space_of(const struct making *making, const char *runtime)
{
    for (size_t i = 0; i < making->runtimes; i++) {
        if (strcmp(making->fleet.runtimes[i].id, runtime) == 0)
            return making->fleet.runtimes[i].space;
    }
    fail_msg("the fleet has no runtime %s", runtime);
    return NULL;
}

static int64_t moment(int64_t from_now)
{
    return from_now == 0                  ? MOMENT_NONE
           : from_now == FLEET_UNREADABLE ? MOMENT_UNREADABLE
                                          : FLEET_SERVER + from_now;
}

static struct source_state state_of(const struct fleet_source *source)
{
    struct source_state state = {
        .answered_ms = source->unheard ? 0 : FLEET_BOOT - source->age_ms,
        .pace_ms = source->pace_ms != 0 ? source->pace_ms : FLEET_PACE_MS,
        .unreadable = source->unreadable,
        .retry_ms = source->retry_ms != INT64_MAX ? FLEET_BOOT + source->retry_ms : SCHEDULE_NEVER,
    };
    if (source->trouble != TROUBLE_NONE)
        state.trouble =
            trouble_new(source->trouble, "%s", or_usual(source->sentence, "the reason"));
    return state;
}

/* ---- the server's answers */

static struct part *new_part(enum part_kind kind)
{
    struct part *part = part_new(kind);
    assert_non_null(part);
    return part;
}

static struct part *list_spaces(const struct making *making)
{
    struct part *part = new_part(PART_SPACES);
    for (size_t i = 0; i < making->spaces; i++) {
        struct space *space = part_add(part);
        space->id = listed_text(part, making->fleet.spaces[i].id);
        space->name = listed_text(part, making->fleet.spaces[i].name);
        space->region = listed_text(part, "");
        space->vanished_ms = making->fleet.spaces[i].vanished ? FLEET_SERVER : MOMENT_NONE;
    }
    return part;
}

static void list_runtime(struct part *part, const struct fleet_runtime *one)
{
    struct runtime *runtime = part_add(part);
    *runtime = (struct runtime){
        .id = listed_text(part, one->id),
        .space_id = listed_text(part, one->space),
        .name = listed_text(part, one->name),
        .kind = listed_text(part, one->kind),
        .status = listed_text(part, one->status),
        .region = listed_text(part, one->region),
        .active_run_id = listed_text(part, ""),
        .created_ms = MOMENT_NONE,
        .updated_ms = MOMENT_NONE,
        .vanished_ms = one->vanished ? FLEET_SERVER : MOMENT_NONE,
    };
}

static struct part *list_runtimes(const struct making *making, const char *space)
{
    struct part *part = new_part(PART_RUNTIMES);
    for (size_t i = 0; i < making->runtimes; i++) {
        if (strcmp(making->fleet.runtimes[i].space, space) == 0)
            list_runtime(part, &making->fleet.runtimes[i]);
    }
    return part;
}

static struct part *list_leases(const struct making *making, const struct fleet_runtime *runtime)
{
    struct part *part = new_part(PART_LEASES);
    part->unreadable = runtime->unreadable;
    for (size_t i = 0; i < making->leases; i++) {
        const struct fleet_lease *one = &making->fleet.leases[i];
        if (strcmp(one->runtime, runtime->id) != 0)
            continue;
        struct lease *lease = listed_lease(part, one->id, moment(one->created));
        lease->runtime_id = listed_text(part, one->runtime);
        lease->status = listed_text(part, or_usual(one->status, "active"));
        lease->protocol = listed_text(part, or_usual(one->protocol, "cdp"));
        lease->expires_ms = moment(one->expires);
        lease->closed_ms = moment(one->closed);
        lease->revoked_ms = moment(one->revoked);
        lease->vanished_ms = moment(one->vanished);
        lease->endpoint = one->endpoint;
    }
    return part;
}

/* ---- the snapshot of them */

static void put_runtime(struct making *making, const struct snapshot_space *space,
                        const struct part *runtimes, const struct fleet_runtime *one)
{
    struct snapshot *snapshot = making->snapshot;
    struct part *leases = one->source.unheard ? NULL : list_leases(making, one);
    snapshot->runtimes[snapshot->runtime_count++] = (struct snapshot_runtime){
        .space = space->space,
        .runtime = part_runtime(runtimes, one->id),
        .leases = leases,
        .state = state_of(&one->source),
    };
    snapshot->runtimes[snapshot->runtime_count - 1].state.unreadable = one->unreadable;
    snapshot_keep(snapshot, leases);
    part_unref(leases);
}

static void put_space(struct making *making, const struct space *space,
                      const struct fleet_space *one)
{
    struct snapshot *snapshot = making->snapshot;
    struct snapshot_space *put = &snapshot->spaces[snapshot->space_count++];
    *put = (struct snapshot_space){space, state_of(&one->source)};
    struct part *runtimes = list_runtimes(making, one->id);
    snapshot_keep(snapshot, runtimes);
    for (size_t i = 0; i < making->runtimes; i++) {
        const struct fleet_runtime *runtime = &making->fleet.runtimes[i];
        if (strcmp(runtime->space, one->id) == 0 && !runtime->unchosen)
            put_runtime(making, put, runtimes, runtime);
    }
    part_unref(runtimes);
}

/* The writes go through intents, so that what is published has the shape it always has; only how
 * far each came is set by hand. */
static struct intents_view *publish_writes(const struct making *making)
{
    struct intents *intents = intents_new();
    assert_non_null(intents);
    for (size_t i = 0; i < COUNT(making->fleet.writes) && making->fleet.writes[i].id != 0; i++) {
        const struct fleet_write *one = &making->fleet.writes[i];
        const char *runtime = or_usual(one->runtime, making->fleet.runtimes[0].id);
        const struct identity on =
            named(space_of(making, runtime), runtime, or_usual(one->lease, ""));
        assert_true(one->kind == INTENT_CREATE
                        ? intents_create(intents, one->id, &on, "cdp", 900, NULL, FLEET_BOOT)
                        : intents_revoke(intents, one->id, &on, 0, FLEET_BOOT));
        intents_at(intents, i)->phase = one->phase;
        intents_at(intents, i)->due_ms = FLEET_BOOT + one->due;
        intents_at(intents, i)->contradicted = one->contradicted;
    }
    struct intents_view *view = intents_publish(intents);
    intents_free(intents);
    return view;
}

static struct holdings *publish_holdings(const struct making *making)
{
    struct vault *vault = vault_new();
    assert_non_null(vault);
    for (size_t i = 0; i < ROWS(making->fleet.holdings); i++) {
        const struct fleet_holding *one = &making->fleet.holdings[i];
        const char *runtime = or_usual(one->runtime, making->fleet.runtimes[0].id);
        const struct identity lease = named(space_of(making, runtime), runtime, one->lease);
        struct endpoint *endpoint = one->state != SECRET_LOST ? endpoint_new(one->type) : NULL;
        assert_true(endpoint == NULL ||
                    endpoint_add(endpoint, ENDPOINT_URL, "url", or_usual(one->url, "wss://e/1")));
        assert_true(endpoint == NULL ? vault_guessed(vault, &lease)
                    : one->listed    ? vault_listed(vault, &lease, endpoint)
                                     : vault_put(vault, &lease, endpoint));
        if (one->state == SECRET_GONE)
            vault_wipe(vault, &lease);
    }
    struct holdings *holdings = vault_holdings(vault);
    vault_free(vault);
    return holdings;
}

const struct snapshot *fleet_snapshot(const struct fleet *fleet)
{
    struct making making = {.fleet = *fleet};
    fill_defaults(&making);
    struct snapshot *snapshot = making.snapshot = snapshot_new(making.spaces, making.runtimes);
    assert_non_null(snapshot);
    snapshot->clock = (struct clock){.low_ms = FLEET_SERVER - FLEET_BOOT,
                                     .high_ms = FLEET_SERVER - FLEET_BOOT,
                                     .drifted_ms = FLEET_BOOT,
                                     .known = !fleet->timeless};
    snapshot->server = state_of(&fleet->server);
    snapshot->catalog_settled = snapshot->settled = !fleet->unsettled;
    snapshot->paused = fleet->paused;
    snapshot->cut = fleet->cut;
    snapshot->down = fleet->down;
    snapshot->unreadable = fleet->unreadable;
    struct part *spaces = list_spaces(&making);
    snapshot_keep(snapshot, spaces);
    for (size_t i = 0; i < making.spaces; i++) {
        if (!making.fleet.spaces[i].unchosen)
            put_space(&making, &spaces->spaces[i], &making.fleet.spaces[i]);
    }
    part_unref(spaces);
    snapshot->intents = publish_writes(&making);
    snapshot->holdings = publish_holdings(&making);
    return snapshot;
}

/* ---- looking at it */

/* Programs linked with --wrap=clock_boot_now_ms look at it at one moment only. */
int64_t __wrap_clock_boot_now_ms(void);

int64_t __wrap_clock_boot_now_ms(void)
{
    return FLEET_BOOT;
}

struct moment fleet_later(int64_t ms)
{
    return (struct moment){
        .server_ms = FLEET_SERVER + ms,
        .boot_ms = FLEET_BOOT + ms,
        .thresholds = USUAL_THRESHOLDS,
    };
}

struct moment fleet_moment(void)
{
    return fleet_later(0);
}

struct rows fleet_rows(const struct snapshot *snapshot)
{
    struct rows rows = {0};
    assert_true(rows_build(&rows, snapshot, NULL, NULL, FLEET_SERVER, NULL));
    return rows;
}

const struct row *fleet_row(const struct rows *rows, const char *lease)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].lease != NULL && strcmp(rows->items[i].lease->id, lease) == 0)
            return &rows->items[i];
    }
    return NULL;
}
