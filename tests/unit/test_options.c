/* The command line: every option, every mistake with its sentence, what is chosen to be watched,
 * and the help that is read off the same list. */
#include "core/options.h"

#include "tests/unit/unit.h"

enum { WORDS_MAX = 8 };

/* Reads a command line, given without the name of the program. */
static bool parse(struct options *options, const char *const *words, struct error *error)
{
    static char storage[WORDS_MAX + 1][2048];
    char *argv[WORDS_MAX + 2];
    int argc = 0;
    snprintf(storage[0], sizeof storage[0], "leasetop");
    argv[argc++] = storage[0];
    for (size_t i = 0; i < WORDS_MAX && words[i] != NULL; i++) {
        snprintf(storage[argc], sizeof storage[argc], "%s", words[i]);
        argv[argc] = storage[argc];
        argc++;
    }
    argv[argc] = NULL;
    return options_parse(options, argc, argv, error);
}

#define WORDS(...) ((const char *const[WORDS_MAX]){__VA_ARGS__})

static struct options parsed(const char *const *words)
{
    struct options options;
    struct error error = {0};
    if (!parse(&options, words, &error))
        fail_msg("%s ...: %s", words[0] != NULL ? words[0] : "nothing", error.sentence);
    return options;
}

static void test_defaults(void **state)
{
    (void)state;
    struct options options = parsed(WORDS(NULL));
    assert_null(options.api_url);
    assert_null(options.api_key_file);
    assert_null(options.config);
    assert_null(options.profile);
    assert_null(options.ca_file);
    assert_null(options.client_cert);
    assert_null(options.client_key);
    assert_int_equal(options.interval_s, 0);
    assert_int_equal(options.timeout_s, 0);
    assert_null(options.theme);
    assert_null(options.clipboard_command);
    assert_true(options.keyring);
    assert_false(options.read_only || options.ascii || options.demo || options.once ||
                 options.json || options.version || options.help);
    assert_string_equal(options.space, "");
    assert_string_equal(options.runtime, "");
}

static void test_every_option(void **state)
{
    (void)state;
    struct options options =
        parsed(WORDS("--api-url", "http://localhost:8787/v1", "--api-key-file=/k", "--ca-file",
                     "/ca", "--interval=30", "--theme", "./x.theme"));
    assert_string_equal(options.api_url, "http://localhost:8787/v1");
    assert_string_equal(options.api_key_file, "/k");
    assert_string_equal(options.ca_file, "/ca");
    assert_int_equal(options.interval_s, 30);
    assert_string_equal(options.theme, "./x.theme");
    options = parsed(WORDS("--clipboard-command", "pbcopy", "--read-only", "--ascii", "--once",
                           "--version", "--help"));
    assert_string_equal(options.clipboard_command, "pbcopy");
    assert_true(options.read_only && options.ascii && options.once && options.version &&
                options.help);
    assert_false(options.json || options.demo);
    assert_true(parsed(WORDS("--demo")).demo);
    options = parsed(WORDS("--client-cert", "/c", "--client-key", "/k", "--timeout", "2"));
    assert_string_equal(options.client_cert, "/c");
    assert_string_equal(options.client_key, "/k");
    assert_int_equal(options.timeout_s, 2);
    assert_false(parsed(WORDS("--keyring", "off")).keyring);
    assert_true(parsed(WORDS("--keyring=off", "--keyring=auto")).keyring);
}

static void test_json_implies_once(void **state)
{
    (void)state;
    struct options options = parsed(WORDS("--json"));
    assert_true(options.json && options.once);
}

/* The last one counts, a beginning that only one option has is enough, and a value may look like an
 * option. */
static void test_ways_to_write(void **state)
{
    (void)state;
    assert_int_equal(parsed(WORDS("--interval", "3", "--interval", "4")).interval_s, 4);
    assert_string_equal(parsed(WORDS("--theme", "--once")).theme, "--once");
    assert_string_equal(parsed(WORDS("--theme=a=b")).theme, "a=b");
    struct options options = parsed(WORDS("acme", "--once"));
    assert_true(options.once);
    assert_string_equal(options.space, "acme");
}

static void test_interval(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "0", "-1", "3601", "1.5", "5s", "x", "1e3", "0x10", "99999999999999999999", "5 "};
    assert_int_equal(parsed(WORDS("--interval", "1")).interval_s, 1);
    assert_int_equal(parsed(WORDS("--interval", "3600")).interval_s, 3600);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct options options;
        struct error error = {0};
        if (parse(&options, WORDS("--interval", wrong[i]), &error))
            fail_msg("an interval of %s", wrong[i]);
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_string_equal(error.sentence, "--interval must be whole seconds from 1 to 3600");
    }
}

/* ---- mistakes */

static const struct {
    const char *words[WORDS_MAX];
    const char *sentence;
} mistakes[] = {
    {{"--keyring", "on"}, "--keyring is auto or off"},
    {{"--keyring="}, "--keyring is auto or off"},
    /* no such option */
    {{"--intervall", "5"}, "there is no option --intervall; did you mean --interval?"},
    {{"--api_url=x"}, "there is no option --api_url; did you mean --api-url?"},
    {{"--readonly"}, "there is no option --readonly; did you mean --read-only?"},
    {{"--jsn"}, "there is no option --jsn; did you mean --json?"},
    {{"--api-key", "s3cret"}, "there is no option --api-key; did you mean --api-key-file?"},
    {{"--api-key=s3cret"}, "there is no option --api-key; did you mean --api-key-file?"},
    {{"--int", "7"}, "there is no option --int; did you mean --interval?"},
    {{"--jso"}, "there is no option --jso; did you mean --json?"},
    {{"list", "--api", "s3cret"}, "there is no option --api; did you mean --api-url?"},
    {{"--quux"}, "there is no option --quux: see --help"},
    {{"--quux=5"}, "there is no option --quux: see --help"},
    {{"acme", "--quux"}, "there is no option --quux: see --help"},
    {{"--once", "acme", "--quux", "--json"}, "there is no option --quux: see --help"},
    {{"-q"}, "there is no option -q: see --help"},
    {{"-h"}, "there is no option -h: see --help"},
    {{"-qrs"}, "there is no option -q: see --help"},
    {{"acme", "-qrs"}, "there is no option -q: see --help"},
    {{"--once", "acme", "-q", "--json"}, "there is no option -q: see --help"},
    /* two options begin so */
    {{"--api", "x"}, "there is no option --api; did you mean --api-url?"},
    {{"-\xc3\xa9"}, "there is no option -?: see --help"},
    /* a value too few */
    {{"--api-url"}, "--api-url needs a value: see --help"},
    {{"--interval"}, "--interval needs a value: see --help"},
    {{"--theme"}, "--theme needs a value: see --help"},
    {{"acme", "--ca-file"}, "--ca-file needs a value: see --help"},
    {{"--ca"}, "--ca-file needs a value: see --help"},
    {{"--api-url="}, "--api-url needs a value: see --help"},
    {{"--api-key-file", ""}, "--api-key-file needs a value: see --help"},
    {{"--theme="}, "--theme needs a value: see --help"},
    /* one that needs another */
    /* a value too many */
    {{"--once=yes"}, "--once takes no value"},
    {{"--demo=1", "--once"}, "--demo takes no value"},
    {{"--help=me"}, "--help takes no value"},
    {{"--onc=1"}, "--once takes no value"},
    {{"acme", "--ascii="}, "--ascii takes no value"},
    /* of another command, or of none */
    {{"--csv"}, "--csv belongs to list: see leasetop --help"},
    {{"list", "--once"}, "list takes no --once: see leasetop list --help"},
    {{"--print-config", "spaces"}, "spaces takes no --print-config: see leasetop spaces --help"},
    {{"list", "a", "b"}, "one SPACE or SPACE/RUNTIME at most: b is too much"},
    {{"list", "a", "--", "b"}, "one SPACE or SPACE/RUNTIME at most: b is too much"},
    {{"spaces", "acme"}, "spaces takes no acme: see --help"},
    {{"list", "--json", "--csv"}, "give one of --json, --jsonl and --csv"},
    {{"list", "--jsonl", "--columns", "left"},
     "--columns is for the table and --csv: JSON has all fields"},
    /* what to watch */
    {{"lst", "other"}, "there is no command lst; did you mean list?"},
    {{"revok", "--yes", "x"}, "there is no command revok; did you mean revoke?"},
    {{"help", "list"}, "there is no command help; did you mean --help?"},
    {{"--", "lst", "other"}, "one SPACE or SPACE/RUNTIME at most: other is too much"},
    {{"create", "a/b", "--", "ls"}, "a program needs --exec before --"},
    {{"acme", "other"}, "one SPACE or SPACE/RUNTIME at most: other is too much"},
    {{"acme", "--once", "other"}, "one SPACE or SPACE/RUNTIME at most: other is too much"},
    {{"http://localhost:8787"}, "an address is no SPACE: give it by --api-url"},
    {{"https://api.example/v1"}, "an address is no SPACE: give it by --api-url"},
    {{""}, "give SPACE or SPACE/RUNTIME, by id or name"},
    {{"/checkout"}, "give SPACE or SPACE/RUNTIME, by id or name"},
    {{"acme/"}, "give SPACE or SPACE/RUNTIME, by id or name"},
    {{"/"}, "give SPACE or SPACE/RUNTIME, by id or name"},
    /* the demo brings its own */
    {{"--demo", "--api-url", "http://localhost"},
     "--demo brings its own server and key: leave out --api-url"},
    {{"--api-key-file", "k", "--demo"},
     "--demo brings its own server and key: leave out --api-key-file"},
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        struct options options;
        struct error error = {0};
        if (parse(&options, mistakes[i].words, &error))
            fail_msg("mistake %zu was taken", i);
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_string_equal(error.sentence, mistakes[i].sentence);
        assert_false(parse(&options, mistakes[i].words, NULL));
    }
}

/* A mistake leaves nothing behind for the next reading. */
static void test_after_a_mistake(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        struct options options;
        assert_false(parse(&options, mistakes[i].words, NULL));
        options = parsed(WORDS("--once", "acme/qa"));
        assert_true(options.once);
        assert_false(options.json || options.demo);
        assert_string_equal(options.space, "acme");
        assert_string_equal(options.runtime, "qa");
    }
}

/* A wrong word may be as long as the system allows: the sentence stays one. */
static void test_long_mistake(void **state)
{
    (void)state;
    char word[2000];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    word[0] = word[1] = '-';
    struct options options;
    struct error error = {0};
    assert_false(parse(&options, WORDS(word), &error));
    assert_true(strlen(error.sentence) < 120);
}

/* ---- what is watched */

static void test_target(void **state)
{
    (void)state;
    static const struct {
        const char *word, *space, *runtime;
    } cases[] = {
        {"acme", "acme", ""},
        {"acme/checkout", "acme", "checkout"},
        {"acme/a/b", "acme", "a/b"}, /* only the first slash parts */
        {"acme//", "acme", "/"},
        {"a b/c d", "a b", "c d"},
        {"caf\xc3\xa9/\xe2\x82\xac", "caf\xc3\xa9", "\xe2\x82\xac"},
        {"help", "help", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct options options = parsed(WORDS(cases[i].word));
        assert_string_equal(options.space, cases[i].space);
        assert_string_equal(options.runtime, cases[i].runtime);
    }
}

static void test_escape(void **state)
{
    (void)state;
    struct options options = parsed(WORDS("--once", "--", "--help"));
    assert_true(options.once);
    assert_false(options.help);
    assert_string_equal(options.space, "--help");
    options = parsed(WORDS("--", "-x/-y"));
    assert_string_equal(options.space, "-x");
    assert_string_equal(options.runtime, "-y");
    assert_string_equal(parsed(WORDS("--")).space, "");
    assert_false(parse(&options, WORDS("--", "a", "b"), NULL));
}

static void test_long_target(void **state)
{
    (void)state;
    struct options options;
    struct error error = {0};
    char word[2048];
    memset(word, 'n', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_false(parse(&options, WORDS(word), &error));
    assert_string_equal(error.sentence, "the name of a space or runtime is too long");
    word[1] = '/';
    assert_false(parse(&options, WORDS(word), NULL));
    word[2 + sizeof options.runtime] = '\0';
    assert_false(parse(&options, WORDS(word), NULL));
    word[2 + sizeof options.runtime - 1] = '\0';
    options = parsed(WORDS(word));
    assert_int_equal(strlen(options.runtime), sizeof options.runtime - 1);
    word[1] = 'n';
    word[sizeof options.space] = '\0';
    assert_false(parse(&options, WORDS(word), NULL));
    word[sizeof options.space - 1] = '\0';
    assert_int_equal(strlen(parsed(WORDS(word)).space), sizeof options.space - 1);
}

/* ---- commands */

static void test_command(void **state)
{
    (void)state;
    assert_int_equal(parsed(WORDS(NULL)).command, COMMAND_DASHBOARD);
    assert_int_equal(parsed(WORDS("acme")).command, COMMAND_DASHBOARD);
    struct options options = parsed(WORDS("list"));
    assert_int_equal(options.command, COMMAND_LIST);
    assert_string_equal(options.space, "");
    options = parsed(WORDS("list", "acme/qa", "--sort", "-left", "--reverse"));
    assert_string_equal(options.space, "acme");
    assert_string_equal(options.runtime, "qa");
    assert_string_equal(options.sort, "-left");
    assert_true(options.reverse);
    /* A word of its own only where it stands first. */
    options = parsed(WORDS("list", "list"));
    assert_int_equal(options.command, COMMAND_LIST);
    assert_string_equal(options.space, "list");
    assert_int_equal(parsed(WORDS("list/x")).command, COMMAND_DASHBOARD);
    assert_int_equal(parsed(WORDS("LIST")).command, COMMAND_DASHBOARD);
}

/* Options of all, before the command or behind it. */
static void test_command_anywhere(void **state)
{
    (void)state;
    struct options options =
        parsed(WORDS("--api-url", "http://h", "--json", "list", "acme", "--timeout", "3"));
    assert_int_equal(options.command, COMMAND_LIST);
    assert_string_equal(options.api_url, "http://h");
    assert_string_equal(options.space, "acme");
    assert_int_equal(options.timeout_s, 3);
    assert_true(options.json);
    assert_false(options.once);
    assert_int_equal(parsed(WORDS("--theme", "list", "spaces")).command, COMMAND_SPACES);
}

static void test_command_escaped(void **state)
{
    (void)state;
    struct options options = parsed(WORDS("--", "list"));
    assert_int_equal(options.command, COMMAND_DASHBOARD);
    assert_string_equal(options.space, "list");
    options = parsed(WORDS("list", "--", "list/--json"));
    assert_int_equal(options.command, COMMAND_LIST);
    assert_string_equal(options.space, "list");
    assert_string_equal(options.runtime, "--json");
}

/* ---- help */

/* Lines that go on in the next one are one again. */
static void unwrap(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        size_t blanks = *from == '\n' ? strspn(from + 1, " ") : 0;
        *to++ = blanks > 20 ? ' ' : *from;
        from += blanks > 20 ? blanks : 0;
    }
    *to = '\0';
}

static char *help_of(enum command command)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    options_help(to, command);
    fclose(to);
    return text;
}

static char *help(void)
{
    return help_of(COMMAND_DASHBOARD);
}

/* A line of its own, and a page that has the options it takes. */
static void test_help_of_commands(void **state)
{
    (void)state;
    char *all = help();
    for (int i = COMMAND_DASHBOARD + 1; i < COMMAND_COUNT; i++) {
        const struct command_info *info = command_info((enum command)i);
        char *page = help_of((enum command)i), words[64];
        struct option_info option;
        snprintf(words, sizeof words, "\n  %s ", info->name);
        if (strstr(all, words) == NULL)
            fail_msg("%s is not in the help", info->name);
        assert_memory_equal(page, "Usage: leasetop ", 16);
        assert_memory_equal(page + 16, info->name, strlen(info->name));
        for (size_t j = 0; options_info(j, &option); j++) {
            bool own = (option.takers & 1u << i) != 0 && option.takers != OPTION_ALL;
            snprintf(words, sizeof words, "\n  --%s ", option.name);
            if ((strstr(page, words) != NULL) != own)
                fail_msg("%s: --%s", info->name, option.name);
        }
        free(page);
    }
    free(all);
    assert_true(parsed(WORDS("list", "--help", "too", "many")).help);
}

static void test_help_lists_every_option(void **state)
{
    (void)state;
    struct option_info info;
    char *text = help();
    unwrap(text);
    size_t count = 0;
    for (; options_info(count, &info); count++) {
        char left[64], line[256];
        snprintf(left, sizeof left, "  --%s%s%s", info.name, *info.argument != '\0' ? " " : "",
                 info.argument);
        snprintf(line, sizeof line, "\n%-29s %s\n", left, info.help);
        if (strstr(text, line) == NULL)
            fail_msg("--%s is not in the help", info.name);
        assert_int_equal(*info.argument == '\0', info.kind == OPTION_FLAG);
    }
    assert_true(count >= 27);
    assert_false(options_info(count, &info));
    free(text);
}

static void test_help_lists_every_end(void **state)
{
    (void)state;
    char *text = help();
    char line[200];
#define EXPECT_EXIT(name, code, words)                                                             \
    snprintf(line, sizeof line, "\n  %-3d  %s\n", code, words);                                    \
    assert_non_null(strstr(text, line));
    EXITS(EXPECT_EXIT)
#undef EXPECT_EXIT
    free(text);
}

/* Scripts ask for these numbers. */
static void test_ends(void **state)
{
    (void)state;
    assert_int_equal(EXIT_OK, 0);
    assert_int_equal(EXIT_NOTHING, 1);
    assert_int_equal(EXIT_USAGE, 2);
    assert_int_equal(EXIT_UNAUTHORISED, 4);
    assert_int_equal(EXIT_SOME, 5);
    assert_int_equal(EXIT_UNSTARTED, 126);
    assert_int_equal(EXIT_NO_PROGRAM, 127);
}

/* The numbers that a sentence of the help names are those that hold. */
static void test_help_says_what_holds(void **state)
{
    (void)state;
    char *text = help();
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
    unwrap(text);
    assert_non_null(strstr(text, "(1 to 3600; 5)"));
    assert_non_null(strstr(text, "BCTRL_API_URL, else https://api.bctrl.ai"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_every_option),
        cmocka_unit_test(test_json_implies_once),
        cmocka_unit_test(test_ways_to_write),
        cmocka_unit_test(test_interval),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_after_a_mistake),
        cmocka_unit_test(test_long_mistake),
        cmocka_unit_test(test_target),
        cmocka_unit_test(test_escape),
        cmocka_unit_test(test_long_target),
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_command_anywhere),
        cmocka_unit_test(test_command_escaped),
        cmocka_unit_test(test_help_of_commands),
        cmocka_unit_test(test_help_lists_every_option),
        cmocka_unit_test(test_help_lists_every_end),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_help_says_what_holds),
    };
    unsetenv("POSIXLY_CORRECT"); /* options may stand behind the words */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
