/* lookup: whether the SPACE and RUNTIME of the command line exist, before the screen opens. Main
 * thread. */
#ifndef CLI_LOOKUP_H
#define CLI_LOOKUP_H

#include "cli/program.h"

enum { LOOKUP_MS = 1000 };

enum lookup_end { LOOKUP_DONE, LOOKUP_NOT_THERE, LOOKUP_LEFT };

/* Looks for them for at most LOOKUP_MS, at a terminal that may end it with q, Esc or Ctrl-C.
 * NOT_THERE, with the error set, only where they surely are not there, or two have the same name;
 * the sentence names near ones, or the ids of the two. No answer in time is no reason to refuse:
 * the dashboard says what is the matter. `space` "": all; `runtime` "": all of the space. *heard is
 * what the client said meanwhile and will not say again: one reference for the caller, or NULL. */
enum lookup_end lookup(struct client *client, const char *space, const char *runtime,
                       const struct snapshot **heard, struct error *error);

/* Where a SPACE without a RUNTIME was looked for in vain, the sentence then says what else it may
 * have been: a command, or the runtime of a space, for which the server is asked for at most
 * LOOKUP_MS. Replaces the program's client; the use of that one must have had `more`. */
void lookup_hint(struct program *program, struct error *error);

/* The same question to a snapshot, for --once. */
bool lookup_in(const struct snapshot *snapshot, const char *space, const char *runtime,
               struct error *error);

#endif
