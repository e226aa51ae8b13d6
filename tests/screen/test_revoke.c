/* Ending a lease: the box that asks, the grace, one DELETE, and everything that can become of it.
 */
#include "tests/screen/desk.h"

#include <signal.h>

#define LATER_PATH NIGHTLY_LEASES "/" UUID(LATER)

static size_t deletes(struct desk *desk)
{
    return server_count(desk->server, "DELETE", "**");
}

/* The usual world, with the cursor on LATER and a server that lets it be revoked. */
static struct screen *stand_on_later(struct desk *desk, int rows, int cols)
{
    desk_serve(desk);
    desk_revokes(desk, UUID(LATER));
    struct screen *screen = desk_open(desk, rows, cols, NULL, NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    screen_keys(screen, "j");
    assert_true(desk_selects(screen, LATER));
    return screen;
}

static void ask(struct screen *screen, const char *key)
{
    screen_keys(screen, key);
    assert_true(screen_wait(screen, ">[Cancel]<"));
}

/* Confirmed, and in its grace. */
static struct screen *revoke_later(struct desk *desk)
{
    struct screen *screen = stand_on_later(desk, 24, 140);
    ask(screen, "x");
    screen_keys(screen, "y");
    assert_true(desk_row_says(screen, LATER, "undo "));
    return screen;
}

/* The line counts as its row does, and goes when it would be a lie. */
static void test_the_line_counts_the_undo(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 100);
    server_on(desk->server, "DELETE", "**", ANSWER_NOTHING);
    ask(screen, "x");
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "revoking " LATER " in 2 s, u to undo"));
    assert_true(screen_wait_gone(screen, "to undo"));
}

/* ---- The box */

static void test_the_box_names_what_it_will_end(void **state)
{
    static const char *const named[] = {"key …" DESK_TAIL, "acme-ops",
                                        "nightly",         "lease     " UUID(LATER),
                                        "cdp, 2h03m left", "no new attach is accepted"};
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 80);
    ask(screen, "x");
    for (size_t i = 0; i < COUNT(named); i++)
        assert_true(screen_wait(screen, named[i]));
    assert_true(screen_wait(screen, server_url(desk->server) + 7));
}

/* Enter presses what has the focus, and that is Cancel. */
static void test_what_does_not_confirm(void **state)
{
    static const char *const keys[] = {"<Enter>", "<Esc>", "n", "<Space>", "<Tab><Tab><Enter>"};
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 80);
    for (size_t i = 0; i < COUNT(keys); i++) {
        ask(screen, i % 2 == 0 ? "x" : "X");
        screen_keys(screen, keys[i]);
        assert_true(screen_wait_gone(screen, "Cancel"));
    }
    assert_true(desk_row_says(screen, LATER, "active"));
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

static void test_letters_and_pastes_do_not_confirm(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 80);
    ask(screen, "x");
    screen_keys(screen, "xXYcrd1/");
    screen_paste(screen, "y");
    assert_true(screen_wait(screen, "pasted"));
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "<Esc>");
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

/* Typed before the box was there, so not an answer to it. */
static void test_keys_typed_ahead_do_not_confirm(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 80);
    screen_keys(screen, "xy");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "Cancel"));
    screen_bytes(screen, "Xyyyyyyyyyyyyyyyyyyyyyyyyyyyy", 29);
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "Cancel"));
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

static void test_focus_is_what_is_pressed(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 80);
    ask(screen, "X");
    screen_keys(screen, "<Left>");
    assert_true(screen_wait(screen, ">[Revoke]<"));
    screen_keys(screen, "<Tab>");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "<S-Tab>");
    assert_true(screen_wait(screen, ">[Revoke]<"));
    screen_keys(screen, "<Enter>");
    assert_true(desk_row_says(screen, LATER, "revoked"));
    assert_int_equal(deletes(desk), 1);
}

static bool is_sorted(struct screen *screen, void *context)
{
    (void)context;
    int first = desk_row(screen, "00000001");
    return desk_row(screen, "00000002") == first + 1 && desk_row(screen, LATER) > first + 1;
}

/* New rows come while the box is open: what it named is what is ended. */
static void test_the_target_is_fixed(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 30, 100);
    ask(screen, "X");
    int row = desk_row(screen, LATER);
    desk_put(desk,
             &(struct contract_lease){.id = UUID("00000001"), .runtime = CHECKOUT, .left_s = 90});
    desk_put(desk,
             &(struct contract_lease){.id = UUID("00000002"), .runtime = NIGHTLY, .left_s = 95});
    assert_true(screen_wait(screen, "00000001") && screen_wait(screen, "00000002"));
    assert_true(desk_row(screen, "2h03m") == row); /* nothing moves under an open box */
    screen_keys(screen, "y");
    assert_true(desk_row_says(screen, LATER, "revoked"));
    assert_int_equal(deletes(desk), 1);
    assert_int_equal(server_count(desk->server, "DELETE", LATER_PATH), 1);
    /* And then all stands where it belongs: what is new above, what has ended below. */
    assert_true(screen_wait_until(screen, is_sorted, NULL, "the usual order"));
}

static void test_the_box_says_when_its_lease_is_gone(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 30, 100);
    ask(screen, "x");
    assert_true(screen_wait(screen, "cdp, 2h03m left"));
    struct contract_lease revoked = desk_lease(desk, UUID(LATER));
    revoked.revoked_s = 1;
    desk_put(desk, &revoked);
    assert_true(desk_row_says(screen, "protocol  ", "cdp, revoked at "));
    screen_keys(screen, "y");
    assert_true(screen_wait_gone(screen, "Cancel"));
    screen_keys(screen, "<Enter>"); /* and so do details */
    assert_true(desk_row_says(screen, "ended  ", "revoked at ") && screen_wait(screen, "expiry  "));
    screen_keys(screen, "<Esc>"); /* and the line below the table */
    assert_true(screen_wait_gone(screen, "expiry  ") && screen_wait(screen, "revoked at "));
    assert_false(screen_has(screen, "expires "));
}

/* ---- The grace */

static void test_the_grace_counts_down_and_one_delete_goes_out(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = revoke_later(desk);
    assert_true(desk_row_says(screen, LATER, "revoking"));
    assert_true(screen_wait(screen, "1 pending"));
    assert_int_equal(deletes(desk), 0);
    assert_true(desk_row_says(screen, LATER, "undo 3s"));
    assert_int_equal(deletes(desk), 0);
    assert_true(desk_row_says(screen, LATER, "revoked"));
    assert_true(screen_wait(screen, "revoked " LATER ": no new attach is accepted"));
    assert_int_equal(server_count(desk->server, "DELETE", LATER_PATH), 1);
    assert_int_equal(deletes(desk), 1);
    desk_quit(desk);
    assert_int_equal(deletes(desk), 1);
}

/* Quitting sends what is confirmed: what was undone is not. */
static void test_undone_is_never_sent(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = revoke_later(desk);
    screen_keys(screen, "u");
    assert_true(desk_row_says(screen, LATER, "active"));
    assert_true(screen_wait(screen, "undone"));
    screen_keys(screen, "u");
    assert_true(screen_wait(screen, "nothing to undo"));
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

/* As fast as one can type. */
static void test_undone_at_once(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 140);
    for (int i = 0; i < 5; i++) {
        ask(screen, "x");
        screen_keys(screen, "yu");
        assert_true(screen_wait(screen, "undone"));
        screen_keys(screen, "<Esc>");
        assert_true(screen_wait_gone(screen, "undone"));
    }
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

static void test_without_grace(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 140);
    ask(screen, "X");
    assert_true(screen_wait(screen, "without undo"));
    screen_keys(screen, "y");
    assert_true(desk_row_says(screen, LATER, "revoked"));
    assert_false(screen_raw_has(screen, "undo 5s"));
    assert_int_equal(deletes(desk), 1);
}

/* ---- Leaving within the grace */

static void test_quitting_sends_it(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = revoke_later(desk);
    screen_keys(screen, "q");
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_given_back(screen));
    assert_int_equal(server_count(desk->server, "DELETE", LATER_PATH), 1);
    assert_int_equal(deletes(desk), 1);
}

static void assert_signal_sends_it(struct desk *desk, int number)
{
    struct screen *screen = revoke_later(desk);
    kill(screen_pid(screen), number);
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_given_back(screen));
    assert_int_equal(deletes(desk), 1);
}

static void test_term_sends_it(void **state)
{
    assert_signal_sends_it(*state, SIGTERM);
}

static void test_hup_sends_it(void **state)
{
    assert_signal_sends_it(*state, SIGHUP);
}

static void test_closed_terminal_sends_it(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = revoke_later(desk);
    screen_hangup(screen);
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_int_equal(deletes(desk), 1);
}

/* The shell is back at once; what stays open is named, and the exit status says so. */
static void test_quitting_while_the_server_hangs(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = revoke_later(desk);
    server_on(desk->server, "DELETE", LATER_PATH, ANSWER_NEVER);
    screen_raw_reset(screen);
    long long pressed_ms = support_now_ms();
    screen_keys(screen, "q");
    assert_true(screen_wait_raw(screen, "\033[?1049l"));
    long long back_ms = support_now_ms() - pressed_ms;
    assert_int_equal(screen_wait_exit(screen), 5);
    long long gone_ms = support_now_ms() - pressed_ms;
    printf("# terminal back after %lld ms, process gone after %lld ms\n", back_ms, gone_ms);
    assert_true(back_ms < 2000);
    assert_true(gone_ms < 10000);
    assert_true(screen_given_back(screen));
    assert_true(screen_has(screen, "not confirmed"));
    assert_true(screen_has(screen, UUID(LATER)));
    assert_false(screen_raw_has(screen, DESK_KEY));
    assert_int_equal(deletes(desk), 1);
}

/* ---- What goes wrong */

static void assert_fails(struct desk *desk, int status, const char *code, const char *sentence)
{
    struct screen *screen = stand_on_later(desk, 24, 140);
    server_on(desk->server, "DELETE", LATER_PATH,
              ANSWER_MADE(status, contract_error(code, sentence, "req_78")));
    ask(screen, "X");
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "revoke of " LATER " failed"));
    assert_true(screen_wait(screen, sentence));
    assert_true(screen_wait(screen, "req_78"));
    assert_true(desk_row_says(screen, LATER, "✗ active"));
    assert_true(desk_row_says(screen, LATER, "2h03m"));
    assert_false(screen_has(screen, "1 failed"));
    screen_keys(screen, "<Esc>");
    assert_true(desk_row_says(screen, LATER, "● active"));
    assert_true(desk_row_says(screen, LATER, "active"));
    assert_int_equal(deletes(desk), 1);
    desk_quit(desk);
    assert_int_equal(deletes(desk), 1);
}

/* Whatever the line for messages says by then. */
static void test_a_failed_row_is_dismissed(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 140);
    server_on(desk->server, "DELETE", LATER_PATH,
              ANSWER_MADE(403, contract_error("auth.forbidden", "not yours", "req_78")));
    ask(screen, "X");
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "revoke of " LATER " failed"));
    screen_keys(screen, "t");
    assert_true(screen_wait_gone(screen, "revoke of " LATER " failed"));
    assert_true(desk_row_says(screen, LATER, "✗ active"));
    assert_true(screen_wait_row(screen, -1, "Esc dismiss"));
    screen_keys(screen, "<Esc>");
    assert_true(desk_row_says(screen, LATER, "● active"));
}

static void test_forbidden_revoke(void **state)
{
    assert_fails(*state, 403, "auth.forbidden", "this key may not");
}

static void test_refused_revoke(void **state)
{
    assert_fails(*state, 400, "request.invalid", "no such thing");
}

/* Somebody else was quicker: that is success, once a list agrees. */
static void test_gone_is_done(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 140);
    server_on(desk->server, "DELETE", LATER_PATH,
              ANSWER_MADE(404, contract_error("connection.not_found", "no such one", "req_79")));
    server_on(desk->server, "GET", NIGHTLY_LEASES,
              ANSWER_JSON(200, "{\"connections\":[]}", .hold = true));
    ask(screen, "X");
    screen_keys(screen, "y");
    assert_true(desk_row_says(screen, LATER, "gone?"));
    server_on(desk->server, "GET", NIGHTLY_LEASES, ANSWER_JSON(200, "{\"connections\":[]}"));
    server_release(desk->server, "GET", "**");
    assert_true(screen_wait_gone(screen, "gone?"));
    assert_true(screen_wait(screen, LATER " is gone: the server does not know it"));
    assert_false(screen_has(screen, "revoked " LATER));
    desk_quit(desk);
}

static void test_rate_limited_revoke_waits(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = stand_on_later(desk, 24, 140);
    server_on(desk->server, "DELETE", LATER_PATH,
              ANSWER_JSON(429, "{}", .headers = "Retry-After: 2\r\n"));
    ask(screen, "X");
    screen_keys(screen, "y");
    assert_true(desk_row_says(screen, LATER, "waiting"));
    desk_revokes(desk, UUID(LATER));
    assert_true(desk_row_says(screen, LATER, "revoked"));
    assert_int_equal(deletes(desk), 2);
}

/* ---- Where it is off */

static void test_it_says_why_not(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = revoke_later(desk);
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "being revoked already"));
    screen_keys(screen, "u");
    assert_true(screen_wait(screen, "undone"));
    screen_keys(screen, "Gx");
    assert_true(screen_wait(screen, "ended already"));
    screen_keys(screen, "2x");
    assert_true(screen_wait(screen, "leases are revoked, not runtimes"));
    assert_false(screen_has(screen, "Cancel"));
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_the_line_counts_the_undo),
        AT_DESK(test_the_box_names_what_it_will_end),
        AT_DESK(test_what_does_not_confirm),
        AT_DESK(test_letters_and_pastes_do_not_confirm),
        AT_DESK(test_keys_typed_ahead_do_not_confirm),
        AT_DESK(test_focus_is_what_is_pressed),
        AT_DESK(test_the_target_is_fixed),
        AT_DESK(test_the_box_says_when_its_lease_is_gone),
        AT_DESK(test_the_grace_counts_down_and_one_delete_goes_out),
        AT_DESK(test_undone_is_never_sent),
        AT_DESK(test_undone_at_once),
        AT_DESK(test_without_grace),
        AT_DESK(test_quitting_sends_it),
        AT_DESK(test_term_sends_it),
        AT_DESK(test_hup_sends_it),
        AT_DESK(test_closed_terminal_sends_it),
        AT_DESK(test_quitting_while_the_server_hangs),
        AT_DESK(test_a_failed_row_is_dismissed),
        AT_DESK(test_forbidden_revoke),
        AT_DESK(test_refused_revoke),
        AT_DESK(test_gone_is_done),
        AT_DESK(test_rate_limited_revoke_waits),
        AT_DESK(test_it_says_why_not),
    };
    return cmocka_run_group_tests_name("revoke", tests, NULL, NULL);
}
