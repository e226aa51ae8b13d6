/* What is told of two answers that follow one another. */
#include "api/event.h"

#include "api/diff.h"

#include "tests/unit/listed.h"

#define NOW 10000000

/* What was told, as lines of "word id before after". */
struct told {
    size_t count;
    char text[4096];
    struct event last;
};

static void note(void *context, const struct event *event, const void *item)
{
    struct told *told = context;
    char line[256];
    snprintf(line, sizeof line, "%s%s %s%s%s%s%s", told->count++ > 0 ? "; " : "",
             event_word(event->kind), *(const char *const *)item, *event->before != '\0' ? " " : "",
             event->before, *event->after != '\0' ? " " : "", event->after);
    strncat(told->text, line, sizeof told->text - strlen(told->text) - 1);
    told->last = *event;
}

/* The parts are given up. */
static struct told between(struct part *old, struct part *fresh, bool settle)
{
    struct told told = {0};
    if (settle)
        assert_true(diff_settle(fresh, old, NOW));
    assert_true(event_each(old, fresh, NOW, note, &told));
    part_unref(old);
    part_unref(fresh);
    return told;
}

#define TOLD(old, fresh, expected)                                                                 \
    do {                                                                                           \
        struct told told_ = between(old, fresh, true);                                             \
        assert_string_equal(told_.text, expected);                                                 \
    } while (0)

static void test_nothing_new(void **state)
{
    (void)state;
    TOLD(LISTED("a", "b"), LISTED("a", "b"), "");
    TOLD(LISTED("a", "b", "c"), LISTED("c", "a", "b"), "");
    TOLD(part_new(PART_LEASES), part_new(PART_LEASES), "");
}

static void test_made_and_vanished(void **state)
{
    (void)state;
    TOLD(LISTED("a"), LISTED("a", "b"), "made b cdp");
    TOLD(LISTED("a", "b"), LISTED("b"), "ended a");
    TOLD(LISTED("a", "b", "c"), LISTED("x", "c", "b"), "made x cdp; ended a");
}

static void test_made_when(void **state)
{
    (void)state;
    struct part *fresh = part_new(PART_LEASES);
    listed_lease(fresh, "a", NOW - 500);
    struct told told = between(part_new(PART_LEASES), fresh, true);
    assert_int_equal(told.last.kind, EVENT_LEASE_MADE);
    assert_int_equal(told.last.seen_ms, NOW);
    assert_int_equal(told.last.when_ms, NOW - 500);
}

/* How a lease can be said to have ended. */
static const struct {
    const char *status;
    int64_t expires_ms, closed_ms, revoked_ms;
    bool unlisted;
    enum event_kind kind;
    int64_t when_ms;
} ends[] = {
    {"active", NOW - 2, MOMENT_NONE, NOW - 7, false, EVENT_LEASE_REVOKED, NOW - 7},
    {"active", MOMENT_NONE, NOW - 3, MOMENT_NONE, false, EVENT_LEASE_CLOSED, NOW - 3},
    {"expired", NOW - 2, MOMENT_NONE, MOMENT_NONE, false, EVENT_LEASE_EXPIRED, NOW - 2},
    {"revoked", NOW + 2, MOMENT_NONE, MOMENT_NONE, false, EVENT_LEASE_REVOKED, MOMENT_NONE},
    {"deleted", NOW + 2, MOMENT_NONE, MOMENT_NONE, false, EVENT_LEASE_ENDED, MOMENT_NONE},
    {"active", NOW - 2, MOMENT_NONE, MOMENT_NONE, true, EVENT_LEASE_EXPIRED, NOW - 2},
    {"active", NOW + 2, MOMENT_NONE, MOMENT_NONE, true, EVENT_LEASE_ENDED, MOMENT_NONE},
};

static struct part *one_lease(const char *status, int64_t expires_ms)
{
    struct part *part = part_new(PART_LEASES);
    struct lease *lease = listed_lease(part, "a", 0);
    lease->status = listed_text(part, status);
    lease->expires_ms = expires_ms;
    return part;
}

static void test_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct part *old = one_lease("active", ends[i].expires_ms);
        struct part *fresh = ends[i].unlisted ? part_new(PART_LEASES)
                                              : one_lease(ends[i].status, ends[i].expires_ms);
        if (!ends[i].unlisted) {
            fresh->leases[0].closed_ms = ends[i].closed_ms;
            fresh->leases[0].revoked_ms = ends[i].revoked_ms;
        }
        struct told told = between(old, fresh, true);
        if (told.count != 1 || told.last.kind != ends[i].kind ||
            told.last.when_ms != ends[i].when_ms)
            fail_msg("row %zu: %s", i, told.text);
    }
}

/* It ends once: not again when it is listed no more, nor by time alone. */
static void test_an_end_is_told_once(void **state)
{
    (void)state;
    TOLD(one_lease("expired", NOW - 5), one_lease("expired", NOW - 5), "");
    TOLD(one_lease("expired", NOW - 5), part_new(PART_LEASES), "");
    TOLD(one_lease("active", NOW - 5), one_lease("active", NOW - 5), "");
    struct part *carried = part_new(PART_LEASES), *old = LISTED("a");
    assert_true(diff_settle(carried, old, NOW - 1000));
    part_unref(old);
    TOLD(carried, part_new(PART_LEASES), "");
}

/* What is neither listed nor carried along any more, as after a long time. */
static void test_gone_without_a_trace(void **state)
{
    (void)state;
    struct told told = between(LISTED("a", "b"), LISTED("b"), false);
    assert_string_equal(told.text, "ended a");
    told = between(one_lease("active", NOW - 1), part_new(PART_LEASES), false);
    assert_string_equal(told.text, "expired a");
    struct part *cut = LISTED("b");
    cut->cut = true;
    told = between(LISTED("a", "b"), cut, false);
    assert_string_equal(told.text, "");
}

static void test_comes_back(void **state)
{
    (void)state;
    struct part *carried = part_new(PART_LEASES), *old = LISTED("a");
    assert_true(diff_settle(carried, old, NOW - 1000));
    part_unref(old);
    TOLD(carried, LISTED("a"), "listed again a");
}

/* Met for the first time when it was over already. */
static void test_made_and_ended_between_two_looks(void **state)
{
    (void)state;
    TOLD(part_new(PART_LEASES), one_lease("revoked", NOW + 60000), "made a cdp; revoked a");
}

static void test_status(void **state)
{
    (void)state;
    TOLD(one_lease("active", NOW + 9), one_lease("draining", NOW + 9), "status a active draining");
    char longest[200];
    memset(longest, 'x', sizeof longest);
    memcpy(longest + EVENT_WORD_BYTES - 2, "\xc3\xa4", 2); /* one letter, across the edge */
    longest[sizeof longest - 1] = '\0';
    struct told told = between(one_lease("active", NOW + 9), one_lease(longest, NOW + 9), true);
    assert_int_equal(strlen(told.last.after), EVENT_WORD_BYTES - 2);
}

static void test_expiry(void **state)
{
    (void)state;
    struct told told =
        between(one_lease("active", NOW + 9000), one_lease("active", NOW + 60000), true);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.last.kind, EVENT_LEASE_EXPIRY);
    assert_int_equal(told.last.before_ms, NOW + 9000);
    assert_int_equal(told.last.after_ms, NOW + 60000);
    TOLD(one_lease("active", NOW + 9000), one_lease("active", NOW + 9999), "");
    TOLD(one_lease("active", NOW + 9000), one_lease("active", NOW + 10000), "expiry a");
    TOLD(one_lease("active", NOW + 9000), one_lease("active", MOMENT_NONE), "expiry a");
}

static struct part *runtimes(const char *first, const char *first_status, const char *second)
{
    struct part *part = part_new(PART_RUNTIMES);
    const char *const ids[] = {first, second};
    for (size_t i = 0; i < COUNT(ids) && ids[i] != NULL; i++) {
        struct runtime *runtime = part_add(part);
        const char *none = listed_text(part, "");
        *runtime = (struct runtime){listed_text(part, ids[i]),
                                    listed_text(part, "sp"),
                                    none,
                                    none,
                                    listed_text(part, i == 0 ? first_status : "active"),
                                    none,
                                    none,
                                    .vanished_ms = MOMENT_NONE};
    }
    return part;
}

static void test_runtimes(void **state)
{
    (void)state;
    TOLD(runtimes("r", "active", NULL), runtimes("r", "active", "s"), "appeared s active");
    TOLD(runtimes("r", "active", "s"), runtimes("s", "active", NULL), "vanished r active");
    TOLD(runtimes("r", "active", NULL), runtimes("r", "failed", NULL), "status r active failed");
    struct part *gone = runtimes("s", "active", NULL), *old = runtimes("r", "active", "s");
    assert_true(diff_settle(gone, old, NOW - 1000));
    part_unref(old);
    struct part *same = part_ref(gone);
    TOLD(same, runtimes("s", "active", NULL), "");
    TOLD(gone, runtimes("s", "active", "r"), "listed again r active");
    struct told told = between(runtimes("r", "active", "s"), runtimes("s", "active", NULL), false);
    assert_string_equal(told.text, "vanished r active");
}

static void space(struct part *part, const char *id, int64_t vanished_ms)
{
    *(struct space *)part_add(part) = (struct space){.id = listed_text(part, id),
                                                     .name = listed_text(part, ""),
                                                     .region = listed_text(part, ""),
                                                     .vanished_ms = vanished_ms};
}

static void test_spaces(void **state)
{
    (void)state;
    struct part *old = part_new(PART_SPACES), *fresh = part_new(PART_SPACES);
    space(old, "a", MOMENT_NONE);
    space(fresh, "b", MOMENT_NONE);
    TOLD(old, fresh, "appeared b; vanished a");
    /* Remembered, then listed again. */
    struct part *gone = part_new(PART_SPACES), *again = part_new(PART_SPACES);
    space(gone, "a", NOW - 1000);
    space(again, "a", MOMENT_NONE);
    TOLD(part_ref(gone), part_new(PART_SPACES), "");
    TOLD(gone, again, "listed again a");
}

/* Whatever the order, each change is told once, and nothing else. */
static void test_any_order(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    for (int round = 0; round < 300; round++) {
        struct part *old = part_new(PART_LEASES), *fresh = part_new(PART_LEASES);
        size_t changes = 0;
        bool in_old[20], in_fresh[20];
        for (int i = 0; i < 20; i++) {
            in_old[i] = chance_below(&chance, 3) > 0;
            in_fresh[i] = chance_below(&chance, 3) > 0;
            changes += in_old[i] != in_fresh[i];
        }
        for (int i = 0, at = (int)chance_below(&chance, 20); i < 20; i++, at = (at + 7) % 20) {
            const char old_id[] = {(char)('a' + i), '\0'}, fresh_id[] = {(char)('a' + at), '\0'};
            if (in_old[i])
                listed_lease(old, old_id, 0);
            if (in_fresh[at])
                listed_lease(fresh, fresh_id, 0);
        }
        struct told told = between(old, fresh, chance_below(&chance, 2) == 0);
        if (told.count != changes)
            fail_msg("%zu and not %zu: %s", told.count, changes, told.text);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_nothing_new),
    cmocka_unit_test(test_made_and_vanished),
    cmocka_unit_test(test_made_when),
    cmocka_unit_test(test_ends),
    cmocka_unit_test(test_an_end_is_told_once),
    cmocka_unit_test(test_gone_without_a_trace),
    cmocka_unit_test(test_comes_back),
    cmocka_unit_test(test_made_and_ended_between_two_looks),
    cmocka_unit_test(test_status),
    cmocka_unit_test(test_expiry),
    cmocka_unit_test(test_runtimes),
    cmocka_unit_test(test_spaces),
    cmocka_unit_test(test_any_order),
};

int main(void)
{
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
