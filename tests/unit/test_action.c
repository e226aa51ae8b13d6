/* The list of actions: names and keys that can be configured, one meaning for each key, and what a
 * key must never do. */
#include "core/action.h"

#include "tests/unit/unit.h"
#include "tui/key.h"
#include "tui/keymap.h"

#include <ctype.h>

#define EACH(action)                                                                               \
    int action = ACTION_NONE + 1;                                                                  \
    action < ACTION_COUNT;                                                                         \
    action++

static const struct action_info *info_of(int action)
{
    return action_info((enum action)action);
}

/* A name can stand as a setting in a file: letters, digits and hyphens (libconfig's grammar). */
static void test_names(void **state)
{
    (void)state;
    for (EACH(action)) {
        const char *name = info_of(action)->name;
        assert_true(islower((unsigned char)*name));
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(name));
        for (int other = ACTION_NONE + 1; other < action; other++)
            assert_string_not_equal(name, info_of(other)->name);
    }
}

/* Calls `check` for each default key of each action. */
static void each_key(void (*check)(enum action action, const char *name, uint32_t key))
{
    for (EACH(action)) {
        const char *names = info_of(action)->keys;
        while (*names != '\0') {
            char name[KEY_LABEL_BYTES];
            size_t length = strcspn(names, " ");
            assert_in_range(length, 1, sizeof name - 1);
            snprintf(name, sizeof name, "%.*s", (int)length, names);
            check((enum action)action, name, key_parse(name, length));
            names += length + strspn(names + length, " ");
        }
    }
}

/* Help shows a key as the list writes it. */
static void check_name(enum action action, const char *name, uint32_t key)
{
    char written[KEY_LABEL_BYTES];
    if (key == TUI_KEY_NONE)
        fail_msg("%s: %s is no key", info_of((int)action)->name, name);
    assert_string_equal(key_label(written, key), name);
}

static void test_keys_parse(void **state)
{
    (void)state;
    each_key(check_name);
}

static uint32_t taken[128];
static size_t taken_count;

static void check_single(enum action action, const char *name, uint32_t key)
{
    for (size_t i = 0; i < taken_count; i++) {
        if (taken[i] == key)
            fail_msg("%s has two meanings, one is %s", name, info_of((int)action)->name);
    }
    assert_true(taken_count < COUNT(taken));
    taken[taken_count++] = key;
}

static void test_one_meaning(void **state)
{
    (void)state;
    taken_count = 0;
    each_key(check_single);
}

static struct keymap *keymap;

static void check_mapped(enum action action, const char *name, uint32_t key)
{
    if (keymap_action(keymap, key) != action)
        fail_msg("%s does not do what the list says", name);
}

static void test_the_map_follows_the_list(void **state)
{
    (void)state;
    keymap = keymap_new();
    assert_non_null(keymap);
    each_key(check_mapped);
    keymap_free(keymap);
}

/* Ctrl-letters are pressed by accident, by hands that think of the shell: nothing that changes the
 * fleet is on one. */
static void check_harmless(enum action action, const char *name, uint32_t key)
{
    bool control = key < TUI_KEY_SPACE && key != TUI_KEY_ENTER;
    if (control && info_of((int)action)->writes)
        fail_msg("%s writes", name);
}

static void test_nothing_destructive_on_ctrl(void **state)
{
    (void)state;
    each_key(check_harmless);
}

static void test_what_writes(void **state)
{
    (void)state;
    static const enum action writing[] = {
        ACTION_CREATE,       ACTION_REVOKE,      ACTION_REVOKE_NOW, ACTION_REVOKE_RUNTIME,
        ACTION_REVOKE_SPACE, ACTION_QUIT_REVOKE, ACTION_ROTATE,     ACTION_KEEP};
    for (EACH(action)) {
        bool writes = false;
        for (size_t i = 0; i < COUNT(writing); i++)
            writes |= action == (int)writing[i];
        assert_int_equal(info_of(action)->writes, writes);
    }
}

/* Help and man page: a sentence that begins small and has no full stop; a footer's word is short.
 */
static void test_words(void **state)
{
    (void)state;
    for (EACH(action)) {
        const struct action_info *info = info_of(action);
        assert_true(islower((unsigned char)*info->help));
        assert_true(info->help[strlen(info->help) - 1] != '.');
        assert_true(strlen(info->hint) <= 12);
    }
}

static void test_groups(void **state)
{
    (void)state;
    size_t members[ACTION_GROUPS] = {0};
    for (EACH(action)) {
        assert_in_range(info_of(action)->group, 0, ACTION_GROUPS - 1);
        members[info_of(action)->group]++;
    }
    for (int group = 0; group < ACTION_GROUPS; group++) {
        assert_true(*action_group_title((enum action_group)group) != '\0');
        assert_true(members[group] > 0);
    }
}

static void assert_filled(const char *text, const struct action_keys *keys, const char *expected)
{
    char out[64], small[8];
    assert_string_equal(action_fill(out, sizeof out, text, keys), expected);
    action_fill(small, sizeof small, text, keys);
    assert_true(strlen(small) < sizeof small);
    assert_memory_equal(small, expected, strlen(small));
}

static const char *formatted(const struct action_keys *keys, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static const char *formatted(const struct action_keys *keys, const char *format, ...)
{
    static char out[64];
    va_list arguments;
    va_start(arguments, format);
    action_format(out, sizeof out, keys, format, arguments);
    va_end(arguments);
    return out;
}

/* Sentences name the keys that are bound, whatever they are. */
static void test_sentences(void **state)
{
    (void)state;
    struct action_keys keys;
    action_keys_usual(&keys);
    assert_filled("{refresh} tries again", &keys, "r tries again");
    assert_string_equal(formatted(&keys, "in %d s, {undo}{undo}", 5), "in 5 s, uu");
    assert_string_equal(formatted(&keys, "{undo}: %s", "{undo}"), "u: {undo}");
    assert_filled("{", &keys, "{");
    assert_filled("{nothing} {undo", &keys, "{nothing} {undo");
    assert_filled("{}{revoke-now}", &keys, "{}X");
    strcpy(keys.of[ACTION_UNDO], "");
    strcpy(keys.of[ACTION_REVOKE], "%");
    strcpy(keys.of[ACTION_COPY], "{undo}");
    assert_filled("{undo} undoes", &keys, ":undo undoes");
    assert_string_equal(formatted(&keys, "{revoke} %s", "x"), "% x");
    assert_filled("{revoke} {copy}", &keys, "% {undo}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_keys_parse),
        cmocka_unit_test(test_one_meaning),
        cmocka_unit_test(test_the_map_follows_the_list),
        cmocka_unit_test(test_nothing_destructive_on_ctrl),
        cmocka_unit_test(test_what_writes),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
