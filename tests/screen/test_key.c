/* The API key: rejected, replaced while the program runs, typed, and never shown. */
#include "tests/screen/desk.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define OLD_KEY "bctrl_the_old_one_aaaa"
#define NEW_KEY "bctrl_the_new_one_bbbb"

static const char *const lists[] = {"/v1/spaces", "/v1/spaces/" OPS "/runtimes", CHECKOUT_LEASES,
                                    NIGHTLY_LEASES, CONNECTIONS(OPS, AGENTS)};

static void reject(struct desk *desk)
{
    for (size_t i = 0; i < COUNT(lists); i++)
        server_on(desk->server, "GET", lists[i],
                  ANSWER_JSON(401, "{\"error\":\"this key is not known\",\"code\":\"auth.invalid\","
                                   "\"requestId\":\"req_401\"}"));
}

/* Opens it with the key in a file, and waits until it shows the rows. */
static struct screen *watch_with_file(struct desk *desk)
{
    desk_serve(desk);
    const char *file = desk_file(desk, "key", 0600, OLD_KEY "\n");
    struct screen *screen =
        desk_open(desk, 24, 140, WORDS("--api-key-file", file), WORDS("BCTRL_API_KEY"));
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, LATER));
    assert_true(screen_wait(screen, "\u2026aaaa"));
    return screen;
}

static void wait_rejected(struct screen *screen)
{
    assert_true(screen_wait(screen, "[unauthorised]"));
    assert_true(screen_wait(screen, "this key is not known"));
    assert_true(screen_wait(screen, "K takes another key"));
    assert_true(screen_wait(screen, "r tries again"));
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, LATER));
}

static struct screen *watch_rejected_file(struct desk *desk)
{
    struct screen *screen = watch_with_file(desk);
    reject(desk);
    wait_rejected(screen);
    return screen;
}

/* After this nothing more is on its way. */
static bool is_older(struct screen *screen, void *context)
{
    const int *seconds = context;
    const char *ago = strstr(screen_row(screen, 0), "s ago");
    return ago != NULL && (ago[-1] >= '0' + *seconds || ago[-2] != ' ');
}

/* How much was asked until what is shown was so old. */
static size_t asked_until_aged(struct desk *desk, int seconds)
{
    assert_true(screen_wait_until(desk->screen, is_older, &seconds, "an older age"));
    return server_count(desk->server, "*", "**");
}

static void assert_asks_with(struct desk *desk, const char *key)
{
    char expected[80];
    snprintf(expected, sizeof expected, "Bearer %s", key);
    assert_true(screen_wait_gone(desk->screen, "[unauthorised]"));
    size_t asked = server_count(desk->server, "GET", CHECKOUT_LEASES);
    assert_true(server_wait(desk->server, "GET", CHECKOUT_LEASES, asked + 1, DESK_PATIENCE_MS));
    const struct request *last = server_last(desk->server, "GET", CHECKOUT_LEASES);
    assert_string_equal(request_header(last, "Authorization"), expected);
    assert_true(screen_wait(desk->screen, SOON) && screen_wait(desk->screen, LATER));
}

static void test_rejected_key_stops_the_asking(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    reject(desk);
    wait_rejected(screen);
    size_t asked = asked_until_aged(desk, 2); /* what was on its way has arrived */
    assert_int_equal(asked_until_aged(desk, 5), asked);
    assert_false(screen_raw_has(screen, DESK_KEY));
}

static void test_rejected_from_the_start(void **state)
{
    struct desk *desk = *state;
    reject(desk);
    struct screen *screen = desk_open(desk, 24, 80, NULL, NULL);
    assert_true(screen_wait(screen, "unauthorised"));
    assert_true(screen_wait(screen, "K takes another key"));
    assert_false(screen_has(screen, "no leases"));
    desk_quit(desk);
}

static void test_refresh_tries_again(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    reject(desk);
    wait_rejected(screen);
    desk_publish(desk);
    screen_keys(screen, "r");
    assert_asks_with(desk, DESK_KEY);
}

static void test_changed_file_is_read_by_itself(void **state)
{
    struct desk *desk = *state;
    watch_rejected_file(desk);
    size_t asked = asked_until_aged(desk, 4);
    desk_publish(desk);
    assert_int_equal(server_count(desk->server, "*", "**"), asked);
    desk_file(desk, "key", 0600, NEW_KEY "\n");
    assert_asks_with(desk, NEW_KEY);
    assert_true(server_was_told(desk->server, OLD_KEY));
}

/* Written in place, as an editor may. */
static void test_file_that_is_written_over(void **state)
{
    struct desk *desk = *state;
    watch_rejected_file(desk);
    asked_until_aged(desk, 2);
    desk_publish(desk);
    FILE *file = fopen(scratch_file(&desk->folder, "key"), "w");
    assert_non_null(file);
    fputs(NEW_KEY "\n", file);
    assert_int_equal(fclose(file), 0);
    assert_asks_with(desk, NEW_KEY);
}

/* The tail in the header is that of the key in use. */
static void test_header_shows_the_key_in_use(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch_rejected_file(desk);
    asked_until_aged(desk, 2);
    desk_publish(desk);
    desk_file(desk, "key", 0600, NEW_KEY "\n");
    assert_asks_with(desk, NEW_KEY);
    assert_true(screen_wait(screen, "\u2026bbbb"));
}

/* A file that others may read by now is no better than none: asking stays off, and it says why. */
static void test_file_that_others_may_read(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch_rejected_file(desk);
    size_t asked = asked_until_aged(desk, 4);
    desk_publish(desk);
    desk_file(desk, "key", 0644, NEW_KEY "\n");
    assert_true(screen_wait(screen, "chmod 600"));
    assert_int_equal(server_count(desk->server, "*", "**"), asked);
    desk_file(desk, "key", 0600, NEW_KEY "\n");
    assert_asks_with(desk, NEW_KEY);
}

/* Asking again with the key that was there does not wipe away why there is no other. */
static void test_refresh_says_again_why_not(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch_rejected_file(desk);
    desk_file(desk, "key", 0644, NEW_KEY "\n");
    assert_true(screen_wait(screen, "chmod 600"));
    for (size_t i = 0; i < COUNT(lists); i++)
        server_on(desk->server, "GET", lists[i],
                  ANSWER_MADE(401, contract_error("auth.invalid", "no", "req-9"), .hold = true));
    screen_keys(screen, "r");
    assert_true(screen_wait_gone(screen, "[unauthorised]"));
    reject(desk);
    server_release(desk->server, "GET", "**");
    assert_true(screen_wait(screen, "[unauthorised]"));
    assert_true(screen_has(screen, "chmod 600"));
}

/* Nothing waits for a pipe that nobody writes into any more. */
static void test_pipe_is_read_once(void **state)
{
    struct desk *desk = *state;
    const char *pipe = scratch_file(&desk->folder, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    pid_t writer = fork();
    if (writer == 0) {
        int fd = open(pipe, O_WRONLY | O_CLOEXEC);
        _exit(write(fd, OLD_KEY "\n", sizeof OLD_KEY) == sizeof OLD_KEY ? 0 : 1);
    }
    desk_serve(desk);
    reject(desk);
    struct screen *screen =
        desk_open(desk, 24, 140, WORDS("--api-key-file", pipe), WORDS("BCTRL_API_KEY"));
    assert_int_equal(waitpid(writer, NULL, 0), writer);
    assert_true(screen_wait(screen, "this key is not known"));
    screen_keys(screen, "r");
    assert_true(screen_wait(screen, "is a pipe: it is read once"));
    desk_quit(desk);
}

/* A pipe into which nobody writes: what is waited for is said; Ctrl-C ends it. */
static void test_pipe_is_waited_for(void **state)
{
    struct desk *desk = *state;
    const char *pipe = scratch_file(&desk->folder, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    desk_serve(desk);
    struct screen *screen =
        desk_open(desk, 24, 140, WORDS("--api-key-file", pipe), WORDS("BCTRL_API_KEY"));
    assert_true(screen_wait(screen, "waiting for the key"));
    int fd = open(pipe, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, DESK_KEY "\n", sizeof DESK_KEY), sizeof DESK_KEY);
    close(fd);
    assert_true(screen_wait(screen, SOON));
    desk_quit(desk);
    screen = desk_open(desk, 24, 140, WORDS("--api-key-file", pipe), WORDS("BCTRL_API_KEY"));
    assert_true(screen_wait(screen, "waiting for the key"));
    screen_keys(screen, "<C-c>");
    assert_int_equal(screen_wait_exit(screen), 128 + SIGINT);
}

static void test_pasted_key(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    reject(desk);
    wait_rejected(screen);
    desk_publish(desk);
    screen_keys(screen, "K");
    assert_true(screen_wait(screen, "another key"));
    screen_paste(screen, NEW_KEY "\n");
    assert_true(screen_wait(screen, "****************"));
    screen_keys(screen, "<Enter>");
    assert_asks_with(desk, NEW_KEY);
    assert_true(screen_wait(screen, "\u2026bbbb"));
    assert_false(screen_raw_has(screen, NEW_KEY));
    desk_quit(desk);
    assert_false(screen_raw_has(screen, NEW_KEY));
}

static void test_typed_key_and_its_box(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    screen_keys(screen, "K<Enter>");
    assert_true(screen_wait(screen, "type or paste a key"));
    screen_keys(screen, "q" NEW_KEY "<Home><Del><Esc>");
    assert_true(screen_wait_gone(screen, "another key"));
    screen_keys(screen, "K" NEW_KEY "<Enter>");
    assert_true(screen_wait(screen, "\u2026bbbb"));
    assert_true(screen_wait(screen, "0s ago"));
    assert_false(screen_raw_has(screen, NEW_KEY));
    size_t asked = server_count(desk->server, "GET", "**");
    assert_true(server_wait(desk->server, "GET", "**", asked + 2, DESK_PATIENCE_MS));
    const struct request *last = server_last(desk->server, "GET", "**");
    assert_string_equal(request_header(last, "Authorization"), "Bearer " NEW_KEY);
}

/* Blanks or control characters would be a second header. */
static void test_key_with_a_line_end_in_it(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    screen_keys(screen, "K");
    assert_true(screen_wait(screen, "another key"));
    screen_paste(screen, "bctrl_x\r\nX-Evil: 1");
    assert_true(screen_wait(screen, "what was pasted does not fit here"));
    screen_keys(screen, "<Esc>");
    size_t asked = server_count(desk->server, "GET", "**");
    assert_true(server_wait(desk->server, "GET", "**", asked + 2, DESK_PATIENCE_MS));
    assert_false(server_was_told(desk->server, "X-Evil"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_rejected_key_stops_the_asking),
        AT_DESK(test_rejected_from_the_start),
        AT_DESK(test_refresh_tries_again),
        AT_DESK(test_changed_file_is_read_by_itself),
        AT_DESK(test_file_that_is_written_over),
        AT_DESK(test_header_shows_the_key_in_use),
        AT_DESK(test_file_that_others_may_read),
        AT_DESK(test_pasted_key),
        AT_DESK(test_refresh_says_again_why_not),
        AT_DESK(test_pipe_is_read_once),
        AT_DESK(test_pipe_is_waited_for),
        AT_DESK(test_typed_key_and_its_box),
        AT_DESK(test_key_with_a_line_end_in_it),
    };
    return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
