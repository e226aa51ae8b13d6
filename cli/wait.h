/* wait: sleeps until the client has news or a moment has come. Main thread, where there is no
 * screen. */
#ifndef CLI_WAIT_H
#define CLI_WAIT_H

#include "api/client.h"

/* Takes the newest snapshot until `enough` says that it is, or the boot clock reaches `until_ms`.
 * The newest snapshot, one reference for the caller; NULL if none came. Messages are dropped. */
const struct snapshot *wait_until(struct client *client, bool (*enough)(const struct snapshot *),
                                  int64_t until_ms);

#endif
