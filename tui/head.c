/* head: the top of a frame: where one is, how things stand, when leases expire in the next hour;
 * and the title of the terminal. */
#include "tui/app_internal.h"

#include "core/format.h"
#include "core/horizon.h"
#include "tui/bar.h"

#include <stdio.h>
#include <string.h>

enum { HEADER_GAP = 2, NARROW_COLUMNS = 60 };

#define KEY_WORD "key "

static void add_place(const struct app *app, struct bar *bar)
{
    const struct app_options *options = app->options;
    bar_add(bar, ROLE_TITLE, 9, "leasetop");
    if (app->settings.profile != NULL)
        bar_add(bar, ROLE_PROFILE, 0, "%.64s", app->settings.profile);
    else if (options->demo)
        bar_add(bar, ROLE_PROFILE, 0, "demo");
    bar_add(bar, ROLE_HEADER, 0, "%s", app->account.host);
    bool narrow = terminal_columns(app->terminal) < NARROW_COLUMNS;
    struct bar_segment *key =
        *app->key_tail == '\0'
            ? NULL
            : bar_add(bar, ROLE_DIM, 0, "%s%s%s", narrow ? "" : KEY_WORD,
                      terminal_charset(app->terminal) == TEXT_UTF8 ? "…" : "..", app->key_tail);
    if (key != NULL && !narrow) {
        key->brief_from = strlen(KEY_WORD);
        key->brief_priority = 5;
    }
}

/* The crumb: which view, narrowed to what. All leases need no name; what is less than that keeps
 * one as long as there is room for anything. */
static void add_crumb(const struct app *app, struct bar *bar)
{
    const struct settings *settings = &app->settings;
    bool scoped = app->scope.runtime_id != NULL, narrowed = scoped || settings->space != NULL;
    bool leases = app->view == VIEW_LEASES, runtime = settings->runtime != NULL;
    const char *title = app_view(app)->title, *of = narrowed ? " of " : "";
    const char *space = scoped ? app->scope_name : narrowed ? settings->space : "";
    struct bar_segment *crumb =
        bar_add(bar, ROLE_HEADER, leases && !narrowed ? 8 : 0, "%s%s%s%s%s", title, of, space,
                runtime && !scoped ? "/" : "", runtime && !scoped ? settings->runtime : "");
    if (crumb != NULL && leases && narrowed) {
        crumb->brief_from = strlen(title) + strlen(of);
        crumb->brief_priority = 8;
    }
}

/* What needs a person stays longest where there is no room. */
static void add_counts(const struct app *app, struct bar *bar)
{
    static const int priorities[TALLY_COUNT] = {
        [TALLY_ACTIVE] = 4,  [TALLY_EXPIRING] = 2, [TALLY_PENDING] = 5,
        [TALLY_UNKNOWN] = 3, [TALLY_FAILED] = 3,   [TALLY_ENDED] = 8,
    };
    size_t counts[TALLY_COUNT];
    char left[FORMAT_BYTES];
    bool empty = true;
    rows_tally(&app->rows, &app->moment, counts);
    if (app->view != VIEW_LEASES && app->rows.count > 0)
        bar_add(bar, ROLE_DIM, 7, "leases:");
    for (int tally = 0; tally < TALLY_COUNT; tally++) {
        if (counts[tally] == 0)
            continue;
        bar_add(bar, tally_role((enum tally)tally), priorities[tally], "%zu %s", counts[tally],
                tally_word((enum tally)tally));
        empty = false;
    }
    int64_t next_s = rows_next_s(&app->rows, &app->moment);
    if (empty || next_s == FORMAT_NEVER)
        return;
    format_left(left, next_s, app->moment.vague, terminal_charset(app->terminal));
    /* As long as some lists never came there may be one before it. */
    bool partial = app->snapshot->unread > 0 && app->scope.runtime_id == NULL;
    const char *most = terminal_charset(app->terminal) == TEXT_ASCII ? "<=" : "≤";
    bar_add(bar, next_s <= app->thresholds.critical_s ? ROLE_LEFT_CRIT : ROLE_HEADER, 3,
            "next %s%s", partial ? most : "", left + strspn(left, " "));
}

/* Where one looks at other windows, the title says what is near. */
void head_title(const struct app *app)
{
    char title[256], left[FORMAT_BYTES];
    const char *where = app->settings.profile != NULL ? app->settings.profile
                        : app->options->demo          ? "demo"
                                                      : app->account.host;
    int64_t next_s = app->snapshot != NULL ? rows_next_s(&app->rows, &app->moment) : FORMAT_NEVER;
    format_left(left, next_s, app->moment.vague, terminal_charset(app->terminal));
    if (next_s <= app->thresholds.warn_s)
        snprintf(title, sizeof title, "leasetop %.120s next %s", where, left + strspn(left, " "));
    else
        snprintf(title, sizeof title, "leasetop %.120s", where);
    terminal_title(app->terminal, title);
}

static const struct source_state *older(const struct source_state *state,
                                        const struct source_state *so_far)
{
    return state->answered_ms != 0 && (so_far == NULL || state->answered_ms < so_far->answered_ms)
               ? state
               : so_far;
}

/* What a view that is of no runtimes, as that of events, learns from: all lists that still come. */
static const struct source_state *oldest_of_all(const struct snapshot *snapshot)
{
    const struct source_state *oldest = NULL;
    for (size_t i = 0; i < snapshot->runtime_count; i++) {
        if (snapshot->runtimes[i].runtime->vanished_ms == MOMENT_NONE)
            oldest = older(&snapshot->runtimes[i].state, oldest);
    }
    return oldest != NULL ? oldest : &snapshot->server;
}

/* The oldest data among the rows on the screen; what nobody sees does not age the header. */
static const struct source_state *oldest(const struct app *app)
{
    const struct view *view = app_view(app);
    size_t top = app->lists[app->view].top, rows = app_count(app);
    const struct source_state *oldest = NULL;
    if (view->runtime == NULL)
        return oldest_of_all(app->snapshot);
    if (app->layout.table.rows == 0 && app_runtime(app) != NULL) /* details have it all */
        return &app_runtime(app)->state;
    for (size_t i = 0; i < (size_t)app->layout.table.rows && top + i < rows; i++)
        oldest = older(&view->runtime(app_item_at(app, top + i))->state, oldest);
    return oldest != NULL ? oldest : &app->snapshot->server;
}

static void add_age(const struct app *app, struct bar *bar)
{
    char text[FORMAT_BYTES];
    enum text_charset charset = terminal_charset(app->terminal);
    const struct source_state *state = oldest(app);
    struct bar_segment *segment = NULL;
    if (app->snapshot->latency_ms >= 0)
        segment = bar_add(bar, ROLE_DIM, 10, "%s",
                          format_latency(text, app->snapshot->latency_ms, charset));
    if (segment != NULL)
        segment->right = true;
    if (state->answered_ms == 0)
        return;
    segment = bar_add(bar, source_stale(state, &app->moment) ? ROLE_CHIP_WARN : ROLE_DIM, 2, "%s",
                      format_age(text, (app->moment.boot_ms - state->answered_ms) / 1000, charset));
    if (segment != NULL)
        segment->right = true;
}

/* Where there is little room the word is shortened and not the number: "limited 12s". */
static const char *chip_words(const struct app *app, const struct state *state)
{
    const char *dash = strchr(state->chip, '-'), *number = strpbrk(state->chip, "0123456789");
    bool narrow = terminal_columns(app->terminal) < NARROW_COLUMNS;
    return narrow && dash != NULL && number > dash ? dash + 1 : state->chip;
}

void head_draw(const struct app *app, struct area area, const struct state *states, size_t count)
{
    struct bar bar = {0};
    add_place(app, &bar);
    add_crumb(app, &bar);
    if (app->snapshot != NULL)
        add_counts(app, &bar);
    for (size_t i = 0; i < count; i++) {
        struct bar_segment *segment =
            bar_add(&bar, states[i].role, i == 0 ? 0 : 2, "[%s]", chip_words(app, &states[i]));
        if (segment != NULL)
            segment->right = true;
    }
    if (app->snapshot != NULL)
        add_age(app, &bar);
    bool close = terminal_columns(app->terminal) < NARROW_COLUMNS;
    bar_draw(app->terminal, area, ROLE_HEADER, &bar, close ? 1 : HEADER_GAP);
}

/* When leases expire in the next hour; nothing where none does. */
void head_horizon(const struct app *app, struct area area)
{
    unsigned counts[HORIZON_BARS];
    char bars[HORIZON_BYTES];
    struct bar bar = {0};
    enum text_charset charset = terminal_charset(app->terminal);
    if (area.rows == 0)
        return;
    horizon_count(&app->rows, &app->moment, counts);
    unsigned most = horizon_most(counts);
    if (most > 0) {
        bool utf8 = charset == TEXT_UTF8;
        bar_add(&bar, ROLE_DIM, 0, "expiries in the next hour");
        bar_add(&bar, ROLE_SPARK, 0, "%s%s%s", utf8 ? "▕" : "[",
                horizon_bars(bars, counts, charset), utf8 ? "▏" : "]");
        bar_add(&bar, ROLE_DIM, 1, "a bar is two minutes, the tallest %u", most);
    }
    bar_draw(app->terminal, area, ROLE_TEXT, &bar, 1);
}
