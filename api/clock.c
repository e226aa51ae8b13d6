/* clock: see clock.h. */
#include "api/clock.h"

#include <time.h>

enum {
    DATE_RESOLUTION_MS = 1000,
    DRIFT_PERIOD_MS = 5000, /* two crystals are 1 ms apart after this, generously */
    VAGUE_MS = 2000,        /* bounds this far apart put the middle a second off */
    AGREE_MS = 500,         /* beyond the bounds, LEFT is less than a second off yet */
};

#if HAVE_DECL_CLOCK_BOOTTIME
#define BOOT_CLOCK CLOCK_BOOTTIME
#else
#define BOOT_CLOCK CLOCK_MONOTONIC
#endif

/* One answer's word, or what several agree on. */
struct span {
    int64_t low_ms, high_ms;
};

static struct span bounds_of(const struct clock *clock)
{
    return (struct span){clock->low_ms, clock->high_ms};
}

static struct span other_of(const struct clock *clock)
{
    return (struct span){clock->other_low_ms, clock->other_high_ms};
}

static void set_bounds(struct clock *clock, struct span span)
{
    clock->low_ms = span.low_ms;
    clock->high_ms = span.high_ms;
}

static void set_other(struct clock *clock, struct span span)
{
    clock->other_low_ms = span.low_ms;
    clock->other_high_ms = span.high_ms;
}

static bool apart(struct span a, struct span b)
{
    return a.low_ms > b.high_ms || a.high_ms < b.low_ms;
}

static struct span meet(struct span a, struct span b)
{
    return (struct span){a.low_ms > b.low_ms ? a.low_ms : b.low_ms,
                         a.high_ms < b.high_ms ? a.high_ms : b.high_ms};
}

static struct span hull(struct span a, struct span b)
{
    return (struct span){a.low_ms < b.low_ms ? a.low_ms : b.low_ms,
                         a.high_ms > b.high_ms ? a.high_ms : b.high_ms};
}

/* Widens the bounds by what the clocks may have drifted apart. In whole milliseconds and paid
 * ahead: many answers in one second must not each round it down to nothing. */
static void widen(struct clock *clock, int64_t now_ms)
{
    if (now_ms <= clock->drifted_ms)
        return;
    int64_t drift = (now_ms - clock->drifted_ms + DRIFT_PERIOD_MS - 1) / DRIFT_PERIOD_MS;
    clock->low_ms -= drift;
    clock->high_ms += drift;
    clock->other_low_ms -= drift;
    clock->other_high_ms += drift;
    clock->drifted_ms += drift * DRIFT_PERIOD_MS;
}

/* The bounds come from this claim alone. */
static void begin_with(struct clock *clock, struct span claim, int64_t now_ms)
{
    set_bounds(clock, claim);
    clock->claimed_ms = now_ms;
    clock->unsure = clock->assumed && (clock->assumed_ms < claim.low_ms - AGREE_MS ||
                                       clock->assumed_ms > claim.high_ms + AGREE_MS);
}

/* What contradicts within CLOCK_START_MS is as if it were not the first. */
static void learn(struct clock *clock, struct span claim, int64_t now_ms)
{
    begin_with(clock, claim, now_ms);
    set_other(clock, claim);
    clock->drifted_ms = now_ms;
    clock->contradicted_ms = now_ms - CLOCK_DISPUTE_MS + CLOCK_START_MS;
    clock->known = true;
}

static void contradict(struct clock *clock, struct span claim, int64_t sent_ms, int64_t now_ms)
{
    struct span bounds = bounds_of(clock);
    /* Asked before the step was seen, it may have been answered before it, too. */
    if (sent_ms < clock->contradicted_ms)
        return;
    clock->disputed = now_ms - clock->contradicted_ms < CLOCK_DISPUTE_MS;
    begin_with(clock, claim, now_ms);
    if (clock->disputed)
        set_bounds(clock, hull(hull(bounds, other_of(clock)), claim));
    set_other(clock, clock->disputed ? claim : bounds);
    clock->contradicted_ms = clock->drifted_ms = now_ms;
    clock->steps++;
}

static void arbitrate(struct clock *clock, struct span claim, int64_t now_ms)
{
    if (apart(claim, other_of(clock))) {
        set_bounds(clock, hull(bounds_of(clock), claim));
        set_other(clock, claim);
        clock->contradicted_ms = now_ms;
        return;
    }
    set_other(clock, meet(other_of(clock), claim));
    if (now_ms - clock->contradicted_ms < CLOCK_DISPUTE_MS)
        return;
    set_bounds(clock, other_of(clock));
    clock->disputed = false;
    clock->unsure = false;
    clock->steps++;
}

static void agree(struct clock *clock, struct span claim, int64_t sent_ms)
{
    set_bounds(clock, meet(bounds_of(clock), claim));
    clock->unsure &= sent_ms <= clock->claimed_ms + CLOCK_SURE_MS;
}

void clock_observe(struct clock *clock, int64_t sent_ms, int64_t received_ms, int64_t date_ms)
{
    struct span claim = {date_ms - received_ms, date_ms + DATE_RESOLUTION_MS - sent_ms};
    if (clock->known)
        widen(clock, received_ms);
    else
        learn(clock, claim, received_ms);
    if (clock->disputed)
        arbitrate(clock, claim, received_ms);
    else if (apart(claim, bounds_of(clock)))
        contradict(clock, claim, sent_ms, received_ms);
    else
        agree(clock, claim, sent_ms);
}

void clock_assume(struct clock *clock, int64_t boot_ms, int64_t wall_ms)
{
    if (clock->known)
        return;
    clock->low_ms = clock->high_ms = clock->assumed_ms = wall_ms - boot_ms;
    clock->assumed = true;
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
    return !clock->known || clock->unsure || clock->high_ms - clock->low_ms > VAGUE_MS;
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
