/* options: the command line of leasetop-gateway. One table is the list for getopt_long and for
 * --help, and the man page is printed from it. Main thread. */
#ifndef GATEWAY_OPTIONS_H
#define GATEWAY_OPTIONS_H

#include "gateway/fault.h"
#include "gateway/roster.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum options_task { OPTIONS_SERVE, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_COMPLETE };

struct options {
    enum options_task task;
    uint16_t port;        /* 0: any free one */
    const char *key_file; /* or NULL; borrowed from argv */
    unsigned protocols;   /* 0: not said */
    int64_t keep_ended_ms;
    int ttl_min_s;
    size_t page_size; /* 0: no pages */
    bool demo;
    struct roster_size fleet; /* no runtimes: not asked for */
    bool until_eof;
    bool browser;             /* let browsers stand behind the endpoints */
    const char *browser_path; /* this one; NULL: any that is installed; borrowed from argv */
    unsigned browsers_max;    /* 0: not said */
    bool cut;                 /* sessions end with their lease */
    char **words;             /* of OPTIONS_COMPLETE; borrowed from argv */
    size_t word_count;
};

/* Fills in what was not said, some of it last: a demo offers all protocols. */
bool options_read(struct options *options, int argc, char **argv, struct fault *fault);

void options_help(FILE *out);

/* One row of the table; false beyond the last. */
struct options_entry {
    const char *name, *argument, *help; /* argument NULL: none; in brackets: may be left out */
    const char *more;                   /* for the man page; or NULL */
};
bool options_entry(size_t place, struct options_entry *entry);

/* What the last of these words could be, as a shell asks at Tab: a line each with the word, a tab,
 * and what it means. A line that begins with a tab says "files": the name of one. */
void options_complete(FILE *out, char **words, size_t count);

#endif
