/* A client from its start to its end: stopping is quick in every phase, many live side by side, a
 * reader that does not read is told so, and random requests in a random world break nothing. */
#include "tests/contract/deaf.h"
#include "tests/contract/stage.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>

/* The promise is 200 ms; a test on a busy machine is held to ten times that. */
enum { STOP_MS = 2000, LINGER_MS = 300 };

/* Stops and frees the client. What is measured is printed; it is the bench that watches over the
 * figure itself. */
static void end_quickly(struct stage *stage, const char *phase, int linger_ms)
{
    long long from_ms = support_now_ms();
    client_stop(stage->viewer->client, linger_ms);
    viewer_close(stage->viewer);
    stage->viewer = NULL;
    long long took_ms = support_now_ms() - from_ms;
    printf("# ended while %s: %lld ms\n", phase, took_ms);
    if (took_ms > linger_ms + STOP_MS)
        fail_msg("the end while %s took %lld ms", phase, took_ms);
}

/* ---- Stopping in every phase */

struct phase {
    const char *name;
    struct answer answer; /* of every list of leases */
    const char *wait_for; /* a path that is to be asked first */
};

static const struct phase phases[] = {
    {"the first answer is waited for", {.until = UNTIL_START, .end = END_STALL}, CHECKOUT_LEASES},
    {"a body is waited for", {.hold_body = true, .body = "[]"}, CHECKOUT_LEASES},
    {"an answer drips", {.body = "[]", .body_fill = 1u << 20, .drip_ms = 5}, CHECKOUT_LEASES},
    {"a flood comes in", {.body = "[]", .body_fill = 2000u << 20}, CHECKOUT_LEASES},
    {"a rate limit binds", {.status = 429, .headers = "Retry-After: 600\r\n"}, CHECKOUT_LEASES},
    {"the key is rejected", {.status = 401}, CHECKOUT_LEASES},
    {"a list fails", {.status = 500}, CHECKOUT_LEASES},
    {"all is well", {.body = "[]"}, CHECKOUT_LEASES},
};

static void test_stops_quickly(void **state)
{
    struct stage *stage = *state;
    const struct phase *phase = stage->given;
    world_serve_small(stage->server);
    server_on(stage->server, "GET", CHECKOUT_LEASES, phase->answer);
    stage->viewer = viewer_of(stage->server);
    assert_true(server_wait(stage->server, "GET", phase->wait_for, 1, VIEWER_PATIENCE_MS));
    viewer_fence(stage->viewer);
    end_quickly(stage, phase->name, 0);
}

static void test_stops_quickly_at_once(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    stage->viewer = viewer_of(stage->server);
    end_quickly(stage, "it has hardly begun", 0);
}

static void test_stops_quickly_without_a_server(void **state)
{
    struct stage *stage = *state;
    server_down(stage->server);
    stage->viewer = viewer_of(stage->server);
    VIEWER_UNTIL(stage->viewer, viewer_server_trouble(stage->viewer) == TROUBLE_REFUSED);
    end_quickly(stage, "there is no server", 0);
}

static void test_stops_quickly_while_connecting(void **state)
{
    struct stage *stage = *state;
    struct deaf deaf;
    deaf_init(&deaf);
    struct client_options options = viewer_options(stage->server);
    options.base_url = deaf.url;
    stage->viewer = viewer_open(&options);
    viewer_fence(stage->viewer);
    end_quickly(stage, "a connection is waited for", 0);
    deaf_clear(&deaf);
}

/* A lookup that does not come back, as with a name server that is down: it stands in for the one of
 * the C library, which the HTTP library calls on a thread of its own. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int stuck;
    bool released;
} lookups = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    (void)name, (void)service, (void)hints, (void)found;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 2 * STOP_MS / 1000; /* who waits for it is late, not lost */
    pthread_mutex_lock(&lookups.lock);
    lookups.stuck++;
    pthread_cond_broadcast(&lookups.changed);
    while (!lookups.released &&
           pthread_cond_timedwait(&lookups.changed, &lookups.lock, &until) != ETIMEDOUT)
        continue;
    lookups.stuck--;
    pthread_mutex_unlock(&lookups.lock);
    return EAI_NONAME;
}

static void test_stops_quickly_while_a_name_is_looked_up(void **state)
{
    struct stage *stage = *state;
    struct client_options options = viewer_options(stage->server);
    options.base_url = "http://stuck.test";
    stage->viewer = viewer_open(&options);
    pthread_mutex_lock(&lookups.lock);
    while (lookups.stuck == 0)
        pthread_cond_wait(&lookups.changed, &lookups.lock);
    pthread_mutex_unlock(&lookups.lock);
    end_quickly(stage, "a name is looked up", 0);

    pthread_mutex_lock(&lookups.lock);
    lookups.released = true;
    pthread_cond_broadcast(&lookups.changed);
    pthread_mutex_unlock(&lookups.lock);
}

static void test_stops_quickly_with_all_under_way(void **state)
{
    enum { RUNTIMES = 20 };
    struct stage *stage = *state;
    struct contract_runtime runtimes[RUNTIMES + 1] = {0};
    for (size_t i = 0; i < RUNTIMES; i++)
        runtimes[i].id = runtimes[i].name = contract_format("rt-%zu", i);
    contract_serve(stage->server, SPACES({.id = OPS, .name = "ops"}), runtimes, NULL);
    for (size_t i = 0; i < RUNTIMES; i++)
        free((char *)runtimes[i].id);
    server_on(stage->server, "GET", "/v1/spaces/*/runtimes/*/connections",
              ANSWER_STATUS(200, .hold = true));
    stage->viewer = viewer_of(stage->server);
    assert_true(server_wait_held(stage->server, LIMIT_IN_FLIGHT, VIEWER_PATIENCE_MS));
    end_quickly(stage, "eight lists are under way", 0);
}

/* A write that does not come to an end gets its time, and no more. */
static void test_a_write_under_way_gets_its_time(void **state)
{
    static const int lingers_ms[] = {0, LINGER_MS};
    struct stage *stage = *state;
    const struct identity runtime = world_lease(CHECKOUT, "");
    world_serve(stage->server);
    server_on(stage->server, "POST", CHECKOUT_LEASES, ANSWER_NEVER);
    for (size_t i = 0; i < COUNT(lingers_ms); i++) {
        stage->viewer = viewer_of(stage->server);
        client_create(stage->viewer->client, &runtime, "cdp", 0, NULL);
        assert_true(server_wait(stage->server, "POST", "**", i + 1, VIEWER_PATIENCE_MS));
        long long from_ms = support_now_ms();
        end_quickly(stage, "a create is under way", lingers_ms[i]);
        assert_true(support_now_ms() - from_ms >= lingers_ms[i]);
    }
}

/* ---- Before and after */

static void test_what_was_taken_outlives_the_client(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    const struct snapshot *kept = viewer->seen;
    viewer->seen = NULL;
    viewer_close(viewer);
    stage->viewer = NULL;
    assert_int_equal(kept->runtime_count, 2);
    assert_string_equal(kept->runtimes[0].runtime->name, "checkout");
    assert_int_equal(kept->runtimes[0].leases->count, 1);
    snapshot_unref(kept);
}

static void test_stopping_twice_and_asking_afterwards(void **state)
{
    struct stage *stage = *state;
    const struct identity lease = world_lease(CHECKOUT, LEASE_ONE);
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    client_stop(viewer->client, 0);
    client_stop(viewer->client, VIEWER_PATIENCE_MS);
    assert_true(client_refresh(viewer->client)); /* nobody hears it */
    assert_int_not_equal(client_revoke(viewer->client, &lease, 0), 0);
    viewer_look(viewer);
    assert_int_equal(viewer->seen->runtime_count, 2);
    client_free(NULL);
}

/* Requests that came before the end are heard before it. */
static void test_a_revoke_just_before_the_end_is_sent(void **state)
{
    struct stage *stage = *state;
    const struct identity lease = world_lease(CHECKOUT, LEASE_ONE);
    world_serve(stage->server);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    for (size_t i = 1; i <= 20; i++) {
        struct viewer *viewer = stage->viewer = viewer_of(stage->server);
        assert_int_not_equal(client_revoke(viewer->client, &lease, 5000), 0);
        client_stop(viewer->client, VIEWER_PATIENCE_MS);
        assert_int_equal(server_count(stage->server, "DELETE", "**"), i);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

/* ---- Many */

static void test_many_side_by_side(void **state)
{
    enum { CLIENTS = 16 };
    struct stage *stage = *state;
    struct viewer *viewers[CLIENTS];
    world_serve(stage->server);
    for (size_t i = 0; i < CLIENTS; i++)
        viewers[i] = viewer_of(stage->server);
    for (size_t i = 0; i < CLIENTS; i++)
        viewer_wait_ready(viewers[i]);
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(viewer_state(viewers[i], LEASE_ONE), LEASE_ACTIVE);
        viewer_close(viewers[i]);
    }
}

/* One that does not read its messages loses some, is told so, and everything goes on. */
static void test_messages_that_nobody_takes(void **state)
{
    struct stage *stage = *state;
    const struct identity lease = world_lease(CHECKOUT, LEASE_ONE);
    world_serve(stage->server);
    struct client *client = (stage->viewer = viewer_of(stage->server))->client;
    viewer_wait_ready(stage->viewer);
    assert_false(stage->viewer->overflowed);
    for (uint64_t token = 1; token <= LIMIT_MESSAGES + 44; token++)
        assert_true(client_secret(client, &lease, token));
    client_stop(client, VIEWER_PATIENCE_MS);
    size_t count = 0;
    bool overflowed, told = false;
    for (struct message *message; (message = client_message_take(client, &overflowed)) != NULL;) {
        assert_int_equal(message->id, ++count);
        told |= overflowed;
        message_free(message);
    }
    assert_int_equal(count, LIMIT_MESSAGES);
    assert_true(told);
    assert_null(client_message_take(client, &overflowed));
    assert_false(overflowed);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        STAGED(test_stops_quickly_at_once),
        STAGED(test_stops_quickly_without_a_server),
        STAGED(test_stops_quickly_while_connecting),
        STAGED(test_stops_quickly_while_a_name_is_looked_up),
        STAGED(test_stops_quickly_with_all_under_way),
        STAGED(test_a_write_under_way_gets_its_time),
        STAGED(test_what_was_taken_outlives_the_client),
        STAGED(test_stopping_twice_and_asking_afterwards),
        STAGED(test_a_revoke_just_before_the_end_is_sent),
        STAGED(test_many_side_by_side),
        STAGED(test_messages_that_nobody_takes),
    };
    struct CMUnitTest tests[COUNT(phases) + COUNT(others)];
    for (size_t i = 0; i < COUNT(phases); i++)
        tests[i] = (struct CMUnitTest)STAGED_WITH(test_stops_quickly, (&phases[i]));
    memcpy(tests + COUNT(phases), others, sizeof others);
    return cmocka_run_group_tests_name("life", tests, viewer_global_setup, viewer_global_teardown);
}
