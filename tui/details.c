/* details: see details.h. What they say of an item is its view's. */
#include "tui/details.h"

#include <stdio.h>
#include <string.h>

enum { LABEL_CELLS = 11, MARGIN = 2 };

static void put_line(struct details *details, const char *label, enum role role, const char *text)
{
    struct terminal *terminal = details->app->terminal;
    int cells = details->area.columns - LABEL_CELLS - 2 * MARGIN;
    int row = details->lines++ - details->app->details_top;
    if (row < 0 || row >= details->area.rows)
        return;
    int column = details->area.column + MARGIN;
    draw_text(terminal, details->area.row + row, column, LABEL_CELLS, ROLE_DIM, TEXT_LEFT, label);
    draw_text(terminal, details->area.row + row, column + LABEL_CELLS, cells, role, TEXT_LEFT,
              text);
}

void details_line(struct details *details, const char *label, enum role role, const char *foreign)
{
    char text[1024], part[1024];
    int cells = details->area.columns - LABEL_CELLS - 2 * MARGIN;
    text_clean(text, sizeof text, foreign, strlen(foreign),
               terminal_charset(details->app->terminal));
    for (const char *at = text; *at != '\0' && cells > 0;) {
        size_t length = text_line(at, cells);
        snprintf(part, sizeof part, "%.*s", (int)length, at);
        put_line(details, at == text ? label : "", role, part);
        at += length + (at[length] == ' ');
    }
}

/* ---- moments */

static char *with_date(const struct details *details, char out[FORMAT_BYTES], int64_t moment_ms)
{
    return format_date(out, moment_ms, details->app->zone,
                       terminal_charset(details->app->terminal));
}

char *details_clock(const struct details *details, char out[FORMAT_BYTES], int64_t moment_ms)
{
    return format_clock(out, moment_ms, details->app->moment.server_ms, details->app->zone,
                        terminal_charset(details->app->terminal));
}

/* A moment as the date it is, or what is known instead of it. */
void details_moment(struct details *details, const char *label, int64_t moment_ms, const char *none)
{
    char text[FORMAT_BYTES];
    if (moment_ms == MOMENT_NONE)
        details_line(details, label, ROLE_DIM, none);
    else if (moment_ms == MOMENT_UNREADABLE)
        details_line(details, label, ROLE_CHIP_WARN, "not readable as a date");
    else
        details_line(details, label, ROLE_TEXT, with_date(details, text, moment_ms));
}

/* ", since 10:02:11", as far as it was seen; "" where nothing is known. */
char *details_since(const struct details *details, char *out, size_t size,
                    const struct since *since)
{
    char text[FORMAT_BYTES];
    bool changed = since->same_ms != since->listed_ms;
    *out = '\0';
    if (since->listed_ms != 0)
        snprintf(out, size, changed ? ", since %s" : ", since %s or before",
                 details_clock(details, text, since->same_ms));
    return out;
}

/* A moment of the boot clock, as the time until it. */
char *details_until(const struct details *details, char out[FORMAT_BYTES], int64_t at_ms)
{
    int64_t left_ms = at_ms - details->app->moment.boot_ms;
    format_left(out, left_ms > 0 ? left_ms / 1000 : 0, false,
                terminal_charset(details->app->terminal));
    return out + strspn(out, " ");
}

/* ---- the area */

/* The key that shows the rest, in the title. */
static void draw_title(const struct app *app, struct area area, int below)
{
    char title[80], more[64] = "";
    if (below > 0)
        action_fill(more, sizeof more, ": {page-down} for more", &app->keys);
    else if (app->details_top > 0)
        action_fill(more, sizeof more, ": {page-up} for the start", &app->keys);
    snprintf(title, sizeof title, "%s%s", app_view(app)->details_title, more);
    draw_rule(app->terminal, area.row, area.column, area.columns, ROLE_BORDER, title);
}

void details_draw(struct app *app, struct area area)
{
    const struct view *view = app_view(app);
    bool some = app_item(app) != NULL && view->tell != NULL;
    struct area inside = {area.row + 1, area.column, area.rows - 1, area.columns};
    struct details counted = {app, {0, 0, 0, area.columns}, 0}, details = {app, inside, 0};
    if (area.rows < 2 || view->tell == NULL)
        return;
    if (some)
        view->tell(&counted);
    int most = counted.lines > inside.rows ? counted.lines - inside.rows : 0;
    app->details_top = app->details_top > most ? most : app->details_top;
    app->details_more = most > 0;
    draw_title(app, area, most - app->details_top);
    if (some)
        view->tell(&details);
}

bool details_scroll(struct app *app, int by)
{
    int rows = app->layout.details.rows - 1,
        top = app->details_top + by * (rows > 1 ? rows - 1 : 1);
    if (!app->details || !app->details_more)
        return false;
    app->details_top = top > 0 ? top : 0; /* too far is mended when it is drawn */
    return true;
}
