/* app_mark: marks on leases, and what an action is about: the marked rows that are shown, else the
 * one under the cursor. */
#include "tui/app_internal.h"

#include <stdlib.h>
#include <string.h>

bool app_marked(const struct app *app, const void *item)
{
    if (app->view != VIEW_LEASES)
        return false;
    struct identity one = row_identity(item);
    return marks_has(&app->marks, &one);
}

static void set_mark(struct app *app, const struct identity *one, bool on)
{
    if (!marks_set(&app->marks, one, on))
        app_say(app, ROLE_CHIP_ERROR, "out of memory: not marked");
}

void app_mark(struct app *app)
{
    const struct row *row = app_row(app);
    struct identity one = row_identity(row);
    set_mark(app, &one, !marks_has(&app->marks, &one));
    identity_clear(&app->anchor);
    identity_copy(&app->anchor, &one); /* without memory a range begins at the cursor */
    list_move(app_list(app), 1, app_count(app), app_identity_at, app);
}

/* Where the anchor is shown; the cursor if it is not. */
static size_t anchor_place(const struct app *app)
{
    for (size_t i = 0; app->anchor.lease_id != NULL && i < app_count(app); i++) {
        struct identity one = app_identity_at(app, i);
        if (identity_compare(&one, &app->anchor) == 0)
            return i;
    }
    return app->lists[app->view].cursor;
}

void app_mark_range(struct app *app)
{
    size_t from = anchor_place(app), to = app->lists[app->view].cursor;
    if (from > to) {
        size_t swap = from;
        from = to;
        to = swap;
    }
    for (size_t i = from; i <= to; i++) {
        const struct row *row = app_item_at(app, i);
        struct identity one = row_identity(row);
        if (row->lease != NULL)
            set_mark(app, &one, true);
    }
}

void app_unmark(struct app *app)
{
    marks_clear(&app->marks);
}

size_t app_marks(const struct app *app, size_t *hidden)
{
    size_t shown = 0;
    for (size_t i = 0; app->view == VIEW_LEASES && app->marks.count > 0 && i < app_count(app); i++)
        shown += app_marked(app, app_item_at(app, i));
    *hidden = app->marks.count - shown;
    return app->marks.count;
}

size_t app_targets(const struct app *app, const struct row ***rows)
{
    const struct row *here = app_row(app);
    size_t count = 0;
    *rows = calloc(app->marks.count + 1, sizeof **rows);
    for (size_t i = 0; *rows != NULL && app->view == VIEW_LEASES && i < app_count(app); i++) {
        if (count < app->marks.count && app_marked(app, app_item_at(app, i)))
            (*rows)[count++] = app_item_at(app, i);
    }
    if (*rows != NULL && app->marks.count == 0 && here != NULL)
        (*rows)[count++] = here;
    return count;
}

static bool is_there(void *context, const struct identity *one)
{
    const struct marks *there = context;
    return marks_has(there, one);
}

void app_marks_settle(struct app *app)
{
    struct marks there = {0};
    bool whole = true;
    if (app->marks.count == 0 || app->scope.runtime_id != NULL)
        return; /* what is not looked at may still be there */
    for (size_t i = 0; whole && i < app->rows.count; i++) {
        struct identity one = row_identity(&app->rows.items[i]);
        if (marks_has(&app->marks, &one))
            whole = marks_set(&there, &one, true);
    }
    if (whole)
        marks_keep(&app->marks, is_there, &there);
    marks_clear(&there);
}
