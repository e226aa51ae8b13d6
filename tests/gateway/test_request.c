/* The parsers of a request by themselves, and what only a turned clock can show through the routes.
 */
#include "gateway/guard.h"
#include "gateway/page.h"
#include "tests/gateway/direct.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- paths */

static void test_path_split(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count;
        const char *segments[4];
    } paths[] = {
        {"/", 1, {""}},
        {"/a", 1, {"a"}},
        {"/a/", 2, {"a", ""}},
        {"//a", 2, {"", "a"}},
        {"/a/b/c", 3, {"a", "b", "c"}},
        {"/%61%2f/%2E", 2, {"a/", "."}},
        {"/a%20b/\x7f", 2, {"a b", "\x7f"}},
        {"/%25%32%35", 1, {"%25"}},
        {"/1/2/3/4/5/6/7/8/9/10", 10, {"1", "2", "3", "4"}},
    };
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct path path;
        assert_true(request_path_split(&path, paths[i].text));
        assert_int_equal(path.count, paths[i].count);
        for (size_t n = 0; n < path.count && n < 4; n++)
            assert_string_equal(path.segments[n], paths[i].segments[n]);
    }
}

static void test_no_paths(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",      "a",    "*",     "http://localhost/v1",
        "/%",    "/%4",  "/%4/1", "/a%",
        "/%00",  "/%g1", "/%1g",  "/a/%/b",
        "/%%31", "/% 1",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct path path;
        if (request_path_split(&path, texts[i]))
            fail_msg("'%s' was taken for a path", texts[i]);
        assert_int_equal(path.count, 0);
    }
}

/* A name that is too long is cut, and stays longer than any of ours. */
static void test_long_segment(void **state)
{
    (void)state;
    char text[200] = "/";
    struct path path;
    memset(text + 1, 'x', 150);
    assert_true(request_path_split(&path, text));
    assert_int_equal(path.count, 1);
    assert_int_equal(strlen(path.segments[0]), REQUEST_SEGMENT_SIZE - 1);
    assert_true(REQUEST_SEGMENT_SIZE - 1 > ID_SIZE && REQUEST_SEGMENT_SIZE - 1 > TOKEN_SIZE);
}

/* ---- headers, bodies, pages */

static void test_headers(void **state)
{
    (void)state;
    struct request *request = request_new("HEAD");
    assert_non_null(request);
    assert_string_equal(request->method, "GET");
    request_header_add(request, "hOsT", "first");
    request_header_add(request, "Host", "second");
    request_header_add(request, "Hosts", "other");
    assert_int_equal(request->headers[HEADER_HOST].count, 2);
    assert_string_equal(request->headers[HEADER_HOST].values[0], "first");
    assert_string_equal(request->headers[HEADER_HOST].values[1], "second");
    assert_null(request->headers[HEADER_ORIGIN].values[0]);
    for (unsigned i = 0; i < 100; i++)
        request_header_add(request, "Upgrade", "list");
    assert_int_equal(request->headers[HEADER_UPGRADE].count, 100);
    assert_null(request->headers[HEADER_WEBSOCKET_KEY].values[0]);
    request_free(request);
    request_free(NULL);
}

static void test_body_pieces(void **state)
{
    (void)state;
    static char piece[1000];
    struct request *request = request_new("POST");
    for (size_t i = 0; i < sizeof piece; i++)
        piece[i] = (char)('a' + i % 26);
    for (int i = 0; i < 65; i++)
        assert_true(request_body_add(request, piece, sizeof piece));
    assert_int_equal(request->answer.status, 0);
    assert_int_equal(request->body_size, 65000);
    for (size_t i = 0; i < 65; i++)
        assert_memory_equal(request->body + i * sizeof piece, piece, sizeof piece);
    assert_true(request_body_add(request, piece, 536));
    assert_int_equal(request->answer.status, 0);
    assert_true(request_body_add(request, piece, 1));
    assert_int_equal(request->answer.status, 413);
    /* Read on to the end, but keep no more, and not without an end. */
    size_t seen = REQUEST_BODY_MAX + 1;
    for (; seen + sizeof piece <= REQUEST_FLOOD_MAX; seen += sizeof piece)
        assert_true(request_body_add(request, piece, sizeof piece));
    assert_true(request_body_add(request, piece, REQUEST_FLOOD_MAX - seen));
    assert_int_equal(request->body_size, REQUEST_BODY_MAX);
    assert_false(request_body_add(request, piece, 1));
    request_free(request);
}

static void test_pages(void **state)
{
    (void)state;
    struct request *request = request_new("GET");
    struct page page;
    request->limit = "3";
    request->cursor = "10";
    assert_true(page_init(&page, request, 0));
    assert_false(page_takes(&page, 9));
    assert_false(page_takes(&page, 10));
    assert_true(page_takes(&page, 11));
    assert_true(page_takes(&page, 13));
    assert_true(page_takes(&page, 20));
    assert_false(page.more);
    assert_false(page_takes(&page, 21));
    assert_true(page.more);
    json_t *list = page_wrap(&page, "things", json_array());
    assert_string_equal(json_string_value(json_object_get(list, "nextCursor")), "20");
    json_decref(list);
    request_free(request);
}

/* ---- the clock through the routes */

static json_t *first_listed(struct gateway *gateway, const char *path)
{
    struct request *request = direct_ask(gateway, "GET", path, NULL);
    assert_int_equal(request->answer.status, 200);
    json_t *first =
        json_incref(json_array_get(json_object_get(request->answer.body, "connections"), 0));
    request_free(request);
    return first;
}

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value == NULL ? "" : value;
}

/* A lease ends by itself; until it is forgotten, revoking it is 200 and changes nothing; then it is
 * 404. */
static void test_expiry(void **state)
{
    (void)state;
    struct gateway gateway;
    char path[256], one[320];
    direct_open(&gateway);
    direct_leases(&gateway, 0, path);
    struct request *made =
        direct_ask(&gateway, "POST", path, "{\"protocol\":\"cdp\",\"ttlSeconds\":60}");
    assert_int_equal(made->answer.status, 200);
    assert_string_equal(text(made->answer.body, "createdAt"), "2025-06-15T15:06:40.000Z");
    assert_string_equal(text(made->answer.body, "expiresAt"), "2025-06-15T15:07:40.000Z");
    snprintf(one, sizeof one, "%s/%s", path, text(made->answer.body, "id"));
    request_free(made);

    direct_now_ms += 59999;
    json_t *lease = first_listed(&gateway, path);
    assert_string_equal(text(lease, "status"), "active");
    json_decref(lease);

    direct_now_ms += 1;
    lease = first_listed(&gateway, path);
    assert_string_equal(text(lease, "status"), "expired");
    assert_true(json_is_null(json_object_get(lease, "revokedAt")));
    assert_true(json_is_null(json_object_get(lease, "closedAt")));

    direct_now_ms += 59999;
    struct request *revoked = direct_ask(&gateway, "DELETE", one, NULL);
    assert_int_equal(revoked->answer.status, 200);
    assert_true(json_equal(revoked->answer.body, lease));
    request_free(revoked);
    json_decref(lease);

    direct_now_ms += 1;
    revoked = direct_ask(&gateway, "DELETE", one, NULL);
    assert_int_equal(revoked->answer.status, 200); /* idempotent, also when it is listed no more */
    assert_null(first_listed(&gateway, path));
    request_free(revoked);
    direct_close(&gateway);
}

static void test_closed(void **state)
{
    (void)state;
    struct gateway gateway;
    char path[256];
    direct_open(&gateway);
    direct_leases(&gateway, 0, path);
    request_free(direct_ask(&gateway, "POST", path, "{\"protocol\":\"cdp\"}"));
    direct_now_ms += 1500;
    fleet_runtime_stop(gateway.fleet, gateway.fleet->spaces[0]->runtimes[0], direct_now_ms);
    json_t *lease = first_listed(&gateway, path);
    assert_string_equal(text(lease, "status"), "closed");
    assert_string_equal(text(lease, "closedAt"), "2025-06-15T15:06:41.500Z");
    assert_true(json_is_null(json_object_get(lease, "revokedAt")));
    json_decref(lease);
    direct_close(&gateway);
}

/* The demo lives by the requests that come, and by nothing else. */
static void test_demo_moves(void **state)
{
    (void)state;
    struct gateway gateway;
    struct demo demo;
    direct_open(&gateway);
    fleet_free(gateway.fleet);
    gateway.fleet = fleet_new(60 * WHEN_SECOND_MS);
    assert_true(demo_init(&demo, gateway.fleet, direct_now_ms));
    gateway.demo = &demo;
    request_free(direct_ask(&gateway, "GET", "/v1/spaces", NULL));
    assert_int_equal(demo.count, 0);
    direct_now_ms += DEMO_PAUSE_MAX_MS;
    request_free(direct_ask(&gateway, "GET", "/v1/spaces", NULL));
    assert_int_equal(demo.count, 1);
    /* Nor does anything happen for one who is refused. */
    direct_now_ms += WHEN_HOUR_MS;
    request_free(direct_ask(&gateway, "GET", "/v1/nothing", NULL));
    assert_int_equal(demo.count, 1);
    direct_close(&gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path_split),   cmocka_unit_test(test_no_paths),
        cmocka_unit_test(test_long_segment), cmocka_unit_test(test_headers),
        cmocka_unit_test(test_body_pieces),  cmocka_unit_test(test_pages),
        cmocka_unit_test(test_expiry),       cmocka_unit_test(test_closed),
        cmocka_unit_test(test_demo_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
