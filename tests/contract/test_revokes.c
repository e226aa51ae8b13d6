/* Revoking: one DELETE, after its grace and unless it is undone, and four of them at once. What
 * goes wrong on the way is in test_lost_revokes.c. */
#include "tests/contract/stage.h"

/* As the contract has it, Errors. */
enum { AT_ONCE = 4 };

static void test_a_revoked_lease_has_ended_at_once(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 600000);
    server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
    server_on(stage->server, "DELETE", DELETE_PATH,
              ANSWER_MADE(200, contract_lease(server_now(stage->server),
                                              &(struct contract_lease){.id = LEASE_ONE,
                                                                       .runtime = CHECKOUT,
                                                                       .revoked_s = 1})));
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->intent, INTENT_REVOKE);
    assert_int_equal(message->phase, INTENT_DONE);
    message_free(message);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_REVOKED);
    assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_ACTIVE);
    const struct request *request = server_last(stage->server, "DELETE", "**");
    assert_string_equal(request->target, CHECKOUT_LEASES "/" LEASE_ONE);
    assert_int_equal(request->body_size, 0);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 1);
}

/* Answers that say less than the contract promises. */
static void test_a_bare_success_ends_the_row(void **state)
{
    static const struct answer answers[] = {
        {.status = 200, .body = "{}"},
        {.status = 200, .body = "{\"requestId\":\"req-7\"}"},
        {.status = 200, .body = "{\"success\":true,\"requestId\":\"req-7\"}"},
        {.status = 204},
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct viewer *viewer = stage_open(stage, 600000);
        server_on(stage->server, "DELETE", DELETE_PATH, answers[i]);
        server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
        uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
        VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_DONE));
        assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_REVOKED);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

/* A proxy's page, or something about another lease: the lists decide, when they had the time to
 * follow, and until then nothing is wiped. */
static void test_what_says_nothing_of_it_is_no_success(void **state)
{
    static const struct answer answers[] = {
        {.body = "<html>welcome</html>"},
        {.status = 202, .body = "{}"}, /* still to be done */
        {.status = 202},
        {.status = 200},
        {.body = "null"},
        {.body = "[]"},
        {.body = "done"},
        {.body = "{\"error\":\"no\"}"},
        {.body = "{\"success\":false}"},
        {.body = "{\"success\":true,\"status\":\"failed\",\"message\":\"not allowed\"}"},
        {.body = "{\"status\":401,\"title\":\"Unauthorized\"}"},
        {.body = "{\"requestId\":null}"},
        {.body = "{\"id\":\"" LEASE_ONE "\",\"status\":\"active\"}"},
        {.body = "{\"id\":\"" LEASE_ONE "\",\"revokedAt\":\"9999-12-31T23:59:59Z\"}"},
        {.body = "{\"id\":\"another\",\"revokedAt\":null}"},
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct viewer *viewer = stage_open(stage, 200);
        server_on(stage->server, "DELETE", DELETE_PATH, answers[i]);
        uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
        VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_UNKNOWN));
        assert_null(viewer_lease(viewer, "another"));
        if (i < 2) {
            VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_FAILED));
        } else {
            server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]"));
            VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_DONE));
        }
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

/* The answer said so, and the list does not: told once, when lists have had the time to follow. */
static void test_revoked_and_still_listed(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 200);
    server_on(stage->server, "DELETE", DELETE_PATH,
              ANSWER_MADE(200, contract_lease(server_now(stage->server),
                                              &(struct contract_lease){.id = LEASE_ONE,
                                                                       .runtime = CHECKOUT,
                                                                       .revoked_s = 1})));
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    viewer_expect(viewer, id, INTENT_DONE, false);
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->phase, INTENT_DONE);
    assert_true(message->contradicted);
    message_free(message);
    assert_true(viewer_intent(viewer, id)->contradicted);
    server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]"));
    VIEWER_UNTIL(viewer, !viewer_intent(viewer, id)->contradicted);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 1);
}

/* ---- The grace */

static void test_nothing_is_sent_in_the_grace(void **state)
{
    enum { GRACE_MS = 400 };
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 20);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    long long asked_ms = support_now_ms();
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, GRACE_MS);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_GRACE));
    assert_in_range(viewer_intent(viewer, id)->due_ms - clock_boot_now_ms(), 0, GRACE_MS);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_DONE));
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 1);
    assert_true(server_last(stage->server, "DELETE", "**")->at_ms - asked_ms >= GRACE_MS);
}

static void test_undone_in_the_grace_it_is_never_sent(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 20);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    uint64_t undone = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 300);
    uint64_t meant = viewer_revoke(viewer, NIGHTLY, LEASE_TWO, 400);
    assert_true(client_cancel(viewer->client, undone));
    VIEWER_UNTIL(viewer, viewer_phase(viewer, undone, INTENT_CANCELLED));
    /* The one that was confirmed later goes out after the other's time has come. */
    VIEWER_UNTIL(viewer, viewer_phase(viewer, meant, INTENT_DONE));
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 1);
    assert_string_equal(server_last(stage->server, "DELETE", "**")->target,
                        NIGHTLY_LEASES "/" LEASE_TWO);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);

    assert_true(client_cancel(viewer->client, meant)); /* too late, and it says so */
    struct message *notice = viewer_message(viewer, MESSAGE_NOTICE, 0);
    assert_string_equal(notice->sentence, "too late to undo: it was sent");
    message_free(notice);
}

static void test_quitting_sends_what_was_confirmed(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 20);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 3600 * 1000);
    uint64_t undone = viewer_revoke(viewer, NIGHTLY, LEASE_TWO, 3600 * 1000);
    assert_true(client_cancel(viewer->client, undone));
    long long stopped_ms = support_now_ms();
    client_stop(viewer->client, VIEWER_PATIENCE_MS);
    assert_true(support_now_ms() - stopped_ms < VIEWER_PATIENCE_MS / 2);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_DONE));
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 1);
    assert_string_equal(server_last(stage->server, "DELETE", "**")->target,
                        CHECKOUT_LEASES "/" LEASE_ONE);
}

/* ---- Many */

static void test_four_at_once(void **state)
{
    enum { WRITES = 10 };
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 600000);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}", .hold = true));
    server_on(stage->server, "POST", NIGHTLY_LEASES, ANSWER_STATUS(409, .hold = true));
    const struct identity nightly = world_lease(NIGHTLY, "");
    uint64_t last = 0;
    for (int i = 0; i < WRITES - 1; i++) {
        char *id = contract_format("lease-%d", i);
        viewer_revoke(viewer, CHECKOUT, id, 0);
        free(id);
    }
    last = client_create(viewer->client, &nightly, "cdp", 0, NULL);
    for (size_t left = WRITES; left > 0;) {
        size_t now = left < AT_ONCE ? left : AT_ONCE;
        assert_true(server_wait_held(stage->server, now, VIEWER_PATIENCE_MS));
        viewer_fence(viewer);
        stage_pass_time(1);
        assert_int_equal(server_held(stage->server), now);
        assert_int_equal(server_count(stage->server, "DELETE", "**") +
                             server_count(stage->server, "POST", "**"),
                         WRITES - left + now);
        left -= server_release(stage->server, "*", "**");
    }
    VIEWER_UNTIL(viewer, viewer_phase(viewer, last, INTENT_FAILED));
    assert_int_equal(server_count(stage->server, "DELETE", "**"), WRITES - 1);
}

/* Of many that wait for their turn none is sent before the server's time is over. */
static void test_a_limit_holds_all_revokes(void **state)
{
    enum { WRITES = 10 };
    struct stage *stage = *state;
    uint64_t ids[WRITES];
    struct viewer *viewer = stage_open(stage, 20);
    server_on(stage->server, "DELETE", DELETE_PATH,
              ANSWER_STATUS(429, .headers = "Retry-After: 1\r\n", .hold = true));
    for (int i = 0; i < WRITES; i++) {
        char *id = contract_format("lease-%d", i);
        ids[i] = viewer_revoke(viewer, CHECKOUT, id, 0);
        free(id);
    }
    assert_true(server_wait_held(stage->server, AT_ONCE, VIEWER_PATIENCE_MS));
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    long long released_ms = support_now_ms();
    server_release(stage->server, "DELETE", "**");
    for (int i = 0; i < WRITES; i++)
        VIEWER_UNTIL(viewer, viewer_phase(viewer, ids[i], INTENT_DONE));
    assert_int_equal(server_count(stage->server, "DELETE", "**"), WRITES + AT_ONCE);
    for (size_t i = AT_ONCE; i < WRITES + AT_ONCE; i++)
        assert_true(server_nth(stage->server, "DELETE", "**", i)->at_ms - released_ms >= 990);
}

/* A server that says "at once" would be asked without end. */
static void test_a_limit_of_nothing_is_a_pause_too(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 600000);
    server_then(stage->server, "DELETE", DELETE_PATH,
                ANSWER_STATUS(429, .headers = "Retry-After: 0\r\n"), ANSWER_JSON(200, "{}"));
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_DONE));
    assert_true(world_gap_ms(stage->server, "DELETE", "**", 0, 1) >= 490);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_a_revoked_lease_has_ended_at_once),
    STAGED(test_a_bare_success_ends_the_row),
    STAGED(test_what_says_nothing_of_it_is_no_success),
    STAGED(test_revoked_and_still_listed),
    STAGED(test_nothing_is_sent_in_the_grace),
    STAGED(test_undone_in_the_grace_it_is_never_sent),
    STAGED(test_quitting_sends_what_was_confirmed),
    STAGED(test_four_at_once),
    STAGED(test_a_limit_holds_all_revokes),
    STAGED(test_a_limit_of_nothing_is_a_pause_too),
};

int main(void)
{
    return cmocka_run_group_tests_name("revokes", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
