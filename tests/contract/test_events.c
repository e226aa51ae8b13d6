/* What happened between two answers, as it is told: in order, once, and behind the snapshot that
 * shows it. */
#include "tests/contract/stage.h"

#define MADE_ID UUID("99999999")

/* The next event about a thing, which must be this; cleared by the caller. */
static struct message *expect(struct viewer *viewer, enum event_kind kind, const char *id)
{
    struct message *message = viewer_message(viewer, MESSAGE_EVENT, 0);
    const struct identity *about = &message->identity;
    const char *last = *about->lease_id != '\0'     ? about->lease_id
                       : *about->runtime_id != '\0' ? about->runtime_id
                                                    : about->space_id;
    if (message->event.kind != kind || strcmp(last, id) != 0)
        fail_msg("%s of %s, and not %s of %s", event_word(message->event.kind), last,
                 event_word(kind), id);
    return message;
}

static void expect_only(struct viewer *viewer, enum event_kind kind, const char *id)
{
    message_free(expect(viewer, kind, id));
}

/* Nothing was told that nobody asked for. */
static void expect_nothing(struct viewer *viewer)
{
    viewer_fence(viewer);
    for (const struct message *one = viewer->first; one != NULL; one = one->next) {
        if (one->kind == MESSAGE_EVENT)
            fail_msg("told: %s of %s", event_word(one->event.kind), one->identity.lease_id);
    }
}

/* The world, with leases that have no end: one that is listed anew would have another. */
static void serve_endless(struct server *server)
{
    contract_serve(
        server, SPACES({.id = OPS, .name = "ops"}),
        RUNTIMES({.id = CHECKOUT, .name = "checkout"}, {.id = NIGHTLY, .name = "nightly"}),
        LEASES({.id = LEASE_ONE, .runtime = CHECKOUT, .endless = true},
               {.id = LEASE_TWO, .runtime = NIGHTLY, .endless = true}));
}

static struct viewer *open(struct stage *stage)
{
    serve_endless(stage->server);
    stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(stage->viewer);
    return stage->viewer;
}

static void rounds(struct stage *stage, size_t more)
{
    size_t seen = server_count(stage->server, "GET", CHECKOUT_LEASES);
    VIEWER_UNTIL(stage->viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) >= seen + more);
}

static void test_the_first_answers_tell_nothing(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage);
    rounds(stage, 6);
    expect_nothing(viewer);
}

static void test_made_by_somebody_else(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              LISTING(stage->server, {.id = LEASE_ONE, .runtime = CHECKOUT, .endless = true},
                      {.id = MADE_ID, .runtime = CHECKOUT, .age_s = 7}));
    struct message *message = expect(viewer, EVENT_LEASE_MADE, MADE_ID);
    /* What it tells is shown already. */
    assert_non_null(viewer_lease(viewer, MADE_ID));
    assert_string_equal(message->identity.space_id, OPS);
    assert_string_equal(message->identity.runtime_id, CHECKOUT);
    assert_string_equal(message->runtime_name, "checkout");
    assert_string_equal(message->space_name, "ops");
    assert_string_equal(message->event.after, "cdp");
    int64_t age_ms = message->event.seen_ms - message->event.when_ms;
    assert_true(age_ms >= 4000 && age_ms <= 7000 + VIEWER_PATIENCE_MS);
    message_free(message);
    rounds(stage, 4);
    expect_nothing(viewer);
}

/* What ends a lease, and what is said of it. */
static const struct {
    struct contract_lease lease;
    enum event_kind kind;
} ends[] = {
    {{.id = LEASE_ONE, .runtime = CHECKOUT, .endless = true, .revoked_s = 1}, EVENT_LEASE_REVOKED},
    {{.id = LEASE_ONE, .runtime = CHECKOUT, .endless = true, .closed_s = 1}, EVENT_LEASE_CLOSED},
    {{.id = LEASE_ONE, .runtime = CHECKOUT, .endless = true, .status = "expired"},
     EVENT_LEASE_EXPIRED},
    {{.id = UUID("00000000"), .runtime = CHECKOUT}, EVENT_LEASE_ENDED}, /* not listed */
};

static void test_ends(void **state)
{
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct viewer *viewer = open(stage);
        server_on(
            stage->server, "GET", CHECKOUT_LEASES,
            ANSWER_MADE(200, contract_leases(server_now(stage->server),
                                             LEASES({.id = UUID("00000000"), .runtime = CHECKOUT},
                                                    ends[i].lease))));
        expect_only(viewer, EVENT_LEASE_MADE, UUID("00000000"));
        expect_only(viewer, ends[i].kind, LEASE_ONE);
        rounds(stage, 4);
        expect_nothing(viewer);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

static void test_status_and_expiry(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              LISTING(stage->server,
                      {.id = LEASE_ONE, .runtime = CHECKOUT, .status = "draining", .left_s = 60}));
    struct message *message = expect(viewer, EVENT_LEASE_STATUS, LEASE_ONE);
    assert_string_equal(message->event.before, "active");
    assert_string_equal(message->event.after, "draining");
    message_free(message);
    message = expect(viewer, EVENT_LEASE_EXPIRY, LEASE_ONE);
    assert_int_equal(message->event.before_ms, MOMENT_NONE);
    assert_true(moment_known(message->event.after_ms));
    message_free(message);
    rounds(stage, 4);
    expect_nothing(viewer);
}

static void test_runtimes(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage);
    contract_serve(stage->server, SPACES({.id = OPS, .name = "ops"}),
                   RUNTIMES({.id = CHECKOUT, .name = "checkout", .status = "failed"},
                            {.id = UUID("bbbbbbb3"), .name = "third"}),
                   LEASES({.id = LEASE_ONE, .runtime = CHECKOUT, .endless = true}));
    client_refresh(viewer->client);
    expect_only(viewer, EVENT_LEASE_ENDED, LEASE_TWO); /* with its runtime */
    struct message *message = expect(viewer, EVENT_RUNTIME_STATUS, CHECKOUT);
    assert_string_equal(message->event.after, "failed");
    message_free(message);
    message = expect(viewer, EVENT_RUNTIME_MADE, UUID("bbbbbbb3"));
    assert_string_equal(message->runtime_name, "third");
    message_free(message);
    message = expect(viewer, EVENT_RUNTIME_GONE, NIGHTLY);
    assert_string_equal(message->runtime_name, "nightly");
    message_free(message);
    serve_endless(stage->server);
    client_refresh(viewer->client);
    expect_only(viewer, EVENT_RUNTIME_STATUS, CHECKOUT);
    expect_only(viewer, EVENT_RUNTIME_BACK, NIGHTLY);
    expect_only(viewer, EVENT_RUNTIME_GONE, UUID("bbbbbbb3"));
    expect_only(viewer, EVENT_LEASE_BACK, LEASE_TWO);
}

static void test_what_was_not_chosen_is_not_told(void **state)
{
    struct stage *stage = *state;
    struct client_options options = viewer_options(stage->server);
    options.runtime = "checkout";
    serve_endless(stage->server);
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", CHECKOUT_LEASES, LISTING_NONE);
    server_on(stage->server, "GET", "/v1/spaces/*/runtimes",
              ANSWER_MADE(200, contract_runtimes(RUNTIMES({.id = CHECKOUT, .name = "checkout"}))));
    client_refresh(viewer->client);
    expect_only(viewer, EVENT_LEASE_ENDED, LEASE_ONE);
    rounds(stage, 4);
    expect_nothing(viewer);
}

/* ---- What is done here is told once, by the write */

static void list_made(struct server *server, const struct request *request, void *context)
{
    (void)request, (void)context;
    server_on(server, "GET", CHECKOUT_LEASES,
              LISTING(server, {.id = LEASE_ONE, .runtime = CHECKOUT, .endless = true},
                      {.id = MADE_ID, .runtime = CHECKOUT, .endless = true}));
}

static void list_none(struct server *server, const struct request *request, void *context)
{
    (void)request, (void)context;
    server_on(server, "GET", CHECKOUT_LEASES, LISTING_NONE);
}

static void test_a_create_is_told_by_its_write(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage);
    struct answer answer =
        ANSWER_MADE(200,
                    contract_created(server_now(stage->server),
                                     &(struct contract_lease){.id = MADE_ID, .runtime = CHECKOUT}),
                    .hold = true, .before = list_made, .headers = "X-Request-Id: req-7\r\n");
    server_on(stage->server, "POST", CHECKOUT_LEASES, answer);
    uint64_t id = viewer_create(viewer, 900, NULL);
    struct message *message = viewer_message(viewer, MESSAGE_EVENT, id);
    assert_int_equal(message->event.kind, EVENT_CONFIRMED);
    assert_int_equal(message->intent, INTENT_CREATE);
    assert_int_equal(message->ttl_s, 900);
    assert_string_equal(message->protocol, "cdp");
    message_free(message);
    /* The list shows it before its answer has come: whose it is nobody can tell yet. */
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
    VIEWER_UNTIL(viewer, viewer_lease(viewer, MADE_ID) != NULL);
    expect_nothing(viewer);
    server_release(stage->server, "POST", "**");
    message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->phase, INTENT_DONE);
    assert_string_equal(message->request_id, "req-7");
    assert_string_equal(message->runtime_name, "checkout");
    assert_true(message->latency_ms >= 0);
    message_free(message);
    VIEWER_UNTIL(viewer,
                 viewer_intent(viewer, id) != NULL && viewer_phase(viewer, id, INTENT_DONE));
    assert_string_equal(viewer_intent(viewer, id)->request_id, "req-7");
    rounds(stage, 6);
    expect_nothing(viewer);
}

static void test_a_revoke_is_told_by_its_write(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage);
    server_on(stage->server, "DELETE", DELETE_PATH,
              ANSWER_JSON(200, "{\"requestId\":\"req-8\"}", .before = list_none));
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    message_free(viewer_message(viewer, MESSAGE_EVENT, id));
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->phase, INTENT_DONE);
    assert_string_equal(message->request_id, "req-8");
    message_free(message);
    rounds(stage, 6);
    expect_nothing(viewer);
}

/* Its answer was lost, and a list shows it: the write says so, and nothing else does. */
static void test_a_found_lease_is_told_by_its_write(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage);
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              (struct answer){.until = UNTIL_START, .end = END_CLOSE});
    uint64_t id = viewer_create(viewer, 0, NULL);
    message_free(viewer_message(viewer, MESSAGE_EVENT, id));
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->phase, INTENT_UNKNOWN);
    assert_int_equal(message->latency_ms, -1);
    message_free(message);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              LISTING(stage->server, {.id = LEASE_ONE, .runtime = CHECKOUT, .endless = true},
                      {.id = MADE_ID, .runtime = CHECKOUT, .age_s = -1}));
    viewer_expect(viewer, id, INTENT_DONE, true);
    rounds(stage, 6);
    expect_nothing(viewer);
}

/* What others did while a write here was under way is told when that has been answered. */
static void test_nothing_is_lost_while_a_write_is_under_way(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open(stage);
    server_on(
        stage->server, "POST", CHECKOUT_LEASES,
        ANSWER_MADE(409, contract_error("runtime.controller_busy", "busy", "req-9"), .hold = true));
    uint64_t id = viewer_create(viewer, 0, NULL);
    message_free(viewer_message(viewer, MESSAGE_EVENT, id));
    assert_true(server_wait_held(stage->server, 1, VIEWER_PATIENCE_MS));
    list_none(stage->server, NULL, NULL);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_ONE) == LEASE_ENDED);
    expect_nothing(viewer);
    server_release(stage->server, "POST", "**");
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->phase, INTENT_FAILED);
    assert_string_equal(message->request_id, "req-9");
    message_free(message);
    expect_only(viewer, EVENT_LEASE_ENDED, LEASE_ONE);
}

/* ---- Too much at once */

static void test_a_flood_says_so_and_keeps_writes(void **state)
{
    enum { LEASES_MADE = LIMIT_EVENTS + 100 };
    struct stage *stage = *state;
    struct viewer *viewer = open(stage);
    struct contract_lease *leases = calloc(LEASES_MADE + 1, sizeof *leases);
    for (size_t i = 0; i < LEASES_MADE; i++)
        leases[i] = (struct contract_lease){.id = contract_format("l-%zu", i), .runtime = CHECKOUT};
    /* Nobody takes anything meanwhile. */
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(server_now(stage->server), leases)));
    size_t asked = server_count(stage->server, "GET", CHECKOUT_LEASES);
    assert_true(server_wait(stage->server, "GET", CHECKOUT_LEASES, asked + 3, VIEWER_PATIENCE_MS));
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    uint64_t id = viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    viewer_expect(viewer, id, INTENT_DONE, false);
    assert_true(viewer->overflowed);
    size_t events = 0;
    for (const struct message *one = viewer->first; one != NULL; one = one->next)
        events += one->kind == MESSAGE_EVENT;
    assert_in_range(events, LIMIT_EVENTS, LIMIT_EVENTS + 1);
    for (size_t i = 0; i < LEASES_MADE; i++)
        free((char *)leases[i].id);
    free(leases);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_the_first_answers_tell_nothing),
    STAGED(test_made_by_somebody_else),
    STAGED(test_ends),
    STAGED(test_status_and_expiry),
    STAGED(test_runtimes),
    STAGED(test_what_was_not_chosen_is_not_told),
    STAGED(test_a_create_is_told_by_its_write),
    STAGED(test_a_revoke_is_told_by_its_write),
    STAGED(test_a_found_lease_is_told_by_its_write),
    STAGED(test_nothing_is_lost_while_a_write_is_under_way),
    STAGED(test_a_flood_says_so_and_keeps_writes),
};

int main(void)
{
    return cmocka_run_group_tests_name("events", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
