/* session: see session.h. This file: the facade, requests, time and publishing. */
#include "api/session_internal.h"

#include "api/decode.h"
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

static char *copy_or_null(const char *text, bool *failed)
{
    char *copy = text != NULL ? strdup(text) : NULL;
    *failed |= text != NULL && copy == NULL;
    return copy;
}

static bool session_init(struct session *session, const struct client_options *options)
{
    bool failed = false;
    int64_t now_ms = clock_boot_now_ms();
    int interval_ms = options->interval_ms > 0 ? options->interval_ms : INTERVAL_MS;
    int per_second = options->per_second > 0 ? options->per_second : PER_SECOND;
    session->base_url = copy_or_null(options->base_url, &failed);
    session->space_word = copy_or_null(options->space, &failed);
    session->runtime_word = copy_or_null(options->runtime, &failed);
    session->generation =
        options->generation != NULL ? options->generation : generation_connections();
    session->gate = (struct gate){session->base_url, options->read_only};
    session->intents = intents_new();
    session->vault = vault_new();
    session->schedule = schedule_new(&(struct schedule_options){
        .interval_ms = interval_ms,
        .catalog_ms = interval_ms > CATALOG_MS ? interval_ms : CATALOG_MS,
        .per_second = options->once ? 0 : per_second,
        .in_flight = LIMIT_IN_FLIGHT,
        .seed = seed_from_time(),
    });
    session->latency_ms = -1;
    clock_assume(&session->clock, now_ms, clock_wall_now_ms());
    if (session->intents != NULL && options->surfaces_ms > 0)
        intents_surface_within(session->intents, options->surfaces_ms);
    if (failed || session->intents == NULL || session->vault == NULL || session->schedule == NULL)
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

static void shown_clear(struct session *session)
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
    vault_free(session->vault);
    trouble_unref(session->trouble);
    secret_free(session->key);
    shown_clear(session);
    free(session->by_number);
    free(session->base_url);
    free(session->space_word);
    free(session->runtime_word);
    free(session);
}

void session_notice(struct session *session, const char *format, ...)
{
    struct message *message = message_new(MESSAGE_NOTICE);
    if (message == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message->sentence, sizeof message->sentence, format, arguments);
    va_end(arguments);
    mailbox_message_put(session->mailbox, message);
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

struct trouble *session_trouble(const struct http_answer *answer)
{
    if (answer->trouble != TROUBLE_NONE)
        return trouble_new(answer->trouble, "%s", answer->reason);
    enum trouble_kind kind = trouble_of_status(answer->status);
    if (kind == TROUBLE_NONE)
        return NULL;
    struct refusal refusal;
    decode_refusal(&refusal, answer->body != NULL ? answer->body : "", answer->length);
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

void session_server_good(struct session *session)
{
    if (session->trouble == NULL || session->unauthorised)
        return;
    trouble_unref(session->trouble);
    session->trouble = NULL;
    session->dirty = true;
}

static void use_key(struct session *session, struct secret *key)
{
    secret_free(session->key);
    session->key = key;
    session->key_serial++;
    if (session->unauthorised) {
        session->unauthorised = false;
        session_server_good(session);
    }
    schedule_resume(session->schedule, clock_boot_now_ms());
    session->dirty = true;
}

bool session_wants_key(const struct session *session)
{
    return session->unauthorised && session->options.key_read != NULL;
}

void session_key_changed(struct session *session)
{
    struct error error = {0};
    if (!session_wants_key(session))
        return;
    struct secret *key = session->options.key_read(session->options.key_context, &error);
    if (key == NULL)
        session_notice(session, "the key cannot be read again: %s", error.sentence);
    else if (session->key != NULL && strcmp(secret_bytes(key), secret_bytes(session->key)) == 0)
        secret_free(key);
    else
        use_key(session, key);
}

/* ---- requests, one function each */

bool session_shows(const struct session *session, const struct identity *runtime)
{
    for (size_t i = 0; i < session->shown_count; i++) {
        const struct identity *one = &session->shown[i];
        if (strcmp(one->runtime_id, runtime->runtime_id) == 0 &&
            strcmp(one->space_id, runtime->space_id) == 0)
            return true;
    }
    return false;
}

static void show_source(struct source *source, void *context)
{
    const struct session *session = context;
    if (source->kind == PART_LEASES && source->number != SCHEDULE_NONE)
        schedule_show(session->schedule, source->number, session_shows(session, &source->path));
}

static void on_show(struct session *session, struct request *request)
{
    shown_clear(session);
    session->shown = request->shown;
    session->shown_count = request->shown_count;
    request->shown = NULL;
    request->shown_count = 0;
    source_each(session->root, show_source, session);
}

static void on_refresh(struct session *session, struct request *request)
{
    (void)request;
    int64_t now_ms = clock_boot_now_ms();
    session_key_changed(session);
    if (session->unauthorised) {
        /* The same key may have been allowed again. */
        use_key(session, session->key != NULL ? secret_copy(secret_bytes(session->key)) : NULL);
    } else if (!schedule_refresh(session->schedule, now_ms)) {
        session_notice(session, "rate-limited: the server asked to wait %d s more",
                       (int)((schedule_gate_ms(session->schedule) - now_ms + 999) / 1000));
    }
}

static void on_pause(struct session *session, struct request *request)
{
    session->paused = request->on;
    schedule_pause(session->schedule, request->on);
}

static void on_create(struct session *session, struct request *request)
{
    if (!intents_create(session->intents, request->id, &request->identity, request->protocol,
                        request->ttl_s, request->options, clock_boot_now_ms()))
        session_notice(session, "the lease was not asked for: out of memory");
}

static void on_revoke(struct session *session, struct request *request)
{
    if (!intents_revoke(session->intents, request->id, &request->identity, request->milliseconds,
                        clock_boot_now_ms()))
        session_notice(session, "the lease is not revoked: out of memory");
}

static void on_cancel(struct session *session, struct request *request)
{
    if (!intents_cancel(session->intents, request->id, clock_boot_now_ms()))
        session_notice(session, "too late to undo: it was sent");
}

static void on_dismiss(struct session *session, struct request *request)
{
    (void)request;
    intents_dismiss(session->intents);
}

static void on_secret(struct session *session, struct request *request)
{
    struct message *message = message_new(MESSAGE_ENDPOINT);
    if (message == NULL || !identity_copy(&message->identity, &request->identity)) {
        message_free(message);
        session_notice(session, "out of memory");
        return;
    }
    message->id = request->id;
    message->endpoint = vault_copy(session->vault, &request->identity);
    mailbox_message_put(session->mailbox, message);
}

static void on_key(struct session *session, struct request *request)
{
    use_key(session, request->key);
    request->key = NULL;
}

void session_request(struct session *session, struct request *request)
{
    static void (*const handlers[])(struct session *, struct request *) = {
        [REQUEST_SHOW] = on_show,       [REQUEST_REFRESH] = on_refresh,
        [REQUEST_PAUSE] = on_pause,     [REQUEST_CREATE] = on_create,
        [REQUEST_REVOKE] = on_revoke,   [REQUEST_CANCEL] = on_cancel,
        [REQUEST_DISMISS] = on_dismiss, [REQUEST_SECRET] = on_secret,
        [REQUEST_KEY] = on_key,         [REQUEST_STOP] = NULL,
    };
    if (handlers[request->kind] != NULL)
        handlers[request->kind](session, request);
    session->dirty |= request->kind != REQUEST_SHOW && request->kind != REQUEST_SECRET;
}

void session_answer(struct session *session, struct http_answer *answer)
{
    struct call call = *(struct call *)answer->tag;
    int64_t now_ms = clock_boot_now_ms();
    call_free(answer->tag);
    if (answer->trouble == TROUBLE_NONE && answer->date_ms != MOMENT_NONE)
        clock_observe(&session->clock, answer->sent_ms, answer->received_ms, answer->date_ms);
    struct intent *intent = call.intent != 0 ? intents_find(session->intents, call.intent) : NULL;
    if (call.source != NULL)
        session_listed(session, call.source, answer, &call, now_ms);
    else if (intent != NULL)
        session_written(session, intent, answer, now_ms);
    session->dirty = true;
}

/* ---- publishing */

static struct source_state state_of(const struct session *session, const struct source *source)
{
    bool asked = source->number != SCHEDULE_NONE;
    return (struct source_state){
        .trouble = trouble_ref(source->trouble),
        .answered_ms = source->answered_ms,
        .since_ms = source->since_ms,
        .pace_ms = asked ? schedule_pace_ms(session->schedule, source->number) : 0,
        .retry_ms = asked ? schedule_due_ms(session->schedule, source->number) : SCHEDULE_NEVER,
    };
}

struct tally {
    size_t spaces, runtimes;
    bool catalog_settled;
};

static void count_source(struct source *source, void *context)
{
    struct tally *tally = context;
    tally->spaces += source->kind == PART_RUNTIMES;
    tally->runtimes += source->kind == PART_LEASES;
    if (source->kind != PART_LEASES && !source->tried)
        tally->catalog_settled = false;
}

static void publish_runtimes(const struct session *session, struct snapshot *snapshot,
                             const struct source *parent, const struct space *space)
{
    snapshot_keep(snapshot, parent->part);
    snapshot->cut |= parent->part != NULL && parent->part->cut;
    snapshot->unreadable += parent->part != NULL ? parent->part->unreadable : 0;
    for (size_t i = 0; parent->children != NULL && i < parent->part->count; i++) {
        const struct source *source = parent->children[i];
        if (source == NULL)
            continue;
        snapshot_keep(snapshot, source->part);
        snapshot->runtimes[snapshot->runtime_count++] = (struct snapshot_runtime){
            space, &parent->part->runtimes[i], source->part, state_of(session, source)};
    }
}

static void publish_tree(const struct session *session, struct snapshot *snapshot)
{
    const struct source *root = session->root;
    snapshot_keep(snapshot, root->part);
    snapshot->cut = root->part != NULL && root->part->cut;
    snapshot->unreadable = root->part != NULL ? root->part->unreadable : 0;
    for (size_t i = 0; root->children != NULL && i < root->part->count; i++) {
        const struct source *source = root->children[i];
        if (source == NULL)
            continue;
        const struct space *space = &root->part->spaces[i];
        snapshot->spaces[snapshot->space_count++] =
            (struct snapshot_space){space, state_of(session, source)};
        publish_runtimes(session, snapshot, source, space);
    }
}

static struct source_state server_state(const struct session *session)
{
    struct source_state state = state_of(session, session->root);
    if (session->trouble == NULL)
        return state;
    trouble_unref(state.trouble);
    state.trouble = trouble_ref(session->trouble);
    state.since_ms = session->since_ms;
    state.retry_ms = session->unauthorised ? SCHEDULE_NEVER : schedule_gate_ms(session->schedule);
    return state;
}

static void publish(struct session *session)
{
    struct tally tally = {.catalog_settled = true};
    source_each(session->root, count_source, &tally);
    struct snapshot *snapshot = snapshot_new(tally.spaces, tally.runtimes);
    if (snapshot == NULL)
        return; /* stays dirty: the next step tries again */
    snapshot->clock = session->clock;
    snapshot->server = server_state(session);
    snapshot->catalog_settled = tally.catalog_settled;
    snapshot->settled = schedule_settled(session->schedule) || session->unauthorised;
    snapshot->paused = session->paused;
    snapshot->latency_ms = session->latency_ms;
    publish_tree(session, snapshot);
    snapshot->holdings = vault_holdings(session->vault);
    snapshot->intents = intents_publish(session->intents);
    mailbox_snapshot_put(session->mailbox, snapshot);
    session->dirty = false;
}

void session_step(struct session *session, int64_t now_ms)
{
    size_t number;
    while (!session->hurrying &&
           (number = schedule_take(session->schedule, now_ms)) != SCHEDULE_NONE)
        session_ask(session, session->by_number[number], NULL, now_ms);
    session_send_writes(session, now_ms);
    session->dirty |= intents_forget(session->intents, now_ms);
    /* First what the screen can show, then what it is told about it. */
    if (session->dirty)
        publish(session);
    session_report_writes(session);
}

int64_t session_wake_ms(const struct session *session, int64_t now_ms)
{
    int64_t lists_ms =
        session->hurrying ? SCHEDULE_NEVER : schedule_wake_ms(session->schedule, now_ms);
    int64_t writes_ms = intents_wake_ms(session->intents);
    return lists_ms < writes_ms ? lists_ms : writes_ms;
}

void session_hurry(struct session *session, int64_t now_ms)
{
    session->hurrying = true;
    intents_hurry(session->intents, now_ms);
}

size_t session_pending(const struct session *session)
{
    size_t pending = 0;
    for (size_t i = 0; i < intents_count(session->intents); i++)
        pending += intents_at(session->intents, i)->phase <= INTENT_SENT;
    return pending;
}
