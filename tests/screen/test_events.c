/* What happened, as a table and as a strip below another one. */
#include "tests/screen/desk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct contract_lease fresh = {
    .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 1, .left_s = 3600};

static void test_own_actions(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    desk_creates(desk, &fresh);
    struct screen *screen = desk_open(desk, 30, 140, NULL, NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    screen_keys(screen, "3");
    assert_true(screen_wait(screen, "no events"));
    screen_keys(screen, "1n<Enter>");
    assert_true(screen_wait(screen, "created " FRESH));
    screen_keys(screen, "3");
    assert_true(desk_row_says(screen, "done", "create"));
    assert_true(desk_row_says(screen, "done", "checkout"));
    screen_keys(screen, "/proto:x");
    assert_true(screen_wait(screen, "no column is called proto"));
    screen_keys(screen, "<C-u>confirmed<Enter>");
    assert_true(screen_wait(screen, "confirmed: cdp") && screen_wait_gone(screen, "done"));
    screen_keys(screen, "/<C-u>done<Enter>");
    assert_true(desk_row_says(screen, FRESH, "done"));
    screen_keys(screen, "g<Enter>");
    assert_true(desk_row_says(screen, "latency", "ms") && desk_row_says(screen, "by  ", "you"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "LEFT") && desk_selects(screen, FRESH));
}

static void test_no_room_for_the_strip(void **state)
{
    struct screen *screen = desk_watch(*state, 10, 40);
    screen_keys(screen, "e");
    assert_true(screen_wait(screen, "3 shows them"));
}

static void test_what_others_do(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 30, 140);
    screen_keys(screen, "e");
    assert_true(screen_wait(screen, "nothing has happened"));
    desk_put(desk, &fresh);
    assert_true(screen_wait_gone(screen, "nothing has happened"));
    assert_true(screen_wait(screen, "on checkout"));
    screen_keys(screen, "e");
    assert_true(screen_wait_gone(screen, "on checkout"));
}

/* Another window of mine made it: the ledger says so, if only after the list. */
static void test_what_another_window_did(void **state)
{
    struct desk *desk = *state;
    char folder[300], line[400];
    desk_serve(desk);
    snprintf(folder, sizeof folder, "XDG_STATE_HOME=%s", desk->folder.path);
    assert_int_equal(mkdir(scratch_file(&desk->folder, "leasetop"), 0700), 0);
    struct screen *screen = desk_open(desk, 30, 140, NULL, WORDS(folder));
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    screen_keys(screen, "3");
    desk_put(desk, &fresh);
    assert_true(screen_wait(screen, "by somebody else"));
    snprintf(line, sizeof line, "%s " OPS " " CHECKOUT " " UUID(FRESH) " 2026-11-22T10:02:11Z -\n",
             server_url(desk->server));
    desk_file(desk, "leasetop/ledger", 0600, line);
    assert_true(screen_wait(screen, "by you, elsewhere: cdp"));
    assert_false(screen_has(screen, "somebody else"));
}

/* What has no lease has details, too; what a line of the table cuts is read whole there and below
 * the table. */
static void test_details_of_an_event(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    server_on(desk->server, "POST", "**",
              ANSWER_MADE(402, contract_error("billing.limit",
                                              "the plan of this account allows no more than these "
                                              "leases at a time",
                                              "req_402_whole")));
    screen_keys(screen, "n<Enter>");
    assert_true(screen_wait(screen, "1 failed"));
    screen_keys(screen, "3g");
    assert_true(screen_wait_row(screen, -3, "failed: HTTP 402 billing.limit: the plan of"));
    screen_keys(screen, "<Enter>");
    assert_true(desk_row_says(screen, "request", "req_402_whole"));
    assert_true(screen_wait(screen, "at a time"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "about no lease"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait(screen, "OUTCOME"));
}

/* ---- Being told */

static struct screen *open_told(struct desk *desk, const char *settings)
{
    desk_serve(desk);
    const char *file = desk_file(desk, "told.conf", 0600, settings);
    struct screen *screen = desk_open(desk, 24, 140, WORDS("--config", file), NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    return screen;
}

static bool rang(struct screen *screen, void *context)
{
    return screen_bells(screen) == *(const int *)context;
}

/* At warn and at critical, once each: a bell, and a note that names the lease and no secret. */
static void test_thresholds_are_told(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_told(desk, "alerts: { bell = \"once\"; note = true; };\n");
    struct contract_lease lease = desk_lease(desk, UUID(SOON));
    int rings = 1;
    assert_int_equal(screen_bells(screen), 0);
    lease.left_s = 200;
    desk_put(desk, &lease);
    assert_true(screen_wait_until(screen, rang, &rings, "a bell"));
    assert_true(screen_wait_raw(screen, "\033]777;notify;leasetop;" SOON " on checkout has 03:"));
    lease.left_s = 190;
    desk_put(desk, &lease);
    assert_true(desk_row_says(screen, SOON, "03:0"));
    assert_int_equal(screen_bells(screen), 1);
    lease.left_s = 30;
    rings = 2;
    desk_put(desk, &lease);
    assert_true(screen_wait_until(screen, rang, &rings, "another bell"));
    assert_true(screen_wait_raw(screen, SOON " on checkout has 00:"));
    desk_quit(desk);
}

struct line {
    const char *path, *words;
};

static bool has_line(struct screen *screen, void *context)
{
    const struct line *line = context;
    (void)screen;
    char *text = access(line->path, R_OK) == 0 ? scratch_read(line->path, NULL) : NULL;
    bool found = text != NULL && strstr(text, line->words) != NULL;
    free(text);
    return found;
}

/* A file is written by others: the screen's next tick is soon enough to look again. */
static void expect_line(struct desk *desk, const char *name, const char *words)
{
    char path[512];
    snprintf(path, sizeof path, "%s", scratch_file(&desk->folder, name));
    struct line line = {path, words};
    assert_true(screen_wait_until(desk->screen, has_line, &line, words));
}

/* What comes by itself does not push away what is said once. */
static void test_what_is_said_once_is_read_first(void **state)
{
    struct desk *desk = *state;
    char settings[512];
    scratch_program(&desk->folder, "fails", "read -r _ <$here/go; exit 3\n");
    assert_int_equal(mkfifo(scratch_file(&desk->folder, "go"), 0600), 0);
    snprintf(settings, sizeof settings, "hooks: { on_created = \"%s\"; };\n",
             scratch_file(&desk->folder, "fails"));
    desk_creates(desk, &fresh);
    struct screen *screen = open_told(desk, settings);
    screen_keys(screen, "n<Enter>");
    assert_true(screen_wait(screen, "created " FRESH "; its endpoint is shown once"));
    int opened = open(scratch_file(&desk->folder, "go"), O_WRONLY | O_CLOEXEC); /* waits for it */
    assert_true(opened >= 0);
    close(opened);
    for (int i = 0; i < 20; i++) {
        screen_poll(screen, 100);
        assert_false(screen_has(screen, "exit status 3") && !screen_has(screen, "shown once"));
    }
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait(screen, "exit status 3"));
}

/* The user's commands run with ids, and the audit file has a line of each own action. */
static void test_hooks_and_audit(void **state)
{
    struct desk *desk = *state;
    char settings[1024];
    scratch_program(&desk->folder, "told", "echo \"$1 $LEASETOP_LEASE\" >>$here/hooks\n");
    const char *told = scratch_file(&desk->folder, "told");
    snprintf(settings, sizeof settings,
             "audit = \"%s\";\nhooks: { on_created = [\"%s\", \"created\"];"
             " on_revoked = [\"%s\", \"revoked\"]; on_expiring = [\"%s\", \"expiring\"]; };\n",
             scratch_file(&desk->folder, "audit"), told, told, told);
    desk_creates(desk, &fresh);
    struct screen *screen = open_told(desk, settings);
    desk_revokes(desk, UUID(SOON));
    struct contract_lease near = desk_lease(desk, UUID(LATER));
    near.left_s = 100;
    desk_put(desk, &near);
    screen_keys(screen, "n<Enter>");
    assert_true(screen_wait(screen, "created " FRESH));
    screen_keys(screen, "gX");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "revoked "));
    expect_line(desk, "hooks", "created " UUID(FRESH));
    expect_line(desk, "hooks", "expiring " UUID(LATER));
    expect_line(desk, "audit", "\"create\"");
    expect_line(desk, "audit", "\"revoke\"");
    struct stat status;
    assert_int_equal(stat(scratch_file(&desk->folder, "audit"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    char *audit = scratch_read(scratch_file(&desk->folder, "audit"), NULL);
    assert_null(strstr(audit, "shown-once"));
    free(audit);
    desk_quit(desk);
}

/* An audit that cannot be written says so as long as that lasts, from the start on, and at the end
 * what is missing in it. */
static void test_audit_that_fails(void **state)
{
    struct desk *desk = *state;
    char settings[512];
    const char *folder = desk_file(desk, "none", 0600, "a file, and no folder");
    snprintf(settings, sizeof settings, "audit = \"%s/audit\";\n", folder);
    desk_creates(desk, &fresh);
    struct screen *screen = open_told(desk, settings);
    assert_true(screen_wait(screen, "[no audit]") && screen_wait(screen, "Not a directory"));
    screen_keys(screen, "n<Enter>");
    assert_true(screen_wait(screen, "created " FRESH));
    assert_true(screen_has(screen, "[no audit]"));
    assert_int_equal(unlink(scratch_file(&desk->folder, "none")), 0);
    desk_revokes(desk, UUID(SOON));
    screen_keys(screen, "gX");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    expect_line(desk, "none/audit", "\"revoke\"");
    assert_true(screen_wait_gone(screen, "[no audit]"));
    screen_keys(screen, "q");
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_has(screen, "the audit lacks what was done here for a while"));
    assert_int_equal(unlink(scratch_file(&desk->folder, "none/audit")), 0);
}

static void test_audit_that_fails_to_the_end(void **state)
{
    struct desk *desk = *state;
    char settings[512];
    snprintf(settings, sizeof settings, "audit = \"%s/x/audit\";\n",
             desk_file(desk, "none", 0600, "a file, and no folder"));
    desk_creates(desk, &fresh);
    struct screen *screen = open_told(desk, settings);
    screen_keys(screen, "n<Enter>");
    assert_true(screen_wait(screen, "created " FRESH));
    screen_keys(screen, "q");
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_has(screen, "the audit lacks what was done here: "));
    assert_true(screen_has(screen, "Not a directory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_DESK(test_own_actions),
        AT_DESK(test_what_others_do),
        AT_DESK(test_no_room_for_the_strip),
        AT_DESK(test_what_another_window_did),
        AT_DESK(test_details_of_an_event),
        AT_DESK(test_thresholds_are_told),
        AT_DESK(test_what_is_said_once_is_read_first),
        AT_DESK(test_hooks_and_audit),
        AT_DESK(test_audit_that_fails),
        AT_DESK(test_audit_that_fails_to_the_end),
    };
    return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
