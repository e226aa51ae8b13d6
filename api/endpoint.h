/* endpoint: what the server shows once, when it makes a lease: where and with what to attach. All
 * of it is held in secret memory. One endpoint belongs to one thread at a time. Source: contract,
 * "The lease", endpoint.type. */
#ifndef API_ENDPOINT_H
#define API_ENDPOINT_H

#include "api/secret.h"

#include <stdbool.h>
#include <stddef.h>

/* The types of the contract: what the server calls them, and what a column shows. ENDPOINT_NONE is
 * "not known". */
#define ENDPOINT_TYPES(X)                                                                          \
    X(NONE, "")                                                                                    \
    X(WEBSOCKET, "websocket")                                                                      \
    X(HTTP, "http")                                                                                \
    X(RDP, "rdp")                                                                                  \
    X(COMPOSITE, "composite")                                                                      \
    X(OTHER, "other")

#define ENDPOINT_ENUM(name, word) ENDPOINT_##name,
enum endpoint_type { ENDPOINT_TYPES(ENDPOINT_ENUM) ENDPOINT_TYPE_COUNT };
#undef ENDPOINT_ENUM

const char *endpoint_type_word(enum endpoint_type type);
enum endpoint_type endpoint_type_of(const char *word);

/* What a field is to a person who wants to attach. */
enum endpoint_role { ENDPOINT_URL, ENDPOINT_HOST, ENDPOINT_PORT, ENDPOINT_USER, ENDPOINT_PASSWORD };

/* A composite's members are fields too, with the member's name before a dot: "browser.url". */
struct endpoint_field {
    enum endpoint_role role;
    const char *name, *text;
};

struct endpoint;

struct endpoint *endpoint_new(enum endpoint_type type);

/* Adds a copy of both; false when memory ran out or a ceiling is reached. */
bool endpoint_add(struct endpoint *endpoint, enum endpoint_role role, const char *name,
                  const char *text);

/* What came with an endpoint and is nothing that this program knows: how much, and what the first
 * of it is called, as "odd.token, vnc" (foreign text). It is shown once, so what is not kept is
 * told.
 */
struct endpoint_unread {
    size_t count;
    char names[96];
};

void endpoint_unread_add(struct endpoint *endpoint, const char *name);
const struct endpoint_unread *endpoint_unread(const struct endpoint *endpoint);

struct endpoint *endpoint_copy(const struct endpoint *endpoint);

/* Wipes, then frees. */
void endpoint_free(struct endpoint *endpoint);

enum endpoint_type endpoint_type(const struct endpoint *endpoint);
size_t endpoint_count(const struct endpoint *endpoint);

/* The field at an index below the count; its strings are borrowed until the next endpoint_add. */
struct endpoint_field endpoint_field(const struct endpoint *endpoint, size_t index);

/* One thing that can be attached to: a url, or a host with its port. A plain endpoint has one
 * target, a composite one for each member. */
struct endpoint_target {
    enum endpoint_role role; /* ENDPOINT_URL or ENDPOINT_HOST */
    char label[64];          /* a composite member's name, cut to fit; "" for a plain endpoint */
    const char *text;        /* the url or host; borrowed */
    const char *port;        /* NULL for a url; borrowed */
};

/* The targets in order; at most `room` are filled, the number is returned. */
size_t endpoint_targets(const struct endpoint *endpoint, struct endpoint_target *targets,
                        size_t room);

/* What that is, for a person: its label, or "url" or "host:port". */
const char *endpoint_target_word(const struct endpoint_target *target);

/* What is copied for a target: the url, or host:port. NULL when memory ran out. */
struct secret *endpoint_target_text(const struct endpoint_target *target);

#endif
