/* index: finds a place in an array by a string, for arrays that are too long to search. It borrows
 * the strings, so it lives no longer than they do. Not for two threads at once. */
#ifndef API_INDEX_H
#define API_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#define INDEX_NONE ((size_t)-1)

struct index_slot {
    const char *text;
    size_t place;
};

struct index {
    size_t slot_count; /* a power of two */
    struct index_slot *slots;
};

/* Room for `count` strings; false when memory ran out. */
bool index_init(struct index *index, size_t count);
void index_clear(struct index *index);

/* Remembers the place of a string. If the string is there already it changes nothing and returns
 * the place it has; otherwise INDEX_NONE. */
size_t index_put(struct index *index, const char *text, size_t place);

size_t index_find(const struct index *index, const char *text);

#endif
