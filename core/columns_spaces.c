/* columns_spaces: what the table of spaces shows. Items are struct space_row. */
#include "core/columns.h"

#include <stdio.h>

static const struct space *space_of(const void *item)
{
    return ((const struct space_row *)item)->space->space;
}

static const char *word_space(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct space *space = space_of(item);
    return *space->name != '\0' ? space->name : space->id;
}

static const char *word_region(const void *item, const struct moment *moment)
{
    (void)moment;
    return space_of(item)->region;
}

static const char *word_id(const void *item, const struct moment *moment)
{
    (void)moment;
    return space_of(item)->id;
}

static int64_t number_runtimes(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct space_row *row = item;
    return row->space->state.answered_ms != 0 ? (int64_t)row->runtimes : COLUMN_UNKNOWN;
}

static void fill_runtimes(struct cell *cell, const void *item, const struct moment *moment,
                          const struct cell_style *style)
{
    int64_t runtimes = number_runtimes(item, moment);
    if (runtimes == COLUMN_UNKNOWN)
        cell_put_dash(cell, style);
    else
        snprintf(cell->text, sizeof cell->text, "%lld", (long long)runtimes);
}

struct columns columns_of_spaces(void)
{
    return (struct columns){
        .count = 4,
        .items =
            {
                {"space", "SPACE", 16, 40, 0, .word = word_space},
                {"runtimes", "RUNTIMES", 8, 8, 1, TEXT_RIGHT, .number = number_runtimes,
                 .unit = COLUMN_COUNT, .fill = fill_runtimes},
                {"region", "REGION", 9, 16, 3, .word = word_region},
                {"id", "ID", 8, 36, 2, .word = word_id},
            },
    };
}
