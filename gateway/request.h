/* request: one request as this server reads it: method, path, the headers that matter, and a body
 * under a ceiling. Header and path text is borrowed from whoever parsed the bytes. The server's
 * thread. */
#ifndef GATEWAY_REQUEST_H
#define GATEWAY_REQUEST_H

#include "gateway/answer.h"

#include <stddef.h>

struct exchange;
struct session;

#define REQUEST_BODY_MAX     (64 * 1024)
#define REQUEST_SEGMENTS_MAX 8  /* no route of ours has more */
#define REQUEST_SEGMENT_SIZE 64 /* no name of ours is longer */
#define REQUEST_LINES_MAX    8  /* of one header whose value is a list (RFC 9110, 5.3) */

/* A body over the ceiling is read to its end, so that the client hears the refusal. One that is
 * announced to be longer than DRAIN is refused at once; one that comes in chunks can only be
 * refused at its end, and is read as far as FLOOD, where the connection is cut. */
#define REQUEST_DRAIN_MAX (1024 * 1024)
#define REQUEST_FLOOD_MAX (64 * 1024 * 1024)

enum header {
    HEADER_HOST,
    HEADER_ORIGIN,
    HEADER_AUTHORIZATION,
    HEADER_CONTENT_TYPE,
    HEADER_CONTENT_LENGTH,
    HEADER_CONTENT_ENCODING,
    HEADER_TRANSFER_ENCODING,
    HEADER_CONNECTION,
    HEADER_UPGRADE,
    HEADER_WEBSOCKET_KEY,
    HEADER_WEBSOCKET_VERSION,
    HEADER_WEBSOCKET_EXTENSIONS,
    HEADER_WEBSOCKET_PROTOCOL,
    HEADER_COUNT,
};

struct path {
    char segments[REQUEST_SEGMENTS_MAX]
                 [REQUEST_SEGMENT_SIZE]; /* cut: a cut name is no name of ours */
    size_t count;                        /* may be more than are kept */
};

struct request {
    const char *method;
    bool is_head;      /* `method` is GET then */
    bool malformed;    /* some header's name is none, or its value is not what was sent */
    const char *limit; /* query members, or NULL */
    const char *cursor;
    struct {
        const char *values[REQUEST_LINES_MAX]; /* of the first ones; NULL behind the last */
        unsigned count;                        /* may be more than are kept */
    } headers[HEADER_COUNT];
    struct path path;
    const struct route *route; /* set by routes_find */
    char *body;                /* owned, not terminated */
    size_t body_size;
    size_t body_room;
    size_t body_seen; /* what came, kept or not */
    struct answer answer;
    /* Of an attach: what the browser is asked, and what the client is attached by; owned. */
    struct exchange *exchange;
    struct session *session;
};

/* NULL without memory. `method` is borrowed; HEAD is read as GET, which differs only in what is
 * sent. */
struct request *request_new(const char *method);
void request_free(struct request *request);

/* Remembers a header if it is one that matters. What is no name, as "Origin " with its blank, may
 * be one for somebody else: such a request is malformed. */
void request_header_add(struct request *request, const char *name, const char *value);

/* Remembers a member of the query if it is one that matters. */
void request_query_add(struct request *request, const char *name, const char *value);

/* Splits a path, as sent, at its slashes and then undoes the percent escapes, so that an escaped
 * slash is part of a name. False if it is no path: the count is 0 then. */
bool request_path_split(struct path *path, const char *text);

/* Takes in a piece of the body. Over the ceiling, or if the request is refused already, pieces are
 * only counted. False: too much even for that, cut the connection. */
bool request_body_add(struct request *request, const char *bytes, size_t size);

#endif
