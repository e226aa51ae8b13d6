/* The demo's gateway as a child: found, given a key of its own, heard, ended. The gateway is a
 * script, but for one test with the real one. */
#include "core/demo.h"
#include "tests/unit/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Behaves as the gateway does, and notes what it was given. */
#define GATEWAY                                                                                    \
    "echo \"$BCTRL_API_KEY\" > \"$here/key\"; echo \"$*\" > \"$here/arguments\"\n"                 \
    "echo \"$OTHER\" > \"$here/other\"; echo $$ > \"$here/pid\"\n"                                 \
    "echo 'export something' >&2\n"                                                                \
    "echo 'listening on http://127.0.0.1:4321'\n"
#define UNTIL_EOF "while read line; do :; done\necho > \"$here/eof\"\n"

static struct scratch scratch;
static char executable[300], path_variable[300];
static const char *environment[] = {path_variable, "BCTRL_API_KEY=bctrl_operator", "OTHER=no",
                                    NULL};
static struct demo_options options;

static int make(void **state)
{
    (void)state;
    scratch_make(&scratch);
    snprintf(executable, sizeof executable, "%s/leasetop", scratch.path);
    snprintf(path_variable, sizeof path_variable, "PATH=/bin");
    options = (struct demo_options){
        .executable = executable, .environment = environment, .start_ms = SCRATCH_PATIENCE_MS};
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

static struct demo *open_demo(void)
{
    struct error error = {0};
    struct demo *demo = demo_new(&options, &error);
    if (demo == NULL)
        fail_msg("%s", error.sentence);
    return demo;
}

static pid_t gateway_pid(void)
{
    char *line = scratch_line(scratch_file(&scratch, "pid"));
    pid_t pid = (pid_t)atoi(line);
    free(line);
    return pid;
}

static void expect_line(const char *file, const char *expected)
{
    char *line = scratch_line(scratch_file(&scratch, file));
    assert_string_equal(line, expected);
    free(line);
}

/* Whether the gateway could be reaped in the time that demo_free takes is the machine's matter. */
static void expect_no_child(void)
{
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    while (waitpid(-1, NULL, WNOHANG) == 0) {
        assert_true(scratch_now_ms() < until_ms);
        scratch_pause();
    }
}

static void expect_failure(const char *script, const char *sentence)
{
    struct error error = {0};
    scratch_program(&scratch, "leasetop-gateway", script);
    assert_null(demo_new(&options, &error));
    assert_string_equal(error.sentence, sentence);
    expect_no_child();
}

static void test_started_and_ended(void **state)
{
    (void)state;
    scratch_program(&scratch, "leasetop-gateway", GATEWAY UNTIL_EOF);
    struct demo *demo = open_demo();
    assert_string_equal(demo_url(demo), "http://127.0.0.1:4321");
    assert_int_equal(strncmp(demo_key(demo), "bctrl_demo_", 11), 0);
    assert_int_equal(strspn(demo_key(demo) + 11, "0123456789abcdef"), 32);
    expect_line("key", demo_key(demo));
    expect_line("arguments", "--demo --browser --port 0 --until-eof");
    expect_line("other", "");
    pid_t pid = gateway_pid();
    assert_true(scratch_process_lives(pid));
    assert_int_equal(getsid(pid), pid);
    demo_free(demo);
    scratch_wait_gone(pid);
    expect_no_child();
}

/* The end of its input is enough for the gateway, and it is reaped. On a busy machine that may take
 * longer than demo_free waits, but not every time. */
static void test_reaped(void **state)
{
    (void)state;
    bool good = false;
    scratch_program(&scratch, "leasetop-gateway",
                    "trap 'echo > \"$here/told\"' TERM\n" GATEWAY
                    "while read line; do :; done; sleep 0.01; echo > \"$here/eof\"\n");
    for (int i = 0; i < 5 && !good; i++) {
        demo_free(open_demo());
        bool reaped = waitpid(-1, NULL, WNOHANG) == -1;
        bool told = unlink(scratch_file(&scratch, "told")) == 0;
        good = reaped && !told && unlink(scratch_file(&scratch, "eof")) == 0;
        expect_no_child();
    }
    assert_true(good);
}

static void test_each_demo_has_its_key(void **state)
{
    (void)state;
    scratch_program(&scratch, "leasetop-gateway", GATEWAY UNTIL_EOF);
    struct demo *one = open_demo(), *two = open_demo();
    assert_string_not_equal(demo_key(one), demo_key(two));
    demo_free(two);
    demo_free(one);
}

/* Deaf to the end of its input and to TERM: it goes all the same, and we hardly wait for it. */
static void test_stubborn(void **state)
{
    (void)state;
    bool reaped = false;
    scratch_program(&scratch, "leasetop-gateway",
                    "trap '' TERM\n" GATEWAY "while :; do sleep 0.1; done\n");
    for (int i = 0; i < 5 && !reaped; i++) {
        struct demo *demo = open_demo();
        pid_t pid = gateway_pid();
        int64_t began_ms = scratch_now_ms();
        demo_free(demo);
        assert_true(scratch_now_ms() - began_ms < 1000);
        reaped = waitpid(-1, NULL, WNOHANG) == -1;
        scratch_wait_gone(pid);
        expect_no_child();
    }
    assert_true(reaped);
}

/* When we are killed, nobody frees anything: the end of its input ends the gateway. */
static void test_ends_with_us(void **state)
{
    (void)state;
    scratch_program(&scratch, "leasetop-gateway", GATEWAY UNTIL_EOF);
    pid_t us = fork();
    if (us == 0) {
        if (demo_new(&options, NULL) != NULL)
            scratch_program(&scratch, "started", "");
        pause();
        _exit(0);
    }
    free(scratch_line(scratch_file(&scratch, "started")));
    pid_t pid = gateway_pid();
    assert_true(scratch_process_lives(pid));
    kill(us, SIGKILL);
    assert_int_equal(waitpid(us, NULL, 0), us);
    expect_line("eof", "");
    scratch_wait_gone(pid);
}

static void test_places(void **state)
{
    (void)state;
    scratch_program(&scratch, "leasetop-gateway", GATEWAY UNTIL_EOF);
    options.executable = "/bin/leasetop";
    options.folder = scratch.path;
    demo_free(open_demo());
    options.folder = NULL;
    snprintf(path_variable, sizeof path_variable, "PATH=/nowhere:%s:/bin", scratch.path);
    demo_free(open_demo());
    options.executable = NULL;
    demo_free(open_demo());
}

static void test_executable(void **state)
{
    (void)state;
    char buffer[512], small[2], *expected = realpath("/proc/self/exe", NULL);
    assert_non_null(expected);
    assert_string_equal(demo_executable(buffer, sizeof buffer, "leasetop"), expected);
    free(expected);
    assert_string_equal(demo_executable(small, sizeof small, "./leasetop"), "./leasetop");
    assert_null(demo_executable(small, sizeof small, "leasetop"));
}

static void test_not_found(void **state)
{
    (void)state;
    struct error error;
    char expected[512];
    assert_null(demo_new(&options, &error));
    snprintf(expected, sizeof expected,
             "leasetop-gateway was not found beside %s or in PATH: install it or build with "
             "--enable-gateway",
             executable);
    assert_string_equal(error.sentence, expected);
}

static void test_failures(void **state)
{
    (void)state;
    expect_failure("echo 'leasetop-gateway: no\033 port' >&2; exit 1",
                   "leasetop-gateway ended before it listened: leasetop-gateway: no? port");
    expect_failure("exit 1", "leasetop-gateway ended before it listened");
    options.start_ms = 300;
    expect_failure("exec sleep 100", "leasetop-gateway did not say within 1 s where it listens");
}

/* Only an address of this machine is taken, and only in these words. */
static void test_strange_lines(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "listening on http://127.0.0.1:0",      "listening on http://127.0.0.1:65536",
        "listening on http://127.0.0.1:80/x",   "listening on http://127.0.0.1:",
        "listening on http://127.0.0.10:80",    "listening on https://127.0.0.1:80",
        "now listening on http://127.0.0.1:80",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char script[128], sentence[256];
        snprintf(script, sizeof script, "echo '%s'", lines[i]);
        snprintf(sentence, sizeof sentence, "leasetop-gateway ended before it listened: %s",
                 lines[i]);
        expect_failure(script, sentence);
    }
    scratch_program(&scratch, "leasetop-gateway",
                    "i=0; while test $i -lt 1000; do printf 0123456789; i=$((i+1)); done; echo\n"
                    "printf 'listening on http://127'; sleep 0.1; echo '.0.0.1:65535'\n" UNTIL_EOF);
    struct demo *demo = open_demo();
    assert_string_equal(demo_url(demo), "http://127.0.0.1:65535");
    demo_free(demo);
}

static void test_real_gateway(void **state)
{
    (void)state;
    const char *build = getenv("BUILDDIR");
    snprintf(executable, sizeof executable, "%s/leasetop-gateway", build != NULL ? build : ".");
    if (access(executable, X_OK) != 0) {
        print_message("# leasetop-gateway is not built\n");
        skip();
    }
    struct demo *demo = open_demo();
    assert_int_equal(strncmp(demo_url(demo), "http://127.0.0.1:", 17), 0);
    demo_free(demo);
    expect_no_child();
}

#define DEMO_TEST(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        DEMO_TEST(test_started_and_ended),
        DEMO_TEST(test_reaped),
        DEMO_TEST(test_each_demo_has_its_key),
        DEMO_TEST(test_stubborn),
        DEMO_TEST(test_ends_with_us),
        DEMO_TEST(test_places),
        DEMO_TEST(test_executable),
        DEMO_TEST(test_not_found),
        DEMO_TEST(test_failures),
        DEMO_TEST(test_strange_lines),
        DEMO_TEST(test_real_gateway),
    };
    return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
