/* leasetop create: one POST, what is printed of the lease, and where its endpoint goes. The program
 * that it may live for is in test_cmd_exec. */
#include "tests/screen/creating.h"
#include "tests/screen/front.h"

#include <jansson.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- What is printed, and what is sent */

static void test_printed(void **state)
{
    struct desk *desk = *state;
    struct run run;
    creating_serve(desk);
    creating_run(&run, desk, WORDS("acme-ops/checkout"));
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    assert_true(strncmp(run.out, UUID(FRESH) " 20", 39) == 0);
    assert_non_null(strstr(run.out, "Z\n"));
    assert_int_equal(creating_posts(desk), 1);
    run_clear(&run);
    creating_run(&run, desk, WORDS(OPS "/" CHECKOUT, "--quiet"));
    assert_string_equal(run.out, UUID(FRESH) "\n");
    assert_int_equal(creating_posts(desk), 2);
    assert_int_equal(creating_deletes(desk), 0);
    run_clear(&run);
}

static json_t *json_line(const char *text)
{
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    json_t *all = json_loads(text, 0, NULL);
    assert_non_null(all);
    return all;
}

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text != NULL ? text : "";
}

static void test_json(void **state)
{
    struct desk *desk = *state;
    struct run run = {.input = NULL};
    creating_serve(desk);
    creating_run(&run, desk, WORDS("acme-ops/checkout", "--json"));
    json_t *all = json_line(run.out);
    assert_int_equal(json_object_size(all), 12);
    assert_string_equal(text_of(all, "space"), "acme-ops");
    assert_string_equal(text_of(all, "runtime"), "checkout");
    assert_string_equal(text_of(all, "what"), "create");
    assert_string_equal(text_of(all, "outcome"), "done");
    assert_string_equal(text_of(all, "id"), UUID(FRESH));
    assert_int_equal(json_object_size(json_object_get(all, "lease")), 14);
    assert_string_equal(text_of(json_object_get(all, "lease"), "by"), "me");
    json_decref(all);
    run_clear(&run);
    run = (struct run){.input = NULL};
    creating_begin(&run, desk, WORDS("acme-ops/checkout", "--json", "--show-secret"));
    creating_end(&run, true);
    all = json_line(run.out);
    const json_t *endpoint = json_object_get(all, "endpoint");
    assert_int_equal(json_object_size(endpoint), 2);
    assert_string_equal(text_of(endpoint, "type"), "websocket");
    assert_non_null(strstr(text_of(endpoint, "url"), CREATING_TOKEN));
    json_decref(all);
    run_clear(&run);
}

/* What the configuration says, and what the command line says instead. */
static void test_sent(void **state)
{
    struct desk *desk = *state;
    struct run run = {.input = "{\"proxy\": {\"country\": \"de\"}}"};
    creating_serve(desk);
    creating_begin(
        &run, desk,
        WORDS("acme-ops/checkout", "--protocol", "vnc", "--ttl", "15m", "--options", "-"));
    creating_end(&run, false);
    assert_int_equal(run.status, 0);
    json_t *body = json_loads(server_last(desk->server, "POST", CHECKOUT_LEASES)->body, 0, NULL);
    assert_string_equal(text_of(body, "protocol"), "vnc");
    assert_int_equal(json_integer_value(json_object_get(body, "ttlSeconds")), 900);
    const json_t *proxy = json_object_get(json_object_get(body, "options"), "proxy");
    assert_string_equal(text_of(proxy, "country"), "de");
    json_decref(body);
    run_clear(&run);
    const char *conf =
        desk_file(desk, "c.conf", 0600, "ttl = \"30m\";\nprotocols = [ \"rdp\" ];\n");
    creating_run(&run, desk, WORDS("acme-ops/checkout", "--config", conf));
    if (run.status != 0)
        fail_msg("%s", run.err);
    body = json_loads(server_last(desk->server, "POST", CHECKOUT_LEASES)->body, 0, NULL);
    assert_string_equal(text_of(body, "protocol"), "rdp");
    assert_int_equal(json_integer_value(json_object_get(body, "ttlSeconds")), 1800);
    json_decref(body);
    run_clear(&run);
}

static void test_show_secret(void **state)
{
    struct desk *desk = *state;
    struct run run = {.input = NULL};
    char expected[256];
    creating_serve(desk);
    creating_begin(&run, desk, WORDS("acme-ops/checkout", "--quiet", "--show-secret"));
    creating_end(&run, true);
    snprintf(expected, sizeof expected, "%s\n" CONTRACT_WEBSOCKET "\n", UUID(FRESH), UUID(FRESH));
    assert_string_equal(run.out, expected);
    run_clear(&run);
    struct contract_lease rdp = creating_fresh;
    rdp.endpoint = "{\"type\":\"rdp\",\"host\":\"h.example\",\"port\":3389,\"username\":\"u\","
                   "\"password\":\"" CREATING_TOKEN "\"}";
    desk_creates(desk, &rdp);
    run = (struct run){.input = NULL};
    creating_begin(&run, desk, WORDS("acme-ops/checkout", "--quiet", "--show-secret"));
    creating_end(&run, true);
    assert_string_equal(
        run.out,
        UUID(FRESH) "\nhost=h.example\nport=3389\nusername=u\npassword=" CREATING_TOKEN "\n");
    run_clear(&run);
    /* A part alone; where there is none such, the lease is there all the same. */
    run = (struct run){.input = NULL};
    creating_begin(&run, desk,
                   WORDS("acme-ops/checkout", "--quiet", "--show-secret", "--part", "password"));
    creating_end(&run, true);
    assert_string_equal(run.out, UUID(FRESH) "\n" CREATING_TOKEN "\n");
    run_clear(&run);
    creating_run(&run, desk,
                 WORDS("acme-ops/checkout", "--quiet", "--show-secret", "--part", "pasword"));
    assert_int_equal(run.status, 5);
    assert_string_equal(run.out, UUID(FRESH) "\n");
    assert_sentence(run.err);
    assert_non_null(strstr(run.err, "there is no part pasword: give one by --part, of host, port"));
    run_clear(&run);
}

static void test_copy(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char command[600];
    creating_serve(desk);
    const char *copied = scratch_file(&desk->folder, "copied");
    snprintf(command, sizeof command, "cat > '%s'", copied);
    creating_run(&run, desk,
                 WORDS("acme-ops/checkout", "--quiet", "--copy", "--clipboard-command", command));
    assert_int_equal(run.status, 0);
    assert_string_equal(run.out, UUID(FRESH) "\n");
    char text[256] = "";
    FILE *file = fopen(copied, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_non_null(strstr(text, CREATING_TOKEN));
    run_clear(&run);
    /* The lease is there all the same. */
    creating_run(&run, desk,
                 WORDS("acme-ops/checkout", "--quiet", "--copy", "--clipboard-command", "false"));
    assert_int_equal(run.status, 5);
    assert_string_equal(run.out, UUID(FRESH) "\n");
    assert_sentence(run.err);
    run_clear(&run);
}

/* The names of CSV's columns. */
static char *columns_of(struct desk *desk)
{
    struct run run;
    run_leasetop(&run, desk, WORDS("list", "--csv", "--api-url", server_url(desk->server)),
                 WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_int_equal(run.status, 0);
    char *columns = support_need(strndup(run.out, strcspn(run.out, "\n")));
    run_clear(&run);
    return columns;
}

/* Made here is made here, for the next list as well; what CSV looks like does not hang on it. */
static void test_remembered(void **state)
{
    struct desk *desk = *state;
    struct run run;
    creating_serve(desk);
    const char *audit = scratch_file(&desk->folder, "audit");
    char text[400], line[2048] = "";
    snprintf(text, sizeof text, "audit = \"%s\";\n", audit);
    const char *conf = desk_file(desk, "a.conf", 0600, text);
    char *before = columns_of(desk);
    creating_run(&run, desk, WORDS("acme-ops/checkout", "--config", conf));
    assert_int_equal(run.status, 0);
    run_clear(&run);
    char *after = columns_of(desk);
    assert_string_equal(before, after);
    free(before);
    free(after);
    FILE *file = fopen(audit, "r");
    assert_non_null(file);
    assert_true(fread(line, 1, sizeof line - 1, file) > 0);
    fclose(file);
    assert_non_null(strstr(line, "\"what\":\"create\",\"outcome\":\"confirmed\""));
    assert_non_null(strstr(line, "\"what\":\"create\",\"outcome\":\"done\""));
    assert_null(strstr(line, CREATING_TOKEN));
    run_leasetop(&run, desk,
                 WORDS("list", "--api-url", server_url(desk->server), "--csv", "--columns", "by",
                       "--filter", FRESH),
                 WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_string_equal(run.out, "by\nme\n");
    run_clear(&run);
}

/* Each door that an endpoint leaves by is in the audit. */
static void test_what_is_let_out_is_recorded(void **state)
{
    static const struct {
        const char *words[7], *what, *route;
        bool shown; /* and printed */
    } cases[] = {
        {{"--show-secret"}, "show\",\"outcome\":\"done", "stdout\",\"part\":null", true},
        {{"--show-secret", "--part", "url"}, "show", "stdout\",\"part\":\"url\"", true},
        {{"--show-secret", "--json"}, "show", "stdout\",\"part\":null", true},
        {{"--copy", "--clipboard-command", "cat >/dev/null"},
         "copy\",\"outcome\":\"done",
         "command\",\"part\":\"url\"",
         false},
        {{"--copy"}, "copy\",\"outcome\":\"failed", NULL, false},
        {{"--exec", "--", "true"}, "exec\",\"outcome\":\"done", "environment\"", false},
        {{"--exec", "--endpoint-stdin", "--", "true"}, "exec", "stdin\"", false},
    };
    struct desk *desk = *state;
    creating_serve(desk);
    char text[400], audit[300];
    snprintf(audit, sizeof audit, "%s", scratch_file(&desk->folder, "audit"));
    snprintf(text, sizeof text,
             "audit = \"%s\";\nclipboard: { route = \"command\"; command = \"exit 3\"; };\n",
             audit);
    const char *conf = desk_file(desk, "a.conf", 0600, text);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct run run;
        const char *words[12] = {"acme-ops/checkout", "--config", conf};
        for (size_t k = 0; cases[i].words[k] != NULL; k++)
            words[3 + k] = cases[i].words[k];
        unlink(audit);
        run = (struct run){.input = NULL};
        creating_begin(&run, desk, words);
        creating_end(&run, cases[i].shown);
        run_clear(&run);
        char *lines = scratch_read(audit, NULL), what[80], route[80] = "\"route\":null";
        snprintf(what, sizeof what, "\"what\":\"%s\"", cases[i].what);
        if (cases[i].route != NULL)
            snprintf(route, sizeof route, "\"route\":\"%s", cases[i].route);
        char *line = strstr(lines, what);
        if (line == NULL || strstr(line, route) == NULL || strstr(line, UUID(FRESH)) == NULL)
            fail_msg("%zu: no %s %s in\n%s", i, what, route, lines);
        assert_null(strstr(lines, CREATING_TOKEN));
        free(lines);
    }
}

/* Nobody but commands writes to it: it does not grow until it is too big to be read. */
static void test_a_long_ledger(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char folder[300], made[40];
    size_t length = 0;
    snprintf(folder, sizeof folder, "XDG_STATE_HOME=%s", desk->folder.path);
    char *lines = support_need(calloc(1, 300 << 10));
    for (int i = 0; i < 2500; i++) {
        time_t then = time(NULL) - 2500 + i;
        strftime(made, sizeof made, "%Y-%m-%dT%H:%M:%SZ", gmtime(&then));
        length +=
            (size_t)sprintf(lines + length, "http://h space runtime lease-%032d %s -\n", i, made);
    }
    assert_int_equal(mkdir(scratch_file(&desk->folder, "leasetop"), 0700), 0);
    const char *path = desk_file(desk, "leasetop/ledger", 0600, lines);
    free(lines);
    assert_in_range(length, 200 << 10, 250 << 10);
    creating_serve(desk);
    run_leasetop(&run, desk,
                 WORDS("create", "acme-ops/checkout", "--api-url", server_url(desk->server)),
                 WORDS("BCTRL_API_KEY=" DESK_KEY, folder));
    assert_int_equal(run.status, 0);
    run_clear(&run);
    char *kept = scratch_read(path, &length);
    assert_in_range(length, 20 << 10, 150 << 10);
    assert_non_null(strstr(kept, UUID(FRESH)));
    free(kept);
    assert_int_equal(unlink(path), 0);
    (void)unlink(scratch_file(&desk->folder, "leasetop/names"));
    assert_int_equal(rmdir(scratch_file(&desk->folder, "leasetop")), 0);
}

/* What c would not copy leaves by no other door. */
static void test_what_is_no_url_goes_nowhere(void **state)
{
    static const char *const endpoints[] = {
        "{\"type\":\"websocket\",\"url\":\"rm -rf ~ # " CREATING_TOKEN "\"}",
        "{\"type\":\"websocket\",\"url\":\"wss://h/\\u0000" CREATING_TOKEN "\"}",
        "{\"type\":\"rdp\",\"host\":\"-o" CREATING_TOKEN "\",\"port\":3389}",
        "{\"type\":\"rdp\",\"host\":\"desk\",\"port\":3389,\"password\":\"a\\n" CREATING_TOKEN
        "\"}",
    };
    static const char *const doors[][8] = {
        {"--exec", "--", "sh", "-c", "env; cat"},
        {"--exec", "--endpoint-stdin", "--", "sh", "-c", "env; cat"},
        {"--show-secret"},
        {"--copy"},
    };
    struct desk *desk = *state;
    creating_serve(desk);
    for (size_t i = 0; i < COUNT(endpoints) * COUNT(doors); i++) {
        struct run run;
        struct contract_lease made = creating_fresh;
        const char *words[10] = {"acme-ops/checkout"};
        size_t door = i % COUNT(doors);
        memcpy(words + 1, doors[door], sizeof doors[0]);
        made.endpoint = endpoints[i / COUNT(doors)];
        desk_put(desk, &creating_fresh); /* which the time before has revoked */
        server_on(desk->server, "POST", CHECKOUT_LEASES,
                  ANSWER_MADE(200, contract_created(server_now(desk->server), &made)));
        if (door == 3 && i / COUNT(doors) == 3)
            break; /* host and port are copied, without the password */
        creating_run(&run, desk, words);
        assert_int_not_equal(run.status, 0);
        if (strstr(run.err, "what the server sent is no url or host") == NULL)
            fail_msg("%s: %d: %s", words[1], run.status, run.err);
        run_clear(&run);
    }
}

/* An endpoint of a kind that nobody knows is not no endpoint. */
static void test_an_unknown_endpoint(void **state)
{
    struct desk *desk = *state;
    struct run run;
    struct contract_lease made = creating_fresh;
    made.endpoint = "{\"type\":\"quic\",\"addr\":\"" CREATING_TOKEN "\"}";
    creating_serve(desk);
    server_on(desk->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(server_now(desk->server), &made)));
    creating_run(&run, desk, WORDS("acme-ops/checkout"));
    assert_non_null(strstr(run.err, "the answer carried no endpoint that leasetop knows"));
    run_clear(&run);
}

/* ---- How it ends otherwise */

static void assert_refused(struct desk *desk, const char *const *words, int status,
                           const char *says)
{
    struct run run;
    creating_run(&run, desk, words);
    if (run.status != status || strstr(run.err, says) == NULL)
        fail_msg("%d: \"%s\"", run.status, run.err);
    assert_sentence(run.err);
    assert_string_equal(run.out, "");
    run_clear(&run);
}

static void test_wrong_words(void **state)
{
    struct desk *desk = *state;
    creating_serve(desk);
    assert_refused(desk, WORDS("acme-ops"), 2, "needs a SPACE/RUNTIME");
    assert_refused(desk, WORDS("acme-ops/checkout", "--ttl", "59s"), 2, "from 1m to 2h");
    assert_refused(desk, WORDS("acme-ops/checkout", "--ttl", "soon"), 2, "--ttl takes a time");
    assert_refused(desk, WORDS("acme-ops/checkout", "--copy", "--show-secret"), 2, "give one of");
    assert_refused(desk, WORDS("acme-ops/checkout", "--exec"), 2, "needs a program");
    assert_refused(desk, WORDS("acme-ops/checkout", "--endpoint-stdin"), 2, "belongs to --exec");
    assert_refused(desk, WORDS("acme-ops/checkout", "--exec", "--json", "--", "true"), 2,
                   "leave out --json");
    assert_refused(desk, WORDS("acme-ops/checkout", "--part", "url"), 2, "--part belongs to");
    assert_refused(desk, WORDS("acme-ops/checkout", "--part", "url", "--exec", "--", "true"), 2,
                   "--part belongs to");
    assert_refused(desk, WORDS("acme-ops/checkout", "--part", "url", "--show-secret", "--json"), 2,
                   "leave out --part");
    assert_refused(desk, WORDS("acme-ops/checkout", "--read-only"), 2, "read-only");
    assert_refused(desk, WORDS("acme-ops/checkout", "--options", "/no/such/file"), 2,
                   "cannot be read");
    assert_refused(desk,
                   WORDS("acme-ops/checkout", "--options", desk_file(desk, "bad", 0600, "[1]")), 2,
                   "options");
    assert_int_equal(server_count(desk->server, "*", "**"), 0);
    assert_refused(desk, WORDS("acme-ops/chekout"), 2, "did you mean checkout?");
    assert_refused(desk, WORDS("acme-ops/agents"), 1, "agents is stopped");
    assert_int_equal(creating_posts(desk), 0);
}

/* Whoever reads JSON gets a line, whatever went wrong, but for a wrong command line. */
static void expect_json_failure(struct desk *desk, const char *runtime, int status,
                                const char *says)
{
    struct run run;
    creating_run(&run, desk, WORDS(runtime, "--json"));
    assert_int_equal(run.status, status);
    assert_sentence(run.err);
    json_t *all = json_line(run.out);
    assert_int_equal(json_object_size(all), 12);
    assert_string_equal(text_of(all, "what"), "create");
    assert_string_equal(text_of(all, "outcome"), "failed");
    assert_non_null(strstr(text_of(all, "error"), says));
    json_decref(all);
    run_clear(&run);
}

static void test_json_of_failures(void **state)
{
    struct desk *desk = *state;
    creating_serve(desk);
    expect_json_failure(desk, "acme-ops/agents", 1, "agents is stopped");
    server_on(desk->server, "POST", "**",
              ANSWER_MADE(409, contract_error("runtime.controller_busy", "held", "req-4")));
    struct run run;
    creating_run(&run, desk, WORDS("acme-ops/checkout", "--json"));
    assert_int_equal(run.status, 1);
    json_decref(json_line(run.out)); /* one, and no more */
    run_clear(&run);
    server_on(desk->server, "GET", "**",
              ANSWER_MADE(401, contract_error("auth.invalid", "no such key", "req-5")));
    expect_json_failure(desk, "acme-ops/checkout", 4, "auth.invalid");
    run_leasetop(&run, desk, WORDS("create", "acme-ops/checkout", "--json"), NULL);
    assert_int_equal(run.status, 4);
    json_t *all = json_line(run.out);
    assert_non_null(strstr(text_of(all, "error"), "there is no key"));
    json_decref(all);
    run_clear(&run);
}

static void test_refused(void **state)
{
    struct desk *desk = *state;
    creating_serve(desk);
    server_on(
        desk->server, "POST", "**",
        ANSWER_MADE(409, contract_error("runtime.controller_busy", "held by another", "req-4")));
    assert_refused(desk, WORDS("acme-ops/checkout"), 1, "runtime.controller_busy");
    assert_refused(desk, WORDS("acme-ops/checkout", "--exec", "--", "true"), 1, "req-4");
    assert_int_equal(creating_posts(desk), 2);
    assert_int_equal(creating_deletes(desk), 0);
    server_on(desk->server, "GET", "**",
              ANSWER_MADE(401, contract_error("auth.invalid", "no such key", "req-5")));
    assert_refused(desk, WORDS("acme-ops/checkout"), 4, "auth.invalid");
}

/* A stream that the server gives up is sent again by the library, though the lease was made. */
static void test_once_over_http2(void **state)
{
    struct desk *desk = *state;
    struct run run = {.input = NULL};
    front_http2(desk);
    creating_serve(desk);
    char *ca = contract_format("%s/tests/contract/certificates/ca.pem", getenv("SRCDIR"));
    run_leasetop(&run, desk,
                 WORDS("create", "--api-url", desk->url, "--ca-file", ca, "--keyring", "off",
                       "acme-ops/checkout", "--quiet"),
                 WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_string_equal(run.err, "");
    assert_int_equal(run.status, 0);
    assert_string_equal(run.out, UUID(FRESH) "\n");
    assert_int_equal(creating_posts(desk), 1);
    run_clear(&run);
    free(ca);
}

/* One POST, whatever becomes of it; then the lists say what they know. */
static void test_lost(void **state)
{
    struct desk *desk = *state;
    struct run run;
    creating_serve(desk);
    server_on(desk->server, "POST", CHECKOUT_LEASES, ANSWER_NOTHING);
    creating_run(&run, desk, WORDS("acme-ops/checkout", "--interval", "1"));
    assert_int_equal(run.status, 5);
    assert_string_equal(run.out, "");
    assert_sentence(run.err);
    assert_non_null(strstr(run.err, "not known whether a lease was made on checkout"));
    assert_non_null(strstr(run.err, "not listed for 2"));
    assert_int_equal(creating_posts(desk), 1);
    run_clear(&run);
}

/* On a thread of the server's. */
static void list_fresh(struct server *server, const struct request *request, void *context)
{
    (void)server, (void)request;
    struct contract_lease made = creating_fresh;
    made.age_s = -1; /* after it was asked for, by the server's clock */
    made.left_s = 3600;
    desk_put(context, &made);
}

/* What is found is a candidate: nothing tells it from what another made at that moment. */
static void test_lost_and_found(void **state)
{
    struct desk *desk = *state;
    struct run run;
    creating_serve(desk);
    server_on(desk->server, "POST", CHECKOUT_LEASES,
              (struct answer){
                  .until = UNTIL_START, .end = END_CLOSE, .before = list_fresh, .context = desk});
    creating_run(&run, desk, WORDS("acme-ops/checkout", "--interval", "1", "--json"));
    assert_int_equal(run.status, 5);
    json_t *all = json_line(run.out);
    assert_string_equal(text_of(all, "outcome"), "found");
    assert_string_equal(text_of(all, "id"), UUID(FRESH));
    json_decref(all);
    assert_int_equal(creating_posts(desk), 1);
    run_clear(&run);
}

static void test_found_is_not_called_ours(void **state)
{
    struct desk *desk = *state;
    struct run run;
    creating_serve(desk);
    server_on(desk->server, "POST", CHECKOUT_LEASES,
              (struct answer){
                  .until = UNTIL_START, .end = END_CLOSE, .before = list_fresh, .context = desk});
    creating_run(&run, desk, WORDS("acme-ops/checkout", "--interval", "1"));
    assert_int_equal(run.status, 5);
    assert_string_equal(run.out, "");
    assert_sentence(run.err);
    assert_non_null(strstr(run.err, UUID(FRESH) ", made on checkout just then, is probably"));
    assert_non_null(strstr(run.err, "could be another's (me?)"));
    assert_non_null(strstr(run.err, "if it is yours, leasetop revoke " UUID(FRESH)));
    run_clear(&run);
    run_leasetop(&run, desk, WORDS("list", "--json", "--api-url", server_url(desk->server)),
                 WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_null(strstr(run.out, "\"me\""));
    run_clear(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_printed),
        AT_DESK(test_json),
        AT_DESK(test_sent),
        AT_DESK(test_show_secret),
        AT_DESK(test_copy),
        AT_DESK(test_remembered),
        AT_DESK(test_what_is_let_out_is_recorded),
        AT_DESK(test_a_long_ledger),
        AT_DESK(test_what_is_no_url_goes_nowhere),
        AT_DESK(test_wrong_words),
        AT_DESK(test_json_of_failures),
        AT_DESK(test_refused),
        AT_DESK(test_lost),
        AT_DESK(test_lost_and_found),
        AT_DESK(test_found_is_not_called_ours),
        AT_DESK(test_an_unknown_endpoint),
        AT_DESK(test_once_over_http2),
    };
    return cmocka_run_group_tests_name("cmd_create", tests, NULL, NULL);
}
