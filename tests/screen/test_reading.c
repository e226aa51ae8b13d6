/* What is read and how it stands on the screen: loading, empty, the table at every size. */
#include "tests/screen/desk.h"

#include <sys/ioctl.h>

/* ---- Before there is something to see */

static void test_loading_is_not_empty(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    server_on(
        desk->server, "GET", "/v1/spaces",
        ANSWER_MADE(200, contract_spaces(SPACES({.id = OPS, .name = "acme-ops"})), .hold = true));
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "loading"));
    assert_true(server_wait_held(desk->server, 1, DESK_PATIENCE_MS));
    assert_false(screen_has(screen, "no leases"));
    server_release(desk->server, "GET", "/v1/spaces");
    assert_true(screen_wait(screen, SOON));
    assert_true(screen_wait_gone(screen, "loading"));
}

/* One list is slow: what came is shown, and that more will come is said. */
static void test_part_of_it_is_shown_at_once(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    server_on(desk->server, "GET", NIGHTLY_LEASES,
              ANSWER_MADE(200,
                          contract_leases(server_now(desk->server),
                                          LEASES({.id = UUID(LATER), .runtime = NIGHTLY})),
                          .hold = true));
    struct screen *screen = desk_open(desk, 24, 100, NULL, NULL);
    assert_true(screen_wait(screen, SOON));
    assert_true(screen_wait(screen, "loading"));
    assert_true(screen_wait(screen, "next ≤")); /* there may be one before it */
    assert_false(screen_has(screen, LATER));
    assert_true(server_wait_held(desk->server, 1, DESK_PATIENCE_MS));
    server_release(desk->server, "GET", NIGHTLY_LEASES);
    assert_true(screen_wait(screen, LATER));
    assert_true(screen_wait_gone(screen, "loading") && screen_wait_gone(screen, "≤"));
}

/* What comes for the first time comes in order, whatever key was pressed meanwhile; and where an
 * order is held it is not said to be sorted. */
static void test_what_is_not_sorted_does_not_say_so(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    server_on(
        desk->server, "GET", NIGHTLY_LEASES,
        ANSWER_MADE(200,
                    contract_leases(server_now(desk->server),
                                    LEASES({.id = UUID(LATER), .runtime = NIGHTLY, .left_s = 60})),
                    .hold = true));
    struct screen *screen = desk_open(desk, 30, 140, NULL, NULL);
    assert_true(screen_wait(screen, SOON) && server_wait_held(desk->server, 1, DESK_PATIENCE_MS));
    screen_keys(screen, "G");
    assert_true(desk_selects(screen, ENDLESS));
    server_release(desk->server, "GET", NIGHTLY_LEASES);
    assert_true(screen_wait(screen, LATER));
    assert_true(desk_row(screen, LATER) < desk_row(screen, SOON));
    assert_true(screen_wait(screen, "\u25b2LEFT"));
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "new lease"));
    desk_put(desk, &(struct contract_lease){.id = UUID(FRESH), .runtime = CHECKOUT, .left_s = 30});
    assert_true(screen_wait(screen, FRESH));
    assert_true(desk_row(screen, FRESH) > desk_row(screen, SOON));
    assert_true(screen_wait(screen, "=LEFT"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait(screen, "\u25b2LEFT"));
    assert_true(desk_row(screen, FRESH) < desk_row(screen, SOON));
}

static void test_empty_says_how_to_begin(void **state)
{
    struct desk *desk = *state;
    desk_serve_leases(desk, LEASES({.id = NULL}));
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "no leases"));
    assert_true(screen_wait(screen, "n makes one"));
    assert_false(screen_has(screen, "loading"));
}

static void test_no_runtimes(void **state)
{
    struct desk *desk = *state;
    contract_serve(desk->server, SPACES({.id = OPS, .name = "acme-ops"}), NULL, NULL);
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "no leases"));
    assert_true(screen_wait(screen, "no active runtime"));
    screen_keys(screen, "2");
    assert_true(screen_wait(screen, "no runtimes"));
}

/* ---- The table */

/* A word stands under its title: right edge under right edge, or left under left. */
static void assert_under(struct screen *screen, const char *title, const char *lease,
                         const char *word, bool right)
{
    int title_row, title_col, row = desk_row(screen, lease);
    assert_true(screen_find(screen, title, &title_row, &title_col));
    assert_true(row > title_row);
    int at = title_col + (right ? (int)strlen(title) - (int)strlen(word) : 0);
    for (size_t i = 0; word[i] != '\0'; i++) {
        struct cell cell = screen_cell(screen, row, at + (int)i);
        if (cell.text[0] != word[i])
            fail_msg("not \"%s\" under %s in \"%s\"", word, title, screen_row(screen, row));
    }
}

static void assert_usual_cells(struct screen *screen)
{
    assert_under(screen, "STATUS", LATER, "active", false);
    assert_under(screen, "LEASE", LATER, LATER, false);
    assert_under(screen, "RUNTIME", LATER, "nightly", false);
    assert_under(screen, "PROTO", LATER, "cdp", false);
    assert_under(screen, "LEFT", LATER, "2h03m", true);
    assert_under(screen, "STATUS", OVER, "revoked", false);
    assert_under(screen, "RUNTIME", SOON, "checkout", false);
}

static void test_columns_at_140(void **state)
{
    struct screen *screen = desk_watch(*state, 40, 140);
    assert_usual_cells(screen);
    assert_false(screen_has(screen, "SPACE")); /* there is only one */
    assert_true(screen_wait(screen, "ENDPOINT") && screen_wait(screen, "LIFE") &&
                screen_wait(screen, "SECRET"));
    assert_true(screen_wait(screen, "\u2595")); /* the bar's left edge */
    assert_true(screen_wait(screen, "3 active"));
    assert_true(screen_wait(screen, "1 ended"));
    assert_true(screen_wait(screen, "key \u2026" DESK_TAIL));
    assert_true(screen_wait(screen, server_url(((struct desk *)*state)->server) + 7));
}

static void test_columns_at_100(void **state)
{
    struct screen *screen = desk_watch(*state, 30, 100);
    assert_usual_cells(screen);
    assert_true(screen_wait(screen, "LIFE") && screen_wait(screen, "SECRET"));
}

/* The width that ux asks for: everything but the bar. */
static void test_columns_at_80(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 80);
    assert_usual_cells(screen);
    assert_true(screen_wait(screen, "ENDPOINT") && screen_wait(screen, "SECRET"));
    assert_false(screen_has(screen, "LIFE"));
}

static void test_columns_at_40(void **state)
{
    struct screen *screen = desk_watch(*state, 10, 40);
    assert_under(screen, "LEASE", LATER, LATER, false);
    assert_under(screen, "RUNTIME", LATER, "nightly", false);
    assert_under(screen, "LEFT", LATER, "2h03m", true);
    assert_false(screen_has(screen, "STATUS"));
    assert_true(screen_wait(screen, "\u25cf " LATER)); /* the glyph tells what the word did */
    assert_true(screen_wait_row(screen, 9, "x revoke"));
}

/* Expiry nearest first, then none, then what has ended; the same by id. */
static void test_order(void **state)
{
    struct desk *desk = *state;
    desk_serve_leases(
        desk, LEASES({.id = UUID("e0000001"), .runtime = NIGHTLY, .left_s = -20},
                     {.id = UUID("a0000001"), .runtime = NIGHTLY, .endless = true},
                     {.id = UUID("d0000002"), .runtime = NIGHTLY, .left_s = 5000},
                     {.id = UUID("d0000001"), .runtime = CHECKOUT, .left_s = 5000},
                     {.id = UUID("f0000001"), .runtime = CHECKOUT, .left_s = 90},
                     {.id = UUID("00000001"), .runtime = CHECKOUT, .left_s = 9000, .closed_s = 9}));
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    static const char *const order[] = {"f0000001", "d0000001", "d0000002", "a0000001", "00000001"};
    assert_true(screen_wait(screen, "d0000002") && screen_wait(screen, "f0000001"));
    for (size_t i = 1; i < COUNT(order); i++)
        if (desk_row(screen, order[i]) <= desk_row(screen, order[i - 1]))
            fail_msg("%s does not stand below %s", order[i], order[i - 1]);
    assert_true(desk_row(screen, "e0000001") > 0);
}

/* ---- Sizes */

static void test_too_small_says_what_it_needs(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 80);
    screen_resize(screen, 3, 40);
    assert_true(screen_wait(screen, "40x3"));
    assert_true(screen_wait(screen, "24x4"));
    screen_resize(screen, 24, 23);
    assert_true(screen_wait(screen, "23x24"));
    screen_resize(screen, 4, 24);
    assert_true(screen_wait(screen, SOON));
    desk_quit(*state);
}

static bool rang(struct screen *screen, void *context)
{
    (void)context;
    return screen_bells(screen) > 0;
}

/* Nothing can be shown, and everything goes on: asking, alerts, and the end. */
static void test_too_small_goes_on(void **state)
{
    struct desk *desk = *state;
    const char *file = desk_file(desk, "bell.conf", 0600, "alerts: { bell = \"once\"; };\n");
    desk_serve(desk);
    struct screen *screen = desk_open(desk, 24, 80, WORDS("--config", file), NULL);
    assert_true(screen_wait(screen, OVER));
    screen_resize(screen, 2, 20);
    assert_true(screen_wait(screen, "20x2"));
    int asked = (int)server_count(desk->server, "GET", CHECKOUT_LEASES);
    assert_true(
        server_wait(desk->server, "GET", CHECKOUT_LEASES, (size_t)asked + 2, DESK_PATIENCE_MS));
    assert_int_equal(screen_bells(screen), 0);
    desk_put(desk, &(struct contract_lease){
                       .id = UUID(LATER), .runtime = NIGHTLY, .age_s = 2400, .left_s = 100});
    assert_true(screen_wait_until(screen, rang, NULL, "a bell"));
    desk_quit(desk);
}

/* Where am I: the server and the end of the key, also where little has room and something is wrong.
 */
static void test_where_is_never_left_out(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 10, 40);
    assert_true(screen_wait_row(screen, 0, "\u2026" DESK_TAIL));
    screen_keys(screen, "2");
    assert_true(screen_wait(screen, "LEASES"));
    assert_true(screen_wait_row(screen, 0, "\u2026" DESK_TAIL));
    screen_keys(screen, "3");
    assert_true(screen_wait(screen, "no events") && screen_wait_row(screen, 0, "\u2026" DESK_TAIL));
    screen_keys(screen, "1");
    server_on(desk->server, "GET", "/v1/spaces", ANSWER_JSON(401, "{\"error\":\"no\"}"));
    screen_keys(screen, "r");
    assert_true(screen_wait_row(screen, 0, "[unauthorised]"));
    assert_true(screen_wait_row(screen, 0, "127.0.0.1:"));
    assert_true(screen_wait_row(screen, 0, "\u2026" DESK_TAIL));
}

/* What has no room is cut before the key's end is left out. */
static void test_a_long_profile_leaves_the_key(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    const char *file = desk_file(
        desk, "long.conf", 0600,
        "profiles: { production-europe: { key_env = \"BCTRL_API_KEY\"; read_only = true; }; };\n");
    struct screen *screen =
        desk_open(desk, 10, 40, WORDS("--config", file, "--profile", "production-europe"), NULL);
    assert_true(screen_wait(screen, SOON));
    for (int view = 1; view <= 3; view++) {
        screen_keys(screen, (const char *const[]){"1", "2", "3"}[view - 1]);
        assert_true(screen_wait_row(screen, 0, "produ") && screen_wait_row(screen, 0, "127.0"));
        assert_true(screen_wait_row(screen, 0, "\u2026" DESK_TAIL));
    }
}

static bool is_quiet(struct screen *screen, void *context)
{
    (void)context;
    return !screen_poll(screen, 0);
}

/* No size breaks it, with nothing, details, help or a box on top. */
static void test_every_size(void **state)
{
    static const char *const tops[] = {"", "<Enter>", "?", "n", "x", "2"};
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 20, 60);
    for (size_t top = 0; top < COUNT(tops); top++) {
        screen_keys(screen, tops[top]);
        for (int rows = 1; rows <= 20; rows++)
            for (int cols = 1 + (rows + (int)top) % 3; cols <= 60; cols += 3) {
                screen_resize(screen, rows, cols);
                screen_poll(screen, 0);
            }
        screen_resize(screen, 20, 60);
        screen_keys(screen, "<Esc><Esc>1");
        assert_true(screen_wait(screen, LATER));
        assert_true(screen_wait_until(screen, is_quiet, NULL, "nothing more to draw"));
    }
    desk_quit(desk);
}

/* Each size is drawn, not only survived: the resized screen is what a new one of that size is. */
static void test_resized_is_as_opened(void **state)
{
    static const struct {
        int rows, cols;
    } sizes[] = {{40, 140}, {10, 40}, {24, 80}, {33, 100}};
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 20, 60);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        screen_resize(screen, sizes[i].rows, sizes[i].cols);
        assert_true(screen_wait_row(screen, sizes[i].rows - 1, "n new"));
        assert_true(screen_wait(screen, "2h03m"));
        int row, col;
        assert_true(screen_find(screen, "n new", &row, &col));
        assert_int_equal(row, sizes[i].rows - 1);
        assert_int_equal(screen_has(screen, "LIFE"), sizes[i].cols >= 100);
        assert_int_equal(screen_has(screen, "STATUS"), sizes[i].cols > 40);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_loading_is_not_empty),
        AT_DESK(test_part_of_it_is_shown_at_once),
        AT_DESK(test_what_is_not_sorted_does_not_say_so),
        AT_DESK(test_empty_says_how_to_begin),
        AT_DESK(test_no_runtimes),
        AT_DESK(test_columns_at_140),
        AT_DESK(test_columns_at_100),
        AT_DESK(test_columns_at_80),
        AT_DESK(test_columns_at_40),
        AT_DESK(test_order),
        AT_DESK(test_too_small_says_what_it_needs),
        AT_DESK(test_too_small_goes_on),
        AT_DESK(test_where_is_never_left_out),
        AT_DESK(test_a_long_profile_leaves_the_key),
        AT_DESK(test_every_size),
        AT_DESK(test_resized_is_as_opened),
    };
    return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}
