/* Many small strings that live and die together. */
#include "api/arena.h"

#include "tests/unit/unit.h"

static void test_copies(void **state)
{
    (void)state;
    struct arena arena = {0};
    char given[] = "given";
    char *kept = arena_text(&arena, given, 5);
    given[0] = 'd';
    assert_string_equal(kept, "given");
    assert_string_equal(arena_text(&arena, given, 2), "di");
    arena_clear(&arena);
}

static void test_empty_and_nul(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(arena_text(&arena, "", 0), "");
    assert_memory_equal(arena_text(&arena, "a\0b", 3), "a\0b", 4);
    arena_clear(&arena);
}

/* Each string fills itself with a letter of its own; a neighbour that reached over would be seen.
 */
static void test_strings_keep_apart(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    struct arena arena = {0};
    enum { STRINGS = 3000 };
    static char *kept[STRINGS];
    static size_t lengths[STRINGS];
    static char text[200000];
    for (int i = 0; i < STRINGS; i++) {
        size_t ceiling = i % 100 == 0 ? sizeof text : 700;
        lengths[i] = (size_t)chance_below(&chance, (int64_t)ceiling);
        memset(text, 'a' + i % 26, lengths[i]);
        kept[i] = arena_text(&arena, text, lengths[i]);
        assert_non_null(kept[i]);
    }
    for (int i = 0; i < STRINGS; i++) {
        char letter[] = {(char)('a' + i % 26), '\0'};
        assert_int_equal(strlen(kept[i]), lengths[i]);
        assert_int_equal(strspn(kept[i], letter), lengths[i]);
    }
    arena_clear(&arena);
}

/* A string that fills a chunk to its last byte, and the next one. */
static void test_at_the_edge(void **state)
{
    (void)state;
    static char text[1024];
    memset(text, 'x', sizeof text);
    for (size_t length = 500; length < 520; length++) {
        struct arena arena = {0};
        char *first = arena_text(&arena, text, length);
        char *second = arena_text(&arena, "y", 1);
        assert_int_equal(strlen(first), length);
        assert_string_equal(second, "y");
        arena_clear(&arena);
    }
}

static void test_impossible_length(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_null(arena_text(&arena, "x", SIZE_MAX));
    assert_null(arena_text(&arena, "x", SIZE_MAX - 1));
    assert_string_equal(arena_text(&arena, "x", 1), "x");
    arena_clear(&arena);
}

static void test_clear_makes_it_new(void **state)
{
    (void)state;
    struct arena arena = {0};
    arena_clear(&arena);
    arena_text(&arena, "x", 1);
    arena_clear(&arena);
    assert_null(arena.last);
    assert_string_equal(arena_text(&arena, "again", 5), "again");
    arena_clear(&arena);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_empty_and_nul),
        cmocka_unit_test(test_strings_keep_apart),
        cmocka_unit_test(test_at_the_edge),
        cmocka_unit_test(test_impossible_length),
        cmocka_unit_test(test_clear_makes_it_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
