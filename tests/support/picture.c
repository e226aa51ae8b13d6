/* picture: see picture.h. */
#include "tests/support/picture.h"

#include <string.h>

#include "tests/support/support.h"

/* In pixels. A character of DejaVu Sans Mono is 0.602 of the font size wide: so columns and text
 * agree also in renderers that do not know textLength. */
enum { WIDTH = 9, HEIGHT = 18, BASELINE = 14, MARGIN = 14 };
#define FONT "font-family=\"'DejaVu Sans Mono','Menlo','Consolas',monospace\" font-size=\"14.95px\""

struct palette {
    unsigned text, ground, colours[16];
};

static const struct palette palettes[] = {
    [PICTURE_DARK] = {0xd4d8e0,
                      0x16181d,
                      {0x2b2f38, 0xe06c75, 0x98c379, 0xe5c07b, 0x61afef, 0xc678dd, 0x56b6c2,
                       0xc8ccd4, 0x686f7d, 0xff7a85, 0xb1e18b, 0xf5d08b, 0x7cc0ff, 0xdd90f5,
                       0x6fd0dc, 0xffffff}},
    [PICTURE_LIGHT] = {0x24292f,
                       0xffffff,
                       {0x24292f, 0xcf222e, 0x116329, 0x7d4e00, 0x0969da, 0x8250df, 0x1b7c83,
                        0x6e7781, 0x57606a, 0xa40e26, 0x1a7f37, 0x9a6700, 0x218bff, 0xa475f9,
                        0x3192aa, 0x8c959f}},
};

struct canvas {
    FILE *file;
    const struct palette *palette;
    struct screen *screen;
};

/* A cell as it is painted. */
struct look {
    char text[32];
    unsigned fg, bg;
    bool bold, italic, underline, strike;
};

/* xterm's cube and greys; the terminal model has others. */
static unsigned rgb_of_index(unsigned index)
{
    static const unsigned levels[] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
    if (index >= 232)
        return (8 + (index - 232) * 10) * 0x010101;
    index -= 16;
    return levels[index / 36] << 16 | levels[index / 6 % 6] << 8 | levels[index % 6];
}

static unsigned rgb_of(const struct palette *palette, struct colour colour, unsigned otherwise)
{
    if (colour.kind == COLOUR_DEFAULT)
        return otherwise;
    if (colour.kind == COLOUR_INDEX && colour.index < 16)
        return palette->colours[colour.index];
    if (colour.kind == COLOUR_INDEX)
        return rgb_of_index(colour.index);
    return (unsigned)colour.red << 16 | (unsigned)colour.green << 8 | colour.blue;
}

static struct look look_of(const struct canvas *canvas, int row, int col)
{
    struct cell cell = screen_cell(canvas->screen, row, col);
    unsigned fg = rgb_of(canvas->palette, cell.fg, canvas->palette->text);
    unsigned bg = rgb_of(canvas->palette, cell.bg, canvas->palette->ground);
    struct look look = {.fg = cell.reverse ? bg : fg,
                        .bg = cell.reverse ? fg : bg,
                        .bold = cell.bold,
                        .italic = cell.italic,
                        .underline = cell.underline,
                        .strike = cell.strike};
    strcpy(look.text, cell.text);
    return look;
}

static void rectangle(const struct canvas *canvas, double x, double y, double width, double height,
                      unsigned colour)
{
    fprintf(canvas->file, "<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"#%06x\"/>\n",
            x, y, width, height, colour);
}

/* ---- Characters that are shapes */

struct shape {
    const char *text;
    unsigned char x, y, width, height; /* in eighths of the cell */
};

static const struct shape shapes[] = {
    {"\u2581", 0, 7, 8, 1}, {"\u2582", 0, 6, 8, 2}, {"\u2583", 0, 5, 8, 3}, {"\u2584", 0, 4, 8, 4},
    {"\u2585", 0, 3, 8, 5}, {"\u2586", 0, 2, 8, 6}, {"\u2587", 0, 1, 8, 7}, {"\u2588", 0, 0, 8, 8},
    {"\u2589", 0, 0, 7, 8}, {"\u258a", 0, 0, 6, 8}, {"\u258b", 0, 0, 5, 8}, {"\u258c", 0, 0, 4, 8},
    {"\u258d", 0, 0, 3, 8}, {"\u258e", 0, 0, 2, 8}, {"\u258f", 0, 0, 1, 8}, {"\u2580", 0, 0, 8, 4},
    {"\u2590", 4, 0, 4, 8}, {"\u2594", 0, 0, 8, 1}, {"\u2595", 7, 0, 1, 8},
};

enum { UP = 1, RIGHT = 2, DOWN = 4, LEFT = 8, HEAVY = 16 };

static const struct {
    const char *text;
    unsigned arms;
} boxes[] = {
    {"\u2500", LEFT | RIGHT},
    {"\u2501", LEFT | RIGHT | HEAVY},
    {"\u2502", UP | DOWN},
    {"\u2503", UP | DOWN | HEAVY},
    {"\u250c", RIGHT | DOWN},
    {"\u2510", LEFT | DOWN},
    {"\u2514", UP | RIGHT},
    {"\u2518", UP | LEFT},
    {"\u251c", UP | RIGHT | DOWN},
    {"\u2524", UP | LEFT | DOWN},
    {"\u252c", LEFT | RIGHT | DOWN},
    {"\u2534", LEFT | RIGHT | UP},
    {"\u253c", UP | RIGHT | DOWN | LEFT},
    {"\u256d", RIGHT | DOWN},
    {"\u256e", LEFT | DOWN},
    {"\u256f", UP | LEFT},
    {"\u2570", UP | RIGHT},
};

static void draw_arms(const struct canvas *canvas, int x, int y, unsigned arms, unsigned colour)
{
    double thick = arms & HEAVY ? 3 : 1, half = thick / 2;
    double middle_x = x + WIDTH / 2 + 0.5, middle_y = y + HEIGHT / 2 + 0.5; /* on whole pixels */
    if (arms & (LEFT | RIGHT)) {
        double from = arms & LEFT ? x : middle_x - half;
        double to = arms & RIGHT ? x + WIDTH : middle_x + half;
        rectangle(canvas, from, middle_y - half, to - from, thick, colour);
    }
    if (arms & (UP | DOWN)) {
        double from = arms & UP ? y : middle_y - half;
        double to = arms & DOWN ? y + HEIGHT : middle_y + half;
        rectangle(canvas, middle_x - half, from, thick, to - from, colour);
    }
}

static bool draw_shape(const struct canvas *canvas, int x, int y, const struct look *look)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct shape *shape = &shapes[i];
        if (strcmp(shape->text, look->text) != 0)
            continue;
        rectangle(canvas, x + shape->x * WIDTH / 8.0, y + shape->y * HEIGHT / 8.0,
                  shape->width * WIDTH / 8.0, shape->height * HEIGHT / 8.0, look->fg);
        return true;
    }
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
        if (strcmp(boxes[i].text, look->text) == 0) {
            draw_arms(canvas, x, y, boxes[i].arms, look->fg);
            return true;
        }
    return false;
}

/* ---- Text */

static bool is_plain(const char *text)
{
    return (unsigned char)text[0] > ' ' && (unsigned char)text[0] < 0x7f && text[1] == '\0';
}

static bool is_same_style(const struct look *one, const struct look *other)
{
    return one->fg == other->fg && one->bold == other->bold && one->italic == other->italic &&
           one->underline == other->underline && one->strike == other->strike;
}

static void put_escaped(FILE *file, const char *text)
{
    static const struct {
        char letter;
        const char *written;
    } escapes[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}};
    for (; *text != '\0'; text++) {
        const char *written = NULL;
        for (size_t i = 0; i < 3; i++)
            if (*text == escapes[i].letter)
                written = escapes[i].written;
        if (written != NULL)
            fputs(written, file);
        else
            fputc(*text, file);
    }
}

static void draw_text(const struct canvas *canvas, int x, int y, const struct look *style,
                      const char *text, size_t cells)
{
    fprintf(canvas->file, "<text x=\"%d\" y=\"%d\" textLength=\"%zu\" fill=\"#%06x\"%s%s>", x,
            y + BASELINE, cells * WIDTH, style->fg, style->bold ? " font-weight=\"bold\"" : "",
            style->italic ? " font-style=\"italic\"" : "");
    put_escaped(canvas->file, text);
    fputs("</text>\n", canvas->file);
}

/* Draws what begins at this column: a word of plain letters, or one other character. Returns how
 * many columns that were. */
static int draw_at(const struct canvas *canvas, int row, int col)
{
    struct look first = look_of(canvas, row, col);
    struct support_bytes word = {0};
    int x = col * WIDTH, y = row * HEIGHT, end = col;
    if (strcmp(first.text, " ") == 0 || first.text[0] == '\0' || draw_shape(canvas, x, y, &first))
        return 1;
    for (struct look next = first; is_plain(next.text) && is_same_style(&first, &next);) {
        support_bytes_add(&word, next.text, 1);
        if (++end == screen_cols(canvas->screen))
            break;
        next = look_of(canvas, row, end);
    }
    if (end == col) {
        int width = screen_cell(canvas->screen, row, col).width;
        draw_text(canvas, x, y, &first, first.text, (size_t)width);
        return 1;
    }
    draw_text(canvas, x, y, &first, word.bytes, word.size);
    support_bytes_clear(&word);
    return end - col;
}

/* ---- The whole */

static void draw_ground(const struct canvas *canvas, int row)
{
    int cols = screen_cols(canvas->screen);
    for (int col = 0, end; col < cols; col = end) {
        unsigned colour = look_of(canvas, row, col).bg;
        for (end = col + 1; end < cols && look_of(canvas, row, end).bg == colour; end++)
            ;
        if (colour != canvas->palette->ground)
            rectangle(canvas, col * WIDTH, row * HEIGHT, (end - col) * WIDTH, HEIGHT, colour);
    }
}

static void draw_lines(const struct canvas *canvas, int row)
{
    for (int col = 0; col < screen_cols(canvas->screen); col++) {
        struct look look = look_of(canvas, row, col);
        if (look.underline)
            rectangle(canvas, col * WIDTH, row * HEIGHT + BASELINE + 2, WIDTH, 1, look.fg);
        if (look.strike)
            rectangle(canvas, col * WIDTH, row * HEIGHT + BASELINE - 4, WIDTH, 1, look.fg);
    }
}

static void draw_cursor(const struct canvas *canvas)
{
    int row, col;
    screen_cursor(canvas->screen, &row, &col);
    if (!screen_modes(canvas->screen).cursor || screen_cols(canvas->screen) <= col)
        return;
    fprintf(canvas->file,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\" "
            "fill-opacity=\"0.5\"/>\n",
            col * WIDTH, row * HEIGHT, WIDTH, HEIGHT, canvas->palette->text);
}

void picture_write(struct screen *screen, FILE *file, enum picture_background background)
{
    struct canvas canvas = {file, &palettes[background], screen};
    int width = screen_cols(screen) * WIDTH + 2 * MARGIN;
    int height = screen_rows(screen) * HEIGHT + 2 * MARGIN;
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\">\n"
            "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#%06x\"/>\n"
            "<g transform=\"translate(%d,%d)\" xml:space=\"preserve\" " FONT ">\n",
            width, height, width, height, width, height, canvas.palette->ground, MARGIN, MARGIN);
    for (int row = 0; row < screen_rows(screen); row++) {
        draw_ground(&canvas, row);
        for (int col = 0; col < screen_cols(screen);)
            col += draw_at(&canvas, row, col);
        draw_lines(&canvas, row);
    }
    draw_cursor(&canvas);
    fputs("</g>\n</svg>\n", file);
}
