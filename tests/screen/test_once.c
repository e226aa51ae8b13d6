/* Without a screen: the table once, as text or JSON, and how it ends. */
#include "tests/screen/run.h"

#include <jansson.h>

static void run_once(struct run *run, struct desk *desk, const char *const *more)
{
    const char *arguments[12] = {"--api-url", server_url(desk->server)};
    for (size_t i = 0; more != NULL && more[i] != NULL; i++)
        arguments[2 + i] = more[i];
    run_leasetop(run, desk, arguments, WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_null(strstr(run->out, DESK_KEY));
    assert_null(strstr(run->err, DESK_KEY));
}

/* ---- As a table */

static void test_table(void **state)
{
    static const char *const words[] = {"STATUS", "LEFT",   "checkout", "nightly",
                                        "2h03m",  "\u221e", "revoked",  "acme-ops"};
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    run_once(&run, desk, WORDS("--once"));
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    for (size_t i = 0; i < COUNT(words); i++)
        if (strstr(run.out, words[i]) == NULL)
            fail_msg("no %s in\n%s", words[i], run.out);
    assert_true(strstr(run.out, SOON) < strstr(run.out, LATER));
    assert_true(strstr(run.out, LATER) < strstr(run.out, ENDLESS));
    assert_true(strstr(run.out, ENDLESS) < strstr(run.out, OVER));
    assert_null(strchr(run.out, '\033'));
    assert_true(desk_only_read(desk));
    run_clear(&run);
}

static void test_by_itself_without_a_terminal(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    run_once(&run, desk, NULL);
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, SOON));
    assert_null(strchr(run.out, '\033'));
    run_clear(&run);
}

/* On a terminal, --once prints and ends. */
static void test_once_on_a_terminal(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    struct screen *screen = desk_open(desk, 24, 140, WORDS("--once"), NULL);
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_has(screen, SOON) && screen_has(screen, OVER));
    assert_null(strchr(screen_raw(screen, NULL), '\033'));
}

static void test_hostile_names(void **state)
{
    struct desk *desk = *state;
    struct run run;
    contract_serve(desk->server, SPACES({.id = OPS, .name = "x\033]0;owned\a"}),
                   RUNTIMES({.id = CHECKOUT, .name = "two\nlines\033[2J \u202egnorw"}),
                   LEASES({.id = "l\r\033[31m", .runtime = CHECKOUT, .status = "a\bb"}));
    run_once(&run, desk, NULL);
    assert_int_equal(run.status, 0);
    for (const char *at = run.out; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 && *at != '\n')
            fail_msg("a control character, %d", *at);
    assert_null(strstr(run.out, "\u202e"));
    run_clear(&run);
    run_once(&run, desk, WORDS("--json"));
    assert_null(strchr(run.out, '\033'));
    json_t *all = json_loads(run.out, 0, NULL);
    assert_non_null(all);
    json_decref(all);
    run_clear(&run);
}

/* Nothing goes without a word: how many, and of which list. */
static void test_unreadable_items(void **state)
{
    static const char body[] = "{\"connections\":[{\"id\":1,\"status\":\"active\"},null,{},"
                               "{\"id\":\"\"},7,{\"id\":2},{\"id\":3},{\"id\":4},{\"id\":5}]}";
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    server_on(desk->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, body));
    run_once(&run, desk, NULL);
    assert_int_equal(run.status, 5);
    assert_string_equal(
        run.err, "leasetop: checkout: unreadable: 4 items without an id, with one that came twice, "
                 "or with a time that is no date\n");
    run_clear(&run);
    run_once(&run, desk, WORDS("--json"));
    assert_int_equal(run.status, 5);
    assert_sentence(run.err);
    json_t *all = json_loads(run.out, 0, NULL);
    const json_t *source = json_object_get(all, "source");
    assert_string_equal(json_string_value(json_object_get(source, "state")), "partial");
    assert_int_equal(json_integer_value(json_object_get(source, "unreadable")), 4);
    size_t numbered = 0, i;
    json_t *lease;
    json_array_foreach(json_object_get(all, "leases"), i, lease)
    {
        numbered += strlen(json_string_value(json_object_get(lease, "id"))) == 1;
    }
    assert_int_equal(numbered, 5);
    json_decref(all);
    run_clear(&run);
}

/* A full disk is not an empty fleet. */
static void test_what_cannot_be_written(void **state)
{
    static const struct {
        const char *words;
        bool asks;
    } ways[] = {{"--once", true},         {"--json", true},  {"--version", false},
                {"--help", false},        {"themes", false}, {"--print-config", false},
                {"complete -- ''", false}};
    struct desk *desk = *state;
    desk_serve(desk);
    for (size_t i = 0; i < COUNT(ways); i++) {
        char said[256] = "";
        char *command = contract_format(
            "BCTRL_API_KEY=" DESK_KEY " '%s/leasetop' %s %s %s 2>&1 >/dev/full </dev/null",
            getenv("BUILDDIR"), ways[i].words, ways[i].asks ? "--api-url" : "",
            ways[i].asks ? server_url(desk->server) : "");
        FILE *from = popen(command, "r");
        assert_non_null(from);
        assert_true(fread(said, 1, sizeof said - 1, from) > 0);
        assert_int_equal(WEXITSTATUS(pclose(from)), 1);
        assert_string_equal(said,
                            "leasetop: the output cannot be written: No space left on device\n");
        free(command);
    }
}

/* ---- As JSON */

static json_t *json_of(struct run *run)
{
    json_error_t error;
    json_t *all = json_loads(run->out, 0, &error);
    if (all == NULL)
        fail_msg("not JSON: %s\n%s", error.text, run->out);
    return all;
}

/* Exactly these members, no more and no less. */
static void assert_members(const json_t *object, const char *const *names)
{
    size_t count = 0;
    assert_true(json_is_object(object));
    for (; names[count] != NULL; count++)
        if (json_object_get(object, names[count]) == NULL)
            fail_msg("there is no %s", names[count]);
    if (json_object_size(object) != count)
        fail_msg("%zu members, not %zu", json_object_size(object), count);
}

/* The one in a list with this id. */
static json_t *item(const json_t *all, const char *list, const char *id)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(all, list), i, one)
    {
        if (strcmp(json_string_value(json_object_get(one, "id")), id) == 0)
            return one;
    }
    fail_msg("no %s in %s", id, list);
    return NULL;
}

static void assert_text(const json_t *object, const char *member, const char *expected)
{
    const json_t *value = json_object_get(object, member);
    const char *text = json_string_value(value);
    if (expected == NULL ? !json_is_null(value) : text == NULL || strcmp(text, expected) != 0)
        fail_msg("%s is %s, not %s", member, text == NULL ? "no text" : text,
                 expected == NULL ? "null" : expected);
}

static void assert_number(const json_t *object, const char *member, long low, long high)
{
    const json_t *value = json_object_get(object, member);
    if (!json_is_integer(value) || json_integer_value(value) < low ||
        json_integer_value(value) > high)
        fail_msg("%s is %ld, not from %ld to %ld", member, (long)json_integer_value(value), low,
                 high);
}

static void test_json_members(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    run_once(&run, desk, WORDS("--json"));
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    json_t *all = json_of(&run);
    assert_members(all, WORDS("asOf", "source", "runtimes", "leases"));
    assert_members(json_object_get(all, "source"), WORDS("url", "state", "error", "unreadable"));
    assert_int_equal(json_array_size(json_object_get(all, "runtimes")), 3);
    assert_int_equal(json_array_size(json_object_get(all, "leases")), 4);
    for (size_t i = 0; i < 3; i++)
        assert_members(json_array_get(json_object_get(all, "runtimes"), i),
                       WORDS("id", "spaceId", "space", "name", "kind", "status", "leases",
                             "unreadable", "error"));
    for (size_t i = 0; i < 4; i++)
        assert_members(json_array_get(json_object_get(all, "leases"), i),
                       WORDS("id", "runtimeId", "runtime", "spaceId", "space", "protocol", "status",
                             "serverStatus", "createdAt", "expiresAt", "secondsLeft",
                             "endpointType", "by", "unreadable"));
    json_decref(all);
    run_clear(&run);
}

static void test_json_values(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    run_once(&run, desk, WORDS("--once", "--json"));
    json_t *all = json_of(&run);
    const json_t *source = json_object_get(all, "source");
    assert_text(source, "url", server_url(desk->server));
    assert_text(source, "state", "fresh");
    assert_text(source, "error", NULL);
    assert_int_equal(strlen(json_string_value(json_object_get(all, "asOf"))),
                     strlen("2026-01-01T00:00:00.000Z"));
    const json_t *agents = item(all, "runtimes", AGENTS);
    assert_text(agents, "name", "agents");
    assert_text(agents, "spaceId", OPS);
    assert_text(agents, "kind", "browser");
    assert_text(agents, "status", "stopped");
    assert_number(agents, "leases", 0, 0);
    assert_number(item(all, "runtimes", CHECKOUT), "leases", 2, 2);
    const json_t *soon = item(all, "leases", UUID(SOON));
    assert_text(soon, "runtimeId", CHECKOUT);
    assert_text(soon, "runtime", "checkout");
    assert_text(soon, "spaceId", OPS);
    assert_text(soon, "protocol", "cdp");
    assert_text(soon, "status", "active");
    assert_text(soon, "serverStatus", "active");
    assert_text(soon, "endpointType", NULL);
    assert_number(soon, "secondsLeft", 500, 600);
    const json_t *endless = item(all, "leases", UUID(ENDLESS));
    assert_text(endless, "expiresAt", NULL);
    assert_text(endless, "secondsLeft", NULL);
    const json_t *over = item(all, "leases", UUID(OVER));
    assert_text(over, "status", "revoked");
    assert_text(over, "serverStatus", "active");
    assert_text(over, "secondsLeft", NULL);
    json_decref(all);
    run_clear(&run);
}

/* What the table says, not only what the server does: expired is 0 s left. And an endpoint that a
 * list carries is told by its type alone. */
static void test_json_expired_and_secret(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve_leases(
        desk,
        LEASES({.id = "over", .runtime = CHECKOUT, .left_s = -5, .status = "expired"},
               {.id = "late", .runtime = CHECKOUT, .left_s = -5},
               {.id = "open",
                .runtime = CHECKOUT,
                .endpoint = "{\"type\":\"websocket\",\"url\":\"wss://x/?token=shown-once\"}"}));
    run_once(&run, desk, WORDS("--json"));
    json_t *all = json_of(&run);
    assert_text(item(all, "leases", "over"), "status", "expired");
    assert_number(item(all, "leases", "over"), "secondsLeft", 0, 0);
    assert_text(item(all, "leases", "late"), "status", "expired?");
    assert_number(item(all, "leases", "late"), "secondsLeft", 0, 0);
    assert_text(item(all, "leases", "open"), "endpointType", "websocket");
    assert_null(strstr(run.out, "shown-once"));
    json_decref(all);
    run_clear(&run);
    run_once(&run, desk, NULL);
    assert_null(strstr(run.out, "shown-once"));
    run_clear(&run);
}

/* ---- How it ends */

/* JSON in every case; as text, why stands on stderr. */
static void assert_ends(struct desk *desk, int status, const char *source_state, const char *says)
{
    struct run run;
    run_once(&run, desk, WORDS("--json"));
    assert_int_equal(run.status, status);
    json_t *all = json_of(&run);
    assert_members(all, WORDS("asOf", "source", "runtimes", "leases"));
    assert_text(json_object_get(all, "source"), "state", source_state);
    const char *error = json_string_value(json_object_get(json_object_get(all, "source"), "error"));
    if (error == NULL || strstr(error, says) == NULL)
        fail_msg("source.error is %s", error == NULL ? "null" : error);
    json_decref(all);
    run_clear(&run);
    run_once(&run, desk, NULL);
    assert_int_equal(run.status, status);
    if (strstr(run.err, says) == NULL)
        fail_msg("stderr is \"%s\"", run.err);
    run_clear(&run);
}

static void test_refused(void **state)
{
    struct desk *desk = *state;
    server_down(desk->server);
    assert_ends(desk, 1, "offline", "refused");
}

static void test_rejected_key(void **state)
{
    struct desk *desk = *state;
    server_on(desk->server, "GET", "**",
              ANSWER_JSON(401, "{\"error\":\"no such key\",\"code\":\"auth.invalid\"}"));
    assert_ends(desk, 4, "unauthorised", "no such key");
}

static void test_one_list_fails(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    server_on(desk->server, "GET", NIGHTLY_LEASES,
              ANSWER_JSON(403, "{\"error\":\"not yours\",\"code\":\"auth.forbidden\"}"));
    run_once(&run, desk, WORDS("--json"));
    assert_int_equal(run.status, 5);
    json_t *all = json_of(&run);
    assert_text(item(all, "runtimes", NIGHTLY), "leases", NULL);
    assert_number(item(all, "runtimes", CHECKOUT), "leases", 2, 2);
    assert_int_equal(json_array_size(json_object_get(all, "leases")), 2);
    json_decref(all);
    run_clear(&run);
    run_once(&run, desk, NULL);
    assert_int_equal(run.status, 5);
    assert_non_null(strstr(run.out, SOON));
    assert_non_null(strstr(run.err, "nightly"));
    assert_non_null(strstr(run.err, "not yours"));
    run_clear(&run);
}

/* One list never comes: the rest is printed all the same, before half a minute is over. */
static void test_one_list_hangs(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    server_on(desk->server, "GET", NIGHTLY_LEASES, ANSWER_NEVER);
    long long from_ms = support_now_ms();
    run_once(&run, desk, WORDS("--json"));
    assert_true(support_now_ms() - from_ms < (SUPPORT_SANITIZED ? 60000 : 35000));
    assert_int_equal(run.status, 5);
    json_t *all = json_of(&run);
    assert_int_equal(json_array_size(json_object_get(all, "leases")), 2);
    assert_text(item(all, "runtimes", NIGHTLY), "leases", NULL);
    json_decref(all);
    run_clear(&run);
}

/* A list whose next page is always the same: what was read of it is not all. */
static void test_a_list_without_end(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    server_on(desk->server, "GET", NIGHTLY_LEASES,
              ANSWER_JSON(200, "{\"connections\":[],\"nextCursor\":\"loop\"}"));
    run_once(&run, desk, NULL);
    assert_int_equal(run.status, 5);
    assert_non_null(strstr(run.out, SOON));
    assert_string_equal(run.err, "leasetop: nightly: unreadable: its pages go round in circles: "
                                 "showing the first 0\n");
    run_clear(&run);
    run_once(&run, desk, WORDS("--json"));
    assert_int_equal(run.status, 5);
    json_t *all = json_of(&run);
    assert_string_equal(json_string_value(json_object_get(json_object_get(all, "source"), "state")),
                        "partial");
    json_decref(all);
    run_clear(&run);
}

/* Nothing can come before the time is over: it is not waited for. */
static void test_a_pause_that_is_too_long(void **state)
{
    static const char *const ways[][3] = {
        {"--once"}, {"create", "acme-ops/checkout"}, {"revoke", "--yes", UUID(SOON)}};
    struct desk *desk = *state;
    server_on(
        desk->server, "GET", "**",
        ANSWER_JSON(429, "{\"error\":\"slow down\"}", .headers = "Retry-After: 99999999999\r\n"));
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct run run;
        const char *words[] = {ways[i][0], ways[i][1], ways[i][2], NULL};
        long long from_ms = support_now_ms();
        run_once(&run, desk, words);
        assert_true(support_now_ms() - from_ms < 20000);
        assert_int_equal(run.status, 1);
        if (strstr(run.err, "slow down; not asked again for ") == NULL)
            fail_msg("%s: %s", words[0], run.err);
        run_clear(&run);
    }
}

static void test_no_key(void **state)
{
    struct run run;
    run_leasetop(&run, *state, WORDS("--json"), NULL);
    assert_int_equal(run.status, 4);
    assert_sentence(run.err);
    json_t *all = json_of(&run);
    assert_members(all, WORDS("asOf", "source", "runtimes", "leases"));
    assert_text(json_object_get(all, "source"), "state", "unauthorised");
    json_decref(all);
    run_clear(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_table),
        AT_DESK(test_by_itself_without_a_terminal),
        AT_DESK(test_once_on_a_terminal),
        AT_DESK(test_hostile_names),
        AT_DESK(test_unreadable_items),
        AT_DESK(test_what_cannot_be_written),
        AT_DESK(test_json_members),
        AT_DESK(test_json_values),
        AT_DESK(test_json_expired_and_secret),
        AT_DESK(test_refused),
        AT_DESK(test_rejected_key),
        AT_DESK(test_one_list_fails),
        AT_DESK(test_one_list_hangs),
        AT_DESK(test_a_list_without_end),
        AT_DESK(test_a_pause_that_is_too_long),
        AT_DESK(test_no_key),
    };
    return cmocka_run_group_tests_name("once", tests, NULL, NULL);
}
