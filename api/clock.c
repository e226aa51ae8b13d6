/* clock: see clock.h. */
#include "api/clock.h"

#include <time.h>

enum {
    DATE_RESOLUTION_MS = 1000,
    DRIFT_PER_MILLION = 200, /* two crystals, generously */
    VAGUE_MS = 2000,         /* bounds this far apart put the middle a second off */
};

#if HAVE_DECL_CLOCK_BOOTTIME
#define BOOT_CLOCK CLOCK_BOOTTIME
#else
#define BOOT_CLOCK CLOCK_MONOTONIC
#endif

void clock_observe(struct clock *clock, int64_t sent_ms, int64_t received_ms, int64_t date_ms)
{
    int64_t low = date_ms - received_ms;
    int64_t high = date_ms + DATE_RESOLUTION_MS - sent_ms;
    if (clock->known) {
        int64_t drift = (received_ms - clock->heard_ms) * DRIFT_PER_MILLION / 1000000;
        int64_t old_low = clock->low_ms - drift, old_high = clock->high_ms + drift;
        if (low > old_high || high < old_low) {
            clock->steps++;
        } else {
            low = low > old_low ? low : old_low;
            high = high < old_high ? high : old_high;
        }
    }
    clock->low_ms = low;
    clock->high_ms = high;
    clock->heard_ms = received_ms;
    clock->known = true;
}

void clock_assume(struct clock *clock, int64_t boot_ms, int64_t wall_ms)
{
    if (clock->known)
        return;
    clock->low_ms = clock->high_ms = wall_ms - boot_ms;
    clock->heard_ms = boot_ms;
}

static int64_t middle(const struct clock *clock)
{
    return clock->low_ms + (clock->high_ms - clock->low_ms) / 2;
}

int64_t clock_server_ms(const struct clock *clock, int64_t boot_ms)
{
    return boot_ms + middle(clock);
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
