/* look: what a piece of text looks like, as a theme says it and as a terminal can show it. Pure. */
#ifndef TUI_LOOK_H
#define TUI_LOOK_H

#include <stdint.h>

/* Attributes, combined. Dim is for text that has no colour of its own. */
enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8, LOOK_ITALIC = 16 };

#define LOOK_DEFAULT (-1)      /* a colour: the terminal's own text or ground */
#define LOOK_RGB     0x1000000 /* set in a colour that is given as #rrggbb */

/* How many colours a terminal with direct colour has. */
enum { LOOK_DIRECT = 1 << 24 };

struct look {
    int32_t text, ground; /* LOOK_DEFAULT, 0..255, or LOOK_RGB | rrggbb */
    unsigned attributes;
};

/* The nearest that a terminal of so many colours (0, 8, 16, 256 or LOOK_DIRECT) can show; the
 * colours are numbers of that terminal then. Text and ground that would come out alike are pulled
 * apart, a ground that gets lost becomes reverse, and dim goes where the text has a colour. */
struct look look_fit(struct look look, int colours);

/* The same where `page` is the look of plain text, and its ground that of the whole screen: what
 * has no ground or text of its own has those of the page. With fewer than 256 colours the page
 * keeps the terminal's own ground. */
struct look look_on_page(struct look look, struct look page, int colours);

/* `own` on the ground of `over`, both fitted: the text keeps its colour, or has a lighter or darker
 * one of the same hue, where that can be read there; else it has the colour of `over`. */
struct look look_over(struct look own, struct look over, int colours);

#endif
