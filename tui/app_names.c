/* app_names: what was seen is remembered for shells, which complete ids and names without asking
 * anybody (core/names.h). The clerk reads and writes the file. */
#include "tui/app_internal.h"

#include "core/names.h"
#include "core/places.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_PACE_MS = 30000 };

static const char *names_file(const struct app *app, char path[PLACE_BYTES])
{
    bool wanted = app->settings.names && !app->options->demo;
    return wanted && place_state(path, NAMES_NAME) ? path : NULL;
}

void app_names_begin(struct app *app)
{
    char path[PLACE_BYTES];
    clerk_watch(app->clerk, names_file(app, path), FILE_NAMES);
}

/* Other programs write it, too. */
void app_names_file(struct app *app, struct clerk_result *result)
{
    free(app->names);
    app->names = result->bytes;
    result->bytes = NULL;
    app->names_known = true;
}

static void save(struct app *app)
{
    char path[PLACE_BYTES];
    const struct snapshot *snapshot = app->snapshot;
    if (!app->names_known || snapshot == NULL || snapshot->server.answered_ms == 0 ||
        snapshot->server.trouble != NULL || names_file(app, path) == NULL)
        return;
    char *names =
        names_merge(app->names, &(struct names_seen){.base_url = app->account.base_url,
                                                     .snapshot = snapshot,
                                                     .all = app->account.settings->space == NULL});
    app->names_ms = clock_boot_now_ms() + NAMES_PACE_MS;
    if (names == NULL)
        return;
    clerk_spare(app->clerk, path, names, strlen(names));
    free(app->names);
    app->names = names;
}

void app_names_step(struct app *app)
{
    if (clock_boot_now_ms() >= app->names_ms && app->snapshot != NULL && app->snapshot->settled)
        save(app);
}

void app_names_end(struct app *app)
{
    if (app->clerk != NULL && app->client != NULL) {
        app_take_files(app); /* it may just have been read */
        save(app);
    }
    free(app->names);
    app->names = NULL;
}
