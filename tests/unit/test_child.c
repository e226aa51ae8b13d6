/* Other programs: what they are given, what they are not, and that they end. */
#include "core/child.h"
#include "core/environment.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct scratch scratch;

static int make(void **state)
{
    (void)state;
    scratch_make(&scratch);
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

/* Starts `script` in /bin/sh with the folder as $1; the rest of `options` is the test's. */
static void start(struct child *child, struct child_options options, const char *script)
{
    struct error error = {0};
    const char *argv[] = {"sh", "-c", script, "sh", scratch.path, NULL};
    options.path = "/bin/sh";
    options.argv = argv;
    if (!child_start(child, &options, &error))
        fail_msg("%s", error.sentence);
}

static void wait_ended(struct child *child)
{
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    while (!child_ended(child)) {
        assert_true(scratch_now_ms() < until_ms);
        scratch_pause();
    }
}

/* Reads the child's output to its end. */
static void read_all(struct child *child, char *out, size_t size)
{
    size_t length = 0;
    for (;;) {
        struct pollfd ready = {.fd = child->output_fd, .events = POLLIN};
        assert_int_equal(poll(&ready, 1, SCRATCH_PATIENCE_MS), 1);
        ssize_t taken = read(child->output_fd, out + length, size - 1 - length);
        assert_true(taken >= 0);
        if (taken == 0)
            break;
        length += (size_t)taken;
    }
    out[length] = '\0';
    wait_ended(child);
}

static void test_environment_get(void **state)
{
    (void)state;
    const char *const list[] = {"AB=1", "A=two=2", "EMPTY=", NULL};
    assert_string_equal(environment_get(list, "A"), "two=2");
    assert_null(environment_get(list, "EMPTY"));
    assert_null(environment_get(list, "B"));
    assert_null(environment_get(NULL, "A"));
}

static void test_environment_built(void **state)
{
    (void)state;
    const char *const from[] = {"BCTRL_API_KEY=bctrl_operator",
                                "HOME=/h",
                                "OTHER=x",
                                "TMUX=",
                                "no equals sign",
                                "LEASETOP_LEASE=of another",
                                "LEASETOP_ENDPOINT=wss://another",
                                "LEASETOP_ENDPOINT_PASSWORD=of another",
                                "PATH=/b",
                                NULL};
    struct environment environment;
    environment_init(&environment);
    assert_null(environment.list);
    assert_true(environment_ordinary(&environment, from, NULL));
    const char *const *list = (const char *const *)environment.list;
    assert_string_equal(environment_get(list, "HOME"), "/h");
    assert_string_equal(environment_get(list, "PATH"), "/b");
    assert_int_equal(environment.count, 2);
    assert_true(environment_inherit(&environment, from, NULL));
    list = (const char *const *)environment.list;
    assert_string_equal(environment_get(list, "OTHER"), "x");
    assert_null(environment_get(list, "BCTRL_API_KEY"));
    for (size_t i = 0; i < environment.count; i++)
        assert_null(strstr(list[i], "LEASETOP_"));
    assert_int_equal(environment.count, 4);
    assert_true(environment_set(&environment, "HOME", "/other", NULL));
    assert_true(environment_set(&environment, "BCTRL_API_KEY", "bctrl_demo", NULL));
    list = (const char *const *)environment.list;
    assert_string_equal(environment_get(list, "HOME"), "/other");
    assert_string_equal(environment_get(list, "BCTRL_API_KEY"), "bctrl_demo");
    assert_int_equal(environment.count, 5);
    assert_null(environment.list[5]);
    environment_clear(&environment);
    assert_null(environment.list);
}

static void test_environment_ceiling(void **state)
{
    (void)state;
    struct environment environment;
    struct error error;
    char name[16];
    environment_init(&environment);
    for (int i = 0; i < ENVIRONMENT_VARIABLES; i++) {
        snprintf(name, sizeof name, "V%d", i);
        assert_true(environment_set(&environment, name, "", &error));
    }
    assert_false(environment_set(&environment, "MORE", "", &error));
    assert_true(environment_set(&environment, "V7", "again", &error));
    environment_clear(&environment);
}

static void test_find(void **state)
{
    (void)state;
    char out[300], path[600], small[8];
    scratch_program(&scratch, "tool", "exit 0");
    snprintf(path, sizeof path, "/nowhere::.:%s:/bin", scratch.path);
    assert_true(child_find(out, sizeof out, "tool", path));
    assert_string_equal(out, scratch_file(&scratch, "tool"));
    assert_true(child_find(out, sizeof out, "sh", path));
    assert_string_equal(out, "/bin/sh");
    assert_true(child_find(out, sizeof out, scratch_file(&scratch, "tool"), NULL));
    assert_false(child_find(out, sizeof out, "no-such-tool", path));
    assert_false(child_find(out, sizeof out, "/bin/no-such-tool", path));
    assert_false(child_find(out, sizeof out, "tool", NULL));
    assert_false(child_find(small, sizeof small, "tool", path));
    assert_int_equal(chmod(scratch_file(&scratch, "tool"), 0600), 0);
    assert_false(child_find(out, sizeof out, "tool", path));
    assert_int_equal(mkdir(scratch_file(&scratch, "folder"), 0700), 0);
    assert_false(child_find(out, sizeof out, "folder", path));
    assert_int_equal(rmdir(scratch_file(&scratch, "folder")), 0);
}

/* A tool in the current folder is not taken for one in PATH. */
static void test_find_passes_over_relative(void **state)
{
    (void)state;
    char out[300];
    int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    scratch_program(&scratch, "tool", "exit 0");
    assert_int_equal(chdir(scratch.path), 0);
    bool found = child_find(out, sizeof out, "tool", ":.:../bin");
    assert_int_equal(fchdir(before), 0);
    close(before);
    assert_false(found);
}

static void test_random(void **state)
{
    (void)state;
    char one[17], two[17];
    assert_true(child_random(one, 16, NULL) && child_random(two, 16, NULL));
    assert_int_equal(strspn(one, "0123456789abcdef"), 16);
    assert_int_equal(strlen(two), 16);
    assert_string_not_equal(one, two);
}

static void test_status(void **state)
{
    (void)state;
    char words[32];
    struct child child;
    start(&child, (struct child_options){0}, "exit 0");
    assert_string_equal(child_describe(&child, words, sizeof words), "still running");
    assert_false(child_succeeded(&child));
    wait_ended(&child);
    assert_true(child_succeeded(&child));
    assert_true(child_ended(&child));
    child_clear(&child);
    start(&child, (struct child_options){0}, "exit 7");
    wait_ended(&child);
    assert_false(child_succeeded(&child));
    assert_string_equal(child_describe(&child, words, sizeof words), "exit status 7");
    child_clear(&child);
    start(&child, (struct child_options){0}, "kill -15 $$");
    wait_ended(&child);
    assert_false(child_succeeded(&child));
    assert_string_equal(child_describe(&child, words, sizeof words), "signal 15");
    child_clear(&child);
}

static void test_cannot_start(void **state)
{
    (void)state;
    struct child child;
    struct error error;
    const char *argv[] = {"tool", NULL};
    struct child_options options = {.path = "/no/such/tool", .argv = argv, .output = CHILD_PIPE};
    assert_false(child_start(&child, &options, &error));
    assert_string_equal(error.sentence, "/no/such/tool: No such file or directory");
    assert_true(child_ended(&child));
    assert_int_equal(child.output_fd, -1);
}

/* The event loop sees the end without asking, where the system has process descriptors. */
static void test_ended_fd(void **state)
{
    (void)state;
    struct child child;
    start(&child, (struct child_options){0}, "exit 0");
    struct pollfd ready = {.fd = child.ended_fd, .events = POLLIN};
    if (child.ended_fd >= 0) {
        assert_int_equal(poll(&ready, 1, SCRATCH_PATIENCE_MS), 1);
        assert_true(child_ended(&child));
    }
    wait_ended(&child);
    assert_int_equal(child.ended_fd, -1);
}

static void test_bytes_in_and_out(void **state)
{
    (void)state;
    enum { SIZE = CHILD_INPUT_BYTES };
    char *bytes = malloc(SIZE), *back = malloc(SIZE + 2);
    assert_non_null(bytes);
    assert_non_null(back);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)('a' + i % 26);
    struct child child;
    start(&child,
          (struct child_options){
              .input = CHILD_BYTES, .bytes = bytes, .length = SIZE, .output = CHILD_PIPE},
          "cat");
    read_all(&child, back, SIZE + 2);
    assert_int_equal(strlen(back), SIZE);
    assert_memory_equal(back, bytes, SIZE);
    child_clear(&child);
    free(bytes);
    free(back);
}

static void test_pipes_both_ways(void **state)
{
    (void)state;
    char out[16];
    struct child child;
    start(&child, (struct child_options){.input = CHILD_PIPE, .output = CHILD_PIPE}, "cat");
    assert_int_equal(write(child.input_fd, "ab", 2), 2);
    assert_int_equal(write(child.input_fd, "cd", 2), 2);
    close(child.input_fd);
    child.input_fd = -1;
    read_all(&child, out, sizeof out);
    assert_string_equal(out, "abcd");
    child_clear(&child);
}

static void test_too_many_bytes(void **state)
{
    (void)state;
    char *bytes = calloc(1, CHILD_INPUT_BYTES + 1);
    const char *argv[] = {"true", NULL};
    struct child child;
    struct error error;
    struct child_options options = {.path = "/bin/true",
                                    .argv = argv,
                                    .input = CHILD_BYTES,
                                    .bytes = bytes,
                                    .length = CHILD_INPUT_BYTES + 1};
    assert_false(child_start(&child, &options, &error));
    assert_string_equal(error.sentence, "too much for a pipe");
    free(bytes);
}

/* Standard streams that are not asked for are /dev/null; errors may go with the output. */
static void test_streams(void **state)
{
    (void)state;
    static const char script[] =
        "cat; echo out; echo err >&2; readlink /proc/$$/fd/0 /proc/$$/fd/2";
    char out[256];
    struct child child;
    start(&child, (struct child_options){.output = CHILD_PIPE}, script);
    read_all(&child, out, sizeof out);
    assert_string_equal(out, "out\n/dev/null\n/dev/null\n");
    child_clear(&child);
    start(&child, (struct child_options){.output = CHILD_PIPE, .errors = CHILD_MERGE},
          "echo out; echo err >&2");
    read_all(&child, out, sizeof out);
    assert_string_equal(out, "out\nerr\n");
    child_clear(&child);
}

/* An end of ours that another child held would keep a pipe open for ever. */
static void test_no_other_descriptors(void **state)
{
    (void)state;
    char out[256];
    struct child holder, child;
    int leaky = open("/dev/null", O_RDONLY);
    start(&holder, (struct child_options){.input = CHILD_PIPE, .output = CHILD_PIPE}, "cat");
    start(&child, (struct child_options){.output = CHILD_PIPE},
          "for fd in /proc/$$/fd/*; do test -e $fd && printf %s' ' ${fd##*/}; done");
    read_all(&child, out, sizeof out);
    assert_string_equal(out, "0 1 2 ");
    close(leaky);
    close(holder.input_fd);
    holder.input_fd = -1;
    wait_ended(&holder);
    assert_true(child_succeeded(&holder));
    child_clear(&holder);
    child_clear(&child);
}

/* As in a program that was started with its standard streams closed. */
static void test_without_standard_streams(void **state)
{
    (void)state;
    char out[64];
    struct child child;
    int saved[3];
    for (int fd = 0; fd < 3; fd++) {
        saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 100);
        close(fd);
    }
    struct error error = {0};
    const char *argv[] = {"sh", "-c", "cat; echo out; echo err >&2", NULL};
    struct child_options options = {.path = "/bin/sh",
                                    .argv = argv,
                                    .input = CHILD_BYTES,
                                    .bytes = "in ",
                                    .length = 3,
                                    .output = CHILD_PIPE};
    bool started = child_start(&child, &options, &error);
    for (int fd = 0; fd < 3; fd++) {
        dup2(saved[fd], fd);
        close(saved[fd]);
    }
    assert_true(started);
    read_all(&child, out, sizeof out);
    assert_string_equal(out, "in out\n");
    child_clear(&child);
}

/* We block and ignore signals; a child has to be killable and to die of a closed pipe like any
 * other. */
static void test_signals_are_default(void **state)
{
    (void)state;
    char out[512];
    struct child child;
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    void (*pipe_before)(int) = signal(SIGPIPE, SIG_IGN);
    start(&child, (struct child_options){.output = CHILD_PIPE},
          "grep -E '^Sig(Blk|Ign)' /proc/self/status");
    signal(SIGPIPE, pipe_before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    read_all(&child, out, sizeof out);
    unsigned long long blocked, ignored;
    assert_int_equal(sscanf(out, "SigBlk: %llx SigIgn: %llx", &blocked, &ignored), 2);
    assert_int_equal(blocked, 0);
    /* glibc ignores 32 and 33 in a child: they are its threads' own. */
    assert_int_equal(ignored & ~(3ULL << 31), 0);
    child_clear(&child);
}

static void test_environment_is_all_there_is(void **state)
{
    (void)state;
    char out[512];
    struct child child;
    const char *const list[] = {"ONE=1", NULL};
    setenv("BCTRL_API_KEY", "bctrl_operator", 1);
    start(&child, (struct child_options){.output = CHILD_PIPE, .environment = list},
          "tr '\\0' '\\n' < /proc/$$/environ");
    read_all(&child, out, sizeof out);
    assert_string_equal(out, "ONE=1\n");
    child_clear(&child);
    start(&child, (struct child_options){.output = CHILD_PIPE},
          "tr '\\0' '\\n' < /proc/$$/environ");
    read_all(&child, out, sizeof out);
    assert_string_equal(out, "");
    child_clear(&child);
    unsetenv("BCTRL_API_KEY");
}

static void test_session(void **state)
{
    (void)state;
    struct child child;
    start(&child, (struct child_options){.input = CHILD_PIPE}, "cat");
    assert_int_equal(getsid(child.pid), getsid(0));
    child_clear(&child);
    start(&child, (struct child_options){.input = CHILD_PIPE, .session = true}, "cat");
    assert_int_equal(getsid(child.pid), child.pid);
    child_clear(&child);
}

/* Lives on, and answers to TERM by a file. */
#define ANSWERS                                                                                    \
    "trap 'echo > \"$1/told\"' TERM; mkfifo \"$1/never\"; exec 3<>\"$1/never\";"                   \
    " echo > \"$1/ready\"; while :; do read -r word <&3; done"

/* Waits for the file, and takes it away for the next time. */
static void wait_file(const char *name)
{
    free(scratch_line(scratch_file(&scratch, name)));
    assert_int_equal(unlink(scratch_file(&scratch, name)), 0);
}

/* TERM first; KILL only to what is still there after the grace; and the caller's clock decides. */
static void test_end(void **state)
{
    (void)state;
    struct child child;
    start(&child, (struct child_options){.session = true}, ANSWERS);
    wait_file("ready");
    assert_false(child_end(&child, 1000));
    wait_file("told");
    assert_false(child_end(&child, 1000 + CHILD_GRACE_MS - 1));
    child_signal(&child, SIGTERM);
    wait_file("told"); /* so nothing has killed it */
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    while (!child_end(&child, 1000 + CHILD_GRACE_MS)) {
        assert_true(scratch_now_ms() < until_ms);
        scratch_pause();
    }
    assert_true(WIFSIGNALED(child.status) && WTERMSIG(child.status) == SIGKILL);
    child_clear(&child);
}

/* What a program started goes with it, if it has a session of its own. */
static void test_end_takes_the_session(void **state)
{
    (void)state;
    struct child child;
    start(&child, (struct child_options){.session = true},
          "sleep 1000 & echo $! > \"$1/pid\"; wait");
    char *line = scratch_line(scratch_file(&scratch, "pid"));
    pid_t grandchild = (pid_t)atoi(line);
    free(line);
    assert_true(scratch_process_lives(grandchild));
    child_end(&child, 0);
    wait_ended(&child);
    scratch_wait_gone(grandchild);
    child_clear(&child);
}

static void test_leave(void **state)
{
    (void)state;
    struct child child;
    start(&child, (struct child_options){.session = true}, ANSWERS);
    wait_file("ready");
    pid_t pid = child.pid;
    child_leave(&child);
    assert_true(child_ended(&child));
    kill(pid, SIGTERM);
    wait_file("told");
    assert_int_equal(kill(-pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_clear_kills(void **state)
{
    (void)state;
    struct child child;
    start(&child, (struct child_options){0}, "exec sleep 1000");
    pid_t pid = child.pid;
    child_clear(&child);
    scratch_wait_gone(pid);
    waitpid(pid, NULL, 0);
}

#define CHILD_TEST(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_environment_get),
        cmocka_unit_test(test_environment_built),
        cmocka_unit_test(test_environment_ceiling),
        CHILD_TEST(test_find),
        CHILD_TEST(test_find_passes_over_relative),
        cmocka_unit_test(test_random),
        CHILD_TEST(test_status),
        cmocka_unit_test(test_cannot_start),
        CHILD_TEST(test_ended_fd),
        CHILD_TEST(test_bytes_in_and_out),
        CHILD_TEST(test_pipes_both_ways),
        cmocka_unit_test(test_too_many_bytes),
        CHILD_TEST(test_streams),
        CHILD_TEST(test_no_other_descriptors),
        CHILD_TEST(test_without_standard_streams),
        CHILD_TEST(test_signals_are_default),
        CHILD_TEST(test_environment_is_all_there_is),
        CHILD_TEST(test_session),
        CHILD_TEST(test_end),
        CHILD_TEST(test_end_takes_the_session),
        CHILD_TEST(test_leave),
        CHILD_TEST(test_clear_kills),
    };
    return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
