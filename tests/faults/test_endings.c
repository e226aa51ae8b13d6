/* The program is ended while something confirmed is not done: the shell is back at once, what can
 * be sent is sent, what is not confirmed is named, and the process is gone soon. */
#include "tests/faults/side.h"

#include "tests/faults/play.h"

#include <signal.h>

#define LATER_PATH NIGHTLY_LEASES "/" UUID(LATER)

/* Ten times what they should take, for each way: 200 ms to the shell, a second more to the end.
 * test_figures has the claim itself. */
enum { SHELL_MS = SUPPORT_SANITIZED ? 10000 : 2000, GONE_MS = SUPPORT_SANITIZED ? 30000 : 12000 };

/* ---- Start */

/* Opened by a shell that takes what it says on standard error: a closed terminal shows nothing. */
static void open_with_stderr(struct play *play)
{
    struct desk *desk = play->desk;
    const char *shim = scratch_file(&desk->folder, "shim");
    char *script = contract_format(
        "%s LD_PRELOAD='%s/tests/faults/shim.so' " SHIM_VARIABLE "='%s' exec '%s/leasetop'"
        " --api-url %s --interval 1 2>'%s'",
        "ASAN_OPTIONS=verify_asan_link_order=0:$ASAN_OPTIONS", getenv("BUILDDIR"), shim,
        getenv("BUILDDIR"), server_url(desk->server), scratch_file(&desk->folder, "stderr"));
    desk_serve(desk);
    desk->screen =
        screen_start(24, 140, WORDS("sh", "-c", script), WORDS("BCTRL_API_KEY=" DESK_KEY));
    free(script);
    screen_deadline(desk->screen, DESK_PATIENCE_MS);
    assert_true(screen_wait(desk->screen, SOON) && screen_wait(desk->screen, OVER));
}

/* ---- Situations */

static void confirm_revoke(struct play *play, const char *key)
{
    struct screen *screen = play->desk->screen;
    screen_keys(screen, "gj");
    assert_true(desk_selects(screen, LATER));
    screen_keys(screen, key);
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(desk_row_says(screen, LATER, *key == 'x' ? "undo " : "revoking"));
}

static void answer_delete(struct play *play, struct answer answer)
{
    server_on(play->desk->server, "DELETE", LATER_PATH, answer);
}

static void in_grace(struct play *play)
{
    desk_revokes(play->desk, UUID(LATER));
    confirm_revoke(play, "x");
}

static void in_grace_silent(struct play *play)
{
    answer_delete(play, ANSWER_NEVER);
    confirm_revoke(play, "x");
}

static void in_grace_refused(struct play *play)
{
    answer_delete(play, ANSWER_MADE(403, contract_error("auth.forbidden", "not yours", "req_9")));
    confirm_revoke(play, "x");
}

static void in_grace_down(struct play *play)
{
    confirm_revoke(play, "x");
    server_down(play->desk->server);
    assert_true(screen_wait(play->desk->screen, "[offline]"));
}

static void in_grace_without_memory(struct play *play)
{
    if (SUPPORT_SANITIZED)
        skip(); /* its allocator is not ours to bend */
    desk_revokes(play->desk, UUID(LATER));
    confirm_revoke(play, "x");
    play_memory_out(play);
}

static void revoke_sent(struct play *play)
{
    answer_delete(play, ANSWER_NEVER);
    confirm_revoke(play, "X");
    assert_true(server_wait(play->desk->server, "DELETE", "**", 1, DESK_PATIENCE_MS));
}

static void revoke_limited(struct play *play)
{
    answer_delete(play, ANSWER_JSON(429, "{}", .headers = "Retry-After: 1000\r\n"));
    screen_keys(play->desk->screen, "gjX");
    assert_true(screen_wait(play->desk->screen, ">[Cancel]<"));
    screen_keys(play->desk->screen, "y");
    assert_true(desk_row_says(play->desk->screen, LATER, "waiting"));
}

static void create_sent(struct play *play)
{
    server_on(play->desk->server, "POST", "**", ANSWER_NEVER);
    screen_keys(play->desk->screen, "gn");
    assert_true(screen_wait(play->desk->screen, "Create"));
    screen_keys(play->desk->screen, "<Enter>");
    assert_true(server_wait(play->desk->server, "POST", "**", 1, DESK_PATIENCE_MS));
}

struct situation {
    const char *name, *does;
    void (*bring)(struct play *);
    int status;
    const char *named; /* on standard error; NULL: nothing is said there */
    size_t deletes_least, deletes_most, posts;
};

#define OPEN_REVOKE "leasetop: not confirmed: revoke of " UUID(LATER) " on nightly"

static const struct situation situations[] = {
    {"a revoke in its grace", "the server is well", in_grace, 0, NULL, 1, 1, 0},
    {"a revoke in its grace, no answer", "it takes the request and is silent", in_grace_silent, 5,
     OPEN_REVOKE, 1, 1, 0},
    {"a revoke in its grace, refused", "it answers 403", in_grace_refused, 5,
     "leasetop: failed: revoke of " UUID(LATER) " on nightly: HTTP 403 auth.forbidden: not yours",
     1, 1, 0},
    {"a revoke in its grace, nobody there", "the port is closed", in_grace_down, 5, OPEN_REVOKE, 0,
     0, 0},
    {"a revoke in its grace, out of memory", "every allocation of the program fails",
     in_grace_without_memory, 5, OPEN_REVOKE, 0, 0, 0},
    {"a revoke under way", "it takes the request and is silent", revoke_sent, 5, OPEN_REVOKE, 1, 1,
     0},
    {"a revoke that was told to wait", "it answers 429, Retry-After: 1000", revoke_limited, 5,
     OPEN_REVOKE, 1, 2, 0},
    {"a create under way", "it takes the request and is silent", create_sent, 5,
     "leasetop: not confirmed: create of a lease on checkout", 0, 0, 1},
};

/* ---- Ways to end it */

static void by_key(struct screen *screen)
{
    screen_keys(screen, "q");
}

static void by_interrupt(struct screen *screen)
{
    screen_keys(screen, "<C-c>");
}

static void by_term(struct screen *screen)
{
    kill(screen_pid(screen), SIGTERM);
}

static void by_hup(struct screen *screen)
{
    kill(screen_pid(screen), SIGHUP);
}

static const struct {
    const char *name;
    void (*end)(struct screen *);
} ways[] = {
    {"q", by_key},   {"Ctrl-C", by_interrupt},           {"TERM", by_term},
    {"HUP", by_hup}, {"closed terminal", screen_hangup},
};

struct ending {
    const struct situation *situation;
    size_t way;
    char name[100];
};

static void assert_named(struct play *play, const struct situation *situation)
{
    char *said = scratch_read(scratch_file(&play->desk->folder, "stderr"), NULL);
    if (situation->named == NULL ? *said != '\0' : strstr(said, situation->named) == NULL)
        fail_msg("on standard error stands \"%s\"", said);
    assert_null(strstr(said, DESK_KEY));
    free(said);
}

/* From the key, or what else it is, to the terminal given back, and to the end. */
struct taken {
    long long back_ms, gone_ms;
    int status;
};

static struct taken end_by(struct screen *screen, size_t way)
{
    struct taken taken = {.back_ms = 0};
    screen_raw_reset(screen);
    long long from_ms = support_now_ms();
    ways[way].end(screen);
    if (ways[way].end != screen_hangup) {
        assert_true(screen_wait_raw(screen, "\033[?1049l"));
        taken.back_ms = support_now_ms() - from_ms;
    }
    taken.status = screen_wait_exit(screen);
    taken.gone_ms = support_now_ms() - from_ms;
    printf("# terminal back after %lld ms, gone after %lld ms\n", taken.back_ms, taken.gone_ms);
    return taken;
}

/* What is claimed, to the millisecond, where the server is silent and all of the second is used: a
 * machine that is busy at the moment gets two more tries. */
static void test_figures(void **state)
{
    enum { TRIES = 3, BACK_MS = 200, OVER_MS = 1200 };
    struct play *play = *state;
    if (SUPPORT_SANITIZED)
        skip(); /* which takes its own time */
    for (int i = 0; i < TRIES; i++) {
        screen_free(play->desk->screen);
        play->desk->screen = NULL;
        open_with_stderr(play);
        in_grace_silent(play);
        struct taken taken = end_by(play->desk->screen, (size_t)i % 2);
        assert_int_equal(taken.status, 5);
        if (taken.back_ms <= BACK_MS && taken.gone_ms <= OVER_MS)
            return;
    }
    fail_msg("%d times it took longer than it should", TRIES);
}

static void test_ending(void **state)
{
    struct play *play = *state;
    const struct ending *ending = play->given;
    const struct situation *situation = ending->situation;
    open_with_stderr(play);
    struct screen *screen = play->desk->screen;
    situation->bring(play);
    struct taken taken = end_by(screen, ending->way);
    assert_int_equal(taken.status, situation->status);
    assert_true(taken.back_ms < SHELL_MS);
    assert_true(taken.gone_ms < GONE_MS);
    assert_true(ways[ending->way].end == screen_hangup || screen_given_back(screen));
    assert_named(play, situation);
    assert_in_range(server_count(play->desk->server, "DELETE", "**"), situation->deletes_least,
                    situation->deletes_most);
    assert_int_equal(server_count(play->desk->server, "POST", "**"), situation->posts);
}

/* ---- For a reader */

static int list(void)
{
    printf("| ended with | while | what is sent | exit | named on standard error |\n"
           "| --- | --- | --- | --- | --- |\n");
    for (const struct situation *one = situations; one < situations + COUNT(situations); one++)
        printf("| %s | %s | %s | %d | %s |\n", one->name, one->does,
               one->posts > 0           ? "POST once"
               : one->deletes_most == 0 ? "nothing can be"
               : one->deletes_most == 1 ? "DELETE once"
                                        : "DELETE once more at most",
               one->status, one->named != NULL ? one->named : "");
    return 0;
}

int main(int argc, char **argv)
{
    enum { ENDINGS = COUNT(situations) * COUNT(ways) };
    static struct ending endings[ENDINGS];
    struct CMUnitTest tests[ENDINGS + 1];
    if (argc > 1 && strcmp(argv[1], "--list") == 0)
        return list();
    for (size_t i = 0; i < ENDINGS; i++) {
        struct ending *one = &endings[i];
        one->situation = &situations[i / COUNT(ways)];
        one->way = i % COUNT(ways);
        snprintf(one->name, sizeof one->name, "%s: %s", one->situation->name, ways[one->way].name);
        tests[i] = (struct CMUnitTest)PLAYED(one->name, test_ending, one);
    }
    tests[ENDINGS] = (struct CMUnitTest)PLAYED("200 ms, and a second", test_figures, NULL);
    return side_run(tests, ENDINGS + 1);
}
