/* chaos: the n-th allocation fails, for n = 0, 1, 2 ... until all goes well: once only that one,
 * and once all from then on. The linker leads our own code's allocations through here (see the
 * makefile); jansson and curl get theirs through secret_heap_*, which is our own code too. Included
 * by one file of a program. One thread. */
#ifndef TESTS_UNIT_CHAOS_H
#define TESTS_UNIT_CHAOS_H

#include "tests/unit/unit.h"

#include <errno.h>
#include <sys/mman.h>

struct attempt {
    bool armed, from_then_on, fired;
    long left;
};
static struct attempt chaos;

static inline bool fails(void)
{
    if (!chaos.armed || (chaos.fired && !chaos.from_then_on))
        return false;
    if (!chaos.fired && chaos.left-- > 0)
        return false;
    chaos.fired = true;
    errno = ENOMEM;
    return true;
}

void *__real_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
void *__real_mmap(void *at, size_t bytes, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *at, size_t bytes, int protection, int flags, int file, off_t offset);

void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *old, size_t bytes)
{
    return fails() ? NULL : __real_realloc(old, bytes);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

void *__wrap_mmap(void *at, size_t bytes, int protection, int flags, int file, off_t offset)
{
    return fails() ? MAP_FAILED : __real_mmap(at, bytes, protection, flags, file, offset);
}

/* How many failures it took until it went well; `least` guards against a test that tests nothing.
 */
static inline void survive(bool (*act)(void), long least)
{
    for (int mode = 0; mode < 2; mode++) {
        for (long n = 0;; n++) {
            chaos = (struct attempt){.armed = true, .from_then_on = mode == 1, .left = n};
            bool done = act();
            chaos.armed = false;
            if (!chaos.fired) {
                assert_true(done);
                assert_in_range(n, least, 20000);
                break;
            }
        }
    }
}

#endif
