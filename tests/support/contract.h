/* contract: bodies in the shape of the lease API, for tests that play the server. Each function
 * returns a string from malloc (never NULL: without memory the test ends), made for ANSWER_MADE of
 * tests/support/server.h. No state. */
#ifndef TESTS_SUPPORT_CONTRACT_H
#define TESTS_SUPPORT_CONTRACT_H

#include "tests/support/server.h"

/* A uuid that a reader can tell from another by its first eight digits: UUID("3f9c21aa"). */
#define UUID(first8) first8 "-0000-4000-8000-000000000000"

/* Lists end in an entry without an id, and members are named: SPACES({.id = UUID("aaaaaaaa"),
 * .name = "ops"}). Strings go into JSON with the needed escapes; a member that
 * is NULL or 0 gets what is said beside it. */
struct contract_space {
    const char *id, *name;
    const char *region; /* NULL: "eu-central" */
};

struct contract_runtime {
    const char *id, *name;
    const char *space;  /* its id; NULL: the first space of contract_serve */
    const char *kind;   /* NULL: "browser" */
    const char *status; /* NULL: "active" */
};

struct contract_lease {
    const char *id;
    const char *runtime;  /* its id */
    const char *protocol; /* NULL: "cdp" */
    const char *status;   /* NULL: "active" */
    const char *endpoint; /* an object as JSON; NULL: none, but in contract_created a websocket */
    long age_s;           /* createdAt is so long ago; 0: a minute */
    long left_s;          /* expiresAt is so far ahead (less than 0: past); 0: an hour */
    bool endless;         /* expiresAt is null */
    long closed_s;        /* not 0: closedAt, so long ago */
    long revoked_s;       /* not 0: revokedAt, so long ago */
};

#define SPACES(...)   ((const struct contract_space[]){__VA_ARGS__, {.id = NULL}})
#define RUNTIMES(...) ((const struct contract_runtime[]){__VA_ARGS__, {.id = NULL}})
#define LEASES(...)   ((const struct contract_lease[]){__VA_ARGS__, {.id = NULL}})

/* `now` is the time that expiries are counted from: server_now(server). */
char *contract_spaces(const struct contract_space *spaces);             /* {"spaces":[...]} */
char *contract_runtimes(const struct contract_runtime *runtimes);       /* {"runtimes":[...]} */
char *contract_leases(time_t now, const struct contract_lease *leases); /* {"connections":[...]} */
char *contract_lease(time_t now, const struct contract_lease *lease);   /* what DELETE answers */
char *contract_created(time_t now, const struct contract_lease *lease); /* what POST answers */
char *contract_error(const char *code, const char *message, const char *request_id);
char *contract_time(time_t when); /* RFC 3339, UTC, without quotes */
char *contract_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The url in contract_created, with the lease's id as its one argument. */
#define CONTRACT_WEBSOCKET "wss://live.example.test/%s?token=shown-once"

/* The whole world at once: routes for GET /v1/spaces, each space's runtimes and each runtime's
 * leases. NULL is an empty list. Called again it replaces what it names; a runtime that is no
 * longer named keeps its route. POST and DELETE are the test's own. */
void contract_serve(struct server *server, const struct contract_space *spaces,
                    const struct contract_runtime *runtimes, const struct contract_lease *leases);

/* The path of a runtime's leases, as a literal from literals. */
#define CONNECTIONS(space, runtime) "/v1/spaces/" space "/runtimes/" runtime "/connections"

#endif
