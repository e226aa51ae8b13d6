/* What a person types to narrow a table: which leases match, and what is said of a term that means
 * nothing. */
#include "core/filter.h"

#include "tests/unit/fleet.h"

#include <locale.h>

static const struct fleet fleet = {
    .spaces = {{"s", "acme-ops"}, {"t", "Lab"}},
    .runtimes = {{"p", "checkout", .space = "s"}, {"q", "nightly build", .space = "t"}},
    .leases = {{"a111", .runtime = "p", .expires = 200000},
               {"b222", .runtime = "p", .expires = 4000000, .protocol = "vnc"},
               {"c333", .runtime = "q", .protocol = "http"},
               {"d444", .runtime = "q", .expires = 50000, .revoked = -1000},
               {"e555", .runtime = "q", .expires = 9000000, .status = "Draining"}},
    .holdings = {{"a111", "p", SECRET_HELD, ENDPOINT_WEBSOCKET}},
};

/* The first letters of the leases that match, in the order of the table. */
static const char *matches(const char *text)
{
    static char found[16];
    struct error error = {0};
    struct filter filter;
    const struct columns columns = columns_of_leases(8);
    const struct snapshot *snapshot = fleet_snapshot(&fleet);
    struct rows rows = fleet_rows(snapshot);
    struct moment moment = fleet_moment();
    size_t count = 0;
    if (!filter_parse(&filter, text, &columns, &error))
        fail_msg("%s: %s", text, error.sentence);
    for (size_t i = 0; i < rows.count; i++) {
        if (filter_matches(&filter, &rows.items[i], &moment))
            found[count++] = rows.items[i].lease->id[0];
    }
    found[count] = '\0';
    rows_clear(&rows);
    snapshot_unref(snapshot);
    return found;
}

static void test_matches(void **state)
{
    (void)state;
    static const struct {
        const char *text, *found;
    } cases[] = {
        {"", "abecd"},
        {"   ", "abecd"},
        {"checkout", "ab"},
        {"CHECKOUT", ""}, /* a capital means itself */
        {"draining", "e"},
        {"Drain", "e"},
        {"lab", "ecd"},
        {"checkout vnc", "b"}, /* all of them */
        {"!checkout", "ecd"},
        {"!!checkout", "ab"},
        {"checkout !vnc", "a"},
        {"proto:vnc", "b"},
        {"PROTO:vnc", "b"},
        {"protocol:http", "c"},
        {"prot:cdp", "aed"},
        {"space:lab", "ecd"},
        {"lease:b2", "b"},
        {"status:revoked", "d"},
        {"!status:revoked", "abec"},
        {"status:active", "bc"},
        {"status:unknown", "e"}, /* as the header counts it */
        {"unknown", "e"},
        {"ended", "d"},
        {"secret:held", "a"},
        {"endpoint:websocket", "a"},
        {"by:me", "a"},
        {"!by:me", "becd"},
        {"runtime:\"nightly build\"", "ecd"},
        {"\"nightly build\"", "ecd"},
        {"nightly build", "ecd"},
        {"left<5m", "a"},
        {"left>5m", "bec"}, /* without an expiry there is more left than any */
        {"left<=200", "a"},
        {"left<200", ""},
        {"left>=200s", "abec"},
        {"left>1h left<2h", "b"},
        {"!left<5m", "becd"}, /* of what has ended nothing is left, and nothing is known */
        {"left<1d", "abe"},
        /* Still being typed. */
        {"status:", "abecd"},
        {"left<", "abecd"},
        {"left<=", "abecd"},
        {"!", "abecd"},
        {"\"", "abecd"},
        {"\"check", "ab"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *found = matches(cases[i].text);
        if (strcmp(found, cases[i].found) != 0)
            fail_msg("%s finds %s, not %s", cases[i].text, found, cases[i].found);
    }
}

#define NAMES "status, lease, runtime, space, proto, endpoint, secret, by, run"

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        {"colour:red", "no column is called colour; there are " NAMES},
        {"s:x", "more than one column begins with s; there are " NAMES},
        {"age<5", "no column is called age; there are left, keep"},
        {":x", "no column is called ; there are " NAMES},
        {"left<soon", "left: soon is no time; give one as 5m, 2h or 90s"},
        {"left:5m", "left holds no words; try left<5m or left>5m"},
        {"proto<5", "proto has no number to compare; proto:WORD looks into it"},
        {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "at most 16 terms"},
    };
    const struct columns columns = columns_of_leases(8);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error error = {0};
        struct filter filter = {.count = 99};
        assert_false(filter_parse(&filter, cases[i].text, &columns, &error));
        assert_string_equal(error.sentence, cases[i].sentence);
        assert_int_equal(filter.count, 99);
    }
}

/* While it is typed anything may still come; who is given it whole must know what is missing. */
static void test_half_typed(void **state)
{
    (void)state;
    static const struct {
        const char *text, *half;
    } cases[] = {
        {"runtime:", "runtime:"},
        {"proto:cdp runtime:", "runtime:"},
        {"!status: left<", "!status:"},
        {"qa left<=", "left<="},
        {"qa !", "!"},
        {"! qa", "!"},
        {"qa \"\"", "\"\""},
        {"runtime:\"\" qa", "runtime:\"\""},
        {"runtime:qa  left<5m !x ", ""},
        {"", ""},
        {"  ", ""},
    };
    const struct columns columns = columns_of_leases(8);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct filter filter;
        struct error error = {0};
        assert_true(filter_parse(&filter, cases[i].text, &columns, NULL));
        assert_string_equal(filter.half, cases[i].half);
        bool whole = *cases[i].half == '\0';
        assert_int_equal(filter_whole(&filter, &error), whole);
        if (!whole)
            assert_ptr_equal(strstr(error.sentence, cases[i].half), error.sentence);
    }
}

/* However long, it is cut and not overrun. */
static void test_long(void **state)
{
    (void)state;
    char text[4 * FILTER_BYTES];
    struct filter filter;
    const struct columns columns = columns_of_leases(8);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_true(filter_parse(&filter, text, &columns, NULL));
    assert_int_equal(strlen(filter.terms[0].word), FILTER_BYTES - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_half_typed),
        cmocka_unit_test(test_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
