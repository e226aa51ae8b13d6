/* What time the server has: bounds that narrow, a clock that stepped, drift, and what is said when
 * nothing is known. */
#include "api/clock.h"

#include "tests/unit/unit.h"

static void expect_bounds(const struct clock *clock, int64_t low_ms, int64_t high_ms)
{
    assert_int_equal(clock->low_ms, low_ms);
    assert_int_equal(clock->high_ms, high_ms);
    assert_true(clock->known);
}

static void test_nothing_known(void **state)
{
    (void)state;
    struct clock clock = {0};
    assert_false(clock.known);
    assert_true(clock_vague(&clock));
    assert_int_equal(clock_skew_ms(&clock, 1000, 99000), 0);
}

static void test_first_date(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_observe(&clock, 900, 1000, 50000);
    expect_bounds(&clock, 49000, 50100);
    assert_int_equal(clock.steps, 0);
    assert_int_equal(clock_server_ms(&clock, 1000), 50550);
    assert_int_equal(clock_boot_of(&clock, 50550), 1000);
    assert_false(clock_vague(&clock));
}

static void test_narrows(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_observe(&clock, 900, 1000, 50000);
    clock_observe(&clock, 1300, 1400, 51000); /* says: 49600 to 50700 */
    expect_bounds(&clock, 49600, 50100 + 1);  /* what was known, and 1 ms for drift */
    assert_int_equal(clock.steps, 0);
}

/* Drift counts from the answer before, and from the first after a step; not from the boot. */
static void test_narrows_long_after_the_boot(void **state)
{
    (void)state;
    const int64_t later_ms = 1000000000000;
    struct clock clock = {0};
    clock_observe(&clock, later_ms + 900, later_ms + 1000, later_ms + 50000);
    clock_observe(&clock, later_ms + 1300, later_ms + 1400, later_ms + 51000);
    expect_bounds(&clock, 49600, 50101);
    clock = (struct clock){0};
    clock_observe(&clock, 900, 1000, 50000);
    clock_observe(&clock, later_ms + 900, later_ms + 1000, 50000);
    assert_int_equal(clock.steps, 1);
    clock_observe(&clock, later_ms + 1300, later_ms + 1400, 51000);
    expect_bounds(&clock, 49600 - later_ms, 50101 - later_ms);
}

static void test_slow_answer_widens_nothing(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_observe(&clock, 900, 1000, 50000);
    clock_observe(&clock, 1000, 1500, 50000);
    int64_t width = clock.high_ms - clock.low_ms;
    clock_observe(&clock, 1000, 2000, 50000);
    assert_true(clock.high_ms - clock.low_ms <= width + 2);
    assert_int_equal(clock.steps, 0);
}

static void test_steps(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_observe(&clock, 900, 1000, 50000);
    clock_observe(&clock, 1900, 2000, 3600000);
    expect_bounds(&clock, 3598000, 3599100);
    assert_int_equal(clock.steps, 1);
    const int64_t later_ms = 2000 + CLOCK_DISPUTE_MS;
    clock_observe(&clock, later_ms - 100, later_ms, later_ms + 50000);
    expect_bounds(&clock, 50000, 51100);
    assert_int_equal(clock.steps, 2);
    assert_false(clock_vague(&clock));
}

/* An answer that was under way when the clock stepped is of before, and no second contradiction. */
static void test_late_answer_is_no_dispute(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_observe(&clock, 900, 1000, 50000);
    clock_observe(&clock, 4900, 5000, 3600000);
    clock_observe(&clock, 4950, 5010, 54000);
    expect_bounds(&clock, 3594999, 3596101);
    assert_int_equal(clock.steps, 1);
}

/* Answers in turn by two clocks, from `from_ms` on for so many seconds. Both are within the bounds,
 * and what is said is marked, from the third answer on. */
static int64_t two_clocks(struct clock *clock, int64_t from_ms, int64_t one_ms, int64_t other_ms,
                          int seconds)
{
    for (int i = 0; i < seconds; i++, from_ms += 1000) {
        int64_t ahead_ms = i % 2 == 0 ? one_ms : other_ms;
        clock_observe(clock, from_ms, from_ms, from_ms + ahead_ms);
        if (i >= 2) {
            assert_true(clock->disputed && clock_vague(clock));
            assert_true(clock->low_ms <= one_ms && clock->high_ms >= one_ms);
            assert_true(clock->low_ms <= other_ms && clock->high_ms >= other_ms);
        }
    }
    return from_ms;
}

static void test_two_servers_disagree(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_observe(&clock, 100000, 100000, 154000);
    assert_false(clock_vague(&clock));
    int64_t now_ms = two_clocks(&clock, 110000, 46000, 54000, 1000);
    unsigned steps = clock.steps;
    assert_in_range(steps, 1, 2);
    /* One of them is alone from now on: it is believed once that has lasted. */
    int64_t sure_ms = now_ms - 1000 + CLOCK_DISPUTE_MS;
    for (; now_ms < sure_ms; now_ms += 1000) {
        clock_observe(&clock, now_ms, now_ms, now_ms + 54000);
        assert_true(clock_vague(&clock));
    }
    clock_observe(&clock, now_ms, now_ms, now_ms + 54000);
    assert_false(clock_vague(&clock));
    assert_in_range(clock.low_ms, 53900, 54000);
    assert_in_range(clock.high_ms, 54999, 55100);
    assert_int_equal(clock.steps, steps + 1);
    /* And then a step is a step again. */
    now_ms += 10000;
    clock_observe(&clock, now_ms, now_ms, now_ms + 90000);
    expect_bounds(&clock, 90000, 91000);
}

/* A cache answers for some lists and not for others, from the first on. */
static void test_lists_out_of_a_cache(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_observe(&clock, 100000, 100020, 150000); /* spaces, and runtimes */
    clock_observe(&clock, 100020, 100040, 150000);
    clock_observe(&clock, 100040, 100060, 125000); /* leases, 25 s old */
    assert_true(clock_vague(&clock));
    for (int64_t now_ms = 101000; now_ms < 1000000; now_ms += 1000) {
        clock_observe(&clock, now_ms, now_ms + 20, now_ms / 1000 * 1000 + 25000);
        if (now_ms % 30000 == 0)
            clock_observe(&clock, now_ms, now_ms + 20, now_ms + 50000);
        assert_true(clock_vague(&clock));
        assert_true(clock.low_ms <= 25000 && clock.high_ms >= 50000);
    }
}

/* A disagreement that leaves LEFT within a second needs no mark. */
static void test_small_disagreement(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_observe(&clock, 100000, 100000, 150000);
    clock_observe(&clock, 109500, 109500, 160000); /* half a second more: 50000..51000, 50500.. */
    clock_observe(&clock, 110000, 110000, 159500); /* and half a second less: 49500..50500 */
    clock_observe(&clock, 110100, 110100, 159500);
    assert_false(clock_vague(&clock));
    assert_true(clock.low_ms <= 50000 && clock.high_ms >= 50000);
}

/* Bounds of 0 to 1000 and a second look exactly at their edge. */
static unsigned steps_after(int64_t later_ms, int64_t off_by_ms)
{
    struct clock clock = {0};
    clock_observe(&clock, 0, 0, 0);
    clock_observe(&clock, later_ms, later_ms, later_ms + off_by_ms);
    return clock.steps;
}

static void test_drift_is_no_step(void **state)
{
    (void)state;
    assert_int_equal(steps_after(0, 999), 0);
    assert_int_equal(steps_after(0, 1100), 1);
    assert_int_equal(steps_after(0, -999), 0);
    assert_int_equal(steps_after(0, -1100), 1);
    /* Two crystals may be 200 ms apart after a thousand seconds, 720 after an hour. */
    assert_int_equal(steps_after(1000000, 1190), 0);
    assert_int_equal(steps_after(1000000, 1250), 1);
    assert_int_equal(steps_after(1000000, -1190), 0);
    assert_int_equal(steps_after(1000000, -1250), 1);
    assert_int_equal(steps_after(3600000, 1700), 0);
}

static void test_assumes_only_until_told(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_assume(&clock, 1000, 77000);
    assert_int_equal(clock_server_ms(&clock, 2000), 78000);
    assert_true(clock_vague(&clock));
    clock_assume(&clock, 1000, 90000);
    assert_int_equal(clock_server_ms(&clock, 2000), 91000);
    clock_observe(&clock, 900, 1000, 50000);
    clock_assume(&clock, 1000, 77000);
    expect_bounds(&clock, 49000, 50100);
}

/* A clock for which this machine's says that the server is so far ahead, after a Date of 50 s: that
 * is 49000 to 50100. */
static struct clock assumed(int64_t ahead_ms)
{
    struct clock clock = {0};
    clock_assume(&clock, 0, ahead_ms);
    clock_observe(&clock, 900, 1000, 50000);
    return clock;
}

static void test_another_witness(void **state)
{
    (void)state;
    static const struct {
        int64_t ahead_ms;
        bool agrees;
    } walls[] = {{49000, true},  {50100, true},  {48500, true}, {50600, true},
                 {48499, false}, {50601, false}, {75000, false}};
    for (size_t i = 0; i < sizeof walls / sizeof *walls; i++) {
        struct clock clock = assumed(walls[i].ahead_ms);
        assert_int_equal(clock_vague(&clock), !walls[i].agrees);
    }
}

static void test_sure_by_a_later_answer(void **state)
{
    (void)state;
    struct clock clock = assumed(75000);
    clock_observe(&clock, 2090, 2100, 51000); /* it could be the same Date out of a cache */
    assert_true(clock_vague(&clock));
    clock_observe(&clock, 2110, 2120, 51000);
    assert_false(clock_vague(&clock));
    assert_int_equal(clock.steps, 0);
    /* A step needs another witness, too. */
    clock_observe(&clock, 9000, 9010, 20000);
    assert_int_equal(clock.steps, 1);
    assert_true(clock_vague(&clock));
    clock_observe(&clock, 10500, 10510, 21500);
    assert_false(clock_vague(&clock));
}

/* Whenever it is given out again, a Date that stands still does not make itself sure. */
static void test_a_date_that_stands_still(void **state)
{
    (void)state;
    for (int64_t later_ms = 10; later_ms < 100000; later_ms += 10) {
        struct clock clock = assumed(75000);
        clock_observe(&clock, 900 + later_ms, 1000 + later_ms, 50000);
        assert_true(clock_vague(&clock));
    }
}

/* A better estimate may lie before the last: what is told does not run backwards for it. */
static void test_told_in_order(void **state)
{
    (void)state;
    struct clock clock = {0};
    struct clock_told told = {0};
    clock_observe(&clock, 0, 1000, 50000); /* 49000 to 51000 */
    assert_int_equal(clock_tell_ms(&clock, &told, 1000), 51000);
    clock_observe(&clock, 1990, 2000, 51000); /* 49000 to 50010 */
    assert_true(clock_server_ms(&clock, 1100) < 51000);
    assert_int_equal(clock_tell_ms(&clock, &told, 1100), 51000);
    assert_true(clock_tell_ms(&clock, &told, 3000) > 51000);
    clock_observe(&clock, 3000, 3010, 10000); /* set back: what is told goes back, too */
    assert_int_equal(clock.steps, 1);
    assert_true(clock_tell_ms(&clock, &told, 3010) < 12000);
}

static void test_vague(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_observe(&clock, 0, 1000, 50000);
    assert_false(
        clock_vague(&clock)); /* the second after the Date never ends: just under 1 s off */
    clock = (struct clock){0};
    clock_observe(&clock, 0, 1001, 50000);
    assert_true(clock_vague(&clock));
    clock_observe(&clock, 1001, 1101, 51000);
    assert_false(clock_vague(&clock));
}

static void test_skew_is_what_is_certain(void **state)
{
    (void)state;
    struct clock clock = {0};
    clock_observe(&clock, 900, 1000, 50000); /* 49000 to 50100 ahead of the boot clock */
    assert_int_equal(clock_skew_ms(&clock, 2000, 2000 + 49000), 0);
    assert_int_equal(clock_skew_ms(&clock, 2000, 2000 + 49500), 0);
    assert_int_equal(clock_skew_ms(&clock, 2000, 2000 + 50100), 0);
    assert_int_equal(clock_skew_ms(&clock, 2000, 2000 + 41000), 8000);
    assert_int_equal(clock_skew_ms(&clock, 2000, 2000 + 60100), -10000);
}

/* A server whose clock is `offset` ahead and runs a little faster or slower, seen through answers
 * that take from 1 to 400 ms. Times in microseconds, so that what is cut to milliseconds counts. */
struct world {
    double offset_us, rate;
    int64_t now_us;
};

static double server_us(const struct world *world, int64_t at_us)
{
    return (double)at_us * world->rate + world->offset_us;
}

static void ask(struct world *world, struct clock *clock, struct chance *chance)
{
    int64_t sent_us = world->now_us;
    int64_t answered_us = sent_us + chance_range(chance, 500, 200000);
    int64_t received_us = answered_us + chance_range(chance, 500, 200000);
    int64_t date_s = (int64_t)(server_us(world, answered_us) / 1e6);
    world->now_us = received_us;
    clock_observe(clock, sent_us / 1000, received_us / 1000, date_s * 1000);
}

static void expect_truth(const struct world *world, const struct clock *clock)
{
    double truth_ms = (server_us(world, world->now_us) - (double)world->now_us) / 1000;
    assert_int_equal(clock->steps, 0);
    if (truth_ms < (double)clock->low_ms - 2 || truth_ms > (double)clock->high_ms + 2)
        fail_msg("%f is not within %lld..%lld", truth_ms, (long long)clock->low_ms,
                 (long long)clock->high_ms);
}

/* Asked often or seldom, for hours: the bounds hold the truth, a steady server never seems to step,
 * and soon the bounds are close. */
static void test_bounds_hold_the_truth(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    const int64_t pauses_us[] = {1000, 300000, 5000000, 60000000};
    for (int round = 0; round < 40; round++) {
        struct clock clock = {0};
        struct world world = {
            .offset_us = (double)chance_range(&chance, 1, 2000000000) * 1e3,
            .rate = 1 + (double)chance_range(&chance, -150, 150) / 1e6,
            .now_us = chance_range(&chance, 1, 1000000),
        };
        for (int i = 0; i < 5000; i++) {
            ask(&world, &clock, &chance);
            expect_truth(&world, &clock);
            world.now_us += chance_range(&chance, 0, pauses_us[round % 4] * 2);
        }
        /* Asked seldom, what was known fades by the drift as fast as chance brings something
         * closer. */
        assert_true(clock.high_ms - clock.low_ms < (round % 4 == 3 ? 1500 : 700));
    }
}

static void test_own_clocks(void **state)
{
    (void)state;
    int64_t before_ms = clock_boot_now_ms();
    assert_true(before_ms > 0);
    assert_true(clock_boot_now_ms() >= before_ms);
    struct timespec before;
    clock_gettime(CLOCK_REALTIME, &before);
    int64_t now_ms = clock_wall_now_ms();
    assert_true(now_ms >= (int64_t)before.tv_sec * 1000 + before.tv_nsec / 1000000);
    assert_true(now_ms < ((int64_t)before.tv_sec + 60) * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_first_date),
        cmocka_unit_test(test_narrows),
        cmocka_unit_test(test_narrows_long_after_the_boot),
        cmocka_unit_test(test_slow_answer_widens_nothing),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_late_answer_is_no_dispute),
        cmocka_unit_test(test_two_servers_disagree),
        cmocka_unit_test(test_lists_out_of_a_cache),
        cmocka_unit_test(test_small_disagreement),
        cmocka_unit_test(test_drift_is_no_step),
        cmocka_unit_test(test_assumes_only_until_told),
        cmocka_unit_test(test_another_witness),
        cmocka_unit_test(test_sure_by_a_later_answer),
        cmocka_unit_test(test_a_date_that_stands_still),
        cmocka_unit_test(test_told_in_order),
        cmocka_unit_test(test_vague),
        cmocka_unit_test(test_skew_is_what_is_certain),
        cmocka_unit_test(test_bounds_hold_the_truth),
        cmocka_unit_test(test_own_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
