/* leasetop doctor: a line for each thing it stands on, good, worth a note or bad; and themes, which
 * needs none of them. */
#include "tests/screen/run.h"

#include <dirent.h>
#include <unistd.h>

static void run_doctor(struct run *run, struct desk *desk, const char *const *words,
                       const char *key)
{
    const char *arguments[16] = {"doctor", "--api-url", server_url(desk->server)};
    for (size_t i = 0; words[i] != NULL; i++)
        arguments[3 + i] = words[i];
    run_leasetop(run, desk, arguments, WORDS("TERM=xterm-256color", key));
    assert_null(strstr(run->out, DESK_KEY));
    assert_string_equal(run->err, "");
}

/* The line about this begins so and goes on so. */
static void assert_finding(const struct run *run, const char *word, const char *what,
                           const char *says)
{
    char start[32];
    snprintf(start, sizeof start, "%-4s %-9s ", word, what);
    const char *line = strstr(run->out, start);
    const char *found = line != NULL ? strstr(line, says) : NULL;
    if (line == NULL || (line != run->out && line[-1] != '\n') || found == NULL ||
        found > line + strcspn(line, "\n"))
        fail_msg("no \"%s\" of %s, %s, in\n%s", says, what, word, run->out);
}

#define KEY "BCTRL_API_KEY=" DESK_KEY

static void test_well(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    run_doctor(&run, desk, WORDS("--keyring", "off", "--clipboard-command", "true"), KEY);
    assert_int_equal(run.status, 0);
    char makes[700];
    snprintf(makes, sizeof makes,
             "to begin one: mkdir -p %s/.config/leasetop && leasetop --print-config "
             ">%s/.config/leasetop/leasetop.conf",
             desk->folder.path, desk->folder.path);
    assert_finding(&run, "ok", "config", makes);
    assert_finding(&run, "ok", "server", server_url(desk->server));
    assert_finding(&run, "ok", "key", "ends in " DESK_TAIL ", from BCTRL_API_KEY");
    assert_finding(&run, "ok", "answer", "without TLS, from this machine: 1 space, 3 runtimes");
    assert_finding(&run, "ok", "clock", "agrees");
    assert_finding(&run, "note", "keyring", "switched off");
    assert_finding(&run, "ok", "clipboard", "command");
    assert_finding(&run, "ok", "terminal", "xterm-256color, with 256 colours");
    assert_true(desk_only_read(desk));
    run_clear(&run);
    run_doctor(&run, desk, WORDS("--quiet"), KEY);
    assert_string_equal(run.out, "");
    run_clear(&run);
}

/* The keyring is what the next command finds it to be, whatever this machine or build has. */
static void test_keyring(void **state)
{
    static const struct contract_lease fresh = {
        .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 1, .left_s = 900};
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    desk_creates(desk, &fresh);
    run_leasetop(&run, desk,
                 WORDS("create", "acme-ops/checkout", "--api-url", server_url(desk->server)),
                 WORDS(KEY));
    assert_int_equal(run.status, 0);
    run_clear(&run);
    run_leasetop(
        &run, desk,
        WORDS("copy", FRESH, "--show-secret", "--quiet", "--api-url", server_url(desk->server)),
        WORDS(KEY));
    bool kept = run.status == 0;
    assert_true(HAVE_KEYUTILS || !kept);
    run_clear(&run);
    run_doctor(&run, desk, WORDS("--interval", "5"), KEY);
    assert_finding(&run, kept ? "ok" : "note", "keyring",
                   kept ? "the kernel keeps endpoints" : "a restart forgets the endpoints");
    run_clear(&run);
}

static void test_notes(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    server_date(desk->server, DATE_OFFSET, 90);
    const char *arguments[] = {"doctor", "--api-url", server_url(desk->server), NULL};
    run_leasetop(&run, desk, arguments, WORDS(KEY, "TERM=xterm-256color", "NO_COLOR=1"));
    assert_int_equal(run.status, 0);
    assert_finding(&run, "note", "clock", "+1m");
    assert_finding(&run, "note", "clipboard", "install wl-copy");
    assert_finding(&run, "ok", "terminal", "NO_COLOR is set");
    run_clear(&run);
    run_leasetop(&run, desk, arguments, WORDS(KEY, "TERM=no-such-terminal"));
    assert_int_equal(run.status, 0);
    assert_finding(&run, "note", "terminal", "no-such-terminal");
    run_clear(&run);
}

static void test_audit(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char text[512];
    desk_serve(desk);
    snprintf(text, sizeof text, "audit = \"%s/audit\";\n",
             desk_file(desk, "none", 0600, "a file, and no folder"));
    const char *file = desk_file(desk, "audit.conf", 0600, text);
    run_doctor(&run, desk, WORDS("--config", file), KEY);
    assert_int_equal(run.status, 5);
    assert_finding(&run, "bad", "audit", "cannot be written: Not a directory; make its folder");
    run_clear(&run);
    assert_int_equal(unlink(scratch_file(&desk->folder, "none")), 0);
    run_doctor(&run, desk, WORDS("--config", file), KEY);
    assert_int_equal(run.status, 0);
    assert_finding(&run, "ok", "audit", "/none/audit, which begins with the first action");
    assert_int_not_equal(access(scratch_file(&desk->folder, "none"), F_OK), 0);
    run_clear(&run);
}

/* What stands on something bad is not looked at. */
static void test_bad(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    run_doctor(&run, desk, WORDS("--config", desk_file(desk, "bad.conf", 0600, "interval = ;\n")),
               KEY);
    assert_int_equal(run.status, 5);
    assert_finding(&run, "bad", "config", "bad.conf:1");
    assert_finding(&run, "-", "answer", "not looked at");
    run_clear(&run);
    run_doctor(&run, desk, WORDS("--ca-file", "/no/such/file"), KEY);
    assert_int_equal(run.status, 5);
    assert_finding(&run, "bad", "server", "/no/such/file");
    run_clear(&run);
    run_doctor(&run, desk, WORDS("--interval", "5"), "NO=KEY");
    assert_int_equal(run.status, 5);
    assert_finding(&run, "bad", "key", "set BCTRL_API_KEY");
    assert_finding(&run, "-", "clock", "not looked at");
    assert_int_equal(server_count(desk->server, "*", "**"), 0);
    run_clear(&run);
    server_on(desk->server, "GET", "**",
              ANSWER_MADE(401, contract_error("auth.invalid", "no such key", "req-5")));
    run_doctor(&run, desk, WORDS("--interval", "5"), KEY);
    assert_int_equal(run.status, 5);
    assert_finding(&run, "bad", "answer", "make another key");
    run_clear(&run);
    server_down(desk->server);
    run_doctor(&run, desk, WORDS("--interval", "5"), KEY);
    assert_int_equal(run.status, 5);
    assert_finding(&run, "bad", "answer", "does the server run?");
    run_clear(&run);
}

/* Each way in which a server answers badly comes with what to do. */
static void test_advice(void **state)
{
    const struct {
        const char *path;
        struct answer answer;
        const char *says;
    } cases[] = {
        {"/v1/spaces/*/runtimes", ANSWER_MADE(403, contract_error("auth.forbidden", "no", "req-9")),
         "make a key that may read spaces and runtimes"},
        {"**", ANSWER_MADE(500, contract_error("server.error", "it broke", "req-6")),
         "HTTP 500 server.error: it broke (request req-6); look again later"},
        {"**", ANSWER_JSON(302, "", .headers = "location: https://elsewhere.example/\r\n"),
         "give the address it leads to by --api-url"},
        {"**", ANSWER_JSON(200, "<html>Sign in</html>"), "is the address one of this API"},
        {"**", ANSWER_MADE(429, contract_error("rate_limited", "slowly", "req-7")),
         "look again later"},
        {"**", ANSWER_MADE(404, contract_error("no", "what?", "req-8")),
         "is the address one of this API?"},
        {"**", ANSWER_NEVER, "--timeout waits longer"},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct run run;
        desk_serve(desk);
        server_on(desk->server, "GET", cases[i].path, cases[i].answer);
        run_doctor(&run, desk, WORDS("--timeout", "1"), KEY);
        assert_int_equal(run.status, 5);
        assert_finding(&run, "bad", "answer", cases[i].says);
        run_clear(&run);
    }
}

/* ---- themes */

/* Each file of the folder is a line, and nothing else is. */
static void test_themes(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char path[4096];
    size_t files = 0, lines = 0;
    run_leasetop(&run, desk, WORDS("themes"), NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    snprintf(path, sizeof path, "%s/themes", getenv("SRCDIR"));
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char line[300];
        size_t length = strlen(entry->d_name);
        if (length < 7 || strcmp(entry->d_name + length - 6, ".theme") != 0)
            continue;
        snprintf(line, sizeof line, "%.*s\n", (int)length - 6, entry->d_name);
        if (strstr(run.out, line) == NULL)
            fail_msg("no %s", line);
        files++;
    }
    closedir(folder);
    for (const char *at = run.out; *at != '\0'; at++)
        lines += *at == '\n';
    assert_true(files >= 3);
    assert_int_equal(lines, files);
    run_clear(&run);
}

static void test_themes_in_colours(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_open(desk, 30, 120, WORDS("themes"), NULL);
    int row, column;
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_find(screen, "nord", &row, &column));
    assert_non_null(strstr(screen_raw(screen, NULL), "38;5;"));
    screen = desk_open(desk, 30, 120, WORDS("themes"), WORDS("NO_COLOR=1"));
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_has(screen, "critical") || screen_has(screen, "00:48"));
    assert_null(strstr(screen_raw(screen, NULL), "38;5;"));
    assert_int_equal(server_count(desk->server, "*", "**"), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_well),   AT_DESK(test_keyring),
        AT_DESK(test_notes),  AT_DESK(test_bad),
        AT_DESK(test_audit),  AT_DESK(test_advice),
        AT_DESK(test_themes), AT_DESK(test_themes_in_colours),
    };
    return cmocka_run_group_tests_name("cmd_doctor", tests, NULL, NULL);
}
