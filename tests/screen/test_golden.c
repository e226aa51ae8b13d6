/* Whole screens beside the ones that are kept. After a change of what is shown:
 * UPDATE_GOLDEN=1 make check TESTS=tests/screen/test_golden, and look at the difference. */
#include "tests/screen/desk.h"
#include "tests/screen/golden.h"

#include <stdlib.h>
#include <time.h>

/* One of each kind, with so much time that nothing but MM:SS changes for half a minute. */
static const struct contract_lease leases[] = {
    {.id = UUID(SOON), .runtime = CHECKOUT, .age_s = 20000, .left_s = 280},
    {.id = UUID(LATER), .runtime = NIGHTLY, .age_s = 2400, .left_s = 2 * 3600 + 3 * 60 + 45},
    {.id = UUID("55e17b10"),
     .runtime = CHECKOUT,
     .protocol = "http",
     .age_s = 86400,
     .left_s = 5 * 86400 + 4 * 3600 + 1800},
    {.id = UUID(ENDLESS), .runtime = CHECKOUT, .protocol = "rdp", .age_s = 90, .endless = true},
    {.id = UUID("6ec4e9d0"), .runtime = NIGHTLY, .age_s = 9000, .left_s = -60},
    {.id = UUID("84ebbe6e"), .runtime = AGENTS, .left_s = 86400 * 2 + 1800, .status = "draining"},
    {.id = UUID("901c7a90"), .runtime = NIGHTLY, .left_s = -300, .status = "expired"},
    {.id = UUID("a8443b7a"), .runtime = CHECKOUT, .protocol = "vnc", .closed_s = 20},
    {.id = UUID(OVER), .runtime = NIGHTLY, .age_s = 600, .left_s = 3000, .revoked_s = 40},
    {.id = NULL},
};

/* A zone in which it is noon, so that what was half a day ago was today. */
static const char *noon(void)
{
    static char variable[32];
    int minutes = (int)(time(NULL) / 60 % 1440);
    snprintf(variable, sizeof variable, "TZ=<noon>%+03d:%02d", (minutes - 720) / 60,
             abs((minutes - 720) % 60));
    return variable;
}

/* Asked once only while the test looks, so that nothing goes stale. */
static struct screen *open_world(struct desk *desk, int rows, int cols, const char *option)
{
    desk_serve_leases(desk, leases);
    struct screen *screen =
        desk_open(desk, rows, cols, WORDS("--interval", "600", option), WORDS(noon()));
    assert_true(screen_wait(screen, rows > 10 ? OVER : SOON));
    assert_true(screen_wait_gone(screen, "loading"));
    return screen;
}

static void assert_golden(struct desk *desk, const char *name)
{
    assert_true(golden_shows(desk->screen, name, DESK_PATIENCE_MS));
}

/* The usual way: keys, what they bring, and the name of the file. */
static void assert_shows(struct desk *desk, int rows, int cols, const char *keys, const char *shown,
                         const char *name)
{
    struct screen *screen = open_world(desk, rows, cols, NULL);
    screen_keys(screen, keys);
    assert_true(screen_wait(screen, shown));
    assert_golden(desk, name);
}

/* name of test and file, rows, columns, keys, text to wait for */
#define SCREENS(X)                                                                                 \
    X(leases_140x40, 40, 140, "", "LIFE")                                                          \
    X(leases_100x30, 30, 100, "", "LIFE")                                                          \
    X(leases_80x24, 24, 80, "", "ENDPOINT")                                                        \
    X(leases_40x10, 10, 40, "", "LEFT")                                                            \
    X(cursor_80x24, 24, 80, "jjj", "rdp")                                                          \
    X(details_right_140x40, 40, 140, "j<Enter>", "status")                                         \
    X(details_below_100x40, 40, 100, "j<Enter>", "status")                                         \
    X(details_alone_80x24, 24, 80, "j<Enter>", "status")                                           \
    X(runtimes_140x40, 40, 140, "2", "LEASES")                                                     \
    X(runtimes_80x24, 24, 80, "2", "LEASES")                                                       \
    X(one_runtime_80x24, 24, 80, "2j<Enter>", "Esc back")                                          \
    X(help_80x24, 24, 80, "?", "Moving")                                                           \
    X(create_80x24, 24, 80, "n", "Create")                                                         \
    X(create_40x10, 10, 40, "n", "Create")                                                         \
    X(confirm_80x24, 24, 80, "jx", ">[Cancel]<")                                                   \
    X(confirm_40x10, 10, 40, "jx", "Sent in")                                                      \
    X(key_80x24, 24, 80, "K", "another key")

#define SCREEN_TEST(name, rows, cols, keys, shown)                                                 \
    static void test_##name(void **desk)                                                           \
    {                                                                                              \
        assert_shows(*desk, rows, cols, keys, shown, #name);                                       \
    }
SCREENS(SCREEN_TEST)
#undef SCREEN_TEST

static void test_ascii_80x24(void **state)
{
    open_world(*state, 24, 80, "--ascii");
    assert_golden(*state, "ascii_80x24");
}

static void test_ascii_140x40(void **state)
{
    struct screen *screen = open_world(*state, 40, 140, "--ascii");
    screen_keys(screen, "jx");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    assert_golden(*state, "ascii_140x40");
}

/* ---- States */

static void test_loading_80x24(void **state)
{
    struct desk *desk = *state;
    server_on(desk->server, "GET", "**", ANSWER_NEVER);
    desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(desk->screen, "asking"));
    assert_golden(desk, "loading_80x24");
}

static void test_empty_80x24(void **state)
{
    struct desk *desk = *state;
    desk_serve_leases(desk, LEASES({.id = NULL}));
    desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(desk->screen, "no leases"));
    assert_golden(desk, "empty_80x24");
}

static void test_offline_80x24(void **state)
{
    struct desk *desk = *state;
    server_down(desk->server);
    desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(desk->screen, "refused"));
    assert_golden(desk, "offline_80x24");
}

/* Rows are there; what was asked for last did not come. */
static void test_offline_100x30(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_world(desk, 30, 100, NULL);
    server_down(desk->server);
    screen_keys(screen, "r");
    assert_true(screen_wait(screen, "offline"));
    screen_keys(screen, "<Esc>");
    assert_golden(desk, "offline_100x30");
}

static void test_unauthorised_100x30(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_world(desk, 30, 100, NULL);
    server_on(desk->server, "GET", "/v1/spaces",
              ANSWER_MADE(401, contract_error("auth.invalid", "no such key", "req_401")));
    screen_keys(screen, "r");
    assert_true(screen_wait(screen, "unauthorised"));
    screen_keys(screen, "<Esc>");
    assert_golden(desk, "unauthorised_100x30");
}

int main(void)
{
#define SCREEN_ROW(name, rows, cols, keys, shown) AT_DESK(test_##name),
    static const struct CMUnitTest tests[] = {
        SCREENS(SCREEN_ROW) AT_DESK(test_ascii_80x24),
        AT_DESK(test_ascii_140x40),
        AT_DESK(test_loading_80x24),
        AT_DESK(test_empty_80x24),
        AT_DESK(test_offline_80x24),
        AT_DESK(test_offline_100x30),
        AT_DESK(test_unauthorised_100x30),
    };
#undef SCREEN_ROW
    return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
