/* leasetop watch and wait: a line for each change until nobody reads, and a point of a lease's
 * life.
 */
#include "tests/screen/run.h"

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void begin(struct run *run, struct desk *desk, const char *const *words)
{
    const char *arguments[24] = {"--api-url", server_url(desk->server), "--interval", "1"};
    for (size_t i = 0; words[i] != NULL; i++)
        arguments[4 + i] = words[i];
    *run = (struct run){.input = NULL};
    run_begin(run, desk, arguments, WORDS("BCTRL_API_KEY=" DESK_KEY));
}

/* The next line of what it prints, without its end. */
static void read_line(struct run *run, char line[1024])
{
    size_t length = 0;
    struct pollfd fd = {.fd = run->pipes[0], .events = POLLIN};
    for (;;) {
        if (poll(&fd, 1, DESK_PATIENCE_MS) != 1 || length == 1023 ||
            read(run->pipes[0], line + length, 1) != 1)
            fail_msg("no line came");
        if (line[length] == '\n')
            break;
        length++;
    }
    line[length] = '\0';
}

/* The next that is no news of an expiry: those of the test's server move when it is changed. */
static void next_line(struct run *run, char line[1024])
{
    do
        read_line(run, line);
    while (strstr(line, "expiry") != NULL);
}

static void change_status(struct desk *desk, const char *id, const char *status)
{
    struct contract_lease lease = desk_lease(desk, id);
    lease.status = status;
    desk_put(desk, &lease);
}

/* Asked twice: what is there by now is what it began with. */
static void wait_begun(struct desk *desk)
{
    assert_true(server_wait(desk->server, "GET", CHECKOUT_LEASES, 2, DESK_PATIENCE_MS));
    assert_true(server_wait(desk->server, "GET", NIGHTLY_LEASES, 2, DESK_PATIENCE_MS));
}

static void test_lines(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char line[1024];
    desk_serve(desk);
    begin(&run, desk, WORDS("watch"));
    wait_begun(desk);
    change_status(desk, UUID(LATER), "idle\033[2J");
    next_line(&run, line);
    assert_true(strncmp(line, "20", 2) == 0);
    assert_string_equal(strchr(line, 'Z') + 1,
                        " status " UUID(LATER) " on nightly: active to idle\xef\xbf\xbd[2J");
    desk_put(desk, &(struct contract_lease){.id = UUID(FRESH), .runtime = CHECKOUT});
    next_line(&run, line);
    assert_string_equal(strchr(line, 'Z') + 1, " made " UUID(FRESH) " on checkout: cdp");
    kill(run.pid, SIGTERM);
    run_end(&run);
    assert_int_equal(run.status, 128 + SIGTERM);
    assert_string_equal(run.err, "");
    assert_true(desk_only_read(desk));
    run_clear(&run);
}

static void test_jsonl(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char line[1024];
    desk_serve(desk);
    begin(&run, desk, WORDS("watch", "--jsonl"));
    wait_begun(desk);
    struct contract_lease later = desk_lease(desk, UUID(LATER));
    later.revoked_s = 1;
    desk_put(desk, &later);
    next_line(&run, line);
    json_t *event = json_loads(line, 0, NULL);
    assert_int_equal(json_object_size(event), 11);
    assert_string_equal(json_string_value(json_object_get(event, "event")), "revoked");
    assert_string_equal(json_string_value(json_object_get(event, "what")), "lease");
    assert_string_equal(json_string_value(json_object_get(event, "id")), UUID(LATER));
    assert_string_equal(json_string_value(json_object_get(event, "runtime")), "nightly");
    assert_true(json_is_string(json_object_get(event, "seenAt")));
    assert_true(json_is_string(json_object_get(event, "happenedAt")));
    json_decref(event);
    kill(run.pid, SIGTERM);
    run_end(&run);
    run_clear(&run);
}

/* A name that is surely nobody's is said to be, as of list; it does not wait for ever. */
static void test_not_there(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    begin(&run, desk, WORDS("watch", "acme-opz"));
    run_end(&run);
    assert_int_equal(run.status, 2);
    assert_sentence(run.err);
    assert_non_null(strstr(run.err, "did you mean acme-ops?"));
    run_clear(&run);
}

/* `watch | head -1`: it ends by itself, at once and well, also where nothing more happens. */
static void test_closed_pipe(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    begin(&run, desk, WORDS("watch"));
    wait_begun(desk);
    close(run.pipes[0]);
    run.pipes[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    run_end(&run);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    run_clear(&run);
}

static void test_server_down(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char bytes[512] = "";
    desk_serve(desk);
    begin(&run, desk, WORDS("watch"));
    wait_begun(desk);
    server_down(desk->server);
    struct pollfd fd = {.fd = run.pipes[1], .events = POLLIN};
    assert_int_equal(poll(&fd, 1, DESK_PATIENCE_MS), 1);
    assert_true(read(run.pipes[1], bytes, sizeof bytes - 1) > 0);
    assert_true(strncmp(bytes, "leasetop: offline: ", 19) == 0);
    server_up(desk->server);
    assert_int_equal(poll(&fd, 1, DESK_PATIENCE_MS), 1);
    memset(bytes, 0, sizeof bytes);
    assert_true(read(run.pipes[1], bytes, sizeof bytes - 1) > 0);
    assert_string_equal(bytes, "leasetop: the server answers again\n");
    server_on(desk->server, "GET", "**",
              ANSWER_MADE(401, contract_error("auth.invalid", "no such key", "req-5")));
    run_end(&run);
    assert_int_equal(run.status, 4);
    assert_non_null(strstr(run.err, "unauthorised"));
    run_clear(&run);
}

/* ---- wait */

static void expect(struct desk *desk, const char *const *words, int status, const char *says)
{
    struct run run;
    begin(&run, desk, words);
    run_end(&run);
    if (run.status != status || (*says != '\0' ? strstr(run.err, says) == NULL : *run.err != '\0'))
        fail_msg("%d: %s", run.status, run.err);
    assert_string_equal(run.out, "");
    run_clear(&run);
}

static void test_wait_at_once(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    expect(desk, WORDS("wait", SOON, "--for", "10m-left"), 0, "");
    expect(desk, WORDS("wait", OVER, "--for", "revoked"), 0, "");
    expect(desk, WORDS("wait", OVER), 1, "has ended otherwise");
    expect(desk, WORDS("wait", OVER, "--for", "5m-left"), 1, "has ended otherwise");
    expect(desk, WORDS("wait", ENDLESS), 1, "has no expiry, as far as the server says");
    expect(desk, WORDS("wait", ENDLESS, "--for", "5m-left"), 1, "only --for revoked can come");
    expect(desk, WORDS("wait", "nobody"), 1, "there is no lease nobody");
    expect(desk, WORDS("wait", SOON, "--for", "ever"), 2, "--for takes");
    expect(desk, WORDS("wait", SOON, "--for", "x-left"), 2, "--for takes");
    expect(desk, WORDS("wait"), 2, "needs the ID");
    assert_true(desk_only_read(desk));
}

static void test_wait_revoked(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    begin(&run, desk, WORDS("wait", LATER, "--for", "revoked"));
    assert_true(server_wait(desk->server, "GET", NIGHTLY_LEASES, 3, DESK_PATIENCE_MS));
    assert_int_equal(waitpid(run.pid, NULL, WNOHANG), 0);
    struct contract_lease later = desk_lease(desk, UUID(LATER));
    later.revoked_s = 1;
    desk_put(desk, &later);
    run_end(&run);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    /* Only its runtime was asked for, once all had been. */
    assert_int_equal(server_count(desk->server, "GET", CHECKOUT_LEASES), 1);
    run_clear(&run);
}

/* By the clock of the server, known to a second, and no list says it. */
/* It goes on, and says so. */
static void test_wait_server_down(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char bytes[512] = "";
    desk_serve(desk);
    begin(&run, desk, WORDS("wait", LATER, "--for", "revoked"));
    assert_true(server_wait(desk->server, "GET", NIGHTLY_LEASES, 2, DESK_PATIENCE_MS));
    server_down(desk->server);
    struct pollfd fd = {.fd = run.pipes[1], .events = POLLIN};
    assert_int_equal(poll(&fd, 1, DESK_PATIENCE_MS), 1);
    assert_true(read(run.pipes[1], bytes, sizeof bytes - 1) > 0);
    assert_true(strncmp(bytes, "leasetop: offline: ", 19) == 0);
    struct contract_lease later = desk_lease(desk, UUID(LATER));
    later.revoked_s = 1;
    desk_put(desk, &later);
    server_up(desk->server);
    run_end(&run);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "leasetop: the server answers again\n");
    run_clear(&run);
}

static void test_wait_left(void **state)
{
    struct desk *desk = *state;
    desk_serve_leases(desk, LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .left_s = 64}));
    long long from_ms = support_now_ms();
    expect(desk, WORDS("wait", SOON, "--for", "1m-left"), 0, "");
    assert_true(support_now_ms() - from_ms >= 1000);
}

static void test_wait_expiry(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve_leases(desk, LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .left_s = 1}));
    begin(&run, desk, WORDS("wait", SOON));
    assert_true(server_wait(desk->server, "GET", CHECKOUT_LEASES, 4, DESK_PATIENCE_MS));
    /* Its time is up, and the server has not said so. */
    assert_int_equal(waitpid(run.pid, NULL, WNOHANG), 0);
    desk_put(desk, &(struct contract_lease){
                       .id = UUID(SOON), .runtime = CHECKOUT, .left_s = -1, .status = "expired"});
    run_end(&run);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    run_clear(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_lines),        AT_DESK(test_jsonl),
        AT_DESK(test_not_there),    AT_DESK(test_closed_pipe),
        AT_DESK(test_server_down),  AT_DESK(test_wait_at_once),
        AT_DESK(test_wait_revoked), AT_DESK(test_wait_server_down),
        AT_DESK(test_wait_left),    AT_DESK(test_wait_expiry),
    };
    return cmocka_run_group_tests_name("cmd_watch", tests, NULL, NULL);
}
