/* event: see event.h. Most answers are like the one before, item by item, so an item is looked for
 * first where it should be, and by an index only from the first surprise on. */
#include "api/event.h"

#include "api/diff.h"
#include "api/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *event_word(enum event_kind kind)
{
#define EVENT_WORD(name, word) [EVENT_##name] = word,
    static const char *const words[] = {EVENTS(EVENT_WORD)};
#undef EVENT_WORD
    return words[kind];
}

struct teller {
    int64_t server_ms;
    void (*tell)(void *context, const struct event *event, const void *item);
    void *context;
};

static struct event event_of(const struct teller *teller, enum event_kind kind)
{
    return (struct event){
        .kind = kind,
        .seen_ms = teller->server_ms,
        .when_ms = MOMENT_NONE,
        .before_ms = MOMENT_NONE,
        .after_ms = MOMENT_NONE,
    };
}

/* A text that is cut stays UTF-8. */
static void put_word(char word[EVENT_WORD_BYTES], const char *text)
{
    size_t length = strlen(text);
    if (length >= EVENT_WORD_BYTES) {
        length = EVENT_WORD_BYTES - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(word, text, length);
    word[length] = '\0';
}

static void tell_words(const struct teller *teller, enum event_kind kind, const char *before,
                       const char *after, int64_t when_ms, const void *item)
{
    struct event event = event_of(teller, kind);
    put_word(event.before, before);
    put_word(event.after, after);
    event.when_ms = when_ms;
    teller->tell(teller->context, &event, item);
}

/* ---- leases */

static void tell_end(const struct teller *teller, const struct lease *lease)
{
    enum lease_state state = lease_state(lease, teller->server_ms);
    static const enum event_kind kinds[] = {
        [LEASE_EXPIRED] = EVENT_LEASE_EXPIRED,
        [LEASE_CLOSED] = EVENT_LEASE_CLOSED,
        [LEASE_REVOKED] = EVENT_LEASE_REVOKED,
        [LEASE_ENDED] = EVENT_LEASE_ENDED,
    };
    const int64_t moments[] = {
        [LEASE_EXPIRED] = lease->expires_ms,
        [LEASE_CLOSED] = lease->closed_ms,
        [LEASE_REVOKED] = lease->revoked_ms,
        [LEASE_ENDED] = MOMENT_NONE,
    };
    struct event event = event_of(teller, kinds[state]);
    event.when_ms = moment_known(moments[state]) ? moments[state] : MOMENT_NONE;
    teller->tell(teller->context, &event, lease);
}

static void tell_expiry(const struct teller *teller, const struct lease *old,
                        const struct lease *lease)
{
    struct event event = event_of(teller, EVENT_LEASE_EXPIRY);
    event.before_ms = old->expires_ms;
    event.after_ms = lease->expires_ms;
    teller->tell(teller->context, &event, lease);
}

static bool moved(int64_t before_ms, int64_t after_ms)
{
    if (!moment_known(before_ms) || !moment_known(after_ms))
        return before_ms != after_ms;
    return before_ms - after_ms >= DIFF_MOVED_MS || after_ms - before_ms >= DIFF_MOVED_MS;
}

static void compare_leases(const struct teller *teller, const void *before, const void *after)
{
    const struct lease *old = before, *lease = after;
    bool over = lease_state_ended(lease_state(lease, teller->server_ms));
    bool was_over = old != NULL && lease_state_ended(lease_state(old, teller->server_ms));
    if (old == NULL)
        tell_words(teller, EVENT_LEASE_MADE, "", lease->protocol,
                   moment_known(lease->created_ms) ? lease->created_ms : MOMENT_NONE, lease);
    if (over && !was_over)
        tell_end(teller, lease);
    if (old == NULL || over)
        return;
    if (was_over)
        tell_words(teller, EVENT_LEASE_BACK, "", "", MOMENT_NONE, lease);
    else if (strcmp(old->status, lease->status) != 0)
        tell_words(teller, EVENT_LEASE_STATUS, old->status, lease->status, MOMENT_NONE, lease);
    if (moved(old->expires_ms, lease->expires_ms))
        tell_expiry(teller, old, lease);
}

/* It is in the list no more, not even as one that has ended. */
static void miss_lease(const struct teller *teller, const void *before)
{
    struct lease gone = *(const struct lease *)before;
    if (lease_state_ended(lease_state(&gone, teller->server_ms)))
        return;
    gone.vanished_ms = teller->server_ms;
    tell_end(teller, &gone);
}

/* ---- runtimes */

static void compare_runtimes(const struct teller *teller, const void *before, const void *after)
{
    const struct runtime *old = before, *runtime = after;
    bool gone = runtime->vanished_ms != MOMENT_NONE;
    bool was_gone = old != NULL && old->vanished_ms != MOMENT_NONE;
    if (old == NULL)
        tell_words(teller, EVENT_RUNTIME_MADE, "", runtime->status, MOMENT_NONE, runtime);
    if (gone && !was_gone)
        tell_words(teller, EVENT_RUNTIME_GONE, runtime->status, "", MOMENT_NONE, runtime);
    if (old == NULL || gone)
        return;
    if (was_gone)
        tell_words(teller, EVENT_RUNTIME_BACK, "", runtime->status, MOMENT_NONE, runtime);
    else if (strcmp(old->status, runtime->status) != 0)
        tell_words(teller, EVENT_RUNTIME_STATUS, old->status, runtime->status, MOMENT_NONE,
                   runtime);
}

static void miss_runtime(const struct teller *teller, const void *before)
{
    const struct runtime *old = before;
    if (old->vanished_ms == MOMENT_NONE)
        tell_words(teller, EVENT_RUNTIME_GONE, old->status, "", MOMENT_NONE, old);
}

/* ---- spaces */

static void compare_spaces(const struct teller *teller, const void *before, const void *after)
{
    const struct space *old = before, *space = after;
    bool gone = space->vanished_ms != MOMENT_NONE;
    bool was_gone = old != NULL && old->vanished_ms != MOMENT_NONE;
    if (old == NULL)
        tell_words(teller, EVENT_SPACE_MADE, "", "", MOMENT_NONE, space);
    if (gone && !was_gone)
        tell_words(teller, EVENT_SPACE_GONE, "", "", MOMENT_NONE, space);
    if (!gone && was_gone)
        tell_words(teller, EVENT_SPACE_BACK, "", "", MOMENT_NONE, space);
}

static void miss_space(const struct teller *teller, const void *before)
{
    const struct space *old = before;
    if (old->vanished_ms == MOMENT_NONE)
        tell_words(teller, EVENT_SPACE_GONE, "", "", MOMENT_NONE, old);
}

/* ---- the walk */

static const struct {
    size_t bytes;
    void (*compare)(const struct teller *, const void *before, const void *after); /* NULL: new */
    void (*miss)(const struct teller *, const void *before);
} kinds[PART_KINDS] = {
    [PART_SPACES] = {sizeof(struct space), compare_spaces, miss_space},
    [PART_RUNTIMES] = {sizeof(struct runtime), compare_runtimes, miss_runtime},
    [PART_LEASES] = {sizeof(struct lease), compare_leases, miss_lease},
};

static const void *item_at(const struct part *part, size_t place)
{
    return (const char *)part->items + place * kinds[part->kind].bytes;
}

/* Every item begins with its id; see diff.c. */
static const char *id_at(const struct part *part, size_t place)
{
    return *(const char *const *)item_at(part, place);
}

/* Where the ids of one part are, looked up beginning where the next should be. */
struct finder {
    const struct part *part;
    size_t next;
    struct index index;
    bool indexed;
};

static bool build_index(struct finder *finder)
{
    if (!index_init(&finder->index, finder->part->count))
        return false;
    finder->indexed = true;
    for (size_t i = 0; i < finder->part->count; i++)
        index_put(&finder->index, id_at(finder->part, i), i);
    return true;
}

/* The place or INDEX_NONE; *failed where memory ran out. */
static size_t find(struct finder *finder, const char *id, bool *failed)
{
    size_t place = finder->next;
    if (place >= finder->part->count || strcmp(id_at(finder->part, place), id) != 0) {
        if (!finder->indexed && !build_index(finder)) {
            *failed = true;
            return INDEX_NONE;
        }
        place = index_find(&finder->index, id);
    }
    if (place != INDEX_NONE)
        finder->next = place + 1;
    return place;
}

static bool tell_fresh(const struct teller *teller, const struct part *old,
                       const struct part *fresh, size_t *met)
{
    struct finder finder = {.part = old};
    bool failed = false;
    for (size_t i = 0; i < fresh->count && !failed; i++) {
        size_t place = find(&finder, id_at(fresh, i), &failed);
        *met += place != INDEX_NONE;
        if (!failed)
            kinds[fresh->kind].compare(teller, place != INDEX_NONE ? item_at(old, place) : NULL,
                                       item_at(fresh, i));
    }
    index_clear(&finder.index);
    return !failed;
}

static bool tell_missing(const struct teller *teller, const struct part *old,
                         const struct part *fresh)
{
    struct finder finder = {.part = fresh};
    bool failed = false;
    for (size_t i = 0; i < old->count && !failed; i++) {
        bool missing = find(&finder, id_at(old, i), &failed) == INDEX_NONE;
        if (missing && !failed)
            kinds[old->kind].miss(teller, item_at(old, i));
    }
    index_clear(&finder.index);
    return !failed;
}

bool event_each(const struct part *old, const struct part *fresh, int64_t server_ms,
                void (*tell)(void *context, const struct event *event, const void *item),
                void *context)
{
    struct teller teller = {server_ms, tell, context};
    size_t met = 0;
    return tell_fresh(&teller, old, fresh, &met) &&
           (met == old->count || fresh->cut || tell_missing(&teller, old, fresh));
}
