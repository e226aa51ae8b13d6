/* interrupt: see interrupt.h. A handler sets its flag and does nothing else. */
#include "cli/interrupt.h"

#include <stddef.h>

enum use {
    LEFT,  /* as it is: what a fault of ours raises, or nobody can take */
    ENDS,  /* would end us */
    TELLS, /* means something to a program that is run */
    WAKES, /* for machines that have no descriptor for a child's end */
};

struct kind {
    enum use use;
    bool of_terminal; /* which sends it to all that it runs, the program among them */
};

enum { NUMBERS = 65 };

static const struct kind kinds[NUMBERS] = {
    [SIGINT] = {ENDS, true},   [SIGTERM] = {ENDS, false},   [SIGHUP] = {ENDS, true},
    [SIGQUIT] = {ENDS, true},  [SIGUSR1] = {ENDS, false},   [SIGUSR2] = {ENDS, false},
    [SIGALRM] = {ENDS, false}, [SIGVTALRM] = {ENDS, false}, [SIGPROF] = {ENDS, false},
    [SIGXCPU] = {ENDS, false}, [SIGXFSZ] = {ENDS, false},   [SIGWINCH] = {TELLS, true},
    [SIGTSTP] = {TELLS, true}, [SIGCONT] = {TELLS, true},   [SIGCHLD] = {WAKES, false},
#ifdef SIGPOLL
    [SIGPOLL] = {ENDS, false},
#endif
#ifdef SIGPWR
    [SIGPWR] = {ENDS, false},
#endif
};

enum { FROM_KERNEL = 1, FROM_PROCESS = 2 };

static volatile sig_atomic_t came[NUMBERS];
static sigset_t waiting;
static bool active;

static enum use use_of(int number)
{
#ifdef SIGRTMIN
    if (number >= SIGRTMIN && number <= SIGRTMAX)
        return ENDS;
#endif
    return kinds[number].use;
}

static void remember(int number, siginfo_t *info, void *context)
{
    (void)context;
    came[number] = info->si_code <= 0 ? FROM_PROCESS : FROM_KERNEL;
}

static void block(int how, int number)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    pthread_sigmask(how, &one, NULL);
}

/* What was ignored stays so. */
static void act(int number, const struct sigaction *action)
{
    struct sigaction before;
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(number, action, NULL);
}

static void take(int number)
{
    struct sigaction action = {.sa_sigaction = remember, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    block(SIG_BLOCK, number);
    sigdelset(&waiting, number);
    act(number, &action);
}

static void give_back(int number)
{
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigemptyset(&usual.sa_mask);
    act(number, &usual);
    block(SIG_UNBLOCK, number);
}

void interrupt_take(void)
{
    pthread_sigmask(SIG_SETMASK, NULL, &waiting);
    for (int number = 1; number < NUMBERS; number++) {
        if (use_of(number) == ENDS || use_of(number) == WAKES)
            take(number);
    }
    active = true;
}

void interrupt_pass(bool on)
{
    for (int number = 1; number < NUMBERS; number++) {
        if (use_of(number) != TELLS)
            continue;
        on ? take(number) : give_back(number);
        came[number] = 0;
    }
}

void interrupt_stop(void)
{
    give_back(SIGTSTP);
    raise(SIGTSTP);
    take(SIGTSTP);
}

const sigset_t *interrupt_mask(void)
{
    return active ? &waiting : NULL;
}

int interrupt_came(bool *alone)
{
    for (int number = 1; number < NUMBERS; number++) {
        if (use_of(number) == WAKES || came[number] == 0)
            continue;
        *alone = came[number] == FROM_PROCESS || !kinds[number].of_terminal;
        came[number] = 0;
        return number;
    }
    return 0;
}
