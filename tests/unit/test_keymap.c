/* Keys to actions: the default keys, and what may be bound instead. */
#include "tests/unit/unit.h"

#include "tui/key.h"
#include "tui/keymap.h"

static int setup(void **state)
{
    *state = keymap_new();
    return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    keymap_free(*state);
    return 0;
}

static enum action on(struct keymap *keymap, const char *name)
{
    return keymap_action(keymap, key_parse(name, strlen(name)));
}

/* Every key of the list does what its line says: so no two lines have the same one. */
static void test_defaults(void **state)
{
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        char keys[128], names[128];
        snprintf(keys, sizeof keys, "%s", action_info((enum action)i)->keys);
        assert_string_equal(keymap_keys(*state, (enum action)i, names, sizeof names), keys);
        for (char *key = strtok(keys, " "); key != NULL; key = strtok(NULL, " "))
            assert_int_equal(on(*state, key), i);
    }
    assert_int_equal(on(*state, "F12"), ACTION_NONE);
    assert_int_equal(keymap_action(*state, TUI_KEY_NONE), ACTION_NONE);
}

static void test_names_of_keys(void **state)
{
    char out[32];
    assert_string_equal(keymap_keys(*state, ACTION_REVOKE, out, sizeof out), "x F9");
    assert_string_equal(keymap_first(*state, ACTION_REVOKE, out, sizeof out), "x");
    assert_string_equal(keymap_keys(*state, ACTION_REVOKE, out, 4), "x");
    assert_true(keymap_bind(*state, ACTION_REVOKE, "none", NULL));
    assert_string_equal(keymap_keys(*state, ACTION_REVOKE, out, sizeof out), "");
    assert_string_equal(keymap_first(*state, ACTION_REVOKE, out, sizeof out), "");
}

static void test_bind(void **state)
{
    struct error error = {0};
    assert_true(keymap_bind(*state, ACTION_REVOKE, "D  F9 F8 D", &error));
    assert_int_equal(on(*state, "x"), ACTION_NONE);
    assert_int_equal(on(*state, "D"), ACTION_REVOKE);
    assert_int_equal(on(*state, "F8"), ACTION_REVOKE);
    char out[32];
    assert_string_equal(keymap_keys(*state, ACTION_REVOKE, out, sizeof out), "D F9 F8");
    assert_true(keymap_bind(*state, ACTION_REVOKE_NOW, "x", &error));
    assert_int_equal(on(*state, "x"), ACTION_REVOKE_NOW);
    assert_int_equal(error.kind, ERROR_NONE);
}

static void expect_refused(struct keymap *keymap, enum action action, const char *keys,
                           const char *sentence)
{
    struct error error = {0};
    char before[64], after[64];
    keymap_keys(keymap, action, before, sizeof before);
    assert_false(keymap_bind(keymap, action, keys, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_string_equal(error.sentence, sentence);
    assert_string_equal(keymap_keys(keymap, action, after, sizeof after), before);
}

static void test_refusals(void **state)
{
    struct keymap *keymap = *state;
    expect_refused(keymap, ACTION_UNDO, "z Bogus", "\"Bogus\" is not the name of a key");
    expect_refused(keymap, ACTION_REVOKE, "x Ctrl-K",
                   "Ctrl-K cannot be bound to revoke: what ends a lease is on no Ctrl-letter");
    expect_refused(keymap, ACTION_QUIT_REVOKE, "Ctrl-X",
                   "Ctrl-X cannot be bound to quit-revoke-mine: what ends a lease is on no "
                   "Ctrl-letter");
    expect_refused(keymap, ACTION_UNDO, "z x", "x cannot be bound to undo: it is bound to revoke");
    expect_refused(keymap, ACTION_UNDO, "Ctrl-Z",
                   "Ctrl-Z is the terminal's own and cannot be bound");
    expect_refused(keymap, ACTION_UNDO, "Ctrl-C",
                   "Ctrl-C is the terminal's own and cannot be bound");
    expect_refused(keymap, ACTION_UNDO, "a b d f h i l y z", "undo has more than 8 keys");
    assert_true(keymap_bind(keymap, ACTION_QUIT, "Q Ctrl-C", NULL));
}

/* ---- of a configuration */

static struct keymap *bound(const char *text, struct problems *problems)
{
    struct config *config = config_parse("conf", text, strlen(text), problems);
    assert_non_null(config);
    assert_int_equal(problems->count, 0);
    struct keymap *keymap = keymap_of(config, problems);
    config_unref(config);
    return keymap;
}

static void test_configured(void **state)
{
    (void)state;
    struct problems problems = {0};
    struct action_keys keys;
    /* Two change places, which one after the other could not. */
    struct keymap *keymap =
        bound("keys: { down = \"k\"; up = [\"j\", \"Up\"]; undo = \"none\"; };", &problems);
    assert_non_null(keymap);
    assert_int_equal(on(keymap, "k"), ACTION_DOWN);
    assert_int_equal(on(keymap, "j"), ACTION_UP);
    assert_int_equal(on(keymap, "Down"), ACTION_NONE);
    assert_int_equal(on(keymap, "u"), ACTION_NONE);
    assert_int_equal(on(keymap, "x"), ACTION_REVOKE);
    keymap_names(keymap, &keys);
    assert_string_equal(keys.of[ACTION_UP], "j");
    assert_string_equal(keys.of[ACTION_UNDO], "");
    assert_string_equal(keys.of[ACTION_REVOKE], "x");
    keymap_free(keymap);
}

/* All that is wrong, each at its line. */
static void test_misconfigured(void **state)
{
    (void)state;
    static const struct {
        unsigned line;
        const char *sentence;
    } expected[] = {
        {2, "down: x is a key of revoke: give that other keys, or \"none\""},
        {3, "top: Ctrl-Z is the terminal's own and cannot be bound"},
        {4, "copy: q cannot be bound to copy: it is bound to create"},
        {5, "undo: \"Meta-X\" is not the name of a key"},
        {6, "create: q is a key of quit: give that other keys, or \"none\""},
    };
    struct problems problems = {0};
    assert_null(bound("keys: {\ndown = \"x\";\ntop = \"Ctrl-Z\";\ncopy = \"q\";\n"
                      "undo = \"Meta-X\";\ncreate = \"q\";\n};",
                      &problems));
    assert_int_equal(problems.count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_string_equal(problems.items[i].sentence, expected[i].sentence);
        assert_int_equal(problems.items[i].line, expected[i].line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_configured),
        cmocka_unit_test(test_misconfigured),
        cmocka_unit_test_setup_teardown(test_defaults, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names_of_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bind, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
