/* Memory runs out: secrets, writes, and the small things all else is made of. What is called must
 * say so, leak nothing, and leave nothing half done; and where it says that it went well, it did.
 */
#include "api/index.h"
#include "api/vault.h"

#include "tests/unit/chaos.h"
#include "tests/unit/writes.h"

#define LONG_TEXT                                                                                  \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"
#define LONGER_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT LONG_TEXT

/* Made before the attempts. */
static struct part *new_part;
static struct endpoint *big;

static bool keep_a_secret(void)
{
    const struct identity lease = named("sp", "rt", "a");
    struct vault *vault = vault_new();
    struct endpoint *endpoint = vault != NULL ? endpoint_copy(big) : NULL;
    bool done = endpoint != NULL && vault_put(vault, &lease, endpoint);
    struct holdings *holdings = done ? vault_holdings(vault) : NULL;
    done = holdings != NULL && holdings_find(holdings, "sp", "rt", "a")->state == SECRET_HELD;
    struct endpoint *copy = done ? vault_copy(vault, &lease) : NULL;
    if (copy != NULL)
        assert_int_equal(endpoint_count(copy), endpoint_count(big));
    endpoint_free(copy);
    holdings_unref(holdings);
    vault_free(vault);
    return copy != NULL;
}

/* One more than fits: what was there stays whole when there is no room for it. */
static bool keep_many_secrets(void)
{
    struct vault *vault = vault_new();
    size_t kept = 0;
    for (char id[] = "a"; vault != NULL && id[0] < 'a' + 9; id[0]++) {
        const struct identity lease = named("sp", "rt", id);
        kept += vault_put(vault, &lease, NULL);
    }
    struct holdings *holdings = vault != NULL ? vault_holdings(vault) : NULL;
    bool done = kept == 9 && holdings != NULL;
    if (holdings != NULL)
        assert_int_equal(holdings->count, kept);
    holdings_unref(holdings);
    vault_free(vault);
    return done;
}

static void test_vault(void **state)
{
    (void)state;
    survive(keep_a_secret, 8);
    survive(keep_many_secrets, 20);
}

static bool build_an_endpoint(void)
{
    static const char text[] = LONGER_TEXT LONGER_TEXT;
    struct endpoint *endpoint = endpoint_new(ENDPOINT_COMPOSITE);
    size_t added = 0;
    for (int i = 0; endpoint != NULL && i < 20; i++)
        added += endpoint_add(endpoint, ENDPOINT_URL, "url", text);
    for (size_t i = 0; i < added; i++)
        assert_string_equal(endpoint_field(endpoint, i).text, text);
    assert_true(endpoint == NULL || endpoint_count(endpoint) == added);
    endpoint_free(endpoint);
    return added == 20;
}

static bool copy_a_target(void)
{
    const struct endpoint_target target = {.text = "h", .port = "7"};
    struct secret *text = endpoint_target_text(&target);
    if (text != NULL)
        assert_string_equal(secret_bytes(text), "h:7");
    secret_free(text);
    return text != NULL;
}

static void test_endpoint(void **state)
{
    (void)state;
    survive(build_an_endpoint, 3);
    survive(copy_a_target, 1);
}

static bool confirm_writes(void)
{
    const struct identity lease = named("sp", "rt", "a");
    struct intents *intents = intents_new();
    bool done = intents != NULL;
    size_t kept = 0;
    for (uint64_t id = 1; intents != NULL && id <= 10; id++) {
        kept += id % 2 == 0 ? intents_create(intents, id, &lease, "cdp", 0, "{}", NOW)
                            : intents_revoke(intents, id, &lease, 0, NOW);
        assert_int_equal(intents_count(intents), kept);
    }
    struct intents_view *view = done ? intents_publish(intents) : NULL;
    done = kept == 10 && view != NULL;
    for (size_t i = 0; view != NULL && i < view->count; i++) {
        assert_string_equal(view->items[i].lease.lease_id, "a");
        assert_string_equal(view->items[i].protocol,
                            view->items[i].kind == INTENT_CREATE ? "cdp" : "");
    }
    if (view != NULL)
        assert_int_equal(view->count, kept);
    intents_view_free(view);
    intents_free(intents);
    return done;
}

/* The phase is right even where the id of what was made could not be kept. */
static bool answer_a_create(void)
{
    struct intents *intents = intents_new();
    const struct identity runtime = named("sp", "rt", "");
    if (intents == NULL || !intents_create(intents, 1, &runtime, "cdp", 0, NULL, NOW)) {
        intents_free(intents);
        return false;
    }
    struct intent_answer how = ended(TROUBLE_NONE, true);
    how.lease_id = "made";
    struct intent *intent = take(intents, NOW);
    bool done = intents_answered(intents, intent, how, NOW);
    assert_int_equal(intent->phase, INTENT_DONE);
    assert_string_equal(intent->lease.lease_id, done ? "made" : "");
    intents_free(intents);
    return done;
}

/* A lost create that a list shows is found, or stays open: never "not made". */
static bool find_a_lost_create(void)
{
    struct intents *intents = intents_new();
    const struct identity runtime = named("sp", "rt", "");
    if (intents == NULL || !intents_create(intents, 1, &runtime, "cdp", 0, NULL, NOW)) {
        intents_free(intents);
        return false;
    }
    struct intent *intent = take(intents, NOW);
    struct intent_answer how = ended(TROUBLE_SLOW, true);
    how.why = trouble_new(TROUBLE_SLOW, "slow"); /* or NULL */
    intents_answered(intents, intent, how, NOW);
    bool done =
        intents_listed(intents, &runtime, new_part, NOW + 60000, SERVER, NOW, nobodys, NULL);
    assert_int_equal(intent->phase, done ? INTENT_DONE : INTENT_UNKNOWN);
    assert_string_equal(intent->lease.lease_id, done ? "a" : "");
    intents_free(intents);
    return done;
}

static void test_intents(void **state)
{
    (void)state;
    survive(confirm_writes, 50);
    survive(answer_a_create, 6);
    survive(find_a_lost_create, 6);
}

static bool fill_a_schedule(void)
{
    const struct schedule_options options = {.interval_ms = 1, .per_second = 1, .in_flight = 1};
    struct schedule *schedule = schedule_new(&options);
    size_t added = 0;
    for (int i = 0; schedule != NULL && i < 100; i++)
        added += schedule_add(schedule, false, NOW) != SCHEDULE_NONE;
    if (added > 0)
        assert_int_not_equal(schedule_take(schedule, NOW), SCHEDULE_NONE);
    schedule_free(schedule);
    return added == 100;
}

static bool name_a_lease(void)
{
    const struct identity lease = named("sp", "rt", "a");
    struct identity identity;
    bool done = identity_copy(&identity, &lease);
    assert_true(done || (identity.space_id == NULL && identity.runtime_id == NULL &&
                         identity.lease_id == NULL));
    identity_clear(&identity);
    return done;
}

static bool build_an_index(void)
{
    struct index index;
    bool done = index_init(&index, 100);
    if (done)
        index_put(&index, "a", 1);
    assert_int_equal(index_find(&index, "a"), done ? 1 : INDEX_NONE);
    index_clear(&index);
    return done;
}

static bool say_trouble(void)
{
    struct trouble *trouble = trouble_new(TROUBLE_SERVER, "status %d", 500);
    trouble_unref(trouble);
    return trouble != NULL;
}

static bool lock_a_secret(void)
{
    struct secret *secret = secret_copy("hunter2");
    char *heap = secret_heap_strdup("hunter2");
    char *more = secret_heap_realloc(heap, 1000);
    if (more != NULL && heap != NULL)
        assert_string_equal(more, "hunter2");
    bool done = secret != NULL && heap != NULL && more != NULL;
    secret_heap_free(more != NULL ? more : heap); /* a realloc that failed leaves the old one */
    secret_free(secret);
    return done;
}

static void test_small_things(void **state)
{
    (void)state;
    survive(fill_a_schedule, 4);
    survive(name_a_lease, 3);
    survive(build_an_index, 1);
    survive(say_trouble, 1);
    survive(lock_a_secret, 3);
}

static int prepare(void **state)
{
    (void)state;
    new_part = part_new(PART_LEASES);
    listed_lease(new_part, "a", SERVER);
    big = endpoint_new(ENDPOINT_COMPOSITE);
    for (int i = 0; i < 10; i++)
        assert_true(endpoint_add(big, ENDPOINT_URL, "url", LONGER_TEXT));
    return 0;
}

static int clean(void **state)
{
    (void)state;
    part_unref(new_part);
    endpoint_free(big);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vault),
        cmocka_unit_test(test_endpoint),
        cmocka_unit_test(test_intents),
        cmocka_unit_test(test_small_things),
    };
    return cmocka_run_group_tests(tests, prepare, clean);
}
