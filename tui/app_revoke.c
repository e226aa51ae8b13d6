/* app_revoke: ending leases: which ones, the box that asks, the grace in which it can be undone,
 * and the line that sums a bulk up. Targets are identities, fixed when the key is pressed. */
#include "tui/app_internal.h"

#include "core/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTED_FROM = 5, NAME_CELLS = 34 };
/* Of a box with many: how many have a line at once, and the rows of a screen that they leave. */
enum { NAMED_MAX = 13, NAMED_MIN = 3, OTHER_ROWS = 14 };
/* Of a line of many: the id, the protocol, the time left, and the gaps between them. */
enum { ID_CELLS = 8, PROTOCOL_CELLS = 5, GAP_CELLS = 2, PROTOCOL_FROM_CELLS = 50 };

#define LEFT_LABEL "left"

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

/* ---- what was confirmed together */

static struct batch *newest(struct app *app)
{
    return &app->batches[app->batch_count % BATCHES_MAX];
}

static void revoke_all(struct app *app)
{
    const struct box *box = &app->box;
    struct batch batch = {0};
    for (size_t i = 0; i < box->target_count; i++) {
        uint64_t id = client_revoke(app->client, &box->targets[i],
                                    box->urgent ? 0 : app->settings.grace_s * 1000);
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
    app->batch_count++;
    *newest(app) = batch;
    app->revoke = box->urgent ? 0 : batch.last;
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
    size_t total = batch_size(batch);
    char others[64] = "";
    add_count(others, sizeof others, "failed", batch->failed);
    add_count(others, sizeof others, "undone", batch->undone);
    if (batch->undone == total)
        app_say(app, ROLE_TOAST, "undone: none of the %zu was sent", total);
    else if (batch->failed > 0)
        app_say(app, ROLE_CHIP_ERROR,
                "revoked %zu of %zu%s: what failed stays, its details say why", batch->done, total,
                others);
    else
        app_say(app, ROLE_TOAST, "revoked %zu of %zu%s: no new attach is accepted", batch->done,
                total, others);
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
        batch->failed += message->phase == INTENT_FAILED;
        batch->undone += message->phase == INTENT_CANCELLED;
        if (app->quit_after && batch == newest(app)) {
            app->quit = batch->done == batch_size(batch);
            app->quit_after = batch->failed + batch->undone == 0; /* that is read first */
        }
        if (batch_size(batch) == 1 || message->phase == INTENT_UNKNOWN)
            return false;
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

/* ---- the box */

static void say_confirmed(struct app *app)
{
    const struct box *box = &app->box;
    char what[40];
    if (box->target_count == 1)
        snprintf(what, sizeof what, "%.8s", row_short_id(box->targets[0].lease_id));
    else
        snprintf(what, sizeof what, "%zu leases", box->target_count);
    if (box->urgent)
        app_say(app, ROLE_TOAST, "revoking %s", what);
    else
        app_say(app, ROLE_TOAST, "revoking %s in %d s, {undo} to undo", what,
                app->settings.grace_s);
}

/* Many at once are counted by the person too. */
static bool counted(struct app *app)
{
    struct dialog *dialog = &app->box.dialog;
    char expected[24];
    if (dialog->items[0].kind != DIALOG_FIELD)
        return true;
    snprintf(expected, sizeof expected, "%zu", app->box.target_count);
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
        say_confirmed(app);
        revoke_all(app);
        app->quit_after = app->box.then_quit;
    }
    app_box_close(app);
}

const struct row *app_box_row(const struct app *app, size_t place)
{
    for (size_t i = 0; i < app->rows.count; i++) {
        struct identity one = row_identity(&app->rows.items[i]);
        if (identity_compare(&one, &app->box.targets[place]) == 0)
            return &app->rows.items[i];
    }
    return NULL;
}

static char *left_of(const struct app *app, const struct row *row, char left[FORMAT_BYTES])
{
    if (row == NULL)
        return strcpy(left, "not listed any more");
    format_left(left, row_left_s(row, &app->moment), row_stale(row, &app->moment),
                terminal_charset(app->terminal));
    return left + strspn(left, " ");
}

/* How many of many have a line at once. */
static size_t named_most(const struct app *app)
{
    int room = terminal_rows(app->terminal) - OTHER_ROWS;
    return (size_t)(room < NAMED_MIN ? NAMED_MIN : room > NAMED_MAX ? NAMED_MAX : room);
}

/* One of many in a line: id, runtime and space, protocol where there is room, time left. */
static void line_of(const struct app *app, size_t place, char *line, size_t size)
{
    const struct row *row = app_box_row(app, place);
    const char *id = row_short_id(app->box.targets[place].lease_id);
    enum text_charset charset = terminal_charset(app->terminal);
    char left[FORMAT_BYTES], words[256], clean[TEXT_BYTES(64)], name[TEXT_BYTES(NAME_CELLS)];
    char protocol[16] = "";
    int cells = dialog_cells(terminal_columns(app->terminal));
    if (row == NULL || row->lease == NULL) {
        snprintf(line, size, "%-8.8s  not listed any more", id);
        return;
    }
    if (cells >= PROTOCOL_FROM_CELLS)
        snprintf(protocol, sizeof protocol, "  %-*.*s", PROTOCOL_CELLS, PROTOCOL_CELLS,
                 row->lease->protocol);
    cells -= ID_CELLS + 2 * GAP_CELLS + (int)strlen(protocol) + FORMAT_LEFT_CELLS;
    cells = cells > NAME_CELLS ? NAME_CELLS : cells < 1 ? 1 : cells;
    snprintf(words, sizeof words, "%.100s (%.100s)", app_runtime_name(row->runtime),
             row->runtime->space->name);
    text_clean(clean, sizeof clean, words, strlen(words), charset);
    text_cut(name, sizeof name, clean, cells, TEXT_LEFT, charset);
    snprintf(line, size, "%-8.8s  %.120s%s  %*.16s", id, name, protocol, FORMAT_LEFT_CELLS,
             left_of(app, row, left));
}

/* Of many those that are scrolled to, and which of how many they are. */
static void lines_shown(struct app *app)
{
    struct box *box = &app->box;
    struct dialog_line *lines = box->dialog.lines;
    for (size_t i = 0; i < box->named; i++)
        line_of(app, box->first + i, lines[i].text, sizeof lines[i].text);
    if (box->named < box->target_count)
        snprintf(lines[box->named].text, sizeof lines[box->named].text,
                 "%zu to %zu of %zu: PgUp PgDn scroll", box->first + 1, box->first + box->named,
                 box->target_count);
}

bool app_box_scroll(struct app *app, uint32_t key)
{
    struct box *box = &app->box;
    bool down = key == TUI_KEY_PAGE_DOWN;
    if ((!down && key != TUI_KEY_PAGE_UP) || box->named == 0 || box->named >= box->target_count)
        return false;
    size_t last = box->target_count - box->named, step = box->named;
    if (down)
        box->first = box->first + step < last ? box->first + step : last;
    else
        box->first = box->first > step ? box->first - step : 0;
    return true;
}

void app_box_count(struct app *app)
{
    struct dialog *dialog = &app->box.dialog;
    char left[FORMAT_BYTES];
    if (app->box.target_count > 1) {
        lines_shown(app);
        return;
    }
    for (size_t i = 0; app->box.target_count == 1 && i < dialog->line_count; i++) {
        if (strcmp(dialog->lines[i].label, LEFT_LABEL) == 0)
            snprintf(dialog->lines[i].text, sizeof dialog->lines[i].text, "%s",
                     left_of(app, app_box_row(app, 0), left));
    }
}

bool app_box_target(struct app *app, const struct row **rows, size_t count)
{
    struct box *box = &app->box;
    box->targets = calloc(count, sizeof *box->targets);
    for (size_t i = 0; box->targets != NULL && i < count; i++) {
        struct identity one = row_identity(rows[i]);
        if (!identity_copy(&box->targets[i], &one))
            return false;
        box->target_count++;
    }
    return box->targets != NULL;
}

void app_lease_lines(struct app *app, const struct row *row)
{
    struct dialog *dialog = &app->box.dialog;
    const struct space *space = row->runtime->space;
    dialog_line(dialog, "lease", "%s", row->lease->id);
    dialog_line(dialog, "runtime", "%.90s (%.90s)", app_runtime_name(row->runtime),
                *space->name != '\0' ? space->name : space->id);
    dialog_line(dialog, "protocol", "%s", row->lease->protocol);
    dialog_spare(dialog);
    dialog_line(dialog, LEFT_LABEL, "%s", "");
    app_where_line(app);
}

/* One line for each, the first of the box: they are written again each second. */
static void lines_of_many(struct app *app, size_t count)
{
    size_t most = named_most(app), named = count > most ? most - 1 : count;
    app->box.named = named;
    for (size_t i = 0; i < named; i++)
        dialog_line(&app->box.dialog, "", "%s", "");
    if (named < count)
        dialog_line(&app->box.dialog, "", "%s", "");
    app_where_line(app);
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
    if (app->box.urgent)
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
             app->box.urgent ? " now, without undo" : "", app->box.then_quit ? ", and quit?" : "?");
    dialog_init(dialog, title);
    dialog->danger = true;
    if (count == 1)
        app_lease_lines(app, rows[0]);
    else
        lines_of_many(app, count);
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
    app->box.urgent = urgent || app->settings.grace_s == 0;
    app->box.then_quit = then_quit;
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
    return row->mine || row_secret(row) == SECRET_HELD || row_secret(row) == SECRET_KEYRING;
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
