/* shown: which items of a table are shown, and in which order: those that a filter lets through, by
 * a column, or as they stood before. Borrows the items it is built over. Not for two threads at
 * once. */
#ifndef CORE_SHOWN_H
#define CORE_SHOWN_H

#include "core/filter.h"

/* How a table is sorted; column NULL: in its own order. */
struct sort {
    const char *column; /* its name */
    bool inverted;
};

/* The items there are, in the table's own order. */
struct shown_source {
    size_t count;
    const void *context;
    const void *(*item)(const void *context, size_t place);
    /* What an item is known by, and stays known by when the items are made anew. */
    uint64_t (*key)(const void *item);
};

struct shown {
    size_t count, hidden; /* hidden by the filter */
    bool unsorted;        /* an order that is held is not the one that was asked for */
    const void **items;
    uint64_t *keys; /* of the items */
    /* Private: room of both, and the order that is held: keys to places. */
    size_t room, slot_count;
    struct shown_slot *slots;
};

/* Remembers the order as it is, for shown_build to keep. Call it before the items change: what is
 * new then stands behind what was there. Without memory the order is not held. */
void shown_hold(struct shown *shown);
void shown_release(struct shown *shown);

/* Fills `shown` ({0}, or used before) anew. `filter` may be NULL. False when memory ran out:
 * nothing is shown then. */
bool shown_build(struct shown *shown, const struct shown_source *source,
                 const struct filter *filter, const struct columns *columns,
                 const struct sort *sort, const struct moment *moment, struct error *error);

void shown_clear(struct shown *shown);

/* The key of what is known by an identity (FNV-1a). Two that differ have the same one so seldom
 * that it is good enough for an order, and for nothing else. */
uint64_t shown_key(const char *space_id, const char *runtime_id, const char *lease_id);

#endif
