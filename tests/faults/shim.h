/* shim: what the system says to leasetop, bent while it runs. tests/faults/shim.c is preloaded into
 * it and reads this from a file that a test has mapped too. Nothing here is linked into leasetop.
 * All zero bends nothing. Any thread of either side. */
#ifndef TESTS_FAULTS_SHIM_H
#define TESTS_FAULTS_SHIM_H

#include <stdatomic.h>
#include <stdint.h>

enum shim_names {
    SHIM_NAMES_REAL,
    SHIM_NAMES_STUCK, /* nobody answers about names */
    SHIM_NAMES_HERE,  /* every name means 127.0.0.1 */
};

enum shim_memory {
    SHIM_MEMORY_REAL,
    SHIM_MEMORY_OUT,     /* every allocation fails */
    SHIM_MEMORY_OUT_API, /* those of the API's thread alone */
};

/* What the program holds, as it sees it itself: nobody else may look into it. */
struct shim_sample {
    int64_t files, sockets; /* open descriptors; those of them that are sockets */
    int64_t resident_kib;   /* RSS without what is a file's: heap, stacks, locked memory */
    int64_t heap_bytes;     /* allocated and not freed; 0 under a sanitizer */
};

struct shim {
    _Atomic int64_t boot_ahead_ms; /* added to the clock that counts from boot: a suspend */
    _Atomic int64_t wall_ahead_ms; /* added to the clock that people set */
    _Atomic int names;             /* enum shim_names */
    _Atomic int connect_errno;     /* not 0: how every connection over the network fails */
    _Atomic int connect_port;      /* not 0: whom they go to instead, on 127.0.0.1 */
    _Atomic int memory_out;        /* enum shim_memory */
    _Atomic int64_t names_asked, connects, allocations_failed; /* counted */

    /* All clocks at once, so that hours pass in seconds. Where `steered`, whoever waits for a
     * moment notices that it has come; `ui_idle_ms` and `api_idle_ms` are the newest `ahead_ms` at
     * which the two threads had nothing left to do. */
    _Atomic int steered;
    _Atomic int64_t ahead_ms, ui_idle_ms, api_idle_ms;
    _Atomic unsigned
        idle_turns; /* a futex: grows, and wakes, whenever one of the two becomes idle */
    _Atomic int samples_wanted, samples_taken; /* one is taken when they differ */
    struct shim_sample sample;
};

/* The variable that names the file. */
#define SHIM_VARIABLE "LEASETOP_TEST_SHIM"

#endif
