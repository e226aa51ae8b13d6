/* app_copy: the way of an endpoint to the clipboard: ask the API thread, choose what of it, try the
 * routes. The endpoint lives here only as long as that takes. */
#include "tui/app_internal.h"

#include "api/limits.h"
#include "api/plausible.h"

#include <stdio.h>
#include <string.h>

void app_copy(struct app *app, const struct identity *lease)
{
    snprintf(app->copy_name, sizeof app->copy_name, "%.8s", row_short_id(lease->lease_id));
    app->copy_token++;
    if (!client_secret(app->client, lease, app->copy_token))
        app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing was copied");
}

/* What would act where it is pasted has a sentence of its own: the clipboard's. */
static bool refuse_target(struct app *app, const struct endpoint_target *target)
{
    if (plausible_target(target) || !text_plain(target->text, strlen(target->text)))
        return false;
    app_say(app, ROLE_CHIP_WARN, "not copied: what the server sent for %s is no %s", app->copy_name,
            target->role == ENDPOINT_URL ? "url" : "host and port");
    return true;
}

static void copy_target(struct app *app, const struct endpoint_target *target)
{
    struct error error = {0};
    if (refuse_target(app, target))
        return;
    struct secret *text = endpoint_target_text(target);
    if (text == NULL)
        app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing was copied");
    else if (clipboard_copy_start(app->clipboard, secret_bytes(text), strlen(secret_bytes(text)),
                                  &error))
        app_copy_step(app);
    else
        app_say(app, ROLE_CHIP_ERROR, "%s", error.sentence);
    secret_free(text);
}

static void decide_copy(struct app *app, int pressed)
{
    struct endpoint_target targets[LIMIT_ENDPOINT_FIELDS];
    size_t count = endpoint_targets(app->box.endpoint, targets, LIMIT_ENDPOINT_FIELDS);
    if (pressed > 0 && (size_t)pressed <= count)
        copy_target(app, &targets[pressed - 1]);
    app_box_close(app);
}

/* One button for each thing that can be attached to; takes the endpoint over. */
static void choose_target(struct app *app, struct endpoint *endpoint,
                          const struct endpoint_target *targets, size_t count)
{
    struct dialog *dialog = &app->box.dialog;
    app_box_open(app, decide_copy);
    app->box.endpoint = endpoint;
    dialog_init(dialog, " copy which endpoint? ");
    dialog->stacked = true;
    dialog_line(dialog, "lease", "%s", app->copy_name);
    for (size_t i = 0; i < count && i + 1 < DIALOG_ITEMS_MAX; i++)
        dialog_button(dialog, targets[i].label, (int)i + 1, '\0');
}

void app_endpoint(struct app *app, struct message *message)
{
    struct endpoint_target targets[LIMIT_ENDPOINT_FIELDS];
    if (message->id != app->copy_token)
        return;
    if (message->endpoint == NULL) {
        app_say(app, ROLE_CHIP_WARN, "the endpoint of %s is not held any more", app->copy_name);
        return;
    }
    size_t count = endpoint_targets(message->endpoint, targets, LIMIT_ENDPOINT_FIELDS);
    if (count == 0) {
        app_say(app, ROLE_CHIP_WARN, "the endpoint of %s holds nothing that can be copied",
                app->copy_name);
    } else if (count == 1) {
        copy_target(app, &targets[0]);
    } else {
        choose_target(app, message->endpoint, targets, count);
        message->endpoint = NULL;
    }
}

void app_copy_step(struct app *app)
{
    struct clipboard_result result;
    if (clipboard_copy_step(app->clipboard, clock_boot_now_ms(), &result))
        app_say(app, result.copied ? ROLE_TOAST : ROLE_CHIP_WARN, "%s", result.sentence);
}
