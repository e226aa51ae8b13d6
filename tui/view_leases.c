/* view_leases: the table of leases. */
#include "tui/details.h"

static const struct hint hints[] = {
    {ACTION_CREATE, 2},    {ACTION_COPY, 3},    {ACTION_REVOKE, 1},    {ACTION_ROTATE, 6},
    {ACTION_OPEN, 4},      {ACTION_FILTER, 5},  {ACTION_NEXT_VIEW, 7}, {ACTION_BACK, 1},
    {ACTION_COPY_MENU, 8}, {ACTION_KEEP, 9},    {ACTION_MARK, 10},     {ACTION_REFRESH, 11},
    {ACTION_PALETTE, 12},  {ACTION_REVEAL, 13}, {ACTION_PAUSE, 14},    {ACTION_REVOKE_NOW, 15},
    {ACTION_HELP, 1},      {ACTION_QUIT, 1},    {ACTION_NONE, 0},
};

static const char *const filter_hints[] = {
    "word", "!word", "status:expiring", "by:me", "left<5m", "runtime:\"two words\"", NULL};

static bool build(struct app *app, struct error *error)
{
    (void)app, (void)error; /* the header needs the rows in every view: see app_rebuild */
    return true;
}

static const void *item_at(const void *app, size_t place)
{
    return &((const struct app *)app)->rows.items[place];
}

static struct identity identity(const void *item)
{
    return row_identity(item);
}

static uint64_t key(const void *item)
{
    struct identity one = row_identity(item);
    return shown_key(one.space_id, one.runtime_id, one.lease_id);
}

static struct shown_source source(const struct app *app)
{
    return (struct shown_source){app->rows.count, app, item_at, key};
}

static const struct snapshot_runtime *runtime(const void *item)
{
    return ((const struct row *)item)->runtime;
}

static struct columns columns(const struct app *app)
{
    return columns_of_leases(app->rows.id_cells);
}

static void open_details(struct app *app)
{
    app->details = app_item(app) != NULL && !app->details;
}

const struct view *view_leases(void)
{
    static const struct view view = {
        .title = "leases",
        .hints = hints,
        .filter_hints = filter_hints,
        .build = build,
        .source = source,
        .identity = identity,
        .runtime = runtime,
        .columns = columns,
        .narrow = app_narrow_spaces,
        .own_order = "left",
        .open = open_details,
        .open_word = "details",
        .open_again_word = "close",
        .tell = details_of_lease,
        .details_title = "lease",
    };
    return &view;
}
