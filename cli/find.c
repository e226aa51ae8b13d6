/* find: see find.h. */
#include "cli/find.h"

#include "api/clock.h"
#include "cli/interrupt.h"
#include "cli/lookup.h"
#include "cli/reading.h"
#include "cli/wait.h"

#include <string.h>

static bool catalog_settled(void *context, const struct snapshot *newest)
{
    (void)context;
    return newest != NULL && newest->catalog_settled;
}

/* A signal ends the search: nothing has been done yet. */
static bool hear_catalog(struct program *program)
{
    struct wait wait = {
        .enough = catalog_settled, .until_ms = clock_boot_now_ms() + READING_MS, .fd = -1};
    enum wait_end end;
    bool sent;
    while ((end = wait_for(program->client, &wait, &program->heard)) == WAIT_INTERRUPTED &&
           (program->interrupted = interrupt_came(&sent)) == 0)
        continue;
    return end != WAIT_INTERRUPTED;
}

static bool refuse_runtime(const struct runtime *runtime, struct error *error)
{
    char name[TEXT_BYTES(64)], status[TEXT_BYTES(32)];
    text_clean(name, sizeof name, runtime->name, strlen(runtime->name), TEXT_UTF8);
    text_clean(status, sizeof status, runtime->status, strlen(runtime->status), TEXT_UTF8);
    return error_set(error, ERROR_SYSTEM, "%s is %s: only an active runtime can take a lease", name,
                     status);
}

bool find_runtime(struct program *program, struct identity *runtime, int *code, struct error *error)
{
    struct print_options how = program_print(program, NULL);
    if (!hear_catalog(program)) {
        *code = 128 + program->interrupted;
        return false;
    }
    const struct snapshot *snapshot = program->heard;
    if (snapshot != NULL && !lookup_in(snapshot, how.space, how.runtime, error))
        return false;
    if (snapshot == NULL || snapshot->runtime_count != 1) {
        *code = reading_judge(snapshot, READING_CATALOG);
        if (snapshot != NULL)
            print_complaints(stderr, snapshot, &how);
        if (*code == EXIT_OK)
            return error_set(error, ERROR_SYSTEM, "%s/%s is not there, or not alone of its name",
                             how.space, how.runtime);
        return false;
    }
    const struct snapshot_runtime *one = &snapshot->runtimes[0];
    if (!runtime_may_lease(one->runtime))
        return refuse_runtime(one->runtime, error);
    return identity_init(runtime, one->space->id, one->runtime->id, NULL) || error_memory(error);
}
