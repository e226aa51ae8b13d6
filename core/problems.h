/* problems: what is wrong with a file that a person wrote: all of it, each with its line. Open data
 * without allocations, so that collecting cannot fail. Pure; any thread. */
#ifndef CORE_PROBLEMS_H
#define CORE_PROBLEMS_H

#include "api/error.h"

#include <stddef.h>

enum { PROBLEMS_MAX = 40, PROBLEM_BYTES = 320 };

struct problem {
    unsigned line; /* 0: the file as a whole */
    char sentence[PROBLEM_BYTES];
};

struct problems {
    size_t count; /* also those that found no room; of them none is held */
    struct problem items[PROBLEMS_MAX];
};

/* Sorted by line as they come. Always false, so that a reader can end in it. */
bool problems_add(struct problems *problems, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "FILE:LINE: sentence" of the one at `place`; false beyond the last. */
bool problems_text(const struct problems *problems, const char *file, size_t place, char *out,
                   size_t size);

/* The first as an error, and how many there are besides. Returns false. */
bool problems_error(const struct problems *problems, const char *file, struct error *error);

#endif
