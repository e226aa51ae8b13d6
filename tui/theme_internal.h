/* theme_internal: what the files of theme share. No state; any thread. */
#ifndef TUI_THEME_INTERNAL_H
#define TUI_THEME_INTERNAL_H

#include "tui/look.h"

#include <stdbool.h>

enum { THEME_WORD_BYTES = 32 };

/* The words of a look, such as "green bold on 236". False: the word that is none is in `bad`. */
bool theme_words(struct look *look, const char *words, char bad[THEME_WORD_BYTES]);

/* The files of the folder themes/, made into source by themes/embed.awk; the last has no name. */
struct theme_embedded {
    const char *name, *text;
};
extern const struct theme_embedded theme_embedded[];

#endif
