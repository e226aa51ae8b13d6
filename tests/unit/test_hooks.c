/* Commands that run when something happens: what they are told and what not, and how many. */
#include "core/hooks.h"

#include "tests/unit/listed.h"
#include "tests/unit/scratch.h"

#define MADE INT64_C(1795341731000) /* 2026-11-22T10:02:11Z */

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

static const char *const inherited[] = {"PATH=/usr/bin:/bin",
                                        "BCTRL_API_KEY=bctrl_not_for_children", "MINE=1", NULL};

static struct hook_facts facts_of(const char *lease)
{
    return (struct hook_facts){
        .profile = "prod",
        .base_url = "https://api.example",
        .lease = named("sp", "rt", lease),
        .space_name = "acme",
        .runtime_name = "check\033[2Jout",
        .protocol = "cdp",
        .created_ms = MADE,
        .expires_ms = MADE + 3600000,
        .left_s = 60,
    };
}

static void step_until(struct hooks *hooks, bool (*done)(struct hooks *), int64_t ahead_ms)
{
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    for (;;) {
        hooks_step(hooks, scratch_now_ms() + ahead_ms);
        if (done(hooks))
            return;
        assert_true(scratch_now_ms() < until_ms);
        scratch_pause();
    }
}

static bool idle(struct hooks *hooks)
{
    return hooks_deadline_ms(hooks, 0) == INT64_MAX;
}

/* A command that is this script, with the folder as $1. */
static const char *const *command(const char *script)
{
    static const char *argv[6];
    argv[0] = "sh";
    argv[1] = "-c";
    argv[2] = script;
    argv[3] = "hook";
    argv[4] = scratch.path;
    argv[5] = NULL;
    return argv;
}

static void test_what_it_is_told(void **state)
{
    (void)state;
    struct hooks *hooks = hooks_new(inherited);
    struct error error;
    const struct hook_facts facts = facts_of("77ab01c4");
    hooks_use(hooks, HOOK_EXPIRING, command("env | sort > $1/env; tty > $1/tty; cat >> $1/tty"));
    assert_true(hooks_put(hooks, HOOK_EXPIRING, &facts));
    step_until(hooks, idle, 0);
    assert_false(hooks_problem(hooks, &error));
    char *env = scratch_read(scratch_file(&scratch, "env"), NULL);
    char *tty = scratch_read(scratch_file(&scratch, "tty"), NULL);
    static const char *const lines[] = {
        "LEASETOP_EVENT=expiring\n",
        "LEASETOP_PROFILE=prod\n",
        "LEASETOP_URL=https://api.example\n",
        "LEASETOP_SPACE=sp\n",
        "LEASETOP_SPACE_NAME=acme\n",
        "LEASETOP_RUNTIME=rt\n",
        "LEASETOP_LEASE=77ab01c4\n",
        "LEASETOP_PROTOCOL=cdp\n",
        "LEASETOP_CREATED=2026-11-22T10:02:11Z\n",
        "LEASETOP_EXPIRES=2026-11-22T11:02:11Z\n",
        "LEASETOP_LEFT=60\n",
        "MINE=1\n",
    };
    for (size_t i = 0; i < COUNT(lines); i++)
        if (strstr(env, lines[i]) == NULL)
            fail_msg("no %s in\n%s", lines[i], env);
    assert_null(strstr(env, "bctrl_not_for_children"));
    assert_null(strchr(env, '\033'));
    assert_string_equal(tty, "not a tty\n");
    free(env);
    free(tty);
    hooks_free(hooks);
}

/* What cannot be known is empty, and an id that is no plain text does not reach a shell. */
static void test_what_is_not_known(void **state)
{
    (void)state;
    struct hooks *hooks = hooks_new(inherited);
    const struct hook_facts facts = {.lease = named("sp", "rt", "a\nb"),
                                     .created_ms = MOMENT_NONE,
                                     .expires_ms = MOMENT_NONE,
                                     .left_s = LEFT_NONE};
    hooks_use(hooks, HOOK_REVOKED,
              command("echo \"[$LEASETOP_LEASE$LEASETOP_LEFT$LEASETOP_EXPIRES$LEASETOP_PROFILE]\" "
                      "> $1/out"));
    assert_true(hooks_put(hooks, HOOK_REVOKED, &facts));
    step_until(hooks, idle, 0);
    char *out = scratch_line(scratch_file(&scratch, "out"));
    assert_string_equal(out, "[]");
    free(out);
    hooks_free(hooks);
}

static void test_without_a_command_nothing_runs(void **state)
{
    (void)state;
    struct hooks *hooks = hooks_new(inherited);
    const struct hook_facts facts = facts_of("a");
    assert_true(hooks_put(hooks, HOOK_CREATED, &facts));
    hooks_step(hooks, 0);
    assert_true(idle(hooks));
    hooks_free(hooks);
    hooks_free(NULL);
}

static void test_what_goes_wrong_is_said_once(void **state)
{
    (void)state;
    static const struct {
        const char *const argv[4];
        const char *sentence;
    } cases[] = {
        {{"sh", "-c", "exit 3", NULL}, "hook on_created ended with exit status 3"},
        {{"no-such-program", NULL},
         "hook on_created did not run: there is no program "
         "no-such-program"},
    };
    const struct hook_facts facts = facts_of("a");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hooks *hooks = hooks_new(inherited);
        struct error error = {0};
        hooks_use(hooks, HOOK_CREATED, cases[i].argv);
        assert_true(hooks_put(hooks, HOOK_CREATED, &facts));
        step_until(hooks, idle, 0);
        assert_true(hooks_problem(hooks, &error));
        assert_string_equal(error.sentence, cases[i].sentence);
        assert_false(hooks_problem(hooks, &error));
        hooks_free(hooks);
    }
}

static size_t lines_of(const char *name)
{
    size_t count = 0;
    char *text = scratch_read(scratch_file(&scratch, name), NULL);
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        count++;
    free(text);
    return count;
}

static bool four_run(struct hooks *hooks)
{
    (void)hooks;
    return lines_of("ran") >= HOOKS_AT_ONCE;
}

/* Four at once; the others when those have ended. */
static void test_not_too_many_at_once(void **state)
{
    (void)state;
    enum { MANY = 10 };
    struct hooks *hooks = hooks_new(inherited);
    const struct hook_facts facts = facts_of("a");
    hooks_use(hooks, HOOK_CREATED,
              command("echo x >> $1/ran; while [ ! -e $1/go ]; do sleep 0.01; done"));
    for (int i = 0; i < MANY; i++)
        assert_true(hooks_put(hooks, HOOK_CREATED, &facts));
    step_until(hooks, four_run, 0);
    for (int i = 0; i < 20; i++) {
        hooks_step(hooks, scratch_now_ms());
        scratch_pause();
    }
    assert_int_equal(lines_of("ran"), HOOKS_AT_ONCE);
    fclose(fopen(scratch_file(&scratch, "go"), "w"));
    step_until(hooks, idle, 0);
    assert_int_equal(lines_of("ran"), MANY);
    hooks_free(hooks);
}

static void test_a_ceiling_on_what_waits(void **state)
{
    (void)state;
    struct hooks *hooks = hooks_new(inherited);
    struct error error = {0};
    const struct hook_facts facts = facts_of("a");
    hooks_use(hooks, HOOK_CREATED, command("true"));
    for (int i = 0; i < HOOKS_WAITING; i++)
        assert_true(hooks_put(hooks, HOOK_CREATED, &facts));
    assert_false(hooks_put(hooks, HOOK_CREATED, &facts));
    assert_true(hooks_problem(hooks, &error));
    assert_string_equal(error.sentence, "hook on_created did not run: too many are waiting");
    hooks_free(hooks);
}

/* With all that it started; the time that has passed is made up. */
static void test_the_time_is_limited(void **state)
{
    (void)state;
    struct hooks *hooks = hooks_new(inherited);
    struct error error = {0};
    const struct hook_facts facts = facts_of("a");
    hooks_use(hooks, HOOK_CREATED,
              command("trap '' TERM; sleep 1000 & echo $! > $1/inner; echo $$ > $1/outer; wait; "
                      "wait"));
    assert_true(hooks_put(hooks, HOOK_CREATED, &facts));
    int64_t now_ms = scratch_now_ms();
    hooks_step(hooks, now_ms);
    assert_int_equal(hooks_deadline_ms(hooks, now_ms), now_ms + HOOKS_LIMIT_MS);
    char *outer = scratch_line(scratch_file(&scratch, "outer"));
    char *inner = scratch_line(scratch_file(&scratch, "inner"));
    hooks_step(hooks, now_ms + HOOKS_LIMIT_MS - 1);
    assert_true(scratch_process_lives((pid_t)atoi(outer)));
    step_until(hooks, idle, HOOKS_LIMIT_MS);
    scratch_wait_gone((pid_t)atoi(outer));
    scratch_wait_gone((pid_t)atoi(inner));
    assert_true(hooks_problem(hooks, &error));
    assert_string_equal(error.sentence, "hook on_created was ended after 10 s");
    free(outer);
    free(inner);
    hooks_free(hooks);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_it_is_told),
        TEST(test_what_is_not_known),
        TEST(test_without_a_command_nothing_runs),
        TEST(test_what_goes_wrong_is_said_once),
        TEST(test_not_too_many_at_once),
        TEST(test_a_ceiling_on_what_waits),
        TEST(test_the_time_is_limited),
    };
    return cmocka_run_group_tests_name("hooks", tests, NULL, NULL);
}
