/* index: see index.h. Open addressing, at most half full. */
#include "api/index.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool index_init(struct index *index, size_t count)
{
    index->slot_count = 16;
    while (index->slot_count < count * 2)
        index->slot_count *= 2;
    index->slots = calloc(index->slot_count, sizeof *index->slots);
    return index->slots != NULL;
}

void index_clear(struct index *index)
{
    free(index->slots);
    *index = (struct index){0};
}

/* FNV-1a. A server that forges collisions slows down one pass over its own list, which has a
 * ceiling. */
static uint64_t hash(const char *text)
{
    uint64_t value = 0xcbf29ce484222325u;
    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char)*text) * 0x100000001b3u;
    return value ^ value >> 32;
}

/* The slot that holds the text, or the free one where it belongs. */
static struct index_slot *slot_of(const struct index *index, const char *text)
{
    size_t at = hash(text) & (index->slot_count - 1);
    while (index->slots[at].text != NULL && strcmp(index->slots[at].text, text) != 0)
        at = (at + 1) & (index->slot_count - 1);
    return &index->slots[at];
}

size_t index_put(struct index *index, const char *text, size_t place)
{
    struct index_slot *slot = slot_of(index, text);
    if (slot->text != NULL)
        return slot->place;
    *slot = (struct index_slot){text, place};
    return INDEX_NONE;
}

size_t index_find(const struct index *index, const char *text)
{
    if (index->slots == NULL)
        return INDEX_NONE;
    const struct index_slot *slot = slot_of(index, text);
    return slot->text != NULL ? slot->place : INDEX_NONE;
}
