/* frame: one frame of the screen, from what the app holds: table or its reason for being empty,
 * details, summary, message, and what lies on top. The header is head.c's, the footer foot.c's. */
#include "tui/app_internal.h"

#include "core/format.h"
#include "tui/bar.h"
#include "tui/table.h"

#include <stdio.h>
#include <string.h>

enum { TOAST_READ_MS = 4000 }; /* beside something worse */
enum { MESSAGE_ROWS = 3, MESSAGE_ROWS_LOW = 2, LOW_ROWS = 12 };

static size_t get_states(const struct app *app, struct state states[STATES_MAX])
{
    struct state_context context = {
        .snapshot = app->snapshot,
        .moment = &app->moment,
        .host = app->account.host,
        .wall_ms = clock_wall_now_ms(),
        .shown = app_count(app),
        .read_only = app->settings.read_only,
        .resumed = app->resumed,
        .audit = app->audit.error.sentence,
        .ledger = app->ledger_error.sentence,
        .charset = terminal_charset(app->terminal),
        .keys = &app->keys,
    };
    return states_of(&context, states);
}

/* ---- the middle */

/* How many rows words take in the middle. */
static int middle_rows(const char *text, int room)
{
    int rows = 0;
    for (const char *at = text; *at != '\0'; rows++) {
        size_t length = text_line(at, room);
        at += length + (at[length] == ' ');
    }
    return rows;
}

/* Words in the middle of a row, and on the rows below it as long as there are some. */
static int draw_middle(const struct app *app, struct area area, int row, enum role role,
                       const char *foreign)
{
    char text[STATE_SENTENCE_BYTES * 2], line[STATE_SENTENCE_BYTES * 2];
    int room = area.columns - 4;
    text_clean(text, sizeof text, foreign, strlen(foreign), terminal_charset(app->terminal));
    for (const char *at = text; *at != '\0' && row < area.row + area.rows; row++) {
        size_t length = row + 1 < area.row + area.rows ? text_line(at, room) : strlen(at);
        snprintf(line, sizeof line, "%.*s", (int)length, at);
        int cells = text_width(line) < room ? text_width(line) : room;
        draw_text(app->terminal, row, area.column + (area.columns - cells) / 2, cells, role,
                  TEXT_LEFT, line);
        at += length + (at[length] == ' ');
    }
    return row;
}

/* Loading is not empty, and empty says how to begin. */
static void draw_empty(const struct app *app, struct area area, const struct state *states,
                       size_t count)
{
    char first[STATE_SENTENCE_BYTES] = "", second[STATE_SENTENCE_BYTES] = "";
    while (count > 0 && states->local)
        states++, count--;
    bool loading = count > 0 && (states[0].urgent || app->snapshot == NULL);
    if (loading) {
        snprintf(first, sizeof first, "%s", states[0].chip);
        snprintf(second, sizeof second, "%s", states[0].sentence);
    } else if (app->shown[app->view].hidden > 0) {
        snprintf(first, sizeof first, "nothing matches");
        char clear[80];
        action_fill(clear, sizeof clear, "{back} clears the filter", &app->keys);
        if (!app->prompt.open) /* where Esc goes back to the filter before */
            snprintf(second, sizeof second, "%s %s", clear, app->filters[app->view].text);
    } else if (app->view == VIEW_EVENTS) {
        snprintf(first, sizeof first, "no events");
        snprintf(second, sizeof second, "nothing has happened since leasetop started");
    } else if (app->view == VIEW_RUNTIMES) {
        snprintf(first, sizeof first, "no runtimes");
    } else {
        const char *why = app_off(app, ACTION_CREATE);
        snprintf(first, sizeof first, "no leases");
        action_fill(second, sizeof second, why == NULL ? "{create} makes one" : why, &app->keys);
    }
    int rows = 1 + middle_rows(second, area.columns - 4), gap = rows < area.rows;
    int above = area.rows > 4 ? (area.rows - 4) / 2 : 0, most = area.rows - rows - gap;
    int row = area.row + (above < most ? above : most > 0 ? most : 0);
    row = draw_middle(app, area, row, loading ? states[0].role : ROLE_TITLE, first);
    draw_middle(app, area, row + gap, ROLE_TEXT, second);
}

/* ---- the foot */

/* Of a create that has no lease: what can be done about it. */
static void add_create(const struct app *app, struct bar *bar, const struct row *row)
{
    char words[160];
    bool failed = row->intent->phase == INTENT_FAILED;
    bar_add(bar, status_role(row_status(row, &app->moment)), 0, "create on %.60s",
            app_runtime_name(row->runtime));
    if (app_unresolved(row))
        bar_add(
            bar, ROLE_DIM, 0, "%s",
            action_fill(
                words, sizeof words,
                app->marks.count == 0
                    ? "not known whether it happened: {revoke} decides what becomes of "
                      "it"
                    : "not known whether it happened: {unmark} unmarks, then {revoke} is about it",
                &app->keys));
    else
        bar_add(bar, ROLE_DIM, 0, "%s",
                action_fill(words, sizeof words,
                            failed ? "refused: {open} says why, {back} drops it"
                                   : "asked for, and not answered yet",
                            &app->keys));
}

static void draw_summary(const struct app *app, struct area area)
{
    const struct row *row = app_row(app);
    struct bar bar = {0};
    char text[FORMAT_BYTES];
    enum text_charset charset = terminal_charset(app->terminal);
    if (area.rows == 0)
        return;
    if (row != NULL && row->lease != NULL) {
        const struct lease *lease = row->lease;
        bar_add(&bar, ROLE_DIM, 0, "%.40s", lease->id);
        struct bar_segment *name =
            bar_add(&bar, ROLE_DIM, 0, "runtime %.60s", app_runtime_name(row->runtime));
        if (name != NULL)
            name->soft = true; /* cut before it is left out */
        if (moment_known(lease->created_ms))
            bar_add(
                &bar, ROLE_DIM, 4, "created %s",
                format_clock(text, lease->created_ms, app->moment.server_ms, app->zone, charset));
        char ended[128];
        if (app_ended_words(app, row, ended, sizeof ended))
            bar_add(&bar, ROLE_DIM, 2, "%s", ended);
        else if (moment_known(lease->expires_ms))
            bar_add(
                &bar, ROLE_DIM, 2, "expires %s",
                format_clock(text, lease->expires_ms, app->moment.server_ms, app->zone, charset));
        if (row->keep != NULL && keep_view_failing(row->keep))
            bar_add(&bar, ROLE_ST_FAILED, 1, "not kept alive now");
        else if (row->keep != NULL && row->keep->phase != KEEP_STOPPED)
            bar_add(&bar, ROLE_DIM, 1, "kept alive");
        bar_add(&bar, ROLE_DIM, 3, "space %.60s", row->runtime->space->name);
    } else if (row != NULL) {
        add_create(app, &bar, row);
    } else if (app->view == VIEW_EVENTS && app_item(app) != NULL) {
        const struct events_entry *entry = app_item(app);
        bar_add(&bar, entry->role, 0, "%s", entry->what);
        bar_add(&bar, ROLE_DIM, 0, "%.200s", entry->outcome);
    }
    bar_draw(app->terminal, area, ROLE_DIM, &bar, 3);
}

/* What was done before things took a turn is not the news any more; what is the matter still is. */
static void forget_toast(struct app *app, const struct state *states, size_t count)
{
    const char *now = count > 0 && states[0].urgent ? states[0].chip : "";
    if (strcspn(now, "0123456789") != strcspn(app->last_chip, "0123456789") ||
        strncmp(now, app->last_chip, strcspn(now, "0123456789")) != 0) {
        if (*now != '\0' && app->toast.role == ROLE_TOAST && !app->toast.keep)
            app_hush(app);
        snprintf(app->last_chip, sizeof app->last_chip, "%s", now);
    }
}

/* What can be typed, as far as there is room for it. */
static void draw_examples(const struct app *app, struct area area)
{
    const char *const *hints = app_view(app)->filter_hints;
    int column = area.column + 4;
    for (; *hints != NULL && column + text_width(*hints) < area.column + area.columns; hints++)
        column +=
            2 + draw_words(app->terminal, area.row, column, text_width(*hints), ROLE_INPUT, *hints);
}

/* The filter as it is typed; what is wrong with it at its right. */
static void draw_prompt(const struct app *app, struct area area)
{
    const struct prompt *prompt = &app->prompt;
    char problem[sizeof prompt->problem] = "";
    int cells = area.columns - 3;
    if (area.row == app->layout.footer.row) /* else it stands below, with more room */
        snprintf(problem, sizeof problem, "%.*s", (int)strcspn(prompt->problem, ";"),
                 prompt->problem);
    int wrong = text_width(problem);
    draw_fill(app->terminal, (struct area){area.row, area.column, 1, area.columns}, ROLE_INPUT,
              ' ');
    draw_words(app->terminal, area.row, area.column + 1, 1, ROLE_TITLE, "/");
    if (wrong > 0) {
        wrong = wrong < cells * 2 / 3 ? wrong : cells * 2 / 3;
        cells -= wrong + 2;
        draw_words(app->terminal, area.row, area.column + 2 + cells + 2, wrong, ROLE_CHIP_ERROR,
                   problem);
    }
    int cursor = field_draw(app->terminal, &prompt->field, area.row, area.column + 2, cells);
    if (*prompt->field.text == '\0' && area.row == app->layout.footer.row) /* it hides the hints */
        draw_examples(app, area);
    draw_cursor(app->terminal, area.row, area.column + 2 + cursor, true);
}

/* What just happened, else the worst state that wants to be read; "" where there is neither. */
struct message_line {
    char text[TEXT_BYTES(STATE_SENTENCE_BYTES)]; /* clean */
    enum role role;
};

/* What is worse than what is said is not hidden by it for long, nor is what says it better. */
static bool comes_first(const struct app *app, const struct state *state)
{
    const struct toast *toast = &app->toast;
    bool worse = app_badness(state->role) > app_badness(toast->role);
    bool read = clock_boot_now_ms() - toast->said_ms > TOAST_READ_MS;
    return toast->until_ms == 0 || toast->gate || (worse && read && !toast->keep);
}

static void message_of(const struct app *app, const struct state *states, size_t count,
                       struct message_line *message)
{
    char said[STATE_SENTENCE_BYTES];
    const char *text = app_said(app, said);
    message->role = app->toast.role;
    size_t worst = 0;
    /* Those of the server stand in the middle of an empty table. */
    while (worst < count && !(states[worst].urgent && (states[worst].local || app_count(app) > 0)))
        worst++;
    if (worst < count && comes_first(app, &states[worst])) {
        text = states[worst].sentence;
        message->role = states[worst].role;
    }
    text_clean(message->text, sizeof message->text, text, strlen(text),
               terminal_charset(app->terminal));
}

/* How many rows it takes to be read whole, up to what a message may take. */
static int message_rows(const struct app *app, const struct message_line *message)
{
    int cells = terminal_columns(app->terminal) - 2, rows = 1;
    bool low = terminal_rows(app->terminal) < LOW_ROWS, lasts = app->toast.until_ms == 0;
    int most = !low ? MESSAGE_ROWS : lasts ? 1 : MESSAGE_ROWS_LOW;
    if (*message->text == '\0' || app->prompt.open)
        return 0;
    const char *at = message->text;
    for (size_t length; rows < most && at[length = text_line(at, cells)] != '\0'; rows++)
        at += length + (at[length] == ' ');
    return rows;
}

static void draw_message(const struct app *app, struct area area,
                         const struct message_line *message)
{
    char line[sizeof message->text];
    const char *at = message->text;
    for (int i = 0; i < area.rows && *at != '\0'; i++) {
        size_t length = i + 1 < area.rows ? text_line(at, area.columns - 2) : strlen(at);
        snprintf(line, sizeof line, "%.*s", (int)length, at);
        draw_text(app->terminal, area.row + i, area.column, area.columns, ROLE_TEXT, TEXT_LEFT, "");
        draw_text(app->terminal, area.row + i, area.column + 1, area.columns - 2, message->role,
                  TEXT_LEFT, line);
        at += length + (at[length] == ' ');
    }
}

static void draw_too_small(const struct app *app)
{
    char text[80];
    int columns = terminal_columns(app->terminal);
    snprintf(text, sizeof text, "%dx%d: needs %dx%d", columns, terminal_rows(app->terminal),
             LAYOUT_COLUMNS_MIN, LAYOUT_ROWS_MIN);
    if (text_width(text) > columns)
        snprintf(text, sizeof text, "needs %dx%d", LAYOUT_COLUMNS_MIN, LAYOUT_ROWS_MIN);
    draw_words(app->terminal, 0, 0, terminal_columns(app->terminal), ROLE_TEXT, text);
    draw_cursor(app->terminal, 0, 0, false);
}

static void draw_on_top(struct app *app)
{
    struct area screen = {0, 0, terminal_rows(app->terminal), terminal_columns(app->terminal)};
    if (app->help)
        help_draw(app, screen);
    if (app->reveal.text != NULL)
        reveal_draw(app, screen);
    if (app->box.open) {
        app_box_count(app);
        dialog_draw(app->terminal, &app->box.dialog, screen);
    }
}

/* Everything counts on whole seconds of the server's clock, so that all rows step together. */
static void take_moment(struct app *app)
{
    if (app->snapshot == NULL)
        return;
    app->moment = moment_of(app->snapshot, &app->thresholds);
    app->moment.server_ms -= app->moment.server_ms % 1000;
}

/* The table, or why there is none; what stands beside and below it. */
static void draw_middle_of(struct app *app, const struct state *states, size_t count)
{
    const struct layout *layout = &app->layout;
    if (app_count(app) > 0 || layout->place == DETAILS_FULL)
        table_draw(app, layout->titles, layout->table);
    else if (!app->box.open) /* half of its words would stand beside the box */
        draw_empty(app, layout->table, states, count);
    if (layout->details.rows > 0)
        details_draw(app, layout->details);
    if (layout->strip.rows > 0)
        strip_draw(app, layout->strip);
}

void frame_draw(struct app *app)
{
    struct state states[STATES_MAX];
    struct message_line message;
    struct layout *layout = &app->layout;
    *layout = layout_of(terminal_rows(app->terminal), terminal_columns(app->terminal), app->details,
                        app->strip);
    take_moment(app);
    head_title(app);
    draw_clear(app->terminal);
    if (layout->too_small) {
        draw_too_small(app);
        return;
    }
    size_t count = get_states(app, states);
    forget_toast(app, states, count);
    message_of(app, states, count, &message);
    layout_message(layout, message_rows(app, &message));
    head_draw(app, layout->header, states, count);
    head_horizon(app, layout->horizon);
    draw_middle_of(app, states, count);
    draw_summary(app, layout->summary);
    foot_draw(app, layout->footer);
    if (app->prompt.open)
        draw_prompt(app, layout->message);
    else
        draw_message(app, layout->message, &message);
    draw_on_top(app);
}
