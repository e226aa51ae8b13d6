/* theme: how each role looks. Read from a file of the `themes` folder or from the copies compiled
 * in, so that a program that is not installed has them too. UI thread.
 *
 * A theme file (libconfig) holds groups whose settings are the roles:
 *
 *     text = "default";
 *     st: { active = "green"; critical = "red bold"; };
 *
 * A look is words in any order: a colour for the text, `on COLOUR` for the ground, and bold, dim,
 * underline, reverse, italic. Colours: default, black red green yellow blue magenta cyan white,
 * bright-black ..., a number 0 to 255, or #rrggbb. Dim counts only where the terminal shows no
 * colour for the text: "243 dim". The ground of `text` is that of the whole screen, the
 * one of `dialog` that of boxes, where a terminal has 256 colours. A role that is not named looks
 * like the one that role.h says. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "api/error.h"
#include "core/role.h"
#include "tui/look.h"

#include <stdbool.h>
#include <stddef.h>

struct theme {
    char name[64];
    struct look looks[ROLE_COUNT];
};

/* By name: one of theme_name, or a path if it has a slash in it. False, with file and line in the
 * sentence, if it cannot be read or holds a role, colour or word that does not exist; *theme is
 * unchanged then. */
bool theme_load(struct theme *theme, const char *name, struct error *error);

/* The same from the text of a file of this name. */
bool theme_parse(struct theme *theme, const char *name, const char *text, struct error *error);

/* How the profile's name looks in this one: words as in a theme file. */
bool theme_accent(struct theme *theme, const char *words, struct error *error);

/* The themes compiled in, in order; NULL beyond the last. The first is the default. */
const char *theme_name(size_t place);

#endif
