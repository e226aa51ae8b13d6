/* The life of a write, arrow by arrow. How lists settle what was left open is in
 * test_intent_listed.c, what holds whatever happens in test_intent_life.c. */
#include "tests/unit/writes.h"

static void test_create_goes_out_at_once(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    const struct identity runtime = named("sp", "rt", "");
    assert_true(intents_create(intents, 7, &runtime, "vnc", 600, "{\"a\":1}", NOW));
    assert_int_equal(intents_wake_ms(intents), NOW);
    struct intent *intent = take(intents, NOW);
    assert_int_equal(intent->id, 7);
    assert_int_equal(intent->kind, INTENT_CREATE);
    assert_int_equal(intent->phase, INTENT_SENT);
    assert_int_equal(intent->sent_server_ms, SERVER);
    assert_int_equal(intent->ttl_s, 600);
    assert_string_equal(intent->protocol, "vnc");
    assert_string_equal(intent->options, "{\"a\":1}");
    assert_string_equal(intent->lease.runtime_id, "rt");
    assert_string_equal(intent->lease.lease_id, "");
    assert_null(take(intents, NOW));
    intents_free(intents);
    intents_free(NULL);
}

static void test_create_done(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    create(intents, 1, NOW);
    take(intents, NOW);
    struct intent_answer how = ended(TROUBLE_NONE, true);
    char id[] = "lease-1";
    how.lease_id = id;
    answer(intents, 1, how, NOW + 50);
    id[0] = 'x';
    struct intent *intent = intents_find(intents, 1);
    assert_int_equal(intent->phase, INTENT_DONE);
    assert_int_equal(intent->settled_ms, NOW + 50);
    assert_string_equal(intent->lease.lease_id, "lease-1");
    assert_false(intent->found);
    intents_free(intents);
}

/* What each end of an exchange makes of a write: sent or not, for a create and for a revoke. */
static const struct {
    enum trouble_kind kind;
    bool sent;
    enum intent_phase create, revoke;
} ends[] = {
    /* nothing left this machine */
    {TROUBLE_NAME, false, INTENT_FAILED, INTENT_QUEUED},
    {TROUBLE_REFUSED, false, INTENT_FAILED, INTENT_QUEUED},
    {TROUBLE_TLS, false, INTENT_FAILED, INTENT_QUEUED},
    {TROUBLE_TIMEOUT, false, INTENT_FAILED, INTENT_QUEUED},
    /* it did, and the answer was lost */
    {TROUBLE_TLS, true, INTENT_UNKNOWN, INTENT_QUEUED},
    {TROUBLE_SLOW, true, INTENT_UNKNOWN, INTENT_QUEUED},
    {TROUBLE_CUT, true, INTENT_UNKNOWN, INTENT_QUEUED},
    {TROUBLE_UNREADABLE, true, INTENT_UNKNOWN, INTENT_QUEUED},
    {TROUBLE_TOO_MUCH, true, INTENT_UNKNOWN, INTENT_QUEUED},
    {TROUBLE_MEMORY, true, INTENT_UNKNOWN, INTENT_QUEUED},
    {TROUBLE_SERVER, true, INTENT_UNKNOWN, INTENT_QUEUED},
    /* the server said no */
    {TROUBLE_UNAUTHORISED, true, INTENT_FAILED, INTENT_FAILED},
    {TROUBLE_FORBIDDEN, true, INTENT_FAILED, INTENT_FAILED},
    {TROUBLE_QUOTA, true, INTENT_FAILED, INTENT_FAILED},
    {TROUBLE_CONFLICT, true, INTENT_FAILED, INTENT_FAILED},
    {TROUBLE_REJECTED, true, INTENT_FAILED, INTENT_FAILED},
    {TROUBLE_GONE, true, INTENT_FAILED, INTENT_GONE},
    {TROUBLE_LIMITED, true, INTENT_FAILED, INTENT_QUEUED},
};

static void test_ends_of_a_create(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct intents *intents = intents_new();
        create(intents, 1, NOW);
        take(intents, NOW);
        answer(intents, 1, ended(ends[i].kind, ends[i].sent), NOW + 10);
        if (phase_of(intents, 1) != ends[i].create)
            fail_msg("row %zu: phase %d", i, phase_of(intents, 1));
        assert_int_equal(pending(intents), ends[i].create == INTENT_UNKNOWN);
        intents_free(intents);
    }
}

static void test_ends_of_a_revoke(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct intents *intents = intents_new();
        revoke(intents, 1, "l", NOW);
        take(intents, NOW);
        answer(intents, 1, ended(ends[i].kind, ends[i].sent), NOW + 10);
        if (phase_of(intents, 1) != ends[i].revoke)
            fail_msg("row %zu: phase %d", i, phase_of(intents, 1));
        intents_free(intents);
    }
}

/* 200, but with nothing in it that could be read: the lease exists somewhere. */
static void test_create_answered_unreadably(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    create(intents, 1, NOW);
    take(intents, NOW);
    answer(intents, 1, ended(TROUBLE_NONE, true), NOW);
    assert_int_equal(phase_of(intents, 1), INTENT_UNKNOWN);
    intents_free(intents);
}

/* A proxy's page or a wrong base url says nothing about the lease. */
static void test_404_that_the_api_did_not_say(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW);
    take(intents, NOW);
    struct intent_answer how = ended(TROUBLE_GONE, true);
    how.json_error = false;
    answer(intents, 1, how, NOW);
    assert_int_equal(phase_of(intents, 1), INTENT_FAILED);
    intents_free(intents);
}

static void test_grace(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    const struct identity lease = named("sp", "rt", "l");
    assert_true(intents_revoke(intents, 1, &lease, 5000, NOW));
    assert_int_equal(phase_of(intents, 1), INTENT_GRACE);
    assert_int_equal(intents_wake_ms(intents), NOW + 5000);
    assert_null(take(intents, NOW + 4999));
    assert_int_equal(take(intents, NOW + 5000)->id, 1);
    intents_free(intents);
}

/* A revoke that never reached the server can still be taken back; one that may have cannot. */
static void test_cancel_while_waiting(void **state)
{
    (void)state;
    static const struct {
        enum trouble_kind trouble;
        bool sent, undoable;
    } cases[] = {{TROUBLE_REFUSED, false, true}, {TROUBLE_CUT, true, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct intents *intents = intents_new();
        const struct identity lease = named("sp", "rt", "l");
        intents_revoke(intents, 1, &lease, 0, NOW);
        take(intents, NOW);
        answer(intents, 1, ended(cases[i].trouble, cases[i].sent), NOW + 10);
        assert_int_equal(phase_of(intents, 1), INTENT_QUEUED);
        assert_int_equal(intents_cancel(intents, 1, NOW + 20), cases[i].undoable);
        intents_free(intents);
    }
}

static void test_no_grace(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    const struct identity lease = named("sp", "rt", "l");
    intents_revoke(intents, 1, &lease, 0, NOW);
    assert_int_equal(phase_of(intents, 1), INTENT_QUEUED);
    assert_non_null(take(intents, NOW));
    assert_false(intents_cancel(intents, 1, NOW));
    intents_revoke(intents, 2, &lease, 1, NOW);
    assert_int_equal(phase_of(intents, 2), INTENT_GRACE);
    intents_revoke(intents, 3, &lease, 0, NOW);
    assert_true(intents_cancel(intents, 3, NOW)); /* it waits for its turn */
    intents_free(intents);
}

static void test_cancel(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    const struct identity lease = named("sp", "rt", "l");
    intents_revoke(intents, 1, &lease, 5000, NOW);
    assert_true(intents_cancel(intents, 1, NOW + 4999));
    assert_int_equal(phase_of(intents, 1), INTENT_CANCELLED);
    assert_int_equal(pending(intents), 0);
    assert_null(take(intents, NOW + 60000));
    assert_false(intents_cancel(intents, 1, NOW + 60000));
    assert_false(intents_cancel(intents, 99, NOW));
    intents_free(intents);
}

static void test_cancel_too_late(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    const struct identity lease = named("sp", "rt", "l");
    intents_revoke(intents, 1, &lease, 5000, NOW);
    take(intents, NOW + 5000);
    assert_false(intents_cancel(intents, 1, NOW + 5000));
    assert_int_equal(phase_of(intents, 1), INTENT_SENT);
    answer(intents, 1, ended(TROUBLE_CUT, true), NOW + 5010);
    assert_false(intents_cancel(intents, 1, NOW + 5010)); /* confirmed and tried once */
    create(intents, 2, NOW);
    assert_false(intents_cancel(intents, 2, NOW));
    intents_free(intents);
}

static void test_hurry(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    const struct identity lease = named("sp", "rt", "l");
    intents_revoke(intents, 1, &lease, 5000, NOW);
    intents_revoke(intents, 2, &lease, 5000, NOW);
    revoke(intents, 3, "m", NOW);
    intents_cancel(intents, 2, NOW);
    take(intents, NOW);
    struct intent_answer limited = ended(TROUBLE_LIMITED, true);
    limited.retry_after_ms = 60000;
    answer(intents, 3, limited, NOW);
    intents_hurry(intents, NOW + 100);
    assert_int_equal(intents_wake_ms(intents), NOW + 100);
    assert_int_equal(take(intents, NOW + 100)->id, 1);
    assert_int_equal(take(intents, NOW + 100)->id, 3);
    assert_null(take(intents, NOW + 100)); /* what was cancelled stays so */
    intents_free(intents);
}

static void test_four_in_flight(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    for (uint64_t id = 1; id <= 10; id++)
        revoke(intents, id, "l", NOW);
    for (uint64_t id = 1; id <= 4; id++)
        assert_int_equal(take(intents, NOW)->id, id); /* in the order of confirming */
    assert_null(take(intents, NOW));
    assert_int_equal(intents_wake_ms(intents), SCHEDULE_NEVER);
    answer(intents, 3, ended(TROUBLE_NONE, true), NOW + 10);
    assert_int_equal(take(intents, NOW + 10)->id, 5);
    assert_null(take(intents, NOW + 10));
    answer(intents, 1, ended(TROUBLE_FORBIDDEN, true), NOW + 20);
    answer(intents, 2, ended(TROUBLE_SERVER, true), NOW + 20);
    assert_int_equal(take(intents, NOW + 20)->id, 6);
    assert_int_equal(take(intents, NOW + 20)->id, 7);
    assert_null(take(intents, NOW + 20));
    intents_free(intents);
}

static void test_limited_revoke_waits(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW);
    take(intents, NOW);
    struct intent_answer limited = ended(TROUBLE_LIMITED, true);
    limited.retry_after_ms = 7000;
    answer(intents, 1, limited, NOW);
    assert_int_equal(intents_wake_ms(intents), NOW + 7000);
    assert_null(take(intents, NOW + 6999));
    assert_non_null(take(intents, NOW + 7000));
    answer(intents, 1, ended(TROUBLE_NONE, true), NOW + 7000);
    intents_free(intents);
}

/* Whatever the server says or leaves out, it is asked less and less, each minute at last, unless it
 * wants more than that; once it takes revokes it is believed anew. */
static void test_limits_in_a_row(void **state)
{
    static const struct {
        int64_t retry_after_ms, pauses_ms[9];
    } rows[] = {
        {0, {500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000}},
        {-1, {2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000, 60000}},
        {3000, {3000, 3000, 3000, 4000, 8000, 16000, 32000, 60000, 60000}},
        {90000, {90000, 90000, 90000, 90000, 90000, 90000, 90000, 90000, 90000}},
    };
    (void)state;
    for (size_t row = 0; row < COUNT(rows); row++) {
        struct intents *intents = intents_new();
        struct intent_answer limited = ended(TROUBLE_LIMITED, true);
        limited.retry_after_ms = rows[row].retry_after_ms;
        int64_t now_ms = NOW;
        revoke(intents, 1, "l", NOW);
        revoke(intents, 2, "m", NOW);
        for (int round = 0; round < 2; round++) {
            for (size_t i = 0; i < COUNT(rows[row].pauses_ms); i++) {
                assert_int_equal(take(intents, now_ms)->id, 1);
                assert_int_equal(take(intents, now_ms)->id, 2);
                answer(intents, 1, limited, now_ms);
                answer(intents, 2, limited, now_ms);
                assert_int_equal(intents_wake_ms(intents), now_ms + rows[row].pauses_ms[i]);
                now_ms += rows[row].pauses_ms[i];
            }
            revoke(intents, 3, "n", now_ms);
            struct intent_answer done = ended(TROUBLE_NONE, true);
            while (intents_take(intents, now_ms, now_ms) != NULL)
                continue;
            done.status = 200;
            answer(intents, 1, limited, now_ms);
            answer(intents, 2, limited, now_ms);
            answer(intents, 3, done, now_ms);
            now_ms = intents_wake_ms(intents);
        }
        intents_free(intents);
    }
}

/* The limit is the server's: what waits for its turn waits with it; what is in its grace or is a
 * create does not. */
static void test_limit_holds_other_revokes(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    const struct identity lease = named("sp", "rt", "g");
    for (uint64_t id = 1; id <= 6; id++)
        revoke(intents, id, "l", NOW);
    intents_revoke(intents, 7, &lease, 5000, NOW);
    for (int i = 0; i < 4; i++)
        take(intents, NOW);
    create(intents, 8, NOW);
    struct intent_answer limited = ended(TROUBLE_LIMITED, true);
    limited.retry_after_ms = 7000;
    answer(intents, 1, ended(TROUBLE_SLOW, true), NOW); /* waits to go again */
    answer(intents, 2, limited, NOW + 10);
    assert_int_equal(take(intents, NOW + 10)->id, 8);
    answer(intents, 3, ended(TROUBLE_NONE, true), NOW + 20);
    assert_null(take(intents, NOW + 4999));
    assert_int_equal(take(intents, NOW + 5000)->id, 7);
    answer(intents, 4, ended(TROUBLE_NONE, true), NOW + 5000);
    assert_null(take(intents, NOW + 7009));
    assert_int_equal(take(intents, NOW + 7010)->id, 5);
    assert_int_equal(take(intents, NOW + 7010)->id, 6);
    intents_free(intents);
}

/* Some leases are limited and others are not: those get their turn. */
static void test_limited_ones_starve_nobody(void **state)
{
    enum { LIMITED = 4, ALL = 10, ROUNDS = 12 };
    (void)state;
    struct intents *intents = intents_new();
    struct intent_answer limited = ended(TROUBLE_LIMITED, true), done = ended(TROUBLE_NONE, true);
    int64_t now_ms = NOW;
    done.status = 200;
    for (uint64_t id = 1; id <= ALL; id++)
        revoke(intents, id, "l", NOW);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t sent[LIMITED];
        size_t count = 0;
        for (const struct intent *one; count < LIMITED && (one = take(intents, now_ms)) != NULL;)
            sent[count++] = one->id;
        for (size_t i = 0; i < count; i++)
            answer(intents, sent[i], sent[i] <= LIMITED ? limited : done, now_ms);
        now_ms += 4000;
    }
    for (uint64_t id = LIMITED + 1; id <= ALL; id++)
        assert_int_equal(intents_find(intents, id)->phase, INTENT_DONE);
    intents_free(intents);
}

static void test_limit_of_no_time_is_not_believed(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW);
    take(intents, NOW);
    struct intent_answer limited = ended(TROUBLE_LIMITED, true);
    limited.retry_after_ms = 0;
    answer(intents, 1, limited, NOW);
    assert_null(take(intents, NOW + 499));
    assert_non_null(take(intents, NOW + 500));
    intents_free(intents);
}

/* A revoke whose answer was lost is idempotent, so it goes again, later each time; four times in
 * all, then a list must tell. */
static void test_lost_revoke_goes_again(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW);
    int64_t now_ms = NOW, before_ms = 0;
    for (int tries = 1; tries <= 3; tries++) {
        assert_non_null(take(intents, now_ms));
        answer(intents, 1, ended(TROUBLE_SLOW, true), now_ms);
        assert_int_equal(phase_of(intents, 1), INTENT_QUEUED);
        int64_t pause_ms = intents_wake_ms(intents) - now_ms;
        assert_true(pause_ms > before_ms && pause_ms <= 10000);
        assert_null(take(intents, now_ms + pause_ms - 1));
        before_ms = pause_ms;
        now_ms += pause_ms;
    }
    assert_non_null(take(intents, now_ms));
    answer(intents, 1, ended(TROUBLE_SLOW, true), now_ms);
    assert_int_equal(phase_of(intents, 1), INTENT_UNKNOWN);
    assert_int_equal(pending(intents), 1);
    assert_null(take(intents, now_ms + 3600000));
    intents_free(intents);
}

static void test_lost_revoke_then_done(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW);
    take(intents, NOW);
    answer(intents, 1, ended(TROUBLE_SERVER, true), NOW);
    take(intents, NOW + 5000);
    answer(intents, 1, ended(TROUBLE_NONE, true), NOW + 5000);
    assert_int_equal(phase_of(intents, 1), INTENT_DONE);
    assert_int_equal(intents_find(intents, 1)->tries, 2);
    intents_free(intents);
}

static void test_why(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW);
    take(intents, NOW);
    struct intent_answer how = ended(TROUBLE_SERVER, true);
    how.why = trouble_new(TROUBLE_SERVER, "first");
    answer(intents, 1, how, NOW);
    assert_string_equal(intents_find(intents, 1)->trouble->sentence, "first");
    take(intents, NOW + 5000);
    answer(intents, 1, ended(TROUBLE_NONE, true), NOW + 5000);
    assert_null(intents_find(intents, 1)->trouble); /* done: no reason is left over */
    intents_free(intents);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create_goes_out_at_once),
        cmocka_unit_test(test_create_done),
        cmocka_unit_test(test_ends_of_a_create),
        cmocka_unit_test(test_ends_of_a_revoke),
        cmocka_unit_test(test_create_answered_unreadably),
        cmocka_unit_test(test_404_that_the_api_did_not_say),
        cmocka_unit_test(test_grace),
        cmocka_unit_test(test_no_grace),
        cmocka_unit_test(test_cancel_while_waiting),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_cancel_too_late),
        cmocka_unit_test(test_hurry),
        cmocka_unit_test(test_four_in_flight),
        cmocka_unit_test(test_limited_revoke_waits),
        cmocka_unit_test(test_limits_in_a_row),
        cmocka_unit_test(test_limited_ones_starve_nobody),
        cmocka_unit_test(test_limit_holds_other_revokes),
        cmocka_unit_test(test_limit_of_no_time_is_not_believed),
        cmocka_unit_test(test_lost_revoke_goes_again),
        cmocka_unit_test(test_lost_revoke_then_done),
        cmocka_unit_test(test_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
