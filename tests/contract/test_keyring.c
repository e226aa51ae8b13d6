/* The copies in this machine's own keyring: made with the lease's time, found by the next run, gone
 * with the lease. The port of the scripted server is part of what a copy is called, so tests that
 * run at once do not meet; what is left of it is removed. */
#include "tests/contract/stage.h"

#include "api/endpoint.h"
#include "api/keyring.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#if HAVE_KEYUTILS
#include <keyutils.h>
#endif

#define MADE_ID UUID("99999999")
#define URL     "wss://live.example.test/" MADE_ID "?token=shown-once"
#define RDP                                                                                        \
    "{\"type\":\"rdp\",\"host\":\"desk.example.test\",\"port\":3389,\"username\":\"operator\","    \
    "\"password\":\"shown-once\"}"

static const struct contract_lease made = {.id = MADE_ID, .runtime = CHECKOUT, .left_s = 900};

/* ---- the kernel's own view */

#if HAVE_KEYUTILS
/* Why there is no keyring to test with here; NULL where there is one. */
static const char *no_kernel(void)
{
    key_serial_t key = add_key("user", "leasetop-tests", "x", 1, KEY_SPEC_USER_KEYRING);
    if (key < 0)
        return strerror(errno);
    keyctl_unlink(key, KEY_SPEC_USER_KEYRING);
    return NULL;
}

static key_serial_t key_of(const struct server *server, const char *lease)
{
    char *name = contract_format("leasetop:http%%3A//127.0.0.1%%3A%d:%s:%s:%s", server_port(server),
                                 OPS, CHECKOUT, lease);
    key_serial_t key = (key_serial_t)keyctl_search(KEY_SPEC_USER_KEYRING, "user", name, 0);
    free(name);
    return key;
}

/* Seconds until the kernel forgets a key, as /proc/keys has them; LONG_MAX: never; -1 where it does
 * not say. */
static long seconds_left(key_serial_t key)
{
    char line[8192], left[16], unit = '\0';
    long seconds = -1;
    unsigned serial;
    FILE *keys = fopen("/proc/keys", "r");
    while (keys != NULL && fgets(line, sizeof line, keys) != NULL) {
        if (sscanf(line, "%x %*s %*s %15s", &serial, left) != 2 || (key_serial_t)serial != key)
            continue;
        if (sscanf(left, "%ld%c", &seconds, &unit) != 2)
            seconds = LONG_MAX;
        else
            seconds *= unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 1;
    }
    if (keys != NULL)
        fclose(keys);
    return seconds;
}

static void forget_key(const struct server *server, const char *lease)
{
    key_serial_t key = key_of(server, lease);
    if (key >= 0)
        keyctl_unlink(key, KEY_SPEC_USER_KEYRING);
}

/* All but for whoever has it: view, read, search for the same user. */
static void assert_permitted(key_serial_t key)
{
    char text[256];
    unsigned permissions = 0;
    assert_true(keyctl_describe(key, text, sizeof text) > 0);
    assert_int_equal(sscanf(text, "user;%*d;%*d;%x;", &permissions), 1);
    assert_int_equal(permissions, KEY_POS_ALL | KEY_USR_VIEW | KEY_USR_READ | KEY_USR_SEARCH);
}
#else
typedef int key_serial_t;
static const char *no_kernel(void)
{
    return "built without libkeyutils";
}
static key_serial_t key_of(const struct server *server, const char *lease)
{
    (void)server, (void)lease;
    return -1;
}
static long seconds_left(key_serial_t key)
{
    return key;
}
static void forget_key(const struct server *server, const char *lease)
{
    (void)server, (void)lease;
}
static void assert_permitted(key_serial_t key)
{
    (void)key;
}
#endif

static int teardown(void **state)
{
    struct stage *stage = *state;
    forget_key(stage->server, MADE_ID);
    forget_key(stage->server, LEASE_ONE);
    return stage_teardown(state);
}

static void need_kernel(void)
{
    const char *why = no_kernel();
    if (why == NULL)
        return;
    printf("# no keyring to test with here: %s\n", why);
    skip();
}

/* ---- runs of the program */

static void open_run(struct stage *stage)
{
    struct client_options options = viewer_options(stage->server);
    options.keyring = true;
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
}

static void end_run(struct stage *stage)
{
    viewer_close(stage->viewer);
    stage->viewer = NULL;
}

static void serve(struct stage *stage, const struct contract_lease *lease)
{
    world_serve(stage->server);
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(server_now(stage->server), lease)));
}

static void list(struct stage *stage, const struct contract_lease *leases)
{
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(server_now(stage->server), leases)));
}

/* A run makes a lease; its copy is the key that is returned. */
static key_serial_t make(struct stage *stage, const struct contract_lease *lease)
{
    need_kernel();
    serve(stage, lease);
    open_run(stage);
    list(stage, LEASES(*lease));
    uint64_t id = viewer_create(stage->viewer, 0, NULL);
    viewer_expect(stage->viewer, id, INTENT_DONE, false);
    VIEWER_UNTIL(stage->viewer, viewer_secret(stage->viewer, CHECKOUT, MADE_ID) == SECRET_KEYRING);
    assert_int_equal(stage->viewer->seen->keyring, KEYRING_READY);
    key_serial_t key = key_of(stage->server, MADE_ID);
    assert_true(key >= 0);
    return key;
}

static void expect_endpoint(struct stage *stage, size_t field, const char *text)
{
    struct endpoint *endpoint = viewer_endpoint(stage->viewer, MADE_ID);
    assert_non_null(endpoint);
    assert_string_equal(endpoint_field(endpoint, field).text, text);
    endpoint_free(endpoint);
}

static void test_time_and_permissions(void **state)
{
    key_serial_t key = make(*state, &made);
    assert_permitted(key);
    long left_s = seconds_left(key);
    /* /proc/keys rounds down to minutes. */
    assert_true(left_s == -1 || (left_s > 900 - 180 && left_s <= 900));
}

static void test_no_known_expiry(void **state)
{
    struct contract_lease endless = made;
    endless.endless = true;
    long left_s = seconds_left(make(*state, &endless));
    assert_true(left_s == -1 || (left_s > KEYRING_ENDLESS_S / 2 && left_s <= KEYRING_ENDLESS_S));
}

static void test_a_restart_copies_it(void **state)
{
    struct stage *stage = *state;
    make(stage, &made);
    expect_endpoint(stage, 0, URL);
    end_run(stage);
    open_run(stage);
    VIEWER_UNTIL(stage->viewer, viewer_secret(stage->viewer, CHECKOUT, MADE_ID) == SECRET_KEYRING);
    assert_int_equal(viewer_secret(stage->viewer, CHECKOUT, LEASE_ONE), SECRET_NEVER);
    expect_endpoint(stage, 0, URL);
}

static void test_a_restart_knows_the_type(void **state)
{
    struct stage *stage = *state;
    struct contract_lease desk = made;
    desk.endpoint = RDP;
    make(stage, &desk);
    end_run(stage);
    open_run(stage);
    const struct holding *holding =
        holdings_find(stage->viewer->seen->holdings, OPS, CHECKOUT, MADE_ID);
    assert_non_null(holding);
    assert_int_equal(holding->type, ENDPOINT_RDP);
    expect_endpoint(stage, 1, "3389");
    expect_endpoint(stage, 3, "shown-once");
}

/* A second run makes the lease and ends: its copy stays. */
static void make_beside(struct stage *stage)
{
    struct viewer *first = stage->viewer;
    open_run(stage);
    uint64_t id = viewer_create(stage->viewer, 0, NULL);
    viewer_expect(stage->viewer, id, INTENT_DONE, false);
    VIEWER_UNTIL(stage->viewer, viewer_secret(stage->viewer, CHECKOUT, MADE_ID) == SECRET_KEYRING);
    end_run(stage);
    stage->viewer = first;
}

/* A run that is up, and lists the lease before there is a copy of its endpoint. */
static struct viewer *beside_another_run(struct stage *stage)
{
    need_kernel();
    serve(stage, &made);
    open_run(stage);
    list(stage, LEASES(made));
    VIEWER_UNTIL(stage->viewer, viewer_state(stage->viewer, MADE_ID) == LEASE_ACTIVE);
    make_beside(stage);
    assert_int_equal(viewer_secret(stage->viewer, CHECKOUT, MADE_ID), SECRET_NEVER);
    return stage->viewer;
}

/* A copy of the lease's, as another run leaves it. */
static void leave_copy(struct stage *stage)
{
    const struct identity lease = world_lease(CHECKOUT, MADE_ID);
    struct keyring *keyring = keyring_new(server_url(stage->server), true);
    struct endpoint *endpoint = endpoint_new(ENDPOINT_WEBSOCKET);
    assert_true(endpoint_add(endpoint, ENDPOINT_URL, "url", URL));
    assert_true(keyring_put(keyring, &lease, endpoint, 900));
    endpoint_free(endpoint);
    keyring_free(keyring);
}

/* What a list shows for the first time is looked for by itself. */
static void test_a_new_lease_is_looked_for(void **state)
{
    struct stage *stage = *state;
    need_kernel();
    serve(stage, &made);
    open_run(stage);
    leave_copy(stage);
    assert_int_equal(viewer_secret(stage->viewer, CHECKOUT, MADE_ID), SECRET_NEVER);
    list(stage, LEASES(made));
    VIEWER_UNTIL(stage->viewer, viewer_state(stage->viewer, MADE_ID) == LEASE_ACTIVE);
    assert_int_equal(viewer_secret(stage->viewer, CHECKOUT, MADE_ID), SECRET_KEYRING);
    expect_endpoint(stage, 0, URL);
}

/* Another run that is up looks again when it is asked to refresh, */
static void test_refresh_finds_it(void **state)
{
    struct viewer *first = beside_another_run(*state);
    client_refresh(first->client);
    VIEWER_UNTIL(first, viewer_secret(first, CHECKOUT, MADE_ID) == SECRET_KEYRING);
}

/* when the ledger says that there is something to find, */
static void test_seeking_finds_it(void **state)
{
    struct viewer *first = beside_another_run(*state);
    assert_false(client_seeking(first->client, first->seen));
    client_seek(first->client);
    assert_true(client_seeking(first->client, first->seen));
    VIEWER_UNTIL(first, !client_seeking(first->client, first->seen));
    assert_int_equal(viewer_secret(first, CHECKOUT, MADE_ID), SECRET_KEYRING);
}

/* and when the endpoint is asked for. */
static void test_asking_finds_it(void **state)
{
    struct viewer *first = beside_another_run(*state);
    expect_endpoint(*state, 0, URL);
    VIEWER_UNTIL(first, viewer_secret(first, CHECKOUT, MADE_ID) == SECRET_KEYRING);
}

static void test_revoke_removes_it(void **state)
{
    struct stage *stage = *state;
    make(stage, &made);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    uint64_t id = viewer_revoke(stage->viewer, CHECKOUT, MADE_ID, 0);
    viewer_expect(stage->viewer, id, INTENT_DONE, false);
    assert_int_equal(viewer_secret(stage->viewer, CHECKOUT, MADE_ID), SECRET_GONE);
    assert_null(viewer_endpoint(stage->viewer, MADE_ID));
    assert_true(key_of(stage->server, MADE_ID) < 0);
}

/* Also one that was made by a run beside this one, of which this one does not know. */
static void test_revoke_removes_what_another_run_keeps(void **state)
{
    struct stage *stage = *state;
    struct viewer *first = beside_another_run(stage);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    uint64_t id = viewer_revoke(first, CHECKOUT, MADE_ID, 0);
    viewer_expect(first, id, INTENT_DONE, false);
    assert_true(key_of(stage->server, MADE_ID) < 0);
}

/* Not only by the run that made it. */
static void test_another_run_removes_it(void **state)
{
    struct stage *stage = *state;
    make(stage, &made);
    end_run(stage);
    open_run(stage);
    list(stage, LEASES({.id = MADE_ID, .runtime = CHECKOUT, .revoked_s = 1}));
    VIEWER_UNTIL(stage->viewer, viewer_secret(stage->viewer, CHECKOUT, MADE_ID) == SECRET_GONE);
    assert_true(key_of(stage->server, MADE_ID) < 0);
}

/* A lease that was made without it is not brought back by a key that is gone. */
static void test_a_key_that_is_gone(void **state)
{
    struct stage *stage = *state;
    make(stage, &made);
    end_run(stage);
    open_run(stage);
    VIEWER_UNTIL(stage->viewer, viewer_secret(stage->viewer, CHECKOUT, MADE_ID) == SECRET_KEYRING);
    forget_key(stage->server, MADE_ID);
    assert_null(viewer_endpoint(stage->viewer, MADE_ID));
    VIEWER_UNTIL(stage->viewer, viewer_secret(stage->viewer, CHECKOUT, MADE_ID) == SECRET_GONE);
}

/* The runtime goes, and its leases with it. */
static void test_a_runtime_that_goes(void **state)
{
    struct stage *stage = *state;
    make(stage, &made);
    char *runtimes = contract_runtimes(RUNTIMES({.id = NIGHTLY, .name = "nightly", .space = OPS}));
    server_on(stage->server, "GET", "/v1/spaces/*/runtimes", ANSWER_MADE(200, runtimes));
    client_refresh(stage->viewer->client);
    VIEWER_UNTIL(stage->viewer, viewer_secret(stage->viewer, CHECKOUT, MADE_ID) == SECRET_GONE);
    assert_true(key_of(stage->server, MADE_ID) < 0);
}

static void test_off(void **state)
{
    struct stage *stage = *state;
    serve(stage, &made);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    list(stage, LEASES(made));
    viewer_create(stage->viewer, 0, NULL);
    VIEWER_UNTIL(stage->viewer, viewer_secret(stage->viewer, CHECKOUT, MADE_ID) == SECRET_HELD);
    assert_int_equal(stage->viewer->seen->keyring, KEYRING_OFF);
    assert_true(key_of(stage->server, MADE_ID) < 0);
}

#define AT_KERNEL(test) cmocka_unit_test_setup_teardown(test, stage_setup, teardown)

static const struct CMUnitTest tests[] = {
    AT_KERNEL(test_time_and_permissions),
    AT_KERNEL(test_no_known_expiry),
    AT_KERNEL(test_a_restart_copies_it),
    AT_KERNEL(test_a_restart_knows_the_type),
    AT_KERNEL(test_a_new_lease_is_looked_for),
    AT_KERNEL(test_refresh_finds_it),
    AT_KERNEL(test_seeking_finds_it),
    AT_KERNEL(test_asking_finds_it),
    AT_KERNEL(test_revoke_removes_it),
    AT_KERNEL(test_revoke_removes_what_another_run_keeps),
    AT_KERNEL(test_another_run_removes_it),
    AT_KERNEL(test_a_key_that_is_gone),
    AT_KERNEL(test_a_runtime_that_goes),
    AT_KERNEL(test_off),
};

int main(void)
{
    return cmocka_run_group_tests_name("keyring", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
