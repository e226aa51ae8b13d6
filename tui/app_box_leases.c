/* app_box_leases: the leases that a box is about: fixed when it opens, one told whole or many in a
 * line each, and written again while their time runs. */
#include "tui/app_internal.h"

#include "core/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a box with many: how many have a line at once, and the rows of a screen that they leave. */
enum { NAMED_MAX = 13, NAMED_MIN = 3, OTHER_ROWS = 14 };
/* Of a line of many: the id, the name, the protocol, and the gaps between them. */
enum { ID_CELLS = 8, NAME_CELLS = 34, PROTOCOL_CELLS = 5, GAP_CELLS = 2 };
enum { PROTOCOL_FROM_CELLS = 50 }; /* of the box: below that there is no room for it */

#define TIME_LABEL "protocol"

bool app_box_target(struct app *app, const struct row **rows, size_t count)
{
    struct box *box = &app->box;
    box->about.targets = calloc(count, sizeof *box->about.targets);
    for (size_t i = 0; box->about.targets != NULL && i < count; i++) {
        struct identity one = row_identity(rows[i]);
        if (!identity_copy(&box->about.targets[i], &one))
            return false;
        box->about.target_count++;
    }
    return box->about.targets != NULL;
}

const struct row *app_box_row(const struct app *app, size_t place)
{
    for (size_t i = 0; i < app->rows.count; i++) {
        struct identity one = row_identity(&app->rows.items[i]);
        if (identity_compare(&one, &app->box.about.targets[place]) == 0)
            return &app->rows.items[i];
    }
    return NULL;
}

/* Of a line of many. */
static char *left_of(const struct app *app, const struct row *row, char left[FORMAT_BYTES])
{
    if (status_tally(row_status(row, &app->moment)) == TALLY_ENDED)
        return strcpy(left, row_status_word(row, &app->moment));
    format_left(left, row_left_s(row, &app->moment), row_stale(row, &app->moment),
                terminal_charset(app->terminal));
    return left + strspn(left, " ");
}

/* How many of many have a line at once. */
static size_t named_most(const struct app *app)
{
    int room = terminal_rows(app->terminal) - OTHER_ROWS;
    return (size_t)(room < NAMED_MIN ? NAMED_MIN : room > NAMED_MAX ? NAMED_MAX : room);
}

/* One of many in a line: id, runtime and space, protocol where there is room, time left. */
static void line_of(const struct app *app, size_t place, char *line, size_t size)
{
    const struct row *row = app_box_row(app, place);
    const char *id = row_short_id(app->box.about.targets[place].lease_id);
    enum text_charset charset = terminal_charset(app->terminal);
    char left[FORMAT_BYTES], words[256], clean[TEXT_BYTES(64)], name[TEXT_BYTES(NAME_CELLS)];
    char protocol[16] = "";
    int cells = dialog_cells(terminal_columns(app->terminal));
    if (row == NULL || row->lease == NULL) {
        snprintf(line, size, "%-8.8s  not listed any more", id);
        return;
    }
    if (cells >= PROTOCOL_FROM_CELLS)
        snprintf(protocol, sizeof protocol, "  %-*.*s", PROTOCOL_CELLS, PROTOCOL_CELLS,
                 row->lease->protocol);
    cells -= ID_CELLS + 2 * GAP_CELLS + (int)strlen(protocol) + FORMAT_LEFT_CELLS;
    cells = cells > NAME_CELLS ? NAME_CELLS : cells < 1 ? 1 : cells;
    snprintf(words, sizeof words, "%.100s (%.100s)", app_runtime_name(row->runtime),
             row->runtime->space->name);
    text_clean(clean, sizeof clean, words, strlen(words), charset);
    text_cut(name, sizeof name, clean, cells, TEXT_LEFT, charset);
    snprintf(line, size, "%-8.8s  %.120s%s  %*.16s", id, name, protocol, FORMAT_LEFT_CELLS,
             left_of(app, row, left));
}

void app_lease_lines(struct app *app, const struct row *row)
{
    struct dialog *dialog = &app->box.dialog;
    const struct space *space = row->runtime->space;
    dialog_line(dialog, "lease", "%s", row->lease->id);
    dialog_line(dialog, "runtime", "%.90s (%.90s)", app_runtime_name(row->runtime),
                *space->name != '\0' ? space->name : space->id);
    snprintf(app->box.about.protocol, sizeof app->box.about.protocol, "%s", row->lease->protocol);
    dialog_line(dialog, TIME_LABEL, "%s", app->box.about.protocol);
    app_where_line(app);
}

/* One line for each, the first of the box: they are written again each second. */
void app_many_lines(struct app *app, size_t count)
{
    size_t most = named_most(app), named = count > most ? most - 1 : count;
    app->box.about.named = named;
    for (size_t i = 0; i < named; i++)
        dialog_line(&app->box.dialog, "", "%s", "");
    if (named < count)
        dialog_line(&app->box.dialog, "", "%s", "");
    app_where_line(app);
}

/* ---- each second, and each key */

/* Of many those that are scrolled to, and which of how many they are. */
static void lines_shown(struct app *app)
{
    struct box *box = &app->box;
    struct dialog_line *lines = box->dialog.lines;
    for (size_t i = 0; i < box->about.named; i++)
        line_of(app, box->about.first + i, lines[i].text, sizeof lines[i].text);
    if (box->about.named < box->about.target_count)
        snprintf(lines[box->about.named].text, sizeof lines[box->about.named].text,
                 "%zu to %zu of %zu: PgUp PgDn scroll", box->about.first + 1,
                 box->about.first + box->about.named, box->about.target_count);
}

bool app_box_scroll(struct app *app, uint32_t key)
{
    struct box *box = &app->box;
    bool down = key == TUI_KEY_PAGE_DOWN;
    if ((!down && key != TUI_KEY_PAGE_UP) || box->about.named == 0 ||
        box->about.named >= box->about.target_count)
        return false;
    size_t last = box->about.target_count - box->about.named, step = box->about.named;
    if (down)
        box->about.first = box->about.first + step < last ? box->about.first + step : last;
    else
        box->about.first = box->about.first > step ? box->about.first - step : 0;
    return true;
}

void app_box_count(struct app *app)
{
    struct dialog *dialog = &app->box.dialog;
    char words[128] = "not listed any more";
    if (app->box.about.target_count > 1) {
        lines_shown(app);
        return;
    }
    for (size_t i = 0; app->box.about.target_count == 1 && i < dialog->line_count; i++) {
        struct dialog_line *line = &dialog->lines[i];
        const struct row *row = app_box_row(app, 0);
        if (strcmp(line->label, TIME_LABEL) != 0)
            continue;
        if (row != NULL && row->lease != NULL)
            app_left_words(app, row, words, sizeof words);
        snprintf(line->text, sizeof line->text, "%s, %s", app->box.about.protocol, words);
    }
}
