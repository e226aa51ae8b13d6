/* Creating: what goes over the wire, what is known afterwards, and how long its endpoint is held.
 * What goes wrong on the way is in test_lost_creates.c. */
#include "tests/contract/stage.h"

#include <jansson.h>

#define MADE_ID UUID("99999999")

static const struct contract_lease made = {.id = MADE_ID, .runtime = CHECKOUT, .age_s = -1};

/* ---- Over the wire */

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
    struct viewer *viewer = stage_open(stage, 600000);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *id = contract_format("made-%zu", i);
        struct contract_lease lease = made;
        lease.id = id;
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(server_now(stage->server), &lease)));
        uint64_t write = viewer_create(viewer, cases[i].ttl_s, cases[i].options);
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
    struct viewer *viewer = stage_open(stage, 20);
    uint64_t id = viewer_create(viewer, 0, "[1,2]");
    VIEWER_UNTIL(viewer, viewer_phase(viewer, id, INTENT_FAILED));
    assert_int_equal(server_count(stage->server, "POST", "**"), 0);
}

/* The list that is asked for when a write was answered counts, though it is the same moment. */
static void test_a_write_asks_for_one_list(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 600000);
    viewer_wait_ready(viewer);
    size_t before = server_count(stage->server, "GET", CHECKOUT_LEASES);
    int64_t answered_ms = viewer_runtime(viewer, CHECKOUT)->state.answered_ms;
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(server_now(stage->server), &made)));
    viewer_expect(viewer, viewer_create(viewer, 900, NULL), INTENT_DONE, false);
    VIEWER_UNTIL(viewer, viewer_runtime(viewer, CHECKOUT)->state.answered_ms > answered_ms);
    assert_int_equal(server_count(stage->server, "GET", CHECKOUT_LEASES), before + 1);
}

static void test_a_created_lease_is_there_at_once(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 600000);
    server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(server_now(stage->server), &made)));
    uint64_t id = viewer_create(viewer, 900, NULL);
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
    struct endpoint *endpoint = viewer_endpoint(viewer, MADE_ID);
    assert_non_null(endpoint);
    assert_int_equal(endpoint_type(endpoint), ENDPOINT_WEBSOCKET);
    assert_int_equal(endpoint_count(endpoint), 1);
    assert_string_equal(endpoint_field(endpoint, 0).text,
                        "wss://live.example.test/" MADE_ID "?token=shown-once");
    endpoint_free(endpoint);
}

static void assert_fields(const struct endpoint *endpoint, const struct endpoint_field *fields,
                          size_t room)
{
    for (size_t i = 0; i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        assert_true(i < room && fields[i].name != NULL);
        assert_int_equal(field.role, fields[i].role);
        assert_string_equal(field.name, fields[i].name);
        assert_string_equal(field.text, fields[i].text);
    }
    assert_true(endpoint_count(endpoint) == room || fields[endpoint_count(endpoint)].name == NULL);
}

/* What is copied is what was sent, byte by byte. */
static void test_every_endpoint_is_kept_exactly(void **state)
{
    static const struct {
        const char *json;
        enum endpoint_type type;
        struct endpoint_field fields[4];
    } cases[] = {
        {"{\"type\":\"websocket\",\"url\":\"wss://h.test/a%20b?t=\\u00e9\\u4e2d&x=\\\"y\\\"#f\"}",
         ENDPOINT_WEBSOCKET,
         {{ENDPOINT_URL, "url", "wss://h.test/a%20b?t=\u00e9\u4e2d&x=\"y\"#f"}}},
        {"{\"baseUrl\":\"https://h.test/p/\",\"type\":\"http\"}",
         ENDPOINT_HTTP,
         {{ENDPOINT_URL, "baseUrl", "https://h.test/p/"}}},
        {"{\"type\":\"rdp\",\"port\":3389,\"host\":\"h.test\",\"password\":\" p'w "
         "\",\"username\":\"\"}",
         ENDPOINT_RDP,
         {{ENDPOINT_HOST, "host", "h.test"},
          {ENDPOINT_PORT, "port", "3389"},
          {ENDPOINT_USER, "username", ""},
          {ENDPOINT_PASSWORD, "password", " p'w "}}},
        {"{\"type\":\"composite\",\"endpoints\":{\"live\":{\"type\":\"websocket\",\"url\":\"w://"
         "x\"}}}",
         ENDPOINT_COMPOSITE,
         {{ENDPOINT_URL, "live.url", "w://x"}}},
    };
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 600000);
    server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]", .hold = true));
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *id = contract_format("made-%zu", i);
        struct contract_lease lease = made;
        lease.id = id;
        lease.endpoint = cases[i].json;
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(server_now(stage->server), &lease)));
        uint64_t write = viewer_create(viewer, 0, NULL);
        VIEWER_UNTIL(viewer, viewer_phase(viewer, write, INTENT_DONE));
        struct endpoint *endpoint = viewer_endpoint(viewer, id);
        assert_non_null(endpoint);
        assert_int_equal(endpoint_type(endpoint), cases[i].type);
        assert_fields(endpoint, cases[i].fields, COUNT(cases[i].fields));
        endpoint_free(endpoint);
        free(id);
    }
}

/* Made, and nothing to attach with came along: that is said, and the endpoint counts as lost. */
static void test_an_answer_without_an_endpoint(void **state)
{
    static const char *const endpoints[] = {
        "null", "{\"type\":\"websocket\"}", "{\"type\":\"websocket\",\"url\":null}",
        "{\"type\":\"composite\",\"endpoints\":{}}", "\"wss://h.test/\""};
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 600000);
    for (size_t i = 0; i < COUNT(endpoints); i++) {
        char *id = contract_format("made-%zu", i);
        struct contract_lease lease = made;
        lease.id = id;
        lease.endpoint = endpoints[i];
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(server_now(stage->server), &lease)));
        uint64_t write = viewer_create(viewer, 0, NULL);
        struct message *message = viewer_message(viewer, MESSAGE_WRITE, write);
        assert_int_equal(message->phase, INTENT_DONE);
        assert_true(message->bare);
        message_free(message);
        VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, id) == SECRET_LOST);
        assert_null(viewer_endpoint(viewer, id));
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
    };
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 20);
    for (size_t i = 0; i < COUNT(cases); i++) {
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(cases[i].status, contract_error("some.code", "no", "r-1"),
                              .headers = cases[i].headers));
        uint64_t id = viewer_create(viewer, 0, NULL);
        struct message *message = viewer_message(viewer, MESSAGE_WRITE, id);
        assert_int_equal(message->phase, INTENT_FAILED);
        assert_int_equal(message->trouble->kind, cases[i].kind);
        assert_int_equal(message->trouble->http_status, cases[i].status);
        assert_string_equal(message->trouble->code, "some.code");
        assert_string_equal(message->trouble->request_id, "r-1");
        assert_int_equal(server_count(stage->server, "POST", "**"), i + 1);
        message_free(message);
    }
    stage_pass_time(5);
    assert_int_equal(server_count(stage->server, "POST", "**"), COUNT(cases));
}

static void test_a_failed_one_is_shown_until_dismissed(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 20);
    server_on(stage->server, "POST", CHECKOUT_LEASES, ANSWER_STATUS(402));
    uint64_t id = viewer_create(viewer, 0, NULL);
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
    uint64_t ids[] = {viewer_create(viewer, 0, NULL), viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 0),
                      viewer_revoke(viewer, CHECKOUT, LEASE_ONE, 30)};
    static const char *const words[] = {"create is off", "revoke is off", "revoke is off"};
    for (size_t i = 0; i < COUNT(ids); i++) {
        struct message *message = viewer_message(viewer, MESSAGE_WRITE, ids[i]);
        assert_int_equal(message->phase, INTENT_FAILED);
        assert_non_null(strstr(message->trouble->sentence, words[i]));
        message_free(message);
    }
    stage_pass_time(3);
    assert_int_equal(server_count(stage->server, "*", "**"),
                     server_count(stage->server, "GET", "**"));
}

/* ---- How long an endpoint is held */

static void test_secrets_are_wiped_when_their_lease_ends(void **state)
{
    static const struct contract_lease ends[] = {
        {.id = MADE_ID, .runtime = CHECKOUT, .revoked_s = 1},
        {.id = MADE_ID, .runtime = CHECKOUT, .closed_s = 1},
        {.id = MADE_ID, .runtime = CHECKOUT, .status = "expired"},
        {.id = UUID("00000000"), .runtime = CHECKOUT}, /* no longer listed */
    };
    struct contract_lease aged = made;
    struct stage *stage = *state;
    aged.age_s = 60; /* so that no list is thought to lag behind its making */
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct viewer *viewer = stage_open(stage, 20);
        time_t now = server_now(stage->server);
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(now, &aged)));
        server_on(stage->server, "GET", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_leases(now, LEASES(aged))));
        viewer_create(viewer, 0, NULL);
        VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_HELD);
        size_t rounds = server_count(stage->server, "GET", CHECKOUT_LEASES);
        VIEWER_UNTIL(viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) >= rounds + 2);
        server_on(stage->server, "GET", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_leases(now, LEASES(ends[i]))));
        VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_GONE);
        assert_null(viewer_endpoint(viewer, MADE_ID));
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

/* It is not listed yet: what is shown once is not lost by that. */
static void test_a_list_that_lags_behind_a_create(void **state)
{
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 20);
    time_t now = server_now(stage->server);
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(now, &made)));
    viewer_create(viewer, 0, NULL);
    VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_HELD);
    VIEWER_UNTIL(viewer, viewer_state(viewer, MADE_ID) == LEASE_ENDED);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, MADE_ID), SECRET_HELD);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(now, LEASES(made))));
    VIEWER_UNTIL(viewer, viewer_state(viewer, MADE_ID) == LEASE_ACTIVE);
    struct endpoint *endpoint = viewer_endpoint(viewer, MADE_ID);
    assert_non_null(endpoint);
    endpoint_free(endpoint);
}

/* A lease as JSON in a list, with anything in the place of its date. */
static char *dated(const char *before, const char *created, const char *after)
{
    return contract_format("%s{\"id\":\"" MADE_ID "\",\"protocol\":\"cdp\",\"status\":\"active\","
                           "\"createdAt\":%s,\"endpoint\":{\"type\":\"websocket\","
                           "\"url\":\"wss://a.test/x\"}}%s",
                           before, created, after);
}

/* The same where the server does not say when it made it, or its clock is not ours: until a list
 * has shown it, it is our own clock that counts. */
static void test_a_list_that_lags_behind_a_create_of_no_date(void **state)
{
    static const char *const dates[] = {"null", "\"2001-02-03T04:05:06Z\"", "1", "\"soon\""};
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(dates); i++) {
        struct viewer *viewer = stage_open(stage, 20);
        server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]"));
        server_on(stage->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, dated("", dates[i], "")));
        viewer_create(viewer, 0, NULL);
        VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_HELD);
        size_t rounds = server_count(stage->server, "GET", CHECKOUT_LEASES);
        VIEWER_UNTIL(viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) >= rounds + 3);
        struct endpoint *endpoint = viewer_endpoint(viewer, MADE_ID);
        assert_non_null(endpoint);
        endpoint_free(endpoint);
        server_on(stage->server, "GET", CHECKOUT_LEASES,
                  ANSWER_MADE(200, dated("[", dates[i], "]")));
        VIEWER_UNTIL(viewer, viewer_state(viewer, MADE_ID) == LEASE_ACTIVE);
        server_on(stage->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "[]"));
        VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_GONE);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

/* Where no list ever shows it, it has gone after all. */
static void test_a_lease_that_no_list_shows(void **state)
{
    struct stage *stage = *state;
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = 20;
    options.surfaces_ms = 300;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    server_on(stage->server, "POST", CHECKOUT_LEASES, ANSWER_MADE(200, dated("", "null", "")));
    viewer_create(viewer, 0, NULL);
    VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_GONE);
    assert_null(viewer_endpoint(viewer, MADE_ID));
}

/* Nobody asked while it was listed as ended, as after a night of the machine's: that it has gone is
 * the first that is heard of its end. */
static void test_an_end_that_was_missed(void **state)
{
    static const struct contract_lease other = {.id = UUID("00000000"), .runtime = CHECKOUT};
    struct stage *stage = *state;
    struct viewer *viewer = stage_open(stage, 20);
    time_t now = server_now(stage->server);
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(now, &made)));
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(now, LEASES(made))));
    viewer_create(viewer, 0, NULL);
    VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_HELD);
    server_date(stage->server, DATE_OFFSET, 8 * 3600);
    VIEWER_UNTIL(viewer, viewer_state(viewer, MADE_ID) == LEASE_OVERDUE);
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(now, LEASES(other))));
    VIEWER_UNTIL(viewer, viewer_state(viewer, MADE_ID) == LEASE_EXPIRED);
    VIEWER_UNTIL(viewer, viewer_secret(viewer, CHECKOUT, MADE_ID) == SECRET_GONE);
    assert_null(viewer_endpoint(viewer, MADE_ID));
}

/* Its time is over by our reckoning, but only the server's word ends it. */
static void test_an_overdue_lease_keeps_its_secret(void **state)
{
    struct stage *stage = *state;
    struct contract_lease brief = made;
    brief.left_s = 1;
    struct viewer *viewer = stage_open(stage, 20);
    server_on(stage->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(server_now(stage->server), &brief)));
    server_on(stage->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(server_now(stage->server), LEASES(brief))));
    viewer_create(viewer, 0, NULL);
    VIEWER_UNTIL(viewer, viewer_state(viewer, MADE_ID) == LEASE_OVERDUE);
    size_t rounds = server_count(stage->server, "GET", CHECKOUT_LEASES);
    VIEWER_UNTIL(viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) >= rounds + 3);
    assert_int_equal(viewer_secret(viewer, CHECKOUT, MADE_ID), SECRET_HELD);
}

static const struct CMUnitTest tests[] = {
    STAGED(test_the_body_is_what_was_asked_for),
    STAGED(test_options_that_are_none_are_not_sent),
    STAGED(test_a_write_asks_for_one_list),
    STAGED(test_a_created_lease_is_there_at_once),
    STAGED(test_every_endpoint_is_kept_exactly),
    STAGED(test_an_answer_without_an_endpoint),
    STAGED(test_a_refused_create_has_failed),
    STAGED(test_a_failed_one_is_shown_until_dismissed),
    STAGED(test_read_only_sends_nothing_but_get),
    STAGED(test_secrets_are_wiped_when_their_lease_ends),
    STAGED(test_a_list_that_lags_behind_a_create),
    STAGED(test_a_list_that_lags_behind_a_create_of_no_date),
    STAGED(test_a_lease_that_no_list_shows),
    STAGED(test_an_end_that_was_missed),
    STAGED(test_an_overdue_lease_keeps_its_secret),
};

int main(void)
{
    return cmocka_run_group_tests_name("creates", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
