/* Whether anybody looks: the pace without the focus, and what is asked when it comes back. */
#include "tests/unit/schedules.h"

/* Takes what is due at a moment; how many there were. */
static int take_all(struct schedule *schedule, int64_t now_ms)
{
    int taken = 0;
    for (size_t source; (source = schedule_take(schedule, now_ms)) != SCHEDULE_NONE; taken++)
        good(schedule, source, now_ms);
    return taken;
}

static void test_nobody_looks(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t catalog = schedule_add(schedule, true, NOW), one = schedule_add(schedule, false, NOW);
    schedule_show(schedule, one, true);
    schedule_focus(schedule, false, NOW);
    assert_int_equal(schedule_pace_ms(schedule, one), 15000);
    assert_int_equal(schedule_pace_ms(schedule, catalog), 90000);
    assert_int_equal(take_all(schedule, NOW), 2);
    assert_int_equal(take_all(schedule, NOW + 14999), 0);
    assert_int_equal(schedule_wake_ms(schedule, NOW + 14000), NOW + 15000);
    assert_int_equal(take_all(schedule, NOW + 15000), 1);
    schedule_soon(schedule, one, NOW + 16000); /* around an expiry it is asked all the same */
    assert_int_equal(take_all(schedule, NOW + 16000), 1);
    schedule_free(schedule);
}

static void test_somebody_looks_again(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&usual);
    size_t early = schedule_add(schedule, false, NOW), late = schedule_add(schedule, false, NOW);
    size_t failing = schedule_add(schedule, false, NOW);
    schedule_focus(schedule, false, NOW);
    for (size_t i = 0; i < 3; i++)
        assert_int_not_equal(schedule_take(schedule, NOW), SCHEDULE_NONE);
    good(schedule, early, NOW);
    good(schedule, late, NOW);
    schedule_done(schedule, failing, TROUBLE_SERVER, 60000, NOW);
    schedule_soon(schedule, late, NOW + 4000);
    assert_int_equal(schedule_take(schedule, NOW + 4000), late);
    good(schedule, late, NOW + 4000);
    schedule_focus(schedule, true, NOW + 6000);
    assert_int_equal(schedule_take(schedule, NOW + 6000), early);
    assert_int_equal(schedule_take(schedule, NOW + 6000), SCHEDULE_NONE);
    assert_int_equal(schedule_due_ms(schedule, late), NOW + 9000);
    assert_true(schedule_due_ms(schedule, failing) > NOW + 50000);
    assert_int_equal(schedule_pace_ms(schedule, late), 5000);
    schedule_free(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_looks),
        cmocka_unit_test(test_somebody_looks_again),
    };
    return cmocka_run_group_tests_name("schedule_focus", tests, NULL, NULL);
}
