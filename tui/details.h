/* details: the lines of which details are made: a label, and what it says. UI thread. */
#ifndef TUI_DETAILS_H
#define TUI_DETAILS_H

#include "tui/app_internal.h"

/* Where the next line goes; lines above or below the area are counted and not drawn. */
struct details {
    struct app *app;
    struct area area; /* below the title */
    int lines;
};

/* Over as many lines as it needs; "" takes none. */
void details_line(struct details *details, const char *label, enum role role, const char *foreign);

/* Of the lease under the cursor: view_details.c. */
void details_of_lease(struct details *details);

/* A moment as the date it is; `none` where there is none. */
void details_moment(struct details *details, const char *label, int64_t moment_ms,
                    const char *none);

/* ---- words; each returns `out`, or what of it is to be shown */

/* Of a moment of server time: the clock on the wall. */
char *details_clock(const struct details *details, char out[FORMAT_BYTES], int64_t moment_ms);

/* The time until a moment of the boot clock. */
char *details_until(const struct details *details, char out[FORMAT_BYTES], int64_t at_ms);

/* ", since 10:02:11", as far as it was seen; "" where nothing is known. */
char *details_since(const struct details *details, char *out, size_t size,
                    const struct since *since);

#endif
