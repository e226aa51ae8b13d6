/* What a lease is at a moment, how long it still lives, and the parts that hold what was listed. */
#include "api/model.h"

#include "tests/unit/listed.h"

#define NOW  1000000
#define PAST (NOW - 1)
#define NEXT (NOW + 1)
#define NONE MOMENT_NONE
#define ODD  MOMENT_UNREADABLE
#define HOUR 3600000
#define FAR  253402300799999 /* year 9999 */

/* The first that holds wins: revokedAt, closedAt, an end the server states, its time being over,
 * else the status as sent (contract, State). */
static const struct {
    int64_t revoked_ms, closed_ms;
    const char *status;
    int64_t expires_ms, vanished_ms;
    enum lease_state state;
} truths[] = {
    /* plain */
    {NONE, NONE, "active", NEXT, NONE, LEASE_ACTIVE},
    {NONE, NONE, "active", NONE, NONE, LEASE_ACTIVE},
    {NONE, NONE, "active", ODD, NONE, LEASE_ACTIVE},
    /* revoked before all else, also where its moment lies ahead a little, or as far as a clock may
       be off; what is no date, or is still to come, ends nothing */
    {PAST, NONE, "active", NEXT, NONE, LEASE_REVOKED},
    {NEXT, NONE, "active", NEXT, NONE, LEASE_REVOKED},
    {NOW + HOUR, NONE, "active", NOW + 2 * HOUR, NONE, LEASE_REVOKED},
    {NOW + HOUR, NONE, "active", NONE, NONE, LEASE_REVOKED},
    {NOW + 3 * HOUR, NONE, "active", NOW + 2 * HOUR, NONE, LEASE_ACTIVE},
    {FAR, NONE, "active", NONE, NONE, LEASE_ACTIVE},
    {FAR, NONE, "active", FAR, NONE, LEASE_ACTIVE},
    {FAR, NONE, "revoked", NONE, NONE, LEASE_REVOKED},
    {NONE, FAR, "active", NONE, NONE, LEASE_ACTIVE},
    {FAR, PAST, "active", NONE, NONE, LEASE_CLOSED},
    {ODD, NONE, "active", NEXT, NONE, LEASE_ACTIVE},
    {ODD, NONE, "revoked", NEXT, NONE, LEASE_REVOKED},
    {PAST, PAST, "active", PAST, PAST, LEASE_REVOKED},
    {PAST, PAST, "closed", PAST, PAST, LEASE_REVOKED},
    {PAST, NONE, "expired", PAST, NONE, LEASE_REVOKED},
    /* closed */
    {NONE, PAST, "active", NEXT, NONE, LEASE_CLOSED},
    {NONE, ODD, "active", NEXT, NONE, LEASE_ACTIVE},
    {NONE, PAST, "active", PAST, PAST, LEASE_CLOSED},
    {NONE, PAST, "revoked", PAST, NONE, LEASE_CLOSED},
    /* its time is over: not confirmed until the server agrees or stops listing it */
    {NONE, NONE, "active", PAST, NONE, LEASE_OVERDUE},
    {NONE, NONE, "active", NOW, NONE, LEASE_OVERDUE},
    {NONE, NONE, "", PAST, NONE, LEASE_OVERDUE},
    {NONE, NONE, "paused", PAST, NONE, LEASE_OVERDUE},
    {NONE, NONE, "active", PAST, PAST, LEASE_EXPIRED},
    {NONE, NONE, "expired", PAST, NONE, LEASE_EXPIRED},
    {NONE, NONE, "expired", PAST, PAST, LEASE_EXPIRED},
    /* the server's word, where nothing else is known */
    {NONE, NONE, "expired", NEXT, NONE, LEASE_EXPIRED},
    {NONE, NONE, "expired", NONE, NONE, LEASE_EXPIRED},
    {NONE, NONE, "closed", NEXT, NONE, LEASE_CLOSED},
    {NONE, NONE, "revoked", NEXT, NONE, LEASE_REVOKED},
    {NONE, NONE, "revoked", NEXT, PAST, LEASE_REVOKED},
    {NONE, NONE, "ended", NEXT, NONE, LEASE_ENDED},
    {NONE, NONE, "deleted", NEXT, NONE, LEASE_ENDED},
    {NONE, NONE, "closed", PAST, NONE, LEASE_CLOSED},
    {NONE, NONE, "paused", NEXT, NONE, LEASE_OTHER},
    {NONE, NONE, "", NEXT, NONE, LEASE_OTHER},
    {NONE, NONE, "Active", NEXT, NONE, LEASE_OTHER},
    {NONE, NONE, "active ", NEXT, NONE, LEASE_OTHER},
    {NONE, NONE, "\xEF\xBF\xBD", NEXT, NONE, LEASE_OTHER},
    /* gone, and nothing says how */
    {NONE, NONE, "active", NEXT, PAST, LEASE_ENDED},
    {NONE, NONE, "active", NONE, PAST, LEASE_ENDED},
    {NONE, NONE, "active", ODD, PAST, LEASE_ENDED},
    {NONE, NONE, "paused", NEXT, PAST, LEASE_ENDED},
};

static void test_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(truths); i++) {
        const struct lease lease = {
            .status = truths[i].status,
            .expires_ms = truths[i].expires_ms,
            .closed_ms = truths[i].closed_ms,
            .revoked_ms = truths[i].revoked_ms,
            .vanished_ms = truths[i].vanished_ms,
        };
        if (lease_state(&lease, NOW) != truths[i].state)
            fail_msg("row %zu of the table: state %d, not %d", i, lease_state(&lease, NOW),
                     truths[i].state);
    }
}

static void test_ended(void **state)
{
    (void)state;
    assert_false(lease_state_ended(LEASE_ACTIVE));
    assert_false(lease_state_ended(LEASE_OTHER));
    assert_false(lease_state_ended(LEASE_OVERDUE));
    assert_true(lease_state_ended(LEASE_EXPIRED));
    assert_true(lease_state_ended(LEASE_CLOSED));
    assert_true(lease_state_ended(LEASE_REVOKED));
    assert_true(lease_state_ended(LEASE_ENDED));
}

static void test_moment_known(void **state)
{
    (void)state;
    assert_false(moment_known(MOMENT_NONE));
    assert_false(moment_known(MOMENT_UNREADABLE));
    assert_true(moment_known(0));
    assert_true(moment_known(-62167219200000));
    assert_true(moment_known(253402300799999));
}

static int64_t left(int64_t expires_ms, int64_t server_ms)
{
    return lease_left_s(&(struct lease){.expires_ms = expires_ms}, server_ms);
}

static void test_left(void **state)
{
    (void)state;
    assert_int_equal(left(MOMENT_NONE, NOW), LEFT_NONE);
    assert_int_equal(left(MOMENT_UNREADABLE, NOW), LEFT_NONE);
    assert_int_equal(left(NOW + 1000, NOW), 1);
    assert_int_equal(left(NOW + 1999, NOW), 1);
    assert_int_equal(left(NOW + 999, NOW), 0);
    assert_int_equal(left(NOW + 1, NOW), 0);
    assert_int_equal(left(NOW, NOW), 0);
    assert_int_equal(left(NOW - 5000, NOW), 0);
    assert_int_equal(left(253402300799999, NOW), 253402299799);
}

static int life(int64_t created_ms, int64_t expires_ms)
{
    return lease_life_permille(&(struct lease){.created_ms = created_ms, .expires_ms = expires_ms},
                               NOW);
}

static void test_life(void **state)
{
    (void)state;
    assert_int_equal(life(NOW, NOW + 1000), 1000);
    assert_int_equal(life(NOW - 500, NOW + 500), 500);
    assert_int_equal(life(NOW - 999, NOW + 1), 1);
    assert_int_equal(life(NOW - 9999, NOW + 1), 0);
    assert_int_equal(life(NOW - 1, NOW + 9999), 999);
    assert_int_equal(life(NOW - 1000, NOW), 0);
    assert_int_equal(life(NOW - 2000, NOW - 1000), 0);
    assert_int_equal(life(NOW + 1000, NOW + 2000), 1000); /* made in our future: full, not more */
    assert_int_equal(life(NOW + 500, NOW + 1500), 1000);
    assert_int_equal(life(MOMENT_NONE, NOW + 1000), -1);
    assert_int_equal(life(MOMENT_UNREADABLE, NOW + 1000), -1);
    assert_int_equal(life(NOW, MOMENT_NONE), -1);
    assert_int_equal(life(NOW, MOMENT_UNREADABLE), -1);
    assert_int_equal(life(NOW, NOW), -1);
    assert_int_equal(life(NOW + 1, NOW), -1);
    assert_int_equal(life(-62167219200000, 253402300799999), 802);
}

static void test_runtime_may_lease(void **state)
{
    (void)state;
    static const struct {
        struct runtime runtime;
        bool may;
    } cases[] = {
        {{.status = "active", .vanished_ms = MOMENT_NONE}, true},
        {{.status = "", .vanished_ms = MOMENT_NONE}, true},
        {{.status = "warming", .vanished_ms = MOMENT_NONE}, true},
        {{.status = "stopped", .vanished_ms = MOMENT_NONE}, false},
        {{.status = "failed", .vanished_ms = MOMENT_NONE}, false},
        {{.status = "active", .vanished_ms = 1}, false},
        {{.status = "active", .vanished_ms = MOMENT_NONE, .unaddressable = true}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(runtime_may_lease(&cases[i].runtime), cases[i].may);
}

static void test_identity(void **state)
{
    (void)state;
    struct identity one, two;
    assert_true(identity_init(&one, "space", NULL, "lease"));
    assert_string_equal(one.space_id, "space");
    assert_string_equal(one.runtime_id, "");
    assert_true(identity_copy(&two, &one));
    assert_int_equal(identity_compare(&one, &two), 0);
    assert_ptr_not_equal(one.space_id, two.space_id);
    identity_clear(&two);
    assert_null(two.space_id);
    identity_clear(&two);
    identity_clear(&one);
}

static int sign(struct identity a, struct identity b)
{
    int order = identity_compare(&a, &b);
    assert_int_equal(identity_compare(&b, &a) < 0, order > 0);
    return order < 0 ? -1 : order > 0;
}

static void test_identity_is_all_three(void **state)
{
    (void)state;
    assert_int_equal(sign(named("s", "r", "l"), named("s", "r", "l")), 0);
    assert_int_equal(sign(named("s", "r", "k"), named("s", "r", "l")), -1);
    assert_int_equal(sign(named("s", "q", "l"), named("s", "r", "l")), -1);
    assert_int_equal(sign(named("r", "r", "l"), named("s", "r", "l")), -1);
    assert_int_equal(sign(named("s", "r", "L"), named("s", "r", "l")), -1);
    assert_int_equal(sign(named("s", "r", ""), named("s", "r", "l")), -1);
}

static void test_part_grows(void **state)
{
    (void)state;
    struct part *part = part_new(PART_LEASES);
    for (int i = 0; i < 1000; i++) {
        char id[16];
        int length = snprintf(id, sizeof id, "lease-%d", i);
        struct lease *lease = part_add(part);
        assert_null(lease->status);
        assert_int_equal(lease->expires_ms, 0);
        memset(lease, 0xA5, sizeof *lease); /* what a neighbour must not see */
        lease->id = part_text(part, id, (size_t)length);
    }
    part_finish(part);
    part_finish(part);
    assert_int_equal(part->count, 1000);
    assert_ptr_equal(part_lease(part, "lease-0"), &part->leases[0]);
    assert_ptr_equal(part_lease(part, "lease-999"), &part->leases[999]);
    assert_null(part_lease(part, "lease-1000"));
    assert_null(part_lease(part, "lease-"));
    assert_null(part_lease(NULL, "lease-1"));
    assert_non_null(part_add(part));
    part_unref(part);
}

static void test_part_is_counted(void **state)
{
    (void)state;
    struct part *part = part_new(PART_RUNTIMES);
    part_finish(part); /* empty */
    struct runtime *runtime = part_add(part);
    runtime->id = part_text(part, "rt_1", 4);
    assert_ptr_equal(part_ref(part), part);
    part_unref(part);
    assert_ptr_equal(part_runtime(part, "rt_1"), &part->runtimes[0]);
    assert_null(part_runtime(part, "rt_2"));
    assert_null(part_runtime(NULL, "rt_1"));
    part_unref(part);
    assert_null(part_ref(NULL));
    part_unref(NULL);
}

static void test_named(void **state)
{
    (void)state;
    assert_true(model_named("rt_1", "rt_1", "checkout"));
    assert_true(model_named("checkout", "rt_1", "checkout"));
    assert_false(model_named("check", "rt_1", "checkout"));
    assert_false(model_named("Checkout", "rt_1", "checkout"));
    assert_false(model_named("rt_", "rt_1", "checkout"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state),        cmocka_unit_test(test_ended),
        cmocka_unit_test(test_moment_known), cmocka_unit_test(test_left),
        cmocka_unit_test(test_life),         cmocka_unit_test(test_runtime_may_lease),
        cmocka_unit_test(test_identity),     cmocka_unit_test(test_identity_is_all_three),
        cmocka_unit_test(test_part_grows),   cmocka_unit_test(test_part_is_counted),
        cmocka_unit_test(test_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
