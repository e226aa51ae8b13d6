/* app_write: what becomes of what was confirmed; the box for another key; words that boxes share.
 */
#include "tui/app_internal.h"

#include "core/duration.h"
#include "core/format.h"
#include "core/lost.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STAYS_BYTES = 32 };

const char *app_runtime_name(const struct snapshot_runtime *runtime)
{
    return runtime_label(runtime->runtime);
}

char *app_runtime_words(const struct app *app, const struct snapshot_runtime *runtime, char *out,
                        size_t size)
{
    const char *space = *runtime->space->name != '\0' ? runtime->space->name : runtime->space->id;
    snprintf(out, size, app->names_twice ? "%.150s (%.90s)" : "%.150s", app_runtime_name(runtime),
             space);
    return out;
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

void app_life_field(struct app *app, int ttl_s)
{
    static const char *const presets[] = {"15m", "30m", "1h", "2h"};
    const struct generation *generation = generation_connections();
    char ttl[DURATION_BYTES], low[DURATION_BYTES], high[DURATION_BYTES];
    struct dialog_item *field =
        dialog_field(&app->box.dialog, "lives for", duration_format(ttl, ttl_s));
    dialog_presets(field, presets, sizeof presets / sizeof *presets);
    snprintf(field->hint, sizeof field->hint, "%.7s to %.7s, Space steps",
             duration_format(low, generation->ttl_min_s),
             duration_format(high, generation->ttl_max_s));
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

/* Of all that is said the one thing that comes once. */
static void say_created(struct app *app, const struct message *message, const char *id)
{
    const struct endpoint_unread *unread = &message->unread;
    if (unread->count > 0)
        app_say(app, ROLE_CHIP_WARN,
                "created %s; its endpoint is shown once, and %zu of its parts leasetop cannot read "
                "(%s)",
                id, unread->count, unread->names);
    else
        app_say(app, ROLE_TOAST, "created %s; its endpoint is shown once", id);
    app_say_hint(app, message->identity.lease_id, ": {copy} copies it, {reveal} shows it");
    app->toast.keep = true;
}

static void say_replaced(struct app *app, const char *made_id, const char *old_id, const char *is)
{
    app_say(app, ROLE_TOAST, "created %.8s in the place of %.8s, which is %s",
            row_short_id(made_id), row_short_id(old_id), is);
    app_say_hint(app, made_id, ": {copy} copies it, {reveal} shows it");
}

/* The server never said that it revoked it: what it did say. */
static void say_unsaid(struct app *app, const struct message *message, const char *id)
{
    bool unknown = message->trouble != NULL && message->trouble->kind == TROUBLE_GONE;
    app_say(app, ROLE_TOAST,
            unknown ? "%s is gone: the server does not know it"
                    : "%s has ended, the list says: no answer to its revoke came",
            id);
}

/* ", 77ab01c4 stays": what was to be replaced, of a create that did not come to its end; or "". */
static const char *stays_words(char out[STAYS_BYTES], const struct message *message)
{
    *out = '\0';
    if (message->replaces != NULL)
        snprintf(out, STAYS_BYTES, ", %.8s stays", row_short_id(message->replaces));
    return out;
}

/* A verb by kind and phase: "created 77ab01c4", "revoked 9f2cde07: no new attach is accepted". */
static void say_done(struct app *app, const struct message *message, const char *id)
{
    char stays[STAYS_BYTES];
    stays_words(stays, message);
    if (message->contradicted)
        app_say(app, ROLE_CHIP_WARN,
                "the server said that %s is revoked, and lists it as if it were not: {revoke} "
                "asks again",
                id);
    else if (message->unsaid)
        say_unsaid(app, message, id);
    else if (message->intent == INTENT_REVOKE)
        app_say(app, ROLE_TOAST, "revoked %s: no new attach is accepted", id);
    else if (message->found)
        app_say(app, ROLE_CHIP_WARN,
                "the lease whose answer was lost is probably %s: its endpoint is lost with it, "
                "{revoke} revokes it%s",
                id, stays);
    else if (message->replaces != NULL && !message->stays)
        say_replaced(app, message->identity.lease_id, message->replaces, "being revoked");
    else if (message->bare)
        app_say(app, ROLE_CHIP_WARN,
                "created %s, but the answer carried no endpoint that leasetop knows%s: {revoke} "
                "revokes %s",
                id, stays, *stays != '\0' ? "the new one" : "it");
    else
        say_created(app, message, id);
}

/* What was made in the place of what is now revoked: then both are the news. Else NULL. */
static const struct intent_view *made_instead(const struct app *app, const struct message *message)
{
    const struct intents_view *intents = app->snapshot != NULL ? app->snapshot->intents : NULL;
    bool rotated = message->waits != 0 && message->phase == INTENT_DONE && !message->contradicted;
    for (size_t i = 0; rotated && intents != NULL && i < intents->count; i++) {
        const struct intent_view *one = &intents->items[i];
        if (one->id == message->waits && one->phase == INTENT_DONE && one->replaces != NULL)
            return one;
    }
    return NULL;
}

static void say_failed(struct app *app, const struct message *message, const char *id)
{
    const char *what = message->intent == INTENT_CREATE ? "create" : "revoke";
    const char *old = message->replaces != NULL ? row_short_id(message->replaces) : "";
    const char *why = message->trouble != NULL ? message->trouble->sentence : "it is still listed";
    if (message->kept && message->replaces != NULL)
        app_say(app, ROLE_CHIP_ERROR, "%.8s is not kept alive now, it is tried again: %s", old,
                why);
    else if (*old != '\0')
        app_say(app, ROLE_CHIP_ERROR, "rotate of %.8s failed, it stays: %s", old, why);
    else
        app_say(app, message->unanswered ? ROLE_CHIP_WARN : ROLE_CHIP_ERROR, "%s%s%s %s: %s", what,
                *id != '\0' ? " of " : "", id, message->unanswered ? "is not confirmed" : "failed",
                why);
}

static void say_unknown(struct app *app, const struct message *message, const char *id)
{
    const char *why = message->trouble != NULL ? message->trouble->sentence : "no answer";
    const char *old = message->replaces != NULL ? row_short_id(message->replaces) : "";
    char lists[LOST_BYTES], stays[STAYS_BYTES];
    lost_words(lists, message->could_be, message->unseen, message->unseen_s);
    app_say(app, ROLE_CHIP_WARN,
            message->unseen || message->could_be > 0
                ? "not known whether the %s%.8s happened%s, %s ({back} drops it): %s"
                : "not known whether the %s%.8s happened%s, %s: %s",
            message->intent == INTENT_REVOKE ? "revoke of "
            : *old != '\0'                   ? "rotate of "
                                             : "create",
            *old != '\0' ? old : id, stays_words(stays, message), lists, why);
}

static void say_any(struct app *app, const struct message *message, const char *id)
{
    const struct intent_view *made = made_instead(app, message);
    if (made != NULL)
        say_replaced(app, made->lease.lease_id, message->identity.lease_id,
                     message->unsaid ? "gone" : "revoked");
    else if (message->phase == INTENT_DONE)
        say_done(app, message, id);
    else if (message->phase == INTENT_FAILED)
        say_failed(app, message, id);
    else if (message->phase == INTENT_UNKNOWN)
        say_unknown(app, message, id);
    else if (message->phase == INTENT_CANCELLED)
        app_say(app, ROLE_TOAST, "undone: nothing was sent to revoke %s", id);
}

/* What is worse of a newer write is not overwritten by what is better of an older one, which the
 * row and the events tell, too. */
static void say_outcome(struct app *app, const struct message *message, const char *id)
{
    struct toast before = app->toast;
    say_any(app, message, id);
    app->toast.write = message->id;
    if (before.until_ms != 0 && before.write > message->id &&
        app_badness(before.role) > app_badness(app->toast.role))
        app->toast = before;
    else
        app_toast_put(app, &before);
}

void app_written(struct app *app, const struct message *message)
{
    char id[24];
    snprintf(id, sizeof id, "%.8s", row_short_id(message->identity.lease_id));
    bool mine = message->id == app->created && message->intent == INTENT_CREATE;
    if (message->intent == INTENT_REVOKE && app_batch_written(app, message))
        return;
    say_outcome(app, message, id);
    if (!mine || message->phase != INTENT_DONE)
        return;
    /* Who has gone on to another row meanwhile is not called back. */
    if (app->moves == app->created_moves)
        list_select(&app->lists[VIEW_LEASES], &message->identity);
    app_rebuild(app);
    if (app->copy_created && !message->found && !message->bare)
        app_copy(app, &message->identity);
}
