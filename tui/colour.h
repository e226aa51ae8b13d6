/* colour: a colour of a theme as red, green and blue, and as the nearest that a terminal has. Pure.
 */
#ifndef TUI_COLOUR_H
#define TUI_COLOUR_H

#include "tui/look.h"

#include <stdint.h>

/* What a colour becomes on a terminal of so many colours (0, 8, 16, 256 or LOOK_DIRECT):
 * LOOK_DEFAULT or a number that such a terminal has. A colour that is not black never comes out
 * black: where it has no hue it becomes the default. */
int32_t colour_fit(int32_t colour, int colours);

struct rgb {
    int of[3]; /* 0..255 */
};

/* Of any colour but LOOK_DEFAULT: a theme's, or a terminal's number. Of the first 16, which are
 * the user's to choose, it is what many terminals have. */
struct rgb colour_rgb(int32_t colour);
int32_t colour_of(struct rgb rgb);

/* By WCAG 2: from 1 (alike) to 21 (black on white). */
double colour_contrast(struct rgb one, struct rgb other);

#endif
