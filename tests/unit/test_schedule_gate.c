/* When the server as a whole is in trouble: the gate for all sources, Retry-After, a refused key;
 * asking everything once; and that the schedule wakes exactly when there is something to ask. */
#include "tests/unit/schedules.h"

/* A schedule of which the first `flying` of `count` sources have been asked at NOW. */
static struct schedule *asked(size_t count, size_t flying)
{
    struct schedule *schedule = schedule_new(&usual);
    for (size_t i = 0; i < count; i++)
        schedule_add(schedule, false, NOW);
    for (size_t i = 0; i < flying; i++)
        assert_int_equal(schedule_take(schedule, NOW), i);
    return schedule;
}

static void test_server_trouble_closes_for_all(void **state)
{
    (void)state;
    const enum trouble_kind kinds[] = {TROUBLE_NAME, TROUBLE_REFUSED, TROUBLE_TLS, TROUBLE_TIMEOUT,
                                       TROUBLE_LIMITED};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct schedule *schedule = asked(5, 1);
        schedule_done(schedule, 0, kinds[i], -1, NOW);
        int64_t gate_ms = schedule_gate_ms(schedule);
        assert_in_range(gate_ms - NOW, 2000, 2500);
        assert_int_equal(schedule_wake_ms(schedule, NOW), gate_ms);
        assert_int_equal(schedule_due_ms(schedule, 3), gate_ms);
        assert_int_equal(schedule_take(schedule, gate_ms - 1), SCHEDULE_NONE);
        assert_int_not_equal(schedule_take(schedule, gate_ms), SCHEDULE_NONE);
        schedule_free(schedule);
    }
}

/* Half open: one goes ahead, the rest follow only if it fares well. */
static void test_half_open(void **state)
{
    (void)state;
    struct schedule *schedule = asked(5, 1);
    schedule_done(schedule, 0, TROUBLE_REFUSED, -1, NOW);
    int64_t gate_ms = schedule_gate_ms(schedule);
    size_t probe = schedule_take(schedule, gate_ms);
    assert_int_equal(schedule_take(schedule, gate_ms), SCHEDULE_NONE);
    assert_int_equal(schedule_wake_ms(schedule, gate_ms), SCHEDULE_NEVER);
    schedule_done(schedule, probe, TROUBLE_REFUSED, -1, gate_ms + 10);
    int64_t second_ms = schedule_gate_ms(schedule);
    assert_in_range(second_ms - gate_ms - 10, 4000, 5000);
    probe = schedule_take(schedule, second_ms);
    good(schedule, probe, second_ms + 10);
    assert_int_equal(schedule_gate_ms(schedule), 0);
    for (int i = 0; i < 4; i++)
        assert_int_not_equal(schedule_take(schedule, second_ms + 10), SCHEDULE_NONE);
    schedule_free(schedule);
}

/* Trouble of one list also shows that the server is there. */
static void test_opened_by_trouble_of_a_source(void **state)
{
    (void)state;
    struct schedule *schedule = asked(5, 1);
    schedule_done(schedule, 0, TROUBLE_REFUSED, -1, NOW);
    int64_t gate_ms = schedule_gate_ms(schedule);
    schedule_done(schedule, schedule_take(schedule, gate_ms), TROUBLE_FORBIDDEN, -1, gate_ms);
    assert_int_equal(schedule_gate_ms(schedule), 0);
    assert_int_not_equal(schedule_take(schedule, gate_ms), SCHEDULE_NONE);
    assert_int_not_equal(schedule_take(schedule, gate_ms), SCHEDULE_NONE);
    schedule_free(schedule);
}

static void test_backoff_of_the_server(void **state)
{
    (void)state;
    struct schedule *schedule = asked(1, 0);
    int64_t now_ms = NOW, least_ms = 2000;
    for (int failures = 0; failures < 10; failures++) {
        assert_int_equal(schedule_take(schedule, now_ms), 0);
        schedule_done(schedule, 0, TROUBLE_TIMEOUT, -1, now_ms);
        int64_t pause_ms = schedule_gate_ms(schedule) - now_ms;
        assert_in_range(pause_ms, least_ms, least_ms * 5 / 4 < 60000 ? least_ms * 5 / 4 : 60000);
        now_ms += pause_ms;
        least_ms = least_ms * 2 < 48000 ? least_ms * 2 : 48000;
    }
    schedule_take(schedule, now_ms);
    good(schedule, 0, now_ms);
    schedule_take(schedule, now_ms + 5000);
    schedule_done(schedule, 0, TROUBLE_TIMEOUT, -1, now_ms + 5000);
    assert_in_range(schedule_gate_ms(schedule) - now_ms - 5000, 2000, 2500);
    schedule_free(schedule);
}

/* What was under way together fails together, and is one failure. */
static void test_failing_together_is_one_failure(void **state)
{
    (void)state;
    struct schedule *schedule = asked(8, 8);
    for (size_t i = 0; i < 8; i++)
        schedule_done(schedule, i, TROUBLE_REFUSED, -1, NOW + (int64_t)i);
    assert_in_range(schedule_gate_ms(schedule) - NOW, 2000, 2500);
    schedule_free(schedule);
}

static void test_refresh_opens_what_is_no_limit(void **state)
{
    (void)state;
    struct schedule *schedule = asked(5, 1);
    schedule_done(schedule, 0, TROUBLE_REFUSED, -1, NOW);
    assert_true(schedule_refresh(schedule, NOW + 500));
    assert_int_not_equal(schedule_take(schedule, NOW + 500), SCHEDULE_NONE);
    assert_int_equal(schedule_take(schedule, NOW + 500), SCHEDULE_NONE); /* still half open */
    schedule_free(schedule);
}

static void test_retry_after_binds_refresh(void **state)
{
    (void)state;
    struct schedule *schedule = asked(5, 1);
    schedule_done(schedule, 0, TROUBLE_LIMITED, 20000, NOW);
    assert_int_equal(schedule_gate_ms(schedule), NOW + 20000);
    assert_false(schedule_refresh(schedule, NOW + 19999));
    schedule_resume(schedule, NOW + 19999);
    assert_int_equal(schedule_take(schedule, NOW + 19999), SCHEDULE_NONE);
    assert_true(schedule_refresh(schedule, NOW + 20000));
    assert_int_not_equal(schedule_take(schedule, NOW + 20000), SCHEDULE_NONE);
    schedule_free(schedule);
}

static void test_limit_without_a_time_binds_too(void **state)
{
    (void)state;
    struct schedule *schedule = asked(5, 1);
    schedule_done(schedule, 0, TROUBLE_LIMITED, -1, NOW);
    assert_false(schedule_refresh(schedule, NOW + 1999));
    schedule_free(schedule);
}

/* "At once" is no answer to a request that was too many. */
static void test_retry_after_nothing_is_not_believed(void **state)
{
    (void)state;
    struct schedule *schedule = asked(5, 2);
    schedule_done(schedule, 0, TROUBLE_LIMITED, 0, NOW);
    schedule_done(schedule, 1, TROUBLE_LIMITED, 0, NOW);
    int64_t gate_ms = schedule_gate_ms(schedule);
    assert_in_range(gate_ms - NOW, 2000, 2500);
    schedule_done(schedule, schedule_take(schedule, gate_ms), TROUBLE_LIMITED, 0, gate_ms);
    assert_in_range(schedule_gate_ms(schedule) - gate_ms, 4000, 5000);
    schedule_free(schedule);
}

/* A limit that is over does not bind what fails in another way. */
static void test_limit_ends(void **state)
{
    (void)state;
    struct schedule *schedule = asked(5, 1);
    schedule_done(schedule, 0, TROUBLE_LIMITED, 10000, NOW);
    size_t probe = schedule_take(schedule, NOW + 10000);
    schedule_done(schedule, probe, TROUBLE_REFUSED, -1, NOW + 10000);
    assert_true(schedule_refresh(schedule, NOW + 10001));
    schedule_free(schedule);
}

static void test_retry_after_bounds(void **state)
{
    (void)state;
    struct schedule *schedule = asked(5, 3);
    schedule_done(schedule, 0, TROUBLE_LIMITED, INT64_MAX / 2, NOW);
    assert_int_equal(schedule_gate_ms(schedule), NOW + 3600000); /* an hour at most */
    schedule_free(schedule);
    schedule = asked(5, 3);
    schedule_done(schedule, 0, TROUBLE_LIMITED, 10000, NOW);
    schedule_done(schedule, 1, TROUBLE_LIMITED, 30000, NOW + 1);
    schedule_done(schedule, 2, TROUBLE_LIMITED, 1000, NOW + 2);
    assert_int_equal(schedule_gate_ms(schedule), NOW + 1 + 30000); /* the longest */
    schedule_free(schedule);
}

/* What was asked before the limit came and is answered after it, well or badly, lifts nothing. */
static void test_stragglers_lift_no_limit(void **state)
{
    (void)state;
    const enum trouble_kind late[] = {TROUBLE_NONE, TROUBLE_FORBIDDEN, TROUBLE_SLOW,
                                      TROUBLE_REFUSED, TROUBLE_TIMEOUT};
    for (size_t i = 0; i < COUNT(late); i++) {
        struct schedule *schedule = asked(9, 3);
        schedule_done(schedule, 0, TROUBLE_LIMITED, 20000, NOW + 100);
        schedule_done(schedule, 1, late[i], -1, NOW + 200);
        schedule_done(schedule, 2, late[i], -1, NOW + 300);
        assert_int_equal(schedule_gate_ms(schedule), NOW + 20100);
        assert_false(schedule_refresh(schedule, NOW + 15000));
        assert_int_equal(schedule_take(schedule, NOW + 20099), SCHEDULE_NONE);
        assert_int_not_equal(schedule_take(schedule, NOW + 20100), SCHEDULE_NONE);
        assert_int_equal(schedule_take(schedule, NOW + 20100), SCHEDULE_NONE);
        schedule_free(schedule);
    }
}

static void test_refused_key_stops_all(void **state)
{
    (void)state;
    struct schedule *schedule = asked(5, 3);
    schedule_done(schedule, 0, TROUBLE_UNAUTHORISED, -1, NOW);
    assert_int_equal(schedule_wake_ms(schedule, NOW), SCHEDULE_NEVER);
    assert_int_equal(schedule_take(schedule, NOW + 3600000), SCHEDULE_NONE);
    good(schedule, 1, NOW); /* a straggler does not start it again */
    schedule_refresh(schedule, NOW + 3600000);
    assert_int_equal(schedule_take(schedule, NOW + 3600000), SCHEDULE_NONE);
    schedule_resume(schedule, NOW + 3600000);
    good(schedule, 2, NOW + 3600000); /* nor does it say anything of another key */
    size_t probe = schedule_take(schedule, NOW + 3600000); /* one tells whether the key is good */
    assert_int_not_equal(probe, SCHEDULE_NONE);
    assert_int_equal(schedule_take(schedule, NOW + 3600000), SCHEDULE_NONE);
    good(schedule, probe, NOW + 3600000);
    for (int i = 0; i < 4; i++)
        assert_int_not_equal(schedule_take(schedule, NOW + 3600000), SCHEDULE_NONE);
    schedule_free(schedule);
}

static const struct schedule_options once = {
    .interval_ms = 5000, .catalog_ms = 30000, .per_second = 0, .in_flight = 8, .seed = 1};

static void test_once(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&once);
    assert_true(schedule_settled(schedule));
    for (int i = 0; i < 500; i++)
        schedule_add(schedule, i == 0, NOW);
    int taken = 0;
    while (!schedule_settled(schedule) && taken < 1000) {
        size_t flying[8];
        size_t count = 0;
        while (count < 8 && (flying[count] = schedule_take(schedule, NOW)) != SCHEDULE_NONE)
            count++;
        assert_true(count == 8 || taken >= 496);
        assert_int_equal(schedule_take(schedule, NOW), SCHEDULE_NONE);
        for (size_t i = 0; i < count; i++, taken++)
            schedule_done(schedule, flying[i], i % 3 == 0 ? TROUBLE_SERVER : TROUBLE_NONE, -1, NOW);
    }
    assert_int_equal(taken, 500); /* no pacing, and each once, well or badly */
    assert_int_equal(schedule_take(schedule, NOW + 3600000), SCHEDULE_NONE);
    assert_int_equal(schedule_wake_ms(schedule, NOW + 3600000), SCHEDULE_NEVER);
    schedule_free(schedule);
}

static void test_once_waits_for_a_limit(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&once);
    size_t one = schedule_add(schedule, false, NOW);
    schedule_take(schedule, NOW);
    schedule_done(schedule, one, TROUBLE_LIMITED, 2000, NOW);
    assert_false(schedule_settled(schedule));
    assert_int_equal(schedule_wake_ms(schedule, NOW), NOW + 2000);
    assert_int_equal(schedule_take(schedule, NOW + 2000), one);
    good(schedule, one, NOW + 2000);
    assert_true(schedule_settled(schedule));
    schedule_free(schedule);
}

static void test_settled_waits_for_what_is_under_way(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new(&once);
    size_t one = schedule_add(schedule, true, NOW), two = schedule_add(schedule, false, NOW);
    assert_false(schedule_settled(schedule));
    schedule_take(schedule, NOW);
    schedule_take(schedule, NOW);
    good(schedule, one, NOW);
    assert_false(schedule_settled(schedule));
    good(schedule, two, NOW);
    assert_true(schedule_settled(schedule));
    schedule_add(schedule, false, NOW);
    assert_false(schedule_settled(schedule));
    schedule_free(schedule);
}

/* Random lives of a schedule, and what must hold in each. */
struct life {
    struct schedule *schedule;
    struct schedule_options options;
    struct chance *chance;
    int64_t now_ms;
    bool used[40], flying[40];
    size_t flying_count;
};

static void event(struct life *life)
{
    static const enum trouble_kind ends[] = {
        TROUBLE_NONE,    TROUBLE_NONE,    TROUBLE_NONE,      TROUBLE_NONE,        TROUBLE_SERVER,
        TROUBLE_REFUSED, TROUBLE_LIMITED, TROUBLE_FORBIDDEN, TROUBLE_UNAUTHORISED};
    size_t one = (size_t)chance_below(life->chance, 40);
    int what = (int)chance_below(life->chance, 12);
    if (!life->used[one]) {
        size_t fresh = schedule_add(life->schedule, what == 0, life->now_ms);
        assert_true(fresh < 40 && !life->used[fresh]);
        life->used[fresh] = true;
    } else if (life->flying[one]) {
        int64_t retry_ms = what == 1 ? chance_below(life->chance, 20000) : -1;
        schedule_done(life->schedule, one, ends[chance_below(life->chance, COUNT(ends))], retry_ms,
                      life->now_ms);
        life->flying[one] = false;
        life->flying_count--;
    } else if (what == 2) {
        schedule_remove(life->schedule, one);
        life->used[one] = false;
    } else if (what == 3) {
        schedule_refresh(life->schedule, life->now_ms);
    } else if (what == 4) {
        schedule_resume(life->schedule, life->now_ms);
    } else if (what == 5) {
        schedule_soon(life->schedule, one, life->now_ms + chance_below(life->chance, 5000));
    } else if (what < 8) {
        schedule_show(life->schedule, one, what == 6);
    } else if (what == 8) {
        schedule_pause(life->schedule, chance_below(life->chance, 3) == 0);
    }
}

static void take_at(struct life *life, int64_t now_ms)
{
    size_t taken = schedule_take(life->schedule, now_ms);
    assert_int_not_equal(taken, SCHEDULE_NONE);
    assert_true(life->used[taken] && !life->flying[taken]);
    life->flying[taken] = true;
    life->flying_count++;
    assert_true(life->flying_count <= life->options.in_flight);
}

/* The moment of waking is the first at which there is something to ask, and there is. */
static void expect_wake(struct life *life)
{
    int64_t wake_ms = schedule_wake_ms(life->schedule, life->now_ms);
    if (wake_ms == SCHEDULE_NEVER) {
        assert_int_equal(schedule_take(life->schedule, life->now_ms), SCHEDULE_NONE);
        return;
    }
    assert_true(wake_ms >= life->now_ms);
    if (wake_ms > life->now_ms + 1) /* a token may be whole a millisecond before */
        assert_int_equal(schedule_take(life->schedule, wake_ms - 2), SCHEDULE_NONE);
    if (chance_below(life->chance, 2) == 0) {
        life->now_ms = wake_ms;
        take_at(life, wake_ms);
    }
}

static void test_wakes_when_there_is_something(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    for (int round = 0; round < 100; round++) {
        struct life life = {.options = usual, .chance = &chance, .now_ms = NOW};
        life.options.seed = chance_next(&chance);
        life.options.per_second = (int)chance_range(&chance, 1, 30);
        life.options.in_flight = (unsigned)chance_range(&chance, 1, 8);
        life.schedule = schedule_new(&life.options);
        for (int i = 0; i < 2000; i++) {
            event(&life);
            expect_wake(&life);
            if (chance_below(&chance, 4) == 0)
                life.now_ms += chance_below(&chance, 2000);
        }
        schedule_free(life.schedule);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_server_trouble_closes_for_all),
        cmocka_unit_test(test_half_open),
        cmocka_unit_test(test_opened_by_trouble_of_a_source),
        cmocka_unit_test(test_backoff_of_the_server),
        cmocka_unit_test(test_failing_together_is_one_failure),
        cmocka_unit_test(test_refresh_opens_what_is_no_limit),
        cmocka_unit_test(test_retry_after_binds_refresh),
        cmocka_unit_test(test_limit_without_a_time_binds_too),
        cmocka_unit_test(test_retry_after_nothing_is_not_believed),
        cmocka_unit_test(test_limit_ends),
        cmocka_unit_test(test_retry_after_bounds),
        cmocka_unit_test(test_stragglers_lift_no_limit),
        cmocka_unit_test(test_refused_key_stops_all),
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_once_waits_for_a_limit),
        cmocka_unit_test(test_settled_waits_for_what_is_under_way),
        cmocka_unit_test(test_wakes_when_there_is_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
