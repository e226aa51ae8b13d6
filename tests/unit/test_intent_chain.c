/* Writes that wait for others: rotate, and what becomes of a create whose answer was lost. */
#include "tests/unit/writes.h"

enum { CREATE = 1, REVOKE = 2 };

static struct intents *rotation(void)
{
    struct intents *intents = intents_new();
    const struct identity old = named("sp", "rt", "old");
    assert_true(intents_rotate(intents, CREATE, REVOKE, &old, "cdp", 900, "{}", NOW));
    return intents;
}

static void made(struct intents *intents, uint64_t id, const char *lease, bool endpoint)
{
    struct intent_answer how = ended(TROUBLE_NONE, true);
    how.lease_id = lease;
    how.endpoint = endpoint;
    how.latency_ms = 43;
    how.request_id = "req-1";
    answer(intents, id, how, NOW + 50);
}

static void test_the_new_one_comes_first(void **state)
{
    (void)state;
    struct intents *intents = rotation();
    const struct identity old = named("sp", "rt", "old"), other = named("sp", "rt", "x");
    assert_int_equal(phase_of(intents, CREATE), INTENT_QUEUED);
    assert_int_equal(phase_of(intents, REVOKE), INTENT_HELD);
    assert_true(intents_rotating(intents, &old));
    assert_false(intents_rotating(intents, &other));
    assert_false(intents_ending(intents, &old));
    struct intent *create = take(intents, NOW);
    assert_int_equal(create->id, CREATE);
    assert_string_equal(create->lease.lease_id, "");
    assert_string_equal(create->replaces, "old");
    assert_null(take(intents, NOW + 3600000));
    made(intents, CREATE, "new", true);
    assert_int_equal(phase_of(intents, CREATE), INTENT_DONE);
    assert_false(intents_find(intents, CREATE)->stays);
    assert_false(intents_rotating(intents, &old));
    assert_true(intents_ending(intents, &old));
    struct intent *revoke = take(intents, NOW + 50);
    assert_int_equal(revoke->id, REVOKE);
    assert_string_equal(revoke->lease.lease_id, "old");
    answer(intents, REVOKE, ended(TROUBLE_NONE, true), NOW + 90);
    assert_int_equal(phase_of(intents, REVOKE), INTENT_DONE);
    assert_true(intents_ended(intents, &old));
    intents_free(intents);
}

/* The old one is revoked without grace, and as often as any. */
static void test_the_old_one_is_tried_again(void **state)
{
    (void)state;
    struct intents *intents = rotation();
    take(intents, NOW);
    made(intents, CREATE, "new", true);
    for (int try = 0; try < 4; try++) {
        assert_non_null(take(intents, NOW + 60000 * (try + 1)));
        answer(intents, REVOKE, ended(TROUBLE_CUT, true), NOW + 60000 * (try + 1));
    }
    assert_int_equal(phase_of(intents, REVOKE), INTENT_UNKNOWN);
    list(intents, LISTED("new"), NOW + 600000);
    assert_int_equal(phase_of(intents, REVOKE), INTENT_DONE);
    intents_free(intents);
}

/* Whatever else becomes of the create, nothing is sent for the old one, and nobody hears of the
 * revoke that was only held. */
static void stays(struct intents *intents)
{
    const struct intent *revoke = intents_find(intents, REVOKE);
    assert_int_equal(revoke->phase, INTENT_CANCELLED);
    assert_int_equal(revoke->reported, INTENT_CANCELLED);
    assert_true(intents_find(intents, CREATE)->stays);
    assert_null(take(intents, NOW + 3600000));
    assert_int_equal(pending(intents), 0);
    intents_free(intents);
}

static void test_failed(void **state)
{
    (void)state;
    struct intents *intents = rotation();
    take(intents, NOW);
    answer(intents, CREATE, ended(TROUBLE_QUOTA, true), NOW);
    assert_int_equal(phase_of(intents, CREATE), INTENT_FAILED);
    stays(intents);
}

static void test_made_without_endpoint(void **state)
{
    (void)state;
    struct intents *intents = rotation();
    take(intents, NOW);
    made(intents, CREATE, "new", false);
    assert_int_equal(phase_of(intents, CREATE), INTENT_DONE);
    stays(intents);
}

static struct intents *lost_rotation(void)
{
    struct intents *intents = rotation();
    take(intents, NOW);
    answer(intents, CREATE, ended(TROUBLE_SLOW, true), NOW + 10);
    assert_int_equal(phase_of(intents, CREATE), INTENT_UNKNOWN);
    assert_int_equal(phase_of(intents, REVOKE), INTENT_HELD);
    assert_null(take(intents, NOW + 60000));
    return intents;
}

static struct part *listed_new(void)
{
    struct part *part = LISTED("old");
    listed_lease(part, "new", server_at(NOW));
    return part;
}

static void test_unknown_then_found(void **state)
{
    (void)state;
    struct intents *intents = lost_rotation();
    assert_true(list(intents, listed_new(), NOW + 100));
    assert_int_equal(phase_of(intents, CREATE), INTENT_DONE);
    assert_true(intents_find(intents, CREATE)->found);
    stays(intents);
}

static void test_unknown_then_unseen(void **state)
{
    (void)state;
    const struct identity old = named("sp", "rt", "old");
    struct intents *intents = lost_rotation();
    assert_true(intents_rotating(intents, &old));
    assert_true(list(intents, LISTED("old"), NOW + 60000));
    assert_int_equal(phase_of(intents, CREATE), INTENT_UNKNOWN);
    assert_int_equal(phase_of(intents, REVOKE), INTENT_HELD);
    assert_false(intents_rotating(intents, &old)); /* it can be rotated anew */
    assert_true(intents_dismiss(intents, NOW + 60000));
    assert_null(intents_find(intents, CREATE));
    assert_int_equal(phase_of(intents, REVOKE), INTENT_CANCELLED);
    assert_null(take(intents, NOW + 3600000));
    intents_free(intents);
}

/* Keep alive tries again by itself: what waited for the lost one does so no longer. */
static void test_unseen_where_nobody_looks(void **state)
{
    (void)state;
    struct intents *intents = lost_rotation();
    intents_find(intents, CREATE)->kept = true;
    list(intents, LISTED("old"), NOW + 60000);
    assert_int_equal(phase_of(intents, CREATE), INTENT_UNKNOWN);
    assert_int_equal(phase_of(intents, REVOKE), INTENT_CANCELLED);
    intents_free(intents);
}

static void test_held_can_be_undone(void **state)
{
    (void)state;
    struct intents *intents = rotation();
    assert_true(intents_cancel(intents, REVOKE, NOW));
    take(intents, NOW);
    made(intents, CREATE, "new", true);
    assert_null(take(intents, NOW + 60000));
    intents_free(intents);
}

static void test_quitting_does_not_send_what_is_held(void **state)
{
    (void)state;
    struct intents *intents = rotation();
    take(intents, NOW);
    intents_hurry(intents, NOW);
    assert_null(take(intents, NOW + 60000));
    made(intents, CREATE, "new", true);
    assert_int_equal(take(intents, NOW + 60)->id, REVOKE);
    intents_free(intents);
}

static void test_what_is_published(void **state)
{
    (void)state;
    struct intents *intents = rotation();
    take(intents, NOW);
    made(intents, CREATE, "new", true);
    struct intents_view *view = intents_publish(intents);
    assert_string_equal(view->items[0].replaces, "old");
    assert_string_equal(view->items[0].lease.lease_id, "new");
    assert_int_equal(view->items[0].latency_ms, 43);
    assert_string_equal(view->items[0].request_id, "req-1");
    assert_null(view->items[1].replaces);
    assert_int_equal(view->items[1].waits, CREATE);
    assert_int_equal(view->items[1].latency_ms, -1);
    assert_string_equal(view->items[1].request_id, "");
    intents_view_free(view);
    intents_free(intents);
}

/* ---- what becomes of a lost create */

static struct intents *lost(void)
{
    struct intents *intents = intents_new();
    create(intents, CREATE, NOW);
    take(intents, NOW);
    answer(intents, CREATE, ended(TROUBLE_SLOW, true), NOW + 10);
    return intents;
}

static void test_revoke_when_it_appears(void **state)
{
    (void)state;
    struct intents *intents = lost();
    assert_true(intents_resolve(intents, CREATE, RESOLVE_REVOKE, 5, NOW));
    assert_true(intents_resolve(intents, CREATE, RESOLVE_REVOKE, 6, NOW));
    assert_null(intents_find(intents, 6)); /* once is enough */
    assert_null(take(intents, NOW + 1000));
    list(intents, listed_new(), NOW + 2000);
    struct intent *revoke = take(intents, NOW + 2000);
    assert_int_equal(revoke->id, 5);
    assert_string_equal(revoke->lease.lease_id, "new");
    intents_free(intents);
}

static void test_revoke_what_appears_late(void **state)
{
    (void)state;
    struct intents *intents = lost();
    assert_true(intents_resolve(intents, CREATE, RESOLVE_REVOKE, 5, NOW));
    list(intents, LISTED("old"), NOW + 60000);
    assert_int_equal(phase_of(intents, 5), INTENT_HELD); /* it may still come */
    assert_null(take(intents, NOW + 60000));
    list(intents, listed_new(), NOW + 90000);
    assert_string_equal(take(intents, NOW + 90000)->lease.lease_id, "new");
    intents_free(intents);
}

static void test_revoke_what_was_found(void **state)
{
    (void)state;
    struct intents *intents = lost();
    list(intents, listed_new(), NOW + 2000);
    assert_true(intents_resolve(intents, CREATE, RESOLVE_REVOKE, 5, NOW + 3000));
    assert_string_equal(take(intents, NOW + 3000)->lease.lease_id, "new");
    intents_free(intents);
}

static void test_keep_after_all(void **state)
{
    (void)state;
    struct intents *intents = lost();
    assert_true(intents_resolve(intents, CREATE, RESOLVE_REVOKE, 5, NOW));
    assert_true(intents_resolve(intents, CREATE, RESOLVE_KEEP, CREATE, NOW));
    list(intents, listed_new(), NOW + 2000);
    assert_null(take(intents, NOW + 2000));
    intents_free(intents);
}

/* What lists had their say about goes when it is kept as it is; what is to be revoked when it is
 * seen stays until then. */
static void test_unseen_is_resolved(void **state)
{
    (void)state;
    struct intents *intents = lost();
    list(intents, LISTED("old"), NOW + 60000);
    assert_true(intents_find(intents, CREATE)->unseen);
    assert_true(intents_resolve(intents, CREATE, RESOLVE_REVOKE, 5, NOW + 60000));
    assert_false(intents_dismiss(intents, NOW + 60000));
    assert_true(intents_resolve(intents, CREATE, RESOLVE_KEEP, CREATE, NOW + 60000));
    assert_int_equal(phase_of(intents, CREATE), INTENT_CANCELLED);
    assert_int_equal(phase_of(intents, 5), INTENT_CANCELLED);
    list(intents, listed_new(), NOW + 70000);
    assert_null(take(intents, NOW + 70000));
    intents_free(intents);
}

static void test_again(void **state)
{
    (void)state;
    struct intents *intents = lost();
    assert_true(intents_resolve(intents, CREATE, RESOLVE_AGAIN, 5, NOW + 100));
    struct intent *again = take(intents, NOW + 100);
    assert_int_equal(again->id, 5);
    assert_int_equal(again->ttl_s, 900);
    assert_null(again->replaces);
    made(intents, 5, "second", true);
    /* The lost one is watched on, and is not taken for the second. */
    struct part *part = listed_new();
    listed_lease(part, "second", server_at(NOW + 200));
    list(intents, part, NOW + 2000);
    assert_string_equal(intents_find(intents, CREATE)->lease.lease_id, "new");
    assert_true(intents_find(intents, CREATE)->found);
    intents_free(intents);
}

static void test_rotate_again(void **state)
{
    (void)state;
    struct intents *intents = lost_rotation();
    assert_true(intents_resolve(intents, CREATE, RESOLVE_AGAIN, 5, NOW + 100));
    assert_string_equal(take(intents, NOW + 100)->replaces, "old");
    list(intents, LISTED("old"), NOW + 60000); /* the lost one was never made */
    assert_int_equal(phase_of(intents, REVOKE), INTENT_HELD);
    made(intents, 5, "second", true);
    assert_string_equal(take(intents, NOW + 60000)->lease.lease_id, "old");
    intents_free(intents);
}

static void test_only_what_is_lost_is_resolved(void **state)
{
    (void)state;
    struct intents *intents = rotation();
    for (int choice = RESOLVE_KEEP; choice <= RESOLVE_AGAIN; choice++) {
        assert_false(intents_resolve(intents, 99, (enum resolve)choice, 5, NOW));
        assert_false(intents_resolve(intents, REVOKE, (enum resolve)choice, 5, NOW));
        assert_false(intents_resolve(intents, CREATE, (enum resolve)choice, 5, NOW));
    }
    take(intents, NOW);
    made(intents, CREATE, "new", true);
    assert_false(intents_resolve(intents, CREATE, RESOLVE_REVOKE, 5, NOW));
    intents_free(intents);
}

/* ---- what may be a write's doing */

static void test_under_way(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    const struct identity runtime = named("sp", "rt", ""), other = named("sp", "r2", "");
    revoke(intents, 1, "a", NOW);
    assert_false(intents_under_way(intents, &runtime));
    take(intents, NOW);
    assert_true(intents_under_way(intents, &runtime));
    assert_false(intents_under_way(intents, &other));
    struct intent_answer how = ended(TROUBLE_LIMITED, true);
    how.why = trouble_new(TROUBLE_LIMITED, "later");
    answer(intents, 1, how, NOW);
    assert_false(intents_under_way(intents, &runtime)); /* the server did nothing */
    take(intents, NOW + 60000);
    how = ended(TROUBLE_CUT, true);
    how.why = trouble_new(TROUBLE_CUT, "cut");
    answer(intents, 1, how, NOW + 60000);
    assert_int_equal(phase_of(intents, 1), INTENT_QUEUED);
    assert_true(intents_under_way(intents, &runtime)); /* or it did */
    intents_free(intents);
}

/* A list that was asked for before the answer was lost says nothing of what may come. */
static void test_lost_is_under_way_until_looked_for(void **state)
{
    (void)state;
    struct intents *intents = lost();
    const struct identity runtime = named("sp", "rt", "");
    list(intents, LISTED("old"), NOW);
    assert_true(intents_under_way(intents, &runtime));
    list(intents, LISTED("old"), NOW + 1000);
    assert_int_equal(phase_of(intents, CREATE), INTENT_UNKNOWN);
    assert_false(intents_under_way(intents, &runtime));
    intents_free(intents);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_the_new_one_comes_first),
    cmocka_unit_test(test_the_old_one_is_tried_again),
    cmocka_unit_test(test_failed),
    cmocka_unit_test(test_made_without_endpoint),
    cmocka_unit_test(test_unknown_then_found),
    cmocka_unit_test(test_unknown_then_unseen),
    cmocka_unit_test(test_unseen_where_nobody_looks),
    cmocka_unit_test(test_held_can_be_undone),
    cmocka_unit_test(test_quitting_does_not_send_what_is_held),
    cmocka_unit_test(test_what_is_published),
    cmocka_unit_test(test_revoke_when_it_appears),
    cmocka_unit_test(test_revoke_what_appears_late),
    cmocka_unit_test(test_revoke_what_was_found),
    cmocka_unit_test(test_keep_after_all),
    cmocka_unit_test(test_unseen_is_resolved),
    cmocka_unit_test(test_again),
    cmocka_unit_test(test_rotate_again),
    cmocka_unit_test(test_only_what_is_lost_is_resolved),
    cmocka_unit_test(test_under_way),
    cmocka_unit_test(test_lost_is_under_way_until_looked_for),
};

int main(void)
{
    return cmocka_run_group_tests_name("intent_chain", tests, NULL, NULL);
}
