/* guard: whether a request may be looked at at all: its framing, whom it is addressed to, where it
 * comes from, and the key. Pure. The server's thread. */
#ifndef GATEWAY_GUARD_H
#define GATEWAY_GUARD_H

#include "gateway/key.h"
#include "gateway/request.h"

/* Framing that two parsers could read in two ways (RFC 9112, 6.3 and 11.2), a Host that is missing
 * or not this machine (a name that was made to point here), and the Origin of another one (a web
 * page must not reach a local server). False: refused, and the answer says whether the connection
 * must end. */
bool guard_admits(struct request *request);

/* Any Origin at all. False: refused. */
bool guard_origin(struct request *request);

/* The bearer key. False: refused. */
bool guard_key(struct request *request, const struct key *key);

/* A JSON body, not encoded, not declared larger than the ceiling. False: refused. */
bool guard_body(struct request *request);

/* 127.0.0.1, localhost or [::1], with or without a port. */
bool guard_host_is_local(const char *host);

#endif
