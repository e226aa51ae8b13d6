/* shown: see shown.h. */
#include "core/shown.h"

#include <stdlib.h>
#include <string.h>

struct shown_slot {
    uint64_t key; /* 0: free */
    size_t place;
};

/* ---- the order that is held */

void shown_release(struct shown *shown)
{
    free(shown->slots);
    shown->slots = NULL;
    shown->slot_count = 0;
}

static void slot_put(struct shown *shown, uint64_t key, size_t place)
{
    size_t at = key & (shown->slot_count - 1);
    while (shown->slots[at].key != 0 && shown->slots[at].key != key)
        at = (at + 1) & (shown->slot_count - 1);
    shown->slots[at] = (struct shown_slot){key, place};
}

/* SIZE_MAX for what was not there. */
static size_t held_place(const struct shown *shown, uint64_t key)
{
    if (shown->slot_count == 0)
        return SIZE_MAX;
    size_t at = key & (shown->slot_count - 1);
    while (shown->slots[at].key != 0) {
        if (shown->slots[at].key == key)
            return shown->slots[at].place;
        at = (at + 1) & (shown->slot_count - 1);
    }
    return SIZE_MAX;
}

void shown_hold(struct shown *shown)
{
    size_t slot_count = 64;
    while (slot_count < shown->count * 2)
        slot_count *= 2;
    struct shown_slot *slots = calloc(slot_count, sizeof *slots);
    shown_release(shown);
    if (slots == NULL)
        return;
    shown->slots = slots;
    shown->slot_count = slot_count;
    for (size_t i = 0; i < shown->count; i++)
        slot_put(shown, shown->keys[i], i);
}

/* ---- building */

static bool make_room(struct shown *shown, size_t count)
{
    if (count <= shown->room)
        return true;
    const void **items = realloc(shown->items, count * sizeof *items);
    if (items == NULL)
        return false;
    shown->items = items;
    uint64_t *keys = realloc(shown->keys, count * sizeof *keys);
    if (keys == NULL)
        return false;
    shown->keys = keys;
    shown->room = count;
    return true;
}

/* What one comparison needs to know; `own` is the place in the table's own order. */
struct entry {
    const void *item;
    uint64_t key;
    size_t own, held;
    const struct column *column;
    const struct moment *moment;
    bool inverted;
};

static int compare_sorted(const struct entry *a, const struct entry *b)
{
    int order =
        a->column != NULL ? column_compare(a->column, a->item, b->item, a->inverted, a->moment) : 0;
    return order != 0 ? order : a->own < b->own ? -1 : 1;
}

static int compare(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->held != b->held)
        return a->held < b->held ? -1 : 1;
    return compare_sorted(a, b);
}

static bool sort_entries(struct shown *shown, const struct column *column, bool inverted,
                         const struct moment *moment)
{
    struct entry *entries = calloc(shown->count + 1, sizeof *entries);
    if (entries == NULL)
        return false;
    for (size_t i = 0; i < shown->count; i++)
        entries[i] = (struct entry){.item = shown->items[i],
                                    .key = shown->keys[i],
                                    .own = i,
                                    .held = held_place(shown, shown->keys[i]),
                                    .column = column,
                                    .moment = moment,
                                    .inverted = inverted};
    qsort(entries, shown->count, sizeof *entries, compare);
    for (size_t i = 0; i < shown->count; i++) {
        shown->items[i] = entries[i].item;
        shown->keys[i] = entries[i].key;
        shown->unsorted |= i > 0 && compare_sorted(&entries[i - 1], &entries[i]) > 0;
    }
    free(entries);
    return true;
}

bool shown_build(struct shown *shown, const struct shown_source *source,
                 const struct filter *filter, const struct columns *columns,
                 const struct sort *sort, const struct moment *moment, struct error *error)
{
    const struct column *column = sort->column != NULL ? columns_find(columns, sort->column) : NULL;
    shown->count = shown->hidden = 0;
    shown->unsorted = false;
    if (!make_room(shown, source->count))
        return error_memory(error);
    for (size_t i = 0; i < source->count; i++) {
        const void *item = source->item(source->context, i);
        if (filter != NULL && !filter_matches(filter, item, moment)) {
            shown->hidden++;
            continue;
        }
        shown->items[shown->count] = item;
        shown->keys[shown->count++] = source->key(item);
    }
    if (column == NULL && shown->slot_count == 0)
        return true;
    return sort_entries(shown, column, sort->inverted, moment) || error_memory(error);
}

void shown_clear(struct shown *shown)
{
    shown_release(shown);
    free(shown->items);
    free(shown->keys);
    *shown = (struct shown){0};
}

static uint64_t hash(uint64_t value, const char *text)
{
    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char)*text) * 0x100000001b3u;
    return (value ^ 0xff) * 0x100000001b3u; /* no byte of UTF-8: a boundary */
}

uint64_t shown_key(const char *space_id, const char *runtime_id, const char *lease_id)
{
    return hash(hash(hash(0xcbf29ce484222325u, space_id), runtime_id), lease_id) | 1;
}
