/* Values to words: every boundary of LEFT, and the others by example. */
#include "core/format.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { DAY = 86400 };

static void expect_left(int64_t left_s, bool stale, enum text_charset charset, const char *words)
{
    char out[FORMAT_BYTES];
    assert_ptr_equal(format_left(out, left_s, stale, charset), out);
    assert_string_equal(out, words);
    assert_int_equal(text_width(out), FORMAT_LEFT_CELLS);
}

static void test_left(void **state)
{
    (void)state;
    expect_left(0, false, TEXT_UTF8, "  00:00");
    expect_left(-5, false, TEXT_UTF8, "  00:00");
    expect_left(48, false, TEXT_UTF8, "  00:48");
    expect_left(41 * 60 + 7, false, TEXT_UTF8, "  41:07");
    expect_left(3599, false, TEXT_UTF8, "  59:59");
    expect_left(3600, false, TEXT_UTF8, "  1h00m");
    expect_left(2 * 3600 + 3 * 60 + 59, false, TEXT_UTF8, "  2h03m");
    expect_left(DAY - 1, false, TEXT_UTF8, " 23h59m");
    expect_left(DAY, false, TEXT_UTF8, "  1d00h");
    expect_left(3 * DAY + 4 * 3600 + 3599, false, TEXT_UTF8, "  3d04h");
    expect_left(1000 * (int64_t)DAY - 1, false, TEXT_UTF8, "999d23h");
    expect_left(1000 * (int64_t)DAY, false, TEXT_UTF8, "  >999d");
    expect_left(INT64_MAX - 1, false, TEXT_UTF8, "  >999d");
}

static void test_left_stale(void **state)
{
    (void)state;
    expect_left(41 * 60 + 7, true, TEXT_UTF8, " ~41:07");
    expect_left(DAY - 1, true, TEXT_UTF8, "~23h59m");
    expect_left(100 * DAY - 1, true, TEXT_UTF8, "~99d23h");
    expect_left(100 * DAY, true, TEXT_UTF8, "  ~100d");
    expect_left(INT64_MAX - 1, true, TEXT_UTF8, " ~>999d");
    expect_left(-1, true, TEXT_UTF8, " ~00:00");
}

static void test_left_without_a_number(void **state)
{
    (void)state;
    expect_left(FORMAT_NEVER, false, TEXT_UTF8, "      ∞");
    expect_left(FORMAT_NEVER, true, TEXT_UTF8, "     ~∞");
    expect_left(FORMAT_NEVER, false, TEXT_ASCII, "  never");
    expect_left(FORMAT_UNKNOWN, false, TEXT_UTF8, "      –");
    expect_left(FORMAT_UNKNOWN, true, TEXT_UTF8, "      –");
    expect_left(FORMAT_UNKNOWN, false, TEXT_ASCII, "      -");
}

static void test_age(void **state)
{
    (void)state;
    static const struct {
        int64_t age_s;
        const char *words;
    } cases[] = {
        {0, "0s ago"},         {-9, "0s ago"},      {59, "59s ago"},      {60, "1m ago"},
        {3599, "59m ago"},     {3600, "1h ago"},    {DAY - 1, "23h ago"}, {9 * DAY, "9d ago"},
        {FORMAT_UNKNOWN, "–"}, {FORMAT_NEVER, "–"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[FORMAT_BYTES];
        assert_string_equal(format_age(out, cases[i].age_s, TEXT_UTF8), cases[i].words);
    }
}

static void test_latency(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *words;
    } cases[] = {
        {0, "<1ms"},      {43, "43ms"},   {999, "999ms"},      {1000, "1.0s"},
        {1290, "1.2s"},   {9999, "9.9s"}, {10000, "10s"},      {99999, "99s"},
        {100000, ">99s"}, {-1, "-"},      {FORMAT_NEVER, "-"}, {FORMAT_UNKNOWN, "-"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[FORMAT_BYTES];
        assert_string_equal(format_latency(out, cases[i].ms, TEXT_ASCII), cases[i].words);
    }
}

/* What is empty of it begins at the byte after `full`. */
static void expect_life(int permille, int cells, enum text_charset charset, const char *full,
                        const char *empty)
{
    char out[FORMAT_LIFE_BYTES(8)], bar[sizeof out];
    assert_int_equal(format_life(out, sizeof out, permille, cells, charset), strlen(full));
    snprintf(bar, sizeof bar, "%s%s", full, empty);
    assert_string_equal(out, bar);
    assert_int_equal(text_width(out), cells);
}

static void test_life(void **state)
{
    (void)state;
    expect_life(0, 4, TEXT_UTF8, "", "────");
    expect_life(1, 4, TEXT_UTF8, "╾", "───");
    expect_life(500, 4, TEXT_UTF8, "━━", "──");
    expect_life(700, 4, TEXT_UTF8, "━━╾", "─");
    expect_life(999, 4, TEXT_UTF8, "━━━╾", "");
    expect_life(1000, 4, TEXT_UTF8, "━━━━", "");
    expect_life(2000, 4, TEXT_UTF8, "━━━━", "");
    expect_life(-1, 6, TEXT_UTF8, "", "      ");
    expect_life(1, 8, TEXT_ASCII, "[#", "     ]");
    expect_life(700, 8, TEXT_ASCII, "[####", "  ]");
    expect_life(999, 8, TEXT_ASCII, "[#####", " ]");
    expect_life(1000, 8, TEXT_ASCII, "[######", "]");
}

static void test_life_small_buffer(void **state)
{
    (void)state;
    char out[16] = "ZZZZZZZZZZZZZZZ";
    assert_int_equal(format_life(out, 12, 1000, 4, TEXT_UTF8), 9);
    assert_string_equal(out, "━━━");
    format_life(out, 3, 1000, 4, TEXT_UTF8);
    assert_string_equal(out, "");
    format_life(out, sizeof out, 1000, -1, TEXT_UTF8);
    assert_string_equal(out, "");
    assert_int_equal(out[12], 'Z');
}

static void test_moments(void **state)
{
    (void)state;
    char out[FORMAT_BYTES];
    assert_string_equal(format_time(out, 1795341731000, TEXT_UTF8), "2026-11-22T10:02:11Z");
    assert_string_equal(format_time(out, 1795341731007, TEXT_UTF8), "2026-11-22T10:02:11.007Z");
    assert_string_equal(format_time(out, INT64_MIN, TEXT_UTF8), "–");
    static const struct {
        int64_t ms, now_ms;
        enum format_zone zone;
        const char *text;
    } clocks[] = {
        {1795341731999, 1795341731999, FORMAT_UTC, "10:02:11Z"},
        {1795341731999, 1795341731999, FORMAT_LOCAL, "15:47:11"},
        {-1, -2000, FORMAT_UTC, "23:59:59Z"},
        {1795341731999, 1795391999000, FORMAT_UTC, "10:02:11Z"}, /* to the end of that day */
        {1795341731999, 1795392000000, FORMAT_UTC, "11-22 10:02Z"},
        {1795428131000, 1795341731000, FORMAT_UTC, "11-23 10:02Z"},
        {1795428131000, 1795341731000, FORMAT_LOCAL, "11-23 15:47"},
        {1798797731000, 1795341731000, FORMAT_UTC, "2027-01-01Z"},
        {INT64_MIN, 0, FORMAT_UTC, "-"},
        {INT64_MIN + 1, 0, FORMAT_UTC, "-"},
    };
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        assert_string_equal(
            format_clock(out, clocks[i].ms, clocks[i].now_ms, clocks[i].zone, TEXT_ASCII),
            clocks[i].text);
    assert_string_equal(format_date(out, 1795341731999, FORMAT_UTC, TEXT_UTF8),
                        "2026-11-22 10:02:11Z");
    assert_string_equal(format_date(out, 1795341731999, FORMAT_LOCAL, TEXT_UTF8),
                        "2026-11-22 15:47:11 +0545");
    assert_string_equal(format_date(out, INT64_MIN, FORMAT_LOCAL, TEXT_UTF8), "–");
}

static void test_offset(void **state)
{
    (void)state;
    static const struct {
        int64_t offset_s;
        const char *words;
    } cases[] = {
        {0, "+0s"},
        {8, "+8s"},
        {-59, "-59s"},
        {192, "+3m12s"},
        {-7380, "-2h03m"},
        {DAY + 7200, "+1d02h"},
        {-INT64_MAX, "->999d"},
        {FORMAT_UNKNOWN, "–"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[FORMAT_BYTES];
        assert_string_equal(format_offset(out, cases[i].offset_s, TEXT_UTF8), cases[i].words);
    }
}

static void test_count(void **state)
{
    (void)state;
    char out[FORMAT_BYTES];
    assert_string_equal(format_count(out, sizeof out, 0, "lease", "leases"), "0 leases");
    assert_string_equal(format_count(out, sizeof out, 1, "lease", "leases"), "1 lease");
    assert_string_equal(format_count(out, sizeof out, 2, "lease", "leases"), "2 leases");
    assert_string_equal(format_count(out, 4, 100, "lease", "leases"), "100");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_left),
        cmocka_unit_test(test_left_stale),
        cmocka_unit_test(test_left_without_a_number),
        cmocka_unit_test(test_age),
        cmocka_unit_test(test_latency),
        cmocka_unit_test(test_life),
        cmocka_unit_test(test_life_small_buffer),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_offset),
        cmocka_unit_test(test_count),
    };
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return 99; /* the widths are those of UTF-8 */
    setenv("TZ", "<+0545>-05:45", 1);
    tzset();
    return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
