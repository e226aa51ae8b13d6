/* draw: see draw.h. */
#include "tui/draw.h"

#include "tui/terminal_internal.h"

#include <string.h>
#include <wchar.h>

enum { CELLS_MAX = 1000 };

/* Characters of one box: corners from the top left in reading order, then the sides. */
struct edges {
    wchar_t corners[4], across, down;
};

static const struct edges edges[] = {
    [TEXT_UTF8] = {{L'\u250c', L'\u2510', L'\u2514', L'\u2518'}, L'\u2500', L'\u2502'},
    [TEXT_ASCII] = {{'+', '+', '+', '+'}, '-', '|'},
};

/* ---- Cells */

static bool on_screen(int row)
{
    return row >= 0 && row < LINES;
}

/* The same character in `cells` cells of a row. */
static void put_run(struct pen pen, int row, int column, int cells, wchar_t character)
{
    wchar_t text[2] = {character, L'\0'};
    cchar_t cell;
    if (column < 0) {
        cells += column;
        column = 0;
    }
    if (cells > COLS - column)
        cells = COLS - column;
    if (!on_screen(row) || cells <= 0)
        return;
    setcchar(&cell, text, pen.attributes, 0, &pen.pair);
    mvhline_set(row, column, &cell, cells);
}

/* The characters of `text` that stand on the screen when it begins at `column`. Marks go with the
 * character before them. */
static size_t visible(wchar_t *out, const char *text, int *column)
{
    size_t length = strlen(text), count = 0;
    int at = *column, start = -1;
    uint32_t code;
    for (size_t taken; length > 0; text += taken, length -= taken) {
        taken = text_decode(text, length, &code);
        int cells = wcwidth((wchar_t)code);
        if (at + cells > COLS)
            break;
        if (at >= 0 && (cells > 0 || count > 0)) {
            start = start < 0 ? at : start;
            out[count++] = (wchar_t)code;
        }
        at += cells > 0 ? cells : 0;
    }
    *column = start;
    return count;
}

/* Clean text. */
static void put_text(struct pen pen, int row, int column, const char *text)
{
    wchar_t wide[CELLS_MAX * (1 + TEXT_MARKS)];
    if (!on_screen(row))
        return;
    size_t count = visible(wide, text, &column);
    if (count == 0)
        return;
    wattr_set(stdscr, pen.attributes, 0, &pen.pair);
    mvaddnwstr(row, column, wide, (int)count);
}

/* ---- Text */

/* `most` true: no more cells than the text has. */
static int draw(struct terminal *terminal, int row, int column, int cells, struct pen pen,
                enum text_align align, bool most, const char *text)
{
    char clean[TEXT_BYTES(CELLS_MAX)], cut[TEXT_BYTES(CELLS_MAX)];
    int wanted = cells < CELLS_MAX ? cells : CELLS_MAX;
    if (wanted <= 0)
        return 0;
    text_clean(clean, TEXT_BYTES((size_t)wanted), text, strlen(text), terminal->charset);
    int width = most ? text_width(clean) : wanted;
    if (width < wanted)
        wanted = width;
    text_cut(cut, sizeof cut, clean, wanted, align, terminal->charset);
    put_text(pen, row, column, cut);
    return wanted;
}

int draw_text(struct terminal *terminal, int row, int column, int cells, enum role role,
              enum text_align align, const char *text)
{
    draw(terminal, row, column, cells, terminal_pen(terminal, role), align, false, text);
    return cells;
}

int draw_words(struct terminal *terminal, int row, int column, int cells, enum role role,
               const char *text)
{
    return draw(terminal, row, column, cells, terminal_pen(terminal, role), TEXT_LEFT, true, text);
}

void draw_over(struct terminal *terminal, enum role over)
{
    terminal->over = over;
}

/* ---- Areas */

static void fill(struct area area, struct pen pen, wchar_t character)
{
    int end = area.row + area.rows < LINES ? area.row + area.rows : LINES;
    for (int row = area.row < 0 ? 0 : area.row; row < end; row++)
        put_run(pen, row, area.column, area.columns, character);
}

void draw_clear(struct terminal *terminal)
{
    fill((struct area){0, 0, LINES, COLS}, terminal->pens[ROLE_TEXT], L' ');
}

void draw_fill(struct terminal *terminal, struct area area, enum role role, char character)
{
    fill(area, terminal->pens[role], (wchar_t)(unsigned char)character);
}

/* A title stands in its line with a blank at both sides, whether its text brings them or not. */
static void put_title(struct terminal *terminal, int row, int column, int cells, enum role role,
                      const char *title)
{
    title += strspn(title, " ");
    size_t length = strlen(title);
    while (length > 0 && title[length - 1] == ' ')
        length--;
    char text[256];
    struct pen pen = terminal_pen_over(terminal, ROLE_TITLE, role);
    snprintf(text, sizeof text, " %.*s ", (int)(length < 240 ? length : 240), title);
    if (length > 0)
        draw(terminal, row, column, cells, pen, TEXT_LEFT, true, text);
}

void draw_rule(struct terminal *terminal, int row, int column, int cells, enum role role,
               const char *title)
{
    put_run(terminal->pens[role], row, column, cells, edges[terminal->charset].across);
    put_title(terminal, row, column + 1, cells - 2, role, title);
}

void draw_box(struct terminal *terminal, struct area area, enum role role, const char *title)
{
    const struct edges *edge = &edges[terminal->charset];
    struct pen pen = terminal->pens[role];
    int bottom = area.row + area.rows - 1, right = area.column + area.columns - 1;
    if (area.rows < 2 || area.columns < 2)
        return;
    fill(area, pen, L' ');
    put_run(pen, area.row, area.column, area.columns, edge->across);
    put_run(pen, bottom, area.column, area.columns, edge->across);
    for (int row = area.row + 1; row < bottom; row++) {
        put_run(pen, row, area.column, 1, edge->down);
        put_run(pen, row, right, 1, edge->down);
    }
    for (int i = 0; i < 4; i++)
        put_run(pen, i < 2 ? area.row : bottom, i % 2 == 0 ? area.column : right, 1,
                edge->corners[i]);
    put_title(terminal, area.row, area.column + 1, area.columns - 2, role, title);
}

void draw_cursor(struct terminal *terminal, int row, int column, bool visible_cursor)
{
    terminal->cursor_row = row;
    terminal->cursor_column = column;
    terminal->cursor_visible = visible_cursor;
}
