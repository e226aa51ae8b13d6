/* The endpoints of leases made here: held, lost, gone, and what others see of that. */
#include "api/vault.h"

#include "tests/unit/listed.h"

static struct endpoint *url(const char *text)
{
    struct endpoint *endpoint = endpoint_new(ENDPOINT_WEBSOCKET);
    assert_true(endpoint_add(endpoint, ENDPOINT_URL, "url", text));
    return endpoint;
}

static bool put(struct vault *vault, const char *lease, struct endpoint *endpoint)
{
    const struct identity identity = named("s", "r", lease);
    return vault_put(vault, &identity, endpoint);
}

static void expect_copy(const struct vault *vault, struct identity lease, const char *text)
{
    struct endpoint *copy = vault_copy(vault, &lease);
    if (text == NULL)
        assert_null(copy);
    else
        assert_string_equal(endpoint_field(copy, 0).text, text);
    endpoint_free(copy);
}

static void expect_holding(struct vault *vault, const char *lease, enum secret_state state,
                           enum endpoint_type type)
{
    struct holdings *holdings = vault_holdings(vault);
    const struct holding *holding = holdings_find(holdings, "s", "r", lease);
    assert_non_null(holding);
    assert_string_equal(holding->lease.lease_id, lease);
    assert_int_equal(holding->state, state);
    assert_int_equal(holding->type, type);
    holdings_unref(holdings);
}

/* How many endpoints are in memory alone. */
static size_t held(struct vault *vault)
{
    struct holdings *holdings = vault_holdings(vault);
    size_t count = 0;
    for (size_t i = 0; holdings != NULL && i < holdings->count; i++)
        count += holdings->items[i].state == SECRET_HELD;
    holdings_unref(holdings);
    return count;
}

static void test_empty(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    const struct identity lease = named("s", "r", "l");
    assert_null(vault_holdings(vault));
    assert_null(vault_copy(vault, &lease));
    assert_false(vault_wipe(vault, &lease));
    assert_int_equal(held(vault), 0);
    assert_null(holdings_find(NULL, "s", "r", "l"));
    vault_free(vault);
    vault_free(NULL);
}

static void test_life_of_a_secret(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    const struct identity lease = named("s", "r", "l");
    assert_true(put(vault, "l", url("wss://l")));
    expect_copy(vault, lease, "wss://l");
    expect_holding(vault, "l", SECRET_HELD, ENDPOINT_WEBSOCKET);
    assert_int_equal(held(vault), 1);
    assert_true(vault_wipe(vault, &lease));
    expect_copy(vault, lease, NULL);
    expect_holding(vault, "l", SECRET_GONE, ENDPOINT_WEBSOCKET); /* the type is no secret */
    assert_int_equal(held(vault), 0);
    assert_false(vault_wipe(vault, &lease));
    vault_free(vault);
}

static void test_lost(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    const struct identity lease = named("s", "r", "l");
    assert_true(put(vault, "l", NULL));
    expect_holding(vault, "l", SECRET_LOST, ENDPOINT_NONE);
    expect_copy(vault, lease, NULL);
    assert_false(vault_wipe(vault, &lease));
    assert_int_equal(held(vault), 0);
    vault_free(vault);
}

/* What a list carried need not be of here; what became of the endpoint does not matter. */
static void test_made_here(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    const struct identity here = named("sp", "rt", "here"), lost = named("sp", "rt", "lost"),
                          kept = named("sp", "rt", "kept"), seen = named("sp", "rt", "seen"),
                          guess = named("sp", "rt", "guess");
    assert_true(vault_put(vault, &here, url("wss://h")));
    assert_true(vault_put(vault, &lost, NULL));
    assert_true(vault_kept(vault, &kept, ENDPOINT_WEBSOCKET));
    assert_true(vault_listed(vault, &seen, url("wss://s")));
    assert_true(vault_wipe(vault, &here));
    assert_true(vault_made(vault, &here) && vault_made(vault, &lost) && vault_made(vault, &kept));
    assert_false(vault_made(vault, &seen));
    assert_true(vault_has(vault, &seen));
    assert_true(vault_guessed(vault, &guess));
    assert_true(vault_made(vault, &guess)); /* or may have been */
    struct holdings *holdings = vault_holdings(vault);
    for (size_t i = 0; i < holdings->count; i++) {
        const char *id = holdings->items[i].lease.lease_id;
        assert_int_equal(holdings->items[i].made,
                         strcmp(id, "seen") != 0 && strcmp(id, "guess") != 0);
    }
    holdings_unref(holdings);
    vault_free(vault);
}

static void test_second_replaces_first(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    put(vault, "l", url("wss://first"));
    put(vault, "l", url("wss://second"));
    expect_copy(vault, named("s", "r", "l"), "wss://second");
    assert_int_equal(held(vault), 1);
    put(vault, "m", NULL);
    put(vault, "m", url("wss://after all"));
    expect_holding(vault, "m", SECRET_HELD, ENDPOINT_WEBSOCKET);
    struct holdings *holdings = vault_holdings(vault);
    assert_int_equal(holdings->count, 2);
    holdings_unref(holdings);
    vault_free(vault);
}

/* The same id elsewhere is another lease. */
static void test_whole_identity(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    const struct identity one = named("s", "r", "l"), two = named("s", "q", "l"),
                          three = named("t", "r", "l");
    vault_put(vault, &one, url("wss://one"));
    vault_put(vault, &two, url("wss://two"));
    expect_copy(vault, one, "wss://one");
    expect_copy(vault, two, "wss://two");
    expect_copy(vault, three, NULL);
    vault_wipe(vault, &two);
    expect_copy(vault, one, "wss://one");
    vault_free(vault);
}

static void test_copy_is_ones_own(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    const struct identity lease = named("s", "r", "l");
    put(vault, "l", url("wss://l"));
    struct endpoint *copy = vault_copy(vault, &lease);
    vault_wipe(vault, &lease);
    vault_free(vault);
    assert_string_equal(endpoint_field(copy, 0).text, "wss://l");
    endpoint_free(copy);
}

/* What was published does not change with the vault. */
static void test_holdings_are_immutable(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    const struct identity lease = named("s", "r", "l");
    put(vault, "l", url("wss://l"));
    struct holdings *holdings = vault_holdings(vault);
    assert_ptr_equal(holdings_ref(holdings), holdings);
    holdings_unref(holdings);
    vault_wipe(vault, &lease);
    vault_free(vault);
    assert_int_equal(holdings_find(holdings, "s", "r", "l")->state, SECRET_HELD);
    holdings_unref(holdings);
    assert_null(holdings_ref(NULL));
    holdings_unref(NULL);
}

static void test_has(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    const struct identity held = named("s", "r", "l"), lost = named("s", "r", "m"),
                          other = named("s", "q", "l");
    put(vault, "l", url("wss://l"));
    put(vault, "m", NULL);
    assert_true(vault_has(vault, &held));
    assert_false(vault_has(vault, &lost));
    assert_false(vault_has(vault, &other));
    vault_wipe(vault, &held);
    assert_false(vault_has(vault, &held));
    vault_free(vault);
}

/* Made anew only when something has changed. */
static void test_same_until_it_changes(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    const struct identity lease = named("s", "r", "l");
    struct holdings *before, *now;
    put(vault, "l", url("wss://l"));
    before = vault_holdings(vault);
    now = vault_holdings(vault);
    assert_ptr_equal(now, before);
    holdings_unref(now);
    endpoint_free(vault_copy(vault, &lease));
    put(vault, "m", NULL);
    now = vault_holdings(vault);
    assert_ptr_not_equal(now, before);
    assert_int_equal(now->count, 2);
    holdings_unref(before);
    before = now;
    vault_wipe(vault, &lease);
    now = vault_holdings(vault);
    assert_ptr_not_equal(now, before);
    assert_int_equal(holdings_find(now, "s", "r", "l")->state, SECRET_GONE);
    assert_int_equal(holdings_find(before, "s", "r", "l")->state, SECRET_HELD);
    holdings_unref(now);
    assert_false(vault_wipe(vault, &lease)); /* nothing to wipe, nothing to publish */
    vault_free(vault);
    holdings_unref(before);
}

static size_t known(struct vault *vault)
{
    struct holdings *holdings = vault_holdings(vault);
    size_t count = holdings != NULL ? holdings->count : 0;
    holdings_unref(holdings);
    return count;
}

static void wipe(void *context, const struct identity *lease)
{
    assert_true(vault_wipe(context, lease));
}

/* What no list shows any more is wiped, also when nobody looked while it was shown as ended; and
 * nothing is known of it for ever. */
static void test_relist(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    struct part *old = listed((const char *const[]){"held", "ended", "missed", "seen", NULL});
    struct part *fresh = listed((const char *const[]){"held", "ended", "x", NULL});
    const struct identity runtime = named("s", "r", ""), other = named("s", "q", "missed"),
                          ended = named("s", "r", "ended"), kept = named("s", "r", "kept"),
                          seen = named("s", "r", "seen");
    vault_relist(vault, &runtime, old, fresh, wipe, vault);
    put(vault, "held", url("wss://h"));
    put(vault, "lost", NULL);
    put(vault, "ended", url("wss://e"));
    put(vault, "missed", url("wss://m"));
    vault_put(vault, &other, url("wss://o"));
    vault_kept(vault, &kept, ENDPOINT_RDP);
    vault_kept(vault, &seen, ENDPOINT_RDP);
    vault_wipe(vault, &ended);
    assert_int_equal(known(vault), 7);
    vault_relist(vault, &runtime, old, fresh, wipe, vault);
    assert_int_equal(known(vault), 4);
    expect_holding(vault, "ended", SECRET_GONE, ENDPOINT_WEBSOCKET); /* it has a row */
    expect_holding(vault, "kept", SECRET_KEYRING, ENDPOINT_RDP);     /* it may be newer */
    expect_copy(vault, named("s", "r", "held"), "wss://h");
    expect_copy(vault, other, "wss://o");
    assert_false(vault_made(vault, &seen));
    vault_relist(vault, &runtime, NULL, NULL, NULL, NULL); /* nobody lists it, who knows why */
    expect_copy(vault, named("s", "r", "held"), "wss://h");
    vault_relist(vault, &runtime, NULL, fresh, wipe, vault); /* it is listed again */
    expect_copy(vault, named("s", "r", "held"), "wss://h");
    vault_relist(vault, &runtime, NULL, old, wipe, vault);
    vault_relist(vault, &runtime, old, NULL, wipe, vault);
    assert_int_equal(known(vault), 2); /* the other runtime's, and what is kept */
    part_unref(old);
    part_unref(fresh);
    vault_free(vault);
}

/* The kernel has a copy: of what is held, or of what another run held. */
static void test_kept(void **state)
{
    (void)state;
    struct vault *vault = vault_new();
    const struct identity made = named("s", "r", "l"), found = named("s", "r", "m"),
                          over = named("s", "r", "n");
    put(vault, "l", url("wss://l"));
    assert_int_equal(held(vault), 1);
    assert_true(vault_kept(vault, &made, ENDPOINT_WEBSOCKET));
    assert_true(vault_kept(vault, &found, ENDPOINT_RDP));
    expect_holding(vault, "l", SECRET_KEYRING, ENDPOINT_WEBSOCKET);
    expect_holding(vault, "m", SECRET_KEYRING, ENDPOINT_RDP);
    assert_int_equal(held(vault), 0); /* nothing would be lost */
    expect_copy(vault, made, "wss://l");
    expect_copy(vault, found, NULL);
    assert_true(vault_has(vault, &found));
    assert_true(vault_wipe(vault, &found));
    assert_false(vault_has(vault, &found));
    expect_holding(vault, "m", SECRET_GONE, ENDPOINT_RDP);
    put(vault, "n", url("wss://n"));
    vault_wipe(vault, &over);
    assert_true(vault_kept(vault, &over, ENDPOINT_WEBSOCKET)); /* what has ended stays so */
    expect_holding(vault, "n", SECRET_GONE, ENDPOINT_WEBSOCKET);
    vault_free(vault);
}

/* Many in random order are found, and what is published is sorted. */
static void test_many(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    struct vault *vault = vault_new();
    bool here[500] = {false};
    char id[16], text[32];
    for (int i = 0; i < 400; i++) {
        int number = (int)chance_below(&chance, 500);
        snprintf(id, sizeof id, "%d", number);
        snprintf(text, sizeof text, "wss://%d", number);
        assert_true(put(vault, id, url(text)));
        here[number] = true;
    }
    struct holdings *holdings = vault_holdings(vault);
    for (size_t i = 1; i < holdings->count; i++)
        assert_true(identity_compare(&holdings->items[i - 1].lease, &holdings->items[i].lease) < 0);
    for (int i = 0; i < 500; i++) {
        snprintf(id, sizeof id, "%d", i);
        snprintf(text, sizeof text, "wss://%d", i);
        expect_copy(vault, named("s", "r", id), here[i] ? text : NULL);
        assert_int_equal(holdings_find(holdings, "s", "r", id) != NULL, here[i]);
    }
    holdings_unref(holdings);
    vault_free(vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_life_of_a_secret),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_made_here),
        cmocka_unit_test(test_second_replaces_first),
        cmocka_unit_test(test_whole_identity),
        cmocka_unit_test(test_copy_is_ones_own),
        cmocka_unit_test(test_holdings_are_immutable),
        cmocka_unit_test(test_has),
        cmocka_unit_test(test_same_until_it_changes),
        cmocka_unit_test(test_relist),
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
