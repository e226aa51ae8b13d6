/* app_handout: what is told of an endpoint that leaves: of which lease, of whose account, by which
 * door. Never what it says. */
#include "tui/app_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy_of(const char *text)
{
    return text != NULL ? strdup(text) : NULL;
}

void handout_begin(struct handout *handout, const struct app *app, const struct identity *lease)
{
    handout_clear(handout);
    if (!identity_copy(&handout->lease, lease))
        return;
    const struct snapshot_runtime *runtime =
        app->snapshot != NULL ? snapshot_find(app->snapshot, lease->space_id, lease->runtime_id)
                              : NULL;
    handout->account = app->account;
    handout->space_name = runtime != NULL ? copy_of(runtime->space->name) : NULL;
    handout->runtime_name = runtime != NULL ? copy_of(runtime->runtime->name) : NULL;
}

void handout_clear(struct handout *handout)
{
    identity_clear(&handout->lease);
    free(handout->space_name);
    free(handout->runtime_name);
    *handout = (struct handout){.part = ""};
}

void handout_tell(struct app *app, const struct handout *handout, const char *what,
                  const char *outcome, const char *route, const char *why)
{
    if (handout->lease.lease_id == NULL)
        return;
    const struct audit_entry entry =
        AUDIT_HANDOUT(.when_ms = app->snapshot != NULL ? snapshot_server_ms(app->snapshot)
                                                       : clock_wall_now_ms(),
                      .what = what, .outcome = outcome, .identity = handout->lease,
                      .space_name = handout->space_name, .runtime_name = handout->runtime_name,
                      .error = why, .route = *route != '\0' ? route : NULL,
                      .part = *handout->part != '\0' ? handout->part : NULL);
    app_event_handout(app, &handout->account, &entry);
}
