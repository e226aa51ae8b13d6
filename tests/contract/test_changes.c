/* What changes with time: the server's clock, leases and runtimes that are no longer listed, and
 * lists that are older than a write. */
#include "tests/contract/stage.h"

/* ---- The server's time */

/* One answer is not enough where this machine's clock says otherwise. */
static void assert_server_time(struct viewer *viewer, struct server *server)
{
    VIEWER_UNTIL(viewer, !clock_vague(&viewer->seen->clock));
    int64_t off_ms = snapshot_server_ms(viewer->seen) - (int64_t)server_now(server) * 1000;
    assert_true(off_ms > -3000 && off_ms < 3000);
}

static void test_time_is_the_servers(void **state)
{
    static const long offsets_s[] = {5 * 3600, -7 * 3600, 90};
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(offsets_s); i++) {
        server_date(stage->server, DATE_OFFSET, offsets_s[i]);
        contract_serve(
            stage->server, SPACES({.id = OPS, .name = "ops"}),
            RUNTIMES({.id = CHECKOUT, .name = "checkout"}),
            LEASES({.id = LEASE_ONE, .runtime = CHECKOUT, .left_s = 600},
                   {.id = LEASE_TWO, .runtime = CHECKOUT, .left_s = -600, .age_s = 4000}));
        struct viewer *viewer = stage->viewer = viewer_of(stage->server);
        viewer_wait_ready(viewer);
        assert_server_time(viewer, stage->server);
        int64_t left_s =
            lease_left_s(viewer_lease(viewer, LEASE_ONE), snapshot_server_ms(viewer->seen));
        assert_in_range(left_s, 570, 601);
        assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
        assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_OVERDUE);
        int64_t skew_ms =
            clock_skew_ms(&viewer->seen->clock, clock_boot_now_ms(), clock_wall_now_ms());
        assert_true(skew_ms > offsets_s[i] * 1000 - 3000 && skew_ms < offsets_s[i] * 1000 + 3000);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

/* From now on a clock that jumps has stepped: it was not off from the start. */
static void settle_clock(struct stage *stage)
{
    int64_t from_ms = clock_boot_now_ms();
    VIEWER_UNTIL(stage->viewer, clock_boot_now_ms() - from_ms > CLOCK_START_MS);
}

static void test_time_steps_with_the_server(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    settle_clock(stage);
    server_date(stage->server, DATE_OFFSET, 3 * 3600);
    VIEWER_UNTIL(stage->viewer, stage->viewer->seen->clock.steps > 0);
    assert_server_time(stage->viewer, stage->server);
    assert_int_equal(viewer_state(stage->viewer, LEASE_ONE), LEASE_OVERDUE);
}

static void test_no_date_leaves_our_own_time(void **state)
{
    struct stage *stage = *state;
    server_date(stage->server, DATE_ABSENT, 0);
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    int64_t off_ms = snapshot_server_ms(stage->viewer->seen) - clock_wall_now_ms();
    assert_true(off_ms > -1000 && off_ms < 1000);
    assert_true(clock_vague(&stage->viewer->seen->clock));
}

/* What a cache gives out is of then, and nothing more comes for a long time. */
static void test_an_old_date_alone_is_not_believed(void **state)
{
    struct stage *stage = *state;
    for (int old = 0; old < 2; old++) {
        struct client_options options = viewer_options(stage->server);
        options.interval_ms = 600000;
        server_date(stage->server, DATE_OFFSET, old ? -25 : 0);
        world_serve_small(stage->server);
        stage->viewer = viewer_open(&options);
        viewer_wait_ready(stage->viewer);
        assert_true(stage->viewer->seen->clock.known);
        assert_int_equal(clock_vague(&stage->viewer->seen->clock), old);
        viewer_close(stage->viewer);
        stage->viewer = NULL;
    }
}

/* A cache that says so is not asked for the time. */
static void test_an_answer_of_age_tells_no_time(void **state)
{
    static const struct answer spaces[] = {
        {.type = "application/json", .body = "{\"spaces\":[]}", .headers = "Age: 25\r\n"},
        {.type = "application/json", .body = "{\"spaces\":[]}", .headers = "Age: 0\r\n"},
    };
    struct stage *stage = *state;
    server_on(stage->server, "GET", "/v1/spaces", spaces[0]);
    stage->viewer = viewer_of(stage->server);
    VIEWER_UNTIL(stage->viewer,
                 stage->viewer->seen != NULL && stage->viewer->seen->server.answered_ms != 0);
    assert_false(stage->viewer->seen->clock.known);
    server_on(stage->server, "GET", "/v1/spaces", spaces[1]);
    client_refresh(stage->viewer->client);
    VIEWER_UNTIL(stage->viewer, stage->viewer->seen->clock.known);
}

/* Half a minute of interval, and yet the end of a lease is seen at once. */
static void test_asks_again_around_an_expiry(void **state)
{
    struct stage *stage = *state;
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = 30000;
    contract_serve(stage->server, SPACES({.id = OPS, .name = "ops"}),
                   RUNTIMES({.id = CHECKOUT, .name = "checkout"}),
                   LEASES({.id = LEASE_ONE, .runtime = CHECKOUT, .left_s = 2}));
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              LISTING(stage->server,
                      {.id = LEASE_ONE, .runtime = CHECKOUT, .left_s = 1, .status = "expired"}));
    VIEWER_UNTIL(stage->viewer, viewer_state(stage->viewer, LEASE_ONE) == LEASE_EXPIRED);
    assert_int_equal(server_count(stage->server, "GET", CHECKOUT_LEASES), 2);
}

/* ---- What vanishes */

static void test_vanished_leases_are_remembered_for_a_while(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES, LISTING_NONE);
    VIEWER_UNTIL(stage->viewer, viewer_state(stage->viewer, LEASE_ONE) == LEASE_ENDED);
    assert_true(moment_known(viewer_lease(stage->viewer, LEASE_ONE)->vanished_ms));
    settle_clock(stage);
    assert_int_equal(viewer_state(stage->viewer, LEASE_ONE), LEASE_ENDED);
    server_date(stage->server, DATE_OFFSET, 70);
    VIEWER_UNTIL(stage->viewer, viewer_lease(stage->viewer, LEASE_ONE) == NULL);
}

static void test_a_vanished_lease_that_comes_back_is_active(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES, LISTING_NONE);
    VIEWER_UNTIL(stage->viewer, viewer_state(stage->viewer, LEASE_ONE) == LEASE_ENDED);
    world_serve_small(stage->server);
    VIEWER_UNTIL(stage->viewer, viewer_state(stage->viewer, LEASE_ONE) == LEASE_ACTIVE);
    assert_int_equal(viewer_runtime(stage->viewer, CHECKOUT)->leases->count, 1);
}

static void test_a_vanished_runtime_ends_its_leases(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    world_serve_small(stage->server); /* without NIGHTLY */
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, moment_known(viewer_runtime(viewer, NIGHTLY)->runtime->vanished_ms));
    assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_ENDED);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
    assert_true(viewer_runtime(viewer, NIGHTLY)->state.retry_ms == SCHEDULE_NEVER);

    world_serve(stage->server); /* and here it is again */
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_TWO) == LEASE_ACTIVE);
    assert_false(moment_known(viewer_runtime(viewer, NIGHTLY)->runtime->vanished_ms));

    world_serve_small(stage->server);
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_TWO) == LEASE_ENDED);
    server_date(stage->server, DATE_OFFSET, 120);
    VIEWER_UNTIL(viewer, viewer->seen->clock.steps > 0);
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_runtime(viewer, NIGHTLY) == NULL);
}

static void test_a_vanished_runtime_is_left_alone(void **state)
{
    struct stage *stage = *state;
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = 600000;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    world_serve_small(stage->server);
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, moment_known(viewer_runtime(viewer, NIGHTLY)->runtime->vanished_ms));
    VIEWER_UNTIL(viewer, (client_refresh(viewer->client),
                          server_count(stage->server, "GET", CHECKOUT_LEASES) >= 6));
    /* Once at first and once by the refresh that found it gone. */
    assert_int_equal(server_count(stage->server, "GET", NIGHTLY_LEASES), 2);
}

/* The names that an event tells. */
static bool tells(struct viewer *viewer, enum event_kind kind, const char *space,
                  const char *runtime)
{
    for (;;) {
        struct message *message = viewer_message(viewer, MESSAGE_EVENT, 0);
        bool wanted = message->event.kind == kind;
        if (wanted) {
            assert_string_equal(message->space_name, space);
            if (runtime != NULL)
                assert_string_equal(message->runtime_name, runtime);
        }
        message_free(message);
        if (wanted)
            return true;
    }
}

/* Also where it was the only one: nothing that lived goes without a word. */
static void test_a_vanished_space_ends_its_leases(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", "/v1/spaces", ANSWER_JSON(200, "{\"spaces\":[]}"));
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_TWO) == LEASE_ENDED);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ENDED);
    assert_int_equal(viewer->seen->space_count, 1);
    assert_true(moment_known(viewer->seen->spaces[0].space->vanished_ms));
    assert_true(moment_known(viewer_runtime(viewer, NIGHTLY)->runtime->vanished_ms));
    assert_true(viewer->seen->catalog_settled);
    assert_true(tells(viewer, EVENT_LEASE_UNLISTED, "ops", "checkout"));
    assert_true(tells(viewer, EVENT_RUNTIME_GONE, "ops", NULL));
    assert_true(tells(viewer, EVENT_SPACE_GONE, "ops", NULL));

    world_serve(stage->server); /* and here it is again */
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_TWO) == LEASE_ACTIVE);
    assert_false(moment_known(viewer->seen->spaces[0].space->vanished_ms));

    server_on(stage->server, "GET", "/v1/spaces", ANSWER_JSON(200, "{\"spaces\":[]}"));
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_TWO) == LEASE_ENDED);
    server_date(stage->server, DATE_OFFSET, 120);
    VIEWER_UNTIL(viewer, (client_refresh(viewer->client), viewer->seen->clock.steps > 0));
    VIEWER_UNTIL(viewer, (client_refresh(viewer->client), viewer->seen->space_count == 0));
    assert_int_equal(viewer->seen->runtime_count, 0);
}

/* One answer without the space is no reason to forget what cannot be had again. */
static void test_a_vanished_space_keeps_its_secrets(void **state)
{
    struct stage *stage = *state;
    const struct contract_lease made = {.id = LEASE_TWO, .runtime = CHECKOUT, .age_s = -1};
    world_serve_small(stage->server);
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(server_now(stage->server), &made)));
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES, LISTING(stage->server, made));
    viewer_create(viewer, 0, NULL);
    VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, LEASE_TWO) == SECRET_HELD);
    server_on(stage->server, "GET", "/v1/spaces", ANSWER_JSON(200, "{\"spaces\":[]}"));
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_TWO) == LEASE_ENDED);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, LEASE_TWO), SECRET_HELD);
}

/* ---- A list against a write */

static void revoked_answer(struct server *server, const struct request *request, void *context)
{
    (void)request, (void)context;
    server_on(server, "GET", CHECKOUT_LEASES,
              LISTING(server, {.id = LEASE_ONE, .runtime = CHECKOUT, .revoked_s = 1}));
}

/* True while a lease that was revoked is still shown so. */
static bool still_revoked(const struct viewer *viewer)
{
    if (viewer_state(viewer, LEASE_ONE) != LEASE_REVOKED)
        fail_msg("an older list undid a revoke");
    return true;
}

static void test_an_older_list_does_not_undo_a_revoke(void **state)
{
    struct stage *stage = *state;
    const struct identity lease = world_lease(CHECKOUT, LEASE_ONE);
    world_serve_small(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200,
                          contract_leases(server_now(stage->server),
                                          LEASES({.id = LEASE_ONE, .runtime = CHECKOUT})),
                          .hold = true));
    server_on(stage->server, "DELETE", DELETE_PATH,
              ANSWER_JSON(200, "{}", .before = revoked_answer));
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
    client_revoke(viewer->client, &lease, 0);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_ONE) == LEASE_REVOKED);
    size_t before = server_count(stage->server, "GET", CHECKOUT_LEASES);
    assert_int_equal(server_release(stage->server, "GET", "**"), 1);
    VIEWER_UNTIL(viewer, still_revoked(viewer) &&
                             server_count(stage->server, "GET", CHECKOUT_LEASES) >= before + 3);
}

static void test_an_older_list_does_not_undo_a_create(void **state)
{
    struct stage *stage = *state;
    const struct identity runtime = world_lease(CHECKOUT, "");
    server_date(stage->server, DATE_OFFSET, 0);
    world_serve_small(stage->server);
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = 300;
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200,
                          contract_leases(server_now(stage->server),
                                          LEASES({.id = LEASE_ONE, .runtime = CHECKOUT})),
                          .hold = true));
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(server_now(stage->server),
                                                &(struct contract_lease){.id = LEASE_TWO,
                                                                         .runtime = CHECKOUT})));
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
    client_create(viewer->client, &runtime, "cdp", 0, NULL);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_TWO) == LEASE_ACTIVE);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              LISTING(stage->server, {.id = LEASE_ONE, .runtime = CHECKOUT},
                      {.id = LEASE_TWO, .runtime = CHECKOUT}));
    size_t before = server_count(stage->server, "GET", CHECKOUT_LEASES);
    assert_int_equal(server_release(stage->server, "GET", "**"), 1);
    VIEWER_UNTIL(viewer, (assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_ACTIVE),
                          server_count(stage->server, "GET", CHECKOUT_LEASES) >= before + 3));
    assert_int_equal(viewer_secret(viewer, CHECKOUT, LEASE_TWO), SECRET_HELD);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_time_is_the_servers),
    STAGED(test_time_steps_with_the_server),
    STAGED(test_no_date_leaves_our_own_time),
    STAGED(test_an_old_date_alone_is_not_believed),
    STAGED(test_an_answer_of_age_tells_no_time),
    STAGED(test_asks_again_around_an_expiry),
    STAGED(test_vanished_leases_are_remembered_for_a_while),
    STAGED(test_a_vanished_lease_that_comes_back_is_active),
    STAGED(test_a_vanished_runtime_ends_its_leases),
    STAGED(test_a_vanished_runtime_is_left_alone),
    STAGED(test_a_vanished_space_ends_its_leases),
    STAGED(test_a_vanished_space_keeps_its_secrets),
    STAGED(test_an_older_list_does_not_undo_a_revoke),
    STAGED(test_an_older_list_does_not_undo_a_create),
};

int main(void)
{
    return cmocka_run_group_tests_name("changes", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
