/* wiping: free and realloc for the whole program, libraries included: what is given back is wiped
 * first. Secrets pass through more libraries than those that take other functions (secret_heap_*):
 * HTTP/2 keeps what it sends, TLS what it reads. In front of the system's own, by the rules of
 * linking; built where that has names of its own for them (glibc), and not under a sanitizer. Any
 * thread. */
#include "api/secret.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void __libc_free(void *bytes);
void *__libc_realloc(void *old, size_t bytes);

void free(void *bytes)
{
    secret_wipe(bytes, malloc_usable_size(bytes));
    __libc_free(bytes);
}

/* The system's own would leave what was there behind when it moves. */
static void *grow(void *old, size_t held, size_t bytes)
{
    void *fresh = malloc(bytes);
    if (fresh == NULL)
        return NULL;
    memcpy(fresh, old, held);
    free(old);
    return fresh;
}

void *realloc(void *old, size_t bytes)
{
    size_t held = malloc_usable_size(old);
    if (old == NULL)
        return malloc(bytes);
    if (bytes > held)
        return grow(old, held, bytes);
    secret_wipe((char *)old + bytes, held - bytes); /* with no bytes that frees it */
    return __libc_realloc(old, bytes);
}
