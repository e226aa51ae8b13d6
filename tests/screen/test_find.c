/* Finding: the filter as it is typed, sorting, the wide table, and that nothing moves under a hand.
 */
#include "tests/screen/desk.h"

static struct screen *open_wide(struct desk *desk)
{
    return desk_watch(desk, 24, 140);
}

static void test_filter_as_typed(void **state)
{
    struct screen *screen = open_wide(*state);
    screen_keys(screen, "/night");
    assert_true(screen_wait_gone(screen, SOON) && screen_wait(screen, LATER));
    assert_true(screen_wait(screen, "/night") && screen_wait(screen, "2 hidden"));
    screen_keys(screen, "<BS><BS><BS><BS><BS>");
    assert_true(screen_wait(screen, SOON));
    screen_keys(screen, "checkout left<lt>1h<Enter>");
    assert_true(screen_wait_gone(screen, ENDLESS) && screen_wait(screen, SOON));
    assert_true(screen_wait(screen, "3 hidden"));
    /* Keys are commands again, and Esc shows everything. */
    screen_keys(screen, "?");
    assert_true(screen_wait(screen, "Moving"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "Moving"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait(screen, ENDLESS) && screen_wait_gone(screen, "hidden"));
}

/* It finds what it reads: a term without its value is borne while it is typed, and not kept. */
static void test_half_typed_is_not_kept(void **state)
{
    struct screen *screen = open_wide(*state);
    screen_keys(screen, "/nightly left<lt>");
    assert_true(screen_wait_gone(screen, SOON) && screen_wait(screen, LATER));
    assert_false(screen_has(screen, "has no value"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait_row(screen, -1, "left< in the filter has no value"));
    assert_true(screen_wait_row(screen, -1, "Enter keep"));
    screen_keys(screen, "9h<Enter>");
    assert_true(screen_wait_gone(screen, "Enter keep") && screen_has(screen, "/nightly left<9h"));
}

/* Who has never typed one sees how: at the prompt, and whole in the help. */
static void test_what_can_be_typed(void **state)
{
    struct screen *screen = open_wide(*state);
    screen_keys(screen, "/");
    assert_true(screen_wait_row(screen, -1, "Enter keep"));
    assert_true(screen_wait_row(screen, -1, "left<5m"));
    screen_resize(screen, 10, 60); /* the prompt covers the footer */
    assert_true(screen_wait_row(screen, -1, "left<5m"));
    screen_keys(screen, "<Esc>?G");
    screen_resize(screen, 60, 140);
    assert_true(desk_row_says(screen, "!term", "does not match"));
}

/* However little room there is, nothing stands on something else. */
static void test_narrowing_on_small_screens(void **state)
{
    static const struct {
        int rows, cols;
    } sizes[] = {{4, 24}, {8, 32}, {10, 40}};
    struct screen *screen = open_wide(*state);
    screen_keys(screen, "<Space>/o !zzzzzz<Enter>");
    assert_true(screen_wait(screen, "1 marked"));
    for (size_t i = 0; i < COUNT(sizes); i++) {
        screen_resize(screen, sizes[i].rows, sizes[i].cols);
        assert_true(screen_wait_row(screen, -1, "1 marked"));
        assert_true(screen_wait_row(screen, -1, "/o"));
        assert_true(screen_wait_row(screen, -1, "0 hidden"));
    }
    screen_keys(screen, "U<Esc>");
    screen_resize(screen, 4, 24);
    assert_true(screen_wait_row(screen, -1, "x revoke ? help q quit"));
}

static void test_escape_goes_back_to_the_filter_before(void **state)
{
    struct screen *screen = open_wide(*state);
    screen_keys(screen, "/night<Enter>");
    assert_true(screen_wait_gone(screen, SOON));
    screen_keys(screen, "/<C-u>check");
    assert_true(screen_wait(screen, SOON) && screen_wait_gone(screen, LATER));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait(screen, LATER) && screen_wait_gone(screen, SOON));
}

/* What means nothing is said, and what matched before is still shown. */
static void test_wrong_term(void **state)
{
    struct screen *screen = open_wide(*state);
    screen_keys(screen, "/left<lt>soon");
    assert_true(screen_wait(screen, "soon is no time"));
    assert_true(screen_has(screen, SOON));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "soon is no time"));
    screen_keys(screen, "<C-u>colour:red");
    assert_true(screen_wait(screen, "no column is called colour"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "colour"));
}

static void test_nothing_matches(void **state)
{
    struct screen *screen = open_wide(*state);
    screen_keys(screen, "/zzz<Enter>");
    assert_true(screen_wait(screen, "nothing matches"));
    assert_true(screen_wait(screen, "Esc clears the filter"));
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "no lease here"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait(screen, SOON));
}

/* Letters that are commands elsewhere are text here; so is what is pasted. */
static void test_prompt_takes_no_commands(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_wide(desk);
    screen_keys(screen, "/qxn2Z?");
    assert_true(screen_wait(screen, "/qxn2Z?") && screen_wait(screen, "nothing matches"));
    screen_keys(screen, "<C-u>");
    screen_paste(screen, "nightly");
    assert_true(screen_wait(screen, "/nightly") && screen_wait_gone(screen, SOON));
    screen_keys(screen, "<Enter>");
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

static void test_each_view_has_its_own(void **state)
{
    struct screen *screen = open_wide(*state);
    screen_keys(screen, "/night<Enter>2");
    assert_true(screen_wait(screen, "checkout"));
    screen_keys(screen, "/agents<Enter>");
    assert_true(screen_wait_gone(screen, "checkout") && screen_wait(screen, "agents"));
    screen_keys(screen, "1");
    assert_true(screen_wait(screen, LATER) && screen_wait(screen, "/night"));
}

/* ---- sorting */

static bool above(struct screen *screen, const char *first, const char *second)
{
    int one = desk_row(screen, first), other = desk_row(screen, second);
    return one >= 0 && one < other;
}

static bool later_first(struct screen *screen, void *context)
{
    (void)context;
    return above(screen, LATER, SOON);
}

static bool soon_first(struct screen *screen, void *context)
{
    (void)context;
    return above(screen, SOON, LATER);
}

static bool fresh_first(struct screen *screen, void *context)
{
    (void)context;
    return above(screen, FRESH, SOON);
}

static void test_sort(void **state)
{
    struct screen *screen = open_wide(*state);
    assert_true(above(screen, SOON, LATER));
    screen_keys(screen, "I");
    assert_true(screen_wait_until(screen, later_first, NULL, "the other way round"));
    assert_true(screen_wait(screen, "sorted by left, the other way round"));
    screen_keys(screen, "I");
    assert_true(screen_wait_until(screen, soon_first, NULL, "as before"));
    screen_keys(screen, "<lt>");
    assert_true(screen_wait(screen, "sorted by endpoint"));
    screen_keys(screen, ">");
    screen_keys(screen, "<F6>");
    assert_true(screen_wait(screen, "sorted by life"));
    assert_true(desk_selects(screen, SOON)); /* the cursor is where it was */
}

/* What a table is sorted by is named also where its column has no room. */
static void test_hidden_sort_is_named(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    screen_keys(screen, ">");
    assert_true(screen_wait(screen, "sorted by life") && screen_wait_row(screen, -1, "by life"));
    screen_keys(screen, "I");
    assert_true(screen_wait_row(screen, -1, "by life inverted"));
    screen_keys(screen, "<lt>");
    assert_true(screen_wait(screen, "\u25bcLEFT"));
    assert_null(strstr(screen_row(screen, -1), "by "));
    desk_quit(desk);
}

/* While somebody acts on what is on the screen nothing moves there; a while after, it does. */
static void test_order_is_held(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    screen_keys(screen, "jkx");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    desk_put(desk, &(struct contract_lease){
                       .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 60, .left_s = 120});
    assert_true(screen_wait(screen, FRESH));
    assert_true(above(screen, OVER, FRESH));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_until(screen, fresh_first, NULL, "the order that was asked for"));
    assert_true(desk_selects(screen, SOON)); /* and the cursor is where it was */
}

/* Esc does one thing at a time: closes details, then clears the filter, then goes back. */
static void test_escape_in_its_order(void **state)
{
    struct screen *screen = open_wide(*state);
    screen_keys(screen, "2j<Enter>");
    assert_true(screen_wait(screen, "leases of nightly"));
    screen_keys(screen, "/" LATER "<Enter><Enter>");
    assert_true(screen_wait(screen, "protocol") && screen_wait(screen, "/" LATER));
    assert_true(screen_wait(screen, "Esc back"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "protocol"));
    assert_true(screen_has(screen, "/" LATER) && screen_has(screen, "leases of nightly"));
    assert_true(screen_wait(screen, "Esc clear filter"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "/" LATER));
    assert_true(screen_has(screen, "leases of nightly"));
    assert_true(screen_wait(screen, "Esc back"));
    screen_keys(screen, "c"); /* which is said not to work, and has to be let go of first */
    assert_true(screen_wait(screen, "shown once") && screen_wait(screen, "Esc dismiss"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "shown once") && screen_wait(screen, "Esc back"));
    assert_true(screen_has(screen, "leases of nightly"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait(screen, "KIND") && screen_wait_gone(screen, "leases of nightly"));
}

/* A key that is bound to nothing says so, and where the keys are. */
static void test_unbound_key(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    screen_keys(screen, "Q");
    assert_true(screen_wait(screen, "Q does nothing; ? shows the keys"));
    screen_keys(screen, "<F12>");
    assert_true(screen_wait(screen, "F12 does nothing"));
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

/* A screen that something else has written on is painted anew, on Ctrl-L. */
static void test_repaint(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 80);
    screen_raw_reset(screen);
    screen_keys(screen, "<C-l>");
    assert_true(screen_wait_raw(screen, "STATUS") && screen_wait_raw(screen, "quit"));
}

static void test_wide(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 200);
    assert_false(screen_has(screen, "EXPIRES"));
    screen_keys(screen, "w");
    assert_true(screen_wait(screen, "EXPIRES") && screen_wait(screen, "RUN"));
    screen_keys(screen, "w");
    assert_true(screen_wait_gone(screen, "EXPIRES"));
}

static void test_clock_and_theme(void **state)
{
    struct screen *screen = open_wide(*state);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, " +0000")); /* the zone of this machine */
    screen_keys(screen, "t");
    assert_true(screen_wait(screen, "times are UTC"));
    assert_true(screen_wait_gone(screen, " +0000"));
    assert_true(desk_row_says(screen, "expires", "Z"));
    assert_true(desk_row_says(screen, "clocks", "server "));
    assert_true(desk_row_says(screen, "clocks", "Z, here "));
    screen_keys(screen, "T");
    assert_true(screen_wait(screen, "theme "));
}

/* Another table: the cursor does not begin where it stood in the last one. */
static void test_leases_of_a_runtime_begin_at_the_first(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 140);
    screen_keys(screen, "G");
    assert_true(desk_selects(screen, OVER));
    screen_keys(screen, "2<Enter>");
    assert_true(screen_wait(screen, "leases of checkout") && desk_selects(screen, SOON));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_DESK(test_leases_of_a_runtime_begin_at_the_first),
        AT_DESK(test_filter_as_typed),
        AT_DESK(test_half_typed_is_not_kept),
        AT_DESK(test_what_can_be_typed),
        AT_DESK(test_narrowing_on_small_screens),
        AT_DESK(test_escape_goes_back_to_the_filter_before),
        AT_DESK(test_wrong_term),
        AT_DESK(test_nothing_matches),
        AT_DESK(test_prompt_takes_no_commands),
        AT_DESK(test_each_view_has_its_own),
        AT_DESK(test_sort),
        AT_DESK(test_hidden_sort_is_named),
        AT_DESK(test_order_is_held),
        AT_DESK(test_escape_in_its_order),
        AT_DESK(test_unbound_key),
        AT_DESK(test_repaint),
        AT_DESK(test_wide),
        AT_DESK(test_clock_and_theme),
    };
    return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
