/* show: see show.h. */
#include "gateway/show.h"

/* The contract states `active` alone and leaves the rest opaque; these are believable. */
static const char *const lease_statuses[] = {
    [LEASE_LIVE] = "active",
    [LEASE_EXPIRED] = "expired",
    [LEASE_REVOKED] = "revoked",
    [LEASE_CLOSED] = "closed",
};

static const char *const runtime_statuses[] = {
    [RUNTIME_ACTIVE] = "active",
    [RUNTIME_STOPPED] = "stopped",
    [RUNTIME_FAILED] = "failed",
};

static const struct {
    const char *name;
    const char *capabilities[2];
} kinds[] = {
    [RUNTIME_BROWSER] = {"browser", {"live_view", "recording"}},
    [RUNTIME_DESKTOP] = {"desktop", {"live_view", "files"}},
    [RUNTIME_SPREADSHEET] = {"spreadsheet", {"formulas", "files"}},
};

json_t *show_space(const struct space *space)
{
    char created[WHEN_SIZE], updated[WHEN_SIZE];
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", space->id, "name", space->name, "region",
                     space->region, "createdAt", when_print(space->created_ms, created),
                     "updatedAt", when_print(space->updated_ms, updated));
}

json_t *show_runtime(const struct runtime *runtime)
{
    char created[WHEN_SIZE], updated[WHEN_SIZE];
    bool active = runtime->status == RUNTIME_ACTIVE;
    json_t *metadata =
        runtime->team == NULL ? json_null() : json_pack("{s:s}", "team", runtime->team);
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s?, s:s, s:[s,s], s:s, s:s, s:o}", "id", runtime->id,
        "spaceId", runtime->space->id, "name", runtime->name, "kind", kinds[runtime->kind].name,
        "status", runtime_statuses[runtime->status], "activeRunId", active ? runtime->run_id : NULL,
        "region", runtime->space->region, "capabilities", kinds[runtime->kind].capabilities[0],
        kinds[runtime->kind].capabilities[1], "createdAt", when_print(runtime->created_ms, created),
        "updatedAt", when_print(runtime->updated_ms, updated), "metadata", metadata);
}

json_t *show_lease(const struct runtime *runtime, const struct lease *lease)
{
    char created[WHEN_SIZE], expires[WHEN_SIZE], closed[WHEN_SIZE], revoked[WHEN_SIZE];
    int64_t closed_ms = lease->end == LEASE_CLOSED ? lease->ended_ms : WHEN_NEVER;
    int64_t revoked_ms = lease->end == LEASE_REVOKED ? lease->ended_ms : WHEN_NEVER;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:s?}", "id", lease->id, "runId",
                     lease->run_id, "runtimeId", runtime->id, "protocol",
                     protocol_name(lease->protocol), "status", lease_statuses[lease->end],
                     "createdAt", when_print(lease->created_ms, created), "expiresAt",
                     when_print(lease->expires_ms, expires), "closedAt",
                     when_print(closed_ms, closed), "revokedAt", when_print(revoked_ms, revoked));
}
