/* run: leasetop without a terminal: started, ended, and what it said. For tests of the command
 * line. One thread. */
#ifndef TESTS_SCREEN_RUN_H
#define TESTS_SCREEN_RUN_H

#include "tests/screen/desk.h"

struct run {
    int status; /* 128 and the signal if it was ended by one */
    char *out, *err;
    const char *input; /* set before it is started: what it reads; NULL: nothing */
    bool group;        /* set before: it has a process group of its own, as a shell's job */
    pid_t pid;
    int pipes[2]; /* its output and its errors, while it runs */
};

/* Starts it with these arguments (after the program's name) and waits for its end; both lists may
 * be NULL. Its environment is built as that of a screen is, without a key. Input is empty. What
 * takes longer than DESK_PATIENCE_MS is killed. */
void run_leasetop(struct run *run, struct desk *desk, const char *const *arguments,
                  const char *const *environment);

/* The same in two steps, for what is to be done while it runs. */
void run_begin(struct run *run, struct desk *desk, const char *const *arguments,
               const char *const *environment);
void run_end(struct run *run);

void run_clear(struct run *run);

/* One sentence: it begins with the program's name, has one line, and ends without a blank. */
void assert_sentence(const char *err);

#endif
