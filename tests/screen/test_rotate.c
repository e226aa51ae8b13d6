/* A new lease in the place of one, keeping one alive, and a create whose answer was lost. */
#include "tests/screen/desk.h"

static const struct contract_lease fresh = {
    .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 1, .left_s = 3600};

static struct screen *open_desk(struct desk *desk)
{
    desk_serve(desk);
    desk_creates(desk, &fresh);
    desk_revokes(desk, UUID(SOON));
    struct screen *screen = desk_open(desk, 30, 140, NULL, NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    assert_true(desk_selects(screen, SOON));
    return screen;
}

/* First the new one, then the old one; the cursor goes along. */
static void test_rotate(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_desk(desk);
    screen_keys(screen, "R");
    assert_true(screen_wait(screen, "rotate " SOON "?") && screen_wait(screen, ">[Cancel]<"));
    assert_true(screen_wait_row(screen, -1, "y Rotate  n Cancel"));
    assert_true(screen_wait(screen, "options unknown"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "2 ended"));
    assert_true(desk_selects(screen, FRESH));
    assert_true(screen_wait(screen, "in the place of " SOON ", which is revoked: c copies it"));
    assert_false(screen_has(screen, "being revoked"));
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
    assert_int_equal(server_count(desk->server, "DELETE", "**"), 1);
}

static void test_what_does_not_confirm(void **state)
{
    static const char *const keys[] = {"<Enter>", "<Esc>", "n"};
    struct desk *desk = *state;
    struct screen *screen = open_desk(desk);
    for (size_t i = 0; i < COUNT(keys); i++) {
        screen_keys(screen, i == 0 ? "A" : "R");
        assert_true(screen_wait(screen, ">[Cancel]<"));
        screen_keys(screen, keys[i]);
        assert_true(screen_wait_gone(screen, "Cancel"));
    }
    screen_keys(screen, "G");
    assert_true(desk_selects(screen, OVER));
    screen_keys(screen, "R");
    assert_true(screen_wait(screen, "it has ended already"));
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

/* The old one stays where there is no new one. */
static void test_refused(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_desk(desk);
    server_on(desk->server, "POST", "**",
              ANSWER_MADE(
                  409, contract_error("runtime.controller_busy", "somebody else has it", "req_1")));
    screen_keys(screen, "R");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "rotate of " SOON " failed, it stays: HTTP 409"));
    assert_true(screen_wait(screen, "somebody else has it"));
    assert_true(desk_row_says(screen, SOON, "active"));
    assert_int_equal(server_count(desk->server, "DELETE", "**"), 0);
}

/* Nor where nobody could attach to the new one. */
static void test_no_endpoint(void **state)
{
    struct contract_lease bare = fresh;
    struct desk *desk = *state;
    struct screen *screen = open_desk(desk);
    bare.endpoint = "null";
    desk_creates(desk, &bare);
    screen_keys(screen, "R");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "created " FRESH ", but the answer carried no endpoint"));
    assert_true(screen_wait(screen, ", " SOON " stays: x revokes the new one"));
    assert_int_equal(server_count(desk->server, "DELETE", "**"), 0);
}

/* Whether the new one was made is not known, and the old one is as it was. */
static void test_lost_answer(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_desk(desk);
    server_on(desk->server, "POST", "**", (struct answer){.until = UNTIL_START, .end = END_CLOSE});
    screen_keys(screen, "R");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "whether the rotate of " SOON " happened, " SOON " stays"));
    assert_int_equal(server_count(desk->server, "DELETE", "**"), 0);
}

/* What is meant, who is told, and with which key, stands in every box that asks. */
static void test_boxes_say_where(void **state)
{
    static const char *const keys[] = {"R", "A", "x", "X"};
    struct desk *desk = *state;
    struct screen *screen = open_desk(desk);
    screen_resize(screen, 10, 40);
    for (size_t i = 0; i < COUNT(keys); i++) {
        screen_keys(screen, keys[i]);
        assert_true(screen_wait(screen, ">[Cancel]<"));
        assert_true(desk_row_says(screen, "server", "127.0.0.1:"));
        assert_true(desk_row_says(screen, "server", DESK_TAIL));
        assert_true(desk_row_says(screen, "runtime", "checkout (acme-ops)"));
        assert_true(desk_row_says(screen, "left", "09:"));
        screen_keys(screen, "<Esc>");
        assert_true(screen_wait_gone(screen, "Cancel"));
    }
}

/* In the row, however narrow it is, in the details, and at the end: it lived by this program. */
static void test_kept_alive_is_seen(void **state)
{
    static const struct {
        int rows, cols;
    } sizes[] = {{24, 80}, {10, 40}, {4, 24}, {30, 140}};
    struct desk *desk = *state;
    struct screen *screen = open_desk(desk);
    assert_false(screen_has(screen, "\u21bb"));
    screen_keys(screen, "A");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    for (size_t i = 0; i < COUNT(sizes); i++) {
        screen_resize(screen, sizes[i].rows, sizes[i].cols);
        assert_true(desk_row_says(screen, "\u21bb", SOON));
    }
    assert_true(screen_wait_row(screen, -3, "kept alive"));
    screen_keys(screen, "<Enter>");
    assert_true(desk_row_says(screen, "kept alive", "rotated in "));
    screen_keys(screen, "q");
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_wait(screen, "1 lease was kept alive and no longer is"));
}

/* Where the key is rejected nothing is sent: the row does not promise what cannot be. */
static void test_not_kept_alive_without_a_key(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_desk(desk);
    screen_keys(screen, "A");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(desk_row_says(screen, "\u21bb", SOON));
    server_on(desk->server, "GET", "**", ANSWER_JSON(401, "{\"error\":\"not known\"}"));
    server_on(desk->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(401, "{\"error\":\"not known\"}"));
    assert_true(screen_wait(screen, "1 lease is not kept alive now"));
    assert_true(screen_wait_gone(screen, "\u21bb") &&
                screen_wait_row(screen, -3, "not kept alive"));
    screen_keys(screen, "<Enter>");
    assert_true(desk_row_says(screen, "kept alive", "not now: the key is rejected"));
}

static void test_keep_alive(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_desk(desk);
    /* Not one whose rotation is due, and would come at any moment. */
    screen_keys(screen, "j");
    assert_true(desk_selects(screen, LATER));
    screen_keys(screen, "A");
    assert_true(screen_wait(screen, "keep " LATER " alive?") && screen_wait(screen, "8h"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "is kept alive"));
    screen_keys(screen, "w");
    assert_true(screen_wait(screen, "KEEP"));
    screen_keys(screen, "A");
    assert_true(screen_wait(screen, "not kept alive any more"));
    assert_int_equal(server_count(desk->server, "POST", "**"), 0);
}

static void test_lost_create(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_desk(desk);
    server_on(desk->server, "POST", "**", (struct answer){.until = UNTIL_START, .end = END_CLOSE});
    screen_keys(screen, "n<Enter>");
    assert_true(screen_wait(screen, "1 unknown"));
    assert_true(desk_selects(screen, "unknown")); /* without a key */
    assert_true(desk_row_says(screen, "unknown  ", "x decides"));
    assert_true(screen_wait_row(screen, -1, "x decide"));
    assert_true(screen_wait_row(screen, -3, "x decides what becomes of it"));
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "what now?") && screen_wait(screen, "create again"));
    assert_true(desk_row_says(screen, "server", DESK_TAIL));
    screen_keys(screen, "revoke<Enter>");
    assert_true(screen_wait(screen, "revoke it as soon as it appears"));
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_DESK(test_rotate),
        AT_DESK(test_what_does_not_confirm),
        AT_DESK(test_refused),
        AT_DESK(test_no_endpoint),
        AT_DESK(test_lost_answer),
        AT_DESK(test_boxes_say_where),
        AT_DESK(test_kept_alive_is_seen),
        AT_DESK(test_keep_alive),
        AT_DESK(test_not_kept_alive_without_a_key),
        AT_DESK(test_lost_create),
    };
    return cmocka_run_group_tests_name("rotate", tests, NULL, NULL);
}
