/* Which rows are shown, in which order, and that an order is held while it should be. */
#include "core/marks.h"
#include "core/shown.h"

#include "tests/unit/fleet.h"

static const void *item(const void *rows, size_t place)
{
    return &((const struct rows *)rows)->items[place];
}

static uint64_t key(const void *item)
{
    struct identity one = row_identity(item);
    return shown_key(one.space_id, one.runtime_id, one.lease_id);
}

/* The first letters of what is shown of a fleet. */
static const char *letters(struct shown *shown, const struct fleet *fleet, const char *text,
                           const char *column, bool inverted)
{
    static char found[16];
    struct filter filter;
    const struct columns columns = columns_of_leases(8);
    const struct snapshot *snapshot = fleet_snapshot(fleet);
    struct rows rows = fleet_rows(snapshot);
    struct moment moment = fleet_moment();
    struct shown_source source = {rows.count, &rows, item, key};
    assert_true(filter_parse(&filter, text, &columns, NULL));
    assert_true(shown_build(shown, &source, &filter, &columns, &(struct sort){column, inverted},
                            &moment, NULL));
    assert_int_equal(shown->count + shown->hidden, rows.count);
    for (size_t i = 0; i < shown->count; i++) {
        found[i] = ((const struct row *)shown->items[i])->lease->id[0];
        assert_true(shown->keys[i] == key(shown->items[i]));
    }
    found[shown->count] = '\0';
    rows_clear(&rows);
    snapshot_unref(snapshot);
    return found;
}

static const struct fleet fleet = {
    .runtimes = {{"p", "zebra"}, {"q", "ant"}},
    .leases = {{"a", .runtime = "p", .expires = 3000},
               {"b", .runtime = "q", .expires = 2000},
               {"c", .runtime = "p", .expires = 1000},
               {"d", .runtime = "q"},
               {"e", .runtime = "q", .revoked = -1000, .expires = 500}},
};

static void test_order(void **state)
{
    (void)state;
    struct shown shown = {0};
    assert_string_equal(letters(&shown, &fleet, "", NULL, false), "cbade");
    assert_string_equal(letters(&shown, &fleet, "", "lease", false), "abcde");
    assert_string_equal(letters(&shown, &fleet, "", "lease", true), "edcba");
    assert_string_equal(letters(&shown, &fleet, "", "runtime", false), "bdeca"); /* ties as ever */
    assert_string_equal(letters(&shown, &fleet, "", "runtime", true), "cabde");
    assert_string_equal(letters(&shown, &fleet, "", "left", true), "dabce");
    assert_string_equal(letters(&shown, &fleet, "", "no such", true), "cbade");
    shown_clear(&shown);
}

static void test_filtered(void **state)
{
    (void)state;
    struct shown shown = {0};
    assert_string_equal(letters(&shown, &fleet, "zebra", NULL, false), "ca");
    assert_int_equal(shown.hidden, 3);
    assert_string_equal(letters(&shown, &fleet, "zebra", "lease", false), "ac");
    assert_string_equal(letters(&shown, &fleet, "nothing", NULL, false), "");
    shown_clear(&shown);
}

/* What is new stands behind what was there, in its own order. */
static void test_held(void **state)
{
    (void)state;
    struct fleet fresh = fleet;
    struct shown shown = {0};
    letters(&shown, &fleet, "", NULL, false);
    shown_hold(&shown);
    fresh.leases[0].expires = 500; /* a would be first */
    fresh.leases[1].id = "n";      /* b is gone */
    fresh.leases[5] = (struct fleet_lease){"m", .runtime = "p", .expires = 10}; /* new */
    assert_string_equal(letters(&shown, &fresh, "", NULL, false), "cademn");
    assert_true(shown.unsorted); /* and must not be said to be */
    shown_release(&shown);
    assert_string_equal(letters(&shown, &fresh, "", NULL, false), "macnde");
    assert_false(shown.unsorted);
    shown_hold(&shown);
    assert_string_equal(letters(&shown, &fresh, "", NULL, false), "macnde");
    assert_false(shown.unsorted); /* held, and sorted all the same */
    shown_clear(&shown);
}

/* Many rows, so that the table of places is a full one. */
static void test_held_among_many(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    struct shown shown = {0};
    shown.items = calloc(MANY, sizeof *shown.items);
    shown.keys = calloc(MANY, sizeof *shown.keys);
    shown.count = shown.room = MANY;
    static char ids[MANY][8];
    for (size_t i = 0; i < MANY; i++) {
        snprintf(ids[i], sizeof ids[i], "%zu", i);
        shown.keys[i] = shown_key("s", "r", ids[i]);
        for (size_t j = i > 50 ? i - 50 : 0; j < i; j++)
            assert_true(shown.keys[i] != shown.keys[j]);
    }
    shown_hold(&shown);
    shown_clear(&shown);
    assert_true(shown_key("a", "b", "c") != shown_key("ab", "", "c"));
}

/* ---- marks */

#define NAMED(runtime, lease)                                                                      \
    &(struct identity)                                                                             \
    {                                                                                              \
        (char *)"s", (char *)(runtime), (char *)(lease)                                            \
    }

static bool is_even(void *context, const struct identity *one)
{
    (void)context;
    return (one->lease_id[0] - '0') % 2 == 0;
}

static void test_marks(void **state)
{
    (void)state;
    struct marks marks = {0};
    static const char *const ids[] = {"5", "1", "3", "2", "4", "3", "1"};
    for (size_t i = 0; i < COUNT(ids); i++)
        assert_true(marks_set(&marks, NAMED("r", ids[i]), true));
    assert_int_equal(marks.count, 5);
    assert_true(marks_has(&marks, NAMED("r", "3")));
    assert_false(marks_has(&marks, NAMED("r2", "3")));
    assert_true(marks_set(&marks, NAMED("r", "3"), false));
    assert_true(marks_set(&marks, NAMED("r", "9"), false));
    assert_false(marks_has(&marks, NAMED("r", "3")));
    assert_int_equal(marks.count, 4);
    marks_keep(&marks, is_even, NULL);
    assert_int_equal(marks.count, 2);
    assert_true(marks_has(&marks, NAMED("r", "2")));
    assert_true(marks_has(&marks, NAMED("r", "4")));
    marks_clear(&marks);
    assert_int_equal(marks.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order), cmocka_unit_test(test_filtered),
        cmocka_unit_test(test_held),  cmocka_unit_test(test_held_among_many),
        cmocka_unit_test(test_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
