/* keep: see keep.h. */
#include "api/keep.h"

#include "api/copy.h"
#include "api/limits.h"
#include "api/schedule.h"

#include <stdlib.h>
#include <string.h>

enum {
    JITTER_PART = 20, /* of its life a rotation may come earlier */
    HASTE_MS = 2000,  /* one that should have been by now comes within so long */
    LEAST_MS = 15000, /* between two rotations, however short the leases that a server gives */
    SPREAD_MS = 500,  /* between the rotations of different leases */
    LATE_MS = 30000,  /* so late, a list must first say that the lease lives */
    MOVED_MS = 2000,  /* what the clocks may differ without the end having moved */
    RETRY_FIRST_MS = 5000,
    RETRY_LAST_MS = 60000,
    LOST_MOST = 3, /* each may have left a lease behind */
};

struct keeps {
    size_t count, room;
    struct keep **items; /* pointers: a caller holds on to one */
    uint64_t random;
    int64_t taken_ms; /* the last one */
};

const char *keep_end_words(enum keep_end end)
{
#define KEEP_END_WORDS(name, words) [KEEP_END_##name] = words,
    static const char *const words[] = {KEEP_ENDS(KEEP_END_WORDS)};
#undef KEEP_END_WORDS
    return words[end];
}

struct keeps *keeps_new(uint64_t seed)
{
    struct keeps *keeps = calloc(1, sizeof *keeps);
    if (keeps != NULL)
        keeps->random = seed | 1;
    return keeps;
}

static void keep_free(struct keep *keep)
{
    if (keep == NULL)
        return;
    identity_clear(&keep->lease);
    free(keep->protocol);
    free(keep->options);
    trouble_unref(keep->trouble);
    free(keep);
}

void keeps_free(struct keeps *keeps)
{
    if (keeps == NULL)
        return;
    for (size_t i = 0; i < keeps->count; i++)
        keep_free(keeps->items[i]);
    free(keeps->items);
    free(keeps);
}

/* xorshift64: chance for jitter, not for secrets. From 0 to `below` - 1. */
static int64_t chance(struct keeps *keeps, int64_t below)
{
    uint64_t x = keeps->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    keeps->random = x;
    return below > 0 ? (int64_t)((x >> 11) % (uint64_t)below) : 0;
}

size_t keeps_count(const struct keeps *keeps)
{
    return keeps->count;
}

struct keep *keeps_at(struct keeps *keeps, size_t place)
{
    return keeps->items[place];
}

static size_t place_of(const struct keeps *keeps, const struct identity *lease)
{
    size_t place = 0;
    while (place < keeps->count && identity_compare(&keeps->items[place]->lease, lease) != 0)
        place++;
    return place;
}

struct keep *keeps_find(struct keeps *keeps, const struct identity *lease)
{
    size_t place = place_of(keeps, lease);
    return place < keeps->count ? keeps->items[place] : NULL;
}

/* ---- on and off */

static struct keep *keep_new(const struct identity *lease, const struct keep_terms *terms,
                             int64_t now_ms)
{
    struct keep *keep = calloc(1, sizeof *keep);
    if (keep == NULL)
        return NULL;
    keep->ttl_s = terms->ttl_s;
    keep->times = terms->times;
    keep->until_ms = terms->total_ms > 0 ? now_ms + terms->total_ms : SCHEDULE_NEVER;
    keep->next_ms = SCHEDULE_NEVER;
    keep->told = true;
    keep->protocol = strdup(terms->protocol);
    keep->options = copy_text(terms->options, NULL);
    if (identity_copy(&keep->lease, lease) && keep->protocol != NULL &&
        (terms->options == NULL || keep->options != NULL))
        return keep;
    keep_free(keep);
    return NULL;
}

static bool make_room(struct keeps *keeps)
{
    if (keeps->count == LIMIT_KEEPS)
        return false;
    if (keeps->count < keeps->room)
        return true;
    size_t room = keeps->room == 0 ? 8 : keeps->room * 2;
    struct keep **items = realloc(keeps->items, room * sizeof *items);
    if (items == NULL)
        return false;
    keeps->items = items;
    keeps->room = room;
    return true;
}

bool keeps_put(struct keeps *keeps, const struct identity *lease, const struct keep_terms *terms,
               int64_t now_ms)
{
    size_t place = place_of(keeps, lease);
    struct keep *keep = keep_new(lease, terms, now_ms);
    if (keep == NULL || (place == keeps->count && !make_room(keeps))) {
        keep_free(keep);
        return false;
    }
    if (place == keeps->count)
        keeps->count++;
    else
        keep_free(keeps->items[place]);
    keeps->items[place] = keep;
    return true;
}

static void stop(struct keep *keep, enum keep_end end, int64_t now_ms)
{
    keep->phase = KEEP_STOPPED;
    keep->end = end;
    keep->next_ms = SCHEDULE_NEVER;
    keep->stopped_ms = now_ms;
    keep->told = false;
}

bool keeps_drop(struct keeps *keeps, const struct identity *lease, int64_t now_ms)
{
    struct keep *keep = keeps_find(keeps, lease);
    if (keep == NULL || keep->phase == KEEP_STOPPED)
        return false;
    stop(keep, KEEP_END_ASKED, now_ms);
    return true;
}

bool keeps_forget(struct keeps *keeps, int64_t now_ms)
{
    size_t kept = 0, before = keeps->count;
    for (size_t i = 0; i < before; i++) {
        struct keep *keep = keeps->items[i];
        if (keep->phase != KEEP_STOPPED || !keep->told ||
            now_ms < keep->stopped_ms + KEEP_REMEMBER_MS)
            keeps->items[kept++] = keep;
        else
            keep_free(keep);
    }
    keeps->count = kept;
    return kept != before;
}

/* ---- what is known of its lease */

/* Two thirds of its life, or a little earlier. */
static int64_t planned_ms(struct keeps *keeps, const struct keep *keep, int64_t created_ms,
                          int64_t now_ms)
{
    int64_t life_ms = keep->expires_ms - created_ms;
    int64_t at_ms = created_ms + life_ms * 2 / 3 - chance(keeps, life_ms / JITTER_PART);
    int64_t least_ms = keep->done > 0 ? now_ms + LEAST_MS : now_ms;
    return at_ms > least_ms ? at_ms : least_ms + chance(keeps, HASTE_MS);
}

static bool moved(int64_t a_ms, int64_t b_ms)
{
    return a_ms - b_ms > MOVED_MS || b_ms - a_ms > MOVED_MS;
}

static void plan(struct keeps *keeps, struct keep *keep, const struct keep_news *news,
                 int64_t now_ms)
{
    if (!moved(keep->expires_ms, news->expires_ms))
        return;
    bool since = moment_known(news->created_ms) && news->created_ms < news->expires_ms;
    keep->expires_ms = news->expires_ms;
    if (keep->phase == KEEP_RETRY)
        return;
    keep->phase = KEEP_WAITING;
    keep->next_ms = planned_ms(keeps, keep, since ? news->created_ms : now_ms, now_ms);
    if ((keep->times > 0 && keep->done >= keep->times) || keep->next_ms > keep->until_ms)
        stop(keep, KEEP_END_CAP, now_ms);
}

void keeps_seen(struct keeps *keeps, struct keep *keep, const struct keep_news *news,
                int64_t now_ms)
{
    if (keep->phase == KEEP_STOPPED || keep->phase == KEEP_ROTATING)
        return;
    if (news->state == LEASE_REVOKED) {
        stop(keep, KEEP_END_REVOKED, now_ms);
    } else if (lease_state_ended(news->state) || news->state == LEASE_OVERDUE) {
        stop(keep, KEEP_END_ENDED, now_ms);
    } else if (!moment_known(news->expires_ms)) {
        stop(keep, KEEP_END_ENDLESS, now_ms);
    } else {
        keep->alive_ms = news->asked_ms;
        plan(keeps, keep, news, now_ms);
    }
}

/* ---- rotating */

/* The list that is asked for need not come: it is asked for again only after a while. */
static bool known_alive(struct keep *keep, const struct keep_hands *hands, int64_t now_ms)
{
    bool late = now_ms - keep->next_ms > LATE_MS || now_ms >= keep->expires_ms;
    if (!late || keep->alive_ms > now_ms - LATE_MS)
        return now_ms < keep->expires_ms;
    if (keep->look_ms == 0 || now_ms - keep->look_ms >= LATE_MS) {
        keep->look_ms = now_ms;
        hands->look(hands->context, &keep->lease);
    }
    return false;
}

/* Its time has come, and nothing speaks against it. */
static bool ready(struct keep *keep, const struct keep_hands *hands, int64_t now_ms)
{
    bool timed = keep->phase == KEEP_WAITING || keep->phase == KEEP_RETRY;
    if (timed && keep->next_ms <= now_ms)
        keep->phase = KEEP_DUE;
    if (keep->phase != KEEP_DUE)
        return false;
    keep->blocked = hands->held(hands->context, &keep->lease) || !known_alive(keep, hands, now_ms);
    return !keep->blocked;
}

struct keep *keeps_take(struct keeps *keeps, const struct keep_hands *hands, int64_t now_ms)
{
    struct keep *first = NULL;
    for (size_t i = 0; i < keeps->count; i++) {
        struct keep *keep = keeps->items[i];
        if (ready(keep, hands, now_ms) && (first == NULL || keep->expires_ms < first->expires_ms))
            first = keep;
    }
    if (first == NULL || now_ms < keeps->taken_ms + SPREAD_MS)
        return NULL;
    keeps->taken_ms = now_ms;
    first->phase = KEEP_ROTATING;
    first->look_ms = 0;
    return first;
}

void keeps_follow(struct keep *keep, const char *lease_id, int64_t now_ms)
{
    char *id = strdup(lease_id);
    if (id == NULL) {
        stop(keep, KEEP_END_MEMORY, now_ms);
        return;
    }
    free(keep->lease.lease_id);
    keep->lease.lease_id = id;
    keep->done++;
    keep->failures = keep->lost = 0;
    keep->expires_ms = 0;
    keep->next_ms = SCHEDULE_NEVER;
    keep->phase = KEEP_WAITING;
    trouble_unref(keep->trouble);
    keep->trouble = NULL;
}

void keeps_failed(struct keeps *keeps, struct keep *keep, bool lost, struct trouble *why,
                  int64_t now_ms)
{
    int64_t pause_ms = RETRY_FIRST_MS;
    for (unsigned i = 0; i < keep->failures && pause_ms < RETRY_LAST_MS; i++)
        pause_ms *= 2;
    pause_ms = pause_ms < RETRY_LAST_MS ? pause_ms : RETRY_LAST_MS;
    keep->failures++;
    keep->lost += lost;
    trouble_unref(keep->trouble);
    keep->trouble = why;
    keep->told = false;
    keep->phase = KEEP_RETRY;
    keep->next_ms = now_ms + pause_ms + chance(keeps, pause_ms / 4);
    if (keep->lost >= LOST_MOST)
        stop(keep, KEEP_END_LOST, now_ms);
}

static int64_t wake_ms(const struct keeps *keeps, const struct keep *keep)
{
    switch (keep->phase) {
    case KEEP_WAITING:
    case KEEP_RETRY:
        return keep->next_ms;
    case KEEP_DUE:
        return keep->blocked ? SCHEDULE_NEVER : keeps->taken_ms + SPREAD_MS;
    case KEEP_STOPPED:
        return keep->told ? keep->stopped_ms + KEEP_REMEMBER_MS : SCHEDULE_NEVER;
    case KEEP_ROTATING:
        break;
    }
    return SCHEDULE_NEVER;
}

int64_t keeps_wake_ms(const struct keeps *keeps)
{
    int64_t first_ms = SCHEDULE_NEVER;
    for (size_t i = 0; i < keeps->count; i++) {
        int64_t at_ms = wake_ms(keeps, keeps->items[i]);
        first_ms = at_ms < first_ms ? at_ms : first_ms;
    }
    return first_ms;
}
