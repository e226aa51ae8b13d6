/* measure: see measure.h. */
#include "tests/bench/measure.h"

#include "tests/support/support.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MS = 1000000, WARM_RUNS = 3, FRAME_MS = 10000, SETTLE_MS = 20000, QUIET_MS = 3000 };

/* What the terminal sends for these keys to a program that has set the keypad mode. */
static const char UP[] = "\033OA", DOWN[] = "\033OB", HOME[] = "\033OH";

static double since_exec_ms(const struct pty *pty, int64_t at_ns)
{
    return (double)(at_ns - pty_exec_ns(pty)) / MS;
}

void measure_start(const struct subject *subject, int runs, struct start *start)
{
    for (int i = -WARM_RUNS; i < runs; i++) {
        struct pty *pty = pty_start(subject->argv, subject->environment);
        pty_await(pty, subject->framed, FRAME_MS);
        if (i >= 0) {
            samples_add(&start->byte, since_exec_ms(pty, pty_first_ns(pty)));
            samples_add(&start->frame, since_exec_ms(pty, pty_read_ns(pty)));
            samples_add(&start->cpu, (double)usage_of(pty_pid(pty)).cpu_ns / MS);
        }
        pty_end(pty);
    }
}

void measure_quit(const struct subject *subject, int runs, int listener, struct samples *quit)
{
    for (int i = 0; i < runs; i++) {
        struct pty *pty = pty_start(subject->argv, subject->environment);
        struct pollfd asked = {.fd = listener, .events = POLLIN};
        double ms;
        pty_await(pty, subject->framed, FRAME_MS);
        if (listener >= 0 && poll(&asked, 1, FRAME_MS) != 1)
            pty_fail(pty, "it has asked nobody");
        pty_quit(pty, "q", &ms);
        samples_add(quit, ms);
        if (listener >= 0)
            close(accept(listener, NULL, NULL));
    }
}

/* ---- idle */

/* What children use becomes visible when they have been waited for, so it is counted over the whole
 * life of the program. */
static struct idle idle_of_life(struct pty *pty, int64_t since_ns, size_t bytes, double seconds)
{
    struct rusage used = pty_end(pty);
    double life_s = (double)(usage_now_ns() - since_ns) / 1e9;
    double cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    return (struct idle){
        .cpu_share = cpu_s / life_s,
        .wakeups_per_s = (double)used.ru_nvcsw / life_s,
        .bytes_per_s = (double)bytes / seconds,
        .memory = {.peak_bytes = (int64_t)used.ru_maxrss * 1024, .own_bytes = -1},
    };
}

struct idle measure_idle(const struct subject *subject, int seconds)
{
    struct pty *pty = pty_start(subject->argv, subject->environment);
    pty_await(pty, subject->settled, SETTLE_MS);
    pty_read_all(pty, usage_now_ns() + QUIET_MS * (int64_t)MS);
    size_t bytes = pty_bytes(pty);
    struct usage before = usage_of(pty_pid(pty));
    pty_read_all(pty, before.at_ns + seconds * INT64_C(1000) * MS);
    struct usage after = usage_of(pty_pid(pty));
    bytes = pty_bytes(pty) - bytes;
    double passed_s = (double)(after.at_ns - before.at_ns) / 1e9;
    if (subject->works_by_children)
        return idle_of_life(pty, pty_exec_ns(pty), bytes, passed_s);
    struct idle idle = {
        .cpu_share = (double)(after.cpu_ns - before.cpu_ns) / 1e9 / passed_s,
        .wakeups_per_s = (double)(after.wakeups - before.wakeups) / passed_s,
        .bytes_per_s = (double)bytes / passed_s,
        .memory = usage_memory(pty_pid(pty)),
    };
    pty_end(pty);
    return idle;
}

/* ---- keys */

enum { KEY_MS = 1000, HOME_MS = 50, HOME_TRIES = 100, UNSEEN_PERMILLE = 10 };

static int cursor_row(const struct keys *keys)
{
    uint64_t marked = pty_marked(keys->pty) & ~keys->fixed;
    return marked == 0 ? -1 : __builtin_ctzll(marked);
}

/* The titles stay marked when the cursor moves, which tells them apart. */
void measure_keys_start(struct keys *keys, struct pty *pty)
{
    int64_t until_ns = usage_now_ns() + KEY_MS * (int64_t)MS;
    uint64_t before = pty_marked(pty);
    *keys = (struct keys){.pty = pty};
    pty_write(pty, DOWN);
    while (pty_marked(pty) == before) {
        if (!pty_read(pty, until_ns))
            pty_fail(pty, "the cursor does not move");
    }
    keys->fixed = before & pty_marked(pty);
    keys->home = __builtin_ctzll(before & ~keys->fixed);
}

/* Rows that come in above push the cursor down, the faster the further it is from the top; the
 * screen would show other rows with each answer and ask for them first. */
static void come_home(struct keys *keys)
{
    for (int tries = 0; cursor_row(keys) > keys->home + 1; tries++) {
        if (tries == HOME_TRIES)
            pty_fail(keys->pty, "Home does not lead to the top");
        pty_write(keys->pty, HOME);
        pty_read_all(keys->pty, usage_now_ns() + HOME_MS * (int64_t)MS);
    }
}

void measure_key(struct keys *keys, int pause_max_ms)
{
    struct pty *pty = keys->pty;
    come_home(keys);
    pty_read_all(pty, usage_now_ns() + MS + random() % (pause_max_ms * (long)MS));
    int before = cursor_row(keys);
    int64_t pressed_ns = usage_now_ns();
    pty_write(pty, before > keys->home ? UP : DOWN);
    do {
        if (!pty_read(pty, pressed_ns + KEY_MS * (int64_t)MS)) {
            keys->unseen++;
            return;
        }
    } while (cursor_row(keys) == before);
    samples_add(&keys->samples, (double)(pty_read_ns(pty) - pressed_ns) / MS);
}

/* A row that came in above the cursor in the very frame of an Up hides it: rare, but no fault. */
void measure_keys_check(const struct keys *keys)
{
    if (keys->unseen * 1000 > UNSEEN_PERMILLE * (keys->samples.count + keys->unseen))
        pty_fail(keys->pty, "too many keys changed nothing on the screen");
}
