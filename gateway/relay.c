/* relay: see relay.h. Here is what others call; the thread's own part is relay_loop.c. */
#include "gateway/relay_internal.h"

#include "gateway/when.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- any thread */

void relay_wake(struct relay *relay)
{
    wake_ring(&relay->wake);
}

static void press(struct relay *relay)
{
    atomic_store(&relay->pressing, true);
    relay_wake(relay);
}

/* A place is kept before the browser hears of anything. */
static bool take_place(struct relay *relay, struct exchange *exchange)
{
    pthread_mutex_lock(&relay->lock);
    bool taken = !relay->stopping && relay->count < RELAY_SESSIONS_MAX;
    if (taken)
        relay->count++;
    else
        exchange->outcome = relay->stopping ? EXCHANGE_STOPPED : EXCHANGE_FULL;
    pthread_mutex_unlock(&relay->lock);
    return taken;
}

/* A browser that is there is asked at once: it thinks while the relay's thread wakes up. */
bool relay_ask(struct relay *relay, struct exchange *exchange)
{
    struct browsers *browsers = relay->options.browsers;
    if (!take_place(relay, exchange))
        return false;
    if (!atomic_load(&relay->queued) &&
        browsers_look(browsers, exchange->runtime_id) == BROWSERS_READY &&
        exchange_begin(exchange, browsers))
        exchange_write(exchange);
    pthread_mutex_lock(&relay->lock);
    exchange->next = relay->asked;
    relay->asked = exchange;
    pthread_mutex_unlock(&relay->lock);
    relay_wake(relay);
    return true;
}

void relay_let_go(struct relay *relay, struct exchange *exchange)
{
    if (!exchange->placed)
        return;
    exchange->placed = false;
    pthread_mutex_lock(&relay->lock);
    relay->leaving--;
    relay->count--;
    pthread_mutex_unlock(&relay->lock);
}

bool relay_attach(struct relay *relay, struct exchange *exchange, struct session *session,
                  int client, const char *bytes, size_t size)
{
    int yes = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    session->client.fd = client;
    if (!session_keep(&session->to_browser, bytes, size))
        return false;
    pthread_mutex_lock(&relay->lock);
    bool taken = !relay->stopping;
    if (taken) {
        session->next = relay->attached;
        relay->attached = session;
        relay->leaving--;
        exchange->placed = false;
    }
    pthread_mutex_unlock(&relay->lock);
    if (taken)
        relay_wake(relay);
    return taken;
}

static void mark(struct session *sessions, uint64_t serial, enum session_end end)
{
    for (; sessions != NULL; sessions = sessions->next) {
        if (sessions->serial == serial)
            sessions->cut = end;
    }
}

void relay_cut(struct relay *relay, uint64_t serial, enum session_end end)
{
    if (!relay->options.cut)
        return;
    pthread_mutex_lock(&relay->lock);
    mark(relay->attached, serial, end);
    mark(relay->sessions, serial, end);
    pthread_mutex_unlock(&relay->lock);
    press(relay);
}

static unsigned count_of(const struct session *sessions, uint64_t serial)
{
    unsigned count = 0;
    for (; sessions != NULL; sessions = sessions->next)
        count += sessions->serial == serial;
    return count;
}

unsigned relay_count(struct relay *relay, uint64_t serial)
{
    pthread_mutex_lock(&relay->lock);
    unsigned count = count_of(relay->attached, serial) + count_of(relay->sessions, serial);
    pthread_mutex_unlock(&relay->lock);
    return count;
}

/* ---- start and stop; main thread */

static bool start(struct relay *relay)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&relay->thread, NULL, relay_loop_run, relay);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = failed;
    return failed == 0;
}

struct relay *relay_new(const struct relay_options *options, struct fault *fault)
{
    struct relay *relay = calloc(1, sizeof *relay);
    if (relay == NULL) {
        fault_memory(fault);
        return NULL;
    }
    relay->options = *options;
    relay->expiry_ms = WHEN_NEVER;
    relay->wake = (struct wake)WAKE_NONE;
    relay->expiry.fd = -1;
    pthread_mutex_init(&relay->lock, NULL);
    if (relay_loop_open(relay) && start(relay))
        return relay;
    fault_set(fault, FAULT_SYSTEM, "cannot start the relay: %s", strerror(errno));
    relay->stopped = true;
    relay_free(relay);
    return NULL;
}

void relay_stop(struct relay *relay)
{
    if (relay == NULL || relay->stopped)
        return;
    pthread_mutex_lock(&relay->lock);
    relay->stopping = true;
    pthread_mutex_unlock(&relay->lock);
    press(relay);
    pthread_join(relay->thread, NULL);
    relay->stopped = true;
}

void relay_free(struct relay *relay)
{
    if (relay == NULL)
        return;
    relay_stop(relay);
    watches_free(relay->watches);
    wake_clear(&relay->wake);
    if (relay->expiry.fd >= 0)
        close(relay->expiry.fd);
    free(relay->buffer);
    pthread_mutex_destroy(&relay->lock);
    free(relay);
}
