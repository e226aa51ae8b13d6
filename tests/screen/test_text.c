/* Text on the screen: ASCII and UTF-8, wide and hostile names, many runtimes, words of the server's
 * own. */
#include "tests/screen/desk.h"

#include <wchar.h>

/* ---- The set of characters */

static bool is_ascii(struct screen *screen)
{
    size_t size;
    const char *raw = screen_raw(screen, &size);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)raw[i] >= 0x80) {
            fprintf(stderr, "# byte %zu is 0x%02x\n", i, (unsigned char)raw[i]);
            return false;
        }
    return true;
}

/* Everything that draws something of its own, with a name that is not ASCII either. */
static void assert_all_ascii(struct desk *desk, const char *const *arguments,
                             const char *const *environment)
{
    desk_serve(desk);
    contract_serve(desk->server, SPACES({.id = OPS, .name = "acme-ops"}),
                   RUNTIMES({.id = CHECKOUT, .name = "zur Kasse \u2013 sch\u00f6n \u4e2d"},
                            {.id = NIGHTLY, .name = "nightly"}),
                   desk->leases);
    struct screen *screen = desk_open(desk, 40, 140, arguments, environment);
    assert_true(screen_wait(screen, LATER));
    assert_true(screen_wait(screen, "zur Kasse"));
    assert_true(screen_wait(screen, "["));
    static const char *const keys[] = {"<Enter>", "<Esc>2", "1?", "<Esc>n", "<Esc>x", "<Esc>Z"};
    static const char *const shown[] = {"status", "REGION", "Ctrl-D", "Create", "Cancel", "paused"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        screen_keys(screen, keys[i]);
        assert_true(screen_wait(screen, shown[i]));
    }
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "Cancel"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "undo"));
    screen_keys(screen, "u");
    desk_quit(desk);
    assert_true(is_ascii(screen));
}

static void test_ascii_by_option(void **state)
{
    assert_all_ascii(*state, WORDS("--ascii"), NULL);
}

static void test_ascii_by_locale(void **state)
{
    assert_all_ascii(*state, NULL, WORDS("LC_ALL=C"));
}

static void test_utf8(void **state)
{
    struct screen *screen = desk_watch(*state, 40, 140);
    assert_string_equal(screen_cell_of(screen, "\u25cf").text, "\u25cf");
    assert_true(screen_wait(screen, "\u221e")); /* no expiry */
    assert_true(screen_wait(screen, "\u2595") && screen_wait(screen, "\u258f"));
    assert_true(screen_wait(screen, "\u2013")); /* no endpoint */
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "\u250c"));
}

/* ---- Names */

/* The column of LEFT is at the same place in every row, whatever stands before it. */
static void assert_aligned(struct screen *screen, const char *const *ids, size_t count)
{
    int title_row, left;
    assert_true(screen_find(screen, "LEFT", &title_row, &left));
    for (size_t i = 0; i < count; i++) {
        int row = desk_row(screen, ids[i]);
        assert_true(row > title_row);
        char cells[8] = "";
        for (int j = -1; j < 4; j++)
            strcat(cells, screen_cell(screen, row, left + j).text);
        if (strcmp(cells, "2h03m") != 0)
            fail_msg("LEFT is not in its place in \"%s\"", screen_row(screen, row));
    }
}

/* No control character but what the terminal itself is steered by: the cells hold printable
 * characters, none of them hidden, and no byte of a name was taken for a command. */
static void assert_printable(struct screen *screen)
{
    static const char *const hidden[] = {"\u200d", "\ufe0f", "\ufe0e",  "\U0001f3fd", "\U0001f1e8",
                                         "\u200b", "\u200e", "\u202e",  "\u2066",     "\ufeff",
                                         "\u00ad", "\ue000", "\xc2\x85"};
    for (size_t i = 0; i < COUNT(hidden); i++)
        if (screen_raw_has(screen, hidden[i]))
            fail_msg("hidden character %zu reached the terminal", i);
    assert_false(screen_raw_has(screen, "\033]0;"));
    assert_false(screen_raw_has(screen, "\033[31mred"));
    assert_null(strstr(screen_title(screen), "owned"));
    assert_int_equal(screen_bells(screen), 0);
}

static const char *const ids[] = {"a0000001", "a0000002", "a0000003",
                                  "a0000004", "a0000005", "a0000006"};

static void serve_names(struct desk *desk, const char *const *names)
{
    static char runtime_ids[COUNT(ids)][40], lease_ids[COUNT(ids)][40];
    struct contract_runtime runtimes[COUNT(ids) + 1] = {{0}};
    struct contract_lease leases[COUNT(ids) + 1] = {{0}};
    for (size_t i = 0; i < COUNT(ids); i++) {
        snprintf(runtime_ids[i], sizeof runtime_ids[i], "runtime-%zu", i);
        snprintf(lease_ids[i], sizeof lease_ids[i], "%s-0000", ids[i]);
        runtimes[i] = (struct contract_runtime){.id = runtime_ids[i], .name = names[i]};
        leases[i] = (struct contract_lease){
            .id = lease_ids[i], .runtime = runtime_ids[i], .left_s = 2 * 3600 + 3 * 60 + 45};
    }
    contract_serve(desk->server, SPACES({.id = OPS, .name = names[0]}), runtimes, leases);
}

static void assert_names_are_tame(struct desk *desk, const char *const *names, int rows, int cols,
                                  const char *const *arguments)
{
    serve_names(desk, names);
    struct screen *screen = desk_open(desk, rows, cols, arguments, NULL);
    for (size_t i = 0; i < COUNT(ids); i++)
        assert_true(desk_row_says(screen, ids[i], "2h03m"));
    assert_aligned(screen, ids, COUNT(ids));
    for (size_t i = 0; i < COUNT(ids); i++) {
        screen_keys(screen, "<Enter>");
        assert_true(screen_wait(screen, "status"));
        screen_keys(screen, "<Esc>n");
        assert_true(screen_wait(screen, "Create"));
        screen_keys(screen, "<Esc>x");
        assert_true(screen_wait(screen, "Cancel"));
        screen_keys(screen, "<Esc>j");
    }
    screen_keys(screen, "2");
    assert_true(screen_wait(screen, "LEASES"));
    assert_printable(screen);
    desk_quit(desk);
}

/* The first is too long for every column: 24 characters, 48 cells. */
static const char *const wide[] = {"\u4e2d\u6587\u6d4f\u89c8\u5668\u8fd0\u884c\u65f6"
                                   "\u4e2d\u6587\u6d4f\u89c8\u5668\u8fd0\u884c\u65f6"
                                   "\u4e2d\u6587\u6d4f\u89c8\u5668\u8fd0\u884c\u65f6",
                                   "\u65e5\u672c\u8a9e",
                                   "x\uff38\u5168\u89d2\uff58",
                                   "cafe\u0301 e\u0301e\u0301e\u0301e\u0301 cre\u0300me",
                                   "plain",
                                   "\ud55c\uad6d\uc5b4 \ube0c\ub77c\uc6b0\uc800 \uc138\uc158"};

/* Of these every terminal has another idea: joined, with a skin tone, a flag, a keycap, shown as a
 * picture or as text. */
static const char *const emoji[] = {
    "\U0001f469\u200d\U0001f4bb\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
    "\U0001f44d\U0001f3fd ok \U0001f44b\U0001f3ff",
    "\U0001f1e8\U0001f1ed \U0001f1ef\U0001f1f5 \U0001f1e9",
    "\u2764\ufe0f \u2601\ufe0e 1\ufe0f\u20e3",
    "\U0001f600\U0001f680\U0001f40d",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f tags",
};

static const char *const hostile[] = {
    "esc\033[2J\033[31mred\033]0;owned\a\033[6n",
    "two\nlines\r\ttab\b\b\bback",
    "bidi \u202egnorw\u202c \u2066x\u2069 \u200fr",
    "zero\u200bwidth\ufeff soft\u00adhyphen \ue000private",
    ("c1 \xc2\x9b"
     "31m \xc2\x85 \xc2\x90 del\177"),
    "marks a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a many",
};

static void test_wide_names(void **state)
{
    assert_names_are_tame(*state, wide, 40, 140, NULL);
}

static void test_wide_names_where_there_is_little_room(void **state)
{
    assert_names_are_tame(*state, wide, 24, 80, NULL);
}

static void test_emoji_names(void **state)
{
    assert_names_are_tame(*state, emoji, 40, 140, NULL);
}

static void test_emoji_names_where_there_is_little_room(void **state)
{
    assert_names_are_tame(*state, emoji, 24, 80, NULL);
}

static void test_hostile_names(void **state)
{
    assert_names_are_tame(*state, hostile, 40, 140, NULL);
}

static void test_hostile_names_in_ascii(void **state)
{
    assert_names_are_tame(*state, hostile, 24, 80, WORDS("--ascii"));
}

/* Cut, and seen to be cut, though it has fewer characters than the column has cells. */
static void test_wide_name_that_is_too_long(void **state)
{
    struct desk *desk = *state;
    serve_names(desk, wide);
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(desk_row_says(screen, ids[0], "\u6587\u6d4f"));
    assert_true(desk_row_says(screen, ids[0], "\u2026"));
    assert_true(desk_row_says(screen, ids[0], "cdp"));
}

static void test_wide_name_is_whole(void **state)
{
    struct desk *desk = *state;
    serve_names(desk, wide);
    struct screen *screen = desk_open(desk, 40, 140, NULL, NULL);
    assert_true(screen_wait(screen, "\u65e5\u672c\u8a9e"));
    assert_int_equal(screen_cell_of(screen, "\u65e5").width, 2);
    assert_true(screen_wait(screen, "cafe\u0301"));
}

/* Errors, too, are the server's text. */
static void test_hostile_sentence(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    server_on(desk->server, "GET", NIGHTLY_LEASES,
              ANSWER_MADE(403, contract_error("auth\033[31mred", "no\033]0;x\a \u202eevil\nmore",
                                              "req\r\n\033[2J")));
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "forbidden"));
    assert_true(screen_wait(screen, SOON));
    assert_printable(screen);
    assert_false(screen_raw_has(screen, "\033[31m"));
}

/* ---- What the server may say */

static void test_statuses_that_nobody_knows(void **state)
{
    struct desk *desk = *state;
    desk_serve_leases(desk,
                      LEASES({.id = UUID("a0000001"), .runtime = CHECKOUT, .status = "idle"},
                             {.id = UUID("a0000002"), .runtime = CHECKOUT, .status = "ACTIVE"},
                             {.id = UUID("a0000003"), .runtime = CHECKOUT, .status = ""}));
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(desk_row_says(screen, "a0000001", "idle"));
    assert_true(desk_row_says(screen, "a0000002", "ACTIVE"));
    assert_true(desk_row_says(screen, "a0000003", "no status"));
    assert_true(screen_wait(screen, "3 unknown"));
}

static void test_ids_are_shown_as_far_as_they_differ(void **state)
{
    struct desk *desk = *state;
    desk_serve_leases(desk, LEASES({.id = "ls_samestart0001", .runtime = CHECKOUT},
                                   {.id = "ls_samestart0002", .runtime = CHECKOUT}));
    struct screen *screen = desk_open(desk, 24, 140, NULL, NULL);
    assert_true(screen_wait(screen, "samestart0001"));
    assert_true(screen_wait(screen, "samestart0002"));
}

/* ---- Many */

enum { MANY = 1000 };

static void serve_many(struct server *server)
{
    struct contract_runtime *runtimes = support_need(calloc(MANY + 1, sizeof *runtimes));
    char *list =
        contract_leases(server_now(server), LEASES({.id = UUID("cccccccc"), .runtime = CHECKOUT}));
    for (size_t i = 0; i < MANY; i++) {
        runtimes[i].id = contract_format("runtime-%04zu", i);
        runtimes[i].name = contract_format("rt%04zu", i);
    }
    server_on(server, "GET", "/v1/spaces",
              ANSWER_MADE(200, contract_spaces(SPACES({.id = OPS, .name = "acme-ops"}))));
    server_on(server, "GET", "/v1/spaces/*/runtimes",
              ANSWER_MADE(200, contract_runtimes(runtimes)));
    server_on(server, "GET", "/v1/spaces/*/runtimes/*/connections", ANSWER_MADE(200, list));
    for (size_t i = 0; i < MANY; i++) {
        free((char *)runtimes[i].id);
        free((char *)runtimes[i].name);
    }
    free(runtimes);
}

/* Lists are read ten a second: keys answer meanwhile, and nobody waits for the thousandth. */
static void test_a_thousand_runtimes(void **state)
{
    struct desk *desk = *state;
    serve_many(desk->server);
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "cccccccc"));
    screen_keys(screen, "2");
    assert_true(screen_wait(screen, "rt0000"));
    screen_keys(screen, "G");
    assert_true(desk_selects(screen, "rt0999"));
    screen_keys(screen, "g");
    assert_true(desk_selects(screen, "rt0000"));
    screen_keys(screen, "<PgDn>");
    assert_true(screen_wait_gone(screen, "rt0000"));
    desk_quit(desk);
}

/* Two runtimes of one name in one space look alike but for a part of their ids, in the table, in
 * the boxes and in the crumb; others have none. */
static void test_runtimes_of_one_name(void **state)
{
    static const struct contract_space spaces[] = {{.id = OPS, .name = "acme-ops"}, {.id = NULL}};
    static const struct contract_runtime runtimes[] = {
        {.id = CHECKOUT, .name = "checkout"},
        {.id = NIGHTLY, .name = "checkout"},
        {.id = AGENTS, .name = "agents"},
        {.id = NULL},
    };
    struct desk *desk = *state;
    contract_serve(desk->server, spaces, runtimes,
                   LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .left_s = 600},
                          {.id = UUID(LATER), .runtime = NIGHTLY, .left_s = 7000},
                          {.id = UUID(OVER), .runtime = AGENTS, .left_s = 9000}));
    struct screen *screen = desk_open(desk, 24, 100, NULL, NULL);
    assert_true(screen_wait(screen, OVER));
    assert_true(desk_row_says(screen, SOON, "checkout #b"));
    assert_true(desk_row_says(screen, LATER, "checkout #b"));
    assert_true(desk_row_says(screen, SOON, "bbb1") && desk_row_says(screen, LATER, "bbb2"));
    assert_null(strchr(screen_row(screen, desk_row(screen, OVER)), '#'));
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "checkout #bbbbbbb1 (acme-ops)"));
    screen_keys(screen, "<Esc>2j<Enter>");
    assert_true(screen_wait(screen, "leases of checkout #bbbbbbb2"));
    assert_true(screen_wait(screen, LATER) && screen_wait_gone(screen, SOON));
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "< checkout #bbbbbbb2 >"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_ascii_by_option),
        AT_DESK(test_ascii_by_locale),
        AT_DESK(test_utf8),
        AT_DESK(test_wide_names),
        AT_DESK(test_wide_names_where_there_is_little_room),
        AT_DESK(test_emoji_names),
        AT_DESK(test_emoji_names_where_there_is_little_room),
        AT_DESK(test_hostile_names),
        AT_DESK(test_hostile_names_in_ascii),
        AT_DESK(test_wide_name_that_is_too_long),
        AT_DESK(test_wide_name_is_whole),
        AT_DESK(test_hostile_sentence),
        AT_DESK(test_statuses_that_nobody_knows),
        AT_DESK(test_runtimes_of_one_name),
        AT_DESK(test_ids_are_shown_as_far_as_they_differ),
        AT_DESK(test_a_thousand_runtimes),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
