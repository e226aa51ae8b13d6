/* server_internal: what the files of the scripted server share, and nobody else includes.
 * Everything in `struct server` is under its lock but for port, url and the pipe, which stay as
 * they are. */
#ifndef TESTS_SUPPORT_SERVER_INTERNAL_H
#define TESTS_SUPPORT_SERVER_INTERNAL_H

#include <pthread.h>

#include "tests/support/server.h"
#include "tests/support/server_wire.h"

/* The answers of a route at one time. Connections point into it, so it lives until server_stop. */
struct script {
    struct script *older;
    size_t count;
    struct answer answers[];
};

struct route {
    struct route *older;
    char *method, *pattern;
    struct script *script;
    size_t next;
};

struct entry {
    struct entry *newer;
    struct request request;
    char *head, *body;
    bool complete;   /* the body is in, or will not come */
    bool unexpected; /* no route fitted */
};

struct connection {
    struct connection *next;
    struct server *server;
    pthread_t thread;
    size_t number; /* from 1 */
    struct wire wire;
    struct entry *current; /* the request it is at */
    bool held;             /* waits for server_release */
    bool close_next;       /* the next request is counted and not answered */
    bool done;             /* its thread has ended but for the joining */
};

struct server {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t acceptor;
    int listener; /* when down: bound, so that the port stays ours, but not listening */
    int wake[2];  /* a pipe that ends the accepting */
    int port;
    char url[32];
    bool up;       /* server_up() has been called, and neither server_down() nor server_stop() */
    bool stopping; /* or going down */

    struct route *newest_route;
    struct script *retired;
    struct entry *oldest, **newest;
    struct connection *connections;
    size_t accepted, held;

    enum server_clock clock;
    long long clock_value;
    time_t clock_set; /* when, by the machine's time */
};

/* server_script.c. The lock is held. */
bool server_request_fits(const struct request *request, const char *method, const char *pattern);
const struct answer *server_answer(struct server *server, struct entry *entry);
void server_script_clear(struct server *server);

/* The value of the Date header in `date`, or NULL. Takes the lock. */
const char *server_date_line(struct server *server, char *date, size_t size);

/* server_log.c. The lock is held; false: the deadline has passed. */
struct timespec server_deadline(int timeout_ms);
bool server_wait_change(struct server *server, const struct timespec *deadline);
void server_log_add(struct server *server, struct entry *entry);
void server_log_clear(struct server *server);

#endif
