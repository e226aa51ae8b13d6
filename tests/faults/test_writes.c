/* What was confirmed, while all around it fails: never two creates, a revoke again only because
 * that is harmless, and whatever way the program ends, it is soon, and what is not done is named.
 */
#include "tests/faults/side.h"

#include "tests/faults/play.h"

#define LATER_PATH NIGHTLY_LEASES "/" UUID(LATER)

static const struct contract_lease fresh = {
    .id = UUID(FRESH), .runtime = CHECKOUT, .age_s = -1, .left_s = 3600};

/* ---- The server's part in it */

/* On a thread of the server's, before its answer is sent, or not sent. */
static void let_make(struct server *server, const struct request *request, void *context)
{
    (void)server, (void)request;
    desk_put(((struct play *)context)->desk, &fresh);
}

static void let_revoke(struct server *server, const struct request *request, void *context)
{
    (void)server, (void)request;
    struct desk *desk = ((struct play *)context)->desk;
    struct contract_lease later = desk_lease(desk, UUID(LATER));
    later.revoked_s = 1;
    desk_put(desk, &later);
}

/* ---- Cut off */

enum moment { BEFORE, DURING, AFTER, SILENT, MOMENTS };

static const struct {
    const char *name, *words;
    bool acted;
    enum answer_until until;
    enum answer_end end;
} moments[MOMENTS] = {
    [BEFORE] = {"before", "closed without a byte; nothing was done", false, UNTIL_START, END_CLOSE},
    [DURING] = {"during", "done; closed after half of the header", true, UNTIL_HEADER, END_CLOSE},
    [AFTER] = {"after", "done; closed after half of the body", true, UNTIL_BODY, END_CLOSE},
    [SILENT] = {"in silence", "done; then not a byte for longer than one waits", true, UNTIL_START,
                END_STALL},
};

static struct answer cut_answer(struct play *play, enum moment moment, bool create)
{
    return (struct answer){
        .type = "application/json",
        .body = "{\"id\":\"" UUID(LATER) "\"}",
        .until = moments[moment].until,
        .end = moments[moment].end,
        .before = !moments[moment].acted ? NULL
                  : create               ? let_make
                                         : let_revoke,
        .context = play,
    };
}

/* On SOON, which is in checkout, whichever list came first. */
static void test_create_cut(void **state)
{
    struct play *play = *state;
    const enum moment moment = *(const enum moment *)play->given;
    struct screen *screen = play_watch(play, WORDS("--timeout", "1"));
    server_on(play->desk->server, "POST", CHECKOUT_LEASES, cut_answer(play, moment, true));
    screen_keys(screen, "gn");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>");
    if (moments[moment].acted) {
        assert_true(desk_row_says(screen, FRESH, "lost"));
        assert_true(screen_wait(screen, "the lease whose answer was lost is probably " FRESH));
        assert_true(screen_wait_gone(screen, "unknown"));
    } else {
        assert_true(screen_wait(screen, "not known whether the create happened"));
        assert_true(desk_row_says(screen, "checkout", "unknown"));
    }
    size_t asked = server_count(play->desk->server, "GET", CHECKOUT_LEASES);
    assert_true(
        server_wait(play->desk->server, "GET", CHECKOUT_LEASES, asked + 3, DESK_PATIENCE_MS));
    screen_keys(screen, "q");
    assert_int_equal(screen_wait_exit(screen), moments[moment].acted ? 0 : 5);
    assert_true(moments[moment].acted || screen_has(screen, "not confirmed: create of a lease"));
    assert_int_equal(server_count(play->desk->server, "POST", "**"), 1);
}

static void test_revoke_cut(void **state)
{
    struct play *play = *state;
    const enum moment moment = *(const enum moment *)play->given;
    struct screen *screen = play_watch(play, WORDS("--timeout", "1"));
    struct contract_lease later = desk_lease(play->desk, UUID(LATER));
    char *body = contract_lease(server_now(play->desk->server), &later);
    struct answer again = ANSWER_MADE(200, body, .before = let_revoke, .context = play);
    struct answer gone = ANSWER_MADE(404, contract_error("connection.not_found", "gone", "req_1"));
    /* A server may know a lease that it has revoked, or not any more. */
    server_then(play->desk->server, "DELETE", LATER_PATH, cut_answer(play, moment, false),
                moment == DURING ? gone : again);
    free(moment == DURING ? again.body_take : gone.body_take);
    screen_keys(screen, "gjX");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(desk_row_says(screen, LATER, "revoked"));
    assert_true(screen_wait(screen, "revoked " LATER ": no new attach is accepted"));
    desk_quit(play->desk);
    assert_int_equal(server_count(play->desk->server, "DELETE", "**"), 2);
    assert_int_equal(server_count(play->desk->server, "DELETE", LATER_PATH), 2);
}

/* ---- Memory */

static void confirm_later(struct screen *screen)
{
    screen_keys(screen, "gjx");
    assert_true(screen_wait(screen, ">[Cancel]<"));
}

/* Memory is there again before the grace is over: nothing was lost meanwhile. */
static void test_memory_that_comes_back(void **state)
{
    struct play *play = *state;
    struct screen *screen = play_watch(play, NULL);
    if (SUPPORT_SANITIZED)
        skip(); /* its allocator is not ours to bend */
    desk_revokes(play->desk, UUID(LATER));
    confirm_later(screen);
    screen_keys(screen, "y");
    assert_true(desk_row_says(screen, LATER, "undo "));
    play_memory_out(play);
    play->shim->memory_out = SHIM_MEMORY_REAL;
    assert_true(desk_row_says(screen, LATER, "revoked"));
    desk_quit(play->desk);
    assert_int_equal(server_count(play->desk->server, "DELETE", "**"), 1);
}

/* What cannot even be asked for is said at once: `out` is who has no memory. Nothing pretends to be
 * under way. */
static void confirm_without_memory(struct play *play, enum shim_memory out, const char *sentence)
{
    struct screen *screen = play_watch(play, NULL);
    if (SUPPORT_SANITIZED)
        skip();
    desk_revokes(play->desk, UUID(LATER));
    confirm_later(screen);
    play->shim->memory_out = out;
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, sentence));
    play->shim->memory_out = SHIM_MEMORY_REAL;
    assert_true(desk_row_says(screen, LATER, "active"));
    desk_quit(play->desk);
    assert_true(desk_only_read(play->desk));
}

static void test_confirmed_without_memory(void **state)
{
    confirm_without_memory(*state, SHIM_MEMORY_OUT, "out of memory: nothing was sent");
}

/* The screen had the memory to ask, and who was to do it has none. */
static void test_memory_that_runs_out_behind_the_screen(void **state)
{
    confirm_without_memory(*state, SHIM_MEMORY_OUT_API, "the lease is not revoked: out of memory");
}

/* ---- For a reader */

static int list(void)
{
    printf("| cut | what the server does | a create | a revoke |\n| --- | --- | --- | --- |\n");
    for (int i = 0; i < MOMENTS; i++)
        printf("| %s | %s | %s; POST once | sent again%s, and done; DELETE twice |\n",
               moments[i].name, moments[i].words,
               moments[i].acted ? "found by the next list, its secret lost" : "declared unknown",
               moments[i].until == UNTIL_START && moments[i].end == END_CLOSE
                   ? " at once, over a new connection"
                   : " after a second");
    return 0;
}

int main(int argc, char **argv)
{
    enum { CUTS = 2 * MOMENTS };
    static enum moment cuts[MOMENTS];
    static char names[CUTS][40];
    struct CMUnitTest tests[CUTS + 3];
    if (argc > 1 && strcmp(argv[1], "--list") == 0)
        return list();
    for (int i = 0; i < CUTS; i++) {
        enum moment moment = cuts[i / 2] = (enum moment)(i / 2);
        snprintf(names[i], sizeof names[i], "%s cut %s", i % 2 == 0 ? "create" : "revoke",
                 moments[moment].name);
        tests[i] = (struct CMUnitTest)PLAYED(
            names[i], i % 2 == 0 ? test_create_cut : test_revoke_cut, &cuts[i / 2]);
    }
    tests[CUTS] =
        (struct CMUnitTest)PLAYED("confirmed without memory", test_confirmed_without_memory, NULL);
    tests[CUTS + 1] =
        (struct CMUnitTest)PLAYED("memory that comes back", test_memory_that_comes_back, NULL);
    tests[CUTS + 2] = (struct CMUnitTest)PLAYED("confirmed, and then without memory",
                                                test_memory_that_runs_out_behind_the_screen, NULL);
    return side_run(tests, COUNT(tests));
}
