/* environment: the variables a child is given, built from nothing, so that the API key is never
 * among them by accident. No state; any thread. */
#ifndef CORE_ENVIRONMENT_H
#define CORE_ENVIRONMENT_H

#include "api/error.h"

#include <stddef.h>

enum { ENVIRONMENT_VARIABLES = 1024 }; /* at most; more is an error */

/* Under construction. `list` fits posix_spawn: name=value, ended by NULL; NULL itself while it is
 * empty. */
struct environment {
    char **list;
    size_t count;
};

void environment_init(struct environment *environment);

/* Wipes what it held. */
void environment_clear(struct environment *environment);

/* Adds or replaces. The only way for BCTRL_API_KEY to get in. */
bool environment_set(struct environment *environment, const char *name, const char *value,
                     struct error *error);

/* Takes over from `from` (name=value, ended by NULL, such as environ) what a program needs to find
 * its home, the terminal multiplexer, the display and the locale, and nothing else: for programs
 * that leasetop starts of its own accord. */
bool environment_ordinary(struct environment *environment, const char *const *from,
                          struct error *error);

/* Takes over everything but the API key and what create --exec tells of its lease, which is another
 * than that of the child: for commands that the user configured. */
bool environment_inherit(struct environment *environment, const char *const *from,
                         struct error *error);

/* The value of a name in a list, or NULL; an empty one counts as none. */
const char *environment_get(const char *const *from, const char *name);

#endif
