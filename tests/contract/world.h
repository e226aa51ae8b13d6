/* world: the small fleet that most tests begin with, as a scripted server shows it. No state. */
#ifndef TESTS_CONTRACT_WORLD_H
#define TESTS_CONTRACT_WORLD_H

#include "api/model.h"

#include "tests/support/contract.h"
#include "tests/support/server.h"
#include "tests/support/support.h"
#include "tests/unit/unit.h"

/* One space, two runtimes, and what each test lists in them. */
#define OPS       UUID("aaaaaaaa")
#define CHECKOUT  UUID("bbbbbbb1")
#define NIGHTLY   UUID("bbbbbbb2")
#define LEASE_ONE UUID("11111111")
#define LEASE_TWO UUID("22222222")

#define CHECKOUT_LEASES CONNECTIONS(OPS, CHECKOUT)
#define NIGHTLY_LEASES  CONNECTIONS(OPS, NIGHTLY)
#define DELETE_PATH     CONNECTIONS(OPS, "*") "/*"

/* Serves that world: LEASE_ONE in CHECKOUT, LEASE_TWO in NIGHTLY. */
void world_serve(struct server *server);

/* Only LEASE_ONE in CHECKOUT, so that requests follow one another. */
void world_serve_small(struct server *server);

/* An answer that lists these leases, by the server's clock. */
#define LISTING(server, ...)                                                                       \
    ANSWER_MADE(200, contract_leases(server_now(server), LEASES(__VA_ARGS__)))
#define LISTING_NONE ANSWER_JSON(200, "{\"connections\":[]}")

/* Borrowed strings: not to be cleared. */
struct identity world_lease(const char *runtime, const char *lease);

/* The time between two requests that fit, counted from 0. */
long long world_gap_ms(struct server *server, const char *method, const char *pattern, size_t first,
                       size_t second);

#endif
