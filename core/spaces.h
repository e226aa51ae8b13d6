/* spaces: a snapshot as the table of spaces shows it: one row for each. Borrows from the snapshot.
 * Pure; one thread at a time. */
#ifndef CORE_SPACES_H
#define CORE_SPACES_H

#include "core/rows.h"

struct space_row {
    const struct snapshot_space *space;
    size_t runtimes;
};

struct spaces {
    size_t count;
    struct space_row *items;
};

/* Anew from the snapshot, in the server's order. */
bool spaces_build(struct spaces *spaces, const struct snapshot *snapshot, struct error *error);
void spaces_clear(struct spaces *spaces);

#endif
