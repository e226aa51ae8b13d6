/* --json: every field of the object, what is null when, and that nothing secret and no foreign
 * character gets out. The clock stands still; see fleet.h. */
#include "cli/print.h"

#include "tests/unit/fleet.h"

#include <ctype.h>
#include <jansson.h>

/* What is printed of a fleet (NULL: nothing was heard), for the caller to free. */
static char *print(const struct fleet *fleet)
{
    const struct print_options options = {"https://api.example", TEXT_UTF8, USUAL_THRESHOLDS, NULL};
    const struct snapshot *snapshot = fleet != NULL ? fleet_snapshot(fleet) : NULL;
    struct error error = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (!print_json(to, snapshot, &options, &error))
        fail_msg("%s", error.sentence);
    fclose(to);
    snapshot_unref(snapshot);
    return text;
}

static json_t *printed(const struct fleet *fleet)
{
    json_error_t error;
    char *text = print(fleet);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL)
        fail_msg("%s", error.text);
    free(text);
    return json;
}

/* A value as JSON with ' for ". */
static void expect_json(json_t *value, const char *expected)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    for (char *at = text; *at != '\0'; at++)
        *at = *at == '"' ? '\'' : *at;
    assert_string_equal(text, expected);
    free(text);
}

static void expect_fields(json_t *object, const char *const *names)
{
    size_t count = 0;
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value)
    {
        assert_non_null(names[count]);
        assert_string_equal(name, names[count++]);
    }
    assert_null(names[count]);
}

static json_t *first(json_t *all, const char *list)
{
    return json_array_get(json_object_get(all, list), 0);
}

/* ---- the whole of it */

static const struct fleet one_lease = {
    .runtimes = {{"rt-1", "checkout", "browser", "active"}},
    .leases = {{"77ab01c4-1", .created = -1122933, .expires = 2467500}},
    .holdings = {{"77ab01c4-1", NULL, SECRET_HELD, ENDPOINT_WEBSOCKET}},
};

static void test_exactly(void **state)
{
    (void)state;
    char *text = print(&one_lease);
    assert_string_equal(text, "{\n"
                              "  \"asOf\": \"2026-11-22T10:02:11Z\",\n"
                              "  \"source\": {\n"
                              "    \"url\": \"https://api.example\",\n"
                              "    \"state\": \"fresh\",\n"
                              "    \"error\": null,\n"
                              "    \"unreadable\": 0\n"
                              "  },\n"
                              "  \"runtimes\": [\n"
                              "    {\n"
                              "      \"id\": \"rt-1\",\n"
                              "      \"spaceId\": \"sp\",\n"
                              "      \"space\": \"acme\",\n"
                              "      \"name\": \"checkout\",\n"
                              "      \"kind\": \"browser\",\n"
                              "      \"status\": \"active\",\n"
                              "      \"leases\": 1,\n"
                              "      \"unreadable\": 0,\n"
                              "      \"error\": null\n"
                              "    }\n"
                              "  ],\n"
                              "  \"leases\": [\n"
                              "    {\n"
                              "      \"id\": \"77ab01c4-1\",\n"
                              "      \"runtimeId\": \"rt-1\",\n"
                              "      \"runtime\": \"checkout\",\n"
                              "      \"spaceId\": \"sp\",\n"
                              "      \"space\": \"acme\",\n"
                              "      \"protocol\": \"cdp\",\n"
                              "      \"status\": \"active\",\n"
                              "      \"serverStatus\": \"active\",\n"
                              "      \"createdAt\": \"2026-11-22T09:43:28.067Z\",\n"
                              "      \"expiresAt\": \"2026-11-22T10:43:18.500Z\",\n"
                              "      \"secondsLeft\": 2467,\n"
                              "      \"endpointType\": \"websocket\",\n"
                              "      \"by\": \"me\",\n"
                              "      \"unreadable\": null\n"
                              "    }\n"
                              "  ]\n"
                              "}\n");
    free(text);
}

static void test_fields(void **state)
{
    (void)state;
    static const char *const all[] = {"asOf", "source", "runtimes", "leases", NULL};
    static const char *const source[] = {"url", "state", "error", "unreadable", NULL};
    static const char *const runtime[] = {"id",     "spaceId", "space",      "name",  "kind",
                                          "status", "leases",  "unreadable", "error", NULL};
    static const char *const lease[] = {"id",        "runtimeId",  "runtime",     "spaceId",
                                        "space",     "protocol",   "status",      "serverStatus",
                                        "createdAt", "expiresAt",  "secondsLeft", "endpointType",
                                        "by",        "unreadable", NULL};
    json_t *json = printed(&one_lease);
    expect_fields(json, all);
    expect_fields(json_object_get(json, "source"), source);
    expect_fields(first(json, "runtimes"), runtime);
    expect_fields(first(json, "leases"), lease);
    json_decref(json);
}

/* ---- the source */

static void test_source(void **state)
{
    (void)state;
    static const struct {
        struct fleet_source source;
        const char *expected;
    } cases[] = {
        {{.age_ms = 5},
         "{'url':'https://api.example','state':'fresh','error':null,'unreadable':0}"},
        {{.unheard = true},
         "{'url':'https://api.example','state':'loading','error':null,'unreadable':0}"},
        {{.unheard = true, .trouble = TROUBLE_REFUSED, .sentence = "nobody listens"},
         "{'url':'https://api.example','state':'offline','error':'nobody listens','unreadable':0}"},
        {{.age_ms = 5, .trouble = TROUBLE_LIMITED},
         "{'url':'https://api.example','state':'rate-limited','error':'the "
         "reason','unreadable':0}"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *json = printed(&(struct fleet){.server = cases[i].source});
        expect_json(json_object_get(json, "source"), cases[i].expected);
        json_decref(json);
    }
}

static void test_nothing_heard(void **state)
{
    (void)state;
    json_t *json = printed(NULL);
    expect_json(json, "{'asOf':null,'source':{'url':'https://api.example','state':'loading',"
                      "'error':null,'unreadable':0},'runtimes':[],'leases':[]}");
    json_decref(json);
}

/* Some of it did not come: the first reason is told. */
static void test_partial(void **state)
{
    (void)state;
    static const char expected[] =
        "{'url':'https://api.example','state':'partial','error':'the reason','unreadable':0}";
    json_t *json = printed(&(struct fleet){
        .runtimes = {{"p"}, {"q", .source = {.unheard = true, .trouble = TROUBLE_SERVER}}}});
    expect_json(json_object_get(json, "source"), expected);
    json_decref(json);
    json = printed(&(struct fleet){.spaces = {{"s"}, {"t", .source.trouble = TROUBLE_FORBIDDEN}}});
    expect_json(json_object_get(json, "source"), expected);
    json_decref(json);
}

/* What could not be read is missing from the lists, and counted: all of it, and by runtime. */
static void test_unreadable(void **state)
{
    (void)state;
    json_t *json = printed(&(struct fleet){
        .unreadable = 3, .runtimes = {{"p", .unreadable = 2}, {"q", .unreadable = 1}}});
    expect_json(json_object_get(json, "source"),
                "{'url':'https://api.example','state':'partial','error':null,'unreadable':6}");
    assert_int_equal(json_integer_value(json_object_get(first(json, "runtimes"), "unreadable")), 2);
    json_decref(json);
}

/* Which times of a lease are none. */
static void test_unreadable_times(void **state)
{
    (void)state;
    json_t *json = printed(&(struct fleet){
        .leases = {{"l", .expires = FLEET_UNREADABLE, .revoked = FLEET_UNREADABLE}}});
    const json_t *lease = first(json, "leases");
    assert_string_equal(json_string_value(json_object_get(lease, "unreadable")),
                        "expiresAt revokedAt");
    assert_string_equal(json_string_value(json_object_get(lease, "status")), "ended?");
    json_decref(json);
}

/* A server that never said what time it has. */
static void test_no_server_time(void **state)
{
    (void)state;
    json_t *json = printed(&(struct fleet){.leases = {{"l"}}, .timeless = true});
    expect_json(json_object_get(json, "asOf"), "null");
    json_decref(json);
}

/* What kept it from asking; its words may come from a command line in any encoding. */
static void test_failure(void **state)
{
    (void)state;
    static const struct {
        struct error error;
        const char *url, *expected;
    } cases[] = {
        {{ERROR_UNAUTHORISED, "there is no key"},
         "u",
         "{'url':'u','state':'unauthorised','error':'there is no key','unreadable':0}"},
        {{ERROR_SYSTEM, "no thread could be started"},
         "",
         "{'url':null,'state':'failed','error':'no thread could be started','unreadable':0}"},
        {{ERROR_UNAUTHORISED, "there is no key in \xff"},
         "u",
         "{'url':'u','state':'unauthorised','error':'there is no key in \uFFFD','unreadable':0}"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct print_options options = {.url = cases[i].url, .failure = &cases[i].error};
        char *text = NULL;
        size_t size = 0;
        FILE *to = open_memstream(&text, &size);
        assert_true(print_json(to, NULL, &options, NULL));
        fclose(to);
        json_t *json = json_loads(text, 0, NULL);
        assert_non_null(json);
        expect_json(json_object_get(json, "source"), cases[i].expected);
        json_decref(json);
        free(text);
    }
}

/* ---- runtimes */

static void test_runtimes(void **state)
{
    (void)state;
    static const struct {
        struct fleet_runtime runtime;
        const char *expected;
    } cases[] = {
        {{"rt", "qa", "desktop", "stopped"},
         "{'id':'rt','spaceId':'sp','space':'acme','name':'qa','kind':'desktop','status':'stopped',"
         "'leases':2,"
         "'unreadable':0,'error':null}"},
        {{"rt"},
         "{'id':'rt','spaceId':'sp','space':'acme','name':null,'kind':null,'status':null,'leases':"
         "2,"
         "'unreadable':0,'error':null}"},
        /* how many is not known is not none */
        {{"rt", "qa", .source.unheard = true},
         "{'id':'rt','spaceId':'sp','space':'acme','name':'qa','kind':null,'status':null,'leases':"
         "null,"
         "'unreadable':0,'error':null}"},
        {{"rt", "qa", .source = {.unheard = true, .trouble = TROUBLE_FORBIDDEN}},
         "{'id':'rt','spaceId':'sp','space':'acme','name':'qa','kind':null,'status':null,'leases':"
         "null,"
         "'unreadable':0,'error':'the reason'}"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *json = printed(&(struct fleet){.runtimes = {cases[i].runtime},
                                               .leases = {{"a"}, {"b", .revoked = -1}}});
        expect_json(first(json, "runtimes"), cases[i].expected);
        json_decref(json);
    }
}

/* ---- leases */

static void test_leases(void **state)
{
    (void)state;
    static const struct {
        struct fleet_lease lease;
        const char *status, *server, *left, *expires;
    } cases[] = {
        {{"l"}, "'active'", "'active'", "null", "null"},
        {{"l", .expires = 300999}, "'expiring'", "'active'", "300", "'2026-11-22T10:07:11.999Z'"},
        {{"l", .expires = 999}, "'expiring'", "'active'", "0", "'2026-11-22T10:02:11.999Z'"},
        {{"l", .expires = -1000}, "'expired?'", "'active'", "0", "'2026-11-22T10:02:10Z'"},
        {{"l", .expires = -1000, .status = "expired"},
         "'expired'",
         "'expired'",
         "0",
         "'2026-11-22T10:02:10Z'"},
        {{"l", .expires = 60000, .revoked = -1},
         "'revoked'",
         "'active'",
         "null",
         "'2026-11-22T10:03:11Z'"},
        {{"l", .expires = 60000, .closed = -1, .status = "closed"},
         "'closed'",
         "'closed'",
         "null",
         "'2026-11-22T10:03:11Z'"},
        {{"l", .vanished = -1}, "'ended'", "'active'", "null", "null"},
        {{"l", .status = "draining", .expires = 60000},
         "'draining'",
         "'draining'",
         "60",
         "'2026-11-22T10:03:11Z'"},
        {{"l", .status = ""}, "'no status'", "null", "null", "null"},
        {{"l", .expires = FLEET_UNREADABLE}, "'active'", "'active'", "null", "null"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *json = printed(&(struct fleet){.leases = {cases[i].lease}});
        json_t *lease = first(json, "leases");
        expect_json(json_object_get(lease, "status"), cases[i].status);
        expect_json(json_object_get(lease, "serverStatus"), cases[i].server);
        expect_json(json_object_get(lease, "secondsLeft"), cases[i].left);
        expect_json(json_object_get(lease, "expiresAt"), cases[i].expires);
        expect_json(json_object_get(lease, "createdAt"), "null");
        json_decref(json);
    }
}

static void test_endpoint_type(void **state)
{
    (void)state;
    json_t *json =
        printed(&(struct fleet){.leases = {{"a", .protocol = "vnc"}, {"b", .protocol = ""}},
                                .holdings = {{"a", NULL, SECRET_GONE, ENDPOINT_RDP}}});
    json_t *leases = json_object_get(json, "leases");
    expect_json(json_object_get(json_array_get(leases, 0), "endpointType"), "'rdp'");
    expect_json(json_object_get(json_array_get(leases, 0), "protocol"), "'vnc'");
    expect_json(json_object_get(json_array_get(leases, 1), "endpointType"), "null");
    expect_json(json_object_get(json_array_get(leases, 1), "protocol"), "null");
    json_decref(json);
}

/* In the order of the table; what has no lease yet is none. */
static void test_order(void **state)
{
    (void)state;
    json_t *json = printed(&(struct fleet){
        .runtimes = {{"q"}, {"p"}},
        .leases = {{"z", .runtime = "p"},
                   {"y", .expires = 9000},
                   {"x", .expires = 1000, .closed = -1},
                   {"w", .runtime = "p", .expires = 9000}},
        .writes = {{1, INTENT_CREATE, INTENT_SENT}, {2, INTENT_CREATE, INTENT_UNKNOWN}}});
    static const char *const order[] = {"w", "y", "z", "x"};
    json_t *leases = json_object_get(json, "leases");
    assert_int_equal(json_array_size(leases), COUNT(order));
    for (size_t i = 0; i < COUNT(order); i++)
        assert_string_equal(json_string_value(json_object_get(json_array_get(leases, i), "id")),
                            order[i]);
    assert_string_equal(json_string_value(json_object_get(first(json, "runtimes"), "id")), "q");
    json_decref(json);
}

/* ---- what must not get out */

static void test_no_secret(void **state)
{
    (void)state;
    char *text = print(&(struct fleet){
        .leases = {{"l"}},
        .holdings = {{"l", NULL, SECRET_HELD, ENDPOINT_WEBSOCKET, .url = "wss://needle/needle"}}});
    bool seen = strstr(text, "needle") != NULL || strstr(text, "wss:") != NULL;
    free(text);
    assert_false(seen);
}

/* The words arrive whole, and the bytes are plain: also C1 controls and bidi overrides, which JSON
 * itself allows, would move a terminal. */
static void test_foreign_text(void **state)
{
    (void)state;
    static const char hostile[] = "\x1b[2J\"\\\n\x7f\xc2\x9b"
                                  "31m\u202e\u00e9\U0001f512";
    const struct fleet fleet = {
        .server = {.trouble = TROUBLE_NAME, .sentence = hostile},
        .runtimes = {{"rt", hostile, hostile, hostile, .source.trouble = TROUBLE_SLOW,
                      .source.sentence = hostile}},
        .leases = {{hostile, .status = hostile, .protocol = hostile}},
    };
    json_t *json = printed(&fleet);
    static const char *const names[] = {"id", "protocol", "status", "serverStatus", "runtime"};
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(json_string_value(json_object_get(first(json, "leases"), names[i])),
                            hostile);
    json_decref(json);
    char *text = print(&fleet);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at != '\n' && *at != '\x7f' && !isprint((unsigned char)*at))
            fail_msg("byte %02x", (unsigned char)*at);
    }
    free(text);
}

/* ---- where it cannot be written */

static void test_full_disk(void **state)
{
    (void)state;
    const struct print_options options = {"u", TEXT_UTF8, USUAL_THRESHOLDS, NULL};
    FILE *to = fopen("/dev/full", "we");
    if (to == NULL)
        skip();
    setvbuf(to, NULL, _IONBF, 0);
    struct error error = {0};
    const struct snapshot *snapshot = fleet_snapshot(&one_lease);
    assert_false(print_json(to, snapshot, &options, &error));
    assert_int_equal(error.kind, ERROR_SYSTEM);
    assert_non_null(strstr(error.sentence, "the output cannot be written: No space left"));
    snapshot_unref(snapshot);
    fclose(to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exactly),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_source),
        cmocka_unit_test(test_nothing_heard),
        cmocka_unit_test(test_partial),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_unreadable_times),
        cmocka_unit_test(test_no_server_time),
        cmocka_unit_test(test_failure),
        cmocka_unit_test(test_runtimes),
        cmocka_unit_test(test_leases),
        cmocka_unit_test(test_endpoint_type),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_no_secret),
        cmocka_unit_test(test_foreign_text),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
