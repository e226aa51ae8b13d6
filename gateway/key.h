/* key: the one API key this server accepts: where it comes from, and whether a presented one is the
 * same. Loaded by the main thread before the server starts, read-only after that. */
#ifndef GATEWAY_KEY_H
#define GATEWAY_KEY_H

#include "gateway/fault.h"

#include <stddef.h>

#define KEY_SIZE 512

struct key {
    char text[KEY_SIZE];
};

/* From `file` (NULL: none), else from BCTRL_API_KEY, which is wiped from the environment, else made
 * here.
 * `*made` says that it was made here and that nobody else knows it yet. */
bool key_load(struct key *key, const char *file, bool *made, struct fault *fault);

/* In a time that depends on the length of `presented` only. */
bool key_matches(const struct key *key, const char *presented);

void key_clear(struct key *key);

#endif
