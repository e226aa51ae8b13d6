/* app_act: what each action does, and why it is off where it is. One table of functions by action.
 */
#include "tui/app_internal.h"

#include <stdio.h>

enum { ASKED_MS = 1500 }; /* the next answers say more */

/* ---- why not */

static const char *read_only(const struct app *app)
{
    return app->settings.read_only ? "this is read-only: nothing is sent that changes something"
                                   : NULL;
}

static const char *no_create(const struct app *app)
{
    const char *why = read_only(app);
    if (why != NULL || app->snapshot == NULL)
        return why != NULL ? why : "nothing is known yet: wait for the first answer";
    /* The form must never mean another runtime than the one under the cursor. */
    const struct snapshot_runtime *here = app_runtime(app);
    if (here != NULL && !runtime_may_lease(here->runtime))
        return "this runtime is not active: only an active one can take a lease";
    if (here == NULL && app->scope.runtime_id != NULL)
        return "this runtime is not listed any more";
    if (app->snapshot->space_count == 0)
        return "this key sees no space";
    for (size_t i = 0; i < app->snapshot->runtime_count; i++) {
        if (runtime_may_lease(app->snapshot->runtimes[i].runtime))
            return NULL;
    }
    return "there is no active runtime: only an active one can take a lease";
}

static const char *no_copy(const struct app *app)
{
    const struct row *row = app_row(app);
    if (row == NULL)
        return "there is no lease here to copy from";
    static const char *const words[] = {
        [SECRET_NEVER] =
            "its endpoint was shown once, to whoever made it: n makes a lease of your own",
        [SECRET_HELD] = NULL,
        [SECRET_KEYRING] = NULL,
        [SECRET_LOST] =
            "its endpoint never arrived, its answer did not or did not carry it: x revokes it",
        [SECRET_GONE] = "its endpoint was wiped when its time was over",
    };
    return words[row_secret(row)];
}

static const char *no_revoke(const struct app *app)
{
    const struct row *row = app_row(app);
    const char *why = read_only(app);
    if (why != NULL)
        return why;
    if (app->view != VIEW_LEASES)
        return "leases are revoked, not runtimes: Enter shows the leases of this one";
    if (row == NULL)
        return "there is no lease here to revoke";
    if (row->lease == NULL)
        return "this is not a lease yet";
    if (row->lease->unaddressable)
        return "its id did not arrive whole, so no request can name it";
    if (lease_state_ended(lease_state(row->lease, app->moment.server_ms)))
        return "it has ended already";
    bool writing = row->intent != NULL && !intent_settled(row->intent->phase);
    return writing ? "it is being revoked already" : NULL;
}

/* The newest revoke that can still be taken back: 0 if there is none. */
static uint64_t undoable(const struct app *app)
{
    const struct intents_view *intents = app->snapshot != NULL ? app->snapshot->intents : NULL;
    uint64_t found = app->revoke;
    for (size_t i = 0; found == 0 && intents != NULL && i < intents->count; i++) {
        const struct intent_view *intent = &intents->items[intents->count - 1 - i];
        if (intent->phase == INTENT_GRACE)
            found = intent->id;
    }
    return found;
}

static const char *no_undo(const struct app *app)
{
    return undoable(app) != 0 ? NULL : "there is nothing to undo";
}

static const char *no_open(const struct app *app)
{
    return app_item(app) != NULL ? NULL : "there is nothing here to open";
}

static const char *(*const reasons[ACTION_COUNT])(const struct app *) = {
    [ACTION_CREATE] = no_create,        [ACTION_COPY] = no_copy, [ACTION_REVOKE] = no_revoke,
    [ACTION_REVOKE_NOW] = no_revoke,    [ACTION_UNDO] = no_undo, [ACTION_OPEN] = no_open,
    [ACTION_PROFILE] = app_profile_off,
};

const char *app_off(const struct app *app, enum action action)
{
    return reasons[action] != NULL ? reasons[action](app) : NULL;
}

/* ---- what is done */

static void move(struct app *app, long by)
{
    list_move(app_list(app), by, app_count(app), app_identity_at, app);
}

static void do_down(struct app *app)
{
    move(app, 1);
}

static void do_up(struct app *app)
{
    move(app, -1);
}

static void do_page_down(struct app *app)
{
    move(app, app->table_rows);
}

static void do_page_up(struct app *app)
{
    move(app, -app->table_rows);
}

static void do_half_down(struct app *app)
{
    move(app, app->table_rows / 2);
}

static void do_half_up(struct app *app)
{
    move(app, -app->table_rows / 2);
}

static void do_top(struct app *app)
{
    move(app, -(long)app_count(app));
}

static void do_bottom(struct app *app)
{
    move(app, (long)app_count(app));
}

static void do_open(struct app *app)
{
    app_view(app)->open(app);
}

/* The row under the cursor is a create that failed, or that lists had their say about. */
static bool on_leftover(const struct app *app)
{
    const struct row *row = app_row(app);
    const struct intent_view *intent = row != NULL && row->lease == NULL ? row->intent : NULL;
    return intent != NULL &&
           (intent->phase == INTENT_FAILED || intent->unseen || intent->could_be > 1);
}

/* Close what is open, in the order in which it lies on top; then dismiss what failed; then back. */
static void do_back(struct app *app)
{
    if (app->details) {
        app->details = false;
    } else if (app->toast.until_ms != 0 || on_leftover(app)) {
        app->toast.until_ms = 0;
        client_dismiss(app->client);
    } else if (app->scope.runtime_id != NULL) {
        identity_clear(&app->scope);
        app->view = VIEW_RUNTIMES;
        app_rebuild(app);
    }
}

static void go_to(struct app *app, enum view_name view)
{
    app->view = view;
    app->details = false;
    identity_clear(&app->scope);
    app_rebuild(app);
}

static void do_leases(struct app *app)
{
    go_to(app, VIEW_LEASES);
}

static void do_runtimes(struct app *app)
{
    go_to(app, VIEW_RUNTIMES);
}

static void do_next_view(struct app *app)
{
    go_to(app, (app->view + 1) % VIEW_COUNT);
}

static void do_copy(struct app *app)
{
    struct identity lease = row_identity(app_row(app));
    app_copy(app, &lease);
}

static void do_revoke(struct app *app)
{
    app_revoke(app, false);
}

static void do_revoke_now(struct app *app)
{
    app_revoke(app, true);
}

static void do_undo(struct app *app)
{
    /* Whether it was in time is told by what becomes of it. */
    client_cancel(app->client, undoable(app));
    app->revoke = 0;
}

static void do_profile(struct app *app)
{
    app_profile_box(app);
}

static void do_refresh(struct app *app)
{
    const struct trouble *trouble = app->snapshot != NULL ? app->snapshot->server.trouble : NULL;
    if (trouble != NULL && trouble->kind == TROUBLE_UNAUTHORISED && app_key_again(app))
        return;
    client_refresh(app->client);
    app_say(app, ROLE_TOAST, "asking %s", app->account.host);
    app->toast.until_ms = clock_boot_now_ms() + ASKED_MS;
}

static void do_pause(struct app *app)
{
    bool paused = app->snapshot != NULL && app->snapshot->paused;
    client_pause(app->client, !paused);
}

static void do_repaint(struct app *app)
{
    terminal_repaint(app->terminal);
}

static void do_help(struct app *app)
{
    app->help = true;
    app->help_top = 0;
}

static void do_quit(struct app *app)
{
    app->quit = true;
}

static void (*const doers[ACTION_COUNT])(struct app *) = {
    [ACTION_DOWN] = do_down,
    [ACTION_UP] = do_up,
    [ACTION_PAGE_DOWN] = do_page_down,
    [ACTION_PAGE_UP] = do_page_up,
    [ACTION_HALF_DOWN] = do_half_down,
    [ACTION_HALF_UP] = do_half_up,
    [ACTION_TOP] = do_top,
    [ACTION_BOTTOM] = do_bottom,
    [ACTION_OPEN] = do_open,
    [ACTION_BACK] = do_back,
    [ACTION_LEASES] = do_leases,
    [ACTION_RUNTIMES] = do_runtimes,
    [ACTION_NEXT_VIEW] = do_next_view,
    [ACTION_CREATE] = app_create,
    [ACTION_COPY] = do_copy,
    [ACTION_REVOKE] = do_revoke,
    [ACTION_REVOKE_NOW] = do_revoke_now,
    [ACTION_UNDO] = do_undo,
    [ACTION_PROFILE] = do_profile,
    [ACTION_REFRESH] = do_refresh,
    [ACTION_KEY] = app_key_box,
    [ACTION_PAUSE] = do_pause,
    [ACTION_REPAINT] = do_repaint,
    [ACTION_HELP] = do_help,
    [ACTION_QUIT] = do_quit,
};

void app_act(struct app *app, enum action action)
{
    if (action == ACTION_NONE || doers[action] == NULL)
        return;
    const char *why = app_off(app, action);
    if (why != NULL)
        app_say(app, ROLE_CHIP_WARN, "%s: %s", action_info(action)->hint, why);
    else
        doers[action](app);
}
