/* reading: what a command reads of the server, once, without a screen. Main thread. */
#ifndef CLI_READING_H
#define CLI_READING_H

#include "api/client.h"
#include "core/options.h"

enum { READING_MS = 30000 };

/* How much of it. */
enum reading {
    READING_CATALOG, /* spaces and runtimes */
    READING_ALL,     /* and leases */
};

/* Reads for at most READING_MS. The newest snapshot, one reference for the caller; NULL: nothing
 * came. */
const struct snapshot *reading_take(struct client *client, enum reading reading);

/* How to end by what came and what did not. */
enum exit_code reading_judge(const struct snapshot *snapshot, enum reading reading);

#endif
