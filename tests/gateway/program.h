/* program: the real leasetop-gateway as a child: started on a free port, spoken to from outside,
 * ended and looked at afterwards. What cannot be set up ends the test program. Test's thread. */
#ifndef TESTS_GATEWAY_PROGRAM_H
#define TESTS_GATEWAY_PROGRAM_H

#include <stdint.h>
#include <sys/types.h>

/* What PROGRAM_START gives it, and the client of wire.h sends. */
#define PROGRAM_KEY "bctrl_for_tests_only"

/* Ten times and more of what anything here should take. */
#define PROGRAM_PATIENCE_MS 20000

struct program {
    pid_t pid;
    uint16_t port;
    int input; /* the other end of its standard input, -1 once closed */
    int output;
    int complaints;
};

/* How one ended: 128 and the signal if by one; texts from malloc. */
struct program_end {
    int status;
    char *output;
    char *complaints;
};

/* Starts it with `key` in the environment (NULL: none) and the arguments, which end in NULL, and
 * waits for the line that says where it listens. */
void program_start(struct program *program, const char *key, const char *const *arguments);

/* With the usual key, on any free port: PROGRAM_START(&program, "--demo"). */
#define PROGRAM_START(program, ...)                                                                \
    program_start(program, PROGRAM_KEY, (const char *const[]){"--port", "0", ##__VA_ARGS__, NULL})

/* Starts it without waiting for a line: for what ends by itself. */
void program_launch(struct program *program, const char *key, const char *const *arguments);

/* Sends `signal` (0: none), closes its input, reads what it still says, and waits for its end. */
struct program_end program_finish(struct program *program, int signal);
void program_end_clear(struct program_end *end);

/* Ends it as one asks a server to, and holds it to a clean end. */
void program_stop(struct program *program);

/* Up to the next newline, which is cut off, or the end; from malloc. */
char *program_line(int from);

#endif
