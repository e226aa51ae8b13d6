/* hosting: see hosting.h. */
#include "gateway/hosting.h"

#include "gateway/show.h"

static struct runtime *find_runtime(const struct fleet *fleet, const char *id)
{
    struct runtime *found = NULL;
    for (size_t s = 0; s < fleet->space_count && found == NULL; s++)
        found = fleet_runtime_find(fleet->spaces[s], id);
    return found;
}

static bool begin_run(struct runtime *runtime, int64_t now_ms)
{
    char run_id[ID_SIZE];
    if (!ids_uuid(run_id))
        return false;
    fleet_runtime_start(runtime, run_id, now_ms);
    return true;
}

static void settle_deaths(const struct visit *visit)
{
    struct fleet *fleet = visit->gateway->fleet;
    char id[ID_SIZE];
    int64_t died_ms;
    while (browsers_take_death(visit->gateway->browsers, id, &died_ms)) {
        struct runtime *runtime = find_runtime(fleet, id);
        if (runtime == NULL || runtime->status != RUNTIME_ACTIVE)
            continue;
        fleet_runtime_stop(fleet, runtime, died_ms);
        begin_run(runtime, died_ms);
    }
}

static void dismiss_idle(const struct visit *visit)
{
    char id[ID_SIZE];
    for (size_t i = 0; i < BROWSERS_MAX; i++) {
        if (!browsers_runtime(visit->gateway->browsers, i, id))
            continue;
        const struct runtime *runtime = find_runtime(visit->gateway->fleet, id);
        if (runtime == NULL || runtime->status != RUNTIME_ACTIVE)
            browsers_dismiss(visit->gateway->browsers, id);
    }
}

void hosting_settle(const struct visit *visit)
{
    if (visit->gateway->browsers == NULL)
        return;
    settle_deaths(visit);
    dismiss_idle(visit);
}

void handle_start_runtime(const struct visit *visit)
{
    struct runtime *runtime = visit_runtime(visit);
    if (runtime == NULL)
        return;
    if (runtime->status != RUNTIME_ACTIVE && !begin_run(runtime, visit->now_ms))
        answer_refuse(&visit->request->answer, REFUSAL_BROKEN, NULL, "no random numbers");
    else
        answer_put(&visit->request->answer, show_runtime(runtime));
}

void handle_stop_runtime(const struct visit *visit)
{
    struct runtime *runtime = visit_runtime(visit);
    if (runtime == NULL)
        return;
    if (runtime->status == RUNTIME_ACTIVE)
        fleet_runtime_stop(visit->gateway->fleet, runtime, visit->now_ms);
    hosting_settle(visit);
    answer_put(&visit->request->answer, show_runtime(runtime));
}
