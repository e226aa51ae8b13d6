/* clipboard_route: the rungs of the ladder: which there are, where each applies, how it is run.
 * Pure but for looking up programs. Private to clipboard. */
#ifndef CORE_CLIPBOARD_ROUTE_H
#define CORE_CLIPBOARD_ROUTE_H

#include "api/secret.h"
#include "core/clipboard.h"

enum {
    CLIPBOARD_ROUTES = 8,
    CLIPBOARD_WORDS = 12, /* of one command line, with the NULL that ends it */
};

enum clipboard_way {
    CLIPBOARD_TOOL,     /* reads the secret and ends; exit status 0 confirms */
    CLIPBOARD_HOLDER,   /* reads the secret and holds it while it runs */
    CLIPBOARD_TERMINAL, /* a sequence to the terminal, which does not answer */
};

struct clipboard_route {
    const char *name;
    const char *words;   /* after "copied by" */
    const char *besides; /* after "forgotten in 30 s"; NULL for nothing */
    const char *lasting; /* where it is not forgotten; NULL for the usual words */
    enum clipboard_way way;
    const char *variables[2]; /* it is there when one of these is set; none: always */
    const char *program;      /* found in PATH; NULL for the shell alone */
    const char *argv[CLIPBOARD_WORDS];
    const char *forget[CLIPBOARD_WORDS]; /* started when it is copied; ends when it is forgotten */
};

/* From the surest to the last resort. */
extern const struct clipboard_route clipboard_routes[CLIPBOARD_ROUTES];

/* What stands for the blanks of a command line. */
struct clipboard_blanks {
    const char *tool, *name, *seconds, *command;
};

/* The command line with its blanks filled in; borrows from both. */
void clipboard_route_words(const char *const *argv, const struct clipboard_blanks *blanks,
                           const char *words[CLIPBOARD_WORDS]);

/* NULL or "auto": all routes, in their order. */
bool clipboard_route_automatic(const char *name);

/* Whether the route was configured or belongs to "auto", and its surroundings are there. */
bool clipboard_route_applies(const struct clipboard_route *route,
                             const struct clipboard_options *options);

/* The sequence that asks a terminal to take the bytes into its clipboard; its length in *size. NULL
 * when memory ran out. */
struct secret *clipboard_osc52(const char *bytes, size_t length, size_t *size);

#endif
