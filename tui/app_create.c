/* app_create: the form for making a lease. */
#include "tui/app_internal.h"

#include "api/decode.h"
#include "core/duration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD_RUNTIME, FIELD_PROTOCOL, FIELD_TTL, FIELD_OPTIONS, FIELD_COPY };

/* Its name; with its space where there are several, for names come twice. */
static char *choice_name(const struct app *app, const struct snapshot_runtime *runtime)
{
    char name[256];
    const char *space = *runtime->space->name != '\0' ? runtime->space->name : runtime->space->id;
    snprintf(name, sizeof name, app->snapshot->space_count > 1 ? "%.150s (%.90s)" : "%.150s",
             app_runtime_name(runtime), space);
    return strdup(name);
}

static bool add_runtime(struct app *app, const struct snapshot_runtime *runtime)
{
    struct box *box = &app->box;
    size_t count = box->make.runtime_count;
    struct identity *runtimes = realloc(box->make.runtimes, (count + 1) * sizeof *runtimes);
    if (runtimes == NULL)
        return false;
    box->make.runtimes = runtimes;
    char **names = realloc(box->make.names, (count + 1) * sizeof *names);
    if (names == NULL)
        return false;
    box->make.names = names;
    if (!identity_init(&runtimes[count], runtime->space->id, runtime->runtime->id, NULL))
        return false;
    names[count] = choice_name(app, runtime);
    if (names[count] == NULL) {
        identity_clear(&runtimes[count]);
        return false;
    }
    box->make.runtime_count++;
    return true;
}

/* Every active runtime can be chosen; the one under the cursor is, if it can. */
static size_t list_runtimes(struct app *app)
{
    const struct snapshot_runtime *here = app_runtime(app);
    size_t chosen = 0;
    for (size_t i = 0; i < app->snapshot->runtime_count; i++) {
        const struct snapshot_runtime *runtime = &app->snapshot->runtimes[i];
        if (!runtime_may_lease(runtime->runtime))
            continue;
        if (here != NULL && runtime->runtime == here->runtime)
            chosen = app->box.make.runtime_count;
        if (!add_runtime(app, runtime))
            break;
    }
    return chosen;
}

/* The field it is about has the focus, and says what is wrong. */
static bool wrong(struct dialog *dialog, size_t field, const struct error *error)
{
    snprintf(dialog->problem, sizeof dialog->problem, "%.180s", error->sentence);
    dialog->focus = field;
    return false;
}

static const char *protocol_chosen(const struct dialog *dialog)
{
    return dialog->items[FIELD_PROTOCOL].words[dialog->items[FIELD_PROTOCOL].chosen];
}

/* What was typed, as it is sent; `options` is borrowed from the form, NULL where there are none. */
static bool read_form(struct app *app, int *ttl_s, const char **options)
{
    struct dialog *dialog = &app->box.dialog;
    const struct generation *generation = generation_connections();
    const char *typed = dialog->items[FIELD_OPTIONS].field.text;
    struct error error = {0};
    if (!duration_parse(dialog->items[FIELD_TTL].field.text, generation->ttl_min_s,
                        generation->ttl_max_s, ttl_s, &error))
        return wrong(dialog, FIELD_TTL, &error);
    *options = typed[strspn(typed, " ")] != '\0' ? typed : NULL;
    char *body = decode_create_body(protocol_chosen(dialog), *ttl_s, *options, &error);
    if (body == NULL)
        return wrong(dialog, FIELD_OPTIONS, &error);
    free(body);
    return true;
}

static void send_form(struct app *app, int ttl_s, const char *options)
{
    const struct dialog *dialog = &app->box.dialog;
    size_t runtime = dialog->items[FIELD_RUNTIME].chosen;
    app->created = client_create(app->client, &app->box.make.runtimes[runtime],
                                 protocol_chosen(dialog), ttl_s, options);
    app->copy_created = dialog->items[FIELD_COPY].chosen == 1;
    app->created_moves = app->moves;
    app->created_top = app->lists[VIEW_LEASES].top;
    /* Its row is stood on from now on, whatever becomes of it. */
    list_select(&app->lists[VIEW_LEASES], &app->box.make.runtimes[runtime]);
    if (app->created == 0)
        app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing was sent");
    else
        app_say(app, ROLE_TOAST, "asking for a lease on %s", app->box.make.names[runtime]);
}

static void decide_create(struct app *app, int pressed)
{
    const char *options;
    int ttl_s;
    if (pressed == PRESS_YES) {
        if (!read_form(app, &ttl_s, &options))
            return;
        send_form(app, ttl_s, options);
    }
    app_box_close(app);
}

static void fill_form(struct app *app, size_t chosen)
{
    static const char *const copy_words[] = {"no", "yes, at once"};
    struct dialog *dialog = &app->box.dialog;
    size_t protocols = 0;
    while (app->settings.protocols[protocols] != NULL)
        protocols++;
    app_where_line(app);
    dialog_choice(dialog, "runtime", (const char *const *)app->box.make.names,
                  app->box.make.runtime_count, chosen);
    dialog_choice(dialog, "protocol", app->settings.protocols, protocols, 0);
    app_life_field(app, app->settings.ttl_s);
    struct dialog_item *options = dialog_field(dialog, "options", "");
    snprintf(options->hint, sizeof options->hint, "none, or a JSON object");
    dialog_choice(dialog, "copy", copy_words, 2, 0);
    dialog_button(dialog, "Create", PRESS_YES, 'y');
    dialog_button(dialog, "Cancel", PRESS_NO, 'n');
    dialog_focus(dialog, PRESS_YES);
}

void app_create(struct app *app)
{
    app_box_open(app, decide_create);
    dialog_init(&app->box.dialog, " new lease ");
    size_t chosen = list_runtimes(app);
    if (app->box.make.runtime_count == 0) {
        app_box_close(app);
        return;
    }
    fill_form(app, chosen);
    if (app_runtime(app) == NULL) /* nothing says which: that is asked, and can be typed */
        app->box.dialog.focus = FIELD_RUNTIME;
}
