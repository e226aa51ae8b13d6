/* How a good list settles a write that was left open: a revoke that found nothing, one whose answer
 * was lost, and a create that may or may not have made something. */
#include "tests/unit/writes.h"

/* A revoke of lease "l" that was answered at NOW and is open since. */
static struct intents *open_revoke(enum trouble_kind kind)
{
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW - 60000);
    for (int64_t now_ms = NOW - 60000; phase_of(intents, 1) < INTENT_GONE; now_ms += 10000) {
        int64_t answered_ms =
            kind == TROUBLE_GONE || intents_find(intents, 1)->tries == 3 ? NOW : now_ms;
        take(intents, now_ms);
        answer(intents, 1, ended(kind, true), answered_ms);
    }
    return intents;
}

static const enum trouble_kind opens[] = {TROUBLE_GONE, TROUBLE_SLOW};

static void test_no_longer_listed_is_done(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(opens); i++) {
        struct intents *intents = open_revoke(opens[i]);
        assert_true(list(intents, LISTED("k", "m"), NOW + 1000));
        assert_int_equal(phase_of(intents, 1), INTENT_DONE);
        assert_int_equal(intents_find(intents, 1)->settled_ms, NOW + 1000);
        intents_free(intents);
    }
}

static void test_listed_as_ended_is_done(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(opens); i++) {
        struct intents *intents = open_revoke(opens[i]);
        struct part *part = LISTED("l");
        part->leases[0].revoked_ms = SERVER;
        assert_true(list(intents, part, NOW + 1000));
        assert_int_equal(phase_of(intents, 1), INTENT_DONE);
        intents_free(intents);
        intents = open_revoke(opens[i]);
        part = LISTED("l");
        part->leases[0].vanished_ms = SERVER; /* remembered as gone */
        assert_true(list(intents, part, NOW + 1000));
        assert_int_equal(phase_of(intents, 1), INTENT_DONE);
        intents_free(intents);
    }
}

static void test_still_listed_is_failed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(opens); i++) {
        struct intents *intents = open_revoke(opens[i]);
        assert_true(list(intents, LISTED("k", "l"), NOW + 1000));
        assert_int_equal(phase_of(intents, 1), INTENT_FAILED);
        intents_free(intents);
    }
}

/* A revoke of lease "l" that was answered with 200 at NOW. */
static struct intents *done_revoke(void)
{
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW);
    take(intents, NOW);
    answer(intents, 1, ended(TROUBLE_NONE, true), NOW);
    intents_find(intents, 1)->reported = INTENT_DONE;
    return intents;
}

/* It is told of while the lease is listed as one that lives, and for a minute at least. */
static void test_failed_and_listed(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW);
    take(intents, NOW);
    answer(intents, 1, ended(TROUBLE_FORBIDDEN, true), NOW);
    intents_find(intents, 1)->reported = INTENT_FAILED;
    list(intents, LISTED("l"), NOW + 3600000);
    assert_false(intents_forget(intents, NOW + 3600000));
    list(intents, LISTED("k"), NOW + 3600000);
    assert_true(intents_forget(intents, NOW + 3600000));
    intents_free(intents);
}

/* Lists may lag behind for a while; then they contradict, and that is remembered as long as they
 * do. */
static void test_done_and_listed(void **state)
{
    (void)state;
    struct intents *intents = done_revoke();
    const struct intent *revoke = intents_find(intents, 1);
    assert_false(list(intents, LISTED("l"), NOW + 2999));
    assert_false(revoke->contradicted);
    assert_true(list(intents, LISTED("l"), NOW + 3000));
    assert_true(revoke->contradicted && revoke->news);
    assert_int_equal(revoke->phase, INTENT_DONE);
    intents_find(intents, 1)->news = false;
    assert_false(list(intents, LISTED("l"), NOW + 5000));
    assert_false(revoke->news);
    assert_int_equal(intents_wake_ms(intents), SCHEDULE_NEVER);
    assert_false(intents_forget(intents, NOW + 3600000));
    assert_true(list(intents, LISTED("k"), NOW + 3600000));
    assert_false(revoke->contradicted || revoke->news);
    assert_true(intents_forget(intents, NOW + 3600000));
    intents_free(intents);
}

static void test_done_and_listed_as_ended(void **state)
{
    (void)state;
    struct intents *intents = done_revoke();
    struct part *part = LISTED("l");
    part->leases[0].revoked_ms = SERVER;
    assert_false(list(intents, part, NOW + 5000));
    assert_false(intents_find(intents, 1)->contradicted);
    intents_free(intents);
}

/* What a list settled was never said by an answer. */
static void test_settled_by_a_list_and_listed_again(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW);
    take(intents, NOW);
    struct intent_answer how = ended(TROUBLE_GONE, true);
    how.why = trouble_new(TROUBLE_GONE, "gone");
    answer(intents, 1, how, NOW);
    assert_true(list(intents, LISTED("k"), NOW + 1000));
    assert_int_equal(phase_of(intents, 1), INTENT_DONE);
    assert_false(list(intents, LISTED("l"), NOW + 9000));
    assert_false(intents_find(intents, 1)->contradicted);
    intents_free(intents);
}

/* Only what was asked after the answer can tell, and only of the same runtime of the same space. */
static void test_lists_that_cannot_tell(void **state)
{
    (void)state;
    const struct identity other[] = {named("sp", "rt2", ""), named("sp2", "rt", "")};
    for (size_t i = 0; i < COUNT(opens); i++) {
        struct intents *intents = open_revoke(opens[i]);
        enum intent_phase open = phase_of(intents, 1);
        assert_false(list(intents, LISTED("k"), NOW - 1));
        for (size_t j = 0; j < COUNT(other); j++) {
            struct part *part = LISTED("k");
            assert_false(intents_listed(intents, &other[j], part, NOW + 1000, SERVER, NOW + 1000,
                                        nobodys, NULL));
            part_unref(part);
        }
        struct part *cut = LISTED("k");
        cut->cut = true;
        assert_false(list(intents, cut, NOW + 1000));
        assert_int_equal(phase_of(intents, 1), open);
        assert_true(list(intents, LISTED("k"), NOW));
        intents_free(intents);
    }
}

static void test_lists_leave_others_alone(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    const struct identity lease = named("sp", "rt", "l");
    intents_revoke(intents, 1, &lease, 5000, NOW);
    revoke(intents, 2, "l", NOW);
    revoke(intents, 3, "l", NOW);
    take(intents, NOW);
    take(intents, NOW);
    answer(intents, 3, ended(TROUBLE_FORBIDDEN, true), NOW);
    create(intents, 4, NOW + 9000);
    assert_false(list(intents, LISTED("k"), NOW + 1000));
    assert_int_equal(phase_of(intents, 1), INTENT_GRACE);
    assert_int_equal(phase_of(intents, 2), INTENT_SENT);
    assert_int_equal(phase_of(intents, 3), INTENT_FAILED);
    assert_int_equal(phase_of(intents, 4), INTENT_QUEUED);
    intents_free(intents);
}

/* A create that was sent at NOW when "old" was listed, and whose answer was lost at NOW + 5000. */
static void lose_create(struct intents *intents, uint64_t id)
{
    create(intents, id, NOW);
    struct intent *intent = take(intents, NOW);
    intent->before = LISTED("old");
    intent->before->leases[0].created_ms = SERVER;
    answer(intents, id, ended(TROUBLE_SLOW, true), NOW + 5000);
    assert_int_equal(phase_of(intents, id), INTENT_UNKNOWN);
}

static struct intents *lost_create(void)
{
    struct intents *intents = intents_new();
    lose_create(intents, 1);
    return intents;
}

static void test_lost_create_found(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    struct part *part = LISTED("old");
    listed_lease(part, "new", SERVER + 200);
    assert_true(list(intents, part, NOW + 6000));
    struct intent *intent = intents_find(intents, 1);
    assert_int_equal(intent->phase, INTENT_DONE);
    assert_true(intent->found);
    assert_string_equal(intent->lease.lease_id, "new");
    assert_string_equal(intent->lease.runtime_id, "rt");
    intents_free(intents);
}

/* The server's clock may be a little behind our idea of it. */
static void test_lost_create_within_slack(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    struct part *part = part_new(PART_LEASES);
    listed_lease(part, "early", SERVER - 3001);
    assert_false(list(intents, part, NOW + 6000));
    part = part_new(PART_LEASES);
    listed_lease(part, "just", SERVER - 3000);
    assert_true(list(intents, part, NOW + 6000));
    assert_string_equal(intents_find(intents, 1)->lease.lease_id, "just");
    intents_free(intents);
}

/* A command has seen no list by then: what was there a second and more before is not the new one.
 */
static void test_lost_create_without_a_list_before(void **state)
{
    (void)state;
    static const struct {
        int64_t created_ms;
        bool ours;
    } cases[] = {{SERVER - 1001, false}, {SERVER - 1000, true}, {SERVER + 200, true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct intents *intents = lost_create();
        struct intent *create = intents_find(intents, 1);
        part_unref(create->before);
        create->before = NULL;
        struct part *part = part_new(PART_LEASES);
        listed_lease(part, "new", cases[i].created_ms);
        list(intents, part, NOW + 6000);
        assert_int_equal(create->found, cases[i].ours);
        intents_free(intents);
    }
}

/* What differs in anything that is known is somebody else's. */
static void test_lost_create_is_not_another_lease(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    struct part *part = LISTED("old");
    part->leases[0].created_ms = SERVER + 100; /* was listed before, whatever it says now */
    listed_lease(part, "before", SERVER - 60000);
    listed_lease(part, "protocol", SERVER + 100)->protocol = listed_text(part, "vnc");
    listed_lease(part, "undated", MOMENT_NONE);
    listed_lease(part, "odd", MOMENT_UNREADABLE);
    assert_false(list(intents, part, NOW + 6000));
    assert_int_equal(phase_of(intents, 1), INTENT_UNKNOWN);
    intents_free(intents);
}

/* Asked for: 900 s. */
static void test_lost_create_lives_as_long_as_asked(void **state)
{
    (void)state;
    static const struct {
        int64_t life_ms;
        bool ours;
    } cases[] = {{900000, true},  {895000, true},   {905000, true},   {894999, false},
                 {905001, false}, {3600000, false}, {-900000, false}, {60000, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct intents *intents = lost_create();
        struct part *part = part_new(PART_LEASES);
        struct lease *lease = listed_lease(part, "new", SERVER + 200);
        lease->expires_ms = lease->created_ms + cases[i].life_ms;
        assert_true(list(intents, part, NOW + 6000)); /* a person may know it */
        assert_int_equal(intents_find(intents, 1)->found, cases[i].ours);
        assert_int_equal(intents_find(intents, 1)->could_be, 1);
        assert_false(intents_find(intents, 1)->unseen);
        intents_free(intents);
    }
}

/* A server that was left to choose may choose any life, and one that says none is asked for none.
 */
static void test_lost_create_without_a_life_to_compare(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    struct part *part = part_new(PART_LEASES);
    listed_lease(part, "new", SERVER + 200)->expires_ms = MOMENT_UNREADABLE;
    assert_true(list(intents, part, NOW + 6000));
    intents_free(intents);
    intents = lost_create();
    intents_find(intents, 1)->ttl_s = 0;
    part = part_new(PART_LEASES);
    listed_lease(part, "new", SERVER + 200)->expires_ms = SERVER + 86400000;
    assert_true(list(intents, part, NOW + 6000));
    intents_free(intents);
}

/* Two leases could be it: one of them is somebody else's, and nothing tells which. */
static void test_several_could_be_it(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    struct part *part = part_new(PART_LEASES);
    listed_lease(part, "new", SERVER + 200);
    listed_lease(part, "stranger", SERVER + 900);
    assert_true(list(intents, part_ref(part), NOW + 6000));
    struct intent *create = intents_find(intents, 1);
    assert_int_equal(create->phase, INTENT_UNKNOWN);
    assert_int_equal(create->could_be, 2);
    assert_true(create->news);
    assert_string_equal(create->lease.lease_id, "");
    /* That is told once; and one of them ending does not make the other ours. */
    create->news = false;
    assert_false(list(intents, part, NOW + 7000));
    part = part_new(PART_LEASES);
    listed_lease(part, "stranger", SERVER + 900);
    assert_false(list(intents, part, NOW + 90000));
    assert_false(create->news);
    assert_int_equal(create->phase, INTENT_UNKNOWN);
    intents_free(intents);
}

/* Two lost creates that asked for the same, and two leases: whose is which makes no difference. A
 * third is one too many. */
static void test_as_many_as_were_lost(void **state)
{
    (void)state;
    for (int strangers = 0; strangers < 2; strangers++) {
        struct intents *intents = intents_new();
        lose_create(intents, 1);
        lose_create(intents, 2);
        struct part *part = part_new(PART_LEASES);
        listed_lease(part, "second", SERVER + 300);
        listed_lease(part, "first", SERVER + 200);
        if (strangers > 0)
            listed_lease(part, "third", SERVER + 250);
        assert_true(list(intents, part, NOW + 6000));
        const struct intent *one = intents_find(intents, 1), *two = intents_find(intents, 2);
        assert_string_equal(one->lease.lease_id, strangers > 0 ? "" : "first");
        assert_string_equal(two->lease.lease_id, strangers > 0 ? "" : "second");
        assert_int_equal(one->could_be, 2 + strangers);
        intents_free(intents);
    }
}

static bool starts_with_t(const void *context, const struct identity *lease)
{
    assert_string_equal(context, "context");
    assert_string_equal(lease->space_id, "sp");
    assert_string_equal(lease->runtime_id, "rt");
    return lease->lease_id[0] == 't';
}

static void test_lost_create_is_not_what_is_taken(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    const struct identity runtime = named("sp", "rt", "");
    struct part *part = part_new(PART_LEASES);
    listed_lease(part, "t1", SERVER + 100);
    listed_lease(part, "mine", SERVER + 100);
    assert_true(intents_listed(intents, &runtime, part, NOW + 6000, SERVER, NOW + 6000,
                               starts_with_t, "context"));
    assert_string_equal(intents_find(intents, 1)->lease.lease_id, "mine");
    part_unref(part);
    intents_free(intents);
}

/* Not seen is not "not made": a slow server may show it later. 20 s after the answer was lost it is
 * worth a word, once. */
static void expect_unseen(struct intents *intents, int64_t after_ms)
{
    const struct intent *create = intents_find(intents, 1);
    assert_false(list(intents, LISTED("old"), NOW + 5000));
    assert_false(list(intents, LISTED("old"), NOW + 5000 + after_ms - 1));
    assert_false(create->unseen || create->news);
    assert_true(list(intents, LISTED("old"), NOW + 5000 + after_ms));
    assert_int_equal(create->phase, INTENT_UNKNOWN);
    assert_true(create->unseen && create->news);
    assert_string_equal(create->lease.lease_id, "");
    intents_find(intents, 1)->news = false;
    assert_false(list(intents, LISTED("old"), NOW + 3600000));
    assert_false(intents_forget(intents, NOW + 7200000));
    assert_false(create->news);
    assert_int_equal(create->phase, INTENT_UNKNOWN);
}

static void test_lost_create_unseen(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    expect_unseen(intents, 20000);
    intents_free(intents);
}

static void test_lost_create_unseen_after_another_time(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    intents_unseen_after(intents, 7000);
    expect_unseen(intents, 7000);
    intents_free(intents);
}

/* It may still come. */
/* What was made long after the answer was lost is somebody else's. */
static void test_made_too_late(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    struct part *part = LISTED("old");
    listed_lease(part, "theirs", SERVER + 5000 + 3001);
    assert_false(list(intents, part, NOW + 15000));
    assert_int_equal(phase_of(intents, 1), INTENT_UNKNOWN);
    part = LISTED("old");
    listed_lease(part, "mine", SERVER + 5000 + 3000);
    assert_true(list(intents, part, NOW + 16000));
    assert_string_equal(intents_find(intents, 1)->lease.lease_id, "mine");
    intents_free(intents);
}

static void test_unseen_is_found(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    expect_unseen(intents, 20000);
    struct part *part = LISTED("old");
    listed_lease(part, "new", SERVER + 4000);
    assert_true(list(intents, part, NOW + 60000));
    assert_int_equal(phase_of(intents, 1), INTENT_DONE);
    assert_true(intents_find(intents, 1)->found);
    intents_free(intents);
}

/* Several are not none. */
static void test_unseen_then_several(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    expect_unseen(intents, 20000);
    struct part *part = part_new(PART_LEASES);
    listed_lease(part, "new", SERVER + 200);
    listed_lease(part, "stranger", SERVER + 900);
    assert_true(list(intents, part, NOW + 60000));
    assert_true(intents_find(intents, 1)->news);
    assert_false(intents_find(intents, 1)->unseen);
    intents_free(intents);
}

/* The operator has read it: only what lists had their say about goes. */
static void test_unseen_is_dismissed(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    lose_create(intents, 2);
    intents_find(intents, 2)->settled_ms = NOW + 3600000; /* lost only now */
    expect_unseen(intents, 20000);
    assert_true(intents_dismiss(intents, NOW + 3600000));
    assert_null(intents_find(intents, 1));
    assert_int_equal(phase_of(intents, 2), INTENT_UNKNOWN);
    intents_free(intents);
}

static void test_lost_create_found_late(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    struct part *part = part_new(PART_LEASES);
    listed_lease(part, "new", SERVER + 200);
    assert_true(list(intents, part, NOW + 120000));
    assert_true(intents_find(intents, 1)->found);
    intents_free(intents);
}

static void test_lost_create_and_lists_that_cannot_tell(void **state)
{
    (void)state;
    struct intents *intents = lost_create();
    struct part *part = part_new(PART_LEASES);
    listed_lease(part, "new", SERVER + 200);
    assert_false(list(intents, part, NOW + 4999)); /* asked before the answer was lost */
    part = LISTED("old");
    part->cut = true;
    assert_false(list(intents, part, NOW + 60000));
    assert_int_equal(phase_of(intents, 1), INTENT_UNKNOWN);
    intents_free(intents);
}

/* Two lost creates and one new lease: it is one of them, not both. */
static void test_two_lost_creates(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    lose_create(intents, 1);
    lose_create(intents, 2);
    struct part *part = part_new(PART_LEASES);
    listed_lease(part, "new", SERVER + 200);
    assert_true(list(intents, part, NOW + 6000));
    assert_int_equal(phase_of(intents, 1), INTENT_DONE);
    assert_int_equal(phase_of(intents, 2), INTENT_UNKNOWN);
    part = part_new(PART_LEASES);
    listed_lease(part, "new", SERVER + 200);
    listed_lease(part, "second", SERVER + 300);
    assert_true(list(intents, part, NOW + 7000));
    assert_string_equal(intents_find(intents, 2)->lease.lease_id, "second");
    intents_free(intents);
}

/* A lease that another create has just made must not be taken for the lost one's: also not while
 * that create's own answer is still on its way. */
static void expect_not_confused(bool lost_first)
{
    struct intents *intents = intents_new();
    if (lost_first)
        lose_create(intents, 1);
    create(intents, 2, NOW);
    take(intents, NOW);
    if (!lost_first)
        lose_create(intents, 1);
    struct part *part = part_new(PART_LEASES);
    listed_lease(part, "second", SERVER + 5600);
    assert_false(list(intents, part_ref(part), NOW + 6000));
    struct intent_answer how = ended(TROUBLE_NONE, true);
    how.lease_id = "second";
    answer(intents, 2, how, NOW + 6100);
    assert_false(list(intents, part_ref(part), NOW + 6200));
    assert_int_equal(phase_of(intents, 1), INTENT_UNKNOWN);
    listed_lease(part, "first", SERVER + 300);
    assert_true(list(intents, part, NOW + 6300));
    assert_string_equal(intents_find(intents, 1)->lease.lease_id, "first");
    intents_free(intents);
}

static void test_lost_create_beside_a_good_one(void **state)
{
    (void)state;
    expect_not_confused(true);
    expect_not_confused(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_longer_listed_is_done),
        cmocka_unit_test(test_listed_as_ended_is_done),
        cmocka_unit_test(test_still_listed_is_failed),
        cmocka_unit_test(test_failed_and_listed),
        cmocka_unit_test(test_done_and_listed),
        cmocka_unit_test(test_done_and_listed_as_ended),
        cmocka_unit_test(test_settled_by_a_list_and_listed_again),
        cmocka_unit_test(test_lists_that_cannot_tell),
        cmocka_unit_test(test_lists_leave_others_alone),
        cmocka_unit_test(test_lost_create_found),
        cmocka_unit_test(test_lost_create_within_slack),
        cmocka_unit_test(test_lost_create_is_not_another_lease),
        cmocka_unit_test(test_lost_create_without_a_list_before),
        cmocka_unit_test(test_lost_create_lives_as_long_as_asked),
        cmocka_unit_test(test_lost_create_without_a_life_to_compare),
        cmocka_unit_test(test_several_could_be_it),
        cmocka_unit_test(test_as_many_as_were_lost),
        cmocka_unit_test(test_lost_create_is_not_what_is_taken),
        cmocka_unit_test(test_lost_create_unseen),
        cmocka_unit_test(test_lost_create_unseen_after_another_time),
        cmocka_unit_test(test_unseen_is_found),
        cmocka_unit_test(test_made_too_late),
        cmocka_unit_test(test_unseen_then_several),
        cmocka_unit_test(test_unseen_is_dismissed),
        cmocka_unit_test(test_lost_create_found_late),
        cmocka_unit_test(test_lost_create_and_lists_that_cannot_tell),
        cmocka_unit_test(test_two_lost_creates),
        cmocka_unit_test(test_lost_create_beside_a_good_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
