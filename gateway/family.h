/* family: the processes of a browser: all of the session that its first one leads, for a program
 * that was named may be a launcher that starts the browser and waits for it. Any thread, and any
 * process of the same user. */
#ifndef GATEWAY_FAMILY_H
#define GATEWAY_FAMILY_H

#include <stdbool.h>
#include <sys/types.h>

/* Shows each of them, the leader first, until one is what was looked for. Where the system does not
 * list its processes, the leader alone. */
bool family_find(pid_t leader, bool (*is_it)(pid_t process, void *closure), void *closure);

/* Kills them all. The leader may have ended, but not have been waited for. */
void family_kill(pid_t leader);

#endif
