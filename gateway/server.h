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

/* Ends connections and thread. */
void server_free(struct server *server);

#endif
