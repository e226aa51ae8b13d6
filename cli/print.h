/* print: a snapshot without a screen: as a table, as CSV, or as JSON. Never a secret. Main thread.
 */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "cli/sheet.h"

#include <stdio.h>

struct print_options {
    const char *url; /* of the API */
    enum text_charset charset;
    struct thresholds thresholds;
    const char *space, *runtime;   /* what was chosen, or "" */
    const struct ledger *ledger;   /* who made what, or NULL */
    const struct error *failure;   /* JSON: why the server was not even asked; NULL: it was */
    const struct sheet_wish *wish; /* what of it; NULL: all leases */
    bool quiet;                    /* not a word where nothing matches */
};

/* Cleaned text in the dashboard's columns; what could not be read goes to stderr. */
bool print_table(FILE *to, const struct snapshot *snapshot, const struct print_options *options,
                 struct error *error);

/* What could not be read, one sentence for each list; print_table does it on stderr by itself. */
void print_complaints(FILE *to, const struct snapshot *snapshot,
                      const struct print_options *options);

/* RFC 4180 with plain line ends: the names of the columns, then a line for each, of cleaned words
 * and plain numbers: seconds, counts, RFC 3339. What is not known is empty; a word that a
 * spreadsheet would compute stands behind an apostrophe. */
bool print_csv(FILE *to, const struct snapshot *snapshot, const struct print_options *options,
               struct error *error);

/* One object; its fields are described in the man page, section JSON. `snapshot` NULL: nothing was
 * heard. */
bool print_json(FILE *to, const struct snapshot *snapshot, const struct print_options *options,
                struct error *error);

/* A line for each, of the same fields. */
bool print_jsonl(FILE *to, const struct snapshot *snapshot, const struct print_options *options,
                 struct error *error);

/* After the last of it: whether all of standard output was written. */
bool print_done(struct error *error);

/* Nobody reads the standard output any more, as of `| head`: who only reads has had enough. */
bool print_unread(void);

#endif
