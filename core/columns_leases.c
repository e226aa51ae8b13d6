/* columns_leases: what the table of leases shows. Items are struct row. */
#include "core/columns.h"

#include "api/schedule.h"
#include "core/format.h"

#include <stdio.h>
#include <string.h>

enum { LIFE_CELLS = 10, LIFE_CELLS_MOST = 32, UUID_CELLS = 36 };

/* What is old or over is dim, whatever the cell says. */
static enum role quiet(const struct row *row, const struct moment *moment, enum role role)
{
    bool over = status_tally(row_status(row, moment)) == TALLY_ENDED;
    return over || row_stale(row, moment) ? ROLE_DIM : role;
}

static enum role role_text(const void *item, const struct moment *moment)
{
    return quiet(item, moment, ROLE_TEXT);
}

static void fill_glyph(struct cell *cell, const void *item, const struct moment *moment,
                       const struct cell_style *style)
{
    enum status sign = row_glyph(item, moment);
    snprintf(cell->text, sizeof cell->text, "%s", status_glyph(sign, style->charset));
    cell->role = status_role(sign);
}

static const char *word_status(const void *item, const struct moment *moment)
{
    return row_status_word(item, moment);
}

/* As the header counts it. */
static const char *alias_status(const void *item, const struct moment *moment)
{
    return tally_word(status_tally(row_status(item, moment)));
}

static enum role role_status(const void *item, const struct moment *moment)
{
    return status_role(row_status(item, moment));
}

static const char *word_lease(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct row *row = item;
    return row->lease != NULL ? row->lease->id : "";
}

/* As much of the id as tells it from the others. */
static void fill_lease(struct cell *cell, const void *item, const struct moment *moment,
                       const struct cell_style *style)
{
    const struct row *row = item;
    if (row->lease == NULL) {
        cell_put_dash(cell, style);
        return;
    }
    char start[CELL_CELLS_MAX + 1];
    int most = style->cells < CELL_CELLS_MAX ? style->cells : CELL_CELLS_MAX;
    int shown = row->id_cells > 0 && row->id_cells < most ? row->id_cells : most;
    snprintf(start, sizeof start, "%.*s", shown, row_short_id(row->lease->id));
    cell_put(cell, start, style);
    cell->role = quiet(row, moment, ROLE_TEXT);
}

static const char *word_runtime(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct runtime *runtime = ((const struct row *)item)->runtime->runtime;
    return runtime_label(runtime);
}

static void fill_runtime(struct cell *cell, const void *item, const struct moment *moment,
                         const struct cell_style *style)
{
    cell->role = quiet(item, moment, ROLE_TEXT);
    cell_put_label(cell, ((const struct row *)item)->runtime->runtime, style);
}

static const char *word_space(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct space *space = ((const struct row *)item)->runtime->space;
    return *space->name != '\0' ? space->name : space->id;
}

static const char *word_protocol(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct row *row = item;
    return row->lease != NULL ? row->lease->protocol : row->intent->protocol;
}

static const char *word_endpoint(const void *item, const struct moment *moment)
{
    (void)moment;
    return endpoint_type_word(row_endpoint(item));
}

/* Whether a lost create happened is nobody's to know, but what becomes of it is. */
static void fill_endpoint(struct cell *cell, const void *item, const struct moment *moment,
                          const struct cell_style *style)
{
    const struct row *row = item;
    const char *word = word_endpoint(item, moment);
    bool lost = row->lease == NULL && row->intent->phase == INTENT_UNKNOWN;
    cell->role = quiet(row, moment, ROLE_TEXT);
    if (lost && style->decide != NULL && *style->decide != '\0') {
        snprintf(cell->text, sizeof cell->text, "%.8s decides", style->decide);
        cell->role = ROLE_ST_UNKNOWN;
    } else if (*word != '\0') {
        cell_put(cell, word, style);
    } else {
        cell_put_dash(cell, style);
    }
}

static int64_t number_left(const void *item, const struct moment *moment)
{
    return row_left_s(item, moment);
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

const char *columns_kept_sign(enum text_charset charset)
{
    return charset == TEXT_ASCII ? "@" : "↻";
}

/* A time that takes all of its cells goes without. */
static void put_left(struct cell *cell, const struct row *row, int64_t left_s, bool mark,
                     const struct cell_style *style)
{
    char text[FORMAT_BYTES];
    format_left(text, left_s, mark, style->charset);
    size_t blank = strspn(text, " ");
    bool kept = row->keep != NULL && row->keep->phase != KEEP_STOPPED && blank > 0;
    snprintf(cell->text, sizeof cell->text, "%.*s%s%s", (int)(kept ? blank - 1 : blank), text,
             !kept                          ? ""
             : keep_view_failing(row->keep) ? COLUMNS_KEPT_FAILING
                                            : columns_kept_sign(style->charset),
             text + blank);
}

static void fill_left(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    const struct row *row = item;
    int undo_s = row_undo_s(row, moment);
    int64_t left_s = row_left_s(row, moment);
    bool over = status_tally(row_status(row, moment)) == TALLY_ENDED;
    /* "About never" says nothing. */
    bool mark = row_stale(row, moment) && !over && left_s != FORMAT_NEVER;
    bool garbled = !over && row->lease != NULL && row->lease->expires_ms == MOMENT_UNREADABLE;
    if (undo_s > 0)
        snprintf(cell->text, sizeof cell->text, "undo %ds", undo_s);
    else if (garbled)
        snprintf(cell->text, sizeof cell->text, "%*s", FORMAT_LEFT_CELLS, "?");
    else
        put_left(cell, row, left_s, mark, style);
    cell->role = undo_s > 0 ? ROLE_ST_PENDING : garbled ? ROLE_ST_UNKNOWN : left_role(row, moment);
}

static int64_t number_life(const void *item, const struct moment *moment)
{
    const struct row *row = item;
    bool over = row->lease == NULL || status_tally(row_status(row, moment)) == TALLY_ENDED;
    int permille = over ? -1 : lease_life_permille(row->lease, moment->server_ms);
    return permille < 0 ? COLUMN_UNKNOWN : permille;
}

static void fill_life(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    int64_t permille = number_life(item, moment);
    if (style->plain && permille == COLUMN_UNKNOWN)
        cell_put_dash(cell, style);
    else if (style->plain)
        snprintf(cell->text, sizeof cell->text, "%d%%", (int)(permille / 10));
    if (style->plain)
        return;
    cell->rest =
        format_life(cell->text, sizeof cell->text, permille == COLUMN_UNKNOWN ? -1 : (int)permille,
                    style->cells, style->charset);
    cell->rest_role = ROLE_LIFE_EMPTY;
    enum role role = left_role(item, moment);
    cell->role = role == ROLE_LEFT_OK || role == ROLE_TEXT ? ROLE_LIFE_FULL : role;
}

static const char *word_secret(const void *item, const struct moment *moment)
{
    static const char *const words[] = {
        [SECRET_NEVER] = "",    [SECRET_HELD] = "held", [SECRET_KEYRING] = "keyring",
        [SECRET_LOST] = "lost", [SECRET_PAST] = "lost", [SECRET_SOUGHT] = "",
    };
    enum secret_state state = row_secret(item);
    if (state != SECRET_GONE)
        return words[state];
    enum status status = row_status(item, moment);
    return status_tally(status) == TALLY_ENDED ? "" : status == STATUS_DISPUTED ? "wiped" : "lost";
}

static enum role role_secret(const void *item, const struct moment *moment)
{
    (void)moment;
    return row_secret(item) == SECRET_LOST ? ROLE_CHIP_WARN : ROLE_TEXT;
}

static int64_t known(int64_t moment_ms)
{
    return moment_known(moment_ms) ? moment_ms : COLUMN_UNKNOWN;
}

static int64_t number_created(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct row *row = item;
    return row->lease != NULL ? known(row->lease->created_ms) : COLUMN_UNKNOWN;
}

static int64_t number_expires(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct row *row = item;
    return row->lease != NULL ? known(row->lease->expires_ms) : COLUMN_UNKNOWN;
}

static void put_clock(struct cell *cell, int64_t at_ms, const struct moment *moment,
                      const struct cell_style *style)
{
    char text[FORMAT_BYTES];
    if (at_ms == COLUMN_UNKNOWN)
        cell_put_dash(cell, style);
    else
        snprintf(cell->text, sizeof cell->text, "%s",
                 format_clock(text, at_ms, moment->server_ms, style->zone, style->charset));
}

static void fill_created(struct cell *cell, const void *item, const struct moment *moment,
                         const struct cell_style *style)
{
    cell->role = quiet(item, moment, ROLE_TEXT);
    put_clock(cell, number_created(item, moment), moment, style);
}

static void fill_expires(struct cell *cell, const void *item, const struct moment *moment,
                         const struct cell_style *style)
{
    cell->role = quiet(item, moment, ROLE_TEXT);
    put_clock(cell, number_expires(item, moment), moment, style);
}

static const char *word_run(const void *item, const struct moment *moment)
{
    (void)moment;
    const struct row *row = item;
    return row->lease != NULL ? row->lease->run_id : "";
}

static const char *word_by(const void *item, const struct moment *moment)
{
    (void)moment;
    return ((const struct row *)item)->mine ? "me" : "";
}

/* What a list showed in the place of a lost answer is a guess: a filter does not find it as mine.
 */
static void fill_by(struct cell *cell, const void *item, const struct moment *moment,
                    const struct cell_style *style)
{
    const struct row *row = item;
    cell->role = quiet(row, moment, ROLE_TEXT);
    if (row->mine || row_secret(row) == SECRET_LOST)
        snprintf(cell->text, sizeof cell->text, "%s", row->mine ? "me" : "me?");
    else
        cell_put_dash(cell, style);
}

/* Seconds until it is rotated by itself. */
static int64_t number_keep(const void *item, const struct moment *moment)
{
    const struct keep_view *keep = ((const struct row *)item)->keep;
    if (keep == NULL || (keep->phase != KEEP_WAITING && keep->phase != KEEP_RETRY) ||
        keep->next_ms == SCHEDULE_NEVER)
        return COLUMN_UNKNOWN;
    int64_t left_ms = keep->next_ms - moment->boot_ms;
    return left_ms > 0 ? left_ms / 1000 : 0;
}

static void fill_keep(struct cell *cell, const void *item, const struct moment *moment,
                      const struct cell_style *style)
{
    char text[FORMAT_BYTES];
    const struct keep_view *keep = ((const struct row *)item)->keep;
    if (keep == NULL || keep->phase == KEEP_STOPPED) {
        cell_put_dash(cell, style);
        return;
    }
    int64_t left_s = number_keep(item, moment);
    snprintf(cell->text, sizeof cell->text, "%s",
             keep->barred               ? "no key"
             : left_s != COLUMN_UNKNOWN ? format_left(text, left_s, false, style->charset)
                                        : "now");
    cell->role = keep_view_failing(keep) ? ROLE_ST_FAILED : ROLE_TEXT;
}

struct columns columns_of_leases(int id_cells)
{
    return (struct columns){
        .count = 15,
        .items =
            {
                {.name = "glyph", .cells = 1, .widest = 1, .fill = fill_glyph},
                {"status", "STATUS", 9, 9, 3, .word = word_status, .role = role_status,
                 .alias = alias_status},
                {"lease", "LEASE", 8, id_cells, 1, .word = word_lease, .fill = fill_lease,
                 .whole = true},
                {"runtime", "RUNTIME", 15, 28, 2, .word = word_runtime, .fill = fill_runtime},
                {"space", "SPACE", 10, 20, 8, .word = word_space, .role = role_text},
                {"proto", "PROTO", 5, 5, 4, .word = word_protocol, .role = role_text},
                {"endpoint", "ENDPOINT", 9, 9, 5, .word = word_endpoint, .fill = fill_endpoint},
                {"left", "LEFT", FORMAT_LEFT_CELLS, FORMAT_LEFT_CELLS, 0, TEXT_RIGHT,
                 .number = number_left, .unit = COLUMN_SPAN, .fill = fill_left},
                {"life", "LIFE", LIFE_CELLS, LIFE_CELLS_MOST, 7, .number = number_life,
                 .fill = fill_life},
                {"secret", "SECRET", 7, 7, 6, .word = word_secret, .role = role_secret},
                {"by", "BY", 3, 3, 9, .word = word_by, .fill = fill_by},
                {"keep", "KEEP", FORMAT_LEFT_CELLS, FORMAT_LEFT_CELLS, 10, TEXT_RIGHT,
                 .number = number_keep, .unit = COLUMN_SPAN, .fill = fill_keep, .extra = true},
                {"created", "CREATED", FORMAT_CLOCK_CELLS, FORMAT_CLOCK_CELLS, 12,
                 .number = number_created, .unit = COLUMN_MOMENT, .fill = fill_created,
                 .extra = true},
                {"expires", "EXPIRES", FORMAT_CLOCK_CELLS, FORMAT_CLOCK_CELLS, 11,
                 .number = number_expires, .unit = COLUMN_MOMENT, .fill = fill_expires,
                 .extra = true},
                {"run", "RUN", 8, UUID_CELLS, 13, .word = word_run, .role = role_text,
                 .extra = true},
            },
    };
}
