/* Giving the shell back: by every way, in every state, soon, and as it was. */
#include "tests/screen/desk.h"

#include <signal.h>

/* What is told here is not measured: that is the bench's. This is far beyond it. */
enum { SOON_MS = SUPPORT_SANITIZED ? 10000 : 2000 };

/* ---- States it may be in */

static void usual(struct desk *desk)
{
    desk_watch(desk, 24, 80);
}

static void hanging(struct desk *desk)
{
    server_on(desk->server, "GET", "**", ANSWER_NEVER);
    desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(desk->screen, "loading"));
    assert_true(server_wait(desk->server, "GET", "/v1/spaces", 1, DESK_PATIENCE_MS));
}

/* Half of an answer came, and no more of it comes. */
static void half_answered(struct desk *desk)
{
    desk_serve(desk);
    server_on(desk->server, "GET", NIGHTLY_LEASES,
              ANSWER_JSON(200, "{\"connections\":[{\"id\":\"half\"}]}", .until = UNTIL_BODY,
                          .end = END_STALL));
    desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(desk->screen, SOON));
}

/* Where nobody listens any more. */
static void offline(struct desk *desk)
{
    struct server *gone = server_start();
    char url[64];
    snprintf(url, sizeof url, "%s", server_url(gone));
    server_stop(gone);
    desk_open(desk, 24, 80, WORDS("--api-url", url), NULL);
    assert_true(screen_wait(desk->screen, "offline"));
}

static void with_key(struct desk *desk, const char *key, const char *shown)
{
    desk_watch(desk, 24, 80);
    screen_keys(desk->screen, key);
    assert_true(screen_wait(desk->screen, shown));
}

static void asked(struct desk *desk)
{
    with_key(desk, "x", ">[Cancel]<");
}

static void filling_a_form(struct desk *desk)
{
    with_key(desk, "n<Tab><Tab>", "< checkout >");
}

static void reading_help(struct desk *desk)
{
    with_key(desk, "?", "Moving");
}

static void too_small(struct desk *desk)
{
    desk_serve(desk);
    desk_open(desk, 2, 10, NULL, NULL);
    assert_true(screen_wait(desk->screen, "needs 24x4"));
}

/* ---- Ways to end it */

static void by_key(struct desk *desk)
{
    screen_keys(desk->screen, "q");
}

static void by_function_key(struct desk *desk)
{
    screen_keys(desk->screen, "<F10>");
}

static void by_interrupt(struct desk *desk)
{
    screen_keys(desk->screen, "<C-c>");
}

static void by_term(struct desk *desk)
{
    kill(screen_pid(desk->screen), SIGTERM);
}

static void by_hup(struct desk *desk)
{
    kill(screen_pid(desk->screen), SIGHUP);
}

/* A letter is text where something is typed, so q is no way out of a form. */
static void assert_ends(struct desk *desk, void (*state)(struct desk *), bool letters)
{
    static void (*const ways[])(struct desk *) = {by_key, by_function_key, by_interrupt, by_term,
                                                  by_hup};
    for (size_t i = letters ? 0 : 1; i < COUNT(ways); i++) {
        state(desk);
        long long from_ms = support_now_ms();
        ways[i](desk);
        int status = screen_wait_exit(desk->screen);
        long long took_ms = support_now_ms() - from_ms;
        printf("# way %zu took %lld ms\n", i, took_ms);
        assert_int_equal(status, 0);
        assert_true(screen_given_back(desk->screen));
        assert_true(took_ms < SOON_MS);
        assert_true(desk_only_read(desk));
        for (int row = 0; row < screen_rows(desk->screen); row++)
            assert_string_equal(screen_row(desk->screen, row), "");
    }
}

static void assert_ends_when_closed(struct desk *desk, void (*state)(struct desk *))
{
    state(desk);
    screen_hangup(desk->screen);
    assert_int_equal(screen_wait_exit(desk->screen), 0);
    printf("# gone after %.0f ms\n", screen_exit_ms(desk->screen));
    assert_true(screen_exit_ms(desk->screen) < SOON_MS);
    assert_true(desk_only_read(desk));
}

/* state, whether letters are commands there */
#define STATES(X)                                                                                  \
    X(usual, true)                                                                                 \
    X(hanging, true)                                                                               \
    X(half_answered, true)                                                                         \
    X(offline, true)                                                                               \
    X(asked, true)                                                                                 \
    X(filling_a_form, false)                                                                       \
    X(reading_help, true)                                                                          \
    X(too_small, true)

#define STATE_TESTS(state, letters)                                                                \
    static void test_end_when_##state(void **desk)                                                 \
    {                                                                                              \
        assert_ends(*desk, state, letters);                                                        \
    }                                                                                              \
    static void test_closed_when_##state(void **desk)                                              \
    {                                                                                              \
        assert_ends_when_closed(*desk, state);                                                     \
    }
STATES(STATE_TESTS)
#undef STATE_TESTS

/* Nobody is told twice, and nobody loses the terminal over it. */
static void test_impatience(void **state)
{
    struct desk *desk = *state;
    desk_watch(desk, 24, 80);
    for (int i = 0; i < 5; i++)
        kill(screen_pid(desk->screen), SIGTERM);
    screen_keys(desk->screen, "qq<C-c>q");
    assert_int_equal(screen_wait_exit(desk->screen), 0);
    assert_true(screen_given_back(desk->screen));
}

/* ---- For a while only */

/* A shell with job control starts it, as a person's does. */
static void test_stopped_and_continued(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    char *script = contract_format("set -m; '%s/leasetop' --api-url %s --interval 1;"
                                   " echo stopped; read x; fg >/dev/null; echo ended with $?",
                                   getenv("BUILDDIR"), server_url(desk->server));
    struct screen *screen = desk->screen =
        screen_start(24, 80, WORDS("sh", "-c", script), WORDS("BCTRL_API_KEY=" DESK_KEY));
    free(script);
    screen_deadline(screen, DESK_PATIENCE_MS);
    assert_true(screen_wait(screen, OVER) && desk_selects(screen, SOON));
    screen_keys(screen, "j");
    assert_true(desk_selects(screen, LATER));
    screen_keys(screen, "<C-z>");
    assert_true(screen_wait(screen, "stopped"));
    assert_true(screen_given_back(screen));
    assert_false(screen_has(screen, SOON));
    screen_resize(screen, 30, 100);
    screen_keys(screen, "<Enter>");
    assert_true(desk_selects(screen, LATER));
    assert_true(screen_wait_row(screen, 29, "n new"));
    assert_true(screen_modes(screen).alternate && screen_modes(screen).paste);
    screen_keys(screen, "k");
    assert_true(desk_selects(screen, SOON));
    screen_keys(screen, "q");
    assert_true(screen_wait(screen, "ended with 0"));
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_given_back(screen));
}

/* ---- What is no key */

static void test_pasted_text_is_no_command(void **state)
{
    static const char *const texts[] = {"q", "xy\n",    "n\n",
                                        "2", "\033[Aq", "a long one\nwith lines\n"};
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    for (size_t i = 0; i < COUNT(texts); i++) {
        screen_paste(screen, texts[i]);
        assert_true(screen_wait(screen, "pasted text is no command"));
        screen_keys(screen, "<Esc>");
        assert_true(screen_wait_gone(screen, "pasted text is no command"));
    }
    assert_true(desk_selects(screen, SOON));
    assert_true(screen_has(screen, "LEFT"));
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

/* A slow line splits what a key sends: its tail is no command, though it has digits and letters in
 * it that are. */
static void test_split_key(void **state)
{
    static const char *const tails[] = {"[2~", "OQ", "[1;5Q", "[24;2~"};
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 80);
    for (size_t i = 0; i < COUNT(tails); i++) {
        screen_keys(screen, "<Esc>");
        screen_keys(screen, tails[i]); /* well after the Esc was taken for one */
        screen_keys(screen, "G");
        assert_true(desk_selects(screen, OVER));
        assert_true(screen_has(screen, "LEFT"));
        screen_keys(screen, "g");
        assert_true(desk_selects(screen, SOON));
    }
    desk_quit(desk);
    assert_true(desk_only_read(desk));
}

/* One that is bound is the key that it is. */
static void test_split_key_that_is_bound(void **state)
{
    struct screen *screen = desk_watch(*state, 24, 80);
    screen_keys(screen, "<Esc>");
    screen_keys(screen, "OB");
    assert_true(desk_selects(screen, LATER));
    screen_keys(screen, "<Esc>");
    screen_keys(screen, "[20~");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    assert_true(screen_wait(screen, UUID(LATER)));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define STATE_ROWS(state, letters)                                                                 \
    AT_DESK(test_end_when_##state), AT_DESK(test_closed_when_##state),
        STATES(STATE_ROWS)
#undef STATE_ROWS
            AT_DESK(test_impatience),
        AT_DESK(test_stopped_and_continued),
        AT_DESK(test_pasted_text_is_no_command),
        AT_DESK(test_split_key),
        AT_DESK(test_split_key_that_is_bound),
    };
    return cmocka_run_group_tests_name("ending", tests, NULL, NULL);
}
