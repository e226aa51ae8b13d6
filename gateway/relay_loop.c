/* relay_loop: the relay's thread. One loop: what is ready is served at once; anything else
 * that changed is seen to afterwards, in one look around. */
#include "gateway/relay_internal.h"

#include "gateway/when.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_SYS_TIMERFD_H
#include <sys/timerfd.h>
#endif

/* Each session with a socket on both sides, twice, as a place that was left may be taken only after
 * the next wait; and our own. */
#define WATCHES_MAX (4 * RELAY_SESSIONS_MAX + 2)

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * WHEN_SECOND_MS + now.tv_nsec / 1000000;
}

/* ---- the loop's descriptors */

static bool watch(struct relay *relay, struct watch *watch, uint32_t events)
{
    return watches_set(relay->watches, watch, events);
}

static void on_wake(struct relay *relay, void *owner)
{
    (void)owner;
    wake_quiet(&relay->wake);
    relay->unsettled = true;
}

/* ---- the timer, for the next lease that takes its sessions with it */

#ifdef HAVE_SYS_TIMERFD_H
static void on_expiry(struct relay *relay, void *owner)
{
    uint64_t unused;
    (void)owner;
    /* Fails where the clock was set, which is as good a reason to look. */
    if (read(relay->expiry.fd, &unused, sizeof unused) < 0)
        relay->expiry_ms = 0;
    relay->unsettled = true;
}

static bool timer_open(struct relay *relay)
{
    int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    relay->expiry = (struct watch){.fd = fd, .ready = on_expiry};
    return fd >= 0 && watch(relay, &relay->expiry, POLLIN);
}

static void timer_set(struct relay *relay, int64_t when_ms)
{
    struct itimerspec timer = {0};
    if (when_ms == relay->expiry_ms)
        return;
    relay->expiry_ms = when_ms;
    if (when_ms != WHEN_NEVER) {
        timer.it_value.tv_sec = when_ms / WHEN_SECOND_MS;
        timer.it_value.tv_nsec = when_ms % WHEN_SECOND_MS * 1000000;
    }
    timerfd_settime(relay->expiry.fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &timer, NULL);
}

static int64_t timer_left_ms(const struct relay *relay)
{
    (void)relay; /* it rings by itself */
    return WHEN_NEVER;
}
#else
static bool timer_open(struct relay *relay)
{
    (void)relay;
    return true;
}

static void timer_set(struct relay *relay, int64_t when_ms)
{
    relay->expiry_ms = when_ms;
}

/* The wall clock, which may be set meanwhile, is looked at once a second. */
static int64_t timer_left_ms(const struct relay *relay)
{
    int64_t left_ms = relay->expiry_ms - when_now_ms();
    return relay->expiry_ms == WHEN_NEVER ? WHEN_NEVER
           : left_ms < WHEN_SECOND_MS     ? left_ms
                                          : WHEN_SECOND_MS;
}
#endif

/* ---- exchanges */

static void write_or_wait(struct relay *relay, struct exchange *exchange)
{
    uint32_t events = exchange_write(exchange) ? POLLIN : POLLOUT;
    if (exchange->outcome == EXCHANGE_PENDING && !watch(relay, &exchange->watch, events))
        exchange->outcome = EXCHANGE_FAILED;
}

static void on_exchange(struct relay *relay, void *owner)
{
    struct exchange *exchange = owner;
    if (exchange->outcome != EXCHANGE_PENDING)
        return;
    if ((exchange->watch.events & POLLOUT) != 0)
        write_or_wait(relay, exchange);
    else
        exchange_read(exchange);
    relay->unsettled |= exchange->outcome != EXCHANGE_PENDING;
}

/* It waits for others to be answered, but no longer than for an answer of its own. */
static void queue(struct relay *relay, struct exchange *exchange)
{
    if (exchange->late_ms == WHEN_NEVER)
        exchange->late_ms = relay->now_ms + EXCHANGE_MS;
    if (exchange->late_ms <= relay->now_ms)
        exchange->outcome = EXCHANGE_FAILED;
    else
        relay->waiting = true;
}

/* False: not yet, or it has failed. */
static bool begin(struct relay *relay, struct exchange *exchange)
{
    struct browsers *browsers = relay->options.browsers;
    enum browsers_state state = browsers_look(browsers, exchange->runtime_id);
    if (state == BROWSERS_READY && exchange_begin(exchange, browsers))
        return true;
    if (state == BROWSERS_FAILED)
        exchange->outcome = EXCHANGE_UNSTARTED;
    else if (state != BROWSERS_READY && state != BROWSERS_STARTING)
        exchange->outcome = EXCHANGE_FAILED;
    else if (exchange->outcome == EXCHANGE_PENDING && exchange->line.crowded)
        queue(relay, exchange);
    return false;
}

static void advance_exchange(struct relay *relay, struct exchange *exchange)
{
    struct browsers *browsers = relay->options.browsers;
    if (exchange->watch.owner != NULL) {
        if (exchange->late_ms <= relay->now_ms || !browsers_lives(browsers, exchange->line.number))
            exchange->outcome = EXCHANGE_FAILED;
        return;
    }
    if (exchange->watch.fd < 0 && !begin(relay, exchange))
        return;
    if (exchange->late_ms == WHEN_NEVER)
        exchange->late_ms = relay->now_ms + EXCHANGE_MS;
    exchange->watch.ready = on_exchange;
    exchange->watch.owner = exchange;
    write_or_wait(relay, exchange);
}

/* Nobody is to hear of a failure that is the first sign of the browser's end before that is known
 * to everybody. True: it is not known yet. */
static bool is_doubtful(struct relay *relay, struct exchange *exchange)
{
    if (exchange->outcome != EXCHANGE_FAILED ||
        !browsers_lives(relay->options.browsers, exchange->line.number))
        return false;
    if (!exchange->doubted) {
        exchange->doubted = true;
        exchange->late_ms = relay->now_ms + BROWSERS_DOUBT_MS;
        watch(relay, &exchange->watch, 0);
    }
    return exchange->late_ms > relay->now_ms;
}

/* From here on it is the server's again; its place, where a session is to come of it, is kept. Who
 * waited for it to be answered may have been looked at before. */
static void give_back(struct relay *relay, struct exchange *exchange)
{
    if (exchange->watch.fd >= 0)
        watch(relay, &exchange->watch, 0);
    exchange_end(exchange, relay->options.browsers);
    relay->called |= relay->waiting;
    exchange->placed = exchange_is_upgraded(exchange);
    pthread_mutex_lock(&relay->lock);
    if (exchange->placed)
        relay->leaving++;
    else
        relay->count--;
    pthread_mutex_unlock(&relay->lock);
    relay->options.resume(exchange->connection);
}

static void look_at_exchanges(struct relay *relay, bool stopping)
{
    relay->waiting = relay->called = false;
    for (struct exchange **at = &relay->exchanges; *at != NULL;) {
        struct exchange *exchange = *at;
        if (exchange->outcome == EXCHANGE_PENDING)
            advance_exchange(relay, exchange);
        if (exchange->outcome == EXCHANGE_PENDING && stopping)
            exchange->outcome = EXCHANGE_STOPPED;
        if (exchange->outcome == EXCHANGE_PENDING || (!stopping && is_doubtful(relay, exchange))) {
            if (exchange->late_ms < relay->next_ms)
                relay->next_ms = exchange->late_ms;
            at = &exchange->next;
            continue;
        }
        *at = exchange->next;
        give_back(relay, exchange);
    }
    atomic_store(&relay->queued, relay->waiting);
}

/* ---- sessions */

static struct session_ground ground_of(struct relay *relay)
{
    return (struct session_ground){.buffer = relay->buffer, .now_ms = relay->now_ms};
}

static void on_session(struct relay *relay, void *owner)
{
    struct session *session = owner;
    struct session_ground ground = ground_of(relay);
    int64_t next_ms = session_next_ms(session);
    if (session->phase == SESSION_OVER)
        return;
    session_move(session, &ground);
    if (!watch(relay, &session->client, session_client_events(session)) ||
        !watch(relay, &session->browser, session_browser_events(session)))
        session_late(session); /* it would never move again */
    relay->unsettled |= session->phase == SESSION_OVER || session_next_ms(session) != next_ms;
}

static enum session_end end_of(const struct relay *relay, const struct session *session,
                               bool stopping, int64_t wall_ms)
{
    return stopping                                               ? END_GATEWAY
           : relay->options.cut && session->expires_ms <= wall_ms ? END_EXPIRED
                                                                  : session->cut;
}

/* Why the browser has hung up; END_NONE: not known yet. */
static enum session_end verdict(const struct relay *relay, const struct session *session)
{
    return !browsers_lives(relay->options.browsers, session->browser_number) ? END_BROWSER
           : session->late_ms <= relay->now_ms                               ? END_CLOSED
                                                                             : END_NONE;
}

static void advance_session(struct relay *relay, struct session *session, enum session_end end)
{
    struct session_ground ground = ground_of(relay);
    if (end == END_NONE && session->phase == SESSION_DOUBTING)
        end = verdict(relay, session);
    if (end != END_NONE)
        session_cut(session, &ground, end);
    if (session->late_ms <= relay->now_ms)
        session_late(session);
    on_session(relay, session);
}

static void hang_up(struct relay *relay, struct session *session)
{
    watch(relay, &session->client, 0);
    watch(relay, &session->browser, 0);
    shutdown(session->client.fd, SHUT_RDWR);
    pthread_mutex_lock(&relay->lock);
    struct session **at = &relay->sessions;
    while (*at != session)
        at = &(*at)->next;
    *at = session->next;
    relay->count--;
    pthread_mutex_unlock(&relay->lock);
    relay->options.hang_up(session->handle);
    session_free(session);
}

static void look_at_sessions(struct relay *relay, bool stopping)
{
    int64_t wall_ms = when_now_ms(), expiry_ms = WHEN_NEVER;
    for (struct session *next, *session = relay->sessions; session != NULL; session = next) {
        next = session->next;
        pthread_mutex_lock(&relay->lock);
        enum session_end end = end_of(relay, session, stopping, wall_ms);
        pthread_mutex_unlock(&relay->lock);
        advance_session(relay, session, end);
        if (session->phase == SESSION_OVER) {
            hang_up(relay, session);
            continue;
        }
        if (session_next_ms(session) < relay->next_ms)
            relay->next_ms = session_next_ms(session);
        if (session->phase == SESSION_RELAYING && session->expires_ms < expiry_ms)
            expiry_ms = session->expires_ms;
    }
    timer_set(relay, relay->options.cut ? expiry_ms : WHEN_NEVER);
}

/* ---- the thread */

/* Who came first stays first. */
static void take_exchanges(struct relay *relay)
{
    struct exchange *first = NULL, **end = &relay->exchanges;
    while (relay->asked != NULL) {
        struct exchange *exchange = relay->asked;
        relay->asked = exchange->next;
        exchange->next = first;
        first = exchange;
    }
    while (*end != NULL)
        end = &(*end)->next;
    *end = first;
}

static void take_sessions(struct relay *relay)
{
    while (relay->attached != NULL) {
        struct session *session = relay->attached;
        relay->attached = session->next;
        session->next = relay->sessions;
        relay->sessions = session;
        session->client.ready = session->browser.ready = on_session;
        session->client.owner = session->browser.owner = session;
    }
}

/* What is asked just now has its place already; what the server has is not waited for. */
static bool is_empty(struct relay *relay)
{
    pthread_mutex_lock(&relay->lock);
    bool empty = relay->count == relay->leaving;
    pthread_mutex_unlock(&relay->lock);
    return empty;
}

/* True: nothing is left and nothing will come. */
static bool look_around(struct relay *relay)
{
    pthread_mutex_lock(&relay->lock);
    bool stopping = relay->stopping;
    take_exchanges(relay);
    take_sessions(relay);
    pthread_mutex_unlock(&relay->lock);
    relay->unsettled = false;
    relay->next_ms = WHEN_NEVER;
    do
        look_at_exchanges(relay, stopping);
    while (relay->called);
    look_at_sessions(relay, stopping);
    return stopping && is_empty(relay);
}

static int timeout_of(const struct relay *relay)
{
    int64_t left_ms = timer_left_ms(relay);
    if (relay->next_ms != WHEN_NEVER && relay->next_ms - monotonic_ms() < left_ms)
        left_ms = relay->next_ms - monotonic_ms();
    return left_ms == WHEN_NEVER ? -1 : left_ms > 0 ? (int)left_ms + 1 : 0;
}

void *relay_loop_run(void *closure)
{
    struct relay *relay = closure;
    relay->next_ms = WHEN_NEVER;
    for (;;) {
        int count = watches_wait(relay->watches, timeout_of(relay));
        relay->now_ms = monotonic_ms();
        relay->unsettled |= count <= 0;
        watches_tell(relay->watches, relay, &relay->pressing);
        relay->unsettled |= atomic_exchange(&relay->pressing, false);
        if (relay->unsettled && look_around(relay))
            return NULL;
    }
}

bool relay_loop_open(struct relay *relay)
{
    relay->watches = watches_new(WATCHES_MAX);
    relay->buffer = malloc(SESSION_BUFFER);
    if (relay->watches == NULL || relay->buffer == NULL || !wake_open(&relay->wake) ||
        !timer_open(relay))
        return false;
    relay->woken = (struct watch){.fd = relay->wake.read_fd, .ready = on_wake};
    return watch(relay, &relay->woken, POLLIN);
}
