/* view_leases: the table of leases. */
#include "tui/app_internal.h"

static const struct hint hints[] = {
    {ACTION_CREATE, 0},     {ACTION_COPY, 0}, {ACTION_REVOKE, 0},  {ACTION_OPEN, 4},
    {ACTION_NEXT_VIEW, 5},  {ACTION_BACK, 7}, {ACTION_REFRESH, 6}, {ACTION_PAUSE, 8},
    {ACTION_REVOKE_NOW, 9}, {ACTION_HELP, 1}, {ACTION_QUIT, 2},    {ACTION_NONE, 0},
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
    if (!app->wide)
        columns_usual(&columns);
    if (app->snapshot != NULL && app->snapshot->space_count < 2)
        columns_drop(&columns, "space");
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
