/* The JSON of revoke, rotate and create: a line for each lease that was meant, whatever came of it,
 * with all that is known of it. */
#include "tests/screen/run.h"

#include <jansson.h>

enum { LINES_MAX = 4 };

struct told {
    struct run run;
    size_t count;
    json_t *lines[LINES_MAX];
};

static void run_command(struct told *told, struct desk *desk, const char *const *words)
{
    const char *arguments[24] = {"--api-url", server_url(desk->server), "--keyring", "off",
                                 "--json"};
    for (size_t i = 0; words[i] != NULL; i++)
        arguments[5 + i] = words[i];
    *told = (struct told){.count = 0};
    run_leasetop(&told->run, desk, arguments, WORDS("BCTRL_API_KEY=" DESK_KEY));
    for (char *line = strtok(told->run.out, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        assert_true(told->count < LINES_MAX);
        told->lines[told->count++] = support_need(json_loads(line, 0, NULL));
    }
}

static void told_clear(struct told *told)
{
    while (told->count > 0)
        json_decref(told->lines[--told->count]);
    run_clear(&told->run);
}

/* `text` NULL: null. */
static void assert_field(const json_t *line, const char *name, const char *text)
{
    const json_t *field = json_object_get(line, name);
    const char *found = json_string_value(field);
    if (field == NULL || (text == NULL) != json_is_null(field) ||
        (text != NULL && (found == NULL || strcmp(found, text) != 0)))
        fail_msg("%s is %s, not %s", name, found, text);
}

static void test_nothing_can_be_read(void **state)
{
    static const char *const ids[] = {"aaaa1234", "bbbb1234"};
    struct desk *desk = *state;
    struct told told;
    server_on(desk->server, "*", "**",
              ANSWER_MADE(401, contract_error("unauthorized", "who is it?", "req-9")));
    run_command(&told, desk, WORDS("revoke", ids[0], ids[1], "--yes"));
    assert_int_equal(told.run.status, 4);
    assert_int_equal(told.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_field(told.lines[i], "what", "revoke");
        assert_field(told.lines[i], "outcome", "failed");
        assert_field(told.lines[i], "id", ids[i]);
        assert_field(told.lines[i], "requestId", "req-9");
        assert_non_null(
            strstr(json_string_value(json_object_get(told.lines[i], "error")), "req-9"));
    }
    told_clear(&told);
    run_command(&told, desk, WORDS("rotate", ids[0]));
    assert_int_equal(told.run.status, 4);
    assert_int_equal(told.count, 1);
    assert_field(told.lines[0], "what", "rotate");
    assert_field(told.lines[0], "id", ids[0]);
    assert_field(told.lines[0], "requestId", "req-9");
    told_clear(&told);
}

/* The space was found, its runtimes cannot be read. */
static void test_a_list_fails(void **state)
{
    struct desk *desk = *state;
    struct told told;
    desk_serve(desk);
    server_on(desk->server, "GET", "/v1/spaces/*/runtimes",
              ANSWER_MADE(403, contract_error("permission.denied", "not yours", "req-8")));
    run_command(&told, desk, WORDS("create", "acme-ops/checkout"));
    assert_int_equal(told.count, 1);
    assert_field(told.lines[0], "spaceId", OPS);
    assert_field(told.lines[0], "space", "acme-ops");
    assert_field(told.lines[0], "runtimeId", NULL);
    assert_field(told.lines[0], "requestId", "req-8");
    told_clear(&told);
}

static void test_a_runtime_that_takes_none(void **state)
{
    struct desk *desk = *state;
    struct told told;
    desk_serve(desk);
    run_command(&told, desk, WORDS("create", "acme-ops/agents"));
    assert_int_equal(told.run.status, 1);
    assert_int_equal(told.count, 1);
    assert_field(told.lines[0], "what", "create");
    assert_field(told.lines[0], "id", NULL);
    assert_field(told.lines[0], "spaceId", OPS);
    assert_field(told.lines[0], "space", "acme-ops");
    assert_field(told.lines[0], "runtimeId", AGENTS);
    assert_field(told.lines[0], "runtime", "agents");
    assert_field(told.lines[0], "lease", NULL);
    told_clear(&told);
}

static void assert_lease(const json_t *line, const char *id, const char *outcome,
                         const char *status)
{
    const json_t *lease = json_object_get(line, "lease");
    assert_field(line, "outcome", outcome);
    assert_field(line, "id", id);
    assert_true(json_is_object(lease));
    assert_field(lease, "id", id);
    assert_field(lease, "status", status);
}

/* What was read before it was revoked is known, whenever the lists say so, too. */
static void test_the_lease_is_told(void **state)
{
    struct desk *desk = *state;
    struct told told;
    desk_serve(desk);
    desk_revokes(desk, UUID(SOON));
    server_on(desk->server, "DELETE", CHECKOUT_LEASES "/" UUID(ENDLESS),
              ANSWER_MADE(403, contract_error("permission.denied", "not yours", "req-3")));
    run_command(&told, desk, WORDS("revoke", OVER, SOON, ENDLESS, "--yes"));
    assert_int_equal(told.run.status, 5);
    assert_int_equal(told.count, 3);
    assert_lease(told.lines[0], UUID(OVER), "ended", "revoked");
    for (size_t i = 1; i < 3; i++) {
        bool soon = strstr(json_string_value(json_object_get(told.lines[i], "id")), SOON) != NULL;
        assert_lease(told.lines[i], soon ? UUID(SOON) : UUID(ENDLESS), soon ? "done" : "failed",
                     soon ? "revoked" : "active");
    }
    told_clear(&told);
    run_command(&told, desk, WORDS("rotate", OVER));
    assert_int_equal(told.count, 1);
    assert_lease(told.lines[0], UUID(OVER), "failed", "revoked");
    assert_field(told.lines[0], "runtimeId", NIGHTLY);
    assert_field(told.lines[0], "space", "acme-ops");
    told_clear(&told);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_nothing_can_be_read),
        AT_DESK(test_a_list_fails),
        AT_DESK(test_a_runtime_that_takes_none),
        AT_DESK(test_the_lease_is_told),
    };
    return cmocka_run_group_tests_name("cmd_told", tests, NULL, NULL);
}
