/* signals: see signals.h. A handler sets its flag and does nothing else. */
#include "tui/signals.h"

#include "api/portable.h"

#include <poll.h>
#include <stddef.h>
#include <time.h>

static const int taken[SIGNALS_TAKEN] = {SIGWINCH, SIGTSTP, SIGCONT, SIGCHLD, SIGINT, SIGTERM,
                                         SIGHUP,   SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM};
static volatile sig_atomic_t came[NSIG];

static void remember(int number)
{
    came[number] = 1;
}

static void handle(int number)
{
    struct sigaction action = {.sa_handler = remember, .sa_flags = SA_NOCLDSTOP};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void signals_take(struct signals *signals)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < SIGNALS_TAKEN; i++)
        sigaddset(&blocked, taken[i]);
    pthread_sigmask(SIG_BLOCK, &blocked, &signals->mask);
    signals->waiting = signals->mask;
    for (size_t i = 0; i < SIGNALS_TAKEN; i++) {
        sigdelset(&signals->waiting, taken[i]);
        sigaction(taken[i], NULL, &signals->actions[i]);
        handle(taken[i]);
        came[taken[i]] = 0;
    }
}

/* What ends the program has been told by now: a second one must not end it before what was
 * confirmed is sent. */
static bool is_last(int number)
{
    return number == SIGINT || number == SIGTERM || number == SIGHUP;
}

void signals_give_back(struct signals *signals)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    signals_let_in(signals);
    for (size_t i = 0; i < SIGNALS_TAKEN; i++)
        sigaction(taken[i], is_last(taken[i]) ? &ignore : &signals->actions[i], NULL);
    pthread_sigmask(SIG_SETMASK, &signals->mask, NULL);
}

const sigset_t *signals_mask(const struct signals *signals)
{
    return &signals->waiting;
}

void signals_let_in(const struct signals *signals)
{
    struct timespec no_time = {0};
    portable_ppoll(NULL, 0, &no_time, &signals->waiting);
}

/* Those that end a program that does not know them: it ends, with its terminal as it was. */
int signals_end(void)
{
    static const int ends[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (signals_came(ends[i]))
            return ends[i];
    return 0;
}

bool signals_came(int number)
{
    bool yes = came[number] != 0;
    came[number] = 0;
    return yes;
}

/* With the action that was there before us: where TSTP was ignored, it is. */
void signals_stop(const struct signals *signals)
{
    for (size_t i = 0; i < SIGNALS_TAKEN; i++)
        if (taken[i] == SIGTSTP)
            sigaction(SIGTSTP, &signals->actions[i], NULL);
    raise(SIGTSTP);
    signals_let_in(signals);
    handle(SIGTSTP);
    came[SIGCONT] = 1;
}
