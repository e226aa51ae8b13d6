/* Memory runs out: writes that wait for others, leases that are kept alive, and what is told of two
 * answers. What is called must say so, leak nothing, and leave nothing half done. */
#include "api/event.h"
#include "api/keep.h"

#include "tests/unit/chaos.h"
#include "tests/unit/writes.h"

/* Made before the attempts. */
static struct part *new_part, *old_part;

/* A rotation is confirmed whole or not at all, and what is held needs no memory to go on. */
static bool rotate_a_lease(void)
{
    const struct identity lease = named("sp", "rt", "old");
    struct intents *intents = intents_new();
    if (intents == NULL || !intents_rotate(intents, 1, 2, &lease, "cdp", 0, "{}", NOW)) {
        assert_true(intents == NULL || intents_count(intents) == 0);
        intents_free(intents);
        return false;
    }
    struct intent *create = take(intents, NOW);
    struct intent_answer how = ended(TROUBLE_NONE, true);
    how.lease_id = "new";
    how.endpoint = true;
    bool done = intents_answered(intents, create, how, NOW);
    assert_int_equal(phase_of(intents, 2), INTENT_QUEUED);
    struct intents_view *view = intents_publish(intents);
    done = done && view != NULL;
    intents_view_free(view);
    intents_free(intents);
    return done;
}

/* What is to be revoked as soon as it is found is revoked, or said to have failed. */
static bool revoke_what_is_found(void)
{
    struct intents *intents = intents_new();
    const struct identity runtime = named("sp", "rt", "");
    bool done = intents != NULL && intents_create(intents, 1, &runtime, "cdp", 0, NULL, NOW);
    if (done) {
        take(intents, NOW);
        done = intents_answered(intents, intents_find(intents, 1), ended(TROUBLE_SLOW, true), NOW);
    }
    if (done && intents_resolve(intents, 1, RESOLVE_REVOKE, 2, NOW)) {
        intents_listed(intents, &runtime, new_part, NOW + 1, server_at(NOW), NOW + 1, nobodys,
                       NULL);
        enum intent_phase phase = phase_of(intents, 2);
        done = phase == INTENT_QUEUED;
        assert_true(done || phase == INTENT_FAILED || phase == INTENT_HELD);
    } else {
        done = false;
    }
    intents_free(intents);
    return done;
}

static bool never_held(void *context, const struct identity *lease)
{
    (void)context, (void)lease;
    return false;
}

static void look_nowhere(void *context, const struct identity *lease)
{
    (void)context, (void)lease;
}

static bool keep_leases_alive(void)
{
    const struct keep_hands hands = {never_held, look_nowhere, NULL};
    const struct keep_terms terms = {.protocol = "cdp", .options = "{}"};
    const struct keep_news news = {LEASE_ACTIVE, NOW - 90000, NOW + 9000, NOW};
    struct keeps *keeps = keeps_new(1);
    size_t kept = 0;
    for (char id[] = "a"; keeps != NULL && id[0] < 'a' + 9; id[0]++) {
        const struct identity lease = named("sp", "rt", id);
        kept += keeps_put(keeps, &lease, &terms, NOW);
        assert_int_equal(keeps_count(keeps), kept);
    }
    for (size_t i = 0; i < kept; i++)
        keeps_seen(keeps, keeps_at(keeps, i), &news, NOW);
    struct keep *keep = kept > 0 ? keeps_take(keeps, &hands, NOW + 2000) : NULL;
    if (keep != NULL)
        keeps_follow(keep, "new", NOW + 2000);
    bool done = keep != NULL && keep->phase == KEEP_WAITING;
    assert_true(keep == NULL || done || keep->end == KEEP_END_MEMORY);
    struct keeps_view *view = keeps != NULL ? keeps_publish(keeps, false) : NULL;
    done = done && kept == 9 && view != NULL;
    keeps_view_free(view);
    keeps_free(keeps);
    return done;
}

static void count_event(void *context, const struct event *event, const void *item)
{
    (void)event, (void)item;
    ++*(size_t *)context;
}

static bool tell_events(void)
{
    size_t told = 0;
    bool done = event_each(old_part, new_part, SERVER, count_event, &told);
    assert_true(!done || told == 3);
    return done;
}

static void test_engine(void **state)
{
    (void)state;
    survive(rotate_a_lease, 8);
    survive(revoke_what_is_found, 6);
    survive(keep_leases_alive, 30);
    survive(tell_events, 2);
}

static int prepare(void **state)
{
    (void)state;
    new_part = part_new(PART_LEASES);
    listed_lease(new_part, "a", SERVER);
    old_part = LISTED("b", "c");
    return 0;
}

static int clean(void **state)
{
    (void)state;
    part_unref(new_part);
    part_unref(old_part);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_engine)};
    return cmocka_run_group_tests_name("chaos_chain", tests, prepare, clean);
}
