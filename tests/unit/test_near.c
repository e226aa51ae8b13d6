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
        {"qa", "qb"},
        {"demo", "dem"},
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
        {"", "checkout"},      {"checkout", ""},         {"", ""},   {"nightly", "agent"},
        {"qa", "ui"},          {"c", "checkout"},        {"a", "b"}, /* nothing in common */
        {"kiosk", "checkout"}, {"checkout", "charcoal"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (near_name(cases[i].word, cases[i].name))
            fail_msg("%s is not close to %s", cases[i].word, cases[i].name);
    }
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
        cmocka_unit_test(test_close),
        cmocka_unit_test(test_far),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
