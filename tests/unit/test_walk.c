/* The pages of a list: when there is one more, and when there must not be. */
#include "api/walk.h"

#include "api/limits.h"

#include "tests/unit/unit.h"

static void test_one_after_the_other(void **state)
{
    (void)state;
    struct walk *walk = NULL;
    assert_null(walk_cursor(walk));
    assert_int_equal(walk_follow(&walk, "a"), WALK_GOES_ON);
    assert_string_equal(walk_cursor(walk), "a");
    assert_int_equal(walk_follow(&walk, "b"), WALK_GOES_ON);
    assert_string_equal(walk_cursor(walk), "b");
    walk_free(walk);
    walk_free(NULL);
}

static void test_circles(void **state)
{
    (void)state;
    struct walk *walk = NULL;
    assert_int_equal(walk_follow(&walk, "a"), WALK_GOES_ON);
    assert_int_equal(walk_follow(&walk, "a"), WALK_REPEATS);
    assert_int_equal(walk_follow(&walk, "b"), WALK_GOES_ON);
    assert_int_equal(walk_follow(&walk, "c"), WALK_GOES_ON);
    assert_int_equal(walk_follow(&walk, "a"), WALK_REPEATS);
    assert_string_equal(walk_cursor(walk), "c");
    walk_free(walk);
}

static void test_too_long(void **state)
{
    (void)state;
    struct walk *walk = NULL;
    char cursor[16];
    for (int page = 1; page < LIMIT_PAGES; page++) {
        snprintf(cursor, sizeof cursor, "%d", page);
        assert_int_equal(walk_follow(&walk, cursor), WALK_GOES_ON);
    }
    assert_int_equal(walk_follow(&walk, "one more"), WALK_TOO_LONG);
    assert_int_equal(walk_follow(&walk, "1"), WALK_REPEATS);
    walk_free(walk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_after_the_other),
        cmocka_unit_test(test_circles),
        cmocka_unit_test(test_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
