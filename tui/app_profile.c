/* app_profile: from one profile to another while the dashboard runs. Nobody waits: the client of
 * the profile that is left goes on in the background, asks for no lists, sends what was confirmed,
 * and keeps its endpoints until the operator comes back or quits. */
#include "tui/app_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A profile that was left. */
struct aside {
    struct app_account account;
    struct client *client;
    const struct snapshot *snapshot; /* the last; or NULL */
    bool paused;                     /* by the operator */
    struct aside *next;
};

static const char *name_of(const struct settings *settings)
{
    return settings->profile != NULL ? settings->profile : "";
}

const char *app_profile_name(const struct app *app)
{
    return name_of(&app->settings);
}

/* What the command line says of a server was said of the profile it began with. */
bool app_settle_profile(const struct app *app, const struct config *config, const char *profile,
                        struct settings *settings, struct error *error)
{
    const struct app_options *options = app->options;
    bool first = strcmp(profile, name_of(options->account.settings)) == 0;
    return config_settle(settings, config, profile,
                         first ? options->command_line : options->elsewhere, error);
}

/* ---- a key that a command prints */

static void key_forget(struct app *app)
{
    key_command_free(app->key_command);
    app->key_command = NULL;
}

static bool key_start(struct app *app, const struct settings *settings, const char *profile)
{
    struct error error = {0};
    key_forget(app);
    app->key_command =
        key_command_start(settings->key_command, app->options->environment, true, &error);
    if (app->key_command == NULL)
        app_say(app, ROLE_CHIP_ERROR, "%s", error.sentence);
    snprintf(app->key_profile, sizeof app->key_profile, "%s", profile);
    return app->key_command != NULL;
}

bool app_key_again(struct app *app)
{
    if (app->settings.key_command == NULL)
        return false;
    if (app->key_command == NULL && key_start(app, &app->settings, name_of(&app->settings)))
        app_say(app, ROLE_TOAST, "asking the key command for the key");
    return true;
}

/* Once by itself when the key is rejected; then only when the operator asks, or a later one is
 * rejected after it was good for something. */
static void key_watch(struct app *app)
{
    const struct snapshot *snapshot = app->snapshot;
    const struct trouble *trouble = snapshot != NULL ? snapshot->server.trouble : NULL;
    if (trouble != NULL && trouble->kind == TROUBLE_UNAUTHORISED) {
        if (app->key_tried_ms == 0 && app_key_again(app))
            app->key_tried_ms = clock_boot_now_ms();
    } else if (snapshot != NULL && snapshot->server.answered_ms > app->key_tried_ms) {
        app->key_tried_ms = 0;
    }
}

static void use_key(struct app *app, struct secret *key)
{
    if (client_key(app->client, key))
        app_say(app, ROLE_TOAST, "trying the key of the key command");
    else
        app_say(app, ROLE_CHIP_ERROR, "out of memory: the key is as before");
}

/* ---- going there */

/* What is on the screen is of another fleet. */
static void forget_view(struct app *app)
{
    app_box_close(app);
    app_forget(app);
    app->details = false;
    app->resumed = false;
    app->revoke = app->created = app->followed = 0;
    app->batch_count = 0;
    memset(app->batches, 0, sizeof app->batches);
    marks_clear(&app->marks);
    for (int view = 0; view < VIEW_COUNT; view++)
        app->shown[view].count = 0;
    app->copy_token++; /* what comes for the one before is not for this one */
    app->toast.until_ms = app->later.until_ms = 0;
    app->last_chip[0] = '\0';
    identity_clear(&app->scope);
}

/* From now on this one is looked at. */
static void show(struct app *app, struct aside *chosen)
{
    struct settings edited;
    app->client = chosen->client;
    app->account = chosen->account;
    app->settings = *chosen->account.settings;
    snprintf(app->key_tail, sizeof app->key_tail, "%s", chosen->account.key_tail);
    if (app_settle_profile(app, app->config, name_of(&app->settings), &edited, NULL))
        settings_take_live(&app->settings, &edited);
    app->key_tried_ms = 0;
    forget_view(app);
    snapshot_unref(app->snapshot);
    app->snapshot = chosen->snapshot;
    app_config_apply(app);
    client_seek(app->client);
    if (app->snapshot != NULL)
        app_rebuild(app);
    if (*name_of(&app->settings) != '\0')
        app_say(app, ROLE_TOAST, "this is %s now", name_of(&app->settings));
    else
        app_say(app, ROLE_TOAST, "this is no profile now");
    free(chosen);
}

static void set_aside(struct app *app, struct aside *aside)
{
    *aside = (struct aside){
        .account = app->account,
        .client = app->client,
        .snapshot = app->snapshot,
        .paused = app->snapshot != NULL && app->snapshot->paused,
        .next = app->asides,
    };
    snprintf(aside->account.key_tail, sizeof aside->account.key_tail, "%s", app->key_tail);
    app->snapshot = NULL;
    app->asides = aside;
    client_pause(aside->client, true);
}

static void go_back(struct app *app, struct aside **link)
{
    struct aside *chosen = *link, *left = calloc(1, sizeof *left);
    if (left == NULL) {
        app_say(app, ROLE_CHIP_ERROR, "out of memory");
        return;
    }
    *link = chosen->next;
    set_aside(app, left);
    client_pause(chosen->client, chosen->paused);
    client_refresh(chosen->client);
    show(app, chosen);
}

static void errand_leave(struct app *app)
{
    clerk_leave(app->errand);
    app->errand = NULL;
}

/* Takes the key, which is NULL where it is not a command's. What is in files is read on a thread of
 * its own: a disk may not answer. */
static void go_first(struct app *app, const char *profile, struct secret *key)
{
    struct error error = {0};
    void *chosen = app->options->choose(app->options->context, app->config, profile, key, &error);
    app->errand = chosen != NULL ? clerk_new(&error) : NULL;
    if (app->errand != NULL &&
        clerk_call(app->errand, app->options->look, app->options->drop, chosen)) {
        app_say(app, ROLE_TOAST, "opening %.64s", *profile != '\0' ? profile : "no profile");
        return;
    }
    if (chosen != NULL)
        app->options->drop(chosen);
    errand_leave(app);
    app_say(app, ROLE_CHIP_ERROR, "%s; nothing has changed",
            *error.sentence != '\0' ? error.sentence : "out of memory");
}

static void enter(struct app *app, void *looked)
{
    struct error error = {0};
    struct aside *left = calloc(1, sizeof *left), *chosen = calloc(1, sizeof *chosen);
    if (left == NULL || chosen == NULL) {
        app->options->drop(looked);
        error_memory(&error);
    } else if (app->options->enter(app->options->context, looked, &chosen->account, &chosen->client,
                                   &error)) {
        set_aside(app, left);
        show(app, chosen);
        return;
    }
    free(left);
    free(chosen);
    app_say(app, ROLE_CHIP_ERROR, "%s; nothing has changed", error.sentence);
}

static void errand_step(struct app *app)
{
    if (app->errand == NULL)
        return;
    clerk_look(app->errand);
    struct clerk_result *result = clerk_take(app->errand);
    if (result == NULL)
        return;
    void *looked = result->context;
    result->context = NULL;
    clerk_result_free(result);
    errand_leave(app);
    enter(app, looked);
}

void app_profile_choose(struct app *app, const char *profile)
{
    struct settings settings;
    struct error error = {0};
    key_forget(app);
    errand_leave(app);
    if (strcmp(profile, name_of(&app->settings)) == 0)
        return;
    for (struct aside **link = &app->asides; *link != NULL; link = &(*link)->next) {
        if (strcmp(profile, name_of((*link)->account.settings)) == 0) {
            go_back(app, link);
            return;
        }
    }
    if (!app_settle_profile(app, app->config, profile, &settings, &error))
        app_say(app, ROLE_CHIP_ERROR, "%s", error.sentence);
    else if (settings.key_command == NULL)
        go_first(app, profile, NULL);
    else if (key_start(app, &settings, profile))
        app_say(app, ROLE_TOAST, "asking the key command of %s for the key", profile);
}

void app_profile_step(struct app *app)
{
    struct error error = {0};
    struct secret *key;
    key_watch(app);
    errand_step(app);
    if (app->key_command == NULL || !key_command_step(app->key_command, &key, &error))
        return;
    key_forget(app);
    if (key == NULL)
        app_say(app, ROLE_CHIP_ERROR, "%s", error.sentence);
    else if (strcmp(app->key_profile, name_of(&app->settings)) == 0)
        use_key(app, key);
    else
        go_first(app, app->key_profile, key);
}

void app_profile_end(struct app *app)
{
    key_forget(app);
    errand_leave(app);
}

/* ---- those that were left */

static void tell(struct app *app, const struct aside *aside, const struct message *message)
{
    bool failed = message->phase == INTENT_FAILED, unknown = message->phase == INTENT_UNKNOWN;
    const char *why = message->trouble != NULL ? message->trouble->sentence : "no answer";
    if (message->kind != MESSAGE_WRITE || (!failed && !unknown))
        return;
    app_tell(app, failed ? ROLE_CHIP_ERROR : ROLE_CHIP_WARN, "%s: %s of %.8s %s: %s",
             name_of(aside->account.settings),
             message->intent == INTENT_CREATE ? "create" : "revoke",
             row_short_id(message->identity.lease_id),
             failed ? "failed" : "is not known to be done", why);
}

void app_asides_take(struct app *app)
{
    for (struct aside *aside = app->asides; aside != NULL; aside = aside->next) {
        struct client *client = aside->client;
        bool overflowed;
        client_look(client);
        for (struct message *message;
             (message = client_message_take(client, &overflowed)) != NULL;) {
            app_event(app, &aside->account, message);
            tell(app, aside, message);
            message_free(message);
        }
        const struct snapshot *snapshot = client_snapshot_take(client);
        if (snapshot != NULL) {
            snapshot_unref(aside->snapshot);
            aside->snapshot = snapshot;
        }
    }
}

void app_asides_hurry(struct app *app, int linger_ms)
{
    for (struct aside *aside = app->asides; aside != NULL; aside = aside->next)
        client_stop_begin(aside->client, linger_ms);
}

bool app_asides_next(struct app *app, struct app_account *account, struct client **client,
                     const struct snapshot **snapshot)
{
    struct aside *aside = app->asides;
    if (aside == NULL)
        return false;
    *account = aside->account;
    *client = aside->client;
    *snapshot = aside->snapshot;
    app->asides = aside->next;
    free(aside);
    return true;
}
