/* The state of the server under a clock that the test turns: expiry, ends, what is kept and what
 * gives way. */
#include "gateway/fleet.h"
#include "gateway/roster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START_MS INT64_C(1750000000000)
#define KEEP_MS  (60 * WHEN_SECOND_MS)

struct stage {
    struct fleet *fleet;
    struct runtime *runtime;
    struct dice dice;
};

static struct stage make_stage(int64_t keep_ended_ms)
{
    struct stage stage = {.fleet = fleet_new(keep_ended_ms), .dice = {1}};
    struct runtime facts = {.name = "browser", .status = RUNTIME_ACTIVE};
    assert_non_null(stage.fleet);
    struct space *space = roster_space(stage.fleet, &stage.dice, "space", "region", START_MS);
    stage.runtime = roster_runtime(space, &stage.dice, &facts);
    assert_non_null(stage.runtime);
    return stage;
}

/* Adds a lease of this many seconds; its id goes to `id`. */
static void add(struct stage *stage, int64_t now_ms, int64_t ttl_s, char id[ID_SIZE])
{
    int64_t expires_ms = ttl_s == 0 ? WHEN_NEVER : now_ms + ttl_s * WHEN_SECOND_MS;
    struct lease lease =
        roster_lease(stage->runtime, &stage->dice, PROTOCOL_CDP, now_ms, expires_ms);
    assert_true(fleet_lease_add(stage->fleet, stage->runtime, &lease));
    memcpy(id, lease.id, ID_SIZE);
}

static struct lease *at(struct stage *stage, const char *id, int64_t now_ms)
{
    fleet_settle(stage->fleet, stage->runtime, now_ms);
    return fleet_lease_find(stage->runtime, id);
}

/* ---- time */

static void test_expiry(void **state)
{
    (void)state;
    struct stage stage = make_stage(KEEP_MS);
    char id[ID_SIZE];
    add(&stage, START_MS, 60, id);
    int64_t due_ms = START_MS + 60 * WHEN_SECOND_MS;
    assert_int_equal(at(&stage, id, START_MS)->end, LEASE_LIVE);
    assert_int_equal(at(&stage, id, due_ms - 1)->end, LEASE_LIVE);
    assert_int_equal(at(&stage, id, due_ms)->end, LEASE_EXPIRED);
    assert_int_equal(at(&stage, id, due_ms)->ended_ms, due_ms);
    fleet_free(stage.fleet);
}

/* It ended when it was due, also if nobody looked for long; what is kept counts from there. */
static void test_expiry_seen_late(void **state)
{
    (void)state;
    struct stage stage = make_stage(KEEP_MS);
    char id[ID_SIZE];
    add(&stage, START_MS, 60, id);
    int64_t due_ms = START_MS + 60 * WHEN_SECOND_MS;
    assert_int_equal(at(&stage, id, due_ms + KEEP_MS - 1)->ended_ms, due_ms);
    assert_null(at(&stage, id, due_ms + KEEP_MS));
    fleet_free(stage.fleet);
}

static void test_no_expiry(void **state)
{
    (void)state;
    struct stage stage = make_stage(KEEP_MS);
    char id[ID_SIZE];
    add(&stage, START_MS, 0, id);
    assert_int_equal(at(&stage, id, START_MS + 10000 * WHEN_DAY_MS)->end, LEASE_LIVE);
    fleet_free(stage.fleet);
}

static void test_first_end_stands(void **state)
{
    (void)state;
    struct stage stage = make_stage(KEEP_MS);
    char revoked[ID_SIZE], expired[ID_SIZE];
    add(&stage, START_MS, 90, revoked);
    add(&stage, START_MS, 60, expired);
    fleet_lease_end(at(&stage, revoked, START_MS + 50000), LEASE_REVOKED, START_MS + 50000);
    fleet_lease_end(at(&stage, revoked, START_MS + 51000), LEASE_CLOSED, START_MS + 51000);
    fleet_lease_end(at(&stage, expired, START_MS + 60000), LEASE_REVOKED, START_MS + 60000);
    /* The revoked one would have been due by now. */
    assert_int_equal(at(&stage, revoked, START_MS + 95000)->end, LEASE_REVOKED);
    assert_int_equal(at(&stage, revoked, START_MS + 95000)->ended_ms, START_MS + 50000);
    assert_int_equal(at(&stage, expired, START_MS + 95000)->end, LEASE_EXPIRED);
    fleet_free(stage.fleet);
}

/* A clock that is set back wakes nobody up. */
static void test_clock_set_back(void **state)
{
    (void)state;
    struct stage stage = make_stage(KEEP_MS);
    char id[ID_SIZE];
    add(&stage, START_MS, 60, id);
    assert_int_equal(at(&stage, id, START_MS + 61000)->end, LEASE_EXPIRED);
    assert_int_equal(at(&stage, id, START_MS - WHEN_DAY_MS)->end, LEASE_EXPIRED);
    fleet_free(stage.fleet);
}

static void test_keep_nothing(void **state)
{
    (void)state;
    struct stage stage = make_stage(0);
    char due[ID_SIZE], revoked[ID_SIZE];
    add(&stage, START_MS, 60, due);
    add(&stage, START_MS, 600, revoked);
    fleet_lease_end(at(&stage, revoked, START_MS), LEASE_REVOKED, START_MS);
    assert_null(at(&stage, revoked, START_MS));
    assert_non_null(at(&stage, due, START_MS + 59999));
    assert_null(at(&stage, due, START_MS + 60000));
    fleet_free(stage.fleet);
}

/* ---- order and room */

static void assert_in_order(const struct runtime *runtime)
{
    for (size_t i = 1; i < runtime->lease_count; i++)
        assert_true(runtime->leases[i - 1].serial < runtime->leases[i].serial);
}

static void test_order_survives(void **state)
{
    (void)state;
    struct stage stage = make_stage(0);
    char ids[100][ID_SIZE];
    for (int i = 0; i < 100; i++)
        add(&stage, START_MS, 60 + (i * 37) % 100, ids[i]);
    assert_in_order(stage.runtime);
    for (int second = 60; second < 160; second++) {
        fleet_settle(stage.fleet, stage.runtime, START_MS + second * WHEN_SECOND_MS);
        assert_in_order(stage.runtime);
        assert_int_equal(stage.runtime->lease_count, 159 - second);
    }
    fleet_free(stage.fleet);
}

static void test_ceiling(void **state)
{
    (void)state;
    struct stage stage = make_stage(KEEP_MS);
    char first[ID_SIZE], second[ID_SIZE], id[ID_SIZE];
    add(&stage, START_MS, 600, first);
    add(&stage, START_MS, 600, second);
    for (int i = 2; i < FLEET_LEASES_MAX; i++) {
        assert_false(fleet_is_full(stage.runtime));
        add(&stage, START_MS, 600, id);
    }
    assert_true(fleet_is_full(stage.runtime));
    /* Of those that have ended, the one that ended first gives way. */
    fleet_lease_end(at(&stage, second, START_MS + 1000), LEASE_REVOKED, START_MS + 1000);
    fleet_lease_end(at(&stage, first, START_MS + 2000), LEASE_REVOKED, START_MS + 2000);
    assert_false(fleet_is_full(stage.runtime));
    add(&stage, START_MS + 3000, 600, id);
    assert_int_equal(stage.runtime->lease_count, FLEET_LEASES_MAX);
    assert_null(fleet_lease_find(stage.runtime, second));
    assert_non_null(fleet_lease_find(stage.runtime, first));
    assert_non_null(fleet_lease_find(stage.runtime, id));
    assert_in_order(stage.runtime);
    add(&stage, START_MS + 3000, 600, id);
    assert_true(fleet_is_full(stage.runtime));
    fleet_free(stage.fleet);
}

/* ---- runtimes */

static void test_stop_and_start(void **state)
{
    (void)state;
    struct stage stage = make_stage(KEEP_MS);
    char live[ID_SIZE], due[ID_SIZE], run_id[ID_SIZE];
    add(&stage, START_MS, 600, live);
    add(&stage, START_MS, 60, due);
    fleet_runtime_stop(stage.fleet, stage.runtime, START_MS + 61000);
    assert_int_equal(stage.runtime->status, RUNTIME_STOPPED);
    assert_string_equal(stage.runtime->run_id, "");
    assert_int_equal(stage.runtime->updated_ms, START_MS + 61000);
    assert_int_equal(at(&stage, live, START_MS + 61000)->end, LEASE_CLOSED);
    assert_int_equal(at(&stage, live, START_MS + 61000)->ended_ms, START_MS + 61000);
    assert_int_equal(at(&stage, due, START_MS + 61000)->end, LEASE_EXPIRED);
    dice_uuid(&stage.dice, run_id);
    fleet_runtime_start(stage.runtime, run_id, START_MS + 62000);
    assert_int_equal(stage.runtime->status, RUNTIME_ACTIVE);
    assert_string_equal(stage.runtime->run_id, run_id);
    fleet_free(stage.fleet);
}

static void test_find(void **state)
{
    (void)state;
    struct fleet *fleet = fleet_new(0);
    assert_true(roster_measured(fleet, (struct roster_size){1000, 0}, PROTOCOL_ALL, START_MS));
    const struct space *space = fleet->spaces[0];
    assert_ptr_equal(fleet_space_find(fleet, space->id), space);
    assert_null(fleet_space_find(fleet, "x"));
    for (size_t i = 0; i < 1000; i++)
        assert_ptr_equal(fleet_runtime_find(space, space->runtimes[i]->id), space->runtimes[i]);
    assert_null(fleet_runtime_find(space, ""));
    assert_null(fleet_runtime_find(space, space->id));
    assert_null(fleet_runtime_find(space, "a name that is longer than any id that was ever given"));
    fleet_free(fleet);
}

static void test_tokens(void **state)
{
    (void)state;
    struct stage stage = make_stage(KEEP_MS);
    char others[ID_SIZE];
    struct lease lease = roster_lease(stage.runtime, &stage.dice, PROTOCOL_CDP, START_MS,
                                      START_MS + 60 * WHEN_SECOND_MS);
    add(&stage, START_MS, 600, others);
    assert_true(ids_token(lease.token));
    assert_true(fleet_lease_add(stage.fleet, stage.runtime, &lease));
    struct fleet_found found = fleet_token_find(stage.fleet, lease.token, START_MS);
    assert_non_null(found.lease);
    assert_string_equal(found.lease->id, lease.id);
    assert_ptr_equal(found.runtime, stage.runtime);
    /* A lease of others has no secret, and an empty one is none. */
    assert_null(fleet_token_find(stage.fleet, "", START_MS).lease);
    assert_null(fleet_token_find(stage.fleet, "short", START_MS).lease);
    /* What has ended is known by its end, also when it is listed no more. */
    found = fleet_token_find(stage.fleet, lease.token, START_MS + 60 * WHEN_SECOND_MS);
    assert_null(found.lease);
    assert_int_equal(found.end, LEASE_EXPIRED);
    found = fleet_token_find(stage.fleet, lease.token, START_MS + WHEN_DAY_MS);
    assert_int_equal(stage.runtime->lease_count, 0);
    assert_null(found.lease);
    assert_int_equal(found.end, LEASE_EXPIRED);
    lease.token[3] ^= 1;
    assert_int_equal(fleet_token_find(stage.fleet, lease.token, START_MS).end, LEASE_LIVE);
    fleet_free(stage.fleet);
}

/* ---- rosters */

static void test_measured(void **state)
{
    (void)state;
    struct fleet *fleet = fleet_new(0);
    int64_t first_ms = INT64_MAX, last_ms = 0;
    unsigned protocols[PROTOCOL_COUNT] = {0};
    assert_true(roster_measured(fleet, (struct roster_size){40, 25}, PROTOCOL_ALL, START_MS));
    for (size_t r = 0; r < 40; r++) {
        struct runtime *runtime = fleet->spaces[0]->runtimes[r];
        fleet_settle(fleet, runtime, START_MS);
        assert_int_equal(runtime->lease_count, 25);
        for (size_t i = 0; i < 25; i++) {
            int64_t expires_ms = runtime->leases[i].expires_ms;
            first_ms = expires_ms < first_ms ? expires_ms : first_ms;
            last_ms = expires_ms > last_ms ? expires_ms : last_ms;
            protocols[runtime->leases[i].protocol]++;
        }
    }
    assert_true(first_ms >= START_MS + WHEN_HOUR_MS &&
                first_ms < START_MS + WHEN_HOUR_MS + WHEN_HOUR_MS / 2);
    assert_true(last_ms <= START_MS + WHEN_DAY_MS &&
                last_ms > START_MS + WHEN_DAY_MS - WHEN_HOUR_MS / 2);
    for (int i = 0; i < PROTOCOL_COUNT; i++)
        assert_in_range(protocols[i], 166, 167);
    fleet_free(fleet);
}

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Staggered: of a thousand leases no two expire at the same instant. */
static void test_measured_is_spread(void **state)
{
    (void)state;
    struct fleet *fleet = fleet_new(0);
    static int64_t times[1000];
    assert_true(roster_measured(fleet, (struct roster_size){10, 100}, PROTOCOL_BIT(PROTOCOL_CDP),
                                START_MS));
    for (size_t n = 0; n < 1000; n++)
        times[n] = fleet->spaces[0]->runtimes[n / 100]->leases[n % 100].expires_ms;
    qsort(times, 1000, sizeof times[0], compare_times);
    for (size_t n = 1; n < 1000; n++)
        assert_true(times[n] - times[n - 1] > WHEN_MINUTE_MS);
    fleet_free(fleet);
}

static void test_plain(void **state)
{
    (void)state;
    struct fleet *fleet = fleet_new(0);
    unsigned statuses[3] = {0};
    assert_true(roster_plain(fleet, START_MS));
    assert_int_equal(fleet->space_count, 1);
    for (size_t i = 0; i < fleet->spaces[0]->runtime_count; i++) {
        const struct runtime *runtime = fleet->spaces[0]->runtimes[i];
        statuses[runtime->status]++;
        assert_int_equal(runtime->lease_count, 0);
        assert_int_equal(runtime->status == RUNTIME_ACTIVE, runtime->run_id[0] != '\0');
    }
    assert_int_equal(statuses[RUNTIME_ACTIVE], 3);
    assert_int_equal(statuses[RUNTIME_STOPPED], 1);
    assert_int_equal(statuses[RUNTIME_FAILED], 1);
    fleet_free(fleet);
}

/* ---- small things */

static void test_times(void **state)
{
    (void)state;
    char text[WHEN_SIZE];
    assert_string_equal(when_print(0, text), "1970-01-01T00:00:00.000Z");
    assert_string_equal(when_print(INT64_C(951782399999), text), "2000-02-28T23:59:59.999Z");
    assert_string_equal(when_print(INT64_C(951782400000), text), "2000-02-29T00:00:00.000Z");
    assert_string_equal(when_print(INT64_C(4102444799007), text), "2099-12-31T23:59:59.007Z");
    assert_null(when_print(WHEN_NEVER, text));
}

static void test_uuids(void **state)
{
    (void)state;
    char a[ID_SIZE], b[ID_SIZE];
    struct dice one = {7}, two = {7};
    dice_uuid(&one, a);
    dice_uuid(&two, b);
    assert_string_equal(a, b);
    dice_uuid(&two, b);
    assert_string_not_equal(a, b);
    assert_true(ids_uuid(b));
    assert_int_equal(strlen(b), 36);
    assert_int_equal(b[14], '4');
    assert_non_null(strchr("89ab", b[19]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expiry),
        cmocka_unit_test(test_expiry_seen_late),
        cmocka_unit_test(test_no_expiry),
        cmocka_unit_test(test_first_end_stands),
        cmocka_unit_test(test_clock_set_back),
        cmocka_unit_test(test_keep_nothing),
        cmocka_unit_test(test_order_survives),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_stop_and_start),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_measured),
        cmocka_unit_test(test_measured_is_spread),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_uuids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
