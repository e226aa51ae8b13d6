/* arena: see arena.h. Chunks double, so a list of ten leases costs a kilobyte and one of ten
 * thousand few calls. */
#include "api/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 512, LARGEST_BYTES = 64 << 10 };

struct arena_chunk {
    struct arena_chunk *before;
    size_t used, size;
    char bytes[];
};

static struct arena_chunk *chunk_add(struct arena *arena, size_t at_least)
{
    size_t size = arena->last != NULL ? arena->last->size * 2 : FIRST_BYTES;
    if (size > LARGEST_BYTES)
        size = LARGEST_BYTES;
    if (size < at_least)
        size = at_least;
    struct arena_chunk *chunk = malloc(sizeof *chunk + size);
    if (chunk == NULL)
        return NULL;
    *chunk = (struct arena_chunk){.before = arena->last, .size = size};
    arena->last = chunk;
    return chunk;
}

char *arena_text(struct arena *arena, const char *bytes, size_t length)
{
    if (length > SIZE_MAX / 4)
        return NULL;
    struct arena_chunk *chunk = arena->last;
    if (chunk == NULL || chunk->size - chunk->used < length + 1)
        chunk = chunk_add(arena, length + 1);
    if (chunk == NULL)
        return NULL;
    char *text = chunk->bytes + chunk->used;
    memcpy(text, bytes, length);
    text[length] = '\0';
    chunk->used += length + 1;
    return text;
}

void arena_clear(struct arena *arena)
{
    struct arena_chunk *chunk = arena->last;
    while (chunk != NULL) {
        struct arena_chunk *before = chunk->before;
        free(chunk);
        chunk = before;
    }
    arena->last = NULL;
}
