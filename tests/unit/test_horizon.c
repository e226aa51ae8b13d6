/* When leases expire, as bars. */
#include "core/horizon.h"

#include "tests/unit/fleet.h"

#include <locale.h>

static const struct fleet fleet = {
    .leases = {{"a", .expires = 1000},
               {"b", .expires = 119999},
               {"c", .expires = 120000},
               {"d", .expires = 3599000},
               {"e", .expires = 3600000}, /* beyond */
               {"f"},                     /* never */
               {"g", .expires = -1000},
               {"h", .expires = 5000, .revoked = -1}},
};

static void test_bars(void **state)
{
    (void)state;
    unsigned counts[HORIZON_BARS];
    char out[HORIZON_BYTES];
    const struct snapshot *snapshot = fleet_snapshot(&fleet);
    struct rows rows = fleet_rows(snapshot);
    struct moment moment = fleet_moment();
    horizon_count(&rows, &moment, counts);
    assert_int_equal(horizon_most(counts), 2);
    assert_string_equal(horizon_bars(out, counts, TEXT_ASCII), "21                           1");
    assert_string_equal(horizon_bars(out, counts, TEXT_UTF8), "█▄                           ▄");
    moment = fleet_later(120000);
    horizon_count(&rows, &moment, counts);
    assert_string_equal(horizon_bars(out, counts, TEXT_ASCII), "1                           11");
    rows_clear(&rows);
    snapshot_unref(snapshot);
}

static void test_extremes(void **state)
{
    (void)state;
    char out[HORIZON_BYTES];
    unsigned counts[HORIZON_BARS] = {0};
    assert_int_equal(text_width(horizon_bars(out, counts, TEXT_UTF8)), HORIZON_BARS);
    counts[0] = 1;
    counts[1] = 10;
    counts[2] = 1000;
    horizon_bars(out, counts, TEXT_UTF8);
    assert_memory_equal(out, "▁▁█", strlen("▁▁█")); /* few are not none */
    horizon_bars(out, counts, TEXT_ASCII);
    assert_memory_equal(out, "1++ ", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bars),
                                       cmocka_unit_test(test_extremes)};
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
