/* What holds of writes whatever happens: only the arrows of the diagram, a create sent once, four
 * in flight; and what is remembered, waited for and published. */
#include "tests/unit/writes.h"

static const bool arrows[INTENT_CANCELLED + 1][INTENT_CANCELLED + 1] = {
    [INTENT_GRACE] = {[INTENT_SENT] = true, [INTENT_CANCELLED] = true},
    [INTENT_QUEUED] = {[INTENT_SENT] = true, [INTENT_CANCELLED] = true},
    [INTENT_SENT] = {[INTENT_QUEUED] = true,
                     [INTENT_GONE] = true,
                     [INTENT_UNKNOWN] = true,
                     [INTENT_DONE] = true,
                     [INTENT_FAILED] = true},
    [INTENT_GONE] = {[INTENT_DONE] = true, [INTENT_FAILED] = true},
    [INTENT_UNKNOWN] = {[INTENT_DONE] = true, [INTENT_FAILED] = true},
};

enum { WRITES = 60 };

/* Random lives of writes. `phases` is what each was in last, `sent` how often it went out. */
struct life {
    struct intents *intents;
    struct chance *chance;
    int64_t now_ms;
    uint64_t last_id;
    enum intent_phase phases[WRITES + 1];
    int sent[WRITES + 1];
};

static void confirm(struct life *life)
{
    char lease[] = {(char)('a' + chance_below(life->chance, 5)), '\0'};
    const struct identity identity = named("sp", "rt", lease), runtime = named("sp", "rt", "");
    if (life->last_id == WRITES)
        return;
    uint64_t id = ++life->last_id;
    if (chance_below(life->chance, 2) == 0)
        intents_create(life->intents, id, &runtime, "cdp", 0, "{}", life->now_ms);
    else
        intents_revoke(life->intents, id, &identity, chance_below(life->chance, 3) * 2500,
                       life->now_ms);
    life->phases[id] = phase_of(life->intents, id);
}

static bool send_one(struct life *life)
{
    struct intent *intent = take(life->intents, life->now_ms);
    if (intent == NULL)
        return false;
    life->sent[intent->id]++;
    if (intent->kind == INTENT_CREATE && life->sent[intent->id] > 1)
        fail_msg("create %d went out twice", (int)intent->id);
    return true;
}

/* Any answer to one that is under way, also ones that make no sense. */
static void hear(struct life *life)
{
    uint64_t id = 1 + (uint64_t)chance_below(life->chance, WRITES);
    struct intent *intent = intents_find(life->intents, id);
    if (intent == NULL || intent->phase != INTENT_SENT)
        return;
    struct intent_answer how = {
        .trouble = (enum trouble_kind)chance_below(life->chance, TROUBLE_KINDS),
        .sent = chance_below(life->chance, 2) == 0,
        .json_error = chance_below(life->chance, 2) == 0,
        .retry_after_ms = chance_below(life->chance, 3) * 4000 - 1,
        .lease_id = chance_below(life->chance, 2) == 0 ? "a" : NULL,
    };
    if (how.trouble != TROUBLE_NONE)
        how.why = trouble_new(how.trouble, "why");
    assert_true(intents_answered(life->intents, intent, how, life->now_ms));
}

static void hear_list(struct life *life)
{
    struct part *part = part_new(PART_LEASES);
    for (char lease = 'a'; lease < 'h'; lease++) {
        char id[] = {lease, '\0'};
        if (chance_below(life->chance, 2) == 0)
            listed_lease(part, id, server_at(life->now_ms - chance_below(life->chance, 30000)));
    }
    list(life->intents, part, life->now_ms - chance_below(life->chance, 5000));
}

/* Only this drops what is open: lost creates that lists had their say about. */
static void dismiss(struct life *life)
{
    for (uint64_t id = 1; id <= life->last_id; id++) {
        const struct intent *intent = intents_find(life->intents, id);
        if (intent != NULL && intent->phase == INTENT_UNKNOWN &&
            (intent->unseen || intent->could_be > 1))
            life->phases[id] = INTENT_CANCELLED;
    }
    intents_dismiss(life->intents, life->now_ms);
}

static void act(struct life *life)
{
    switch (chance_below(life->chance, 16)) {
    case 0:
        intents_cancel(life->intents, 1 + (uint64_t)chance_below(life->chance, WRITES),
                       life->now_ms);
        break;
    case 1:
        hear_list(life);
        break;
    case 2:
        if (chance_below(life->chance, 20) == 0)
            intents_hurry(life->intents, life->now_ms);
        break;
    case 3:
        if (chance_below(life->chance, 20) == 0)
            dismiss(life);
        else
            intents_forget(life->intents, life->now_ms);
        break;
    case 4:
    case 5:
    case 6:
        confirm(life);
        break;
    case 7:
        life->now_ms += chance_below(life->chance, 4000);
        break;
    case 8:
    case 9:
    case 10:
        while (send_one(life) && chance_below(life->chance, 8) != 0)
            continue;
        break;
    default:
        hear(life);
    }
}

static void expect_order(struct life *life)
{
    size_t flying = 0;
    for (uint64_t id = 1; id <= life->last_id; id++) {
        const struct intent *intent = intents_find(life->intents, id);
        enum intent_phase before = life->phases[id];
        if (intent == NULL && !intent_settled(before))
            fail_msg("an open write was forgotten");
        if (intent == NULL)
            continue;
        if (intent->phase != before && !arrows[before][intent->phase])
            fail_msg("from %d to %d", before, intent->phase);
        assert_int_equal(intent->tries, life->sent[id]);
        life->phases[id] = intent->phase;
        flying += intent->phase == INTENT_SENT;
    }
    assert_true(flying <= LIMIT_WRITES);
}

static void report_some(struct life *life)
{
    for (size_t i = 0; i < intents_count(life->intents); i++) {
        struct intent *intent = intents_at(life->intents, i);
        if (chance_below(life->chance, 4) != 0)
            intent->reported = intent->phase;
    }
}

/* What is waited for happens then and not before. */
static void expect_wake(struct life *life)
{
    if (intents_wake_ms(life->intents) > life->now_ms) {
        assert_null(take(life->intents, life->now_ms));
        assert_false(intents_forget(life->intents, life->now_ms));
    } else {
        assert_true(intents_forget(life->intents, life->now_ms) || send_one(life));
    }
}

static void test_whatever_happens(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    for (int round = 0; round < 200; round++) {
        struct life life = {.intents = intents_new(), .chance = &chance, .now_ms = NOW};
        for (int i = 0; i < 1000; i++) {
            act(&life);
            expect_order(&life);
            report_some(&life);
            expect_wake(&life);
            expect_order(&life);
        }
        intents_free(life.intents);
    }
}

/* A write that was settled at NOW and told to the screen. */
static struct intents *settled(enum trouble_kind kind)
{
    struct intents *intents = intents_new();
    revoke(intents, 1, "l", NOW);
    take(intents, NOW);
    answer(intents, 1, ended(kind, true), NOW);
    intents_find(intents, 1)->reported = phase_of(intents, 1);
    return intents;
}

static void test_settled_are_remembered_for_a_minute(void **state)
{
    (void)state;
    struct intents *intents = settled(TROUBLE_NONE);
    assert_int_equal(intents_wake_ms(intents), NOW + 60000);
    assert_false(intents_forget(intents, NOW + 59999));
    assert_int_equal(intents_count(intents), 1);
    assert_true(intents_forget(intents, NOW + 60000));
    assert_int_equal(intents_count(intents), 0);
    assert_null(intents_find(intents, 1));
    assert_int_equal(intents_wake_ms(intents), SCHEDULE_NEVER);
    intents_free(intents);
}

static void test_what_was_not_told_is_kept(void **state)
{
    (void)state;
    struct intents *intents = settled(TROUBLE_NONE);
    intents_find(intents, 1)->reported = INTENT_GRACE;
    assert_int_equal(intents_wake_ms(intents), SCHEDULE_NEVER); /* time alone changes nothing */
    assert_false(intents_forget(intents, NOW + 3600000));
    intents_find(intents, 1)->reported = INTENT_DONE;
    assert_true(intents_forget(intents, NOW + 3600000));
    intents_free(intents);
}

/* Its row says so until a person has done with it. */
static void test_failed_revokes_stay(void **state)
{
    (void)state;
    struct intents *intents = settled(TROUBLE_FORBIDDEN);
    assert_int_equal(intents_wake_ms(intents), SCHEDULE_NEVER);
    assert_false(intents_forget(intents, NOW + 3600000));
    revoke(intents, 2, "another", NOW);
    assert_false(intents_forget(intents, NOW + 3600000));
    revoke(intents, 3, "l", NOW);
    assert_true(intents_forget(intents, NOW + 3600000));
    assert_null(intents_find(intents, 1));
    assert_int_equal(intents_count(intents), 2);
    intents_free(intents);
}

/* They do not keep others from being sent. */
static void test_failed_revokes_make_room(void **state)
{
    (void)state;
    struct intents *intents = settled(TROUBLE_FORBIDDEN);
    for (uint64_t id = 2; id <= LIMIT_INTENTS; id++)
        create(intents, id, NOW);
    assert_int_equal(intents_count(intents), LIMIT_INTENTS);
    create(intents, LIMIT_INTENTS + 1, NOW);
    assert_int_equal(intents_count(intents), LIMIT_INTENTS);
    assert_null(intents_find(intents, 1));
    assert_int_equal(intents_at(intents, 0)->id, 2);
    assert_int_equal(intents_at(intents, LIMIT_INTENTS - 1)->id, LIMIT_INTENTS + 1);
    intents_free(intents);
}

static void test_open_ones_are_never_forgotten(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    create(intents, 1, NOW);
    take(intents, NOW);
    assert_false(intents_forget(intents, NOW + 3600000));
    answer(intents, 1, ended(TROUBLE_SLOW, true), NOW);
    intents_find(intents, 1)->reported = INTENT_UNKNOWN;
    assert_false(intents_forget(intents, NOW + 3600000));
    assert_int_equal(pending(intents), 1);
    intents_free(intents);
}

static void test_dismiss(void **state)
{
    (void)state;
    struct intents *intents = settled(TROUBLE_FORBIDDEN);
    revoke(intents, 2, "m", NOW);
    take(intents, NOW);
    answer(intents, 2, ended(TROUBLE_NONE, true), NOW);
    create(intents, 3, NOW);
    assert_true(intents_dismiss(intents, NOW));
    assert_null(intents_find(intents, 1));
    assert_int_equal(intents_count(intents), 2);
    assert_int_equal(intents_at(intents, 0)->id, 2);
    assert_int_equal(intents_at(intents, 1)->id, 3);
    assert_false(intents_dismiss(intents, NOW));
    intents_free(intents);
}

/* In order, and whatever is taken out between, what is in flight stays where it is. */
static void test_places_are_stable_in_memory(void **state)
{
    (void)state;
    struct intents *intents = settled(TROUBLE_FORBIDDEN);
    create(intents, 2, NOW);
    struct intent *flying = take(intents, NOW);
    for (uint64_t id = 3; id < 200; id++)
        create(intents, id, NOW);
    intents_dismiss(intents, NOW);
    assert_ptr_equal(intents_find(intents, 2), flying);
    assert_int_equal(intents_count(intents), 198);
    intents_free(intents);
}

static void test_ceiling(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    const struct identity lease = named("sp", "rt", "l");
    for (uint64_t id = 1; id <= LIMIT_INTENTS; id++)
        assert_true(intents_revoke(intents, id, &lease, 0, NOW));
    assert_false(intents_revoke(intents, 1, &lease, 0, NOW));
    assert_false(intents_create(intents, 1, &lease, "cdp", 0, NULL, NOW));
    assert_int_equal(intents_count(intents), LIMIT_INTENTS);
    intents_free(intents);
}

static void test_published(void **state)
{
    (void)state;
    struct intents *intents = intents_new();
    assert_null(intents_publish(intents));
    create(intents, 1, NOW);
    take(intents, NOW);
    struct intent_answer how = ended(TROUBLE_CONFLICT, true);
    how.why = trouble_new(TROUBLE_CONFLICT, "busy");
    answer(intents, 1, how, NOW + 10);
    const struct identity lease = named("sp", "rt", "l");
    intents_revoke(intents, 2, &lease, 5000, NOW);
    struct intents_view *view = intents_publish(intents);
    intents_free(intents);
    assert_int_equal(view->count, 2);
    assert_int_equal(view->items[0].id, 1);
    assert_int_equal(view->items[0].phase, INTENT_FAILED);
    assert_int_equal(view->items[0].settled_ms, NOW + 10);
    assert_int_equal(view->items[0].ttl_s, 900);
    assert_string_equal(view->items[0].protocol, "cdp");
    assert_string_equal(view->items[0].trouble->sentence, "busy");
    assert_int_equal(view->items[1].kind, INTENT_REVOKE);
    assert_int_equal(view->items[1].phase, INTENT_GRACE);
    assert_int_equal(view->items[1].due_ms, NOW + 5000);
    assert_string_equal(view->items[1].lease.lease_id, "l");
    assert_string_equal(view->items[1].protocol, "");
    assert_null(view->items[1].trouble);
    intents_view_free(view);
    intents_view_free(NULL);
}

static void test_settled_phases(void **state)
{
    (void)state;
    for (int phase = 0; phase <= INTENT_CANCELLED; phase++)
        assert_int_equal(intent_settled((enum intent_phase)phase), phase == INTENT_DONE ||
                                                                       phase == INTENT_FAILED ||
                                                                       phase == INTENT_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whatever_happens),
        cmocka_unit_test(test_settled_are_remembered_for_a_minute),
        cmocka_unit_test(test_failed_revokes_stay),
        cmocka_unit_test(test_failed_revokes_make_room),
        cmocka_unit_test(test_what_was_not_told_is_kept),
        cmocka_unit_test(test_open_ones_are_never_forgotten),
        cmocka_unit_test(test_dismiss),
        cmocka_unit_test(test_places_are_stable_in_memory),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_settled_phases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
