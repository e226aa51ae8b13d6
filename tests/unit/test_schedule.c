/* When to ask whom again: cadence, turns, backoff, sooner, pause, removal. The budget and the
 * ceilings are in test_schedule_budget.c, what concerns the server as a whole in
 * test_schedule_gate.c. */
#include "tests/unit/schedules.h"

static void test_new_source_is_due_at_once(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    assert_int_equal(schedule_take(schedule, NOW), SCHEDULE_NONE);
    assert_int_equal(schedule_wake_ms(schedule, NOW), SCHEDULE_NEVER);
    size_t one = schedule_add(schedule, false, NOW), two = schedule_add(schedule, false, NOW);
    assert_int_not_equal(one, two);
    assert_int_equal(schedule_wake_ms(schedule, NOW), NOW);
    assert_int_equal(schedule_take(schedule, NOW), one);
    assert_int_equal(schedule_take(schedule, NOW), two);
    assert_int_equal(schedule_take(schedule, NOW), SCHEDULE_NONE);
    schedule_free(schedule);
    schedule_free(NULL);
}

/* Counted from the asking, so that a slow server is not asked less often than a fast one. */
static void test_interval(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, false, NOW);
    for (int64_t at_ms = NOW; at_ms < NOW + 50000; at_ms += 5000) {
        assert_int_equal(schedule_take(schedule, at_ms), one);
        good(schedule, one, at_ms + 1200);
        assert_int_equal(schedule_due_ms(schedule, one), at_ms + 5000);
        assert_int_equal(schedule_wake_ms(schedule, at_ms + 1200), at_ms + 5000);
        assert_int_equal(schedule_take(schedule, at_ms + 4999), SCHEDULE_NONE);
    }
    schedule_free(schedule);
}

static void test_answer_slower_than_the_interval(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, false, NOW);
    schedule_take(schedule, NOW);
    assert_int_equal(schedule_take(schedule, NOW + 9000), SCHEDULE_NONE);
    good(schedule, one, NOW + 9000);
    assert_int_equal(schedule_take(schedule, NOW + 9000), one);
    schedule_free(schedule);
}

static void test_catalogue(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t lists[20];
    for (size_t i = 0; i < COUNT(lists); i++)
        lists[i] = schedule_add(schedule, false, NOW);
    schedule_show(schedule, lists[0], true);
    size_t catalogue = schedule_add(schedule, true, NOW);
    assert_int_equal(schedule_take(schedule, NOW), catalogue); /* before all else */
    good(schedule, catalogue, NOW);
    assert_int_equal(schedule_due_ms(schedule, catalogue), NOW + 30000);
    for (int64_t at_ms = NOW; at_ms < NOW + 30000; at_ms += 100) {
        size_t taken = schedule_take(schedule, at_ms);
        assert_int_not_equal(taken, catalogue);
        if (taken != SCHEDULE_NONE)
            good(schedule, taken, at_ms);
    }
    assert_int_equal(schedule_take(schedule, NOW + 30000), catalogue);
    schedule_free(schedule);
}

static void test_the_screen_first(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t sources[9];
    for (size_t i = 0; i < COUNT(sources); i++)
        sources[i] = schedule_add(schedule, false, NOW);
    schedule_show(schedule, sources[7], true);
    schedule_show(schedule, sources[5], true);
    schedule_show(schedule, sources[3], true);
    schedule_show(schedule, sources[3], false);
    assert_int_equal(schedule_take(schedule, NOW), sources[5]);
    assert_int_equal(schedule_take(schedule, NOW), sources[7]);
    assert_int_equal(schedule_take(schedule, NOW), sources[0]);
    schedule_free(schedule);
}

static void test_longest_waiting_first(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    const size_t order[] = {2, 0, 3, 1};
    for (size_t i = 0; i < COUNT(order); i++)
        schedule_add(schedule, false, NOW + 100000);
    for (size_t i = 0; i < COUNT(order); i++) {
        int64_t at_ms = NOW + (int64_t)i * 1000;
        schedule_soon(schedule, order[i], at_ms);
        assert_int_equal(schedule_take(schedule, at_ms), order[i]);
        good(schedule, order[i], at_ms);
    }
    for (size_t i = 0; i < COUNT(order); i++)
        assert_int_equal(schedule_take(schedule, NOW + 60000), order[i]);
    schedule_free(schedule);
}

/* 2 s, doubling, 60 s at most, each with jitter, and from the start again after a good answer. */
static void test_backoff(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    struct schedule_options options = usual;
    int64_t shortest_ms = INT64_MAX, longest_ms = 0;
    for (int round = 0; round < 200; round++) {
        options.seed = chance_next(&chance);
        struct schedule *schedule = schedule_new(&options);
        size_t one = schedule_add(schedule, false, NOW);
        int64_t now_ms = NOW, least_ms = 2000;
        for (int failures = 0; failures < 12; failures++) {
            assert_int_equal(schedule_take(schedule, now_ms), one);
            schedule_done(schedule, one, TROUBLE_SERVER, -1, now_ms);
            int64_t pause_ms = schedule_due_ms(schedule, one) - now_ms;
            int64_t most_ms = least_ms * 5 / 4 < 60000 ? least_ms * 5 / 4 : 60000;
            assert_in_range(pause_ms, least_ms, most_ms);
            now_ms += pause_ms;
            least_ms = least_ms * 2 < 48000 ? least_ms * 2 : 48000;
        }
        schedule_take(schedule, now_ms);
        good(schedule, one, now_ms);
        schedule_take(schedule, now_ms + 5000);
        schedule_done(schedule, one, TROUBLE_SERVER, -1, now_ms + 5000);
        int64_t pause_ms = schedule_due_ms(schedule, one) - now_ms - 5000;
        assert_in_range(pause_ms, 2000, 2500);
        shortest_ms = pause_ms < shortest_ms ? pause_ms : shortest_ms;
        longest_ms = pause_ms > longest_ms ? pause_ms : longest_ms;
        schedule_free(schedule);
    }
    assert_in_range(shortest_ms, 2000, 2100); /* chance uses all of its quarter */
    assert_in_range(longest_ms, 2400, 2500);
}

static void test_jitter_differs(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    int64_t pauses_ms[20];
    int differ = 0;
    for (size_t i = 0; i < COUNT(pauses_ms); i++) {
        size_t one = schedule_add(schedule, false, NOW + (int64_t)i * 1000);
        schedule_take(schedule, NOW + (int64_t)i * 1000);
        schedule_done(schedule, one, TROUBLE_SERVER, -1, NOW);
        pauses_ms[i] = schedule_due_ms(schedule, one) - NOW;
        differ += i > 0 && pauses_ms[i] != pauses_ms[i - 1];
    }
    assert_true(differ > 10);
    schedule_free(schedule);
}

/* One list that fails is its own matter. */
static void test_trouble_of_one_source(void **state)
{
    (void)state;
    const enum trouble_kind kinds[] = {TROUBLE_FORBIDDEN, TROUBLE_GONE,   TROUBLE_SERVER,
                                       TROUBLE_QUOTA,     TROUBLE_SLOW,   TROUBLE_CUT,
                                       TROUBLE_TOO_MUCH,  TROUBLE_MEMORY, TROUBLE_UNREADABLE};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct schedule *schedule = schedule_new(&usual);
        size_t one = schedule_add(schedule, false, NOW), two = schedule_add(schedule, false, NOW);
        schedule_take(schedule, NOW);
        schedule_done(schedule, one, kinds[i], -1, NOW);
        assert_int_equal(schedule_gate_ms(schedule), 0);
        assert_int_equal(schedule_take(schedule, NOW), two);
        good(schedule, two, NOW);
        assert_true(schedule_due_ms(schedule, one) >= NOW + 2000);
        schedule_free(schedule);
    }
}

/* A 503 may say how long; less than the usual pause is not believed, nor more than an hour. */
static void test_retry_after_of_one_source(void **state)
{
    (void)state;
    const struct {
        int64_t said_ms, least_ms, most_ms;
    } cases[] = {
        {0, 2000, 2500}, {1000, 2000, 2500}, {9000, 9000, 9000}, {INT64_MAX / 2, 3600000, 3600000}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct schedule *schedule = schedule_new(&usual);
        size_t one = schedule_add(schedule, false, NOW);
        schedule_take(schedule, NOW);
        schedule_done(schedule, one, TROUBLE_SERVER, cases[i].said_ms, NOW);
        assert_in_range(schedule_due_ms(schedule, one) - NOW, cases[i].least_ms, cases[i].most_ms);
        schedule_free(schedule);
    }
}

static void test_soon(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, false, NOW);
    schedule_take(schedule, NOW);
    good(schedule, one, NOW);
    schedule_soon(schedule, one, NOW + 9000); /* it will be asked before */
    assert_int_equal(schedule_due_ms(schedule, one), NOW + 5000);
    schedule_soon(schedule, one, NOW + 1500);
    assert_int_equal(schedule_take(schedule, NOW + 1499), SCHEDULE_NONE);
    assert_int_equal(schedule_take(schedule, NOW + 1500), one);
    schedule_free(schedule);
}

/* A write may be answered while a list is under way that was asked before it. */
static void test_soon_while_in_flight(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, false, NOW);
    schedule_take(schedule, NOW);
    schedule_soon(schedule, one, NOW + 300);
    good(schedule, one, NOW + 500);
    assert_int_equal(schedule_take(schedule, NOW + 500), one);
    good(schedule, one, NOW + 600);
    assert_int_equal(schedule_due_ms(schedule, one), NOW + 5500);
    schedule_free(schedule);
}

static void test_soon_does_not_hurry_what_fails(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, false, NOW);
    schedule_take(schedule, NOW);
    schedule_done(schedule, one, TROUBLE_SERVER, -1, NOW);
    schedule_soon(schedule, one, NOW + 1);
    assert_true(schedule_due_ms(schedule, one) >= NOW + 2000);
    assert_int_equal(schedule_take(schedule, NOW + 1999), SCHEDULE_NONE);
    schedule_free(schedule);
}

static void test_refresh(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t good_one = schedule_add(schedule, false, NOW), bad = schedule_add(schedule, false, NOW),
           catalogue = schedule_add(schedule, true, NOW);
    for (int i = 0; i < 3; i++)
        schedule_take(schedule, NOW);
    good(schedule, good_one, NOW);
    good(schedule, catalogue, NOW);
    schedule_done(schedule, bad, TROUBLE_SERVER, -1, NOW);
    assert_int_equal(schedule_take(schedule, NOW + 100), SCHEDULE_NONE);
    assert_true(schedule_refresh(schedule, NOW + 100));
    bool taken[3] = {false};
    for (int i = 0; i < 3; i++)
        taken[schedule_take(schedule, NOW + 100)] = true;
    assert_true(taken[good_one] && taken[bad] && taken[catalogue]);
    schedule_free(schedule);
}

/* What is being asked is fresh enough. */
static void test_refresh_while_in_flight(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, false, NOW);
    schedule_take(schedule, NOW);
    schedule_refresh(schedule, NOW + 100);
    good(schedule, one, NOW + 200);
    assert_int_equal(schedule_due_ms(schedule, one), NOW + 5000);
    schedule_free(schedule);
}

static void test_comes_onto_the_screen(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    for (int i = 0; i < 30; i++)
        schedule_add(schedule, false, NOW);
    assert_int_equal(schedule_take(schedule, NOW), 0);
    schedule_show(schedule, 20, true);
    assert_int_equal(schedule_take(schedule, NOW), 20); /* old as it is, it is next */
    schedule_free(schedule);
}

static void test_pause(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, false, NOW), two = schedule_add(schedule, false, NOW);
    schedule_take(schedule, NOW);
    schedule_pause(schedule, true);
    assert_int_equal(schedule_take(schedule, NOW), SCHEDULE_NONE);
    assert_int_equal(schedule_wake_ms(schedule, NOW), SCHEDULE_NEVER);
    good(schedule, one, NOW); /* what was under way still counts */
    assert_int_equal(schedule_take(schedule, NOW + 60000), SCHEDULE_NONE);
    schedule_pause(schedule, false);
    assert_int_equal(schedule_take(schedule, NOW + 60000), two);
    assert_int_equal(schedule_take(schedule, NOW + 60000), one);
    schedule_free(schedule);
}

static void test_removal_and_reuse(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, false, NOW), two = schedule_add(schedule, false, NOW);
    schedule_remove(schedule, one);
    assert_int_equal(schedule_take(schedule, NOW), two);
    schedule_remove(schedule, two); /* under way */
    assert_int_equal(schedule_take(schedule, NOW + 60000), SCHEDULE_NONE);
    assert_true(schedule_settled(schedule));
    size_t again = schedule_add(schedule, false, NOW + 60000);
    assert_true(again == one || again == two);
    assert_int_equal(schedule_take(schedule, NOW + 60000), again);
    schedule_free(schedule);
}

static void test_removed_ones_free_their_place_in_flight(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    for (int64_t round = 0; round < 100; round++) {
        int64_t now_ms = NOW + round * 10000;
        size_t one = schedule_add(schedule, false, now_ms);
        assert_int_equal(schedule_take(schedule, now_ms), one);
        schedule_remove(schedule, one);
    }
    schedule_free(schedule);
}

static void test_reused_number_starts_afresh(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, true, NOW);
    schedule_show(schedule, one, true);
    for (int i = 0; i < 5; i++) {
        schedule_refresh(schedule, NOW);
        schedule_take(schedule, NOW);
        schedule_done(schedule, one, TROUBLE_SERVER, -1, NOW);
    }
    schedule_remove(schedule, one);
    assert_int_equal(schedule_add(schedule, false, NOW + 10), one);
    assert_int_equal(schedule_due_ms(schedule, one), NOW + 10);
    assert_int_equal(schedule_take(schedule, NOW + 1010), one);
    schedule_done(schedule, one, TROUBLE_SERVER, -1, NOW + 1010);
    assert_in_range(schedule_due_ms(schedule, one) - NOW - 1010, 2000, 2500);
    schedule_free(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_source_is_due_at_once),
        cmocka_unit_test(test_interval),
        cmocka_unit_test(test_answer_slower_than_the_interval),
        cmocka_unit_test(test_catalogue),
        cmocka_unit_test(test_the_screen_first),
        cmocka_unit_test(test_longest_waiting_first),
        cmocka_unit_test(test_backoff),
        cmocka_unit_test(test_jitter_differs),
        cmocka_unit_test(test_trouble_of_one_source),
        cmocka_unit_test(test_retry_after_of_one_source),
        cmocka_unit_test(test_soon),
        cmocka_unit_test(test_soon_while_in_flight),
        cmocka_unit_test(test_soon_does_not_hurry_what_fails),
        cmocka_unit_test(test_refresh),
        cmocka_unit_test(test_refresh_while_in_flight),
        cmocka_unit_test(test_comes_onto_the_screen),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_removal_and_reuse),
        cmocka_unit_test(test_removed_ones_free_their_place_in_flight),
        cmocka_unit_test(test_reused_number_starts_afresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
