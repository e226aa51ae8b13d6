/* What the gateway refuses, over HTTP: each refusal has its status, its code and the error shape,
 * leaves the connection usable, and changes nothing. */
#include "tests/gateway/program.h"
#include "tests/gateway/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define NOWHERE "00000000-0000-4000-8000-000000000000"

/* In a path: @S is the space, @R its active runtime, @I its stopped one, @F its failed one, @L a
 * live lease. */
struct names {
    char space[64], active[64], stopped[64], failed[64], lease[64];
};

static struct program program;
static struct wire wire;
static struct names names;
static char *before;

static int start(void **state)
{
    (void)state;
    PROGRAM_START(&program);
    wire_open(&wire, program.port);
    struct wire_place place = wire_find(&wire, 0, "browser");
    snprintf(names.space, sizeof names.space, "%s", place.space);
    snprintf(names.active, sizeof names.active, "%s", place.runtime);
    snprintf(names.stopped, sizeof names.stopped, "%s", wire_find(&wire, 0, "spare").runtime);
    snprintf(names.failed, sizeof names.failed, "%s", wire_find(&wire, 0, "broken").runtime);
    struct reply made = wire_ask(&wire, "POST", place.leases, "{\"protocol\":\"cdp\"}");
    snprintf(names.lease, sizeof names.lease, "%s", reply_text(&made, "id"));
    reply_clear(&made);
    before = wire_state(&wire);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    free(before);
    wire_close(&wire);
    program_stop(&program);
    return 0;
}

/* A path with its names; from malloc. */
static char *expand(const char *path)
{
    struct support_bytes text = {0};
    for (; *path != '\0'; path++) {
        const char *name = NULL;
        if (*path == '@') {
            path++;
            name = *path == 'S'   ? names.space
                   : *path == 'R' ? names.active
                   : *path == 'I' ? names.stopped
                   : *path == 'F' ? names.failed
                                  : names.lease;
        }
        support_bytes_add(&text, name != NULL ? name : path, name != NULL ? strlen(name) : 1);
    }
    return text.bytes;
}

static void assert_same_state(void)
{
    char *after = wire_state(&wire);
    assert_string_equal(after, before);
    free(after);
}

/* The error shape of the contract, with the same id as the header. */
static void assert_refusal(const struct reply *reply, int status, const char *code)
{
    char *id = reply_header(reply, "x-request-id");
    char *type = reply_header(reply, "Content-Type");
    char *date = reply_header(reply, "Date");
    if (reply->status != status || strcmp(reply_text(reply, "code"), code) != 0)
        fail_msg("%d %s instead of %d %s", reply->status, reply->body, status, code);
    assert_int_equal(json_object_size(reply->json), 4);
    assert_string_not_equal(reply_text(reply, "error"), "");
    assert_non_null(id);
    assert_string_equal(reply_text(reply, "requestId"), id);
    assert_true(json_is_object(json_object_get(reply->json, "details")));
    assert_string_equal(type, "application/json");
    assert_non_null(date);
    free(id);
    free(type);
    free(date);
}

/* ---- the key */

static void test_key(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *code;
    } keys[] = {
        {"", "auth.required"},
        {"Authorization: " PROGRAM_KEY "\r\n", "auth.required"},
        {"Authorization: Basic Zm9vOmJhcg==\r\n", "auth.required"},
        {"Authorization: Bearer\r\n", "auth.required"},
        {"Authorization: Bearer x\r\n", "auth.invalid"},
        {"Authorization: Bearer " PROGRAM_KEY "x\r\n", "auth.invalid"},
        {"Authorization: Bearer bctrl_for_tests_onlY\r\n", "auth.invalid"},
        {"Authorization: Bearer bctrl_for_tests_onl\r\n", "auth.invalid"},
        {"Authorization: Bearer " PROGRAM_KEY " " PROGRAM_KEY "\r\n", "auth.invalid"},
    };
    static const char *const requests[] = {
        "GET /v1",
        "GET /v1/spaces",
        "GET /v1/spaces/@S/runtimes",
        "GET /v1/spaces/@S/runtimes/@R",
        "GET /v1/spaces/@S/runtimes/@R/connections",
        "POST /v1/spaces/@S/runtimes/@R/connections",
        "DELETE /v1/spaces/@S/runtimes/@R/connections/@L",
        ("DELETE /v1/spaces/@S/runtimes/@R/connections/" NOWHERE),
        "GET /v1/no/such/route",
        "PUT /v1/spaces",
        "GET /%761/spaces",
    };
    for (size_t r = 0; r < COUNT(requests); r++) {
        char *request = expand(requests[r]);
        for (size_t k = 0; k < COUNT(keys); k++) {
            assert_true(wire_say(&wire, "%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", request,
                                 keys[k].header));
            struct reply reply = wire_read(&wire, false);
            char *challenge = reply_header(&reply, "WWW-Authenticate");
            assert_refusal(&reply, 401, keys[k].code);
            assert_string_equal(challenge, "Bearer");
            free(challenge);
            reply_clear(&reply);
        }
        free(request);
    }
    assert_same_state();
}

/* The scheme is a word without case, and more than one space may follow it (RFC 9110, 11.1
 * and 11.4). */
static void test_key_spelling(void **state)
{
    (void)state;
    static const char *const good[] = {"Bearer ", "bearer ", "BEARER  "};
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(
            wire_say(&wire,
                     "GET /v1/spaces HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s" PROGRAM_KEY
                     "\r\n\r\n",
                     good[i]));
        struct reply reply = wire_read(&wire, false);
        assert_int_equal(reply.status, 200);
        reply_clear(&reply);
    }
}

/* ---- paths and methods */

static void test_paths(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        const char *path;
        const char *code;
    } unknown[] = {
        {"GET", "/", "route.not_found"},
        {"GET", "/favicon.ico", "route.not_found"},
        {"GET", "/v1", "route.not_found"},
        {"GET", "/v1/", "route.not_found"},
        {"GET", "/v1/spaces/", "route.not_found"},
        {"GET", "//v1/spaces", "route.not_found"},
        {"GET", "/v1//spaces", "route.not_found"},
        {"GET", "/v1/./spaces", "route.not_found"},
        {"GET", "/v1/spaces/../spaces", "route.not_found"},
        {"GET", "/V1/spaces", "route.not_found"},
        {"GET", "/v2/spaces", "route.not_found"},
        {"GET", "/v1/spaces/@S", "route.not_found"},
        {"GET", "/v1/spaces/@S/runtimes/@R/connections/@L/x", "route.not_found"},
        {"GET", "/v1/spaces/%00/runtimes", "route.not_found"},
        {"GET", "/v1/spaces/%zz/runtimes", "route.not_found"},
        {"GET", "/v1/spaces/%", "route.not_found"},
        {"GET", "/v1/spaces//runtimes", "route.not_found"},
        {"GET", "/v1/spaces/@S%2Fruntimes", "route.not_found"},
        {"GET", "/1/2/3/4/5/6/7/8/9/10", "route.not_found"},
        {"GET", "/v1/spaces/x/runtimes", "space.not_found"},
        {"GET", "/v1/spaces/" NOWHERE "/runtimes", "space.not_found"},
        {"GET", "/v1/spaces/" NOWHERE "/runtimes/@R", "space.not_found"},
        {"GET", "/v1/spaces/" NOWHERE "/runtimes/@R/connections", "space.not_found"},
        {"POST", "/v1/spaces/" NOWHERE "/runtimes/@R/connections", "space.not_found"},
        {"DELETE", "/v1/spaces/" NOWHERE "/runtimes/@R/connections/@L", "space.not_found"},
        {"GET", "/v1/spaces/@S/runtimes/" NOWHERE, "runtime.not_found"},
        {"GET", "/v1/spaces/@S/runtimes/@S", "runtime.not_found"},
        {"GET", "/v1/spaces/@S/runtimes/@R%2Fconnections", "runtime.not_found"},
        {"GET", "/v1/spaces/@S/runtimes/" NOWHERE "/connections", "runtime.not_found"},
        {"POST", "/v1/spaces/@S/runtimes/" NOWHERE "/connections", "runtime.not_found"},
        {"DELETE", "/v1/spaces/@S/runtimes/" NOWHERE "/connections/@L", "runtime.not_found"},
        {"DELETE", "/v1/spaces/@S/runtimes/@R/connections/" NOWHERE, "connection.not_found"},
        {"DELETE", "/v1/spaces/@S/runtimes/@I/connections/@L", "connection.not_found"},
        {"DELETE", "/v1/spaces/@S/runtimes/@R/connections/@Lx", "connection.not_found"},
    };
    for (size_t i = 0; i < COUNT(unknown); i++) {
        char *path = expand(unknown[i].path);
        const char *body = strcmp(unknown[i].method, "POST") == 0 ? "{\"protocol\":\"cdp\"}" : NULL;
        struct reply reply = wire_ask(&wire, unknown[i].method, path, body);
        assert_refusal(&reply, 404, unknown[i].code);
        reply_clear(&reply);
        free(path);
    }
    assert_same_state();
}

static void test_escaped_path(void **state)
{
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "/%%76%%31/sp%%61ces/%%%02x%s/runtimes", names.space[0],
             names.space + 1);
    struct reply reply = wire_ask(&wire, "GET", path, NULL);
    assert_int_equal(reply.status, 200);
    reply_clear(&reply);
}

static void test_methods(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        const char *path;
        const char *allow;
    } wrong[] = {
        {"POST", "/v1/spaces", "GET, HEAD"},
        {"DELETE", "/v1/spaces", "GET, HEAD"},
        {"PATCH", "/v1/spaces/@S/runtimes", "GET, HEAD"},
        {"POST", "/v1/spaces/@S/runtimes/@R", "GET, HEAD"},
        {"DELETE", "/v1/spaces/@S/runtimes/@R", "GET, HEAD"},
        {"PUT", "/v1/spaces/@S/runtimes/@R/connections", "GET, HEAD, POST"},
        {"DELETE", "/v1/spaces/@S/runtimes/@R/connections", "GET, HEAD, POST"},
        {"OPTIONS", "/v1/spaces/@S/runtimes/@R/connections", "GET, HEAD, POST"},
        {"get", "/v1/spaces/@S/runtimes/@R/connections", "GET, HEAD, POST"},
        {"GET", "/v1/spaces/@S/runtimes/@R/connections/@L", "DELETE"},
        {"POST", "/v1/spaces/@S/runtimes/@R/connections/@L", "DELETE"},
        {"POST", "/attach/x", "GET, HEAD"},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        char *path = expand(wrong[i].path);
        struct reply reply = wire_ask(&wire, wrong[i].method, path, NULL);
        char *allow = reply_header(&reply, "Allow");
        assert_refusal(&reply, 405, "method.not_allowed");
        assert_string_equal(allow, wrong[i].allow);
        free(allow);
        reply_clear(&reply);
        free(path);
    }
    assert_same_state();
}

static void test_queries(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "limit=0",  "limit=-1",  "limit=x",     "limit=",  "limit",
        "limit=1x", "cursor=x",  "cursor=-1",   "cursor=", "limit=99999999999999999999",
        "limit=1+", "cursor=1%", "limit=10001",
    };
    for (size_t i = 0; i < COUNT(queries); i++) {
        char path[128];
        snprintf(path, sizeof path, "/v1/spaces?%s", queries[i]);
        struct reply reply = wire_ask(&wire, "GET", path, NULL);
        assert_refusal(&reply, 400, "request.invalid");
        assert_string_equal(
            json_string_value(json_object_get(json_object_get(reply.json, "details"), "field")),
            queries[i][0] == 'l' ? "limit" : "cursor");
        reply_clear(&reply);
    }
    struct reply reply = wire_ask(&wire, "GET", "/v1/spaces?other=1&limit=7&cursor=0", NULL);
    assert_int_equal(reply.status, 200);
    reply_clear(&reply);
}

/* ---- bodies */

static char *leases_path(const char *runtime)
{
    char pattern[64];
    snprintf(pattern, sizeof pattern, "/v1/spaces/@S/runtimes/%s/connections", runtime);
    return expand(pattern);
}

static void test_bodies(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *field; /* NULL: the body as a whole */
        const char *said;  /* some of the sentence, or NULL */
    } bad[] = {
        {"", NULL, "there is no body"},
        {" ", NULL, NULL},
        {"{", NULL, "the body is not JSON"},
        {"nonsense", NULL, "the body is not JSON"},
        {"{\"protocol\":\"cdp\"}}", NULL, NULL},
        {"{\"protocol\":\"cdp\"} {}", NULL, NULL},
        {"{'protocol':'cdp'}", NULL, NULL},
        {"{\"protocol\":\"cdp\",}", NULL, NULL},
        {"{\"protocol\":\"cdp\",\"protocol\":\"cdp\"}", NULL, "names a member twice"},
        {"{\"protocol\":\"cdp\",\"options\":{\"a\":\"\xff\"}}", NULL, "not UTF-8"},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":1e999}", NULL, "number that is too large"},
        {"{\"protocol\":\"cdp\",\"options\":{\"a\":\"\\u0000\"}}", NULL, "holds \\u0000"},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":99999999999999999999}", "ttlSeconds", "from 60"},
        {"\xef\xbb\xbf{\"protocol\":\"cdp\"}", NULL, NULL},
        {"null", NULL, "must be a JSON object"},
        {"\"cdp\"", NULL, "must be a JSON object"},
        {"42", NULL, NULL},
        {"[{\"protocol\":\"cdp\"}]", NULL, "must be a JSON object"},
        {"{}", "protocol", NULL},
        {"{\"Protocol\":\"cdp\"}", "protocol", NULL},
        {"{\"ttlSeconds\":60}", "protocol", NULL},
        {"{\"protocol\":null}", "protocol", NULL},
        {"{\"protocol\":1}", "protocol", NULL},
        {"{\"protocol\":[\"cdp\"]}", "protocol", NULL},
        {"{\"protocol\":\"\"}", "protocol", NULL},
        {"{\"protocol\":\"CDP\"}", "protocol", NULL},
        {"{\"protocol\":\"cdp \"}", "protocol", NULL},
        {"{\"protocol\":\"ssh\"}", "protocol", NULL},
        {"{\"protocol\":\"cdp,vnc\"}", "protocol", NULL},
        {"{\"protocol\":\"rdp\"}", "protocol", NULL}, /* exists, but is not offered here */
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":59}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":7201}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":0}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":-60}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":9223372036854775807}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":60.5}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":1e300}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":\"60\"}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":null}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":true}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":[60]}", "ttlSeconds", NULL},
        {"{\"protocol\":\"cdp\",\"options\":null}", "options", NULL},
        {"{\"protocol\":\"cdp\",\"options\":[]}", "options", NULL},
        {"{\"protocol\":\"cdp\",\"options\":\"{}\"}", "options", NULL},
    };
    char *path = leases_path("@R");
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct reply reply = wire_ask(&wire, "POST", path, bad[i].body);
        const json_t *field = json_object_get(json_object_get(reply.json, "details"), "field");
        const char *error = json_string_value(json_object_get(reply.json, "error"));
        assert_refusal(&reply, 400, "request.invalid");
        if (bad[i].said != NULL && (error == NULL || strstr(error, bad[i].said) == NULL))
            fail_msg("to %s it says \"%s\"", bad[i].body, error);
        if (bad[i].field == NULL)
            assert_null(field);
        else
            assert_string_equal(json_string_value(field), bad[i].field);
        reply_clear(&reply);
    }
    free(path);
    assert_same_state();
}

static void test_nul_in_body(void **state)
{
    (void)state;
    static const char body[] = "{\"protocol\":\"cdp\"}\0{";
    char *path = leases_path("@R");
    assert_true(wire_say(&wire,
                         "POST %s HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION WIRE_JSON
                         "Content-Length: %zu\r\n\r\n",
                         path, sizeof body - 1));
    assert_true(wire_send(&wire, body, sizeof body - 1));
    struct reply reply = wire_read(&wire, false);
    assert_refusal(&reply, 400, "request.invalid");
    reply_clear(&reply);
    free(path);
    assert_same_state();
}

static void test_content_types(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        int status;
    } types[] = {
        {"", 415},
        {"Content-Type:\r\n", 415},
        {"Content-Type: text/plain\r\n", 415},
        {"Content-Type: application/x-www-form-urlencoded\r\n", 415},
        {"Content-Type: application/jsonx\r\n", 415},
        {"Content-Type: application/json\r\nContent-Encoding: gzip\r\n", 415},
        {"Content-Type: application/json; charset=utf-8\r\n", 400},
        {"Content-Type: Application/JSON;charset=utf-8\r\n", 400},
        {"Content-Type: application/json ; charset=utf-8\r\n", 400},
        {"Content-Type: application/json\r\nContent-Encoding: identity\r\n", 400},
    };
    char *path = leases_path("@R");
    for (size_t i = 0; i < COUNT(types); i++) {
        assert_true(wire_say(&wire,
                             "POST %s HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION
                             "%sContent-Length: 2\r\n\r\n{}",
                             path, types[i].header));
        struct reply reply = wire_read(&wire, false);
        assert_refusal(&reply, types[i].status,
                       types[i].status == 415 ? "request.media_type" : "request.invalid");
        reply_clear(&reply);
    }
    free(path);
    assert_same_state();
}

static void test_not_active(void **state)
{
    (void)state;
    static const char *const runtimes[] = {"@I", "@F"};
    for (size_t i = 0; i < COUNT(runtimes); i++) {
        char *path = leases_path(runtimes[i]);
        struct reply good = wire_ask(&wire, "POST", path, "{\"protocol\":\"cdp\"}");
        assert_refusal(&good, 409, "runtime.not_active");
        reply_clear(&good);
        struct reply bad = wire_ask(&wire, "POST", path, "{\"protocol\":1}");
        assert_refusal(&bad, 400, "request.invalid");
        reply_clear(&bad);
        free(path);
    }
    assert_same_state();
}

/* ---- a gateway of its own: this one is filled up */

static void test_quota(void **state)
{
    (void)state;
    struct program full;
    struct wire to;
    int made = 0;
    PROGRAM_START(&full, "--fleet", "1x1000");
    wire_open(&to, full.port);
    struct wire_place place = wire_find(&to, 0, "runtime-0001");
    struct reply reply;
    while ((reply = wire_ask(&to, "POST", place.leases, "{\"protocol\":\"cdp\"}")).status == 200) {
        reply_clear(&reply);
        made++;
    }
    assert_refusal(&reply, 402, "browser.concurrent_quota_exceeded");
    assert_int_equal(made, 24);
    reply_clear(&reply);
    /* One that has ended makes room for another, though it would stay listed. */
    char path[512];
    struct reply list = wire_ask(&to, "GET", place.leases, NULL);
    const json_t *first = json_array_get(json_object_get(list.json, "connections"), 0);
    snprintf(path, sizeof path, "%s/%s", place.leases,
             json_string_value(json_object_get(first, "id")));
    reply = wire_ask(&to, "DELETE", path, NULL);
    assert_int_equal(reply.status, 200);
    reply_clear(&reply);
    reply = wire_ask(&to, "POST", place.leases, "{\"protocol\":\"cdp\"}");
    assert_int_equal(reply.status, 200);
    reply_clear(&reply);
    reply_clear(&list);
    wire_close(&to);
    program_stop(&full);
}

/* No two requests share an id. */
static void test_request_ids(void **state)
{
    (void)state;
    json_t *seen = json_object();
    for (int i = 0; i < 200; i++) {
        struct reply reply = wire_ask(&wire, "GET", i % 2 ? "/v1/spaces" : "/v1/nothing", NULL);
        char *id = reply_header(&reply, "x-request-id");
        assert_null(json_object_get(seen, id));
        json_object_set_new(seen, id, json_true());
        free(id);
        reply_clear(&reply);
    }
    json_decref(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key),           cmocka_unit_test(test_key_spelling),
        cmocka_unit_test(test_paths),         cmocka_unit_test(test_escaped_path),
        cmocka_unit_test(test_methods),       cmocka_unit_test(test_queries),
        cmocka_unit_test(test_bodies),        cmocka_unit_test(test_nul_in_body),
        cmocka_unit_test(test_content_types), cmocka_unit_test(test_not_active),
        cmocka_unit_test(test_quota),         cmocka_unit_test(test_request_ids),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
