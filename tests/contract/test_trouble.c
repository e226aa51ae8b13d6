/* One runtime's list goes wrong in every way there is: the last good answer stays, the trouble is
 * called by its name, the neighbour is not touched, and all is well again without a restart. */
#include "tests/contract/stage.h"

enum { SHORT_MS = 300 };

struct bad {
    const char *name;
    struct answer answer;
    enum trouble_kind kind;
    const char *words; /* of its sentence */
};

/* Filled by main. */
static char huge_line[200 * 1024], many_lines[200 * 1024];

#define HTML  "<!doctype html><title>Sign in</title><form action=/login>"
#define LOGIN .type = "text/html", .body = HTML

static const struct bad bads[] = {
    /* It does not come. */
    {"list: no answer",
     {.until = UNTIL_START, .end = END_STALL},
     TROUBLE_SLOW,
     "no answer in time"},
    {"list: a header, then silence", {.hold_body = true, .body = "[]"}, TROUBLE_SLOW, "in time"},
    {"list: half a header, then silence",
     {.body = "[]", .until = UNTIL_HEADER, .end = END_STALL},
     TROUBLE_SLOW,
     "in time"},
    {"list: a body in drips",
     {.body = "[]", .body_fill = 4096, .drip_ms = 10},
     TROUBLE_SLOW,
     "in time"},

    /* It does not come whole. */
    {"list: closed", {.until = UNTIL_START, .end = END_CLOSE}, TROUBLE_CUT, "without an answer"},
    {"list: reset", {.until = UNTIL_START, .end = END_RESET}, TROUBLE_CUT, "cut"},
    {"list: cut in the header",
     {.body = "[]", .until = UNTIL_HEADER, .end = END_CLOSE},
     TROUBLE_CUT,
     "cut"},
    {"list: cut in the body",
     {.body = "{\"connections\":[]}", .until = UNTIL_BODY, .end = END_CLOSE},
     TROUBLE_CUT,
     "middle of the answer"},
    {"list: reset in the body",
     {.body = "{\"connections\":[]}", .until = UNTIL_BODY, .end = END_RESET},
     TROUBLE_CUT,
     "cut"},
    {"list: cut between chunks",
     {.body = "{\"connections\":[]}",
      .framing = FRAMING_CHUNKED,
      .until = UNTIL_BODY,
      .end = END_CLOSE},
     TROUBLE_CUT,
     "middle of the answer"},
    {"list: longer than it is",
     {.body = "{\"connections\":[]}", .length_lie = 10, .end = END_CLOSE},
     TROUBLE_CUT,
     "middle of the answer"},

    /* It is too much. */
    {"list: a hundred megabytes",
     {.body = "[1,2]", .body_fill = 100u << 20},
     TROUBLE_TOO_MUCH,
     "larger"},
    {"list: as many without a length",
     {.body = "[1,2]", .body_fill = 100u << 20, .framing = FRAMING_CHUNKED},
     TROUBLE_TOO_MUCH,
     "larger"},
    {"list: a gzip bomb", {.body_fill = 40u << 20, .gzip = true}, TROUBLE_TOO_MUCH, "larger"},
    {"list: a huge header line", {.headers = huge_line, .body = "[]"}, TROUBLE_TOO_MUCH, "larger"},
    {"list: a host of header lines",
     {.headers = many_lines, .body = "[]"},
     TROUBLE_TOO_MUCH,
     "larger"},

    /* It is something else. */
    {"list: shorter than it is",
     {.body = "{\"connections\":[]}", .length_lie = -5},
     TROUBLE_UNREADABLE,
     ""},
    {"list: nothing", {.type = "application/json"}, TROUBLE_UNREADABLE, ""},
    {"list: no content", {.status = 204}, TROUBLE_UNREADABLE, ""},
    {"list: a part of it",
     {.status = 206, .headers = "Content-Range: bytes 0-1/100\r\n", .body = "[]"},
     TROUBLE_UNREADABLE,
     "HTTP 206"},
    {"list: not JSON", {.body = "connections: none"}, TROUBLE_UNREADABLE, ""},
    {"list: JSON of another kind", {.body = "{\"ok\":true}"}, TROUBLE_UNREADABLE, ""},
    {"list: a login page", {.status = 200, LOGIN}, TROUBLE_UNREADABLE, ""},
    {"list: not packed as it says",
     {.headers = "Content-Encoding: gzip\r\n", .body = "[]"},
     TROUBLE_UNREADABLE,
     "unpacked"},
    {"list: not HTTP", {.raw = "220 mail.test ESMTP\r\n"}, TROUBLE_UNREADABLE, "not HTTP"},
    {"list: no length that is one",
     {.raw = "HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n[]"},
     TROUBLE_UNREADABLE,
     "not HTTP"},

    /* It is a refusal. */
    {"list: 400",
     {.status = 400, .body = "{\"error\":\"bad\"}"},
     TROUBLE_REJECTED,
     "HTTP 400: bad"},
    {"list: 402",
     {.status = 402, .body = "{\"error\":\"full\",\"code\":\"browser.concurrent_quota_exceeded\"}"},
     TROUBLE_QUOTA,
     "HTTP 402 browser.concurrent_quota_exceeded: full"},
    {"list: 403",
     {.status = 403, .body = "{\"message\":\"not you\",\"code\":\"permission.denied\"}"},
     TROUBLE_FORBIDDEN,
     "HTTP 403 permission.denied: not you"},
    {"list: 404",
     {.status = 404,
      .body = "{\"error\":{\"code\":\"runtime.not_found\",\"message\":\"no such runtime\","
              "\"requestId\":\"r-404\"}}"},
     TROUBLE_GONE,
     "HTTP 404 runtime.not_found: no such runtime (request r-404)"},
    {"list: 410", {.status = 410, .body = "{}"}, TROUBLE_GONE, "HTTP 410: the server does not say"},
    {"list: 404 of a proxy",
     {.status = 404, .headers = "X-Request-Id: p-1\r\n", LOGIN},
     TROUBLE_GONE,
     "HTTP 404: the answer is not the API's (request p-1)"},
    {"list: 409",
     {.status = 409, .body = "{\"error\":\"busy\",\"code\":\"runtime.controller_busy\"}"},
     TROUBLE_CONFLICT,
     "runtime.controller_busy: busy"},
    {"list: 500", {.status = 500}, TROUBLE_SERVER, "HTTP 500"},
    {"list: 502 of a proxy", {.status = 502, LOGIN}, TROUBLE_SERVER, "HTTP 502"},
    {"list: 503",
     {.status = 503,
      .body = "{\"error\":\"gone for a walk\",\"code\":\"runtime.host_unavailable\"}"},
     TROUBLE_SERVER,
     "HTTP 503 runtime.host_unavailable: gone for a walk"},
    {"list: a status that is none", {.status = 799, .body = "[]"}, TROUBLE_UNREADABLE, "799"},
};

static struct viewer *open_for(struct server *server, const struct bad *bad)
{
    struct client_options options = viewer_options(server);
    if (bad->kind == TROUBLE_SLOW) /* the client is to lose its patience */
        options.read_timeout_ms = SHORT_MS;
    world_serve(server);
    return viewer_open(&options);
}

static void test_keeps_what_was_there(void **state)
{
    struct stage *stage = *state;
    const struct bad *bad = stage->given;
    struct viewer *viewer = stage->viewer = open_for(stage->server, bad);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", NIGHTLY_LEASES, bad->answer);
    VIEWER_UNTIL(viewer, viewer_trouble(viewer, NIGHTLY) != TROUBLE_NONE);

    const struct source_state *sick = &viewer_runtime(viewer, NIGHTLY)->state;
    if (strstr(sick->trouble->sentence, bad->words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", sick->trouble->sentence, bad->words);
    assert_int_equal(sick->trouble->kind, bad->kind);
    assert_int_equal(viewer_server_trouble(viewer), TROUBLE_NONE);
    assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_ACTIVE);
    assert_true(sick->answered_ms != 0 && sick->since_ms >= sick->answered_ms);
    assert_true(sick->retry_ms >= sick->since_ms + SCHEDULE_BACKOFF_MIN_MS - 10);
    int64_t answered_ms = sick->answered_ms;

    size_t rounds = server_count(stage->server, "GET", CHECKOUT_LEASES);
    VIEWER_UNTIL(viewer, server_count(stage->server, "GET", CHECKOUT_LEASES) >= rounds + 3);
    assert_int_equal(viewer_trouble(viewer, CHECKOUT), TROUBLE_NONE);

    world_serve(stage->server);
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_trouble(viewer, NIGHTLY) == TROUBLE_NONE);
    assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_ACTIVE);
    assert_true(viewer_runtime(viewer, NIGHTLY)->state.answered_ms > answered_ms);
}

/* ---- All at once */

/* Whatever each list would say of it: together it is the server, as long as nothing good comes. */
static void test_all_lists_fail(void **state)
{
    static const struct answer answers[] = {{.status = 503},
                                            {.until = UNTIL_START, .end = END_CLOSE},
                                            {.until = UNTIL_START, .end = END_STALL}};
    static const enum trouble_kind kinds[] = {TROUBLE_SERVER, TROUBLE_CUT, TROUBLE_SLOW};
    static const char *const lists[] = {"/v1/spaces", "/v1/spaces/" OPS "/runtimes",
                                        CHECKOUT_LEASES, NIGHTLY_LEASES};
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct client_options options = viewer_options(stage->server);
        options.interval_ms = 50;
        if (kinds[i] == TROUBLE_SLOW)
            options.read_timeout_ms = SHORT_MS;
        world_serve(stage->server);
        struct viewer *viewer = stage->viewer = viewer_open(&options);
        viewer_wait_ready(viewer);
        for (size_t j = 0; j < COUNT(lists); j++)
            server_on(stage->server, "GET", lists[j], answers[i]);
        VIEWER_UNTIL(viewer, viewer->seen->down);
        assert_int_equal(viewer_server_trouble(viewer), kinds[i]);
        assert_int_equal(viewer_state(viewer, LEASE_ONE), LEASE_ACTIVE);
        world_serve(stage->server);
        client_refresh(viewer->client);
        VIEWER_UNTIL(viewer, !viewer->seen->down && viewer_server_trouble(viewer) == TROUBLE_NONE);
        viewer_close(viewer);
        stage->viewer = NULL;
    }
}

/* One list that comes shows that the server is there. */
static void test_all_but_one_fail(void **state)
{
    struct stage *stage = *state;
    struct client_options options = viewer_options(stage->server);
    options.interval_ms = 50;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_open(&options);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", "/v1/spaces", ANSWER_STATUS(500));
    server_on(stage->server, "GET", NIGHTLY_LEASES, ANSWER_STATUS(500));
    client_refresh(viewer->client);
    long long until_ms = support_now_ms() + 3000; /* nine times what it would take */
    for (viewer_look(viewer); support_now_ms() < until_ms; viewer_look(viewer))
        assert_false(viewer->seen->down);
    assert_int_equal(viewer_trouble(viewer, NIGHTLY), TROUBLE_SERVER);
    assert_int_equal(viewer_trouble(viewer, CHECKOUT), TROUBLE_NONE);
}

/* ---- Other than by one answer */

/* The key goes to the host it was meant for and to no other (RFC 9110, section 15.4, leaves the
 * choice to the client). */
static void test_no_redirect_is_followed(void **state)
{
    static const int statuses[] = {301, 302, 303, 307, 308};
    struct stage *stage = *state;
    struct server *elsewhere = server_start();
    server_on(elsewhere, "*", "**", ANSWER_JSON(200, "[]"));
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    char *header = contract_format("Location: %s/v1/spaces\r\n", server_url(elsewhere));
    for (size_t i = 0; i < COUNT(statuses); i++) {
        server_on(stage->server, "GET", NIGHTLY_LEASES,
                  ANSWER_STATUS(statuses[i], .headers = header));
        client_refresh(viewer->client);
        char *words = contract_format("HTTP %d", statuses[i]);
        VIEWER_UNTIL(viewer, viewer_trouble(viewer, NIGHTLY) == TROUBLE_REJECTED &&
                                 strstr(viewer_runtime(viewer, NIGHTLY)->state.trouble->sentence,
                                        words) != NULL);
        free(words);
    }
    assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_ACTIVE);
    bool told = server_was_told(elsewhere, VIEWER_KEY);
    size_t count = server_count(elsewhere, "*", "**");
    free(header);
    server_stop(elsewhere);
    assert_false(told);
    assert_int_equal(count, 0);
}

static void test_no_part_is_shown_before_the_first_answer(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    server_on(stage->server, "GET", NIGHTLY_LEASES, ANSWER_STATUS(500));
    stage->viewer = viewer_of(stage->server);
    VIEWER_UNTIL(stage->viewer, viewer_trouble(stage->viewer, NIGHTLY) == TROUBLE_SERVER);
    assert_null(viewer_runtime(stage->viewer, NIGHTLY)->leases);
    assert_int_equal(viewer_runtime(stage->viewer, NIGHTLY)->state.answered_ms, 0);
}

/* By itself, after a pause of 2 s and some chance. */
static void test_recovers_without_being_asked(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_then(stage->server, "GET", NIGHTLY_LEASES, ANSWER_STATUS(500),
                LISTING(stage->server, {.id = LEASE_TWO, .runtime = NIGHTLY}));
    VIEWER_UNTIL(viewer, viewer_trouble(viewer, NIGHTLY) == TROUBLE_SERVER);
    size_t at = server_count(stage->server, "GET", NIGHTLY_LEASES);
    VIEWER_UNTIL(viewer, viewer_trouble(viewer, NIGHTLY) == TROUBLE_NONE);
    assert_true(world_gap_ms(stage->server, "GET", NIGHTLY_LEASES, at - 1, at) >=
                SCHEDULE_BACKOFF_MIN_MS - 10);
}

/* A 5xx may say how long, too. */
static void test_a_5xx_can_ask_for_a_pause(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    server_on(stage->server, "GET", NIGHTLY_LEASES,
              ANSWER_STATUS(503, .headers = "Retry-After: 40\r\n"));
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    VIEWER_UNTIL(viewer, viewer_trouble(viewer, NIGHTLY) == TROUBLE_SERVER);
    const struct source_state *sick = &viewer_runtime(viewer, NIGHTLY)->state;
    assert_in_range(sick->retry_ms - sick->since_ms, 39900, 40100);
}

/* The tree's upper lists: what is known below them stays, and is asked for as before. */
static void test_spaces_that_fail_leave_the_rest(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    server_on(stage->server, "GET", "/v1/spaces", ANSWER_STATUS(500));
    server_on(stage->server, "GET", "/v1/spaces/" OPS "/runtimes", ANSWER_STATUS(403));
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_SERVER &&
                             viewer->seen->spaces[0].state.trouble != NULL);
    assert_int_equal(viewer->seen->spaces[0].state.trouble->kind, TROUBLE_FORBIDDEN);
    assert_int_equal(viewer->seen->runtime_count, 2);
    server_on(stage->server, "GET", NIGHTLY_LEASES, LISTING_NONE);
    VIEWER_UNTIL(viewer, viewer_state(viewer, LEASE_TWO) == LEASE_ENDED);
    world_serve(stage->server);
    client_refresh(viewer->client);
    VIEWER_UNTIL(viewer, viewer_server_trouble(viewer) == TROUBLE_NONE &&
                             viewer->seen->spaces[0].state.trouble == NULL);
}

/* Its space says whether the runtime is gone, and is asked at once instead of in half a minute. */
static void test_a_404_asks_the_space(void **state)
{
    struct stage *stage = *state;
    world_serve(stage->server);
    struct viewer *viewer = stage->viewer = viewer_of(stage->server);
    viewer_wait_ready(viewer);
    size_t before = server_count(stage->server, "GET", "/v1/spaces/" OPS "/runtimes");
    server_on(stage->server, "GET", NIGHTLY_LEASES, ANSWER_STATUS(500));
    VIEWER_UNTIL(viewer, viewer_trouble(viewer, NIGHTLY) == TROUBLE_SERVER);
    assert_int_equal(server_count(stage->server, "GET", "/v1/spaces/" OPS "/runtimes"), before);
    server_on(stage->server, "GET", NIGHTLY_LEASES, ANSWER_STATUS(404));
    VIEWER_UNTIL(viewer,
                 server_count(stage->server, "GET", "/v1/spaces/" OPS "/runtimes") > before);
    assert_int_equal(viewer_state(viewer, LEASE_TWO), LEASE_ACTIVE);
}

/* As many header lines of this length as there is room for. */
static void fill_lines(char *lines, size_t size, size_t length)
{
    for (size_t used = 0; used + length <= size; used += length - 1)
        snprintf(lines + used, length, "X-Big: %0*d\r\n", (int)length - 10, 0);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        STAGED(test_no_redirect_is_followed),
        STAGED(test_all_lists_fail),
        STAGED(test_all_but_one_fail),
        STAGED(test_no_part_is_shown_before_the_first_answer),
        STAGED(test_recovers_without_being_asked),
        STAGED(test_a_5xx_can_ask_for_a_pause),
        STAGED(test_spaces_that_fail_leave_the_rest),
        STAGED(test_a_404_asks_the_space),
    };
    struct CMUnitTest tests[COUNT(bads) + COUNT(others)];
    fill_lines(huge_line, sizeof huge_line, sizeof huge_line);
    fill_lines(many_lines, sizeof many_lines, 100);
    for (size_t i = 0; i < COUNT(bads); i++)
        tests[i] = (struct CMUnitTest)STAGED_WITH(test_keeps_what_was_there, (&bads[i]));
    memcpy(tests + COUNT(bads), others, sizeof others);
    return cmocka_run_group_tests_name("trouble", tests, viewer_global_setup,
                                       viewer_global_teardown);
}
