/* cmd_wait: waits until a lease has come to a point of its life. */
#include "cli/cmd.h"

#include "api/clock.h"
#include "cli/find.h"
#include "cli/reading.h"
#include "cli/wait.h"
#include "core/duration.h"
#include "core/text.h"

#include <string.h>

enum { LEFT_MAX_S = 1000000, LOOK_AGAIN_MS = 50 };

/* What is waited for. */
struct goal {
    bool revoked;
    int left_s; /* or so much of its time left; -1: not that, but its end */
};

static bool parse(struct goal *goal, const char *words, struct error *error)
{
    static const char end[] = "-left";
    char time[32];
    *goal = (struct goal){.left_s = -1};
    size_t length = words != NULL ? strlen(words) : 0, tail = sizeof end - 1;
    if (words == NULL || strcmp(words, "expiry") == 0)
        return true;
    goal->revoked = strcmp(words, "revoked") == 0;
    if (goal->revoked)
        return true;
    if (length > tail && length - tail < sizeof time && strcmp(words + length - tail, end) == 0) {
        snprintf(time, sizeof time, "%.*s", (int)(length - tail), words);
        if (duration_parse(time, 0, LEFT_MAX_S, &goal->left_s, NULL))
            return true;
    }
    return error_set(error, ERROR_USAGE, "--for takes expiry, revoked, or a time as 5m-left");
}

static bool check(const struct options *options, struct error *error)
{
    struct goal goal;
    return parse(&goal, options->wait_for, error);
}

enum verdict { VERDICT_NOT_YET, VERDICT_REACHED, VERDICT_MISSED, VERDICT_NEVER };

/* A lease that is gone from the list when its time is over has most likely expired. */
static enum verdict judge_end(const struct goal *goal, const struct lease *lease,
                              enum lease_state state, int64_t server_ms)
{
    bool over = moment_known(lease->expires_ms) && lease->expires_ms <= server_ms;
    bool expired = state == LEASE_EXPIRED || (state == LEASE_ENDED && over);
    if (goal->revoked)
        return state == LEASE_REVOKED ? VERDICT_REACHED : VERDICT_MISSED;
    return goal->left_s < 0 && expired ? VERDICT_REACHED : VERDICT_MISSED;
}

static enum verdict judge(const struct goal *goal, const struct lease *lease, int64_t server_ms)
{
    enum lease_state state = lease_state(lease, server_ms);
    if (goal->left_s >= 0 && !lease_state_ended(state) &&
        lease_left_s(lease, server_ms) <= goal->left_s)
        return VERDICT_REACHED;
    if (lease_state_ended(state))
        return judge_end(goal, lease, state, server_ms);
    return goal->revoked || moment_known(lease->expires_ms) ? VERDICT_NOT_YET : VERDICT_NEVER;
}

struct vigil {
    struct goal goal;
    const struct program *program;
    const struct identity *identity;
    enum trouble_kind trouble; /* the one that was said last */
    enum verdict verdict;
    bool unauthorised;
    struct wait wait; /* until time alone may bring it */
};

static const struct lease *listed(const struct snapshot *snapshot, const struct identity *identity)
{
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        const struct snapshot_runtime *one = &snapshot->runtimes[i];
        if (one->leases != NULL && strcmp(one->runtime->id, identity->runtime_id) == 0 &&
            strcmp(one->space->id, identity->space_id) == 0)
            return part_lease(one->leases, identity->lease_id);
    }
    return NULL;
}

/* A list that came and does not show it: it has ended between the two readings, or before. */
static bool unlisted(const struct snapshot *snapshot)
{
    return snapshot->settled && snapshot->runtime_count > 0 &&
           snapshot->runtimes[0].leases != NULL && snapshot->runtimes[0].state.trouble == NULL;
}

static bool enough(void *context, const struct snapshot *newest)
{
    struct vigil *vigil = context;
    int64_t soonest_ms = clock_boot_now_ms() + LOOK_AGAIN_MS;
    vigil->wait.until_ms = INT64_MAX;
    if (newest == NULL)
        return false;
    const struct trouble *trouble = newest->server.trouble;
    vigil->unauthorised = trouble != NULL && trouble->kind == TROUBLE_UNAUTHORISED;
    if (!vigil->unauthorised)
        reading_tell(vigil->program, newest, &vigil->trouble);
    const struct lease *lease = listed(newest, vigil->identity);
    if (lease != NULL) {
        vigil->verdict = judge(&vigil->goal, lease, snapshot_server_ms(newest));
        int64_t left_ms = (int64_t)(vigil->goal.left_s + 1) * 1000 - 1;
        if (vigil->goal.left_s >= 0 && moment_known(lease->expires_ms))
            vigil->wait.until_ms = clock_boot_of(&newest->clock, lease->expires_ms - left_ms);
        if (vigil->wait.until_ms < soonest_ms)
            vigil->wait.until_ms = soonest_ms;
    } else if (unlisted(newest)) {
        vigil->verdict = VERDICT_MISSED;
    }
    return vigil->verdict != VERDICT_NOT_YET || vigil->unauthorised;
}

static void explain(enum verdict verdict, const struct target *target, struct error *error)
{
    char id[TEXT_BYTES(64)];
    const char *foreign = target->lease.lease_id;
    text_clean(id, sizeof id, foreign, strlen(foreign), TEXT_ASCII);
    error_set(error, ERROR_SYSTEM,
              verdict == VERDICT_NEVER
                  ? "%s has no expiry, as far as the server says: only --for revoked can come"
                  : "%s has ended otherwise",
              id);
}

static enum exit_code await(struct program *program, const struct target *target,
                            struct error *error)
{
    struct account_use use = {.space = target->lease.space_id, .runtime = target->lease.runtime_id};
    struct vigil vigil = {.program = program,
                          .identity = &target->lease,
                          .wait = {.enough = enough, .until_ms = INT64_MAX, .fd = -1}};
    if (!parse(&vigil.goal, program->options.wait_for, error) ||
        !program_connect(program, &use, error))
        return EXIT_NOTHING;
    vigil.wait.context = &vigil;
    while (wait_for(program->client, &vigil.wait, &program->heard) != WAIT_ENOUGH)
        continue;
    if (vigil.unauthorised)
        return error_set(error, ERROR_UNAUTHORISED, "the key is rejected"), EXIT_UNAUTHORISED;
    if (vigil.verdict == VERDICT_REACHED)
        return EXIT_OK;
    return explain(vigil.verdict, target, error), EXIT_NOTHING;
}

static enum exit_code run(struct program *program, struct error *error)
{
    struct targets targets;
    enum exit_code code;
    if (find_lease(program, &targets, error))
        code = await(program, &targets.items[0], error);
    else
        code = targets.read;
    targets_clear(&targets);
    return code;
}

const struct cmd cmd_wait = {.check = check, .run = run};
