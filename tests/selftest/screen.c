/* Does the terminal model do what its header says? Shell scripts play the program. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/screen.h"

/* Says "ready", then shows the bytes of every key as cat -v does. */
#define SHOW_KEYS "stty raw -echo; printf 'ready\r\n'; exec cat -v"

static struct screen *script(const char *text)
{
    return screen_start(10, 40, WORDS("sh", "-c", text), NULL);
}

static int teardown(void **state)
{
    screen_free(*state);
    return 0;
}

/* ---- Out */

static void test_text_and_places(void **state)
{
    int row, col;
    struct screen *screen = *state =
        script("printf 'one\\n  two \\303\\244\\345\\255\\227x\\n'; read x");
    assert_true(screen_wait(screen, "two"));
    assert_true(screen_wait_row(screen, 1, "two"));
    assert_string_equal(screen_row(screen, 0), "one");
    assert_string_equal(screen_row(screen, 1), "  two \303\244\345\255\227x");
    assert_string_equal(screen_row(screen, -1), "");
    assert_true(screen_find(screen, "x", &row, &col));
    assert_int_equal(row, 1);
    assert_int_equal(col, 9);
    assert_false(screen_find(screen, "three", &row, &col));
    assert_int_equal(screen_cell(screen, 1, 7).width, 2);
    assert_string_equal(screen_cell(screen, 1, 7).text, "\345\255\227");
    assert_string_equal(screen_cell(screen, 1, 8).text, "");
    screen_cursor(screen, &row, &col);
    assert_int_equal(row, 2);
    assert_int_equal(col, 0);
    char *text = screen_text(screen);
    assert_int_equal(strncmp(text, "one\n  two", 9), 0);
    free(text);
}

static void test_colours_and_attributes(void **state)
{
    struct screen *screen = *state = script("printf '\\033[31mred \\033[1;48;5;208mbold\\033[0m "
                                            "\\033[7mback\\033[0m \\033[4munder\\033[0m "
                                            "\\033[38;2;1;2;3mdirect\\033[0m plain'; read x");
    assert_true(screen_wait(screen, "plain"));
    struct cell red = screen_cell_of(screen, "red"), bold = screen_cell_of(screen, "bold");
    assert_int_equal(red.fg.kind, COLOUR_INDEX);
    assert_int_equal(red.fg.index, 1);
    assert_int_equal(red.bg.kind, COLOUR_DEFAULT);
    assert_false(red.bold);
    assert_true(bold.bold);
    assert_int_equal(bold.bg.index, 208);
    assert_true(screen_cell_of(screen, "back").reverse);
    assert_true(screen_cell_of(screen, "under").underline);
    struct cell direct = screen_cell_of(screen, "direct"), plain = screen_cell_of(screen, "plain");
    assert_int_equal(direct.fg.kind, COLOUR_RGB);
    assert_int_equal(direct.fg.blue, 3);
    assert_int_equal(plain.fg.kind, COLOUR_DEFAULT);
    assert_false(plain.bold || plain.reverse || plain.underline);
}

static void test_title_bell_and_raw(void **state)
{
    struct screen *screen = *state =
        script("printf '\\033]2;next 00:48\\007\\007secret\\rhidden.'; read x");
    assert_true(screen_wait(screen, "hidden."));
    assert_string_equal(screen_title(screen), "next 00:48");
    assert_int_equal(screen_bells(screen), 1);
    assert_false(screen_has(screen, "secret"));
    assert_true(screen_raw_has(screen, "secret"));
    screen_raw_reset(screen);
    assert_false(screen_raw_has(screen, "secret"));
}

static void test_clipboard(void **state)
{
    struct screen *screen = *state =
        script("printf '\\033]52;c;b2xk\\007'; read x;"
               "printf '\\033]52;c;d3NzOi8vYS9iP2M9ZA==\\033\\\\done'; read x");
    char *copied;
    assert_true(screen_wait_raw(screen, "]52;c;b2xk\a"));
    copied = screen_clipboard(screen);
    assert_string_equal(copied, "old");
    free(copied);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "done"));
    copied = screen_clipboard(screen);
    assert_string_equal(copied, "wss://a/b?c=d");
    free(copied);
    screen_raw_reset(screen);
    assert_null(screen_clipboard(screen));
}

/* ---- In */

static void test_keys(void **state)
{
    struct screen *screen = *state = script(SHOW_KEYS);
    assert_true(screen_wait(screen, "ready"));
    screen_keys(screen, "j<Up><C-c><A-x><F5><S-Tab><lt>.<Enter>");
    assert_true(screen_wait(screen, "j^[[A^C^[x^[[15~^[[Z<.^M"));
}

static void test_keys_in_application_mode(void **state)
{
    struct screen *screen = *state = script("printf '\\033[?1h\\033='; " SHOW_KEYS);
    assert_true(screen_wait(screen, "ready"));
    screen_keys(screen, "<Up><Home>.");
    assert_true(screen_wait(screen, "^[OA^[OH."));
}

static void test_what_follows_escape_is_a_key_of_its_own(void **state)
{
    struct screen *screen = *state =
        script("stty raw -echo; printf 'ready\r\n'; for i in 1 2; do"
               " dd bs=9 count=1 status=none | od -An -c | tr '\\n' '.'; done");
    assert_true(screen_wait(screen, "ready"));
    screen_keys(screen, "<Esc>x");
    assert_true(screen_wait_row(screen, 1, " 033.   x."));
}

static void test_paste(void **state)
{
    struct screen *screen = *state = script("printf '\\033[?2004h'; " SHOW_KEYS);
    assert_true(screen_wait(screen, "ready"));
    assert_true(screen_modes(screen).paste);
    screen_paste(screen, "x y");
    assert_true(screen_wait(screen, "^[[200~x y^[[201~"));
}

static void test_paste_without_brackets(void **state)
{
    struct screen *screen = *state = script(SHOW_KEYS);
    assert_true(screen_wait(screen, "ready"));
    screen_paste(screen, "[x y]");
    assert_true(screen_wait_row(screen, 1, "[x y]"));
    assert_string_equal(screen_row(screen, 1), "[x y]");
}

static void test_click(void **state)
{
    struct screen *screen = *state = script("printf '\\033[?1000h\\033[?1006h'; " SHOW_KEYS);
    assert_true(screen_wait(screen, "ready"));
    assert_true(screen_modes(screen).mouse);
    screen_click(screen, 3, 7, 1);
    assert_true(screen_wait(screen, "^[[<0;8;4M^[[<0;8;4m"));
}

static void test_resize(void **state)
{
    struct screen *screen = *state = script(
        "trap 'stty size' WINCH; cat /dev/tty >/dev/null & echo ready; while :; do wait; done");
    assert_true(screen_wait(screen, "ready"));
    screen_resize(screen, 12, 60);
    assert_true(screen_wait(screen, "12 60"));
    assert_int_equal(screen_rows(screen), 12);
    assert_int_equal(screen_cols(screen), 60);
}

/* ---- Waits and the end */

static bool never(struct screen *screen, void *context)
{
    (void)screen;
    (void)context;
    return false;
}

static void test_waits_end(void **state)
{
    struct screen *screen = *state = script("echo ready; read x; printf '\\033[2Jleft'; exit 3");
    assert_true(screen_wait(screen, "ready"));
    screen_deadline(screen, 50);
    assert_false(screen_wait(screen, "nothing of the kind"));
    assert_false(screen_wait_until(screen, never, NULL, "what never is"));
    assert_int_equal(screen_wait_exit(screen), -1);
    screen_deadline(screen, 60 * 1000);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait_gone(screen, "ready"));
    assert_false(screen_wait(screen, "nothing of the kind")); /* at once, for it has ended */
    assert_int_equal(screen_wait_exit(screen), 3);
    assert_string_equal(screen_row(screen, 2), "left");
    assert_true(screen_exit_ms(screen) >= 0);
}

static void test_hangup(void **state)
{
    struct screen *screen = *state = script("echo ready; exec cat");
    assert_true(screen_wait(screen, "ready"));
    screen_hangup(screen);
    assert_int_equal(screen_wait_exit(screen), 128 + 1);
}

static void test_given_back(void **state)
{
    struct screen *screen = *state =
        script("stty -echo; printf '\\033[?1049h\\033[?25l\\033[?2004h\\033[?1000hready'; read x;"
               "printf '\\033[?1000l\\033[?2004l\\033[?25h\\033[?1049lback'; stty echo; read x");
    assert_true(screen_wait(screen, "ready"));
    struct screen_modes modes = screen_modes(screen);
    assert_true(modes.alternate && !modes.cursor && modes.paste && modes.mouse && modes.raw);
    assert_false(screen_given_back(screen));
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait(screen, "back"));
    screen_keys(screen, "<Enter>");
    assert_int_equal(screen_wait_exit(screen), 0);
    assert_true(screen_given_back(screen));
}

static void test_environment_is_built(void **state)
{
    setenv("BCTRL_API_KEY", "of the person who runs the tests", 1);
    struct screen *screen = *state = screen_start(
        40, 100, WORDS("sh", "-c", "env | sort; test -d \"$XDG_STATE_HOME\" && echo ok; read x"),
        WORDS("EXTRA=1", "TZ"));
    unsetenv("BCTRL_API_KEY");
    assert_true(screen_wait_row(screen, -1, "") && screen_wait(screen, "ok"));
    assert_true(screen_has(screen, "EXTRA=1"));
    assert_true(screen_has(screen, "TERM=xterm-256color"));
    assert_false(screen_has(screen, "TZ="));
    assert_false(screen_has(screen, "BCTRL"));
    assert_int_equal(access(screen_home(screen), F_OK), 0);
}

static void test_free_ends_and_tidies(void **state)
{
    char home[256];
    struct screen *screen = *state = script("trap '' HUP; echo ready; while :; do read x; done");
    assert_true(screen_wait(screen, "ready"));
    snprintf(home, sizeof home, "%s", screen_home(screen));
    pid_t pid = screen_pid(screen);
    screen_free(screen);
    *state = NULL;
    assert_int_equal(access(home, F_OK), -1);
    assert_int_equal(kill(pid, 0), -1);
}

/* ---- Golden screens, with a source folder of the test's own */

static void golden_folder(struct screen *screen)
{
    static const char *const folders[] = {"tests", "tests/screen", "tests/screen/golden"};
    for (size_t i = 0; i < 3; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", screen_home(screen), folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    setenv("SRCDIR", screen_home(screen), 1);
}

static void test_golden(void **state)
{
    struct screen *screen = *state =
        script("echo ready; read x; printf '\\033[H\\033[2Jother'; read x");
    assert_true(screen_wait(screen, "ready"));
    golden_folder(screen);
    unsetenv("UPDATE_GOLDEN");
    screen_deadline(screen, 50);
    assert_false(screen_golden(screen, "first"));
    setenv("UPDATE_GOLDEN", "1", 1);
    assert_true(screen_golden(screen, "first"));
    unsetenv("UPDATE_GOLDEN");
    assert_true(screen_golden(screen, "first"));
    screen_keys(screen, "<Enter>");
    screen_deadline(screen, 5000);
    assert_true(screen_wait(screen, "other"));
    screen_deadline(screen, 50);
    assert_false(screen_golden(screen, "first"));
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_text_and_places),
        TEST(test_colours_and_attributes),
        TEST(test_title_bell_and_raw),
        TEST(test_clipboard),
        TEST(test_keys),
        TEST(test_keys_in_application_mode),
        TEST(test_what_follows_escape_is_a_key_of_its_own),
        TEST(test_paste),
        TEST(test_paste_without_brackets),
        TEST(test_click),
        TEST(test_resize),
        TEST(test_waits_end),
        TEST(test_hangup),
        TEST(test_given_back),
        TEST(test_environment_is_built),
        TEST(test_free_ends_and_tidies),
        TEST(test_golden),
    };
    return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
