/* Finding a place by a string. */
#include "api/index.h"

#include "tests/unit/unit.h"

static void test_finds_what_was_put(void **state)
{
    (void)state;
    struct index index;
    assert_true(index_init(&index, 3));
    assert_int_equal(index_put(&index, "a", 7), INDEX_NONE);
    assert_int_equal(index_put(&index, "b", 8), INDEX_NONE);
    assert_int_equal(index_put(&index, "", 9), INDEX_NONE);
    assert_int_equal(index_find(&index, "a"), 7);
    assert_int_equal(index_find(&index, "b"), 8);
    assert_int_equal(index_find(&index, ""), 9);
    assert_int_equal(index_find(&index, "c"), INDEX_NONE);
    assert_int_equal(index_find(&index, "ab"), INDEX_NONE);
    index_clear(&index);
}

static void test_first_one_stays(void **state)
{
    (void)state;
    struct index index;
    char again[] = "same";
    assert_true(index_init(&index, 2));
    assert_int_equal(index_put(&index, "same", 0), INDEX_NONE);
    assert_int_equal(index_put(&index, again, 5), 0);
    assert_int_equal(index_find(&index, again), 0);
    index_clear(&index);
}

static void test_empty(void **state)
{
    (void)state;
    struct index index;
    assert_true(index_init(&index, 0));
    assert_int_equal(index_find(&index, "a"), INDEX_NONE);
    index_clear(&index);
    assert_int_equal(index_find(&index, "a"), INDEX_NONE);
    index_clear(&index);
}

/* As many as were promised, of every count: also where the table is as full as it gets. */
static void test_full(void **state)
{
    (void)state;
    static char names[600][16];
    for (size_t i = 0; i < COUNT(names); i++)
        snprintf(names[i], sizeof names[i], "lease-%zu", i);
    for (size_t count = 1; count < COUNT(names); count += 7) {
        struct index index;
        assert_true(index_init(&index, count));
        for (size_t i = 0; i < count; i++)
            assert_int_equal(index_put(&index, names[i], i), INDEX_NONE);
        for (size_t i = 0; i < COUNT(names); i++)
            assert_int_equal(index_find(&index, names[i]), i < count ? i : INDEX_NONE);
        index_clear(&index);
    }
}

/* Foreign bytes are strings like others. */
static void test_any_bytes(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    struct index index;
    static char names[2000][4];
    assert_true(index_init(&index, COUNT(names)));
    for (size_t i = 0; i < COUNT(names); i++) {
        for (size_t j = 0; j < 3; j++)
            names[i][j] = (char)chance_next(&chance);
        size_t before = 0;
        while (strcmp(names[before], names[i]) != 0)
            before++;
        assert_int_equal(index_put(&index, names[i], i), before < i ? before : INDEX_NONE);
        assert_int_equal(index_find(&index, names[i]), before);
    }
    index_clear(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_was_put),
        cmocka_unit_test(test_first_one_stays),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
