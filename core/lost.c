/* lost: see lost.h. */
#include "core/lost.h"

#include <stdio.h>

const char *lost_words(char out[LOST_BYTES], size_t could_be, bool unseen, int unseen_s)
{
    if (could_be > 1)
        snprintf(out, LOST_BYTES, "%zu new leases could be it, none is taken for it", could_be);
    else if (could_be == 1)
        snprintf(out, LOST_BYTES,
                 "a new lease with another life could be it, and is not taken for it");
    else if (unseen)
        snprintf(out, LOST_BYTES, "not listed for %d s, it may still come", unseen_s);
    else
        snprintf(out, LOST_BYTES, "the next lists will tell");
    return out;
}
