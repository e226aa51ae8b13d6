/* view_leases: the table of leases. */
#include "tui/app_internal.h"

static const enum action hints[] = {
    ACTION_CREATE,  ACTION_COPY,  ACTION_REVOKE, ACTION_OPEN,       ACTION_HELP,      ACTION_QUIT,
    ACTION_REFRESH, ACTION_PAUSE, ACTION_BACK,   ACTION_REVOKE_NOW, ACTION_NEXT_VIEW, ACTION_NONE,
};

static size_t count(const struct app *app)
{
    return app->rows.count;
}

static const void *item(const struct app *app, size_t place)
{
    return &app->rows.items[place];
}

static struct identity identity(const void *app, size_t place)
{
    return row_identity(&((const struct app *)app)->rows.items[place]);
}

static const struct snapshot_runtime *runtime(const struct app *app, size_t place)
{
    return app->rows.items[place].runtime;
}

static struct columns columns(const struct app *app)
{
    struct columns columns = columns_of_leases(app->rows.id_cells);
    if (app->snapshot != NULL && app->snapshot->space_count < 2)
        columns_drop(&columns, "SPACE");
    return columns;
}

static void open_details(struct app *app)
{
    app->details = app->rows.count > 0 && !app->details;
}

const struct view *view_leases(void)
{
    static const struct view view = {
        .title = "leases",
        .hints = hints,
        .count = count,
        .item = item,
        .identity = identity,
        .runtime = runtime,
        .columns = columns,
        .open = open_details,
        .open_word = "details",
    };
    return &view;
}
