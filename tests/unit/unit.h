/* unit: what a unit test includes first: cmocka with what it needs before it, and chance for tests
 * of properties. The seed is printed; TEST_SEED=N repeats a run. One thread. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct chance {
    uint64_t state;
};

static inline struct chance chance_new(void)
{
    const char *given = getenv("TEST_SEED");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10)
                                  : (uint64_t)now.tv_sec * 1000003 + (uint64_t)now.tv_nsec;
    printf("# TEST_SEED=%llu\n", (unsigned long long)seed);
    fflush(stdout);
    return (struct chance){seed};
}

/* splitmix64 */
static inline uint64_t chance_next(struct chance *chance)
{
    uint64_t x = chance->state += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* 0 .. below - 1 */
static inline int64_t chance_below(struct chance *chance, int64_t below)
{
    return (int64_t)(chance_next(chance) % (uint64_t)below);
}

/* from .. to, both included */
static inline int64_t chance_range(struct chance *chance, int64_t from, int64_t to)
{
    return from + chance_below(chance, to - from + 1);
}

#endif
