/* The whole house: the dashboard on the real gateway, which --demo starts and ends. */
#include "tests/screen/run.h"
#include "tests/screen/trace.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPERATORS_KEY "bctrl_operators_own_key_1234"

/* ---- The gateway, looked at from outside */

/* The parent of a process; -1 if there is none. Its name goes to `name`. */
static int parent_of(int pid, char name[64])
{
    char path[64];
    int parent = -1;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (file != NULL && fscanf(file, "%*d (%63[^)]) %*c %d", name, &parent) != 2)
        parent = -1;
    if (file != NULL)
        fclose(file);
    return parent;
}

/* The gateway that this process has started; 0: none. */
static pid_t gateway_of(pid_t parent)
{
    DIR *folder = opendir("/proc");
    pid_t found = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL && found == 0;) {
        char name[64] = "";
        int pid = isdigit((unsigned char)*entry->d_name) ? atoi(entry->d_name) : 0;
        if (pid > 0 && parent_of(pid, name) == parent && strncmp(name, "leasetop-gatew", 14) == 0)
            found = pid;
    }
    closedir(folder);
    return found;
}

static struct screen *open_demo(struct desk *desk, int rows, int cols, const char *const *env)
{
    struct screen *screen = desk->screen =
        screen_start(rows, cols, WORDS("leasetop", "--demo"), env);
    screen_deadline(screen, DESK_PATIENCE_MS);
    assert_true(screen_wait(screen, "checkout"));
    assert_true(screen_wait(screen, " demo "));
    return screen;
}

/* As in any other header: whose leases these are is no matter of room. */
static void test_host_where_it_is_narrow(void **state)
{
    struct screen *screen = open_demo(*state, 10, 40, NULL);
    assert_true(desk_header_says(screen, "demo 127.0.0.1:"));
}

/* ---- What it leaves behind */

/* What is done in a demo is nobody's history, and no view of the operator's begins otherwise. */
static void test_it_keeps_nothing(void **state)
{
    struct desk *desk = *state;
    char folder[320], kept[320];
    snprintf(folder, sizeof folder, "XDG_STATE_HOME=%s", desk->folder.path);
    snprintf(kept, sizeof kept, "%s", scratch_file(&desk->folder, "leasetop"));
    struct screen *screen = open_demo(desk, 24, 160, WORDS(folder));
    screen_keys(screen, "Iws");
    assert_true(screen_wait(screen, "a demo keeps nothing"));
    screen_keys(screen, "n<Enter>");
    assert_true(screen_wait(screen, "its endpoint is shown once"));
    desk_quit(desk);
    assert_int_equal(access(kept, F_OK), -1);
}

/* ---- Its key */

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    assert_true(in >= 0 && out >= 0);
    for (ssize_t got; (got = read(in, bytes, sizeof bytes)) > 0;)
        assert_int_equal(write(out, bytes, (size_t)got), got);
    close(in);
    assert_int_equal(close(out), 0);
}

/* The gateway wipes its key as soon as it has read it. So a copy of leasetop finds, beside itself,
 * a program that keeps what it was given, and goes on as the gateway. */
static const char *spied_leasetop(struct desk *desk)
{
    char *script = contract_format("env >$here/environ.new; echo >>$here/environ.new\n"
                                   "mv $here/environ.new $here/environ\n"
                                   "exec '%s/leasetop-gateway' \"$@\"",
                                   getenv("BUILDDIR"));
    char *program = contract_format("%s/leasetop", getenv("BUILDDIR"));
    const char *copy = scratch_file(&desk->folder, "leasetop");
    scratch_program(&desk->folder, "leasetop-gateway", script);
    copy_file(program, copy);
    free(script);
    free(program);
    return copy;
}

/* What the gateway was given; from malloc. */
static char *environment_of_demo(struct desk *desk, const char *program)
{
    screen_free(desk->screen);
    desk->screen =
        screen_start(24, 140, WORDS(program, "--demo"),
                     WORDS("BCTRL_API_KEY=" OPERATORS_KEY, "BCTRL_API_URL=https://api.bctrl.ai"));
    screen_deadline(desk->screen, DESK_PATIENCE_MS);
    assert_true(screen_wait(desk->screen, "checkout"));
    assert_null(strstr(screen_row(desk->screen, 0), "1234"));
    assert_false(trace_processes_hold(screen_pid(desk->screen), OPERATORS_KEY, NULL));
    desk_quit(desk);
    assert_false(screen_raw_has(desk->screen, OPERATORS_KEY));
    return scratch_line(scratch_file(&desk->folder, "environ"));
}

static void test_the_operators_key_stays_here(void **state)
{
    const char *program = spied_leasetop(*state);
    char *environment = environment_of_demo(*state, program);
    assert_non_null(strstr(environment, "BCTRL_API_KEY=bctrl_demo_"));
    assert_null(strstr(environment, OPERATORS_KEY));
    assert_null(strstr(environment, "BCTRL_API_URL"));
    free(environment);
}

static void test_two_demos_have_two_keys(void **state)
{
    const char *program = spied_leasetop(*state);
    char *keys[2];
    for (int i = 0; i < 2; i++) {
        char *environment = environment_of_demo(*state, program);
        const char *key = strstr(environment, "BCTRL_API_KEY=");
        assert_non_null(key);
        keys[i] = support_need(strndup(key, strcspn(key, "\n")));
        free(environment);
    }
    assert_string_not_equal(keys[0], keys[1]);
    free(keys[0]);
    free(keys[1]);
}

/* ---- Its life */

static void assert_gone_after(struct desk *desk, int number)
{
    struct screen *screen = open_demo(desk, 24, 80, NULL);
    pid_t gateway = gateway_of(screen_pid(screen));
    assert_true(gateway > 0);
    kill(screen_pid(screen), number);
    assert_int_equal(screen_wait_exit(screen), number == SIGKILL ? 128 + SIGKILL : 0);
    scratch_wait_gone(gateway);
}

static void test_gone_after_term(void **state)
{
    assert_gone_after(*state, SIGTERM);
}

static void test_gone_after_kill(void **state)
{
    assert_gone_after(*state, SIGKILL);
}

static void test_gone_with_the_terminal(void **state)
{
    struct screen *screen = open_demo(*state, 24, 80, NULL);
    pid_t gateway = gateway_of(screen_pid(screen));
    screen_hangup(screen);
    assert_int_equal(screen_wait_exit(screen), 0);
    scratch_wait_gone(gateway);
}

/* Ctrl-C in the terminal is for the dashboard: the gateway is not in its way. */
static void test_the_gateway_outlives_nothing_else(void **state)
{
    struct screen *screen = open_demo(*state, 24, 80, NULL);
    pid_t gateway = gateway_of(screen_pid(screen));
    assert_true(getpgid(gateway) != getpgid(screen_pid(screen)));
    kill(gateway, SIGKILL);
    assert_true(screen_wait(screen, "offline"));
    assert_true(screen_has(screen, "checkout"));
    desk_quit(*state);
}

/* ---- What it shows */

static void test_a_fleet_of_all_kinds(void **state)
{
    static const char *const words[] = {"acme-ops", "acme-lab", "cdp",     "rdp",     "http",
                                        "active",   "expiring", "expired", "revoked", "\u221e"};
    struct screen *screen = open_demo(*state, 40, 140, NULL);
    for (size_t i = 0; i < COUNT(words); i++)
        assert_true(screen_wait(screen, words[i]));
    screen_keys(screen, "2");
    assert_true(screen_wait(screen, "stopped"));
    assert_true(screen_wait(screen, "failed"));
    desk_quit(*state);
}

/* Made, copied and revoked, with nothing scripted. */
static void test_one_lease_from_end_to_end(void **state)
{
    struct screen *screen = open_demo(*state, 40, 140, NULL);
    screen_keys(screen, "2");
    assert_true(desk_selects(screen, "checkout"));
    screen_keys(screen, "<Enter>n");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "created "));
    assert_true(screen_wait(screen, "held"));
    assert_true(desk_selects(screen, "held"));
    screen_keys(screen, "c");
    assert_true(screen_wait_raw(screen, "\033]52;c;"));
    assert_true(screen_wait(screen, "OSC 52"));
    char *copied = screen_clipboard(screen);
    assert_non_null(copied);
    assert_int_equal(strncmp(copied, "ws://127.0.0.1:", 15), 0);
    assert_false(screen_raw_has(screen, copied));
    free(copied);
    screen_keys(screen, "X");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "no new attach is accepted"));
    assert_true(screen_wait_gone(screen, "held"));
    desk_quit(*state);
}

static void test_without_a_terminal(void **state)
{
    struct run run;
    run_leasetop(&run, *state, WORDS("--demo", "--json"), WORDS("BCTRL_API_KEY=" OPERATORS_KEY));
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "\"checkout\""));
    assert_null(strstr(run.out, "token"));
    assert_null(strstr(run.out, OPERATORS_KEY));
    run_clear(&run);
}

/* ---- The gateway by itself, with a fleet too large to be read at once */

static void test_a_gateways_fleet(void **state)
{
    struct desk *desk = *state;
    int out[2];
    char path[4096], line[128] = "";
    assert_int_equal(pipe(out), 0);
    snprintf(path, sizeof path, "%s/leasetop-gateway", getenv("BUILDDIR"));
    desk->child = fork();
    if (desk->child == 0) {
        dup2(out[1], 1);
        setenv("BCTRL_API_KEY", DESK_KEY, 1);
        execl(path, "leasetop-gateway", "--port", "0", "--fleet", "200x5", (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    FILE *from = fdopen(out[0], "r");
    assert_non_null(fgets(line, sizeof line, from));
    fclose(from);
    line[strcspn(line, "\n")] = '\0';
    char *url = strstr(line, "http://127.0.0.1:");
    assert_non_null(url);
    struct screen *screen = desk_open(desk, 40, 140, WORDS("--api-url", url), NULL);
    assert_true(screen_wait(screen, "active"));
    screen_keys(screen, "2G");
    assert_true(screen_wait(screen, "LEASES"));
    desk_quit(desk);
    struct run run;
    run_leasetop(&run, desk, WORDS("--api-url", url, "--json"), WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_int_equal(run.status, 0);
    size_t leases = 0;
    for (const char *at = run.out; (at = strstr(at, "\"runtimeId\"")) != NULL; at++)
        leases++;
    assert_int_equal(leases, 1000);
    run_clear(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_host_where_it_is_narrow),
        AT_DESK(test_it_keeps_nothing),
        AT_DESK(test_the_operators_key_stays_here),
        AT_DESK(test_two_demos_have_two_keys),
        AT_DESK(test_gone_after_term),
        AT_DESK(test_gone_after_kill),
        AT_DESK(test_gone_with_the_terminal),
        AT_DESK(test_the_gateway_outlives_nothing_else),
        AT_DESK(test_a_fleet_of_all_kinds),
        AT_DESK(test_one_lease_from_end_to_end),
        AT_DESK(test_without_a_terminal),
        AT_DESK(test_a_gateways_fleet),
    };
    return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
