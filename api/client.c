/* client: see client.h. */
#include "api/client.h"

#include "api/base_url.h"
#include "api/clock.h"
#include "api/copy.h"
#include "api/http.h"
#include "api/mailbox.h"
#include "api/schedule.h"
#include "api/session.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 5000, READ_MS = 15000, WRITE_MS = 30000, KEY_AGAIN_MS = 2000 };

struct client {
    struct mailbox *mailbox;
    pthread_t thread;
    bool running;
    uint64_t last_id;     /* UI thread */
    uint64_t sought;      /* UI thread: the last client_seek */
    struct request *stop; /* made at the start: it can be told to stop also without memory */
    /* The API thread's from here on. */
    struct http *http;
    struct session *session;
    int key_fd;
    bool stopping;
    int64_t deadline_ms;
};

static void take_requests(struct client *client)
{
    mailbox_api_quiet(client->mailbox);
    for (struct request *request; (request = mailbox_request_take(client->mailbox)) != NULL;) {
        if (request->kind == REQUEST_STOP) {
            int64_t now_ms = clock_boot_now_ms();
            client->stopping = true;
            client->deadline_ms = now_ms + request->milliseconds;
            session_hurry(client->session, now_ms);
        } else {
            session_request(client->session, request);
        }
        request_free(request);
    }
}

static void take_answers(struct client *client)
{
    struct http_answer answer;
    while (http_take(client->http, &answer)) {
        session_answer(client->session, &answer);
        http_answer_clear(&answer);
    }
}

static bool finished(const struct client *client, int64_t now_ms)
{
    return client->stopping &&
           (session_pending(client->session) == 0 || now_ms >= client->deadline_ms);
}

static int wait_ms(const struct client *client, int64_t now_ms)
{
    int64_t wake_ms = session_wake_ms(client->session, now_ms);
    if (client->stopping && client->deadline_ms < wake_ms)
        wake_ms = client->deadline_ms;
    bool blind = client->key_fd < 0 && session_wants_key(client->session);
    int most_ms = blind ? KEY_AGAIN_MS : INT_MAX;
    if (wake_ms == SCHEDULE_NEVER)
        return most_ms;
    int64_t wait = wake_ms - now_ms;
    return wait < 0 ? 0 : wait > most_ms ? most_ms : (int)wait;
}

static void *api_thread(void *context)
{
    struct client *client = context;
    session_begin(client->session);
    for (;;) {
        take_requests(client);
        take_answers(client);
        int64_t now_ms = clock_boot_now_ms();
        session_step(client->session, now_ms);
        if (finished(client, now_ms))
            return NULL;
        /* The key matters only once it was rejected; then a change of it ends the sleep. */
        bool wanted = session_wants_key(client->session);
        if (http_wait(client->http, wait_ms(client, now_ms), mailbox_api_fd(client->mailbox),
                      wanted ? client->key_fd : -1))
            session_key_changed(client->session);
        else if (wanted && client->key_fd < 0)
            session_key_look(client->session);
    }
}

/* The new thread takes no signal: they are the UI's, which sleeps where it can act on them. */
static bool start_thread(struct client *client, struct error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int failure = pthread_create(&client->thread, NULL, api_thread, client);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    client->running = failure == 0;
    return client->running ||
           error_set(error, ERROR_SYSTEM, "no thread can be started: %s", strerror(failure));
}

static int given_or(int given, int usual)
{
    return given > 0 ? given : usual;
}

struct client *client_new(const struct client_options *options, struct error *error)
{
    struct client *client = calloc(1, sizeof *client);
    struct http_options http = {
        .ca_file = options->ca_file,
        .client_cert = options->client_cert,
        .client_key = options->client_key,
        .direct = base_url_loopback(options->base_url),
        .connect_timeout_ms = given_or(options->connect_timeout_ms, CONNECT_MS),
        .read_timeout_ms = given_or(options->read_timeout_ms, READ_MS),
        .write_timeout_ms = given_or(options->write_timeout_ms, WRITE_MS),
    };
    struct secret *key = options->key;
    if (client == NULL || (client->stop = request_new(REQUEST_STOP)) == NULL) {
        error_memory(error);
        goto failed;
    }
    client->key_fd = options->key_read != NULL ? options->key_fd : -1;
    client->mailbox = mailbox_new(error);
    client->http = client->mailbox != NULL ? http_new(&http, error) : NULL;
    if (client->http == NULL)
        goto failed;
    key = NULL;
    client->session = session_new(options, client->mailbox, client->http, error);
    if (client->session == NULL || !start_thread(client, error))
        goto failed;
    return client;
failed:
    secret_free(key);
    client_free(client);
    return NULL;
}

void client_stop_begin(struct client *client, int linger_ms)
{
    if (!client->running || client->stop == NULL)
        return;
    client->stop->milliseconds = linger_ms;
    mailbox_request_put(client->mailbox, client->stop);
    client->stop = NULL;
}

void client_stop(struct client *client, int linger_ms)
{
    if (!client->running)
        return;
    client_stop_begin(client, linger_ms);
    pthread_join(client->thread, NULL);
    client->running = false;
}

void client_free(struct client *client)
{
    if (client == NULL)
        return;
    client_stop(client, 0);
    session_free(client->session);
    http_free(client->http);
    mailbox_free(client->mailbox);
    request_free(client->stop);
    free(client);
}

int client_fd(const struct client *client)
{
    return mailbox_ui_fd(client->mailbox);
}

void client_look(struct client *client)
{
    mailbox_ui_quiet(client->mailbox);
}

const struct snapshot *client_snapshot_take(struct client *client)
{
    return mailbox_snapshot_take(client->mailbox);
}

struct message *client_message_take(struct client *client, bool *overflowed)
{
    return mailbox_message_take(client->mailbox, overflowed);
}

static bool put(struct client *client, struct request *request, bool complete)
{
    if (request == NULL || !complete) {
        request_free(request);
        return false;
    }
    mailbox_request_put(client->mailbox, request);
    return true;
}

bool client_show(struct client *client, const struct identity *runtimes, size_t count)
{
    struct request *request = request_new(REQUEST_SHOW);
    if (request == NULL)
        return false;
    request->shown = calloc(count + 1, sizeof *request->shown);
    bool complete = request->shown != NULL;
    for (size_t i = 0; complete && i < count; i++) {
        complete = identity_copy(&request->shown[i], &runtimes[i]);
        request->shown_count += complete;
    }
    return put(client, request, complete);
}

bool client_refresh(struct client *client)
{
    return put(client, request_new(REQUEST_REFRESH), true);
}

bool client_pause(struct client *client, bool paused)
{
    struct request *request = request_new(REQUEST_PAUSE);
    if (request != NULL)
        request->on = paused;
    return put(client, request, true);
}

/* A request about one thing, with a fresh id unless `id` is given; NULL when memory ran out. */
static struct request *about(struct client *client, enum request_kind kind,
                             const struct identity *identity, uint64_t id)
{
    struct request *request = request_new(kind);
    if (request == NULL || !identity_copy(&request->identity, identity)) {
        request_free(request);
        return NULL;
    }
    request->id = id != 0 ? id : ++client->last_id;
    return request;
}

bool client_focus(struct client *client, bool focused)
{
    struct request *request = request_new(REQUEST_FOCUS);
    if (request != NULL)
        request->on = focused;
    return put(client, request, true);
}

/* A create, alone or as the first half of a rotation. */
static uint64_t ask_for_lease(struct client *client, enum request_kind kind,
                              const struct identity *where, const char *protocol, int ttl_s,
                              const char *options)
{
    struct request *request = about(client, kind, where, 0);
    if (request == NULL)
        return 0;
    uint64_t id = request->id;
    request->ttl_s = ttl_s;
    request->protocol = strdup(protocol);
    request->options = copy_text(options, NULL);
    bool complete = request->protocol != NULL && (options == NULL || request->options != NULL);
    return put(client, request, complete) ? id : 0;
}

uint64_t client_create(struct client *client, const struct identity *runtime, const char *protocol,
                       int ttl_s, const char *options)
{
    return ask_for_lease(client, REQUEST_CREATE, runtime, protocol, ttl_s, options);
}

uint64_t client_rotate(struct client *client, const struct identity *lease, const char *protocol,
                       int ttl_s, const char *options)
{
    uint64_t id = ask_for_lease(client, REQUEST_ROTATE, lease, protocol, ttl_s, options);
    client->last_id++; /* the revoke's */
    return id;
}

bool client_keep(struct client *client, const struct identity *lease,
                 const struct keep_terms *terms)
{
    struct request *request = about(client, REQUEST_KEEP, lease, 1);
    if (request == NULL || terms == NULL)
        return put(client, request, true);
    request->on = true;
    request->ttl_s = terms->ttl_s;
    request->times = terms->times;
    request->milliseconds = terms->total_ms;
    request->protocol = strdup(terms->protocol);
    request->options = copy_text(terms->options, NULL);
    bool complete =
        request->protocol != NULL && (terms->options == NULL || request->options != NULL);
    return put(client, request, complete);
}

uint64_t client_resolve(struct client *client, uint64_t id, enum resolve choice)
{
    struct request *request = request_new(REQUEST_RESOLVE);
    if (request == NULL)
        return 0;
    request->of = id;
    request->choice = choice;
    request->id = choice == RESOLVE_KEEP ? id : ++client->last_id;
    uint64_t given = request->id;
    return put(client, request, true) ? given : 0;
}

uint64_t client_revoke(struct client *client, const struct identity *lease, int64_t grace_ms)
{
    struct request *request = about(client, REQUEST_REVOKE, lease, 0);
    if (request == NULL)
        return 0;
    uint64_t id = request->id;
    request->milliseconds = grace_ms;
    return put(client, request, true) ? id : 0;
}

bool client_cancel(struct client *client, uint64_t id)
{
    struct request *request = request_new(REQUEST_CANCEL);
    if (request != NULL)
        request->id = id;
    return put(client, request, true);
}

bool client_dismiss(struct client *client)
{
    return put(client, request_new(REQUEST_DISMISS), true);
}

bool client_secret(struct client *client, const struct identity *lease, uint64_t token)
{
    return put(client, about(client, REQUEST_SECRET, lease, token), true);
}

bool client_seek(struct client *client)
{
    struct request *request = request_new(REQUEST_SEEK);
    if (request != NULL)
        request->id = ++client->sought;
    return put(client, request, true);
}

bool client_seeking(const struct client *client, const struct snapshot *snapshot)
{
    return client != NULL && snapshot != NULL && snapshot->sought < client->sought;
}

bool client_key(struct client *client, struct secret *key)
{
    struct request *request = request_new(REQUEST_KEY);
    if (request == NULL) {
        secret_free(key);
        return false;
    }
    request->key = key;
    return put(client, request, true);
}
