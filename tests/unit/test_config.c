/* The configuration by example: every file of tests/data/config/valid means what the text beside it
 * says (.expect: what the file sets, in the order of the list), every file of invalid is refused
 * with all the sentences beside it (.error). Then what holds for a run, and the printed default. */
#include "core/config.h"

#include "api/generation.h"
#include "core/clipboard_route.h"
#include "core/rows.h"

#include "tests/unit/scratch.h"
#include "tests/unit/unit.h"

#include <dirent.h>
#include <unistd.h>

enum { TEXT_BYTES_MAX = 16384 };

/* ---- as text */

struct shown {
    char text[TEXT_BYTES_MAX];
    size_t length;
};

static void show(struct shown *shown, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void show(struct shown *shown, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    shown->length += (size_t)vsnprintf(shown->text + shown->length,
                                       sizeof shown->text - shown->length, format, arguments);
    va_end(arguments);
    assert_true(shown->length < sizeof shown->text);
}

static void show_list(struct shown *shown, const char *const *list)
{
    for (; list != NULL && *list != NULL; list++)
        show(shown, " %s", *list);
}

static void show_value(struct shown *shown, const struct setting_info *info, const void *field)
{
    char word[32];
    switch (info->kind) {
    case SETTING_WORDS:
    case SETTING_COMMAND:
        show_list(shown, *(const char *const *const *)field);
        break;
    case SETTING_SWITCH:
        show(shown, " %s", *(const bool *)field ? "true" : "false");
        break;
    case SETTING_SECONDS:
    case SETTING_NUMBER:
        show(shown, " %d", *(const int *)field);
        break;
    case SETTING_WORD:
        setting_word(info->words, (size_t) * (const int *)field, word, sizeof word);
        show(shown, " %s", word);
        break;
    default:
        show(shown, " %s", *(const char *const *)field);
    }
    show(shown, "\n");
}

/* Of those that the file sets; a key that a profile has replaced is none. */
static void show_settings(struct shown *shown, const struct settings *settings)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        const void *field = (const char *)settings + info->offset;
        bool text = info->size == sizeof(void *);
        if (settings->lines[i] == 0 || (text && *(const void *const *)field == NULL))
            continue;
        show(shown, "%s", info->path);
        show_value(shown, info, field);
    }
}

static void show_config(struct shown *shown, const struct config *config)
{
    static const char *const views[] = {"leases", "runtimes"};
    unsigned line;
    const char *profile;
    show_settings(shown, config_settings(config, NULL));
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
        if (config_keys(config, (enum action)i, &line) != NULL)
            show(shown, "keys.%s %s\n", action_info((enum action)i)->name,
                 config_keys(config, (enum action)i, &line));
    for (size_t i = 0; i < COUNT(views); i++) {
        if (config_columns(config, views[i]) == NULL)
            continue;
        show(shown, "columns.%s", views[i]);
        show_list(shown, config_columns(config, views[i]));
        show(shown, "\n");
    }
    for (size_t i = 0; (profile = config_profile(config, i)) != NULL; i++) {
        const struct settings *own = config_settings(config, profile);
        struct settings copy = *own;
        copy.lines[SETTING_OF_profile] = 0;
        show(shown, "[%s]\n", profile);
        show_settings(shown, &copy);
    }
}

static void show_problems(struct shown *shown, const struct problems *problems)
{
    char text[512];
    for (size_t i = 0; problems_text(problems, "conf", i, text, sizeof text); i++)
        show(shown, "%s\n", text);
}

/* ---- examples */

static char *contents(const char *path, size_t *length)
{
    char *text = scratch_read(path, length);
    assert_true(*length > 0 || access(path, R_OK) == 0);
    return text;
}

static void compare(const char *path, const char *ending, const char *text)
{
    char other[1024];
    size_t length;
    snprintf(other, sizeof other, "%.*s%s", (int)(strlen(path) - strlen(".conf")), path, ending);
    char *expected = contents(other, &length);
    if (strcmp(text, expected) != 0)
        fail_msg("it says\n%s", text);
    free(expected);
}

static void test_valid(void **state)
{
    size_t length;
    char *text = contents(*state, &length);
    struct problems problems = {0};
    struct shown shown = {0};
    struct config *config = config_parse("/conf/leasetop.conf", text, length, &problems);
    free(text); /* nothing of it is borrowed */
    show_problems(&shown, &problems);
    show_config(&shown, config);
    compare(*state, ".expect", shown.text);
    config_unref(config);
}

static void test_invalid(void **state)
{
    size_t length;
    char *text = contents(*state, &length);
    struct problems problems = {0};
    struct shown shown = {0};
    struct config *config = config_parse("/conf/leasetop.conf", text, length, &problems);
    show_problems(&shown, &problems);
    assert_true(problems.count > 0);
    compare(*state, ".error", shown.text);
    config_unref(config);
    free(text);
}

/* ---- what holds for a run */

static const char FILE_TEXT[] = "url = \"https://general.example.com\";\n"
                                "key_file = \"/general.key\";\n"
                                "interval = 7;\n"
                                "theme = \"mono\";\n"
                                "profile = \"a\";\n"
                                "profiles: {\n"
                                "  a: { url = \"https://a.example.com\"; key_env = \"A_KEY\";\n"
                                "       space = \"ops\"; runtime = \"checkout\"; };\n"
                                "  b: { read_only = true; };\n"
                                "};\n";

/* Of the file above, which is there as long as the test. */
static struct config *usual_file;

static int set_up(void **state)
{
    struct problems problems = {0};
    (void)state;
    usual_file = config_parse("conf", FILE_TEXT, strlen(FILE_TEXT), &problems);
    return (int)problems.count;
}

static int tear_down(void **state)
{
    (void)state;
    config_unref(usual_file);
    return 0;
}

static struct settings settled(const char *profile, const struct options *options)
{
    struct settings settings;
    struct error error = {0};
    if (!config_settle(&settings, usual_file, profile, options, &error))
        fail_msg("%s", error.sentence);
    return settings;
}

static void test_profile_over_general(void **state)
{
    (void)state;
    struct options options = {.keyring = true};
    struct settings settings = settled(NULL, &options);
    assert_string_equal(settings.profile, "a");
    assert_string_equal(settings.url, "https://a.example.com");
    assert_string_equal(settings.key_env, "A_KEY");
    assert_null(settings.key_file);
    assert_int_equal(settings.interval_s, 7);
    options.profile = "b";
    settings = settled(NULL, &options);
    assert_string_equal(settings.url, "https://general.example.com");
    assert_string_equal(settings.key_file, "/general.key");
    assert_true(settings.read_only);
    settings = settled("a", &options); /* chosen while it runs */
    assert_string_equal(settings.profile, "a");
    assert_false(settings.read_only);
    settings = settled("", &options);
    assert_null(settings.profile);
    assert_string_equal(settings.url, "https://general.example.com");
}

static void test_command_line_over_all(void **state)
{
    (void)state;
    struct options options = {.api_url = "https://line.example.com",
                              .api_key_file = "/line.key",
                              .interval_s = 9,
                              .timeout_s = 3,
                              .theme = "light",
                              .space = "lab",
                              .ascii = true,
                              .read_only = true};
    struct settings settings = settled(NULL, &options);
    assert_string_equal(settings.url, "https://line.example.com");
    assert_string_equal(settings.key_file, "/line.key");
    assert_null(settings.key_env);
    assert_int_equal(settings.interval_s, 9);
    assert_int_equal(settings.timeout_s, 3);
    assert_string_equal(settings.theme, "light");
    assert_string_equal(settings.space, "lab");
    assert_null(settings.runtime); /* it was one of another space */
    assert_true(settings.ascii && settings.read_only);
    assert_false(settings.keyring);
}

static void test_environment_below_all(void **state)
{
    (void)state;
    struct options options = {.keyring = true};
    struct problems problems = {0};
    struct settings settings;
    struct config *config = config_parse("conf", "", 0, &problems);
    setenv("BCTRL_API_URL", "http://localhost:1", 1);
    assert_true(config_settle(&settings, config, NULL, &options, NULL));
    assert_string_equal(settings.url, "http://localhost:1");
    assert_string_equal(settled(NULL, &options).url, "https://a.example.com");
    setenv("BCTRL_API_URL", "", 1);
    assert_true(config_settle(&settings, config, NULL, &options, NULL));
    assert_string_equal(settings.url, "https://api.bctrl.ai");
    unsetenv("BCTRL_API_URL");
    assert_int_equal(settings.interval_s, 5);
    assert_int_equal(settings.timeout_s, 15);
    assert_string_equal(settings.theme, "default");
    assert_true(settings.keyring);
    config_unref(config);
}

/* The demo's server is its own; how the screen looks is not. */
static void test_demo(void **state)
{
    (void)state;
    struct options options = {.demo = true};
    struct settings settings = settled(NULL, &options);
    assert_null(settings.profile);
    assert_null(settings.key_file);
    assert_null(settings.space);
    assert_string_equal(settings.theme, "mono");
}

static void test_no_such_profile(void **state)
{
    (void)state;
    struct problems problems = {0};
    struct options options = {.profile = "prdo"};
    struct settings settings;
    struct error error;
    static const char text[] = "profiles: { prod: { }; };";
    struct config *config = config_parse("conf", text, strlen(text), &problems);
    assert_false(config_settle(&settings, config, NULL, &options, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_string_equal(error.sentence, "there is no profile prdo; did you mean prod?");
    options.profile = "quux";
    assert_false(config_settle(&settings, config, NULL, &options, &error));
    assert_string_equal(error.sentence, "there is no profile quux in conf");
    options = (struct options){.client_key = "/k"};
    assert_false(config_settle(&settings, config, NULL, &options, &error));
    assert_string_equal(error.sentence, "--client-key belongs to a --client-cert");
    config_unref(config);
}

/* ---- edits */

static void test_what_counts_at_once(void **state)
{
    (void)state;
    struct settings running, edited;
    settings_usual(&running);
    settings_usual(&edited);
    assert_null(settings_stale(&running, &edited));
    edited.grace_s = 9;
    edited.theme = "mono";
    assert_null(settings_stale(&running, &edited));
    edited.interval_s = 6;
    assert_string_equal(settings_stale(&running, &edited), "interval");
    settings_take_live(&running, &edited);
    assert_int_equal(running.grace_s, 9);
    assert_string_equal(running.theme, "mono");
    assert_int_equal(running.interval_s, 5);
}

/* An edit is whatever is not what was read. No file reads as an empty one. */
static void test_what_was_read(void **state)
{
    (void)state;
    struct problems problems = {0};
    struct config *config = config_parse("conf", "grace = 9;", 10, &problems);
    assert_true(config_reads(config, "grace = 9;", 10));
    assert_false(config_reads(config, "grace = 8;", 10));
    assert_false(config_reads(config, "grace = 9;\n", 11));
    assert_false(config_reads(config, NULL, 0));
    config_unref(config);
    config = config_load(NULL, false, &problems);
    assert_true(config_reads(config, NULL, 0));
    assert_false(config_reads(config, "grace = 9;", 10));
    config_unref(config);
    assert_int_equal(problems.count, 0);
}

/* ---- the printed default */

static char *printed(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    settings_print(to);
    fclose(to);
    return text;
}

/* It is a file like any other, and means what holds without one. */
static void test_printed_default(void **state)
{
    (void)state;
    struct problems problems = {0};
    struct settings usual;
    char *text = printed();
    struct config *config = config_parse("conf", text, strlen(text), &problems);
    struct shown shown = {0};
    show_problems(&shown, &problems);
    assert_string_equal(shown.text, "");
    settings_usual(&usual);
    const struct settings *general = config_settings(config, NULL);
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (!setting_same(general, &usual, (enum setting)i))
            fail_msg("%s is not as usual", setting_info((enum setting)i)->path);
        assert_int_equal(general->lines[i] > 0, *setting_info((enum setting)i)->usual != '\0');
    }
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        unsigned line;
        const char *keys = action_info((enum action)i)->keys;
        assert_string_equal(config_keys(config, (enum action)i, &line),
                            *keys != '\0' ? keys : "none");
    }
    config_unref(config);
    free(text);
}

/* With the comments taken from before the examples it is one too; of three places for the key two
 * are too many. */
static void test_printed_examples(void **state)
{
    (void)state;
    struct problems problems = {0};
    char *text = printed();
    for (char *at = text; at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n';
        char *sign = at + strspn(at, " ");
        bool example = *sign == '#' && (sign[1] != ' ' || sign[2] == ' ');
        if (example)
            *sign = ' ';
    }
    struct config *config = config_parse("conf", text, strlen(text), &problems);
    struct shown shown = {0};
    show_problems(&shown, &problems);
    assert_int_equal(problems.count, 2);
    assert_non_null(strstr(shown.text, "key_env and key_file: the key comes from one place"));
    assert_non_null(strstr(shown.text, "key_file and key_command: the key comes from one place"));
    assert_string_equal(config_profile(config, 0), "prod");
    assert_non_null(config_columns(config, "leases"));
    config_unref(config);
    free(text);
}

/* ---- lists that must agree with others */

static void test_lists_agree(void **state)
{
    (void)state;
    char word[32];
    const struct generation *generation = generation_connections();
    struct settings usual;
    settings_usual(&usual);
    const char *routes = setting_info(SETTING_OF_clipboard_route)->words;
    size_t count = 0;
    assert_true(setting_word(routes, count++, word, sizeof word));
    assert_true(clipboard_route_automatic(word));
    for (; setting_word(routes, count, word, sizeof word); count++)
        assert_string_equal(word, clipboard_routes[count - 1].name);
    assert_int_equal(count, CLIPBOARD_ROUTES); /* with auto; the last is one of them once more */
    assert_true(setting_word(routes, CLIPBOARD_COMMAND, word, sizeof word));
    assert_string_equal(word, "command");
    const struct setting_info *ttl = setting_info(SETTING_OF_ttl_s);
    assert_int_equal(ttl->least, generation->ttl_min_s);
    assert_int_equal(ttl->most, generation->ttl_max_s);
    assert_int_equal(usual.ttl_s, generation->ttl_default_s);
    assert_string_equal(usual.protocols[0], generation->protocols[0]);
}

/* ---- ceilings */

static void test_too_big(void **state)
{
    (void)state;
    struct problems problems = {0};
    char *text = calloc(1, CONFIG_BYTES + 2);
    assert_non_null(text);
    memset(text, '\n', CONFIG_BYTES + 1);
    config_unref(config_parse("conf", text, CONFIG_BYTES + 1, &problems));
    assert_int_equal(problems.count, 1);
    assert_string_equal(problems.items[0].sentence, "it is too big");
    problems.count = 0;
    text[CONFIG_BYTES] = '\0';
    config_unref(config_parse("conf", text, CONFIG_BYTES, &problems));
    assert_int_equal(problems.count, 0);
    free(text);
}

/* More than are held are counted, and the first lines are kept. */
static void test_many_problems(void **state)
{
    (void)state;
    struct problems problems = {0};
    for (unsigned line = 100; line > 0; line--)
        assert_false(problems_add(&problems, line, "no %u", line));
    assert_int_equal(problems.count, 100);
    for (unsigned i = 0; i < PROBLEMS_MAX; i++)
        assert_int_equal(problems.items[i].line, i + 1);
    char text[64];
    assert_true(problems_text(&problems, "f", 0, text, sizeof text));
    assert_string_equal(text, "f:1: no 1");
    assert_false(problems_text(&problems, "f", PROBLEMS_MAX, text, sizeof text));
    struct error error;
    assert_false(problems_error(&problems, "f", &error));
    assert_string_equal(error.sentence, "f:1: no 1 (and 99 more: see --check-config)");
}

/* ---- all of them */

static int is_example(const struct dirent *entry)
{
    const char *ending = strrchr(entry->d_name, '.');
    return ending != NULL && strcmp(ending, ".conf") == 0;
}

static size_t add_examples(struct CMUnitTest *tests, size_t count, size_t room, const char *kind,
                           void (*test)(void **))
{
    char folder[768];
    struct dirent **entries;
    snprintf(folder, sizeof folder, "%s/tests/data/config/%s", getenv("SRCDIR"), kind);
    int found = scandir(folder, &entries, is_example, alphasort);
    for (int i = 0; i < found; i++) {
        char *path = malloc(1024);
        snprintf(path, 1024, "%s/%.200s", folder, entries[i]->d_name);
        free(entries[i]);
        if (count < room)
            tests[count++] = (struct CMUnitTest){
                .name = strrchr(path, '/') + 1, .test_func = test, .initial_state = path};
    }
    if (found >= 0)
        free(entries);
    return count;
}

int main(void)
{
    enum { ROOM = 80 };
    struct CMUnitTest tests[ROOM] = {
        cmocka_unit_test(test_profile_over_general),
        cmocka_unit_test(test_command_line_over_all),
        cmocka_unit_test(test_environment_below_all),
        cmocka_unit_test(test_demo),
        cmocka_unit_test(test_no_such_profile),
        cmocka_unit_test(test_what_counts_at_once),
        cmocka_unit_test(test_what_was_read),
        cmocka_unit_test(test_printed_default),
        cmocka_unit_test(test_printed_examples),
        cmocka_unit_test(test_lists_agree),
        cmocka_unit_test(test_too_big),
        cmocka_unit_test(test_many_problems),
    };
    size_t own = 11, count = own;
    unsetenv("BCTRL_API_URL");
    setenv("HOME", "/home/me", 1);
    count = add_examples(tests, count, ROOM, "valid", test_valid);
    count = add_examples(tests, count, ROOM, "invalid", test_invalid);
    if (count < own + 15)
        return 1;
    int failed = _cmocka_run_group_tests("config", tests, count, set_up, tear_down);
    for (size_t i = own; i < count; i++)
        free(tests[i].initial_state);
    return failed;
}
