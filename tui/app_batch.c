/* app_batch: revokes that were confirmed together: sending them, the line that sums them up, and
 * taking them back while their grace lasts. */
#include "tui/app_internal.h"

#include <stdio.h>
#include <string.h>

static struct batch *newest(struct app *app)
{
    return &app->batches[app->batch_count % BATCHES_MAX];
}

void app_batch_send(struct app *app)
{
    const struct box *box = &app->box;
    struct batch batch = {0};
    for (size_t i = 0; i < box->about.target_count; i++) {
        uint64_t id = client_revoke(app->client, &box->about.targets[i],
                                    box->revoke.urgent ? 0 : app->settings.grace_s * 1000);
        if (id == 0) {
            app_say(app, ROLE_CHIP_ERROR, "out of memory: %s was sent",
                    i == 0 ? "nothing" : "only a part");
            break;
        }
        batch.first = batch.first == 0 ? id : batch.first;
        batch.last = id;
    }
    if (batch.first == 0)
        return;
    if (box->about.target_count == 1)
        snprintf(batch.what, sizeof batch.what, "%.8s",
                 row_short_id(box->about.targets[0].lease_id));
    else
        snprintf(batch.what, sizeof batch.what, "%zu leases", box->about.target_count);
    app->batch_count++;
    *newest(app) = batch;
    app->revoke = box->revoke.urgent ? 0 : batch.last;
    app_batch_say(app);
}

static size_t batch_size(const struct batch *batch)
{
    return batch->first == 0 ? 0 : (size_t)(batch->last - batch->first + 1);
}

/* ", failed 2", or nothing. */
static void add_count(char *text, size_t size, const char *what, size_t count)
{
    size_t used = strlen(text);
    if (count > 0)
        snprintf(text + used, size - used, ", %s %zu", what, count);
}

static void sum_up(struct app *app, const struct batch *batch)
{
    size_t total = batch_size(batch), revoked = batch->done - batch->unsaid;
    char others[64] = "";
    add_count(others, sizeof others, "gone", batch->unsaid);
    add_count(others, sizeof others, "failed", batch->failed);
    add_count(others, sizeof others, "undone", batch->undone);
    if (batch->undone == total)
        app_tell(app, ROLE_TOAST, "undone: none of the %zu was sent", total);
    else if (batch->failed > 0)
        app_tell(app, ROLE_CHIP_ERROR,
                 "revoked %zu of %zu%s: what failed stays, its details say why", revoked, total,
                 others);
    else
        app_tell(app, ROLE_TOAST, "revoked %zu of %zu%s: no new attach is accepted", revoked, total,
                 others);
}

bool app_batch_written(struct app *app, const struct message *message)
{
    for (int i = 0; i < BATCHES_MAX; i++) {
        struct batch *batch = &app->batches[i];
        if (message->id < batch->first || message->id > batch->last)
            continue;
        if (message->phase == INTENT_DONE)
            marks_set(&app->marks, &message->identity, false);
        batch->done += message->phase == INTENT_DONE;
        batch->unsaid += message->phase == INTENT_DONE && message->unsaid;
        batch->failed += message->phase == INTENT_FAILED;
        batch->undone += message->phase == INTENT_CANCELLED;
        if (app->quit_after && batch == newest(app)) {
            app->quit = batch->done == batch_size(batch);
            app->quit_after = batch->failed + batch->undone == 0; /* that is read first */
        }
        if (batch_size(batch) == 1 || message->phase == INTENT_UNKNOWN)
            return false;
        if (app->toast.write == message->id) /* that it is not known is over */
            app_hush(app);
        if (batch->done + batch->failed + batch->undone == batch_size(batch))
            sum_up(app, batch);
        return true;
    }
    return false;
}

/* ---- undo */

static bool in_grace(const struct app *app, const struct batch *batch, uint64_t id)
{
    const struct intents_view *intents = app->snapshot != NULL ? app->snapshot->intents : NULL;
    for (size_t i = 0; intents != NULL && i < intents->count; i++) {
        if (intents->items[i].id == id)
            return intents->items[i].undoable;
    }
    return app->revoke != 0 && app->revoke == batch->last; /* confirmed, and in no snapshot yet */
}

/* The newest batch of which something can still be taken back, or NULL. */
static const struct batch *undoable(const struct app *app)
{
    for (size_t i = 0; i < BATCHES_MAX && i < app->batch_count; i++) {
        const struct batch *batch = &app->batches[(app->batch_count - i) % BATCHES_MAX];
        for (uint64_t id = batch->first; id != 0 && id <= batch->last; id++) {
            if (in_grace(app, batch, id))
                return batch;
        }
    }
    return NULL;
}

const char *app_no_undo(const struct app *app)
{
    return undoable(app) != NULL ? NULL : "there is nothing to undo";
}

void app_undo(struct app *app)
{
    const struct batch *batch = undoable(app);
    for (uint64_t id = batch->first; id <= batch->last; id++) {
        if (in_grace(app, batch, id))
            client_cancel(app->client, id); /* whether in time is told by what becomes of it */
    }
    app->revoke = 0;
}

/* ---- how long */

/* What of the newest batch can still be taken back: none, and -1 seconds. Most are sent when their
 * grace is over; what the server has asked to wait for waits longer. */
struct grace {
    size_t count;
    int left_s;
};

static struct grace grace_of(const struct app *app)
{
    const struct batch *batch = &app->batches[app->batch_count % BATCHES_MAX];
    const struct intents_view *intents = app->snapshot != NULL ? app->snapshot->intents : NULL;
    struct grace grace = {0, -1};
    if (app->revoke != 0 && app->revoke == batch->last)
        return (struct grace){batch_size(batch), app->settings.grace_s};
    for (size_t i = 0; intents != NULL && i < intents->count; i++) {
        const struct intent_view *one = &intents->items[i];
        int64_t left_ms = one->due_ms - app->moment.boot_ms;
        if (one->id < batch->first || one->id > batch->last || !one->undoable)
            continue;
        int one_s = left_ms > 0 ? (int)((left_ms + 999) / 1000) : 0;
        grace.left_s = one_s > grace.left_s ? one_s : grace.left_s;
        grace.count++;
    }
    return grace;
}

int app_batch_left_s(const struct app *app)
{
    return grace_of(app).left_s;
}

void app_batch_say(struct app *app)
{
    int64_t said_ms = app->toast.grace ? app->toast.said_ms : clock_boot_now_ms();
    struct grace grace = grace_of(app);
    const char *what = newest(app)->what;
    if (grace.left_s < 0)
        app_say(app, ROLE_TOAST, "revoking %s", what);
    else if (grace.count < batch_size(newest(app)))
        app_say(app, ROLE_TOAST, "revoking %s, the last %zu in %d s, {undo} to undo", what,
                grace.count, grace.left_s);
    else
        app_say(app, ROLE_TOAST, "revoking %s in %d s, {undo} to undo", what, grace.left_s);
    app->toast.grace = grace.left_s >= 0;
    app->toast.said_ms = said_ms;
}
