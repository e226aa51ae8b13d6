/* Creating and revoking when all goes well, and when it is refused: what goes over the wire, how
 * often, and what is known afterwards. What goes wrong on the way is in test_lost.c. */
#include "tests/contract/viewer.h"

#include <jansson.h>

#define MADE_ID UUID("99999999")

static const struct contract_lease made = {.id = MADE_ID, .runtime = CHECKOUT, .age_s = -1};

static struct viewer *open_ready(struct stage *stage, int interval_ms)
{
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = interval_ms;
    world_serve(stage->server);
    stage->viewer = viewer_open(&options);
    viewer_wait_ready(stage->viewer);
    return stage->viewer;
}

static uint64_t create(struct viewer *viewer, int ttl_s, const char *options)
{
    const struct identity runtime = lease_in(CHECKOUT, "");
    uint64_t id = client_create(viewer->client, &runtime, "cdp", ttl_s, options);
    assert_int_not_equal(id, 0);
    return id;
}

static uint64_t revoke(struct viewer *viewer, const char *runtime, const char *lease,
                       int64_t grace_ms)
{
    const struct identity identity = lease_in(runtime, lease);
    uint64_t id = client_revoke(viewer->client, &identity, grace_ms);
    assert_int_not_equal(id, 0);
    return id;
}

static struct endpoint *copied(struct viewer *viewer, const char *lease)
{
    const struct identity identity = lease_in(CHECKOUT, lease);
    assert_true(client_secret(viewer->client, &identity, 77));
    struct message *message = viewer_message(viewer, MESSAGE_ENDPOINT, 77);
    struct endpoint *endpoint = message->endpoint;
    message->endpoint = NULL;
    assert_int_equal(identity_compare(&message->identity, &identity), 0);
    message_free(message);
    return endpoint;
}

/* ---- Creating */

static void assert_body(const struct request *request, const char *expected)
{
    json_t *sent = json_loadb(request->body, request->body_size, 0, NULL);
    json_t *wanted = json_loads(expected, 0, NULL);
    assert_non_null(wanted);
    if (sent == NULL || !json_equal(sent, wanted))
        fail_msg("sent %s and not %s", request->body, expected);
    json_decref(sent);
    json_decref(wanted);
}

static void test_the_body_is_what_was_asked_for(void **state)
{
    static const struct {
        int ttl_s;
        const char *options, *body;
    } cases[] = {
        {0, NULL, "{\"protocol\":\"cdp\"}"},
        {900, NULL, "{\"protocol\":\"cdp\",\"ttlSeconds\":900}"},
        {0, "{}", "{\"protocol\":\"cdp\",\"options\":{}}"},
        {60, "{\"a\":[1,null,\"\\u00e9\"],\"b\":{\"c\":true}}",
         "{\"protocol\":\"cdp\",\"ttlSeconds\":60,"
         "\"options\":{\"a\":[1,null,\"\\u00e9\"],\"b\":{\"c\":true}}}"},
    };
    struct stage *stage = *state;
    struct viewer *viewer = open_ready(stage, 600000);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *id = contract_format("made-%zu", i);
        struct contract_lease lease = made;
        lease.id = id;
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(server_now(stage->server), &lease)));
        uint64_t write = create(viewer, cases[i].ttl_s, cases[i].options);
        VIEWER_UNTIL(viewer, viewer_phase(viewer, write, INTENT_DONE));
        const struct request *post = server_last(stage->server, "POST", "**");
        assert_string_equal(post->target, CHECKOUT_LEASES);
        assert_string_equal(request_header(post, "content-type"), "application/json");
        assert_string_equal(request_header(post, "authorization"), "Bearer " VIEWER_KEY);
        assert_null(request_header(post, "expect"));
        assert_body(post, cases[i].body);
        free(id);
    }
    assert_int_equal(server_count(stage->server, "POST", "**"), COUNT(cases));
}

/* Options that are no object are refused here; nothing is sent. */
static void test_options_that_are_none_are_not_sent(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_ready(stage, 20);
    uint64_t id = create(viewer, 0, "[1,2]");
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_FAILED));
    assert_int_equal(server_count(stage->server, "POST", "**"), 0);
}

static void test_a_created_lease_is_there_at_once(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_ready(stage, 600000);
    server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(server_now(stage->server), &made)));
    uint64_t id = create(viewer, 900, NULL);
    struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
    assert_int_equal(message->intent, INTENT_CREATE);
    assert_int_equal(message->phase, INTENT_DONE);
    assert_string_equal(message->identity.lease_id, MADE_ID);
    assert_string_equal(message->identity.runtime_id, CHECKOUT);
    assert_false(message->found);
    assert_null(message->trouble);
    message_free(message);

    /* The snapshot that shows it came before the message: no list was needed. */
    assert_int_equal(viewer_state(viewer, MADE_ID), LEASE_ACTIVE);
    assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
    assert_string_equal(viewer_intent(viewer, id)->lease.lease_id, MADE_ID);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, MADE_ID), SECRET_HELD);
    struct endpoint *endpoint = copied(viewer, MADE_ID);
    assert_non_null(endpoint);
    assert_int_equal(endpoint_type(endpoint), ENDPOINT_WEBSOCKET);
    assert_int_equal(endpoint_count(endpoint), 1);
    assert_string_equal(endpoint_field(endpoint, 0).text,
                        "wss://live.example.test/" MADE_ID "?token=shown-once");
    endpoint_free(endpoint);
}

/* What is copied is what was sent, byte by byte. */
static void test_every_endpoint_is_kept_exactly(void **state)
{
    static const struct {
        const char *json;
        enum endpoint_type type;
        const char *fields[5]; /* name, then text, ... */
    } cases[] = {
        {"{\"type\":\"websocket\",\"url\":\"wss://h.test/a%20b?t=\\u00e9\\u4e2d&x=\\\"y\\\"#f\"}",
         ENDPOINT_WEBSOCKET,
         {"url", "wss://h.test/a%20b?t=\u00e9\u4e2d&x=\"y\"#f"}},
        {"{\"baseUrl\":\"https://h.test/p/\",\"type\":\"http\"}",
         ENDPOINT_HTTP,
         {"baseUrl", "https://h.test/p/"}},
        {"{\"type\":\"composite\",\"endpoints\":{\"live\":{\"type\":\"websocket\",\"url\":\"w://"
         "x\"}}}",
         ENDPOINT_COMPOSITE,
         {"live.url", "w://x"}},
    };
    struct stage *stage = *state;
    struct viewer *viewer = open_ready(stage, 600000);
    server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *id = contract_format("made-%zu", i);
        struct contract_lease lease = made;
        lease.id = id;
        lease.endpoint = cases[i].json;
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(server_now(stage->server), &lease)));
        uint64_t write = create(viewer, 0, NULL);
        VIEWER_UNTIL(viewer, viewer_phase(viewer, write, INTENT_DONE));
        struct endpoint *endpoint = copied(viewer, id);
        assert_non_null(endpoint);
        assert_int_equal(endpoint_type(endpoint), cases[i].type);
        assert_string_equal(endpoint_field(endpoint, 0).name, cases[i].fields[0]);
        assert_string_equal(endpoint_field(endpoint, 0).text, cases[i].fields[1]);
        endpoint_free(endpoint);
        free(id);
    }
}

/* A refusal is an answer: it failed, it says why, and nothing is looked for. */
static void test_a_refused_create_has_failed(void **state)
{
    static const struct {
        int status;
        const char *headers;
        enum trouble_kind kind;
    } cases[] = {
        {400, NULL, TROUBLE_REJECTED}, {401, NULL, TROUBLE_UNAUTHORISED},
        {402, NULL, TROUBLE_QUOTA},    {403, NULL, TROUBLE_FORBIDDEN},
        {404, NULL, TROUBLE_GONE},     {409, NULL, TROUBLE_CONFLICT},
        {413, NULL, TROUBLE_REJECTED}, {429, "Retry-After: 0\r\n", TROUBLE_LIMITED},
        {302, NULL, TROUBLE_REJECTED},
    };
    struct stage *stage = *state;
    struct viewer *viewer = open_ready(stage, 20);
    for (size_t i = 0; i < COUNT(cases); i++) {
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(cases[i].status, contract_error("some.code", "no", "r-1"),
                              .headers = cases[i].headers));
        uint64_t id = create(viewer, 0, NULL);
        struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
        assert_int_equal(message->phase, INTENT_FAILED);
        assert_int_equal(message->trouble->kind, cases[i].kind);
        assert_int_equal(message->trouble->http_status, cases[i].status);
        assert_string_equal(message->trouble->code, "some.code");
        assert_string_equal(message->trouble->request_id, "r-1");
        assert_int_equal(server_count(stage->server, "POST", "**"), i + 1);
        message_free(message);
    }
    viewer_let_time_pass(5);
    assert_int_equal(server_count(stage->server, "POST", "**"), COUNT(cases));
}

static void test_a_failed_one_is_shown_until_dismissed(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_ready(stage, 20);
    server_on(stage->server, "POST", CHECKOUT_LEASES, ANSWER_STATUS(402));
    uint64_t id = create(viewer, 0, NULL);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_FAILED));
    assert_true(client_dismiss(viewer->client));
    VIEWER_UNTIL(viewer, viewer_intent(viewer, id) == NULL);
}

static void test_read_only_sends_nothing_but_get(void **state)
{
    struct stage *stage = *state;
    struct client_options options = viewer_options(stage->server);
    options.read_only = true;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    uint64_t ids[] = {create(viewer, 0, NULL), revoke(viewer, CHECKOUT, LEASE_ONE, 0),
                      revoke(viewer, CHECKOUT, LEASE_ONE, 30)};
    static const char *const words[] = {"create is off", "revoke is off", "revoke is off"};
    for (size_t i = 0; i < COUNT(ids); i++) {
        struct message *message = viewer_message(viewer, MESSAGE_WRITE, ids[i]);
        assert_int_equal(message->phase, INTENT_FAILED);
        assert_non_null(strstr(message->trouble->sentence, words[i]));
        message_free(message);
    }
    viewer_let_time_pass(3);
    assert_int_equal(server_count(stage->server, "*", "**"),
                     server_count(stage->server, "GET", "**"));
}

/* ---- Revoking */

static void test_a_revoked_lease_has_ended_at_once(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_ready(stage, 600000);
    server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
    server_on(stage->server, "DELETE", DELETE_PATH,
              ANSWER_MADE(200, contract_lease(server_now(stage->server),
                                              &(struct contract_lease){.id = LEASE_ONE,
                                                                       .runtime = CHECKOUT,
                                                                       .revoked_s = 1})));
    uint64_t id = revoke(viewer, CHECKOUT, LEASE_ONE, 0);
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

/* Answers that say less than the contract promises, or something else altogether, but are a 200. */
static void test_any_success_ends_the_row(void **state)
{
    static const struct answer answers[] = {
        {.status = 200, .body = "{}"},
        {.status = 204},
        {.status = 200, .body = "{\"id\":\"another\",\"revokedAt\":null}"},
        {.status = 200, .body = "done"},
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct viewer *viewer = open_ready(stage, 600000);
        server_on(stage->server, "DELETE", DELETE_PATH, answers[i]);
        server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
        uint64_t id = revoke(viewer, CHECKOUT, LEASE_ONE, 0);
        VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_DONE));
        assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_REVOKED);
        assert_null(viewer_lease(viewer, "another"));
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

static void test_secrets_are_wiped_when_their_lease_ends(void **state)
{
    static const struct contract_lease ends[] = {
        {.id = MADE_ID, .runtime = CHECKOUT, .revoked_s = 1},
        {.id = MADE_ID, .runtime = CHECKOUT, .closed_s = 1},
        {.id = MADE_ID, .runtime = CHECKOUT, .status = "expired"},
        {.id = UUID("00000000"), .runtime = CHECKOUT}, /* no longer listed */
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct viewer *viewer = open_ready(stage, 20);
        time_t now = server_now(stage->server);
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(now, &made)));
        server_on(stage->server, "GET", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_leases(now, LEASES(made))));
        create(viewer, 0, NULL);
        VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_HELD);
        server_on(stage->server, "GET", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_leases(now, LEASES(ends[i]))));
        VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_GONE);
        assert_null(copied(viewer, MADE_ID));
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

/* Its time is over by our reckoning, but only the server's word ends it. */
static void test_an_overdue_lease_keeps_its_secret(void **state)
{
    struct stage *stage = *state;
    struct contract_lease brief = made;
    brief.left_s = 1;
    struct viewer *viewer = open_ready(stage, 20);
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(server_now(stage->server), &brief)));
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(server_now(stage->server), LEASES(brief))));
    create(viewer, 0, NULL);
    VIEWER_UNTIL(viewer, viewer_state(viewer, MADE_ID) == LEASE_OVERDUE);
    size_t rounds = server_count(stage->server, "GET", CHECKOUT_LEASES);
    VIEWER_UNTIL(viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) >= rounds + 3);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, MADE_ID), SECRET_HELD);
}

/* ---- The grace */

static void test_nothing_is_sent_in_the_grace(void **state)
{
    enum { GRACE_MS = 400 };
    struct stage *stage = *state;
    struct viewer *viewer = open_ready(stage, 20);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    long long asked_ms = support_now_ms();
    uint64_t id = revoke(viewer, CHECKOUT, LEASE_ONE, GRACE_MS);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_GRACE));
    assert_in_range(viewer_intent(viewer, id)->due_ms - clock_boot_now_ms(), 0, GRACE_MS);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_DONE));
    assert_int_equal(server_count(stage->server, "DELETE", "**"), 1);
    assert_true(server_last(stage->server, "DELETE", "**")->at_ms - asked_ms >= GRACE_MS);
}

static void test_undone_in_the_grace_it_is_never_sent(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_ready(stage, 20);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    uint64_t undone = revoke(viewer, CHECKOUT, LEASE_ONE, 300);
    uint64_t meant = revoke(viewer, NIGHTLY, LEASE_TWO, 400);
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
    struct viewer *viewer = open_ready(stage, 20);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    uint64_t id = revoke(viewer, CHECKOUT, LEASE_ONE, 3600 * 1000);
    uint64_t undone = revoke(viewer, NIGHTLY, LEASE_TWO, 3600 * 1000);
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
    struct viewer *viewer = open_ready(stage, 600000);
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}", .hold = true));
    server_on(stage->server, "POST", NIGHTLY_LEASES, ANSWER_STATUS(409, .hold = true));
    const struct identity nightly = lease_in(NIGHTLY, "");
    uint64_t last = 0;
    for (int i = 0; i < WRITES - 1; i++) {
        char *id = contract_format("lease-%d", i);
        revoke(viewer, CHECKOUT, id, 0);
        free(id);
    }
    last = client_create(viewer->client, &nightly, "cdp", 0, NULL);
    for (size_t left = WRITES; left > 0;) {
        size_t now = left < LIMIT_WRITES ? left : LIMIT_WRITES;
        assert_true(server_wait_held(stage->server, now, VIEWER_PATIENCE_MS));
        viewer_fence(viewer);
        viewer_let_time_pass(1);
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
    struct viewer *viewer = open_ready(stage, 20);
    server_on(stage->server, "DELETE", DELETE_PATH,
              ANSWER_STATUS(429, .headers = "Retry-After: 1\r\n", .hold = true));
    for (int i = 0; i < WRITES; i++) {
        char *id = contract_format("lease-%d", i);
        ids[i] = revoke(viewer, CHECKOUT, id, 0);
        free(id);
    }
    assert_true(server_wait_held(stage->server, LIMIT_WRITES, VIEWER_PATIENCE_MS));
    server_on(stage->server, "DELETE", DELETE_PATH, ANSWER_JSON(200, "{}"));
    long long released_ms = support_now_ms();
    server_release(stage->server, "DELETE", "**");
    for (int i = 0; i < WRITES; i++)
        VIEWER_UNTIL(viewer, viewer_phase(viewer, ids[i], INTENT_DONE));
    assert_int_equal(server_count(stage->server, "DELETE", "**"), WRITES + LIMIT_WRITES);
    for (size_t i = LIMIT_WRITES; i < WRITES + LIMIT_WRITES; i++)
        assert_true(server_nth(stage->server, "DELETE", "**", i)->at_ms - released_ms >= 990);
}

/* A server that says "at once" would be asked without end. */
static void test_a_limit_of_nothing_is_a_pause_too(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = open_ready(stage, 600000);
    server_then(stage->server, "DELETE", DELETE_PATH,
                ANSWER_STATUS(429, .headers = "Retry-After: 0\r\n"), ANSWER_JSON(200, "{}"));
    uint64_t id = revoke(viewer, CHECKOUT, LEASE_ONE, 0);
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_DONE));
    assert_true(server_gap_ms(stage->server, "DELETE", "**", 0, 1) >= 490);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_the_body_is_what_was_asked_for),
    STAGED(test_options_that_are_none_are_not_sent),
    STAGED(test_a_created_lease_is_there_at_once),
    STAGED(test_every_endpoint_is_kept_exactly),
    STAGED(test_a_refused_create_has_failed),
    STAGED(test_a_failed_one_is_shown_until_dismissed),
    STAGED(test_read_only_sends_nothing_but_get),
    STAGED(test_a_revoked_lease_has_ended_at_once),
    STAGED(test_any_success_ends_the_row),
    STAGED(test_secrets_are_wiped_when_their_lease_ends),
    STAGED(test_an_overdue_lease_keeps_its_secret),
    STAGED(test_nothing_is_sent_in_the_grace),
    STAGED(test_undone_in_the_grace_it_is_never_sent),
    STAGED(test_quitting_sends_what_was_confirmed),
    STAGED(test_four_at_once),
    STAGED(test_a_limit_holds_all_revokes),
    STAGED(test_a_limit_of_nothing_is_a_pause_too),
};

int main(void)
{
    return cmocka_run_group_tests_name("writes", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
