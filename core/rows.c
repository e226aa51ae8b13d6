/* rows: see rows.h. */
#include "core/rows.h"

#include "api/index.h"
#include "core/format.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { STALE_SLACK_MS = 1500, ID_CELLS_MIN = 8 };

struct moment moment_of(const struct snapshot *snapshot, const struct thresholds *thresholds)
{
    int64_t boot_ms = clock_boot_now_ms();
    return (struct moment){
        .server_ms = clock_server_ms(&snapshot->clock, boot_ms),
        .boot_ms = boot_ms,
        .vague = clock_vague(&snapshot->clock),
        .thresholds = *thresholds,
    };
}

/* ---- building */

/* As much as is needed and an eighth: while a fleet is read, each answer brings a little more. What
 * the rows were before is not kept, so both need not fit into memory. */
static bool make_room(struct rows *rows, size_t needed)
{
    if (needed <= rows->room)
        return true;
    free(rows->items);
    rows->room = needed + needed / 8;
    rows->items = malloc(rows->room * sizeof *rows->items);
    if (rows->items == NULL)
        rows->room = 0;
    return rows->items != NULL;
}

static struct row *add(struct rows *rows)
{
    assert(rows->count < rows->room);
    struct row *row = &rows->items[rows->count++];
    *row = (struct row){.sort_ms = INT64_MAX};
    return row;
}

/* Where the newest revoke of each lease is. Ids of leases are unique enough to look by; what is
 * found is compared whole. */
static bool index_revokes(struct index *index, const struct intents_view *intents)
{
    size_t count = intents != NULL ? intents->count : 0;
    if (!index_init(index, count))
        return false;
    for (size_t i = count; i-- > 0;) {
        if (intents->items[i].kind == INTENT_REVOKE && intents->items[i].phase != INTENT_CANCELLED)
            index_put(index, intents->items[i].lease.lease_id, i);
    }
    return true;
}

static const struct intent_view *revoke_of(const struct index *index,
                                           const struct intents_view *intents,
                                           const struct snapshot_runtime *runtime,
                                           const struct lease *lease)
{
    size_t place = intents != NULL ? index_find(index, lease->id) : INDEX_NONE;
    if (place == INDEX_NONE)
        return NULL;
    const struct intent_view *intent = &intents->items[place];
    return strcmp(intent->lease.runtime_id, runtime->runtime->id) == 0 &&
                   strcmp(intent->lease.space_id, runtime->space->id) == 0
               ? intent
               : NULL;
}

/* What the lease is at that moment, without reading it again. */
static enum lease_state state_at(const struct row *row, int64_t server_ms)
{
    return server_ms < row->sort_ms ? row->before : row->after;
}

static void classify(struct row *row, const struct lease *lease, int64_t made_ms)
{
    bool expires = moment_known(lease->expires_ms);
    row->sort_ms = expires ? lease->expires_ms : INT64_MAX;
    row->before = lease_state(lease, made_ms < row->sort_ms ? made_ms : row->sort_ms - 1);
    row->after =
        expires ? lease_state(lease, made_ms > row->sort_ms ? made_ms : row->sort_ms) : row->before;
    enum lease_state state = state_at(row, made_ms);
    row->ended = lease_state_ended(state) && !(state == LEASE_ENDED && row_unlisted(row));
}

static bool is_mine(const struct rows *rows, const struct row *row)
{
    return (row->holding != NULL && row->holding->made) ||
           (rows->ledger != NULL &&
            ledger_has(rows->ledger, rows->base_url, row->runtime->space->id,
                       row->runtime->runtime->id, row->lease->id));
}

static void add_leases(struct rows *rows, const struct snapshot *snapshot,
                       const struct snapshot_runtime *runtime, const struct index *revokes)
{
    for (size_t i = 0; runtime->leases != NULL && i < runtime->leases->count; i++) {
        const struct lease *lease = &runtime->leases->leases[i];
        struct row *row = add(rows);
        row->runtime = runtime;
        row->lease = lease;
        row->intent = revoke_of(revokes, snapshot->intents, runtime, lease);
        row->holding =
            holdings_find(snapshot->holdings, runtime->space->id, runtime->runtime->id, lease->id);
        struct identity identity = row_identity(row);
        row->keep = keeps_view_find(snapshot->keeps, &identity);
        row->mine = is_mine(rows, row);
        row->sought = rows->seeking;
        classify(row, lease, rows->made_ms);
    }
}

static void add_creates(struct rows *rows, const struct snapshot *snapshot,
                        const struct snapshot_runtime *runtime)
{
    const struct intents_view *intents = snapshot->intents;
    for (size_t i = 0; intents != NULL && i < intents->count; i++) {
        const struct intent_view *intent = &intents->items[i];
        if (intent->kind != INTENT_CREATE || intent->phase == INTENT_DONE ||
            intent->phase == INTENT_CANCELLED ||
            strcmp(intent->lease.runtime_id, runtime->runtime->id) != 0 ||
            strcmp(intent->lease.space_id, runtime->space->id) != 0)
            continue;
        struct row *row = add(rows);
        row->runtime = runtime;
        row->intent = intent;
        row->mine = true;
        row->sort_ms = 0; /* what is under way is looked for at the top */
    }
}

static bool chosen(const struct snapshot_runtime *runtime, const char *space_id,
                   const char *runtime_id)
{
    return (space_id == NULL || strcmp(space_id, runtime->space->id) == 0) &&
           (runtime_id == NULL || strcmp(runtime_id, runtime->runtime->id) == 0);
}

/* Not every write is a row of its own, but none is two. */
static size_t rows_most(const struct snapshot *snapshot, const char *space_id,
                        const char *runtime_id)
{
    size_t most = snapshot->intents != NULL ? snapshot->intents->count : 0;
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        const struct part *leases = snapshot->runtimes[i].leases;
        if (leases != NULL && chosen(&snapshot->runtimes[i], space_id, runtime_id))
            most += leases->count;
    }
    return most;
}

static int compare(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    if (a->ended != b->ended)
        return a->ended ? 1 : -1;
    if (a->sort_ms != b->sort_ms)
        return a->sort_ms < b->sort_ms ? -1 : 1;
    const char *a_id = a->lease != NULL ? a->lease->id : "";
    const char *b_id = b->lease != NULL ? b->lease->id : "";
    return strcmp(a_id, b_id);
}

const char *row_short_id(const char *id)
{
    const char *prefix_end = strchr(id, '_');
    return prefix_end != NULL && prefix_end[1] != '\0' && prefix_end - id <= 8 ? prefix_end + 1
                                                                               : id;
}

/* FNV-1a over the first `cells` characters. */
static uint64_t hash_start(const char *text, int cells)
{
    uint64_t value = 0xcbf29ce484222325u;
    for (; *text != '\0' && cells > 0; text++, cells--)
        value = (value ^ (unsigned char)*text) * 0x100000001b3u;
    return value | 1;
}

struct start {
    uint64_t hash; /* 0: none */
    size_t times;
};

static struct start *start_of(struct start *slots, size_t slot_count, uint64_t hash)
{
    size_t at = hash & (slot_count - 1);
    while (slots[at].hash != 0 && slots[at].hash != hash)
        at = (at + 1) & (slot_count - 1);
    return &slots[at];
}

/* Gives those rows that many cells which have none and are alone with as much of their id; returns
 * how many are left. `slots` is scratch, twice as many as rows at least. */
static size_t tell_apart(struct rows *rows, int cells, struct start *slots, size_t slot_count)
{
    size_t left = 0;
    memset(slots, 0, slot_count * sizeof *slots);
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].lease == NULL)
            continue;
        uint64_t hash = hash_start(row_short_id(rows->items[i].lease->id), cells);
        struct start *start = start_of(slots, slot_count, hash);
        start->hash = hash;
        start->times++;
    }
    for (size_t i = 0; i < rows->count; i++) {
        struct row *row = &rows->items[i];
        if (row->lease == NULL || row->id_cells != 0)
            continue;
        uint64_t hash = hash_start(row_short_id(row->lease->id), cells);
        if (start_of(slots, slot_count, hash)->times == 1)
            row->id_cells = cells;
        else
            left++;
    }
    return left;
}

/* Each row has the shortest of these that tells it from all others: two ids that look alike make
 * no third one longer. The longest that was needed; where none is enough, the longest of all. */
static int id_cells(struct rows *rows)
{
    static const int lengths[] = {ID_CELLS_MIN, 12, 16, 24, 36};
    size_t slot_count = 64;
    while (slot_count < rows->count * 2)
        slot_count *= 2;
    struct start *slots = malloc(slot_count * sizeof *slots);
    size_t i = 0, last = sizeof lengths / sizeof *lengths - 1;
    while (slots != NULL && i < last && tell_apart(rows, lengths[i], slots, slot_count) > 0)
        i++;
    free(slots);
    return lengths[i];
}

bool rows_build(struct rows *rows, const struct snapshot *snapshot, const char *space_id,
                const char *runtime_id, int64_t server_ms, struct error *error)
{
    struct index revokes;
    rows->count = 0;
    rows->made_ms = server_ms;
    if (!make_room(rows, rows_most(snapshot, space_id, runtime_id)) ||
        !index_revokes(&revokes, snapshot->intents))
        return error_memory(error);
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        const struct snapshot_runtime *runtime = &snapshot->runtimes[i];
        if (!chosen(runtime, space_id, runtime_id))
            continue;
        add_leases(rows, snapshot, runtime, &revokes);
        add_creates(rows, snapshot, runtime);
    }
    index_clear(&revokes);
    if (rows->count > 1)
        qsort(rows->items, rows->count, sizeof *rows->items, compare);
    rows->id_cells = id_cells(rows);
    return true;
}

bool rows_names_twice(const struct snapshot *snapshot)
{
    struct index names;
    bool twice = false;
    if (!index_init(&names, snapshot->runtime_count))
        return false;
    for (size_t i = 0; !twice && i < snapshot->runtime_count; i++)
        twice = index_put(&names, runtime_label(snapshot->runtimes[i].runtime), i) != INDEX_NONE;
    index_clear(&names);
    return twice;
}

void rows_clear(struct rows *rows)
{
    free(rows->items);
    *rows = (struct rows){0};
}

/* ---- asking */

static const enum status revoke_statuses[] = {
    [INTENT_HELD] = STATUS_COUNT,      [INTENT_GRACE] = STATUS_REVOKING,
    [INTENT_QUEUED] = STATUS_REVOKING, [INTENT_SENT] = STATUS_REVOKING,
    [INTENT_GONE] = STATUS_GONE,       [INTENT_UNKNOWN] = STATUS_UNKNOWN,
    [INTENT_DONE] = STATUS_COUNT,      [INTENT_FAILED] = STATUS_COUNT,
    [INTENT_CANCELLED] = STATUS_COUNT,
};

static const enum status create_statuses[] = {
    [INTENT_HELD] = STATUS_CREATING,   [INTENT_GRACE] = STATUS_CREATING,
    [INTENT_QUEUED] = STATUS_CREATING, [INTENT_SENT] = STATUS_CREATING,
    [INTENT_GONE] = STATUS_UNKNOWN,    [INTENT_UNKNOWN] = STATUS_UNKNOWN,
    [INTENT_DONE] = STATUS_CREATING,   [INTENT_FAILED] = STATUS_FAILED,
    [INTENT_CANCELLED] = STATUS_ENDED,
};

static const enum status lease_statuses[] = {
    [LEASE_ACTIVE] = STATUS_ACTIVE,   [LEASE_OTHER] = STATUS_OTHER,
    [LEASE_OVERDUE] = STATUS_OVERDUE, [LEASE_EXPIRED] = STATUS_EXPIRED,
    [LEASE_CLOSED] = STATUS_CLOSED,   [LEASE_REVOKED] = STATUS_REVOKED,
    [LEASE_ENDED] = STATUS_ENDED,
};

static enum status by_left(const struct row *row, const struct moment *moment)
{
    if (row->sort_ms == INT64_MAX)
        return STATUS_ACTIVE;
    int64_t left_s = (row->sort_ms - moment->server_ms) / 1000;
    if (left_s <= moment->thresholds.critical_s)
        return STATUS_CRITICAL;
    return left_s <= moment->thresholds.warn_s ? STATUS_EXPIRING : STATUS_ACTIVE;
}

/* A write that the server, or a retry, makes wait. */
static bool waits(const struct intent_view *intent, const struct moment *moment)
{
    return intent != NULL && intent->phase == INTENT_QUEUED && intent->due_ms > moment->boot_ms;
}

/* The answer to a revoke goes before lists that do not show it yet; STATUS_COUNT: it says nothing.
 */
static enum status revoke_status(const struct row *row, const struct moment *moment)
{
    const struct intent_view *revoke = row->intent;
    if (revoke == NULL)
        return STATUS_COUNT;
    if (revoke->phase == INTENT_DONE && revoke->trouble == NULL)
        return revoke->contradicted ? STATUS_DISPUTED : STATUS_REVOKED;
    return waits(revoke, moment) ? STATUS_WAITING : revoke_statuses[revoke->phase];
}

bool row_unlisted(const struct row *row)
{
    return row->lease != NULL && row->before == LEASE_ENDED &&
           row->lease->vanished_ms != MOMENT_NONE &&
           row->runtime->space->vanished_ms != MOMENT_NONE;
}

enum status row_status(const struct row *row, const struct moment *moment)
{
    if (row->lease == NULL)
        return waits(row->intent, moment) ? STATUS_WAITING : create_statuses[row->intent->phase];
    enum lease_state state = state_at(row, moment->server_ms);
    if (state == LEASE_ENDED && row_unlisted(row))
        return STATUS_UNLISTED;
    if (lease_state_ended(state))
        return lease_statuses[state];
    enum status writing = revoke_status(row, moment);
    if (writing != STATUS_COUNT)
        return writing;
    if (lease_end_unreadable(row->lease))
        return STATUS_UNREADABLE;
    if (state == LEASE_ACTIVE)
        return by_left(row, moment);
    return lease_statuses[state];
}

enum status row_glyph(const struct row *row, const struct moment *moment)
{
    enum status status = row_status(row, moment);
    bool refused = row->lease != NULL && row->intent != NULL &&
                   row->intent->phase == INTENT_FAILED && status_tally(status) != TALLY_ENDED;
    return refused ? STATUS_FAILED : status;
}

const char *row_status_word(const struct row *row, const struct moment *moment)
{
    enum status status = row_status(row, moment);
    if (status != STATUS_OTHER)
        return status_word(status);
    return *row->lease->status != '\0' ? row->lease->status : "no status";
}

int64_t row_left_s(const struct row *row, const struct moment *moment)
{
    if (row->lease == NULL || row->lease->expires_ms == MOMENT_UNREADABLE)
        return FORMAT_UNKNOWN;
    enum lease_state state = state_at(row, moment->server_ms);
    if (lease_state_ended(state) && !row_unlisted(row))
        return state == LEASE_EXPIRED ? 0 : FORMAT_UNKNOWN;
    if (row_status(row, moment) == STATUS_REVOKED)
        return FORMAT_UNKNOWN;
    return lease_left_s(row->lease, moment->server_ms);
}

int row_undo_s(const struct row *row, const struct moment *moment)
{
    if (row->intent == NULL || row->intent->phase != INTENT_GRACE)
        return 0;
    int64_t left_ms = row->intent->due_ms - moment->boot_ms;
    return left_ms > 0 ? (int)((left_ms + 999) / 1000) : 0;
}

bool source_stale(const struct source_state *state, const struct moment *moment)
{
    return moment->boot_ms - state->answered_ms > 2 * state->pace_ms + STALE_SLACK_MS;
}

bool row_stale(const struct row *row, const struct moment *moment)
{
    bool unseen = row->lease != NULL && row->lease->unseen;
    return moment->vague || unseen || row_unlisted(row) ||
           source_stale(&row->runtime->state, moment);
}

struct identity row_identity(const struct row *row)
{
    return (struct identity){
        (char *)row->runtime->space->id,
        (char *)row->runtime->runtime->id,
        row->lease != NULL ? (char *)row->lease->id : row->intent->lease.lease_id,
    };
}

enum secret_state row_secret(const struct row *row)
{
    enum secret_state state = row->holding != NULL ? row->holding->state : SECRET_NEVER;
    if (state != SECRET_NEVER || !row->mine || row->lease == NULL)
        return state;
    return row->ended ? SECRET_GONE : row->sought ? SECRET_SOUGHT : SECRET_PAST;
}

enum endpoint_type row_endpoint(const struct row *row)
{
    if (row->holding != NULL && row->holding->type != ENDPOINT_NONE)
        return row->holding->type;
    return row->lease != NULL ? row->lease->endpoint : ENDPOINT_NONE;
}

void rows_tally(const struct rows *rows, const struct moment *moment, size_t counts[TALLY_COUNT])
{
    memset(counts, 0, TALLY_COUNT * sizeof *counts);
    for (size_t i = 0; i < rows->count; i++)
        counts[status_tally(row_status(&rows->items[i], moment))]++;
}

int64_t rows_next_s(const struct rows *rows, const struct moment *moment)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->items[i];
        /* Whatever is being done to it: as long as it may live it is near its end. */
        if (row->lease == NULL || row->sort_ms <= moment->server_ms || row->sort_ms == INT64_MAX ||
            lease_state_ended(state_at(row, moment->server_ms)))
            continue;
        int64_t left_s = row_left_s(row, moment);
        if (left_s != FORMAT_UNKNOWN) /* not where it was revoked here, and a list lags behind */
            return left_s;
    }
    return FORMAT_NEVER;
}
