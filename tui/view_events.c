/* view_events: the table of what happened and of what was done here; and the strip of the newest of
 * it below another table. */
#include "tui/details.h"

#include "core/format.h"

#include <stdio.h>

static const struct hint hints[] = {
    {ACTION_OPEN, 2},      {ACTION_BACK, 1},    {ACTION_FILTER, 4},
    {ACTION_NEXT_VIEW, 5}, {ACTION_REFRESH, 6}, {ACTION_PALETTE, 7},
    {ACTION_HELP, 1},      {ACTION_QUIT, 1},    {ACTION_NONE, 0},
};

static const char *const filter_hints[] = {"word",  "!word",       "what:revoke", "outcome:failed",
                                           "by:me", "latency>500", NULL};

static bool build(struct app *app, struct error *error)
{
    (void)app, (void)error; /* the log is as it is */
    return true;
}

static const void *item_at(const void *app, size_t place)
{
    return events_at(((const struct app *)app)->events, place);
}

/* A line is known by its own key, for a lease has many. */
static struct identity identity(const void *item)
{
    const struct events_entry *entry = item;
    return (struct identity){(char *)"", (char *)"", (char *)entry->key};
}

static struct shown_source source(const struct app *app)
{
    return (struct shown_source){events_count(app->events), app, item_at, events_key};
}

static struct columns columns(const struct app *app)
{
    return columns_of_events(app->rows.id_cells);
}

static void narrow(const struct app *app, struct columns *columns)
{
    app_narrow_names(app, columns);
}

/* Everything that is known of it; a clock time has its date. */
static void tell(struct details *details)
{
    char text[FORMAT_BYTES];
    const struct events_entry *entry = app_item(details->app);
    const struct identity *about = &entry->identity;
    details_line(details, "what", entry->role, entry->what);
    details_line(details, "outcome", ROLE_TEXT, entry->outcome);
    details_line(details, "by", ROLE_TEXT, entry->mine ? "you" : "not known to be you");
    details_moment(details, "noticed", entry->seen_ms, "");
    details_moment(details, "happened", entry->when_ms, "");
    details_line(details, "lease", ROLE_TEXT, about->lease_id);
    details_line(details, *about->runtime_id != '\0' ? "runtime" : "space", ROLE_TEXT,
                 entry->runtime);
    details_line(details, "", ROLE_DIM,
                 *about->runtime_id != '\0' ? about->runtime_id : about->space_id);
    if (entry->latency_ms >= 0)
        details_line(
            details, "latency", ROLE_TEXT,
            format_latency(text, entry->latency_ms, terminal_charset(details->app->terminal)));
    details_line(details, "request", ROLE_TEXT, entry->request_id);
}

static bool listed(const struct app *app, const struct identity *lease)
{
    for (size_t i = 0; i < app->rows.count; i++) {
        struct identity one = row_identity(&app->rows.items[i]);
        if (identity_compare(&one, lease) == 0)
            return true;
    }
    return false;
}

/* Goes to the lease that it is about, whatever hides it. */
static void open_lease(struct app *app)
{
    const struct events_entry *entry = app_item(app);
    struct identity lease = {0};
    if (*entry->identity.lease_id == '\0' || !identity_copy(&lease, &entry->identity)) {
        app_say(app, ROLE_CHIP_WARN, "this is about no lease");
        return;
    }
    if (listed(app, &lease)) {
        app->details = false;
        app->view = VIEW_LEASES;
        app->filters[VIEW_LEASES] = (struct filter){0};
        list_select(&app->lists[VIEW_LEASES], &lease);
        app_rearrange(app);
    } else {
        app_say(app, ROLE_CHIP_WARN, "%.40s is not listed any more", lease.lease_id);
    }
    identity_clear(&lease);
}

/* All of it first, for a line of the table is cut; then its lease. */
static void open_details(struct app *app)
{
    if (app->details)
        open_lease(app);
    else
        app->details = app_item(app) != NULL;
}

const struct view *view_events(void)
{
    static const struct view view = {
        .title = "events",
        .hints = hints,
        .filter_hints = filter_hints,
        .build = build,
        .source = source,
        .identity = identity,
        .columns = columns,
        .narrow = narrow,
        .own_order = "time",
        .own_inverted = true,
        .open = open_details,
        .open_word = "details",
        .open_again_word = "lease",
        .tell = tell,
        .details_title = "event",
    };
    return &view;
}

/* ---- the strip */

void strip_draw(struct app *app, struct area area)
{
    char line[512], clock[FORMAT_BYTES];
    enum text_charset charset = terminal_charset(app->terminal);
    if (area.rows < 2)
        return;
    draw_rule(app->terminal, area.row, area.column, area.columns, ROLE_BORDER, "events");
    size_t room = (size_t)area.rows - 1, count = events_count(app->events);
    size_t shown = count < room ? count : room;
    for (size_t i = 0; i < shown; i++) {
        const struct events_entry *entry = events_at(app->events, shown - 1 - i);
        int row = area.row + 1 + (int)i;
        int cells = draw_words(
            app->terminal, row, area.column + 1, FORMAT_CLOCK_CELLS, ROLE_DIM,
            format_clock(clock, entry->seen_ms, app->moment.server_ms, app->zone, charset));
        draw_words(app->terminal, row, area.column + 2 + cells, area.columns - cells - 3,
                   entry->role, events_line(entry, line, sizeof line));
    }
    if (shown == 0)
        draw_words(app->terminal, area.row + 1, area.column + 1, area.columns - 2, ROLE_DIM,
                   "nothing has happened since leasetop started");
}
