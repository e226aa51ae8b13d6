/* What is remembered and told: who made a lease, the audit file, the user's commands, the bell. */
#include "tests/screen/run.h"

#include <sys/stat.h>
#include <unistd.h>

static const struct contract_lease fresh = {
    .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 1, .left_s = 3600};

#define STATE_FOLDER "state"
#define LEDGER       STATE_FOLDER "/leasetop/ledger"
#define KEY          "BCTRL_API_KEY=" DESK_KEY

static void forget(struct desk *desk)
{
    (void)unlink(scratch_file(&desk->folder, LEDGER));
    (void)rmdir(scratch_file(&desk->folder, STATE_FOLDER "/leasetop"));
    (void)rmdir(scratch_file(&desk->folder, STATE_FOLDER));
}

/* Opens it with these lines as its configuration, and a state folder that outlives the program. */
static struct screen *open(struct desk *desk, const char *settings)
{
    char state_home[400];
    const char *file = desk_file(desk, "leasetop.conf", 0600, settings);
    snprintf(state_home, sizeof state_home, "XDG_STATE_HOME=%s",
             scratch_file(&desk->folder, STATE_FOLDER));
    struct screen *screen = desk_open(desk, 30, 140, WORDS("--config", file), WORDS(state_home));
    assert_true(screen_wait(screen, "LEASE"));
    return screen;
}

static void make_a_lease(struct desk *desk)
{
    desk_creates(desk, &fresh);
    screen_keys(desk->screen, "n");
    assert_true(screen_wait(desk->screen, "Create"));
    screen_keys(desk->screen, "<Enter>");
    assert_true(desk_selects(desk->screen, FRESH));
}

static void revoke_it(struct desk *desk)
{
    desk_revokes(desk, UUID(FRESH));
    screen_keys(desk->screen, "X");
    assert_true(screen_wait(desk->screen, "Cancel"));
    screen_keys(desk->screen, "y");
    assert_true(desk_row_says(desk->screen, FRESH, "revoked"));
}

static void expect_owner(const char *path)
{
    struct stat known;
    assert_int_equal(stat(path, &known), 0);
    assert_int_equal(known.st_mode & 0777, 0600);
}

/* ---- BY */

/* That this user made SOON, just now. */
static void ledger_line(struct desk *desk, char *line, size_t size)
{
    char *now = contract_time(server_now(desk->server));
    snprintf(line, size, "%s %s %s %s %s -\n", server_url(desk->server), OPS, CHECKOUT, UUID(SOON),
             now);
    free(now);
}

static void test_by_after_a_restart(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    struct screen *screen = open(desk, "");
    assert_true(screen_wait(screen, SOON));
    make_a_lease(desk);
    assert_true(desk_row_says(screen, FRESH, " me"));
    assert_false(strstr(screen_row(screen, desk_row(screen, SOON)), " me") != NULL);
    char *line = scratch_line(scratch_file(&desk->folder, LEDGER));
    assert_non_null(strstr(line, UUID(FRESH)));
    assert_null(strstr(line, "token"));
    assert_null(strstr(line, DESK_KEY));
    free(line);
    expect_owner(scratch_file(&desk->folder, LEDGER));
    desk_quit(desk);
    screen = open(desk, "");
    assert_true(desk_row_says(screen, FRESH, " me"));
    desk_quit(desk);
    forget(desk);
}

/* What another run of the program makes is seen by this one. */
static void test_by_of_another_run(void **state)
{
    char line[400];
    struct desk *desk = *state;
    desk_serve(desk);
    assert_int_equal(mkdir(scratch_file(&desk->folder, STATE_FOLDER), 0700), 0);
    struct screen *screen = open(desk, "");
    assert_true(screen_wait(screen, SOON));
    assert_int_equal(mkdir(scratch_file(&desk->folder, STATE_FOLDER "/leasetop"), 0700), 0);
    ledger_line(desk, line, sizeof line);
    desk_file(desk, LEDGER, 0600, line);
    assert_true(desk_row_says(screen, SOON, " me"));
    desk_quit(desk);
    forget(desk);
}

static void test_no_ledger(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    struct screen *screen = open(desk, "ledger = false;\n");
    assert_true(screen_wait(screen, SOON));
    make_a_lease(desk);
    assert_true(desk_row_says(screen, FRESH, " me"));
    desk_quit(desk);
    assert_int_not_equal(access(scratch_file(&desk->folder, LEDGER), F_OK), 0);
    forget(desk);
}

static void test_by_in_json(void **state)
{
    char line[400], state_home[400], expected[200];
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    assert_int_equal(mkdir(scratch_file(&desk->folder, STATE_FOLDER), 0700), 0);
    assert_int_equal(mkdir(scratch_file(&desk->folder, STATE_FOLDER "/leasetop"), 0700), 0);
    ledger_line(desk, line, sizeof line);
    desk_file(desk, LEDGER, 0600, line);
    snprintf(state_home, sizeof state_home, "XDG_STATE_HOME=%s",
             scratch_file(&desk->folder, STATE_FOLDER));
    run_leasetop(&run, desk, WORDS("--json", "--api-url", server_url(desk->server)),
                 WORDS(KEY, state_home));
    assert_int_equal(run.status, 0);
    snprintf(expected, sizeof expected, "\"id\": \"%s\"", UUID(SOON));
    const char *at = strstr(run.out, expected), *by = at != NULL ? strstr(at, "\"by\": ") : NULL;
    assert_non_null(by);
    assert_int_equal(strncmp(by, "\"by\": \"me\"", 10), 0);
    assert_non_null(strstr(run.out, "\"by\": null"));
    run_clear(&run);
    forget(desk);
}

/* ---- the audit and the hooks */

static void test_actions_leave_their_traces(void **state)
{
    char settings[2000];
    struct desk *desk = *state;
    const char *audit = scratch_file(&desk->folder, "audit.jsonl");
    snprintf(settings, sizeof settings,
             "audit = \"%1$s\";\n"
             "hooks: {\n"
             "  on_created = \"echo $LEASETOP_EVENT $LEASETOP_LEASE $LEASETOP_RUNTIME_NAME"
             " >> %2$s/hooks\";\n"
             "  on_revoked = [\"sh\", \"-c\", \"echo $LEASETOP_EVENT ${BCTRL_API_KEY-none}"
             " >> %2$s/revoked\"];\n"
             "};\n",
             audit, desk->folder.path);
    desk_serve(desk);
    struct screen *screen = open(desk, settings);
    assert_true(screen_wait(screen, SOON));
    make_a_lease(desk);
    char *line = scratch_line(scratch_file(&desk->folder, "hooks"));
    assert_string_equal(line, "created " UUID(FRESH) " checkout");
    free(line);
    revoke_it(desk);
    line = scratch_line(scratch_file(&desk->folder, "revoked"));
    assert_string_equal(line, "revoked none");
    free(line);
    desk_quit(desk);
    char *text = scratch_read(scratch_file(&desk->folder, "audit.jsonl"), NULL);
    static const char *const parts[] = {"\"what\":\"create\",\"outcome\":\"confirmed\"",
                                        "\"what\":\"create\",\"outcome\":\"done\"",
                                        "\"what\":\"revoke\",\"outcome\":\"confirmed\"",
                                        "\"what\":\"revoke\",\"outcome\":\"done\""};
    const char *at = text;
    for (size_t i = 0; i < COUNT(parts); i++) {
        at = at != NULL ? strstr(at, parts[i]) : NULL;
        if (at == NULL)
            fail_msg("no %s in\n%s", parts[i], text);
    }
    assert_null(strstr(text, "shown-once"));
    assert_null(strstr(text, DESK_KEY));
    free(text);
    expect_owner(scratch_file(&desk->folder, "audit.jsonl"));
    forget(desk);
}

static void test_a_hook_that_fails_says_so(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    struct screen *screen = open(desk, "hooks: { on_created = \"exit 7\"; };\n");
    assert_true(screen_wait(screen, SOON));
    make_a_lease(desk);
    assert_true(screen_wait(screen, "hook on_created ended with exit status 7"));
    desk_quit(desk);
    forget(desk);
}

/* ---- alerts */

static void test_a_lease_that_comes_near_its_end(void **state)
{
    char settings[1000];
    struct desk *desk = *state;
    desk_serve_leases(desk, LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .left_s = 12}));
    snprintf(settings, sizeof settings,
             "thresholds: { warn = 9; critical = 1; };\n"
             "alerts: { bell = \"once\"; note = true; };\n"
             "hooks: { on_expiring = \"echo $LEASETOP_EVENT $LEASETOP_LEASE >> %s/hooks\"; };\n",
             desk->folder.path);
    struct screen *screen = open(desk, settings);
    assert_true(desk_row_says(screen, SOON, "active"));
    assert_false(screen_raw_has(screen, "notify;leasetop"));
    char *line = scratch_line(scratch_file(&desk->folder, "hooks"));
    assert_string_equal(line, "expiring " UUID(SOON));
    free(line);
    assert_true(desk_row_says(screen, SOON, "expiring"));
    assert_true(screen_raw_has(screen, "\033]777;notify;leasetop;" SOON " on checkout has 00:0"));
    assert_int_equal(screen_bells(screen), 1);
    desk_quit(desk);
    forget(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_DESK(test_by_after_a_restart),
        AT_DESK(test_by_of_another_run),
        AT_DESK(test_no_ledger),
        AT_DESK(test_by_in_json),
        AT_DESK(test_actions_leave_their_traces),
        AT_DESK(test_a_hook_that_fails_says_so),
        AT_DESK(test_a_lease_that_comes_near_its_end),
    };
    return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
