/* desk: an operator's desk, for tests of the whole program: a scripted server, and leasetop in a
 * terminal in front of it. One thread, but for what the server answers by itself.
 *
 *     static void test_something(void **state)
 *     {
 *         struct desk *desk = *state;
 *         desk_serve(desk);
 *         desk_open(desk, 24, 80, WORDS("--ascii"), NULL);
 *         assert_true(screen_wait(desk->screen, "3f9c21aa"));
 *         ...
 *     }
 */
#ifndef TESTS_SCREEN_DESK_H
#define TESTS_SCREEN_DESK_H

#include "tests/support/contract.h"
#include "tests/support/screen.h"
#include "tests/support/server.h"
#include "tests/support/support.h"
#include "tests/unit/scratch.h"
#include "tests/unit/unit.h"

#include <pthread.h>

/* Each wait's deadline: ten times what the slowest of them should take, and more under a
 * sanitizer. */
enum { DESK_PATIENCE_MS = SUPPORT_SANITIZED ? 90000 : 30000 };

/* What leasetop gets in BCTRL_API_KEY. The screen shows its last four characters. */
#define DESK_KEY  "bctrl_screen_tests_9f2c"
#define DESK_TAIL "9f2c"

/* The usual world: one space, two runtimes that can take a lease and one that cannot. */
#define OPS      UUID("aaaaaaaa") /* acme-ops */
#define CHECKOUT UUID("bbbbbbb1") /* active */
#define NIGHTLY  UUID("bbbbbbb2") /* active */
#define AGENTS   UUID("bbbbbbb3") /* stopped */

/* Its leases, in the order of the table, by the first eight digits that the table shows. */
#define SOON    "3f9c21aa" /* in checkout; less than ten minutes left */
#define LATER   "77ab01c4" /* in nightly; 2h03m left for half a minute from the start */
#define ENDLESS "1c0d9e52" /* in checkout; no expiry */
#define OVER    "0aa3f410" /* in nightly; revoked by somebody */
/* One that is made while the test runs. */
#define FRESH "9f2cde07"

#define CHECKOUT_LEASES CONNECTIONS(OPS, CHECKOUT)
#define NIGHTLY_LEASES  CONNECTIONS(OPS, NIGHTLY)

enum { DESK_LEASES = 16, DESK_CHANGES = 8 };

struct desk;

/* A write that the server lets happen. */
struct desk_change {
    struct desk *desk;
    struct contract_lease lease;
};

struct desk {
    struct server *server;
    struct screen *screen; /* NULL until it is opened */
    struct scratch folder; /* for files of the test */
    /* What is served; ends in an entry without an id. The server changes it, too. */
    struct contract_lease leases[DESK_LEASES + 1];
    pthread_mutex_t lock;
    struct desk_change changes[DESK_CHANGES];
    size_t change_count;
    pid_t child;  /* ended with the desk; 0: none */
    char url[64]; /* not "": where leasetop goes instead of the server; see front.h */
};

int desk_setup(void **state);
int desk_teardown(void **state);

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, desk_setup, desk_teardown)

/* Serves the usual world. */
void desk_serve(struct desk *desk);

/* Serves the usual runtimes with these leases instead: LEASES(...). */
void desk_serve_leases(struct desk *desk, const struct contract_lease *leases);

/* Serves what is served once more, where a test has put another answer in its place. */
void desk_publish(struct desk *desk);

/* One of the leases that are served, by its id; one that is put there instead of it, or besides. */
struct contract_lease desk_lease(struct desk *desk, const char *id);
void desk_put(struct desk *desk, const struct contract_lease *lease);

/* A POST on its runtime answers with this lease, and lists it from then on. */
void desk_creates(struct desk *desk, const struct contract_lease *lease);
/* The same with FRESH on CHECKOUT and this endpoint, as JSON; NULL: a websocket. */
void desk_creates_fresh(struct desk *desk, const char *endpoint);

/* A DELETE of this one of them answers with it, and lists it as revoked from then on. */
void desk_revokes(struct desk *desk, const char *id);

/* Opens leasetop on the server, with the key, asking each second, without a keyring, so that what
 * is shown is the same on every machine; arguments and environment are added and may be NULL.
 * Closes the screen that was open. */
struct screen *desk_open(struct desk *desk, int rows, int cols, const char *const *arguments,
                         const char *const *environment);

/* Opens it and waits for the usual world's rows. */
struct screen *desk_watch(struct desk *desk, int rows, int cols);

/* Writes a file with this mode into the desk's folder; its path is borrowed for a while. It is put
 * in place by a rename, as careful people do. */
const char *desk_file(struct desk *desk, const char *name, int mode, const char *text);

/* ---- What is on the screen */

/* Waits until a row with this text has the cursor. */
bool desk_selects(struct screen *screen, const char *text);

/* The row with this text; -1 if there is none. */
int desk_row(struct screen *screen, const char *text);

/* Waits until the row with `text` holds `word` too. */
bool desk_row_says(struct screen *screen, const char *text, const char *word);

/* Waits until the header holds `word`. */
bool desk_header_says(struct screen *screen, const char *word);

/* Presses q and holds the program to a clean end: exit status 0, the terminal given back. */
void desk_quit(struct desk *desk);

/* Whether only GET was ever asked. */
bool desk_only_read(struct desk *desk);

#endif
