/* look: see look.h. */
#include "tui/look.h"

#include "tui/colour.h"

#include <stdbool.h>

enum { BLACK = 0, WHITE = 7, BRIGHT_WHITE = 15, ANSI_COLOURS = 16, BRIGHT = 8, MIX_STEPS = 8 };

/* What WCAG 2 asks of text; where the palette is the user's we only rule out what cannot be told
 * apart. */
static const double READABLE = 4.5, APART = 3.0;

static const struct rgb black = {{0, 0, 0}}, white = {{255, 255, 255}};

static double contrast(int32_t one, int32_t other)
{
    return colour_contrast(colour_rgb(one), colour_rgb(other));
}

static bool is_dark(struct rgb rgb)
{
    return colour_contrast(rgb, white) > colour_contrast(rgb, black);
}

/* ---- Fitting */

/* Black or white: what can be read on this ground. */
static int32_t text_on(int32_t ground, int colours)
{
    if (!is_dark(colour_rgb(ground)))
        return BLACK;
    return colours >= ANSI_COLOURS && colours < LOOK_DIRECT ? BRIGHT_WHITE : WHITE;
}

struct look look_fit(struct look look, int colours)
{
    struct look fit = {.text = colour_fit(look.text, colours),
                       .ground = colour_fit(look.ground, colours),
                       .attributes = look.attributes};
    if (look.ground != LOOK_DEFAULT && fit.ground == LOOK_DEFAULT) {
        fit.text = LOOK_DEFAULT;
        fit.attributes |= LOOK_REVERSE;
    }
    if (fit.ground == LOOK_DEFAULT || look.text == LOOK_DEFAULT)
        return fit;
    if (fit.text == LOOK_DEFAULT || contrast(fit.text, fit.ground) < APART)
        fit.text = text_on(fit.ground, colours);
    return fit;
}

/* ---- One look on the ground of another */

static struct rgb mix(struct rgb from, struct rgb to, int step)
{
    struct rgb mixed;
    for (int i = 0; i < 3; i++)
        mixed.of[i] = from.of[i] + (to.of[i] - from.of[i]) * step / MIX_STEPS;
    return mixed;
}

/* The first on the way from `text` to white or black that can be read. */
static int32_t shifted(int32_t text, int32_t ground, int colours)
{
    struct rgb end = is_dark(colour_rgb(ground)) ? white : black;
    for (int step = 0; step < MIX_STEPS; step++) {
        int32_t fit = colour_fit(colour_of(mix(colour_rgb(text), end, step)), colours);
        if (contrast(fit, ground) >= READABLE)
            return fit;
    }
    return LOOK_DEFAULT;
}

static int32_t text_over(int32_t text, struct look over, int colours)
{
    bool known = over.ground >= ANSI_COLOURS;
    if (text == LOOK_DEFAULT)
        return over.text;
    if (contrast(text, over.ground) >= (known ? READABLE : APART))
        return text;
    int32_t other = LOOK_DEFAULT;
    if (known && colours >= 256)
        other = shifted(text, over.ground, colours);
    else if (text < ANSI_COLOURS && colours >= ANSI_COLOURS && colours < LOOK_DIRECT &&
             contrast(text ^ BRIGHT, over.ground) >= APART)
        other = text ^ BRIGHT;
    return other == LOOK_DEFAULT ? over.text : other;
}

struct look look_over(struct look own, struct look over, int colours)
{
    /* Dim text on a coloured ground cannot be read on many terminals. */
    unsigned kept = own.attributes & ~(unsigned)(LOOK_REVERSE | LOOK_DIM);
    struct look both = {over.text, over.ground, over.attributes | kept};
    if (over.attributes & LOOK_REVERSE)
        return both;
    if (over.ground == LOOK_DEFAULT)
        return (struct look){own.text, own.ground, over.attributes | own.attributes};
    both.text = text_over(own.text, over, colours);
    return both;
}
