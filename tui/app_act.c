/* app_act: what each action does, and why it is off where it is. One table of functions by action.
 */
#include "tui/app_internal.h"

#include <stdio.h>
#include <string.h>

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
    return app_no_endpoint(app, app_row(app));
}

static const char *no_revoke(const struct app *app)
{
    const char *why = read_only(app);
    if (why != NULL)
        return why;
    if (app->view != VIEW_LEASES)
        return "leases are revoked, not runtimes: {open} shows the leases of this one";
    return app->marks.count == 0 && app_unresolved(app_row(app)) ? NULL : app_no_revoke(app);
}

static const char *no_open(const struct app *app)
{
    return app_item(app) != NULL ? NULL : "there is nothing here to open";
}

static const char *no_menu(const struct app *app)
{
    const struct row *row = app_row(app);
    return row == NULL || row->lease == NULL ? "there is no lease here to copy from" : NULL;
}

static const char *no_revoke_all(const struct app *app)
{
    const char *why = read_only(app);
    return why == NULL && app_runtime(app) == NULL ? "there is no runtime here" : why;
}

static const char *no_rotate(const struct app *app)
{
    const char *why = read_only(app);
    return why != NULL ? why : app_no_rotate(app);
}

static const char *no_mark(const struct app *app)
{
    const struct row *row = app_row(app);
    if (app->view != VIEW_LEASES)
        return "leases are marked, and nothing else";
    return row == NULL || row->lease == NULL ? "there is no lease here to mark" : NULL;
}

static const char *no_unmark(const struct app *app)
{
    return app->marks.count > 0 ? NULL : "nothing is marked";
}

static const char *no_refresh(const struct app *app)
{
    bool paused = app->snapshot != NULL && app->snapshot->paused;
    return paused ? "asking is paused: {pause} resumes" : NULL;
}

static const char *(*const reasons[ACTION_COUNT])(const struct app *) = {
    [ACTION_CREATE] = no_create,
    [ACTION_COPY] = no_copy,
    [ACTION_REVOKE] = no_revoke,
    [ACTION_REVOKE_NOW] = no_revoke,
    [ACTION_UNDO] = app_no_undo,
    [ACTION_OPEN] = no_open,
    [ACTION_MARK] = no_mark,
    [ACTION_MARK_RANGE] = no_mark,
    [ACTION_UNMARK] = no_unmark,
    [ACTION_PROFILE] = app_profile_off,
    [ACTION_ROTATE] = no_rotate,
    [ACTION_KEEP] = no_rotate,
    [ACTION_COPY_MENU] = no_menu,
    [ACTION_REVEAL] = no_copy,
    [ACTION_REVOKE_RUNTIME] = no_revoke_all,
    [ACTION_REVOKE_SPACE] = no_revoke_all,
    [ACTION_QUIT_REVOKE] = read_only,
    [ACTION_REFRESH] = no_refresh,
};

const char *app_off(const struct app *app, enum action action)
{
    return reasons[action] != NULL ? reasons[action](app) : NULL;
}

/* ---- what is done */

static void move(struct app *app, long by)
{
    app->moves++;
    app->details_top = 0;
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

/* Where details have more to say than there is room for, they are what a page is of. */
static void do_page_down(struct app *app)
{
    if (!details_scroll(app, 1))
        move(app, app->layout.table.rows);
}

static void do_page_up(struct app *app)
{
    if (!details_scroll(app, -1))
        move(app, -app->layout.table.rows);
}

static void do_half_down(struct app *app)
{
    move(app, app->layout.table.rows / 2);
}

static void do_half_up(struct app *app)
{
    move(app, -app->layout.table.rows / 2);
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
    app->details_top = 0;
    app_view(app)->open(app);
}

/* The row under the cursor says of a write that it failed, or is a create that lists had their say
 * about. */
static bool on_leftover(const struct app *app)
{
    const struct row *row = app_row(app);
    const struct intent_view *intent = row != NULL ? row->intent : NULL;
    return intent != NULL && (row_glyph(row, &app->moment) == STATUS_FAILED ||
                              (row->lease == NULL && (intent->unseen || intent->could_be > 0)));
}

/* What stands in the line for messages has to be let go of first. */
static bool has_problem(const struct app *app)
{
    return app->toast.until_ms != 0 && app->toast.role != ROLE_TOAST;
}

/* In the order of do_back. */
const char *app_back_word(const struct app *app)
{
    return app->details                                      ? action_info(ACTION_BACK)->hint
           : app->filters[app->view].count > 0               ? "clear filter"
           : on_leftover(app) && app_row(app)->lease == NULL ? "drop it"
           : on_leftover(app)                                ? "dismiss"
           : has_problem(app)                                ? "dismiss"
           : app->scope.runtime_id != NULL                   ? action_info(ACTION_BACK)->hint
                                                             : NULL;
}

/* Close what is open, clear the filter, let go of what failed, go back: the first of them that
 * there is to do. */
static void do_back(struct app *app)
{
    bool problem = has_problem(app);
    app_hush(app);
    if (app->details) {
        app->details = false;
    } else if (app->filters[app->view].count > 0) {
        app_filter_clear(app);
    } else if (problem || on_leftover(app)) {
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

static void do_events(struct app *app)
{
    go_to(app, VIEW_EVENTS);
}

static void do_strip(struct app *app)
{
    app->strip = !app->strip;
    struct layout layout = layout_of(terminal_rows(app->terminal), terminal_columns(app->terminal),
                                     app->details, true);
    if (app->strip && layout.strip.rows == 0)
        app_say(app, ROLE_TOAST,
                "the newest events need more rows than there are: {view-events} shows "
                "them all");
}

static void do_next_view(struct app *app)
{
    go_to(app, (app->view + 1) % VIEW_COUNT);
}

static void do_wide(struct app *app)
{
    bool *wide = &app->wide[app->view];
    *wide = !*wide;
    app_say(app, ROLE_TOAST, *wide ? "more columns, where there is room" : "the usual columns");
}

static void do_clock(struct app *app)
{
    app->zone = app->zone == FORMAT_LOCAL ? FORMAT_UTC : FORMAT_LOCAL;
    app_say(app, ROLE_TOAST,
            app->zone == FORMAT_UTC ? "times are UTC" : "times are of this machine's zone");
}

static void do_sort_next(struct app *app)
{
    app_sort_step(app, 1);
}

static void do_sort_previous(struct app *app)
{
    app_sort_step(app, -1);
}

/* Those compiled in, one after the other. */
static void do_theme(struct app *app)
{
    size_t place = 0;
    struct theme theme;
    struct error error = {0};
    while (theme_name(place) != NULL && strcmp(theme_name(place), app->theme.name) != 0)
        place++;
    const char *next = theme_name(place) != NULL ? theme_name(place + 1) : NULL;
    if (next == NULL)
        next = theme_name(0);
    if (theme_load(&theme, next, &error)) {
        app_theme_use(app, &theme);
        app_say(app, ROLE_TOAST, "theme %s", next);
    } else {
        app_say(app, ROLE_CHIP_ERROR, "%s", error.sentence);
    }
}

static void do_copy(struct app *app)
{
    struct identity lease = row_identity(app_row(app));
    app_copy(app, &lease);
}

static void do_revoke(struct app *app)
{
    if (app->marks.count == 0 && app_unresolved(app_row(app)))
        app_resolve(app);
    else
        app_revoke(app, false);
}

static void do_revoke_now(struct app *app)
{
    if (app->marks.count == 0 && app_unresolved(app_row(app)))
        app_resolve(app);
    else
        app_revoke(app, true);
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
    [ACTION_EVENTS] = do_events,
    [ACTION_STRIP] = do_strip,
    [ACTION_NEXT_VIEW] = do_next_view,
    [ACTION_WIDE] = do_wide,
    [ACTION_KEEP_VIEW] = app_view_keep,
    [ACTION_CLOCK] = do_clock,
    [ACTION_FILTER] = app_filter,
    [ACTION_SORT_NEXT] = do_sort_next,
    [ACTION_SORT_PREVIOUS] = do_sort_previous,
    [ACTION_SORT_INVERT] = app_sort_invert,
    [ACTION_MARK] = app_mark,
    [ACTION_MARK_RANGE] = app_mark_range,
    [ACTION_UNMARK] = app_unmark,
    [ACTION_THEME] = do_theme,
    [ACTION_PALETTE] = app_palette,
    [ACTION_ROTATE] = app_rotate,
    [ACTION_KEEP] = app_keep,
    [ACTION_COPY_MENU] = app_copy_menu,
    [ACTION_REVEAL] = app_reveal,
    [ACTION_REVOKE_RUNTIME] = app_revoke_runtime,
    [ACTION_REVOKE_SPACE] = app_revoke_space,
    [ACTION_QUIT_REVOKE] = app_quit_revoke,
    [ACTION_CREATE] = app_create,
    [ACTION_COPY] = do_copy,
    [ACTION_REVOKE] = do_revoke,
    [ACTION_REVOKE_NOW] = do_revoke_now,
    [ACTION_UNDO] = app_undo,
    [ACTION_PROFILE] = do_profile,
    [ACTION_REFRESH] = do_refresh,
    [ACTION_KEY] = app_key_box,
    [ACTION_PAUSE] = do_pause,
    [ACTION_MOUSE] = app_mouse_toggle,
    [ACTION_REPAINT] = do_repaint,
    [ACTION_HELP] = do_help,
    [ACTION_QUIT] = do_quit,
};

/* What is said of these is about the row under the cursor, and names it: the line stays when the
 * cursor moves on. */
static const bool of_row[ACTION_COUNT] = {
    [ACTION_COPY] = true,       [ACTION_COPY_MENU] = true, [ACTION_REVEAL] = true,
    [ACTION_REVOKE] = true,     [ACTION_ROTATE] = true,    [ACTION_KEEP] = true,
    [ACTION_REVOKE_NOW] = true,
};

void app_refuse(struct app *app, enum action action, const struct row *row, const char *why)
{
    char filled[STATE_SENTENCE_BYTES], id[16] = "";
    const struct action_info *info = action_info(action);
    bool marked = info->writes && app->marks.count > 0; /* then it is about those */
    if (row != NULL && row->lease != NULL && !marked)
        snprintf(id, sizeof id, " %.8s", row_short_id(row->lease->id));
    app_say(app, ROLE_CHIP_WARN, "%s%s: %s", *info->hint != '\0' ? info->hint : info->name, id,
            action_fill(filled, sizeof filled, why, &app->keys));
}

void app_act(struct app *app, enum action action)
{
    if (action == ACTION_NONE || doers[action] == NULL)
        return;
    const char *why = app_off(app, action);
    bool asks =
        (action == ACTION_COPY || action == ACTION_REVEAL) && app_worth_asking(app_row(app));
    if (why == NULL || asks)
        doers[action](app);
    else
        app_refuse(app, action, of_row[action] ? app_row(app) : NULL, why);
}
