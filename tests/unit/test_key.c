/* Names of keys: every one is read back as what it names. */
#include "tests/unit/unit.h"

#include "core/text.h"
#include "tui/key.h"

static uint32_t parse(const char *name)
{
    return key_parse(name, strlen(name));
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t key;
    } cases[] = {
        {"x", 'x'},
        {"X", 'X'},
        {"?", '?'},
        {"é", 0xe9},
        {"中", 0x4e2d},
        {"Enter", TUI_KEY_ENTER},
        {"Tab", TUI_KEY_TAB},
        {"Esc", TUI_KEY_ESC},
        {"Space", TUI_KEY_SPACE},
        {"Backspace", TUI_KEY_BACKSPACE},
        {"PgDn", TUI_KEY_PAGE_DOWN},
        {"Shift-Tab", TUI_KEY_BACK_TAB},
        {"F9", TUI_KEY_F9},
        {"F12", TUI_KEY_F12},
        {"Ctrl-A", 1},
        {"Ctrl-Z", 26},
        {"Ctrl-_", 31},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char label[KEY_LABEL_BYTES];
        assert_int_equal(parse(cases[i].name), cases[i].key);
        assert_string_equal(key_label(label, cases[i].key), cases[i].name);
    }
}

static void test_case_counts_for_characters_only(void **state)
{
    (void)state;
    assert_int_equal(parse("pgdn"), TUI_KEY_PAGE_DOWN);
    assert_int_equal(parse("CTRL-d"), 4);
    assert_int_equal(parse("f1"), TUI_KEY_F1);
    assert_int_not_equal(parse("g"), parse("G"));
}

/* Ctrl-I is the character that Tab sends; the name of a character is its best known one. */
static void test_one_key_two_names(void **state)
{
    (void)state;
    assert_int_equal(parse("Ctrl-I"), TUI_KEY_TAB);
    assert_int_equal(parse("Ctrl-M"), TUI_KEY_ENTER);
    assert_int_equal(parse("Ctrl-["), TUI_KEY_ESC);
    assert_int_equal(parse(" "), TUI_KEY_SPACE);
}

static void test_no_names(void **state)
{
    (void)state;
    static const char *const none[] = {
        "",      "xx",   "F13",  "F0",   "Ctrl-",    "Ctrl-@", "Ctrl-1",   "Ctrl-AB",
        "Alt-x", "\x01", "\x7f", "\xff", "\xc2\x85", "Pgdn ",  "\xe4\xb8", "Enterr"};
    for (size_t i = 0; i < COUNT(none); i++)
        assert_int_equal(parse(none[i]), TUI_KEY_NONE);
    char label[KEY_LABEL_BYTES];
    assert_string_equal(key_label(label, TUI_KEY_NONE), "");
    assert_string_equal(key_label(label, TUI_KEY_LAST), "");
    assert_string_equal(key_label(label, TUI_KEY_BEYOND), "");
    assert_string_equal(key_label(label, 0x85), "");
}

static void test_every_label_is_read_back(void **state)
{
    (void)state;
    size_t named = 0;
    for (uint32_t key = 1; key < TUI_KEY_LAST; key++) {
        char label[KEY_LABEL_BYTES];
        bool character = key < 0xd800 || (key > 0xdfff && key < TUI_KEY_BEYOND);
        if (*key_label(label, key) == '\0' || (!character && key < TUI_KEY_BEYOND))
            continue;
        assert_int_equal(parse(label), key);
        named++;
    }
    assert_true(named > 1100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_case_counts_for_characters_only),
        cmocka_unit_test(test_one_key_two_names),
        cmocka_unit_test(test_no_names),
        cmocka_unit_test(test_every_label_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
