/* terminal_next: the one place where the UI thread waits. See terminal.h. */
#include "api/clock.h"
#include "api/portable.h"
#include "api/secret.h"
#include "tui/terminal_internal.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_SYS_TIMERFD_H
#include <sys/timerfd.h>
#endif

enum { READ_BYTES = 1024, DROP_READS_MAX = 64 };

/* What is polled: keys, the timer, room for output, then what the caller named. */
enum { POLL_KEYS, POLL_TIMER, POLL_ROOM, POLL_FDS, POLL_MAX = POLL_FDS + TERMINAL_FDS_MAX };

/* ---- Timer */

void terminal_timer_open(struct terminal *terminal)
{
#if defined HAVE_SYS_TIMERFD_H && HAVE_DECL_CLOCK_BOOTTIME
    terminal->timer = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
#else
    (void)terminal;
#endif
}

/* A new setting also takes back that the old one has rung. */
static void timer_set(struct terminal *terminal, int64_t until_ms)
{
#if defined HAVE_SYS_TIMERFD_H && HAVE_DECL_CLOCK_BOOTTIME
    struct itimerspec when = {
        .it_value = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000}};
    if (terminal->timer_ms != until_ms)
        timerfd_settime(terminal->timer, TFD_TIMER_ABSTIME, &when, NULL);
    terminal->timer_ms = until_ms;
#else
    (void)terminal;
    (void)until_ms;
#endif
}

/* ---- Signals */

/* Ctrl-Z. The job may have been continued in another size and place, or never have stopped. */
static void stop(struct terminal *terminal)
{
    terminal_leave(terminal);
    signals_stop(&terminal->signals);
}

static bool quit_event(struct terminal_event *event)
{
    event->signal = signals_end();
    if (event->signal != 0)
        event->kind = TERMINAL_QUIT;
    return event->signal != 0;
}

/* The size may have changed. A WINCH counts also where it is what it was: in between it was
 * another, and what stood there is lost. */
static bool resize_event(struct terminal *terminal, struct terminal_event *event)
{
    bool changed = signals_came(SIGWINCH);
    if (!changed && !terminal->moved)
        return false;
    terminal->moved = false;
    changed |= terminal_measure(terminal);
    if (changed) {
        terminal_repaint(terminal);
        event->kind = TERMINAL_RESIZE;
    }
    return changed;
}

static bool signal_event(struct terminal *terminal, struct terminal_event *event)
{
    if (quit_event(event))
        return true;
    if (signals_came(SIGTSTP))
        stop(terminal);
    if (signals_came(SIGCONT)) {
        terminal_enter(terminal);
        event->kind = TERMINAL_RESUMED;
        return true;
    }
    if (resize_event(terminal, event))
        return true;
    if (!signals_came(SIGCHLD))
        return false;
    event->kind = TERMINAL_CHILD;
    return true;
}

/* ---- Keys */

/* Takes what has been typed, as far as there is room. End of file and EIO: nobody is there. */
static void read_keys(struct terminal *terminal)
{
    char bytes[READ_BYTES];
    ssize_t got = read(terminal->keyboard, bytes, sizeof bytes);
    if (got > 0)
        input_feed(terminal->input, bytes, (size_t)got, clock_boot_now_ms());
    else if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        terminal->gone = true;
    secret_wipe(bytes, sizeof bytes);
}

static bool input_event(struct terminal *terminal, struct terminal_event *event)
{
    static const enum terminal_event_kind kinds[] = {[INPUT_KEY] = TERMINAL_KEY,
                                                     [INPUT_PASTE] = TERMINAL_PASTE,
                                                     [INPUT_MOUSE] = TERMINAL_MOUSE,
                                                     [INPUT_FOCUS] = TERMINAL_FOCUS};
    struct input_event input;
    enum input_kind kind = input_next(terminal->input, terminal->quiet_ms, &input);
    if (kind == INPUT_NOTHING)
        return false;
    *event = (struct terminal_event){.kind = kinds[kind],
                                     .key = input.key,
                                     .paste = input.paste,
                                     .mouse = input.mouse,
                                     .focused = input.focused};
    return true;
}

void terminal_drop_input(struct terminal *terminal)
{
    struct pollfd keys = {.fd = terminal->keyboard, .events = POLLIN};
    for (int i = 0; i < DROP_READS_MAX && !terminal->gone && poll(&keys, 1, 0) > 0; i++) {
        read_keys(terminal);
        input_drop(terminal->input);
    }
    input_drop(terminal->input);
}

/* ---- Waiting */

/* Milliseconds for poll: to `until_ms`, which may be never. */
static int64_t time_left(int64_t until_ms, int64_t now_ms)
{
    if (until_ms == INT64_MAX)
        return INT64_MAX;
    return until_ms > now_ms ? until_ms - now_ms : 0;
}

/* How long ppoll may take. The timer rings for the caller's moment; the time that an Esc waits is
 * so short that it needs none. */
static int64_t patience(struct terminal *terminal, int64_t until_ms)
{
    int64_t now_ms = clock_boot_now_ms();
    int64_t keys_ms = time_left(input_deadline(terminal->input), now_ms);
    int64_t until_left_ms = time_left(until_ms, now_ms);
    if (terminal->timer < 0 || until_left_ms == 0)
        return keys_ms < until_left_ms ? keys_ms : until_left_ms;
    if (until_ms != INT64_MAX)
        timer_set(terminal, until_ms);
    return keys_ms;
}

/* Waits once. True when one of the caller's fds is readable. */
static bool look(struct terminal *terminal, const int *fds, size_t count, int64_t until_ms)
{
    struct pollfd polls[POLL_MAX] = {
        [POLL_KEYS] = {.fd = terminal->gone ? -1 : terminal->keyboard, .events = POLLIN},
        [POLL_TIMER] = {.fd = until_ms == INT64_MAX ? -1 : terminal->timer, .events = POLLIN},
        [POLL_ROOM] = {.fd = output_waits(&terminal->output) ? terminal->output.terminal : -1,
                       .events = POLLOUT},
    };
    assert(count <= TERMINAL_FDS_MAX);
    for (size_t i = 0; i < count; i++)
        polls[POLL_FDS + i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    int64_t wait_ms = patience(terminal, until_ms);
    struct timespec time = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};
    int ready = portable_ppoll(polls, POLL_FDS + count, wait_ms == INT64_MAX ? NULL : &time,
                               signals_mask(&terminal->signals));
    if (ready < 0)
        return false;
    if (ready > 0) /* ppoll lets no signal in then */
        signals_let_in(&terminal->signals);
    if (polls[POLL_KEYS].revents != 0)
        read_keys(terminal);
    else
        terminal->quiet_ms = clock_boot_now_ms();
    if (polls[POLL_ROOM].revents != 0)
        output_send(&terminal->output);
    if (terminal->owed && !output_waits(&terminal->output))
        terminal_flush(terminal);
    bool named = false;
    for (size_t i = 0; i < count; i++)
        named |= polls[POLL_FDS + i].revents != 0;
    return named;
}

/* Said once: who goes on after it must not be kept busy by it. */
static bool gone_event(struct terminal *terminal, struct terminal_event *event)
{
    terminal->gone |= terminal->output.failed;
    if (!terminal->gone || terminal->gone_said)
        return false;
    terminal->gone_said = true;
    event->kind = TERMINAL_GONE;
    return true;
}

void terminal_next(struct terminal *terminal, const int *fds, size_t count, int64_t until_ms,
                   struct terminal_event *event)
{
    for (bool ready = false, over = false;;) {
        *event = (struct terminal_event){.kind = TERMINAL_NOTHING};
        if (signal_event(terminal, event) || input_event(terminal, event) ||
            gone_event(terminal, event))
            return;
        event->kind = ready ? TERMINAL_READY : TERMINAL_NOTHING;
        if (ready || over)
            return;
        ready = look(terminal, fds, count, until_ms);
        over = until_ms <= clock_boot_now_ms();
    }
}
