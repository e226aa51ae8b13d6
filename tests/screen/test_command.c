/* The command line: what is wrong with it is said in one sentence, before anything else happens. */
#include "tests/screen/run.h"

#include <sys/stat.h>

/* ---- Refused */

static const struct {
    const char *words[4];
    const char *says;
} wrong[] = {
    {{"--nope"}, "--nope"},
    {{"-x"}, "-x"},
    {{"--intervall", "5"}, "--interval"},
    {{"--interval"}, "needs a value"},
    {{"--interval", "0"}, "from 1 to 3600"},
    {{"--interval", "3601"}, "from 1 to 3600"},
    {{"--interval", "1.5"}, "from 1 to 3600"},
    {{"--interval", "soon"}, "from 1 to 3600"},
    {{"--json=yes"}, "takes no value"},
    {{"--api-url", ""}, "--api-url"},
    {{"--api-url", "api.bctrl.ai"}, "url"},
    {{"--api-url", "ftp://api.bctrl.ai"}, "https://"},
    {{"--api-url", "http://api.bctrl.ai"}, "plain http"},
    {{"--api-url", "http://127.0.0.1.example.com"}, "plain http"},
    {{"--api-url", "https://user:pass@api.bctrl.ai"}, "user"},
    {{"--api-url", "https://api.bctrl.ai/?a=b"}, "query"},
    {{"--api-url", "https://api.bctrl.ai/#x"}, "fragment"},
    {{"--theme", "sunshine"}, "sunshine"},
    {{"--theme", "/nowhere/x.theme"}, "/nowhere/x.theme"},
    {{"--ca-file", "/nowhere/ca.pem"}, "/nowhere/ca.pem"},
    {{"--client-cert", "/nowhere/c.pem"}, "/nowhere/c.pem"},
    {{"--client-key", "/nowhere/key.pem"}, "--client-cert"},
    {{"--timeout", "0"}, "from 1 to 3600"},
    {{"--api-key-file", "/nowhere/key"}, "/nowhere/key"},
    {{"--api-key-file", "/"}, "not a file"},
    {{"--ca-file", "/nowhere/ca"}, "the CA file /nowhere/ca cannot be read: No such file"},
    {{"--ca-file", "/"}, "the CA file / is not a file"},
    {{"--ca-file", "/etc/passwd"}, "the CA file /etc/passwd holds no certificate"},
    {{"--client-cert", "/etc/passwd"}, "the client certificate /etc/passwd holds no certificate"},
    {{"one", "two"}, "two"},
    {{"/runtime"}, "SPACE"},
    {{"space/"}, "SPACE"},
    {{"--demo", "--api-url", "https://api.bctrl.ai"}, "--api-url"},
    {{"--demo", "--api-key-file", "/nowhere/key"}, "--api-key-file"},
};

/* On a terminal: the sentence, and not a byte that would steer the terminal. */
static void assert_refused_on_a_terminal(const char *const *words, int status, const char *says)
{
    const char *argv[8] = {"leasetop"};
    size_t size;
    for (size_t i = 0; words[i] != NULL && i < 4; i++)
        argv[1 + i] = words[i];
    struct screen *screen = screen_start(24, 300, argv, WORDS("BCTRL_API_KEY=" DESK_KEY));
    screen_deadline(screen, DESK_PATIENCE_MS);
    int ended = screen_wait_exit(screen);
    const char *raw = screen_raw(screen, &size);
    if (ended != status || strstr(raw, says) == NULL || strchr(raw, '\033') != NULL ||
        strncmp(raw, "leasetop: ", 10) != 0)
        fail_msg("%s: ended with %d and said \"%s\"", words[0], ended, raw);
    screen_free(screen);
}

static void test_refused_on_a_terminal(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_refused_on_a_terminal(wrong[i].words, 2, wrong[i].says);
}

static void test_refused_without_a_terminal(void **state)
{
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct run run;
        run_leasetop(&run, *state, wrong[i].words, WORDS("BCTRL_API_KEY=" DESK_KEY));
        if (run.status != 2 || strstr(run.err, wrong[i].says) == NULL || *run.out != '\0')
            fail_msg("%s: ended with %d and said \"%s\"", wrong[i].words[0], run.status, run.err);
        assert_sentence(run.err);
        run_clear(&run);
    }
}

/* Also where JSON is wanted: its reader gets nothing that looks like an answer. */
static void test_no_json_for_a_wrong_command_line(void **state)
{
    struct run run;
    run_leasetop(&run, *state, WORDS("--json", "--theme", "sunshine"),
                 WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_int_equal(run.status, 2);
    assert_string_equal(run.out, "");
    run_clear(&run);
}

static void test_url_from_the_environment(void **state)
{
    struct run run;
    run_leasetop(&run, *state, NULL,
                 WORDS("BCTRL_API_KEY=" DESK_KEY, "BCTRL_API_URL=http://api.bctrl.ai"));
    assert_int_equal(run.status, 2);
    assert_sentence(run.err);
    run_clear(&run);
}

/* A theme file says where it is wrong. */
static void test_theme_with_an_error_in_it(void **state)
{
    struct run run;
    const char *file =
        desk_file(*state, "bad.theme", 0644, "text = \"default\";\ntext2 = \"x\";\n");
    run_leasetop(&run, *state, WORDS("--theme", file), WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_int_equal(run.status, 2);
    assert_sentence(run.err);
    assert_non_null(strstr(run.err, "bad.theme"));
    assert_non_null(strstr(run.err, "2"));
    run_clear(&run);
}

/* ---- Keys */

static void test_no_key(void **state)
{
    struct run run;
    run_leasetop(&run, *state, NULL, NULL);
    assert_int_equal(run.status, 4);
    assert_sentence(run.err);
    assert_non_null(strstr(run.err, "BCTRL_API_KEY"));
    run_clear(&run);
    run_leasetop(&run, *state, NULL, WORDS("BCTRL_API_KEY="));
    assert_int_equal(run.status, 4);
    run_clear(&run);
    const char *argv[] = {"leasetop", NULL};
    struct screen *screen = screen_start(24, 80, argv, NULL);
    screen_deadline(screen, DESK_PATIENCE_MS);
    assert_int_equal(screen_wait_exit(screen), 4);
    assert_null(strchr(screen_raw(screen, NULL), '\033'));
    screen_free(screen);
}

static void assert_bad_file(struct desk *desk, int mode, const char *text, int status,
                            const char *says)
{
    struct run run;
    const char *file = desk_file(desk, "key", mode, text);
    run_leasetop(&run, desk, WORDS("--api-url", server_url(desk->server), "--api-key-file", file),
                 WORDS("BCTRL_API_KEY=" DESK_KEY));
    if (run.status != status || strstr(run.err, says) == NULL)
        fail_msg("ended with %d and said \"%s\"", run.status, run.err);
    assert_sentence(run.err);
    assert_null(strstr(run.err, "bctrl_"));
    assert_int_equal(server_count(desk->server, "*", "**"), 0);
    run_clear(&run);
}

static void test_bad_key_files(void **state)
{
    char *large = support_need(calloc(1, 9000));
    memset(large, 'k', 8999);
    assert_bad_file(*state, 0644, "bctrl_secret\n", 2, "chmod 600");
    assert_bad_file(*state, 0620, "bctrl_secret\n", 2, "chmod 600");
    assert_bad_file(*state, 0600, "\n", 4, "no key");
    assert_bad_file(*state, 0600, "bctrl_a\nbctrl_b\n", 2, "blanks or control characters");
    assert_bad_file(*state, 0600, large, 2, "too large");
    free(large);
}

/* A line end after it is no part of it, and the file comes before the environment. */
static void test_key_from_a_file(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_serve(desk);
    const char *file = desk_file(desk, "key", 0600, "bctrl_from_the_file \r\n");
    run_leasetop(&run, desk, WORDS("--api-url", server_url(desk->server), "--api-key-file", file),
                 WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_int_equal(run.status, 0);
    assert_string_equal(
        request_header(server_last(desk->server, "GET", "/v1/spaces"), "Authorization"),
        "Bearer bctrl_from_the_file");
    assert_false(server_was_told(desk->server, DESK_KEY));
    run_clear(&run);
}

/* With /v1 and slashes or without, it is the same address. */
static void test_ways_to_write_the_address(void **state)
{
    static const char *const ends[] = {"", "/", "/v1", "/v1/", "/v1//"};
    struct desk *desk = *state;
    desk_serve(desk);
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct run run;
        char *url = contract_format("%s%s", server_url(desk->server), ends[i]);
        run_leasetop(&run, desk, WORDS("--api-url", url), WORDS("BCTRL_API_KEY=" DESK_KEY));
        assert_int_equal(run.status, 0);
        run_clear(&run);
        free(url);
    }
    assert_int_equal(server_count(desk->server, "GET", "/v1/spaces"), COUNT(ends));
    assert_int_equal(server_unexpected(desk->server), 0);
}

/* ---- Asked about itself */

static void test_help_and_version(void **state)
{
    static const char *const options[] = {"--api-url URL",
                                          "--api-key-file FILE",
                                          "--ca-file FILE",
                                          "--client-cert FILE",
                                          "--client-key FILE",
                                          "--timeout SECONDS",
                                          "--interval",
                                          "--theme THEME",
                                          "--read-only",
                                          "--ascii",
                                          "--demo",
                                          "--once",
                                          "--json",
                                          "--version",
                                          "--help",
                                          "SPACE[/RUNTIME]"};
    struct run run;
    run_leasetop(&run, *state, WORDS("--help"), NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    for (size_t i = 0; i < COUNT(options); i++)
        if (strstr(run.out, options[i]) == NULL)
            fail_msg("--help does not tell of %s", options[i]);
    run_clear(&run);
    run_leasetop(&run, *state, WORDS("--version"), NULL);
    assert_int_equal(run.status, 0);
    assert_int_equal(strncmp(run.out, "leasetop ", 9), 0);
    run_clear(&run);
}

/* ---- The terminal */

static void test_terminals_that_will_not_do(void **state)
{
    static const char *const types[] = {"TERM=dumb", "TERM=no-such-terminal", "TERM=", "TERM"};
    struct desk *desk = *state;
    desk_serve(desk);
    for (size_t i = 0; i < COUNT(types); i++) {
        struct screen *screen = desk_open(desk, 24, 300, NULL, WORDS(types[i]));
        int status = screen_wait_exit(screen);
        const char *raw = screen_raw(screen, NULL);
        if (status != 2 || strstr(raw, "--once") == NULL || strchr(raw, '\033') != NULL)
            fail_msg("%s: ended with %d and said \"%s\"", types[i], status, raw);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_refused_on_a_terminal),
        AT_DESK(test_refused_without_a_terminal),
        AT_DESK(test_no_json_for_a_wrong_command_line),
        AT_DESK(test_url_from_the_environment),
        AT_DESK(test_theme_with_an_error_in_it),
        AT_DESK(test_no_key),
        AT_DESK(test_bad_key_files),
        AT_DESK(test_key_from_a_file),
        AT_DESK(test_ways_to_write_the_address),
        AT_DESK(test_help_and_version),
        AT_DESK(test_terminals_that_will_not_do),
    };
    return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
