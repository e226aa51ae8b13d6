/* clock: see clock.h. */
#include "api/clock.h"

#include <time.h>

enum {
    DATE_RESOLUTION_MS = 1000,
    DRIFT_PERIOD_MS = 5000, /* two crystals are 1 ms apart after this, generously */
    VAGUE_MS = 2000,        /* bounds this far apart put the middle a second off */
};

#if HAVE_DECL_CLOCK_BOOTTIME
#define BOOT_CLOCK CLOCK_BOOTTIME
#else
#define BOOT_CLOCK CLOCK_MONOTONIC
#endif

/* Widens the bounds by what the clocks may have drifted apart. In whole milliseconds and paid
 * ahead: many answers in one second must not each round it down to nothing. */
static void widen(struct clock *clock, int64_t now_ms)
{
    if (now_ms <= clock->drifted_ms)
        return;
    int64_t drift = (now_ms - clock->drifted_ms + DRIFT_PERIOD_MS - 1) / DRIFT_PERIOD_MS;
    clock->low_ms -= drift;
    clock->high_ms += drift;
    clock->drifted_ms += drift * DRIFT_PERIOD_MS;
}

static void start(struct clock *clock, int64_t low_ms, int64_t high_ms, int64_t now_ms)
{
    clock->low_ms = low_ms;
    clock->high_ms = high_ms;
    clock->drifted_ms = now_ms;
}

void clock_observe(struct clock *clock, int64_t sent_ms, int64_t received_ms, int64_t date_ms)
{
    int64_t low = date_ms - received_ms;
    int64_t high = date_ms + DATE_RESOLUTION_MS - sent_ms;
    if (clock->known)
        widen(clock, received_ms);
    else
        start(clock, low, high, received_ms);
    clock->known = true;
    if (low > clock->high_ms || high < clock->low_ms) {
        clock->steps++;
        start(clock, low, high, received_ms);
    }
    clock->low_ms = low > clock->low_ms ? low : clock->low_ms;
    clock->high_ms = high < clock->high_ms ? high : clock->high_ms;
}

void clock_assume(struct clock *clock, int64_t boot_ms, int64_t wall_ms)
{
    if (clock->known)
        return;
    clock->low_ms = clock->high_ms = wall_ms - boot_ms;
}

static int64_t middle(const struct clock *clock)
{
    return clock->low_ms + (clock->high_ms - clock->low_ms) / 2;
}

int64_t clock_server_ms(const struct clock *clock, int64_t boot_ms)
{
    return boot_ms + middle(clock);
}

int64_t clock_tell_ms(const struct clock *clock, struct clock_told *told, int64_t boot_ms)
{
    int64_t now_ms = clock_server_ms(clock, boot_ms);
    bool same = told->known == clock->known && told->steps == clock->steps;
    if (!same || told->server_ms < now_ms)
        *told = (struct clock_told){now_ms, clock->steps, clock->known};
    return told->server_ms;
}

int64_t clock_boot_of(const struct clock *clock, int64_t server_ms)
{
    return server_ms - middle(clock);
}

bool clock_vague(const struct clock *clock)
{
    return !clock->known || clock->high_ms - clock->low_ms > VAGUE_MS;
}

int64_t clock_skew_ms(const struct clock *clock, int64_t boot_ms, int64_t wall_ms)
{
    int64_t ours = wall_ms - boot_ms;
    if (!clock->known)
        return 0;
    if (ours < clock->low_ms)
        return clock->low_ms - ours;
    if (ours > clock->high_ms)
        return clock->high_ms - ours;
    return 0;
}

static int64_t read_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_boot_now_ms(void)
{
    return read_ms(BOOT_CLOCK);
}

int64_t clock_wall_now_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}
