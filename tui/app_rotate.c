/* app_rotate: a new lease in the place of one, at once or again and again by itself; and what is to
 * become of a create whose answer was lost. */
#include "tui/app_internal.h"

#include "core/duration.h"

#include <stdio.h>
#include <string.h>

/* ---- why not */

const char *app_no_rotate(const struct app *app)
{
    const struct row *row = app_row(app);
    if (app->view != VIEW_LEASES || row == NULL || row->lease == NULL)
        return "there is no lease here to rotate";
    if (row->lease->unaddressable)
        return "its id did not arrive whole, so no request can name it";
    if (row_unlisted(row))
        return "its space is not listed any more, so nothing can be sent to it";
    if (lease_state_ended(lease_state(row->lease, app->moment.server_ms)))
        return "it has ended already: {create} makes another";
    if (!runtime_may_lease(row->runtime->runtime))
        return "its runtime is not active: only an active one can take a lease";
    bool writing = row->intent != NULL && !intent_settled(row->intent->phase);
    return writing ? "it is being revoked already" : NULL;
}

static bool kept(const struct row *row)
{
    return row->keep != NULL && row->keep->phase != KEEP_STOPPED;
}

/* ---- the boxes */

/* How long it was made for; what is usual where that is not known. */
static int life_s(const struct app *app, const struct lease *lease)
{
    const struct generation *generation = generation_connections();
    if (!moment_known(lease->expires_ms) || !moment_known(lease->created_ms))
        return app->settings.ttl_s;
    int64_t life = (lease->expires_ms - lease->created_ms + 500) / 1000;
    return life < generation->ttl_min_s || life > generation->ttl_max_s ? app->settings.ttl_s
                                                                        : (int)life;
}

/* What may be asked for of its kind; else what is asked for usually. */
static const char *protocol_of(const struct app *app, const char *protocol)
{
    const char *const *known = app->settings.protocols;
    for (size_t i = 0; known[i] != NULL; i++) {
        if (strcmp(known[i], protocol) == 0)
            return known[i];
    }
    return known[0];
}

static void fill_box(struct app *app, const struct row *row, const char *title)
{
    struct dialog *dialog = &app->box.dialog;
    const char *asked = protocol_of(app, row->lease->protocol);
    dialog_init(dialog, title);
    app_lease_lines(app, row);
    if (strcmp(asked, row->lease->protocol) != 0)
        dialog_line(dialog, "", "What is asked for is %s: a lease by %s cannot be.", asked,
                    row->lease->protocol);
    app_life_field(app, life_s(app, row->lease));
}

/* What was typed, in seconds; false, with the box open and the problem said, if it is no time. */
static bool read_life(struct app *app, int *ttl_s)
{
    struct dialog *dialog = &app->box.dialog;
    const struct generation *generation = generation_connections();
    struct error error = {0};
    if (duration_parse(dialog->items[0].field.text, generation->ttl_min_s, generation->ttl_max_s,
                       ttl_s, &error))
        return true;
    snprintf(dialog->problem, sizeof dialog->problem, "%.180s", error.sentence);
    dialog->focus = 0;
    return false;
}

static bool open_box(struct app *app, void (*decide)(struct app *, int))
{
    const struct row *row = app_row(app);
    app_box_open(app, decide);
    if (app_box_target(app, &row, 1))
        return true;
    app_box_close(app);
    app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing was sent");
    return false;
}

static const char *target_protocol(const struct app *app)
{
    const struct row *row = app_box_row(app, 0);
    return protocol_of(app, row != NULL && row->lease != NULL ? row->lease->protocol : "");
}

static void decide_rotate(struct app *app, int pressed)
{
    int ttl_s;
    if (pressed == PRESS_YES) {
        if (!read_life(app, &ttl_s))
            return;
        app->created = client_rotate(app->client, &app->box.about.targets[0], target_protocol(app),
                                     ttl_s, NULL);
        app->created_moves = app->moves;
        app->copy_created = false;
        if (app->created == 0)
            app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing was sent");
        else
            app_say(app, ROLE_TOAST, "asking for a lease in the place of %.8s",
                    row_short_id(app->box.about.targets[0].lease_id));
    }
    app_box_close(app);
}

void app_rotate(struct app *app)
{
    const struct row *row = app_row(app);
    char title[64];
    if (!open_box(app, decide_rotate))
        return;
    snprintf(title, sizeof title, " rotate %.8s? ", row_short_id(row->lease->id));
    fill_box(app, row, title);
    app->box.dialog.danger = true;
    dialog_line(&app->box.dialog, "",
                "First a new one; once its endpoint is here, this is revoked.");
    dialog_spare(&app->box.dialog);
    if (!row->mine)
        dialog_line(&app->box.dialog, "", "Made elsewhere: options unknown.");
    dialog_button(&app->box.dialog, "Rotate", PRESS_YES, 'y');
    dialog_button(&app->box.dialog, "Cancel", PRESS_NO, 'n');
    dialog_focus(&app->box.dialog, PRESS_NO);
    terminal_drop_input(app->terminal);
}

static void decide_keep(struct app *app, int pressed)
{
    int ttl_s;
    if (pressed == PRESS_YES) {
        if (!read_life(app, &ttl_s))
            return;
        const struct keep_terms terms = {
            .protocol = target_protocol(app),
            .ttl_s = ttl_s,
            .total_ms = (int64_t)app->settings.keep_alive_s * 1000,
        };
        if (client_keep(app->client, &app->box.about.targets[0], &terms))
            app_say(app, ROLE_TOAST, "%.8s is kept alive while leasetop runs",
                    row_short_id(app->box.about.targets[0].lease_id));
        else
            app_say(app, ROLE_CHIP_ERROR, "out of memory: it is not kept alive");
    }
    app_box_close(app);
}

static void stop_keeping(struct app *app, const struct row *row)
{
    struct identity lease = row_identity(row);
    if (client_keep(app->client, &lease, NULL))
        app_say(app, ROLE_TOAST, "%.8s is not kept alive any more", row_short_id(lease.lease_id));
}

void app_keep(struct app *app)
{
    const struct row *row = app_row(app);
    char title[64], cap[DURATION_BYTES];
    if (kept(row)) {
        stop_keeping(app, row);
        return;
    }
    if (!open_box(app, decide_keep))
        return;
    snprintf(title, sizeof title, " keep %.8s alive? ", row_short_id(row->lease->id));
    fill_box(app, row, title);
    app->box.dialog.danger = true;
    dialog_line(&app->box.dialog, "",
                "Rotated at two thirds of its life, again and again: its endpoint changes each "
                "time. For %s, while leasetop runs.",
                duration_format(cap, app->settings.keep_alive_s));
    dialog_spare(&app->box.dialog);
    dialog_button(&app->box.dialog, "Keep alive", PRESS_YES, 'y');
    dialog_button(&app->box.dialog, "Cancel", PRESS_NO, 'n');
    dialog_focus(&app->box.dialog, PRESS_NO);
    terminal_drop_input(app->terminal);
}

/* ---- a create whose answer was lost */

static const char *const choices[] = {"keep", "revoke", "create again"};
static const char *const meanings[] = {"go on looking for it: what appears stays",
                                       "revoke it as soon as it appears",
                                       "make another one; the lost one is still looked for"};
static const enum resolve resolves[] = {RESOLVE_KEEP, RESOLVE_REVOKE, RESOLVE_AGAIN};

static void decide_resolve(struct app *app, int pressed)
{
    if (pressed > 0 && client_resolve(app->client, app->box.intent, resolves[pressed - 1]) == 0)
        app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing was sent");
    else if (pressed > 0)
        app_say(app, ROLE_TOAST, "%s", meanings[pressed - 1]);
    app_box_close(app);
}

bool app_unresolved(const struct row *row)
{
    return row != NULL && row->lease == NULL && row->intent != NULL &&
           row->intent->phase == INTENT_UNKNOWN;
}

void app_resolve(struct app *app)
{
    const struct row *row = app_row(app);
    char words[256];
    app_box_open(app, decide_resolve);
    app->box.intent = row->intent->id;
    dialog_init(&app->box.dialog, " the answer was lost: what now? ");
    dialog_line(&app->box.dialog, "runtime", "%s",
                app_runtime_words(app, row->runtime, words, sizeof words));
    dialog_line(&app->box.dialog, "protocol", "%s", row->intent->protocol);
    app_where_line(app);
    dialog_list(&app->box.dialog, "then", choices, meanings, sizeof choices / sizeof *choices);
    terminal_drop_input(app->terminal); /* one of them ends something */
}
