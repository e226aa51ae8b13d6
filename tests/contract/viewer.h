/* viewer: a client as a test sees it: the newest snapshot, the messages it has sent, and waiting
 * until they say what is expected. Every wait ends the test with a sentence after
 * VIEWER_PATIENCE_MS, ten times and more of what anything here should take. The test's thread. */
#ifndef TESTS_CONTRACT_VIEWER_H
#define TESTS_CONTRACT_VIEWER_H

#include "api/client.h"
#include "api/limits.h"
#include "api/schedule.h"

#include "tests/contract/world.h"

enum { VIEWER_PATIENCE_MS = 20000 };

#define VIEWER_KEY "bctrl_contract_tests_1"

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

/* What a person confirms, about the space OPS; the id of the write. A create is of "cdp" in
 * CHECKOUT. */
uint64_t viewer_create(struct viewer *viewer, int ttl_s, const char *options);
uint64_t viewer_revoke(struct viewer *viewer, const char *runtime, const char *lease,
                       int64_t grace_ms);

/* The endpoint of a lease in CHECKOUT, asked for as for copying; NULL where none is held. */
struct endpoint *viewer_endpoint(struct viewer *viewer, const char *lease);

/* Until the lists of the whole world have been read. */
void viewer_wait_ready(struct viewer *viewer);

/* Until a message of this kind about `id` (0: any) came; the caller frees it. */
struct message *viewer_message(struct viewer *viewer, enum message_kind kind, uint64_t id);

/* Until a write has come to something worth telling, which must be this. */
void viewer_expect(struct viewer *viewer, uint64_t id, enum intent_phase phase, bool found);

/* Until the client has done all it was asked before. Other messages are kept. */
void viewer_fence(struct viewer *viewer);

/* For cmocka_run_group_tests: what main does before the first thread. */
int viewer_global_setup(void **state);
int viewer_global_teardown(void **state);

#endif
