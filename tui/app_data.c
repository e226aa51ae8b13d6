/* app_data: what came from the API thread, and what it is told about the screen. */
#include "tui/app_internal.h"

#include <stdlib.h>
#include <string.h>

void app_rebuild(struct app *app)
{
    struct error error = {0};
    if (app->snapshot == NULL)
        return;
    app->moment = moment_of(app->snapshot, &app->thresholds);
    if (!rows_build(&app->rows, app->snapshot, app->scope.space_id, app->scope.runtime_id,
                    app->moment.server_ms, &error) ||
        !runtimes_build(&app->runtimes, app->snapshot, NULL, app->moment.server_ms, &error))
        app_say(app, ROLE_CHIP_ERROR, "%s: not everything is shown", error.sentence);
    list_settle(app_list(app), app_view(app)->count(app), app_view(app)->identity, app);
    if (app_row(app) == NULL)
        app->details = false;
}

static void on_write(struct app *app, struct message *message)
{
    app_written(app, message);
}

static void on_notice(struct app *app, struct message *message)
{
    app_say(app, ROLE_CHIP_WARN, "%s", message->sentence);
}

/* The rows show it already. */
static void on_event(struct app *app, struct message *message)
{
    (void)app, (void)message;
}

static void handle(struct app *app, struct message *message)
{
    static void (*const handlers[])(struct app *, struct message *) = {
        [MESSAGE_WRITE] = on_write,
        [MESSAGE_ENDPOINT] = app_endpoint,
        [MESSAGE_NOTICE] = on_notice,
        [MESSAGE_EVENT] = on_event,
    };
    handlers[message->kind](app, message);
    message_free(message);
}

static void take_snapshot(struct app *app)
{
    const struct snapshot *snapshot = client_snapshot_take(app->client);
    if (snapshot == NULL)
        return;
    int64_t heard_ms = app->snapshot != NULL ? app->snapshot->server.answered_ms : 0;
    app->resumed = app->resumed && snapshot->server.answered_ms == heard_ms;
    for (size_t i = 0; snapshot->intents != NULL && i < snapshot->intents->count; i++) {
        if (snapshot->intents->items[i].id == app->revoke)
            app->revoke = 0;
    }
    memcpy(app->key_tail, snapshot->key_tail, sizeof app->key_tail);
    snapshot_unref(app->snapshot);
    app->snapshot = snapshot;
    app_rebuild(app);
}

/* A message is put behind the snapshot that shows what it tells. So messages are taken first and
 * handled last. */
void app_take_news(struct app *app)
{
    struct message *first = NULL, **end = &first;
    bool overflowed = false, some;
    client_look(app->client);
    for (struct message *message; (message = client_message_take(app->client, &some)) != NULL;) {
        message->next = NULL;
        *end = message;
        end = &message->next;
        overflowed |= some;
    }
    take_snapshot(app);
    while (first != NULL) {
        struct message *message = first;
        first = message->next;
        handle(app, message);
    }
    if (overflowed)
        app_say(app, ROLE_CHIP_WARN, "more happened at once than could be told: see the rows");
}

static bool listed(const struct identity *list, size_t count, const struct identity *one)
{
    for (size_t i = 0; i < count; i++) {
        if (identity_compare(&list[i], one) == 0)
            return true;
    }
    return false;
}

/* Borrowed identities of the runtimes with rows on the screen, each once. */
static size_t visible(const struct app *app, struct identity *list, size_t room)
{
    const struct view *view = app_view(app);
    size_t top = app->lists[app->view].top, rows = view->count(app), count = 0;
    for (size_t i = 0; i < (size_t)app->table_rows && top + i < rows && count < room; i++) {
        const struct snapshot_runtime *runtime = view->runtime(app, top + i);
        struct identity one = {(char *)runtime->space->id, (char *)runtime->runtime->id,
                               (char *)""};
        if (!listed(list, count, &one))
            list[count++] = one;
    }
    return count;
}

static bool as_before(const struct app *app, const struct identity *list, size_t count)
{
    bool same = count == app->shown_count;
    for (size_t i = 0; same && i < count; i++)
        same = listed(app->shown, app->shown_count, &list[i]);
    return same;
}

static void forget_shown(struct app *app)
{
    for (size_t i = 0; i < app->shown_count; i++)
        identity_clear(&app->shown[i]);
    free(app->shown);
    app->shown = NULL;
    app->shown_count = 0;
}

void app_show(struct app *app)
{
    enum { MOST = 512 };
    struct identity list[MOST];
    size_t count = visible(app, list, MOST);
    if (as_before(app, list, count) || !client_show(app->client, list, count))
        return;
    forget_shown(app);
    app->shown = calloc(count + 1, sizeof *app->shown);
    for (size_t i = 0; app->shown != NULL && i < count; i++)
        app->shown_count += identity_copy(&app->shown[i], &list[i]);
}
