/* marks: see marks.h. */
#include "core/marks.h"

#include <stdlib.h>
#include <string.h>

/* Where the identity stands, or would stand. */
static size_t place_of(const struct marks *marks, const struct identity *identity)
{
    size_t low = 0, high = marks->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (identity_compare(&marks->items[middle], identity) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool stands_at(const struct marks *marks, size_t place, const struct identity *identity)
{
    return place < marks->count && identity_compare(&marks->items[place], identity) == 0;
}

bool marks_has(const struct marks *marks, const struct identity *identity)
{
    return marks->count > 0 && stands_at(marks, place_of(marks, identity), identity);
}

static void remove_at(struct marks *marks, size_t place)
{
    identity_clear(&marks->items[place]);
    marks->count--;
    memmove(&marks->items[place], &marks->items[place + 1],
            (marks->count - place) * sizeof *marks->items);
}

static bool make_room(struct marks *marks)
{
    if (marks->count < marks->room)
        return true;
    size_t room = marks->room == 0 ? 16 : marks->room * 2;
    struct identity *items = realloc(marks->items, room * sizeof *items);
    if (items == NULL)
        return false;
    marks->items = items;
    marks->room = room;
    return true;
}

static bool insert_at(struct marks *marks, size_t place, const struct identity *identity)
{
    struct identity copy = {0};
    if (!make_room(marks) || !identity_copy(&copy, identity))
        return false;
    memmove(&marks->items[place + 1], &marks->items[place],
            (marks->count - place) * sizeof *marks->items);
    marks->items[place] = copy;
    marks->count++;
    return true;
}

bool marks_set(struct marks *marks, const struct identity *identity, bool on)
{
    size_t place = place_of(marks, identity);
    bool marked = stands_at(marks, place, identity);
    if (marked && !on)
        remove_at(marks, place);
    return marked || !on || insert_at(marks, place, identity);
}

void marks_keep(struct marks *marks, bool (*keep)(void *context, const struct identity *),
                void *context)
{
    for (size_t i = marks->count; i-- > 0;) {
        if (!keep(context, &marks->items[i]))
            remove_at(marks, i);
    }
}

void marks_clear(struct marks *marks)
{
    for (size_t i = 0; i < marks->count; i++)
        identity_clear(&marks->items[i]);
    free(marks->items);
    *marks = (struct marks){0};
}
