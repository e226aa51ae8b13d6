/* viewer: a client as a test sees it: the newest snapshot, the messages it has sent, and waiting
 * until they say what is expected. Every wait ends the test with a sentence after
 * VIEWER_PATIENCE_MS, ten times and more of what anything here should take. The test's thread. */
#ifndef TESTS_CONTRACT_VIEWER_H
#define TESTS_CONTRACT_VIEWER_H

#include "api/client.h"
#include "api/limits.h"
#include "api/schedule.h"

#include "tests/support/contract.h"
#include "tests/support/server.h"
#include "tests/support/support.h"
#include "tests/unit/unit.h"

enum { VIEWER_PATIENCE_MS = 20000 };

#define VIEWER_KEY "bctrl_contract_tests_1"

/* The world most tests begin with: one space, two runtimes, and what each test lists in them. */
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
struct identity lease_in(const char *runtime, const char *lease);

struct viewer {
    struct client *client;
    const struct snapshot *seen; /* the newest, or NULL before the first */
    struct message *first, **end;
    bool overflowed;
};

/* Quick, patient with slow machines, with VIEWER_KEY; a test changes what it is about. */
struct client_options viewer_options(struct server *server);

/* Starts a client; what cannot be started ends the test. */
struct viewer *viewer_open(const struct client_options *options);
struct viewer *viewer_of(struct server *server); /* with viewer_options */
void viewer_close(struct viewer *viewer);        /* NULL is fine */

/* Takes what has come; false when nothing has. */
bool viewer_glance(struct viewer *viewer);

/* The same; but when nothing has come, waits a moment for something. */
void viewer_look(struct viewer *viewer);

/* Until `condition`, an expression about the viewer or a server, holds. */
#define VIEWER_UNTIL(viewer, condition)                                                            \
    do {                                                                                           \
        const long long until_ms = support_now_ms() + VIEWER_PATIENCE_MS;                          \
        for (viewer_look(viewer); !(condition); viewer_look(viewer))                               \
            if (support_now_ms() > until_ms)                                                       \
                fail_msg("waited in vain until %s\n%s", #condition, viewer_says(viewer));          \
    } while (0)

/* What it shows, in words for whoever reads why a test failed; overwritten by the next call. */
const char *viewer_says(const struct viewer *viewer);

/* What it shows of a thing; NULL or NONE where it does not. */
const struct snapshot_runtime *viewer_runtime(const struct viewer *viewer, const char *id);
const struct lease *viewer_lease(const struct viewer *viewer, const char *id);
int viewer_state(const struct viewer *viewer, const char *lease); /* -1: not there */
enum trouble_kind viewer_trouble(const struct viewer *viewer, const char *runtime);
enum trouble_kind viewer_server_trouble(const struct viewer *viewer);
const struct intent_view *viewer_intent(const struct viewer *viewer, uint64_t id);
enum secret_state viewer_secret(const struct viewer *viewer, const char *runtime,
                                const char *lease);
bool viewer_answered(const struct viewer *viewer, const char *runtime);

/* Whether the write has come to this phase. */
bool viewer_phase(const struct viewer *viewer, uint64_t id, enum intent_phase phase);

/* Until the lists of the whole world have been read. */
void viewer_wait_ready(struct viewer *viewer);

/* Until a message of this kind about `id` (0: any) came; the caller frees it. */
struct message *viewer_message(struct viewer *viewer, enum message_kind kind, uint64_t id);

/* Until the client has done all it was asked before. Other messages are kept. */
void viewer_fence(struct viewer *viewer);

/* Lets a client of a server of its own make so many rounds: time in which this one could have done
 * something, on however slow a machine. */
void viewer_let_time_pass(int rounds);

/* The time between two requests that fit, counted from 0. */
long long server_gap_ms(struct server *server, const char *method, const char *pattern,
                        size_t first, size_t second);

/* A fixture of a server and, once the test has made one, a viewer of it. */
struct stage {
    struct server *server;
    struct viewer *viewer;
    const void *given; /* what the test was listed with */
};

int stage_setup(void **state);
int stage_teardown(void **state);

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)
#define STAGED_WITH(test, it)                                                                      \
    {                                                                                              \
        it->name, test, stage_setup, stage_teardown, (void *)it                                    \
    }

/* For cmocka_run_group_tests: what main does before the first thread. */
int viewer_global_setup(void **state);
int viewer_global_teardown(void **state);

#endif
