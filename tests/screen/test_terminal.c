/* The edge of the screen in a terminal model: what edge_probe draws and which events it gets. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/screen.h"
#include "tui/look.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *probe_path(void)
{
    static char path[512];
    const char *build = getenv("BUILDDIR");
    snprintf(path, sizeof path, "%s/tests/screen/edge_probe", build == NULL ? "." : build);
    return path;
}

static int close_later = -1;

static struct screen *start(void **state, const char *form, const char *theme,
                            const char *const env[])
{
    struct screen *screen = *state = screen_start(24, 80, WORDS(probe_path(), form, theme), env);
    return screen;
}

/* With its first frame on the screen. */
static struct screen *opened(void **state, const char *const env[])
{
    struct screen *screen = start(state, "events", "default", env);
    assert_true(screen_wait(screen, "24x80"));
    return screen;
}

static int teardown(void **state)
{
    screen_free(*state);
    *state = NULL;
    close(close_later);
    close_later = -1;
    return 0;
}

static void quit(struct screen *screen)
{
    screen_keys(screen, "q");
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_given_back(screen));
}

/* The n-th event is this one. */
static void expect_event(struct screen *screen, int number, const char *what)
{
    char text[200];
    snprintf(text, sizeof text, "%d %s.", number, what);
    assert_true(screen_wait_row(screen, -3, text));
}

/* ---- Open and close */

static void test_open_and_close(void **state)
{
    struct screen *screen = opened(state, NULL);
    struct screen_modes modes = screen_modes(screen);
    assert_true(modes.alternate && modes.paste && modes.raw);
    assert_false(modes.cursor || modes.mouse);
    quit(screen);
    assert_true(screen_has(screen, "1 key q."));
}

static void test_quit_by_signal(void **state)
{
    static const struct {
        int number;
        const char *keys;
    } cases[] = {{SIGINT, "<C-c>"}, {SIGQUIT, "<C-\\>"}, {SIGTERM, NULL}, {SIGHUP, NULL},
                 {SIGUSR1, NULL},   {SIGUSR2, NULL},     {SIGALRM, NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct screen *screen = opened(state, NULL);
        if (cases[i].keys != NULL)
            screen_keys(screen, cases[i].keys);
        else
            kill(screen_pid(screen), cases[i].number);
        assert_int_equal(screen_wait_exit(screen), 0);
        char said[32];
        snprintf(said, sizeof said, "1 quit %d.", cases[i].number);
        assert_true(screen_has(screen, said));
        assert_true(screen_given_back(screen));
        teardown(state);
    }
}

static void test_refuses_what_is_no_terminal(void **state)
{
    static const struct {
        const char *term, *command, *sentence;
    } cases[] = {
        {"TERM=dumb", "$P; echo $?", "\"dumb\" (TERM) cannot move its cursor"},
        {"TERM=nonesuch", "$P; echo $?", "no description of the terminal \"nonesuch\""},
        {"TERM", "$P; echo $?", "no description of the terminal"},
        {"TERM=xterm", "$P </dev/null; echo $?", "standard input is not a terminal"},
        {"TERM=xterm", "$P >/dev/null; echo $?", "standard output is not a terminal"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char path[600];
        snprintf(path, sizeof path, "P=%s", probe_path());
        struct screen *screen = *state =
            screen_start(24, 200, WORDS("sh", "-c", cases[i].command), WORDS(cases[i].term, path));
        assert_int_equal(screen_wait_exit(screen), 0);
        assert_true(screen_has(screen, cases[i].sentence));
        assert_true(screen_wait_row(screen, 1, "2"));
        assert_true(screen_given_back(screen));
        size_t size;
        const char *raw = screen_raw(screen, &size);
        assert_null(memchr(raw, '\033', size));
        teardown(state);
    }
}

/* ---- Keys */

static void test_keys(void **state)
{
    static const char *const keys[][2] = {
        {"x", "key x"},
        {"<Up>", "key Up"},
        {"<End>", "key End"},
        {"<PgDn>", "key PgDn"},
        {"<F1>", "key F1"},
        {"<F9>", "key F9"},
        {"<F12>", "key F12"},
        {"<Enter>", "key Enter"},
        {"<Tab>", "key Tab"},
        {"<S-Tab>", "key Shift-Tab"},
        {"<BS>", "key Backspace"},
        {"<C-d>", "key Ctrl-D"},
        {"<Del>", "key Del"},
        {"<Esc>", "key Esc"},
        {"é", "key é"},
        {"中", "key 中"},
        {"<C-s>", "key Ctrl-S"},
        {"<C-v>", "key Ctrl-V"},
        {"<Space>", "key Space"},
    };
    struct screen *screen = opened(state, NULL);
    for (size_t i = 0; i < COUNT(keys); i++) {
        screen_keys(screen, keys[i][0]);
        expect_event(screen, (int)i + 1, keys[i][1]);
    }
    screen_keys(screen, "<C-Up>x"); /* not known, and no separate keys */
    expect_event(screen, COUNT(keys) + 1, "key x");
    quit(screen);
}

/* An Esc by itself comes at once; what a slow line then brings is the key it began. */
static void test_split_sequence(void **state)
{
    struct screen *screen = opened(state, WORDS("ESCDELAY=0"));
    screen_bytes(screen, "\033", 1);
    expect_event(screen, 1, "key Esc");
    screen_bytes(screen, "[", 1);
    screen_bytes(screen, "20~x", 4);
    expect_event(screen, 3, "key x");
    screen_bytes(screen, "\033", 1);
    expect_event(screen, 4, "key Esc");
    screen_bytes(screen, "OA", 2);
    expect_event(screen, 5, "key Up");
    screen_bytes(screen, "\xe4\xb8", 2);
    screen_bytes(screen, "\xad", 1);
    expect_event(screen, 6, "key 中");
    quit(screen);
}

static void test_paste(void **state)
{
    struct screen *screen = opened(state, NULL);
    screen_paste(screen, "qqq\rx é");
    expect_event(screen, 1, "paste 8 bytes <qqq\xef\xbf\xbdx é>");
    screen_bytes(screen, "\033[200~q", 7);
    screen_bytes(screen, "q\033[20", 5);
    screen_bytes(screen, "1~x", 3);
    expect_event(screen, 3, "key x");
    quit(screen);
}

/* The end of the paste does not come: after a second keys are keys again. */
static void test_paste_without_end(void **state)
{
    struct screen *screen = opened(state, NULL);
    screen_bytes(screen, "\033[200~q", 7);
    expect_event(screen, 1, "paste 1 bytes <q>");
    screen_keys(screen, "x");
    expect_event(screen, 2, "key x");
    quit(screen);
}

/* 200 KiB arrive; 64 are kept; none is a key. */
static void test_big_paste(void **state)
{
    struct screen *screen = opened(state, NULL);
    char *big = malloc(200 * 1024 + 1);
    assert_non_null(big);
    memset(big, 'q', 200 * 1024);
    big[200 * 1024] = '\0';
    screen_paste(screen, big);
    free(big);
    assert_true(screen_wait_row(screen, -3, "1 paste 65536 bytes <qqqq"));
    quit(screen);
}

static void test_drop_input(void **state)
{
    char keys[201];
    memset(keys, 'q', sizeof keys);
    struct screen *screen = opened(state, NULL);
    keys[0] = 'd';
    screen_bytes(screen, keys, sizeof keys);
    expect_event(screen, 1, "key d");
    screen_bytes(screen, "D", 1);
    assert_true(screen_wait_raw(screen, "\a"));
    screen_bytes(screen, keys + 1, sizeof keys - 1);
    expect_event(screen, 2, "key D");
    screen_keys(screen, "x");
    expect_event(screen, 3, "key x");
    quit(screen);
}

/* ---- Mouse and focus */

static void test_mouse(void **state)
{
    struct screen *screen = opened(state, NULL);
    screen_keys(screen, "M");
    expect_event(screen, 1, "key M");
    assert_true(screen_modes(screen).mouse);
    screen_click(screen, 3, 7, 1); /* letting go says nothing */
    expect_event(screen, 2, "mouse 0 at 3,7");
    screen_click(screen, 23, 79, 5);
    expect_event(screen, 3, "mouse 2 at 23,79");
    screen_keys(screen, "M");
    expect_event(screen, 4, "key M");
    assert_false(screen_modes(screen).mouse);
    screen_keys(screen, "M");
    expect_event(screen, 5, "key M");
    assert_true(screen_modes(screen).mouse);
    quit(screen);
}

static void test_no_mouse(void **state)
{
    struct screen *screen = opened(state, WORDS("TERM=vt100"));
    screen_keys(screen, "M");
    assert_true(screen_wait_raw(screen, "\a"));
    assert_false(screen_raw_has(screen, "\033[?1000"));
    quit(screen);
}

static void test_focus(void **state)
{
    struct screen *screen = opened(state, NULL);
    assert_true(screen_raw_has(screen, "\033[?1004h"));
    screen_bytes(screen, "\033[O", 3);
    expect_event(screen, 1, "focus out");
    screen_bytes(screen, "\033[I", 3);
    expect_event(screen, 2, "focus in");
    assert_false(screen_raw_has(screen, "\033[?1004l"));
    quit(screen);
    assert_true(screen_raw_has(screen, "\033[?1004l"));
}

/* ---- Other events */

static void test_time_child_ready(void **state)
{
    int fds[2];
    char number[32];
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(fcntl(fds[1], F_SETFD, FD_CLOEXEC), 0);
    snprintf(number, sizeof number, "PROBE_FD=%d", fds[0]);
    struct screen *screen = opened(state, WORDS(number));
    close(fds[0]);
    screen_keys(screen, "w");
    expect_event(screen, 2, "nothing ");
    screen_keys(screen, "f");
    expect_event(screen, 4, "child ");
    assert_int_equal(write(fds[1], "x", 1), 1);
    expect_event(screen, 5, "ready ");
    close(fds[1]);
    expect_event(screen, 6, "ready ");
    quit(screen);
}

static void test_resize(void **state)
{
    struct screen *screen = opened(state, NULL);
    screen_resize(screen, 40, 120);
    assert_true(screen_wait_row(screen, 38, "40x120"));
    assert_true(screen_wait_row(screen, 37, "1 resize ."));
    assert_true(screen_raw_has(screen, "\033[1;40r")); /* what may scroll */
    screen_resize(screen, 1, 3);
    assert_true(screen_wait_gone(screen, "resize"));
    screen_resize(screen, 10, 30);
    assert_true(screen_wait_row(screen, 8, "10x30"));
    screen_keys(screen, "x");
    assert_true(screen_wait_row(screen, 7, "key x."));
    quit(screen);
}

/* Only in a session with a shell does Ctrl-Z stop anything. */
static void test_stop_and_go_on(void **state)
{
    struct screen *screen = *state =
        screen_start(24, 80, WORDS("sh", "-i"), WORDS("PS1=shell> ", "ENV"));
    assert_true(screen_wait(screen, "shell>"));
    screen_keys(screen, probe_path());
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "24x80"));
    screen_keys(screen, "M");
    assert_true(screen_wait(screen, "1 key M"));
    screen_keys(screen, "<C-z>");
    assert_true(screen_wait(screen, "topped"));
    assert_false(screen_modes(screen).alternate || screen_modes(screen).mouse);
    assert_true(screen_raw_has(screen, "\033[?1004l"));
    assert_true(screen_modes(screen).cursor);
    assert_true(screen_raw_has(screen, "\033[?2004l"));
    screen_resize(screen, 30, 90);
    screen_raw_reset(screen);
    screen_keys(screen, "fg<Enter>");
    assert_true(screen_wait_row(screen, 28, "30x90"));
    assert_true(screen_wait_row(screen, 27, "3 resize ."));
    struct screen_modes modes = screen_modes(screen);
    assert_true(modes.alternate && modes.paste && modes.raw && modes.mouse && !modes.cursor);
    assert_true(screen_raw_has(screen, "\033[?1h")); /* keypad */
    screen_keys(screen, "<F9>");
    assert_true(screen_wait(screen, "4 key F9."));
    screen_raw_reset(screen);
    screen_keys(screen, "q");
    assert_true(screen_wait_raw(screen, "shell> "));
    assert_true(screen_has(screen, "5 key q."));
    screen_keys(screen, "exit<Enter>");
    assert_int_equal(screen_wait_exit(screen), 0);
}

/* Without a shell that could continue it nothing stops. */
static void test_stop_in_vain(void **state)
{
    struct screen *screen = opened(state, NULL);
    screen_keys(screen, "<C-z>");
    expect_event(screen, 1, "resumed ");
    assert_true(screen_modes(screen).alternate);
    quit(screen);
}

/* Whoever started us may have blocked them. */
static void test_signals_that_were_blocked(void **state)
{
    if (system("env --block-signal=INT true 2>/dev/null") != 0)
        skip();
    struct screen *screen = *state = screen_start(
        24, 80, WORDS("env", "--block-signal", probe_path(), "events", "default"), NULL);
    assert_true(screen_wait(screen, "24x80"));
    screen_resize(screen, 30, 90);
    assert_true(screen_wait_row(screen, 27, "1 resize ."));
    screen_keys(screen, "<C-c>");
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_has(screen, "2 quit 2."));
}

/* Stopped by a signal that nobody can handle: the screen is put up again. */
static void test_continued(void **state)
{
    struct screen *screen = opened(state, NULL);
    screen_raw_reset(screen);
    kill(screen_pid(screen), SIGSTOP);
    kill(screen_pid(screen), SIGCONT);
    expect_event(screen, 1, "resumed ");
    assert_true(screen_raw_has(screen, "\033[?1049h"));
    assert_true(screen_raw_has(screen, "\033[?2004h"));
    assert_true(screen_has(screen, "24x80"));
    quit(screen);
}

/* ---- The terminal goes away */

/* What ends a probe and cannot be seen on its screen any more is its status: 1 if it was kept busy.
 */
static void test_hangup(void **state)
{
    struct screen *screen = opened(state, NULL);
    screen_hangup(screen);
    assert_int_equal(screen_wait_exit(screen), 0);
    teardown(state);
    screen = opened(state, NULL);
    screen_keys(screen, "z");
    expect_event(screen, 1, "key z");
    screen_hangup(screen);
    assert_int_equal(screen_wait_exit(screen), 0);
}

/* Only the first process of the session gets the signal; another one reads the end of the file. */
static void test_end_of_file(void **state)
{
    char path[600];
    snprintf(path, sizeof path, "P=%s", probe_path());
    struct screen *screen = *state =
        screen_start(24, 80, WORDS("sh", "-c", "trap '' HUP; $P; exit $?"), WORDS(path));
    assert_true(screen_wait(screen, "24x80"));
    screen_hangup(screen);
    assert_int_equal(screen_wait_exit(screen), 0);
}

/* Ends without anybody reading what it writes. */
static bool ends_unread(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0)
        skip();
    bool ended = poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 20000) == 1;
    close(fd);
    return ended;
}

/* Far more frames than the terminal holds, and nobody reads them. */
static struct screen *stalled(void **state)
{
    enum { FRAMES = 100 };
    int fds[2];
    char number[32], byte;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(fcntl(fds[0], F_SETFD, FD_CLOEXEC), 0);
    snprintf(number, sizeof number, "PROBE_TOLD=%d", fds[1]);
    struct screen *screen = *state =
        screen_start(60, 200, WORDS(probe_path(), "flood"), WORDS(number));
    close(fds[1]);
    assert_true(screen_wait(screen, "60x200"));
    for (int i = 0; i < FRAMES; i++)
        screen_bytes(screen, "k", 1);
    for (int i = 0; i < 1 + FRAMES; i++)
        assert_int_equal(read(fds[0], &byte, 1), 1);
    close_later = fds[0];
    return screen;
}

static void test_stalled_terminal_holds_nothing(void **state)
{
    struct screen *screen = stalled(state);
    kill(screen_pid(screen), SIGTERM);
    assert_true(ends_unread(screen_pid(screen)));
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_given_back(screen));
    teardown(state);
    screen = stalled(state);
    screen_bytes(screen, "q", 1);
    assert_true(ends_unread(screen_pid(screen)));
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_given_back(screen));
}

/* When it goes on, it shows the last frame, and not all that it has missed. */
static void test_stalled_terminal_goes_on(void **state)
{
    struct screen *screen = stalled(state);
    screen_raw_reset(screen);
    assert_true(screen_wait_row(screen, -3, "100 key k."));
    screen_keys(screen, "x");
    assert_true(screen_wait_row(screen, -3, "101 key x."));
    size_t size;
    screen_raw(screen, &size);
    assert_true(size < 1000000);
    quit(screen);
}

/* ---- Out */

static void test_texts(void **state)
{
    struct screen *screen = start(state, "texts", "default", NULL);
    assert_true(screen_wait(screen, "24x80"));
    assert_string_equal(screen_row(screen, 0), "left       rightcut … words|m…");
    assert_string_equal(screen_row(screen, 1), "中文字…e\u0301a\ufffd[2Jb\ufffdc\ufffdd\ufffd|");
    const char *row = screen_row(screen, 2);
    assert_int_equal(strncmp(row, "def  ", 5), 0);
    assert_string_equal(row + strlen(row) - 6, "中文");
    assert_string_equal(screen_row(screen, 3), " xy  文 中");
    assert_int_equal(screen_cell(screen, 2, 75).width, 2);
    assert_string_equal(screen_cell(screen, 2, 79).text, " ");
    assert_string_equal(screen_cell(screen, -1, 79).text, "r");
    assert_false(screen_has(screen, "above") || screen_has(screen, "below"));
    assert_true(screen_cell_of(screen, "words").bold);
    assert_int_equal(screen_cell_of(screen, "right").fg.index, 2);
    quit(screen);
}

/* What was there goes, and what is the same is written again only when it is asked for. */
static void test_clear_and_repaint(void **state)
{
    struct screen *screen = start(state, "texts", "default", NULL);
    assert_true(screen_wait(screen, "24x80"));
    screen_keys(screen, "e");
    expect_event(screen, 1, "key e");
    assert_true(screen_wait_gone(screen, "left"));
    assert_string_equal(screen_row(screen, 0), "");
    screen_raw_reset(screen);
    screen_keys(screen, "x");
    expect_event(screen, 2, "key x");
    assert_false(screen_raw_has(screen, "24x80"));
    screen_keys(screen, "l");
    expect_event(screen, 3, "key l");
    assert_true(screen_wait_raw(screen, "24x80"));
    quit(screen);
}

static void test_boxes(void **state)
{
    static const char *const utf8[] = {
        "  │itle ───────────┐..┌ a title …┐......", "──┘                │..│          │..┌┐..",
        "│                  │..└──────────┘..└┘..", "└──────────────────┘....................",
        "─ rule ─────────────....................", "─────...................................",
    };
    static const char *const ascii[] = {
        "  |itle -----------+..+ a title ~+......", "--+                |..|          |..++..",
        "|                  |..+----------+..++..", "+------------------+....................",
        "- rule -------------....................", "-----...................................",
    };
    struct screen *screen = start(state, "boxes", "default", NULL);
    assert_true(screen_wait(screen, "24x80"));
    for (int row = 0; row < 6; row++)
        assert_string_equal(screen_row(screen, row), utf8[row]);
    assert_true(screen_cell_of(screen, "a title").bold);
    assert_int_equal(screen_cell_of(screen, "a title").fg.kind, COLOUR_DEFAULT);
    assert_int_equal(screen_cell(screen, 0, 22).fg.index, 1);
    teardown(state);
    screen = start(state, "boxes", "default", WORDS("PROBE_ASCII=1", "LC_ALL=C"));
    assert_true(screen_wait(screen, "24x80"));
    for (int row = 0; row < 6; row++)
        assert_string_equal(screen_row(screen, row), ascii[row]);
    quit(screen);
}

/* The first frame is there in full, and what comes from here on is counted. */
static void settle(struct screen *screen)
{
    assert_true(screen_wait(screen, "16:40"));
    screen_keys(screen, "b");
    assert_true(screen_wait_raw(screen, "\a"));
    screen_raw_reset(screen);
}

/* Nothing is written when nothing changes: the bell alone comes. */
static void test_same_frame_is_no_bytes(void **state)
{
    struct screen *screen = start(state, "counting", "default", NULL);
    settle(screen);
    screen_keys(screen, "xyb");
    assert_true(screen_wait_raw(screen, "\a"));
    size_t size;
    assert_string_equal(screen_raw(screen, &size), "\a");
    assert_int_equal(size, 1);
    assert_int_equal(screen_bells(screen), 2);
    quit(screen);
}

/* A tick of 40 rows, most of which change one digit. */
static void test_counting_is_few_bytes(void **state)
{
    struct screen *screen = *state = screen_start(43, 140, WORDS(probe_path(), "counting"), NULL);
    settle(screen);
    screen_keys(screen, "+b");
    assert_true(screen_wait_raw(screen, "\a"));
    assert_true(screen_has(screen, "16:39") && screen_has(screen, "40:42"));
    size_t size;
    screen_raw(screen, &size);
    assert_in_range(size, 40, 40 * 16);
    quit(screen);
}

/* What the bell comes after is on the screen. */
static void bell(struct screen *screen, const char *keys)
{
    screen_raw_reset(screen);
    screen_keys(screen, keys);
    screen_keys(screen, "b");
    assert_true(screen_wait_raw(screen, "\a"));
}

static void remember(struct screen *screen, struct cell cells[24][80])
{
    for (int row = 0; row < 24; row++)
        for (int column = 0; column < 80; column++)
            cells[row][column] = screen_cell(screen, row, column);
}

/* The colour of the text in a blank is nobody's business, nor is anything of a right half. */
static void expect_same(const struct cell *one, const struct cell *other)
{
    assert_string_equal(one->text, other->text);
    if (*one->text == '\0')
        return;
    if (strcmp(one->text, " ") != 0)
        assert_memory_equal(&one->fg, &other->fg, sizeof one->fg);
    assert_memory_equal(&one->bg, &other->bg, sizeof one->bg);
    assert_int_equal(one->underline, other->underline);
    assert_int_equal(one->reverse, other->reverse);
}

/* Each frame is written as a change of the one before; written in full it is the same. */
static void test_changes_add_up(void **state)
{
    static const char *const terms[] = {"TERM=xterm-256color", "TERM=linux", "TERM=screen"};
    static struct cell changed[24][80], whole[24][80];
    for (size_t i = 0; i < COUNT(terms) * 15; i++) {
        if (i % 15 == 0) {
            teardown(state);
            start(state, "random", "light", WORDS(terms[i / 15]));
        }
        bell(*state, "+++");
        remember(*state, changed);
        bell(*state, "l");
        remember(*state, whole);
        for (int row = 0; row < 24; row++)
            for (int column = 0; column < 80; column++)
                expect_same(&changed[row][column], &whole[row][column]);
    }
    quit(*state);
}

static void test_cursor(void **state)
{
    int row, column;
    struct screen *screen = opened(state, NULL);
    screen_keys(screen, "i");
    expect_event(screen, 1, "key i");
    screen_cursor(screen, &row, &column);
    assert_true(screen_modes(screen).cursor);
    assert_int_equal(row, 22);
    assert_int_equal(column, 9);
    screen_keys(screen, "x");
    expect_event(screen, 2, "key x");
    assert_false(screen_modes(screen).cursor);
    quit(screen);
}

static void test_title_and_clipboard(void **state)
{
    struct screen *screen = opened(state, NULL);
    screen_keys(screen, "to");
    assert_true(screen_wait(screen, "2 key o."));
    assert_string_equal(screen_title(screen), "a title\ufffd\ufffd with\ufffdbytes");
    char *clipboard = screen_clipboard(screen);
    assert_string_equal(clipboard, "secret");
    free(clipboard);
    quit(screen);
    assert_true(screen_raw_has(screen, "\033[22;2t"));
    assert_true(screen_raw_has(screen, "\033[23;2t"));
}

/* ---- Looks */

static struct cell role(struct screen *screen, const char *name)
{
    char over[40];
    int row, column;
    snprintf(over, sizeof over, "%s+", name);
    assert_true(screen_find(screen, over, &row, &column));
    return screen_cell(screen, row, column < 40 ? 0 : 40);
}

static struct cell role_over(struct screen *screen, const char *name)
{
    char over[40];
    snprintf(over, sizeof over, "%s+", name);
    return screen_cell_of(screen, over);
}

static struct screen *roles(void **state, const char *theme, const char *const env[])
{
    struct screen *screen = start(state, "roles", theme, env);
    assert_true(screen_wait(screen, "24x80"));
    return screen;
}

static void expect_colour(struct colour colour, enum colour_kind kind, int index)
{
    assert_int_equal(colour.kind, kind);
    if (kind == COLOUR_INDEX)
        assert_int_equal(colour.index, index);
}

static void test_default_theme(void **state)
{
    struct screen *screen = roles(state, "default", NULL);
    expect_colour(role(screen, "st.active").fg, COLOUR_INDEX, 2);
    expect_colour(role(screen, "st.active").bg, COLOUR_DEFAULT, 0);
    expect_colour(role(screen, "text").fg, COLOUR_DEFAULT, 0);
    expect_colour(role(screen, "dim").fg, COLOUR_INDEX, 243);
    assert_true(role(screen, "st.critical").bold);
    expect_colour(role_over(screen, "text").bg, COLOUR_INDEX, 24);
    expect_colour(role_over(screen, "text").fg, COLOUR_INDEX, 231);
    expect_colour(role_over(screen, "st.active").bg, COLOUR_INDEX, 24);
    struct colour green = role_over(screen, "st.active").fg;
    assert_true(green.green > green.red && green.green > green.blue);
    assert_true(role_over(screen, "st.critical").bold);
    assert_false(screen_raw_has(screen, "\033]4;")); /* the palette stays the user's */
    quit(screen);
}

static void test_eight_colours(void **state)
{
    struct screen *screen = roles(state, "default", WORDS("TERM=xterm"));
    expect_colour(role(screen, "st.active").fg, COLOUR_INDEX, 2);
    expect_colour(role(screen, "dim").fg, COLOUR_DEFAULT, 0);
    assert_true(role_over(screen, "text").reverse);
    expect_colour(role_over(screen, "text").bg, COLOUR_DEFAULT, 0);
    expect_colour(role_over(screen, "text").fg, COLOUR_DEFAULT, 0);
    teardown(state);
    screen = roles(state, "light", WORDS("TERM=xterm"));
    expect_colour(role(screen, "st.expiring").fg, COLOUR_INDEX, 3);
    expect_colour(role(screen, "st.active").fg, COLOUR_INDEX, 2);
    expect_colour(role(screen, "text").fg, COLOUR_DEFAULT, 0);
    quit(screen);
}

/* Of the terminals without colours, and where they are not wanted: attributes only. */
static void test_no_colours(void **state)
{
    static const char *const environments[] = {"NO_COLOR=1", "TERM=vt220"};
    for (size_t i = 0; i < COUNT(environments); i++) {
        struct screen *screen = roles(state, "default", WORDS(environments[i]));
        expect_colour(role(screen, "st.critical").fg, COLOUR_DEFAULT, 0);
        assert_true(role(screen, "st.critical").bold);
        assert_true(role_over(screen, "text").reverse);
        assert_true(role_over(screen, "st.critical").reverse);
        expect_colour(role_over(screen, "text").bg, COLOUR_DEFAULT, 0);
        assert_false(screen_raw_has(screen, "\033[32m") || screen_raw_has(screen, "38;5;"));
        quit(screen);
        teardown(state);
    }
    struct screen *screen = roles(state, "default", WORDS("NO_COLOR="));
    expect_colour(role(screen, "st.active").fg, COLOUR_INDEX, 2);
    quit(screen);
}

/* Small systems come without the entries of most terminals. */
static bool is_described(const char *name)
{
    static const char *const folders[] = {"/usr/share/terminfo", "/lib/terminfo", "/etc/terminfo"};
    bool found = false;
    for (size_t i = 0; i < COUNT(folders); i++) {
        char path[200];
        snprintf(path, sizeof path, "%s/%c/%s", folders[i], name[0], name);
        found |= access(path, R_OK) == 0;
    }
    return found;
}

/* Only where terminfo says so. */
static void test_direct_colour(void **state)
{
    if (!is_described("xterm-direct"))
        skip();
    struct screen *screen = roles(state, "light", WORDS("TERM=xterm-direct"));
    assert_true(screen_raw_has(screen, "38:2::0:135:0m")); /* 28 */
    assert_true(screen_raw_has(screen, "48:2::175:215:255m"));
    quit(screen);
    teardown(state);
    screen = roles(state, "light", WORDS("COLORTERM=truecolor"));
    expect_colour(role(screen, "st.active").fg, COLOUR_INDEX, 28);
    quit(screen);
}

/* ---- Other terminals */

static const struct {
    const char *name;
    int colours;
    bool ascii;
} terminals[] = {
    {"linux", 8, true},
    {"vt100", 0, false},
    {"screen", 8, false},
    {"xterm-mono", 0, false},
    {"xterm-16color", 16, false},
    {"tmux-256color", 256, false},
    {"xterm-direct", LOOK_DIRECT, false},
};

/* No colour that the terminal has not, above all no 8 of 8. */
static void expect_colours_below(struct screen *screen, int colours)
{
    for (int row = 0; row < 24; row++)
        for (int column = 0; column < 80; column++) {
            struct cell cell = screen_cell(screen, row, column);
            if (colours < LOOK_DIRECT && cell.fg.kind != COLOUR_DEFAULT)
                assert_true(cell.fg.kind == COLOUR_INDEX && cell.fg.index < colours);
            if (colours < LOOK_DIRECT && cell.bg.kind != COLOUR_DEFAULT)
                assert_true(cell.bg.kind == COLOUR_INDEX && cell.bg.index < colours);
        }
    assert_int_equal(screen_raw_has(screen, "38:2:"), colours == LOOK_DIRECT);
    assert_false(screen_raw_has(screen, "\033]4;") || screen_raw_has(screen, "\033]P"));
}

/* Where its description says so, or says nothing although it can; the console would show the bytes.
 */
static void test_title_by_terminal(void **state)
{
    static const struct {
        const char *name;
        bool titled;
    } cases[] = {{"tmux-256color", true}, {"screen-256color", true}, {"rxvt-unicode", true},
                 {"foot", true},          {"linux", false},          {"vt220", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char term[64];
        if (!is_described(cases[i].name))
            continue;
        snprintf(term, sizeof term, "TERM=%s", cases[i].name);
        struct screen *screen = opened(state, WORDS(term));
        screen_keys(screen, "to");
        assert_true(screen_wait(screen, "2 key o."));
        assert_int_equal(strncmp(screen_title(screen), "a title", 7) == 0, cases[i].titled);
        quit(screen);
        teardown(state);
    }
}

/* Where one is, and what is urgent, can be seen on all of them, in every kind of theme. */
static void expect_marks(struct screen *screen)
{
    struct cell text = role(screen, "text"), bar = role_over(screen, "text");
    struct cell urgent = role(screen, "st.critical");
    assert_true(bar.reverse || memcmp(&bar.bg, &text.bg, sizeof bar.bg) != 0);
    assert_true(urgent.bold || memcmp(&urgent.fg, &text.fg, sizeof text.fg) != 0);
}

static void test_terminals(void **state)
{
    static const char *const themes[] = {"default", "nord", "light", "high-contrast", "mono"};
    for (size_t i = 0; i < COUNT(terminals) * COUNT(themes); i++) {
        const char *name = terminals[i / COUNT(themes)].name, *theme = themes[i % COUNT(themes)];
        char term[64];
        if (!is_described(name))
            continue;
        snprintf(term, sizeof term, "TERM=%s", name);
        struct screen *screen = roles(state, theme, WORDS(term, "COLORTERM=truecolor"));
        if (strcmp(theme, "mono") != 0)
            expect_colours_below(screen, terminals[i / COUNT(themes)].colours);
        if (terminals[i / COUNT(themes)].colours < LOOK_DIRECT) /* libvterm shows no 48:2 */
            expect_marks(screen);
        quit(screen);
        teardown(state);
    }
}

/* Lines and signs are those that the terminal can show. */
static void test_lines_of_terminals(void **state)
{
    for (size_t i = 0; i < COUNT(terminals); i++) {
        char term[64];
        if (!is_described(terminals[i].name))
            continue;
        snprintf(term, sizeof term, "TERM=%s", terminals[i].name);
        struct screen *screen = start(state, "boxes", "default", WORDS(term));
        assert_true(screen_wait(screen, "24x80"));
        assert_int_equal(screen_has(screen, "+ a title ~+"), terminals[i].ascii);
        assert_int_equal(screen_has(screen, "\u2518"), !terminals[i].ascii);
        quit(screen);
        teardown(state);
    }
}

/* A ground that the theme paints is everywhere, below what names none; with few colours it is the
 * terminal's. */
static void test_painted_ground(void **state)
{
    struct screen *screen = roles(state, "dracula", NULL);
    struct colour ground = screen_cell(screen, 23, 79).bg;
    assert_int_equal(ground.kind, COLOUR_INDEX);
    struct cell active = role(screen, "st.active");
    assert_memory_equal(&active.bg, &ground, sizeof ground);
    teardown(state);
    if (!is_described("xterm-16color"))
        skip();
    screen = roles(state, "dracula", WORDS("TERM=xterm-16color"));
    expect_colour(screen_cell(screen, 23, 79).bg, COLOUR_DEFAULT, 0);
    assert_false(screen_cell(screen, 23, 79).reverse);
    expect_colour(role(screen, "dialog").bg, COLOUR_DEFAULT, 0);
    assert_false(role(screen, "dialog").reverse);
    quit(screen);
}

static void test_another_theme(void **state)
{
    struct screen *screen = roles(state, "light", NULL);
    expect_colour(role(screen, "st.active").fg, COLOUR_INDEX, 28);
    expect_colour(role_over(screen, "text").bg, COLOUR_INDEX, 153);
    screen_keys(screen, "m");
    expect_event(screen, 1, "key m");
    expect_colour(role(screen, "st.active").fg, COLOUR_DEFAULT, 0);
    assert_true(role_over(screen, "text").reverse);
    assert_true(role(screen, "st.critical").underline);
    int row, column;
    assert_true(screen_find(screen, "st.critical+", &row, &column));
    assert_true(screen_cell(screen, row, column).underline);
    assert_false(screen_cell(screen, row, column + 14).underline); /* padding */
    quit(screen);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_open_and_close, teardown),
    cmocka_unit_test_teardown(test_quit_by_signal, teardown),
    cmocka_unit_test_teardown(test_refuses_what_is_no_terminal, teardown),
    cmocka_unit_test_teardown(test_keys, teardown),
    cmocka_unit_test_teardown(test_split_sequence, teardown),
    cmocka_unit_test_teardown(test_paste, teardown),
    cmocka_unit_test_teardown(test_paste_without_end, teardown),
    cmocka_unit_test_teardown(test_big_paste, teardown),
    cmocka_unit_test_teardown(test_drop_input, teardown),
    cmocka_unit_test_teardown(test_mouse, teardown),
    cmocka_unit_test_teardown(test_no_mouse, teardown),
    cmocka_unit_test_teardown(test_focus, teardown),
    cmocka_unit_test_teardown(test_time_child_ready, teardown),
    cmocka_unit_test_teardown(test_resize, teardown),
    cmocka_unit_test_teardown(test_stop_and_go_on, teardown),
    cmocka_unit_test_teardown(test_stop_in_vain, teardown),
    cmocka_unit_test_teardown(test_signals_that_were_blocked, teardown),
    cmocka_unit_test_teardown(test_continued, teardown),
    cmocka_unit_test_teardown(test_hangup, teardown),
    cmocka_unit_test_teardown(test_end_of_file, teardown),
    cmocka_unit_test_teardown(test_stalled_terminal_holds_nothing, teardown),
    cmocka_unit_test_teardown(test_stalled_terminal_goes_on, teardown),
    cmocka_unit_test_teardown(test_texts, teardown),
    cmocka_unit_test_teardown(test_clear_and_repaint, teardown),
    cmocka_unit_test_teardown(test_boxes, teardown),
    cmocka_unit_test_teardown(test_same_frame_is_no_bytes, teardown),
    cmocka_unit_test_teardown(test_counting_is_few_bytes, teardown),
    cmocka_unit_test_teardown(test_changes_add_up, teardown),
    cmocka_unit_test_teardown(test_cursor, teardown),
    cmocka_unit_test_teardown(test_title_and_clipboard, teardown),
    cmocka_unit_test_teardown(test_title_by_terminal, teardown),
    cmocka_unit_test_teardown(test_default_theme, teardown),
    cmocka_unit_test_teardown(test_eight_colours, teardown),
    cmocka_unit_test_teardown(test_no_colours, teardown),
    cmocka_unit_test_teardown(test_direct_colour, teardown),
    cmocka_unit_test_teardown(test_terminals, teardown),
    cmocka_unit_test_teardown(test_lines_of_terminals, teardown),
    cmocka_unit_test_teardown(test_painted_ground, teardown),
    cmocka_unit_test_teardown(test_another_theme, teardown),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
