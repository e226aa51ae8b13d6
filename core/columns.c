/* columns: see columns.h. */
#include "core/columns.h"

#include "core/format.h"

#include <stdio.h>
#include <string.h>

enum { GAP = 1, WIDE_GAP = 2, LIFE_CELLS = 8 };

static void put(struct cell *cell, const char *foreign, const struct cell_style *style)
{
    text_clean(cell->text, sizeof cell->text, foreign, strlen(foreign), style->charset);
}

static void put_dash(struct cell *cell, const struct cell_style *style)
{
    snprintf(cell->text, sizeof cell->text, "%s", style->charset == TEXT_ASCII ? "-" : "–");
    cell->role = ROLE_DIM;
}

/* The name, or where there is none the id. */
static const char *name_or_id(const char *name, const char *id)
{
    return *name != '\0' ? name : id;
}

/* ---- leases */

/* What is old or over is dim, whatever the cell says. */
static enum role quiet(const struct row *row, const struct moment *moment, enum role role)
{
    bool over = status_tally(row_status(row, moment)) == TALLY_ENDED;
    return over || row_stale(row, moment) ? ROLE_DIM : role;
}

static void fill_glyph(struct cell *cell, const void *item, const struct moment *moment,
                       const struct cell_style *style)
{
    enum status status = row_status(item, moment);
    snprintf(cell->text, sizeof cell->text, "%s", status_glyph(status, style->charset));
    cell->role = status_role(status);
}

static void fill_status(struct cell *cell, const void *item, const struct moment *moment,
                        const struct cell_style *style)
{
    put(cell, row_status_word(item, moment), style);
    cell->role = status_role(row_status(item, moment));
}

static void fill_lease(struct cell *cell, const void *item, const struct moment *moment,
                       const struct cell_style *style)
{
    const struct row *row = item;
    if (row->lease == NULL) {
        put_dash(cell, style);
        return;
    }
    char start[CELL_CELLS_MAX + 1];
    int shown = style->cells < CELL_CELLS_MAX ? style->cells : CELL_CELLS_MAX;
    snprintf(start, sizeof start, "%.*s", shown, row_short_id(row->lease->id));
    put(cell, start, style);
    cell->role = quiet(row, moment, ROLE_TEXT);
}

static void fill_runtime(struct cell *cell, const void *item, const struct moment *moment,
                         const struct cell_style *style)
{
    const struct row *row = item;
    put(cell, name_or_id(row->runtime->runtime->name, row->runtime->runtime->id), style);
    cell->role = quiet(row, moment, ROLE_TEXT);
}

static void put_space(struct cell *cell, const struct space *space, const struct cell_style *style)
{
    put(cell, name_or_id(space->name, space->id), style);
}

static void fill_lease_space(struct cell *cell, const void *item, const struct moment *moment,
                             const struct cell_style *style)
{
    const struct row *row = item;
    put_space(cell, row->runtime->space, style);
    cell->role = quiet(row, moment, ROLE_TEXT);
}

static void fill_protocol(struct cell *cell, const void *item, const struct moment *moment,
                          const struct cell_style *style)
{
    const struct row *row = item;
    put(cell, row->lease != NULL ? row->lease->protocol : row->intent->protocol, style);
    cell->role = quiet(row, moment, ROLE_TEXT);
}

static void fill_endpoint(struct cell *cell, const void *item, const struct moment *moment,
                          const struct cell_style *style)
{
    enum endpoint_type type = row_endpoint(item);
    if (type == ENDPOINT_NONE) {
        put_dash(cell, style);
        return;
    }
    put(cell, endpoint_type_word(type), style);
    cell->role = quiet(item, moment, ROLE_TEXT);
}

static enum role left_role(const struct row *row, const struct moment *moment)
{
    static const enum role roles[STATUS_COUNT] = {
        [STATUS_EXPIRING] = ROLE_LEFT_WARN,
        [STATUS_CRITICAL] = ROLE_LEFT_CRIT,
        [STATUS_OVERDUE] = ROLE_LEFT_CRIT,
        [STATUS_ACTIVE] = ROLE_LEFT_OK,
    };
    return quiet(row, moment, roles[row_status(row, moment)]);
}

static void fill_left(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    const struct row *row = item;
    char text[FORMAT_BYTES];
    int undo_s = row_undo_s(row, moment);
    int64_t left_s = row_left_s(row, moment);
    bool over = status_tally(row_status(row, moment)) == TALLY_ENDED;
    /* "About never" says nothing. */
    bool mark = row_stale(row, moment) && !over && left_s != FORMAT_NEVER;
    if (undo_s > 0)
        snprintf(cell->text, sizeof cell->text, "undo %ds", undo_s);
    else
        snprintf(cell->text, sizeof cell->text, "%s",
                 format_left(text, left_s, mark, style->charset));
    cell->role = undo_s > 0 ? ROLE_ST_PENDING : left_role(row, moment);
}

static void fill_life(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    const struct row *row = item;
    bool over = row->lease == NULL || status_tally(row_status(row, moment)) == TALLY_ENDED;
    int permille = over ? -1 : lease_life_permille(row->lease, moment->server_ms);
    format_life(cell->text, sizeof cell->text, permille, style->cells - 2, style->charset);
    enum role role = left_role(row, moment);
    cell->role = role == ROLE_LEFT_OK || role == ROLE_TEXT ? ROLE_LIFE_FULL : role;
}

static void fill_secret(struct cell *cell, const void *item, const struct moment *moment,
                        const struct cell_style *style)
{
    static const struct {
        const char *word;
        enum role role;
    } secrets[] = {
        [SECRET_NEVER] = {"", ROLE_DIM},
        [SECRET_HELD] = {"held", ROLE_TEXT},
        [SECRET_KEYRING] = {"keyring", ROLE_TEXT},
        [SECRET_LOST] = {"lost", ROLE_CHIP_WARN},
        [SECRET_GONE] = {"", ROLE_DIM},
    };
    (void)moment;
    enum secret_state state = row_secret(item);
    put(cell, secrets[state].word, style);
    cell->role = secrets[state].role;
    if (*cell->text == '\0')
        put_dash(cell, style);
}

struct columns columns_of_leases(int id_cells)
{
    return (struct columns){
        .count = 10,
        .items =
            {
                {"", 1, 1, 0, TEXT_LEFT, fill_glyph},
                {"STATUS", 9, 9, 3, TEXT_LEFT, fill_status},
                {"LEASE", 8, id_cells, 1, TEXT_LEFT, fill_lease},
                {"RUNTIME", 16, 28, 2, TEXT_LEFT, fill_runtime},
                {"SPACE", 10, 20, 8, TEXT_LEFT, fill_lease_space},
                {"PROTO", 5, 5, 4, TEXT_LEFT, fill_protocol},
                {"ENDPOINT", 9, 9, 5, TEXT_LEFT, fill_endpoint},
                {"LEFT", FORMAT_LEFT_CELLS, FORMAT_LEFT_CELLS, 0, TEXT_RIGHT, fill_left},
                {"LIFE", LIFE_CELLS + 2, LIFE_CELLS + 8, 7, TEXT_LEFT, fill_life},
                {"SECRET", 7, 7, 6, TEXT_LEFT, fill_secret},
            },
    };
}

/* ---- runtimes */

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

static void fill_runtime_status(struct cell *cell, const void *item, const struct moment *moment,
                                const struct cell_style *style)
{
    (void)moment;
    const struct runtime_row *row = item;
    put(cell, is_gone(row) ? "gone" : row->runtime->runtime->status, style);
    cell->role = is_gone(row) ? ROLE_ST_ENDED : runtime_glyphs[runtime_glyph(row)].role;
}

static void fill_runtime_name(struct cell *cell, const void *item, const struct moment *moment,
                              const struct cell_style *style)
{
    (void)moment;
    const struct runtime_row *row = item;
    put(cell, name_or_id(row->runtime->runtime->name, row->runtime->runtime->id), style);
    cell->role = is_gone(row) ? ROLE_DIM : ROLE_TEXT;
}

static void fill_space(struct cell *cell, const void *item, const struct moment *moment,
                       const struct cell_style *style)
{
    (void)moment;
    put_space(cell, ((const struct runtime_row *)item)->runtime->space, style);
    cell->role = ROLE_TEXT;
}

static void fill_kind(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    (void)moment;
    put(cell, ((const struct runtime_row *)item)->runtime->runtime->kind, style);
    cell->role = ROLE_TEXT;
}

static void fill_region(struct cell *cell, const void *item, const struct moment *moment,
                        const struct cell_style *style)
{
    (void)moment;
    put(cell, ((const struct runtime_row *)item)->runtime->runtime->region, style);
    cell->role = ROLE_DIM;
}

static void fill_leases(struct cell *cell, const void *item, const struct moment *moment,
                        const struct cell_style *style)
{
    (void)moment;
    const struct runtime_row *row = item;
    if (row->runtime->leases == NULL) {
        put_dash(cell, style);
        return;
    }
    snprintf(cell->text, sizeof cell->text, "%zu", row->live);
    cell->role = row->live > 0 ? ROLE_TEXT : ROLE_DIM;
}

static void fill_next(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    const struct runtime_row *row = item;
    int64_t left_ms = row->next_ms - moment->server_ms;
    if (row->next_ms == INT64_MAX || left_ms < 0) {
        put_dash(cell, style);
        return;
    }
    char text[FORMAT_BYTES];
    bool stale = moment->vague || *source_word(&row->runtime->state, moment) != '\0';
    const struct thresholds *thresholds = &moment->thresholds;
    snprintf(cell->text, sizeof cell->text, "%s",
             format_left(text, left_ms / 1000, stale, style->charset));
    cell->role = left_ms / 1000 <= thresholds->critical_s ? ROLE_LEFT_CRIT
                 : left_ms / 1000 <= thresholds->warn_s   ? ROLE_LEFT_WARN
                                                          : ROLE_LEFT_OK;
}

static void fill_data(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    const struct source_state *state = &((const struct runtime_row *)item)->runtime->state;
    const char *word = is_gone(item) ? "gone" : source_word(state, moment);
    char text[FORMAT_BYTES];
    put(cell,
        *word != '\0'
            ? word
            : format_age(text, (moment->boot_ms - state->answered_ms) / 1000, style->charset),
        style);
    cell->role = state->trouble != NULL ? ROLE_CHIP_WARN : ROLE_DIM;
}

struct columns columns_of_runtimes(void)
{
    return (struct columns){
        .count = 9,
        .items =
            {
                {"", 1, 1, 0, TEXT_LEFT, fill_runtime_glyph},
                {"STATUS", 8, 8, 3, TEXT_LEFT, fill_runtime_status},
                {"RUNTIME", 16, 40, 0, TEXT_LEFT, fill_runtime_name},
                {"SPACE", 10, 20, 4, TEXT_LEFT, fill_space},
                {"KIND", 8, 11, 5, TEXT_LEFT, fill_kind},
                {"REGION", 9, 12, 7, TEXT_LEFT, fill_region},
                {"LEASES", 6, 6, 1, TEXT_RIGHT, fill_leases},
                {"NEXT", FORMAT_LEFT_CELLS, FORMAT_LEFT_CELLS, 2, TEXT_RIGHT, fill_next},
                {"DATA", 12, 12, 6, TEXT_LEFT, fill_data},
            },
    };
}

/* ---- fitting */

void columns_drop(struct columns *columns, const char *title)
{
    size_t kept = 0;
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->items[i].title, title) != 0)
            columns->items[kept++] = columns->items[i];
    }
    columns->count = kept;
}

/* A sign belongs to the word behind it, so the gap between them is never a wide one. */
static int gap_after(const struct column *column, int gap)
{
    return column->cells > 1 ? gap : GAP;
}

static int width_of(const struct columns *columns, const bool *dropped, int gap)
{
    int cells = 0, last_gap = 0;
    for (size_t i = 0; i < columns->count; i++) {
        if (dropped[i])
            continue;
        last_gap = gap_after(&columns->items[i], gap);
        cells += columns->items[i].cells + last_gap;
    }
    return cells - last_gap;
}

/* The column to drop next, or -1 if only what must stay is left. */
static int least(const struct columns *columns, const bool *dropped)
{
    int found = -1;
    for (size_t i = 0; i < columns->count; i++) {
        if (!dropped[i] && columns->items[i].priority > 0 &&
            (found < 0 || columns->items[i].priority > columns->items[found].priority))
            found = (int)i;
    }
    return found;
}

/* Shares what is left over, cell by cell, so that no column takes it all. */
static void share(struct column_place *places, size_t count, int spare)
{
    bool given = true;
    while (spare > 0 && given) {
        given = false;
        for (size_t i = 0; i < count && spare > 0; i++) {
            if (places[i].cells >= places[i].column->widest)
                continue;
            places[i].cells++;
            spare--;
            given = true;
        }
    }
}

size_t columns_fit(const struct columns *columns, int cells,
                   struct column_place places[COLUMNS_MAX])
{
    bool dropped[COLUMNS_MAX] = {false};
    for (int drop;
         width_of(columns, dropped, GAP) > cells && (drop = least(columns, dropped)) >= 0;)
        dropped[drop] = true;
    int gap = width_of(columns, dropped, WIDE_GAP) <= cells ? WIDE_GAP : GAP;
    size_t count = 0;
    for (size_t i = 0; i < columns->count; i++) {
        if (!dropped[i])
            places[count++] = (struct column_place){&columns->items[i], 0, columns->items[i].cells};
    }
    share(places, count, cells - width_of(columns, dropped, gap));
    for (size_t i = 1; i < count; i++)
        places[i].at =
            places[i - 1].at + places[i - 1].cells + gap_after(places[i - 1].column, gap);
    return count;
}
