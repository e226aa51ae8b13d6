/* reading: what a command reads of the server, without a screen. Main thread. */
#ifndef CLI_READING_H
#define CLI_READING_H

#include "cli/program.h"

enum { READING_MS = 30000 };

/* How much of it. */
enum reading {
    READING_CATALOG, /* spaces and runtimes */
    READING_ALL,     /* and leases */
};

/* Reads for at most READING_MS, and no longer than anything can come. The newest snapshot, one
 * reference for the caller; NULL: nothing came. */
const struct snapshot *reading_take(struct client *client, enum reading reading);

/* How to end by what came and what did not. */
enum exit_code reading_judge(const struct snapshot *snapshot, enum reading reading);

/* Why something did not come: what is the matter with the server, or with the first list that
 * failed below the list of spaces; or NULL. */
const struct trouble *reading_trouble(const struct snapshot *snapshot);
const struct trouble *reading_part_trouble(const struct snapshot *snapshot);

/* For who goes on reading: says what is the matter with the server, once, and once when it is well
 * again. *said: what was said last; TROUBLE_NONE at the start. */
void reading_tell(const struct program *program, const struct snapshot *newest,
                  enum trouble_kind *said);

#endif
