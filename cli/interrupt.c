/* interrupt: see interrupt.h. A handler sets its flag and does nothing else. */
#include "cli/interrupt.h"

#include <stddef.h>

/* CHLD only wakes up: for machines that have no descriptor for a child's end. */
static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
enum { TAKEN = sizeof taken / sizeof *taken, FROM_KERNEL = 1, FROM_PROCESS = 2 };

static volatile sig_atomic_t came[TAKEN];
static sigset_t waiting;
static bool active;

static void remember(int number, siginfo_t *info, void *context)
{
    (void)context;
    for (size_t i = 0; i < TAKEN; i++) {
        if (taken[i] == number)
            came[i] = info->si_code <= 0 ? FROM_PROCESS : FROM_KERNEL;
    }
}

void interrupt_take(void)
{
    sigset_t blocked;
    struct sigaction before, action = {.sa_sigaction = remember, .sa_flags = SA_SIGINFO};
    sigemptyset(&blocked);
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < TAKEN; i++)
        sigaddset(&blocked, taken[i]);
    pthread_sigmask(SIG_BLOCK, &blocked, &waiting);
    for (size_t i = 0; i < TAKEN; i++) {
        sigdelset(&waiting, taken[i]);
        sigaction(taken[i], NULL, &before);
        if (before.sa_handler != SIG_IGN)
            sigaction(taken[i], &action, NULL);
    }
    active = true;
}

const sigset_t *interrupt_mask(void)
{
    return active ? &waiting : NULL;
}

int interrupt_came(bool *sent)
{
    for (size_t i = 0; i < TAKEN; i++) {
        if (taken[i] == SIGCHLD || came[i] == 0)
            continue;
        *sent = came[i] == FROM_PROCESS;
        came[i] = 0;
        return taken[i];
    }
    return 0;
}
