/* How things stand with the server: each state with its chip, its sentence, the last good rows, and
 * the way out of it. */
#include "tests/screen/desk.h"

static const char *const lists[] = {"/v1/spaces", "/v1/spaces/" OPS "/runtimes", CHECKOUT_LEASES,
                                    NIGHTLY_LEASES, CONNECTIONS(OPS, AGENTS)};

/* Its body is text that is not taken: it is given more than once. */
static void answer_all(struct desk *desk, struct answer answer)
{
    for (size_t i = 0; i < COUNT(lists); i++)
        server_on(desk->server, "GET", lists[i], answer);
}

/* What was there is there. */
static void assert_rows_stay(struct screen *screen)
{
    static const char *const ids[] = {SOON, LATER, ENDLESS};
    for (size_t i = 0; i < COUNT(ids); i++)
        if (!screen_has(screen, ids[i]))
            fail_msg("%s is gone", ids[i]);
}

/* The trouble ends: so does its chip, at the next try. */
static void assert_recovers(struct desk *desk, const char *chip)
{
    desk_publish(desk);
    screen_keys(desk->screen, "r");
    assert_true(screen_wait_gone(desk->screen, chip));
    assert_true(screen_wait(desk->screen, "0s ago"));
    assert_rows_stay(desk->screen);
}

static void assert_state(struct desk *desk, const char *chip, const char *word)
{
    assert_true(screen_wait(desk->screen, chip));
    assert_true(screen_wait(desk->screen, word));
    assert_rows_stay(desk->screen);
}

/* ---- The server as a whole */

static void test_offline(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    server_down(desk->server);
    assert_state(desk, "[offline]", "refused");
    assert_true(screen_wait(screen, "next try in"));
    assert_true(screen_wait(screen, "~2h0"));
    server_up(desk->server);
    assert_recovers(desk, "[offline]");
    assert_true(screen_wait_gone(screen, "~"));
}

/* Nothing came yet: why stands in the middle, and it goes on by itself. */
static void test_offline_from_the_start(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    server_down(desk->server);
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "[offline]"));
    assert_true(screen_wait_row(screen, 11, "refused"));
    assert_false(screen_has(screen, "no leases"));
    server_up(desk->server);
    assert_true(screen_wait(screen, SOON));
    assert_true(screen_wait_gone(screen, "[offline]"));
}

/* It takes connections and says nothing. */
static void test_a_server_that_hangs(void **state)
{
    struct desk *desk = *state;
    answer_all(desk, ANSWER_NEVER);
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "loading"));
    assert_true(server_wait(desk->server, "GET", "/v1/spaces", 1, DESK_PATIENCE_MS));
    assert_false(screen_has(screen, "no leases"));
    assert_true(screen_wait(screen, "timeout"));
    assert_true(screen_wait(screen, "no answer in time"));
    desk_serve(desk);
    screen_keys(screen, "r");
    assert_true(screen_wait(screen, SOON));
    assert_true(screen_wait_gone(screen, "timeout"));
}

/* The same with rows on the screen: it is not the lists one by one that are at fault. */
static void test_a_server_that_begins_to_hang(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    answer_all(desk, ANSWER_NEVER);
    assert_true(screen_wait(screen, "[timeout]"));
    assert_true(screen_wait(screen, "127.0.0.1"));
    assert_true(screen_wait(screen, ": no answer in time"));
    assert_true(screen_wait(screen, "last answer"));
    assert_rows_stay(screen);
    desk_publish(desk);
    screen_keys(screen, "r");
    assert_true(screen_wait_gone(screen, "timeout]"));
}

static bool counts_below(struct screen *screen, void *context)
{
    int *below = context;
    const char *chip = strstr(screen_row(screen, 0), "[rate-limited ");
    int left = chip == NULL ? 0 : atoi(chip + strlen("[rate-limited "));
    if (left == 0 || left >= *below)
        return false;
    *below = left;
    return true;
}

static void test_rate_limit_counts_down_and_binds_refresh(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    answer_all(desk, ANSWER_JSON(429, "{\"error\":\"slow down\",\"code\":\"rate_limited\"}",
                                 .headers = "Retry-After: 1000\r\n"));
    assert_state(desk, "[rate-limited ", "asked to wait");
    int left = 1001;
    /* What was under way with the first has arrived when the wait has counted down once. */
    for (int i = 0; i < 2; i++)
        assert_true(screen_wait_until(screen, counts_below, &left, "the wait counting down"));
    size_t asked = server_count(desk->server, "*", "**");
    screen_keys(screen, "r");
    for (int i = 0; i < 2; i++)
        assert_true(screen_wait_until(screen, counts_below, &left, "the wait counting down"));
    assert_int_equal(server_count(desk->server, "*", "**"), asked);
    /* It is told by the sentence that counts, not by one that stands still. */
    assert_false(screen_has(screen, "asked to wait 9"));
    assert_true(screen_wait(screen, "asked to wait, 9"));
    assert_rows_stay(screen);
}

/* Where there is little room the chip keeps its number, the sentence has a line, and the footer its
 * own. */
static void test_rate_limit_in_little_room(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 10, 40);
    answer_all(desk, ANSWER_JSON(429, "{}", .headers = "Retry-After: 1000\r\n"));
    assert_true(screen_wait_row(screen, 0, "limited 9"));
    assert_non_null(strstr(screen_row(screen, 0), "s]"));
    assert_true(screen_wait_row(screen, -2, "rate-limited: the server asked"));
    assert_non_null(strstr(screen_row(screen, -1), "q quit"));
    assert_true(screen_has(screen, SOON));
}

static bool age_warns(struct screen *screen, void *context)
{
    (void)context;
    int row, age, latency;
    if (!screen_find(screen, "s ago", &row, &age) || !screen_find(screen, "ms ", &row, &latency))
        return false;
    struct cell one = screen_cell(screen, row, age), other = screen_cell(screen, row, latency);
    return one.fg.kind != other.fg.kind || one.fg.index != other.fg.index;
}

/* What happens is learned from the lists of leases: their age is that of the view of events,
 * however fresh the list of spaces is. */
static void test_age_of_events(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    screen_keys(screen, "3");
    assert_true(screen_wait(screen, "no events"));
    assert_false(age_warns(screen, NULL));
    server_on(desk->server, "GET", CHECKOUT_LEASES, ANSWER_NEVER);
    server_on(desk->server, "GET", NIGHTLY_LEASES, ANSWER_NEVER);
    assert_true(screen_wait_until(screen, age_warns, NULL, "an age that warns"));
}

static void test_rate_limit_ends_by_itself(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    answer_all(desk, ANSWER_JSON(429, "{}", .headers = "Retry-After: 2\r\n"));
    assert_true(screen_wait(screen, "[rate-limited "));
    desk_publish(desk);
    assert_true(screen_wait_gone(screen, "[rate-limited "));
    assert_rows_stay(screen);
}

static void test_server_error(void **state)
{
    struct desk *desk = *state;
    desk_watch(desk, 24, 140);
    answer_all(desk, ANSWER_JSON(500, "{\"error\":\"it broke\",\"code\":\"server.error\","
                                      "\"requestId\":\"req_500\"}"));
    assert_state(desk, "server error]", "it broke");
    assert_true(screen_wait(desk->screen, "req_500"));
    assert_recovers(desk, "server error]");
}

/* What has no room in one row takes more: the end of a sentence is where its reason stands. */
static void test_sentences_are_whole(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    answer_all(desk, ANSWER_JSON(401, "{\"error\":\"this key was withdrawn\","
                                      "\"requestId\":\"req_401\"}"));
    screen_keys(screen, "r");
    assert_state(desk, "[unauthorised]", "K takes another key");
    assert_true(screen_wait(screen, "withdrawn (request req_401)"));
    assert_true(screen_wait_row(screen, -1, "q quit")); /* and the keys are still there */
}

/* ---- One list only */

static void assert_one_list_fails(struct desk *desk, struct answer answer, const char *chip,
                                  const char *word)
{
    struct screen *screen = desk_watch(desk, 24, 140);
    server_on(desk->server, "GET", NIGHTLY_LEASES, answer);
    assert_state(desk, chip, word);
    assert_true(screen_wait(screen, "nightly: "));
    assert_recovers(desk, chip);
}

static void test_forbidden_is_one_runtimes(void **state)
{
    assert_one_list_fails(
        *state,
        ANSWER_MADE(403, contract_error("permission.denied", "not your runtime", "req_403")),
        "[forbidden]", "not your runtime");
}

static bool is_older(struct screen *screen, void *context)
{
    const char *ago = strstr(screen_row(screen, 0), "s ago");
    return ago != NULL && ago[-1] >= *(const char *)context;
}

/* Only the rows of that one are old. */
static void test_stale_is_one_runtimes(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    server_on(desk->server, "GET", NIGHTLY_LEASES, ANSWER_STATUS(403));
    assert_true(desk_row_says(screen, LATER, "~2h0"));
    assert_null(strchr(screen_row(screen, desk_row(screen, SOON)), '~'));
    /* The header's age is that of the oldest on the screen; without it, of what is. */
    assert_true(screen_wait_until(screen, is_older, &(char){'3'}, "3s ago"));
    screen_keys(screen, "/checkout<Enter>");
    assert_true(screen_wait_row(screen, 0, "0s ago"));
}

static void test_quota(void **state)
{
    assert_one_list_fails(
        *state, ANSWER_MADE(402, contract_error("billing.unpaid", "pay first", "req_402")),
        "[quota]", "pay first");
}

static void test_not_found(void **state)
{
    assert_one_list_fails(
        *state, ANSWER_MADE(404, contract_error("runtime.not_found", "no such one", "req_404")),
        "[not found]", "no such one");
}

static void test_not_json(void **state)
{
    assert_one_list_fails(*state, ANSWER_TEXT(200, "text/plain", "hello"), "[unreadable]",
                          "not JSON");
}

static void test_a_page_instead_of_an_answer(void **state)
{
    assert_one_list_fails(*state,
                          ANSWER_TEXT(200, "text/html", "<!DOCTYPE html><title>Sign in</title>"),
                          "[unreadable]", "not JSON");
}

static void test_several_are_counted(void **state)
{
    struct desk *desk = *state;
    desk_watch(desk, 24, 140);
    server_on(desk->server, "GET", NIGHTLY_LEASES, ANSWER_STATUS(403));
    server_on(desk->server, "GET", CHECKOUT_LEASES, ANSWER_STATUS(500));
    assert_state(desk, " +1]", ": ");
    server_on(desk->server, "GET", CHECKOUT_LEASES, ANSWER_STATUS(403));
    assert_state(desk, "[2 forbidden]", ": ");
    assert_recovers(desk, " forbidden]");
}

/* ---- Chosen by the operator */

static void test_paused(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    screen_keys(screen, "Z");
    assert_state(desk, "[paused]", "Z resumes");
    /* What was on its way arrives. */
    assert_true(screen_wait_until(screen, is_older, &(char){'2'}, "2s ago"));
    size_t asked = server_count(desk->server, "*", "**");
    assert_true(screen_wait_until(screen, is_older, &(char){'4'}, "4s ago"));
    assert_int_equal(server_count(desk->server, "*", "**"), asked);
    assert_rows_stay(screen);
    screen_keys(screen, "<Esc>r");
    assert_true(screen_wait(screen, "refresh: asking is paused: Z resumes"));
    screen_keys(screen, "Z");
    assert_true(screen_wait_gone(screen, "[paused]"));
    assert_true(screen_wait(screen, "0s ago"));
}

static void test_read_only(void **state)
{
    static const char *const keys[] = {"n", "x", "X", "<F9>"};
    struct desk *desk = *state;
    desk_serve(desk);
    struct screen *screen = desk_open(desk, 60, 140, WORDS("--read-only"), NULL);
    assert_true(screen_wait(screen, SOON));
    assert_true(screen_wait(screen, "[read-only]"));
    for (size_t i = 0; i < COUNT(keys); i++) {
        screen_keys(screen, keys[i]);
        assert_true(screen_wait(screen, "this is read-only"));
        assert_false(screen_has(screen, "Cancel"));
        screen_keys(screen, "<Esc>");
        assert_true(screen_wait_gone(screen, "this is read-only"));
    }
    screen_keys(screen, "?");
    assert_true(screen_wait(screen, "off: read-only"));
    screen_keys(screen, "<Esc>r");
    assert_true(screen_wait(screen, "asking"));
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

/* The footer names what can be done here and now, and nothing else. */
static void test_footer_leaves_out_what_is_off(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 140);
    assert_true(screen_wait(screen, "n new") && screen_wait(screen, "x revoke"));
    assert_false(screen_has(screen, "c copy") || screen_has(screen, "u undo"));
    screen_keys(screen, "G"); /* one that has ended */
    assert_true(screen_wait_gone(screen, "x revoke") && screen_has(screen, "n new"));
    screen_keys(screen, "2G"); /* a runtime that is stopped */
    assert_true(screen_wait(screen, "Enter leases") && screen_wait_gone(screen, "n new"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_offline),
        AT_DESK(test_offline_from_the_start),
        AT_DESK(test_a_server_that_hangs),
        AT_DESK(test_a_server_that_begins_to_hang),
        AT_DESK(test_rate_limit_counts_down_and_binds_refresh),
        AT_DESK(test_rate_limit_in_little_room),
        AT_DESK(test_age_of_events),
        AT_DESK(test_rate_limit_ends_by_itself),
        AT_DESK(test_server_error),
        AT_DESK(test_sentences_are_whole),
        AT_DESK(test_forbidden_is_one_runtimes),
        AT_DESK(test_stale_is_one_runtimes),
        AT_DESK(test_quota),
        AT_DESK(test_not_found),
        AT_DESK(test_not_json),
        AT_DESK(test_a_page_instead_of_an_answer),
        AT_DESK(test_several_are_counted),
        AT_DESK(test_paused),
        AT_DESK(test_read_only),
        AT_DESK(test_footer_leaves_out_what_is_off),
    };
    return cmocka_run_group_tests_name("states", tests, NULL, NULL);
}
