/* A create whose answer is lost goes over the wire once, whatever happens, also by the hand of the
 * library underneath; lists tell what became of it. */
#include "tests/contract/deaf.h"
#include "tests/contract/stage.h"

#define MADE_ID UUID("99999999")

enum { SHORT_MS = 300 };

/* Made a second from now, so that rounding never makes it older than its request. */
static const struct contract_lease made = {.id = MADE_ID, .runtime = CHECKOUT, .age_s = -1};

/* ---- A create without an answer */

struct loss {
    const char *name;
    struct answer answer;
    enum trouble_kind kind;
};

static const struct loss losses[] = {
    {"create: closed", {.until = UNTIL_START, .end = END_CLOSE}, TROUBLE_CUT},
    {"create: reset", {.until = UNTIL_START, .end = END_RESET}, TROUBLE_CUT},
    {"create: cut in the header",
     {.body = "{}", .until = UNTIL_HEADER, .end = END_CLOSE},
     TROUBLE_CUT},
    {"create: cut in a refusal's header",
     {.status = 409, .body = "{}", .until = UNTIL_HEADER, .end = END_CLOSE},
     TROUBLE_CUT},
    {"create: cut in the body", {.body = "{\"id\":\"x\"}", .until = UNTIL_BODY}, TROUBLE_CUT},
    {"create: never answered", {.until = UNTIL_START, .end = END_STALL}, TROUBLE_SLOW},
    {"create: never answered to the end", {.body = "{}", .hold_body = true}, TROUBLE_SLOW},
    {"create: 500", {.status = 500}, TROUBLE_SERVER},
    {"create: 502 of a proxy",
     {.status = 502, .type = "text/html", .body = "<html>"},
     TROUBLE_SERVER},
    {"create: 503", {.status = 503, .headers = "Retry-After: 0\r\n"}, TROUBLE_SERVER},
    {"create: a redirect", {.status = 302}, TROUBLE_REJECTED},
    {"create: 408 of a proxy", {.status = 408}, TROUBLE_REJECTED},
    {"create: 425", {.status = 425}, TROUBLE_REJECTED},
    {"create: 499 of a proxy", {.status = 499}, TROUBLE_REJECTED},
    {"create: a part of a success", {.status = 206, .body = "{\"id\":\"x\"}"}, TROUBLE_UNREADABLE},
    {"create: a success that cannot be read", {.body = "<html>"}, TROUBLE_UNREADABLE},
    {"create: a success without an id", {.body = "{\"status\":\"active\"}"}, TROUBLE_UNREADABLE},
    {"create: an empty success", {.status = 201}, TROUBLE_UNREADABLE},
    {"create: too large a success", {.body = " ", .body_fill = 20u << 20}, TROUBLE_TOO_MUCH},
    {"create: not HTTP", {.raw = "OK\r\n"}, TROUBLE_UNREADABLE},
};

static struct viewer *open_losing(struct stage *stage, const struct loss *loss, int surfaces_ms)
{
    struct client_options options = viewer_options(stage->server);
    options.surfaces_ms = surfaces_ms;
    if (loss->kind == TROUBLE_SLOW)
        options.write_timeout_ms = SHORT_MS;
    world_serve(stage->server);
    server_on(stage->server, "POST", CHECKOUT_LEASES, loss->answer);
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
    return stage->viewer;
}

/* A list shows it: it was made, and its secret went with the answer. */
static void test_found_by_a_list(void **state)
{
    struct stage *stage = *state;
    const struct loss *loss = stage->given;
    struct viewer *viewer = open_losing(stage, loss, VIEWER_PATIENCE_MS);
    uint64_t id = viewer_create(viewer, 0, NULL);
    viewer_expect(viewer, id, INTENT_UNKNOWN, false);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_UNKNOWN));
    assert_int_equal(viewer_intent(viewer, id)->trouble->kind, loss->kind);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              LISTING(stage->server, {.id = LEASE_ONE, .runtime = CHECKOUT}, made));
    viewer_expect(viewer, id, INTENT_DONE, true);
    assert_string_equal(viewer_intent(viewer, id)->lease.lease_id, MADE_ID);
    VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_LOST);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, LEASE_ONE), SECRET_NEVER);
    assert_int_equal(server_count(stage->server, "POST", "**"), 1);
}

/* The next message about it. */
static struct message *told(struct viewer *viewer, uint64_t id)
{
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->intent, INTENT_CREATE);
    return message;
}

/* No list shows it in time: that is told once, and it is not known to have failed. What a list
 * shows later still is it. */
static void test_not_found_by_any_list(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_losing(stage, &losses[0], SHORT_MS * 2);
    long long asked_ms = support_now_ms();
    uint64_t id = viewer_create(viewer, 0, NULL);
    viewer_expect(viewer, id, INTENT_UNKNOWN, false);
    struct message *message = told(viewer, id);
    assert_int_equal(message->phase, INTENT_UNKNOWN);
    assert_true(message->unseen);
    message_free(message);
    assert_true(support_now_ms() - asked_ms >= SHORT_MS * 2);
    stage_pass_time(3);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_UNKNOWN));
    assert_true(viewer_intent(viewer, id)->unseen);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              LISTING(stage->server, {.id = LEASE_ONE, .runtime = CHECKOUT}, made));
    viewer_expect(viewer, id, INTENT_DONE, true);
    assert_int_equal(server_count(stage->server, "POST", "**"), 1);
}

static void test_not_found_and_dismissed(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_losing(stage, &losses[0], SHORT_MS * 2);
    uint64_t id = viewer_create(viewer, 0, NULL);
    viewer_expect(viewer, id, INTENT_UNKNOWN, false);
    client_dismiss(viewer->client); /* too early: lists have not had their say */
    message_free(told(viewer, id));
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_UNKNOWN));
    client_dismiss(viewer->client);
    VIEWER_UNTIL(viewer, viewer_intent(viewer, id) == NULL);
}

/* Somebody else made one at the same time: nothing tells which is ours, so none is. */
static void test_a_stranger_like_it(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_losing(stage, &losses[0], VIEWER_PATIENCE_MS);
    uint64_t id = viewer_create(viewer, 0, NULL);
    viewer_expect(viewer, id, INTENT_UNKNOWN, false);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              LISTING(stage->server, {.id = "stranger", .runtime = CHECKOUT, .age_s = -1}, made));
    struct message *message = told(viewer, id);
    assert_int_equal(message->phase, INTENT_UNKNOWN);
    assert_int_equal(message->could_be, 2);
    message_free(message);
    VIEWER_UNTIL(viewer, viewer_lease(viewer, MADE_ID) != NULL);
    assert_int_equal(viewer_intent(viewer, id)->could_be, 2);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, MADE_ID), SECRET_NEVER);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, "stranger"), SECRET_NEVER);
}

/* The library repeats what it sends over a kept connection that turns out to be closed. */
static void test_a_kept_connection_is_not_used_for_a_create(void **state)
{
    static const enum answer_end ends[] = {END_NEXT, END_CLOSE};
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct client_options options = viewer_options(stage->server);
        options.interval_ms = 600000;
        world_serve_small(stage->server);
        server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .end = ends[i]));
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(server_now(stage->server), &made)));
        struct viewer *viewer = stage->viewer = viewer_open(&options);
        viewer_wait_ready(viewer);
        size_t posts = server_count(stage->server, "POST", "**");
        size_t connections = server_connections(stage->server);
        uint64_t id = viewer_create(viewer, 0, NULL);
        viewer_expect(viewer, id, INTENT_DONE, false);
        assert_int_equal(server_count(stage->server, "POST", "**"), posts + 1);
        assert_int_equal(server_last(stage->server, "POST", "**")->connection, connections + 1);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

/* What did not leave this machine cannot have been done. */
static void test_refused_it_was_not_sent(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_down(stage->server);
    uint64_t id = viewer_create(viewer, 0, NULL);
    viewer_expect(viewer, id, INTENT_FAILED, false);
    server_on(stage->server, "POST", CHECKOUT_LEASES, ANSWER_STATUS(500));
    server_up(stage->server);
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_NONE);
    stage_pass_time(3);
    assert_int_equal(server_count(stage->server, "POST", "**"), 0);
}

static void test_without_a_connection_it_was_not_sent(void **state)
{
    struct stage *stage = *state;
    struct deaf deaf;
    deaf_init(&deaf);
    struct client_options options = viewer_options(stage->server);
    options.base_url = deaf.url;
    options.connect_timeout_ms = SHORT_MS;
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    uint64_t id = viewer_create(viewer, 0, NULL);
    viewer_expect(viewer, id, INTENT_FAILED, false);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_FAILED));
    assert_int_equal(viewer_intent(viewer, id)->trouble->kind, TROUBLE_TIMEOUT);
    deaf_clear(&deaf);
}

/* Each finds one of its own, and neither takes what somebody else made. */
static void test_two_lost_creates_and_a_stranger(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_losing(stage, &losses[0], VIEWER_PATIENCE_MS);
    uint64_t one = viewer_create(viewer, 0, NULL);
    uint64_t two = viewer_create(viewer, 0, NULL);
    viewer_expect(viewer, one, INTENT_UNKNOWN, false);
    viewer_expect(viewer, two, INTENT_UNKNOWN, false);
    const struct contract_lease listed[] = {
        {.id = LEASE_ONE, .runtime = CHECKOUT},
        {.id = "older", .runtime = CHECKOUT, .age_s = 30},
        {.id = "other-protocol", .runtime = CHECKOUT, .age_s = -1, .protocol = "vnc"},
        {.id = "made-1", .runtime = CHECKOUT, .age_s = -1},
        {.id = "made-2", .runtime = CHECKOUT, .age_s = -1},
        {.id = NULL},
    };
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(server_now(stage->server), listed)));
    viewer_expect(viewer, one, INTENT_DONE, true);
    viewer_expect(viewer, two, INTENT_DONE, true);
    VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, "made-1") == SECRET_LOST &&
                             viewer_secret(viewer, CHECKOUT, "made-2") == SECRET_LOST);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, "older"), SECRET_NEVER);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, "other-protocol"), SECRET_NEVER);
    assert_int_equal(server_count(stage->server, "POST", "**"), 2);
}

/* Nothing that stopping waits for could still tell. */
static void test_an_unknown_create_does_not_hold_up_the_end(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_losing(stage, &losses[0], VIEWER_PATIENCE_MS);
    uint64_t id = viewer_create(viewer, 0, NULL);
    viewer_expect(viewer, id, INTENT_UNKNOWN, false);
    long long stopped_ms = support_now_ms();
    client_stop(viewer->client, VIEWER_PATIENCE_MS);
    assert_true(support_now_ms() - stopped_ms < VIEWER_PATIENCE_MS / 2);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        STAGED(test_not_found_by_any_list),
        STAGED(test_not_found_and_dismissed),
        STAGED(test_a_stranger_like_it),
        STAGED(test_a_kept_connection_is_not_used_for_a_create),
        STAGED(test_refused_it_was_not_sent),
        STAGED(test_without_a_connection_it_was_not_sent),
        STAGED(test_two_lost_creates_and_a_stranger),
        STAGED(test_an_unknown_create_does_not_hold_up_the_end),
    };
    struct CMUnitTest tests[COUNT(losses) + COUNT(others)];
    for (size_t i = 0; i < COUNT(losses); i++)
        tests[i] = (struct CMUnitTest)STAGED_WITH(test_found_by_a_list, (&losses[i]));
    memcpy(tests + COUNT(losses), others, sizeof others);
    return cmocka_run_group_tests_name("lost creates", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
