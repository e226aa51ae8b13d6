/* What happened, as a table and as a strip below another one. */
#include "tests/screen/desk.h"

static const struct contract_lease fresh = {
    .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 1, .left_s = 3600};

static void test_own_actions(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    desk_creates(desk, &fresh);
    struct screen *screen = desk_open(desk, 30, 140, NULL, NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    screen_keys(screen, "3");
    assert_true(screen_wait(screen, "no events"));
    screen_keys(screen, "1n<Enter>");
    assert_true(screen_wait(screen, "created " FRESH));
    screen_keys(screen, "3");
    assert_true(desk_row_says(screen, "done", "create"));
    assert_true(desk_row_says(screen, "done", "checkout"));
    screen_keys(screen, "/proto:x");
    assert_true(screen_wait(screen, "no column is called proto"));
    screen_keys(screen, "<C-u>confirmed<Enter>");
    assert_true(screen_wait(screen, "confirmed: cdp") && screen_wait_gone(screen, "done"));
    screen_keys(screen, "/<C-u>done<Enter>");
    assert_true(desk_row_says(screen, FRESH, "done"));
    screen_keys(screen, "g<Enter>");
    assert_true(screen_wait(screen, "LEFT") && desk_selects(screen, FRESH));
}

static void test_what_others_do(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 30, 140);
    screen_keys(screen, "e");
    assert_true(screen_wait(screen, "nothing has happened"));
    desk_put(desk, &fresh);
    assert_true(screen_wait_gone(screen, "nothing has happened"));
    assert_true(screen_wait(screen, "on checkout"));
    screen_keys(screen, "e");
    assert_true(screen_wait_gone(screen, "on checkout"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {AT_DESK(test_own_actions), AT_DESK(test_what_others_do)};
    return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
