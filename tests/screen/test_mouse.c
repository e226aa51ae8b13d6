/* The mouse, where it was asked for, and the focus of the terminal's window. */
#include "tests/screen/desk.h"

#include <time.h>

enum { LEFT_BUTTON = 1, WHEEL_UP = 4, WHEEL_DOWN = 5 };

static struct screen *open_with_mouse(struct desk *desk)
{
    struct screen *screen = desk_watch(desk, 24, 140);
    screen_keys(screen, "m");
    assert_true(screen_wait(screen, "mouse on"));
    assert_true(screen_modes(screen).mouse);
    return screen;
}

static void click(struct screen *screen, const char *text)
{
    int row, column;
    assert_true(screen_find(screen, text, &row, &column));
    screen_click(screen, row, column, LEFT_BUTTON);
}

/* Until it is asked for, the mouse is the terminal's, and so it is again afterwards. */
static void test_off_until_asked_for(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    assert_false(screen_modes(screen).mouse);
    screen_keys(screen, "m");
    assert_true(screen_wait(screen, "mouse on"));
    screen_keys(screen, "m");
    assert_true(screen_wait(screen, "mouse off"));
    assert_false(screen_modes(screen).mouse);
    screen_keys(screen, "m");
    assert_true(screen_wait(screen, "mouse on"));
    desk_quit(desk);
}

static void test_no_mouse(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    struct screen *screen = desk_open(desk, 24, 140, NULL, WORDS("TERM=vt100"));
    assert_true(screen_wait(screen, SOON));
    screen_keys(screen, "m");
    assert_true(screen_wait(screen, "this terminal knows of no mouse"));
    assert_false(screen_modes(screen).mouse);
}

static void test_click_selects_and_opens(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_with_mouse(desk);
    click(screen, ENDLESS);
    assert_true(desk_selects(screen, ENDLESS));
    click(screen, LATER);
    assert_true(desk_selects(screen, LATER));
    click(screen, LATER);
    assert_true(screen_wait(screen, "created")); /* details */
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

static void test_wheel(void **state)
{
    struct screen *screen = open_with_mouse(*state);
    screen_click(screen, 3, 3, WHEEL_DOWN);
    assert_true(desk_selects(screen, OVER));
    screen_click(screen, 3, 3, WHEEL_UP);
    assert_true(desk_selects(screen, SOON));
    screen_keys(screen, "?");
    assert_true(screen_wait(screen, "Moving"));
    for (int i = 0; i < 3; i++)
        screen_click(screen, 3, 3, WHEEL_DOWN);
    assert_true(screen_wait_gone(screen, "Moving"));
}

/* What is clicked twice is sorted the other way round. */
static void test_click_on_a_title_sorts(void **state)
{
    struct screen *screen = open_with_mouse(*state);
    click(screen, "RUNTIME");
    assert_true(screen_wait(screen, "sorted by runtime"));
    assert_true(screen_wait(screen, "RUNTIME▲"));
    click(screen, "RUNTIME");
    assert_true(screen_wait(screen, "the other way round"));
    assert_true(screen_wait(screen, "RUNTIME▼"));
    screen_keys(screen, "2");
    assert_true(screen_wait(screen, "agents"));
    click(screen, "STATUS");
    assert_true(screen_wait(screen, "sorted by status"));
}

static void test_click_presses_a_button(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    desk_revokes(desk, UUID(SOON));
    struct screen *screen = open_with_mouse(desk);
    desk_revokes(desk, UUID(SOON));
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    click(screen, "cdp"); /* beside what can be pressed */
    click(screen, "Cancel");
    assert_true(screen_wait_gone(screen, "Cancel"));
    screen_keys(screen, "X");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    assert_int_equal(server_count(desk->server, "DELETE", "**"), 0);
    click(screen, "[Revoke");
    assert_true(screen_wait_gone(screen, "Cancel"));
    assert_true(server_wait(desk->server, "DELETE", "**", 1, DESK_PATIENCE_MS));
}

/* A word of a list is chosen by one click, and taken by another. */
static void test_click_in_a_list(void **state)
{
    struct screen *screen = open_with_mouse(*state);
    screen_keys(screen, ":view-");
    assert_true(screen_wait(screen, "> view-leases")); /* narrowed to the end */
    click(screen, "view-runtimes");
    assert_true(screen_wait(screen, "> view-runtimes"));
    click(screen, "view-runtimes");
    assert_true(screen_wait(screen, "agents"));
}

/* ---- focus */

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Lists are asked each second; and each third one while nobody looks. */
static void test_without_focus_lists_are_asked_seldomer(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    assert_true(screen_raw_has(screen, "\033[?1004h"));
    screen_bytes(screen, "\033[O", 3);
    size_t seen = server_count(desk->server, "GET", CHECKOUT_LEASES);
    assert_true(server_wait(desk->server, "GET", CHECKOUT_LEASES, seen + 2, DESK_PATIENCE_MS));
    double from_s = now_s();
    assert_true(server_wait(desk->server, "GET", CHECKOUT_LEASES, seen + 4, DESK_PATIENCE_MS));
    assert_true(now_s() - from_s > 4);
    screen_bytes(screen, "\033[I", 3);
    desk_quit(desk);
    assert_true(screen_raw_has(screen, "\033[?1004l"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_DESK(test_off_until_asked_for),     AT_DESK(test_no_mouse),
        AT_DESK(test_click_selects_and_opens), AT_DESK(test_wheel),
        AT_DESK(test_click_on_a_title_sorts),  AT_DESK(test_click_presses_a_button),
        AT_DESK(test_click_in_a_list),         AT_DESK(test_without_focus_lists_are_asked_seldomer),
    };
    return cmocka_run_group_tests_name("mouse", tests, NULL, NULL);
}
