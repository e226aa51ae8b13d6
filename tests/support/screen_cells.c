/* screen_cells: what stands on the terminal, and what was written to it. */
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "tests/support/screen_internal.h"

/* ---- Cells */

static size_t utf8_put(uint32_t point, char *to)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    size_t more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char first[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t i = more; i > 0; i--, point >>= 6)
        to[i] = (char)(0x80 | (point & 0x3f));
    to[0] = (char)(first[more] | point);
    return more + 1;
}

static int row_of(const struct screen *screen, int row)
{
    return row < 0 ? screen->rows + row : row;
}

static VTermScreenCell cell_read(struct screen *screen, int row, int col)
{
    VTermScreenCell cell = {0};
    if (!vterm_screen_get_cell(screen->cells, (VTermPos){row, col}, &cell))
        support_die("no cell at row %d, column %d", row, col);
    return cell;
}

/* "" for the right half of a wide character. */
static size_t cell_text(const VTermScreenCell *cell, char *text)
{
    size_t size = 0;
    if (cell->chars[0] == (uint32_t)-1)
        return 0;
    if (cell->chars[0] == 0)
        text[size++] = ' ';
    for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
        size += utf8_put(cell->chars[i], text + size);
    return size;
}

static struct colour colour_of(const struct screen *screen, VTermColor from)
{
    struct colour colour = {.kind = COLOUR_RGB};
    if (VTERM_COLOR_IS_INDEXED(&from)) {
        colour.kind = COLOUR_INDEX;
        colour.index = from.indexed.idx;
    }
    if (VTERM_COLOR_IS_DEFAULT_FG(&from) || VTERM_COLOR_IS_DEFAULT_BG(&from))
        colour.kind = COLOUR_DEFAULT;
    vterm_screen_convert_color_to_rgb(screen->cells, &from);
    colour.red = from.rgb.red;
    colour.green = from.rgb.green;
    colour.blue = from.rgb.blue;
    return colour;
}

struct cell screen_cell(struct screen *screen, int row, int col)
{
    col = col < 0 ? screen->cols + col : col;
    VTermScreenCell from = cell_read(screen, row_of(screen, row), col);
    struct cell cell = {
        .width = from.width,
        .fg = colour_of(screen, from.fg),
        .bg = colour_of(screen, from.bg),
        .bold = from.attrs.bold,
        .underline = from.attrs.underline != VTERM_UNDERLINE_OFF,
        .italic = from.attrs.italic,
        .blink = from.attrs.blink,
        .reverse = from.attrs.reverse,
        .strike = from.attrs.strike,
    };
    cell.text[cell_text(&from, cell.text)] = '\0';
    return cell;
}

struct cell screen_cell_of(struct screen *screen, const char *text)
{
    int row, col;
    if (!screen_find(screen, text, &row, &col)) {
        screen_print(screen, stderr);
        support_die("\"%s\" is not on the screen", text);
    }
    return screen_cell(screen, row, col);
}

/* ---- Rows */

/* The whole row; `cols` (NULL: nobody asks) gets the column of each of its bytes. */
static void row_read(struct screen *screen, int row, struct support_bytes *text, int *cols)
{
    text->size = 0;
    for (int col = 0; col < screen->cols; col++) {
        char bytes[32];
        VTermScreenCell cell = cell_read(screen, row, col);
        size_t size = cell_text(&cell, bytes);
        for (size_t i = 0; cols != NULL && i < size; i++)
            cols[text->size + i] = col;
        support_bytes_add(text, bytes, size);
    }
}

const char *screen_row(struct screen *screen, int row)
{
    struct support_bytes *line = &screen->lines[screen->next_line++ % SCREEN_LINES];
    row_read(screen, row_of(screen, row), line, NULL);
    while (line->size > 0 && line->bytes[line->size - 1] == ' ')
        line->bytes[--line->size] = '\0';
    return line->bytes;
}

char *screen_text(struct screen *screen)
{
    struct support_bytes text = {0};
    for (int row = 0; row < screen->rows; row++) {
        const char *line = screen_row(screen, row);
        support_bytes_add(&text, line, strlen(line));
        support_bytes_add(&text, "\n", 1);
    }
    return text.bytes;
}

void screen_print(struct screen *screen, FILE *file)
{
    fprintf(file, "# %d rows, %d columns:\n", screen->rows, screen->cols);
    for (int row = 0; row < screen->rows; row++)
        fprintf(file, "# |%s\n", screen_row(screen, row));
}

bool screen_find(struct screen *screen, const char *text, int *row, int *col)
{
    struct support_bytes line = {0};
    int *cols = support_need(calloc((size_t)screen->cols * 32, sizeof *cols));
    const char *found = NULL;
    int at = 0;
    for (; at < screen->rows && found == NULL; at++) {
        row_read(screen, at, &line, cols);
        found = strstr(line.bytes, text);
    }
    if (found != NULL && row != NULL)
        *row = at - 1;
    if (found != NULL && col != NULL)
        *col = cols[found - line.bytes];
    free(cols);
    support_bytes_clear(&line);
    return found != NULL;
}

bool screen_has(struct screen *screen, const char *text)
{
    return screen_find(screen, text, NULL, NULL);
}

/* ---- The terminal itself */

void screen_cursor(struct screen *screen, int *row, int *col)
{
    VTermPos position;
    vterm_state_get_cursorpos(vterm_obtain_state(screen->terminal), &position);
    *row = position.row;
    *col = position.col;
}

/* The model has no question for it, but answers a paste with brackets only while they are on. */
static bool paste_is_on(struct screen *screen)
{
    size_t before = screen->to_write.size;
    vterm_keyboard_start_paste(screen->terminal);
    bool on = screen->to_write.size > before;
    screen->to_write.size = before;
    return on;
}

struct screen_modes screen_modes(struct screen *screen)
{
    struct termios line;
    bool known = tcgetattr(screen->slave, &line) == 0;
    return (struct screen_modes){
        .alternate = screen->alternate,
        .cursor = screen->cursor,
        .paste = paste_is_on(screen),
        .mouse = screen->mouse,
        .raw = known && (line.c_lflag & (ICANON | ECHO)) != (ICANON | ECHO),
    };
}

bool screen_given_back(struct screen *screen)
{
    struct screen_modes modes = screen_modes(screen);
    bool given = !modes.alternate && modes.cursor && !modes.paste && !modes.mouse && !modes.raw;
    if (!given)
        fprintf(stderr, "# not given back:%s%s%s%s%s\n",
                modes.alternate ? " the second screen is on;" : "",
                modes.cursor ? "" : " no cursor;", modes.paste ? " bracketed paste is on;" : "",
                modes.mouse ? " the mouse is on;" : "", modes.raw ? " no echo or no lines;" : "");
    return given;
}

/* ---- Raw output */

const char *screen_raw(struct screen *screen, size_t *size)
{
    if (size != NULL)
        *size = screen->raw.size;
    return screen->raw.bytes;
}

bool screen_raw_has(struct screen *screen, const char *bytes)
{
    return memmem(screen->raw.bytes, screen->raw.size, bytes, strlen(bytes)) != NULL;
}

void screen_raw_reset(struct screen *screen)
{
    screen->raw.size = 0;
    screen->raw.bytes[0] = '\0';
}

/* RFC 4648, 4. NULL: a character that has no place there. */
static char *base64_decode(const char *from, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *to = support_need(malloc(size + 1));
    size_t at = 0;
    uint32_t bits = 0;
    while (size > 0 && from[size - 1] == '=')
        size--;
    for (size_t i = 0; i < size; i++) {
        const char *digit = from[i] == '\0' ? NULL : strchr(digits, from[i]);
        if (digit == NULL) {
            free(to);
            return NULL;
        }
        bits = bits << 6 | (uint32_t)(digit - digits);
        if (i % 4 != 0)
            to[at++] = (char)(bits >> (6 - i % 4 * 2));
    }
    to[at] = '\0';
    return to;
}

char *screen_clipboard(struct screen *screen)
{
    static const char start[] = "\033]52;";
    const char *end = screen->raw.bytes + screen->raw.size;
    const char *last = NULL;
    for (const char *at = screen->raw.bytes;
         (at = memmem(at, (size_t)(end - at), start, sizeof start - 1)) != NULL;)
        last = at += sizeof start - 1;
    const char *payload = last == NULL ? NULL : strchr(last, ';');
    return payload == NULL ? NULL : base64_decode(payload + 1, strcspn(payload + 1, "\a\033"));
}
