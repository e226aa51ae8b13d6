/* app_event: what happens is remembered here, and told to whom it concerns: the log, the ledger of
 * what was made here, the audit file, the user's commands, the bell. */
#include "tui/app_internal.h"

#include "core/audit.h"
#include "core/environment.h"
#include "core/places.h"
#include "core/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- begin and end */

/* What a demo does is nobody's history. */
static const char *ledger_file(const struct app *app, char path[PLACE_BYTES])
{
    bool wanted = app->settings.ledger && !app->options->demo;
    return wanted && place_state(path, LEDGER_NAME) ? path : NULL;
}

static const char *audit_file(const struct app *app)
{
    return app->options->demo ? NULL : app->settings.audit;
}

bool app_event_begin(struct app *app, struct error *error)
{
    char path[PLACE_BYTES];
    app->events = events_new();
    app->ledger = ledger_new();
    app->alerts = alerts_new();
    app->hooks = hooks_new(app->options->environment);
    if (app->events == NULL || app->ledger == NULL || app->alerts == NULL || app->hooks == NULL)
        return error_memory(error);
    app_event_use(app);
    clerk_watch(app->clerk, ledger_file(app, path), FILE_LEDGER);
    if (audit_file(app) != NULL) /* before anything is done that it would lack */
        clerk_probe(app->clerk, audit_file(app));
    return true;
}

void app_event_use(struct app *app)
{
    const struct settings *settings = &app->settings;
    if (app->hooks == NULL)
        return;
    hooks_use(app->hooks, HOOK_EXPIRING, settings->on_expiring);
    hooks_use(app->hooks, HOOK_EXPIRED, settings->on_expired);
    hooks_use(app->hooks, HOOK_CREATED, settings->on_created);
    hooks_use(app->hooks, HOOK_REVOKED, settings->on_revoked);
}

void app_event_end(struct app *app)
{
    /* What was queued last may start still; it is left to run. */
    if (app->hooks != NULL)
        hooks_step(app->hooks, clock_boot_now_ms());
    events_free(app->events);
    ledger_free(app->ledger);
    alerts_free(app->alerts);
    hooks_free(app->hooks);
}

/* ---- the ledger */

void app_event_file(struct app *app, const struct clerk_result *result)
{
    char path[PLACE_BYTES];
    size_t before = ledger_count(app->ledger), length;
    if (result->bytes == NULL) {
        if (!result->missing)
            app_tell(app, ROLE_CHIP_WARN, "%s: BY is not known of older leases",
                     result->error.sentence);
        return;
    }
    ledger_read(app->ledger, result->bytes, result->length);
    bool claimed = events_claim(app->events, app->ledger, app->account.base_url);
    char *whole = ledger_prune(app->ledger, clock_wall_now_ms(), &length);
    if (whole != NULL && ledger_file(app, path) != NULL)
        clerk_replace(app->clerk, path, whole, length);
    free(whole);
    if (ledger_count(app->ledger) != before) /* what is new there may be in the keyring, too */
        client_seek(app->client);
    if (claimed || ledger_count(app->ledger) != before)
        app_rebuild(app);
}

static void remember(struct app *app, const struct app_account *account,
                     const struct message *message)
{
    char path[PLACE_BYTES];
    char *line = ledger_note(app->ledger, account->base_url, message);
    if (line != NULL && ledger_file(app, path) != NULL)
        clerk_append(app->clerk, path, line);
    free(line);
}

/* ---- the audit and the hooks */

void app_event_written(struct app *app, const struct clerk_result *result)
{
    char path[PLACE_BYTES];
    const char *of = result->path != NULL ? result->path : "";
    const char *audit = audit_file(app), *ledger = ledger_file(app, path);
    bool failed = result->kind == CLERK_FAILED;
    if (audit != NULL && strcmp(of, audit) == 0) {
        app->audit.error = result->error;
        app->audit.lacks |= failed && app->audit.given;
    } else if (ledger != NULL && strcmp(of, ledger) == 0) {
        app->ledger_error = result->error;
    } else if (failed) {
        app_tell(app, ROLE_CHIP_ERROR, "%s", result->error.sentence);
    }
}

void app_event_finish(struct app *app)
{
    struct clerk_result *result;
    if (app->clerk == NULL)
        return;
    clerk_stop(app->clerk);
    while ((result = clerk_take(app->clerk)) != NULL) {
        if (result->kind == CLERK_FAILED || result->kind == CLERK_WRITTEN)
            app_event_written(app, result);
        clerk_result_free(result);
    }
    const char *why = app->audit.error.sentence;
    if (app->audit.lacks)
        say_line("leasetop: the audit lacks what was done here%s%s",
                 *why != '\0' ? ": " : " for a while", why);
}

/* Fills in whose it is. */
static void audit(struct app *app, const struct app_account *account, struct audit_entry *entry)
{
    if (audit_file(app) == NULL)
        return;
    entry->profile = account->settings->profile;
    entry->base_url = account->base_url;
    char *line = audit_line(entry);
    bool given = line != NULL && clerk_append(app->clerk, audit_file(app), line);
    if (!given)
        app_tell(app, ROLE_CHIP_ERROR, "the audit lacks a line: out of memory");
    app->audit.given = true;
    app->audit.lacks |= !given || *app->audit.error.sentence != '\0';
    free(line);
}

void app_event(struct app *app, const struct app_account *account, const struct message *message)
{
    struct audit_entry entry;
    bool done = message->kind == MESSAGE_WRITE && message->phase == INTENT_DONE;
    if (events_add(app->events, message) && !done)
        events_claim(app->events, app->ledger, account->base_url);
    if (audit_of(&entry, message))
        audit(app, account, &entry);
    remember(app, account, message);
    if (done)
        hooks_put_write(app->hooks, account->settings->profile, account->base_url, message);
    if (app->view == VIEW_EVENTS) /* what it shows borrows from the log */
        app_rebuild(app);
}

void app_event_handout(struct app *app, const struct app_account *account,
                       const struct audit_entry *handout)
{
    struct audit_entry entry = *handout;
    events_add_handout(app->events, &entry);
    audit(app, account, &entry);
    if (app->view == VIEW_EVENTS)
        app_rebuild(app);
}

void app_event_overflow(struct app *app)
{
    events_overflow(app->events, app->snapshot != NULL ? snapshot_server_ms(app->snapshot)
                                                       : clock_wall_now_ms());
    app_tell(app, ROLE_CHIP_WARN, "more happened at once than could be told: see the rows");
    if (app->view == VIEW_EVENTS)
        app_rebuild(app);
}

/* ---- alerts */

struct telling {
    struct app *app;
    size_t near; /* leases that are near their end now */
};

static void run_alert(struct app *app, const struct alert *alert)
{
    const struct snapshot_runtime *runtime = alert->runtime;
    const struct hook_facts facts = {
        .profile = app->settings.profile,
        .base_url = app->account.base_url,
        .lease = {(char *)runtime->space->id, (char *)runtime->runtime->id,
                  (char *)alert->lease->id},
        .space_name = runtime->space->name,
        .runtime_name = runtime->runtime->name,
        .protocol = alert->lease->protocol,
        .created_ms = alert->lease->created_ms,
        .expires_ms = alert->lease->expires_ms,
        .left_s = lease_left_s(alert->lease, snapshot_server_ms(app->snapshot)),
    };
    hooks_put(app->hooks, alert->level == ALERT_EXPIRED ? HOOK_EXPIRED : HOOK_EXPIRING, &facts);
}

/* A desktop note, for terminals that take one (OSC 9, or 777 with a title); one that does not
 * passes over it. */
static void send_note(struct app *app, const struct alert *alert)
{
    const struct runtime *runtime = alert->runtime->runtime;
    const char *name = runtime_label(runtime);
    const char *program = environment_get(app->options->environment, "TERM_PROGRAM");
    bool titled = program == NULL || strcmp(program, "iTerm.app") != 0;
    enum text_charset charset = terminal_charset(app->terminal);
    char words[128], clean[TEXT_BYTES(64)], left[FORMAT_BYTES], note[TEXT_BYTES(64) + 64];
    int64_t left_s = lease_left_s(alert->lease, snapshot_server_ms(app->snapshot));
    format_left(left, left_s, false, charset);
    snprintf(words, sizeof words, "%.8s on %.40s has %s left", row_short_id(alert->lease->id), name,
             left + strspn(left, " "));
    text_clean(clean, sizeof clean, words, strlen(words), charset);
    int length = snprintf(note, sizeof note, "\033]%s%s\033\\",
                          titled ? "777;notify;leasetop;" : "9;leasetop: ", clean);
    if (length > 0 && (size_t)length < sizeof note)
        terminal_write(app->terminal, note, (size_t)length);
}

static void tell(void *context, const struct alert *alert)
{
    struct telling *telling = context;
    run_alert(telling->app, alert);
    if (alert->level == ALERT_EXPIRED)
        return;
    if (telling->near++ == 0 && telling->app->settings.note)
        send_note(telling->app, alert);
}

void app_event_look(struct app *app)
{
    struct telling telling = {app, 0};
    if (app->snapshot == NULL)
        return;
    alerts_look(app->alerts, app->snapshot, &app->thresholds, snapshot_server_ms(app->snapshot),
                tell, &telling);
    if (telling.near > 0 && app->settings.bell == BELL_ONCE)
        terminal_bell(app->terminal);
}

void app_event_step(struct app *app)
{
    struct error error;
    if (app->snapshot != NULL && snapshot_server_ms(app->snapshot) >= alerts_due_ms(app->alerts))
        app_event_look(app);
    hooks_step(app->hooks, clock_boot_now_ms());
    if (hooks_problem(app->hooks, &error))
        app_tell(app, ROLE_CHIP_WARN, "%s", error.sentence);
}
