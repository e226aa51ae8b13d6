/* lost: what is said of a create whose answer was lost, in the line and in the details. Pure; any
 * thread. */
#ifndef CORE_LOST_H
#define CORE_LOST_H

#include <stdbool.h>
#include <stddef.h>

enum { LOST_BYTES = 128 };

/* What lists told of it so far. `could_be`: how many listed leases could be it; `unseen`: none for
 * long, which is `unseen_s`. See struct intent. Returns `out`. */
const char *lost_words(char out[LOST_BYTES], size_t could_be, bool unseen, int unseen_s);

#endif
