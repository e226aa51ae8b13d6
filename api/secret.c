/* secret: see secret.h. Each secret has pages of its own, so that locking and leaving out of cores,
 * which work by the page, never touch a neighbour. */
#include "api/secret.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

/* A tail is no help to whoever guesses a key: a short one shows none. */
enum { TAIL = 4, TAIL_OF_AT_LEAST = 12 };

/* At the start of the pages themselves: one allocation, nothing about it elsewhere. */
struct secret {
    size_t mapped, size;
    char bytes[];
};

/* The limit is for cores that are files, the other for those that go to a program. */
void secret_global_init(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
#ifdef HAVE_SYS_PRCTL_H
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

static size_t whole_pages(size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (bytes + page - 1) / page * page;
}

struct secret *secret_new(size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    size_t mapped = whole_pages(sizeof(struct secret) + bytes);
    void *pages = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return NULL;
    /* Each of these may be refused (a small RLIMIT_MEMLOCK, an old kernel); what remains is the
     * wiping. */
    mlock(pages, mapped);
#if HAVE_DECL_MADV_DONTDUMP
    madvise(pages, mapped, MADV_DONTDUMP);
#endif
#if HAVE_DECL_MADV_WIPEONFORK
    madvise(pages, mapped, MADV_WIPEONFORK);
#endif
    struct secret *secret = pages;
    secret->mapped = mapped;
    secret->size = bytes;
    return secret;
}

struct secret *secret_copy(const char *text)
{
    if (text == NULL)
        return NULL;
    size_t bytes = strlen(text) + 1;
    struct secret *secret = secret_new(bytes);
    if (secret != NULL)
        memcpy(secret->bytes, text, bytes);
    return secret;
}

char *secret_bytes(const struct secret *secret)
{
    return secret != NULL ? (char *)secret->bytes : NULL;
}

size_t secret_size(const struct secret *secret)
{
    return secret != NULL ? secret->size : 0;
}

const char *secret_tail(const struct secret *secret)
{
    const char *text = secret_bytes(secret);
    size_t length = text != NULL ? strlen(text) : 0;
    return length >= TAIL_OF_AT_LEAST ? text + length - TAIL : "";
}

void secret_free(struct secret *secret)
{
    if (secret == NULL)
        return;
    size_t mapped = secret->mapped;
    secret_wipe(secret->bytes, secret->size);
    munmap(secret, mapped);
}

void secret_wipe(void *bytes, size_t size)
{
    if (bytes == NULL || size == 0)
        return;
#ifdef HAVE_EXPLICIT_BZERO
    explicit_bzero(bytes, size);
#else
    volatile unsigned char *at = bytes;
    while (size-- > 0)
        *at++ = 0;
#endif
}

/* libcurl and jansson keep headers, buffers and strings on the heap. They can be given these
 * instead of malloc: each block remembers its size in front, so that freeing it can wipe it. */
union heap_block {
    size_t size;
    max_align_t alignment;
};

void *secret_heap_malloc(size_t bytes)
{
    if (bytes > SIZE_MAX - sizeof(union heap_block))
        return NULL;
    union heap_block *block = malloc(sizeof *block + bytes);
    if (block == NULL)
        return NULL;
    block->size = bytes;
    return block + 1;
}

void secret_heap_free(void *bytes)
{
    if (bytes == NULL)
        return;
    union heap_block *block = (union heap_block *)bytes - 1;
    secret_wipe(block, sizeof *block + block->size);
    free(block);
}

void *secret_heap_realloc(void *old, size_t bytes)
{
    size_t held = old != NULL ? ((union heap_block *)old - 1)->size : 0;
    void *fresh = secret_heap_malloc(bytes);
    if (fresh == NULL || old == NULL)
        return fresh;
    memcpy(fresh, old, held < bytes ? held : bytes);
    secret_heap_free(old);
    return fresh;
}

void *secret_heap_calloc(size_t count, size_t bytes)
{
    if (bytes != 0 && count > SIZE_MAX / bytes)
        return NULL;
    void *fresh = secret_heap_malloc(count * bytes);
    return fresh != NULL ? memset(fresh, 0, count * bytes) : NULL;
}

char *secret_heap_strdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *fresh = secret_heap_malloc(bytes);
    return fresh != NULL ? memcpy(fresh, text, bytes) : NULL;
}
