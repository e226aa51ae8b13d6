/* reveal: an endpoint on the screen, to be read or selected by hand: for a short time, and gone
 * with any key. */
#include "tui/app_internal.h"

#include <stdio.h>
#include <string.h>

enum { REVEAL_MS = 15000, TEXT_BYTES_MAX = 32 << 10, WORDY_COLUMNS = 52 };

/* One line for each part: its name, a blank, its text. */
static struct secret *lines_of(const struct endpoint *endpoint)
{
    struct secret *text = secret_new(TEXT_BYTES_MAX);
    size_t used = 0;
    for (size_t i = 0; text != NULL && i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        size_t room = TEXT_BYTES_MAX - used;
        int length = snprintf(secret_bytes(text) + used, room, "%s %s\n", field.name, field.text);
        used += length > 0 && (size_t)length < room ? (size_t)length : 0;
    }
    return text;
}

bool reveal_open(struct app *app, const struct endpoint *endpoint)
{
    reveal_close(app);
    app->reveal.text = lines_of(endpoint);
    app->reveal.until_ms = clock_boot_now_ms() + REVEAL_MS;
    if (app->reveal.text == NULL)
        app_say(app, ROLE_CHIP_ERROR, "out of memory: nothing is shown");
    return app->reveal.text != NULL;
}

void reveal_close(struct app *app)
{
    secret_free(app->reveal.text);
    app->reveal.text = NULL;
}

/* A line over as many rows as it needs, broken anywhere: what is selected by hand must be whole. */
static int draw_long(struct app *app, struct area area, int row, const char *line, size_t length)
{
    char part[512];
    size_t cells = (size_t)area.columns < sizeof part ? (size_t)area.columns : sizeof part - 1;
    for (size_t at = 0; at < length && row < area.row + area.rows; at += cells, row++) {
        size_t rest = length - at < cells ? length - at : cells;
        snprintf(part, sizeof part, "%.*s", (int)rest, line + at);
        draw_words(app->terminal, row, area.column, area.columns, ROLE_SECRET_SHOWN, part);
    }
    secret_wipe(part, sizeof part);
    return row;
}

/* As high as what it holds. */
static struct area box_of(const struct app *app, struct area screen)
{
    size_t cells = (size_t)screen.columns, rows = 1;
    for (const char *at = secret_bytes(app->reveal.text); *at != '\0';) {
        size_t length = strcspn(at, "\n"), text = length - strcspn(at, " ");
        rows += 2 + (text + cells - 1) / cells;
        at += length + (at[length] == '\n');
    }
    if (rows >= (size_t)screen.rows)
        return screen;
    int above = (screen.rows - (int)rows) / 3;
    return (struct area){screen.row + above, screen.column, (int)rows, screen.columns};
}

/* No line stands at the sides: what is selected over several rows must hold nothing else. */
void reveal_draw(struct app *app, struct area screen)
{
    char title[112];
    int64_t left_ms = app->reveal.until_ms - clock_boot_now_ms();
    bool wordy = screen.columns >= WORDY_COLUMNS;
    snprintf(title, sizeof title, "%s%.16s: hidden in %d s%s", wordy ? "endpoint of " : "",
             app->copy_name, (int)((left_ms > 0 ? left_ms : 0) + 999) / 1000,
             wordy ? ", or by any key" : "");
    screen = box_of(app, screen);
    draw_fill(app->terminal, screen, ROLE_TEXT, ' ');
    draw_rule(app->terminal, screen.row, screen.column, screen.columns, ROLE_DANGER, title);
    draw_rule(app->terminal, screen.row + screen.rows - 1, screen.column, screen.columns,
              ROLE_DANGER, "");
    struct area inner = {screen.row + 1, screen.column, screen.rows - 2, screen.columns};
    int row = inner.row;
    for (const char *at = secret_bytes(app->reveal.text); *at != '\0';) {
        size_t length = strcspn(at, "\n"), name = strcspn(at, " ");
        char label[80];
        snprintf(label, sizeof label, "%.*s", (int)(name < 79 ? name : 79), at);
        draw_words(app->terminal, row, inner.column, inner.columns, ROLE_DIM, label);
        row = draw_long(app, inner, row + 1, at + name + 1, length - name - 1) + 1;
        at += length + (at[length] == '\n');
    }
    draw_cursor(app->terminal, inner.row, inner.column, false);
}
