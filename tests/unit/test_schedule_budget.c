/* How much is asked at once and in a second, who gets it when it is not enough for all, and the
 * pace that follows from that. */
#include "tests/unit/schedules.h"

/* More rows on the screen than the budget can keep fresh: the others still get every fourth turn,
 * and none of them is forgotten. */
static void test_fair_turn(void **state)
{
    (void)state;
    enum { SHOWN = 80, OTHERS = 40, TAKES = 4000 };
    struct schedule *schedule = schedule_new(&usual);
    int asked[SHOWN + OTHERS] = {0}, others = 0;
    for (size_t i = 0; i < SHOWN + OTHERS; i++)
        schedule_show(schedule, schedule_add(schedule, false, NOW), i < SHOWN);
    int64_t now_ms = NOW;
    for (int i = 0; i < TAKES; i++) {
        now_ms = schedule_wake_ms(schedule, now_ms);
        size_t taken = schedule_take(schedule, now_ms);
        good(schedule, taken, now_ms);
        asked[taken]++;
        others += taken >= SHOWN;
    }
    assert_in_range(others, TAKES / 4 - SHOWN / 3, TAKES / 4 + SHOWN / 3);
    for (size_t i = 0; i < SHOWN + OTHERS; i++) {
        int fair = i < SHOWN ? TAKES * 3 / 4 / SHOWN : TAKES / 4 / OTHERS;
        assert_in_range(asked[i], fair - 3, fair + 3);
    }
    schedule_free(schedule);
}

/* Runs for so long, every answer good and at once; notes for each source when it was asked first,
 * and the longest that it waited between two. */
struct log {
    int64_t first_ms[1100], last_ms[1100], gap_ms[1100];
};

static void run_for(struct schedule *schedule, struct log *log, int64_t from_ms, int64_t to_ms)
{
    for (int64_t now_ms = from_ms; now_ms < to_ms;) {
        size_t taken = schedule_take(schedule, now_ms);
        if (taken == SCHEDULE_NONE) {
            now_ms = schedule_wake_ms(schedule, now_ms);
            continue;
        }
        if (log->first_ms[taken] == 0)
            log->first_ms[taken] = now_ms;
        else if (now_ms - log->last_ms[taken] > log->gap_ms[taken])
            log->gap_ms[taken] = now_ms - log->last_ms[taken];
        log->last_ms[taken] = now_ms;
        good(schedule, taken, now_ms);
    }
}

/* A thousand runtimes, forty of them on the screen: all is read in twice the time that it takes
 * without a screen, and what is seen stays fresh meanwhile: it is never older than two intervals.
 */
static void test_a_big_fleet_is_read_first(void **state)
{
    (void)state;
    enum { CATALOGUES = 4, RUNTIMES = 1000, SHOWN = 40, EACH = 25, READ_MS = 210000 };
    static struct log log;
    log = (struct log){0};
    struct schedule *schedule = schedule_new(&usual);
    for (size_t i = 0; i < CATALOGUES + RUNTIMES; i++) {
        schedule_add(schedule, i < CATALOGUES, NOW);
        schedule_show(schedule, i, i >= CATALOGUES && i % EACH == 0);
    }
    assert_int_equal(schedule_pace_ms(schedule, EACH), usual.interval_ms);
    run_for(schedule, &log, NOW, NOW + READ_MS);
    for (size_t i = 0; i < CATALOGUES + RUNTIMES; i++) {
        bool shown = i >= CATALOGUES && i % EACH == 0;
        int64_t by_ms = NOW + (i < CATALOGUES ? 1000 : shown ? 6000 : READ_MS);
        assert_in_range(log.first_ms[i], NOW, by_ms);
        if (shown || i < CATALOGUES) {
            int64_t most_ms = shown ? 2 * usual.interval_ms : 60000;
            assert_in_range(log.gap_ms[i], 1, most_ms);
            assert_true(NOW + READ_MS - log.last_ms[i] <= most_ms);
        }
    }
    assert_int_equal(schedule_pace_ms(schedule, EACH), 5000);
    schedule_free(schedule);
}

/* A write is followed at once, whatever else is to be read. */
static void test_who_was_written_to_goes_first(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    for (size_t i = 0; i < 500; i++)
        schedule_add(schedule, false, NOW);
    size_t first = schedule_take(schedule, NOW);
    good(schedule, first, NOW);
    schedule_urge(schedule, first, NOW + 100);
    assert_int_equal(schedule_take(schedule, NOW + 100), first);
    good(schedule, first, NOW + 100);
    assert_int_not_equal(schedule_take(schedule, NOW + 200), first);
    schedule_free(schedule);
}

/* More catalogues than the budget can keep fresh do not starve what they list. */
static void test_catalogues_leave_something(void **state)
{
    (void)state;
    static struct log log;
    log = (struct log){0};
    struct schedule *schedule = schedule_new(&usual);
    for (size_t i = 0; i < 600; i++)
        schedule_add(schedule, i >= 100, NOW);
    run_for(schedule, &log, NOW, NOW + 600000);
    for (size_t i = 0; i < 100; i++)
        assert_in_range(log.gap_ms[i], 1, 200000);
    schedule_free(schedule);
}

/* A big fleet under a budget of ten: never more than the bucket holds, never idle while somebody
 * waits. */
static void test_budget(void **state)
{
    (void)state;
    enum { SECONDS = 120 };
    struct schedule *schedule = schedule_new(&usual);
    int per_second[SECONDS] = {0}, total = 0;
    for (int i = 0; i < 1000; i++)
        schedule_add(schedule, i < 3, NOW);
    for (int64_t now_ms = NOW; now_ms < NOW + SECONDS * 1000; now_ms++) {
        size_t taken;
        while ((taken = schedule_take(schedule, now_ms)) != SCHEDULE_NONE) {
            good(schedule, taken, now_ms);
            per_second[(now_ms - NOW) / 1000]++;
            total++;
        }
    }
    assert_in_range(total, SECONDS * 10, SECONDS * 10 + 10);
    assert_in_range(per_second[0], 10, 20);
    for (int i = 1; i < SECONDS; i++)
        assert_in_range(per_second[i], 9, 11);
    schedule_free(schedule);
}

static void test_budget_saves_up_one_second_at_most(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    for (int i = 0; i < 100; i++)
        schedule_add(schedule, false, NOW + 3600000);
    int taken = 0;
    while (schedule_take(schedule, NOW + 3600000) != SCHEDULE_NONE && taken < 50)
        good(schedule, (size_t)taken++, NOW + 3600000);
    assert_int_equal(taken, 10);
    schedule_free(schedule);
}

/* A page more of a list is a request like another: two lists without an end stay within the budget,
 * and leave the rest of the fleet its part of it. */
static void test_pages_are_paced(void **state)
{
    (void)state;
    enum { SECONDS = 60, ENDLESS = 2, ALL = 12 };
    struct schedule *schedule = schedule_new(&usual);
    int total = 0, others[ALL] = {0};
    for (size_t i = 0; i < ALL; i++) {
        schedule_add(schedule, false, NOW);
        schedule_show(schedule, i, i < 4);
    }
    for (int64_t now_ms = NOW; now_ms < NOW + SECONDS * 1000;) {
        size_t taken;
        while ((taken = schedule_take(schedule, now_ms)) != SCHEDULE_NONE) {
            if (taken < ENDLESS)
                schedule_more(schedule, taken);
            else
                good(schedule, taken, now_ms);
            others[taken]++;
            total++;
        }
        int64_t wake_ms = schedule_wake_ms(schedule, now_ms);
        assert_in_range(wake_ms, now_ms + 1, now_ms + 110); /* it waits for the budget alone */
        now_ms = wake_ms;
    }
    assert_in_range(total, SECONDS * 9, SECONDS * 10 + 10);
    for (int i = 0; i < ALL; i++)
        assert_in_range(others[i], SECONDS / 5 - 2, SECONDS * 10);
    schedule_free(schedule);
}

/* The next list is due as if the last had been one page; nothing else asks for the page again. */
static void test_pages_move_no_turn(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, false, NOW);
    assert_int_equal(schedule_take(schedule, NOW), one);
    assert_int_equal(schedule_take(schedule, NOW), SCHEDULE_NONE);
    schedule_more(schedule, one);
    assert_int_equal(schedule_take(schedule, NOW + 3000), one);
    assert_int_equal(schedule_take(schedule, NOW + 3000), SCHEDULE_NONE);
    good(schedule, one, NOW + 3000);
    assert_int_equal(schedule_wake_ms(schedule, NOW + 3000), NOW + 5000);
    schedule_free(schedule);
}

static void test_small_budget(void **state)
{
    (void)state;
    struct schedule_options options = usual;
    options.per_second = 1;
    struct schedule *schedule = schedule_new(&options);
    for (int i = 0; i < 10; i++)
        schedule_add(schedule, false, NOW);
    for (int i = 0; i < 10; i++) {
        int64_t now_ms = NOW + i * 1001;
        assert_int_not_equal(schedule_take(schedule, now_ms), SCHEDULE_NONE);
        assert_int_equal(schedule_take(schedule, now_ms + 900), SCHEDULE_NONE);
        schedule_done(schedule, (size_t)i, TROUBLE_NONE, -1, now_ms);
    }
    schedule_free(schedule);
}

static void test_one_in_flight_for_each(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t one = schedule_add(schedule, false, NOW);
    assert_int_equal(schedule_take(schedule, NOW), one);
    assert_int_equal(schedule_wake_ms(schedule, NOW), SCHEDULE_NEVER);
    schedule_refresh(schedule, NOW + 1000);
    schedule_soon(schedule, one, NOW + 1000);
    assert_int_equal(schedule_take(schedule, NOW + 100000), SCHEDULE_NONE);
    schedule_free(schedule);
}

static void test_in_flight_ceiling(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    for (int i = 0; i < 50; i++)
        schedule_add(schedule, false, NOW);
    for (int i = 0; i < 8; i++)
        assert_int_not_equal(schedule_take(schedule, NOW), SCHEDULE_NONE);
    assert_int_equal(schedule_take(schedule, NOW + 60000), SCHEDULE_NONE);
    assert_int_equal(schedule_wake_ms(schedule, NOW + 60000), SCHEDULE_NEVER);
    good(schedule, 3, NOW + 60000);
    assert_int_not_equal(schedule_take(schedule, NOW + 60000), SCHEDULE_NONE);
    assert_int_equal(schedule_take(schedule, NOW + 60000), SCHEDULE_NONE);
    schedule_free(schedule);
}

/* The seconds between two askings of the last source, seen over many rounds. */
static int64_t seen_pace_ms(struct schedule *schedule, size_t source)
{
    int64_t first_ms = 0, last_ms = 0, now_ms = NOW;
    int rounds = -1;
    while (rounds < 20) {
        now_ms = schedule_wake_ms(schedule, now_ms);
        size_t taken = schedule_take(schedule, now_ms);
        good(schedule, taken, now_ms);
        if (taken == source) {
            last_ms = now_ms;
            first_ms = rounds < 0 ? now_ms : first_ms;
            rounds++;
        }
    }
    return (last_ms - first_ms) / rounds;
}

/* The pace that is promised is about the pace that is kept. */
static void test_pace(void **state)
{
    (void)state;
    const struct {
        size_t shown, others;
    } cases[] = {{0, 1}, {1, 0}, {10, 10}, {0, 300}, {40, 40}, {20, 200}, {49, 100}, {80, 40}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct schedule *schedule = schedule_new(&usual);
        size_t last = 0;
        for (size_t j = 0; j < cases[i].shown + cases[i].others; j++) {
            last = schedule_add(schedule, false, NOW);
            schedule_show(schedule, last, j < cases[i].shown);
        }
        int64_t said_ms = schedule_pace_ms(schedule, last), seen_ms = seen_pace_ms(schedule, last);
        if (said_ms * 10 < seen_ms * 7 || said_ms * 10 > seen_ms * 14)
            fail_msg("case %zu: said %lld ms, seen %lld ms", i, (long long)said_ms,
                     (long long)seen_ms);
        schedule_free(schedule);
    }
}

static void test_pace_of_the_screen_and_catalogues(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t catalogue = schedule_add(schedule, true, NOW);
    for (int i = 0; i < 1000; i++)
        schedule_add(schedule, false, NOW);
    size_t one = schedule_add(schedule, false, NOW);
    assert_int_equal(schedule_pace_ms(schedule, catalogue), 30000);
    assert_int_equal(schedule_pace_ms(schedule, one), 100100);
    schedule_show(schedule, one, true);
    schedule_show(schedule, one, true);
    assert_int_equal(schedule_pace_ms(schedule, one), 5000);
    schedule_show(schedule, one, false);
    assert_int_equal(schedule_pace_ms(schedule, one), 100100);
    for (size_t i = 0; i < 1000; i++) {
        schedule_show(schedule, catalogue + 1 + i, i >= 300);
        schedule_remove(schedule, catalogue + 1 + i);
    }
    assert_int_equal(schedule_pace_ms(schedule, one), 5000);
    for (int i = 0; i < 99; i++)
        schedule_add(schedule, false, NOW);
    schedule_remove(schedule, catalogue);
    assert_int_equal(schedule_pace_ms(schedule, one), 10000); /* as if none had been shown */
    schedule_free(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fair_turn),
        cmocka_unit_test(test_a_big_fleet_is_read_first),
        cmocka_unit_test(test_who_was_written_to_goes_first),
        cmocka_unit_test(test_catalogues_leave_something),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_budget_saves_up_one_second_at_most),
        cmocka_unit_test(test_pages_are_paced),
        cmocka_unit_test(test_pages_move_no_turn),
        cmocka_unit_test(test_small_budget),
        cmocka_unit_test(test_one_in_flight_for_each),
        cmocka_unit_test(test_in_flight_ceiling),
        cmocka_unit_test(test_pace),
        cmocka_unit_test(test_pace_of_the_screen_and_catalogues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
