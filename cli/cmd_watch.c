/* cmd_watch: prints what changes, a line for each, until nobody reads it any more. */
#include "cli/cmd.h"

#include "api/clock.h"
#include "cli/json_event.h"
#include "cli/lookup.h"
#include "cli/reading.h"
#include "cli/wait.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct watch {
    struct program *program;
    struct alerts *alerts;
    enum text_charset charset;
    enum trouble_kind trouble; /* the one that was said last */
    bool there;                /* what was chosen is known to be, */
    struct error missing;      /* or not to be */
    bool closed;               /* nobody reads any more, */
    int failed;                /* or it could not be written: an errno */
    struct wait wait;          /* until a lease may come to a threshold */
    int64_t fresh_ms;          /* boot clock: then all that was told with the newest has come */
    const struct snapshot *newest;
};

static void print(struct watch *watch, const struct change *change)
{
    if (watch->program->options.jsonl)
        json_event(stdout, change);
    else
        change_print(stdout, change, watch->charset);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        watch->failed = errno != EPIPE ? errno : 0;
        watch->closed = true;
    }
}

static bool told(void *context, struct message *message)
{
    if (message->kind == MESSAGE_EVENT) {
        struct change change = change_of_message(message);
        print(context, &change);
    }
    return false;
}

/* Lists tell what has expired. */
static void tell_alert(void *context, const struct alert *alert)
{
    struct watch *watch = context;
    if (alert->level == ALERT_EXPIRED)
        return;
    struct change change = change_of_alert(alert, snapshot_server_ms(watch->program->heard));
    print(watch, &change);
}

/* Leases that have come to a threshold, and when to look again. A snapshot may be here before the
 * messages that were sent with it: a lease is told as made before it is told as expiring. */
static void look_at_time(struct watch *watch, const struct snapshot *newest)
{
    enum { LOOK_AGAIN_MS = 50 };
    struct print_options how = program_print(watch->program, NULL);
    int64_t now_ms = clock_boot_now_ms(), due_ms = now_ms + LOOK_AGAIN_MS;
    if (newest != watch->newest)
        watch->fresh_ms = due_ms;
    watch->newest = newest;
    watch->wait.until_ms = due_ms;
    if (now_ms < watch->fresh_ms)
        return;
    alerts_look(watch->alerts, newest, &how.thresholds, snapshot_server_ms(newest), tell_alert,
                watch);
    int64_t next_ms = alerts_due_ms(watch->alerts);
    if (next_ms != INT64_MAX)
        next_ms = clock_boot_of(&newest->clock, next_ms);
    watch->wait.until_ms = next_ms > due_ms ? next_ms : due_ms;
}

/* What is surely not there now is a mistake; what goes later is news. */
static void look_for_chosen(struct watch *watch, const struct snapshot *newest)
{
    struct print_options how = program_print(watch->program, NULL);
    if (watch->there || !newest->catalog_settled)
        return;
    watch->there = lookup_in(newest, how.space, how.runtime, &watch->missing);
}

/* Nothing will come any more where the key is rejected. */
static bool enough(void *context, const struct snapshot *newest)
{
    struct watch *watch = context;
    if (newest != NULL) {
        look_for_chosen(watch, newest);
        reading_tell(watch->program, newest, &watch->trouble);
        look_at_time(watch, newest);
    }
    watch->closed |= print_unread();
    return watch->closed || watch->missing.kind != ERROR_NONE ||
           (newest != NULL && newest->server.trouble != NULL &&
            newest->server.trouble->kind == TROUBLE_UNAUTHORISED);
}

static enum exit_code run(struct program *program, struct error *error)
{
    static const struct account_use use = {.keyring = false};
    struct watch watch = {
        .program = program, .alerts = alerts_new(), .charset = program_charset(program)};
    enum exit_code code = EXIT_NOTHING;
    if (watch.alerts == NULL)
        return error_memory(error), code;
    if (program_connect(program, &use, error)) {
        watch.wait = (struct wait){.enough = enough,
                                   .told = told,
                                   .context = &watch,
                                   .until_ms = INT64_MAX,
                                   .fd = STDOUT_FILENO,
                                   .for_writing = true};
        while (wait_for(program->client, &watch.wait, &program->heard) != WAIT_ENOUGH)
            continue;
        code = watch.failed != 0 ? EXIT_NOTHING : watch.closed ? EXIT_OK : EXIT_UNAUTHORISED;
        if (watch.missing.kind != ERROR_NONE)
            *error = watch.missing;
        else if (watch.failed != 0)
            error_set(error, ERROR_SYSTEM, "the output cannot be written: %s",
                      strerror(watch.failed));
    }
    alerts_free(watch.alerts);
    return code;
}

const struct cmd cmd_watch = {.run = run};
