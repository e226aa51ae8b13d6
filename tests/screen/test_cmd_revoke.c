/* leasetop revoke, rotate and copy: which leases are meant, who is asked, what is sent, and how
 * each is told. */
#include "tests/screen/run.h"

#include <jansson.h>
#include <signal.h>
#include <sys/wait.h>

#define TOKEN "shown-once"

static void run_command(struct run *run, struct desk *desk, const char *const *words)
{
    const char *arguments[24] = {"--api-url", server_url(desk->server), "--interval", "1"};
    for (size_t i = 0; words[i] != NULL; i++)
        arguments[4 + i] = words[i];
    run_leasetop(run, desk, arguments, WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_null(strstr(run->out, DESK_KEY));
    assert_null(strstr(run->err, DESK_KEY));
    assert_null(strstr(run->err, TOKEN));
}

static void expect(struct desk *desk, const char *const *words, int status, const char *out,
                   const char *says)
{
    struct run run;
    run_command(&run, desk, words);
    if (run.status != status || strcmp(run.out, out) != 0 ||
        (*says == '\0' ? *run.err != '\0' : strstr(run.err, says) == NULL))
        fail_msg("%d\n%s\n%s", run.status, run.out, run.err);
    run_clear(&run);
}

static void serve(struct desk *desk)
{
    desk_serve(desk);
    desk_revokes(desk, UUID(SOON));
    desk_revokes(desk, UUID(LATER));
    desk_revokes(desk, UUID(ENDLESS));
}

static size_t deletes(struct desk *desk)
{
    return server_count(desk->server, "DELETE", "**");
}

/* ---- revoke: what is meant */

static void test_by_id(void **state)
{
    struct desk *desk = *state;
    serve(desk);
    expect(desk, WORDS("revoke", UUID(LATER), "--yes"), 0, "revoked " UUID(LATER) " on nightly\n",
           "");
    assert_int_equal(server_count(desk->server, "DELETE", NIGHTLY_LEASES "/" UUID(LATER)), 1);
    /* What is over needs no request. */
    expect(desk, WORDS("revoke", LATER, "--yes"), 0, "ended " UUID(LATER) " on nightly\n", "");
    assert_int_equal(deletes(desk), 1);
    expect(desk, WORDS("revoke", SOON, ENDLESS, SOON, "--yes", "--quiet"), 0, "", "");
    assert_int_equal(deletes(desk), 3);
}

static void test_unclear(void **state)
{
    struct desk *desk = *state;
    desk_serve_leases(desk, LEASES({.id = "aaaa1111", .runtime = CHECKOUT},
                                   {.id = "aaaa2222", .runtime = NIGHTLY},
                                   {.id = "aaaa", .runtime = CHECKOUT, .endless = true}));
    expect(desk, WORDS("revoke", "aaaa1", "aaaa", "--yes"), 1, "", "failed");
    assert_int_equal(deletes(desk), 2);
    expect(desk, WORDS("revoke", "aaaa1111", "aaa", "--yes"), 1, "", "there is no lease aaa");
    desk_serve_leases(desk, LEASES({.id = "aaaa1111", .runtime = CHECKOUT},
                                   {.id = "aaaa2222", .runtime = NIGHTLY}));
    size_t before = deletes(desk);
    expect(desk, WORDS("revoke", "aaaa1111", "aaaa", "--yes"), 2, "",
           "2 leases have an id that begins with aaaa");
    expect(desk, WORDS("revoke", "bbbb", "--yes"), 1, "", "there is no lease bbbb");
    assert_int_equal(deletes(desk), before);
}

static void test_by_filter(void **state)
{
    struct desk *desk = *state;
    struct run run;
    serve(desk);
    run_command(&run, desk, WORDS("revoke", "--filter", "runtime:checkout", "--yes", "--json"));
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    char *line = run.out;
    for (int i = 0; i < 2; i++) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        json_t *one = json_loads(line, 0, NULL);
        assert_int_equal(json_object_size(one), 12);
        assert_string_equal(json_string_value(json_object_get(one, "what")), "revoke");
        assert_string_equal(json_string_value(json_object_get(one, "outcome")), "done");
        json_decref(one);
        line = end + 1;
    }
    assert_string_equal(line, "");
    assert_int_equal(deletes(desk), 2);
    run_clear(&run);
    expect(desk, WORDS("revoke", "--filter", "runtime:checkout", "--yes"), 0, "",
           "no lease that lives matches the filter: nothing is revoked");
    expect(desk, WORDS("revoke", "--filter", "runtime:checkout", "--yes", "--quiet"), 0, "", "");
    assert_int_equal(deletes(desk), 2);
}

/* ---- revoke: who is asked */

static void test_asks(void **state)
{
    struct desk *desk = *state;
    serve(desk);
    struct screen *screen = desk_open(desk, 24, 140, WORDS("revoke", SOON), NULL);
    assert_true(screen_wait(screen, "Revoke 1 lease at 127.0.0.1"));
    assert_true(screen_has(screen, "checkout") && screen_has(screen, SOON));
    assert_false(screen_has(screen, LATER));
    screen_keys(screen, "n\n");
    assert_int_equal(screen_wait_exit(screen), 2);
    assert_int_equal(deletes(desk), 0);
    screen = desk_open(desk, 24, 140, WORDS("revoke", SOON), NULL);
    assert_true(screen_wait(screen, "Type y:"));
    screen_keys(screen, "y\n");
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_has(screen, "revoked " UUID(SOON) " on checkout"));
    assert_int_equal(deletes(desk), 1);
}

static void test_asks_for_the_number(void **state)
{
    struct desk *desk = *state;
    serve(desk);
    const char *conf = desk_file(desk, "g.conf", 0600, "guard = \"strict\";\n");
    struct screen *screen =
        desk_open(desk, 24, 140, WORDS("revoke", "--filter", "checkout", "--config", conf), NULL);
    assert_true(screen_wait(screen, "Revoke 2 leases") && screen_wait(screen, "Type 2:"));
    screen_keys(screen, "y\n");
    assert_int_equal(screen_wait_exit(screen), 2);
    assert_int_equal(deletes(desk), 0);
}

static void test_no_terminal(void **state)
{
    struct desk *desk = *state;
    serve(desk);
    expect(desk, WORDS("revoke", SOON), 2, "", "give --yes");
    expect(desk, WORDS("revoke", "--yes"), 2, "", "needs the IDs");
    expect(desk, WORDS("revoke", SOON, "--filter", "x", "--yes"), 2, "", "not both");
    expect(desk, WORDS("revoke", "--filter", "left<x", "--yes"), 2, "", "no time");
    expect(desk, WORDS("revoke", "--filter", " ", "--yes"), 2, "", "names nothing");
    expect(desk, WORDS("revoke", "--filter", "!", "--yes"), 2, "", "! in the filter has no");
    expect(desk, WORDS("revoke", "--filter", "status:active runtime:", "--yes"), 2, "",
           "runtime: in the filter has no value");
    expect(desk, WORDS("revoke", SOON, "--yes", "--read-only"), 2, "", "read-only");
    assert_int_equal(server_count(desk->server, "*", "**"), 0);
}

/* ---- revoke: what becomes of it */

static void test_some_fail(void **state)
{
    struct desk *desk = *state;
    struct run run;
    serve(desk);
    server_on(desk->server, "DELETE", NIGHTLY_LEASES "/*",
              ANSWER_MADE(403, contract_error("permission.denied", "not yours", "req-3")));
    run_command(&run, desk, WORDS("revoke", SOON, LATER, "--yes"));
    assert_int_equal(run.status, 5);
    assert_string_equal(run.out, "revoked " UUID(SOON) " on checkout\n");
    assert_sentence(run.err);
    assert_true(strstr(run.err, UUID(LATER)) != NULL && strstr(run.err, "permission.denied") &&
                strstr(run.err, "req-3"));
    run_clear(&run);
    expect(desk, WORDS("revoke", LATER, "--yes"), 1, "", "permission.denied");
}

/* The server does not know it: the next list decides. */
/* Accepted is not done, nor is an answer that says nothing: then a list tells. */
static void test_accepted(void **state)
{
    struct desk *desk = *state;
    serve(desk);
    server_on(desk->server, "DELETE", NIGHTLY_LEASES "/" UUID(LATER), ANSWER_JSON(202, "{}"));
    expect(desk, WORDS("revoke", LATER, "--yes"), 1, "", "failed");
    server_on(desk->server, "DELETE", NIGHTLY_LEASES "/" UUID(LATER), ANSWER_STATUS(200));
    expect(desk, WORDS("revoke", LATER, "--yes"), 1, "", "failed");
}

/* A server that never answers may yet do it: that a list still shows the lease proves nothing. */
static void test_unanswered(void **state)
{
    struct desk *desk = *state;
    struct run said = {.input = NULL}, json = {.input = NULL};
    const char *key[] = {"BCTRL_API_KEY=" DESK_KEY, NULL};
    serve(desk);
    server_on(desk->server, "DELETE", "**",
              (struct answer){.until = UNTIL_START, .end = END_CLOSE});
    run_begin(&said, desk,
              WORDS("revoke", SOON, "--yes", "--api-url", server_url(desk->server), "--config",
                    desk_file(desk, "audit.conf", 0600, "audit = \"~/audit\";\n")),
              key);
    run_begin(&json, desk,
              WORDS("revoke", LATER, "--yes", "--json", "--api-url", server_url(desk->server)),
              key);
    run_end(&said);
    run_end(&json);
    assert_int_equal(said.status, 5);
    assert_string_equal(said.out, "");
    assert_sentence(said.err);
    assert_non_null(strstr(said.err, "not confirmed: revoke of " UUID(SOON) " on checkout: "));
    assert_int_equal(json.status, 5);
    assert_non_null(strstr(json.out, "\"outcome\":\"unknown\""));
    char *audit = scratch_read(scratch_file(&desk->folder, "audit"), NULL);
    assert_non_null(strstr(audit, "\"outcome\":\"unknown\""));
    assert_null(strstr(audit, "\"failed\""));
    free(audit);
    run_clear(&said);
    run_clear(&json);
}

static void test_gone(void **state)
{
    struct desk *desk = *state;
    serve(desk);
    server_on(desk->server, "DELETE", CHECKOUT_LEASES "/*",
              ANSWER_MADE(404, contract_error("connection.not_found", "gone", "req-2")));
    expect(desk, WORDS("revoke", SOON, "--yes"), 1, "", "failed: ");
}

/* On a thread of the server's. */
static void let_close(struct server *server, const struct request *request, void *context)
{
    (void)server, (void)request;
    struct contract_lease later = desk_lease(context, UUID(LATER));
    later.closed_s = 1;
    desk_put(context, &later);
}

/* It has ended, and the server never said that it was revoked. */
static void test_gone_is_not_called_revoked(void **state)
{
    struct desk *desk = *state;
    serve(desk);
    server_on(desk->server, "DELETE", NIGHTLY_LEASES "/*",
              ANSWER_MADE(404, contract_error("connection.not_found", "gone", "req-2"),
                          .before = let_close, .context = desk));
    expect(desk, WORDS("revoke", LATER, "--yes"), 0,
           "gone " UUID(LATER) " on nightly (request req-2)\n", "");
}

enum { MANY = 12 };

/* Starts to revoke them; no request is answered. */
static void begin_many(struct run *run, struct desk *desk)
{
    static char ids[MANY][40];
    struct contract_lease leases[MANY + 1] = {{.id = NULL}};
    *run = (struct run){.input = NULL};
    for (int i = 0; i < MANY; i++) {
        snprintf(ids[i], sizeof ids[i], "%08x-0000-4000-8000-000000000000", i + 1);
        leases[i] = (struct contract_lease){.id = ids[i], .runtime = CHECKOUT};
    }
    desk_serve_leases(desk, leases);
    server_on(desk->server, "DELETE", "**", ANSWER_JSON(200, "{}", .hold = true));
    run_begin(
        run, desk,
        WORDS("revoke", "--api-url", server_url(desk->server), "--filter", "checkout", "--yes"),
        WORDS("BCTRL_API_KEY=" DESK_KEY));
}

static void test_four_at_a_time(void **state)
{
    struct desk *desk = *state;
    struct run run;
    begin_many(&run, desk);
    for (size_t done = 0; done < MANY; done += 4) {
        assert_true(server_wait_held(desk->server, 4, DESK_PATIENCE_MS));
        assert_int_equal(deletes(desk), done + 4);
        assert_int_equal(server_release(desk->server, "DELETE", "**"), 4);
    }
    run_end(&run);
    assert_int_equal(run.status, 0);
    run_clear(&run);
}

/* A signal ends it: what waits for its turn is not sent, and that is what is said of it. */
static void test_not_sent_after_a_signal(void **state)
{
    struct desk *desk = *state;
    struct run run;
    begin_many(&run, desk);
    assert_true(server_wait_held(desk->server, 4, DESK_PATIENCE_MS));
    kill(run.pid, SIGTERM);
    run_end(&run);
    assert_int_equal(run.status, 5);
    assert_int_equal(deletes(desk), 4);
    assert_non_null(strstr(run.err, "leasetop: not sent: revoke of "));
    assert_non_null(strstr(run.err, " on checkout: it stays\n"));
    assert_non_null(strstr(run.err, "leasetop: not confirmed: revoke of "));
    run_clear(&run);
}

/* ---- rotate and copy */

static const struct contract_lease fresh = {
    .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 1, .left_s = 3600};

static void test_rotate(void **state)
{
    struct desk *desk = *state;
    struct run run;
    serve(desk);
    desk_creates(desk, &fresh);
    run_command(&run, desk, WORDS("rotate", SOON, "--keyring", "off"));
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    assert_true(strncmp(run.out, UUID(FRESH) " 20", 39) == 0);
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
    assert_int_equal(deletes(desk), 1);
    const char *body = server_last(desk->server, "POST", CHECKOUT_LEASES)->body;
    json_t *sent = json_loads(body, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(sent, "ttlSeconds")), 3600);
    json_decref(sent);
    run_clear(&run);
    expect(desk, WORDS("rotate", OVER), 1, "", "it has ended");
    expect(desk, WORDS("rotate", "nobody"), 1, "", "there is no lease nobody");
}

/* What cannot be attached to replaces nothing: the old one is not even asked to go. */
static void test_rotate_bare(void **state)
{
    struct desk *desk = *state;
    struct run run;
    struct contract_lease made = fresh;
    made.endpoint = "{\"type\":\"quic\",\"addr\":\"" TOKEN "\"}";
    serve(desk);
    server_on(desk->server, "POST", "**",
              ANSWER_MADE(200, contract_created(server_now(desk->server), &made)));
    run_command(&run, desk, WORDS("rotate", SOON, "--keyring", "off"));
    assert_int_equal(run.status, 5);
    assert_non_null(strstr(run.err, "not sent: revoke of " UUID(SOON) " on checkout: it stays\n"));
    assert_null(strstr(run.err, "not confirmed"));
    run_clear(&run);
    run_command(&run, desk, WORDS("rotate", SOON, "--keyring", "off", "--json"));
    assert_int_equal(run.status, 5);
    const char *revoke = strstr(run.out, "\"what\":\"revoke\"");
    assert_non_null(revoke);
    assert_non_null(strstr(revoke, "\"outcome\":\"unsent\""));
    assert_null(strstr(revoke, "revoking"));
    assert_int_equal(deletes(desk), 0);
    run_clear(&run);
}

/* Nothing new, nothing revoked. */
static void test_rotate_refused(void **state)
{
    struct desk *desk = *state;
    serve(desk);
    server_on(desk->server, "POST", "**",
              ANSWER_MADE(409, contract_error("runtime.controller_busy", "held", "req-6")));
    expect(desk, WORDS("rotate", SOON), 1, "", "runtime.controller_busy");
    assert_int_equal(deletes(desk), 0);
}

static void test_copy_not_kept(void **state)
{
    struct desk *desk = *state;
    serve(desk);
    expect(desk, WORDS("copy", SOON, "--keyring", "off"), 1, "", "the keyring is switched off");
    expect(desk, WORDS("copy"), 2, "", "needs the ID of one lease");
    expect(desk, WORDS("copy", SOON), 1, "", "is not kept here");
}

/* Shown to nobody: a sentence, and no word in the audit that it was. */
static void assert_shown_in_vain(struct desk *desk)
{
    static const struct {
        const char *to, *why;
    } cases[] = {{"/dev/full", "No space left on device"}, {"&-", "Bad file descriptor"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *audit = scratch_file(&desk->folder, "audit");
        char said[256] = "", expected[256];
        char *config = contract_format("audit = \"%s\";\n", audit);
        char *command = contract_format("HOME='%s' BCTRL_API_KEY=" DESK_KEY
                                        " '%s/leasetop' --config '%s' --api-url %s copy " FRESH
                                        " --show-secret 2>&1 >%s </dev/null",
                                        desk->folder.path, getenv("BUILDDIR"),
                                        desk_file(desk, "audit.conf", 0600, config),
                                        server_url(desk->server), cases[i].to);
        FILE *from = popen(command, "r");
        assert_non_null(from);
        assert_true(fread(said, 1, sizeof said - 1, from) > 0);
        assert_int_equal(WEXITSTATUS(pclose(from)), 1);
        snprintf(expected, sizeof expected, "leasetop: the output cannot be written: %s\n",
                 cases[i].why);
        assert_string_equal(said, expected);
        char *text = scratch_read(audit, NULL);
        assert_non_null(strstr(text, "\"what\":\"show\",\"outcome\":\"failed\""));
        assert_null(strstr(text, "\"done\""));
        free(text);
        free(command);
        free(config);
    }
}

/* From one run to another, through the kernel, where it lets us. */
static void test_copy(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char command[600], expected[256];
    serve(desk);
    desk_creates(desk, &fresh);
    const char *copied = scratch_file(&desk->folder, "copied");
    snprintf(command, sizeof command, "cat > '%s'", copied);
    run_command(&run, desk, WORDS("create", "acme-ops/checkout", "--quiet"));
    bool kept = *run.err == '\0';
    run_clear(&run);
    if (!HAVE_KEYUTILS || !kept)
        skip(); /* this machine has no keyring for us */
    run_command(&run, desk, WORDS("copy", FRESH, "--quiet", "--clipboard-command", command));
    assert_int_equal(run.status, 0);
    assert_string_equal(run.out, "");
    run_clear(&run);
    snprintf(expected, sizeof expected, CONTRACT_WEBSOCKET, UUID(FRESH));
    char *text = scratch_read(copied, NULL);
    assert_string_equal(text, expected);
    free(text);
    strcat(expected, "\n");
    expect(desk, WORDS("copy", FRESH, "--show-secret"), 0, expected, "");
    expect(desk, WORDS("copy", FRESH, "--part", "password"), 2, "", "of url");
    assert_shown_in_vain(desk);
    desk_revokes(desk, UUID(FRESH));
    expect(desk, WORDS("revoke", FRESH, "--yes", "--quiet"), 0, "", "");
    expect(desk, WORDS("copy", FRESH), 1, "", "is not kept here");
}

/* A dashboard that is up finds what a command beside it made, and never says that it is lost. */
static void test_copy_beside_a_command(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char folder[300];
    const char *copied = scratch_file(&desk->folder, "copied");
    char command[600];
    snprintf(folder, sizeof folder, "XDG_STATE_HOME=%s", desk->folder.path);
    snprintf(command, sizeof command, "cat > '%s'", copied);
    desk_serve(desk);
    desk_creates(desk, &fresh);
    struct screen *screen = desk_open(
        desk, 24, 140, WORDS("--keyring", "auto", "--clipboard-command", command), WORDS(folder));
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    desk_put(desk, &fresh); /* the list is there before the answer, and before any copy */
    assert_true(screen_wait(screen, FRESH));
    run_leasetop(
        &run, desk,
        WORDS("create", "--api-url", server_url(desk->server), "acme-ops/checkout", "--quiet"),
        WORDS("BCTRL_API_KEY=" DESK_KEY, folder));
    assert_int_equal(run.status, 0);
    bool kept = *run.err == '\0';
    run_clear(&run);
    if (!HAVE_KEYUTILS || !kept)
        skip(); /* this machine has no keyring for us */
    assert_true(desk_row_says(screen, FRESH, "keyring"));
    screen_keys(screen, "/" FRESH "<Enter>c");
    assert_true(screen_wait(screen, FRESH ": copied by"));
    char expected[256], *text = scratch_read(copied, NULL);
    snprintf(expected, sizeof expected, CONTRACT_WEBSOCKET, UUID(FRESH));
    assert_string_equal(text, expected);
    free(text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_by_id),
        AT_DESK(test_unclear),
        AT_DESK(test_by_filter),
        AT_DESK(test_asks),
        AT_DESK(test_asks_for_the_number),
        AT_DESK(test_no_terminal),
        AT_DESK(test_some_fail),
        AT_DESK(test_accepted),
        AT_DESK(test_unanswered),
        AT_DESK(test_gone),
        AT_DESK(test_gone_is_not_called_revoked),
        AT_DESK(test_four_at_a_time),
        AT_DESK(test_not_sent_after_a_signal),
        AT_DESK(test_rotate_bare),
        AT_DESK(test_rotate),
        AT_DESK(test_rotate_refused),
        AT_DESK(test_copy_not_kept),
        AT_DESK(test_copy),
        AT_DESK(test_copy_beside_a_command),
    };
    return cmocka_run_group_tests_name("cmd_revoke", tests, NULL, NULL);
}
