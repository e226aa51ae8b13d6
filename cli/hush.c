/* hush: see hush.h. Ctrl-C stays a signal, so that it works whatever this program is doing. */
#include "cli/hush.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int ends[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP};
enum { ENDS = sizeof ends / sizeof *ends };

/* For a signal handler, which has no context. */
static struct termios terminal_before;
static struct sigaction actions_before[ENDS];
static bool hushed;

/* Its action is the usual one again: it does what it would have done. */
static void on_end(int number)
{
    int kept = errno;
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
    raise(number);
    errno = kept;
}

static void take_signals(void)
{
    struct sigaction action = {.sa_handler = on_end, .sa_flags = (int)SA_RESETHAND};
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < ENDS; i++) {
        sigaction(ends[i], NULL, &actions_before[i]);
        if (actions_before[i].sa_handler == SIG_DFL)
            sigaction(ends[i], &action, NULL);
    }
}

void hush_begin(void)
{
    hushed = tcgetattr(STDIN_FILENO, &terminal_before) == 0;
    if (!hushed)
        return;
    struct termios quiet = terminal_before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    take_signals();
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
}

void hush_end(void)
{
    if (!hushed)
        return;
    hushed = false;
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
    for (size_t i = 0; i < ENDS; i++)
        sigaction(ends[i], &actions_before[i], NULL);
}

/* An Esc with something behind it is the beginning of another key. */
bool hush_left(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    char typed[256];
    if (poll(&input, 1, 0) <= 0)
        return false;
    ssize_t length = read(STDIN_FILENO, typed, sizeof typed);
    if (length <= 0)
        return length == 0 || errno != EINTR;
    return memchr(typed, 'q', (size_t)length) != NULL || typed[length - 1] == '\033';
}
