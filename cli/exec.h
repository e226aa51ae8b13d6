/* exec: a program that gets an endpoint, in its environment or on its standard input, while we wait
 * for its end. Main thread. */
#ifndef CLI_EXEC_H
#define CLI_EXEC_H

#include "cli/program.h"

struct exec {
    char path[4096];              /* from exec_find */
    const char *const *argv;      /* ended by NULL */
    bool on_stdin;                /* the endpoint goes there */
    const struct identity *lease; /* told by LEASETOP_LEASE */
    const struct endpoint *endpoint;
};

/* Finds the program, so that what cannot run costs no lease. */
bool exec_find(struct exec *exec, const char *const *argv, struct error *error);

/* Runs it to its end. Signals that were sent to us alone go on to it. *status as a shell has it:
 * its exit status, or 128 and the signal. False where it could not be started. */
bool exec_run(struct program *program, const struct exec *exec, int *status, struct error *error);

#endif
