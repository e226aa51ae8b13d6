/* json_report: what the doctor found, as JSON; see the man page, section JSON. Main thread. */
#ifndef CLI_JSON_REPORT_H
#define CLI_JSON_REPORT_H

#include "api/error.h"

#include <stddef.h>
#include <stdio.h>

struct report_line {
    const char *what, *health; /* see cli/schema.h */
    const char *words;
};

bool json_report(FILE *to, const struct report_line *lines, size_t count, struct error *error);

#endif
