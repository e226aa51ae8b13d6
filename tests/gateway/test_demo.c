/* The demonstration fleet under a clock that the test turns: alive, believable for hours, and the
 * operator's own leases are left alone. */
#include "gateway/demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START_MS INT64_C(1750000000000)
#define HOURS    12

struct stage {
    struct fleet *fleet;
    struct demo demo;
};

static void make_stage(struct stage *stage)
{
    stage->fleet = fleet_new(60 * WHEN_SECOND_MS);
    assert_non_null(stage->fleet);
    assert_true(demo_init(&stage->demo, stage->fleet, START_MS));
}

/* What an observer sees at one instant. */
struct view {
    unsigned listed, live, endless;
    unsigned nearly_expired; /* less than five minutes left */
    unsigned protocols;      /* set of the live */
    unsigned ends[4];        /* by enum lease_end */
    unsigned statuses[3];
    uint64_t fingerprint; /* differs when anything that is listed differs */
};

static void look_at_lease(struct view *view, const struct lease *lease, int64_t now_ms)
{
    view->listed++;
    view->ends[lease->end]++;
    view->fingerprint = view->fingerprint * 31 + lease->serial * 4 + lease->end;
    if (lease->end != LEASE_LIVE)
        return;
    view->live++;
    view->protocols |= PROTOCOL_BIT(lease->protocol);
    view->endless += lease->expires_ms == WHEN_NEVER;
    view->nearly_expired += lease->expires_ms - now_ms < 5 * WHEN_MINUTE_MS;
    assert_true(lease->expires_ms > now_ms);
    assert_true(lease->created_ms <= now_ms);
}

static struct view look(struct stage *stage, int64_t now_ms)
{
    struct view view = {0};
    demo_advance(&stage->demo, now_ms);
    for (size_t s = 0; s < stage->fleet->space_count; s++) {
        for (size_t r = 0; r < stage->fleet->spaces[s]->runtime_count; r++) {
            struct runtime *runtime = stage->fleet->spaces[s]->runtimes[r];
            fleet_settle(stage->fleet, runtime, now_ms);
            view.statuses[runtime->status]++;
            view.fingerprint = view.fingerprint * 31 + runtime->status;
            for (size_t i = 0; i < runtime->lease_count; i++) {
                assert_true(runtime->status == RUNTIME_ACTIVE ||
                            runtime->leases[i].end != LEASE_LIVE);
                look_at_lease(&view, &runtime->leases[i], now_ms);
            }
        }
    }
    return view;
}

static void test_start(void **state)
{
    (void)state;
    struct stage stage;
    make_stage(&stage);
    struct view view = look(&stage, START_MS);
    assert_int_equal(stage.fleet->space_count, 2);
    assert_int_equal(stage.fleet->spaces[0]->runtime_count + stage.fleet->spaces[1]->runtime_count,
                     12);
    assert_in_range(view.live, DEMO_LIVE_MIN, DEMO_LIVE_MAX);
    assert_int_equal(view.protocols, PROTOCOL_ALL);
    assert_int_equal(view.endless, 1);
    assert_true(view.nearly_expired >= 3);
    assert_int_equal(view.ends[LEASE_EXPIRED], 1);
    assert_int_equal(view.ends[LEASE_REVOKED], 1);
    assert_int_equal(view.ends[LEASE_CLOSED], 1);
    assert_int_equal(view.statuses[RUNTIME_ACTIVE], 10);
    assert_int_equal(view.statuses[RUNTIME_STOPPED], 1);
    assert_int_equal(view.statuses[RUNTIME_FAILED], 1);
    fleet_free(stage.fleet);
}

/* Watched second by second for hours: never empty, never overgrown, never still. */
static void test_life(void **state)
{
    (void)state;
    struct stage stage;
    make_stage(&stage);
    uint64_t last = 0;
    int still_s = 0, longest_s = 0, missing_s[PROTOCOL_COUNT] = {0};
    unsigned ends = 0, stops = 0;
    for (int64_t s = 0; s < HOURS * 3600; s++) {
        struct view view = look(&stage, START_MS + s * WHEN_SECOND_MS);
        assert_in_range(view.live, DEMO_LIVE_MIN - 4, DEMO_LIVE_MAX);
        assert_in_range(view.listed, view.live, 40);
        assert_int_equal(view.endless, 1);
        still_s = view.fingerprint == last ? still_s + 1 : 0;
        longest_s = still_s > longest_s ? still_s : longest_s;
        last = view.fingerprint;
        assert_true(view.nearly_expired > 0);
        for (int p = 0; p < PROTOCOL_COUNT; p++) {
            missing_s[p] += (view.protocols & PROTOCOL_BIT(p)) == 0;
        }
        for (int e = LEASE_EXPIRED; e <= LEASE_CLOSED; e++)
            ends |= view.ends[e] > 0 ? 1u << e : 0;
        stops |= 1u << view.statuses[RUNTIME_STOPPED];
    }
    assert_true(longest_s <= DEMO_PAUSE_MAX_MS / WHEN_SECOND_MS);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        assert_true(missing_s[p] < HOURS * 3600 / 50);
    assert_int_equal(ends, 1u << LEASE_EXPIRED | 1u << LEASE_REVOKED | 1u << LEASE_CLOSED);
    assert_int_equal(stops, 1u << 0 | 1u << 1 | 1u << 2);
    fleet_free(stage.fleet);
}

/* The same life whether one looks each second, or only at the end of an hour. */
static void test_same_when_unwatched(void **state)
{
    (void)state;
    struct stage watched, unwatched;
    make_stage(&watched);
    make_stage(&unwatched);
    for (int64_t s = 0; s < 3600; s++)
        look(&watched, START_MS + s * WHEN_SECOND_MS);
    struct view a = look(&watched, START_MS + WHEN_HOUR_MS);
    struct view b = look(&unwatched, START_MS + WHEN_HOUR_MS);
    assert_int_equal(a.fingerprint, b.fingerprint);
    assert_int_equal(watched.demo.next_ms, unwatched.demo.next_ms);
    fleet_free(watched.fleet);
    fleet_free(unwatched.fleet);
}

static void test_pauses(void **state)
{
    (void)state;
    struct stage stage;
    make_stage(&stage);
    int64_t now_ms = START_MS;
    for (int i = 0; i < 5000; i++) {
        int64_t pause_ms = stage.demo.next_ms - now_ms;
        assert_in_range(pause_ms, DEMO_PAUSE_MIN_MS, DEMO_PAUSE_MAX_MS);
        now_ms = stage.demo.next_ms;
        demo_advance(&stage.demo, now_ms);
    }
    fleet_free(stage.fleet);
}

/* After a month of silence it is as it should be, and did not replay the month. */
static void test_long_silence(void **state)
{
    (void)state;
    struct stage stage;
    make_stage(&stage);
    struct view view = look(&stage, START_MS + 30 * WHEN_DAY_MS);
    assert_in_range(view.live, DEMO_LIVE_MIN - 4, DEMO_LIVE_MAX);
    assert_true(__builtin_popcount(view.protocols) >= PROTOCOL_COUNT - 1);
    assert_true(stage.demo.count < 500);
    fleet_free(stage.fleet);
}

static void test_clock_set_back(void **state)
{
    (void)state;
    struct stage stage;
    make_stage(&stage);
    look(&stage, START_MS + WHEN_HOUR_MS);
    unsigned count = stage.demo.count;
    demo_advance(&stage.demo, START_MS);
    assert_true(stage.demo.next_ms <= START_MS + DEMO_PAUSE_MAX_MS);
    demo_advance(&stage.demo, START_MS + DEMO_PAUSE_MAX_MS);
    assert_int_equal(stage.demo.count, count + 1);
    fleet_free(stage.fleet);
}

static struct runtime *runtime_named(struct stage *stage, const char *name)
{
    for (size_t s = 0; s < 2; s++) {
        for (size_t r = 0; r < stage->fleet->spaces[s]->runtime_count; r++) {
            if (strcmp(stage->fleet->spaces[s]->runtimes[r]->name, name) == 0)
                return stage->fleet->spaces[s]->runtimes[r];
        }
    }
    fail_msg("no runtime is called %s", name);
    return NULL;
}

/* What the operator made lives until it expires, whatever the others do. */
static void test_own_leases(void **state)
{
    (void)state;
    struct stage stage;
    make_stage(&stage);
    struct runtime *runtime = runtime_named(&stage, "checkout");
    struct lease own[5] = {0};
    for (int i = 0; i < 5; i++) {
        own[i] = (struct lease){
            .protocol = PROTOCOL_CDP, .created_ms = START_MS, .ended_ms = WHEN_NEVER};
        own[i].expires_ms = START_MS + 2 * WHEN_HOUR_MS;
        assert_true(ids_uuid(own[i].id) && ids_token(own[i].token));
        assert_true(fleet_lease_add(stage.fleet, runtime, &own[i]));
    }
    for (int64_t s = 0; s < 7200; s++) {
        look(&stage, START_MS + s * WHEN_SECOND_MS);
        for (int i = 0; i < 5; i++)
            assert_int_equal(fleet_lease_find(runtime, own[i].id)->end, LEASE_LIVE);
    }
    look(&stage, START_MS + 2 * WHEN_HOUR_MS);
    for (int i = 0; i < 5; i++)
        assert_int_equal(fleet_lease_find(runtime, own[i].id)->end, LEASE_EXPIRED);
    fleet_free(stage.fleet);
}

/* An operator who revokes everything sees others come back. */
static void test_refill(void **state)
{
    (void)state;
    struct stage stage;
    make_stage(&stage);
    for (size_t s = 0; s < 2; s++) {
        for (size_t r = 0; r < stage.fleet->spaces[s]->runtime_count; r++) {
            struct runtime *runtime = stage.fleet->spaces[s]->runtimes[r];
            for (size_t i = 0; i < runtime->lease_count; i++)
                fleet_lease_end(&runtime->leases[i], LEASE_REVOKED, START_MS);
        }
    }
    assert_int_equal(look(&stage, START_MS).live, 0);
    assert_true(look(&stage, START_MS + 4 * WHEN_MINUTE_MS).live >= DEMO_LIVE_MIN);
    fleet_free(stage.fleet);
}

/* A runtime that is full of the operator's leases takes no more, and nothing breaks. */
static void test_full_runtime(void **state)
{
    (void)state;
    struct stage stage;
    make_stage(&stage);
    struct runtime *runtime = runtime_named(&stage, "checkout");
    struct lease own = {.created_ms = START_MS, .expires_ms = WHEN_NEVER, .ended_ms = WHEN_NEVER};
    int64_t now_ms = START_MS + 2 * WHEN_MINUTE_MS;
    assert_true(ids_token(own.token));
    for (size_t i = 0; i < runtime->lease_count; i++)
        fleet_lease_end(&runtime->leases[i], LEASE_REVOKED, START_MS);
    fleet_settle(stage.fleet, runtime, now_ms);
    while (!fleet_is_full(runtime)) {
        assert_true(ids_uuid(own.id));
        assert_true(fleet_lease_add(stage.fleet, runtime, &own));
    }
    demo_advance(&stage.demo, now_ms + WHEN_HOUR_MS);
    assert_int_equal(runtime->lease_count, FLEET_LEASES_MAX);
    fleet_free(stage.fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_life),
        cmocka_unit_test(test_same_when_unwatched),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_long_silence),
        cmocka_unit_test(test_clock_set_back),
        cmocka_unit_test(test_own_leases),
        cmocka_unit_test(test_refill),
        cmocka_unit_test(test_full_runtime),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
