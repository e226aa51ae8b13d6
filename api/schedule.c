/* schedule: see schedule.h. Sources are few thousand at most, so looking at all of them is the
 * simplest way to find the next one, and costs microseconds. */
#include "api/schedule.h"

#include "api/limits.h"

#include <stdlib.h>

enum {
    RETRY_AFTER_MAX_MS = 3600 * 1000,
    UNFOCUSED_TIMES = 3, /* as seldom as usual where nobody looks */
    FAIR_TURN = 4, /* of so many requests one is for who has waited longest, on the screen or not */
    FRESH_TURN = 2, /* of so many one is for what was never asked; the screen has the others */
};

struct source {
    bool used, catalog, shown, in_flight, settled;
    bool asked;  /* ever */
    bool urgent; /* it was written to since */
    bool more;   /* a page of it was read, and it goes on */
    unsigned failures;
    int64_t asked_ms; /* 0: never */
    int64_t due_ms;
};

struct schedule {
    struct schedule_options options;
    struct source *sources;
    size_t count, flying;
    size_t shown, others; /* sources on the screen, and neither there nor catalogues */
    size_t fresh;         /* never asked so far */
    double tokens;
    int64_t refilled_ms;
    unsigned turn;
    uint64_t random;
    bool paused, stopped, unfocused;
    /* The gate: closed until gate_ms; `probing` from then until one request fared well. */
    int64_t gate_ms;
    unsigned gate_failures;
    bool probing, limited;
};

struct schedule *schedule_new(const struct schedule_options *options)
{
    struct schedule *schedule = calloc(1, sizeof *schedule);
    if (schedule == NULL)
        return NULL;
    schedule->options = *options;
    schedule->tokens = options->per_second;
    schedule->random = options->seed | 1;
    return schedule;
}

void schedule_free(struct schedule *schedule)
{
    if (schedule == NULL)
        return;
    free(schedule->sources);
    free(schedule);
}

static size_t free_slot(struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++) {
        if (!schedule->sources[i].used)
            return i;
    }
    size_t room = schedule->count == 0 ? 16 : schedule->count * 2;
    struct source *sources = realloc(schedule->sources, room * sizeof *sources);
    if (sources == NULL)
        return SCHEDULE_NONE;
    for (size_t i = schedule->count; i < room; i++)
        sources[i] = (struct source){0};
    size_t slot = schedule->count;
    schedule->sources = sources;
    schedule->count = room;
    return slot;
}

size_t schedule_add(struct schedule *schedule, bool catalog, int64_t now_ms)
{
    size_t slot = free_slot(schedule);
    if (slot != SCHEDULE_NONE)
        schedule->sources[slot] =
            (struct source){.used = true, .catalog = catalog, .due_ms = now_ms};
    schedule->others += slot != SCHEDULE_NONE && !catalog;
    schedule->fresh += slot != SCHEDULE_NONE;
    return slot;
}

static void landed(struct schedule *schedule, struct source *source)
{
    schedule->flying -= source->in_flight;
    source->in_flight = false;
}

void schedule_remove(struct schedule *schedule, size_t source)
{
    struct source *one = &schedule->sources[source];
    landed(schedule, one);
    schedule->shown -= one->shown;
    schedule->fresh -= !one->asked;
    schedule->others -= !one->catalog && !one->shown;
    *one = (struct source){0};
}

void schedule_show(struct schedule *schedule, size_t source, bool shown)
{
    struct source *one = &schedule->sources[source];
    /* It was due at the same pace off the screen; what changes is whose turn it is. */
    if (one->shown == shown || one->catalog)
        return;
    one->shown = shown;
    if (shown) {
        schedule->shown++;
        schedule->others--;
    } else {
        schedule->shown--;
        schedule->others++;
    }
}

void schedule_soon(struct schedule *schedule, size_t source, int64_t at_ms)
{
    struct source *one = &schedule->sources[source];
    if ((one->failures == 0 || one->in_flight) && at_ms < one->due_ms)
        one->due_ms = at_ms;
}

void schedule_urge(struct schedule *schedule, size_t source, int64_t now_ms)
{
    schedule->sources[source].urgent = true;
    schedule_soon(schedule, source, now_ms);
}

/* How often one is asked that is asked as often as can be. */
static int64_t interval_ms(const struct schedule *schedule, const struct source *source)
{
    const struct schedule_options *options = &schedule->options;
    int64_t usual_ms = source->catalog ? options->catalog_ms : options->interval_ms;
    return schedule->unfocused ? usual_ms * UNFOCUSED_TIMES : usual_ms;
}

void schedule_focus(struct schedule *schedule, bool focused, int64_t now_ms)
{
    schedule->unfocused = !focused;
    for (size_t i = 0; focused && i < schedule->count; i++) {
        struct source *one = &schedule->sources[i];
        int64_t due_ms = one->asked_ms + interval_ms(schedule, one);
        if (one->used && one->failures == 0 && due_ms < one->due_ms)
            one->due_ms = due_ms > now_ms ? due_ms : now_ms;
    }
}

bool schedule_refresh(struct schedule *schedule, int64_t now_ms)
{
    if (schedule->limited && schedule->gate_ms > now_ms)
        return false;
    for (size_t i = 0; i < schedule->count; i++) {
        struct source *one = &schedule->sources[i];
        if (!one->in_flight && one->due_ms > now_ms)
            one->due_ms = now_ms;
    }
    if (schedule->gate_ms > now_ms)
        schedule->gate_ms = now_ms;
    return true;
}

void schedule_pause(struct schedule *schedule, bool paused)
{
    schedule->paused = paused;
}

void schedule_resume(struct schedule *schedule, int64_t now_ms)
{
    schedule->stopped = false;
    if (!schedule_refresh(schedule, now_ms))
        return;
    /* What made it stop may be there still: one request will tell. */
    schedule->probing = true;
    schedule->gate_ms = now_ms;
}

/* xorshift64: chance for jitter, not for secrets. In [0, 1). */
static double chance(struct schedule *schedule)
{
    uint64_t x = schedule->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    schedule->random = x;
    return (double)(x >> 11) / (double)(1ull << 53);
}

/* Doubles with each failure, and a quarter of it again is left to chance. */
static int64_t backoff_ms(struct schedule *schedule, unsigned failures)
{
    const int64_t longest = SCHEDULE_BACKOFF_MAX_MS * 4 / 5;
    int64_t pause = SCHEDULE_BACKOFF_MIN_MS;
    while (--failures > 0 && pause < longest)
        pause *= 2;
    if (pause > longest)
        pause = longest;
    return (int64_t)((double)pause * (1 + chance(schedule) * 0.25));
}

static double tokens_at(const struct schedule *schedule, int64_t now_ms)
{
    double most = schedule->options.per_second;
    double tokens = schedule->tokens + (double)(now_ms - schedule->refilled_ms) * most / 1000;
    return tokens < most ? tokens : most;
}

static bool shut(const struct schedule *schedule, int64_t now_ms)
{
    return schedule->paused || schedule->stopped || schedule->gate_ms > now_ms ||
           schedule->flying >= (schedule->probing ? 1 : schedule->options.in_flight);
}

static bool once(const struct schedule *schedule)
{
    return schedule->options.per_second == 0;
}

static bool ready(const struct schedule *schedule, const struct source *source, int64_t now_ms)
{
    return source->used && !source->in_flight && (source->more || source->due_ms <= now_ms) &&
           !(once(schedule) && source->settled);
}

/* While some were never asked they go first, the catalogues of them before the others because they
 * say what else there is, then the screen; but for the turns in which the screen, as far as it is
 * due, and the catalogues are asked again. */
static int rank_fresh(const struct schedule *schedule, const struct source *source)
{
    bool again = schedule->turn % FRESH_TURN != 0;
    bool first = source->catalog || source->shown;
    if (source->asked && !source->more)
        return again && first ? 1 : 4;
    /* A page more waits until each of its kind had its first. */
    return source->catalog ? 1 : source->shown && !source->more ? 2 : 3;
}

/* Who was written to; then catalogues, then the screen, then who has waited longest. A list that
 * was begun goes on beside the screen: its cursor may not wait for a whole round. */
static int rank(const struct schedule *schedule, const struct source *source)
{
    if (source->urgent)
        return 0;
    if (schedule->fresh > 0)
        return rank_fresh(schedule, source);
    if (schedule->turn % FAIR_TURN == FAIR_TURN - 1)
        return 1;
    return source->catalog ? 1 : source->shown || source->more ? 2 : 3;
}

static size_t best(const struct schedule *schedule, int64_t now_ms)
{
    size_t found = SCHEDULE_NONE;
    for (size_t i = 0; i < schedule->count; i++) {
        const struct source *one = &schedule->sources[i];
        if (!ready(schedule, one, now_ms))
            continue;
        const struct source *so_far = found == SCHEDULE_NONE ? NULL : &schedule->sources[found];
        int order = so_far == NULL ? -1 : rank(schedule, one) - rank(schedule, so_far);
        if (order < 0 || (order == 0 && one->asked_ms < so_far->asked_ms))
            found = i;
    }
    return found;
}

size_t schedule_take(struct schedule *schedule, int64_t now_ms)
{
    if (shut(schedule, now_ms))
        return SCHEDULE_NONE;
    if (!once(schedule)) {
        schedule->tokens = tokens_at(schedule, now_ms);
        schedule->refilled_ms = now_ms;
        if (schedule->tokens < 1)
            return SCHEDULE_NONE;
    }
    size_t found = best(schedule, now_ms);
    if (found == SCHEDULE_NONE)
        return SCHEDULE_NONE;
    struct source *source = &schedule->sources[found];
    schedule->tokens -= 1;
    schedule->turn++;
    schedule->flying++;
    schedule->fresh -= !source->asked;
    source->in_flight = source->asked = true;
    source->urgent = false;
    source->asked_ms = now_ms;
    /* Set now and not when the answer comes, so that a wish for sooner until then is kept. */
    if (!source->more)
        source->due_ms = now_ms + interval_ms(schedule, source);
    source->more = false;
    return found;
}

static void gate_close(struct schedule *schedule, int64_t pause_ms, int64_t now_ms)
{
    schedule->probing = true;
    if (now_ms + pause_ms > schedule->gate_ms)
        schedule->gate_ms = now_ms + pause_ms;
}

/* An answer has come: the server is well. What was asked before the gate closed does not tell. */
static void gate_open(struct schedule *schedule, const struct source *source)
{
    if (source->asked_ms < schedule->gate_ms)
        return;
    schedule->probing = schedule->limited = false;
    schedule->gate_failures = 0;
    schedule->gate_ms = 0;
}

static int64_t asked_pause(int64_t retry_after_ms)
{
    return retry_after_ms > RETRY_AFTER_MAX_MS ? RETRY_AFTER_MAX_MS : retry_after_ms;
}

static void server_failed(struct schedule *schedule, struct source *source,
                          enum trouble_kind trouble, int64_t retry_after_ms, int64_t now_ms)
{
    bool closed = schedule->gate_ms > now_ms;
    source->due_ms = now_ms;
    schedule->limited = trouble == TROUBLE_LIMITED || (closed && schedule->limited);
    /* Requests that were under way together fail together: that is one failure, not eight. */
    if (!closed)
        schedule->gate_failures++;
    else if (retry_after_ms <= 0)
        return;
    gate_close(schedule,
               retry_after_ms > 0 ? asked_pause(retry_after_ms)
                                  : backoff_ms(schedule, schedule->gate_failures),
               now_ms);
}

void schedule_more(struct schedule *schedule, size_t number)
{
    struct source *source = &schedule->sources[number];
    landed(schedule, source);
    source->more = true;
    gate_open(schedule, source);
}

void schedule_done(struct schedule *schedule, size_t number, enum trouble_kind trouble,
                   int64_t retry_after_ms, int64_t now_ms)
{
    struct source *source = &schedule->sources[number];
    landed(schedule, source);
    source->settled = trouble != TROUBLE_LIMITED;
    if (trouble_scope(trouble) == SCOPE_SERVER && trouble_retry(trouble) == RETRY_NEVER) {
        schedule->stopped = true;
        source->due_ms = now_ms;
    } else if (trouble_scope(trouble) == SCOPE_SERVER) {
        server_failed(schedule, source, trouble, retry_after_ms, now_ms);
    } else if (trouble != TROUBLE_NONE) {
        int64_t pause = backoff_ms(schedule, ++source->failures);
        source->due_ms = now_ms + (retry_after_ms > pause ? asked_pause(retry_after_ms) : pause);
        gate_open(schedule, source);
    } else {
        source->failures = 0;
        gate_open(schedule, source);
    }
}

int64_t schedule_wake_ms(const struct schedule *schedule, int64_t now_ms)
{
    if (schedule->paused || schedule->stopped ||
        schedule->flying >= (schedule->probing ? 1 : schedule->options.in_flight))
        return SCHEDULE_NEVER;
    int64_t due_ms = SCHEDULE_NEVER;
    for (size_t i = 0; i < schedule->count; i++) {
        const struct source *source = &schedule->sources[i];
        bool asks = source->used && !source->in_flight && !(once(schedule) && source->settled);
        if (asks && (source->more || source->due_ms < due_ms))
            due_ms = source->more ? INT64_MIN : source->due_ms;
    }
    if (due_ms == SCHEDULE_NEVER)
        return due_ms;
    if (due_ms < schedule->gate_ms)
        due_ms = schedule->gate_ms;
    double missing = once(schedule) ? 0 : 1 - tokens_at(schedule, now_ms);
    int64_t paid_ms = missing > 0
                          ? now_ms + (int64_t)(missing * 1000 / schedule->options.per_second) + 1
                          : now_ms;
    return due_ms > paid_ms ? due_ms : paid_ms;
}

int64_t schedule_due_ms(const struct schedule *schedule, size_t source)
{
    int64_t due_ms = schedule->sources[source].due_ms;
    return due_ms > schedule->gate_ms ? due_ms : schedule->gate_ms;
}

int64_t schedule_pace_ms(const struct schedule *schedule, size_t source)
{
    const struct source *one = &schedule->sources[source];
    const struct schedule_options *options = &schedule->options;
    int64_t least_ms = interval_ms(schedule, one);
    /* What is on the screen was promised to be asked each interval: where there is too much of it,
     * it is stale, and nothing else. */
    if (one->catalog || one->shown || once(schedule))
        return least_ms;
    /* What the screen leaves of the budget, and at least the fair turn. */
    int64_t all = (int64_t)options->per_second * options->interval_ms;
    int64_t left = all - (int64_t)schedule->shown * 1000;
    int64_t fair = all / FAIR_TURN;
    int64_t round_ms =
        (int64_t)schedule->others * 1000 * options->interval_ms / (left > fair ? left : fair);
    return round_ms > least_ms ? round_ms : least_ms;
}

int64_t schedule_gate_ms(const struct schedule *schedule)
{
    return schedule->gate_ms;
}

bool schedule_settled(const struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++) {
        if (schedule->sources[i].used && !schedule->sources[i].settled)
            return false;
    }
    return schedule->flying == 0;
}
