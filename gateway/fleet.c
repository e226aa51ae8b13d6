/* fleet: see fleet.h. */
#include "gateway/fleet.h"

#include <assert.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* ---- spaces and runtimes: they are added at the start and stay */

struct fleet *fleet_new(int64_t keep_ended_ms)
{
    struct fleet *fleet = calloc(1, sizeof *fleet);
    if (fleet == NULL)
        return NULL;
    fleet->keep_ended_ms = keep_ended_ms;
    fleet->graves = graves_new();
    if (fleet->graves != NULL)
        return fleet;
    free(fleet);
    return NULL;
}

static int compare_runtimes(const void *a, const void *b)
{
    return strcmp(((const struct runtime *)a)->id, ((const struct runtime *)b)->id);
}

static void space_free(struct space *space)
{
    for (size_t i = 0; i < space->runtime_count; i++) {
        struct runtime *runtime = space->runtimes[i];
        tdelete(runtime, &space->by_id, compare_runtimes);
        free(runtime->leases);
        free(runtime);
    }
    free(space->runtimes);
    free(space);
}

void fleet_free(struct fleet *fleet)
{
    if (fleet == NULL)
        return;
    for (size_t i = 0; i < fleet->space_count; i++)
        space_free(fleet->spaces[i]);
    free(fleet->spaces);
    graves_free(fleet->graves);
    free(fleet);
}

/* `array` with room for one more pointer, or NULL; it grows when the count is a power of two. */
static void *with_room(void *array, size_t count)
{
    if ((count & (count - 1)) != 0)
        return array;
    return realloc(array, (count == 0 ? 1 : count * 2) * sizeof(void *));
}

struct space *fleet_space_add(struct fleet *fleet, const struct space *space)
{
    struct space **spaces = with_room(fleet->spaces, fleet->space_count);
    if (spaces == NULL)
        return NULL;
    fleet->spaces = spaces;
    struct space *copy = malloc(sizeof *copy);
    if (copy == NULL)
        return NULL;
    *copy = *space;
    copy->runtimes = NULL;
    copy->runtime_count = 0;
    copy->by_id = NULL;
    return fleet->spaces[fleet->space_count++] = copy;
}

struct runtime *fleet_runtime_add(struct space *space, const struct runtime *runtime)
{
    struct runtime **runtimes = with_room(space->runtimes, space->runtime_count);
    if (runtimes == NULL)
        return NULL;
    space->runtimes = runtimes;
    struct runtime *copy = malloc(sizeof *copy);
    if (copy == NULL)
        return NULL;
    *copy = *runtime;
    copy->space = space;
    copy->leases = NULL;
    copy->lease_count = copy->lease_room = 0;
    if (tsearch(copy, &space->by_id, compare_runtimes) == NULL) {
        free(copy);
        return NULL;
    }
    return space->runtimes[space->runtime_count++] = copy;
}

struct space *fleet_space_find(const struct fleet *fleet, const char *id)
{
    for (size_t i = 0; i < fleet->space_count; i++) {
        if (strcmp(fleet->spaces[i]->id, id) == 0)
            return fleet->spaces[i];
    }
    return NULL;
}

struct runtime *fleet_runtime_find(const struct space *space, const char *id)
{
    struct runtime wanted;
    if (strlen(id) >= sizeof wanted.id)
        return NULL;
    strcpy(wanted.id, id);
    struct runtime *const *found = tfind(&wanted, &space->by_id, compare_runtimes);
    return found == NULL ? NULL : *found;
}

void fleet_runtime_stop(const struct fleet *fleet, struct runtime *runtime, int64_t now_ms)
{
    fleet_settle(fleet, runtime, now_ms);
    for (size_t i = 0; i < runtime->lease_count; i++)
        fleet_lease_end(&runtime->leases[i], LEASE_CLOSED, now_ms);
    runtime->status = RUNTIME_STOPPED;
    runtime->run_id[0] = '\0';
    runtime->updated_ms = now_ms;
}

void fleet_runtime_start(struct runtime *runtime, const char run_id[ID_SIZE], int64_t now_ms)
{
    runtime->status = RUNTIME_ACTIVE;
    memcpy(runtime->run_id, run_id, ID_SIZE);
    runtime->updated_ms = now_ms;
}

/* ---- leases */

struct lease *fleet_lease_find(const struct runtime *runtime, const char *id)
{
    for (size_t i = 0; i < runtime->lease_count; i++) {
        if (strcmp(runtime->leases[i].id, id) == 0)
            return &runtime->leases[i];
    }
    return NULL;
}

void fleet_lease_end(struct lease *lease, enum lease_end how, int64_t now_ms)
{
    if (lease->end != LEASE_LIVE)
        return;
    lease->end = how;
    lease->ended_ms = now_ms;
}

void fleet_settle(const struct fleet *fleet, struct runtime *runtime, int64_t now_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < runtime->lease_count; i++) {
        struct lease *lease = &runtime->leases[i];
        /* It ended when it was due, not when somebody looked. */
        if (lease->expires_ms <= now_ms)
            fleet_lease_end(lease, LEASE_EXPIRED, lease->expires_ms);
        if (lease->end != LEASE_LIVE && now_ms - lease->ended_ms >= fleet->keep_ended_ms) {
            graves_add(fleet->graves, runtime, lease);
            continue;
        }
        if (kept != i)
            runtime->leases[kept] = *lease;
        kept++;
    }
    runtime->lease_count = kept;
}

static struct lease *oldest_ended(const struct runtime *runtime)
{
    struct lease *oldest = NULL;
    for (size_t i = 0; i < runtime->lease_count; i++) {
        struct lease *lease = &runtime->leases[i];
        if (lease->end != LEASE_LIVE && (oldest == NULL || lease->ended_ms < oldest->ended_ms))
            oldest = lease;
    }
    return oldest;
}

bool fleet_is_full(const struct runtime *runtime)
{
    return runtime->lease_count == FLEET_LEASES_MAX && oldest_ended(runtime) == NULL;
}

static bool make_lease_room(struct fleet *fleet, struct runtime *runtime)
{
    if (runtime->lease_count == FLEET_LEASES_MAX) {
        struct lease *gone = oldest_ended(runtime);
        assert(gone != NULL);
        graves_add(fleet->graves, runtime, gone);
        struct lease *end = runtime->leases + runtime->lease_count--;
        memmove(gone, gone + 1, (size_t)(end - (gone + 1)) * sizeof *gone);
    }
    if (runtime->lease_count < runtime->lease_room)
        return true;
    size_t room = runtime->lease_room == 0 ? 4 : runtime->lease_room * 2;
    struct lease *leases = realloc(runtime->leases, room * sizeof *leases);
    if (leases == NULL)
        return false;
    runtime->leases = leases;
    runtime->lease_room = room;
    return true;
}

bool fleet_lease_add(struct fleet *fleet, struct runtime *runtime, const struct lease *lease)
{
    if (!make_lease_room(fleet, runtime))
        return false;
    struct lease *copy = &runtime->leases[runtime->lease_count++];
    *copy = *lease;
    copy->serial = ++fleet->serials;
    return true;
}

/* ---- secrets */

/* Goes on when it has found something: the time must not tell. */
static void look_into(struct runtime *runtime, const char token[TOKEN_SIZE],
                      struct fleet_found *found)
{
    for (size_t i = 0; i < runtime->lease_count; i++) {
        bool same = ids_same_token(runtime->leases[i].token, token);
        found->lease = same ? &runtime->leases[i] : found->lease;
        found->runtime = same ? runtime : found->runtime;
    }
}

struct fleet_found fleet_token_find(struct fleet *fleet, const char *token, int64_t now_ms)
{
    struct fleet_found found = {0};
    if (strlen(token) != TOKEN_SIZE - 1)
        return found;
    for (size_t s = 0; s < fleet->space_count; s++) {
        struct space *space = fleet->spaces[s];
        for (size_t r = 0; r < space->runtime_count; r++) {
            fleet_settle(fleet, space->runtimes[r], now_ms);
            look_into(space->runtimes[r], token, &found);
        }
    }
    enum lease_end buried = graves_find(fleet->graves, token);
    found.end = found.lease != NULL ? found.lease->end : buried;
    if (found.end != LEASE_LIVE)
        found.lease = NULL;
    return found;
}
