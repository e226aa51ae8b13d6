/* session: see session.h. This file: its life, its exchanges and its time. */
#include "api/session_internal.h"

#include "api/copy.h"
#include "api/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INTERVAL_MS = 5000, CATALOG_MS = 30000, PER_SECOND = 10 };

static uint64_t seed_from_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_nsec << 20 ^ (uint64_t)now.tv_sec;
}

int session_interval_ms(const struct session *session)
{
    return session->options.interval_ms > 0 ? session->options.interval_ms : INTERVAL_MS;
}

static bool session_init(struct session *session, const struct client_options *options)
{
    bool failed = false;
    int64_t now_ms = clock_boot_now_ms();
    int interval_ms = session_interval_ms(session);
    int per_second = options->per_second > 0 ? options->per_second : PER_SECOND;
    session->base_url = copy_text(options->base_url, &failed);
    session->space_word = copy_text(options->space, &failed);
    session->runtime_word = copy_text(options->runtime, &failed);
    session->generation =
        options->generation != NULL ? options->generation : generation_connections();
    session->gate = (struct gate){session->base_url, options->read_only};
    session->intents = intents_new();
    session->keeps = keeps_new(seed_from_time());
    session->vault = vault_new();
    session->keyring = keyring_new(options->base_url, options->keyring);
    session->schedule = schedule_new(&(struct schedule_options){
        .interval_ms = interval_ms,
        .catalog_ms = interval_ms > CATALOG_MS ? interval_ms : CATALOG_MS,
        .per_second = options->once ? 0 : per_second,
        .in_flight = LIMIT_IN_FLIGHT,
        .seed = seed_from_time(),
    });
    session->spare = message_new(MESSAGE_NOTICE);
    session->latency_ms = -1;
    clock_assume(&session->clock, now_ms, clock_wall_now_ms());
    if (session->intents != NULL && options->surfaces_ms > 0)
        intents_unseen_after(session->intents, options->surfaces_ms);
    if (failed || session->spare == NULL || session->intents == NULL || session->keeps == NULL ||
        session->vault == NULL || session->keyring == NULL || session->schedule == NULL)
        return false;
    session->root = source_new(session, PART_SPACES, NULL, NULL, now_ms);
    return session->root != NULL;
}

struct session *session_new(const struct client_options *options, struct mailbox *mailbox,
                            struct http *http, struct error *error)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        secret_free(options->key);
        error_memory(error);
        return NULL;
    }
    session->options = *options;
    session->key = options->key;
    session->mailbox = mailbox;
    session->http = http;
    session->dirty = true;
    session->events_end = &session->events;
    if (session_init(session, options))
        return session;
    session_free(session);
    error_memory(error);
    return NULL;
}

static void call_free(struct call *call)
{
    *call->link = call->next;
    if (call->next != NULL)
        call->next->link = call->link;
    if (call->source != NULL)
        call->source->call = NULL;
    free(call);
}

void session_shown_clear(struct session *session)
{
    for (size_t i = 0; i < session->shown_count; i++)
        identity_clear(&session->shown[i]);
    free(session->shown);
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    while (session->calls != NULL)
        call_free(session->calls);
    source_free(session, session->root);
    schedule_free(session->schedule);
    intents_free(session->intents);
    keeps_free(session->keeps);
    vault_free(session->vault);
    keyring_free(session->keyring);
    trouble_unref(session->trouble);
    session_keys_clear(session);
    session_shown_clear(session);
    session_events_clear(session);
    message_free(session->spare);
    free(session->by_number);
    free(session->base_url);
    free(session->space_word);
    free(session->runtime_word);
    free(session);
}

static void __attribute__((format(printf, 3, 0)))
put_notice(struct session *session, int64_t gate_ms, const char *format, va_list arguments)
{
    struct message *message = message_new(MESSAGE_NOTICE);
    if (message == NULL) {
        message = session->spare;
        session->spare = NULL;
    } else if (session->spare == NULL) {
        session->spare = message_new(MESSAGE_NOTICE);
    }
    if (message == NULL)
        return;
    vsnprintf(message->sentence, sizeof message->sentence, format, arguments);
    message->gate_ms = gate_ms;
    mailbox_message_put(session->mailbox, message);
}

void session_notice(struct session *session, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_notice(session, 0, format, arguments);
    va_end(arguments);
}

void session_notice_gate(struct session *session, int64_t gate_ms, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_notice(session, gate_ms, format, arguments);
    va_end(arguments);
}

struct call *session_call(struct session *session, enum operation_name operation,
                          const struct identity *identity, const char *cursor, const char *body,
                          struct error *error)
{
    struct call *call = calloc(1, sizeof *call);
    char *url =
        generation_url(session->generation, operation, &session->gate, identity, cursor, error);
    if (call == NULL || url == NULL)
        goto failed;
    *call = (struct call){.next = session->calls,
                          .link = &session->calls,
                          .operation = operation,
                          .key_serial = session->key_serial};
    const struct operation *spec = &session->generation->operations[operation];
    struct http_request request = {
        .method = spec->method,
        .url = url,
        .body = body,
        .repeatable = spec->repeatable,
        .key = session->key,
        .tag = call,
    };
    if (!http_start(session->http, &request, error))
        goto failed;
    free(url);
    if (call->next != NULL)
        call->next->link = &call->next;
    session->calls = call;
    return call;
failed:
    if (error->kind == ERROR_NONE)
        error_memory(error);
    free(url);
    free(call);
    return NULL;
}

/* " (request abc)" for the sentence, or nothing. */
static void request_words(char *words, size_t size, const char *request_id)
{
    words[0] = '\0';
    if (*request_id != '\0')
        snprintf(words, size, " (request %s)", request_id);
}

void session_refusal(const struct session *session, const struct http_answer *answer,
                     struct refusal *refusal)
{
    decode_refusal(refusal, answer->body != NULL ? answer->body : "", answer->length);
    session_conceal(session, refusal->message);
    session_conceal(session, refusal->code);
    session_conceal(session, refusal->request_id);
}

struct trouble *session_trouble(const struct session *session, const struct http_answer *answer)
{
    if (answer->trouble != TROUBLE_NONE)
        return trouble_new(answer->trouble, "%s", answer->reason);
    enum trouble_kind kind = trouble_of_status(answer->status);
    if (kind == TROUBLE_NONE)
        return NULL;
    struct refusal refusal;
    session_refusal(session, answer, &refusal);
    const char *request_id = *refusal.request_id != '\0' ? refusal.request_id : answer->request_id;
    const char *said = !refusal.json              ? "the answer is not the API's"
                       : *refusal.message != '\0' ? refusal.message
                                                  : "the server does not say why";
    char words[160];
    request_words(words, sizeof words, request_id);
    struct trouble *trouble =
        trouble_new(kind, "HTTP %d%s%s: %s%s", answer->status, *refusal.code != '\0' ? " " : "",
                    refusal.code, said, words);
    if (trouble == NULL)
        return NULL;
    trouble->http_status = answer->status;
    snprintf(trouble->code, sizeof trouble->code, "%s", refusal.code);
    snprintf(trouble->request_id, sizeof trouble->request_id, "%s", request_id);
    return trouble;
}

void session_server_trouble(struct session *session, struct trouble *trouble, int64_t now_ms)
{
    if (session->trouble == NULL || trouble == NULL || session->trouble->kind != trouble->kind)
        session->since_ms = now_ms;
    if (trouble != NULL && trouble->kind == TROUBLE_UNAUTHORISED)
        session->unauthorised = true;
    trouble_unref(session->trouble);
    session->trouble = trouble;
    session->dirty = true;
}

bool session_down(const struct session *session)
{
    return session->trouble != NULL && trouble_scope(session->trouble->kind) == SCOPE_SOURCE;
}

void session_server_good(struct session *session)
{
    if (session->trouble == NULL || session->unauthorised)
        return;
    trouble_unref(session->trouble);
    session->trouble = NULL;
    session->dirty = true;
}

void session_answer(struct session *session, struct http_answer *answer)
{
    struct call call = *(struct call *)answer->tag;
    int64_t now_ms = clock_boot_now_ms();
    call_free(answer->tag);
    session_conceal(session, answer->request_id);
    if (answer->trouble == TROUBLE_NONE && answer->date_ms != MOMENT_NONE && !answer->aged)
        clock_observe(&session->clock, answer->sent_ms, answer->received_ms, answer->date_ms);
    if (answer->trouble == TROUBLE_NONE && trouble_of_status(answer->status) != TROUBLE_SERVER)
        session->good_ms = now_ms;
    struct intent *intent = call.intent != 0 ? intents_find(session->intents, call.intent) : NULL;
    if (call.source != NULL)
        session_listed(session, call.source, answer, &call, now_ms);
    else if (intent != NULL)
        session_written(session, intent, answer, now_ms);
    session_keys_forget(session);
    session->dirty = true;
}

void session_begin(struct session *session)
{
    session_restore(session);
}

void session_step(struct session *session, int64_t now_ms)
{
    size_t number;
    while (!session->hurrying &&
           (number = schedule_take(session->schedule, now_ms)) != SCHEDULE_NONE)
        session_ask(session, session->by_number[number], now_ms);
    session_keeps_step(session, now_ms);
    session_send_writes(session, now_ms);
    session->dirty |= intents_forget(session->intents, now_ms);
    /* First what the screen can show, then what it is told about it. */
    if (session->dirty)
        session_publish(session);
    session_report_events(session);
    session_report_writes(session);
    session_report_keyring(session);
}

int64_t session_wake_ms(const struct session *session, int64_t now_ms)
{
    int64_t lists_ms =
        session->hurrying ? SCHEDULE_NEVER : schedule_wake_ms(session->schedule, now_ms);
    int64_t writes_ms = intents_wake_ms(session->intents);
    int64_t keeps_ms = session->hurrying ? SCHEDULE_NEVER : keeps_wake_ms(session->keeps);
    int64_t first_ms = lists_ms < writes_ms ? lists_ms : writes_ms;
    return first_ms < keeps_ms ? first_ms : keeps_ms;
}

void session_hurry(struct session *session, int64_t now_ms)
{
    session->hurrying = true;
    intents_hurry(session->intents, now_ms);
}

/* What is held waits for a create, which counts by itself. */
static bool at_work(enum intent_phase phase)
{
    return phase == INTENT_GRACE || phase == INTENT_QUEUED || phase == INTENT_SENT;
}

size_t session_pending(const struct session *session)
{
    size_t pending = 0;
    for (size_t i = 0; i < intents_count(session->intents); i++)
        pending += at_work(intents_at(session->intents, i)->phase);
    return pending;
}
