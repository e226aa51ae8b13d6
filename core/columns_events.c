/* columns_events: what the table of events shows. Items are struct events_entry. */
#include "core/events.h"

#include <stdio.h>

enum { OUTCOME_CELLS = 24, REQUEST_CELLS = 12 };

static void fill_time(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    char text[FORMAT_BYTES];
    const struct events_entry *entry = item;
    snprintf(cell->text, sizeof cell->text, "%s",
             format_clock(text, entry->seen_ms, moment->server_ms, style->zone, style->charset));
    cell->role = ROLE_DIM;
}

static int64_t number_time(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct events_entry *)item)->seen_ms;
}

static const char *word_what(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct events_entry *)item)->what;
}

static enum role role_what(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct events_entry *)item)->role;
}

static const char *word_lease(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct events_entry *)item)->identity.lease_id;
}

static void fill_lease(struct cell *cell, const void *item, const struct moment *moment,
                       const struct cell_style *style)
{
    char start[CELL_CELLS_MAX + 1];
    const char *id = word_lease(item, moment);
    int shown = style->cells < CELL_CELLS_MAX ? style->cells : CELL_CELLS_MAX;
    snprintf(start, sizeof start, "%.*s", shown, row_short_id(id));
    if (*id != '\0')
        cell_put(cell, start, style);
    else
        cell_put_dash(cell, style);
}

static const char *word_runtime(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct events_entry *)item)->runtime;
}

static const char *word_by(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct events_entry *)item)->mine ? "me" : "";
}

static const char *word_outcome(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct events_entry *)item)->outcome;
}

static int64_t number_latency(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct events_entry *entry = item;
    return entry->latency_ms < 0 ? COLUMN_UNKNOWN : entry->latency_ms;
}

static void fill_latency(struct cell *cell, const void *item, const struct moment *moment,
                         const struct cell_style *style)
{
    (void)moment;
    char text[FORMAT_BYTES];
    const struct events_entry *entry = item;
    if (entry->latency_ms < 0)
        cell_put_dash(cell, style);
    else
        snprintf(cell->text, sizeof cell->text, "%s",
                 format_latency(text, entry->latency_ms, style->charset));
}

static const char *word_request(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct events_entry *)item)->request_id;
}

struct columns columns_of_events(int id_cells)
{
    return (struct columns){
        .count = 8,
        .items =
            {
                {"time", "TIME", FORMAT_CLOCK_CELLS, FORMAT_CLOCK_CELLS, 0, .number = number_time,
                 .fill = fill_time},
                {"what", "WHAT", 8, 8, 0, .word = word_what, .role = role_what},
                {"lease", "LEASE", 8, id_cells, 1, .word = word_lease, .fill = fill_lease},
                {"runtime", "RUNTIME", 12, 28, 3, .word = word_runtime},
                {"by", "BY", 2, 2, 5, .word = word_by},
                {"outcome", "OUTCOME", OUTCOME_CELLS, CELL_CELLS_MAX, 2, .word = word_outcome},
                {"latency", "LATENCY", 7, 7, 4, TEXT_RIGHT, .number = number_latency,
                 .unit = COLUMN_COUNT, .fill = fill_latency},
                {"request", "REQUEST", REQUEST_CELLS, 36, 6, .word = word_request},
            },
    };
}
