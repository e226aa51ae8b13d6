/* Acting on many: marks and ranges, one box for all, what is hidden or cannot be revoked is not
 * touched, one undo, one line that sums up. */
#include "tests/screen/desk.h"

enum { MANY = 6 };

static const char *const ids[MANY] = {"00000001", "00000002", "00000003",
                                      "00000004", "00000005", "00000006"};

static size_t deletes(struct desk *desk)
{
    return server_count(desk->server, "DELETE", "**");
}

/* Six leases in their order, the last in another runtime; `allowed` of them can be revoked. */
static struct screen *open_many(struct desk *desk, int allowed)
{
    static const struct contract_lease leases[] = {
        {.id = UUID("00000001"), .runtime = CHECKOUT, .left_s = 1000},
        {.id = UUID("00000002"), .runtime = CHECKOUT, .left_s = 1010},
        {.id = UUID("00000003"), .runtime = CHECKOUT, .left_s = 1020},
        {.id = UUID("00000004"), .runtime = CHECKOUT, .left_s = 1030},
        {.id = UUID("00000005"), .runtime = CHECKOUT, .left_s = 1040},
        {.id = UUID("00000006"), .runtime = NIGHTLY, .left_s = 1050},
        {.id = UUID(OVER), .runtime = NIGHTLY, .left_s = 3000, .revoked_s = 40},
        {.id = NULL},
    };
    desk_serve_leases(desk, leases);
    for (int i = 0; i < allowed; i++) {
        char id[64];
        snprintf(id, sizeof id, "%s%s", ids[i], &UUID("00000000")[8]);
        desk_revokes(desk, id);
    }
    struct screen *screen = desk_open(desk, 30, 140, NULL, NULL);
    assert_true(screen_wait(screen, OVER) && screen_wait(screen, ids[0]) &&
                desk_selects(screen, ids[0]));
    return screen;
}

static void test_marks(void **state)
{
    struct screen *screen = open_many(*state, 0);
    screen_keys(screen, "<Space>");
    assert_true(screen_wait(screen, "1 marked") && desk_selects(screen, ids[1]));
    assert_true(strchr(screen_row(screen, desk_row(screen, ids[0])), '*') != NULL);
    screen_keys(screen, "jjV");
    assert_true(screen_wait(screen, "4 marked"));
    screen_keys(screen, "k<Space>");
    assert_true(screen_wait(screen, "3 marked"));
    screen_keys(screen, "/night<Enter>");
    assert_true(screen_wait(screen, "3 marked, 3 hidden"));
    screen_keys(screen, "<Esc>U");
    assert_true(screen_wait_gone(screen, "marked"));
    screen_keys(screen, "U");
    assert_true(screen_wait(screen, "nothing is marked"));
}

static void test_few_are_confirmed_by_a_letter(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_many(desk, 3);
    screen_keys(screen, "<Space><Space><Space>x");
    assert_true(screen_wait(screen, "revoke 3 leases?") && screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "revoking 3 leases"));
    assert_true(screen_wait(screen, "revoked 3 of 3"));
    assert_true(screen_wait_gone(screen, "marked"));
    assert_int_equal(deletes(desk), 3);
}

/* Five or more: the number is typed. */
static void test_many_are_counted(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_many(desk, MANY);
    screen_keys(screen, "<Space>");
    screen_keys(screen, "jjjjV");
    assert_true(screen_wait(screen, "6 marked"));
    screen_keys(screen, "X");
    assert_true(screen_wait(screen, "type 6"));
    screen_keys(screen, "y<Enter>");
    assert_true(screen_wait(screen, "type 6 to revoke them all"));
    assert_int_equal(deletes(desk), 0);
    screen_keys(screen, "<C-u>6<Enter>");
    assert_true(screen_wait(screen, "revoked 6 of 6"));
    assert_int_equal(deletes(desk), MANY);
}

/* On a small screen some are named, the others a key away, and where it goes is never left out. */
static void test_many_on_a_small_screen(void **state)
{
    struct screen *screen = open_many(*state, MANY);
    screen_keys(screen, "<Space>jjjjV");
    assert_true(screen_wait(screen, "6 marked"));
    screen_resize(screen, 10, 40);
    assert_true(screen_wait(screen, "6 marked"));
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "type 6") && screen_wait(screen, "[Cancel]"));
    assert_true(desk_row_says(screen, ids[0], "checkout (acme-o"));
    assert_true(desk_row_says(screen, ids[0], "16:"));
    assert_true(screen_wait(screen, ids[1]) && screen_wait(screen, "1 to 2 of 6"));
    assert_true(desk_row_says(screen, "server", DESK_TAIL));
    screen_keys(screen, "<PgDn>");
    assert_true(screen_wait(screen, "3 to 4 of 6") && desk_row_says(screen, ids[3], "16:"));
    screen_keys(screen, "<PgDn><PgDn>");
    assert_true(screen_wait(screen, "5 to 6 of 6") && desk_row_says(screen, ids[5], "16:"));
    screen_keys(screen, "<PgUp><PgUp>");
    assert_true(screen_wait(screen, "1 to 2 of 6") && desk_row_says(screen, ids[0], "16:"));
    screen_keys(screen, "<Esc>");
    assert_int_equal(deletes(*state), 0);
}

/* Where a profile says so, one is counted too. */
static void test_strict_counts_one(void **state)
{
    struct desk *desk = *state;
    open_many(desk, 1);
    const char *file =
        desk_file(desk, "strict.conf", 0600, "profiles: { prod: { guard = \"strict\"; }; };\n");
    struct screen *screen =
        desk_open(desk, 24, 80, WORDS("--config", file, "--profile", "prod"), NULL);
    assert_true(screen_wait(screen, ids[0]) && desk_selects(screen, ids[0]));
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "type 1") && desk_row_says(screen, "profile", "prod"));
    screen_keys(screen, "y<Enter>");
    assert_true(screen_wait(screen, "type 1 to revoke"));
    screen_keys(screen, "<C-u>1<Enter>");
    assert_true(desk_row_says(screen, ids[0], "revoked"));
    assert_int_equal(deletes(desk), 1);
}

static void test_undo_takes_all_back(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_many(desk, 3);
    screen_keys(screen, "<Space><Space>x");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "yu");
    assert_true(screen_wait(screen, "undone: none of the 2 was sent"));
    assert_true(screen_wait(screen, "2 marked"));
    desk_quit(desk);
    assert_int_equal(deletes(desk), 0);
}

/* Hidden by the filter, or ended already: said, and left alone. */
static void test_what_is_not_meant_is_not_touched(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_many(desk, MANY);
    screen_keys(screen, "<Space>GkV/checkout<Enter>");
    assert_true(screen_wait(screen, "6 marked, 1 hidden"));
    screen_keys(screen, "<Esc>G<Space>/night<Enter>");
    assert_true(screen_wait(screen, "7 marked, 5 hidden"));
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "revoke 00000006?"));
    assert_true(screen_wait(screen, "1 marked that cannot be revoked: not touched"));
    assert_true(screen_wait(screen, "5 marked that the filter hides: not touched"));
    screen_keys(screen, "y");
    assert_true(desk_row_says(screen, ids[5], "revoked"));
    assert_int_equal(deletes(desk), 1);
    assert_true(screen_wait(screen, "6 marked"));
}

/* What fails keeps its mark and says why; the line counts. */
static void test_some_fail(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_many(desk, 2);
    screen_keys(screen, "<Space><Space><Space>x");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "revoked 2 of 3, failed 1"));
    assert_true(screen_wait(screen, "1 marked"));
}

/* Blanks go before words: where the form is low all is named, and where that cannot be nothing is
 * confirmed, also where one types on. */
static void test_strict_where_it_is_low(void **state)
{
    struct desk *desk = *state;
    const char *file =
        desk_file(desk, "strict.conf", 0600, "profiles: { prod: { guard = \"strict\"; }; };\n");
    static const char *const named[] = {"revoke " SOON, "checkout (acme-ops)", "cdp, 0", "prod",
                                        "127.0.0.1:",   "Sent in 5 s",         "type 1"};
    desk_serve(desk);
    struct screen *screen =
        desk_open(desk, 10, 40, WORDS("--config", file, "--profile", "prod"), NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, LATER));
    screen_keys(screen, "x");
    for (size_t i = 0; i < COUNT(named); i++)
        assert_true(screen_wait(screen, named[i]));
    screen_keys(screen, "2<Enter>");
    assert_true(screen_wait(screen, "type 1 to revoke"));
    screen_resize(screen, 7, 30);
    assert_true(screen_wait(screen, "too small to confirm"));
    screen_keys(screen, "<C-u>1<Enter>777"); /* Enter: nothing comes of it */
    assert_true(screen_wait(screen, "1777") && screen_has(screen, "too small to confirm"));
    assert_int_equal(server_count(desk->server, "DELETE", "**"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_DESK(test_strict_where_it_is_low),
        AT_DESK(test_marks),
        AT_DESK(test_few_are_confirmed_by_a_letter),
        AT_DESK(test_many_are_counted),
        AT_DESK(test_many_on_a_small_screen),
        AT_DESK(test_strict_counts_one),
        AT_DESK(test_undo_takes_all_back),
        AT_DESK(test_what_is_not_meant_is_not_touched),
        AT_DESK(test_some_fail),
    };
    return cmocka_run_group_tests_name("many", tests, NULL, NULL);
}
