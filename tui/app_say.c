/* app_say: what is said in the line for messages: what a key has done, what came by itself, and for
 * how long each of it is true and worth its place. */
#include "tui/app_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    TOAST_MS = 8000,
    TOAST_PROBLEM_MS = 30000, /* what went wrong stays until it is read, or nearly */
};

int app_badness(enum role role)
{
    return role == ROLE_CHIP_ERROR ? 2 : role == ROLE_CHIP_WARN ? 1 : 0;
}

static void begin(struct toast *toast)
{
    toast->said_ms = clock_boot_now_ms();
    toast->until_ms = toast->said_ms + (toast->role == ROLE_TOAST ? TOAST_MS : TOAST_PROBLEM_MS);
}

__attribute__((format(printf, 4, 0))) static void fill(const struct app *app, struct toast *toast,
                                                       enum role role, const char *format,
                                                       va_list arguments)
{
    *toast = (struct toast){.role = role};
    action_format(toast->text, sizeof toast->text, &app->keys, format, arguments);
    begin(toast);
}

void app_say(struct app *app, enum role role, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(app, &app->toast, role, format, arguments);
    va_end(arguments);
}

void app_say_hint(struct app *app, const char *lease_id, const char *hint)
{
    struct toast *toast = &app->toast;
    size_t used = strlen(toast->text);
    if (strlen(lease_id) >= sizeof toast->lease_id)
        return;
    toast->hint_at = used;
    strcpy(toast->lease_id, lease_id);
    action_fill(toast->text + used, sizeof toast->text - used, hint, &app->keys);
}

const char *app_said(const struct app *app, char out[STATE_SENTENCE_BYTES])
{
    const struct toast *toast = &app->toast;
    const struct row *row = app_row(app);
    bool here = row != NULL && row->lease != NULL && strcmp(row->lease->id, toast->lease_id) == 0;
    int length = toast->until_ms == 0          ? 0
                 : toast->hint_at > 0 && !here ? (int)toast->hint_at
                                               : (int)sizeof toast->text;
    snprintf(out, STATE_SENTENCE_BYTES, "%.*s", length, toast->text);
    return out;
}

void app_toast_put(struct app *app, const struct toast *before)
{
    if (before->until_ms == 0 || !before->keep || app->toast.keep)
        return;
    if (app->later.until_ms == 0 || app_badness(app->later.role) <= app_badness(app->toast.role))
        app->later = app->toast;
    app->toast = *before;
}

void app_tell(struct app *app, enum role role, const char *format, ...)
{
    struct toast before = app->toast;
    va_list arguments;
    va_start(arguments, format);
    fill(app, &app->toast, role, format, arguments);
    va_end(arguments);
    app_toast_put(app, &before);
}

void app_hush(struct app *app)
{
    app->toast = app->later;
    app->later.until_ms = 0;
    if (app->toast.until_ms != 0)
        begin(&app->toast);
}

void app_toast_step(struct app *app)
{
    if (app->toast.until_ms == 0)
        return;
    if (clock_boot_now_ms() >= app->toast.until_ms)
        app_hush(app);
    else if (app->toast.grace && app_batch_left_s(app) < 0)
        app_hush(app);
    else if (app->toast.grace)
        app_batch_say(app);
}
