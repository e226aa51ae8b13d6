/* find: what a word of the command line names: a runtime, or leases. Main thread. */
#ifndef CLI_FIND_H
#define CLI_FIND_H

#include "cli/program.h"

/* The one runtime that is chosen, if it may take a lease; program->client, which asks for nothing
 * else, must be there. False with a sentence, or with how to end in *code where that was said. */
bool find_runtime(struct program *program, struct identity *runtime, int *code,
                  struct error *error);

#endif
