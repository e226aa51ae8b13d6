/* The routes of the contract, asked over HTTP: lists, one runtime, the life of a lease, pages,
 * endpoints. */
#include "tests/gateway/program.h"
#include "tests/gateway/schema.h"
#include "tests/gateway/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define ALL_PROTOCOLS "cdp,cua,rdp,vnc,mcp,http"

static const struct {
    const char *protocol;
    const char *endpoint;
} protocols[] = {
    {"cdp", "websocket"}, {"cua", "websocket"}, {"rdp", "rdp"},
    {"vnc", "composite"}, {"mcp", "http"},      {"http", "http"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct house {
    struct program program;
    struct wire wire;
    struct wire_place place;
    json_t *document;
};

static void open_house(struct house *house, size_t space, const char *runtime)
{
    wire_open(&house->wire, house->program.port);
    house->place = wire_find(&house->wire, space, runtime);
    house->document = schema_document();
}

static void close_house(struct house *house)
{
    json_decref(house->document);
    wire_close(&house->wire);
    program_stop(&house->program);
}

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    assert_non_null(text);
    return text;
}

static void assert_null_member(const json_t *object, const char *name)
{
    assert_true(json_is_null(json_object_get(object, name)));
}

static struct reply create(struct house *house, const char *body)
{
    return wire_ask(&house->wire, "POST", house->place.leases, body);
}

static struct reply revoke(struct house *house, const char *id)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", house->place.leases, id);
    return wire_ask(&house->wire, "DELETE", path, NULL);
}

/* The lease with this id as the list shows it, or NULL; new reference. */
static json_t *listed(struct house *house, const char *id)
{
    struct reply reply = wire_ask(&house->wire, "GET", house->place.leases, NULL);
    json_t *found = NULL;
    size_t i;
    json_t *item;
    assert_int_equal(reply.status, 200);
    json_array_foreach(json_object_get(reply.json, "connections"), i, item)
    {
        assert_null(json_object_get(item, "endpoint"));
        if (strcmp(member(item, "id"), id) == 0)
            found = json_incref(item);
    }
    reply_clear(&reply);
    return found;
}

static time_t instant(const json_t *object, const char *name)
{
    struct tm utc = {0};
    const char *text = member(object, name);
    assert_true(schema_is_date_time(text));
    assert_non_null(strptime(text, "%Y-%m-%dT%H:%M:%S", &utc));
    return timegm(&utc);
}

static long life_s(const json_t *lease)
{
    return (long)(instant(lease, "expiresAt") - instant(lease, "createdAt"));
}

/* ---- spaces and runtimes */

static void test_spaces(void **state)
{
    (void)state;
    struct house house;
    PROGRAM_START(&house.program, "--demo");
    open_house(&house, 0, "checkout");
    struct reply reply = wire_ask(&house.wire, "GET", "/v1/spaces", NULL);
    const json_t *spaces = json_object_get(reply.json, "spaces");
    assert_int_equal(json_array_size(spaces), 2);
    for (size_t i = 0; i < 2; i++) {
        const json_t *space = json_array_get(spaces, i);
        assert_true(schema_is_uuid(member(space, "id")));
        assert_string_not_equal(member(space, "name"), "");
        assert_string_not_equal(member(space, "region"), "");
        assert_true(instant(space, "createdAt") <= instant(space, "updatedAt"));
    }
    reply_clear(&reply);
    close_house(&house);
}

static void check_runtime(const json_t *runtime, const char *space)
{
    bool active = strcmp(member(runtime, "status"), "active") == 0;
    assert_int_equal(json_object_size(runtime), 11);
    assert_true(schema_is_uuid(member(runtime, "id")));
    assert_string_equal(member(runtime, "spaceId"), space);
    assert_non_null(strstr("browser desktop spreadsheet", member(runtime, "kind")));
    assert_non_null(strstr("active stopped failed", member(runtime, "status")));
    if (active)
        assert_true(schema_is_uuid(member(runtime, "activeRunId")));
    else
        assert_null_member(runtime, "activeRunId");
    assert_string_not_equal(member(runtime, "name"), "");
    assert_string_not_equal(member(runtime, "region"), "");
    assert_true(json_is_array(json_object_get(runtime, "capabilities")));
    assert_true(instant(runtime, "createdAt") <= instant(runtime, "updatedAt"));
    assert_non_null(json_object_get(runtime, "metadata"));
}

static void test_runtimes(void **state)
{
    (void)state;
    struct house house;
    char path[256];
    PROGRAM_START(&house.program, "--demo");
    open_house(&house, 1, "legacy");
    snprintf(path, sizeof path, "/v1/spaces/%s/runtimes", house.place.space);
    struct reply list = wire_ask(&house.wire, "GET", path, NULL);
    const json_t *runtimes = json_object_get(list.json, "runtimes");
    assert_true(json_array_size(runtimes) >= 6);
    for (size_t i = 0; i < json_array_size(runtimes); i++) {
        const json_t *runtime = json_array_get(runtimes, i);
        check_runtime(runtime, house.place.space);
        snprintf(path, sizeof path, "/v1/spaces/%s/runtimes/%s", house.place.space,
                 member(runtime, "id"));
        struct reply one = wire_ask(&house.wire, "GET", path, NULL);
        assert_int_equal(one.status, 200);
        assert_true(json_equal(one.json, runtime));
        reply_clear(&one);
    }
    reply_clear(&list);
    close_house(&house);
}

/* HEAD is GET without the body, and says how long that would be. */
static void test_head(void **state)
{
    (void)state;
    struct house house;
    PROGRAM_START(&house.program);
    open_house(&house, 0, "browser");
    struct reply get = wire_ask(&house.wire, "GET", house.place.leases, NULL);
    struct reply head = wire_ask(&house.wire, "HEAD", house.place.leases, NULL);
    char *length = reply_header(&head, "Content-Length");
    assert_int_equal(head.status, 200);
    assert_int_equal(atoi(length), strlen(get.body));
    free(length);
    reply_clear(&get);
    reply_clear(&head);
    close_house(&house);
}

/* ---- the life of a lease */

/* A name that leads to nested endpoints, each of which is one by itself. */
static void check_composite(const struct house *house, const json_t *endpoint)
{
    const json_t *schema = json_object_get(
        json_object_get(json_object_get(json_object_get(house->document, "components"), "schemas"),
                        "spaces_runtimesConnectionsCreate_Response_200"),
        "properties");
    const char *name;
    json_t *nested;
    json_t *endpoints = json_object_get(endpoint, "endpoints");
    assert_true(json_object_size(endpoints) >= 2);
    json_object_foreach(endpoints, name, nested)
    {
        assert_true(schema_fits(house->document, json_object_get(schema, "endpoint"), nested));
    }
}

static void test_create(void **state)
{
    (void)state;
    struct house house;
    PROGRAM_START(&house.program, "--protocols", ALL_PROTOCOLS);
    open_house(&house, 0, "browser");
    for (size_t i = 0; i < COUNT(protocols); i++) {
        char body[64];
        snprintf(body, sizeof body, "{\"protocol\":\"%s\"}", protocols[i].protocol);
        struct reply reply = create(&house, body);
        const json_t *endpoint = json_object_get(reply.json, "endpoint");
        assert_int_equal(reply.status, 200);
        assert_null(reply_header(&reply, "Allow"));
        assert_int_equal(json_object_size(reply.json), 10);
        assert_true(schema_fits(house.document, schema_of_answer(house.document), reply.json));
        assert_string_equal(reply_text(&reply, "protocol"), protocols[i].protocol);
        assert_string_equal(reply_text(&reply, "runtimeId"), house.place.runtime);
        assert_string_equal(member(endpoint, "type"), protocols[i].endpoint);
        assert_int_equal(life_s(reply.json), 3600);
        if (strcmp(protocols[i].endpoint, "composite") == 0)
            check_composite(&house, endpoint);
        /* The list shows the same lease, but for its secret. */
        json_t *item = listed(&house, reply_text(&reply, "id"));
        json_object_del(reply.json, "endpoint");
        assert_true(json_equal(item, reply.json));
        json_decref(item);
        reply_clear(&reply);
    }
    close_house(&house);
}

static void test_create_choices(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        long life_s;
    } bodies[] = {
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":60}", 60},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":7200}", 7200},
        {"{\"protocol\":\"cdp\",\"ttlSeconds\":900.0}", 900},
        {"{\"protocol\":\"cdp\",\"options\":{}}", 3600},
        {"{\"protocol\":\"cdp\",\"options\":{\"a\":[1,null,{\"b\":\"\\u00e9\"}]},\"ttlSeconds\":"
         "61}",
         61},
        {" {\"protocol\" : \"cdp\" , \"unknown\" : null}\r\n", 3600},
    };
    struct house house;
    PROGRAM_START(&house.program);
    open_house(&house, 0, "desktop");
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct reply reply = create(&house, bodies[i].body);
        assert_int_equal(reply.status, 200);
        assert_int_equal(life_s(reply.json), bodies[i].life_s);
        assert_true(labs((long)(instant(reply.json, "createdAt") - time(NULL))) <= 20);
        reply_clear(&reply);
    }
    close_house(&house);
}

/* The body's own schema, as far as the gateway does not offer more: the client is held to it too.
 */
static void test_body_schema(void **state)
{
    (void)state;
    json_t *document = schema_document();
    json_t *good =
        json_loads("{\"protocol\":\"cdp\",\"ttlSeconds\":60,\"options\":{\"x\":1}}", 0, NULL);
    json_t *bad = json_loads("{\"protocol\":\"vnc\"}", 0, NULL);
    assert_true(schema_fits(document, schema_of_body(document), good));
    assert_false(schema_fits(document, schema_of_body(document), bad));
    json_decref(good);
    json_decref(bad);
    json_decref(document);
}

static void test_revoke(void **state)
{
    (void)state;
    struct house house;
    PROGRAM_START(&house.program);
    open_house(&house, 0, "browser");
    struct reply made = create(&house, "{\"protocol\":\"cdp\"}");
    struct reply first = revoke(&house, reply_text(&made, "id"));
    assert_int_equal(first.status, 200);
    assert_int_equal(json_object_size(first.json), 9);
    assert_string_equal(reply_text(&first, "id"), reply_text(&made, "id"));
    assert_string_equal(reply_text(&first, "expiresAt"), reply_text(&made, "expiresAt"));
    assert_string_equal(reply_text(&first, "status"), "revoked");
    assert_true(instant(first.json, "revokedAt") >= instant(made.json, "createdAt"));
    assert_null_member(first.json, "closedAt");
    assert_null(json_object_get(first.json, "endpoint"));
    /* Again it is still 200, and the first end stands. */
    struct reply second = revoke(&house, reply_text(&made, "id"));
    assert_int_equal(second.status, 200);
    assert_true(json_equal(second.json, first.json));
    json_t *item = listed(&house, reply_text(&made, "id"));
    assert_true(json_equal(item, first.json));
    json_decref(item);
    reply_clear(&made);
    reply_clear(&first);
    reply_clear(&second);
    close_house(&house);
}

static void test_vanish_at_once(void **state)
{
    (void)state;
    struct house house;
    PROGRAM_START(&house.program, "--demo", "--keep-ended", "0");
    open_house(&house, 0, "nightly");
    struct reply made = create(&house, "{\"protocol\":\"cdp\"}");
    json_t *item = listed(&house, reply_text(&made, "id"));
    assert_non_null(item);
    json_decref(item);
    struct reply gone = revoke(&house, reply_text(&made, "id"));
    assert_int_equal(gone.status, 200);
    assert_string_equal(reply_text(&gone, "status"), "revoked");
    assert_null(listed(&house, reply_text(&made, "id")));
    struct reply again = revoke(&house, reply_text(&made, "id"));
    assert_int_equal(again.status, 200); /* it is known all the same, in its own runtime */
    assert_true(json_equal(again.json, gone.json));
    assert_null(listed(&house, reply_text(&made, "id")));
    house.place = wire_find(&house.wire, 0, "checkout");
    struct reply elsewhere = revoke(&house, reply_text(&made, "id"));
    assert_int_equal(elsewhere.status, 404);
    assert_string_equal(reply_text(&elsewhere, "code"), "connection.not_found");
    reply_clear(&elsewhere);
    reply_clear(&made);
    reply_clear(&gone);
    reply_clear(&again);
    close_house(&house);
}

/* ---- endpoints */

/* What the host sees of a url of ours: the path, borrowed. */
static const char *path_of(const struct house *house, const char *url)
{
    char host[64];
    snprintf(host, sizeof host, "127.0.0.1:%u/", house->program.port);
    const char *at = strstr(url, host);
    assert_non_null(at);
    return at + strlen(host) - 1;
}

static void assert_attach(struct house *house, const char *path, int status, const char *code)
{
    /* No key: the secret is in the path. Who attaches and is refused keeps no connection. */
    struct wire wire;
    wire_open(&wire, house->program.port);
    assert_true(wire_say(&wire, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path));
    struct reply reply = wire_read(&wire, false);
    assert_int_equal(reply.status, status);
    assert_string_equal(reply_text(&reply, "code"), code);
    bool knocks = strncmp(path, "/attach/", 8) == 0 && strcmp(code, "route.not_found") != 0;
    assert_true(!knocks || wire_has_ended(&wire));
    reply_clear(&reply);
    wire_close(&wire);
}

static void check_attach(struct house *house, const char *body, const char *member_name,
                         const char *below)
{
    char path[256];
    struct reply made = create(house, body);
    const char *url = member(json_object_get(made.json, "endpoint"), member_name);
    snprintf(path, sizeof path, "%s%s", path_of(house, url), below);
    assert_attach(house, path, 503, "runtime.host_unavailable");
    path[strlen(path) - strlen(below) - 1] ^= 1;
    assert_attach(house, path, 404, "connection.not_found");
    path[strlen(path) - strlen(below) - 1] ^= 1;
    struct reply gone = revoke(house, reply_text(&made, "id"));
    assert_attach(house, path, 410, "connection.revoked");
    reply_clear(&made);
    reply_clear(&gone);
}

static void test_attach(void **state)
{
    (void)state;
    struct house house;
    PROGRAM_START(&house.program, "--protocols", "cdp,mcp");
    open_house(&house, 0, "browser");
    check_attach(&house, "{\"protocol\":\"cdp\"}", "url", "");
    check_attach(&house, "{\"protocol\":\"mcp\"}", "baseUrl", "");
    check_attach(&house, "{\"protocol\":\"mcp\"}", "baseUrl", "/a/b/c/d/e/f/g/h/i?q=1");
    assert_attach(&house, "/attach/", 404, "route.not_found");
    assert_attach(&house, "/attach/short", 404, "connection.not_found");
    assert_attach(&house, "/attach/................................", 404, "connection.not_found");
    close_house(&house);
}

/* Two secrets share nothing: 32 letters, no two alike at more places than chance would have it. */
static void test_secrets_differ(void **state)
{
    (void)state;
    struct house house;
    char last[64] = "";
    PROGRAM_START(&house.program);
    open_house(&house, 0, "browser");
    for (int i = 0; i < 50; i++) {
        struct reply made = create(&house, "{\"protocol\":\"cdp\"}");
        const char *url = member(json_object_get(made.json, "endpoint"), "url");
        const char *token = strrchr(url, '/') + 1;
        int same = 0;
        assert_int_equal(strlen(token), 32);
        for (size_t c = 0; c < 32; c++)
            same += token[c] == last[c];
        assert_true(same < 12);
        snprintf(last, sizeof last, "%s", token);
        reply_clear(&made);
    }
    close_house(&house);
}

/* ---- pages */

/* Follows the cursors of a list; how many items it held, and on how many pages. */
static size_t follow(struct house *house, const char *path, const char *name, const char *first,
                     size_t *pages)
{
    char at[512];
    json_t *seen = json_object();
    snprintf(at, sizeof at, "%s%s", path, first);
    for (*pages = 0; at[0] != '\0';) {
        struct reply reply = wire_ask(&house->wire, "GET", at, NULL);
        size_t i;
        json_t *item;
        assert_int_equal(reply.status, 200);
        json_array_foreach(json_object_get(reply.json, name), i, item)
        {
            assert_null(json_object_get(seen, member(item, "id")));
            json_object_set_new(seen, member(item, "id"), json_true());
        }
        const char *cursor = reply_text(&reply, "nextCursor");
        snprintf(at, sizeof at, *cursor == '\0' ? "%s" : "%s?cursor=%s%s%s",
                 *cursor == '\0' ? "" : path, cursor, first[0] == '\0' ? "" : "&",
                 first + (first[0] != '\0'));
        ++*pages;
        reply_clear(&reply);
    }
    size_t count = json_object_size(seen);
    json_decref(seen);
    return count;
}

static void test_pages(void **state)
{
    (void)state;
    struct house house;
    char runtimes[128];
    size_t pages;
    PROGRAM_START(&house.program, "--fleet", "23x25", "--page-size", "10");
    /* More than a page, so that the second must be asked for to find the last. */
    wire_open(&house.wire, house.program.port);
    house.document = NULL;
    house.place = wire_find(&house.wire, 0, "runtime-0001");
    snprintf(runtimes, sizeof runtimes, "/v1/spaces/%s/runtimes", house.place.space);
    assert_int_equal(follow(&house, "/v1/spaces", "spaces", "", &pages), 1);
    assert_int_equal(pages, 1);
    assert_int_equal(follow(&house, runtimes, "runtimes", "", &pages), 23);
    assert_int_equal(pages, 3);
    assert_int_equal(follow(&house, house.place.leases, "connections", "", &pages), 25);
    assert_int_equal(pages, 3);
    assert_int_equal(follow(&house, house.place.leases, "connections", "?limit=5", &pages), 25);
    assert_int_equal(pages, 5);
    /* A limit cannot make a page larger than the server's. */
    assert_int_equal(follow(&house, house.place.leases, "connections", "?limit=25", &pages), 25);
    assert_int_equal(pages, 3);
    close_house(&house);
}

/* What ends between two pages neither hides a lease nor shows one twice. */
static void test_page_after_revoke(void **state)
{
    (void)state;
    struct house house;
    char path[512];
    PROGRAM_START(&house.program, "--fleet", "1x30", "--page-size", "10", "--keep-ended", "0");
    open_house(&house, 0, "runtime-0001");
    struct reply first = wire_ask(&house.wire, "GET", house.place.leases, NULL);
    const json_t *items = json_object_get(first.json, "connections");
    for (size_t i = 0; i < 10; i++) {
        struct reply gone = revoke(&house, member(json_array_get(items, i), "id"));
        assert_int_equal(gone.status, 200);
        reply_clear(&gone);
    }
    snprintf(path, sizeof path, "%s?cursor=%s", house.place.leases,
             reply_text(&first, "nextCursor"));
    struct reply second = wire_ask(&house.wire, "GET", path, NULL);
    size_t pages;
    assert_int_equal(json_array_size(json_object_get(second.json, "connections")), 10);
    assert_int_equal(follow(&house, house.place.leases, "connections", "", &pages), 20);
    reply_clear(&first);
    reply_clear(&second);
    close_house(&house);
}

static void test_no_pages(void **state)
{
    (void)state;
    struct house house;
    PROGRAM_START(&house.program, "--fleet", "1x1000");
    open_house(&house, 0, "runtime-0001");
    struct reply all = wire_ask(&house.wire, "GET", house.place.leases, NULL);
    assert_int_equal(json_array_size(json_object_get(all.json, "connections")), 1000);
    assert_null(json_object_get(all.json, "nextCursor"));
    reply_clear(&all);
    close_house(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spaces),         cmocka_unit_test(test_runtimes),
        cmocka_unit_test(test_head),           cmocka_unit_test(test_create),
        cmocka_unit_test(test_create_choices), cmocka_unit_test(test_body_schema),
        cmocka_unit_test(test_revoke),         cmocka_unit_test(test_vanish_at_once),
        cmocka_unit_test(test_attach),         cmocka_unit_test(test_secrets_differ),
        cmocka_unit_test(test_pages),          cmocka_unit_test(test_page_after_revoke),
        cmocka_unit_test(test_no_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
