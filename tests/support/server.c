/* server: see server.h. One thread accepts, each connection has one of its own, blocking; stopping
 * shuts the sockets down, which wakes them. */
#include "tests/support/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/server_internal.h"
#include "tests/support/support.h"

/* ---- Pauses of a connection */

static bool connection_pause(void *context, int pause_ms)
{
    struct connection *connection = context;
    struct server *server = connection->server;
    struct timespec deadline = server_deadline(pause_ms);
    pthread_mutex_lock(&server->lock);
    while (!server->stopping && server_wait_change(server, &deadline))
        ;
    bool stopping = server->stopping;
    pthread_mutex_unlock(&server->lock);
    return !stopping;
}

static bool connection_hold(void *context)
{
    struct connection *connection = context;
    struct server *server = connection->server;
    pthread_mutex_lock(&server->lock);
    connection->held = true;
    server->held++;
    pthread_cond_broadcast(&server->changed);
    while (!server->stopping && connection->held)
        pthread_cond_wait(&server->changed, &server->lock);
    bool stopping = server->stopping;
    pthread_mutex_unlock(&server->lock);
    return !stopping;
}

/* ---- One connection, on its own thread */

/* Reads a request's header and counts it. NULL: there is none, or the connection ends unanswered.
 */
static struct entry *connection_entry(struct connection *connection, const struct answer **answer)
{
    struct server *server = connection->server;
    struct entry *entry = support_need(calloc(1, sizeof *entry));
    entry->request.body = "";
    if (!wire_read_head(&connection->wire, &entry->request, &entry->head)) {
        free(entry->head);
        free(entry);
        return NULL;
    }
    pthread_mutex_lock(&server->lock);
    entry->request.at_ms = support_now_ms();
    entry->request.connection = connection->number;
    entry->complete = connection->close_next;
    if (!connection->close_next)
        *answer = server_answer(server, entry);
    connection->current = entry;
    server_log_add(server, entry);
    pthread_mutex_unlock(&server->lock);
    return connection->close_next ? NULL : entry;
}

static void connection_body(struct connection *connection, struct entry *entry)
{
    struct server *server = connection->server;
    struct request whole = entry->request;
    wire_read_body(&connection->wire, &whole, &entry->body);
    pthread_mutex_lock(&server->lock);
    entry->request = whole;
    entry->complete = true;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

static void reset_on_close(int fd)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

/* Answers one request. False: the connection is to be closed. */
static bool connection_answer(struct connection *connection)
{
    const struct answer *answer = NULL;
    struct entry *entry = connection_entry(connection, &answer);
    if (entry == NULL)
        return false;
    connection_body(connection, entry);
    if (answer->before != NULL)
        answer->before(connection->server, &entry->request, answer->context);
    if (answer->hold && !connection_hold(connection))
        return false;

    char date[40];
    bool whole = wire_send(&connection->wire, answer,
                           server_date_line(connection->server, date, sizeof date));
    if (answer->end == END_RESET)
        reset_on_close(connection->wire.fd);
    if (answer->end == END_STALL)
        wire_drain(&connection->wire);
    connection->close_next = answer->end == END_NEXT;
    const char *wish = request_header(&entry->request, "Connection");
    return whole && (answer->end == END_KEEP || answer->end == END_NEXT) &&
           (wish == NULL || strcmp(wish, "close") != 0);
}

static void *connection_run(void *context)
{
    struct connection *connection = context;
    struct server *server = connection->server;
    while (connection_answer(connection))
        ;
    pthread_mutex_lock(&server->lock);
    close(connection->wire.fd);
    connection->done = true;
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

/* ---- Accepting */

/* Threads that have ended are joined, their connections freed. */
static void connections_reap(struct server *server, bool all)
{
    struct connection **at = &server->connections;
    for (struct connection *one; (one = *at) != NULL;) {
        if (!all && !one->done) {
            at = &one->next;
            continue;
        }
        *at = one->next;
        pthread_mutex_unlock(&server->lock);
        pthread_join(one->thread, NULL);
        support_bytes_clear(&one->wire.input);
        free(one);
        pthread_mutex_lock(&server->lock);
    }
}

static void connection_start(struct server *server, int fd)
{
    struct connection *connection = support_need(calloc(1, sizeof *connection));
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connection->server = server;
    connection->wire = (struct wire){
        .fd = fd, .pause = connection_pause, .hold = connection_hold, .context = connection};
    pthread_mutex_lock(&server->lock);
    connections_reap(server, false);
    connection->number = ++server->accepted;
    connection->next = server->connections;
    server->connections = connection;
    if (pthread_create(&connection->thread, NULL, connection_run, connection) != 0)
        support_die("no thread for connection %zu", connection->number);
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

static void *acceptor_run(void *context)
{
    struct server *server = context;
    struct pollfd polled[] = {{.fd = server->listener, .events = POLLIN},
                              {.fd = server->wake[0], .events = POLLIN}};
    while (poll(polled, 2, -1) >= 0 || errno == EINTR) {
        if (polled[1].revents != 0)
            break;
        int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            connection_start(server, fd);
    }
    return NULL;
}

/* ---- From start to stop */

/* A socket that has the port and refuses, until listen(). */
static int listener_bound(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
        support_die("no port on 127.0.0.1: %s", strerror(errno));
    return fd;
}

void server_up(struct server *server)
{
    if (server->up)
        support_die("the server is up already");
    server->up = true;
    server->stopping = false;
    if (listen(server->listener, 128) != 0 || pipe2(server->wake, O_CLOEXEC) != 0 ||
        pthread_create(&server->acceptor, NULL, acceptor_run, server) != 0)
        support_die("the server cannot listen: %s", strerror(errno));
}

static void acceptor_end(struct server *server)
{
    server->up = false;
    close(server->wake[1]);
    pthread_join(server->acceptor, NULL);
    close(server->wake[0]);
}

/* Ends all threads; leaves the lists of routes and requests. */
static void server_quiet(struct server *server)
{
    if (server->up)
        acceptor_end(server);
    close(server->listener);

    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    for (struct connection *at = server->connections; at != NULL; at = at->next)
        if (!at->done)
            shutdown(at->wire.fd, SHUT_RDWR);
    pthread_cond_broadcast(&server->changed);
    connections_reap(server, true);
    server->held = 0;
    pthread_mutex_unlock(&server->lock);
}

void server_down(struct server *server)
{
    server_quiet(server);
    server->listener = listener_bound(server->port);
}

struct server *server_start(void)
{
    struct server *server = support_need(calloc(1, sizeof *server));
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&server->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&server->lock, NULL);
    server->newest = &server->oldest;

    struct sockaddr_in address;
    socklen_t size = sizeof address;
    server->listener = listener_bound(0);
    getsockname(server->listener, (struct sockaddr *)&address, &size);
    server->port = ntohs(address.sin_port);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d", server->port);
    server_up(server);
    return server;
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    server_quiet(server);
    server_script_clear(server);
    server_log_clear(server);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

const char *server_url(const struct server *server)
{
    return server->url;
}

int server_port(const struct server *server)
{
    return server->port;
}
