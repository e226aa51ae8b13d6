/* app_revoke: ending leases: which ones, and the box that asks. Targets are identities, fixed when
 * the key is pressed. */
#include "tui/app_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTED_FROM = 5 }; /* so many are typed before they are revoked together */

/* ---- which */

static const char *no_revoke_of(const struct app *app, const struct row *row)
{
    if (row->lease == NULL && row->intent != NULL && row->intent->phase == INTENT_FAILED)
        return "it was not created: there is nothing to revoke, and {back} drops its row";
    if (row->lease == NULL)
        return "this is not a lease yet";
    if (row->lease->unaddressable)
        return "its id did not arrive whole, so no request can name it";
    if (row_unlisted(row))
        return "its space is not listed any more, so nothing can be sent to it";
    if (lease_state_ended(lease_state(row->lease, app->moment.server_ms)))
        return "it has ended already";
    bool writing = row->intent != NULL && !intent_settled(row->intent->phase);
    return writing ? "it is being revoked already" : NULL;
}

const char *app_no_revoke(const struct app *app)
{
    const struct row **rows;
    size_t count = app_targets(app, &rows);
    const char *why = count > 0 ? NULL : "there is no lease here to revoke";
    bool any = false;
    for (size_t i = 0; i < count && !any; i++) {
        const char *one = no_revoke_of(app, rows[i]);
        why = why == NULL ? one : why;
        any = one == NULL;
    }
    free(rows);
    if (count == 0 && app->marks.count > 0)
        return "the filter hides all that is marked: {back} clears it";
    return any ? NULL : why;
}

/* Those that can be revoked, to the front; returns how many. */
static size_t choose(const struct app *app, const struct row **rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (no_revoke_of(app, rows[i]) == NULL)
            rows[kept++] = rows[i];
    }
    return kept;
}

/* ---- the box */

/* Many at once are counted by the person too. */
static bool counted(struct app *app)
{
    struct dialog *dialog = &app->box.dialog;
    char expected[24];
    if (dialog->items[0].kind != DIALOG_FIELD)
        return true;
    snprintf(expected, sizeof expected, "%zu", app->box.about.target_count);
    if (strcmp(dialog->items[0].field.text, expected) == 0)
        return true;
    snprintf(dialog->problem, sizeof dialog->problem, "type %s to revoke them all, or Esc",
             expected);
    dialog->focus = 0;
    return false;
}

static void decide_revoke(struct app *app, int pressed)
{
    if (pressed == PRESS_YES && !counted(app))
        return;
    if (pressed == PRESS_YES) {
        app_batch_send(app);
        app->quit_after = app->box.revoke.then_quit;
    }
    app_box_close(app);
}

/* What is marked and yet not meant. */
static void line_of_others(struct app *app, size_t skipped)
{
    size_t hidden;
    app_marks(app, &hidden);
    if (skipped > 0)
        dialog_line(&app->box.dialog, "", "%zu marked that cannot be revoked: not touched",
                    skipped);
    if (hidden > 0)
        dialog_line(&app->box.dialog, "", "%zu marked that the filter hides: not touched", hidden);
}

static void line_of_grace(struct app *app)
{
    const char *undo = app->keys.of[ACTION_UNDO];
    if (app->box.revoke.urgent)
        dialog_line(&app->box.dialog, "",
                    "Sent at once, without undo: no new attach is accepted then.");
    else
        dialog_line(&app->box.dialog, "",
                    *undo != '\0' ? "Sent in %d s, %s undoes it: no new attach is accepted then."
                                  : "Sent in %d s: no new attach is accepted then.",
                    app->settings.grace_s, undo);
    dialog_spare(&app->box.dialog);
}

static void fill_box(struct app *app, const struct row **rows, size_t count, size_t skipped)
{
    struct dialog *dialog = &app->box.dialog;
    char title[96];
    char what[32];
    if (count == 1)
        snprintf(what, sizeof what, "%.8s", row_short_id(rows[0]->lease->id));
    else
        snprintf(what, sizeof what, "%zu leases", count);
    snprintf(title, sizeof title, " revoke %s%s%s ", what,
             app->box.revoke.urgent ? " now, without undo" : "",
             app->box.revoke.then_quit ? ", and quit?" : "?");
    dialog_init(dialog, title);
    dialog->danger = true;
    if (count == 1)
        app_lease_lines(app, rows[0]);
    else
        app_many_lines(app, count);
    line_of_others(app, skipped);
    line_of_grace(app);
    bool counts = count >= COUNTED_FROM || app->settings.guard == GUARD_STRICT;
    if (counts)
        snprintf(dialog_field(dialog, "how many", "")->hint, sizeof dialog->items[0].hint,
                 "type %zu", count);
    dialog_button(dialog, "Revoke", PRESS_YES, 'y');
    dialog_button(dialog, "Cancel", PRESS_NO, 'n');
    if (!counts)
        dialog_focus(dialog, PRESS_NO);
}

/* Asks about these rows, which it frees. */
static void ask(struct app *app, const struct row **rows, size_t all, bool urgent, bool then_quit)
{
    size_t count = choose(app, rows, all);
    app_box_open(app, decide_revoke);
    app->box.revoke.urgent = urgent || app->settings.grace_s == 0;
    app->box.revoke.then_quit = then_quit;
    if (count > 0 && app_box_target(app, rows, count)) {
        fill_box(app, rows, count, all - count);
        app_box_count(app);
        terminal_drop_input(app->terminal);
    } else {
        app_box_close(app);
        app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing is revoked");
    }
    free(rows);
}

void app_revoke(struct app *app, bool urgent)
{
    const struct row **rows;
    size_t count = app_targets(app, &rows);
    ask(app, rows, count, urgent, false);
}

/* ---- all of something */

/* The rows for which `belongs` holds, whatever is marked, filtered or looked at. Where one
 * runtime's leases are looked at, the table first shows all again: these may be more. */
static void revoke_those(struct app *app, const char *what, bool then_quit,
                         bool (*belongs)(const struct row *, const struct snapshot_runtime *))
{
    const struct snapshot_runtime *here = app_runtime(app);
    if (app->scope.runtime_id != NULL) {
        identity_clear(&app->scope);
        app_rebuild(app);
    }
    const struct row **rows = calloc(app->rows.count + 1, sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; rows != NULL && i < app->rows.count; i++) {
        const struct row *row = &app->rows.items[i];
        if (belongs(row, here) && no_revoke_of(app, row) == NULL)
            rows[count++] = row;
    }
    if (count > 0) {
        ask(app, rows, count, then_quit, then_quit);
        return;
    }
    free(rows);
    char filled[80];
    app_say(app, ROLE_TOAST, "there is nothing to revoke %s",
            action_fill(filled, sizeof filled, what, &app->keys));
}

static bool in_runtime(const struct row *row, const struct snapshot_runtime *here)
{
    return row->runtime == here;
}

static bool in_space(const struct row *row, const struct snapshot_runtime *here)
{
    return row->runtime->space == here->space;
}

static bool is_mine(const struct row *row, const struct snapshot_runtime *here)
{
    (void)here;
    return row->mine;
}

void app_revoke_runtime(struct app *app)
{
    revoke_those(app, "on this runtime", false, in_runtime);
}

void app_revoke_space(struct app *app)
{
    revoke_those(app, "in this space", false, in_space);
}

void app_quit_revoke(struct app *app)
{
    revoke_those(app, "that you made: {quit} quits", true, is_mine);
}
