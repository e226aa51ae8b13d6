/* What is said on standard error: one line of printable characters, whatever it names. */
#include "core/say.h"

#include "tests/unit/unit.h"

#include <locale.h>
#include <unistd.h>

#define R "\xef\xbf\xbd" /* the replacement character */

/* What say_line writes of a text. */
static void expect(const char *text, const char *said)
{
    char line[8192];
    FILE *to = tmpfile();
    assert_non_null(to);
    int kept = dup(STDERR_FILENO);
    dup2(fileno(to), STDERR_FILENO);
    say_line("leasetop: %s", text);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(to);
    size_t length = fread(line, 1, sizeof line - 1, to);
    line[length] = '\0';
    fclose(to);
    assert_memory_equal(line, "leasetop: ", 10);
    if (said != NULL)
        assert_string_equal(line + 10, said);
    assert_ptr_equal(strchr(line, '\n'), line + length - 1);
}

static void test_printable(void **state)
{
    (void)state;
    expect("there is no lease x", "there is no lease x\n");
    expect("", "\n");
    expect("100 % of caf\xc3\xa9", "100 % of caf\xc3\xa9\n");
    expect("a\033[2J\033]0;x\a", "a" R "[2J" R "]0;x" R "\n");
    expect("two\nlines\r\tmore", "two" R "lines" R R "more\n");
    expect("bidi \xe2\x80\xae c1 \xc2\x9b byte \x9b", "bidi " R " c1 " R " byte " R "\n");
}

static void test_long(void **state)
{
    (void)state;
    char text[10000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    expect(text, NULL);
}

static void test_ascii(void **state)
{
    (void)state;
    setlocale(LC_ALL, "C");
    expect("caf\xc3\xa9 \033[2J", "caf? ?[2J\n");
    setlocale(LC_ALL, "C.UTF-8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_printable),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_ascii),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("say", tests, NULL, NULL);
}
