/* Foreign bytes to display text: what is replaced, what is cut, and to how many cells. */
#include "core/text.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define R "\xef\xbf\xbd" /* the replacement character */

static void expect_code(const char *bytes, size_t length, size_t taken, uint32_t code)
{
    uint32_t got;
    assert_int_equal(text_decode(bytes, length, &got), taken);
    assert_int_equal(got, code);
}

static void test_decode(void **state)
{
    (void)state;
    expect_code("", 0, 0, TEXT_INVALID);
    expect_code("a", 1, 1, 'a');
    expect_code("\0", 1, 1, 0);
    expect_code("\xc3\xa9", 2, 2, 0xe9);
    expect_code("\xe2\x82\xac", 3, 3, 0x20ac);
    expect_code("\xf0\x9f\x98\x80", 4, 4, 0x1f600);
    expect_code("\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff);
    expect_code("\xed\x9f\xbf", 3, 3, 0xd7ff);
}

/* RFC 3629: overlong forms, surrogates, what is over U+10FFFF, and what is cut are no characters.
 */
static void test_decode_refuses(void **state)
{
    (void)state;
    expect_code("\x80", 1, 1, TEXT_INVALID);
    expect_code("\xff", 1, 1, TEXT_INVALID);
    expect_code("\xc0\xaf", 2, 1, TEXT_INVALID);
    expect_code("\xc1\xbf", 2, 1, TEXT_INVALID);
    expect_code("\xe0\x80\xaf", 3, 1, TEXT_INVALID);
    expect_code("\xf0\x80\x80\xaf", 4, 1, TEXT_INVALID);
    expect_code("\xed\xa0\x80", 3, 1, TEXT_INVALID);
    expect_code("\xf4\x90\x80\x80", 4, 1, TEXT_INVALID);
    expect_code("\xf5\x80\x80\x80", 4, 1, TEXT_INVALID);
    expect_code("\xe2\x82", 2, 2, TEXT_INVALID);
    expect_code("\xe2\x82z", 3, 2, TEXT_INVALID);
    expect_code("\xf0\x9f\x98", 3, 3, TEXT_INVALID);
}

struct clean_case {
    const char *in, *utf8, *ascii;
};

static void expect_clean(const struct clean_case *test)
{
    char out[256];
    size_t length = text_clean(out, sizeof out, test->in, strlen(test->in), TEXT_UTF8);
    assert_string_equal(out, test->utf8);
    assert_int_equal(length, strlen(out));
    length = text_clean(out, sizeof out, test->in, strlen(test->in), TEXT_ASCII);
    assert_string_equal(out, test->ascii);
    assert_int_equal(length, strlen(out));
}

static void test_clean(void **state)
{
    (void)state;
    static const struct clean_case cases[] = {
        {"", "", ""},
        {"checkout-7", "checkout-7", "checkout-7"},
        {"caf\u00e9 \u4e2d", "caf\u00e9 \u4e2d", "caf? ??"},
        {"\u20ac\U0001f600", "\u20ac\U0001f600", "???"},
        {"a\033[2Jb", "a" R "[2Jb", "a?[2Jb"},
        {"a\nb\tc\rd\x7f", "a" R "b" R "c" R "d" R, "a?b?c?d?"},
        {"\xc2\x80\xc2\x9b[m", R R "[m", "??[m"},
        {"\xff\xe2\x82z", R R "z", "??z"},
        {"\xed\xa0\x80", R R R, "???"},
        {"e\u0301", "e\u0301", "e"},
        {"\u0301e", R "e", "?e"},
        {"\U0001f1e8\U0001f1ed!", "CH!", "CH!"}, /* a flag, and half of one */
        {"\U0001f1ff", "Z", "Z"},
        {"\U0001f44d\U0001f3fd", "\U0001f44d" R, "???"},
        {"\U0001f469\u200d\U0001f4bb", "\U0001f469" R "\U0001f4bb", "?????"},
        {"\u2764\ufe0f1\ufe0f\u20e3", "\u2764" R "1" R "\u20e3", "??1?"},
        {"e\u0301\u0302\u0303x", "e\u0301\u0302" R "x", "e?x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_clean(&cases[i]);
}

/* One of each kind of what is never drawn: one visible replacement for each. */
static void test_clean_hidden(void **state)
{
    (void)state;
    static const char *const hidden[] = {
        "\u00ad",     "\u061c",     "\u115f",     "\u180e",     "\u200b",     "\u200d",
        "\u200e",     "\u200f",     "\u2028",     "\u202a",     "\u202e",     "\u2060",
        "\u2066",     "\u2069",     "\u3164",     "\ufe00",     "\ufe0f",     "\ufeff",
        "\ufff9",     "\ufffb",     "\ue000",     "\uf8ff",     "\ufdd0",     "\xef\xbf\xbe",
        "\U000e0001", "\U000e007f", "\U000e0100", "\U000f0000", "\U0010ffff", "\u0378",
    };
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        char in[16];
        snprintf(in, sizeof in, "a%sb", hidden[i]);
        expect_clean(&(struct clean_case){in, "a" R "b", "a?b"});
        bool unassigned = i == sizeof hidden / sizeof *hidden - 1;
        assert_int_equal(text_plain(in, strlen(in)), unassigned);
    }
}

static void test_clean_takes_nul_bytes(void **state)
{
    (void)state;
    char out[16];
    text_clean(out, sizeof out, "a\0b", 3, TEXT_ASCII);
    assert_string_equal(out, "a?b");
}

/* A result that does not fit ends in an ellipsis, or at least whole. */
static void test_clean_ceiling(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        enum text_charset charset;
        const char *in, *out;
    } cases[] = {
        {7, TEXT_UTF8, "abcdef", "abcdef"},  {6, TEXT_UTF8, "abcdef", "ab…"},
        {6, TEXT_ASCII, "abcdef", "abcd~"},  {4, TEXT_UTF8, "abcdef", "…"},
        {3, TEXT_UTF8, "abcdef", "ab"},      {1, TEXT_UTF8, "abcdef", ""},
        {6, TEXT_UTF8, "\u4e2d\u4e2d", "…"}, {7, TEXT_UTF8, "\u4e2d\u4e2d", "\u4e2d\u4e2d"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[16];
        memset(out, 'Z', sizeof out);
        size_t length =
            text_clean(out, cases[i].size, cases[i].in, strlen(cases[i].in), cases[i].charset);
        assert_string_equal(out, cases[i].out);
        assert_int_equal(length, strlen(out));
        assert_int_equal(out[cases[i].size], 'Z');
    }
}

static void test_plain(void **state)
{
    (void)state;
    assert_true(text_plain("wss://h/x?t=\u00e9", 14));
    assert_false(text_plain("a\nb", 3));
    assert_false(text_plain("a\0b", 3));
    assert_false(text_plain("a\xff", 2));
    assert_false(text_plain("\xc2\x9b", 2));
}

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("\u4e2de\u0301"), 3);
    assert_int_equal(text_width(R "…∞"), 3);
}

static void test_cut(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        int cells;
        enum text_align align;
        enum text_charset charset;
        const char *out;
    } cases[] = {
        {"abc", 5, TEXT_LEFT, TEXT_UTF8, "abc  "},
        {"abc", 5, TEXT_RIGHT, TEXT_UTF8, "  abc"},
        {"abcde", 5, TEXT_LEFT, TEXT_UTF8, "abcde"},
        {"abcdef", 5, TEXT_LEFT, TEXT_UTF8, "abcd…"},
        {"abcdef", 5, TEXT_RIGHT, TEXT_ASCII, "abcd~"},
        {"abc", 1, TEXT_LEFT, TEXT_UTF8, "…"},
        {"abc", 0, TEXT_LEFT, TEXT_UTF8, ""},
        {"abc", -3, TEXT_LEFT, TEXT_UTF8, ""},
        {"", 2, TEXT_LEFT, TEXT_UTF8, "  "},
        {"\u4e2d\u4e2d\u4e2d", 6, TEXT_LEFT, TEXT_UTF8, "\u4e2d\u4e2d\u4e2d"},
        {"\u4e2d\u4e2d\u4e2d", 5, TEXT_LEFT, TEXT_UTF8, "\u4e2d\u4e2d…"},
        {"\u4e2d\u4e2d\u4e2d", 4, TEXT_LEFT, TEXT_UTF8, "\u4e2d… "},
        {"\u4e2d\u4e2d\u4e2d", 4, TEXT_RIGHT, TEXT_UTF8, " \u4e2d…"},
        {"e\u0301e\u0301e\u0301", 2, TEXT_LEFT, TEXT_UTF8, "e\u0301…"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[TEXT_BYTES(8)];
        size_t length = text_cut(out, sizeof out, cases[i].in, cases[i].cells, cases[i].align,
                                 cases[i].charset);
        assert_string_equal(out, cases[i].out);
        assert_int_equal(length, strlen(out));
    }
}

static void test_cut_small_buffer(void **state)
{
    (void)state;
    char out[6];
    text_cut(out, 5, "\u4e2d\u4e2d", 4, TEXT_LEFT, TEXT_UTF8);
    assert_string_equal(out, "\u4e2d");
}

static void test_cut_middle(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        int cells;
        enum text_charset charset;
        const char *out;
    } cases[] = {
        {"0123456789", 10, TEXT_UTF8, "0123456789"},
        {"0123456789", 12, TEXT_UTF8, "0123456789  "},
        {"0123456789", 7, TEXT_UTF8, "012…789"},
        {"0123456789", 6, TEXT_ASCII, "012~89"},
        {"0123456789", 3, TEXT_UTF8, "0…9"},
        {"0123456789", 2, TEXT_UTF8, "0…"},
        {"\u4e2d\u4e2d\u4e2d\u4e2d", 6, TEXT_UTF8, "\u4e2d…\u4e2d "},
        {"e\u0301e\u0301e\u0301e\u0301", 3, TEXT_UTF8, "e\u0301…e\u0301"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[TEXT_BYTES(12)];
        size_t length =
            text_cut_middle(out, sizeof out, cases[i].in, cases[i].cells, cases[i].charset);
        assert_string_equal(out, cases[i].out);
        assert_int_equal(length, strlen(out));
    }
}

static void random_bytes(char *bytes, size_t length)
{
    static const char *const pieces[] = {"\xe2\x80", "\xcc\x81", "\xe4\xb8\xad", "\033[",
                                         "\xf0\x9f"};
    for (size_t i = 0; i < length;) {
        const char *piece = pieces[rand() % 5];
        if (rand() % 3 == 0)
            for (; *piece != '\0' && i < length; piece++)
                bytes[i++] = *piece;
        else
            bytes[i++] = (char)(rand() & 0xff);
    }
}

/* Whatever comes in: the result is plain, cleaning it again changes nothing, and a cut has exactly
 * the cells asked. */
/* Between words; in a word where not even one fits, so that nothing of it is lost. */
static void test_line(void **state)
{
    (void)state;
    assert_int_equal(text_line("one two three", 8), 7);
    assert_int_equal(text_line("one two", 3), 3);
    assert_int_equal(text_line("one", 9), 3);
    assert_int_equal(text_line("", 9), 0);
    assert_int_equal(text_line("3f9c21aa-0000 x", 10), 10);
    assert_int_equal(text_line("\u6f22\u5b57\u6f22", 3), 3); /* two cells each, three bytes */
    assert_int_equal(text_line("\u6f22", 1), 3);
}

static void test_random(void **state)
{
    (void)state;
    unsigned seed = (unsigned)time(NULL);
    print_message("# seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 20000; round++) {
        char in[64], clean[256], again[256], cut[TEXT_BYTES(40)];
        size_t length = (size_t)rand() % sizeof in;
        random_bytes(in, length);
        enum text_charset charset = rand() % 2 ? TEXT_UTF8 : TEXT_ASCII;
        size_t size = 1 + (size_t)rand() % sizeof clean;
        size_t cleaned = text_clean(clean, size, in, length, charset);
        assert_true(cleaned < size && cleaned == strlen(clean));
        assert_true(text_plain(clean, cleaned));
        text_clean(again, sizeof again, clean, cleaned, charset);
        assert_string_equal(again, clean);
        int cells = rand() % 40;
        text_cut(cut, sizeof cut, clean, cells, rand() % 2 ? TEXT_LEFT : TEXT_RIGHT, charset);
        assert_int_equal(text_width(cut), cells);
        text_cut_middle(cut, sizeof cut, clean, cells, charset);
        assert_int_equal(text_width(cut), cells);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_decode_refuses),
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_clean_hidden),
        cmocka_unit_test(test_clean_takes_nul_bytes),
        cmocka_unit_test(test_clean_ceiling),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_cut_small_buffer),
        cmocka_unit_test(test_cut_middle),
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_random),
    };
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return 99; /* the widths below are those of UTF-8 */
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
