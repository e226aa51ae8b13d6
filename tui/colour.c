/* colour: see colour.h. Where there are few colours they go by hue, so that a pale green stays a
 * green; greys become the terminal's own text or ground, which are right on light and dark alike.
 */
#include "tui/colour.h"

#include <stdbool.h>
#include <stdlib.h>

enum {
    ANSI_COLOURS = 16, /* the user's own palette; beyond are the colours of xterm's cube */
    CUBE_SIDE = 6,
    GREY_FIRST = 232,
    GREYS = 24,
    GREY_CHROMA = 32, /* with less between its channels a colour is a grey */
    BRIGHT = 8,
    BRIGHT_LEVEL = 0xd7 /* a colour whose strongest channel has that much is a bright one */
};

/* Tango's, which many terminals ship. */
static const int32_t ansi[ANSI_COLOURS] = {
    0x000000, 0xcc0000, 0x4e9a06, 0xc4a000, 0x3465a4, 0x75507b, 0x06989a, 0xd3d7cf,
    0x555753, 0xef2929, 0x8ae234, 0xfce94f, 0x729fcf, 0xad7fa8, 0x34e2e2, 0xeeeeec,
};

static const int levels[CUBE_SIDE] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};

struct rgb colour_rgb(int32_t colour)
{
    if (colour & LOOK_RGB || colour >= 256) /* direct colour has no number of its own */
        return (struct rgb){{colour >> 16 & 0xff, colour >> 8 & 0xff, colour & 0xff}};
    if (colour < ANSI_COLOURS)
        return colour_rgb(ansi[colour] | LOOK_RGB);
    if (colour >= GREY_FIRST) {
        int grey = 8 + (colour - GREY_FIRST) * 10;
        return (struct rgb){{grey, grey, grey}};
    }
    colour -= ANSI_COLOURS;
    return (struct rgb){
        {levels[colour / 36], levels[colour / CUBE_SIDE % CUBE_SIDE], levels[colour % CUBE_SIDE]}};
}

/* ---- 256 colours: the nearest of cube and greys */

static int nearest_level(int channel)
{
    int best = 0;
    for (int i = 1; i < CUBE_SIDE; i++)
        if (abs(levels[i] - channel) < abs(levels[best] - channel))
            best = i;
    return best;
}

static int distance(struct rgb one, struct rgb other)
{
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum += (one.of[i] - other.of[i]) * (one.of[i] - other.of[i]);
    return sum;
}

static int32_t nearest(struct rgb rgb)
{
    int32_t cube = ANSI_COLOURS + 36 * nearest_level(rgb.of[0]) +
                   CUBE_SIDE * nearest_level(rgb.of[1]) + nearest_level(rgb.of[2]);
    int mean = (rgb.of[0] + rgb.of[1] + rgb.of[2]) / 3;
    int step = mean < 8 ? 0 : (mean - 3) / 10;
    int32_t grey = GREY_FIRST + (step < GREYS ? step : GREYS - 1);
    return distance(colour_rgb(grey), rgb) < distance(colour_rgb(cube), rgb) ? grey : cube;
}

/* ---- 8 and 16 colours: by hue */

static int largest(struct rgb rgb)
{
    int most = rgb.of[0];
    for (int i = 1; i < 3; i++)
        most = rgb.of[i] > most ? rgb.of[i] : most;
    return most;
}

static int chroma(struct rgb rgb)
{
    int least = rgb.of[0];
    for (int i = 1; i < 3; i++)
        least = rgb.of[i] < least ? rgb.of[i] : least;
    return largest(rgb) - least;
}

/* In degrees, of a colour that is no grey. */
static int hue(struct rgb rgb)
{
    int range = chroma(rgb), most = largest(rgb);
    int red = rgb.of[0], green = rgb.of[1], blue = rgb.of[2];
    int degrees = most == red     ? 60 * (green - blue) / range
                  : most == green ? 120 + 60 * (blue - red) / range
                                  : 240 + 60 * (red - green) / range;
    return degrees < 0 ? degrees + 360 : degrees;
}

static int32_t ansi_by_hue(struct rgb rgb, int colours)
{
    /* Orange goes to yellow, which is brown where there are 8 colours. */
    static const struct {
        int below;
        int32_t colour;
    } hues[] = {{18, 1}, {72, 3}, {165, 2}, {198, 6}, {262, 4}, {335, 5}, {361, 1}};
    if (chroma(rgb) < GREY_CHROMA)
        return LOOK_DEFAULT;
    int degrees = hue(rgb);
    size_t i = 0;
    while (degrees >= hues[i].below)
        i++;
    bool bright = colours >= ANSI_COLOURS && largest(rgb) >= BRIGHT_LEVEL;
    return hues[i].colour + (bright ? BRIGHT : 0);
}

/* 8 is a grey that few terminals of 8 colours show, and many show as black. */
static int32_t ansi_few(int32_t colour)
{
    if (colour == BRIGHT)
        return LOOK_DEFAULT;
    return colour > BRIGHT ? colour - BRIGHT : colour;
}

/* The first numbers are a palette on such terminals too; how long it is differs, but beyond 255 all
 * agree. A trace of green takes a colour there. */
static int32_t direct(int32_t colour)
{
    if (colour >= 0 && colour < BRIGHT)
        return colour;
    struct rgb rgb = colour_rgb(colour);
    int32_t number = rgb.of[0] << 16 | rgb.of[1] << 8 | rgb.of[2];
    return number < 0x100 ? number + 0x100 : number;
}

int32_t colour_of(struct rgb rgb)
{
    return LOOK_RGB | rgb.of[0] << 16 | rgb.of[1] << 8 | rgb.of[2];
}

int32_t colour_fit(int32_t colour, int colours)
{
    if (colour == LOOK_DEFAULT || colours < 8)
        return LOOK_DEFAULT;
    if (colours >= LOOK_DIRECT)
        return direct(colour);
    if (colours >= 256)
        return colour & LOOK_RGB ? nearest(colour_rgb(colour)) : colour;
    if (colour >= ANSI_COLOURS)
        return ansi_by_hue(colour_rgb(colour), colours);
    return colours >= ANSI_COLOURS ? colour : ansi_few(colour);
}

/* ---- Contrast */

/* Relative luminance; the curve of sRGB as a polynomial, right to a thousandth. */
static double luminance(struct rgb rgb)
{
    static const double weights[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double level = rgb.of[i] / 255.0;
        sum += weights[i] * level * (level * (level * 0.305306011 + 0.682171111) + 0.012522878);
    }
    return sum;
}

double colour_contrast(struct rgb one, struct rgb other)
{
    double a = luminance(one) + 0.05, b = luminance(other) + 0.05;
    return a > b ? a / b : b / a;
}
