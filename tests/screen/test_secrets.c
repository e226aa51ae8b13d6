/* Where a secret must not be: not in what is written to the terminal, in words or environment of
 * any process, in a file, in a core, in a clipboard that was to forget it, nor, once it has served,
 * in memory. */
#include "tests/screen/front.h"
#include "tests/screen/run.h"
#include "tests/screen/trace.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/* Every secret part of the endpoint has this in it. */
#define MARK "shown-0nce-and-n0-more"
#define URL  "wss://live.example.test/" UUID(FRESH) "?token=" MARK
#define RDP                                                                                        \
    "{\"type\":\"rdp\",\"host\":\"desk.example.test\",\"port\":3389,\"username\":\"operator\","    \
    "\"password\":\"" MARK "\"}"
#define WEBSOCKET "{\"type\":\"websocket\",\"url\":\"" URL "\"}"
#define ENDPOINT                                                                                   \
    "{\"type\":\"composite\",\"endpoints\":{\"browser\":" WEBSOCKET ",\"desk\":" RDP "}}"

/* The program may have any of these; a test adds what it gives. */
#define OTHER_KEY "bctrl_the_0ther_key_7777"
#define TYPED_KEY "bctrl_the_typed_key_8888"

static struct screen *hold(struct desk *desk, const char *const *arguments,
                           const char *const *environment)
{
    desk_serve(desk);
    desk_creates_fresh(desk, ENDPOINT);
    struct screen *screen = desk_open(desk, 24, 140, arguments, environment);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, LATER));
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>");
    assert_true(desk_selects(screen, FRESH));
    assert_true(desk_row_says(screen, FRESH, "composite"));
    return screen;
}

static void copy_first(struct screen *screen)
{
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "copy which"));
    screen_keys(screen, "<Enter>");
}

static void end_lease(struct desk *desk)
{
    desk_revokes(desk, UUID(FRESH));
    screen_keys(desk->screen, "X");
    assert_true(screen_wait(desk->screen, "Cancel"));
    screen_keys(desk->screen, "y");
    assert_true(desk_row_says(desk->screen, FRESH, "revoked"));
}

/* ---- Terminal, processes, files */

static void assert_nowhere_outside(struct desk *desk, const char *mark)
{
    assert_false(screen_raw_has(desk->screen, mark));
    assert_false(trace_processes_hold(screen_pid(desk->screen), mark, NULL));
    assert_false(trace_folder_holds(screen_home(desk->screen), mark));
}

/* A tool that keeps the clipboard, as xclip does, until the desk is cleared away. */
static void fake_xclip(struct desk *desk)
{
    scratch_program(&desk->folder, "xclip",
                    "cat >/dev/null; echo $$ >$here/holder; exec tail -f /dev/null");
}

static void test_terminal_processes_and_files(void **state)
{
    struct desk *desk = *state;
    char path[600];
    size_t processes;
    snprintf(path, sizeof path, "PATH=%s:%s", desk->folder.path, getenv("PATH"));
    fake_xclip(desk);
    struct screen *screen = hold(desk, NULL, WORDS(path, "DISPLAY=:99"));
    assert_nowhere_outside(desk, MARK);
    copy_first(screen);
    char *holder = scratch_line(scratch_file(&desk->folder, "holder"));
    assert_true(screen_wait(screen, "copied by xclip"));
    /* The program, the shell around the tool, the tool, and its timer. */
    assert_false(trace_processes_hold(screen_pid(screen), MARK, &processes));
    assert_true(processes >= 3);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "status"));
    screen_keys(screen, "<Esc>c");
    assert_true(screen_wait(screen, "copy which"));
    assert_nowhere_outside(desk, MARK);
    assert_nowhere_outside(desk, DESK_KEY);
    screen_keys(screen, "<Esc>");
    end_lease(desk);
    assert_nowhere_outside(desk, MARK);
    desk_quit(desk);
    assert_false(screen_raw_has(screen, MARK));
    assert_false(screen_raw_has(screen, DESK_KEY));
    assert_false(trace_folder_holds(screen_home(screen), MARK));
    assert_false(trace_folder_holds(screen_home(screen), DESK_KEY));
    kill((pid_t)atoi(holder), SIGKILL);
    free(holder);
}

/* Lists that carry endpoints. */
static void test_print_and_json(void **state)
{
    static const char *const ways[] = {"--json", "--once"};
    struct desk *desk = *state;
    desk_serve_leases(desk, LEASES({.id = UUID(SOON), .runtime = CHECKOUT, .endpoint = ENDPOINT}));
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct run run;
        run_leasetop(&run, desk, WORDS("--api-url", server_url(desk->server), ways[i]),
                     WORDS("BCTRL_API_KEY=" DESK_KEY));
        assert_int_equal(run.status, 0);
        assert_non_null(strstr(run.out, SOON));
        assert_null(strstr(run.out, MARK));
        assert_null(strstr(run.err, MARK));
        assert_null(strstr(run.out, DESK_KEY));
        assert_null(strstr(run.err, DESK_KEY));
        assert_false(trace_folder_holds(desk->folder.path, MARK));
        run_clear(&run);
    }
}

/* A server, or somebody before it, that says what it was sent again in an error: in its message, as
 * its request id, and cut in the middle by our own ceiling. */
static void test_a_server_that_says_it_again(void **state)
{
    static const char *const commands[][4] = {{"list"},
                                              {"list", "--json"},
                                              {"revoke", UUID(SOON), "--yes"},
                                              {"create", "acme-ops/checkout"}};
    struct desk *desk = *state;
    char config[400], message[400];
    const char *audit = scratch_file(&desk->folder, "audit");
    snprintf(config, sizeof config, "audit = \"%s\";", audit);
    const char *conf = desk_file(desk, "a.conf", 0600, config);
    for (size_t cut = 0; cut < 2; cut++) {
        snprintf(message, sizeof message, "%0*d '%s' is no pair", cut ? 240 : 1, 0, DESK_KEY);
        for (size_t i = 0; i < COUNT(commands); i++) {
            struct run run;
            desk_serve(desk);
            server_on(desk->server,
                      i < 2   ? "GET"
                      : i < 3 ? "DELETE"
                              : "POST",
                      i < 3 ? "**/connections**" : "**",
                      ANSWER_MADE(403, contract_error("auth.scope", message, DESK_KEY)));
            run_leasetop(&run, desk,
                         WORDS(commands[i][0], "--config", conf, "--api-url",
                               server_url(desk->server), commands[i][1], commands[i][2]),
                         WORDS("BCTRL_API_KEY=" DESK_KEY));
            assert_int_not_equal(run.status, 0);
            assert_non_null(strstr(run.err, "auth.scope"));
            assert_null(strstr(run.out, "bctrl_"));
            assert_null(strstr(run.err, "bctrl_"));
            run_clear(&run);
        }
    }
    assert_false(trace_folder_holds(desk->folder.path, DESK_KEY));
}

/* ---- Cores */

static void test_no_core(void **state)
{
    static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGQUIT};
    struct desk *desk = *state;
    struct rlimit before, all = {RLIM_INFINITY, RLIM_INFINITY};
    char path[64];
    getrlimit(RLIMIT_CORE, &before);
    all.rlim_cur = all.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_CORE, &all);
    for (size_t i = 0; i < COUNT(signals) && !SUPPORT_SANITIZED; i++) {
        struct screen *screen = desk_watch(desk, 24, 80);
        snprintf(path, sizeof path, "/proc/%d/limits", (int)screen_pid(screen));
        char *limits = scratch_read(path, NULL);
        const char *core = strstr(limits, "Max core file size");
        char soft[16] = "", hard[16] = "";
        assert_non_null(core);
        assert_int_equal(sscanf(core, "Max core file size %15s %15s", soft, hard), 2);
        assert_string_equal(soft, "0");
        assert_string_equal(hard, "0");
        free(limits);
        kill(screen_pid(screen), signals[i]);
        int status = screen_wait_exit(screen);
        assert_int_equal(status, signals[i] != SIGQUIT ? 128 + signals[i] : 0); /* QUIT is heard */
        assert_false(screen_dumped(screen));
    }
    setrlimit(RLIMIT_CORE, &before);
    if (SUPPORT_SANITIZED)
        skip();
}

/* ---- Memory */

/* Looks for the mark; ends the test with a clear line where that is not possible. */
static struct trace_memory look(struct desk *desk, const char *mark)
{
    struct trace_memory memory = {0};
    const char *why = "a sanitizer's memory is too large to read";
    if (!SUPPORT_SANITIZED && trace_memory_look(screen_pid(desk->screen), mark, &memory, &why))
        return memory;
    printf("# the memory of the program is not looked at: %s\n", why);
    skip();
    return memory;
}

static void assert_protected(struct desk *desk, const char *mark)
{
    struct trace_memory memory = look(desk, mark);
    assert_true(memory.found > 0);
    if (memory.unprotected > 0)
        fail_msg("%zu of %zu copies are in memory that is not locked: %s", memory.unprotected,
                 memory.found, memory.where);
}

static void assert_wiped(struct desk *desk, const char *mark)
{
    struct trace_memory memory = look(desk, mark);
    if (memory.found > 0)
        fail_msg("%zu copies are left in memory: %s", memory.found,
                 memory.unprotected > 0 ? memory.where : "locked");
    assert_int_equal(memory.packed, 0);
}

/* Nothing is asked any more, so that no request holds a key. */
static void rest(struct desk *desk)
{
    screen_keys(desk->screen, "Z");
    assert_true(screen_wait(desk->screen, "paused"));
    assert_true(screen_wait(desk->screen, "3s ago"));
}

static void test_memory_of_an_endpoint(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = hold(desk, NULL, NULL);
    assert_protected(desk, MARK);
    copy_first(screen);
    assert_true(screen_wait(screen, "OSC 52"));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "copy which"));
    assert_protected(desk, MARK);
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "copy which"));
    screen_keys(screen, "v");
    assert_true(screen_wait(screen, "hidden in"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "hidden in"));
    assert_protected(desk, MARK);
    end_lease(desk);
    assert_wiped(desk, MARK);
    desk_quit(desk);
}

static void reject(struct desk *desk)
{
    server_on(desk->server, "GET", "/v1/spaces",
              ANSWER_JSON(401, "{\"error\":\"no such key\",\"code\":\"auth.invalid\"}"));
    assert_true(screen_wait(desk->screen, "[unauthorised]"));
}

static void type_key(struct desk *desk, const char *key)
{
    screen_keys(desk->screen, "K");
    assert_true(screen_wait(desk->screen, "another key"));
    screen_keys(desk->screen, key);
    screen_keys(desk->screen, "<Enter>");
    assert_true(screen_wait_gone(desk->screen, "Use it"));
}

/* One of the environment is held for every profile that names it: in locked memory. */
static void test_memory_of_the_environments_key(void **state)
{
    struct desk *desk = *state;
    desk_watch(desk, 24, 140);
    rest(desk);
    assert_protected(desk, DESK_KEY);
    screen_keys(desk->screen, "Z");
    reject(desk);
    type_key(desk, TYPED_KEY);
    assert_true(screen_wait(desk->screen, "\u20268888"));
    assert_true(screen_wait(desk->screen, "[unauthorised]"));
    assert_protected(desk, DESK_KEY);
    desk_quit(desk);
}

/* Of the keys of the environment none is asked for here, and one is none. */
static void test_keys_that_are_not_in_use(void **state)
{
    struct desk *desk = *state;
    char config[400];
    const char *key = desk_file(desk, "key", 0600, OTHER_KEY "\n");
    snprintf(config, sizeof config,
             "key_file = \"%s\"; profiles: { lab: { key_env = \"LAB\"; }; };", key);
    const char *read = desk_file(desk, "config", 0600, config);
    desk_serve(desk);
    desk_open(desk, 24, 140, WORDS("--config", read), WORDS("LAB=" TYPED_KEY " and more"));
    assert_true(screen_wait(desk->screen, SOON) && screen_wait(desk->screen, "7777"));
    assert_false(trace_processes_hold(screen_pid(desk->screen), DESK_KEY, NULL));
    assert_false(trace_processes_hold(screen_pid(desk->screen), TYPED_KEY, NULL));
    rest(desk);
    assert_protected(desk, DESK_KEY);
    assert_wiped(desk, TYPED_KEY);
    desk_quit(desk);
}

static void test_memory_of_a_key(void **state)
{
    struct desk *desk = *state;
    const char *file = desk_file(desk, "key", 0600, DESK_KEY "\n");
    desk_serve(desk);
    desk_open(desk, 24, 140, WORDS("--api-key-file", file), WORDS("BCTRL_API_KEY"));
    assert_true(screen_wait(desk->screen, SOON) && screen_wait(desk->screen, OVER));
    assert_int_equal(unlink(file), 0); /* it is not read again */
    rest(desk);
    assert_protected(desk, DESK_KEY);
    screen_keys(desk->screen, "Z");
    reject(desk);
    type_key(desk, TYPED_KEY);
    assert_true(screen_wait(desk->screen, "\u20268888"));
    assert_wiped(desk, DESK_KEY);
    assert_true(screen_wait(desk->screen, "[unauthorised]"));
    assert_protected(desk, TYPED_KEY);
    screen_keys(desk->screen, "K");
    assert_true(screen_wait(desk->screen, "another key"));
    screen_paste(desk->screen, OTHER_KEY);
    screen_keys(desk->screen, "<Enter>");
    assert_true(screen_wait(desk->screen, "\u20267777"));
    desk_publish(desk);
    screen_keys(desk->screen, "r");
    assert_true(screen_wait_gone(desk->screen, "[unauthorised]"));
    rest(desk);
    assert_wiped(desk, TYPED_KEY);
    assert_protected(desk, OTHER_KEY);
    desk_quit(desk);
    assert_false(screen_raw_has(desk->screen, TYPED_KEY));
    assert_false(screen_raw_has(desk->screen, OTHER_KEY));
}

/* The same over TLS and HTTP/2, whose libraries keep buffers of their own. */
static void test_memory_of_an_endpoint_over_http2(void **state)
{
    front_http2(*state);
    test_memory_of_an_endpoint(state);
}

static void test_memory_of_a_key_over_http2(void **state)
{
    front_http2(*state);
    test_memory_of_a_key(state);
}

/* One that came with a list, and went with one: no write ends the connections it came over. */
static void test_memory_of_a_listed_endpoint_over_http2(void **state)
{
    struct desk *desk = *state;
    front_http2(desk);
    desk_serve_leases(desk, LEASES({.id = UUID(FRESH), .runtime = CHECKOUT, .endpoint = ENDPOINT}));
    struct screen *screen = desk_open(desk, 24, 140, NULL, NULL);
    assert_true(desk_row_says(screen, FRESH, "composite"));
    desk_put(desk,
             &(struct contract_lease){.id = UUID(FRESH), .runtime = CHECKOUT, .revoked_s = 1});
    assert_true(desk_row_says(screen, FRESH, "revoked"));
    /* What is under way is let come to its end first. */
    size_t asked = server_count(desk->server, "GET", CHECKOUT_LEASES);
    assert_true(server_wait(desk->server, "GET", CHECKOUT_LEASES, asked + 2, DESK_PATIENCE_MS));
    assert_wiped(desk, MARK);
    desk_quit(desk);
}

/* ---- A tmux buffer, which is to be forgotten */

/* Its output; from malloc. */
static char *run_tmux(struct desk *desk, const char *words)
{
    char *text = support_need(calloc(1, 4097));
    char *line = contract_format("env -u TMUX tmux -S '%s/tmux' -f /dev/null %s 2>&1",
                                 desk->folder.path, words);
    FILE *from = popen(line, "r");
    size_t got = from != NULL ? fread(text, 1, 4096, from) : 0;
    if (from != NULL)
        pclose(from);
    text[got] = '\0';
    free(line);
    return text;
}

static int tmux_teardown(void **state)
{
    free(run_tmux(*state, "kill-server"));
    return desk_teardown(state);
}

static bool tmux_has(struct desk *desk)
{
    char *shown = run_tmux(desk, "show-buffer");
    bool has = strstr(shown, MARK) != NULL;
    free(shown);
    return has;
}

/* The program's own PATH has a sleep that ends when the test says so: nobody waits for 30 s. */
static struct screen *open_in_tmux(struct desk *desk)
{
    scratch_program(&desk->folder, "sleep", "while [ ! -e $here/late ]; do /bin/sleep 0.05; done");
    char *program =
        contract_format("PATH='%s':$PATH exec '%s/leasetop' --api-url %s --interval 1 "
                        "--keyring off",
                        desk->folder.path, getenv("BUILDDIR"), server_url(desk->server));
    struct screen *screen = desk->screen =
        screen_start(24, 140,
                     WORDS("tmux", "-S", scratch_file(&desk->folder, "tmux"), "-f", "/dev/null",
                           "new-session", program),
                     WORDS("BCTRL_API_KEY=" DESK_KEY));
    free(program);
    screen_deadline(screen, DESK_PATIENCE_MS);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, LATER));
    return screen;
}

static void test_tmux_buffer_is_forgotten(void **state)
{
    struct desk *desk = *state;
    char *version = run_tmux(desk, "-V");
    bool installed = strncmp(version, "tmux ", 5) == 0;
    free(version);
    if (!installed)
        skip();
    desk_serve(desk);
    desk_creates_fresh(desk, WEBSOCKET);
    struct screen *screen = open_in_tmux(desk);
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "created " FRESH));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, "copied by tmux (confirmed)"));
    assert_true(tmux_has(desk));
    /* tmux goes on after the program, with another session. */
    free(run_tmux(desk, "new-session -d 'exec tail -f /dev/null'"));
    screen_keys(screen, "q");
    assert_true(screen_wait_exit(screen) >= 0);
    assert_true(tmux_has(desk));
    desk_file(desk, "late", 0600, "");
    int64_t until_ms = scratch_now_ms() + SCRATCH_PATIENCE_MS;
    while (tmux_has(desk) && scratch_now_ms() < until_ms)
        scratch_pause();
    assert_false(tmux_has(desk));
}

/* ---- The kernel's keyring, as the operator sees it */

#define IN_MEMORY "held in memory only"

/* Makes a lease with the keyring on; false, with a clear line, where there is none. */
static bool keep(struct desk *desk)
{
    desk_serve(desk);
    desk_creates(desk, &(struct contract_lease){.id = UUID(FRESH),
                                                .runtime = CHECKOUT,
                                                .age_s = 1,
                                                .left_s = 300,
                                                .endpoint = WEBSOCKET});
    struct screen *screen = desk_open(desk, 24, 140, WORDS("--keyring", "auto"), NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, LATER));
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "Create"));
    screen_keys(screen, "<Enter>");
    assert_true(desk_selects(screen, FRESH));
    if (!screen_has(screen, IN_MEMORY))
        return desk_row_says(screen, FRESH, "keyring");
    printf("# this kernel refuses its keyring: %s\n", screen_row(screen, -2));
    return false;
}

static void test_a_restart_copies(void **state)
{
    struct desk *desk = *state;
    if (!keep(desk))
        skip();
    desk_quit(desk);
    assert_false(screen_has(desk->screen, IN_MEMORY));
    struct screen *screen = desk_open(desk, 24, 140, WORDS("--keyring=auto"), NULL);
    assert_true(desk_row_says(screen, FRESH, "keyring"));
    assert_true(desk_row_says(screen, FRESH, "websocket"));
    screen_keys(screen, "g");
    assert_true(desk_selects(screen, FRESH));
    screen_keys(screen, "c");
    assert_true(screen_wait_raw(screen, "\033]52;c;"));
    assert_true(screen_wait(screen, "OSC 52"));
    char *copied = screen_clipboard(screen);
    assert_string_equal(copied, URL);
    free(copied);
    assert_wiped(desk, MARK); /* the kernel has it, this program only while it is copied */
    end_lease(desk);
    desk_quit(desk);
    screen = desk_open(desk, 24, 140, WORDS("--keyring=auto"), NULL);
    assert_true(screen_wait(screen, LATER) && screen_wait(screen, FRESH));
    assert_false(screen_has(screen, "keyring"));
}

/* What reads once knows it too, prints none of it, and leaves it where it is. */
static void test_read_once_knows_it(void **state)
{
    static const char *const ways[][5] = {
        {"--once"},
        {"list"},
        {"list", "--filter", "endpoint:websocket", "--columns", "lease,endpoint,secret"},
        {"--json"},
    };
    struct desk *desk = *state;
    if (!keep(desk))
        skip();
    desk_quit(desk);
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct run run;
        const char *words[10] = {"--api-url", server_url(desk->server), "--keyring=auto"};
        memcpy(words + 3, ways[i], sizeof ways[i]);
        run_leasetop(&run, desk, words, WORDS("BCTRL_API_KEY=" DESK_KEY));
        const char *row = strstr(run.out, FRESH);
        if (row == NULL || strstr(run.out, "websocket") == NULL ||
            (strstr(run.out, "keyring") == NULL && strcmp(ways[i][0], "--json") != 0))
            fail_msg("%s: %s%s", ways[i][0], run.out, run.err);
        assert_null(strstr(run.out, MARK));
        assert_null(strstr(run.err, MARK));
        run_clear(&run);
    }
    server_on(desk->server, "GET", CHECKOUT_LEASES, ANSWER_JSON(200, "{\"connections\":[]}"));
    struct run run;
    run_leasetop(&run, desk,
                 WORDS("--once", "--keyring=auto", "--api-url", server_url(desk->server)),
                 WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_null(strstr(run.out, FRESH));
    run_clear(&run);
    desk_publish(desk);
    struct screen *screen = desk_open(desk, 24, 140, WORDS("--keyring=auto"), NULL);
    assert_true(desk_row_says(screen, FRESH, "keyring"));
    end_lease(desk);
}

static void test_off_loses_it(void **state)
{
    struct desk *desk = *state;
    hold(desk, NULL, NULL);
    assert_true(desk_row_says(desk->screen, FRESH, "held"));
    desk_quit(desk);
    assert_true(screen_has(desk->screen, "1 endpoint made here was " IN_MEMORY));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_terminal_processes_and_files),
        AT_DESK(test_print_and_json),
        AT_DESK(test_a_server_that_says_it_again),
        AT_DESK(test_no_core),
        AT_DESK(test_memory_of_an_endpoint),
        AT_DESK(test_memory_of_a_key),
        AT_DESK(test_memory_of_an_endpoint_over_http2),
        AT_DESK(test_memory_of_a_key_over_http2),
        AT_DESK(test_memory_of_a_listed_endpoint_over_http2),
        AT_DESK(test_memory_of_the_environments_key),
        AT_DESK(test_keys_that_are_not_in_use),
        cmocka_unit_test_setup_teardown(test_tmux_buffer_is_forgotten, desk_setup, tmux_teardown),
        AT_DESK(test_a_restart_copies),
        AT_DESK(test_read_once_knows_it),
        AT_DESK(test_off_loses_it),
    };
    return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
