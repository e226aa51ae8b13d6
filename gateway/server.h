/* server: the bytes: an HTTP server on the loopback address, with its limits; the one place for
 * libmicrohttpd. It runs in one thread of its own, which alone calls everything below it. Start and
 * stop: main thread. */
#ifndef GATEWAY_SERVER_H
#define GATEWAY_SERVER_H

#include "gateway/gateway.h"

struct server;

/* Listens on 127.0.0.1 at `port` (0: any free one) and writes the port into `gateway`, which is
 * borrowed until the server is freed. NULL on failure. */
struct server *server_new(struct gateway *gateway, uint16_t port, struct fault *fault);

/* For the relay: lets a connection that waits for it go on; closes an upgraded one. Any thread. */
void server_resume(void *connection);
void server_hang_up(void *handle);

/* Hangs up on who takes too long. Milliseconds until it is to be called again; -1: not before
 * server_fd can be read. Main thread. */
int server_turn(struct server *server);
int server_fd(const struct server *server);

/* Ends connections and thread. The relay must have been stopped: a daemon that is stopped while a
 * connection waits, or an upgraded one is in use, is used after it was freed. */
void server_free(struct server *server);

#endif
