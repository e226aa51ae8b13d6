/* session_list: asking for lists, and what an answer does to what is known. API thread only. */
#include "api/session_internal.h"

#include "api/decode.h"
#include "api/diff.h"

#include <stdlib.h>

enum {
    EXPIRY_SETTLES_MS = 700, /* a server needs a moment to notice that a lease is over */
    DOWN_SLACK_MS = 1000,
};

/* A runtime that is gone is no longer in its space's list: that tells, and is not long in coming.
 */
static void ask_space(struct session *session, const struct source *source, int64_t now_ms)
{
    const struct source *space = source_of_space(session, source->path.space_id);
    if (space != NULL && space->number != SCHEDULE_NONE)
        schedule_soon(session->schedule, space->number, now_ms);
}

/* What one list fails of may be what all would. */
static bool may_be_all(enum trouble_kind kind)
{
    return kind == TROUBLE_SLOW || kind == TROUBLE_CUT || kind == TROUBLE_SERVER;
}

struct failing {
    int64_t since_ms;
    size_t count;
};

static void count_failing(struct source *source, void *context)
{
    struct failing *failing = context;
    failing->count += source->number != SCHEDULE_NONE && source->failed_ms > failing->since_ms;
}

/* Where nothing good has come for longer than it takes to ask for what is on the screen, and more
 * than one list has failed since, it is the server. Where it is but one, another will tell. */
static void suspect_server(struct session *session, const struct source *source, int64_t now_ms)
{
    struct failing failing = {session->good_ms, 0};
    if (session->options.once || session->good_ms == 0 ||
        now_ms - session->good_ms <= 2 * session_interval_ms(session) + DOWN_SLACK_MS)
        return;
    source_each(session->root, count_failing, &failing);
    if (failing.count > 1)
        session_server_trouble(session, trouble_ref(source->trouble), now_ms);
    else if (source != session->root)
        schedule_soon(session->schedule, session->root->number, now_ms);
}

static void set_trouble(struct source *source, struct trouble *trouble, int64_t now_ms)
{
    if (source->trouble == NULL || trouble == NULL || source->trouble->kind != trouble->kind)
        source->since_ms = now_ms;
    trouble_unref(source->trouble);
    source->trouble = trouble;
}

static void fail(struct session *session, struct source *source, struct trouble *trouble,
                 int64_t retry_after_ms, int64_t now_ms)
{
    enum trouble_kind kind = trouble != NULL ? trouble->kind : TROUBLE_MEMORY;
    source_forget_coming(source);
    source->tried = true;
    session->dirty = true;
    if (source->number != SCHEDULE_NONE)
        schedule_done(session->schedule, source->number, kind, retry_after_ms, now_ms);
    if (trouble_scope(kind) == SCOPE_SERVER) {
        session_server_trouble(session, trouble, now_ms);
        return;
    }
    /* The server answers, it is this list that does not come. */
    if (kind != TROUBLE_SLOW && kind != TROUBLE_CUT &&
        !(kind == TROUBLE_SERVER && session_down(session)))
        session_server_good(session);
    set_trouble(source, trouble, now_ms);
    if (may_be_all(kind)) {
        source->failed_ms = now_ms;
        if (session->trouble == NULL || session_down(session))
            suspect_server(session, source, now_ms);
    }
    if (kind == TROUBLE_GONE && source->kind == PART_LEASES)
        ask_space(session, source, now_ms);
}

void session_ask(struct session *session, struct source *source, int64_t now_ms)
{
    struct error error = {0};
    const char *cursor = walk_cursor(source->walk);
    if (cursor == NULL) {
        source->asked_ms = now_ms;
        source->asked_step = ++session->step;
        source_forget_coming(source);
        source->coming = part_new(source->kind);
    }
    enum operation_name operation = session->generation->listings[source->kind].operation;
    struct call *call = source->coming != NULL
                            ? session_call(session, operation, &source->path, cursor, NULL, &error)
                            : NULL;
    if (call == NULL) {
        fail(session, source, trouble_new(TROUBLE_MEMORY, "%s", error.sentence), -1, now_ms);
        return;
    }
    call->source = source;
    source->call = call;
}

/* Where endpoints go that a list carries: most servers show them only once, but one that does is
 * used. */
struct keeper {
    struct session *session;
    const struct source *source;
};

static void keep_endpoint(void *context, const char *lease_id, struct endpoint *endpoint)
{
    struct keeper *keeper = context;
    struct identity lease = keeper->source->path;
    lease.lease_id = (char *)lease_id;
    struct endpoint_target target;
    /* A list may show an endpoint without what it takes to attach: that must never replace what the
     * create answered. */
    if (vault_has(keeper->session->vault, &lease) || endpoint_targets(endpoint, &target, 1) == 0)
        endpoint_free(endpoint);
    else
        vault_listed(keeper->session->vault, &lease, endpoint);
}

static void conceal_keys(void *context, char *text)
{
    const struct keeper *keeper = context;
    session_conceal_keys(keeper->session, text);
}

/* The nearest moment at which this list will change by time alone. */
static void watch_expiry(struct session *session, const struct source *source, int64_t now_ms)
{
    int64_t server_ms = clock_server_ms(&session->clock, now_ms), nearest_ms = INT64_MAX;
    for (size_t i = 0; i < source->part->count; i++) {
        const struct lease *lease = &source->part->leases[i];
        if (moment_known(lease->expires_ms) && lease->expires_ms > server_ms &&
            lease->expires_ms < nearest_ms && !lease_state_ended(lease_state(lease, server_ms)))
            nearest_ms = lease->expires_ms;
    }
    if (nearest_ms != INT64_MAX && source->number != SCHEDULE_NONE)
        schedule_soon(session->schedule, source->number,
                      clock_boot_of(&session->clock, nearest_ms) + EXPIRY_SETTLES_MS);
}

static bool adopt(struct session *session, struct source *source, struct part *part, int64_t now_ms)
{
    if (!diff_settle(part, source->part, clock_server_ms(&session->clock, now_ms))) {
        part_unref(part);
        return false;
    }
    part_finish(part);
    if (source->kind == PART_LEASES) {
        session_wipe_missing(session, source, part, intents_surface_ms(session->intents), now_ms);
        session_seek(session, source, part);
    }
    bool done = source_adopt(session, source, part, now_ms);
    if (source->kind == PART_LEASES)
        session_wipe_ended(session, source, intents_surface_ms(session->intents), now_ms);
    return done;
}

void session_leases_put(struct session *session, struct source *source, struct part *part,
                        int64_t now_ms)
{
    source->written_ms = now_ms;
    source->written_step = ++session->step;
    part_finish(part);
    source_adopt(session, source, part, now_ms);
    session_wipe_ended(session, source, intents_surface_ms(session->intents), now_ms);
    session_keeps_seen(session, source, now_ms);
    watch_expiry(session, source, now_ms);
}

/* What a list fails of that does not come to an end. */
static const struct {
    enum trouble_kind kind;
    const char *words;
} walk_ends[] = {
    [WALK_GOES_ON] = {TROUBLE_NONE, ""},
    [WALK_REPEATS] = {TROUBLE_UNREADABLE, "its pages go round in circles: "},
    [WALK_TOO_LONG] = {TROUBLE_TOO_MUCH, "it has too many pages: "},
};

/* How many items of the part the answer showed, which may be but the beginning of a list. */
static struct trouble *cut_trouble(const struct part *part, enum walk_end end)
{
    size_t shown = part_shown(part);
    enum trouble_kind kind = end == WALK_GOES_ON ? TROUBLE_TOO_MUCH : walk_ends[end].kind;
    return part->cut ? trouble_new(kind, "%sshowing the first %zu%s", walk_ends[end].words, shown,
                                   shown < part->count ? ", and what was known before" : "")
                     : NULL;
}

/* Asked before a write was answered, so it may show what was before: it does not count, ask again.
 */
static bool overtaken(struct session *session, struct source *source, int64_t now_ms)
{
    if (source->asked_step >= source->written_step)
        return false;
    source_forget_coming(source);
    schedule_done(session->schedule, source->number, TROUBLE_NONE, -1, now_ms);
    schedule_soon(session->schedule, source->number, now_ms);
    return true;
}

/* A list that was longer than is taken is asked again as any other; one that did not come to an end
 * pauses as what fails does. */
static void complete(struct session *session, struct source *source, enum walk_end end,
                     int64_t now_ms)
{
    if (overtaken(session, source, now_ms))
        return;
    struct part *part = source->coming;
    source->coming = NULL;
    source_forget_coming(source);
    part->cut |= end != WALK_GOES_ON;
    if (!adopt(session, source, part, now_ms)) {
        fail(session, source, trouble_new(TROUBLE_MEMORY, "out of memory"), -1, now_ms);
        return;
    }
    schedule_done(session->schedule, source->number, walk_ends[end].kind, -1, now_ms);
    if (source->kind == PART_LEASES)
        watch_expiry(session, source, now_ms);
    session_server_good(session);
    set_trouble(source, cut_trouble(source->part, end), now_ms);
    source->answered_ms = now_ms;
    source->tried = true;
    session_reconcile(session, source, source->asked_ms, now_ms);
    session_keeps_seen(session, source, now_ms);
    session_tell(session, source, now_ms);
}

static void page_read(struct session *session, struct source *source, const char *cursor,
                      int64_t now_ms)
{
    bool last = cursor == NULL || source->coming->cut;
    enum walk_end end = last ? WALK_GOES_ON : walk_follow(&source->walk, cursor);
    if (end == WALK_MEMORY)
        fail(session, source, trouble_new(TROUBLE_MEMORY, "out of memory"), -1, now_ms);
    else if (last || end != WALK_GOES_ON)
        complete(session, source, end, now_ms);
    else
        schedule_more(session->schedule, source->number);
}

void session_listed(struct session *session, struct source *source, struct http_answer *answer,
                    const struct call *call, int64_t now_ms)
{
    struct error error = {0};
    char *cursor = NULL;
    source->call = NULL;
    struct trouble *trouble = session_trouble(session, answer);
    if (trouble != NULL && trouble->kind == TROUBLE_UNAUTHORISED &&
        call->key_serial != session->key_serial) {
        /* It went out with the key before this one. */
        trouble_unref(trouble);
        schedule_done(session->schedule, source->number, TROUBLE_NONE, -1, now_ms);
        schedule_soon(session->schedule, source->number, now_ms);
        return;
    }
    if (trouble != NULL) {
        fail(session, source, trouble, answer->retry_after_ms, now_ms);
        return;
    }
    struct keeper keeper = {session, source};
    struct decode_sink sink = {keep_endpoint, &keeper, conceal_keys};
    if (!decode_page(source->coming, session->generation->listings[source->kind].wrapper,
                     answer->body != NULL ? answer->body : "", answer->length, &sink, &cursor,
                     &error)) {
        fail(session, source, trouble_new(TROUBLE_UNREADABLE, "%s", error.sentence), -1, now_ms);
        return;
    }
    session->latency_ms = (int)(answer->received_ms - answer->sent_ms);
    page_read(session, source, cursor, now_ms);
    free(cursor);
}
