/* after: the user's commands that run when a lease was made or revoked here: see leasetop.conf(5),
 * HOOKS. What one of them says is dropped; that one failed is said on stderr, and changes nothing
 * else. Main thread; needs interrupt_take before. */
#ifndef CLI_AFTER_H
#define CLI_AFTER_H

#include "cli/program.h"

/* Starts what belongs to this message, if anything does. */
void after_message(struct program *program, const struct message *message);

/* Goes on; to be called when a child has ended. */
void after_step(struct program *program);

/* Waits for the end of all, which is seconds away at the most; a signal ends the waiting. */
void after_finish(struct program *program);

#endif
