/* signals: the few signals that the UI thread takes, as flags. They are blocked but for the moments
 * that signals_let_in or a ppoll with signals_mask gives them, so that no handler runs in the
 * middle of anything. UI thread; one user at a time. */
#ifndef TUI_SIGNALS_H
#define TUI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

enum { SIGNALS_TAKEN = 11 };

/* What was in force before. */
struct signals {
    struct sigaction actions[SIGNALS_TAKEN];
    sigset_t mask;
    sigset_t waiting; /* the same, but with our signals let in */
};

/* Blocks WINCH, TSTP, CONT, CHLD and those that end a program, and sets the handlers. */
void signals_take(struct signals *signals);

/* All as it was before, but that INT, TERM and HUP are ignored from now on: the program ends, and
 * what was confirmed is sent first. What came meanwhile and was not asked for is forgotten. */
void signals_give_back(struct signals *signals);

/* The mask for ppoll. */
const sigset_t *signals_mask(const struct signals *signals);

/* Lets those come that are waiting. */
void signals_let_in(const struct signals *signals);

/* Has it come since the last question? */
bool signals_came(int number);

/* The one that came and says that the program is to end; 0: none. */
int signals_end(void);

/* Stops this process as TSTP would have; returns when it is continued. The CONT is a flag then. */
void signals_stop(const struct signals *signals);

#endif
