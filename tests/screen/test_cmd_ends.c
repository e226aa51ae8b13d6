/* What holds for every command: how it ends, one line for what went wrong, little where little is
 * wished for, progress where somebody looks, an end to waiting, and the user's commands. */
#include "tests/screen/run.h"

#include <sys/stat.h>

static void run_with(struct run *run, struct desk *desk, const char *const *words, const char *key)
{
    char url[100];
    const char *arguments[24] = {"--keyring", "off", "--interval", "1"};
    for (size_t i = 0; words[i] != NULL; i++)
        arguments[4 + i] = words[i];
    snprintf(url, sizeof url, "BCTRL_API_URL=%s", server_url(desk->server));
    run_leasetop(run, desk, arguments, WORDS(url, key));
}

/* The output exactly, unless it is NULL; of what went wrong one line that holds all of `says`, or
 * nothing. */
static void expect(struct desk *desk, const char *const *words, int status, const char *out,
                   const char *const *says)
{
    struct run run;
    run_with(&run, desk, words, "BCTRL_API_KEY=" DESK_KEY);
    if (run.status != status || (out != NULL && strcmp(run.out, out) != 0))
        fail_msg("%s ended with %d: %s%s", words[0], run.status, run.out, run.err);
    if (says == NULL)
        assert_string_equal(run.err, "");
    else
        assert_sentence(run.err);
    for (; says != NULL && *says != NULL; says++)
        if (strstr(run.err, *says) == NULL)
            fail_msg("%s did not say %s: %s", words[0], *says, run.err);
    run_clear(&run);
}

static const struct contract_lease fresh = {
    .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 1, .left_s = 900};

/* ---- what went wrong */

/* Each way in which the server says no, with its code and its name for the request. */
static void test_refusals(void **state)
{
    static const char *const bodies[] = {
        "{\"error\":\"it is busy\\nnow\",\"code\":\"runtime.controller_busy\","
        "\"requestId\":\"req_77\",\"details\":{}}",
        "{\"error\":{\"code\":\"runtime.controller_busy\",\"message\":\"it is busy\\nnow\","
        "\"requestId\":\"req_77\"}}",
    };
    struct desk *desk = *state;
    desk_serve(desk);
    for (size_t i = 0; i < COUNT(bodies); i++) {
        server_on(desk->server, "POST", "**", ANSWER_JSON(409, bodies[i]));
        server_on(desk->server, "DELETE", "**", ANSWER_JSON(409, bodies[i]));
        const char *const *says =
            WORDS("HTTP 409", "runtime.controller_busy", "it is busy", "(request req_77)");
        expect(desk, WORDS("create", "acme-ops/checkout"), 1, "", says);
        expect(desk, WORDS("revoke", SOON, "--yes"), 1, "", says);
        expect(desk, WORDS("rotate", SOON, "--quiet"), 1, "", says);
    }
    server_on(desk->server, "DELETE", "**",
              ANSWER_JSON(403, "{\"message\":\"not yours\",\"code\":\"permission.denied\"}",
                          .headers = "x-request-id: req_of_header\r\n"));
    expect(desk, WORDS("revoke", SOON, "--yes"), 1, "",
           WORDS("HTTP 403", "permission.denied", "not yours", "(request req_of_header)"));
}

/* ---- how it ends */

static void test_unauthorised(void **state)
{
    const char *const *const commands[] = {
        (const char *const[]){"list", NULL},
        (const char *const[]){"runtimes", NULL},
        (const char *const[]){"spaces", NULL},
        (const char *const[]){"create", "acme-ops/checkout", NULL},
        (const char *const[]){"revoke", SOON, "--yes", NULL},
        (const char *const[]){"rotate", SOON, NULL},
        (const char *const[]){"watch", NULL},
        (const char *const[]){"wait", SOON, NULL},
    };
    struct desk *desk = *state;
    server_on(desk->server, "*", "**",
              ANSWER_JSON(401, "{\"error\":\"no\",\"code\":\"auth.invalid\"}"));
    for (size_t i = 0; i < COUNT(commands); i++) {
        struct run run;
        expect(desk, commands[i], 4, "", WORDS("unauthorised", "HTTP 401 auth.invalid: no"));
        run_with(&run, desk, commands[i], "BCTRL_API_KEY=");
        assert_int_equal(run.status, 4);
        assert_non_null(strstr(run.err, "there is no key"));
        assert_sentence(run.err);
        run_clear(&run);
    }
}

static void test_unreachable(void **state)
{
    struct desk *desk = *state;
    const char *const *says = WORDS("offline", "refused");
    server_down(desk->server);
    expect(desk, WORDS("list"), 1, "", says);
    expect(desk, WORDS("runtimes"), 1, "", says);
    expect(desk, WORDS("spaces"), 1, "", says);
    expect(desk, WORDS("create", "acme-ops/checkout"), 1, "", says);
    expect(desk, WORDS("revoke", SOON, "--yes"), 1, "", says);
    expect(desk, WORDS("rotate", SOON), 1, "", says);
    expect(desk, WORDS("wait", SOON), 1, "", says);
}

static void test_read_only(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    const char *const *says = WORDS("read-only");
    expect(desk, WORDS("create", "acme-ops/checkout", "--read-only"), 2, "", says);
    expect(desk, WORDS("revoke", SOON, "--yes", "--read-only"), 2, "", says);
    expect(desk, WORDS("rotate", SOON, "--read-only"), 2, "", says);
    assert_true(desk_only_read(desk));
}

/* Waiting has an end that can be chosen. */
static void test_timeout(void **state)
{
    struct desk *desk = *state;
    server_on(desk->server, "GET", "**", ANSWER_NEVER);
    long long from_ms = support_now_ms();
    expect(desk, WORDS("list", "--timeout", "1"), 1, "", WORDS("no answer in time"));
    long long took_ms = support_now_ms() - from_ms;
    assert_true(took_ms >= 1000 && took_ms < 15000); /* as it is without */
}

/* ---- how much it says */

static void test_quiet(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    desk_creates(desk, &fresh);
    desk_revokes(desk, UUID(SOON));
    expect(desk, WORDS("rotate", SOON, "--quiet"), 0, UUID(FRESH) "\n", NULL);
    desk_revokes(desk, UUID(FRESH));
    expect(desk, WORDS("revoke", FRESH, "--yes", "--quiet"), 0, "", NULL);
    expect(desk, WORDS("wait", OVER, "--for", "revoked", "--quiet"), 0, "", NULL);
    expect(desk, WORDS("list", "--columns", "lease", "--filter", OVER, "--quiet"), 0,
           "LEASE\n" OVER "\n", NULL);
}

/* Six at once: who looks sees how far it is, and no file gets any of that. */
static void test_progress(void **state)
{
    static const char *const ids[] = {UUID("00000001"), UUID("00000002"), UUID("00000003"),
                                      UUID("00000004"), UUID("00000005"), UUID("00000006")};
    struct desk *desk = *state;
    struct contract_lease leases[COUNT(ids) + 1] = {{.id = NULL}};
    for (size_t i = 0; i < COUNT(ids); i++)
        leases[i] = (struct contract_lease){.id = ids[i], .runtime = CHECKOUT, .left_s = 900};
    desk_serve_leases(desk, leases);
    for (size_t i = 0; i < COUNT(ids); i++)
        desk_revokes(desk, ids[i]);
    const char *out = scratch_file(&desk->folder, "out");
    char script[5000];
    snprintf(script, sizeof script,
             "'%s/leasetop' revoke --filter checkout --yes --api-url %s --keyring off >'%s'",
             getenv("BUILDDIR"), server_url(desk->server), out);
    desk->screen =
        screen_start(24, 80, WORDS("sh", "-c", script), WORDS("BCTRL_API_KEY=" DESK_KEY));
    screen_deadline(desk->screen, DESK_PATIENCE_MS);
    assert_true(screen_wait_raw(desk->screen, " of 6"));
    assert_int_equal(screen_wait_exit(desk->screen), 0);
    assert_false(screen_has(desk->screen, " of 6")); /* it goes when it is over */
    char *said = scratch_read(out, NULL);
    size_t lines = 0;
    for (const char *at = said; (at = strstr(at, "revoked 0000000")) != NULL; at++)
        lines++;
    assert_int_equal(lines, COUNT(ids));
    assert_null(strstr(said, " of 6"));
    free(said);
    desk_serve_leases(desk, leases);
    struct run run;
    run_with(&run, desk, WORDS("revoke", "--filter", "checkout", "--yes"),
             "BCTRL_API_KEY=" DESK_KEY);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    run_clear(&run);
}

/* ---- the user's commands */

static const char *hooks_config(struct desk *desk, const char *revoked)
{
    char text[2000];
    scratch_program(
        &desk->folder, "made",
        "echo \"$LEASETOP_EVENT $LEASETOP_LEASE $LEASETOP_SPACE_NAME/$LEASETOP_RUNTIME_NAME "
        "$LEASETOP_PROTOCOL ${BCTRL_API_KEY-no key} $LEASETOP_URL\" "
        ">>\"${0%/*}/told\"; echo nobody hears this");
    snprintf(text, sizeof text, "hooks: { on_created = [\"%s/made\"]; on_revoked = %s; };",
             desk->folder.path, revoked);
    return desk_file(desk, "hooks.conf", 0600, text);
}

static void test_hooks(void **state)
{
    struct desk *desk = *state;
    char wanted[400], revoked[400];
    desk_serve(desk);
    desk_creates(desk, &fresh);
    snprintf(revoked, sizeof revoked, "[\"%s/made\"]", desk->folder.path);
    const char *config = hooks_config(desk, revoked);
    expect(desk, WORDS("create", "acme-ops/checkout", "--quiet", "--config", config), 0,
           UUID(FRESH) "\n", NULL);
    desk_revokes(desk, UUID(FRESH));
    expect(desk, WORDS("revoke", FRESH, "--quiet", "--yes", "--config", config), 0, "", NULL);
    /* It has ended when the command ends. */
    char *told = scratch_read(scratch_file(&desk->folder, "told"), NULL);
    snprintf(wanted, sizeof wanted,
             "created " UUID(FRESH) " acme-ops/checkout cdp no key %s\n"
                                    "revoked " UUID(FRESH) " acme-ops/checkout  no key %s\n",
             server_url(desk->server), server_url(desk->server));
    assert_string_equal(told, wanted);
    free(told);
}

/* The lease was revoked all the same. */
static void test_hook_that_fails(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    desk_revokes(desk, UUID(SOON));
    desk_revokes(desk, UUID(LATER));
    expect(desk,
           WORDS("revoke", SOON, "--quiet", "--yes", "--config", hooks_config(desk, "\"exit 3\"")),
           0, "", WORDS("hook on_revoked ended with exit status 3"));
    expect(desk,
           WORDS("revoke", LATER, "--quiet", "--yes", "--config",
                 hooks_config(desk, "[\"/nowhere/to\"]")),
           0, "", WORDS("hook on_revoked did not run: there is no program /nowhere/to"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_refusals),  AT_DESK(test_unauthorised), AT_DESK(test_unreachable),
        AT_DESK(test_read_only), AT_DESK(test_timeout),      AT_DESK(test_quiet),
        AT_DESK(test_progress),  AT_DESK(test_hooks),        AT_DESK(test_hook_that_fails),
    };
    return cmocka_run_group_tests_name("cmd_ends", tests, NULL, NULL);
}
