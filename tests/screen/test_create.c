/* Making a lease: the form, one POST, and everything that can become of it. */
#include "tests/screen/desk.h"

static const struct contract_lease fresh = {
    .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 1, .left_s = 3600};

#define ENDPOINT "wss://live.example.test/" UUID(FRESH) "?token=shown-once"

static struct screen *open_form(struct desk *desk, int rows, int cols)
{
    struct screen *screen = desk_watch(desk, rows, cols);
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "new lease"));
    assert_true(screen_wait(screen, "Create"));
    return screen;
}

/* ---- The usual way */

static void test_enter_makes_one_with_the_defaults(void **state)
{
    struct desk *desk = *state;
    desk_creates(desk, &fresh);
    struct screen *screen = open_form(desk, 24, 100);
    assert_true(screen_wait(screen, "checkout") && screen_wait(screen, "cdp") &&
                screen_wait(screen, "1h"));
    assert_true(screen_wait(screen, "key …" DESK_TAIL));
    screen_keys(screen, "<Enter>");
    assert_true(desk_selects(screen, FRESH));
    assert_true(desk_row_says(screen, FRESH, "active"));
    assert_true(desk_row_says(screen, FRESH, "websocket"));
    assert_true(desk_row_says(screen, FRESH, "held"));
    assert_true(screen_wait(screen, "created " FRESH));
    assert_true(screen_wait(screen, "is shown once: c copies it, v shows it"));
    /* In its place at once: no order is held against who asked for it. */
    assert_true(desk_row(screen, FRESH) < desk_row(screen, ENDLESS));
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
    const struct request *post = server_last(desk->server, "POST", CHECKOUT_LEASES);
    assert_non_null(post);
    assert_string_equal(post->body, "{\"protocol\":\"cdp\",\"ttlSeconds\":3600}");
    assert_string_equal(request_header(post, "Content-Type"), "application/json");
    assert_false(screen_raw_has(screen, "shown-once"));
}

/* The cursor goes from the create to its lease in one step: a key that comes at once is about it.
 */
static void test_a_key_at_once_is_about_the_new_one(void **state)
{
    struct desk *desk = *state;
    desk_creates(desk, &fresh);
    struct screen *screen = open_form(desk, 24, 140);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, FRESH));
    screen_keys(screen, "Y");
    assert_true(screen_wait(screen, "playwright"));
}

/* Space steps through lives that are usual; any other can be typed. */
static void test_usual_lives(void **state)
{
    static const char *const lives[] = {"2h", "15m", "30m", "1h"};
    struct desk *desk = *state;
    desk_creates(desk, &fresh);
    struct screen *screen = open_form(desk, 24, 140);
    assert_true(desk_row_says(screen, "lives for", "1m to 2h, Space steps"));
    screen_keys(screen, "<Up><Up><Up>"); /* from the buttons past copy and options */
    for (size_t i = 0; i < COUNT(lives); i++) {
        screen_keys(screen, "<Space>");
        assert_true(desk_row_says(screen, "lives for", lives[i]));
    }
    screen_keys(screen, "<Space><C-u><Space>");
    assert_true(desk_row_says(screen, "lives for", "15m"));
    /* What is typed goes in the place of what was offered; a blank behind it changes nothing. */
    screen_keys(screen, "90s<Space><Enter>");
    assert_true(screen_wait(screen, "created " FRESH));
    assert_string_equal(server_last(desk->server, "POST", CHECKOUT_LEASES)->body,
                        "{\"protocol\":\"cdp\",\"ttlSeconds\":90}");
}

/* The keys that are told do it with the lease under the cursor: they go when that is another one.
 */
static void test_what_is_told_of_keys_is_of_the_cursor(void **state)
{
    struct desk *desk = *state;
    desk_creates(desk, &fresh);
    struct screen *screen = open_form(desk, 24, 140);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "shown once: c copies it, v shows it"));
    screen_keys(screen, "g");
    assert_true(desk_selects(screen, SOON));
    assert_true(screen_wait_gone(screen, "c copies it"));
    assert_true(screen_has(screen, "created " FRESH "; its endpoint is shown once"));
}

/* A revoke that is refused keeps row, secret and reason. */
static void test_a_refused_revoke_keeps_the_secret(void **state)
{
    struct desk *desk = *state;
    desk_creates(desk, &fresh);
    struct screen *screen = open_form(desk, 24, 140);
    screen_keys(screen, "<Enter>");
    assert_true(desk_selects(screen, FRESH) && desk_row_says(screen, FRESH, "held"));
    server_on(desk->server, "DELETE", "**",
              ANSWER_MADE(403, contract_error("permission.denied", "not yours", "req_80")));
    screen_keys(screen, "X");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "not yours (request req_80)"));
    assert_true(desk_row_says(screen, FRESH, "held") && desk_row_says(screen, FRESH, "active"));
    screen_keys(screen, "<Enter>");
    assert_true(desk_row_says(screen, "failed: ", "HTTP 403"));
}

static void test_the_answer_carries_no_endpoint(void **state)
{
    struct contract_lease bare = fresh;
    struct desk *desk = *state;
    bare.endpoint = "null";
    desk_creates(desk, &bare);
    struct screen *screen = open_form(desk, 24, 140);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "created " FRESH ", but the answer carried no endpoint"));
    assert_true(desk_row_says(screen, FRESH, "lost"));
    assert_true(desk_selects(screen, FRESH));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "its endpoint never arrived"));
}

/* The runtime under the cursor is the one that is offered. */
static void test_the_runtime_under_the_cursor(void **state)
{
    struct contract_lease made = fresh;
    struct desk *desk = *state;
    made.runtime = NIGHTLY;
    desk_creates(desk, &made);
    struct screen *screen = desk_watch(desk, 24, 100);
    screen_keys(screen, "2jn");
    assert_true(screen_wait(screen, "Create"));
    assert_true(screen_wait(screen, "< nightly >"));
    screen_keys(screen, "<Enter>1");
    assert_true(desk_row_says(screen, FRESH, "nightly"));
    assert_int_equal(server_count(desk->server, "POST", NIGHTLY_LEASES), 1);
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
}

static void test_on_a_stopped_runtime_it_says_why_not(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 100);
    screen_keys(screen, "2jjn");
    assert_true(screen_wait(screen, "not active"));
    assert_false(screen_has(screen, "Create"));
    assert_int_equal(server_count(desk->server, "POST", "**"), 0);
}

/* Options are sent as they were typed, once they are a JSON object. */
static void test_options(void **state)
{
    struct desk *desk = *state;
    desk_creates(desk, &fresh);
    struct screen *screen = open_form(desk, 24, 100);
    screen_keys(screen, "<Tab><Tab><Tab><Tab><Tab>[1]<Enter>");
    assert_true(screen_wait(screen, "the options are not a JSON object"));
    assert_int_equal(server_count(desk->server, "POST", "**"), 0);
    screen_keys(screen, "<C-u>{\"a\": [1, true]}<Enter>");
    assert_true(desk_selects(screen, FRESH));
    const struct request *post = server_last(desk->server, "POST", CHECKOUT_LEASES);
    assert_string_equal(post->body, "{\"protocol\":\"cdp\",\"ttlSeconds\":3600,\"options\":{"
                                    "\"a\":[1,true]}}");
}

/* Chosen by typing how it begins, or by what is in it; the time in words. */
static void test_the_form_is_filled_by_typing(void **state)
{
    struct contract_lease made = fresh;
    struct desk *desk = *state;
    made.runtime = NIGHTLY;
    desk_creates(desk, &made);
    struct screen *screen = open_form(desk, 24, 100);
    screen_keys(screen, "<Tab><Tab>ght");
    assert_true(screen_wait(screen, "< nightly >"));
    screen_keys(screen, "<BS><BS><BS>ch");
    assert_true(screen_wait(screen, "< checkout >"));
    screen_keys(screen, "<Right>");
    assert_true(screen_wait(screen, "< nightly >"));
    screen_keys(screen, "<Down><Down><C-u>1h30m");
    assert_true(screen_wait(screen, "1h30m"));
    screen_keys(screen, "<Enter>");
    assert_true(desk_selects(screen, FRESH));
    const struct request *post = server_last(desk->server, "POST", NIGHTLY_LEASES);
    assert_non_null(post);
    assert_string_equal(post->body, "{\"protocol\":\"cdp\",\"ttlSeconds\":5400}");
}

/* No letter that is typed into it is a command, and the stopped runtime cannot be chosen. */
static void test_letters_in_the_form_are_text(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_form(desk, 24, 100);
    screen_keys(screen, "<Tab><Tab>agents");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Tab><Tab>qyn");
    assert_true(screen_wait(screen, "qyn"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "Create"));
    assert_int_equal(server_count(desk->server, "POST", "**"), 0);
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

static void test_a_time_that_the_server_would_refuse(void **state)
{
    static const char *const times[] = {"59", "7201", "3h", "soon", "1h1", "-5m", "x"};
    struct desk *desk = *state;
    struct screen *screen = open_form(desk, 24, 100);
    screen_keys(screen, "<Tab><Tab><Tab><Tab>");
    for (size_t i = 0; i < COUNT(times); i++) {
        screen_keys(screen, "<C-u>");
        assert_true(screen_wait_gone(screen, "give a time from 1m to 2h"));
        screen_keys(screen, times[i]);
        screen_keys(screen, "<Enter>");
        assert_true(screen_wait(screen, "give a time from 1m to 2h"));
        assert_true(screen_wait(screen, "Create"));
    }
    assert_int_equal(server_count(desk->server, "POST", "**"), 0);
    desk_creates(desk, &fresh);
    screen_keys(screen, "<C-u>60<Enter>");
    assert_true(desk_selects(screen, FRESH));
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
}

static void test_cancelling_sends_nothing(void **state)
{
    static const char *const ways[] = {"<Esc>", "<Tab><Enter>", "<Right><Space>", "n"};
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 100);
    for (size_t i = 0; i < COUNT(ways); i++) {
        screen_keys(screen, "n");
        assert_true(screen_wait(screen, "Create"));
        screen_keys(screen, ways[i]);
        assert_true(screen_wait_gone(screen, "Create"));
    }
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

static void test_copy_at_once(void **state)
{
    struct desk *desk = *state;
    desk_creates(desk, &fresh);
    struct screen *screen = open_form(desk, 24, 100);
    screen_keys(screen, "<S-Tab>");
    screen_keys(screen, "yes<Enter>");
    assert_true(screen_wait_raw(screen, "\033]52;c;"));
    assert_true(screen_wait(screen, "OSC 52"));
    char *copied = screen_clipboard(screen);
    assert_non_null(copied);
    assert_string_equal(copied, ENDPOINT);
    free(copied);
}

static void test_an_empty_table_makes_one_too(void **state)
{
    struct desk *desk = *state;
    desk_serve_leases(desk, LEASES({.id = NULL}));
    desk_creates(desk, &fresh);
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "n makes one"));
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "Create"));
    /* Which runtime is asked, and letters are its name at once. */
    screen_keys(screen, "night");
    assert_true(screen_wait(screen, "< nightly"));
    screen_keys(screen, "<C-h><C-h><C-h><C-h><C-h>check");
    assert_true(screen_wait(screen, "< checkout"));
    screen_keys(screen, "<Enter>");
    assert_true(desk_selects(screen, FRESH));
}

/* What is more urgent stays in sight: the table scrolls to the new row and no further. */
static void test_it_scrolls_no_further_than_it_must(void **state)
{
    struct desk *desk = *state;
    struct contract_lease leases[DESK_LEASES] = {{.id = NULL}};
    char ids[14][40];
    for (int i = 0; i < 14; i++) {
        snprintf(ids[i], sizeof ids[i], "c0ffee%02d-0000-4000-8000-000000000000", i);
        leases[i] =
            (struct contract_lease){.id = ids[i], .runtime = CHECKOUT, .left_s = 1000 + i * 300};
    }
    desk_serve_leases(desk, leases);
    desk_creates(desk, &fresh);
    struct screen *screen = desk_open(desk, 12, 80, NULL, NULL);
    assert_true(screen_wait(screen, "c0ffee00"));
    screen_keys(screen, "n<Enter>");
    assert_true(desk_selects(screen, FRESH) && desk_row_says(screen, FRESH, "active"));
    assert_int_equal(desk_row(screen, FRESH) - 1, desk_row(screen, "c0ffee08"));
    assert_true(screen_has(screen, "c0ffee03"));
    assert_false(screen_has(screen, "c0ffee09"));
}

/* It is on its way: there is a row for it, and no second one is made by impatience. */
static void test_creating_is_shown(void **state)
{
    struct desk *desk = *state;
    desk_creates(desk, &fresh);
    server_on(desk->server, "POST", CHECKOUT_LEASES, ANSWER_STATUS(500, .hold = true));
    struct screen *screen = open_form(desk, 24, 100);
    screen_keys(screen, "<Enter>");
    assert_true(server_wait_held(desk->server, 1, DESK_PATIENCE_MS));
    assert_true(screen_wait(screen, "creating"));
    assert_true(screen_wait(screen, "1 pending"));
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
}

/* ---- What goes wrong */

static void assert_refused(struct desk *desk, int status, const char *code, const char *sentence)
{
    server_on(desk->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(status, contract_error(code, sentence, "req_77")));
    struct screen *screen = open_form(desk, 24, 140);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "create failed"));
    assert_true(screen_wait(screen, sentence));
    assert_true(screen_wait(screen, code));
    assert_true(screen_wait(screen, "req_77"));
    assert_true(screen_wait(screen, "1 failed"));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "it was not created"));
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "there is nothing to revoke, and Esc drops its row"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "1 failed"));
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
    desk_quit(desk);
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
}

static void test_busy_runtime(void **state)
{
    assert_refused(*state, 409, "runtime.controller_busy", "another controller holds it");
}

static void test_quota_of_leases(void **state)
{
    assert_refused(*state, 402, "browser.concurrent_quota_exceeded", "too many browsers");
}

static void test_request_that_is_refused(void **state)
{
    assert_refused(*state, 400, "request.invalid", "ttlSeconds is not right");
}

/* The connection is cut when the request has arrived: nobody knows, until the next list. */
/* The first is answered when the second has failed: that one's bad news stays to be read. */
static void test_good_news_of_an_older_one(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    server_on(desk->server, "POST", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_created(server_now(desk->server), &fresh), .hold = true));
    server_on(desk->server, "POST", NIGHTLY_LEASES,
              ANSWER_MADE(402, contract_error("billing.required", "pay first", "req-1")));
    screen_keys(screen, "gn");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>");
    assert_true(server_wait_held(desk->server, 1, DESK_PATIENCE_MS));
    screen_keys(screen, "gj");
    assert_true(desk_selects(screen, LATER));
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "create failed: HTTP 402"));
    server_release(desk->server, "POST", "**");
    assert_true(desk_row_says(screen, FRESH, "held"));
    assert_true(screen_has(screen, "create failed: HTTP 402"));
    assert_false(screen_has(screen, "created " FRESH));
}

static void test_lost_answer_is_found_by_the_list(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    server_on(desk->server, "POST", CHECKOUT_LEASES, ANSWER_NOTHING);
    server_then(desk->server, "GET", CHECKOUT_LEASES,
                ANSWER_MADE(200, contract_leases(server_now(desk->server), LEASES({.id = NULL}))));
    struct screen *screen = desk_open(desk, 24, 140, NULL, NULL);
    assert_true(screen_wait(screen, LATER));
    screen_keys(screen, "2n");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>1");
    assert_true(server_wait(desk->server, "POST", "**", 1, DESK_PATIENCE_MS));
    assert_true(screen_wait(screen, "not known whether"));
    assert_true(desk_row_says(screen, "checkout", "unknown"));
    server_on(
        desk->server, "GET", CHECKOUT_LEASES,
        ANSWER_MADE(200, contract_leases(server_now(desk->server), LEASES({.id = UUID(FRESH),
                                                                           .runtime = CHECKOUT,
                                                                           .age_s = -1,
                                                                           .left_s = 3600}))));
    assert_true(desk_row_says(screen, "cdp", " lost"));
    assert_true(screen_wait(screen, "x revokes it"));
    assert_true(screen_wait_gone(screen, "unknown"));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "its endpoint never arrived"));
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
}

/* A kept connection that is closed under the request makes HTTP libraries send it again. */
static void test_one_post_on_a_connection_that_dies(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    char *body = contract_leases(server_now(desk->server),
                                 LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .left_s = 600}));
    server_on(desk->server, "GET", CHECKOUT_LEASES, ANSWER_MADE(200, body, .end = END_NEXT));
    server_on(desk->server, "POST", CHECKOUT_LEASES, ANSWER_NOTHING);
    struct screen *screen = desk_open(desk, 24, 140, WORDS("--interval", "60"), NULL);
    assert_true(screen_wait(screen, SOON));
    assert_true(screen_wait(screen, LATER));
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "not known whether"));
    screen_keys(screen, "q");
    screen_wait_exit(screen);
    assert_int_equal(server_count(desk->server, "POST", "**"), 1);
}

/* Where the ground, or the line, of a setting ends: the first cell that is not as the one to its
 * left, from behind its label on. */
static int setting_end(struct screen *screen, const char *label)
{
    int row = desk_row(screen, label), column = 24;
    struct cell first = screen_cell(screen, row, column);
    for (; column < 79; column++) {
        struct cell cell = screen_cell(screen, row, column);
        if (memcmp(&cell.bg, &first.bg, sizeof cell.bg) != 0 || cell.underline != first.underline)
            break;
    }
    return column;
}

/* Whether a theme paints a ground below them or a line, and which one has the focus. */
static void test_settings_end_at_one_column(void **state)
{
    static const char *const themes[] = {"default", "light", "nord", "mono", "high-contrast"};
    static const char *const labels[] = {"protocol", "options", "copy  "};
    struct desk *desk = *state;
    desk_serve(desk);
    for (size_t i = 0; i < COUNT(themes); i++) {
        struct screen *screen = desk_open(desk, 24, 80, WORDS("--theme", themes[i]), NULL);
        assert_true(screen_wait(screen, SOON));
        screen_keys(screen, "n");
        assert_true(screen_wait(screen, "Create"));
        int end = setting_end(screen, "lives for");
        assert_in_range(end, 40, 70);
        for (size_t k = 0; k < COUNT(labels); k++)
            if (setting_end(screen, labels[k]) != end)
                fail_msg("%s, %s: %d, not %d", themes[i], labels[k], setting_end(screen, labels[k]),
                         end);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_enter_makes_one_with_the_defaults),
        AT_DESK(test_a_key_at_once_is_about_the_new_one),
        AT_DESK(test_usual_lives),
        AT_DESK(test_what_is_told_of_keys_is_of_the_cursor),
        AT_DESK(test_settings_end_at_one_column),
        AT_DESK(test_a_refused_revoke_keeps_the_secret),
        AT_DESK(test_the_answer_carries_no_endpoint),
        AT_DESK(test_the_runtime_under_the_cursor),
        AT_DESK(test_on_a_stopped_runtime_it_says_why_not),
        AT_DESK(test_options),
        AT_DESK(test_the_form_is_filled_by_typing),
        AT_DESK(test_letters_in_the_form_are_text),
        AT_DESK(test_a_time_that_the_server_would_refuse),
        AT_DESK(test_cancelling_sends_nothing),
        AT_DESK(test_copy_at_once),
        AT_DESK(test_an_empty_table_makes_one_too),
        AT_DESK(test_it_scrolls_no_further_than_it_must),
        AT_DESK(test_creating_is_shown),
        AT_DESK(test_busy_runtime),
        AT_DESK(test_quota_of_leases),
        AT_DESK(test_request_that_is_refused),
        AT_DESK(test_good_news_of_an_older_one),
        AT_DESK(test_lost_answer_is_found_by_the_list),
        AT_DESK(test_one_post_on_a_connection_that_dies),
    };
    return cmocka_run_group_tests_name("create", tests, NULL, NULL);
}
