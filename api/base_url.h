/* base_url: the url an operator gives for the API, checked and brought to one form. Pure; any
 * thread. */
#ifndef API_BASE_URL_H
#define API_BASE_URL_H

#include "api/error.h"
#include "api/limits.h"

struct base_url {
    char text[LIMIT_URL_BYTES]; /* `https://host[:port][/path]`: no /v1 and no slash at the end */
    char host[256];             /* host[:port], as the screen shows it */
    bool loopback;
};

/* Accepts http and https, with or without /v1 and slashes at the end. Refuses, with a sentence,
 * anything that is no such url, one with a user, a query or a fragment, and plain http to a host
 * that is not this machine: the key would travel in the clear. The sentence never repeats a url
 * that may hold a password. */
bool base_url_parse(struct base_url *base, const char *given, struct error *error);

/* Whether such a text means this machine. */
bool base_url_loopback(const char *text);

#endif
