/* complete: what could stand at the end of a command line, for a shell that asks at Tab. Read off
 * the lists of commands and options, and off what is known without asking anybody. Main thread.
 *
 * Each line is a whole word that could stand in the place of the last one, a tab, and what it
 * means. A word that ends in `/`, `,`, `:`, `<` or `=` goes on. A line that begins with a tab
 * says that other words may stand there: "files" or "programs". */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "core/config.h"

#include <stdio.h>

struct complete {
    const char *const *words;           /* without the program's name, as far as the cursor */
    size_t count;                       /* the last one is completed: "" for another word */
    const char *names;                  /* what was seen last: see core/names.h; or NULL */
    const char *base_url;               /* only what this server has; NULL: not known, so all */
    const struct config *config;        /* or NULL */
    const char *const *protocols;       /* ended by NULL */
    const char *(*theme)(size_t place); /* NULL beyond the last */
};

/* What the words say of where things are, as far as it is written out. */
void complete_options(struct options *options, const struct complete *complete);

void complete_print(FILE *to, const struct complete *complete);

/* Whether it is known what the values of this option are. */
bool complete_knows(const struct option_info *info);

#endif
