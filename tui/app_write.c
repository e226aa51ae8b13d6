/* app_write: the boxes for making a lease and for another key, and what becomes of what was
 * confirmed. */
#include "tui/app_internal.h"

#include "core/duration.h"
#include "core/format.h"
#include "core/lost.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *app_runtime_name(const struct snapshot_runtime *runtime)
{
    return *runtime->runtime->name != '\0' ? runtime->runtime->name : runtime->runtime->id;
}

void app_where_line(struct app *app)
{
    bool ascii = terminal_charset(app->terminal) == TEXT_ASCII;
    const char *tail = app->key_tail;
    if (app->settings.profile != NULL)
        dialog_line(&app->box.dialog, "profile", "%s", app->settings.profile);
    dialog_line(&app->box.dialog, "server", "%s%s%s", app->account.host,
                *tail == '\0' ? ""
                : ascii       ? ", key .."
                              : ", key …",
                tail);
}

/* ---- create */

enum { FIELD_RUNTIME, FIELD_PROTOCOL, FIELD_TTL, FIELD_COPY };

char *app_runtime_words(const struct app *app, const struct snapshot_runtime *runtime, char *out,
                        size_t size)
{
    const char *space = *runtime->space->name != '\0' ? runtime->space->name : runtime->space->id;
    snprintf(out, size, app->names_twice ? "%.150s (%.90s)" : "%.150s", app_runtime_name(runtime),
             space);
    return out;
}

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
    size_t count = box->runtime_count;
    struct identity *runtimes = realloc(box->runtimes, (count + 1) * sizeof *runtimes);
    if (runtimes == NULL)
        return false;
    box->runtimes = runtimes;
    char **names = realloc(box->names, (count + 1) * sizeof *names);
    if (names == NULL)
        return false;
    box->names = names;
    if (!identity_init(&runtimes[count], runtime->space->id, runtime->runtime->id, NULL))
        return false;
    names[count] = choice_name(app, runtime);
    if (names[count] == NULL) {
        identity_clear(&runtimes[count]);
        return false;
    }
    box->runtime_count++;
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
            chosen = app->box.runtime_count;
        if (!add_runtime(app, runtime))
            break;
    }
    return chosen;
}

static void decide_create(struct app *app, int pressed)
{
    struct dialog *dialog = &app->box.dialog;
    const struct generation *generation = generation_connections();
    const struct dialog_item *items = dialog->items;
    struct error error = {0};
    int ttl_s;
    if (pressed != PRESS_YES) {
        app_box_close(app);
        return;
    }
    if (!duration_parse(items[FIELD_TTL].field.text, generation->ttl_min_s, generation->ttl_max_s,
                        &ttl_s, &error)) {
        snprintf(dialog->problem, sizeof dialog->problem, "%.180s", error.sentence);
        dialog->focus = FIELD_TTL;
        return;
    }
    app->created =
        client_create(app->client, &app->box.runtimes[items[FIELD_RUNTIME].chosen],
                      items[FIELD_PROTOCOL].words[items[FIELD_PROTOCOL].chosen], ttl_s, NULL);
    app->copy_created = items[FIELD_COPY].chosen == 1;
    app->created_moves = app->moves;
    /* Its row is stood on from now on, whatever becomes of it. */
    list_select(&app->lists[VIEW_LEASES], &app->box.runtimes[items[FIELD_RUNTIME].chosen]);
    if (app->created == 0)
        app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing was sent");
    else
        app_say(app, ROLE_TOAST, "asking for a lease on %s",
                app->box.names[items[FIELD_RUNTIME].chosen]);
    app_box_close(app);
}

void app_create(struct app *app)
{
    static const char *const copy_words[] = {"no", "yes, at once"};
    const struct generation *generation = generation_connections();
    char ttl[DURATION_BYTES], low[DURATION_BYTES], high[DURATION_BYTES];
    size_t protocols = 0;
    while (app->settings.protocols[protocols] != NULL)
        protocols++;
    struct dialog *dialog = &app->box.dialog;
    app_box_open(app, decide_create);
    dialog_init(dialog, " new lease ");
    size_t chosen = list_runtimes(app);
    if (app->box.runtime_count == 0) {
        app_box_close(app);
        return;
    }
    app_where_line(app);
    dialog_choice(dialog, "runtime", (const char *const *)app->box.names, app->box.runtime_count,
                  chosen);
    dialog_choice(dialog, "protocol", app->settings.protocols, protocols, 0);
    struct dialog_item *lives =
        dialog_field(dialog, "lives for", duration_format(ttl, app->settings.ttl_s));
    snprintf(lives->hint, sizeof lives->hint, "%.12s to %.12s",
             duration_format(low, generation->ttl_min_s),
             duration_format(high, generation->ttl_max_s));
    dialog_choice(dialog, "copy", copy_words, 2, 0);
    dialog_button(dialog, "Create", PRESS_YES, 'y');
    dialog_button(dialog, "Cancel", PRESS_NO, 'n');
    dialog_focus(dialog, PRESS_YES);
}

/* ---- another key */

static void decide_key(struct app *app, int pressed)
{
    const char *text = app->box.dialog.items[0].field.text;
    if (pressed == PRESS_YES && *text == '\0') {
        snprintf(app->box.dialog.problem, sizeof app->box.dialog.problem, "type or paste a key");
        return;
    }
    if (pressed == PRESS_YES) {
        struct secret *key = secret_copy(text);
        if (key != NULL && client_key(app->client, key))
            app_say(app, ROLE_TOAST, "trying the other key");
        else
            app_say(app, ROLE_CHIP_ERROR, "out of memory: the key is as before");
    }
    app_box_close(app);
}

void app_key_box(struct app *app)
{
    struct dialog *dialog = &app->box.dialog;
    app_box_open(app, decide_key);
    dialog_init(dialog, " another key ");
    app_where_line(app);
    dialog_line(dialog, "", "It is kept in memory until leasetop ends, and written nowhere.");
    dialog_field(dialog, "key", "")->field.masked = true;
    dialog_button(dialog, "Use it", PRESS_YES, '\0');
    dialog_button(dialog, "Cancel", PRESS_NO, '\0');
}

/* ---- what became of it */

/* A verb by kind and phase: "created 77ab01c4", "revoked 9f2cde07: no new attach is accepted". */
static void say_done(struct app *app, const struct message *message, const char *id)
{
    if (message->contradicted)
        app_say(app, ROLE_CHIP_WARN,
                "the server said that %s is revoked, and lists it as if it were not: {revoke} "
                "asks again",
                id);
    else if (message->intent == INTENT_REVOKE)
        app_say(app, ROLE_TOAST, "revoked %s: no new attach is accepted", id);
    else if (message->found)
        app_say(app, ROLE_CHIP_WARN,
                "the lease whose answer was lost is probably %s: its endpoint is lost with it, "
                "{revoke} revokes it",
                id);
    else if (message->replaces != NULL && !message->stays)
        app_say(app, ROLE_TOAST,
                "created %s in the place of %.8s, which is revoked now: {copy} copies it", id,
                row_short_id(message->replaces));
    else if (message->bare)
        app_say(app, ROLE_CHIP_WARN,
                "created %s, but the answer carried no endpoint: nothing can attach, {revoke} "
                "revokes it",
                id);
    else
        app_say(app, ROLE_TOAST, "created %s; its endpoint is shown once: {copy} copies it", id);
}

static void say_failed(struct app *app, const struct message *message, const char *id)
{
    const char *what = message->intent == INTENT_CREATE ? "create" : "revoke";
    const char *why = message->trouble != NULL ? message->trouble->sentence : "it is still listed";
    app_say(app, ROLE_CHIP_ERROR, "%s%s%s failed: %s", what, *id != '\0' ? " of " : "", id, why);
}

static void say_unknown(struct app *app, const struct message *message, const char *id)
{
    const char *why = message->trouble != NULL ? message->trouble->sentence : "no answer";
    char lists[LOST_BYTES];
    lost_words(lists, message->could_be, message->unseen, message->unseen_s);
    app_say(app, ROLE_CHIP_WARN,
            message->unseen || message->could_be > 1
                ? "not known whether the %s%s happened, %s ({back} drops it): %s"
                : "not known whether the %s%s happened, %s: %s",
            message->intent == INTENT_CREATE ? "create" : "revoke of ", id, lists, why);
}

void app_written(struct app *app, const struct message *message)
{
    char id[24];
    snprintf(id, sizeof id, "%.8s", row_short_id(message->identity.lease_id));
    bool mine = message->id == app->created && message->intent == INTENT_CREATE;
    if (message->intent == INTENT_REVOKE && app_batch_written(app, message))
        return;
    /* The end of a rotation: what was made is the news. */
    if (message->waits != 0 && message->phase == INTENT_DONE)
        return;
    if (message->phase == INTENT_DONE)
        say_done(app, message, id);
    else if (message->phase == INTENT_FAILED)
        say_failed(app, message, id);
    else if (message->phase == INTENT_UNKNOWN)
        say_unknown(app, message, id);
    else if (message->phase == INTENT_CANCELLED)
        app_say(app, ROLE_TOAST, "undone: nothing was sent to revoke %s", id);
    if (!mine || message->phase != INTENT_DONE)
        return;
    /* Who has gone on to another row meanwhile is not called back. */
    if (app->moves == app->created_moves)
        list_select(&app->lists[VIEW_LEASES], &message->identity);
    app_rebuild(app);
    if (app->copy_created && !message->found && !message->bare)
        app_copy(app, &message->identity);
}
