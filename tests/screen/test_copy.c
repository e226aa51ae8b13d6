/* Copying an endpoint: by which way, what exactly, and that it takes no other way. */
#include "tests/screen/desk.h"

#include <sys/wait.h>
#include <unistd.h>

/* Every secret of this file has this in it. */
#define MARK     "shown-once"
#define URL      "wss://live.example.test/" UUID(FRESH) "?token=" MARK
#define HTTP_URL "https://live.example.test/s/" MARK
#define RDP                                                                                        \
    "{\"type\":\"rdp\",\"host\":\"desk.example.test\",\"port\":3389,"                              \
    "\"username\":\"operator\",\"password\":\"" MARK "\"}"
#define HTTP      "{\"type\":\"http\",\"baseUrl\":\"" HTTP_URL "\"}"
#define WEBSOCKET "{\"type\":\"websocket\",\"url\":\"" URL "\"}"
#define COMPOSITE                                                                                  \
    "{\"type\":\"composite\",\"endpoints\":{\"browser\":" WEBSOCKET ",\"files\":" HTTP "}}"

/* Makes a lease with this endpoint (NULL: a websocket), and stands on it. */
static struct screen *hold(struct desk *desk, const char *endpoint, const char *const *arguments,
                           const char *const *environment)
{
    desk_serve(desk);
    desk_creates_fresh(desk, endpoint);
    struct screen *screen = desk_open(desk, 24, 140, arguments, environment);
    assert_true(screen_wait(screen, SOON));
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>");
    assert_true(desk_selects(screen, FRESH));
    assert_true(desk_row_says(screen, FRESH, "held"));
    return screen;
}

static void assert_clipboard(struct screen *screen, const char *expected)
{
    assert_true(screen_wait_raw(screen, "\033]52;c;"));
    assert_true(screen_wait(screen, "OSC 52"));
    char *copied = screen_clipboard(screen);
    assert_non_null(copied);
    assert_string_equal(copied, expected);
    free(copied);
}

/* Neither on the screen, nor on stderr, nor in a sequence but the one for the clipboard, where it
 * is in base64. */
static void assert_kept(struct desk *desk)
{
    assert_false(screen_raw_has(desk->screen, MARK));
    screen_keys(desk->screen, "<Esc>?<Esc><Enter>");
    assert_true(screen_wait(desk->screen, "status"));
    desk_quit(desk);
    assert_false(screen_raw_has(desk->screen, MARK));
    assert_false(screen_raw_has(desk->screen, DESK_KEY));
}

/* ---- What is copied, in a plain terminal */

static void test_websocket(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = hold(desk, NULL, NULL, NULL);
    screen_keys(screen, "c");
    assert_clipboard(screen, URL);
    assert_true(screen_wait(screen, "unconfirmed"));
    assert_kept(desk);
    assert_true(screen_has(screen, "held in memory only"));
}

static void test_http(void **state)
{
    struct screen *screen = hold(*state, HTTP, NULL, NULL);
    assert_true(desk_row_says(screen, FRESH, "http"));
    screen_keys(screen, "c");
    assert_clipboard(screen, HTTP_URL);
    assert_kept(*state);
}

static void test_rdp(void **state)
{
    struct screen *screen = hold(*state, RDP, NULL, NULL);
    screen_keys(screen, "c");
    assert_clipboard(screen, "desk.example.test:3389");
    assert_kept(*state);
}

static void test_composite_asks_which(void **state)
{
    struct screen *screen = hold(*state, COMPOSITE, NULL, NULL);
    assert_true(desk_row_says(screen, FRESH, "composite"));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "copy which"));
    assert_true(screen_wait(screen, "browser"));
    assert_true(screen_wait(screen, "files"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "copy which"));
    assert_false(screen_raw_has(screen, "\033]52;"));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "copy which"));
    screen_keys(screen, "<Down><Enter>");
    assert_clipboard(screen, HTTP_URL);
    screen_raw_reset(screen);
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "copy which"));
    screen_keys(screen, "<Enter>");
    assert_clipboard(screen, URL);
    assert_kept(*state);
}

/* It is shown once: what of it is of no shape that is known is told, and by name. */
static void test_composite_of_unknown_shapes(void **state)
{
    static const char odd[] =
        "{\"type\":\"composite\",\"endpoints\":{\"browser\":" WEBSOCKET
        ",\"odd\":{\"type\":\"sftp\",\"token\":\"T0K\",\"url\":\"" HTTP_URL "\"}"
        ",\"vnc\":{\"type\":\"vnc\",\"address\":\"10.0.0.1\"},\"plain\":\"ssh:T1K\"}}";
    struct screen *screen = hold(*state, odd, NULL, NULL);
    assert_true(screen_wait(
        screen, "and 3 of its parts leasetop cannot read (odd.token, vnc.address, plain)"));
    assert_false(screen_has(screen, "T0K") || screen_has(screen, "T1K"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "has not kept: odd.token,"));
    assert_false(screen_raw_has(screen, "T0K") || screen_raw_has(screen, "T1K"));
}

/* What would act where it is pasted is not copied. */
static void test_endpoint_that_bites(void **state)
{
    struct screen *screen = hold(
        *state, "{\"type\":\"websocket\",\"url\":\"wss://x/\\u001b]0;" MARK "\\r\"}", NULL, NULL);
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "not copied: it holds control or hidden"));
    assert_false(screen_raw_has(screen, "\033]52;"));
    assert_kept(*state);
    assert_false(screen_raw_has(screen, "\033]52;"));
}

/* Nor is what cannot be what it is said to be. */
static void test_what_is_no_url_is_not_copied(void **state)
{
    static const struct {
        const char *endpoint, *words;
    } cases[] = {
        {"{\"type\":\"websocket\",\"url\":\"rm -rf ~ # " MARK "\"}", "is no url"},
        {"{\"type\":\"websocket\",\"url\":\"wss://h/\\u0000" MARK "\"}", "is no url"},
        {"{\"type\":\"http\",\"baseUrl\":\"javascript:" MARK "\"}", "is no url"},
        {"{\"type\":\"rdp\",\"host\":\"-o" MARK "\",\"port\":3389}", "is no host and port"},
        {"{\"type\":\"rdp\",\"host\":\"desk\",\"port\":\"1;" MARK "\"}", "is no host and port"},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct screen *screen = hold(desk, cases[i].endpoint, NULL, NULL);
        screen_keys(screen, "c");
        assert_true(screen_wait(screen, cases[i].words));
        screen_keys(screen, "Y");
        assert_true(screen_wait(screen, "copy what?"));
        screen_keys(screen, "<Enter>");
        assert_true(screen_wait(screen, "is no url or host"));
        assert_false(screen_raw_has(screen, "\033]52;"));
        assert_kept(desk);
    }
}

/* ---- What is not held */

static void test_it_says_why_not(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 140);
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "shown once"));
    screen_keys(screen, "2c");
    assert_true(screen_wait(screen, "no lease here"));
    assert_false(screen_raw_has(screen, "\033]52;"));
}

static void test_wiped_when_it_has_ended(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = hold(desk, NULL, NULL, NULL);
    desk_revokes(desk, UUID(FRESH));
    screen_keys(screen, "X");
    assert_true(screen_wait(screen, "Cancel"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "revoked " FRESH ": no new attach"));
    assert_true(desk_selects(screen, FRESH));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "was wiped"));
    assert_false(screen_raw_has(screen, "\033]52;"));
    desk_quit(desk);
    assert_false(screen_has(screen, "held in memory only"));
}

/* ---- By which way */

/* A tool that keeps its input, its words and its environment, and ends with this status. */
static void fake_tool(struct desk *desk, const char *name, int status)
{
    char script[300];
    snprintf(script, sizeof script,
             "cat >$here/got; echo \"$0 $*\" >$here/words\n"
             "tr '\\0' '\\n' </proc/$$/environ >$here/environ; echo >$here/done; exit %d",
             status);
    scratch_program(&desk->folder, name, script);
}

static char *file_of(struct desk *desk, const char *name)
{
    return scratch_read(scratch_file(&desk->folder, name), NULL);
}

/* It got exactly this by its input, and nothing by other ways. */
static void assert_tool_got(struct desk *desk, const char *expected)
{
    free(scratch_line(scratch_file(&desk->folder, "done")));
    char *got = file_of(desk, "got"), *words = file_of(desk, "words");
    char *environment = file_of(desk, "environ");
    assert_string_equal(got, expected);
    assert_null(strstr(words, MARK));
    assert_null(strstr(environment, MARK));
    assert_non_null(strstr(environment, "PATH="));
    assert_null(strstr(environment, DESK_KEY));
    assert_null(strstr(environment, "BCTRL_API_KEY"));
    free(got);
    free(words);
    free(environment);
}

static const char *path_with(struct desk *desk)
{
    static char path[600];
    snprintf(path, sizeof path, "PATH=%s:/usr/bin:/bin", desk->folder.path);
    return path;
}

static void test_xclip(void **state)
{
    struct desk *desk = *state;
    fake_tool(desk, "xclip", 0);
    struct screen *screen = hold(desk, NULL, NULL, WORDS(path_with(desk), "DISPLAY=:99"));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "copied by xclip (confirmed)"));
    assert_tool_got(desk, URL);
    assert_false(screen_raw_has(screen, "\033]52;"));
    assert_kept(desk);
}

/* The tool fails: the next way is taken. */
static void test_tool_that_fails(void **state)
{
    struct desk *desk = *state;
    fake_tool(desk, "xclip", 1);
    struct screen *screen = hold(desk, NULL, NULL, WORDS(path_with(desk), "DISPLAY=:99"));
    screen_keys(screen, "c");
    assert_clipboard(screen, URL);
    assert_kept(desk);
}

/* Over ssh the display is somebody else's. */
static void test_over_ssh(void **state)
{
    struct desk *desk = *state;
    fake_tool(desk, "xclip", 0);
    struct screen *screen =
        hold(desk, NULL, NULL,
             WORDS(path_with(desk), "DISPLAY=:99", "SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22"));
    screen_keys(screen, "c");
    assert_clipboard(screen, URL);
    assert_int_equal(access(scratch_file(&desk->folder, "got"), F_OK), -1);
    assert_kept(desk);
}

static void test_own_command(void **state)
{
    struct desk *desk = *state;
    fake_tool(desk, "my-copy", 0);
    struct screen *screen = hold(
        desk, NULL, WORDS("--clipboard-command", scratch_file(&desk->folder, "my-copy")), NULL);
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "copied by the configured command (confirmed)"));
    assert_tool_got(desk, URL);
    assert_false(screen_raw_has(screen, "\033]52;"));
    assert_kept(desk);
}

static void test_no_way_at_all(void **state)
{
    struct screen *screen = hold(*state, NULL, NULL, WORDS("TERM=linux"));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "not copied: there is no clipboard here; v shows it"));
    assert_false(screen_raw_has(screen, "\033]52;"));
    assert_kept(*state);
}

/* The key is the one that reveals; an id needs no revealing. */
static void test_no_way_at_all_with_other_keys(void **state)
{
    struct screen *screen = hold(
        *state, NULL,
        WORDS("--config", desk_file(*state, "keys.conf", 0600, "keys: { reveal = \"F7\"; };\n")),
        WORDS("TERM=vt100"));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "not copied: there is no clipboard here; F7 shows it"));
    screen_keys(screen, "Y");
    assert_true(screen_wait(screen, "copy what?"));
    screen_keys(screen, "id<Enter>");
    assert_true(screen_wait_gone(screen, "copy what?"));
    assert_true(screen_wait_gone(screen, "shows it"));
    assert_true(screen_has(screen, "not copied: there is no clipboard here"));
    assert_kept(*state);
}

/* ---- What cannot be copied, and why: of which lease, wherever the cursor goes on to */

static void end_by_key(struct desk *desk, const char *becomes)
{
    screen_keys(desk->screen, "X");
    assert_true(screen_wait(desk->screen, "Cancel"));
    screen_keys(desk->screen, "y");
    assert_true(desk_row_says(desk->screen, FRESH, becomes));
}

static void test_revoked(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = hold(desk, NULL, NULL, NULL);
    desk_revokes(desk, UUID(FRESH));
    end_by_key(desk, "revoked");
    screen_keys(screen, "/" FRESH "<Enter>c");
    assert_true(screen_wait(screen, "copy " FRESH ": its endpoint was wiped when it was revoked"));
}

/* The server says that it is, and lists it as if it were not. */
static void test_revoked_and_listed(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = hold(desk, NULL, NULL, NULL);
    server_on(desk->server, "DELETE", "**", ANSWER_STATUS(204));
    end_by_key(desk, "revoked?");
    assert_true(desk_row_says(screen, FRESH, "wiped"));
    screen_keys(screen, "/" FRESH "<Enter>v");
    assert_true(screen_wait(screen, "reveal " FRESH ": its endpoint was wiped when its revoke was "
                                    "answered"));
}

/* ---- What is remembered of it */

static void assert_recorded(const char *audit, const char *words)
{
    if (strstr(audit, words) == NULL)
        fail_msg("no %s in the audit:\n%s", words, audit);
}

/* Whose, what, by which way, and how it came out: in the view of events, and in the audit; an id is
 * no secret. */
static void test_it_is_remembered(void **state)
{
    struct desk *desk = *state;
    char settings[400];
    snprintf(settings, sizeof settings, "audit = \"%s\";\n", scratch_file(&desk->folder, "audit"));
    struct screen *screen =
        hold(desk, NULL, WORDS("--config", desk_file(desk, "audit.conf", 0600, settings)), NULL);
    screen_keys(screen, "c");
    assert_clipboard(screen, URL);
    screen_keys(screen, "v");
    assert_true(screen_wait(screen, "hidden in"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "hidden in"));
    screen_keys(screen, "Y");
    assert_true(screen_wait(screen, "copy what?"));
    screen_keys(screen, "playw<Enter>");
    assert_true(screen_wait_gone(screen, "copy what?"));
    screen_keys(screen, "Y");
    assert_true(screen_wait(screen, "copy what?"));
    screen_keys(screen, "id<Enter>");
    assert_true(screen_wait_gone(screen, "copy what?"));
    screen_keys(screen, "3");
    assert_true(screen_wait(screen, "sent, not confirmed: url by osc52"));
    assert_true(screen_wait(screen, "sent, not confirmed: playwright by osc52"));
    assert_true(screen_wait(screen, "done: endpoint on the screen"));
    assert_false(screen_has(screen, "id by"));
    desk_quit(desk);
    char *audit = file_of(desk, "audit");
    assert_recorded(audit, "\"what\":\"copy\",\"outcome\":\"sent\",\"space\":\"" OPS
                           "\",\"spaceName\":\"acme-ops\",\"runtime\":\"" CHECKOUT
                           "\",\"runtimeName\":\"checkout\",\"lease\":\"" UUID(FRESH) "\"");
    assert_recorded(audit, "\"route\":\"osc52\",\"part\":\"url\"}");
    assert_recorded(audit, "\"route\":\"osc52\",\"part\":\"playwright\"}");
    assert_recorded(audit, "\"what\":\"reveal\",\"outcome\":\"done\"");
    assert_recorded(audit, "\"route\":\"screen\",\"part\":null}");
    assert_null(strstr(audit, "\"part\":\"id\""));
    assert_null(strstr(audit, MARK));
    free(audit);
}

static void test_a_copy_that_fails_is_remembered(void **state)
{
    struct desk *desk = *state;
    char settings[400];
    snprintf(settings, sizeof settings,
             "audit = \"%s\";\nclipboard: { route = \"command\"; command = \"exit 3\"; };\n",
             scratch_file(&desk->folder, "audit"));
    struct screen *screen =
        hold(desk, NULL, WORDS("--config", desk_file(desk, "audit.conf", 0600, settings)), NULL);
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "not copied"));
    screen_keys(screen, "3");
    assert_true(screen_wait(screen, "failed: url: not copied"));
    desk_quit(desk);
    char *audit = file_of(desk, "audit");
    assert_recorded(audit, "\"what\":\"copy\",\"outcome\":\"failed\"");
    assert_recorded(audit, "\"route\":null,\"part\":\"url\"}");
    assert_null(strstr(audit, MARK));
    free(audit);
}

/* ---- A stock tmux, with a socket of its own */

/* Its output; from malloc. */
static char *run_tmux(struct desk *desk, const char *words)
{
    char *text = support_need(calloc(1, 4097));
    char *line = contract_format("env -u TMUX tmux -S '%s/tmux' -f /dev/null %s 2>&1",
                                 desk->folder.path, words);
    FILE *from = popen(line, "r");
    if (from != NULL && fread(text, 1, 4096, from) == 4096)
        fprintf(stderr, "# tmux says much\n");
    if (from != NULL)
        pclose(from);
    free(line);
    return text;
}

static int tmux_teardown(void **state)
{
    free(run_tmux(*state, "kill-server"));
    return desk_teardown(state);
}

static void test_tmux(void **state)
{
    struct desk *desk = *state;
    char *version = run_tmux(desk, "-V");
    bool installed = strncmp(version, "tmux ", 5) == 0;
    free(version);
    if (!installed)
        skip();
    desk_serve(desk);
    desk_creates(desk, &(struct contract_lease){
                           .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 1, .left_s = 3600});
    char *program = contract_format("exec '%s/leasetop' --api-url %s --interval 1 --keyring off",
                                    getenv("BUILDDIR"), server_url(desk->server));
    const char *socket = scratch_file(&desk->folder, "tmux");
    struct screen *screen = desk->screen = screen_start(
        24, 140, WORDS("tmux", "-S", socket, "-f", "/dev/null", "new-session", program),
        WORDS("BCTRL_API_KEY=" DESK_KEY));
    free(program);
    screen_deadline(screen, DESK_PATIENCE_MS);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, LATER));
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "created " FRESH));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "copied by tmux (confirmed)"));
    char *name = run_tmux(desk, "list-buffers -F '#{buffer_name}'");
    name[strcspn(name, "\n")] = '\0';
    assert_int_equal(strncmp(name, "leasetop-", 9), 0);
    char *show = contract_format("show-buffer -b %s", name);
    char *shown = run_tmux(desk, show);
    assert_string_equal(shown, URL);
    free(name);
    free(show);
    free(shown);
    screen_keys(screen, "q");
    assert_true(screen_wait_exit(screen) >= 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_websocket),
        AT_DESK(test_http),
        AT_DESK(test_rdp),
        AT_DESK(test_composite_asks_which),
        AT_DESK(test_composite_of_unknown_shapes),
        AT_DESK(test_endpoint_that_bites),
        AT_DESK(test_what_is_no_url_is_not_copied),
        AT_DESK(test_it_says_why_not),
        AT_DESK(test_wiped_when_it_has_ended),
        AT_DESK(test_xclip),
        AT_DESK(test_tool_that_fails),
        AT_DESK(test_over_ssh),
        AT_DESK(test_own_command),
        AT_DESK(test_no_way_at_all),
        AT_DESK(test_it_is_remembered),
        AT_DESK(test_a_copy_that_fails_is_remembered),
        AT_DESK(test_no_way_at_all_with_other_keys),
        AT_DESK(test_revoked),
        AT_DESK(test_revoked_and_listed),
        cmocka_unit_test_setup_teardown(test_tmux, desk_setup, tmux_teardown),
    };
    return cmocka_run_group_tests_name("copy", tests, NULL, NULL);
}
