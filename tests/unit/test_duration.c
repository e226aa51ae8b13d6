/* Spans of time as people write them. */
#include "core/duration.h"

#include "tests/unit/unit.h"

enum { MOST = 999999 };

static void test_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int seconds;
    } cases[] = {
        {"0", 0},      {"900", 900},    {"90s", 90},      {"15m", 900},
        {"2h", 7200},  {"1h30m", 5400}, {"1h30s", 3630},  {"1h2m3s", 3723},
        {"0h0m0s", 0}, {"007", 7},      {"999999", MOST}, {"277h46m39s", MOST},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int seconds = -1;
        struct error error = {0};
        if (!duration_parse(cases[i].text, 0, MOST, &seconds, &error))
            fail_msg("%s: %s", cases[i].text, error.sentence);
        assert_int_equal(seconds, cases[i].seconds);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",     " ",        "m",       "15 m", " 15m",    "15m ",         "-5",
        "+5",   "1.5h",     "15x",     "15M",  "30m1h",   "1h1h",         "1h30",
        "15mm", "0x10",     "1000000", "278h", "999999h", "99999999999m", "999999h999999m999999s",
        "1w",   "\xd9\xa1",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int seconds;
        struct error error = {0};
        if (duration_parse(cases[i], 0, MOST, &seconds, &error))
            fail_msg("\"%s\" was taken as %d s", cases[i], seconds);
        assert_int_equal(error.kind, ERROR_USAGE);
    }
}

static void test_bounds(void **state)
{
    (void)state;
    int seconds;
    struct error error = {0};
    assert_true(duration_parse("60", 60, 7200, &seconds, NULL));
    assert_true(duration_parse("2h", 60, 7200, &seconds, NULL));
    assert_false(duration_parse("59", 60, 7200, &seconds, NULL));
    assert_false(duration_parse("7201", 60, 7200, &seconds, &error));
    assert_string_equal(error.sentence, "give a time from 1m to 2h, as 15m, 1h30m or 900");
}

static void test_written(void **state)
{
    (void)state;
    static const struct {
        int seconds;
        const char *text;
    } cases[] = {
        {0, "0s"},    {1, "1s"},       {59, "59s"},    {60, "1m"},   {90, "1m30s"},
        {3600, "1h"}, {5400, "1h30m"}, {3601, "1h1s"}, {7200, "2h"}, {86400, "1d"},
    };
    char out[DURATION_BYTES];
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_ptr_equal(duration_format(out, cases[i].seconds), out);
        assert_string_equal(out, cases[i].text);
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    for (int i = 0; i < 20000; i++) {
        char text[DURATION_BYTES];
        int seconds = (int)chance_range(&chance, 0, MOST), read = -1;
        assert_true(duration_parse(duration_format(text, seconds), 0, MOST, &read, NULL));
        assert_int_equal(read, seconds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bounds),     cmocka_unit_test(test_written),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
