/* The client asks again and again: whom, how often, and when not at all. */
#include "tests/contract/stage.h"

#define EACH_RUNTIME "/v1/spaces/*/runtimes/*/connections"

/* A budget so small that a slow machine can spend it. */
enum { FLEET = 12, PER_SECOND = 10 };

enum { AT_ONCE = 8 };

/* Runtimes "rt-00" to "rt-11" of one space, each with a lease. */
static void serve_fleet(struct server *server)
{
    struct contract_runtime runtimes[FLEET + 1] = {0};
    struct contract_lease leases[FLEET + 1] = {0};
    for (size_t i = 0; i < FLEET; i++) {
        runtimes[i].id = runtimes[i].name = contract_format("rt-%02zu", i);
        leases[i].id = contract_format("lease-%02zu", i);
        leases[i].runtime = runtimes[i].id;
    }
    contract_serve(server, SPACES({.id = OPS, .name = "ops"}), runtimes, leases);
    for (size_t i = 0; i < FLEET; i++) {
        free((char *)runtimes[i].id);
        free((char *)leases[i].id);
    }
}

static size_t asked(struct server *server, size_t runtime)
{
    char *path = contract_format("/v1/spaces/" OPS "/runtimes/rt-%02zu/connections", runtime);
    size_t count = server_count(server, "GET", path);
    free(path);
    return count;
}

/* ---- Pace */

/* Less often than the interval says is a busy machine's matter; more often is a mistake. */
static void test_the_interval_is_kept(void **state)
{
    enum { INTERVAL_MS = 50, ROUNDS = 20 };
    struct stage *stage = *state;
    world_serve_small(stage->server);
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = INTERVAL_MS;
    stage->viewer = viewer_open(&options);
    VIEWER_UNTIL(stage->viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) > ROUNDS);
    assert_true(world_gap_ms(stage->server, "GET", CHECKOUT_LEASES, 0, ROUNDS) >=
                ROUNDS * INTERVAL_MS / 2);
    assert_int_equal(server_count(stage->server, "GET", "/v1/spaces"), 1);
    assert_int_equal(server_count(stage->server, "GET", "/v1/spaces/*/runtimes"), 1);
}

/* All of them together stay under the budget, the one on the screen is asked most, and the others
 * take turns. */
static void test_the_screen_first_the_others_in_turn(void **state)
{
    enum { SHOWN = 7, ROUNDS = 12 };
    struct stage *stage = *state;
    const struct identity shown = world_lease("rt-07", "");
    size_t before[FLEET];
    serve_fleet(stage->server);
    struct client_options options = viewer_options(stage->server);
    options.per_second = PER_SECOND;
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
    assert_true(client_show(stage->viewer->client, &shown, 1));
    viewer_fence(stage->viewer);
    for (size_t i = 0; i < FLEET; i++)
        before[i] = asked(stage->server, i);
    VIEWER_UNTIL(stage->viewer, asked(stage->server, SHOWN) >= before[SHOWN] + ROUNDS);
    size_t most = 0, least = SIZE_MAX;
    for (size_t i = 0; i < FLEET; i++) {
        size_t more = asked(stage->server, i) - before[i];
        most = i != SHOWN && more > most ? more : most;
        least = i != SHOWN && more < least ? more : least;
    }
    assert_true(most >= 1 && most <= ROUNDS / 2);
    assert_true(most - least <= 2);
    size_t count = server_count(stage->server, "GET", "**");
    long long took_ms = world_gap_ms(stage->server, "GET", "**", 0, count - 1);
    /* A second's worth may come at once; then it is the budget, with something for the difference
     * between sending and arriving. */
    assert_true((long long)count <= PER_SECOND + PER_SECOND * (took_ms + 250) / 1000 + 1);
}

static void test_interest_moves(void **state)
{
    struct stage *stage = *state;
    const struct identity first = world_lease("rt-01", ""), second = world_lease("rt-02", "");
    serve_fleet(stage->server);
    struct client_options options = viewer_options(stage->server);
    options.per_second = PER_SECOND;
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
    assert_true(client_show(stage->viewer->client, &first, 1));
    VIEWER_UNTIL(stage->viewer, asked(stage->server, 1) >= 5);
    size_t others = asked(stage->server, 2);
    assert_true(client_show(stage->viewer->client, &second, 1));
    size_t old = asked(stage->server, 1);
    VIEWER_UNTIL(stage->viewer, asked(stage->server, 2) >= others + 10);
    assert_true(asked(stage->server, 1) < old + 5);
}

/* Interest is in runtimes, and may be told before their space has said that they are there. */
static void test_interest_may_come_first(void **state)
{
    struct stage *stage = *state;
    const struct identity shown = world_lease("rt-03", "");
    serve_fleet(stage->server);
    struct client_options options = viewer_options(stage->server);
    options.per_second = PER_SECOND;
    stage->viewer = viewer_open(&options);
    assert_true(client_show(stage->viewer->client, &shown, 1));
    VIEWER_UNTIL(stage->viewer, asked(stage->server, 3) >= 10);
    for (size_t i = 0; i < FLEET; i++)
        assert_true(i == 3 || asked(stage->server, i) <= 5);
}

/* ---- At once */

static void test_one_list_under_way_for_each_runtime(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
    size_t before = server_count(stage->server, "GET", CHECKOUT_LEASES);
    size_t others = server_count(stage->server, "GET", NIGHTLY_LEASES);
    for (size_t i = 1; i <= 5; i++) {
        client_refresh(stage->viewer->client);
        VIEWER_UNTIL(stage->viewer,
                     server_count(stage->server, "GET", NIGHTLY_LEASES) >= others + i);
    }
    assert_int_equal(server_count(stage->server, "GET", CHECKOUT_LEASES), before);
    assert_int_equal(server_held(stage->server), 1);
}

static void test_eight_reads_under_way_at_most(void **state)
{
    struct stage *stage = *state;
    serve_fleet(stage->server);
    server_on(stage->server, "GET", EACH_RUNTIME, ANSWER_JSON(200, "[]", .hold = true));
    stage->viewer = viewer_of(stage->server);
    assert_true(server_wait_held(stage->server, AT_ONCE, VIEWER_PATIENCE_MS));
    client_refresh(stage->viewer->client);
    stage_pass_time(4);
    assert_int_equal(server_held(stage->server), AT_ONCE);
    assert_int_equal(server_count(stage->server, "GET", EACH_RUNTIME), AT_ONCE);
    assert_int_equal(server_release(stage->server, "GET", "**"), AT_ONCE);
    assert_true(server_wait_held(stage->server, FLEET - AT_ONCE, VIEWER_PATIENCE_MS));
}

/* ---- Refreshing, pausing */

static void test_refresh_asks_for_everything(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = 600000;
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
    assert_int_equal(server_count(stage->server, "GET", "**"), 4);
    client_refresh(stage->viewer->client);
    assert_true(server_wait(stage->server, "GET", "**", 8, VIEWER_PATIENCE_MS));
    stage_pass_time(4);
    assert_int_equal(server_count(stage->server, "GET", "/v1/spaces"), 2);
    assert_int_equal(server_count(stage->server, "GET", "/v1/spaces/*/runtimes"), 2);
    assert_int_equal(server_count(stage->server, "GET", CHECKOUT_LEASES), 2);
    assert_int_equal(server_count(stage->server, "GET", NIGHTLY_LEASES), 2);
}

static void test_paused_asks_nothing(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    server_then(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true),
                ANSWER_JSON(200, "[]"));
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS)); /* the last to go out */
    client_pause(stage->viewer->client, true);
    VIEWER_UNTIL(stage->viewer, stage->viewer->seen->paused);
    size_t before = server_count(stage->server, "*", "**");
    server_release(stage->server, "GET", "**");
    VIEWER_UNTIL(stage->viewer, viewer_state(stage->viewer, LEASE_ONE) == LEASE_ENDED);
    stage_pass_time(8);
    client_refresh(stage->viewer->client); /* it is awake, and still asks nothing */
    viewer_fence(stage->viewer);
    stage_pass_time(1);
    assert_int_equal(server_count(stage->server, "*", "**"), before);
    client_pause(stage->viewer->client, false);
    VIEWER_UNTIL(stage->viewer, !stage->viewer->seen->paused);
    assert_true(server_wait(stage->server, "GET", "**", before + 5, VIEWER_PATIENCE_MS));
}

/* ---- Once */

static void test_once_reads_all_and_settles(void **state)
{
    struct stage *stage = *state;
    serve_fleet(stage->server);
    server_on(stage->server, "GET", "/v1/spaces/" OPS "/runtimes/rt-05/connections",
              ANSWER_JSON(200, "[]", .hold = true));
    struct client_options options = viewer_options(stage->server);
    options.once = true;
    options.interval_ms = 1;
    options.per_second = 1; /* no matter: it is not paced */
    stage->viewer = viewer_open(&options);
    assert_true(server_wait(stage->server, "GET", EACH_RUNTIME, FLEET, VIEWER_PATIENCE_MS));
    VIEWER_UNTIL(stage->viewer, viewer_answered(stage->viewer, "rt-11"));
    viewer_fence(stage->viewer);
    assert_false(stage->viewer->seen->settled);
    server_release(stage->server, "GET", "**");
    VIEWER_UNTIL(stage->viewer, stage->viewer->seen->settled);
    for (size_t i = 0; i < FLEET; i++)
        assert_non_null(stage->viewer->seen->runtimes[i].leases);
    stage_pass_time(4);
    assert_int_equal(server_count(stage->server, "GET", "**"), 2 + FLEET);
}

/* Each way in which a list can fail ends in a settled snapshot that says why. */
static void test_once_settles_in_trouble_too(void **state)
{
    static const struct {
        const char *path;
        struct answer answer;
        enum trouble_kind server, runtime;
    } cases[] = {
        {CHECKOUT_LEASES, {.status = 500}, TROUBLE_NONE, TROUBLE_SERVER},
        {CHECKOUT_LEASES, {.status = 403}, TROUBLE_NONE, TROUBLE_FORBIDDEN},
        {CHECKOUT_LEASES, {.status = 401}, TROUBLE_UNAUTHORISED, TROUBLE_NONE},
        {"/v1/spaces/*/runtimes", {.status = 404}, TROUBLE_NONE, TROUBLE_NONE},
        {"/v1/spaces", {.status = 503}, TROUBLE_SERVER, TROUBLE_NONE},
        {"/v1/spaces", {.until = UNTIL_START, .end = END_RESET}, TROUBLE_CUT, TROUBLE_NONE},
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        world_serve(stage->server);
        server_on(stage->server, "GET", cases[i].path, cases[i].answer);
        struct client_options options = viewer_options(stage->server);
        options.once = true;
        struct viewer *viewer = stage->viewer = viewer_open(&options);
        VIEWER_UNTIL(viewer, viewer->seen != NULL && viewer->seen->settled);
        assert_int_equal(viewer_server_trouble(viewer), cases[i].server);
        assert_int_equal(viewer_trouble(viewer, CHECKOUT), cases[i].runtime);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

static void test_once_settles_without_a_server(void **state)
{
    struct stage *stage = *state;
    server_down(stage->server);
    struct client_options options = viewer_options(stage->server);
    options.once = true;
    stage->viewer = viewer_open(&options);
    VIEWER_UNTIL(stage->viewer, stage->viewer->seen != NULL && stage->viewer->seen->settled);
    assert_int_equal(viewer_server_trouble(stage->viewer), TROUBLE_REFUSED);
    assert_true(stage->viewer->seen->catalog_settled);
}

/* Asked to wait a moment, it waits: that is no failure yet. */
static void test_once_waits_out_a_rate_limit(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    server_then(stage->server, "GET", CHECKOUT_LEASES,
                ANSWER_STATUS(429, .headers = "Retry-After: 1\r\n"),
                LISTING(stage->server, {.id = LEASE_ONE, .runtime = CHECKOUT}));
    struct client_options options = viewer_options(stage->server);
    options.once = true;
    stage->viewer = viewer_open(&options);
    VIEWER_UNTIL(stage->viewer, viewer_server_trouble(stage->viewer) == TROUBLE_LIMITED);
    assert_false(stage->viewer->seen->settled);
    VIEWER_UNTIL(stage->viewer, stage->viewer->seen->settled);
    assert_int_equal(viewer_state(stage->viewer, LEASE_ONE), LEASE_ACTIVE);
    assert_int_equal(viewer_server_trouble(stage->viewer), TROUBLE_NONE);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_the_interval_is_kept),
    STAGED(test_the_screen_first_the_others_in_turn),
    STAGED(test_interest_moves),
    STAGED(test_interest_may_come_first),
    STAGED(test_one_list_under_way_for_each_runtime),
    STAGED(test_eight_reads_under_way_at_most),
    STAGED(test_refresh_asks_for_everything),
    STAGED(test_paused_asks_nothing),
    STAGED(test_once_reads_all_and_settles),
    STAGED(test_once_settles_in_trouble_too),
    STAGED(test_once_settles_without_a_server),
    STAGED(test_once_waits_out_a_rate_limit),
};

int main(void)
{
    return cmocka_run_group_tests_name("polling", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
