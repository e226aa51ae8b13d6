/* screen: see screen.h. Here: the terminal's own life, reading it, and the waits. */
#include "tests/support/screen.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/screen_internal.h"

enum {
    RAW_MAX = 64 * 1024 * 1024,
    DEADLINE_MS = SUPPORT_SANITIZED ? 20000 : 5000,
    WRITE_MS = 2000,
};

double screen_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* ---- The model */

static int on_property(VTermProp property, VTermValue *value, void *context)
{
    struct screen *screen = context;
    switch (property) {
    case VTERM_PROP_ALTSCREEN:
        screen->alternate = value->boolean;
        return 1;
    case VTERM_PROP_CURSORVISIBLE:
        screen->cursor = value->boolean;
        return 1;
    case VTERM_PROP_MOUSE:
        screen->mouse = value->number != VTERM_PROP_MOUSE_NONE;
        return 1;
    case VTERM_PROP_TITLE:
        snprintf(screen->title, sizeof screen->title, "%s", value->string);
        return 1;
    default:
        return 0;
    }
}

static int on_bell(void *context)
{
    struct screen *screen = context;
    screen->bells++;
    return 1;
}

static void on_output(const char *bytes, size_t size, void *context)
{
    struct screen *screen = context;
    support_bytes_add(&screen->to_write, bytes, size);
}

static void model_start(struct screen *screen)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = on_property, .bell = on_bell};
    VTermColor white, black;
    vterm_color_rgb(&white, 255, 255, 255);
    vterm_color_rgb(&black, 0, 0, 0);
    screen->terminal = support_need(vterm_new(screen->rows, screen->cols));
    vterm_set_utf8(screen->terminal, 1);
    vterm_output_set_callback(screen->terminal, on_output, screen);
    screen->cells = vterm_obtain_screen(screen->terminal);
    vterm_screen_set_callbacks(screen->cells, &callbacks, screen);
    vterm_screen_enable_altscreen(screen->cells, 1);
    vterm_state_set_default_colors(vterm_obtain_state(screen->terminal), &white, &black);
    vterm_screen_reset(screen->cells, 1);
}

struct screen *screen_start(int rows, int cols, const char *const argv[], const char *const env[])
{
    struct screen *screen = support_need(calloc(1, sizeof *screen));
    screen->rows = rows;
    screen->cols = cols;
    screen->deadline_ms = DEADLINE_MS;
    screen->cursor = true;
    support_bytes_add(&screen->raw, "", 0);
    model_start(screen);
    screen_process_start(screen, argv, env);
    return screen;
}

void screen_free(struct screen *screen)
{
    if (screen == NULL)
        return;
    screen_process_end(screen);
    vterm_free(screen->terminal);
    support_bytes_clear(&screen->raw);
    support_bytes_clear(&screen->to_write);
    for (size_t i = 0; i < SCREEN_LINES; i++)
        support_bytes_clear(&screen->lines[i]);
    free(screen);
}

/* ---- Reading */

/* One block; false: nothing is there now. */
static bool read_block(struct screen *screen)
{
    char block[64 * 1024];
    ssize_t got = screen->master < 0 ? -1 : read(screen->master, block, sizeof block);
    if (got <= 0)
        return false;
    if (screen->raw.size + (size_t)got > RAW_MAX)
        support_die("the program wrote more than %d bytes to its terminal", RAW_MAX);
    support_bytes_add(&screen->raw, block, (size_t)got);
    vterm_input_write(screen->terminal, block, (size_t)got);
    return true;
}

/* All that is there now, but not more than a program that floods gives in a moment. */
static bool read_all(struct screen *screen)
{
    int blocks = 0;
    while (blocks < 64 && read_block(screen))
        blocks++;
    return blocks > 0;
}

bool screen_poll(struct screen *screen, int timeout_ms)
{
    double deadline = screen_now_ms() + timeout_ms;
    for (;;) {
        bool had_exited = screen->exited;
        screen_process_check(screen);
        bool news = read_all(screen) || screen->exited != had_exited;
        screen_flush(screen);
        int left_ms = timeout_ms < 0 ? 1000 : (int)(deadline - screen_now_ms() + 0.999);
        if (news || screen->exited || left_ms <= 0)
            return news;
        struct pollfd polled[] = {{.fd = screen->master, .events = POLLIN},
                                  {.fd = screen->pidfd, .events = POLLIN}};
        poll(polled, 2, screen->pidfd < 0 && left_ms > 5 ? 5 : left_ms);
    }
}

void screen_flush(struct screen *screen)
{
    double deadline = screen_now_ms() + WRITE_MS;
    struct support_bytes bytes = screen->to_write;
    screen->to_write = (struct support_bytes){0};
    size_t at = 0;
    while (at < bytes.size && screen->master >= 0 && screen_now_ms() < deadline) {
        ssize_t wrote = write(screen->master, bytes.bytes + at, bytes.size - at);
        if (wrote > 0)
            at += (size_t)wrote;
        else if (errno != EAGAIN && errno != EINTR)
            break;
        else if (!read_block(screen))
            poll(&(struct pollfd){.fd = screen->master, .events = POLLIN | POLLOUT}, 1, 10);
    }
    if (at < bytes.size)
        fprintf(stderr, "# the program does not read its terminal: %zu bytes are lost\n",
                bytes.size - at);
    support_bytes_clear(&bytes);
}

/* ---- Waits */

void screen_deadline(struct screen *screen, int timeout_ms)
{
    screen->deadline_ms = timeout_ms;
}

bool screen_wait_until(struct screen *screen, bool (*holds)(struct screen *screen, void *context),
                       void *context, const char *what)
{
    double deadline = screen_now_ms() + screen->deadline_ms;
    screen_poll(screen, 0);
    while (!holds(screen, context)) {
        int left_ms = (int)(deadline - screen_now_ms());
        bool ended = screen->exited && !read_all(screen);
        if (left_ms <= 0 || (ended && !holds(screen, context))) {
            fprintf(stderr, "# %s: not within %d ms%s\n", what, screen->deadline_ms,
                    ended ? ", and the program has ended" : "");
            screen_print(screen, stderr);
            return false;
        }
        screen_poll(screen, left_ms);
    }
    return true;
}

struct wanted {
    const char *text;
    int row;
};

static bool is_there(struct screen *screen, void *context)
{
    return screen_has(screen, ((struct wanted *)context)->text);
}

static bool is_gone(struct screen *screen, void *context)
{
    return !is_there(screen, context);
}

static bool is_in_row(struct screen *screen, void *context)
{
    struct wanted *wanted = context;
    return strstr(screen_row(screen, wanted->row), wanted->text) != NULL;
}

static bool is_in_raw(struct screen *screen, void *context)
{
    return screen_raw_has(screen, ((struct wanted *)context)->text);
}

static bool has_exited(struct screen *screen, void *context)
{
    (void)context;
    return screen->exited;
}

static bool wait_wanted(struct screen *screen, bool (*holds)(struct screen *screen, void *context),
                        const char *verb, const char *text, int row)
{
    char what[256];
    struct wanted wanted = {text, row};
    snprintf(what, sizeof what, "%s \"%s\"", verb, text);
    return screen_wait_until(screen, holds, &wanted, what);
}

bool screen_wait(struct screen *screen, const char *text)
{
    return wait_wanted(screen, is_there, "shown", text, 0);
}

bool screen_wait_row(struct screen *screen, int row, const char *text)
{
    char verb[40];
    snprintf(verb, sizeof verb, "shown in row %d", row);
    return wait_wanted(screen, is_in_row, verb, text, row);
}

bool screen_wait_gone(struct screen *screen, const char *text)
{
    return wait_wanted(screen, is_gone, "gone", text, 0);
}

bool screen_wait_raw(struct screen *screen, const char *bytes)
{
    return wait_wanted(screen, is_in_raw, "written", bytes, 0);
}

int screen_wait_exit(struct screen *screen)
{
    if (!screen_wait_until(screen, has_exited, NULL, "the program's end"))
        return -1;
    while (read_all(screen))
        ;
    return WIFEXITED(screen->status) ? WEXITSTATUS(screen->status) : 128 + WTERMSIG(screen->status);
}

bool screen_dumped(const struct screen *screen)
{
    return screen->exited && WIFSIGNALED(screen->status) && WCOREDUMP(screen->status);
}

double screen_exit_ms(const struct screen *screen)
{
    if (!screen->exited || screen->key_at_ms == 0)
        return -1;
    return screen->exit_at_ms - screen->key_at_ms;
}

/* ---- Small questions */

pid_t screen_pid(const struct screen *screen)
{
    return screen->pid;
}

const char *screen_home(const struct screen *screen)
{
    return screen->home;
}

int screen_rows(const struct screen *screen)
{
    return screen->rows;
}

int screen_cols(const struct screen *screen)
{
    return screen->cols;
}

int screen_bells(struct screen *screen)
{
    return screen->bells;
}

const char *screen_title(struct screen *screen)
{
    return screen->title;
}
