/* heap: how the C library keeps freed memory. One call, before there is a second thread. */
#ifndef API_HEAP_H
#define API_HEAP_H

/* Large blocks go back to the system when they are freed. Left to itself glibc raises the size from
 * which they do with each one freed, and what a large fleet was read into stays as holes. Elsewhere
 * it does nothing. */
void heap_global_init(void);

#endif
