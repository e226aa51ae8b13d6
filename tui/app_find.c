/* app_find: the filter of a view, typed into a prompt at the foot, and the column a view is sorted
 * by. */
#include "tui/app_internal.h"

#include <stdio.h>
#include <string.h>

/* ---- filter */

static void set_filter(struct app *app, const char *text)
{
    struct error error = {0};
    const struct columns columns = app_view(app)->columns(app);
    bool good = filter_parse(&app->filters[app->view], text, &columns, &error);
    snprintf(app->prompt.problem, sizeof app->prompt.problem, "%.180s", good ? "" : error.sentence);
    if (good)
        app_rearrange(app);
}

void app_filter(struct app *app)
{
    app->prompt.open = true;
    app->prompt.before = app->filters[app->view];
    app->prompt.problem[0] = '\0';
    field_set(&app->prompt.field, app->filters[app->view].text);
}

void app_filter_clear(struct app *app)
{
    app->filters[app->view] = (struct filter){0};
    app_rearrange(app);
}

/* A filter that stays must find what it reads: one with a term that lacks its value is not kept. */
static void check_whole(struct app *app)
{
    struct error error = {0};
    if (*app->prompt.problem == '\0' && !filter_whole(&app->filters[app->view], &error))
        snprintf(app->prompt.problem, sizeof app->prompt.problem, "%.180s", error.sentence);
}

/* Enter keeps the filter, Esc goes back to the one before; an empty one closes with Backspace, as
 * in other programs. */
void app_prompt_key(struct app *app, uint32_t key)
{
    struct prompt *prompt = &app->prompt;
    bool empty = *prompt->field.text == '\0';
    if (key == TUI_KEY_ENTER || (key == TUI_KEY_BACKSPACE && empty)) {
        check_whole(app);
        prompt->open = *prompt->problem != '\0' && !empty;
    } else if (key == TUI_KEY_ESC) {
        prompt->open = false;
        app->filters[app->view] = prompt->before;
        app_rearrange(app);
    } else if (field_key(&prompt->field, key)) {
        set_filter(app, prompt->field.text);
    }
}

bool app_prompt_paste(struct app *app, const char *text)
{
    if (!field_paste(&app->prompt.field, text))
        return false;
    set_filter(app, app->prompt.field.text);
    return true;
}

/* ---- sorting */

static bool sortable(const struct column *column)
{
    return column->title != NULL && (column->word != NULL || column->number != NULL);
}

const struct column *app_sorted_by(const struct app *app, const struct columns *columns)
{
    const char *name = app->sorts[app->view].column;
    if (name == NULL)
        name = app_view(app)->own_order;
    return name != NULL ? columns_find(columns, name) : NULL;
}

static void say_sorted(struct app *app, const struct column *column)
{
    app_say(app, ROLE_TOAST, "sorted by %s%s", column->name,
            app->sorts[app->view].inverted ? ", the other way round" : "");
}

void app_sort_step(struct app *app, int step)
{
    struct columns columns = app_view(app)->columns(app);
    app_view(app)->narrow(app, &columns);
    const struct column *now = app_sorted_by(app, &columns);
    int count = (int)columns.count;
    int place = now != NULL ? (int)(now - columns.items) : step > 0 ? count - 1 : 0;
    do
        place = (place + step + count) % count;
    while (!sortable(&columns.items[place]));
    app->sorts[app->view].column = columns.items[place].name;
    app_rearrange(app);
    say_sorted(app, &columns.items[place]);
}

void app_sort_invert(struct app *app)
{
    struct columns columns = app_view(app)->columns(app);
    const struct column *now = app_sorted_by(app, &columns);
    if (now == NULL)
        now = &columns.items[1];
    bool inverted = app->sorts[app->view].column != NULL ? app->sorts[app->view].inverted
                                                         : app_view(app)->own_inverted;
    app->sorts[app->view] = (struct sort){now->name, !inverted};
    app_rearrange(app);
    say_sorted(app, now);
}

void app_sort_by(struct app *app, const char *name)
{
    struct columns columns = app_view(app)->columns(app);
    const struct column *column = name != NULL ? columns_find(&columns, name) : NULL;
    if (column == NULL || !sortable(column))
        return;
    if (app_sorted_by(app, &columns) == column) {
        app_sort_invert(app);
        return;
    }
    app->sorts[app->view] = (struct sort){.column = column->name};
    app_rearrange(app);
    say_sorted(app, column);
}
