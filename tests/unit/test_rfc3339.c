/* The contract's dates: what is read, to which millisecond, what is refused, and that what is
 * written can be read again. */
#include "api/rfc3339.h"

#include "tests/unit/unit.h"

#define DAY_MS      86400000
#define FIRST_MS    (-62167219200000) /* 0000-01-01T00:00:00Z */
#define LAST_MS     253402300799999   /* 9999-12-31T23:59:59.999Z */
#define NOVEMBER_MS 1795341731000     /* 2026-11-22T10:02:11Z */

static void expect_moment(const char *text, int64_t ms)
{
    int64_t got = 4711;
    if (!rfc3339_parse(text, &got))
        fail_msg("\"%s\" was refused", text);
    if (got != ms)
        fail_msg("\"%s\" is %lld, not %lld", text, (long long)ms, (long long)got);
}

static void expect_none(const char *text)
{
    int64_t got;
    if (rfc3339_parse(text, &got))
        fail_msg("\"%s\" was taken as %lld", text, (long long)got);
}

static void test_plain(void **state)
{
    (void)state;
    expect_moment("1970-01-01T00:00:00Z", 0);
    expect_moment("1969-12-31T23:59:59Z", -1000);
    expect_moment("2026-11-22T10:02:11Z", NOVEMBER_MS);
    expect_moment("2001-09-09T01:46:40Z", 1000000000000);
    expect_moment("2038-01-19T03:14:08Z", 2147483648000);
    expect_moment("2026-11-22t10:02:11z", NOVEMBER_MS);
    expect_moment("2026-11-22 10:02:11Z", NOVEMBER_MS);
}

static void test_fraction(void **state)
{
    (void)state;
    expect_moment("2026-11-22T10:02:11.1Z", NOVEMBER_MS + 100);
    expect_moment("2026-11-22T10:02:11.12Z", NOVEMBER_MS + 120);
    expect_moment("2026-11-22T10:02:11.123Z", NOVEMBER_MS + 123);
    expect_moment("2026-11-22T10:02:11.000Z", NOVEMBER_MS);
    /* Cut, never rounded into a later moment. */
    expect_moment("2026-11-22T10:02:11.9999Z", NOVEMBER_MS + 999);
    expect_moment("2026-11-22T10:02:11.0009999999999999999999999999Z", NOVEMBER_MS);
    expect_moment("1969-12-31T23:59:59.999Z", -1);
    expect_none("2026-11-22T10:02:11.Z");
    expect_none("2026-11-22T10:02:11,5Z");
    expect_none("2026-11-22T10:02:11.5.5Z");
    expect_none("2026-11-22T10:02:11.-5Z");
}

static void test_offset(void **state)
{
    (void)state;
    expect_moment("2026-11-22T11:02:11+01:00", NOVEMBER_MS);
    expect_moment("2026-11-22T04:32:11-05:30", NOVEMBER_MS);
    expect_moment("2026-11-22T10:02:11+00:00", NOVEMBER_MS);
    expect_moment("2026-11-22T10:02:11-00:00", NOVEMBER_MS);
    expect_moment("2026-11-22T10:01:11-00:01", NOVEMBER_MS);
    expect_moment("2026-11-23T10:01:11+23:59", NOVEMBER_MS);
    expect_moment("2026-11-22T11:02:11.25+01:00", NOVEMBER_MS + 250);
    /* An offset may lead out of the day, the year, and the four digits. */
    expect_moment("1970-01-01T00:30:00+01:00", -1800000);
    expect_moment("0000-01-01T00:00:00+23:59", FIRST_MS - (23 * 60 + 59) * 60000);
    expect_moment("9999-12-31T23:59:59.999-23:59", LAST_MS + (23 * 60 + 59) * 60000);
    expect_none("2026-11-22T10:02:11");
    expect_none("2026-11-22T10:02:11+24:00");
    expect_none("2026-11-22T10:02:11+01:60");
    expect_none("2026-11-22T10:02:11+0100");
    expect_none("2026-11-22T10:02:11+01");
    expect_none("2026-11-22T10:02:11+1:00");
    expect_none("2026-11-22T10:02:11Z+01:00");
    expect_none("2026-11-22T10:02:11 Z");
    expect_none("2026-11-22T10:02:11UTC");
}

static void test_leap_second(void **state)
{
    (void)state;
    expect_moment("2016-12-31T23:59:60Z", 1483228800000);
    expect_moment("2016-12-31T23:59:60.999Z", 1483228800000);
    expect_moment("2017-01-01T00:59:60+01:00", 1483228800000);
    expect_moment("9999-12-31T23:59:60Z", LAST_MS + 1);
    expect_none("2016-12-31T23:59:61Z");
}

static void test_calendar(void **state)
{
    (void)state;
    expect_moment("2024-02-29T00:00:00Z", 1709164800000);
    expect_moment("2000-02-29T00:00:00Z", 951782400000);
    expect_moment("0000-02-29T00:00:00Z", FIRST_MS + 59ll * DAY_MS);
    expect_moment("0000-01-01T00:00:00Z", FIRST_MS);
    expect_moment("9999-12-31T23:59:59.999Z", LAST_MS);
    expect_none("2026-02-30T00:00:00Z");
    expect_none("2026-02-29T00:00:00Z");
    expect_none("1900-02-29T00:00:00Z");
    expect_none("2024-02-30T00:00:00Z");
    expect_none("2026-04-31T00:00:00Z");
    expect_none("2026-01-32T00:00:00Z");
    expect_none("2026-01-00T00:00:00Z");
    expect_none("2026-00-01T00:00:00Z");
    expect_none("2026-13-01T00:00:00Z");
    expect_none("2026-11-22T24:00:00Z");
    expect_none("2026-11-22T10:60:00Z");
}

static void test_form(void **state)
{
    (void)state;
    expect_none("");
    expect_none("Z");
    expect_none("null");
    expect_none("2026");
    expect_none("2026-11-22");
    expect_none("2026-11-22T");
    expect_none("2026-11-22T10:02Z");
    expect_none("2026-11-22T10:02:11Z ");
    expect_none(" 2026-11-22T10:02:11Z");
    expect_none("2026-11-22T10:02:11Zx");
    expect_none("2026-11-22  10:02:11Z");
    expect_none("2026-1-22T10:02:11Z");
    expect_none("2026-11-2T10:02:11Z");
    expect_none("2026-11-22T1:02:11Z");
    expect_none("226-11-22T10:02:11Z");
    expect_none("12026-11-22T10:02:11Z");
    expect_none("-026-11-22T10:02:11Z");
    expect_none("+026-11-22T10:02:11Z");
    expect_none("2026/11/22T10:02:11Z");
    expect_none("2026-11-22T10-02-11Z");
    expect_none("2026-11-22T10:02:-1Z");
    expect_none("20261122T100211Z");
    expect_none("202:-11-22T10:02:11Z"); /* the neighbours of the digits */
    expect_none("2026-1/-22T10:02:11Z");
    expect_none("Sun, 22 Nov 2026 10:02:11 GMT");
    expect_none("1795341731");
    expect_none("\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6-11-22T10:02:11Z");
}

/* Every prefix of a good date ends in the middle of something. */
static void test_every_cut(void **state)
{
    (void)state;
    static const char whole[] = "2026-11-22T10:02:11.123+01:00";
    for (size_t length = 0; length + 1 < sizeof whole; length++) {
        char cut[sizeof whole] = {0};
        memcpy(cut, whole, length);
        expect_none(cut);
    }
}

static void expect_written(int64_t ms, const char *text)
{
    char written[RFC3339_BYTES];
    rfc3339_format(ms, written);
    assert_string_equal(written, text);
}

static void test_written(void **state)
{
    (void)state;
    expect_written(0, "1970-01-01T00:00:00Z");
    expect_written(NOVEMBER_MS, "2026-11-22T10:02:11Z");
    expect_written(NOVEMBER_MS + 7, "2026-11-22T10:02:11.007Z");
    expect_written(-1, "1969-12-31T23:59:59.999Z");
    expect_written(FIRST_MS, "0000-01-01T00:00:00Z");
    expect_written(LAST_MS, "9999-12-31T23:59:59.999Z");
}

/* Nothing reads these again, but they must fit. */
static void test_written_extremes(void **state)
{
    (void)state;
    const int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX, FIRST_MS - 1, LAST_MS + 1};
    for (size_t i = 0; i < COUNT(extremes); i++) {
        char written[RFC3339_BYTES + 1];
        memset(written, '#', sizeof written);
        rfc3339_format(extremes[i], written);
        assert_int_equal(written[RFC3339_BYTES], '#');
        assert_true(strlen(written) < RFC3339_BYTES);
    }
}

/* Days since 1970 by arithmetic of its own, to ask a second opinion. */
static int64_t days(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static int month_days(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : lengths[month - 1];
}

static void test_every_month(void **state)
{
    (void)state;
    for (int year = 0; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            char text[64];
            int last = month_days(year, month);
            snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, last);
            expect_moment(text, days(year, month, last) * DAY_MS);
            snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, last + 1);
            expect_none(text);
        }
    }
}

static void test_there_and_back(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    for (int i = 0; i < 20000; i++) {
        int64_t ms = chance_range(&chance, FIRST_MS, LAST_MS);
        char text[RFC3339_BYTES];
        rfc3339_format(ms, text);
        expect_moment(text, ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_fraction),
        cmocka_unit_test(test_offset),
        cmocka_unit_test(test_leap_second),
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_written),
        cmocka_unit_test(test_written_extremes),
        cmocka_unit_test(test_every_month),
        cmocka_unit_test(test_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
