/* The ladder of copying: which route is taken, what it is given, what is forgotten, and where the
 * secret never is. The tools are scripts in a folder that is all of PATH, but for one real tmux.
 * The clock is the test's. */
#include "core/clipboard.h"
#include "tests/unit/scratch.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char SECRET[] = "wss://h.example/cdp?token=s3cr3t-\u00e9";

/* Notes its arguments, its input and everything that others can see of it and of what started it.
 */
#define NOTE                                                                                       \
    "me=${0##*/}\n"                                                                                \
    "cat > \"$here/$me.in\"\n"                                                                     \
    "for process in $$ $PPID; do\n"                                                                \
    "  cat /proc/$process/cmdline /proc/$process/environ\n"                                        \
    "done > \"$here/$me.seen\"\n"                                                                  \
    "tr '\\0' '\\n' < /proc/$$/environ > \"$here/$me.environment\"\n"                              \
    "echo \"$*\" > \"$here/$me.$1\"\n"                                                             \
    "echo \"$*\" > \"$here/$me.arguments\"\n"
#define HOLD_ON "echo $$ > \"$here/$me.pid\"; exec sleep 100\n"

static struct scratch scratch;
static struct clipboard *clipboard;
static char path_variable[300];
static const char *environment[16];
static char sent[128 << 10];
static size_t sent_length;
static bool terminal_works;

static bool terminal(void *context, const char *bytes, size_t length)
{
    assert_ptr_equal(context, &sent);
    assert_true(length <= sizeof sent);
    memcpy(sent, bytes, length);
    sent_length = length;
    return terminal_works;
}

/* The variables that make routes apply, after PATH and TERM. */
static void set_environment(const char *const *variables)
{
    static const char *const always[] = {"TERM=xterm", "HOME=/h", "BCTRL_API_KEY=bctrl_operator"};
    size_t count = 0;
    snprintf(path_variable, sizeof path_variable, "PATH=%s", scratch.path);
    environment[count++] = path_variable;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        environment[count++] = always[i];
    for (; variables != NULL && *variables != NULL; variables++)
        environment[count++] = *variables;
    assert_true(count < sizeof environment / sizeof *environment);
    environment[count] = NULL;
}

#define SET_ENVIRONMENT(...) set_environment((const char *const[]){__VA_ARGS__, NULL})

static int make(void **state)
{
    (void)state;
    static const char *const tools[] = {"cat", "sleep", "tr", "kill"};
    char real[300];
    scratch_make(&scratch);
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        snprintf(real, sizeof real, "/bin/%s", tools[i]);
        assert_int_equal(symlink(real, scratch_file(&scratch, tools[i])), 0);
    }
    clipboard = NULL;
    sent_length = 0;
    terminal_works = true;
    set_environment(NULL);
    return 0;
}

/* Runs the real tmux on its own server; its output in the file `out`. */
static int real_tmux(const char *command)
{
    char line[1024];
    snprintf(line, sizeof line, "env -u TMUX tmux -S %s/socket -f /dev/null %s > %s/out 2>&1",
             scratch.path, command, scratch.path);
    return system(line);
}

static int unmake(void **state)
{
    (void)state;
    clipboard_free(clipboard);
    if (access(scratch_file(&scratch, "socket"), F_OK) == 0)
        real_tmux("kill-server");
    scratch_remove(&scratch);
    return 0;
}

/* What a test does not say is the whole ladder, a terminal, one second. */
static void open_clipboard(struct clipboard_options options)
{
    options.environment = environment;
    options.terminal = terminal;
    options.context = &sent;
    if (options.forget_s == 0)
        options.forget_s = 1;
    clipboard = clipboard_new(&options, NULL);
    assert_non_null(clipboard);
}

static void start(void)
{
    struct error error = {0};
    if (!clipboard_copy_start(clipboard, SECRET, strlen(SECRET), &error))
        fail_msg("%s", error.sentence);
}

/* Steps as an event loop does, at a moment that stands still, until there is a result. */
static void finish(int64_t now_ms, struct clipboard_result *result)
{
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    while (!clipboard_copy_step(clipboard, now_ms, result)) {
        struct pollfd ready = {.fd = clipboard_fd(clipboard), .events = POLLIN};
        assert_true(clipboard_deadline_ms(clipboard, now_ms) > now_ms);
        poll(&ready, 1, 20);
        assert_true(scratch_now_ms() < until_ms);
    }
}

static void copy(struct clipboard_result *result)
{
    start();
    finish(0, result);
}

/* A holder has to be holding before its time to settle is over. */
static void copy_held(const char *pid_file, struct clipboard_result *result)
{
    start();
    assert_false(clipboard_copy_step(clipboard, 0, result));
    free(scratch_line(scratch_file(&scratch, pid_file)));
    assert_false(clipboard_copy_step(clipboard, CLIPBOARD_SETTLE_MS - 1, result));
    finish(CLIPBOARD_SETTLE_MS, result);
}

static pid_t noted_pid(const char *file)
{
    char *line = scratch_line(scratch_file(&scratch, file));
    pid_t pid = (pid_t)atoi(line);
    free(line);
    assert_true(pid > 1);
    return pid;
}

static void expect_line(const char *file, const char *expected)
{
    char *line = scratch_line(scratch_file(&scratch, file));
    assert_string_equal(line, expected);
    free(line);
}

static void expect_file(const char *file, const char *expected)
{
    char *content = scratch_read(scratch_file(&scratch, file), NULL);
    assert_string_equal(content, expected);
    free(content);
}

static bool file_holds(const char *file, const char *what)
{
    size_t length;
    char *content = scratch_read(scratch_file(&scratch, file), &length);
    bool holds = memmem(content, length, what, strlen(what)) != NULL;
    free(content);
    return holds;
}

/* The secret came by standard input, and neither it nor the API key can be seen from outside. */
static void expect_discreet(const char *tool)
{
    char file[64];
    snprintf(file, sizeof file, "%s.arguments", tool);
    free(scratch_line(scratch_file(&scratch, file)));
    snprintf(file, sizeof file, "%s.in", tool);
    expect_file(file, SECRET);
    snprintf(file, sizeof file, "%s.seen", tool);
    assert_true(file_holds(file, "HOME=/h"));
    assert_false(file_holds(file, "s3cr3t"));
    assert_false(file_holds(file, "bctrl_operator"));
}

static void expect_result(const struct clipboard_result *result, const char *route, bool confirmed,
                          int forgotten_s, const char *sentence)
{
    assert_string_equal(result->sentence, sentence);
    assert_string_equal(result->route, route);
    assert_int_equal(result->copied, *route != '\0');
    assert_int_equal(result->confirmed, confirmed);
    assert_int_equal(result->forgotten_s, forgotten_s);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {"a\nb", "a\033[31m", "a\tb", "a\u202eb", "\xff", "a\x7f"};
    struct error error;
    struct clipboard_result result;
    char *big = malloc(CLIPBOARD_BYTES + 1);
    assert_non_null(big);
    memset(big, 'x', CLIPBOARD_BYTES + 1);
    open_clipboard((struct clipboard_options){0});
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_false(clipboard_copy_start(clipboard, refused[i], strlen(refused[i]), &error));
        assert_non_null(strstr(error.sentence, "control or hidden characters"));
    }
    assert_false(clipboard_copy_start(clipboard, "", 0, &error));
    assert_false(clipboard_copy_start(clipboard, big, CLIPBOARD_BYTES + 1, &error));
    assert_non_null(strstr(error.sentence, "longer than"));
    assert_false(clipboard_copy_step(clipboard, 0, &result));
    assert_int_equal(sent_length, 0);
    assert_true(clipboard_copy_start(clipboard, big, CLIPBOARD_BYTES, &error));
    assert_true(clipboard_copy_step(clipboard, 0, &result));
    assert_int_equal(sent_length, CLIPBOARD_BYTES / 3 * 4 + 8);
    free(big);
}

/* The examples of RFC 4648 section 10, as the sequence that the terminal gets. */
static void test_osc52(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {{"f", "Zg=="},        {"fo", "Zm8="},        {"foo", "Zm9v"},
                 {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
                 {">>>", "Pj4+"},      {"\u00ff", "w78="}};
    open_clipboard((struct clipboard_options){0});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[64];
        struct clipboard_result result;
        snprintf(expected, sizeof expected, "\033]52;c;%s\a", cases[i].out);
        assert_true(clipboard_copy_start(clipboard, cases[i].in, strlen(cases[i].in), NULL));
        assert_true(clipboard_copy_step(clipboard, 0, &result));
        assert_int_equal(sent_length, strlen(expected));
        assert_memory_equal(sent, expected, sent_length);
        expect_result(&result, "osc52", false, 0,
                      "sent to the terminal (OSC 52, unconfirmed), which keeps it till something "
                      "else is copied");
        assert_false(clipboard_copy_step(clipboard, 0, &result));
    }
}

static void test_no_route(void **state)
{
    (void)state;
    static const char *const terms[] = {"linux", "vt100", "dumb", "ansi", "cons25", ""};
    struct clipboard_result result;
    char term[32];
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        snprintf(term, sizeof term, "TERM=%s", terms[i]);
        environment[1] = term;
        open_clipboard((struct clipboard_options){0});
        copy(&result);
        expect_result(&result, "", false, 0, "not copied: there is no clipboard here");
        assert_int_equal(sent_length, 0);
        clipboard_free(clipboard);
        clipboard = NULL;
    }
}

static void test_terminal_that_takes_nothing(void **state)
{
    (void)state;
    struct clipboard_result result;
    terminal_works = false;
    open_clipboard((struct clipboard_options){0});
    copy(&result);
    expect_result(&result, "", false, 0, "not copied: osc52: the terminal takes nothing");
}

static void test_command(void **state)
{
    (void)state;
    struct clipboard_result result;
    SET_ENVIRONMENT("OTHER=kept", "TMUX=/x,1,0");
    scratch_program(&scratch, "mine", NOTE);
    scratch_program(&scratch, "tmux", NOTE);
    open_clipboard((struct clipboard_options){.command = "mine --to here"});
    copy(&result);
    expect_result(&result, "command", true, 0,
                  "copied by the configured command (confirmed); what it keeps is not forgotten");
    expect_line("mine.arguments", "--to here");
    expect_discreet("mine");
    assert_true(file_holds("mine.environment", "OTHER=kept\n"));
    expect_file("tmux.arguments", "");
}

static void test_tmux(void **state)
{
    (void)state;
    struct clipboard_result result;
    char expected[128], name[18];
    SET_ENVIRONMENT("TMUX=/x,1,0", "SSH_TTY=/dev/pts/9", "OTHER=no");
    scratch_program(&scratch, "tmux", NOTE);
    open_clipboard((struct clipboard_options){.forget_s = 1});
    copy(&result);
    char *line = scratch_line(scratch_file(&scratch, "tmux.load-buffer"));
    assert_int_equal(sscanf(line, "load-buffer -w -b %17s -", name), 1);
    free(line);
    assert_int_equal(strspn(name + strlen("leasetop-"), "0123456789abcdef"), 8);
    expect_discreet("tmux");
    assert_false(file_holds("tmux.environment", "OTHER="));
    expect_result(&result, "tmux", true, 1,
                  "copied by tmux (confirmed), forgotten in 1 s; the terminal's own clipboard may "
                  "keep it");
    clipboard_free(clipboard); /* it is forgotten all the same */
    clipboard = NULL;
    snprintf(expected, sizeof expected, "delete-buffer -b %s", name);
    expect_line("tmux.delete-buffer", expected);
}

static void test_failure_falls_through(void **state)
{
    (void)state;
    struct clipboard_result result;
    SET_ENVIRONMENT("TMUX=/x,1,0", "SSH_TTY=/dev/pts/9", "DISPLAY=:9");
    scratch_program(&scratch, "tmux", "exit 3");
    scratch_program(&scratch, "xclip", NOTE HOLD_ON);
    open_clipboard((struct clipboard_options){.command = "exit 2"});
    copy(&result);
    expect_result(&result, "osc52", false, 0,
                  "sent to the terminal (OSC 52, unconfirmed), which keeps it till something else "
                  "is copied; not by command: exit status 2, tmux: exit status 3");
    expect_file("tmux.arguments", "");
    clipboard_free(clipboard);
    terminal_works = false;
    scratch_program(&scratch, "xclip", "cat >/dev/null; exit 1");
    open_clipboard((struct clipboard_options){.command = "exit 2"});
    copy(&result);
    expect_result(&result, "", false, 0,
                  "not copied: command: exit status 2, tmux: exit status 3, osc52: the terminal "
                  "takes nothing, xclip: exit status 1");
}

/* A tool that hangs costs its deadline and is ended; what it may have copied is forgotten. */
static void test_deadline(void **state)
{
    (void)state;
    struct clipboard_result result;
    SET_ENVIRONMENT("TMUX=/x,1,0");
    scratch_program(&scratch, "tmux", NOTE "test $1 = delete-buffer || { " HOLD_ON "}");
    open_clipboard((struct clipboard_options){.forget_s = 1});
    start();
    assert_false(clipboard_copy_step(clipboard, 0, &result));
    pid_t pid = noted_pid("tmux.pid");
    int64_t look_ms = clipboard_deadline_ms(clipboard, 0);
    if (clipboard_fd(clipboard) >= 0)
        assert_int_equal(look_ms, CLIPBOARD_TOOL_MS);
    else /* nothing tells of its end */
        assert_in_range(look_ms, 1, CLIPBOARD_TOOL_MS - 1);
    assert_false(clipboard_copy_step(clipboard, CLIPBOARD_TOOL_MS - 1, &result));
    assert_true(scratch_process_lives(pid));
    assert_true(clipboard_copy_step(clipboard, CLIPBOARD_TOOL_MS, &result));
    assert_string_equal(result.route, "osc52");
    clipboard_copy_step(clipboard, CLIPBOARD_TOOL_MS, &result);
    scratch_wait_gone(pid);
    free(scratch_line(scratch_file(&scratch, "tmux.delete-buffer")));
}

/* The tools that hold a clipboard: what they are told, and that they are ended, also without us. */
static void test_holders(void **state)
{
    (void)state;
    static const struct {
        const char *tool, *arguments;
    } cases[] = {
        {"wl-copy", "--foreground --type text/plain"},
        {"xclip", "-quiet -selection clipboard"},
        {"xsel", "--clipboard --input --nodetach"},
    };
    enum { CASES = sizeof cases / sizeof *cases };
    pid_t pids[CASES];
    SET_ENVIRONMENT("WAYLAND_DISPLAY=w", "DISPLAY=:9", "XDG_RUNTIME_DIR=/run/user/1");
    for (size_t i = 0; i < CASES; i++) {
        struct clipboard_result result;
        char file[32], sentence[64];
        scratch_program(&scratch, cases[i].tool,
                        "if test \"$1\" = --clear; then\n"
                        "  echo cleared > \"$here/cleared\"; read pid < \"$here/wl-copy.pid\"\n"
                        "  exec kill -9 $pid\n"
                        "fi\n" NOTE HOLD_ON);
        snprintf(file, sizeof file, "%s.pid", cases[i].tool);
        snprintf(sentence, sizeof sentence, "copied by %s (confirmed), forgotten in 2 s",
                 cases[i].tool);
        open_clipboard((struct clipboard_options){.route = cases[i].tool, .forget_s = 2});
        copy_held(file, &result);
        expect_result(&result, cases[i].tool, true, 2, sentence);
        expect_discreet(cases[i].tool);
        pids[i] = noted_pid(file);
        clipboard_free(clipboard);
        clipboard = NULL;
        snprintf(file, sizeof file, "%s.arguments", cases[i].tool);
        expect_line(file, cases[i].arguments);
        snprintf(file, sizeof file, "%s.environment", cases[i].tool);
        assert_true(file_holds(file, "TMPDIR=/run/user/1\n"));
    }
    for (size_t i = 0; i < CASES; i++)
        scratch_wait_gone(pids[i]);
    expect_line("cleared", "cleared"); /* wl-copy cleans up only when it loses the clipboard */
}

static void test_holder_that_ends(void **state)
{
    (void)state;
    struct clipboard_result result;
    SET_ENVIRONMENT("DISPLAY=:9");
    scratch_program(&scratch, "xclip", "exit 1");
    scratch_program(&scratch, "xsel", NOTE);
    open_clipboard((struct clipboard_options){0});
    copy(&result);
    expect_result(&result, "xsel", true, 0, "copied by xsel (confirmed); not forgotten by itself");
}

/* A holder that lost the clipboard ends by itself, and its helper does not wait any longer. */
static void test_holder_is_not_outlived(void **state)
{
    (void)state;
    struct clipboard_result result;
    SET_ENVIRONMENT("DISPLAY=:9");
    scratch_program(&scratch, "xclip", NOTE "echo $PPID > \"$here/helper\"\n" HOLD_ON);
    open_clipboard((struct clipboard_options){.forget_s = 1000});
    copy_held("xclip.pid", &result);
    pid_t helper = noted_pid("helper");
    assert_true(scratch_process_lives(helper));
    kill(noted_pid("xclip.pid"), SIGKILL);
    scratch_wait_gone(helper);
    assert_false(clipboard_copy_step(clipboard, 0, &result));
    assert_int_equal(waitpid(helper, NULL, WNOHANG), -1); /* reaped */
}

/* Everything is there; take away the best route, one after the other. */
static void test_order(void **state)
{
    (void)state;
    static const char *const order[] = {"command", "tmux", "osc52",  "wl-copy",
                                        "xclip",   "xsel", "pbcopy", "osc52"};
    static const char *const variables[] = {"TMUX=/x,1,0", "SSH_CONNECTION=1 2 3 4",
                                            "WAYLAND_DISPLAY=w", "DISPLAY=:9"};
    static const char *const taken[] = {NULL, NULL, "TMUX", "SSH", "WAYLAND", NULL, "DISPLAY"};
    const char *left[5];
    for (size_t i = 1; i < 7; i++)
        scratch_program(&scratch, order[i], NOTE);
    for (size_t step = 0; step < sizeof order / sizeof *order; step++) {
        struct clipboard_result result;
        size_t count = 0;
        for (size_t i = 0; i < 4; i++) {
            bool gone = false;
            for (size_t k = 0; k <= step && k < 7; k++)
                gone = gone || (taken[k] && strncmp(variables[i], taken[k], strlen(taken[k])) == 0);
            if (!gone)
                left[count++] = variables[i];
        }
        left[count] = NULL;
        set_environment(left);
        if (step == 5)
            unlink(scratch_file(&scratch, "xclip"));
        if (step == 7)
            unlink(scratch_file(&scratch, "pbcopy"));
        open_clipboard((struct clipboard_options){.command = step == 0 ? "cat" : NULL});
        copy(&result);
        assert_string_equal(result.route, order[step]);
        clipboard_free(clipboard);
        clipboard = NULL;
    }
}

static void test_named_route(void **state)
{
    (void)state;
    struct clipboard_result result;
    SET_ENVIRONMENT("TMUX=/x,1,0", "DISPLAY=:9");
    scratch_program(&scratch, "tmux", NOTE);
    open_clipboard((struct clipboard_options){.route = "osc52", .command = "cat"});
    copy(&result);
    assert_string_equal(result.route, "osc52");
    clipboard_free(clipboard);
    open_clipboard((struct clipboard_options){.route = "xclip"});
    copy(&result);
    expect_result(&result, "", false, 0, "not copied: xclip: not found");
    expect_file("tmux.arguments", "");
}

static void test_second_copy_replaces_first(void **state)
{
    (void)state;
    struct clipboard_result result;
    SET_ENVIRONMENT("DISPLAY=:9");
    scratch_program(&scratch, "xclip", NOTE HOLD_ON);
    open_clipboard((struct clipboard_options){.forget_s = 1000});
    start();
    assert_false(clipboard_copy_step(clipboard, 0, &result));
    pid_t first = noted_pid("xclip.pid");
    unlink(scratch_file(&scratch, "xclip.pid"));
    copy_held("xclip.pid", &result);
    assert_string_equal(result.route, "xclip");
    pid_t second = noted_pid("xclip.pid");
    scratch_wait_gone(first);
    assert_true(scratch_process_lives(second));
    kill(second, SIGTERM);
    scratch_wait_gone(second);
}

/* Quitting at once after copying still copies, and it is still forgotten. */
static void test_quit_at_once(void **state)
{
    (void)state;
    struct clipboard_result result;
    SET_ENVIRONMENT("DISPLAY=:9");
    scratch_program(&scratch, "xclip", NOTE HOLD_ON);
    open_clipboard((struct clipboard_options){.forget_s = 1});
    start();
    assert_false(clipboard_copy_step(clipboard, 0, &result));
    clipboard_free(clipboard);
    clipboard = NULL;
    expect_discreet("xclip");
    scratch_wait_gone(noted_pid("xclip.pid"));
}

static void wait_no_buffer(void)
{
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    do {
        assert_true(scratch_now_ms() < until_ms);
        scratch_pause();
        real_tmux("list-buffers");
    } while (file_holds("out", "leasetop-"));
}

static void test_real_tmux(void **state)
{
    (void)state;
    char variable[300], command[64];
    struct clipboard_result result;
    if (system("tmux -V > /dev/null 2>&1") != 0) {
        print_message("# tmux is not installed\n");
        skip();
    }
    assert_int_equal(real_tmux("new-session -d 'sleep 100'"), 0);
    assert_int_equal(real_tmux("set-buffer -b other theirs"), 0);
    snprintf(variable, sizeof variable, "TMUX=%s/socket,1,0", scratch.path);
    SET_ENVIRONMENT(variable);
    environment[0] = "PATH=/usr/local/bin:/usr/bin:/bin";
    open_clipboard((struct clipboard_options){.forget_s = 1});
    copy(&result);
    assert_string_equal(result.route, "tmux");
    assert_int_equal(real_tmux("list-buffers -f '#{m:leasetop-*,#{buffer_name}}' -F "
                               "'#{buffer_name}'"),
                     0);
    char *name = scratch_line(scratch_file(&scratch, "out"));
    snprintf(command, sizeof command, "save-buffer -b %s -", name);
    free(name);
    assert_int_equal(real_tmux(command), 0);
    expect_file("out", SECRET);
    wait_no_buffer();
    assert_int_equal(real_tmux("show-buffer -b other"), 0);
    expect_file("out", "theirs");
}

#define CLIPBOARD_TEST(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CLIPBOARD_TEST(test_refused),
        CLIPBOARD_TEST(test_osc52),
        CLIPBOARD_TEST(test_no_route),
        CLIPBOARD_TEST(test_terminal_that_takes_nothing),
        CLIPBOARD_TEST(test_command),
        CLIPBOARD_TEST(test_tmux),
        CLIPBOARD_TEST(test_failure_falls_through),
        CLIPBOARD_TEST(test_deadline),
        CLIPBOARD_TEST(test_holders),
        CLIPBOARD_TEST(test_holder_that_ends),
        CLIPBOARD_TEST(test_holder_is_not_outlived),
        CLIPBOARD_TEST(test_order),
        CLIPBOARD_TEST(test_named_route),
        CLIPBOARD_TEST(test_second_copy_replaces_first),
        CLIPBOARD_TEST(test_quit_at_once),
        CLIPBOARD_TEST(test_real_tmux),
    };
    return cmocka_run_group_tests_name("clipboard", tests, NULL, NULL);
}
