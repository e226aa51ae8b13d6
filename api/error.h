/* error: how anything says that it failed: what kind of failure, and one sentence for a person.
 * Filled once, where the cause is known; passed up unchanged. Any thread; no state. */
#ifndef API_ERROR_H
#define API_ERROR_H

#include <stdbool.h>

enum error_kind {
    ERROR_NONE,
    ERROR_USAGE,        /* what was asked for is wrong: exit 2 */
    ERROR_UNAUTHORISED, /* no key, or one that is refused: exit 4 */
    ERROR_SYSTEM,       /* the machine said no: a file, a process, a socket */
    ERROR_MEMORY,       /* an allocation failed */
    ERROR_INPUT,        /* bytes from outside that cannot be read */
    ERROR_UNSTARTED,    /* a program cannot be started: exit 126 */
    ERROR_NO_PROGRAM,   /* it is not there: exit 127 */
};

/* The sentence has no newline, no secret, and says what to do where there is something to do. */
struct error {
    enum error_kind kind;
    char sentence[512];
};

/* Fills `error` (which may be NULL: the caller does not want to know) and returns false, so that a
 * failing function can end in `return error_set(...)`. A sentence that is too long is cut at the
 * end. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for "out of memory", which needs no words of its own. */
bool error_memory(struct error *error);

#endif
