/* app: see app.h. The event loop: take what came, draw, sleep until something is worth drawing, act
 * on it. */
#include "tui/app_internal.h"

#include "core/format.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    HOLD_MS = 3000,   /* after a key, rows stay where they are */
    ASLEEP_MS = 2000, /* less is no suspend but a rounding */
};

const struct view *app_view(const struct app *app)
{
    static const struct view *(*const views[VIEW_COUNT])(void) = {
        [VIEW_LEASES] = view_leases,
        [VIEW_RUNTIMES] = view_runtimes,
        [VIEW_EVENTS] = view_events,
    };
    return views[app->view]();
}

struct list *app_list(struct app *app)
{
    return &app->lists[app->view];
}

size_t app_count(const struct app *app)
{
    return app->shown[app->view].count;
}

const void *app_item_at(const struct app *app, size_t place)
{
    return app->shown[app->view].items[place];
}

struct identity app_identity_at(const void *context, size_t place)
{
    const struct app *app = context;
    return app_view(app)->identity(app_item_at(app, place));
}

const void *app_item(const struct app *app)
{
    size_t cursor = app->lists[app->view].cursor;
    return cursor < app_count(app) ? app_item_at(app, cursor) : NULL;
}

const struct row *app_row(const struct app *app)
{
    return app->view == VIEW_LEASES ? app_item(app) : NULL;
}

/* The runtime whose leases are looked at, also when it has none. */
static const struct snapshot_runtime *scope_runtime(const struct app *app)
{
    for (size_t i = 0; app->snapshot != NULL && i < app->snapshot->runtime_count; i++) {
        const struct snapshot_runtime *one = &app->snapshot->runtimes[i];
        if (strcmp(one->runtime->id, app->scope.runtime_id) == 0 &&
            strcmp(one->space->id, app->scope.space_id) == 0)
            return one;
    }
    return NULL;
}

const struct snapshot_runtime *app_runtime(const struct app *app)
{
    const void *item = app_item(app);
    if (app->view == VIEW_LEASES && app->scope.runtime_id != NULL)
        return scope_runtime(app);
    return item != NULL && app_view(app)->runtime != NULL ? app_view(app)->runtime(item) : NULL;
}

void app_box_open(struct app *app, void (*decide)(struct app *, int))
{
    app_box_close(app);
    app->box.open = true;
    app->box.decide = decide;
}

void app_box_close(struct app *app)
{
    struct box *box = &app->box;
    for (size_t i = 0; i < box->make.runtime_count; i++) {
        identity_clear(&box->make.runtimes[i]);
        free(box->make.names[i]);
    }
    free(box->make.runtimes);
    free(box->make.names);
    for (size_t i = 0; i < box->pick.choice_count; i++) {
        free(box->pick.choices[i]);
        free(box->pick.meanings[i]);
    }
    free(box->pick.choices);
    free(box->pick.meanings);
    for (size_t i = 0; i < box->about.target_count; i++)
        identity_clear(&box->about.targets[i]);
    free(box->about.targets);
    endpoint_free(box->copy.endpoint);
    if (box->copy.menu != NULL)
        free(box->copy.menu->lease_id);
    free(box->copy.menu);
    dialog_clear(&box->dialog);
    *box = (struct box){0};
}

/* ---- events */

/* A key that is nothing is said to be: a typing error is not a slow answer. */
static void say_unbound(struct app *app, uint32_t key)
{
    char label[KEY_LABEL_BYTES];
    if (*key_label(label, key) != '\0')
        app_say(app, ROLE_TOAST, "%s does nothing; {help} shows the keys", label);
}

static void on_key(struct app *app, uint32_t key)
{
    enum action action = keymap_action(app->keymap, key);
    app->hold_ms = clock_boot_now_ms() + HOLD_MS;
    bool typing = app->prompt.open || (app->box.open && dialog_typing(&app->box.dialog));
    if (action == ACTION_QUIT && !(typing && key < TUI_KEY_BEYOND)) {
        app->quit = true;
    } else if (app->reveal.text != NULL) {
        reveal_close(app);
    } else if (app->prompt.open) {
        app_prompt_key(app, key);
    } else if (app->box.open && app_box_scroll(app, key)) {
        return;
    } else if (app->box.open) {
        int pressed = dialog_key(&app->box.dialog, key);
        if (pressed != DIALOG_OPEN)
            app->box.decide(app, pressed);
    } else if (app->help) {
        help_key(app, action);
    } else if (action == ACTION_NONE) {
        say_unbound(app, key);
    } else {
        app_act(app, action);
    }
}

static void on_paste(struct app *app, const char *text)
{
    if ((app->box.open && dialog_paste(&app->box.dialog, text)) ||
        (app->prompt.open && app_prompt_paste(app, text)))
        return;
    if (app->prompt.open) /* which stands where a message would */
        snprintf(app->prompt.problem, sizeof app->prompt.problem,
                 "what was pasted does not fit here");
    app_say(app, ROLE_CHIP_WARN,
            app->box.open || app->prompt.open ? "what was pasted does not fit here"
                                              : "pasted text is no command");
}

/* Where nobody looks, lists are asked seldomer. A key tells that somebody does, whatever the
 * terminal said. */
static void on_focus(struct app *app, bool focused)
{
    if (app->unfocused == !focused)
        return;
    app->unfocused = !focused;
    client_focus(app->client, focused);
}

static void on_event(struct app *app, const struct terminal_event *event)
{
    switch (event->kind) {
    case TERMINAL_KEY:
        on_focus(app, true);
        on_key(app, event->key);
        break;
    case TERMINAL_PASTE:
        on_paste(app, event->paste);
        break;
    case TERMINAL_MOUSE:
        app->hold_ms = clock_boot_now_ms() + HOLD_MS;
        app_mouse(app, &event->mouse);
        break;
    case TERMINAL_FOCUS:
        on_focus(app, event->focused);
        break;
    case TERMINAL_QUIT:
    case TERMINAL_GONE:
        app->quit = true;
        break;
    case TERMINAL_NOTHING:
    case TERMINAL_READY:
    case TERMINAL_CHILD:
    case TERMINAL_RESIZE:
    case TERMINAL_RESUMED:
        break;
    }
}

/* ---- time */

static int64_t slept_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return clock_boot_now_ms() - ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

/* Shown is what was true before this machine slept: say so, and ask. */
static void notice_suspend(struct app *app)
{
    int64_t asleep_ms = slept_ms();
    if (asleep_ms - app->asleep_ms > ASLEEP_MS) {
        app->resumed = true;
        client_refresh(app->client);
    }
    app->asleep_ms = asleep_ms;
}

/* The next moment at which something visible changes by time alone. */
static int64_t next_tick_ms(const struct app *app)
{
    int64_t now_ms = clock_boot_now_ms(), next_ms = INT64_MAX;
    if (app->snapshot != NULL) {
        int64_t server_ms = clock_server_ms(&app->snapshot->clock, now_ms);
        next_ms = now_ms + 1000 - server_ms % 1000;
    }
    if (app->toast.until_ms != 0 && app->toast.until_ms < next_ms)
        next_ms = app->toast.until_ms;
    if (app->reveal.text != NULL && app->reveal.until_ms < next_ms)
        next_ms = app->reveal.until_ms;
    if (app->held && !app->box.open && app->hold_ms < next_ms)
        next_ms = app->hold_ms;
    if (app->key_command != NULL && key_command_due_ms(app->key_command) < next_ms)
        next_ms = key_command_due_ms(app->key_command);
    int64_t clipboard_ms = clipboard_deadline_ms(app->clipboard, now_ms);
    int64_t hooks_ms = hooks_deadline_ms(app->hooks, now_ms);
    next_ms = hooks_ms < next_ms ? hooks_ms : next_ms;
    return clipboard_ms < next_ms ? clipboard_ms : next_ms;
}

static void on_time(struct app *app)
{
    notice_suspend(app);
    app_toast_step(app);
    if (app->reveal.text != NULL && clock_boot_now_ms() >= app->reveal.until_ms)
        reveal_close(app);
    app_copy_step(app);
    app_event_step(app);
    app_names_step(app);
    app_settle(app);
}

static void run(struct app *app)
{
    while (!app->quit) {
        struct terminal_event event;
        app_take_news(app);
        app_take_files(app);
        app_asides_take(app);
        app_profile_step(app);
        on_time(app);
        frame_draw(app);
        terminal_flush(app->terminal);
        app_show(app);
        int fds[] = {client_fd(app->client), clipboard_fd(app->clipboard), clerk_fd(app->clerk),
                     app->key_command != NULL ? key_command_fd(app->key_command) : -1,
                     app->errand != NULL ? clerk_fd(app->errand) : -1};
        terminal_next(app->terminal, fds, sizeof fds / sizeof *fds, next_tick_ms(app), &event);
        on_event(app, &event);
    }
}

/* ---- start and stop */

static bool write_terminal(void *context, const char *bytes, size_t length)
{
    return terminal_write(context, bytes, length);
}

static bool start(struct app *app, struct error *error)
{
    const struct app_options *options = app->options;
    app->terminal = terminal_open(options->charset, error);
    if (app->terminal == NULL)
        return false;
    if (!app_config_begin(app, error))
        return false;
    app_views_begin(app);
    app_rebuild(app);
    /* Something to look at first; the network can wait for a few milliseconds. */
    frame_draw(app);
    terminal_flush(app->terminal);
    app->clipboard = clipboard_new(
        &(struct clipboard_options){
            .route = app->clipboard_route,
            .command = app->settings.clipboard_command,
            .environment = options->environment,
            .forget_s = CLIPBOARD_FORGET_S,
            .terminal = write_terminal,
            .context = app->terminal,
        },
        error);
    app->clerk = app->clipboard != NULL ? clerk_new(error) : NULL;
    if (app->clerk == NULL)
        return false;
    app_names_begin(app); /* before the others, who are then read first */
    app_config_watch(app);
    if (!app_event_begin(app, error))
        return false;
    app->client = options->connect(options->context, error);
    return app->client != NULL;
}

static void finish(struct app *app)
{
    app_names_end(app);
    reveal_close(app);
    app_box_close(app);
    app_profile_end(app);
    clipboard_free(app->clipboard);
    client_free(app->client);
    snapshot_unref(app->snapshot);
    rows_clear(&app->rows);
    runtimes_clear(&app->runtimes);
    for (int view = 0; view < VIEW_COUNT; view++)
        list_clear(&app->lists[view]);
    for (int view = 0; view < VIEW_COUNT; view++)
        shown_clear(&app->shown[view]);
    identity_clear(&app->scope);
    identity_clear(&app->anchor);
    marks_clear(&app->marks);
    for (size_t i = 0; i < app->told_count; i++)
        identity_clear(&app->told[i]);
    free(app->told);
    keymap_free(app->keymap);
    app_event_finish(app);
    app_event_end(app);
    clerk_free(app->clerk);
    config_unref(app->config);
}

enum exit_code app_run(const struct app_options *options, struct error *error)
{
    struct app app = {
        .options = options,
        .snapshot = options->heard,
        .config = config_ref(options->config),
        .account = options->account,
        .settings = *options->account.settings,
        .theme = *options->theme,
        .asleep_ms = slept_ms(),
    };
    snprintf(app.key_tail, sizeof app.key_tail, "%s", options->account.key_tail);
    enum exit_code code = EXIT_NOTHING;
    bool started = start(&app, error);
    if (started)
        run(&app);
    if (app.terminal != NULL)
        terminal_close(app.terminal);
    if (started)
        code = app_end(&app);
    finish(&app);
    return code;
}
