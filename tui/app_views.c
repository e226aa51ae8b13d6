/* app_views: how each view begins, and keeping that for the next start when the operator says so.
 */
#include "tui/app_internal.h"

#include "core/file.h"
#include "core/places.h"
#include "core/view_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was kept, of views that there may not be any more too. Without a file it is nothing. */
static void read_states(struct app *app)
{
    char path[PLACE_BYTES];
    size_t length;
    struct error error = {0};
    if (!place_state(path, VIEW_STATE_NAME))
        return;
    char *text = file_read(path, VIEW_STATES_BYTES, &length, &error);
    bool missing = text == NULL && errno == ENOENT;
    bool whole =
        text != NULL && view_states_read(&app->view_states, text) && strlen(text) == length;
    if (text != NULL && !whole)
        error_set(&error, ERROR_INPUT, "%s cannot be read whole", path);
    if (!missing && !whole)
        app_say(app, ROLE_CHIP_WARN, "%s: some views begin as usual; {keep-view} writes it anew",
                error.sentence);
    free(text);
}

void app_views_begin(struct app *app)
{
    enum view_name before = app->view;
    if (!app->options->demo)
        read_states(app);
    for (int i = 0; i < VIEW_COUNT; i++) {
        app->view = (enum view_name)i;
        const struct view *view = app_view(app);
        struct columns columns = view->columns(app);
        const struct view_state *state = view_states_find(&app->view_states, view->title);
        if (state == NULL)
            continue;
        const struct column *column = columns_find(&columns, state->sort);
        app->sorts[i].column = column != NULL ? column->name : NULL;
        app->sorts[i].inverted = state->inverted;
        app->wide[i] = state->wide;
    }
    app->view = before;
}

void app_view_keep(struct app *app)
{
    char path[PLACE_BYTES], text[VIEW_STATES_BYTES];
    const struct sort *sort = &app->sorts[app->view];
    struct view_state state = {.inverted = sort->inverted, .wide = app->wide[app->view]};
    snprintf(state.view, sizeof state.view, "%s", app_view(app)->title);
    snprintf(state.sort, sizeof state.sort, "%s", sort->column != NULL ? sort->column : "");
    view_states_put(&app->view_states, &state);
    size_t length = view_states_text(&app->view_states, text);
    if (app->options->demo)
        app_say(app, ROLE_CHIP_WARN, "a demo keeps nothing: this is so until it ends");
    else if (!place_state(path, VIEW_STATE_NAME))
        app_say(app, ROLE_CHIP_WARN, "there is no home to keep it in");
    else if (!clerk_replace(app->clerk, path, text, length))
        app_say(app, ROLE_CHIP_ERROR, "out of memory: it is not kept");
    else
        app_say(app, ROLE_TOAST, "the view of %s will begin like this", app_view(app)->title);
}
