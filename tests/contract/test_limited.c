/* 429: nothing goes out before the time the server gave, whoever asks for it, and then one request
 * goes ahead of the others. */
#include "tests/contract/stage.h"

/* What a request is late by on a machine's own account; early it never is, but for rounding. */
enum { ROUNDING_MS = 10 };

/* A viewer of one list that is asked each 20 ms and was answered with this once. */
static struct viewer *open_limited(struct stage *stage, struct answer answer)
{
    world_serve_small(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES, answer);
    VIEWER_UNTIL(stage->viewer, viewer_server_trouble(stage->viewer) == TROUBLE_LIMITED);
    return stage->viewer;
}

static int64_t pause_told_ms(const struct viewer *viewer)
{
    return viewer->seen->server.retry_ms - viewer->seen->server.since_ms;
}

/* Once the limit is over; the time between the refusal and the request after it. */
static long long wait_over(struct stage *stage)
{
    size_t refused = server_count(stage->server, "GET", "**");
    world_serve_small(stage->server);
    VIEWER_UNTIL(stage->viewer, viewer_server_trouble(stage->viewer) == TROUBLE_NONE);
    return world_gap_ms(stage->server, "GET", "**", refused - 1, refused);
}

static void test_seconds(void **state)
{
    struct stage *stage = *state;
    open_limited(stage, ANSWER_STATUS(429, .headers = "Retry-After: 1\r\n"));
    assert_in_range(pause_told_ms(stage->viewer), 1000 - ROUNDING_MS, 1000 + ROUNDING_MS);
    assert_int_equal(viewer_state(stage->viewer, LEASE_ONE), LEASE_ACTIVE);
    assert_true(wait_over(stage) >= 1000 - ROUNDING_MS);
}

/* Counted from the server's own Date, however far its clock is off. */
static void test_a_date(void **state)
{
    struct stage *stage = *state;
    open_limited(stage, ANSWER_RAW("HTTP/1.1 429 Too Many Requests\r\n"
                                   "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
                                   "Retry-After: Thu, 01 Jan 2026 00:00:01 GMT\r\n"
                                   "Content-Length: 0\r\n\r\n"));
    assert_in_range(pause_told_ms(stage->viewer), 1000 - ROUNDING_MS, 1000 + ROUNDING_MS);
    assert_true(wait_over(stage) >= 1000 - ROUNDING_MS);
}

/* Header lines come in any order. */
static void test_a_date_before_the_date(void **state)
{
    struct stage *stage = *state;
    open_limited(stage, ANSWER_RAW("HTTP/1.1 429 Too Many Requests\r\n"
                                   "Retry-After: Thu, 01 Jan 2026 00:00:09 GMT\r\n"
                                   "Content-Length: 0\r\n"
                                   "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n"));
    assert_in_range(pause_told_ms(stage->viewer), 9000 - ROUNDING_MS, 9000 + ROUNDING_MS);
}

static void test_nothing_said_or_nonsense_is_a_backoff(void **state)
{
    static const char *const headers[] = {
        NULL,
        "Retry-After: \r\n",
        "Retry-After: soon\r\n",
        "Retry-After: -5\r\n",
        "Retry-After: 99999999999999999999999999\r\n",
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(headers); i++) {
        open_limited(stage, ANSWER_STATUS(429, .headers = headers[i]));
        int64_t most_ms = i == COUNT(headers) - 1 ? 3600000 : SCHEDULE_BACKOFF_MIN_MS * 5 / 4;
        int64_t least_ms = i == COUNT(headers) - 1 ? 3600000 : SCHEDULE_BACKOFF_MIN_MS;
        assert_in_range(pause_told_ms(stage->viewer), least_ms - ROUNDING_MS,
                        most_ms + ROUNDING_MS);
        viewer_close(stage->viewer);
        stage->viewer = NULL;
    }
}

static void test_refresh_is_bound_too(void **state)
{
    struct stage *stage = *state;
    open_limited(stage, ANSWER_STATUS(429, .headers = "Retry-After: 1\r\n"));
    size_t before = server_count(stage->server, "GET", "**");
    client_refresh(stage->viewer->client);
    struct message *notice = viewer_message(stage->viewer, MESSAGE_NOTICE, 0);
    assert_string_equal(notice->sentence, "rate-limited: the server asked to wait 1 s more");
    message_free(notice);
    assert_int_equal(server_count(stage->server, "GET", "**"), before);
    assert_true(wait_over(stage) >= 1000 - ROUNDING_MS);
}

/* Nor does another key open it. */
static void test_another_key_is_bound_too(void **state)
{
    struct stage *stage = *state;
    open_limited(stage, ANSWER_STATUS(429, .headers = "Retry-After: 1\r\n"));
    assert_true(client_key(stage->viewer->client, secret_copy("bctrl_contract_tests_2")));
    assert_true(wait_over(stage) >= 1000 - ROUNDING_MS);
}

static void test_one_goes_ahead(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", NIGHTLY_LEASES, ANSWER_JSON(200, "[]", .hold = true));
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_STATUS(429, .headers = "Retry-After: 1\r\n", .hold = true));
    assert_true(server_wait_held(stage->server, 2, VIEWER_PATIENCE_MS));
    server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
    server_release(stage->server, "GET", CHECKOUT_LEASES);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_LIMITED);
    server_release(stage->server, "GET", NIGHTLY_LEASES); /* a straggler lifts nothing */
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
    stage_pass_time(5);
    assert_int_equal(server_held(stage->server), 1);
    server_release(stage->server, "GET", "**");
    assert_true(server_wait_held(stage->server, 2, VIEWER_PATIENCE_MS));
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_NONE);
}

/* ---- and then the key is rejected */

static void reject_all(struct server *server)
{
    const struct answer rejected = ANSWER_JSON(401, "{\"error\":\"no\",\"code\":\"auth.invalid\"}");
    server_on(server, "GET", CHECKOUT_LEASES, rejected);
    server_on(server, "GET", "/v1/spaces/" OPS "/runtimes", rejected);
    server_on(server, "GET", "/v1/spaces", rejected);
}

/* What was known stays, nothing more goes out, and a good key mends it at once: the limit is over.
 */
static void test_a_limit_that_becomes_a_rejection(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer =
        open_limited(stage, ANSWER_STATUS(429, .headers = "Retry-After: 1\r\n"));
    size_t refused = server_count(stage->server, "GET", "**");
    reject_all(stage->server);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_UNAUTHORISED);
    assert_true(viewer->seen->server.retry_ms == SCHEDULE_NEVER);
    assert_true(world_gap_ms(stage->server, "GET", "**", refused - 1, refused) >=
                1000 - ROUNDING_MS);
    size_t before = server_count(stage->server, "*", "**");
    stage_pass_time(8);
    assert_int_equal(server_count(stage->server, "*", "**"), before);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
    world_serve_small(stage->server);
    assert_true(client_key(viewer->client, secret_copy("bctrl_contract_tests_2")));
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_NONE);
}

/* One list is limited, and while it waits the answer to another rejects the key: that is worse, and
 * is told at once. A good key does not open the limit. */
static void test_a_rejection_while_limited(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", NIGHTLY_LEASES,
              ANSWER_JSON(401, "{\"error\":\"no\"}", .hold = true));
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_STATUS(429, .headers = "Retry-After: 600\r\n", .hold = true));
    assert_true(server_wait_held(stage->server, 2, VIEWER_PATIENCE_MS));
    server_release(stage->server, "GET", CHECKOUT_LEASES);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_LIMITED);
    reject_all(stage->server);
    server_release(stage->server, "GET", NIGHTLY_LEASES);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_UNAUTHORISED);
    size_t before = server_count(stage->server, "*", "**");
    assert_true(client_key(viewer->client, secret_copy("bctrl_contract_tests_2")));
    viewer_fence(viewer);
    stage_pass_time(8);
    assert_int_equal(server_count(stage->server, "*", "**"), before);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
}

/* A revoke that waits for the limit to pass, and is rejected then: failed, and not sent a third
 * time; the lease is as it was. */
static void test_a_limited_revoke_that_is_rejected(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 600000);
    server_then(stage->server, "DELETE", "**", ANSWER_STATUS(429, .headers = "Retry-After: 1\r\n"),
                ANSWER_JSON(401, "{\"error\":\"no\",\"code\":\"auth.invalid\"}"));
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_FAILED));
    const struct intent_view *intent = viewer_intent(viewer, id);
    assert_non_null(intent->trouble);
    assert_int_equal(intent->trouble->kind, TROUBLE_UNAUTHORISED);
    stage_pass_time(8);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 2);
    assert_true(world_gap_ms(stage->server, "DELETE", "**", 0, 1) >= 1000 - ROUNDING_MS);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_seconds),
    STAGED(test_a_date),
    STAGED(test_a_date_before_the_date),
    STAGED(test_nothing_said_or_nonsense_is_a_backoff),
    STAGED(test_refresh_is_bound_too),
    STAGED(test_another_key_is_bound_too),
    STAGED(test_one_goes_ahead),
    STAGED(test_a_limit_that_becomes_a_rejection),
    STAGED(test_a_rejection_while_limited),
    STAGED(test_a_limited_revoke_that_is_rejected),
};

int main(void)
{
    return cmocka_run_group_tests_name("limited", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
