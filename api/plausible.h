/* plausible: whether text from a server can be what it is said to be, before a person pastes it
 * somewhere. A url is ASCII as RFC 3986 has it: nothing in it ends a word, quotes, pipes or opens
 * what a shell would run. Pure; any thread. */
#ifndef API_PLAUSIBLE_H
#define API_PLAUSIBLE_H

#include "api/endpoint.h"

/* SCHEME://HOST..., in the characters of RFC 3986, section 2. */
bool plausible_url(const char *text);

/* A name, an IPv4 address, or an IPv6 address in brackets or not. */
bool plausible_host(const char *text);

/* 1 to 65535, in digits. */
bool plausible_port(const char *text);

/* Nothing of it had to be repaired (see repair.h): it would lead elsewhere. */
bool plausible_whole(const char *text);

/* What is copied for this target may be copied. */
bool plausible_target(const struct endpoint_target *target);

/* The field may leave by itself: of a user and a password all that is asked is that they are
 * whole, end no line and steer no terminal. */
bool plausible_field(const struct endpoint_field *field);

/* All of it may be handed on. */
bool plausible_endpoint(const struct endpoint *endpoint);

#endif
