/* Which leases were made here: what is kept, how it is written, and what goes in time. */
#include "core/ledger.h"

#include "tests/unit/listed.h"

#define URL  "https://api.bctrl.ai"
#define NOW  INT64_C(1795341731000) /* 2026-11-22T10:02:11Z */
#define HOUR INT64_C(3600000)
#define DAY  (24 * HOUR)

static char *add(struct ledger *ledger, const char *lease, int64_t made_ms, int64_t expires_ms)
{
    const struct identity identity = named("sp", "rt", lease);
    return ledger_add(ledger, URL, &identity, made_ms, expires_ms);
}

static bool has(const struct ledger *ledger, const char *lease)
{
    return ledger_has(ledger, URL, "sp", "rt", lease);
}

static struct ledger *reading(const char *text)
{
    struct ledger *ledger = ledger_new();
    assert_true(ledger_read(ledger, text, strlen(text)));
    return ledger;
}

static void test_added(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_new();
    assert_false(has(ledger, "one"));
    char *line = add(ledger, "one", NOW, NOW + HOUR);
    assert_string_equal(line, URL " sp rt one 2026-11-22T10:02:11Z 2026-11-22T11:02:11Z");
    free(line);
    assert_true(has(ledger, "one"));
    assert_false(has(ledger, "two"));
    assert_false(ledger_has(ledger, URL, "sp", "other", "one"));
    assert_false(ledger_has(ledger, URL, "other", "rt", "one"));
    assert_false(ledger_has(ledger, "http://127.0.0.1:1", "sp", "rt", "one"));
    assert_null(add(ledger, "one", NOW, NOW + HOUR)); /* once is enough */
    assert_int_equal(ledger_count(ledger), 1);
    ledger_free(ledger);
    ledger_free(NULL);
}

/* Only what its answer says was made here. */
static void test_noted(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_new();
    struct message message = {.kind = MESSAGE_WRITE,
                              .intent = INTENT_CREATE,
                              .phase = INTENT_DONE,
                              .identity = named("sp", "rt", "made"),
                              .server_ms = NOW + 5000,
                              .created_ms = NOW,
                              .expires_ms = NOW + HOUR};
    struct message found = message, lost = message, revoke = message, nameless = message;
    found.found = true; /* by a list, in the place of a lost answer */
    lost.phase = INTENT_UNKNOWN;
    revoke.intent = INTENT_REVOKE;
    nameless.identity = named("sp", "rt", "");
    assert_null(ledger_note(ledger, URL, &found));
    assert_null(ledger_note(ledger, URL, &lost));
    assert_null(ledger_note(ledger, URL, &revoke));
    assert_null(ledger_note(ledger, URL, &nameless));
    assert_int_equal(ledger_count(ledger), 0);
    char *line = ledger_note(ledger, URL, &message);
    assert_string_equal(line, URL " sp rt made 2026-11-22T10:02:11Z 2026-11-22T11:02:11Z");
    free(line);
    message.created_ms = MOMENT_NONE;
    message.identity = named("sp", "rt", "undated");
    line = ledger_note(ledger, URL, &message);
    assert_string_equal(line, URL " sp rt undated 2026-11-22T10:02:16Z 2026-11-22T11:02:11Z");
    free(line);
    ledger_free(ledger);
}

/* Ids are opaque: any bytes at all. */
static void test_odd_ids(void **state)
{
    (void)state;
    static const char odd[] = "a b\nc%d\t\xc3\xa4\x7f%";
    struct ledger *ledger = ledger_new();
    char *line = add(ledger, odd, NOW, MOMENT_NONE);
    assert_string_equal(line, URL " sp rt a%20b%0ac%25d%09%c3%a4%7f%25 2026-11-22T10:02:11Z -");
    struct ledger *again = reading(line);
    assert_true(has(again, odd));
    free(line);
    ledger_free(ledger);
    ledger_free(again);
}

static void test_read(void **state)
{
    (void)state;
    struct ledger *ledger = reading(URL " sp rt one 2026-11-22T10:02:11Z 2026-11-22T11:02:11Z\n" URL
                                        " sp rt two 2026-11-22T10:02:11Z -\n");
    assert_int_equal(ledger_count(ledger), 2);
    assert_true(has(ledger, "one") && has(ledger, "two"));
    /* What another run of the program added since, beside what is known. */
    free(add(ledger, "three", NOW, MOMENT_NONE));
    static const char more[] = URL " sp rt two - -\n" URL " sp rt four - -\n";
    assert_true(ledger_read(ledger, more, strlen(more)));
    assert_int_equal(ledger_count(ledger), 4);
    ledger_free(ledger);
}

static void test_what_cannot_be_read_is_passed_over(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        " ",
        "one",
        URL " sp rt one -",
        URL " sp rt one - - more",
        URL "  rt one - -",
        URL " sp rt on%e - -",
        URL " sp rt on% - -",
        URL " sp rt on%00e - -",
        "\xff\xfe",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        char text[400];
        snprintf(text, sizeof text, "%s\n" URL " sp rt good - -\n%s", lines[i], lines[i]);
        struct ledger *ledger = reading(text);
        if (ledger_count(ledger) != 1 || !has(ledger, "good"))
            fail_msg("line %zu", i);
        ledger_free(ledger);
    }
    struct ledger *ledger = ledger_new();
    assert_true(ledger_read(ledger, "a\0b c", 5));
    assert_int_equal(ledger_count(ledger), 0);
    ledger_free(ledger);
}

static void test_what_is_over_goes(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_new();
    free(add(ledger, "lives", NOW, NOW + HOUR));
    free(add(ledger, "recent", NOW - 7 * DAY, NOW - 6 * DAY));
    free(add(ledger, "endless", NOW - 80 * DAY, MOMENT_NONE));
    free(add(ledger, "over", NOW - 9 * DAY, NOW - 8 * DAY));
    free(add(ledger, "forgotten", NOW - 91 * DAY, MOMENT_NONE));
    size_t length;
    assert_null(ledger_prune(ledger, NOW, &length)); /* so little is not worth a write */
    assert_true(has(ledger, "lives") && has(ledger, "recent") && has(ledger, "endless"));
    assert_false(has(ledger, "over") || has(ledger, "forgotten"));
    char id[16];
    for (int i = 0; i < 60; i++) {
        snprintf(id, sizeof id, "old-%d", i);
        free(add(ledger, id, NOW - 9 * DAY, NOW - 8 * DAY));
    }
    char *text = ledger_prune(ledger, NOW, &length);
    assert_non_null(text);
    struct ledger *again = ledger_new();
    assert_true(ledger_read(again, text, length));
    assert_int_equal(ledger_count(again), 3);
    assert_true(has(again, "lives"));
    free(text);
    ledger_free(again);
    ledger_free(ledger);
}

static void test_what_is_too_much_goes(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    struct ledger *ledger = ledger_new();
    char id[40];
    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof id, "lease-%d", i * 7 % MANY);
        free(add(ledger, id, NOW + i * 7 % MANY, NOW + HOUR));
    }
    size_t length = 0;
    char *text = ledger_prune(ledger, NOW, &length);
    assert_in_range(length, LEDGER_BYTES / 4, LEDGER_BYTES);
    assert_true(has(ledger, "lease-4999"));
    assert_false(has(ledger, "lease-0"));
    for (int i = 0; i + 1 < MANY; i++) { /* the newest, without a gap */
        char next[40];
        snprintf(id, sizeof id, "lease-%d", i);
        snprintf(next, sizeof next, "lease-%d", i + 1);
        assert_true(!has(ledger, id) || has(ledger, next));
    }
    free(text);
    free(add(ledger, "one more", NOW + MANY, NOW + HOUR)); /* which needs no second write */
    text = ledger_prune(ledger, NOW, &length);
    assert_null(text);
    assert_true(has(ledger, "one more"));
    free(text);
    ledger_free(ledger);
}

static void test_any_order(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    struct ledger *ledger = ledger_new();
    bool there[100] = {false};
    char id[8];
    for (int i = 0; i < 1000; i++) {
        int64_t which = chance_below(&chance, 100);
        snprintf(id, sizeof id, "%d", (int)which);
        assert_int_equal(has(ledger, id), there[which]);
        char *line = add(ledger, id, NOW, NOW);
        assert_int_equal(line == NULL, there[which]);
        there[which] = true;
        free(line);
    }
    ledger_free(ledger);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_added),
    cmocka_unit_test(test_noted),
    cmocka_unit_test(test_odd_ids),
    cmocka_unit_test(test_read),
    cmocka_unit_test(test_what_cannot_be_read_is_passed_over),
    cmocka_unit_test(test_what_is_over_goes),
    cmocka_unit_test(test_what_is_too_much_goes),
    cmocka_unit_test(test_any_order),
};

int main(void)
{
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
