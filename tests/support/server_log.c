/* server_log: what arrived at the scripted server: counting, waiting, and the requests themselves.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/server_internal.h"
#include "tests/support/support.h"

/* ---- Waiting; the lock is held */

struct timespec server_deadline(int timeout_ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += timeout_ms / 1000;
    at.tv_nsec += timeout_ms % 1000 * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

/* Until something changed; false: the deadline has passed. */
bool server_wait_change(struct server *server, const struct timespec *deadline)
{
    return pthread_cond_timedwait(&server->changed, &server->lock, deadline) != ETIMEDOUT;
}

/* ---- The list of all requests */

void server_log_add(struct server *server, struct entry *entry)
{
    *server->newest = entry;
    server->newest = &entry->newer;
    pthread_cond_broadcast(&server->changed);
}

void server_log_clear(struct server *server)
{
    for (struct entry *entry; (entry = server->oldest) != NULL;) {
        server->oldest = entry->newer;
        free(entry->head);
        free(entry->body);
        free(entry);
    }
}

static size_t count_locked(const struct server *server, const char *method, const char *pattern)
{
    size_t count = 0;
    for (const struct entry *entry = server->oldest; entry != NULL; entry = entry->newer)
        count += server_request_fits(&entry->request, method, pattern);
    return count;
}

size_t server_count(struct server *server, const char *method, const char *pattern)
{
    pthread_mutex_lock(&server->lock);
    size_t count = count_locked(server, method, pattern);
    pthread_mutex_unlock(&server->lock);
    return count;
}

size_t server_unexpected(struct server *server)
{
    size_t count = 0;
    pthread_mutex_lock(&server->lock);
    for (const struct entry *entry = server->oldest; entry != NULL; entry = entry->newer)
        count += entry->unexpected;
    pthread_mutex_unlock(&server->lock);
    return count;
}

size_t server_connections(struct server *server)
{
    pthread_mutex_lock(&server->lock);
    size_t accepted = server->accepted;
    pthread_mutex_unlock(&server->lock);
    return accepted;
}

size_t server_held(struct server *server)
{
    pthread_mutex_lock(&server->lock);
    size_t held = server->held;
    pthread_mutex_unlock(&server->lock);
    return held;
}

/* ---- Waiting for requests */

/* Methods and targets only: headers carry keys. */
static void print_locked(const struct server *server)
{
    for (const struct entry *entry = server->oldest; entry != NULL; entry = entry->newer)
        fprintf(stderr, "#   arrived: %s %s%s\n", entry->request.method, entry->request.target,
                entry->unexpected ? "  (no route)" : "");
}

bool server_wait(struct server *server, const char *method, const char *pattern, size_t count,
                 int timeout_ms)
{
    struct timespec deadline = server_deadline(timeout_ms);
    bool in_time = true;
    pthread_mutex_lock(&server->lock);
    while (in_time && count_locked(server, method, pattern) < count)
        in_time = server_wait_change(server, &deadline);
    if (!in_time) {
        fprintf(stderr, "# no %zu of %s %s within %d ms\n", count, method, pattern, timeout_ms);
        print_locked(server);
    }
    pthread_mutex_unlock(&server->lock);
    return in_time;
}

bool server_wait_held(struct server *server, size_t count, int timeout_ms)
{
    struct timespec deadline = server_deadline(timeout_ms);
    bool in_time = true;
    pthread_mutex_lock(&server->lock);
    while (in_time && server->held < count)
        in_time = server_wait_change(server, &deadline);
    if (!in_time) {
        fprintf(stderr, "# no %zu requests held within %d ms\n", count, timeout_ms);
        print_locked(server);
    }
    pthread_mutex_unlock(&server->lock);
    return in_time;
}

size_t server_release(struct server *server, const char *method, const char *pattern)
{
    size_t released = 0;
    pthread_mutex_lock(&server->lock);
    for (struct connection *at = server->connections; at != NULL; at = at->next)
        if (at->held && server_request_fits(&at->current->request, method, pattern)) {
            at->held = false;
            server->held--;
            released++;
        }
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
    return released;
}

/* ---- The requests */

static const struct request *complete_locked(struct server *server, struct entry *entry)
{
    struct timespec deadline = server_deadline(5000);
    while (entry != NULL && !entry->complete)
        if (!server_wait_change(server, &deadline))
            return NULL;
    return entry == NULL ? NULL : &entry->request;
}

const struct request *server_nth(struct server *server, const char *method, const char *pattern,
                                 size_t n)
{
    pthread_mutex_lock(&server->lock);
    struct entry *entry = server->oldest;
    for (; entry != NULL; entry = entry->newer)
        if (server_request_fits(&entry->request, method, pattern) && n-- == 0)
            break;
    const struct request *request = complete_locked(server, entry);
    pthread_mutex_unlock(&server->lock);
    return request;
}

const struct request *server_last(struct server *server, const char *method, const char *pattern)
{
    pthread_mutex_lock(&server->lock);
    struct entry *last = NULL;
    for (struct entry *entry = server->oldest; entry != NULL; entry = entry->newer)
        if (server_request_fits(&entry->request, method, pattern))
            last = entry;
    const struct request *request = complete_locked(server, last);
    pthread_mutex_unlock(&server->lock);
    return request;
}

bool server_was_told(struct server *server, const char *bytes)
{
    bool told = false;
    pthread_mutex_lock(&server->lock);
    for (const struct entry *entry = server->oldest; entry != NULL && !told; entry = entry->newer) {
        const struct request *request = &entry->request;
        told = strstr(request->target, bytes) != NULL || strstr(request->headers, bytes) != NULL ||
               memmem(request->body, request->body_size, bytes, strlen(bytes)) != NULL;
    }
    pthread_mutex_unlock(&server->lock);
    return told;
}
