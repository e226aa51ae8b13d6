/* options: the command line of leasetop-gateway. One table is the list for getopt_long and for
 * --help, and a test holds the man page to it. Main thread. */
#ifndef GATEWAY_OPTIONS_H
#define GATEWAY_OPTIONS_H

#include "gateway/fault.h"
#include "gateway/roster.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum options_task { OPTIONS_SERVE, OPTIONS_HELP, OPTIONS_VERSION };

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
    unsigned browsers_max;
    bool cut; /* sessions end with their lease */
};

/* Fills in what was not said: the protocols last, as a demo offers all of them. */
bool options_read(struct options *options, int argc, char **argv, struct fault *fault);

void options_help(FILE *out);

#endif
