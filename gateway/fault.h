/* fault: why the gateway could not start, in one sentence and with the exit status it deserves.
 * What a client did wrong is another matter: see answer.h. Any thread; no state. */
#ifndef GATEWAY_FAULT_H
#define GATEWAY_FAULT_H

#include <stdbool.h>

enum fault_kind {
    FAULT_SYSTEM = 1, /* the machine said no: a port, memory, a random number */
    FAULT_USAGE = 2,  /* what was asked for is wrong */
};

/* The kind is the exit status. The sentence has no newline and no secret. */
struct fault {
    enum fault_kind kind;
    char sentence[512];
};

/* Fills `fault` and returns false, so that a failing function can end in `return fault_set(...)`.
 */
bool fault_set(struct fault *fault, enum fault_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for "out of memory", which needs no words of its own. */
bool fault_memory(struct fault *fault);

#endif
