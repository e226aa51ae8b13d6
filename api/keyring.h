/* keyring: copies of endpoints in the kernel's user keyring, so that a restart still can copy them
 * and no disk is touched. The kernel forgets a copy when its lease is over, whether this program
 * runs or not. API thread only, but for what makes and frees a keyring.
 *
 * The keyring is the user's (@u), not the session's: a new login finds it too. Who has it may do
 * all with a copy; the same user elsewhere may see, find and read it; nobody else may anything. A
 * copy is described by the server's address and the lease's identity, which are no secrets. Source:
 * keyrings(7), user-keyring(7), keyctl_set_timeout(3). */
#ifndef API_KEYRING_H
#define API_KEYRING_H

#include "api/error.h"
#include "api/model.h"

enum {
    KEYRING_ENDLESS_S = 24 * 3600,   /* a copy for a lease without a known expiry: a day */
    KEYRING_MOST_S = 30 * 24 * 3600, /* and for the longest of all a month */
};

/* What the kernel's keyring is to this program. */
enum keyring_state {
    KEYRING_OFF,     /* not wanted */
    KEYRING_READY,   /* nothing speaks against it so far */
    KEYRING_ABSENT,  /* this kernel, or this build, has none */
    KEYRING_REFUSED, /* not allowed here, as in many containers */
    KEYRING_FULL,    /* the user's quota is used up; later it may not be */
    KEYRING_STATES
};

/* One sentence about a state; "" for OFF and READY. */
const char *keyring_words(enum keyring_state state);

struct keyring;

/* For one server; `wanted` false makes one that is off. NULL when memory ran out. */
struct keyring *keyring_new(const char *base_url, bool wanted);
void keyring_free(struct keyring *keyring); /* the copies stay */

enum keyring_state keyring_state(const struct keyring *keyring);

/* Puts a copy there that lives for `left_s` seconds (LEFT_NONE: no expiry is known), in the place
 * of one that is there. False: it is not there, and keyring_state may say why. */
bool keyring_put(struct keyring *keyring, const struct identity *lease,
                 const struct endpoint *endpoint, int64_t left_s);

/* The copy for the caller to free; NULL when it is gone. */
struct endpoint *keyring_get(struct keyring *keyring, const struct identity *lease);

/* Ends the copy, wherever it is linked; nothing where there is none. */
void keyring_remove(struct keyring *keyring, const struct identity *lease);

/* Puts a copy of nothing there, reads it and ends it: whether that works, on the calling thread.
 * For who wants to know it before there is anything to keep. *state (not OFF) may say why not. */
bool keyring_probe(enum keyring_state *state);

/* Calls `found` for each copy of this server's that can be read. */
void keyring_each(struct keyring *keyring,
                  void (*found)(void *context, const struct identity *lease,
                                enum endpoint_type type),
                  void *context);

#endif
