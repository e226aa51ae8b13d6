/* spaces: see spaces.h. */
#include "core/spaces.h"

#include <stdlib.h>
#include <string.h>

static size_t count_runtimes(const struct snapshot *snapshot, const struct space *space)
{
    size_t count = 0;
    for (size_t i = 0; i < snapshot->runtime_count; i++)
        count += strcmp(snapshot->runtimes[i].space->id, space->id) == 0;
    return count;
}

bool spaces_build(struct spaces *spaces, const struct snapshot *snapshot, struct error *error)
{
    struct space_row *items = realloc(spaces->items, (snapshot->space_count + 1) * sizeof *items);
    if (items == NULL)
        return error_memory(error);
    spaces->items = items;
    spaces->count = snapshot->space_count;
    for (size_t i = 0; i < spaces->count; i++) {
        const struct snapshot_space *space = &snapshot->spaces[i];
        items[i] = (struct space_row){space, count_runtimes(snapshot, space->space)};
    }
    return true;
}

void spaces_clear(struct spaces *spaces)
{
    free(spaces->items);
    *spaces = (struct spaces){0};
}
