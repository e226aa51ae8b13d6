/* look: see look.h. */
#include "tui/look.h"

#include "tui/colour.h"

#include <stdbool.h>

enum {
    BLACK = 0,
    WHITE = 7,
    BRIGHT_WHITE = 15,
    ANSI_COLOURS = 16,
    BRIGHT = 8,
    MIX_STEPS = 8,
    PALE_STEP = 2
};

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

/* Of 16 colours or fewer nobody knows how they look: two of them that are to stand for a text and a
 * ground which were chosen for each other may be the same pastel. The terminal's own two are not.
 */
static int32_t ground_of(struct look look, int colours)
{
    bool guessed = look.ground >= ANSI_COLOURS && colours <= ANSI_COLOURS;
    return guessed ? LOOK_DEFAULT : colour_fit(look.ground, colours);
}

struct look look_fit(struct look look, int colours)
{
    struct look fit = {.text = colour_fit(look.text, colours),
                       .ground = ground_of(look, colours),
                       .attributes = look.attributes};
    bool ground = fit.ground != LOOK_DEFAULT;
    if (look.ground != LOOK_DEFAULT && !ground) {
        fit.text = LOOK_DEFAULT;
        fit.attributes |= LOOK_REVERSE;
    }
    if (ground && look.text != LOOK_DEFAULT &&
        (fit.text == LOOK_DEFAULT || contrast(fit.text, fit.ground) < APART))
        fit.text = text_on(fit.ground, colours);
    if (fit.text != LOOK_DEFAULT)
        fit.attributes &= ~(unsigned)LOOK_DIM;
    return fit;
}

/* Of 16 colours or fewer, one that is near a page's ground would be as loud as the text on it. */
struct look look_on_page(struct look look, struct look page, int colours)
{
    bool paints = page.ground != LOOK_DEFAULT && colours > ANSI_COLOURS;
    bool own = look.ground != LOOK_DEFAULT && look.ground != page.ground;
    if (!own)
        look.ground = paints ? page.ground : LOOK_DEFAULT;
    if (look.text == LOOK_DEFAULT && paints)
        look.text = page.text;
    return look_fit(look, colours);
}

/* ---- One look on the ground of another */

static struct rgb mix(struct rgb from, struct rgb to, int step)
{
    struct rgb mixed;
    for (int i = 0; i < 3; i++)
        mixed.of[i] = from.of[i] + (to.of[i] - from.of[i]) * step / MIX_STEPS;
    return mixed;
}

/* As bright as its hue can be. */
static struct rgb brightest(struct rgb rgb)
{
    int most = 1;
    for (int i = 0; i < 3; i++)
        most = rgb.of[i] > most ? rgb.of[i] : most;
    for (int i = 0; i < 3; i++)
        rgb.of[i] = rgb.of[i] * 255 / most;
    return rgb;
}

/* The first on the way from `text` to white or black that can be read. Of a colour of the user's
 * palette it is one that all terminals have. */
static int32_t shifted(int32_t text, int32_t ground, int colours)
{
    bool dark = is_dark(colour_rgb(ground));
    struct rgb from = colour_rgb(text);
    for (int step = 0; step < MIX_STEPS; step++) {
        int32_t fit = colour_fit(colour_of(mix(from, dark ? white : black, step)), colours);
        if (contrast(fit, ground) >= READABLE)
            return fit;
        if (dark && step == 0) {
            from = brightest(from);
            step = PALE_STEP;
        }
    }
    return LOOK_DEFAULT;
}

/* A ground of the user's palette may be any colour: the text keeps the own one, or its bright or
 * dark sister, only where most palettes have them far apart. */
static int32_t text_over_ansi(int32_t text, int32_t ground, int colours)
{
    if (contrast(text, ground) >= APART)
        return text;
    bool has_sister = text < ANSI_COLOURS && colours >= ANSI_COLOURS && colours < LOOK_DIRECT;
    return has_sister && contrast(text ^ BRIGHT, ground) >= APART ? text ^ BRIGHT : LOOK_DEFAULT;
}

static int32_t text_over(int32_t text, struct look over, int colours)
{
    int32_t found = LOOK_DEFAULT;
    if (text != LOOK_DEFAULT && over.ground >= ANSI_COLOURS)
        found = shifted(text, over.ground, colours);
    else if (text != LOOK_DEFAULT)
        found = text_over_ansi(text, over.ground, colours);
    return found == LOOK_DEFAULT ? over.text : found;
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
