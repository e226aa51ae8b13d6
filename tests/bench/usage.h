/* usage: what a running process has used so far, as the kernel counts it (proc(5)). */
#ifndef TESTS_BENCH_USAGE_H
#define TESTS_BENCH_USAGE_H

#include <stdint.h>
#include <sys/types.h>

/* Times by CLOCK_MONOTONIC. */
int64_t usage_now_ns(void);

struct usage {
    int64_t at_ns;
    int64_t cpu_ns;  /* of all its threads, the ended ones too */
    int64_t wakeups; /* voluntary context switches of the threads that live */
};

/* Ends the bench if there is no such process. */
struct usage usage_of(pid_t pid);

struct memory {
    int64_t peak_bytes; /* VmHWM: the most that was resident, libraries included */
    int64_t own_bytes;  /* RssAnon: what is resident now and is nobody else's */
};

struct memory usage_memory(pid_t pid);

#endif
