/* leasetop create --exec: the program that a lease lives for: what it gets, how it ends, what is
 * passed on to it, and that the lease ends with it. */
#include "tests/screen/creating.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- what it gets, and how it ends */

static void test_exec(void **state)
{
    struct desk *desk = *state;
    struct run run = {.input = "from outside"};
    creating_serve(desk);
    creating_begin(&run, desk,
                   WORDS("acme-ops/checkout", "--exec", "--", "sh", "-c",
                         "echo $LEASETOP_LEASE $LEASETOP_ENDPOINT_TYPE; echo $LEASETOP_ENDPOINT; "
                         "[ \"$LEASETOP_ENDPOINT\" = \"$LEASETOP_ENDPOINT_URL\" ] && "
                         "[ -z \"$BCTRL_API_KEY\" ] && cat"));
    creating_end(&run, true);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    char expected[300];
    snprintf(expected, sizeof expected, "%s websocket\n" CONTRACT_WEBSOCKET "\nfrom outside",
             UUID(FRESH), UUID(FRESH));
    assert_string_equal(run.out, expected);
    assert_int_equal(creating_posts(desk), 1);
    assert_int_equal(creating_deletes(desk), 1);
    run_clear(&run);
}

static void test_exec_on_stdin(void **state)
{
    struct desk *desk = *state;
    struct run run = {.input = "from outside"};
    creating_serve(desk);
    creating_begin(&run, desk,
                   WORDS("acme-ops/checkout", "--exec", "--endpoint-stdin", "--", "sh", "-c",
                         "[ -z \"$LEASETOP_ENDPOINT$LEASETOP_ENDPOINT_URL\" ] && cat"));
    creating_end(&run, true);
    char expected[300];
    snprintf(expected, sizeof expected, CONTRACT_WEBSOCKET "\n", UUID(FRESH));
    assert_string_equal(run.out, expected);
    assert_int_equal(run.status, 0);
    run_clear(&run);
}

/* Under another --exec its lease is not that of what runs here, nor its endpoint anybody's. */
static void test_exec_within(void **state)
{
    struct desk *desk = *state;
    struct run run;
    creating_serve(desk);
    const char *const arguments[] = {"create",    "acme-ops/checkout",
                                     "--api-url", server_url(desk->server),
                                     "--keyring", "off",
                                     "--exec",    "--endpoint-stdin",
                                     "--",        "sh",
                                     "-c",        "env",
                                     NULL};
    run_leasetop(&run, desk, arguments,
                 WORDS("BCTRL_API_KEY=" DESK_KEY, "LEASETOP_LEASE=outer",
                       "LEASETOP_ENDPOINT=wss://outer", "LEASETOP_ENDPOINT_PASSWORD=outer"));
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "LEASETOP_LEASE=" UUID(FRESH) "\n"));
    assert_non_null(strstr(run.out, "LEASETOP_ENDPOINT_TYPE=websocket\n"));
    assert_null(strstr(run.out, "outer"));
    run_clear(&run);
}

/* However it ends, the lease ends with it, and its status is ours. */
static void test_exec_status(void **state)
{
    static const struct {
        const char *script;
        int status;
    } cases[] = {{"exit 3", 3}, {"kill -KILL $$", 137}, {"kill -TERM $$", 143}, {"exit 255", 255}};
    struct desk *desk = *state;
    struct run run;
    for (size_t i = 0; i < COUNT(cases); i++) {
        creating_serve(desk);
        creating_run(&run, desk,
                     WORDS("acme-ops/checkout", "--exec", "--", "sh", "-c", cases[i].script));
        assert_int_equal(run.status, cases[i].status);
        assert_int_equal(creating_deletes(desk), i + 1);
        run_clear(&run);
    }
}

static void test_exec_not_revoked(void **state)
{
    struct desk *desk = *state;
    struct run run;
    creating_serve(desk);
    server_on(desk->server, "DELETE", "**",
              ANSWER_MADE(403, contract_error("permission.denied", "not yours", "req-8")));
    creating_run(&run, desk, WORDS("acme-ops/checkout", "--exec", "--", "true"));
    assert_int_equal(run.status, 1);
    assert_sentence(run.err);
    assert_true(strstr(run.err, "permission.denied") != NULL && strstr(run.err, "req-8") != NULL);
    run_clear(&run);
    creating_run(&run, desk, WORDS("acme-ops/checkout", "--exec", "--", "sh", "-c", "exit 7"));
    assert_int_equal(run.status, 7);
    assert_sentence(run.err);
    run_clear(&run);
}

/* ---- signals */

/* A program that waits until a signal of these comes, says so and ends. */
struct waiter {
    char ready[200], hold[200], stopped[200], script[900];
    struct pollfd news, stop;
};

static struct pollfd open_fifo(char path[200], struct desk *desk, const char *name)
{
    snprintf(path, 200, "%s", scratch_file(&desk->folder, name));
    assert_int_equal(mkfifo(path, 0600), 0);
    return (struct pollfd){.fd = open(path, O_RDONLY | O_NONBLOCK), .events = POLLIN};
}

/* `wait` is what a signal interrupts; it waits for who opens a pipe that nobody writes. */
static void prepare(struct waiter *waiter, struct desk *desk, const char *traps)
{
    snprintf(waiter->hold, sizeof waiter->hold, "%s", scratch_file(&desk->folder, "hold"));
    assert_int_equal(mkfifo(waiter->hold, 0600), 0);
    waiter->news = open_fifo(waiter->ready, desk, "ready");
    waiter->stop = open_fifo(waiter->stopped, desk, "stopped");
    snprintf(waiter->script, sizeof waiter->script,
             "cat '%s' & trap 'kill $!; echo caught; exit 9' %s; trap 'echo >\"%s\"' TSTP; "
             "echo >'%s'; while :; do wait; done",
             waiter->hold, traps, waiter->stopped, waiter->ready);
}

static void start(struct waiter *waiter, struct run *run, struct desk *desk)
{
    creating_begin(run, desk,
                   WORDS("acme-ops/checkout", "--exec", "--", "sh", "-c", waiter->script));
    assert_int_equal(poll(&waiter->news, 1, DESK_PATIENCE_MS), 1);
}

static void finish(struct waiter *waiter, struct run *run, struct desk *desk, size_t ended)
{
    creating_end(run, false);
    assert_string_equal(run->out, "caught\n");
    assert_int_equal(run->status, 9);
    assert_int_equal(creating_deletes(desk), ended);
    close(waiter->news.fd);
    close(waiter->stop.fd);
    unlink(waiter->ready);
    unlink(waiter->stopped);
    unlink(waiter->hold);
    run_clear(run);
}

/* What is sent to us goes on to the program, and we stay until it has ended. */
static void test_signals(void **state)
{
    const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGRTMIN};
    struct desk *desk = *state;
    creating_serve(desk);
    for (size_t i = 0; i < COUNT(signals); i++) {
        struct run run = {.input = NULL};
        struct waiter waiter;
        char number[8];
        snprintf(number, sizeof number, "%d", signals[i]);
        prepare(&waiter, desk, number);
        start(&waiter, &run, desk);
        assert_int_equal(creating_deletes(desk), i);
        kill(run.pid, signals[i]);
        finish(&waiter, &run, desk, i + 1);
    }
}

static bool stops(pid_t pid)
{
    int status = 0;
    long long until_ms = support_now_ms() + DESK_PATIENCE_MS;
    while (waitpid(pid, &status, WUNTRACED | WNOHANG) == 0 && support_now_ms() < until_ms)
        poll(NULL, 0, 5);
    return WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP;
}

/* Both stop, and both go on. */
static void test_stop(void **state)
{
    struct desk *desk = *state;
    struct run run = {.group = true};
    struct waiter waiter;
    creating_serve(desk);
    prepare(&waiter, desk, "CONT");
    start(&waiter, &run, desk);
    kill(run.pid, SIGWINCH); /* which is nothing to us */
    kill(run.pid, SIGTSTP);
    assert_int_equal(poll(&waiter.stop, 1, DESK_PATIENCE_MS), 1);
    assert_true(stops(run.pid));
    assert_int_equal(creating_deletes(desk), 0);
    kill(run.pid, SIGCONT);
    finish(&waiter, &run, desk, 1);
}

/* As nohup has it. */
static void test_ignored(void **state)
{
    struct desk *desk = *state;
    struct run run = {.input = NULL};
    creating_serve(desk);
    signal(SIGHUP, SIG_IGN);
    creating_begin(
        &run, desk,
        WORDS("acme-ops/checkout", "--exec", "--", "sh", "-c", "kill -HUP $$; echo alive"));
    signal(SIGHUP, SIG_DFL);
    creating_end(&run, false);
    assert_string_equal(run.out, "alive\n");
    assert_int_equal(run.status, 0);
    run_clear(&run);
}

/* A signal before the program runs: nothing is made, or it is ended again. */
static void test_signal_before(void **state)
{
    struct desk *desk = *state;
    struct run run = {.input = NULL};
    creating_serve(desk);
    server_on(desk->server, "GET", "/v1/spaces", ANSWER_NEVER);
    creating_begin(&run, desk, WORDS("acme-ops/checkout", "--exec", "--", "true"));
    assert_true(server_wait(desk->server, "GET", "/v1/spaces", 1, DESK_PATIENCE_MS));
    kill(run.pid, SIGQUIT);
    creating_end(&run, false);
    assert_int_equal(run.status, 128 + SIGQUIT);
    assert_int_equal(creating_posts(desk), 0);
    run_clear(&run);
}

/* ---- what cannot run */

static void expect_unstarted(struct desk *desk, const char *program, int status, const char *says)
{
    struct run run;
    creating_run(&run, desk, WORDS("acme-ops/checkout", "--exec", "--", program));
    if (run.status != status || strstr(run.err, says) == NULL)
        fail_msg("%d: \"%s\"", run.status, run.err);
    assert_sentence(run.err);
    assert_string_equal(run.out, "");
    run_clear(&run);
}

static void test_unstarted(void **state)
{
    struct desk *desk = *state;
    creating_serve(desk);
    expect_unstarted(desk, "no-such-program", 127, "there is no program no-such-program");
    expect_unstarted(desk, "/no/such", 127, "there is no program /no/such");
    expect_unstarted(desk, desk_file(desk, "plain", 0600, ""), 126, "cannot be run");
    expect_unstarted(desk, "/", 126, "cannot be run");
    assert_int_equal(creating_posts(desk), 0);
    /* What is seen only when it is started has cost a lease, which is ended again. */
    expect_unstarted(desk, desk_file(desk, "script", 0700, "#!/no/such/shell\n"), 126, "No such");
    assert_int_equal(creating_posts(desk), 1);
    assert_int_equal(creating_deletes(desk), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_exec),        AT_DESK(test_exec_on_stdin),    AT_DESK(test_exec_within),
        AT_DESK(test_exec_status), AT_DESK(test_exec_not_revoked), AT_DESK(test_signals),
        AT_DESK(test_stop),        AT_DESK(test_ignored),          AT_DESK(test_signal_before),
        AT_DESK(test_unstarted),
    };
    return cmocka_run_group_tests_name("cmd_exec", tests, NULL, NULL);
}
