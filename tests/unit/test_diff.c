/* What becomes of leases and runtimes that the next answer does not list any more. */
#include "api/diff.h"

#include "api/limits.h"

#include "tests/unit/listed.h"

#define NOW 10000000

/* The next answer: `fresh` settled against `old` at a moment; `old` is given up. */
static struct part *next(struct part *fresh, struct part *old, int64_t server_ms)
{
    assert_true(diff_settle(fresh, old, server_ms));
    part_unref(old);
    return fresh;
}

static void test_first_answer(void **state)
{
    (void)state;
    struct part *part = next(LISTED("a", "b"), NULL, NOW);
    assert_int_equal(part->count, 2);
    assert_int_equal(part->unreadable, 0);
    part_unref(part);
}

static void test_what_stays_is_the_new_one(void **state)
{
    (void)state;
    struct part *old = LISTED("a", "b"), *fresh = LISTED("b", "a");
    fresh->leases[0].expires_ms = 4711;
    struct part *part = next(fresh, old, NOW);
    assert_int_equal(part->count, 2);
    assert_string_equal(part->leases[0].id, "b");
    assert_int_equal(part->leases[0].expires_ms, 4711);
    assert_int_equal(part->leases[0].vanished_ms, MOMENT_NONE);
    part_unref(part);
}

static void test_vanished_is_remembered_for_a_minute(void **state)
{
    (void)state;
    struct part *part = next(LISTED("a"), LISTED("a", "b"), NOW);
    const struct lease *gone = part_lease(part, "b");
    assert_int_equal(part->count, 2);
    assert_int_equal(gone->vanished_ms, NOW);
    assert_int_equal(lease_state(gone, NOW), LEASE_ENDED);
    assert_string_equal(gone->protocol, "cdp");
    assert_string_equal(gone->status, "active");
    assert_string_equal(gone->run_id, "run");
    assert_string_equal(gone->runtime_id, "rt");
    for (int64_t later_ms = 1000; later_ms < 60000; later_ms += 5000) {
        part = next(LISTED("a"), part, NOW + later_ms);
        assert_int_equal(part_lease(part, "b")->vanished_ms, NOW);
    }
    part = next(LISTED("a"), part, NOW + 59999);
    assert_int_equal(part->count, 2);
    part = next(LISTED("a"), part, NOW + 60000);
    assert_int_equal(part->count, 1);
    part = next(LISTED("a"), part, NOW + 60001);
    assert_int_equal(part->count, 1);
    part_unref(part);
}

static void test_comes_back(void **state)
{
    (void)state;
    struct part *part = next(LISTED("a"), LISTED("a", "b"), NOW);
    part = next(LISTED("a", "b"), part, NOW + 5000);
    assert_int_equal(part->count, 2);
    assert_int_equal(part_lease(part, "b")->vanished_ms, MOMENT_NONE);
    assert_int_equal(lease_state(part_lease(part, "b"), NOW + 5000), LEASE_ACTIVE);
    part_unref(part);
}

static void test_all_vanish(void **state)
{
    (void)state;
    struct part *part = next(part_new(PART_LEASES), LISTED("a", "b", "c"), NOW);
    assert_int_equal(part->count, 3);
    part_unref(part);
}

/* What was shown as ended while the server still listed it does not begin another minute. */
static void expect_gone_with_its_end(int64_t revoked_ms, int64_t closed_ms, int64_t expires_ms,
                                     int64_t end_ms)
{
    struct part *old = LISTED("a");
    old->leases[0].revoked_ms = revoked_ms;
    old->leases[0].closed_ms = closed_ms;
    old->leases[0].expires_ms = expires_ms;
    struct part *part = next(part_new(PART_LEASES), part_ref(old), end_ms + 59999);
    assert_int_equal(part->count, 1);
    assert_int_equal(part->leases[0].vanished_ms, end_ms);
    part_unref(part);
    part = next(part_new(PART_LEASES), old, end_ms + 60000);
    assert_int_equal(part->count, 0);
    part_unref(part);
}

static void test_ended_ones_do_not_linger_twice(void **state)
{
    (void)state;
    expect_gone_with_its_end(MOMENT_NONE, NOW, NOW + 5000, NOW);
    expect_gone_with_its_end(NOW, MOMENT_NONE, NOW + 5000, NOW);
    expect_gone_with_its_end(NOW, NOW + 1, NOW + 5000, NOW);
    expect_gone_with_its_end(MOMENT_UNREADABLE, NOW, MOMENT_UNREADABLE, NOW);
}

/* Listed as live beyond its time, by a server that was slow to say so, or could not be asked: that
 * it has expired is news when it goes, and stays to be seen. */
static void test_overdue_ends_when_it_goes(void **state)
{
    (void)state;
    const int64_t late_ms = NOW + 5 * DIFF_REMEMBER_MS;
    struct part *part = LISTED("a");
    part->leases[0].expires_ms = NOW;
    assert_int_equal(lease_state(&part->leases[0], late_ms), LEASE_OVERDUE);
    part = next(part_new(PART_LEASES), part, late_ms);
    assert_int_equal(part->count, 1);
    assert_int_equal(part->leases[0].vanished_ms, late_ms);
    assert_int_equal(lease_state(&part->leases[0], late_ms), LEASE_EXPIRED);
    part = next(part_new(PART_LEASES), part, late_ms + DIFF_REMEMBER_MS);
    assert_int_equal(part->count, 0);
    part_unref(part);
}

/* An expiry that lies ahead is not its end: it went before. */
static void test_vanished_before_its_time(void **state)
{
    (void)state;
    struct part *old = LISTED("a");
    old->leases[0].expires_ms = NOW + 3600000;
    struct part *part = next(part_new(PART_LEASES), old, NOW);
    assert_int_equal(part->leases[0].vanished_ms, NOW);
    assert_int_equal(lease_state(&part->leases[0], NOW), LEASE_ENDED);
    part_unref(part);
}

static void test_doubles(void **state)
{
    (void)state;
    struct part *fresh = LISTED("a", "b", "a", "c", "b", "a");
    fresh->leases[0].expires_ms = NOW + 1;
    fresh->leases[2].expires_ms = NOW + 2;
    struct part *part = next(fresh, NULL, NOW);
    assert_int_equal(part->count, 3);
    assert_int_equal(part->unreadable, 3);
    assert_string_equal(part->leases[0].id, "a");
    assert_int_equal(part->leases[0].expires_ms, NOW + 1);
    assert_string_equal(part->leases[1].id, "b");
    assert_string_equal(part->leases[2].id, "c");
    part = next(LISTED("c", "c"), part, NOW);
    assert_int_equal(part->count, 3);
    assert_int_equal(part->unreadable, 1);
    part_unref(part);
}

static struct part *cut(struct part *part)
{
    part->cut = true;
    return part;
}

/* An answer that was cut says nothing about what it does not show: that stays as it was, and is
 * marked until an answer has it again or comes without it. */
static void test_cut_answer_ends_nothing(void **state)
{
    (void)state;
    struct part *part = next(cut(LISTED("a")), LISTED("a", "b"), NOW);
    for (int64_t later_ms = 0; later_ms < 3 * DIFF_REMEMBER_MS; later_ms += 20000) {
        part = next(cut(LISTED("a")), part, NOW + later_ms);
        assert_int_equal(part_shown(part), 1);
        assert_false(part_lease(part, "a")->unseen);
        assert_true(part_lease(part, "b")->unseen);
        assert_int_equal(part_lease(part, "b")->vanished_ms, MOMENT_NONE);
    }
    struct part *one = LISTED("c"); /* a write's answer leaves the mark */
    assert_true(diff_merge(one, part, NOW + 190000));
    assert_true(part_lease(one, "b")->unseen);
    part_unref(one);
    part = next(LISTED("b"), part, NOW + 200000);
    assert_false(part_lease(part, "b")->unseen);
    assert_int_equal(part_lease(part, "a")->vanished_ms, NOW + 200000);
    part_unref(part);
}

/* What had vanished before, or ends by itself, goes in its time. */
static void test_cut_answer_keeps_no_ended_ones(void **state)
{
    (void)state;
    struct part *old = LISTED("a", "b"), *before = LISTED("a", "b", "c");
    old->leases[1].expires_ms = NOW + 1000;
    struct part *part = next(cut(LISTED("a")), next(old, before, NOW), NOW + 1000);
    assert_int_equal(part->count, 3);
    assert_int_equal(part_lease(part, "c")->vanished_ms, NOW);
    part = next(cut(LISTED("a")), part, NOW + DIFF_REMEMBER_MS);
    assert_null(part_lease(part, "c"));
    assert_non_null(part_lease(part, "b"));
    part = next(cut(LISTED("a")), part, NOW + 1000 + DIFF_REMEMBER_MS);
    assert_null(part_lease(part, "b"));
    part_unref(part);
}

/* Whatever changes between answers, a list never takes more room than the longest one that is
 * taken; what is listed is all there, of what vanished the last. */
static void test_ids_that_change_have_a_ceiling(void **state)
{
    (void)state;
    enum { EACH = LIMIT_LEASES / 2 - 100, ANSWERS = 6 };
    struct part *part = NULL;
    char id[32];
    for (int answer = 0; answer < ANSWERS; answer++) {
        struct part *fresh = part_new(PART_LEASES);
        for (int i = 0; i < EACH; i++) {
            snprintf(id, sizeof id, "%d-%d", answer, i);
            listed_lease(fresh, id, 0);
        }
        part = next(fresh, part, NOW + answer * 1000);
        assert_true(part->count <= LIMIT_LEASES);
        assert_int_equal(part_shown(part), EACH);
    }
    assert_int_equal(part->count, LIMIT_LEASES);
    assert_non_null(part_lease(part, "5-9899"));
    assert_non_null(part_lease(part, "4-9899"));
    assert_non_null(part_lease(part, "3-199"));
    assert_null(part_lease(part, "3-200"));
    part_unref(part);
}

static struct runtime *add_runtime(struct part *part, const char *id)
{
    struct runtime *runtime = part_add(part);
    *runtime = (struct runtime){
        .id = listed_text(part, id),
        .space_id = listed_text(part, "sp"),
        .name = listed_text(part, "checkout"),
        .kind = listed_text(part, "browser"),
        .status = listed_text(part, "active"),
        .region = listed_text(part, "eu"),
        .active_run_id = listed_text(part, "run"),
        .created_ms = 1,
        .updated_ms = 2,
        .vanished_ms = MOMENT_NONE,
    };
    return runtime;
}

static void test_runtimes(void **state)
{
    (void)state;
    struct part *old = part_new(PART_RUNTIMES), *none = part_new(PART_RUNTIMES);
    add_runtime(old, "rt_1")->unaddressable = true;
    struct part *part = next(none, old, NOW);
    const struct runtime *gone = part_runtime(part, "rt_1");
    assert_int_equal(gone->vanished_ms, NOW);
    assert_true(gone->unaddressable);
    assert_string_equal(gone->space_id, "sp");
    assert_string_equal(gone->name, "checkout");
    assert_string_equal(gone->kind, "browser");
    assert_string_equal(gone->status, "active");
    assert_string_equal(gone->region, "eu");
    assert_string_equal(gone->active_run_id, "run");
    part = next(part_new(PART_RUNTIMES), part, NOW + 59999);
    assert_int_equal(part->runtimes[0].vanished_ms, NOW);
    part = next(part_new(PART_RUNTIMES), part, NOW + 60000);
    assert_int_equal(part->count, 0);
    part_unref(part);
}

static void space(struct part *part, const char *id)
{
    *(struct space *)part_add(part) = (struct space){.id = listed_text(part, id),
                                                     .name = listed_text(part, "ops"),
                                                     .region = listed_text(part, "eu"),
                                                     .vanished_ms = MOMENT_NONE};
}

static void test_spaces_are_remembered_too(void **state)
{
    (void)state;
    struct part *part = part_new(PART_SPACES);
    space(part, "sp_1");
    space(part, "sp_2");
    space(part, "sp_2");
    part = next(part, NULL, NOW);
    assert_int_equal(part->count, 2);
    assert_int_equal(part->unreadable, 1);
    for (int64_t later_ms = 0; later_ms < 60000; later_ms += 30000) {
        struct part *fresh = part_new(PART_SPACES);
        space(fresh, "sp_2");
        part = next(fresh, part, NOW + later_ms);
        assert_int_equal(part->count, 2);
        assert_int_equal(part->spaces[0].vanished_ms, MOMENT_NONE);
        assert_string_equal(part->spaces[1].id, "sp_1");
        assert_string_equal(part->spaces[1].name, "ops");
        assert_string_equal(part->spaces[1].region, "eu");
        assert_int_equal(part->spaces[1].vanished_ms, NOW);
    }
    part = next(part_new(PART_SPACES), part, NOW + 60000);
    assert_int_equal(part->count, 1);
    assert_string_equal(part->spaces[0].id, "sp_2");
    part_unref(part);
}

/* ---- since when */

static void expect_since(const struct since *since, int64_t listed_ms, int64_t same_ms)
{
    assert_int_equal(since->listed_ms, listed_ms);
    assert_int_equal(since->same_ms, same_ms);
}

/* Each thing has its own moment; what vanished and what a write answered keep theirs. */
static void test_since(void **state)
{
    (void)state;
    struct part *part = next(LISTED("a"), NULL, NOW), *fresh = LISTED("b", "a");
    expect_since(&part->leases[0].status_since, NOW, NOW);
    fresh->leases[1].status = listed_text(fresh, "draining");
    part = next(fresh, part, NOW + 1000);
    expect_since(&part->leases[0].status_since, NOW + 1000, NOW + 1000);
    expect_since(&part->leases[1].status_since, NOW, NOW + 1000);
    expect_since(&part->leases[1].expiry_since, NOW, NOW);

    fresh = LISTED("a");
    fresh->leases[0].status = listed_text(fresh, "draining");
    fresh->leases[0].expires_ms = NOW + 60000;
    part = next(fresh, part, NOW + 2000);
    expect_since(&part_lease(part, "a")->status_since, NOW, NOW + 1000);
    expect_since(&part_lease(part, "a")->expiry_since, NOW, NOW + 2000);
    expect_since(&part_lease(part, "b")->status_since, NOW + 1000, NOW + 1000);

    fresh = LISTED("a"); /* reckoned anew, it is a little off: that is no other expiry */
    fresh->leases[0].expires_ms = NOW + 60000 + DIFF_MOVED_MS - 1;
    assert_true(diff_merge(fresh, part, NOW + 3000));
    part_unref(part);
    expect_since(&part_lease(fresh, "a")->status_since, NOW, NOW + 3000);
    expect_since(&part_lease(fresh, "a")->expiry_since, NOW, NOW + 2000);
    part_unref(fresh);
}

/* An answer that was cut still says since when it is so. */
static void test_since_of_a_cut_answer(void **state)
{
    (void)state;
    struct part *fresh = LISTED("a");
    fresh->cut = true;
    struct part *part = next(fresh, next(LISTED("a", "b"), NULL, NOW), NOW + 1000);
    expect_since(&part->leases[0].status_since, NOW, NOW);
    part_unref(part);
}

/* ---- runtimes of one name */

static void of_name(struct part *part, const char *id, const char *name)
{
    const char *none = listed_text(part, "");
    *(struct runtime *)part_add(part) = (struct runtime){.id = listed_text(part, id),
                                                         .space_id = none,
                                                         .name = listed_text(part, name),
                                                         .kind = none,
                                                         .status = listed_text(part, "active"),
                                                         .region = none,
                                                         .active_run_id = none,
                                                         .vanished_ms = MOMENT_NONE};
}

static void expect_label(const struct part *part, const char *id, const char *label)
{
    assert_string_equal(runtime_label(part_runtime(part, id)), label);
}

/* Only those that look alike get a part of their ids, and as much as tells them apart. */
static void test_labels(void **state)
{
    (void)state;
    struct part *part = part_new(PART_RUNTIMES);
    of_name(part, "rt_aaaaaaaaaa1", "qa");
    of_name(part, "rt_bbbbbbbbbb2", "qa");
    of_name(part, "rt_aaaaaaaaaa3", "qa");
    of_name(part, "rt_c", "nightly");
    of_name(part, "rt_d", "");
    part = next(part, NULL, NOW);
    expect_label(part, "rt_aaaaaaaaaa1", "qa #aaaaaaaa");
    expect_label(part, "rt_bbbbbbbbbb2", "qa #bbbbbbbb");
    expect_label(part, "rt_aaaaaaaaaa3", "qa #aaaaaaaaaa3");
    expect_label(part, "rt_c", "nightly");
    expect_label(part, "rt_d", "rt_d");

    struct part *fresh = part_new(PART_RUNTIMES); /* the others are remembered, and still alike */
    of_name(fresh, "rt_aaaaaaaaaa1", "qa");
    part = next(fresh, part, NOW + 1000);
    expect_label(part, "rt_aaaaaaaaaa1", "qa #aaaaaaaa");
    fresh = part_new(PART_RUNTIMES); /* and then it is alone */
    of_name(fresh, "rt_aaaaaaaaaa1", "qa");
    part = next(fresh, part, NOW + 1000 + DIFF_REMEMBER_MS);
    expect_label(part, "rt_aaaaaaaaaa1", "qa");
    expect_since(&part_runtime(part, "rt_aaaaaaaaaa1")->since, NOW, NOW);
    part_unref(part);
}

/* What a write answered, with the rest of what was listed. */
static void test_merge(void **state)
{
    (void)state;
    struct part *old = LISTED("a", "b", "c"), *one = LISTED("b");
    old->leases[2].vanished_ms = 4711;
    one->leases[0].revoked_ms = NOW;
    assert_true(diff_merge(one, old, NOW));
    part_unref(old);
    assert_int_equal(one->count, 3);
    assert_int_equal(part_lease(one, "b")->revoked_ms, NOW);
    assert_int_equal(part_lease(one, "a")->vanished_ms, MOMENT_NONE);
    assert_int_equal(part_lease(one, "c")->vanished_ms, 4711);
    assert_true(diff_merge(one, NULL, NOW));
    assert_int_equal(one->count, 3);
    part_unref(one);
}

/* Many answers of a changing fleet: nothing comes twice, all that is listed is there, and nothing
 * that is gone stays longer than a minute. */
static void test_changing_fleet(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    struct part *part = NULL;
    int64_t listed_ms[40] = {0};
    for (int64_t now_ms = NOW; now_ms < NOW + 1000000; now_ms += 5000) {
        struct part *fresh = part_new(PART_LEASES);
        for (int i = 0; i < 40; i++) {
            char id[] = {(char)('0' + i), '\0'};
            if (chance_below(&chance, 3) == 0) {
                listed_lease(fresh, id, 0);
                listed_ms[i] = now_ms;
            }
        }
        part = next(fresh, part, now_ms);
        assert_int_equal(part->unreadable, 0);
        for (int i = 0; i < 40; i++) {
            char id[] = {(char)('0' + i), '\0'};
            const struct lease *lease = part_lease(part, id);
            /* It vanished with the answer after the last that listed it. */
            assert_int_equal(lease != NULL,
                             listed_ms[i] != 0 && now_ms - listed_ms[i] < 60000 + 5000);
            if (lease != NULL)
                assert_int_equal(lease->vanished_ms,
                                 listed_ms[i] == now_ms ? MOMENT_NONE : listed_ms[i] + 5000);
        }
    }
    part_unref(part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_answer),
        cmocka_unit_test(test_what_stays_is_the_new_one),
        cmocka_unit_test(test_vanished_is_remembered_for_a_minute),
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_all_vanish),
        cmocka_unit_test(test_ended_ones_do_not_linger_twice),
        cmocka_unit_test(test_overdue_ends_when_it_goes),
        cmocka_unit_test(test_vanished_before_its_time),
        cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_cut_answer_ends_nothing),
        cmocka_unit_test(test_cut_answer_keeps_no_ended_ones),
        cmocka_unit_test(test_ids_that_change_have_a_ceiling),
        cmocka_unit_test(test_runtimes),
        cmocka_unit_test(test_spaces_are_remembered_too),
        cmocka_unit_test(test_since),
        cmocka_unit_test(test_since_of_a_cut_answer),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_changing_fleet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
