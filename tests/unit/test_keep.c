/* Keeping leases alive: when they are rotated, what follows, and when it ends. */
#include "api/keep.h"
#include "api/limits.h"
#include "api/schedule.h"

#include "tests/unit/listed.h"

#define NOW     10000000
#define MINUTE  60000
#define ALL_FOR ((struct keep_terms){.protocol = "cdp", .ttl_s = 900})

static const struct identity one = {(char *)"sp", (char *)"rt", (char *)"one"};

/* What the hands were asked. */
static struct {
    bool held;
    int looks;
} asked;

static bool held(void *context, const struct identity *lease)
{
    (void)context, (void)lease;
    return asked.held;
}

static void look(void *context, const struct identity *lease)
{
    (void)context, (void)lease;
    asked.looks++;
}

static const struct keep_hands hands = {held, look, NULL};

static int setup(void **state)
{
    (void)state;
    asked.held = false;
    asked.looks = 0;
    return 0;
}

/* A list, asked for now, that shows a lease alive: made at `created_ms`, for so long. */
static void alive(struct keeps *keeps, struct keep *keep, int64_t created_ms, int64_t life_ms,
                  int64_t now_ms)
{
    const struct keep_news news = {LEASE_ACTIVE, created_ms, created_ms + life_ms, now_ms};
    keeps_seen(keeps, keep, &news, now_ms);
}

static struct keep *put(struct keeps *keeps, const char *lease, struct keep_terms terms)
{
    const struct identity identity = named("sp", "rt", lease);
    assert_true(keeps_put(keeps, &identity, &terms, NOW));
    return keeps_find(keeps, &identity);
}

/* One that lives for fifteen minutes from now. */
static struct keep *put_one(struct keeps *keeps, struct keep_terms terms)
{
    struct keep *keep = put(keeps, "one", terms);
    alive(keeps, keep, NOW, 15 * MINUTE, NOW);
    return keep;
}

static void test_at_two_thirds_of_its_life(void **state)
{
    (void)state;
    int64_t earliest_ms = INT64_MAX, latest_ms = 0;
    for (uint64_t seed = 1; seed < 200; seed++) {
        struct keeps *keeps = keeps_new(seed * 0x9e3779b97f4a7c15u);
        struct keep *keep = put_one(keeps, ALL_FOR);
        assert_int_equal(keep->phase, KEEP_WAITING);
        assert_in_range(keep->next_ms, NOW + 10 * MINUTE - 45000, NOW + 10 * MINUTE);
        assert_int_equal(keeps_wake_ms(keeps), keep->next_ms);
        assert_null(keeps_take(keeps, &hands, keep->next_ms - 1));
        int64_t next_ms = keep->next_ms;
        earliest_ms = next_ms < earliest_ms ? next_ms : earliest_ms;
        latest_ms = next_ms > latest_ms ? next_ms : latest_ms;
        assert_ptr_equal(keeps_take(keeps, &hands, next_ms), keep);
        assert_int_equal(keep->phase, KEEP_ROTATING);
        assert_null(keeps_take(keeps, &hands, next_ms + MINUTE));
        keeps_free(keeps);
    }
    assert_true(latest_ms - earliest_ms > 30000); /* left to chance */
    assert_int_equal(asked.looks, 0);
}

static void test_it_follows_the_new_lease(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    const struct identity two = named("sp", "rt", "two");
    struct keep *keep = put_one(keeps, ALL_FOR);
    int64_t now_ms = keep->next_ms;
    keeps_take(keeps, &hands, now_ms);
    keeps_follow(keep, "two", now_ms);
    assert_null(keeps_find(keeps, &one));
    assert_ptr_equal(keeps_find(keeps, &two), keep);
    assert_int_equal(keep->done, 1);
    assert_int_equal(keeps_wake_ms(keeps), SCHEDULE_NEVER); /* until it is seen */
    alive(keeps, keep, now_ms, 15 * MINUTE, now_ms);
    assert_in_range(keep->next_ms, now_ms + 9 * MINUTE, now_ms + 10 * MINUTE);
    keeps_free(keeps);
}

/* Nothing depends on who lists the lease when. */
static void test_seen_again(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep = put_one(keeps, ALL_FOR);
    int64_t next_ms = keep->next_ms;
    for (int i = 0; i < 100; i++)
        alive(keeps, keep, NOW + i % 7, 15 * MINUTE, NOW + i * 1000);
    assert_int_equal(keep->next_ms, next_ms);
    alive(keeps, keep, NOW, 60 * MINUTE, NOW + MINUTE); /* somebody prolonged it */
    assert_in_range(keep->next_ms, NOW + 36 * MINUTE, NOW + 40 * MINUTE);
    keeps_free(keeps);
}

static void test_past_two_thirds_it_comes_soon(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep = put(keeps, "one", ALL_FOR);
    alive(keeps, keep, NOW - 14 * MINUTE, 15 * MINUTE, NOW);
    assert_in_range(keep->next_ms, NOW, NOW + 2000);
    keeps_free(keeps);
}

/* A server that gives leases of a second does not make it spin. */
static void test_not_too_often(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep = put_one(keeps, ALL_FOR);
    int64_t now_ms = keep->next_ms;
    keeps_take(keeps, &hands, now_ms);
    keeps_follow(keep, "two", now_ms);
    alive(keeps, keep, now_ms, 1000, now_ms);
    assert_true(keep->next_ms >= now_ms + 15000);
    keeps_free(keeps);
}

/* ---- failure */

static void test_backoff(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep = put_one(keeps, ALL_FOR);
    int64_t now_ms = keep->next_ms, least_ms = 5000;
    for (int i = 0; i < 8; i++) {
        assert_ptr_equal(keeps_take(keeps, &hands, now_ms), keep);
        keep->told = true;
        keeps_failed(keeps, keep, false, trouble_new(TROUBLE_QUOTA, "quota"), now_ms);
        assert_int_equal(keep->phase, KEEP_RETRY);
        assert_false(keep->told);
        assert_in_range(keep->next_ms - now_ms, least_ms, least_ms * 5 / 4);
        assert_null(keeps_take(keeps, &hands, keep->next_ms - 1));
        now_ms = keep->next_ms;
        least_ms = least_ms * 2 < 60000 ? least_ms * 2 : 60000;
        alive(keeps, keep, NOW, 15 * MINUTE + 3600000, now_ms);
        assert_int_equal(keep->next_ms, now_ms); /* a list does not shorten the pause */
    }
    assert_ptr_equal(keeps_take(keeps, &hands, now_ms), keep);
    keeps_follow(keep, "two", now_ms);
    assert_null(keep->trouble);
    alive(keeps, keep, now_ms, 15 * MINUTE, now_ms);
    keeps_take(keeps, &hands, keep->next_ms);
    keeps_failed(keeps, keep, false, NULL, now_ms);
    assert_in_range(keep->next_ms - now_ms, 5000, 6250); /* from the beginning again */
    keeps_free(keeps);
}

static void test_lost_again_and_again(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep = put_one(keeps, ALL_FOR);
    for (int i = 0; i < 3; i++) {
        assert_int_not_equal(keep->phase, KEEP_STOPPED);
        alive(keeps, keep, NOW, 60 * MINUTE, keep->next_ms);
        assert_ptr_equal(keeps_take(keeps, &hands, keep->next_ms), keep);
        keeps_failed(keeps, keep, true, NULL, keep->next_ms);
    }
    assert_int_equal(keep->phase, KEEP_STOPPED);
    assert_int_equal(keep->end, KEEP_END_LOST);
    keeps_free(keeps);
}

/* ---- the end */

static const struct {
    enum lease_state state;
    int64_t expires_ms;
    enum keep_end end;
} ends[] = {
    {LEASE_REVOKED, NOW + MINUTE, KEEP_END_REVOKED}, {LEASE_CLOSED, NOW + MINUTE, KEEP_END_ENDED},
    {LEASE_EXPIRED, NOW + MINUTE, KEEP_END_ENDED},   {LEASE_ENDED, MOMENT_NONE, KEEP_END_ENDED},
    {LEASE_OVERDUE, NOW - MINUTE, KEEP_END_ENDED},   {LEASE_ACTIVE, MOMENT_NONE, KEEP_END_ENDLESS},
};

static void test_it_ends_with_its_lease(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct keeps *keeps = keeps_new(1);
        struct keep *keep = put_one(keeps, ALL_FOR);
        const struct keep_news news = {ends[i].state, NOW, ends[i].expires_ms, NOW};
        keeps_seen(keeps, keep, &news, NOW + 1000);
        if (keep->phase != KEEP_STOPPED || keep->end != ends[i].end)
            fail_msg("row %zu: %s", i, keep_end_words(keep->end));
        assert_null(keeps_take(keeps, &hands, NOW + 60 * MINUTE));
        alive(keeps, keep, NOW, 15 * MINUTE, NOW + 2000); /* and does not begin again */
        assert_int_equal(keep->phase, KEEP_STOPPED);
        keeps_free(keeps);
    }
}

/* What becomes of the old lease while it is being replaced says nothing. */
static void test_not_while_it_is_rotated(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep = put_one(keeps, ALL_FOR);
    keeps_take(keeps, &hands, keep->next_ms);
    const struct keep_news gone = {.state = LEASE_EXPIRED};
    keeps_seen(keeps, keep, &gone, NOW);
    assert_int_equal(keep->phase, KEEP_ROTATING);
    keeps_free(keeps);
}

static void test_off(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep = put_one(keeps, ALL_FOR);
    assert_true(keeps_drop(keeps, &one, NOW));
    assert_false(keeps_drop(keeps, &one, NOW));
    assert_int_equal(keep->end, KEEP_END_ASKED);
    assert_int_equal(keeps_wake_ms(keeps), SCHEDULE_NEVER); /* nobody was told yet */
    assert_false(keeps_forget(keeps, NOW + 10 * MINUTE));
    keep->told = true;
    assert_int_equal(keeps_wake_ms(keeps), NOW + KEEP_REMEMBER_MS);
    assert_false(keeps_forget(keeps, NOW + KEEP_REMEMBER_MS - 1));
    assert_true(keeps_forget(keeps, NOW + KEEP_REMEMBER_MS));
    assert_int_equal(keeps_count(keeps), 0);
    keeps_free(keeps);
}

static void test_on_again(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    put_one(keeps, ALL_FOR);
    keeps_drop(keeps, &one, NOW);
    struct keep *keep = put_one(keeps, (struct keep_terms){.protocol = "vnc", .times = 3});
    assert_int_equal(keeps_count(keeps), 1);
    assert_int_equal(keep->phase, KEEP_WAITING);
    assert_string_equal(keep->protocol, "vnc");
    keeps_free(keeps);
}

static void test_capped_by_number(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep =
        put_one(keeps, (struct keep_terms){.protocol = "cdp", .ttl_s = 900, .times = 2});
    for (int i = 0; i < 2; i++) {
        int64_t now_ms = keep->next_ms;
        assert_ptr_equal(keeps_take(keeps, &hands, now_ms), keep);
        keeps_follow(keep, i == 0 ? "two" : "three", now_ms);
        alive(keeps, keep, now_ms, 15 * MINUTE, now_ms);
    }
    assert_int_equal(keep->phase, KEEP_STOPPED); /* nothing says that there will be another */
    assert_int_equal(keep->end, KEEP_END_CAP);
    keeps_free(keeps);
}

static void test_capped_by_time(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep_terms terms = {.protocol = "cdp", .total_ms = 12 * MINUTE};
    struct keep *keep = put_one(keeps, terms);
    assert_int_equal(keep->phase, KEEP_WAITING);
    int64_t now_ms = keep->next_ms;
    keeps_take(keeps, &hands, now_ms);
    keeps_follow(keep, "two", now_ms);
    alive(keeps, keep, now_ms, 15 * MINUTE, now_ms);
    assert_int_equal(keep->end, KEEP_END_CAP);
    keeps_free(keeps);
}

/* ---- what is in the way */

static void test_held(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep = put_one(keeps, ALL_FOR);
    int64_t now_ms = keep->next_ms;
    asked.held = true;
    assert_null(keeps_take(keeps, &hands, now_ms));
    assert_int_equal(keep->phase, KEEP_DUE);
    assert_int_equal(keeps_wake_ms(keeps), SCHEDULE_NEVER); /* no time will change it */
    asked.held = false;
    assert_ptr_equal(keeps_take(keeps, &hands, now_ms + 1000), keep);
    keeps_free(keeps);
}

/* The machine slept past the moment: first a list must show that there is something to rotate. */
static void test_after_a_long_sleep(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep = put_one(keeps, ALL_FOR);
    int64_t woke_ms = keep->next_ms + 3 * MINUTE;
    assert_null(keeps_take(keeps, &hands, woke_ms));
    assert_int_equal(asked.looks, 1);
    assert_null(keeps_take(keeps, &hands, woke_ms + 1000));
    assert_int_equal(asked.looks, 1); /* once is enough */
    alive(keeps, keep, NOW, 15 * MINUTE, woke_ms + 2000);
    assert_ptr_equal(keeps_take(keeps, &hands, woke_ms + 2000), keep);
    keeps_free(keeps);
}

static void test_slept_past_its_end(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    struct keep *keep = put_one(keeps, ALL_FOR);
    int64_t woke_ms = NOW + 24 * 60 * MINUTE;
    assert_null(keeps_take(keeps, &hands, woke_ms));
    const struct keep_news gone = {.state = LEASE_ENDED};
    keeps_seen(keeps, keep, &gone, woke_ms + 1000);
    assert_int_equal(keep->end, KEEP_END_ENDED);
    assert_null(keeps_take(keeps, &hands, woke_ms + 1000));
    keeps_free(keeps);
}

static void test_no_burst(void **state)
{
    (void)state;
    enum { MANY = 40 };
    struct keeps *keeps = keeps_new(1);
    int64_t woke_ms = NOW + 12 * MINUTE;
    for (int i = 0; i < MANY; i++) {
        const char id[] = {(char)('A' + i), '\0'};
        struct keep *keep = put(keeps, id, ALL_FOR);
        alive(keeps, keep, NOW + (MANY - i) * 100, 15 * MINUTE, NOW);
    }
    assert_null(keeps_take(keeps, &hands, woke_ms));
    assert_int_equal(asked.looks, MANY);
    for (int i = 0; i < MANY; i++)
        alive(keeps, keeps_at(keeps, (size_t)i), NOW + (MANY - i) * 100, 15 * MINUTE, woke_ms);
    int taken = 0;
    for (int64_t now_ms = woke_ms; now_ms < woke_ms + 10000; now_ms += 100) {
        struct keep *keep = keeps_take(keeps, &hands, now_ms);
        if (keep == NULL)
            continue;
        assert_int_equal(keep->lease.lease_id[0], 'A' + MANY - 1 - taken); /* the nearest end */
        assert_null(keeps_take(keeps, &hands, now_ms));
        assert_int_equal(keeps_wake_ms(keeps), now_ms + 500);
        taken++;
    }
    assert_int_equal(taken, 20);
    keeps_free(keeps);
}

/* ---- what is published */

static void test_published(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    assert_null(keeps_publish(keeps, false));
    struct keep *second = put(keeps, "two", (struct keep_terms){.protocol = "cdp", .times = 5});
    struct keep *keep = put_one(keeps, ALL_FOR);
    keeps_take(keeps, &hands, keep->next_ms);
    keeps_failed(keeps, keep, false, trouble_new(TROUBLE_QUOTA, "quota"), NOW);
    const struct keep_news gone = {.state = LEASE_CLOSED};
    keeps_seen(keeps, second, &gone, NOW);
    struct keeps_view *view = keeps_publish(keeps, false);
    const struct identity two = named("sp", "rt", "two"), none = named("sp", "rt", "x");
    assert_int_equal(view->count, 2);
    assert_int_equal(view->alive, 1);
    const struct keep_view *seen = keeps_view_find(view, &one);
    assert_int_equal(seen->phase, KEEP_RETRY);
    assert_int_equal(seen->next_ms, keep->next_ms);
    assert_int_equal(seen->until_ms, SCHEDULE_NEVER);
    assert_string_equal(seen->trouble->sentence, "quota");
    assert_int_equal(keeps_view_find(view, &two)->end, KEEP_END_ENDED);
    assert_int_equal(keeps_view_find(view, &two)->times, 5);
    assert_null(keeps_view_find(view, &none));
    assert_null(keeps_view_find(NULL, &one));
    keeps_view_free(view);
    keeps_free(keeps);
    keeps_free(NULL);
}

static void test_ceiling(void **state)
{
    (void)state;
    struct keeps *keeps = keeps_new(1);
    char id[16];
    const struct keep_terms terms = ALL_FOR;
    struct identity identity = named("sp", "rt", id);
    for (int i = 0; i < LIMIT_KEEPS; i++) {
        snprintf(id, sizeof id, "%d", i);
        assert_true(keeps_put(keeps, &identity, &terms, NOW));
    }
    assert_true(keeps_put(keeps, &identity, &terms, NOW)); /* in its own place */
    assert_false(keeps_put(keeps, &one, &terms, NOW));
    keeps_free(keeps);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

static const struct CMUnitTest tests[] = {
    TEST(test_at_two_thirds_of_its_life),
    TEST(test_it_follows_the_new_lease),
    TEST(test_seen_again),
    TEST(test_past_two_thirds_it_comes_soon),
    TEST(test_not_too_often),
    TEST(test_backoff),
    TEST(test_lost_again_and_again),
    TEST(test_it_ends_with_its_lease),
    TEST(test_not_while_it_is_rotated),
    TEST(test_off),
    TEST(test_on_again),
    TEST(test_capped_by_number),
    TEST(test_capped_by_time),
    TEST(test_held),
    TEST(test_after_a_long_sleep),
    TEST(test_slept_past_its_end),
    TEST(test_no_burst),
    TEST(test_published),
    TEST(test_ceiling),
};

int main(void)
{
    return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}
