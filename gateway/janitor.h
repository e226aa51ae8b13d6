/* janitor: a small process that outlives the gateway by a moment, however that ends: it ends the
 * browsers that are left, waits for them, which go on writing files for a moment, and removes the
 * folder; before, the folders of browsers that ended. It is in a session of its own, and nobody's
 * child. Main thread. */
#ifndef GATEWAY_JANITOR_H
#define GATEWAY_JANITOR_H

#include <stdbool.h>
#include <sys/types.h>

struct janitor {
    int link;  /* to it: each side sees the end of the other; -1: there is none */
    int users; /* of a pipe, for whoever may write into the folder to hold open; -1: none */
};

#define JANITOR_NONE                                                                               \
    {                                                                                              \
        .link = -1, .users = -1                                                                    \
    }

/* `lock` is what the folder is held by, which it holds on to. False: there is none. */
bool janitor_start(struct janitor *janitor, const char *folder, int lock);

/* Tells it whose family is not to outlive the gateway: said by the leader itself, between fork and
 * exec, so that nothing is started that it has not heard of. */
void janitor_join(const struct janitor *janitor, pid_t leader);

/* That family has been killed; before the leader is waited for, whose number is another's then. */
void janitor_leave(const struct janitor *janitor, pid_t leader);

/* Has the folder of this number removed in the folder, now; false: it does not hear. */
bool janitor_remove(const struct janitor *janitor, unsigned number);

/* Lets it do its work, and waits for that; false: it takes very long, and goes on. */
bool janitor_end(struct janitor *janitor);

#endif
