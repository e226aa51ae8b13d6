/* creating: leasetop create as the tests of it run it, against a server that makes one lease. */
#ifndef TESTS_SCREEN_CREATING_H
#define TESTS_SCREEN_CREATING_H

#include "tests/screen/run.h"

/* Stands in the endpoint, and nowhere else. */
#define CREATING_TOKEN "shown-once"

extern const struct contract_lease creating_fresh;

/* The usual world, in which FRESH can be made and revoked. */
void creating_serve(struct desk *desk);

/* How many were made, and revoked. */
size_t creating_posts(struct desk *desk);
size_t creating_deletes(struct desk *desk);

/* `leasetop create` with these words, with a key. */
void creating_begin(struct run *run, struct desk *desk, const char *const *words);
/* The endpoint is nowhere but where it was asked for. */
void creating_end(struct run *run, bool shown);
/* Both; the endpoint was asked for nowhere. */
void creating_run(struct run *run, struct desk *desk, const char *const *words);

#endif
