/* heap: see heap.h. */
#include "api/heap.h"

#ifdef HAVE_MALLOPT
#include <malloc.h>
#endif

enum { LARGE_BYTES = 64 << 10 };

void heap_global_init(void)
{
#ifdef HAVE_MALLOPT
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
}
