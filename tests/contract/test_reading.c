/* The client reads a fleet: what it asks for, how, when, and what it makes of good answers. */
#include "tests/contract/stage.h"

/* ---- What is read */

static void test_reads_the_whole_tree(void **state)
{
    struct stage *stage = *state;
    contract_serve(
        stage->server,
        SPACES({.id = OPS, .name = "ops"}, {.id = UUID("cccccccc"), .name = "qa", .region = "us"}),
        RUNTIMES({.id = CHECKOUT, .name = "checkout"},
                 {.id = NIGHTLY, .name = "nightly", .kind = "desktop", .status = "stopped"},
                 {.id = UUID("dddddddd"), .name = "agents", .space = UUID("cccccccc")}),
        LEASES({.id = LEASE_ONE, .runtime = CHECKOUT, .protocol = "vnc", .endless = true},
               {.id = LEASE_TWO, .runtime = CHECKOUT, .left_s = 600, .age_s = 1200},
               {.id = UUID("33333333"), .runtime = UUID("dddddddd"), .revoked_s = 5}));
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);

    const struct snapshot *seen = viewer->seen;
    assert_int_equal(seen->space_count, 2);
    assert_int_equal(seen->runtime_count, 3);
    assert_string_equal(seen->spaces[1].space->name, "qa");
    assert_string_equal(seen->spaces[1].space->region, "us");
    assert_string_equal(seen->runtimes[1].runtime->kind, "desktop");
    assert_false(runtime_may_lease(seen->runtimes[1].runtime));
    assert_string_equal(seen->runtimes[2].space->name, "qa");
    assert_int_equal(seen->runtimes[0].leases->count, 2);
    assert_int_equal(seen->runtimes[1].leases->count, 0);
    assert_string_equal(viewer_lease(viewer, LEASE_ONE)->protocol, "vnc");
    assert_true(viewer_lease(viewer, LEASE_ONE)->expires_ms == MOMENT_NONE);
    int64_t left_s = lease_left_s(viewer_lease(viewer, LEASE_TWO), snapshot_server_ms(seen));
    assert_in_range(left_s, 570, 601);
    assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_ACTIVE);
    assert_int_equal(viewer_state(viewer, UUID("33333333")), LEASE_REVOKED);
    assert_int_equal(viewer_server_trouble(viewer), TROUBLE_NONE);
    assert_true(seen->latency_ms >= 0);
    assert_int_equal(server_unexpected(stage->server), 0);
}

static void test_each_request_says_who_asks(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    for (size_t i = 0; i < 4; i++) {
        const struct request *request = server_nth(stage->server, "GET", "**", i);
        assert_string_equal(request_header(request, "authorization"), "Bearer " VIEWER_KEY);
        assert_string_equal(request_header(request, "accept"), "application/json");
        assert_string_equal(request_header(request, "accept-encoding"), "gzip");
        assert_int_equal(strncmp(request_header(request, "user-agent"), "leasetop/", 9), 0);
        assert_int_equal(request->body_size, 0);
    }
}

/* The named wrapper, else `data`, else a bare array (contract, List parsing). */
static void test_takes_every_wrapper(void **state)
{
    struct stage *stage = *state;
    server_on(stage->server, "GET", "/v1/spaces",
              ANSWER_JSON(200, "{\"data\":[{\"id\":\"" OPS "\",\"name\":\"ops\"}]}"));
    server_on(stage->server, "GET", "/v1/spaces/" OPS "/runtimes",
              ANSWER_JSON(200, "[{\"id\":\"" CHECKOUT "\"},{\"id\":\"" NIGHTLY "\"}]"));
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_JSON(200, "{\"data\":[{\"id\":\"" LEASE_ONE "\"}],\"nextCursor\":null}"));
    server_on(stage->server, "GET", NIGHTLY_LEASES,
              ANSWER_JSON(200, "{\"connections\":[{\"id\":\"" LEASE_TWO "\"}],\"data\":[]}"));
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    assert_non_null(viewer_lease(stage->viewer, LEASE_ONE));
    assert_non_null(viewer_lease(stage->viewer, LEASE_TWO));
    assert_int_equal(stage->viewer->seen->unreadable, 0);
}

static void test_follows_cursors(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_JSON(200, "{\"connections\":[{\"id\":\"p1\"}],\"nextCursor\":\"a/b &c=%\"}"));
    server_on(stage->server, "GET", CHECKOUT_LEASES "?cursor=a%2Fb%20%26c%3D%25",
              ANSWER_JSON(
                  200, "{\"connections\":[{\"id\":\"p2\"},{\"id\":\"p1\"}],\"nextCursor\":\"3\"}"));
    server_on(stage->server, "GET", CHECKOUT_LEASES "?cursor=3",
              ANSWER_JSON(200, "{\"connections\":[{\"id\":\"p3\"}]}"));
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    const struct part *leases = viewer_runtime(stage->viewer, CHECKOUT)->leases;
    assert_int_equal(leases->count, 3);
    assert_string_equal(leases->leases[0].id, "p1");
    assert_string_equal(leases->leases[2].id, "p3");
    assert_int_equal(leases->unreadable, 1); /* the one that came twice */
    assert_false(leases->cut);
    assert_int_equal(server_unexpected(stage->server), 0);
}

/* Half of a list must not pass for the whole of it. */
static void test_a_failing_page_keeps_the_whole_list_before(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES "?cursor=2", ANSWER_STATUS(500));
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_JSON(200, "{\"connections\":[{\"id\":\"p1\"}],\"nextCursor\":\"2\"}"));
    VIEWER_UNTIL(stage->viewer, viewer_trouble(stage->viewer, CHECKOUT) == TROUBLE_SERVER);
    assert_null(viewer_lease(stage->viewer, "p1"));
    assert_int_equal(viewer_state(stage->viewer, LEASE_ONE), LEASE_ACTIVE);
}

/* A cursor that leads to itself is not followed again, and its list pauses. */
static void test_pages_in_circles_come_to_an_end(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_JSON(200, "{\"connections\":[{\"id\":\"p1\"}],\"nextCursor\":\"again\"}"));
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = 600000;
    stage->viewer = viewer_open(&options);
    VIEWER_UNTIL(stage->viewer, viewer_trouble(stage->viewer, CHECKOUT) == TROUBLE_UNREADABLE);
    const struct snapshot_runtime *runtime = viewer_runtime(stage->viewer, CHECKOUT);
    assert_true(runtime->leases->cut);
    assert_non_null(strstr(runtime->state.trouble->sentence, "circles: showing the first 1"));
    assert_int_equal(server_count(stage->server, "GET", CHECKOUT_LEASES), 2);
    int64_t pause_ms = runtime->state.retry_ms - runtime->state.answered_ms;
    assert_in_range(pause_ms, SCHEDULE_BACKOFF_MIN_MS, 2 * SCHEDULE_BACKOFF_MIN_MS);
}

/* One that never leads to the same is followed so often; what was known before stays, marked. */
static void test_endless_pages_come_to_an_end(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    size_t before = server_count(stage->server, "GET", CHECKOUT_LEASES);
    struct answer answers[LIMIT_PAGES + 1];
    char bodies[LIMIT_PAGES + 1][64];
    for (int i = 0; i <= LIMIT_PAGES; i++) {
        snprintf(bodies[i], sizeof bodies[i], "{\"connections\":[],\"nextCursor\":\"%d\"}", i);
        answers[i] = ANSWER_JSON(200, bodies[i]);
    }
    server_on_each(stage->server, "GET", CHECKOUT_LEASES, answers, LIMIT_PAGES + 1);
    VIEWER_UNTIL(stage->viewer, viewer_trouble(stage->viewer, CHECKOUT) == TROUBLE_TOO_MUCH);
    const struct snapshot_runtime *runtime = viewer_runtime(stage->viewer, CHECKOUT);
    assert_non_null(strstr(runtime->state.trouble->sentence, "showing the first 0, and what was"));
    assert_int_equal(viewer_state(stage->viewer, LEASE_ONE), LEASE_ACTIVE);
    assert_true(viewer_lease(stage->viewer, LEASE_ONE)->unseen);
    size_t count = server_count(stage->server, "GET", CHECKOUT_LEASES) - before;
    assert_in_range(count, LIMIT_PAGES, LIMIT_PAGES + 50); /* it was asked before, each 20 ms */
    world_serve_small(stage->server);
    VIEWER_UNTIL(stage->viewer, viewer_trouble(stage->viewer, CHECKOUT) == TROUBLE_NONE);
    assert_false(viewer_lease(stage->viewer, LEASE_ONE)->unseen);
}

/* An id is the server's text: it must not name another path. */
static void test_ids_stay_within_their_segment(void **state)
{
    struct stage *stage = *state;
    server_on(stage->server, "GET", "/v1/spaces",
              ANSWER_JSON(200, "{\"spaces\":[{\"id\":\"a/../b?c#d\"},{\"id\":\"..\"}]}"));
    server_on(stage->server, "GET", "/v1/spaces/a%2F..%2Fb%3Fc%23d/runtimes",
              ANSWER_JSON(200, "{\"runtimes\":[]}"));
    stage->viewer = viewer_of(stage->server);
    VIEWER_UNTIL(stage->viewer,
                 stage->viewer->seen != NULL && stage->viewer->seen->catalog_settled);
    assert_int_equal(server_unexpected(stage->server), 0);
    assert_int_equal(server_count(stage->server, "GET", "/v1/spaces/**"), 1);
}

static void test_only_what_was_chosen(void **state)
{
    struct stage *stage = *state;
    contract_serve(
        stage->server, SPACES({.id = OPS, .name = "ops"}, {.id = UUID("cccccccc"), .name = "qa"}),
        RUNTIMES({.id = CHECKOUT, .name = "checkout"}, {.id = NIGHTLY, .name = "nightly"}),
        LEASES({.id = LEASE_ONE, .runtime = CHECKOUT}));
    struct client_options options = viewer_options(stage->server);
    options.space = "ops";      /* by name */
    options.runtime = CHECKOUT; /* by id */
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
    VIEWER_UNTIL(stage->viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) >= 5);
    assert_int_equal(stage->viewer->seen->runtime_count, 1);
    assert_int_equal(server_count(stage->server, "GET", "/v1/spaces/" UUID("cccccccc") "/**"), 0);
    assert_int_equal(server_count(stage->server, "GET", NIGHTLY_LEASES), 0);
}

/* Lists that carry endpoints are unusual, but what one shows is not thrown away. */
static void test_an_endpoint_in_a_list_is_held(void **state)
{
    struct stage *stage = *state;
    const struct identity lease = world_lease(CHECKOUT, LEASE_ONE);
    world_serve_small(stage->server);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              LISTING(stage->server,
                      {.id = LEASE_ONE,
                       .runtime = CHECKOUT,
                       .endpoint = "{\"type\":\"http\",\"baseUrl\":\"https://h.test/?t=1\"}"}));
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    assert_int_equal(viewer_secret(stage->viewer, CHECKOUT, LEASE_ONE), SECRET_HELD);
    assert_true(client_secret(stage->viewer->client, &lease, 7));
    struct message *message = viewer_message(stage->viewer, MESSAGE_ENDPOINT, 7);
    assert_non_null(message->endpoint);
    assert_string_equal(endpoint_field(message->endpoint, 0).text, "https://h.test/?t=1");
    message_free(message);
}

/* ---- How it travels */

static void test_connections_are_kept(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    VIEWER_UNTIL(stage->viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) >= 10);
    assert_int_equal(server_connections(stage->server), 1);
}

static void test_every_framing(void **state)
{
    static const struct answer framings[] = {
        {.gzip = true},
        {.framing = FRAMING_CHUNKED},
        {.framing = FRAMING_CLOSE},
        {.gzip = true, .framing = FRAMING_CHUNKED, .drip_ms = 1, .drip_bytes = 20},
        {.end = END_SAID},
        {.end = END_CLOSE},
        {.end = END_NEXT}, /* the request after it is lost, and repeated: reading is harmless */
    };
    struct stage *stage = *state;
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    for (size_t i = 0; i < COUNT(framings); i++) {
        char *id = contract_format("lease-%zu", i);
        struct answer answer = framings[i];
        answer.type = "application/json";
        answer.body_take =
            contract_leases(server_now(stage->server), LEASES({.id = id, .runtime = CHECKOUT}));
        server_on(stage->server, "GET", CHECKOUT_LEASES, answer);
        VIEWER_UNTIL(stage->viewer, viewer_state(stage->viewer, id) == LEASE_ACTIVE);
        assert_int_equal(viewer_trouble(stage->viewer, CHECKOUT), TROUBLE_NONE);
        free(id);
    }
}

/* A header before the header, and one after the body. */
static void test_interim_answers_and_trailers(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_RAW("HTTP/1.1 103 Early Hints\r\nLink: </style>\r\n\r\n"
                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "10\r\n[{\"id\":\"chunked\"\r\n2\r\n}]\r\n0\r\nX-Trailer: 1\r\n\r\n"));
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    assert_int_equal(viewer_state(stage->viewer, "chunked"), LEASE_OTHER);
    assert_int_equal(viewer_trouble(stage->viewer, CHECKOUT), TROUBLE_NONE);
}

/* A proxy that does not exist: the key stays on this machine. */
static void test_loopback_takes_no_proxy(void **state)
{
    struct stage *stage = *state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
}

static int proxy_teardown(void **state)
{
    int status = stage_teardown(state);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    return status;
}

static const struct CMUnitTest tests[] = {
    STAGED(test_reads_the_whole_tree),
    STAGED(test_each_request_says_who_asks),
    STAGED(test_takes_every_wrapper),
    STAGED(test_follows_cursors),
    STAGED(test_a_failing_page_keeps_the_whole_list_before),
    STAGED(test_pages_in_circles_come_to_an_end),
    STAGED(test_endless_pages_come_to_an_end),
    STAGED(test_ids_stay_within_their_segment),
    STAGED(test_only_what_was_chosen),
    STAGED(test_an_endpoint_in_a_list_is_held),
    STAGED(test_connections_are_kept),
    STAGED(test_every_framing),
    STAGED(test_interim_answers_and_trailers),
    cmocka_unit_test_setup_teardown(test_loopback_takes_no_proxy, stage_setup, proxy_teardown),
};

int main(void)
{
    return cmocka_run_group_tests_name("reading", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
