/* What the table says a row is: each status has its own look without colour, and counts once. */
#include "core/status.h"

#include "tests/unit/unit.h"

#include <locale.h>

static enum status each(int status)
{
    return (enum status)status;
}

static void test_glyphs(void **state)
{
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++) {
        const char *ascii = status_glyph(each(i), TEXT_ASCII);
        assert_int_equal(text_width(status_glyph(each(i), TEXT_UTF8)), 1);
        assert_int_equal(strlen(ascii), 1);
        assert_in_range(ascii[0], 0x21, 0x7e);
    }
}

/* Without colours a status is its glyph and its word; one that is not known as such shows the
 * server's word. */
static void test_told_apart_without_colour(void **state)
{
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++) {
        for (int j = 0; j < i; j++) {
            bool same = strcmp(status_word(each(i)), status_word(each(j))) == 0;
            bool urgencies = i == STATUS_CRITICAL && j == STATUS_EXPIRING;
            if (same != urgencies)
                fail_msg("%s stands for two", status_word(each(i)));
        }
        assert_true(text_width(status_word(each(i))) <= 9); /* its column */
        assert_int_equal(*status_word(each(i)) == '\0', i == STATUS_OTHER);
    }
}

static void test_counted_as(void **state)
{
    (void)state;
    static const struct {
        enum status status;
        enum tally tally;
        enum role role;
    } cases[] = {
        {STATUS_ACTIVE, TALLY_ACTIVE, ROLE_ST_ACTIVE},
        {STATUS_EXPIRING, TALLY_EXPIRING, ROLE_ST_EXPIRING},
        {STATUS_CRITICAL, TALLY_EXPIRING, ROLE_ST_CRITICAL},
        {STATUS_OVERDUE, TALLY_UNKNOWN, ROLE_ST_UNKNOWN},
        {STATUS_OTHER, TALLY_UNKNOWN, ROLE_TEXT},
        {STATUS_WAITING, TALLY_PENDING, ROLE_ST_PENDING},
        {STATUS_CREATING, TALLY_PENDING, ROLE_ST_PENDING},
        {STATUS_REVOKING, TALLY_PENDING, ROLE_ST_PENDING},
        {STATUS_DISPUTED, TALLY_UNKNOWN, ROLE_ST_UNKNOWN},
        {STATUS_GONE, TALLY_UNKNOWN, ROLE_ST_UNKNOWN},
        {STATUS_UNREADABLE, TALLY_UNKNOWN, ROLE_ST_UNKNOWN},
        {STATUS_UNLISTED, TALLY_UNKNOWN, ROLE_ST_UNKNOWN},
        {STATUS_UNKNOWN, TALLY_UNKNOWN, ROLE_ST_UNKNOWN},
        {STATUS_FAILED, TALLY_FAILED, ROLE_ST_FAILED},
        {STATUS_EXPIRED, TALLY_ENDED, ROLE_ST_ENDED},
        {STATUS_CLOSED, TALLY_ENDED, ROLE_ST_ENDED},
        {STATUS_REVOKED, TALLY_ENDED, ROLE_ST_ENDED},
        {STATUS_ENDED, TALLY_ENDED, ROLE_ST_ENDED},
    };
    assert_int_equal(COUNT(cases), STATUS_COUNT);
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(status_tally(cases[i].status), cases[i].tally);
        assert_int_equal(status_role(cases[i].status), cases[i].role);
    }
}

/* Every count of the header has a word of its own, a colour, and something to count. */
static void test_tallies(void **state)
{
    (void)state;
    for (int i = 0; i < TALLY_COUNT; i++) {
        bool used = false;
        assert_true(*tally_word((enum tally)i) != '\0');
        assert_in_range(tally_role((enum tally)i), 1, ROLE_COUNT - 1);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(tally_word((enum tally)i), tally_word((enum tally)j));
        for (int j = 0; j < STATUS_COUNT; j++)
            used |= status_tally(each(j)) == (enum tally)i;
        assert_true(used);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_glyphs),
        cmocka_unit_test(test_told_apart_without_colour),
        cmocka_unit_test(test_counted_as),
        cmocka_unit_test(test_tallies),
    };
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return 99; /* the widths are those of UTF-8 */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
