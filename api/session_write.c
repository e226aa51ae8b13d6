/* session_write: sending what was confirmed, and what its answer does to what is known. API thread
 * only. */
#include "api/session_internal.h"

#include "api/copy.h"
#include "api/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum operation_name operations[] = {
    [INTENT_CREATE] = OPERATION_CREATE,
    [INTENT_REVOKE] = OPERATION_REVOKE,
};

static bool taken(const void *context, const struct identity *lease)
{
    const struct session *session = context;
    return vault_made(session->vault, lease);
}

static void send_one(struct session *session, struct intent *intent, int64_t now_ms)
{
    struct error error = {0};
    struct source *source = source_of_runtime(session, &intent->lease);
    char *body = NULL;
    bool built = true;
    if (intent->kind == INTENT_CREATE) {
        part_unref(intent->before);
        intent->before = source != NULL ? part_ref(source->part) : NULL;
        body = decode_create_body(intent->protocol, intent->ttl_s, intent->options, &error);
        built = body != NULL;
    }
    struct call *call =
        built ? session_call(session, operations[intent->kind], &intent->lease, NULL, body, &error)
              : NULL;
    free(body);
    if (call != NULL) {
        call->intent = intent->id;
        return;
    }
    enum trouble_kind kind = error.kind == ERROR_MEMORY ? TROUBLE_MEMORY : TROUBLE_REJECTED;
    intents_answered(session->intents, intent,
                     (struct intent_answer){.trouble = kind,
                                            .retry_after_ms = -1,
                                            .latency_ms = -1,
                                            .why = trouble_new(kind, "%s", error.sentence)},
                     now_ms);
}

void session_send_writes(struct session *session, int64_t now_ms)
{
    int64_t server_ms = clock_server_ms(&session->clock, now_ms);
    struct intent *intent;
    while ((intent = intents_take(session->intents, now_ms, server_ms)) != NULL) {
        send_one(session, intent, now_ms);
        session->dirty = true;
    }
}

/* The one endpoint that came with a lease. */
struct catch
{
    const struct session *session;
    struct endpoint *endpoint;
};

static void catch_endpoint(void *context, const char *lease_id, struct endpoint *endpoint)
{
    (void)lease_id;
    struct catch *caught = context;
    endpoint_free(caught->endpoint);
    caught->endpoint = endpoint;
}

static void conceal_keys(void *context, char *text)
{
    const struct catch *caught = context;
    session_conceal_keys(caught->session, text);
}

/* The lease of a successful answer becomes part of what is listed, and its endpoint is kept. Its id
 * for the caller to free, or NULL if the answer cannot be read. */
static char *adopt_lease(struct session *session, const struct intent *intent,
                         const struct http_answer *answer, int64_t now_ms)
{
    int64_t server_ms = clock_server_ms(&session->clock, now_ms);
    struct catch caught = {.session = session};
    struct decode_sink sink = {catch_endpoint, &caught, conceal_keys};
    struct source *source = source_of_runtime(session, &intent->lease);
    struct part *part = part_new(PART_LEASES);
    char *id = NULL;
    if (part == NULL || answer->body == NULL ||
        !decode_lease(part, answer->body, answer->length, &sink, NULL))
        goto out;
    struct identity lease = intent->lease;
    lease.lease_id = (char *)part->leases[0].id;
    /* What a revoke answers with must be the lease that was meant, and it must have ended. */
    if (intent->kind == INTENT_REVOKE &&
        (strcmp(lease.lease_id, intent->lease.lease_id) != 0 ||
         !lease_state_ended(lease_state(&part->leases[0], server_ms))))
        goto out;
    id = strdup(lease.lease_id);
    if (intent->kind == INTENT_CREATE) {
        session_keep(session, &lease, caught.endpoint, part->leases[0].expires_ms, now_ms);
        caught.endpoint = NULL;
    }
    if (source != NULL && diff_merge(part, source->part, server_ms)) {
        session_leases_put(session, source, part, now_ms);
        part = NULL;
    }
out:
    endpoint_free(caught.endpoint);
    part_unref(part);
    return id;
}

/* A revoke that the server confirmed without saying more: the list will, but the row need not wait
 * for it. */
static void mark_revoked(struct session *session, const struct intent *intent, int64_t now_ms)
{
    struct source *source = source_of_runtime(session, &intent->lease);
    int64_t server_ms = clock_server_ms(&session->clock, now_ms);
    const struct lease *listed =
        source != NULL ? part_lease(source->part, intent->lease.lease_id) : NULL;
    if (listed == NULL || lease_state_ended(lease_state(listed, server_ms)))
        return;
    struct part *part = part_new(PART_LEASES);
    if (part == NULL || !diff_merge(part, source->part, server_ms)) {
        part_unref(part);
        return;
    }
    struct lease *lease = (struct lease *)part_lease(part, intent->lease.lease_id);
    lease->revoked_ms = server_ms;
    session_leases_put(session, source, part, now_ms);
}

static void finish_revoke(struct session *session, const struct intent *intent, int64_t now_ms)
{
    mark_revoked(session, intent, now_ms);
    session_wipe(session, &intent->lease);
}

static void look_again(struct session *session, const struct intent *intent, int64_t now_ms)
{
    struct source *source = source_of_runtime(session, &intent->lease);
    if (source != NULL && source->number != SCHEDULE_NONE)
        schedule_urge(session->schedule, source->number, now_ms);
}

/* What the header says, else the body, of a refusal and of a success. */
static void find_request_id(const struct session *session, const struct http_answer *answer,
                            const struct trouble *trouble, char request_id[REQUEST_ID_BYTES])
{
    snprintf(request_id, REQUEST_ID_BYTES, "%s",
             trouble != NULL && *trouble->request_id != '\0' ? trouble->request_id
                                                             : answer->request_id);
    if (*request_id != '\0' || answer->body == NULL)
        return;
    struct refusal said;
    session_refusal(session, answer, &said);
    snprintf(request_id, REQUEST_ID_BYTES, "%s", said.request_id);
}

/* What it takes to attach is at hand. */
static bool holds(const struct session *session, const struct intent *intent, const char *lease_id)
{
    struct identity lease = intent->lease;
    lease.lease_id = (char *)lease_id;
    return vault_has(session->vault, &lease);
}

/* A revoke may be answered without the lease: by 204, or by a 200 that says something. One that is
 * only accepted (202) is still to be done. */
static bool consents(const struct intent *intent, const struct http_answer *answer)
{
    if (intent->kind != INTENT_REVOKE || answer->length == 0)
        return intent->kind == INTENT_REVOKE && answer->status == 204;
    return answer->status == 200 && decode_consent(answer->body, answer->length);
}

void session_written(struct session *session, struct intent *intent, struct http_answer *answer,
                     int64_t now_ms)
{
    char *lease_id = NULL, request_id[REQUEST_ID_BYTES];
    struct trouble *trouble = session_trouble(session, answer);
    struct intent_answer said = {
        .trouble = trouble != NULL ? trouble->kind : TROUBLE_NONE,
        .status = answer->status,
        .sent = answer->sent,
        .requests = answer->requests,
        .retry_after_ms = answer->retry_after_ms,
        .latency_ms =
            answer->trouble == TROUBLE_NONE ? (int)(answer->received_ms - answer->sent_ms) : -1,
        .request_id = request_id,
        .why = trouble,
    };
    find_request_id(session, answer, trouble, request_id);
    if (said.trouble == TROUBLE_NONE) {
        session->latency_ms = (int)(answer->received_ms - answer->sent_ms);
        said.lease_id = lease_id = adopt_lease(session, intent, answer, now_ms);
        said.endpoint = lease_id != NULL && holds(session, intent, lease_id);
        if (lease_id == NULL && !consents(intent, answer))
            said.why =
                trouble_new(TROUBLE_UNREADABLE, answer->length > 0 ? "the answer cannot be read"
                                                                   : "the answer says nothing");
        else if (intent->kind == INTENT_REVOKE)
            finish_revoke(session, intent, now_ms);
    } else if (said.trouble == TROUBLE_GONE) {
        struct refusal refusal;
        session_refusal(session, answer, &refusal);
        said.json_error = refusal.json;
    }
    intents_answered(session->intents, intent, said, now_ms);
    free(lease_id);
    /* It also tells whether a key that was rejected may still read. */
    look_again(session, intent, now_ms);
    session->dirty = true;
}

/* A lease that a list showed again had its endpoint in the answer that was lost. */
static void note_lost(struct session *session)
{
    for (size_t i = 0; i < intents_count(session->intents); i++) {
        const struct intent *intent = intents_at(session->intents, i);
        if (intent->found && intent->reported != intent->phase &&
            !vault_has(session->vault, &intent->lease))
            vault_guessed(session->vault, &intent->lease);
    }
}

void session_reconcile(struct session *session, struct source *source, int64_t asked_ms,
                       int64_t now_ms)
{
    if (source->kind != PART_LEASES)
        return;
    int64_t server_ms = clock_server_ms(&session->clock, now_ms);
    /* What a cut answer did not hold, and is as it was, proves nothing. */
    const struct part *part = source->part;
    const struct part seen = {.kind = part->kind,
                              .count = part->cut ? part_shown(part) : part->count,
                              .leases = part->leases,
                              .cut = part->cut};
    if (intents_listed(session->intents, &source->path, &seen, asked_ms, server_ms, now_ms, taken,
                       session))
        note_lost(session);
}

/* From the list that holds the lease, if there is one. */
static void put_life(const struct session *session, struct message *message)
{
    const struct source *source = source_of_runtime(session, &message->identity);
    const struct lease *lease =
        source != NULL ? part_lease(source->part, message->identity.lease_id) : NULL;
    if (lease == NULL)
        return;
    message->created_ms = lease->created_ms;
    message->expires_ms = lease->expires_ms;
}

static void put_unread(const struct session *session, struct message *message)
{
    const struct endpoint_unread *unread = vault_unread(session->vault, &message->identity);
    if (message->intent == INTENT_CREATE && unread != NULL)
        message->unread = *unread;
}

static struct message *write_message(struct session *session, enum message_kind kind,
                                     const struct intent *intent)
{
    struct message *message = session_message(session, kind, &intent->lease);
    if (message == NULL)
        return NULL;
    message->id = intent->id;
    message->intent = intent->kind;
    message->phase = intent->phase;
    message->found = intent->found;
    message->could_be = intent->could_be;
    message->unseen = intent->unseen;
    message->contradicted = intent->contradicted;
    message->unsaid = intent->unsaid;
    message->unanswered = intent->unanswered;
    message->bare = intent->bare;
    message->unseen_s = (int)((clock_boot_now_ms() - intent->settled_ms) / 1000);
    message->kept = intent->kept;
    message->stays = intent->stays;
    message->waits = intent->waits;
    message->replaces = copy_text(intent->replaces, NULL);
    message->protocol = copy_text(intent->protocol, NULL);
    message->ttl_s = intent->ttl_s;
    message->latency_ms = intent->latency_ms;
    snprintf(message->request_id, sizeof message->request_id, "%s", intent->request_id);
    message->trouble = trouble_ref(intent->trouble);
    put_life(session, message);
    put_unread(session, message);
    return message;
}

void session_confirmed(struct session *session, uint64_t id)
{
    const struct intent *intent = intents_find(session->intents, id);
    struct message *message = intent != NULL ? write_message(session, MESSAGE_EVENT, intent) : NULL;
    if (message == NULL)
        return;
    message->event = (struct event){.kind = EVENT_CONFIRMED,
                                    .seen_ms = message->server_ms,
                                    .when_ms = message->server_ms,
                                    .before_ms = MOMENT_NONE,
                                    .after_ms = MOMENT_NONE};
    session_event_put(session, message);
}

/* Settled, or open until a list says more: both are worth a line, once, and so is what lists say.
 */
static bool worth_telling(const struct intent *intent)
{
    return intent->news || (intent->reported != intent->phase &&
                            (intent->phase == INTENT_UNKNOWN || intent_settled(intent->phase)));
}

void session_report_writes(struct session *session)
{
    for (size_t i = 0; i < intents_count(session->intents); i++) {
        struct intent *intent = intents_at(session->intents, i);
        if (!worth_telling(intent))
            continue;
        struct message *message = write_message(session, MESSAGE_WRITE, intent);
        if (message == NULL)
            continue;
        intent->reported = intent->phase;
        intent->news = false;
        mailbox_message_put(session->mailbox, message);
    }
}
