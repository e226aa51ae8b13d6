/* interrupt: what would end us (INT, TERM, HUP, QUIT, USR1, ALRM and the like) as flags, for a
 * command that has something to finish. They are blocked but while it waits (cli/wait.h), so that
 * no handler runs in the middle of anything. What was ignored when the program was started stays
 * so. Main thread. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

/* From here on to the end of the program. */
void interrupt_take(void);

/* While a program runs for us: also WINCH, TSTP and CONT, which end nobody. */
void interrupt_pass(bool on);

/* Stops us as TSTP does, until CONT. While they are passed. */
void interrupt_stop(void);

/* What is let in while waiting; NULL before interrupt_take. */
const sigset_t *interrupt_mask(void);

/* The number of one that came, once; 0: none is left. *alone: to us; a terminal sends to all that
 * it runs. */
int interrupt_came(bool *alone);

#endif
