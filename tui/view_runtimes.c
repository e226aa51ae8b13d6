/* view_runtimes: the table of runtimes. */
#include "tui/app_internal.h"

#include <stdio.h>

static const struct hint hints[] = {
    {ACTION_OPEN, 1}, {ACTION_CREATE, 1},  {ACTION_FILTER, 4},  {ACTION_NEXT_VIEW, 5},
    {ACTION_BACK, 1}, {ACTION_REFRESH, 6}, {ACTION_PALETTE, 7}, {ACTION_PAUSE, 8},
    {ACTION_HELP, 1}, {ACTION_QUIT, 2},    {ACTION_NONE, 0},
};

static const char *const filter_hints[] = {"word",         "!word",   "status:active",
                                           "kind:browser", "next<5m", NULL};

static bool build(struct app *app, struct error *error)
{
    return runtimes_build(&app->runtimes, app->snapshot, NULL, app->moment.server_ms, error);
}

static const void *item_at(const void *app, size_t place)
{
    return &((const struct app *)app)->runtimes.items[place];
}

static struct identity identity(const void *item)
{
    const struct snapshot_runtime *one = ((const struct runtime_row *)item)->runtime;
    return (struct identity){(char *)one->space->id, (char *)one->runtime->id, (char *)""};
}

static uint64_t key(const void *item)
{
    struct identity one = identity(item);
    return shown_key(one.space_id, one.runtime_id, "");
}

static struct shown_source source(const struct app *app)
{
    return (struct shown_source){app->runtimes.count, app, item_at, key};
}

static const struct snapshot_runtime *runtime(const void *item)
{
    return ((const struct runtime_row *)item)->runtime;
}

static struct columns columns(const struct app *app)
{
    (void)app;
    return columns_of_runtimes();
}

/* What no runtime has takes no room from their names. */
static void narrow(const struct app *app, struct columns *columns)
{
    bool kinds = false, regions = false;
    for (size_t i = 0; i < app->runtimes.count; i++) {
        kinds |= *app->runtimes.items[i].runtime->runtime->kind != '\0';
        regions |= *app->runtimes.items[i].runtime->runtime->region != '\0';
    }
    if (!kinds)
        columns_drop(columns, "kind");
    if (!regions)
        columns_drop(columns, "region");
    app_narrow_spaces(app, columns);
}

/* Enter goes on to the leases of this one; Esc comes back. */
static void open_leases(struct app *app)
{
    const struct snapshot_runtime *one = app_runtime(app);
    if (one == NULL)
        return;
    identity_clear(&app->scope);
    if (!identity_init(&app->scope, one->space->id, one->runtime->id, NULL))
        return;
    app_runtime_words(app, one, app->scope_name, sizeof app->scope_name);
    app->view = VIEW_LEASES;
    list_clear(&app->lists[VIEW_LEASES]); /* where it stood is of another table */
    app_rebuild(app);
}

const struct view *view_runtimes(void)
{
    static const struct view view = {
        .title = "runtimes",
        .hints = hints,
        .filter_hints = filter_hints,
        .build = build,
        .source = source,
        .identity = identity,
        .runtime = runtime,
        .columns = columns,
        .narrow = narrow,
        .open = open_leases,
        .open_word = "leases",
    };
    return &view;
}
