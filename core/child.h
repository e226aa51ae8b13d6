/* child: starting other programs, and never waiting for them: every function returns at once, so an
 * event loop may call them all. No state of its own; one child belongs to one thread. The process
 * must not ignore SIGCHLD.
 *
 * A child gets the environment given (see environment.h), the arguments given, /dev/null, a pipe or
 * ours on each of the standard streams, default signals, and no other descriptor of ours. It starts
 * by posix_spawn, which does not copy our memory. */
#ifndef CORE_CHILD_H
#define CORE_CHILD_H

#include "api/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    CHILD_INPUT_BYTES = 64 << 10, /* a pipe holds them, so that nobody waits until they are read */
    CHILD_GRACE_MS = 200,         /* between TERM and KILL */
};

/* The program as a path that can be started, from `path` (a value of PATH); a name with a slash is
 * only checked. Relative entries of PATH are passed over: what lies in the current folder is
 * nobody's tool. */
bool child_find(char *out, size_t size, const char *program, const char *path);

/* Whether there is anything of that name, be it a program or not. */
bool child_there(const char *program, const char *path);

/* A random name, or a key: `digits` (up to 64) hexadecimal digits and a NUL. */
bool child_random(char *out, size_t digits, struct error *error);

enum child_stream {
    CHILD_DROP,  /* /dev/null */
    CHILD_PIPE,  /* a pipe; our end is in struct child */
    CHILD_BYTES, /* input only: these bytes, then the end */
    CHILD_MERGE, /* errors only: to where the output goes */
    CHILD_OURS,  /* the same as ours */
};

struct child_options {
    const char *path;               /* from child_find */
    const char *const *argv;        /* ended by NULL; never a secret: anybody can read it */
    const char *const *environment; /* ended by NULL, NULL for none */
    enum child_stream input, output, errors;
    const void *bytes; /* borrowed; the caller wipes them when child_start has returned */
    size_t length;     /* up to CHILD_INPUT_BYTES */
    bool session;      /* one of its own: outlives a closed terminal, ends with all it started */
    bool deaf;         /* to the signals that we ignore, but PIPE: as after nohup */
};

struct child {
    pid_t pid;     /* 0 when there is none, or it was left */
    int ended_fd;  /* readable when it has ended; -1 where there is no such thing: use SIGCHLD */
    int input_fd;  /* CHILD_PIPE: write here; else -1 */
    int output_fd; /* CHILD_PIPE: read here, never blocks; else -1 */
    int status;    /* of waitpid, once it has ended */
    bool session;
    int64_t kill_ms; /* when child_end goes from TERM to KILL; 0 before its first call */
};

/* An empty one, that may be cleared. */
void child_init(struct child *child);

/* Initialises and starts. A program that cannot be executed fails here. On failure there is nothing
 * to clear. */
bool child_start(struct child *child, const struct child_options *options, struct error *error);

/* True once it has ended (and for one that was never started); reaps it. */
bool child_ended(struct child *child);

/* It ended by itself with exit status 0. */
bool child_succeeded(const struct child *child);

/* How it ended, for a sentence: `exit status 1`, `signal 15`. Returns `out`. */
char *child_describe(const struct child *child, char *out, size_t size);

/* A signal to the program alone, or to all of its session if it has one. Nothing once it ended. */
void child_signal(const struct child *child, int signal_number);
void child_signal_all(const struct child *child, int signal_number);

/* Ends it, with its whole session if it has one: TERM at the first call, KILL at a later one from
 * CHILD_GRACE_MS on. To be called until it returns true: gone and reaped. `now_ms` is of any clock
 * that only goes forward. */
bool child_end(struct child *child, int64_t now_ms);

/* Closes our ends of the pipes. What still runs is left to run; it will not be reaped. */
void child_leave(struct child *child);

/* The same, but what still runs is killed first. */
void child_clear(struct child *child);

#endif
