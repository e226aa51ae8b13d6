/* A lease in the place of another: the new one first, the old one only when that is there; and what
 * an operator can do about a create whose answer was lost. */
#include "tests/contract/stage.h"

#define MADE_ID UUID("99999999")

/* It lives as long as is asked for. */
static const struct contract_lease made = {
    .id = MADE_ID, .runtime = CHECKOUT, .age_s = -1, .left_s = 901};

static void list_both(struct server *server)
{
    server_on(server, "GET", CHECKOUT_LEASES,
              LISTING(server, {.id = LEASE_ONE, .runtime = CHECKOUT}, made));
}

static void created(struct server *server, const struct request *request, void *context)
{
    (void)request, (void)context;
    list_both(server);
}

static uint64_t rotate(struct viewer *viewer)
{
    const struct identity lease = world_lease(CHECKOUT, LEASE_ONE);
    uint64_t id = client_rotate(viewer->client, &lease, "cdp", 900, "{\"a\":1}");
    assert_int_not_equal(id, 0);
    return id;
}

/* The world, and what a create there is answered. */
static struct viewer *open(struct stage *stage, struct answer answer)
{
    struct viewer *viewer = stage_open(stage, 20);
    server_on(stage->server, "POST", CHECKOUT_LEASES, answer);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    return viewer;
}

static struct answer whole(struct stage *stage)
{
    return ANSWER_MADE(200, contract_created(server_now(stage->server), &made), .before = created);
}

static void test_first_the_new_one_then_the_old_one(void **state)
{
    struct stage *stage = *state;
    struct answer answer = whole(stage);
    answer.hold = true;
    struct viewer *viewer = open(stage, answer);
    uint64_t id = rotate(viewer);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id + 1, INTENT_HELD));
    assert_string_equal(viewer_intent(viewer, id)->replaces, LEASE_ONE);
    assert_int_equal(viewer_intent(viewer, id + 1)->waits, id);
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 0);
    server_release(stage->server, "POST", "**");
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->phase, INTENT_DONE);
    assert_string_equal(message->replaces, LEASE_ONE);
    assert_false(message->stays);
    message_free(message);
    message = viewer_message(viewer, MESSAGE_WRITE, id + 1);
    assert_int_equal(message->phase, INTENT_DONE);
    assert_int_equal(message->waits, id);
    assert_string_equal(message->identity.lease_id, LEASE_ONE);
    message_free(message);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_ONE) == LEASE_REVOKED);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, MADE_ID), SECRET_HELD);
    assert_int_equal(server_count(stage->server, "POST", "**"), 1);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 1);
    assert_string_equal(server_last(stage->server, "POST", "**")->body,
                        "{\"protocol\":\"cdp\",\"ttlSeconds\":900,\"options\":{\"a\":1}}");
}

/* Answers after which the old lease must stay, and what the create came to. */
static const struct {
    const char *name;
    struct answer answer;
    enum intent_phase phase;
} failures[] = {
    {"rotate: quota", {.status = 402, .body = "{}"}, INTENT_FAILED},
    {"rotate: busy", {.status = 409, .body = "{}"}, INTENT_FAILED},
    {"rotate: rate-limited", {.status = 429, .body = "{}"}, INTENT_FAILED},
    {"rotate: cut", {.until = UNTIL_START, .end = END_CLOSE}, INTENT_UNKNOWN},
    {"rotate: server error", {.status = 500}, INTENT_UNKNOWN},
    {"rotate: unreadable", {.body = "<html>"}, INTENT_UNKNOWN},
};

static void test_the_old_one_stays(void **state)
{
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(failures); i++) {
        struct viewer *viewer = open(stage, failures[i].answer);
        uint64_t id = rotate(viewer);
        struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
        if (message->phase != failures[i].phase)
            fail_msg("%s: phase %d", failures[i].name, (int)message->phase);
        assert_int_equal(message->stays, failures[i].phase == INTENT_FAILED);
        message_free(message);
        stage_pass_time(3);
        assert_int_equal(server_count(stage->server, "DELETE", "**"), 0);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

static void test_without_an_endpoint_the_old_one_stays(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer =
        open(stage, ANSWER_MADE(200, contract_lease(server_now(stage->server), &made)));
    uint64_t id = rotate(viewer);
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->phase, INTENT_DONE);
    assert_true(message->stays);
    message_free(message);
    stage_pass_time(3);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 0);
}

static const struct answer lost = {.until = UNTIL_START, .end = END_CLOSE};

static void test_found_without_its_endpoint_the_old_one_stays(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage, lost);
    uint64_t id = rotate(viewer);
    viewer_expect(viewer, id, INTENT_UNKNOWN, false);
    list_both(stage->server);
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->phase, INTENT_DONE);
    assert_true(message->found && message->stays);
    message_free(message);
    stage_pass_time(3);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 0);
}

static void test_once_at_a_time(void **state)
{
    struct stage *stage = *state;
    struct answer answer = whole(stage);
    answer.hold = true;
    struct viewer *viewer = open(stage, answer);
    uint64_t id = rotate(viewer);
    rotate(viewer);
    struct message *notice = viewer_message(viewer, MESSAGE_NOTICE, 0);
    assert_string_equal(notice->sentence, "it is being rotated already");
    message_free(notice);
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
    server_release(stage->server, "POST", "**");
    viewer_expect(viewer, id + 1, INTENT_DONE, false);
    assert_int_equal(server_count(stage->server, "POST", "**"), 1);
}

/* Quitting in the middle: what was confirmed goes on for a moment, both halves of it. */
static void test_quitting_finishes_it(void **state)
{
    struct stage *stage = *state;
    struct answer answer = whole(stage);
    answer.drip_ms = 1;
    answer.drip_bytes = 8;
    struct viewer *viewer = open(stage, answer);
    rotate(viewer);
    client_stop(viewer->client, VIEWER_PATIENCE_MS);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 1);
}

/* ---- lost creates */

static uint64_t lose(struct stage *stage, uint64_t *id)
{
    struct viewer *viewer = open(stage, lost);
    *id = viewer_create(viewer, 900, NULL);
    viewer_expect(viewer, *id, INTENT_UNKNOWN, false);
    return *id;
}

static void test_revoke_as_soon_as_it_appears(void **state)
{
    struct stage *stage = *state;
    uint64_t id = lose(stage, &id);
    uint64_t revoke = client_resolve(stage->viewer->client, id, RESOLVE_REVOKE);
    VIEWER_UNTIL(stage->viewer, viewer_phase(stage->viewer, revoke, INTENT_HELD));
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 0);
    list_both(stage->server);
    viewer_expect(stage->viewer, id, INTENT_DONE, true);
    viewer_expect(stage->viewer, revoke, INTENT_DONE, false);
    assert_int_equal(server_count(stage->server, "DELETE", CONNECTIONS(OPS, CHECKOUT) "/" MADE_ID),
                     1);
}

static void test_keep_it_when_it_appears(void **state)
{
    struct stage *stage = *state;
    uint64_t id = lose(stage, &id);
    client_resolve(stage->viewer->client, id, RESOLVE_REVOKE);
    assert_int_equal(client_resolve(stage->viewer->client, id, RESOLVE_KEEP), id);
    viewer_fence(stage->viewer);
    list_both(stage->server);
    viewer_expect(stage->viewer, id, INTENT_DONE, true);
    stage_pass_time(3);
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 0);
}

static void test_create_again(void **state)
{
    struct stage *stage = *state;
    uint64_t id = lose(stage, &id);
    server_on(stage->server, "POST", CHECKOUT_LEASES, whole(stage));
    uint64_t again = client_resolve(stage->viewer->client, id, RESOLVE_AGAIN);
    viewer_expect(stage->viewer, again, INTENT_DONE, false);
    assert_int_equal(server_count(stage->server, "POST", "**"), 2);
    assert_string_equal(server_last(stage->server, "POST", "**")->body,
                        "{\"protocol\":\"cdp\",\"ttlSeconds\":900}");
    rotate(stage->viewer); /* a number of its own */
    assert_true(viewer_phase(stage->viewer, id, INTENT_UNKNOWN));
}

static void test_what_is_known_cannot_be_resolved(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage, whole(stage));
    uint64_t id = viewer_create(viewer, 0, NULL);
    viewer_expect(viewer, id, INTENT_DONE, false);
    client_resolve(viewer->client, id, RESOLVE_REVOKE);
    message_free(viewer_message(viewer, MESSAGE_NOTICE, 0));
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 0);
}

/* ---- the focus */

static void test_without_the_focus_lists_are_asked_seldomer(void **state)
{
    enum { INTERVAL_MS = 60, ROUNDS = 8 };
    struct stage *stage = *state;
    world_serve_small(stage->server);
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = INTERVAL_MS;
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    assert_true(client_focus(viewer->client, false));
    VIEWER_UNTIL(viewer, viewer_runtime(viewer, CHECKOUT)->state.pace_ms == INTERVAL_MS * 3);
    size_t seen = server_count(stage->server, "GET", CHECKOUT_LEASES) + 1;
    VIEWER_UNTIL(viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) > seen + ROUNDS);
    assert_true(world_gap_ms(stage->server, "GET", CHECKOUT_LEASES, seen, seen + ROUNDS) >=
                ROUNDS * INTERVAL_MS * 2);
}

static void test_with_the_focus_they_are_asked_at_once(void **state)
{
    struct stage *stage = *state;
    world_serve_small(stage->server);
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = VIEWER_PATIENCE_MS;
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    client_focus(viewer->client, false);
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) == 2);
    client_focus(viewer->client, true);
    VIEWER_UNTIL(viewer, viewer_runtime(viewer, CHECKOUT)->state.pace_ms == VIEWER_PATIENCE_MS);
    assert_true(viewer_runtime(viewer, CHECKOUT)->state.retry_ms <=
                clock_boot_now_ms() + VIEWER_PATIENCE_MS);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_first_the_new_one_then_the_old_one),
    STAGED(test_the_old_one_stays),
    STAGED(test_without_an_endpoint_the_old_one_stays),
    STAGED(test_found_without_its_endpoint_the_old_one_stays),
    STAGED(test_once_at_a_time),
    STAGED(test_quitting_finishes_it),
    STAGED(test_revoke_as_soon_as_it_appears),
    STAGED(test_keep_it_when_it_appears),
    STAGED(test_create_again),
    STAGED(test_what_is_known_cannot_be_resolved),
    STAGED(test_without_the_focus_lists_are_asked_seldomer),
    STAGED(test_with_the_focus_they_are_asked_at_once),
};

int main(void)
{
    return cmocka_run_group_tests_name("rotate", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
