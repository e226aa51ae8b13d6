/* Every size that a terminal can have, while data comes in: nothing breaks, nothing is written
 * beyond the edge, and `q` always ends it. TEST_SEED=N repeats the random ones. */
#include "tests/screen/desk.h"

#include <signal.h>

enum { ROWS_MAX = 60, COLS_MAX = 200, RANDOM_SIZES = 400, REPAINTS = 20 };

/* Leases come and go between two answers. */
static void let_data_come(struct desk *desk)
{
    char *one = contract_leases(server_now(desk->server),
                                LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .left_s = 600},
                                       {.id = UUID(FRESH), .runtime = CHECKOUT}));
    char *other =
        contract_leases(server_now(desk->server),
                        LEASES({.id = UUID(ENDLESS), .runtime = CHECKOUT, .endless = true}));
    struct answer answers[64];
    for (size_t i = 0; i < COUNT(answers); i++)
        answers[i] = ANSWER_JSON(200, i % 2 == 0 ? one : other);
    server_on_each(desk->server, "GET", CHECKOUT_LEASES, answers, COUNT(answers));
    free(one);
    free(other);
}

static struct screen *open_desk(struct desk *desk)
{
    struct screen *screen = desk_watch(desk, 24, 80);
    let_data_come(desk);
    return screen;
}

/* ---- What was drawn */

/* The screen was cleared; where there is one column, going over its cells is as cheap. */
static bool is_painted(struct screen *screen, void *context)
{
    size_t size;
    (void)context;
    screen_raw(screen, &size);
    bool cleared = screen_raw_has(screen, "\033[2J") || (size > 0 && screen_cols(screen) < 3);
    return cleared && !screen_poll(screen, 0);
}

/* The places that the cursor was sent to by "CSI row ; column H", all of them or those that are
 * beyond the edge: the terminal would put these at the edge, and hide it. */
static size_t count_places(struct screen *screen, bool beyond)
{
    size_t size, places = 0;
    const char *raw = screen_raw(screen, &size);
    for (const char *at = raw; (at = memchr(at, '\033', size - (size_t)(at - raw))) != NULL; at++) {
        int row, col, end = 0;
        if (sscanf(at, "\033[%d;%dH%n", &row, &col, &end) == 2 && end > 0 &&
            (!beyond || row > screen_rows(screen) || col > screen_cols(screen)))
            places++;
    }
    return places;
}

/* Drawn at its size: nothing beyond the edge, something in the first row, the cursor inside. */
static bool is_right(struct screen *screen)
{
    int rows = screen_rows(screen), cols = screen_cols(screen), row, col;
    screen_cursor(screen, &row, &col);
    return row >= 0 && row < rows && col >= 0 && col <= cols && *screen_row(screen, 0) != '\0' &&
           count_places(screen, true) == 0 &&
           (count_places(screen, false) > 0 || rows < 24 || cols < 80);
}

/* At this size, painted anew with what has come in meanwhile. What is read at first may be half of
 * it, or for the size before; a program that draws beyond the edge does so every time. */
static void assert_painted(struct screen *screen, int rows, int cols)
{
    char what[80];
    snprintf(what, sizeof what, "a screen of %d rows and %d columns", rows, cols);
    screen_resize(screen, rows, cols);
    for (int i = 0; i < 2 || (i < REPAINTS && !is_right(screen)); i++) {
        screen_raw_reset(screen);
        kill(screen_pid(screen), SIGWINCH);
        assert_true(screen_wait_until(screen, is_painted, NULL, what));
    }
    if (!is_right(screen))
        fail_msg("%s is not drawn right: %zu places beyond its edge, first row \"%s\"", what,
                 count_places(screen, true), screen_row(screen, 0));
}

/* ---- Sizes */

static const struct {
    int rows, cols;
} corners[] = {
    {1, 1},  {1, 2},  {2, 1},   {1, 24},  {1, 200}, {60, 1},  {60, 200}, {3, 24},   {4, 23},
    {4, 24}, {5, 25}, {24, 39}, {24, 40}, {24, 79}, {24, 80}, {10, 100}, {33, 140}, {60, 24},
};

/* With a box, a form, help, details or another view on top, too. */
static void test_every_corner(void **state)
{
    static const char *const tops[] = {"", "<Enter>", "?", "n", "x", "2", "3", ":", "e", "/a"};
    struct screen *screen = open_desk(*state);
    for (size_t i = 0; i < COUNT(corners) + COUNT(tops); i++) {
        screen_keys(screen, tops[i % COUNT(tops)]);
        assert_painted(screen, corners[i % COUNT(corners)].rows, corners[i % COUNT(corners)].cols);
        screen_bytes(screen, "\033", 1);
        assert_painted(screen, 24, 80);
        screen_bytes(screen, "\033", 1);
    }
    screen_keys(screen, "1");
    assert_true(screen_wait(screen, LATER));
    desk_quit(*state);
}

/* As when somebody drags an edge: nobody waits for what is drawn. */
static void test_at_random(void **state)
{
    if (SUPPORT_SANITIZED)
        skip(); /* so slow that what is painted for one size is looked at in another */
    struct screen *screen = open_desk(*state);
    struct chance chance = chance_new();
    for (int i = 0; i < RANDOM_SIZES; i++) {
        screen_resize(screen, (int)chance_range(&chance, 1, ROWS_MAX),
                      (int)chance_range(&chance, 1, COLS_MAX));
        screen_poll(screen, (int)chance_below(&chance, 3));
        if (i % 20 == 0)
            assert_painted(screen, (int)chance_range(&chance, 1, ROWS_MAX),
                           (int)chance_range(&chance, 1, COLS_MAX));
    }
    assert_painted(screen, 24, 100);
    assert_true(screen_wait(screen, LATER));
    desk_quit(*state);
}

/* Whose leases these are outlives everything else in the header. */
static void test_header_says_where(void **state)
{
    static const struct {
        const char *keys, *there;
    } places[] = {{"2", "runtimes"}, {"3", "events"}, {"2<Enter>", "checkout"}};
    static const int sizes[][2] = {{24, 80}, {20, 60}, {10, 40}};
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    const char *host = strstr(server_url(desk->server), "://") + 3;
    for (size_t i = 0; i < COUNT(places) * COUNT(sizes); i++) {
        const int *size = sizes[i % COUNT(sizes)];
        screen_resize(screen, size[0], size[1]);
        screen_keys(screen, "1");
        screen_keys(screen, places[i / COUNT(sizes)].keys);
        assert_true(desk_header_says(screen, places[i / COUNT(sizes)].there));
        assert_true(desk_header_says(screen, "\u2026" DESK_TAIL));
        assert_true(desk_header_says(screen, host));
    }
    desk_quit(desk);
}

static void test_quit_at_each_size(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    for (size_t i = 0; i < COUNT(corners); i++) {
        struct screen *screen = desk_open(desk, corners[i].rows, corners[i].cols, NULL, NULL);
        assert_true(screen_wait_raw(screen, "\033[?1049h"));
        assert_true(server_wait(desk->server, "GET", "/v1/spaces", i + 1, DESK_PATIENCE_MS));
        desk_quit(desk);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_every_corner),
        AT_DESK(test_at_random),
        AT_DESK(test_header_says_where),
        AT_DESK(test_quit_at_each_size),
    };
    return cmocka_run_group_tests_name("sizes", tests, NULL, NULL);
}
