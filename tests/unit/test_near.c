/* "Did you mean": what counts as close. */
#include "core/near.h"

#include "tests/unit/unit.h"

static void test_close(void **state)
{
    (void)state;
    static const struct {
        const char *word, *name;
    } cases[] = {
        {"checkout", "checkout"},
        {"chekout", "checkout"},    /* one left out */
        {"checckout", "checkout"},  /* one too many */
        {"checkour", "checkout"},   /* one replaced */
        {"chcekout", "checkout"},   /* two swapped */
        {"CHECKOUT", "checkout"},   /* case */
        {"ch", "checkout"},         /* a beginning */
        {"checkout-2", "checkout"}, /* and the other way round */
        {"lsit", "list"},           /* also in a short one */
        {"qa-1", "qa-2"},
        {"demo", "dem"},
        {"wbe", "web"},
        {"ewb", "web"}, /* and in three letters */
        {"wb", "web"},
        {"wex", "web"},
        {"aq", "qa"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (!near_name(cases[i].word, cases[i].name) || !near_name(cases[i].name, cases[i].word))
            fail_msg("%s is close to %s", cases[i].word, cases[i].name);
    }
}

static void test_far(void **state)
{
    (void)state;
    static const struct {
        const char *word, *name;
    } cases[] = {
        {"", "checkout"},
        {"checkout", ""},
        {"", ""},
        {"nightly", "agent"},
        {"qa", "ui"},
        {"c", "checkout"},
        {"a", "b"}, /* nothing in common */
        {"kiosk", "checkout"},
        {"checkout", "charcoal"},
        {"nope", "copy"},
        {"foo", "fry"},
        {"bew", "web"},
        {"w", "web"},
        {"ab", "bac"},
        {"qa", "qb"}, /* too short to tell a slip */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (near_name(cases[i].word, cases[i].name))
            fail_msg("%s is not close to %s", cases[i].word, cases[i].name);
    }
}

/* How many letters differ, by the whole table of it: what was typed so far against what could have
 * been meant so far. */
static size_t differing(const char *word, const char *name)
{
    size_t table[12][12], rows = strlen(word), columns = strlen(name);
    for (size_t i = 0; i <= rows; i++) {
        for (size_t j = 0; j <= columns; j++) {
            size_t best = i == 0 ? j : i; /* nothing but letters to add, or to take away */
            if (i > 0 && j > 0) {
                size_t replaced = table[i - 1][j - 1] + (word[i - 1] != name[j - 1]);
                size_t shorter =
                    table[i - 1][j] < table[i][j - 1] ? table[i - 1][j] : table[i][j - 1];
                best = replaced < shorter + 1 ? replaced : shorter + 1;
            }
            if (i > 1 && j > 1 && word[i - 1] == name[j - 2] && word[i - 2] == name[j - 1] &&
                table[i - 2][j - 2] + 1 < best)
                best = table[i - 2][j - 2] + 1; /* two that changed places */
            table[i][j] = best;
        }
    }
    return table[rows][columns];
}

/* One letter in four; one in three; in two, what changed places. */
static void test_any_words(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    int close = 0;
    for (int round = 0; round < 20000; round++) {
        char words[2][12] = {"", ""};
        size_t lengths[2];
        for (int i = 0; i < 2; i++) {
            lengths[i] = (size_t)chance_range(&chance, 1, 11);
            for (size_t j = 0; j < lengths[i]; j++)
                words[i][j] = (char)('a' + chance_below(&chance, 3));
        }
        size_t shorter = lengths[0] < lengths[1] ? lengths[0] : lengths[1];
        size_t longer = lengths[0] < lengths[1] ? lengths[1] : lengths[0];
        size_t letters = differing(words[0], words[1]);
        bool swapped =
            shorter == 2 && longer == 2 && words[0][0] == words[1][1] && words[0][1] == words[1][0];
        size_t allowed = longer == 3 || swapped ? 1 : longer / 4;
        bool expected =
            (shorter >= 2 && strncmp(words[0], words[1], shorter) == 0) || letters <= allowed;
        if (near_name(words[0], words[1]) != expected)
            fail_msg("%s, %s: %zu letters", words[0], words[1], letters);
        close += expected;
    }
    assert_in_range(close, 100, 19900); /* both happen */
}

/* What a server calls things may be long: neither side is worth comparing then. */
static void test_long(void **state)
{
    (void)state;
    char longest[65], longer[66];
    memset(longest, 'x', 64);
    memset(longer, 'x', 65);
    longest[64] = longer[65] = '\0';
    assert_true(near_name(longest, longest));
    assert_false(near_name(longer, longer));
    assert_false(near_name("xx", longer));
    assert_false(near_name(longer, "xx"));
}

/* Bytes that are no ASCII compare as bytes. */
static void test_bytes(void **state)
{
    (void)state;
    assert_true(near_name("caf\xc3\xa9-one", "cafe-one"));
    assert_true(near_name("\xff\xfe\xfd", "\xff\xfe\xfd"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_close),     cmocka_unit_test(test_far),
        cmocka_unit_test(test_any_words), cmocka_unit_test(test_long),
        cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
