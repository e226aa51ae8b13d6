/* lookup: whether the SPACE and RUNTIME of the command line exist, before the screen opens. Main
 * thread. */
#ifndef CLI_LOOKUP_H
#define CLI_LOOKUP_H

#include "api/client.h"
#include "core/options.h"

enum { LOOKUP_MS = 1000 };

/* Looks for them for at most LOOKUP_MS. False only where they surely are not there, or two have the
 * same name; the sentence names near ones, or the ids of the two. No answer in time is no reason to
 * refuse: the dashboard says what is the matter. `space` "": all; `runtime` "": all of the space.
 * *heard is what the client said meanwhile and will not say again: one reference for the caller, or
 * NULL. */
bool lookup(struct client *client, const char *space, const char *runtime,
            const struct snapshot **heard, struct error *error);

/* Where such a SPACE was looked for in vain, without a command before it: it may have been meant as
 * one, which the sentence then says. */
void lookup_hint(const struct options *options, struct error *error);

/* The same question to a snapshot, for --once. */
bool lookup_in(const struct snapshot *snapshot, const char *space, const char *runtime,
               struct error *error);

#endif
