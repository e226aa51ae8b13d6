/* app_data: what came from the API thread, and what it is told about the screen. */
#include "tui/app_internal.h"

#include <stdlib.h>
#include <string.h>

/* While somebody acts on what is on the screen, nothing moves there; but what is still being read
 * for the first time has no order yet that anybody could have in mind. */
static bool holding(const struct app *app)
{
    return app->box.open || (app->whole && clock_boot_now_ms() < app->hold_ms);
}

/* No list is on its way for the first time. */
static bool is_whole(const struct snapshot *snapshot)
{
    bool whole = snapshot->catalog_settled;
    for (size_t i = 0; whole && snapshot->unread > 0 && i < snapshot->runtime_count; i++)
        whole = snapshot->runtimes[i].leases != NULL || snapshot->runtimes[i].state.trouble != NULL;
    return whole;
}

/* The other views are made when they are looked at: what they show borrows from what is gone. */
static void forget_others(struct app *app)
{
    for (int view = 0; view < VIEW_COUNT; view++) {
        if (view != (int)app->view)
            app->shown[view].count = 0;
    }
}

static bool build(struct app *app, struct error *error)
{
    const struct view *view = app_view(app);
    struct columns columns = view->columns(app);
    app->rows.ledger = app->ledger;
    app->rows.base_url = app->account.base_url;
    app->rows.seeking = client_seeking(app->client, app->snapshot);
    if (!rows_build(&app->rows, app->snapshot, app->scope.space_id, app->scope.runtime_id,
                    app->moment.server_ms, error) ||
        !view->build(app, error))
        return false;
    struct shown_source source = view->source(app);
    return shown_build(&app->shown[app->view], &source, &app->filters[app->view], &columns,
                       &app->sorts[app->view], &app->moment, error);
}

void app_rebuild(struct app *app)
{
    struct error error = {0};
    struct shown *shown = &app->shown[app->view];
    if (app->snapshot == NULL)
        return;
    app->moment = moment_of(app->snapshot, &app->thresholds);
    app->held = holding(app) && shown->count > 0;
    app->whole = is_whole(app->snapshot);
    if (app->held)
        shown_hold(shown);
    else
        shown_release(shown);
    forget_others(app);
    if (!build(app, &error)) {
        shown->count = 0;
        app_say(app, ROLE_CHIP_ERROR, "%s: not everything is shown", error.sentence);
    }
    list_settle(app_list(app), app_count(app), app_identity_at, app);
    app_marks_settle(app);
    if (app_item(app) == NULL || app_view(app)->tell == NULL)
        app->details = false;
}

void app_rearrange(struct app *app)
{
    app->hold_ms = 0;
    app_rebuild(app);
}

void app_settle(struct app *app)
{
    if (app->held && !holding(app))
        app_rebuild(app);
}

static void on_write(struct app *app, struct message *message)
{
    app_event(app, &app->account, message);
    app_written(app, message);
}

static void on_notice(struct app *app, struct message *message)
{
    app_tell(app, ROLE_CHIP_WARN, "%s", message->sentence);
    if (message->gate_ms == 0 || app->toast.keep)
        return;
    app->toast.gate = true;
    app->toast.until_ms = message->gate_ms;
}

/* What ends by itself and is to go on is told; what was asked for is known. */
static void tell_kept_no_more(struct app *app, const struct message *message)
{
    if (strcmp(message->sentence, keep_end_words(KEEP_END_ASKED)) != 0 &&
        strcmp(message->sentence, keep_end_words(KEEP_END_REVOKED)) != 0)
        app_tell(app, ROLE_CHIP_WARN, "%.8s is not kept alive any more: %s",
                 row_short_id(message->identity.lease_id), message->sentence);
}

static void on_event(struct app *app, struct message *message)
{
    app_event(app, &app->account, message);
    if (message->event.kind == EVENT_KEPT_NO_MORE)
        tell_kept_no_more(app, message);
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

static void widen(int *cells, const char *foreign, enum text_charset charset)
{
    char clean[CELL_BYTES];
    if (strlen(foreign) <= (size_t)*cells) /* a cell takes at least a byte */
        return;
    text_clean(clean, sizeof clean, foreign, strlen(foreign), charset);
    int width = text_width(clean);
    *cells = width > *cells ? width : *cells;
}

static void measure_names(struct app *app)
{
    enum text_charset charset = terminal_charset(app->terminal);
    app->runtime_cells = app->space_cells = 0;
    for (size_t i = 0; i < app->snapshot->runtime_count; i++)
        widen(&app->runtime_cells, runtime_label(app->snapshot->runtimes[i].runtime), charset);
    for (size_t i = 0; i < app->snapshot->space_count; i++)
        widen(&app->space_cells, app->snapshot->spaces[i].space->name, charset);
}

void app_narrow_names(const struct app *app, struct columns *columns)
{
    columns_widest(columns, "runtime", app->runtime_cells);
    columns_widest(columns, "space", app->space_cells);
}

void app_narrow_spaces(const struct app *app, struct columns *columns)
{
    if (app->snapshot != NULL && app->snapshot->space_count < 2)
        columns_drop(columns, "space");
    else if (app->names_twice)
        columns_prefer(columns, "space", 3);
    app_narrow_names(app, columns);
}

/* The row of a create becomes that of its lease: the cursor goes along, in the same moment. */
static void follow_created(struct app *app)
{
    const struct intents_view *intents = app->snapshot->intents;
    for (size_t i = 0; intents != NULL && i < intents->count; i++) {
        const struct intent_view *one = &intents->items[i];
        if (one->id == app->created && one->kind == INTENT_CREATE && one->phase == INTENT_DONE &&
            app->moves == app->created_moves && *one->lease.lease_id != '\0') {
            list_select(&app->lists[VIEW_LEASES], &one->lease);
            app->lists[VIEW_LEASES].top =
                app->created_top; /* no further than it needs from there */
            app->followed = one->id;
            app->hold_ms = 0; /* to its place: nobody has moved since it was asked for */
        }
    }
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
    app->names_twice = rows_names_twice(snapshot);
    measure_names(app);
    if (app->created != app->followed)
        follow_created(app);
    app_rebuild(app);
    app_event_look(app);
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
        app_event_overflow(app);
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
    size_t top = app->lists[app->view].top, rows = app_count(app), count = 0;
    for (size_t i = 0; i < (size_t)app->layout.table.rows && top + i < rows && count < room; i++) {
        if (view->runtime == NULL)
            break;
        const struct snapshot_runtime *runtime = view->runtime(app_item_at(app, top + i));
        struct identity one = {(char *)runtime->space->id, (char *)runtime->runtime->id,
                               (char *)""};
        if (!listed(list, count, &one))
            list[count++] = one;
    }
    return count;
}

static bool as_before(const struct app *app, const struct identity *list, size_t count)
{
    bool same = count == app->told_count;
    for (size_t i = 0; same && i < count; i++)
        same = listed(app->told, app->told_count, &list[i]);
    return same;
}

static void forget_told(struct app *app)
{
    for (size_t i = 0; i < app->told_count; i++)
        identity_clear(&app->told[i]);
    free(app->told);
    app->told = NULL;
    app->told_count = 0;
}

void app_forget(struct app *app)
{
    app->whole = false;
    rows_clear(&app->rows);
    runtimes_clear(&app->runtimes);
    for (int view = 0; view < VIEW_COUNT; view++) {
        list_clear(&app->lists[view]);
        shown_clear(&app->shown[view]);
    }
    forget_told(app);
}

void app_show(struct app *app)
{
    enum { MOST = 512 };
    struct identity list[MOST];
    size_t count = visible(app, list, MOST);
    if (as_before(app, list, count) || !client_show(app->client, list, count))
        return;
    forget_told(app);
    app->told = calloc(count + 1, sizeof *app->told);
    for (size_t i = 0; app->told != NULL && i < count; i++)
        app->told_count += identity_copy(&app->told[i], &list[i]);
}
