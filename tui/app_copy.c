/* app_copy: the way of an endpoint to the clipboard: ask the API thread, choose what of it, try the
 * routes. The endpoint lives here only as long as that takes. */
#include "tui/app_internal.h"

#include "api/limits.h"
#include "api/plausible.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void ask(struct app *app, const struct identity *lease, enum purpose purpose)
{
    snprintf(app->copy_name, sizeof app->copy_name, "%.8s", row_short_id(lease->lease_id));
    handout_begin(&app->asked, app, lease);
    app->purpose = purpose;
    app->copy_shows = true;
    app->copy_token++;
    if (!client_secret(app->client, lease, app->copy_token))
        app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing was copied");
}

void app_copy(struct app *app, const struct identity *lease)
{
    ask(app, lease, PURPOSE_COPY);
}

void app_copy_menu(struct app *app)
{
    struct identity lease = row_identity(app_row(app));
    ask(app, &lease, PURPOSE_MENU);
}

void app_reveal(struct app *app)
{
    struct identity lease = row_identity(app_row(app));
    ask(app, &lease, PURPOSE_REVEAL);
}

static void give_up(struct app *app, const char *why)
{
    handout_tell(app, &app->going, "copy", "unknown", "", why);
    handout_clear(&app->going);
}

/* Begins to copy; what is told of it goes along. */
static bool begin(struct app *app, struct secret *text, const char *part, struct error *error)
{
    give_up(app, "another copy was begun meanwhile");
    snprintf(app->going_name, sizeof app->going_name, "%s", app->copy_name);
    if (!clipboard_copy_start(app->clipboard, secret_bytes(text), strlen(secret_bytes(text)),
                              error))
        return false;
    if (app->copy_shows) { /* the id of a lease is no secret */
        app->going = app->asked;
        app->asked = (struct handout){.part = ""};
        snprintf(app->going.part, sizeof app->going.part, "%s", part);
    }
    app_copy_step(app);
    return true;
}

/* What would act where it is pasted has a sentence of its own: the clipboard's. */
static bool refuse_target(struct app *app, const struct endpoint_target *target)
{
    if (plausible_target(target) || !text_plain(target->text, strlen(target->text)))
        return false;
    app_say(app, ROLE_CHIP_WARN, "%s: not copied: what the server sent is no %s", app->copy_name,
            target->role == ENDPOINT_URL ? "url" : "host and port");
    return true;
}

static void copy_target(struct app *app, const struct endpoint_target *target)
{
    struct error error = {0};
    if (refuse_target(app, target))
        return;
    struct secret *text = endpoint_target_text(target);
    if (text == NULL)
        app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing was copied");
    else if (!begin(app, text, endpoint_target_word(target), &error))
        app_say(app, ROLE_CHIP_ERROR, "%s: %s", app->copy_name, error.sentence);
    secret_free(text);
}

static void decide_copy(struct app *app, int pressed)
{
    struct endpoint_target targets[LIMIT_ENDPOINT_FIELDS];
    size_t count = endpoint_targets(app->box.copy.endpoint, targets, LIMIT_ENDPOINT_FIELDS);
    if (pressed > 0 && (size_t)pressed <= count)
        copy_target(app, &targets[pressed - 1]);
    app_box_close(app);
}

/* One button for each thing that can be attached to; takes the endpoint over. */
static void choose_target(struct app *app, struct endpoint *endpoint,
                          const struct endpoint_target *targets, size_t count)
{
    struct dialog *dialog = &app->box.dialog;
    app_box_open(app, decide_copy);
    app->box.copy.endpoint = endpoint;
    dialog_init(dialog, " copy which endpoint? ");
    dialog->stacked = true;
    dialog_line(dialog, "lease", "%s", app->copy_name);
    for (size_t i = 0; i < count && i + 1 < DIALOG_ITEMS_MAX; i++)
        dialog_button(dialog, targets[i].label, (int)i + 1, '\0');
}

/* ---- the menu */

/* Takes the text over. */
static void copy_text(struct app *app, struct secret *text, const char *part,
                      const struct error *why)
{
    struct error error = *why;
    if (text == NULL || !begin(app, text, part, &error))
        app_say(app, ROLE_CHIP_WARN, "%s: %s", app->copy_name, error.sentence);
    secret_free(text);
}

static void decide_menu(struct app *app, int pressed)
{
    struct menu *menu = app->box.copy.menu;
    struct error error = {0};
    if (pressed > 0 && (size_t)pressed <= menu->count) {
        struct secret *text = snippet_text(app->box.copy.endpoint, menu->lease_id,
                                           &menu->choices[pressed - 1], &error);
        app->copy_shows = menu->choices[pressed - 1].target != SNIPPET_NONE ||
                          menu->choices[pressed - 1].field != SNIPPET_NONE;
        copy_text(app, text, menu->choices[pressed - 1].label, &error);
    }
    app_box_close(app);
}

/* The endpoint is taken over. */
static void open_menu(struct app *app, const struct message *message, struct endpoint *endpoint)
{
    struct menu *menu = calloc(1, sizeof *menu);
    app_box_open(app, decide_menu);
    app->box.copy.endpoint = endpoint;
    app->box.copy.menu = menu;
    if (menu == NULL || (menu->lease_id = strdup(message->identity.lease_id)) == NULL) {
        app_box_close(app);
        app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing was copied");
        return;
    }
    menu->count = snippet_choices(endpoint, menu->choices, SNIPPET_CHOICES_MAX);
    for (size_t i = 0; i < menu->count; i++) {
        menu->words[i] = menu->choices[i].label;
        menu->details[i] = menu->choices[i].detail;
    }
    dialog_init(&app->box.dialog, " copy what? ");
    dialog_line(&app->box.dialog, "lease", "%s", message->identity.lease_id);
    dialog_list(&app->box.dialog, "copy", menu->words, menu->details, menu->count);
}

/* ---- an endpoint has come */

static void copy_at_once(struct app *app, struct message *message)
{
    struct endpoint_target targets[LIMIT_ENDPOINT_FIELDS];
    size_t count = endpoint_targets(message->endpoint, targets, LIMIT_ENDPOINT_FIELDS);
    if (count == 0) {
        app_say(app, ROLE_CHIP_WARN, "the endpoint of %s holds nothing that can be copied",
                app->copy_name);
    } else if (count == 1) {
        copy_target(app, &targets[0]);
    } else {
        choose_target(app, message->endpoint, targets, count);
        message->endpoint = NULL;
    }
}

/* Its row may be gone by now, or say better what became of it. */
static void say_none(struct app *app, const struct identity *lease)
{
    const struct row *row = NULL;
    for (size_t i = 0; row == NULL && i < app->rows.count; i++) {
        struct identity one = row_identity(&app->rows.items[i]);
        row = identity_compare(&one, lease) == 0 ? &app->rows.items[i] : NULL;
    }
    const char *why = row != NULL ? app_no_endpoint(app, row) : NULL;
    if (why != NULL)
        app_refuse(app, app->purpose == PURPOSE_REVEAL ? ACTION_REVEAL : ACTION_COPY, row, why);
    else
        app_say(app, ROLE_CHIP_WARN, "the endpoint of %s is not held any more", app->copy_name);
}

void app_endpoint(struct app *app, struct message *message)
{
    if (message->id != app->copy_token)
        return;
    if (message->endpoint == NULL && app->purpose != PURPOSE_MENU) {
        say_none(app, &message->identity);
    } else if (app->purpose == PURPOSE_MENU) {
        open_menu(app, message, message->endpoint);
        message->endpoint = NULL;
    } else if (app->purpose == PURPOSE_REVEAL) {
        if (reveal_open(app, message->endpoint))
            handout_tell(app, &app->asked, "reveal", "done", "screen", NULL);
    } else {
        copy_at_once(app, message);
    }
}

void app_copy_step(struct app *app)
{
    struct clipboard_result result;
    if (!clipboard_copy_step(app->clipboard, clock_boot_now_ms(), &result))
        return;
    handout_tell(app, &app->going, "copy",
                 result.confirmed ? "done"
                 : result.copied  ? "sent"
                                  : "failed",
                 result.route, result.copied ? NULL : result.sentence);
    handout_clear(&app->going);
    if (result.copied)
        app_say(app, ROLE_TOAST, "%s: %s", app->going_name, result.sentence);
    else
        app_say(app, ROLE_CHIP_WARN, app->copy_shows ? "%s: %s; {reveal} shows it" : "%s: %s",
                app->going_name, result.sentence);
}

void app_copy_end(struct app *app)
{
    give_up(app, "leasetop ended meanwhile");
    handout_clear(&app->asked);
}
