/* A revoke that finds nothing, or whose answer is lost: it goes again where that can help, and a
 * list has the last word. */
#include "tests/contract/stage.h"

#define MADE_ID UUID("99999999")

enum { SHORT_MS = 300 };

static const struct contract_lease made = {.id = MADE_ID, .runtime = CHECKOUT, .age_s = -1};

/* ---- A revoke that finds nothing */

static struct viewer *open_revoking(struct stage *stage, struct answer answer, int interval_ms)
{
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = interval_ms;
    options.read_timeout_ms = answer.end == END_STALL ? SHORT_MS : VIEWER_PATIENCE_MS;
    world_serve(stage->server);
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
    server_on(stage->server, "DELETE", DELETE_PATH, answer);
    return stage->viewer;
}

#define NOT_FOUND "{\"error\":\"no such connection\",\"code\":\"connection.not_found\"}"

/* Done, once a list asked for afterwards agrees. */
static void test_gone_is_done_when_a_list_agrees(void **state)
{
    static const int statuses[] = {404, 410};
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(statuses); i++) {
        struct viewer *viewer = open_revoking(stage, ANSWER_JSON(statuses[i], NOT_FOUND), 600000);
        server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
        uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
        VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_GONE));
        assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
        assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
        server_release(stage->server, "GET", "**");
        viewer_expect(viewer, id, INTENT_DONE, false);
        assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ENDED);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
    assert_int_equal(server_count(stage->server, "DELETE", "**"), COUNT(statuses));
}

static void test_gone_but_listed_has_failed(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_revoking(stage, ANSWER_JSON(404, NOT_FOUND), 600000);
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    viewer_expect(viewer, id, INTENT_FAILED, false);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_FAILED));
    assert_string_equal(viewer_intent(viewer, id)->trouble->code, "connection.not_found");
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
}

/* Refused, in words or by something that is not the API: the row and its secret stay. */
static void test_a_refused_revoke_has_failed(void **state)
{
    static const struct answer answers[] = {
        {.status = 404, .type = "text/html", .body = "<h1>Not Found</h1>"},
        {.status = 404},
        {.status = 400, .body = "{\"error\":\"no\"}"},
        {.status = 403, .body = "{\"error\":\"no\"}"},
        {.status = 409, .body = "{\"error\":\"no\"}"},
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct viewer *viewer = open_revoking(stage, answers[i], 20);
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(server_now(stage->server), &made)));
        server_on(stage->server, "GET", CHECKOUT_LEASES, LISTING(stage->server, made));
        viewer_create(viewer, 0, NULL);
        VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_HELD);
        /* No list has a say in it. */
        server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
        assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
        uint64_t id = viewer_revoke(viewer, CHECKOUT, MADE_ID, 0);
        viewer_expect(viewer, id, INTENT_FAILED, false);
        assert_int_equal(viewer_state(viewer, MADE_ID), LEASE_ACTIVE);
        assert_int_equal(viewer_secret(viewer, CHECKOUT, MADE_ID), SECRET_HELD);
        assert_int_equal(server_count(stage->server, "DELETE", "**"), i + 1);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

/* ---- A revoke without an answer */

static const struct answer passing[] = {
    {.body = "{}", .until = UNTIL_HEADER, .end = END_CLOSE},
    {.status = 404, .body = NOT_FOUND, .until = UNTIL_HEADER, .end = END_CLOSE},
    {.body = "{\"id\":1}", .until = UNTIL_BODY, .end = END_RESET},
    {.until = UNTIL_START, .end = END_STALL},
    {.status = 500},
    {.status = 503, .type = "text/html", .body = "<html>"},
    {.status = 307},
    {.status = 408, .body = "{\"error\":\"slow\"}"},
};

/* All side by side: each takes a second before it goes again. */
static void test_it_goes_again(void **state)
{
    struct stage *stage = *state;
    uint64_t ids[COUNT(passing)];
    struct viewer *viewer = open_revoking(stage, ANSWER_NEVER, 20);
    for (size_t i = 0; i < COUNT(passing); i++) {
        char *path = contract_format(CHECKOUT_LEASES "/lease-%zu", i);
        server_then(stage->server, "DELETE", path, passing[i], ANSWER_JSON(200, "{}"));
        ids[i] = viewer_revoke(viewer, CHECKOUT, strrchr(path, '/') + 1, 0);
        free(path);
    }
    for (size_t i = 0; i < COUNT(passing); i++)
        viewer_expect(viewer, ids[i], INTENT_DONE, false);
    for (size_t i = 0; i < COUNT(passing); i++) {
        char *path = contract_format(CHECKOUT_LEASES "/lease-%zu", i);
        assert_int_equal(server_count(stage->server, "DELETE", path), 2);
        assert_true(world_gap_ms(stage->server, "DELETE", path, 0, 1) >= 990);
        free(path);
    }
}

static void list_nothing(struct server *server, const struct request *request, void *context)
{
    (void)request, (void)context;
    server_on(server, "GET", CHECKOUT_LEASES, LISTING_NONE);
}

/* Then a list has the last word: what it no longer shows was revoked, the other was not. */
static void test_four_tries_then_a_list_tells(void **state)
{
    struct stage *stage = *state;
    struct answer last = passing[0];
    last.before = list_nothing;
    struct viewer *viewer = open_revoking(stage, passing[0], 20);
    server_then(stage->server, "DELETE", CHECKOUT_LEASES "/" LEASE_ONE, passing[0], passing[0],
                passing[0], last);
    server_on(stage->server, "DELETE", NIGHTLY_LEASES "/" LEASE_TWO, ANSWER_STATUS(500));
    uint64_t gone = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    uint64_t left = viewer_revoke(viewer, NIGHTLY, LEASE_TWO, 0);
    viewer_expect(viewer, gone, INTENT_UNKNOWN, false);
    viewer_expect(viewer, left, INTENT_UNKNOWN, false);
    viewer_expect(viewer, gone, INTENT_DONE, false);
    viewer_expect(viewer, left, INTENT_FAILED, false);
    stage_pass_time(3);
    assert_int_equal(server_count(stage->server, "DELETE", CHECKOUT_LEASES "/*"), 4);
    assert_int_equal(server_count(stage->server, "DELETE", NIGHTLY_LEASES "/*"), 4);
    assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_ACTIVE);
}

/* The server was away for a moment. */
static void test_refused_it_goes_again(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_revoking(stage, ANSWER_JSON(200, "{}"), 20);
    server_down(stage->server);
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    VIEWER_UNTIL(viewer,
                 viewer_intent(viewer, id) != NULL && viewer_intent(viewer, id)->trouble != NULL);
    assert_int_equal(viewer_intent(viewer, id)->phase, INTENT_QUEUED);
    assert_int_equal(viewer_intent(viewer, id)->trouble->kind, TROUBLE_REFUSED);
    server_up(stage->server);
    viewer_expect(viewer, id, INTENT_DONE, false);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 1);
}

/* Reads keep connections. What is reset there goes out once more, and each time is a try. */
static void test_resets_are_tries(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_revoking(stage, ANSWER_RESET, 20);
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    viewer_expect(viewer, id, INTENT_UNKNOWN, false);
    assert_in_range(server_count(stage->server, "DELETE", "**"), 4, 5);
    assert_true(world_gap_ms(stage->server, "DELETE", "**", 1, 2) >= 990);
    viewer_expect(viewer, id, INTENT_FAILED, false);
    assert_in_range(server_count(stage->server, "DELETE", "**"), 4, 5);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_gone_is_done_when_a_list_agrees),
    STAGED(test_gone_but_listed_has_failed),
    STAGED(test_a_refused_revoke_has_failed),
    STAGED(test_it_goes_again),
    STAGED(test_four_tries_then_a_list_tells),
    STAGED(test_refused_it_goes_again),
    STAGED(test_resets_are_tries),
};

int main(void)
{
    return cmocka_run_group_tests_name("lost revokes", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
