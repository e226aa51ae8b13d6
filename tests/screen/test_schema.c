/* The JSON of all commands, and of the audit, is what the man pages say: all fields, no others, and
 * each of its type. Every field of the pages is met with a value at least once. */
#include "tests/screen/run.h"

#include "tests/screen/schema.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

static struct schema schema;

static void read_pages(void)
{
    schema = (struct schema){.count = 0};
    schema_read(&schema, "leasetop.1");
    schema_read(&schema, "leasetop.conf.5");
    assert_true(schema.count > 70);
}

/* Runs it on the server, with what a file says of the configuration. */
static void run(struct run *run, struct desk *desk, const char *const *words)
{
    char url[100], config[400];
    const char *arguments[24] = {"--config", config, "--keyring", "off"};
    snprintf(url, sizeof url, "BCTRL_API_URL=%s", server_url(desk->server));
    snprintf(config, sizeof config, "%s/leasetop.conf", desk->folder.path);
    for (size_t i = 0; words[i] != NULL; i++)
        arguments[4 + i] = words[i];
    run_leasetop(run, desk, arguments, WORDS(url, "BCTRL_API_KEY=" DESK_KEY));
}

/* One value, or one a line. */
static void check_text(const char *text, const char *object, bool lines)
{
    json_error_t error;
    FILE *from = fmemopen((char *)text, strlen(text), "r");
    size_t count = 0;
    for (;; count++) {
        json_t *value = json_loadf(from, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error);
        if (value == NULL)
            break;
        schema_check(&schema, value, object);
        json_decref(value);
    }
    if (count == 0 || !feof(from) || (!lines && count != 1))
        fail_msg("%zu values, %s: %s", count, error.text, text);
    for (const char *at = text; *at != '\0'; at++)
        assert_true((*at >= ' ' && *at <= '~') || *at == '\n');
    fclose(from);
}

static void check(struct desk *desk, int status, const char *object, const char *const *words)
{
    struct run done;
    run(&done, desk, words);
    if (done.status != status)
        fail_msg("%s ended with %d: %s", words[0], done.status, done.err);
    check_text(done.out, object, strcmp(object, "document") != 0 && strcmp(object, "report") != 0);
    run_clear(&done);
}

#define CHECK(status, object, ...) check(desk, status, object, WORDS(__VA_ARGS__))

static void check_lists(struct desk *desk)
{
    CHECK(0, "document", "--json");
    CHECK(0, "document", "list", "--json");
    CHECK(0, "document", "runtimes", "--json");
    CHECK(0, "document", "spaces", "--json");
    CHECK(0, "lease", "list", "--jsonl");
    CHECK(0, "runtime", "runtimes", "--jsonl");
    CHECK(0, "space", "spaces", "--jsonl");
    CHECK(0, "report", "doctor", "--json");
}

static void check_writes(struct desk *desk)
{
    struct contract_lease fresh = {.id = UUID(FRESH), .runtime = CHECKOUT, .left_s = 900};
    fresh.endpoint = "{\"type\":\"composite\",\"endpoints\":{\"ours\":{\"type\":\"websocket\","
                     "\"url\":\"wss://one.example.test/\"},\"odd\":\"sftp://token\"}}";
    desk_creates(desk, &fresh);
    CHECK(0, "write", "create", "acme-ops/checkout", "--json", "--show-secret");
    desk_revokes(desk, UUID(FRESH));
    desk_revokes(desk, UUID(LATER));
    CHECK(0, "write", "revoke", "--yes", "--json", UUID(FRESH), UUID(OVER));
    fresh.id = UUID("51e7ab1e");
    fresh.runtime = NIGHTLY;
    fresh.endpoint = NULL;
    desk_creates(desk, &fresh);
    CHECK(0, "write", "rotate", "--json", UUID(LATER));
    struct run done;
    run(&done, desk, WORDS("create", "acme-ops/nightly", "--show-secret", "--part", "url"));
    assert_int_equal(done.status, 0); /* the audit says which part */
    run_clear(&done);
}

/* With an answer that cannot be had. */
static void check_failures(struct desk *desk)
{
    server_on(desk->server, "DELETE", "**",
              ANSWER_JSON(409, "{\"error\":\"busy\",\"code\":\"runtime.controller_busy\","
                               "\"requestId\":\"req_7\"}"));
    CHECK(1, "write", "revoke", "--yes", "--json", UUID(SOON));
    server_on(desk->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(500, "{\"error\":\"broken\"}"));
    CHECK(5, "document", "list", "--json");
    CHECK(5, "document", "runtimes", "--json");
    server_on(desk->server, "GET", "/v1/spaces/*/runtimes", ANSWER_JSON(403, "{\"error\":\"no\"}"));
    CHECK(5, "document", "spaces", "--json");
    server_on(desk->server, "*", "**", ANSWER_JSON(401, "{\"error\":\"no\"}"));
    CHECK(4, "document", "list", "--json");
    CHECK(5, "report", "doctor", "--json");
    CHECK(1, "document", "list", "--json", "--api-url", "http://127.0.0.1:9");
}

static void check_audit(struct desk *desk)
{
    char *lines = scratch_read(scratch_file(&desk->folder, "audit.jsonl"), NULL);
    check_text(lines, "audit", true);
    free(lines);
}

/* Everything that a page describes has been seen. What a desk has no cause for is named here. */
static void check_all_met(void)
{
    static const char *const rare[] = {"audit.byItself", "audit.profile", "lease.unreadable"};
    for (size_t i = 0; i < schema.count; i++) {
        char name[80];
        bool excused = false;
        snprintf(name, sizeof name, "%s.%s", schema.fields[i].object, schema.fields[i].name);
        for (size_t j = 0; j < COUNT(rare); j++)
            excused |= strcmp(rare[j], name) == 0;
        if (strcmp(schema.fields[i].object, "change") == 0)
            continue; /* see below */
        if (!schema.fields[i].met || (!schema.fields[i].filled && !excused))
            fail_msg("%s was never there", name);
    }
}

static void test_all_is_as_the_pages_say(void **state)
{
    struct desk *desk = *state;
    char config[600];
    read_pages();
    desk_serve(desk);
    snprintf(config, sizeof config, "audit = \"%s/audit.jsonl\";\n", desk->folder.path);
    desk_file(desk, "leasetop.conf", 0600, config);
    check_lists(desk);
    check_writes(desk);
    CHECK(0, "document", "list", "--json"); /* one is mine by now */
    check_failures(desk);
    check_audit(desk);
    check_all_met();
}

/* ---- watch */

static void begin_watch(struct run *run, struct desk *desk)
{
    *run = (struct run){.input = NULL};
    run_begin(run, desk,
              WORDS("watch", "--jsonl", "--api-url", server_url(desk->server), "--interval", "1"),
              WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_true(server_wait(desk->server, "GET", CHECKOUT_LEASES, 2, DESK_PATIENCE_MS));
    assert_true(server_wait(desk->server, "GET", NIGHTLY_LEASES, 2, DESK_PATIENCE_MS));
}

static void read_line(struct run *run, char *line, size_t size)
{
    size_t length = 0;
    struct pollfd fd = {.fd = run->pipes[0], .events = POLLIN};
    do {
        if (length + 1 == size || poll(&fd, 1, DESK_PATIENCE_MS) != 1 ||
            read(run->pipes[0], line + length, 1) != 1)
            fail_msg("no line came");
    } while (line[length++] != '\n');
    line[length] = '\0';
}

/* Reads until all of these events have come, in whatever order; each line is checked. */
static void await_changes(struct run *run, const char *const *wanted)
{
    unsigned missing = 0, bit = 1;
    for (size_t i = 0; wanted[i] != NULL; i++)
        missing |= 1u << i;
    while (missing != 0) {
        char line[2048];
        read_line(run, line, sizeof line);
        check_text(line, "change", false);
        bit = 1;
        for (size_t i = 0; wanted[i] != NULL; i++, bit <<= 1)
            missing &= strstr(line, wanted[i]) != NULL ? ~bit : ~0u;
    }
}

static void test_changes(void **state)
{
    struct desk *desk = *state;
    struct run run;
    read_pages();
    desk_serve(desk);
    begin_watch(&run, desk);
    desk_serve_leases(
        desk, LEASES({.id = UUID(FRESH), .runtime = CHECKOUT, .left_s = 900},
                     {.id = UUID(SOON), .runtime = CHECKOUT, .left_s = 30},
                     {.id = UUID(LATER), .runtime = NIGHTLY, .left_s = 200, .status = "idle"},
                     {.id = UUID(ENDLESS), .runtime = CHECKOUT, .revoked_s = 1}));
    await_changes(&run, WORDS("\"made\"", "\"expiring\"", "\"critical\"", "\"status\"",
                              "\"expiry\"", "\"revoked\""));
    kill(run.pid, SIGTERM);
    run_end(&run);
    run_clear(&run);
    for (size_t i = 0; i < schema.count; i++) {
        if (strcmp(schema.fields[i].object, "change") == 0 && !schema.fields[i].filled)
            fail_msg("%s was never there", schema.fields[i].name);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_all_is_as_the_pages_say),
        AT_DESK(test_changes),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
