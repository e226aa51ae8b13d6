/* session_keep: the leases that are kept alive: rotated when their time has come, followed to the
 * new one, given up when they end. API thread only. */
#include "api/session_internal.h"

#include "api/copy.h"

#include <stdio.h>
#include <string.h>

/* Ids of writes that no person asked for are apart from those that the screen chooses. */
#define OWN_IDS (UINT64_C(1) << 62)

static void tell_keep(struct session *session, enum event_kind kind, const struct keep *keep)
{
    struct message *message = session_message(session, MESSAGE_EVENT, &keep->lease);
    if (message == NULL)
        return;
    message->event = (struct event){.kind = kind,
                                    .seen_ms = message->server_ms,
                                    .when_ms = message->server_ms,
                                    .before_ms = MOMENT_NONE,
                                    .after_ms = MOMENT_NONE};
    message->protocol = copy_text(keep->protocol, NULL);
    message->ttl_s = keep->ttl_s;
    message->trouble = trouble_ref(keep->trouble);
    snprintf(message->sentence, sizeof message->sentence, "%s", keep_end_words(keep->end));
    session_event_put(session, message);
}

/* ---- what is known of their leases */

static struct keep_news news_of(const struct session *session, const struct source *source,
                                const struct lease *lease, int64_t now_ms)
{
    int64_t server_ms = clock_server_ms(&session->clock, now_ms);
    struct keep_news news = {
        .state = lease_state(lease, server_ms),
        .created_ms = MOMENT_NONE,
        .expires_ms = MOMENT_NONE,
        .asked_ms = source->asked_ms > source->written_ms ? source->asked_ms : source->written_ms,
    };
    if (moment_known(lease->created_ms))
        news.created_ms = clock_boot_of(&session->clock, lease->created_ms);
    if (moment_known(lease->expires_ms))
        news.expires_ms = clock_boot_of(&session->clock, lease->expires_ms);
    return news;
}

static bool of_source(const struct source *source, const struct identity *lease)
{
    return strcmp(source->path.runtime_id, lease->runtime_id) == 0 &&
           strcmp(source->path.space_id, lease->space_id) == 0;
}

static void look_at(struct session *session, const struct source *source, struct keep *keep,
                    int64_t now_ms)
{
    const struct lease *lease = part_lease(source->part, keep->lease.lease_id);
    struct keep_news gone = {.state = LEASE_ENDED};
    if (lease != NULL &&
        session_lags(session, &keep->lease, lease, intents_surface_ms(session->intents), now_ms))
        return;
    struct keep_news news = lease != NULL ? news_of(session, source, lease, now_ms) : gone;
    /* What a list that was cut does not show has not ended. */
    if (lease != NULL || (source->part != NULL && !source->part->cut))
        keeps_seen(session->keeps, keep, &news, now_ms);
}

void session_keeps_seen(struct session *session, const struct source *source, int64_t now_ms)
{
    for (size_t i = 0; source->kind == PART_LEASES && i < keeps_count(session->keeps); i++) {
        struct keep *keep = keeps_at(session->keeps, i);
        if (of_source(source, &keep->lease))
            look_at(session, source, keep, now_ms);
    }
}

/* ---- rotating */

static bool held(void *context, const struct identity *lease)
{
    struct session *session = context;
    return session->unauthorised || intents_ending(session->intents, lease) ||
           intents_rotating(session->intents, lease);
}

static void look(void *context, const struct identity *lease)
{
    struct session *session = context;
    const struct source *source = source_of_runtime(session, lease);
    if (source != NULL && source->number != SCHEDULE_NONE)
        schedule_soon(session->schedule, source->number, clock_boot_now_ms());
}

static void rotate(struct session *session, struct keep *keep, int64_t now_ms)
{
    uint64_t id = OWN_IDS + session->own_ids;
    session->own_ids += 2;
    keep->intent = id;
    session->dirty = true;
    if (!intents_rotate(session->intents, id, id + 1, &keep->lease, keep->protocol, keep->ttl_s,
                        keep->options, now_ms)) {
        keeps_failed(session->keeps, keep, false, trouble_new(TROUBLE_MEMORY, "out of memory"),
                     now_ms);
        return;
    }
    intents_find(session->intents, id)->kept = true;
    intents_find(session->intents, id + 1)->kept = true;
}

/* The create that put another lease in the place of this one, whoever asked for it. */
static const struct intent *successor(struct session *session, const struct keep *keep)
{
    for (size_t i = 0; i < intents_count(session->intents); i++) {
        const struct intent *intent = intents_at(session->intents, i);
        if (intent->kind == INTENT_CREATE && intent->phase == INTENT_DONE && !intent->stays &&
            intent->replaces != NULL && strcmp(intent->replaces, keep->lease.lease_id) == 0 &&
            strcmp(intent->lease.runtime_id, keep->lease.runtime_id) == 0 &&
            strcmp(intent->lease.space_id, keep->lease.space_id) == 0)
            return intent;
    }
    return NULL;
}

/* What became of the rotation that was asked for. */
static void settle(struct session *session, struct keep *keep, int64_t now_ms)
{
    const struct intent *done = successor(session, keep);
    const struct intent *asked = intents_find(session->intents, keep->intent);
    const struct source *source = source_of_runtime(session, &keep->lease);
    if (done != NULL && *done->lease.lease_id != '\0') {
        keeps_follow(keep, done->lease.lease_id, now_ms);
        if (source != NULL && keep->phase != KEEP_STOPPED)
            look_at(session, source, keep, now_ms);
        session->dirty = true;
    } else if (keep->phase == KEEP_ROTATING &&
               (asked == NULL || intent_settled(asked->phase) || intent_doubtful(asked))) {
        bool lost = asked != NULL && asked->phase != INTENT_FAILED;
        keeps_failed(session->keeps, keep, lost, trouble_ref(asked != NULL ? asked->trouble : NULL),
                     now_ms);
        session->dirty = true;
    }
}

static void tell_news(struct session *session, struct keep *keep)
{
    if (keep->told)
        return;
    tell_keep(session, keep->phase == KEEP_STOPPED ? EVENT_KEPT_NO_MORE : EVENT_KEPT_LATER, keep);
    keep->told = true;
    session->dirty = true;
}

void session_keeps_step(struct session *session, int64_t now_ms)
{
    const struct keep_hands hands = {held, look, session};
    for (size_t i = 0; i < keeps_count(session->keeps); i++) {
        if (keeps_at(session->keeps, i)->phase != KEEP_STOPPED)
            settle(session, keeps_at(session->keeps, i), now_ms);
    }
    for (struct keep *keep;
         !session->hurrying && (keep = keeps_take(session->keeps, &hands, now_ms)) != NULL;)
        rotate(session, keep, now_ms);
    for (size_t i = 0; i < keeps_count(session->keeps); i++)
        tell_news(session, keeps_at(session->keeps, i));
    session->dirty |= keeps_forget(session->keeps, now_ms);
}

/* ---- on and off */

static void keep_on(struct session *session, const struct request *request, int64_t now_ms)
{
    const struct keep_terms terms = {request->protocol, request->ttl_s, request->options,
                                     request->times, request->milliseconds};
    if (session->gate.read_only) {
        session_notice(session, "read-only: nothing is kept alive");
        return;
    }
    if (!keeps_put(session->keeps, &request->identity, &terms, now_ms)) {
        session_notice(session, "the lease is not kept alive: out of memory, or too many are");
        return;
    }
    struct keep *keep = keeps_find(session->keeps, &request->identity);
    const struct source *source = source_of_runtime(session, &request->identity);
    tell_keep(session, EVENT_KEPT, keep);
    if (source != NULL)
        look_at(session, source, keep, now_ms);
}

void session_keep_alive(struct session *session, const struct request *request)
{
    int64_t now_ms = clock_boot_now_ms();
    if (request->on)
        keep_on(session, request, now_ms);
    else
        keeps_drop(session->keeps, &request->identity, now_ms);
}
