/* Plays each row of table.c: what the screen says, that the keys work, that nothing is lost, how
 * many requests go out, that all is well again without a restart. `--list` prints the rows. */
#include "tests/faults/side.h"
#include "tests/faults/table.h"

/* ---- Requests */

static const struct {
    int64_t at_once;  /* may be under way when the fault comes */
    int64_t together; /* then after each pause */
    const char *words;
} wheres[] = {
    [ONE_LIST] = {1, 1, "one"},
    [ALL_LISTS] = {5, 5, "one of each list"},
    [SERVER] = {5, 1, "five at once at most"},
    [NETWORK] = {8, 1, "eight at once at most"},
};

/* How many attempts there have been that could meet the fault. */
static int64_t attempts(const struct play *play, const struct fault *fault)
{
    struct server *server = play->desk->server;
    if (fault->by_name)
        return play->shim->names_asked;
    if (fault->where == NETWORK)
        return play->shim->connects;
    return (int64_t)server_count(server, "*", fault->where == ONE_LIST ? NIGHTLY_LEASES : "**");
}

static void assert_few(const struct play *play, const struct fault *fault, int64_t before,
                       long long since_ms)
{
    int64_t seen = attempts(play, fault) - before;
    int64_t pauses =
        fault->pause_s != 0 ? (support_now_ms() - since_ms) / (fault->pause_s * 1000) : 0;
    int64_t lists = wheres[fault->where].at_once + pauses * wheres[fault->where].together;
    int64_t allowed = lists * (fault->pages != 0 ? fault->pages : 1) * (fault->again ? 2 : 1);
    printf("# %lld requests, %lld are allowed\n", (long long)seen, (long long)allowed);
    if (seen > allowed)
        fail_msg("%lld requests went out, %lld at most should have", (long long)seen,
                 (long long)allowed);
    if (seen == 0)
        fail_msg("no request met the fault");
}

/* ---- The screen */

static void assert_said(struct screen *screen, const struct fault *fault)
{
    if (fault->chip != NULL)
        assert_true(screen_wait(screen, fault->chip));
    if (fault->sentence != NULL)
        assert_true(screen_wait(screen, fault->sentence));
}

static void assert_rows(struct screen *screen, const struct fault *fault)
{
    static const char *const ids[] = {SOON, LATER, ENDLESS, OVER};
    for (size_t i = 0; i < ROWS_MAX && fault->rows[i].id != NULL; i++)
        assert_true(desk_row_says(screen, fault->rows[i].id, fault->rows[i].word));
    if (fault->rows[0].id == NULL) {
        assert_true(desk_row_says(screen, LATER, "~2h0"));
        if (fault->where != ONE_LIST)
            assert_true(desk_row_says(screen, SOON, "~09:"));
    }
    for (size_t i = 0; i < COUNT(ids); i++)
        if (!screen_has(screen, ids[i]))
            fail_msg("%s is gone", ids[i]);
    if (fault->where == ONE_LIST)
        assert_null(strchr(screen_row(screen, desk_row(screen, SOON)), '~'));
}

static void assert_well(struct screen *screen, const struct fault *fault)
{
    if (fault->chip != NULL)
        assert_true(screen_wait_gone(screen, fault->chip));
    assert_true(screen_wait_gone(screen, "~"));
    assert_true(desk_row_says(screen, SOON, "active"));
    assert_true(desk_row_says(screen, LATER, "active"));
    assert_true(desk_row_says(screen, LATER, "2h0"));
    assert_true(desk_row_says(screen, ENDLESS, "active"));
    assert_true(desk_row_says(screen, OVER, "revoked"));
    assert_true(screen_wait(screen, "0s ago"));
}

/* ---- Memory */

enum { MEMORY_MOST_KB = 96 << 10 };

/* What it ever used, whatever it was sent. A sanitizer's own memory is another matter. */
static void assert_small(struct screen *screen)
{
    char *path = contract_format("/proc/%d/status", (int)screen_pid(screen));
    char *status = scratch_read(path, NULL);
    const char *most = strstr(status, "VmHWM:");
    long kb = most != NULL ? atol(most + strlen("VmHWM:")) : 0;
    free(status);
    free(path);
    printf("# %ld kB of memory at most\n", kb);
    if (!SUPPORT_SANITIZED && kb > MEMORY_MOST_KB)
        fail_msg("it has used %ld kB", kb);
}

/* ---- A row */

/* Whoever asks for the name of the server is told. */
static void stand_behind_a_name(struct play *play)
{
    play->shim->names = SHIM_NAMES_HERE;
    play_over_tls(play);
}

static void begin(struct play *play, const struct fault *fault)
{
    if (fault->begin != NULL)
        fault->begin(play);
    else if (fault->where == ONE_LIST)
        server_on(play->desk->server, "GET", NIGHTLY_LEASES, fault->answer);
    else
        play_answer_all(play, fault->answer);
}

static void end(struct play *play, const struct fault *fault)
{
    if (fault->mend != NULL)
        fault->mend(play);
    else
        desk_publish(play->desk);
    assert_well(play->desk->screen, fault);
    assert_small(play->desk->screen);
    desk_quit(play->desk);
    assert_true(desk_only_read(play->desk));
}

static void test_fault(void **state)
{
    struct play *play = *state;
    const struct fault *fault = play->given;
    if (fault->by_name)
        stand_behind_a_name(play);
    struct screen *screen = play_watch(play, fault->impatient ? WORDS("--timeout", "1") : NULL);
    int64_t before = attempts(play, fault);
    long long since_ms = support_now_ms();
    begin(play, fault);
    assert_said(screen, fault);
    play_keys_work(play);
    assert_rows(screen, fault);
    assert_few(play, fault, before, since_ms);
    end(play, fault);
}

/* There are no rows yet: why stands in the middle, and the other keys work. */
static void test_fault_from_start(void **state)
{
    struct play *play = *state;
    const struct fault *fault = play->given;
    desk_serve(play->desk);
    if (fault->by_name)
        stand_behind_a_name(play);
    begin(play, fault);
    long long since_ms = support_now_ms();
    struct screen *screen = play_open(play, 24, 140, WORDS("--timeout", "1"));
    assert_said(screen, fault);
    assert_false(screen_has(screen, "no leases"));
    screen_keys(screen, "?");
    assert_true(screen_wait(screen, "Moving"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "Moving"));
    assert_few(play, fault, 0, since_ms);
    end(play, fault);
}

/* ---- For a reader */

static void print_cell(const char *text)
{
    for (printf(" "); *text != '\0'; text++)
        printf(*text == '|' || *text == '<' ? "\\%c" : "%c", *text);
    printf(" |");
}

static void print_rows(const struct fault *fault)
{
    char text[200] = "all stay; those of nightly marked ~";
    if (fault->from_start)
        snprintf(text, sizeof text, "none yet, and not called none");
    else if (fault->rows[0].id == NULL && fault->where != ONE_LIST)
        snprintf(text, sizeof text, "all stay, marked ~");
    size_t used = 0;
    for (size_t i = 0; i < ROWS_MAX && fault->rows[i].id != NULL; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s: %s", i > 0 ? "; " : "",
                                 fault->rows[i].id, fault->rows[i].word);
    print_cell(text);
}

static void print_requests(const struct fault *fault)
{
    char text[100];
    if (fault->pause_s == 0)
        snprintf(text, sizeof text, "%s, then none", wheres[fault->where].words);
    else
        snprintf(text, sizeof text, "%s%s, then after %d s or more%s", wheres[fault->where].words,
                 fault->again ? ", and once more over a new connection" : "", fault->pause_s,
                 fault->again                         ? " the same"
                 : wheres[fault->where].together == 1 ? " one"
                                                      : "");
    if (fault->pages != 0)
        snprintf(text + strlen(text), sizeof text - strlen(text), ", of %d pages each",
                 fault->pages);
    print_cell(text);
}

static int list(void)
{
    printf("| fault | what happens | chip | sentence | rows | requests | well again by |\n"
           "| --- | --- | --- | --- | --- | --- | --- |\n");
    for (const struct fault *fault = faults; fault < faults + fault_count; fault++) {
        printf("|");
        print_cell(fault->name);
        print_cell(fault->does);
        print_cell(fault->chip != NULL ? fault->chip : "");
        print_cell(fault->sentence != NULL ? fault->sentence : "");
        print_rows(fault);
        print_requests(fault);
        print_cell(fault->well != NULL ? fault->well : "itself");
        printf("\n");
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--list") == 0)
        return list();
    struct CMUnitTest *tests = support_need(calloc(fault_count, sizeof *tests));
    for (size_t i = 0; i < fault_count; i++)
        tests[i] = (struct CMUnitTest)PLAYED(
            faults[i].name, faults[i].from_start ? test_fault_from_start : test_fault, &faults[i]);
    int failed = side_run(tests, fault_count);
    free(tests);
    return failed;
}
