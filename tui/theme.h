/* theme: how each role looks. Read from a file of the `themes` folder or from the copies compiled in, so that a program
 * that is not installed has them too. UI thread.
 *
 * A theme file (libconfig) holds groups whose settings are the roles: `st: { active = "green bold"; }`. A look is words:
 * first colour is the text's, `on COLOUR` the ground's; then bold, dim, underline, reverse, italic. Colours: default,
 * black red green yellow blue magenta cyan white, bright-red ..., a number 0 to 255, or #rrggbb. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "api/error.h"
#include "core/role.h"

#include <stdbool.h>
#include <stdint.h>

/* Attributes, combined. */
enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8, LOOK_ITALIC = 16 };

#define LOOK_DEFAULT (-1)
#define LOOK_RGB     0x1000000 /* set in a colour that is given as #rrggbb */

struct look {
    int32_t text, ground; /* LOOK_DEFAULT, 0..255, or LOOK_RGB | rrggbb */
    unsigned attributes;
};

struct theme {
    char name[64];
    struct look looks[ROLE_COUNT];
};

/* By name: one of theme_name, or a path if it has a slash in it. False, with file and line in the sentence, if it cannot
 * be read or holds a role, colour or word that does not exist; *theme is unchanged then. */
bool theme_load(struct theme *theme, const char *name, struct error *error);

/* The themes compiled in, in order; NULL beyond the last. The first is the default. */
const char *theme_name(size_t place);

/* What a colour becomes on a terminal of so many colours (0, 8, 16, 256, or 1 << 24 for direct colour): LOOK_DEFAULT or a
 * number that such a terminal has. Never black on black. Pure. */
int32_t theme_colour(int32_t colour, int colours);

#endif
