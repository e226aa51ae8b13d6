/* copy: an endpoint on its way to the clipboard, without a screen. Main thread. */
#ifndef CLI_COPY_H
#define CLI_COPY_H

#include "cli/program.h"

/* Copies of this lease what can be attached to, or the part that --part names, by the first route
 * that works; says which that was, also to the audit. False with a sentence where there is none, or
 * nothing to copy. */
bool copy_endpoint(struct program *program, const struct identity *lease,
                   const struct endpoint *endpoint, struct error *error);

/* Says that it has no such part, or (NULL) that one must be named, and which there are. False. */
bool copy_no_part(const struct endpoint *endpoint, const char *part, struct error *error);

#endif
