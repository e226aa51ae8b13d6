/* Moving about: the cursor, which knows its row by what it is; views, details and help. */
#include "tests/screen/desk.h"

#include "core/action.h"
#include "core/status.h"

enum { MANY = 60, LISTED = MANY + 4 };

/* ---- A long list: m0000000 is the first, each of the next has ten seconds more left */

static char ids[LISTED][32];

static void fill(struct contract_lease *leases, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        snprintf(ids[i], sizeof ids[i], "m%07zu-0000", i);
        leases[i - from] = (struct contract_lease){
            .id = ids[i], .runtime = CHECKOUT, .left_s = 7200 + 10 * (long)i};
    }
    leases[to - from] = (struct contract_lease){.id = NULL};
}

static void list_from(struct desk *desk, size_t from, size_t to)
{
    struct contract_lease leases[LISTED + 1];
    fill(leases, from, to);
    server_on(desk->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(server_now(desk->server), leases)));
}

static struct screen *watch_many(struct desk *desk)
{
    desk_serve_leases(desk, LEASES({.id = NULL}));
    list_from(desk, 0, MANY);
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "m0000000-0000")); /* below the table: all of it is there */
    return screen;
}

/* ---- The cursor */

static void test_steps(void **state)
{
    struct screen *screen = watch_many(*state);
    assert_true(desk_selects(screen, "m0000000"));
    static const struct {
        const char *keys, *row;
    } steps[] = {
        {"j", "m0000001"},    {"<Down>", "m0000002"}, {"jjj", "m0000005"}, {"k", "m0000004"},
        {"<Up>", "m0000003"}, {"G", "m0000059"},      {"j", "m0000059"},   {"g", "m0000000"},
        {"k", "m0000000"},    {"<End>", "m0000059"},  {"k", "m0000058"},   {"<Home>", "m0000000"},
    };
    for (size_t i = 0; i < COUNT(steps); i++) {
        screen_keys(screen, steps[i].keys);
        assert_true(desk_selects(screen, steps[i].row));
    }
}

/* By as many rows as there are; both ways by the same. */
static void test_pages(void **state)
{
    static const char *const pairs[][2] = {{"<PgDn>", "<PgUp>"}, {"<C-d>", "<C-u>"}};
    struct screen *screen = watch_many(*state);
    int rows = 0, moved[2];
    while (strstr(screen_row(screen, 2 + rows), "active") != NULL)
        rows++;
    assert_in_range(rows, 15, 22);
    for (size_t i = 0; i < COUNT(pairs); i++) {
        char row[16];
        moved[i] = i == 0 ? rows : rows / 2;
        snprintf(row, sizeof row, "m%07d", moved[i]);
        screen_keys(screen, pairs[i][0]);
        assert_true(desk_selects(screen, row));
        snprintf(row, sizeof row, "m%07d", 2 * moved[i]);
        screen_keys(screen, pairs[i][0]);
        assert_true(desk_selects(screen, row));
        screen_keys(screen, pairs[i][1]);
        screen_keys(screen, pairs[i][1]);
        assert_true(desk_selects(screen, "m0000000"));
    }
    screen_keys(screen, "<PgDn><PgDn><PgDn><PgDn><PgDn>");
    assert_true(desk_selects(screen, "m0000059"));
    screen_keys(screen, "<PgUp><PgUp><PgUp><PgUp><PgUp>");
    assert_true(desk_selects(screen, "m0000000"));
}

static void test_keys_typed_ahead_all_count(void **state)
{
    struct screen *screen = watch_many(*state);
    screen_keys(screen, "jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjkkkkkkkkkk");
    assert_true(desk_selects(screen, "m0000020"));
}

/* Rows come and go above it: the cursor stays on its own. */
static void test_cursor_knows_its_row(void **state)
{
    struct desk *desk = *state;
    struct contract_lease leases[LISTED + 1];
    desk_serve_leases(desk, LEASES({.id = NULL}));
    list_from(desk, 10, 30);
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "m0000010"));
    screen_keys(screen, "jjjj");
    assert_true(desk_selects(screen, "m0000014"));
    int row = desk_row(screen, "m0000014");
    list_from(desk, 7, 30);
    assert_true(screen_wait(screen, "m0000007"));
    assert_true(desk_selects(screen, "m0000014"));
    assert_int_equal(desk_row(screen, "m0000014"), row + 3);

    /* Those above end, and go to the bottom. */
    fill(leases, 7, 30);
    for (size_t i = 0; i < 6; i++)
        leases[i].closed_s = 5;
    server_on(desk->server, "GET", CHECKOUT_LEASES,
              ANSWER_MADE(200, contract_leases(server_now(desk->server), leases)));
    assert_true(screen_wait_row(screen, 2, "m0000013"));
    assert_true(desk_selects(screen, "m0000014"));
    assert_int_equal(desk_row(screen, "m0000014"), 3);
}

/* The row under the cursor itself goes to another place: the cursor with it. */
static void test_cursor_follows_its_row(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    screen_keys(screen, "j");
    assert_true(desk_selects(screen, LATER));
    struct contract_lease later = desk_lease(desk, UUID(LATER));
    later.left_s = 60;
    desk_put(desk, &later);
    assert_true(screen_wait_row(screen, 2, LATER));
    assert_true(desk_selects(screen, LATER));
}

/* ---- Details */

static struct screen *open_details(struct desk *desk, int rows, int cols)
{
    struct screen *screen = desk_watch(desk, rows, cols);
    screen_keys(screen, "j<Enter>");
    assert_true(screen_wait(screen, "2h03m"));
    assert_true(screen_wait(screen, "77ab01c4-0000-4000-8000-000000000000"));
    assert_true(screen_wait(screen, "status"));
    return screen;
}

static void close_details(struct screen *screen)
{
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "status"));
    assert_true(desk_selects(screen, LATER));
}

static void test_details_at_the_right(void **state)
{
    int row, col;
    struct screen *screen = open_details(*state, 40, 140);
    assert_true(screen_find(screen, "status", &row, &col));
    assert_true(col > 70 && row < 10);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, "acme-ops"));
    assert_true(screen_wait(screen, "nightly (active browser"));
    assert_true(desk_selects(screen, LATER));
    screen_keys(screen, "k");
    assert_true(screen_wait(screen, "checkout (active browser"));
    screen_keys(screen, "j");
    close_details(screen);
}

static void test_details_below(void **state)
{
    int row, col;
    struct screen *screen = open_details(*state, 40, 100);
    assert_true(screen_find(screen, "status", &row, &col));
    assert_true(col < 10 && row > 15);
    assert_true(desk_row(screen, SOON) < row);
    assert_true(desk_selects(screen, LATER));
    close_details(screen);
}

static void test_details_alone(void **state)
{
    int row, col;
    struct screen *screen = open_details(*state, 24, 80);
    assert_true(screen_find(screen, "status", &row, &col));
    assert_true(col < 10 && row < 6);
    assert_false(screen_has(screen, SOON));
    close_details(screen);
}

/* Since when each thing is as it is, as far as it was seen, and what happened to it. */
static void test_details_since_when(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_details(desk, 50, 140);
    assert_true(screen_wait(screen, "active, since ") && screen_wait(screen, "or before"));
    assert_true(screen_wait(screen, "not known to be you; seen since "));
    assert_false(screen_has(screen, "so since"));
    struct contract_lease moved = desk_lease(desk, UUID(LATER));
    moved.status = "draining";
    moved.left_s += 3600;
    desk_put(desk, &moved);
    assert_true(screen_wait(screen, "draining, since "));
    assert_true(desk_row_says(screen, "draining, since", ":"));
    assert_null(strstr(screen_row(screen, desk_row(screen, "draining, since")), "or before"));
    assert_true(screen_wait(screen, "so since ")); /* the expiry */
    assert_true(screen_wait(screen, "status: active to draining"));
    assert_true(screen_wait(screen, "expiry: moved by +1h"));
}

/* Where not all of it has room, the title says how the rest is seen. */
static void test_details_scroll(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = open_details(desk, 14, 60);
    assert_true(screen_wait(screen, "lease: PgDn for more"));
    assert_false(screen_has(screen, "clocks"));
    screen_keys(screen, "<PgDn><PgDn><PgDn>");
    assert_true(screen_wait(screen, "clocks") && screen_wait(screen, "lease: PgUp for the start"));
    screen_keys(screen, "<PgUp><PgUp><PgUp>");
    assert_true(screen_wait(screen, "status") && screen_wait(screen, "lease: PgDn for more"));
    screen_keys(screen, "<PgDn>");
    assert_true(screen_wait_gone(screen, "status"));
    screen_keys(screen, "j"); /* another lease, from its start */
    assert_true(screen_wait(screen, "status") && screen_wait(screen, ENDLESS));
    desk_quit(desk);
}

static void test_enter_closes_details_too(void **state)
{
    struct screen *screen = open_details(*state, 24, 80);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait_gone(screen, "status"));
}

/* ---- Views */

static void test_views(void **state)
{
    static const struct {
        const char *key, *shown;
    } steps[] = {{"2", "LEASES"},   {"1", "LEFT"},      {"<Tab>", "LEASES"}, {"<Tab>", "no events"},
                 {"<Tab>", "LEFT"}, {"3", "no events"}, {"2", "LEASES"},     {"1", "LEFT"}};
    struct screen *screen = desk_watch(*state, 24, 80);
    for (size_t i = 0; i < COUNT(steps); i++) {
        screen_keys(screen, steps[i].key);
        assert_true(screen_wait(screen, steps[i].shown));
        if (i > 0)
            assert_true(screen_wait_gone(screen, steps[i - 1].shown));
    }
}

static void test_runtimes_say_what_they_are(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    screen_keys(screen, "2");
    assert_true(desk_row_says(screen, "checkout", "active"));
    assert_true(desk_row_says(screen, "checkout", " 2 "));
    assert_true(desk_row_says(screen, "nightly", "2h03m"));
    assert_true(desk_row_says(screen, "agents", "stopped"));
    assert_true(desk_row_says(screen, "agents", "browser"));
    server_on(desk->server, "GET", NIGHTLY_LEASES, ANSWER_STATUS(403));
    assert_true(desk_row_says(screen, "nightly", "forbidden"));
}

static void test_leases_of_one_runtime_and_back(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 140);
    screen_keys(screen, "2j");
    assert_true(desk_selects(screen, "nightly"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "leases of nightly"));
    assert_true(screen_wait(screen, LATER));
    assert_true(screen_wait_gone(screen, SOON));
    screen_keys(screen, "<Esc>");
    assert_true(desk_selects(screen, "nightly"));
    assert_true(screen_wait_gone(screen, "leases of nightly"));
    assert_true(screen_wait(screen, "checkout"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "leases of nightly"));
    screen_keys(screen, "1");
    assert_true(screen_wait(screen, SOON));
    assert_true(screen_wait_gone(screen, "leases of nightly"));
}

/* Each view keeps its own cursor. */
static void test_cursors_are_kept(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 80);
    screen_keys(screen, "jj");
    assert_true(desk_selects(screen, ENDLESS));
    screen_keys(screen, "2j");
    assert_true(desk_selects(screen, "nightly"));
    screen_keys(screen, "1");
    assert_true(desk_selects(screen, ENDLESS));
    screen_keys(screen, "2");
    assert_true(desk_selects(screen, "nightly"));
}

static void test_escape_at_the_bottom_does_nothing(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    screen_keys(screen, "j<Esc><Esc>");
    assert_true(desk_selects(screen, LATER));
    desk_quit(desk);
}

/* ---- Help */

#define HELP_ROW(name, word, keys, group, writes, hint, help) {keys, help},
static const struct {
    const char *keys, *help;
} actions[] = {ACTIONS(HELP_ROW)};
#undef HELP_ROW

/* Whether a row of the screen begins with these keys and this help, as far as it has room. */
static bool lists_action(struct screen *screen, size_t action)
{
    char start[30];
    snprintf(start, sizeof start, "%.24s", actions[action].help);
    for (int row = 0; row < screen_rows(screen); row++) {
        const char *line = screen_row(screen, row);
        const char *keys = strstr(line, actions[action].keys);
        if (keys != NULL && strstr(keys, start) != NULL)
            return true;
    }
    return false;
}

/* The help comes in more than one piece. */
static bool lists_all(struct screen *screen, void *context)
{
    (void)context;
    for (size_t i = 0; i < COUNT(actions); i++)
        if (!lists_action(screen, i))
            return false;
    return true;
}

static void test_help_lists_every_action(void **state)
{
    struct screen *screen = desk_watch(*state, 120, 140);
    screen_keys(screen, "?");
    assert_true(screen_wait(screen, "Esc closes"));
    assert_true(screen_wait(screen, "nothing is sent that changes something"));
    assert_true(screen_wait_until(screen, lists_all, NULL, "every action"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "Esc closes"));
    assert_true(screen_wait(screen, SOON));
}

static void test_help_scrolls(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 80);
    size_t last = COUNT(actions) - 1;
    screen_keys(screen, "<F1>");
    assert_true(screen_wait(screen, actions[0].help));
    assert_false(lists_action(screen, last));
    screen_keys(screen, "G");
    assert_true(screen_wait_gone(screen, "Moving"));
    assert_true(screen_wait(screen, "read-only")); /* the last of the chips */
    screen_keys(screen, "G");
    screen_keys(screen, "g");
    assert_true(screen_wait(screen, "Moving"));
    screen_keys(screen, "j");
    assert_true(screen_wait_gone(screen, "Moving"));
    screen_keys(screen, "k");
    assert_true(screen_wait(screen, "Moving"));
    screen_keys(screen, "?");
    assert_true(screen_wait(screen, SOON));
}

/* Signs and chips are explained where keys are; what does not fit a line goes on in the next. */
static void test_help_explains_signs(void **state)
{
#define LAST_WORD(name, glyph, ascii, word, role, tally, help) help,
    static const char *const helps[] = {STATUSES(LAST_WORD)};
#undef LAST_WORD
    struct screen *screen = desk_watch(*state, 180, 60);
    screen_keys(screen, "?");
    for (size_t i = 0; i < COUNT(helps); i++)
        assert_true(screen_wait(screen, strrchr(helps[i], ' ') + 1));
    assert_true(screen_wait(screen, "In the header") && screen_wait(screen, "read-only"));
}

/* What is a command outside is none while help is read. */
static void test_help_takes_no_commands(void **state)
{
    static const char *const keys[] = {"x", "n", "X", "K", "2", "Z", "c"};
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    screen_keys(screen, "?");
    assert_true(screen_wait(screen, "Moving"));
    for (size_t i = 0; i < COUNT(keys); i++)
        screen_keys(screen, keys[i]);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait_gone(screen, "Moving"));
    assert_true(screen_wait(screen, "LEFT") && desk_selects(screen, SOON));
    assert_false(screen_has(screen, "paused") || screen_has(screen, "Cancel"));
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}
/* The terminal's cursor stands where a person is, for those who follow it, whatever is open. */
static const struct {
    const char *keys, *shown, *row;
} places[] = {
    {"", "LEASE", SOON},
    {"j", LATER, LATER},
    {"2", "REGION", "checkout"},
    {"1<Enter>", "created", LATER},
    {"<Esc>?", "Moving", "Moving"},
    {"<Esc>:", "action", "action"},
    {"<Esc>x", ">[Cancel]<", ">[Cancel]<"},
    {"<Esc>n", ">[Create]<", ">[Create]<"},
    {"<Tab><Tab>", "> runtime", "> runtime"},
    {"<Esc>/", " /", " /"},
    {"<Esc>K", "Cancel", ">"},
};

static bool is_there(struct screen *screen, void *context)
{
    int row, column;
    screen_cursor(screen, &row, &column);
    return strstr(screen_row(screen, row), context) != NULL;
}

static void test_the_terminals_cursor_is_where_one_is(void **state)
{
    struct screen *screen = desk_watch(*state, 40, 140);
    for (size_t i = 0; i < COUNT(places); i++) {
        char row[40];
        snprintf(row, sizeof row, "%s", places[i].row);
        screen_keys(screen, places[i].keys);
        assert_true(screen_wait(screen, places[i].shown));
        assert_true(screen_wait_until(screen, is_there, row, "the cursor in its row"));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_steps),
        AT_DESK(test_pages),
        AT_DESK(test_keys_typed_ahead_all_count),
        AT_DESK(test_cursor_knows_its_row),
        AT_DESK(test_cursor_follows_its_row),
        AT_DESK(test_details_at_the_right),
        AT_DESK(test_details_below),
        AT_DESK(test_details_alone),
        AT_DESK(test_details_since_when),
        AT_DESK(test_details_scroll),
        AT_DESK(test_enter_closes_details_too),
        AT_DESK(test_views),
        AT_DESK(test_runtimes_say_what_they_are),
        AT_DESK(test_leases_of_one_runtime_and_back),
        AT_DESK(test_cursors_are_kept),
        AT_DESK(test_the_terminals_cursor_is_where_one_is),
        AT_DESK(test_escape_at_the_bottom_does_nothing),
        AT_DESK(test_help_lists_every_action),
        AT_DESK(test_help_scrolls),
        AT_DESK(test_help_explains_signs),
        AT_DESK(test_help_takes_no_commands),
    };
    return cmocka_run_group_tests_name("moving", tests, NULL, NULL);
}
