/* configuration: where the configuration is, and what is wrong with it, also with what only the
 * screen knows: themes and keys. Main thread. */
#ifndef CLI_CONFIGURATION_H
#define CLI_CONFIGURATION_H

#include "cli/program.h"
#include "core/problems.h"

/* The path: the one of the command line, else this user's; "" for none. */
const char *configuration_place(const struct options *options);

/* Into program->config; the sentence is of the first problem. */
bool configuration_load(struct program *program, struct error *error);

/* Prints every problem in a line of its own. */
enum exit_code configuration_check(const struct options *options);

#endif
