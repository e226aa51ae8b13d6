/* A cursor that follows its row by identity while rows come, go and change places. */
#include "tui/list.h"

#include "tests/unit/listed.h"

#include <limits.h>

/* A table: one row for each letter, known by it. */
static struct identity identity_of(const void *rows, size_t place)
{
    static const char letters[] = "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p\0q\0r\0s\0t\0u\0v"
                                  "\0w\0x\0y\0z";
    return named("s", "r", letters + 2 * (((const char *)rows)[place] - 'a'));
}

static void settle(struct list *list, const char *rows)
{
    list_settle(list, strlen(rows), identity_of, rows);
}

static void move_by(struct list *list, long by, const char *rows)
{
    list_move(list, by, strlen(rows), identity_of, rows);
}

static void select_row(struct list *list, const char *lease)
{
    const struct identity identity = named("s", "r", lease);
    list_select(list, &identity);
}

/* The row under the cursor and what the list takes it for are the same. */
static void expect_on(const struct list *list, const char *rows, char letter)
{
    assert_true(list->cursor < strlen(rows));
    if (rows[list->cursor] != letter)
        fail_msg("on %c of %s, not %c", rows[list->cursor], rows, letter);
    assert_int_equal(list->at.lease_id[0], letter);
}

/* ---- following */

static void test_follows_its_row(void **state)
{
    (void)state;
    static const struct {
        const char *rows;
        char on;
        size_t cursor;
    } steps[] = {
        {"abcd", 'c', 2},   {"xabcd", 'c', 3}, /* inserted above */
        {"xabcdz", 'c', 3},                    /* below */
        {"acd", 'c', 1},                       /* removed above */
        {"ac", 'c', 1},                        /* removed below */
        {"ca", 'c', 0},                        /* in another order */
        {"zyxabc", 'c', 5},
    };
    struct list list = {0};
    settle(&list, "abcd");
    move_by(&list, 2, "abcd");
    for (size_t i = 0; i < COUNT(steps); i++) {
        settle(&list, steps[i].rows);
        expect_on(&list, steps[i].rows, steps[i].on);
        assert_int_equal(list.cursor, steps[i].cursor);
    }
    list_clear(&list);
}

/* The row that goes leaves the cursor at its place: on the next one, or on the last. */
static void test_row_that_goes(void **state)
{
    (void)state;
    struct list list = {0};
    settle(&list, "abcd");
    move_by(&list, 2, "abcd");
    settle(&list, "abd");
    expect_on(&list, "abd", 'd');
    settle(&list, "abcd"); /* from now on it is that one */
    expect_on(&list, "abcd", 'd');
    settle(&list, "ab");
    expect_on(&list, "ab", 'b');
    list_clear(&list);
}

/* Rows that are away for a moment (a new question, another scope) are found again. */
static void test_empty_table(void **state)
{
    (void)state;
    struct list list = {0};
    settle(&list, "");
    assert_null(list.at.lease_id);
    move_by(&list, 1, "");
    move_by(&list, -1, "");
    settle(&list, "abc");
    expect_on(&list, "abc", 'a');
    move_by(&list, 1, "abc");
    settle(&list, "");
    settle(&list, "xxxb");
    expect_on(&list, "xxxb", 'b');
    list_clear(&list);
    assert_null(list.at.lease_id);
    assert_int_equal(list.cursor, 0);
    assert_false(list.moved);
}

/* Who has not moved yet looks at the top, whatever comes there. */
static void test_stays_at_the_top(void **state)
{
    (void)state;
    struct list list = {0};
    settle(&list, "bc");
    expect_on(&list, "bc", 'b');
    settle(&list, "abc");
    expect_on(&list, "abc", 'a');
    move_by(&list, 0, "abc"); /* from here on it counts */
    settle(&list, "xyabc");
    expect_on(&list, "xyabc", 'a');
    list_clear(&list);
    settle(&list, "a");
    move_by(&list, 1, "a"); /* also where there is nowhere to go */
    settle(&list, "xa");
    expect_on(&list, "xa", 'a');
    list_clear(&list);
}

/* ---- moving */

static void test_moves(void **state)
{
    (void)state;
    static const struct {
        long by;
        char on;
    } steps[] = {
        {1, 'b'}, {1, 'c'},  {-1, 'b'},       {-5, 'a'},        {3, 'd'}, {100, 'e'},
        {0, 'e'}, {-4, 'a'}, {LONG_MAX, 'e'}, {-LONG_MAX, 'a'}, {4, 'e'}, {LONG_MIN, 'a'},
    };
    struct list list = {0};
    settle(&list, "abcde");
    for (size_t i = 0; i < COUNT(steps); i++) {
        move_by(&list, steps[i].by, "abcde");
        expect_on(&list, "abcde", steps[i].on);
    }
    list_clear(&list);
}

static void test_whole_identity(void **state)
{
    (void)state;
    struct list list = {0};
    settle(&list, "ab");
    move_by(&list, 1, "ab");
    const struct identity elsewhere = named("s", "q", "a");
    list_select(&list, &elsewhere); /* the same id under another runtime */
    settle(&list, "ab");
    expect_on(&list, "ab", 'b');
    list_clear(&list);
}

/* ---- being sent to a row */

static void test_select(void **state)
{
    (void)state;
    struct list list = {0};
    settle(&list, "abc");
    select_row(&list, "c");
    settle(&list, "abc");
    expect_on(&list, "abc", 'c');
    settle(&list, "cab"); /* and follows it */
    expect_on(&list, "cab", 'c');
    list_clear(&list);
}

/* A lease that was just made is selected as soon as a list shows it. */
static void test_select_what_comes_later(void **state)
{
    (void)state;
    struct list list = {0};
    settle(&list, "abc");
    move_by(&list, 1, "abc");
    select_row(&list, "x");
    settle(&list, "abc"); /* not yet: where it was */
    expect_on(&list, "abc", 'b');
    settle(&list, "cab");
    expect_on(&list, "cab", 'b');
    settle(&list, "xcab");
    expect_on(&list, "xcab", 'x');
    settle(&list, "cabx");
    expect_on(&list, "cabx", 'x');
    list_clear(&list);
}

/* What was found once is not wanted any more. */
static void test_select_happens_once(void **state)
{
    (void)state;
    struct list list = {0};
    settle(&list, "abc");
    select_row(&list, "c");
    settle(&list, "abc");
    settle(&list, "ab");
    expect_on(&list, "ab", 'b');
    settle(&list, "abc");
    expect_on(&list, "abc", 'b');
    list_clear(&list);
}

/* Who moves meanwhile is not torn away. */
static void test_select_is_forgotten_on_a_move(void **state)
{
    (void)state;
    struct list list = {0};
    settle(&list, "abc");
    select_row(&list, "x");
    settle(&list, "abc");
    move_by(&list, 2, "abc");
    settle(&list, "xabc");
    expect_on(&list, "xabc", 'c');
    list_clear(&list);
}

static void test_last_selection_counts(void **state)
{
    (void)state;
    struct list list = {0};
    settle(&list, "abc");
    select_row(&list, "x");
    select_row(&list, "b");
    settle(&list, "xabc");
    expect_on(&list, "xabc", 'b');
    settle(&list, "xbac");
    expect_on(&list, "xbac", 'b');
    select_row(&list, "c");
    list_clear(&list); /* not found, not leaked */
}

/* ---- scrolling */

static void test_scroll(void **state)
{
    (void)state;
    static const struct {
        size_t cursor, top, count;
        int height;
        size_t then;
    } cases[] = {
        {0, 0, 10, 4, 0}, {3, 0, 10, 4, 0}, {4, 0, 10, 4, 1},  {9, 0, 10, 4, 6},
        {2, 5, 10, 4, 2}, {5, 5, 10, 4, 5}, {9, 6, 10, 20, 0}, /* a taller screen */
        {3, 8, 4, 4, 0},                                       /* fewer rows */
        {2, 0, 10, 1, 2}, {2, 0, 10, 0, 2}, {2, 0, 10, -3, 2}, /* no room to speak of */
        {0, 3, 0, 5, 0},                                       /* none */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct list list = {.cursor = cases[i].cursor, .top = cases[i].top};
        list_scroll(&list, cases[i].count, cases[i].height);
        if (list.top != cases[i].then)
            fail_msg("case %zu: from %zu", i, list.top);
    }
}

/* ---- chance */

/* Rows in any order, any of them: no move or change loses the cursor's row while it is there. */
static void test_any_life(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    struct list list = {0};
    char rows[27] = "abc";
    settle(&list, rows);
    move_by(&list, 0, rows);
    for (int step = 0; step < 20000; step++) {
        char on = *rows != '\0' ? rows[list.cursor] : '\0';
        size_t count = 0;
        for (char letter = 'a'; letter <= 'z'; letter++) {
            if (chance_below(&chance, 3) == 0)
                continue;
            size_t place = (size_t)chance_below(&chance, (int64_t)count + 1);
            memmove(rows + place + 1, rows + place, count - place);
            rows[place] = letter;
            count++;
        }
        rows[count] = '\0';
        settle(&list, rows);
        if (on != '\0' && strchr(rows, on) != NULL)
            expect_on(&list, rows, on);
        int height = (int)chance_below(&chance, 12);
        list_scroll(&list, count, height);
        assert_true(count == 0 || (list.cursor >= list.top &&
                                   list.cursor < list.top + (size_t)(height > 0 ? height : 1)));
        assert_true(list.top < count || list.top == 0);
        move_by(&list, (long)chance_range(&chance, -8, 8), rows);
    }
    list_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_follows_its_row),
        cmocka_unit_test(test_row_that_goes),
        cmocka_unit_test(test_empty_table),
        cmocka_unit_test(test_stays_at_the_top),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_whole_identity),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_select_what_comes_later),
        cmocka_unit_test(test_select_happens_once),
        cmocka_unit_test(test_select_is_forgotten_on_a_move),
        cmocka_unit_test(test_last_selection_counts),
        cmocka_unit_test(test_scroll),
        cmocka_unit_test(test_any_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
