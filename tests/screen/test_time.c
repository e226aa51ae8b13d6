/* Time on the screen: LEFT, LIFE, the age of what is shown, the server's clock. */
#include "tests/screen/desk.h"

/* MM:SS in this row as seconds; -1 where it is not. */
static int left_of(struct screen *screen, const char *lease)
{
    int row = desk_row(screen, lease), minutes, seconds;
    const char *colon = row < 0 ? NULL : strchr(screen_row(screen, row), ':');
    return colon != NULL && sscanf(colon - 2, "%2d:%2d", &minutes, &seconds) == 2
               ? minutes * 60 + seconds
               : -1;
}

struct countdown {
    const char *lease;
    int below;
};

static bool is_below(struct screen *screen, void *context)
{
    const struct countdown *countdown = context;
    int left = left_of(screen, countdown->lease);
    return left >= 0 && left < countdown->below;
}

/* Goes down three times, each time to what is left by the server's clock, or nearly. */
static void assert_counts(struct desk *desk, const char *lease, time_t expires)
{
    struct countdown countdown = {lease, 3600};
    for (int i = 0; i < 3; i++) {
        assert_true(screen_wait_until(desk->screen, is_below, &countdown, "LEFT going down"));
        countdown.below = left_of(desk->screen, lease);
        long off = countdown.below - (long)(expires - server_now(desk->server));
        if (off < -3 || off > 3)
            fail_msg("LEFT is off by %ld s", off);
    }
}

static bool is_old(struct screen *screen, void *context)
{
    const char *header = screen_row(screen, 0);
    const char *ago = strstr(header, "s ago");
    while (ago != NULL && ago > header && ago[-1] >= '0' && ago[-1] <= '9')
        ago--;
    return ago != NULL && atoi(ago) >= *(int *)context;
}

/* Until what is shown is so old, by the header. */
static bool wait_age(struct screen *screen, int age_s)
{
    return screen_wait_until(screen, is_old, &age_s, "an older age");
}

/* The server's clock is an hour ahead of this machine's: LEFT is the server's all the same. */
static void test_left_counts_by_the_servers_clock(void **state)
{
    struct desk *desk = *state;
    server_date(desk->server, DATE_OFFSET, 3600);
    time_t expires = server_now(desk->server) + 305;
    desk_serve_leases(desk, LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .left_s = 305}));
    struct screen *screen = desk_open(desk, 24, 140, NULL, NULL);
    assert_true(screen_wait(screen, SOON));
    assert_true(screen_wait(screen, "\u25cf active"));
    assert_counts(desk, SOON, expires);
    assert_true(desk_row_says(screen, SOON, "! expiring"));
    assert_true(screen_wait(screen, "1 expiring"));
    assert_true(screen_wait(screen, "next 04:5"));
    assert_true(screen_wait(screen, "skew +"));
}

static void test_skew_is_said_both_ways(void **state)
{
    struct desk *desk = *state;
    server_date(desk->server, DATE_OFFSET, -95);
    desk_serve(desk);
    struct screen *screen = desk_open(desk, 24, 140, NULL, NULL);
    assert_true(screen_wait(screen, "[skew -1m3"));
    assert_true(desk_row_says(screen, LATER, "2h03m"));
}

static void test_no_skew_no_chip(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 140);
    assert_true(screen_wait(screen, "0s ago"));
    assert_false(screen_has(screen, "skew"));
}

enum { QUIET_MS = 300 };

static int seconds_left(struct screen *screen, const char *lease)
{
    int minutes, seconds, row = desk_row(screen, lease);
    const char *colon = row >= 0 ? strchr(screen_row(screen, row), ':') : NULL;
    return colon != NULL && sscanf(colon - 2, "%d:%d", &minutes, &seconds) == 2
               ? minutes * 60 + seconds
               : -1;
}

/* Whatever part of a second each expiry has, all rows step at the same moment: how far they are
 * apart is the same in every frame, also in those that a key draws in between. */
static void test_rows_step_together(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    char *first = contract_time(server_now(desk->server) + 500);
    char *second = contract_time(server_now(desk->server) + 900);
    server_on(
        desk->server, "GET", CHECKOUT_LEASES,
        ANSWER_MADE(
            200, contract_format(
                     "{\"connections\":[{\"id\":\"" UUID(
                         SOON) "\",\"status\":"
                               "\"active\",\"protocol\":\"cdp\",\"expiresAt\":\"%.19s.250Z\"},"
                               "{\"id\":\"" UUID(
                                   ENDLESS) "\",\"status\":\"active\","
                                            "\"protocol\":\"cdp\",\"expiresAt\":\"%.19s.750Z\"}]}",
                     first, second)));
    free(first);
    free(second);
    struct screen *screen = desk_open(desk, 24, 140, NULL, NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, ENDLESS));
    int apart = seconds_left(screen, ENDLESS) - seconds_left(screen, SOON), steps = 0;
    for (int last = seconds_left(screen, SOON); steps < 3;) {
        screen_keys(screen, "jk");
        screen_poll(screen, 20);
        int now = seconds_left(screen, SOON);
        while (seconds_left(screen, ENDLESS) - now != apart && screen_poll(screen, QUIET_MS))
            now = seconds_left(screen, SOON); /* a frame may come in two pieces */
        assert_int_equal(seconds_left(screen, ENDLESS) - now, apart);
        steps += now != last;
        last = now;
    }
}

/* At zero it is not over before the server says so. */
static void test_the_server_has_the_last_word(void **state)
{
    struct desk *desk = *state;
    desk_serve_leases(desk, LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .left_s = 3}));
    struct screen *screen = desk_open(desk, 24, 100, NULL, NULL);
    assert_true(desk_row_says(screen, SOON, "expiring"));
    assert_true(desk_row_says(screen, SOON, "expired?"));
    assert_true(desk_row_says(screen, SOON, "00:00"));
    desk_serve_leases(
        desk, LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .left_s = -1, .status = "expired"}));
    assert_true(desk_row_says(screen, SOON, "expired "));
    assert_false(screen_has(screen, "expired?"));
    assert_true(screen_wait(screen, "1 ended"));
}

/* It is no longer listed: shown as ended, with what is known. */
static void test_what_vanishes_stays_for_a_while(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 100);
    desk_serve_leases(desk, LEASES({.id = UUID(LATER), .runtime = NIGHTLY, .left_s = 7425}));
    assert_true(desk_row_says(screen, SOON, "ended"));
    assert_true(desk_row_says(screen, ENDLESS, "ended"));
    assert_true(desk_row_says(screen, LATER, "active"));
    screen_keys(screen, "G<Enter>");
    assert_true(screen_wait(screen, "vanished"));
}

/* A space that is not listed any more says nothing of its leases: they are not called ended. */
static void test_a_space_that_is_gone(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    server_on(desk->server, "GET", "/v1/spaces", ANSWER_JSON(200, "{\"spaces\":[]}"));
    screen_keys(screen, "r");
    assert_true(screen_wait(screen, "[space gone]"));
    assert_true(desk_row_says(screen, LATER, "? unlisted"));
    assert_true(desk_row_says(screen, LATER, "~2h0"));
    assert_true(desk_row_says(screen, OVER, "revoked"));
    assert_true(screen_wait(screen, "whether what was leased there lives is not known"));
    assert_true(screen_wait(screen, "3 unknown"));
    screen_keys(screen, "gx");
    assert_true(screen_wait(screen, "its space is not listed any more, so nothing can be sent"));
}

/* Who looks at another window sees it there, also where the screen is too small for a table. */
static bool title_counts(struct screen *screen, void *context)
{
    (void)context;
    return strstr(screen_title(screen), "next 00:") != NULL;
}

static void test_title_says_what_is_near(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    assert_true(strncmp(screen_title(screen), "leasetop 127.0.0.1", 18) == 0);
    assert_null(strstr(screen_title(screen), "next"));
    desk_put(desk, &(struct contract_lease){.id = UUID(FRESH), .runtime = CHECKOUT, .left_s = 50});
    assert_true(screen_wait_until(screen, title_counts, NULL, "next 00: in the title"));
}

/* ---- LIFE */

/* Cells of the bar in this row that are drawn heavy, and how many there are. */
static void read_bar(struct screen *screen, const char *lease, int *whole, int *cells)
{
    int row = desk_row(screen, lease);
    assert_true(row >= 0);
    *whole = *cells = 0;
    for (int col = 0; col < screen_cols(screen); col++) {
        const struct cell cell = screen_cell(screen, row, col);
        bool heavy = strcmp(cell.text, "\u2501") == 0;
        *whole += heavy;
        *cells += heavy || strcmp(cell.text, "\u2500") == 0 || strcmp(cell.text, "\u257e") == 0;
    }
}

static void test_life_is_the_share_that_is_left(void **state)
{
    struct desk *desk = *state;
    desk_serve_leases(
        desk, LEASES({.id = UUID("a0000001"), .runtime = CHECKOUT, .age_s = 40000, .left_s = 40000},
                     {.id = UUID("a0000002"), .runtime = CHECKOUT, .age_s = 10, .left_s = 100000},
                     {.id = UUID("a0000003"), .runtime = CHECKOUT, .endless = true}));
    struct screen *screen = desk_open(desk, 24, 140, NULL, NULL);
    int whole, cells, row;
    assert_true(screen_wait(screen, "a0000003"));
    read_bar(screen, "a0000001", &whole, &cells);
    assert_true(cells >= 8);
    assert_in_range(whole, (unsigned)cells / 2 - 1, (unsigned)cells / 2);
    read_bar(screen, "a0000002", &whole, &cells);
    assert_in_range(whole, (unsigned)cells - 1, (unsigned)cells);
    row = desk_row(screen, "a0000003");
    assert_null(strstr(screen_row(screen, row), "\u2500"));
}

static void test_no_expiry_is_no_zero(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 100);
    assert_true(desk_row_says(screen, ENDLESS, "\u221e"));
    assert_true(desk_row_says(screen, ENDLESS, "active"));
    desk_open(desk, 24, 100, WORDS("--ascii"), NULL);
    assert_true(desk_row_says(desk->screen, ENDLESS, "never"));
}

/* ---- Age */

static void stop_answering(struct desk *desk, bool stop)
{
    static const char *const paths[] = {"/v1/spaces", "/v1/spaces/" OPS "/runtimes",
                                        CHECKOUT_LEASES, NIGHTLY_LEASES, CONNECTIONS(OPS, AGENTS)};
    if (!stop) {
        desk_publish(desk);
        server_release(desk->server, "*", "**");
    }
    for (size_t i = 0; stop && i < COUNT(paths); i++)
        server_on(desk->server, "GET", paths[i],
                  ANSWER_JSON(500, "{\"error\":\"held\"}", .hold = true));
}

static void test_what_is_not_heard_of_goes_stale(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    assert_true(screen_wait(screen, "0s ago"));
    assert_false(screen_has(screen, "~"));
    stop_answering(desk, true);
    assert_true(screen_wait(screen, "~2h0"));
    assert_true(desk_row_says(screen, SOON, "~09:"));
    assert_true(desk_row_says(screen, ENDLESS, "\u221e"));
    assert_true(screen_wait(screen, "[stale]"));
    assert_true(wait_age(screen, 5));
    stop_answering(desk, false);
    assert_true(screen_wait_gone(screen, "~"));
    assert_true(screen_wait_gone(screen, "[stale]"));
}

/* What nobody asks for grows old, and says so. */
static void test_age_in_the_header(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 140);
    assert_true(screen_wait(screen, "0s ago"));
    screen_keys(screen, "Z");
    assert_true(wait_age(screen, 3));
    screen_keys(screen, "Z");
    assert_true(screen_wait(screen, "0s ago"));
}

static void test_a_server_without_a_clock(void **state)
{
    struct desk *desk = *state;
    server_date(desk->server, DATE_ABSENT, 0);
    struct screen *screen = desk_watch(desk, 24, 140);
    assert_true(desk_row_says(screen, LATER, "~2h03m"));
    assert_true(screen_wait(screen, "[no server time]"));
    server_date(desk->server, DATE_OFFSET, 0);
    assert_true(screen_wait_gone(screen, "~"));
    assert_true(screen_wait_gone(screen, "[no server time]"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_title_says_what_is_near),
        AT_DESK(test_left_counts_by_the_servers_clock),
        AT_DESK(test_skew_is_said_both_ways),
        AT_DESK(test_no_skew_no_chip),
        AT_DESK(test_rows_step_together),
        AT_DESK(test_the_server_has_the_last_word),
        AT_DESK(test_what_vanishes_stays_for_a_while),
        AT_DESK(test_a_space_that_is_gone),
        AT_DESK(test_life_is_the_share_that_is_left),
        AT_DESK(test_no_expiry_is_no_zero),
        AT_DESK(test_what_is_not_heard_of_goes_stale),
        AT_DESK(test_age_in_the_header),
        AT_DESK(test_a_server_without_a_clock),
    };
    return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
