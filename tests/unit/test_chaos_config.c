/* Memory runs out while a configuration is read, keys are bound, and files are written or watched:
 * what is called says so, leaks nothing, and where it says that it went well, it did. */
#include "core/config.h"
#include "core/file.h"
#include "core/key_command.h"
#include "core/watch.h"
#include "tui/keymap.h"

#include "tests/unit/chaos.h"
#include "tests/unit/scratch.h"

#include <unistd.h>

static struct scratch scratch;

static const char TEXT[] =
    "key_file = \"key\"; hooks: { on_created = [\"a\", \"b\"]; }; protocols = [\"cdp\", \"vnc\"];\n"
    "keys: { revoke = [\"D\", \"F9\"]; };\n"
    "columns: { leases = [\"lease\", \"left\"]; };\n"
    "profiles: { a: { key_command = \"b\"; }; c: { url = \"https://c.example.com\"; }; };\n";

static int set_up(void **state)
{
    (void)state;
    scratch_make(&scratch);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

static bool told(bool done, const struct problems *problems)
{
    assert_int_equal(problems->count == 0, done);
    for (size_t i = 0; i < problems->count && i < PROBLEMS_MAX; i++)
        assert_string_equal(problems->items[i].sentence, "out of memory");
    return done;
}

static bool read_config(void)
{
    struct problems problems = {0};
    struct config *config = config_parse("/conf/x", TEXT, strlen(TEXT), &problems);
    bool done = config != NULL && problems.count == 0;
    if (done)
        assert_string_equal(config_settings(config, "a")->key_command[2], "b");
    config_unref(config);
    return told(done, &problems);
}

static bool bind_keys(void)
{
    struct problems problems = {0};
    chaos.armed = false;
    struct config *config = config_parse("/conf/x", TEXT, strlen(TEXT), &problems);
    chaos.armed = true;
    struct keymap *keymap = keymap_of(config, &problems);
    bool done = keymap != NULL;
    keymap_free(keymap);
    config_unref(config);
    return told(done, &problems);
}

static void test_config(void **state)
{
    (void)state;
    survive(read_config, 8);
    survive(bind_keys, 1);
}

static bool said(bool done, const struct error *error)
{
    assert_int_equal(error->kind, done ? ERROR_NONE : ERROR_MEMORY);
    return done;
}

static bool write_and_read(void)
{
    struct error error = {0};
    size_t length = 0;
    const char *path = scratch_file(&scratch, "file");
    (void)unlink(path);
    bool done = file_append(path, "line", &error);
    char *bytes = done ? file_read(path, 100, &length, &error) : NULL;
    done = bytes != NULL;
    if (done)
        assert_string_equal(bytes, "line\n");
    free(bytes);
    return said(done, &error);
}

/* What is forgotten for want of memory is told again, never the wrong thing. */
static bool watch_file(void)
{
    struct error error = {0};
    struct watch_news news;
    const char *path = scratch_file(&scratch, "watched");
    chaos.armed = false;
    assert_true(file_replace(path, "text", 4, NULL));
    chaos.armed = true;
    struct watches *watches = watches_new(&error);
    bool put = watches != NULL && watches_put(watches, path, 1);
    bool done = put && watches_take(watches, 0, &news);
    if (done) {
        assert_true(news.bytes != NULL || news.error.kind == ERROR_MEMORY);
        if (news.bytes != NULL)
            assert_string_equal(news.bytes, "text");
        done = news.bytes != NULL;
        free(news.bytes);
    }
    watches_free(watches);
    return done;
}

static bool ask_command(void)
{
    struct error error = {0};
    static const char *const argv[] = {"/bin/echo", "bctrl_0123456789", NULL};
    static const char *const environment[] = {"PATH=/bin", "BCTRL_API_KEY=x", NULL};
    struct secret *key = key_command_run(argv, environment, &error);
    bool done = key != NULL;
    secret_free(key);
    return said(done, &error);
}

static void test_files(void **state)
{
    (void)state;
    survive(write_and_read, 2);
    survive(watch_file, 3);
    survive(ask_command, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_config), cmocka_unit_test(test_files)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
