/* once: see once.h. */
#include "cli/once.h"

#include "api/clock.h"
#include "cli/lookup.h"
#include "cli/wait.h"

#include <errno.h>
#include <string.h>

static bool settled(const struct snapshot *snapshot)
{
    return snapshot->settled;
}

/* How many lists came, and how many did not. */
static enum exit_code judge(const struct snapshot *snapshot)
{
    size_t good = 0, bad = 0;
    if (snapshot == NULL)
        return EXIT_NOTHING;
    const struct trouble *trouble = snapshot->server.trouble;
    if (trouble != NULL && trouble->kind == TROUBLE_UNAUTHORISED)
        return EXIT_UNAUTHORISED;
    bad += trouble != NULL || snapshot->server.answered_ms == 0;
    good += snapshot->server.answered_ms != 0;
    for (size_t i = 0; i < snapshot->space_count; i++)
        bad += snapshot->spaces[i].state.answered_ms == 0;
    for (size_t i = 0; i < snapshot->runtime_count; i++)
        bad += snapshot->runtimes[i].state.answered_ms == 0;
    bad += snapshot_unreadable(snapshot);
    return good == 0 ? EXIT_NOTHING : bad > 0 ? EXIT_SOME : EXIT_OK;
}

enum exit_code once_run(struct client *client, bool json, const struct print_options *print,
                        struct error *error)
{
    const struct snapshot *snapshot = wait_until(client, settled, clock_boot_now_ms() + ONCE_MS);
    enum exit_code code = EXIT_USAGE;
    if (snapshot != NULL && !lookup_in(snapshot, print->space, print->runtime, error))
        goto out;
    if (json && snapshot != NULL)
        print_complaints(stderr, snapshot, print);
    bool printed = json               ? print_json(stdout, snapshot, print, error)
                   : snapshot != NULL ? print_table(stdout, snapshot, print, error)
                                      : true;
    code = printed ? judge(snapshot) : EXIT_NOTHING;
    if (printed && (fflush(stdout) != 0 || ferror(stdout))) {
        error_set(error, ERROR_SYSTEM, "the output cannot be written: %s", strerror(errno));
        code = EXIT_NOTHING;
    }
out:
    snapshot_unref(snapshot);
    return code;
}
