/* measure: the figures of one program in a terminal, the same way for every program. A program that
 * does not do what is waited for ends the bench. */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include "tests/bench/pty.h"
#include "tests/bench/samples.h"
#include "tests/bench/usage.h"

struct subject {
    const char *name;
    const char *const *argv;
    const char *const *environment; /* as for pty_start */
    const char *framed;             /* stands at the end of its first frame */
    const char *settled;            /* is on the screen when there is nothing left to load */
    bool works_by_children;         /* what it uses is used by the children it waits for */
};

/* From execve, in ms: until the first byte of anything, until the first frame has been written, and
 * the processor time used by then, which other programs on the machine change less. */
struct start {
    struct samples byte, frame, cpu;
};
void measure_start(const struct subject *subject, int runs, struct start *start);

/* From q until the program is gone, in ms. `listener`: once it is framed it waits for an answer of
 * this socket, which gives none; -1: of nobody. */
void measure_quit(const struct subject *subject, int runs, int listener, struct samples *quit);

struct idle {
    double cpu_share; /* of one core */
    double wakeups_per_s, bytes_per_s;
    struct memory memory;
};

/* Left alone for so long, once it has settled. */
struct idle measure_idle(const struct subject *subject, int seconds);

/* Moves the cursor down and up again, each time after a random pause. Of each key: from before the
 * write of it until the cursor's new row had been read, in ms. */
struct keys {
    struct pty *pty;
    uint64_t fixed; /* rows that are marked wherever the cursor is: titles */
    int home;       /* where the cursor is first */
    unsigned unseen;
    struct samples samples;
};

void measure_keys_start(struct keys *keys, struct pty *pty);
void measure_key(struct keys *keys, int pause_max_ms);

/* Ends the bench when too many keys changed nothing. */
void measure_keys_check(const struct keys *keys);

#endif
