/* The palette of actions, the copy menu, the endpoint on the screen, and ending all of something.
 */
#include "tests/screen/desk.h"

#define URL "wss://attach.example/shown-once?sig=a"

static const struct contract_lease fresh = {.id = UUID(FRESH),
                                            .runtime = CHECKOUT,
                                            .left_s = 3600,
                                            .endpoint =
                                                "{\"type\":\"websocket\",\"url\":\"" URL "\"}"};

/* With a lease of our own under the cursor. */
static struct screen *open_mine(struct desk *desk)
{
    desk_serve(desk);
    desk_creates(desk, &fresh);
    struct screen *screen = desk_open(desk, 30, 140, NULL, WORDS("SSH_TTY=/dev/pts/9"));
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    screen_keys(screen, "n<Enter>");
    assert_true(desk_selects(screen, FRESH) && screen_wait(screen, "created " FRESH));
    return screen;
}

static void test_palette_runs_what_is_typed(void **state)
{
    struct screen *screen = desk_watch(*state, 30, 140);
    screen_keys(screen, ":");
    assert_true(screen_wait(screen, "actions") && screen_wait(screen, "one row down"));
    screen_keys(screen, "runtimes");
    assert_true(screen_wait_gone(screen, "one row down"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "KIND"));
    screen_keys(screen, ":zzz");
    assert_true(screen_wait(screen, "nothing matches"));
    screen_keys(screen, "<Enter>");
    screen_keys(screen, "<C-u>revo");
    screen_resize(screen, 24, 80); /* what is cut there is told below */
    assert_true(screen_wait(screen, "for a credential that h\u2026"));
    assert_true(screen_wait(screen, "confirm, then a few seconds"));
    screen_keys(screen, "<C-u>pau<Tab>");
    assert_true(screen_wait(screen, "> pause"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "[paused]"));
}

/* As in vim: it must never end leases. */
static void test_palette_quits(void **state)
{
    static const char *const ways[] = {":q<Enter>", ":quit<Enter>"};
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct screen *screen = open_mine(*state);
        screen_keys(screen, ways[i]);
        assert_int_equal(screen_wait_exit(screen), 0);
    }
}

/* As many as there is room for, and which of how many; where a meaning would be torn to a letter it
 * stands below only. */
static void test_palette_says_how_many(void **state)
{
    struct screen *screen = desk_watch(*state, 40, 140);
    screen_keys(screen, ":");
    assert_true(screen_wait(screen, "1-32 of "));
    screen_resize(screen, 10, 40);
    assert_true(screen_wait(screen, "1-5 of ") && screen_wait(screen, "one row down"));
    assert_false(screen_has(screen, "o\u2026"));
    assert_true(screen_has(screen, "j Down"));
    screen_keys(screen, "quit");
    assert_true(screen_wait(screen, "> quit "));
    assert_true(screen_wait_gone(screen, " of "));
}

/* Why an action is off is said, as its key says it. */
static void test_palette_says_why_not(void **state)
{
    struct screen *screen = desk_watch(*state, 30, 140);
    screen_keys(screen, ":unmark<Enter>");
    assert_true(screen_wait(screen, "nothing is marked"));
}

static bool holds(struct screen *screen, void *expected)
{
    char *copied = screen_clipboard(screen);
    bool same = copied != NULL && strcmp(copied, expected) == 0;
    free(copied);
    return same;
}

static void assert_clipboard(struct screen *screen, const char *expected)
{
    assert_true(screen_wait_until(screen, holds, (void *)expected, "in the clipboard"));
}

static void test_copy_menu(void **state)
{
    struct screen *screen = open_mine(*state);
    screen_keys(screen, "Y");
    assert_true(screen_wait(screen, "copy what?") && screen_wait(screen, "playwright"));
    assert_false(screen_has(screen, "shown-once"));
    screen_keys(screen, "playw<Enter>");
    assert_true(screen_wait(screen, "OSC 52"));
    assert_clipboard(screen, "const browser = await chromium.connectOverCDP('" URL "');");
    screen_keys(screen, "Y");
    assert_true(screen_wait(screen, "copy what?") && screen_wait(screen, "playwright"));
    screen_keys(screen, "id");
    assert_true(screen_wait_gone(screen, "playwright"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait_gone(screen, "copy what?"));
    assert_clipboard(screen, UUID(FRESH));
}

/* Of somebody else's lease there is its id. */
static void test_copy_menu_without_an_endpoint(void **state)
{
    struct screen *screen = desk_watch(*state, 30, 140);
    screen_keys(screen, "Y");
    assert_true(screen_wait(screen, "the id of the lease"));
    assert_false(screen_has(screen, "playwright"));
}

static void test_reveal_and_hide(void **state)
{
    struct screen *screen = open_mine(*state);
    screen_keys(screen, "v");
    assert_true(screen_wait(screen, URL));
    assert_true(screen_wait(screen, "hidden in 1"));
    screen_resize(screen, 10, 40);
    assert_true(desk_row_says(screen, FRESH ": hidden in 1", "s \u2500"));
    screen_keys(screen, "j");
    assert_true(screen_wait_gone(screen, "shown-once"));
    assert_true(desk_selects(screen, FRESH)); /* that key did nothing else */
}

static void test_revoke_all_of_a_runtime(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    desk_revokes(desk, UUID(SOON));
    desk_revokes(desk, UUID(ENDLESS));
    struct screen *screen = desk_open(desk, 30, 140, NULL, NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    screen_keys(screen, "2:revoke all of this runtime<Enter>");
    assert_true(screen_wait(screen, "revoke 2 leases?"));
    assert_true(screen_wait(screen, SOON) && screen_has(screen, ENDLESS));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "revoked 2 of 2"));
    assert_int_equal(server_count(desk->server, "DELETE", "**"), 2);
}

/* What is looked at is not all there is: one runtime's leases are on the screen, and the space's
 * are meant. */
static void test_revoke_all_of_a_space_from_a_runtime(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    desk_revokes(desk, UUID(SOON));
    desk_revokes(desk, UUID(ENDLESS));
    desk_revokes(desk, UUID(LATER));
    struct screen *screen = desk_open(desk, 30, 140, NULL, NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    screen_keys(screen, "2<Enter>");
    assert_true(screen_wait(screen, "leases of checkout") && screen_wait_gone(screen, LATER));
    screen_keys(screen, ":revoke-space<Enter>");
    assert_true(screen_wait(screen, "revoke 3 leases?") && screen_wait(screen, LATER));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "revoked 3 of 3"));
    assert_int_equal(server_count(desk->server, "DELETE", "**"), 3);
}

static void test_quit_and_revoke_mine(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_mine(desk);
    desk_revokes(desk, UUID(FRESH));
    screen_keys(screen, ":quit-rev<Enter>");
    assert_true(screen_wait(screen, "revoke " FRESH " now"));
    screen_keys(screen, "y");
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_int_equal(server_count(desk->server, "DELETE", "**"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_DESK(test_palette_runs_what_is_typed),
        AT_DESK(test_palette_quits),
        AT_DESK(test_palette_says_how_many),
        AT_DESK(test_palette_says_why_not),
        AT_DESK(test_copy_menu),
        AT_DESK(test_copy_menu_without_an_endpoint),
        AT_DESK(test_reveal_and_hide),
        AT_DESK(test_revoke_all_of_a_runtime),
        AT_DESK(test_revoke_all_of_a_space_from_a_runtime),
        AT_DESK(test_quit_and_revoke_mine),
    };
    return cmocka_run_group_tests_name("palette", tests, NULL, NULL);
}
