/* What is told when leases come nearer to their end: each step once, and nothing of before. */
#include "core/alert.h"

#include "tests/unit/fleet.h"

enum { SECOND = 1000, MINUTE = 60000, HOUR = 3600000 };

/* What was told, as "lease:level". */
static char told[512];

static void note(void *context, const struct alert *alert)
{
    (void)context;
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s%s:%d", *told != '\0' ? " " : "",
             alert->lease->id, (int)alert->level);
}

static const struct thresholds usual = {300, 60};

/* Looks at a fleet as it is `ms` after the first look. */
static void look(struct alerts *alerts, const struct snapshot *snapshot, int64_t ms,
                 const char *expected)
{
    told[0] = '\0';
    assert_true(alerts_look(alerts, snapshot, &usual, FLEET_SERVER + ms, note, NULL));
    assert_string_equal(told, expected);
}

static void look_once(struct alerts *alerts, const struct fleet *fleet, int64_t ms,
                      const char *expected)
{
    const struct snapshot *snapshot = fleet_snapshot(fleet);
    look(alerts, snapshot, ms, expected);
    snapshot_unref(snapshot);
}

static const struct fleet one = {.leases = {{"a", .expires = HOUR}}};

static void test_each_step_once(void **state)
{
    (void)state;
    struct alerts *alerts = alerts_new();
    const struct snapshot *snapshot = fleet_snapshot(&one);
    look(alerts, snapshot, 0, "");
    assert_int_equal(alerts_due_ms(alerts), FLEET_SERVER + HOUR - 301 * SECOND + 1);
    look(alerts, snapshot, HOUR - 301 * SECOND, "");
    look(alerts, snapshot, HOUR - 301 * SECOND + 1, "a:1");
    look(alerts, snapshot, HOUR - 200 * SECOND, "");
    assert_int_equal(alerts_due_ms(alerts), FLEET_SERVER + HOUR - 61 * SECOND + 1);
    look_once(alerts, &one, HOUR - 100 * SECOND, ""); /* made anew, and the same */
    look(alerts, snapshot, HOUR - 60 * SECOND, "a:2");
    look_once(alerts, &one, HOUR + MINUTE, ""); /* the server has not said so yet */
    const struct fleet expired = {.leases = {{"a", .status = "expired", .expires = HOUR}}};
    look_once(alerts, &expired, HOUR + MINUTE, "a:3");
    look_once(alerts, &expired, HOUR + 2 * MINUTE, "");
    assert_true(alerts_due_ms(alerts) == INT64_MAX);
    snapshot_unref(snapshot);
    alerts_free(alerts);
    alerts_free(NULL);
}

/* The limit that is told is the one that the table shows. */
static void test_as_the_table_says(void **state)
{
    (void)state;
    struct alerts *alerts = alerts_new();
    const struct snapshot *snapshot = fleet_snapshot(&one);
    struct rows rows = fleet_rows(snapshot);
    look(alerts, snapshot, 0, "");
    for (int64_t ms = HOUR - 310 * SECOND; ms < HOUR - 290 * SECOND; ms += 250) {
        struct moment moment = fleet_later(ms);
        bool expiring = row_status(&rows.items[0], &moment) == STATUS_EXPIRING;
        told[0] = '\0';
        alerts_look(alerts, snapshot, &usual, FLEET_SERVER + ms, note, NULL);
        if (*told != '\0') {
            assert_true(expiring);
            moment = fleet_later(ms - 250);
            assert_int_equal(row_status(&rows.items[0], &moment), STATUS_ACTIVE);
            break;
        }
        assert_false(expiring);
    }
    assert_string_equal(told, "a:1");
    rows_clear(&rows);
    snapshot_unref(snapshot);
    alerts_free(alerts);
}

static void test_what_was_before_is_counted(void **state)
{
    (void)state;
    const struct fleet fleet = {.leases = {{"a", .expires = HOUR},
                                           {"b", .expires = 4 * MINUTE},
                                           {"c", .expires = 30 * SECOND},
                                           {"d", .status = "expired", .expires = -HOUR},
                                           {"e", .revoked = -HOUR},
                                           {"f"}}};
    struct alerts *alerts = alerts_new();
    const struct snapshot *snapshot = fleet_snapshot(&fleet);
    look(alerts, snapshot, 0, "");
    look(alerts, snapshot, 4 * MINUTE, "b:2");
    snapshot_unref(snapshot);
    alerts_free(alerts);
}

/* The list of a runtime that comes late is a first look, too; a lease that comes into one that is
 * known is not. */
static void test_what_comes_later(void **state)
{
    (void)state;
    struct fleet fleet = {.runtimes = {{"p"}, {"q", .source = {.unheard = true}}},
                          .leases = {{"a", .expires = HOUR}}};
    struct alerts *alerts = alerts_new();
    look_once(alerts, &fleet, 0, "");
    fleet.runtimes[1].source.unheard = false;
    fleet.leases[1] = (struct fleet_lease){"b", .runtime = "q", .expires = MINUTE};
    look_once(alerts, &fleet, 0, "");
    fleet.leases[2] = (struct fleet_lease){"c", .runtime = "q", .expires = 2 * MINUTE};
    look_once(alerts, &fleet, 0, "c:1");
    look_once(alerts, &fleet, 0, "");
    alerts_free(alerts);
}

static void test_steps_that_were_slept_through(void **state)
{
    (void)state;
    struct alerts *alerts = alerts_new();
    const struct snapshot *snapshot = fleet_snapshot(&one);
    look(alerts, snapshot, 0, "");
    look(alerts, snapshot, HOUR - 10 * SECOND, "a:2");
    snapshot_unref(snapshot);
    alerts_free(alerts);
}

static void test_prolonged(void **state)
{
    (void)state;
    struct alerts *alerts = alerts_new();
    struct fleet fleet = one;
    look_once(alerts, &fleet, 0, "");
    look_once(alerts, &fleet, HOUR - 4 * MINUTE, "a:1");
    fleet.leases[0].expires = 2 * HOUR;
    look_once(alerts, &fleet, HOUR - 4 * MINUTE, "");
    look_once(alerts, &fleet, 2 * HOUR - 4 * MINUTE, "a:1");
    alerts_free(alerts);
}

static void test_ended_otherwise(void **state)
{
    (void)state;
    struct alerts *alerts = alerts_new();
    struct fleet fleet = one;
    look_once(alerts, &fleet, 0, "");
    fleet.leases[0].revoked = -1;
    look_once(alerts, &fleet, 1, "");
    fleet.leases[0] = (struct fleet_lease){"a", .vanished = 1, .expires = HOUR};
    look_once(alerts, &fleet, 2, "");
    look_once(alerts, &fleet, 2 * HOUR, "");
    alerts_free(alerts);
}

static void test_other_thresholds_tell_nothing(void **state)
{
    (void)state;
    struct alerts *alerts = alerts_new();
    const struct snapshot *snapshot = fleet_snapshot(&one);
    const struct thresholds wide = {2 * HOUR / SECOND, 60};
    look(alerts, snapshot, 0, "");
    told[0] = '\0';
    assert_true(alerts_look(alerts, snapshot, &wide, FLEET_SERVER, note, NULL));
    assert_true(alerts_look(alerts, snapshot, &wide, FLEET_SERVER + 1, note, NULL));
    assert_string_equal(told, "");
    assert_true(
        alerts_look(alerts, snapshot, &wide, FLEET_SERVER + HOUR - 50 * SECOND, note, NULL));
    assert_string_equal(told, "a:2");
    snapshot_unref(snapshot);
    alerts_free(alerts);
}

static void test_a_runtime_that_is_gone_is_forgotten(void **state)
{
    (void)state;
    const struct fleet none = {.runtimes = {{"other"}}};
    struct alerts *alerts = alerts_new();
    look_once(alerts, &one, 0, "");
    look_once(alerts, &none, 0, "");
    assert_true(alerts_due_ms(alerts) == INT64_MAX);
    look_once(alerts, &one, HOUR - MINUTE, ""); /* as if for the first time */
    alerts_free(alerts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_step_once),
        cmocka_unit_test(test_as_the_table_says),
        cmocka_unit_test(test_what_was_before_is_counted),
        cmocka_unit_test(test_what_comes_later),
        cmocka_unit_test(test_steps_that_were_slept_through),
        cmocka_unit_test(test_prolonged),
        cmocka_unit_test(test_ended_otherwise),
        cmocka_unit_test(test_other_thresholds_tell_nothing),
        cmocka_unit_test(test_a_runtime_that_is_gone_is_forgotten),
    };
    return cmocka_run_group_tests_name("alert", tests, NULL, NULL);
}
