/* outcome: what became of a write, in a line: for a person, or as JSON. Main thread. */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include "cli/subject.h"
#include "cli/write.h"

struct outcome {
    const struct message *told; /* what was said of it last */
    const char *word;           /* "done", "failed", "unknown", "found", "unsent" */
    const struct subject *subject;
    const struct endpoint *endpoint; /* only where it was asked for; or NULL */
};

/* Prints what became of it: what is done on stdout, else a sentence on stderr; with --json a line
 * on stdout in either case. `endpoint` (or NULL) is printed with it. False where the output cannot
 * be written. */
bool outcome_print(struct program *program, const struct write *write,
                   const struct endpoint *endpoint, struct error *error);

/* The endpoint as a person, or a pipe, takes it: the url alone, or a line name=value for each
 * field; with `part` (else NULL) that field alone. NULL where memory ran out, it has no such part,
 * or it holds what is no plain text, no url or no host, which would act where it is shown. */
struct secret *outcome_endpoint(const struct endpoint *endpoint, const char *part,
                                struct error *error);

/* A line of JSON; see the man page, section JSON. */
bool outcome_json(FILE *to, const struct outcome *outcome, struct error *error);

/* What came to nothing before anything was sent. */
struct untold {
    const char *what;             /* as a command is called */
    const char *id;               /* as it was given; "": not at all */
    const char *why, *request_id; /* the latter of what was asked for before; or NULL */
    const struct subject *subject;
};
bool outcome_json_none(FILE *to, const struct untold *untold, struct error *error);

/* Prints such a line. */
void outcome_print_none(struct program *program, const char *id, const char *why,
                        const char *request_id);

#endif
