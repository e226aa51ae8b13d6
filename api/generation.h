/* generation: what one generation of the API offers, as a table: what to ask for to see everything,
 * the operations, and what they can do. Another generation is another table. Immutable; any thread.
 * Source: contract, Operations and Later generations. */
#ifndef API_GENERATION_H
#define API_GENERATION_H

#include "api/error.h"
#include "api/model.h"

#include <stdbool.h>
#include <stddef.h>

enum operation_name {
    OPERATION_LIST_SPACES,
    OPERATION_LIST_RUNTIMES,
    OPERATION_LIST_LEASES,
    OPERATION_CREATE,
    OPERATION_REVOKE,
    OPERATION_COUNT
};

struct operation {
    const char *word; /* what a sentence calls it: "create" */
    const char *method;
    const char *path; /* below the base url; {space}, {runtime} and {lease} stand for ids */
    bool secret;      /* the answer carries an endpoint */
    bool repeatable;  /* sending it twice does no more than sending it once */
};

/* A list that is polled. The lists form a tree: spaces, each space's runtimes, each runtime's
 * leases. */
struct listing {
    enum operation_name operation;
    const char *wrapper; /* the array's name in the answer */
    bool catalog;        /* changes seldom: asked each half minute and not each interval */
};

struct generation {
    const char *name;
    struct operation operations[OPERATION_COUNT];
    struct listing listings[PART_KINDS];
    int ttl_min_s, ttl_max_s, ttl_default_s; /* what a create may ask for */
    const char *protocols[8]; /* what can be requested, first is the default; NULL ends it */
};

/* The one of the seeds: connections of a runtime of a space. */
const struct generation *generation_connections(void);

/* What may be sent at all. */
struct gate {
    const char *base_url; /* without /v1 and without a slash at the end */
    bool read_only;       /* then only GET can be built */
};

/* The whole url of an operation on a thing, for the caller to free; `cursor` (may be NULL) asks for
 * the page after it. Each id is percent-encoded, so no id can name another path. NULL, with a
 * sentence, where the gate forbids it, an id is one that would (such as ".."), or memory ran out.
 */
char *generation_url(const struct generation *generation, enum operation_name name,
                     const struct gate *gate, const struct identity *identity, const char *cursor,
                     struct error *error);

#endif
