/* draw: see draw.h. */
#include "tui/draw.h"

#include "api/secret.h"
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

static void make_cell(cchar_t *cell, struct pen pen, const wchar_t *text)
{
    setcchar(cell, text, pen.attributes, 0, &pen.pair);
}

/* Of the functions of curses only this one leaves no half of a wide character that it overwrites.
 * It stops at the right edge of the screen. */
static void put_cells(int row, int column, const cchar_t *cells, size_t count)
{
    if (count > 0)
        mvadd_wchnstr(row, column, cells, (int)count);
}

/* The same character in `cells` cells of a row. */
static void put_run(struct pen pen, int row, int column, int cells, wchar_t character)
{
    cchar_t run[CELLS_MAX];
    int from = column < 0 ? 0 : column;
    int to = column + cells < COLS ? column + cells : COLS;
    if (!on_screen(row) || to <= from || to - from > CELLS_MAX)
        return;
    make_cell(&run[0], pen, (wchar_t[]){character, L'\0'});
    for (int i = 1; i < to - from; i++)
        run[i] = run[0];
    put_cells(row, from, run, (size_t)(to - from));
}

/* Takes one character of clean text with the marks that follow it; returns its bytes. */
static size_t take_character(wchar_t out[CCHARW_MAX + 1], const char *text, size_t length)
{
    size_t at = 0, count = 0;
    uint32_t code;
    while (at < length) {
        size_t taken = text_decode(text + at, length - at, &code);
        if (count > 0 && (wcwidth((wchar_t)code) != 0 || count == CCHARW_MAX))
            break;
        out[count++] = (wchar_t)code;
        at += taken;
    }
    out[count] = L'\0';
    return at;
}

/* Clean text. */
static void put_text(struct pen pen, int row, int column, const char *text)
{
    cchar_t cells[CELLS_MAX];
    size_t count = 0, left = strlen(text);
    int start = -1;
    if (!on_screen(row))
        return;
    while (left > 0 && column < COLS && count < CELLS_MAX) {
        wchar_t character[CCHARW_MAX + 1];
        size_t taken = take_character(character, text, left);
        text += taken;
        left -= taken;
        if (column >= 0) {
            start = start < 0 ? column : start;
            make_cell(&cells[count++], pen, character);
        }
        int width = wcwidth(character[0]);
        column += width > 0 ? width : 1;
    }
    put_cells(row, start, cells, count);
}

/* ---- Text */

/* Blanks around a text are padding too, whoever put them there. `lead` is how many stood before it.
 */
static char *trim(char *text, int *lead)
{
    size_t length = strlen(text);
    *lead = (int)strspn(text, " ");
    while (length > (size_t)*lead && text[length - 1] == ' ')
        text[--length] = '\0';
    return text + *lead;
}

/* At most `cells` of it; returns how many. Padding is not underlined: a line under nothing would
 * look like a field. */
static int draw(struct terminal *terminal, int row, int column, int cells, struct pen pen,
                enum text_align align, bool pad, const char *text)
{
    char clean[TEXT_BYTES(CELLS_MAX)], cut[TEXT_BYTES(CELLS_MAX)], *shown = cut;
    int most = cells < CELLS_MAX ? cells : CELLS_MAX, lead = 0;
    if (most <= 0)
        return 0;
    text_clean(clean, TEXT_BYTES((size_t)most), text, strlen(text), terminal->charset);
    int width = text_width(clean);
    if (width > most)
        width = most;
    text_cut(cut, sizeof cut, clean, width, TEXT_LEFT, terminal->charset);
    if (pad) {
        struct pen blank = {pen.attributes & ~(attr_t)A_UNDERLINE, pen.pair};
        put_run(blank, row, column, most, L' ');
        shown = trim(cut, &lead);
    }
    put_text(pen, row, column + lead + (align == TEXT_RIGHT ? most - width : 0), shown);
    secret_wipe(clean, strlen(clean)); /* an endpoint that is revealed comes by here */
    secret_wipe(cut, strlen(cut));
    return width;
}

int draw_text(struct terminal *terminal, int row, int column, int cells, enum role role,
              enum text_align align, const char *text)
{
    draw(terminal, row, column, cells, terminal_pen(terminal, role), align, true, text);
    return cells;
}

int draw_words(struct terminal *terminal, int row, int column, int cells, enum role role,
               const char *text)
{
    return draw(terminal, row, column, cells, terminal_pen(terminal, role), TEXT_LEFT, false, text);
}

void draw_over(struct terminal *terminal, enum role over)
{
    terminal->over = over;
}

void draw_in_box(struct terminal *terminal, bool in_box)
{
    terminal->page = in_box ? PAGE_BOX : PAGE_SCREEN;
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
    struct pen pen = terminal->pens[PAGE_SCREEN][ROLE_TEXT];
    if (pen.attributes == 0 && pen.pair == 0)
        werase(stdscr);
    else
        fill((struct area){0, 0, LINES, COLS}, pen, L' ');
}

void draw_fill(struct terminal *terminal, struct area area, enum role role, char character)
{
    fill(area, terminal_pen(terminal, role), (wchar_t)(unsigned char)character);
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
        draw(terminal, row, column, cells, pen, TEXT_LEFT, false, text);
}

void draw_rule(struct terminal *terminal, int row, int column, int cells, enum role role,
               const char *title)
{
    put_run(terminal_pen(terminal, role), row, column, cells, edges[terminal->charset].across);
    put_title(terminal, row, column + 1, cells - 2, role, title);
}

void draw_box(struct terminal *terminal, struct area area, enum role role, const char *title)
{
    const struct edges *edge = &edges[terminal->charset];
    struct pen pen = terminal_pen(terminal, role);
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
