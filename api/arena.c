/* arena: see arena.h. Chunks double, so a list of ten leases costs a kilobyte and one of ten
 * thousand few calls. */
#include "api/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 512, LARGEST_BYTES = 64 << 10 };

struct arena_chunk {
    struct arena_chunk *before;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
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

static void *take(struct arena *arena, size_t bytes, size_t alignment)
{
    if (bytes > SIZE_MAX / 4)
        return NULL;
    struct arena_chunk *chunk = arena->last;
    size_t start = chunk != NULL ? (chunk->used + alignment - 1) / alignment * alignment : 0;
    if (chunk == NULL || start > chunk->size || chunk->size - start < bytes) {
        chunk = chunk_add(arena, bytes);
        start = 0;
    }
    if (chunk == NULL)
        return NULL;
    chunk->used = start + bytes;
    return chunk->bytes + start;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    return take(arena, bytes, alignof(max_align_t));
}

char *arena_text(struct arena *arena, const char *bytes, size_t length)
{
    char *text = take(arena, length + 1, 1);
    if (text == NULL)
        return NULL;
    memcpy(text, bytes, length);
    text[length] = '\0';
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
