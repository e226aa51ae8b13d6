/* arena: memory for many small strings that live and die together. Not for two threads at once. */
#ifndef API_ARENA_H
#define API_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* Open so that it can be a member; `last` is NULL in an empty one, so {0} is an arena. */
struct arena {
    struct arena_chunk *last;
};

/* A copy of `length` bytes with a NUL after them. */
char *arena_text(struct arena *arena, const char *bytes, size_t length);

void arena_clear(struct arena *arena);

#endif
