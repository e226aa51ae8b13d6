/* SPACE and SPACE/RUNTIME on the command line: found, not found, found twice, not answered. */
#include "tests/screen/run.h"

#include <signal.h>

static void serve_two_spaces(struct desk *desk)
{
    contract_serve(
        desk->server,
        SPACES({.id = OPS, .name = "acme-ops"}, {.id = UUID("aaaaaaab"), .name = "acme-lab"}),
        RUNTIMES({.id = CHECKOUT, .name = "checkout"}, {.id = NIGHTLY, .name = "nightly"},
                 {.id = AGENTS, .name = "nightly", .space = UUID("aaaaaaab")}),
        LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .left_s = 600},
               {.id = UUID(LATER), .runtime = NIGHTLY, .left_s = 7425},
               {.id = UUID(ENDLESS), .runtime = AGENTS, .endless = true}));
}

/* ---- Found */

static const struct {
    const char *word, *here, *not_here;
} found[] = {
    {"acme-ops", SOON, ENDLESS},        {OPS, LATER, ENDLESS},
    {"acme-lab", ENDLESS, SOON},        {"acme-ops/nightly", LATER, SOON},
    {"acme-ops/" NIGHTLY, LATER, SOON}, {OPS "/checkout", SOON, LATER},
};

static void test_found(void **state)
{
    struct desk *desk = *state;
    serve_two_spaces(desk);
    for (size_t i = 0; i < COUNT(found); i++) {
        struct screen *screen = desk_open(desk, 24, 140, WORDS(found[i].word), NULL);
        assert_true(screen_wait(screen, found[i].here));
        assert_true(screen_wait_gone(screen, "loading"));
        assert_false(screen_has(screen, found[i].not_here));
        desk_quit(desk);
    }
    struct screen *screen = desk_open(desk, 24, 140, WORDS("acme-ops"), NULL);
    assert_true(screen_wait(screen, "acme-ops"));
    assert_true(screen_wait_row(screen, 0, "of acme-ops"));
}

static void run_once(struct run *run, struct desk *desk, const char *word)
{
    run_leasetop(run, desk, WORDS("--api-url", server_url(desk->server), "--json", word),
                 WORDS("BCTRL_API_KEY=" DESK_KEY));
}

static void test_found_once(void **state)
{
    struct desk *desk = *state;
    serve_two_spaces(desk);
    for (size_t i = 0; i < COUNT(found); i++) {
        struct run run;
        run_once(&run, desk, found[i].word);
        assert_int_equal(run.status, 0);
        assert_non_null(strstr(run.out, found[i].here));
        assert_null(strstr(run.out, found[i].not_here));
        run_clear(&run);
    }
}

/* What was not named is not even asked for. */
static void test_nothing_else_is_asked_for(void **state)
{
    struct desk *desk = *state;
    struct run run;
    serve_two_spaces(desk);
    run_once(&run, desk, "acme-ops/nightly");
    assert_int_equal(server_count(desk->server, "GET", CHECKOUT_LEASES), 0);
    assert_int_equal(server_count(desk->server, "GET", "/v1/spaces/" UUID("aaaaaaab") "/**"), 0);
    run_clear(&run);
}

/* ---- Not found */

static const struct {
    const char *word, *says;
} lost[] = {
    {"acme-opz", "acme-ops"},
    {"acme_lab", "acme-lab"},
    {"zzzzzzzzzz", "no space called zzzzzzzzzz"},
    {"acme-ops/nightli", "nightly"},
    {"acme-ops/zzzzzzzzzz", "no runtime called zzzzzzzzzz in acme-ops"},
    {"acme-lab/checkout", "no runtime called checkout in acme-lab"},
    {"checkout", "no space called checkout; did you mean acme-ops/checkout?"},
    {"nightly", "did you mean acme-ops/nightly, acme-lab/nightly?"},
};

static void test_not_found(void **state)
{
    struct desk *desk = *state;
    serve_two_spaces(desk);
    for (size_t i = 0; i < COUNT(lost); i++) {
        struct screen *screen = desk_open(desk, 24, 300, WORDS(lost[i].word), NULL);
        int status = screen_wait_exit(screen);
        const char *raw = screen_raw(screen, NULL);
        if (status != 2 || strstr(raw, lost[i].says) == NULL || strchr(raw, '\033') != NULL)
            fail_msg("%s: ended with %d and said \"%s\"", lost[i].word, status, raw);
    }
}

static void test_not_found_once(void **state)
{
    struct desk *desk = *state;
    serve_two_spaces(desk);
    for (size_t i = 0; i < COUNT(lost); i++) {
        struct run run;
        run_once(&run, desk, lost[i].word);
        if (run.status != 2 || strstr(run.err, lost[i].says) == NULL || *run.out != '\0')
            fail_msg("%s: ended with %d and said \"%s\"", lost[i].word, run.status, run.err);
        assert_sentence(run.err);
        run_clear(&run);
    }
}

static void test_two_of_the_same_name(void **state)
{
    struct desk *desk = *state;
    struct run run;
    contract_serve(
        desk->server, SPACES({.id = OPS, .name = "twin"}, {.id = UUID("aaaaaaab"), .name = "twin"}),
        RUNTIMES({.id = CHECKOUT, .name = "both"}, {.id = NIGHTLY, .name = "both"}), NULL);
    run_once(&run, desk, "twin");
    assert_int_equal(run.status, 2);
    assert_sentence(run.err);
    assert_non_null(strstr(run.err, OPS));
    assert_non_null(strstr(run.err, UUID("aaaaaaab")));
    run_clear(&run);
    run_once(&run, desk, OPS "/both");
    assert_int_equal(run.status, 2);
    assert_non_null(strstr(run.err, CHECKOUT));
    assert_non_null(strstr(run.err, NIGHTLY));
    run_clear(&run);
    struct screen *screen = desk_open(desk, 24, 300, WORDS("twin"), NULL);
    assert_int_equal(screen_wait_exit(screen), 2);
    assert_true(screen_has(screen, UUID("aaaaaaab")));
}

/* ---- Not answered: no reason to refuse */

static void test_no_answer_opens_the_dashboard(void **state)
{
    struct desk *desk = *state;
    serve_two_spaces(desk);
    char *body = contract_spaces(SPACES({.id = OPS, .name = "acme-ops"}));
    server_on(desk->server, "GET", "/v1/spaces", ANSWER_MADE(200, body, .hold = true));
    struct screen *screen = desk_open(desk, 24, 100, WORDS("acme-ops"), NULL);
    assert_true(screen_wait(screen, "loading"));
    assert_true(server_wait_held(desk->server, 1, DESK_PATIENCE_MS));
    server_release(desk->server, "GET", "**");
    assert_true(screen_wait(screen, SOON));
    desk_quit(desk);
}

static void test_a_server_that_refuses_opens_the_dashboard(void **state)
{
    struct desk *desk = *state;
    server_down(desk->server);
    desk_open(desk, 24, 100, WORDS("acme-ops"), NULL);
    assert_true(screen_wait(desk->screen, "offline"));
    server_up(desk->server);
    server_on(desk->server, "GET", "**", ANSWER_STATUS(401));
    desk_open(desk, 24, 100, WORDS("acme-ops/nightly"), NULL);
    assert_true(screen_wait(desk->screen, "unauthorised"));
    desk_quit(desk);
}

/* ---- Left meanwhile */

/* Whether the key ended it before the dashboard opened, as it does where the lookup is not over on
 * a busy machine before the key is pressed. */
static bool leaves(struct desk *desk, const char *key, int status)
{
    struct screen *screen = desk_open(desk, 24, 100, WORDS("acme-ops"), NULL);
    assert_true(screen_wait(screen, "looking up acme-ops"));
    screen_keys(screen, key);
    int ended = screen_wait_exit(screen);
    bool left = !screen_raw_has(screen, "\033");
    if (left) {
        assert_int_equal(ended, status);
        assert_true(screen_given_back(screen));
        assert_false(screen_raw_has(screen, "jj"));
    }
    return left;
}

static void test_left_while_looking(void **state)
{
    static const struct {
        const char *keys;
        int status;
    } ways[] = {{"jjq", 0}, {"jj<C-c>", 128 + SIGINT}};
    struct desk *desk = *state;
    server_on(desk->server, "GET", "/v1/spaces", ANSWER_JSON(200, "{}", .hold = true));
    for (size_t i = 0; i < COUNT(ways); i++) {
        int tries = 0;
        while (!leaves(desk, ways[i].keys, ways[i].status))
            assert_true(++tries < 10);
    }
}

/* It goes while it is watched: the dashboard stays, and says so. */
static void test_it_vanishes_later(void **state)
{
    struct desk *desk = *state;
    serve_two_spaces(desk);
    struct screen *screen = desk_open(desk, 24, 100, WORDS("acme-ops/nightly"), NULL);
    assert_true(screen_wait(screen, LATER));
    contract_serve(desk->server, SPACES({.id = OPS, .name = "acme-ops"}),
                   RUNTIMES({.id = CHECKOUT, .name = "checkout"}), NULL);
    screen_keys(screen, "r");
    assert_true(screen_wait_gone(screen, "active"));
    desk_quit(desk);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_found),
        AT_DESK(test_found_once),
        AT_DESK(test_nothing_else_is_asked_for),
        AT_DESK(test_not_found),
        AT_DESK(test_not_found_once),
        AT_DESK(test_two_of_the_same_name),
        AT_DESK(test_no_answer_opens_the_dashboard),
        AT_DESK(test_a_server_that_refuses_opens_the_dashboard),
        AT_DESK(test_left_while_looking),
        AT_DESK(test_it_vanishes_later),
    };
    return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
