/* columns_runtimes: what the table of runtimes shows. Items are struct runtime_row. */
#include "core/columns.h"

#include "core/format.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *status;
    const char *glyphs[2];
    enum role role;
} runtime_glyphs[] = {
    {"active", {"●", "*"}, ROLE_ST_ACTIVE},
    {"stopped", {"■", "#"}, ROLE_ST_ENDED},
    {"failed", {"✗", "X"}, ROLE_ST_FAILED},
    {"", {"○", "o"}, ROLE_TEXT}, /* any other word: the server's own */
};

static size_t runtime_glyph(const struct runtime_row *row)
{
    size_t last = sizeof runtime_glyphs / sizeof *runtime_glyphs - 1, i = 0;
    while (i < last && strcmp(runtime_glyphs[i].status, row->runtime->runtime->status) != 0)
        i++;
    return i;
}

static bool is_gone(const struct runtime_row *row)
{
    return row->runtime->runtime->vanished_ms != MOMENT_NONE;
}

static void fill_runtime_glyph(struct cell *cell, const void *item, const struct moment *moment,
                               const struct cell_style *style)
{
    (void)moment;
    size_t glyph = runtime_glyph(item);
    snprintf(cell->text, sizeof cell->text, "%s",
             is_gone(item) ? status_glyph(STATUS_ENDED, style->charset)
                           : runtime_glyphs[glyph].glyphs[style->charset]);
    cell->role = is_gone(item) ? ROLE_ST_ENDED : runtime_glyphs[glyph].role;
}

static const char *word_status(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct runtime_row *row = item;
    return is_gone(row) ? "gone" : row->runtime->runtime->status;
}

static enum role role_status(const void *item, const struct moment *moment)
{
    (void)moment;
    return is_gone(item) ? ROLE_ST_ENDED : runtime_glyphs[runtime_glyph(item)].role;
}

static const char *word_runtime(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct runtime *runtime = ((const struct runtime_row *)item)->runtime->runtime;
    return runtime_label(runtime);
}

static enum role role_runtime(const void *item, const struct moment *moment)
{
    (void)moment;
    return is_gone(item) ? ROLE_DIM : ROLE_TEXT;
}

static void fill_runtime(struct cell *cell, const void *item, const struct moment *moment,
                         const struct cell_style *style)
{
    cell->role = role_runtime(item, moment);
    cell_put_label(cell, ((const struct runtime_row *)item)->runtime->runtime, style);
}

static const char *word_space(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct space *space = ((const struct runtime_row *)item)->runtime->space;
    return *space->name != '\0' ? space->name : space->id;
}

static const char *word_kind(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct runtime_row *)item)->runtime->runtime->kind;
}

static const char *word_region(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct runtime_row *)item)->runtime->runtime->region;
}

static enum role role_dim(const void *item, const struct moment *moment)
{
    (void)item, (void)moment;
    return ROLE_DIM;
}

static int64_t number_leases(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct runtime_row *row = item;
    return row->runtime->leases != NULL ? (int64_t)row->live : COLUMN_UNKNOWN;
}

static void fill_leases(struct cell *cell, const void *item, const struct moment *moment,
                        const struct cell_style *style)
{
    int64_t leases = number_leases(item, moment);
    if (leases == COLUMN_UNKNOWN) {
        cell_put_dash(cell, style);
        return;
    }
    snprintf(cell->text, sizeof cell->text, "%lld", (long long)leases);
    cell->role = leases > 0 ? ROLE_TEXT : ROLE_DIM;
}

static int64_t number_next(const void *item, const struct moment *moment)
{
    const struct runtime_row *row = item;
    int64_t left_ms = row->next_ms - moment->server_ms;
    return row->next_ms == INT64_MAX || left_ms < 0 ? COLUMN_UNKNOWN : left_ms / 1000;
}

static void fill_next(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    const struct runtime_row *row = item;
    const struct thresholds *thresholds = &moment->thresholds;
    int64_t left_s = number_next(item, moment);
    if (left_s == COLUMN_UNKNOWN) {
        cell_put_dash(cell, style);
        return;
    }
    char text[FORMAT_BYTES];
    bool stale = moment->vague || *source_word(&row->runtime->state, moment) != '\0';
    snprintf(cell->text, sizeof cell->text, "%s", format_left(text, left_s, stale, style->charset));
    cell->role = left_s <= thresholds->critical_s ? ROLE_LEFT_CRIT
                 : left_s <= thresholds->warn_s   ? ROLE_LEFT_WARN
                                                  : ROLE_LEFT_OK;
}

static int64_t number_data(const void *item, const struct moment *moment)
{
    const struct source_state *state = &((const struct runtime_row *)item)->runtime->state;
    return state->answered_ms != 0 ? (moment->boot_ms - state->answered_ms) / 1000 : COLUMN_UNKNOWN;
}

static void fill_data(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    const struct source_state *state = &((const struct runtime_row *)item)->runtime->state;
    const char *word = is_gone(item) ? "gone" : source_word(state, moment);
    char text[FORMAT_BYTES];
    cell_put(cell,
             *word != '\0'
                 ? word
                 : format_age(text, (moment->boot_ms - state->answered_ms) / 1000, style->charset),
             style);
    cell->role = state->trouble != NULL ? ROLE_CHIP_WARN : ROLE_DIM;
}

static const char *word_id(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct runtime_row *)item)->runtime->runtime->id;
}

struct columns columns_of_runtimes(void)
{
    return (struct columns){
        .count = 10,
        .items =
            {
                {.name = "glyph", .cells = 1, .widest = 1, .fill = fill_runtime_glyph},
                {"status", "STATUS", 8, 8, 3, .word = word_status, .role = role_status},
                {"runtime", "RUNTIME", 16, 40, 0, .word = word_runtime, .fill = fill_runtime},
                {"space", "SPACE", 10, 20, 4, .word = word_space},
                {"kind", "KIND", 8, 11, 5, .word = word_kind},
                {"region", "REGION", 9, 12, 7, .word = word_region, .role = role_dim},
                {"leases", "LEASES", 6, 6, 1, TEXT_RIGHT, .number = number_leases,
                 .unit = COLUMN_COUNT, .fill = fill_leases},
                {"next", "NEXT", FORMAT_LEFT_CELLS, FORMAT_LEFT_CELLS, 2, TEXT_RIGHT,
                 .number = number_next, .unit = COLUMN_SPAN, .fill = fill_next},
                {"data", "DATA", 12, 12, 6, .number = number_data, .unit = COLUMN_SPAN,
                 .fill = fill_data},
                {"id", "ID", 8, 36, 8, .word = word_id, .role = role_dim, .extra = true},
            },
    };
}
