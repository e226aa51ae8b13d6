/* Rows of runtimes: which, in which order, how many leases live, when the next one ends, and what
 * the list behind a row is called. */
#include "core/runtimes.h"

#include "tests/unit/fleet.h"

static const struct fleet fleet = {
    .spaces = {{"s"}, {"t"}},
    .runtimes = {{"z", .space = "s"},
                 {"a", .space = "s"},
                 {"m", .space = "t"},
                 {"u", .space = "t", .source.unheard = true}},
    .leases = {{"1", .runtime = "z", .expires = 50000},
               {"2", .runtime = "z", .expires = 40000},
               {"3", .runtime = "z"},
               {"4", .runtime = "z", .expires = 10000, .revoked = -1}, /* ended */
               {"5", .runtime = "z", .expires = -1}, /* overdue: lives, not next */
               {"6", .runtime = "a", .expires = FLEET_UNREADABLE},
               {"7", .runtime = "m", .expires = 5, .vanished = -1}},
};

static void test_counts(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        size_t live;
        int64_t next_ms;
    } expected[] = {
        {"z", 4, FLEET_SERVER + 40000}, /* the server's order, not the alphabet's */
        {"a", 1, INT64_MAX},
        {"m", 0, INT64_MAX},
        {"u", 0, INT64_MAX},
    };
    const struct snapshot *snapshot = fleet_snapshot(&fleet);
    struct runtimes runtimes = {0};
    assert_true(runtimes_build(&runtimes, snapshot, NULL, FLEET_SERVER, NULL));
    assert_int_equal(runtimes.count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_string_equal(runtimes.items[i].runtime->runtime->id, expected[i].id);
        assert_int_equal(runtimes.items[i].live, expected[i].live);
        assert_true(runtimes.items[i].next_ms == expected[i].next_ms);
    }
    runtimes_clear(&runtimes);
    assert_null(runtimes.items);
    snapshot_unref(snapshot);
}

static void test_at_another_time(void **state)
{
    (void)state;
    const struct snapshot *snapshot = fleet_snapshot(&fleet);
    struct runtimes runtimes = {0};
    assert_true(runtimes_build(&runtimes, snapshot, NULL, FLEET_SERVER + 40000, NULL));
    assert_true(runtimes.items[0].next_ms == FLEET_SERVER + 50000);
    assert_true(runtimes_build(&runtimes, snapshot, NULL, FLEET_SERVER + 50000, NULL));
    assert_true(runtimes.items[0].next_ms == INT64_MAX);
    runtimes_clear(&runtimes);
    snapshot_unref(snapshot);
}

static void test_choosing(void **state)
{
    (void)state;
    const struct snapshot *snapshot = fleet_snapshot(&fleet);
    struct runtimes runtimes = {0};
    assert_true(runtimes_build(&runtimes, snapshot, "t", FLEET_SERVER, NULL));
    assert_int_equal(runtimes.count, 2);
    assert_string_equal(runtimes.items[0].runtime->runtime->id, "m");
    assert_true(runtimes_build(&runtimes, snapshot, "nowhere", FLEET_SERVER, NULL));
    assert_int_equal(runtimes.count, 0);
    runtimes_clear(&runtimes);
    snapshot_unref(snapshot);
}

static void test_source_word(void **state)
{
    (void)state;
    static const struct {
        struct fleet_source source;
        const char *word;
    } cases[] = {
        {{.age_ms = 1000}, ""},
        {{.unheard = true}, "loading"},
        {{.age_ms = 2 * FLEET_PACE_MS + 1501}, "stale"},
        {{.age_ms = 60000, .pace_ms = 60000}, ""},
        {{.age_ms = 60000, .trouble = TROUBLE_FORBIDDEN}, "forbidden"},
        {{.unheard = true, .trouble = TROUBLE_SERVER}, "server error"},
    };
    const struct moment moment = fleet_moment();
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct snapshot *snapshot =
            fleet_snapshot(&(struct fleet){.runtimes = {{"rt", .source = cases[i].source}}});
        assert_string_equal(source_word(&snapshot->runtimes[0].state, &moment), cases[i].word);
        snapshot_unref(snapshot);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_at_another_time),
        cmocka_unit_test(test_choosing),
        cmocka_unit_test(test_source_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
