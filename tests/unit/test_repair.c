/* Making an answer acceptable to a strict parser without changing what is well formed in it. */
#include "api/repair.h"

#include "tests/unit/unit.h"

#include <jansson.h>

#define R "\xEF\xBF\xBD" /* U+FFFD */

static void expect_bytes(const char *given, size_t length, const char *expected,
                         size_t expected_length)
{
    size_t repaired_length;
    char *repaired = repair_json(given, length, &repaired_length);
    assert_non_null(repaired);
    if (repaired_length != expected_length || memcmp(repaired, expected, expected_length) != 0)
        fail_msg("\"%s\" became \"%s\"", given, repaired);
    assert_int_equal(repaired[repaired_length], '\0');
    free(repaired);
}

static void expect(const char *given, const char *expected)
{
    expect_bytes(given, strlen(given), expected, strlen(expected));
}

static void expect_same(const char *given)
{
    expect(given, given);
}

static void test_well_formed_stays(void **state)
{
    (void)state;
    expect_same("");
    expect_same("{}");
    expect_same("{\"a\":[1,-2.5,1e10,true,false,null],\"b\":{\"c\":\"d\"}}");
    expect_same("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"");
    expect_same("\"\\u0041\\u00e9\\u20ac\\ufffd\"");
    expect_same("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\xee\x80\x80\xed\x9f\xbf\"");
    expect_same("\"1e999 -1e999 \xef\xbb\xbf\""); /* in a string it is text */
    expect_same("[0,-0,0.0,1e308,-1e308,1e-999,123456789012345678901234567890]");
}

/* A parser that takes it in a text may still refuse it in a member's name. */
static void test_nul_as_an_escape(void **state)
{
    (void)state;
    expect("\"\\u0000\"", "\"\\ufffd\"");
    expect("{\"a\\u0000\":\"\\u0000b\"}", "{\"a\\ufffd\":\"\\ufffdb\"}");
    expect_same("\"\\\\u0000\"");
}

static void test_byte_order_mark(void **state)
{
    (void)state;
    expect("\xef\xbb\xbf{}", "{}");
    expect("\xef\xbb\xbf", "");
    expect("\xef\xbb", R R);
    expect("\xef\xbb\xbf\xef\xbb\xbf{}", "\xef\xbb\xbf{}"); /* one of them */
    expect("{\"a\":\"\xef\xbb\xbf\"}", "{\"a\":\"\xef\xbb\xbf\"}");
}

static void test_bytes_that_are_no_utf8(void **state)
{
    (void)state;
    expect("\"\x80\"", "\"" R "\"");
    expect("\"\xff\xfe\"", "\"" R R "\"");
    expect("\"\xc3\"", "\"" R "\"");
    expect("\"a\xc3(\"", "\"a" R "(\"");
    expect("\"\xe2\x82\"", "\"" R R "\"");
    expect("\"\xc0\xaf\"", "\"" R R "\"");
    expect("\"\xe0\x80\xaf\"", "\"" R R R "\"");
    expect("\"\xf0\x80\x80\xaf\"", "\"" R R R R "\"");
    expect("\"\xed\xa0\x80\"", "\"" R R R "\"");
    expect("\"\xf4\x90\x80\x80\"", "\"" R R R R "\"");
    expect("\"\xf5\x80\x80\x80\"", "\"" R R R R "\"");
    expect("\xff{}", R "{}");
    expect_bytes("\"\xe2\x82", 3, "\"" R R, 7); /* the end in the middle */
}

static void test_surrogates(void **state)
{
    (void)state;
    expect_same("\"\\ud83d\\ude00\"");
    expect_same("\"\\uD83D\\uDE00\"");
    expect("\"\\ud83d\"", "\"\\ufffd\"");
    expect("\"\\ude00\"", "\"\\ufffd\"");
    expect("\"\\ud83dx\"", "\"\\ufffdx\"");
    expect("\"\\ude00\\ud83d\"", "\"\\ufffd\\ufffd\"");
    expect("\"\\ud83d\\ud83d\\ude00\"", "\"\\ufffd\\ud83d\\ude00\"");
    expect("\"\\ud83d\\u0041\"", "\"\\ufffd\\u0041\"");
    expect("\"\\ud83d\\n\"", "\"\\ufffd\\n\"");
    expect("\"\\ud800\\udc00\\udbff\\udfff\"", "\"\\ud800\\udc00\\udbff\\udfff\"");
    expect_same("\"\\ud7ff\\ue000\"");
    expect("\"\\ud800\\ue000\"", "\"\\ufffd\\ue000\"");
    expect("\"\\udbff\\ud7ff\"", "\"\\ufffd\\ud7ff\"");
    expect("\"\\udc00\\udc00\"", "\"\\ufffd\\ufffd\"");
    expect("\"\\udfff\\udfff\"", "\"\\ufffd\\ufffd\"");
    expect_same("\"\\\\ud83d\""); /* a backslash and letters */
    expect_same("\"\\\\\\\\ud83d\"");
    expect("\"\\\\\\ud83d\"", "\"\\\\\\ufffd\"");
    expect("\"\\ud83d", "\"\\ufffd");
    expect_same("\"\\ud83");
    expect_same("\"\\u");
    expect_same("\"\\");
    expect_same("\"\\ug000\"");
}

static void test_quotes_and_escapes(void **state)
{
    (void)state;
    expect("[\"\\\"\",1e999]", "[\"\\\"\",null]");
    expect("[\"\\\\\",1e999]", "[\"\\\\\",null]");
    expect("[\"\\\\\\\"\",1e999,\"1e999\"]", "[\"\\\\\\\"\",null,\"1e999\"]");
    expect("\"\\\xff\"", "\"\\" R "\""); /* no escape, and no UTF-8 either */
    expect("\"\\\xc3\xa9\"", "\"\\\xc3\xa9\"");
}

static void test_numbers(void **state)
{
    (void)state;
    expect("[1e309]", "[null]");
    expect("[-1e309]", "[null]");
    expect("[1E+400,2]", "[null,2]");
    expect("{\"a\":1e99999999999}", "{\"a\":null}");
    expect("1e999", "null");
    expect_same("[1e308]");
    expect_same("[e999]"); /* no number: the parser will say so */
    char digits[1200] = "[";
    memset(digits + 1, '9', 400);
    strcpy(digits + 401, "]");
    expect(digits, "[null]");
    memset(digits + 1, '9', 300);
    strcpy(digits + 301, "]");
    expect_same(digits);
    memset(digits + 1, '9', 1000);
    strcpy(digits + 1001, ",5]");
    expect(digits, "[null,5]");
    memcpy(digits, "[0.", 3); /* long, but small */
    expect_same(digits);
}

static void test_nul_bytes(void **state)
{
    (void)state;
    expect_bytes("\0{\0}\0", 5, "\0{\0}\0", 5);
    expect_bytes("1\0", 2, "1\0", 2);
    expect_bytes("\"\\\0\"", 4, "\"\\\0\"", 4);
}

static void test_utf8_length(void **state)
{
    (void)state;
    const struct {
        const char *bytes;
        size_t given, length;
    } cases[] = {
        {"a", 1, 1},
        {"\0", 1, 1},
        {"\x7f", 1, 1},
        {"\x80", 1, 0},
        {"\xc2\x80", 2, 2},
        {"\xc1\xbf", 2, 0},
        {"\xdf\xbf", 2, 2},
        {"\xdf", 1, 0},
        {"\xdf\x7f", 2, 0},
        {"\xdf\xc0", 2, 0},
        {"\xe0\xa0\x80", 3, 3},
        {"\xe0\x9f\xbf", 3, 0},
        {"\xed\x9f\xbf", 3, 3},
        {"\xed\xa0\x80", 3, 0},
        {"\xee\x80\x80", 3, 3},
        {"\xef\xbf\xbf", 3, 3},
        {"\xef\xbf", 2, 0},
        {"\xf0\x90\x80\x80", 4, 4},
        {"\xf0\x8f\xbf\xbf", 4, 0},
        {"\xf4\x8f\xbf\xbf", 4, 4},
        {"\xf4\x90\x80\x80", 4, 0},
        {"\xf5\x80\x80\x80", 4, 0},
        {"\xf0\x90\x80", 3, 0},
        {"\xff", 1, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (repair_utf8_length(cases[i].bytes, cases[i].bytes + cases[i].given) != cases[i].length)
            fail_msg("case %zu", i);
    }
}

static void expect_utf8(const char *bytes, size_t length)
{
    const char *end = bytes + length;
    while (bytes < end) {
        size_t width = repair_utf8_length(bytes, end);
        if (width == 0)
            fail_msg("a byte of the result is no UTF-8");
        bytes += width;
    }
}

/* Whatever comes, what goes on is UTF-8, and repairing it again changes nothing but a second byte
 * order mark. */
static void test_random_bytes(void **state)
{
    (void)state;
    static const char likely[] = "\"\\u\\ud83d\\ude00dD8cC{}[]:,0123456789eE+-.\xc3\xa9\xe2\x82\xac"
                                 "\xf0\x9f\x98\x80\xef\xbb\xbf\xff\x80\xed\xa0";
    struct chance chance = chance_new();
    for (int i = 0; i < 50000; i++) {
        char bytes[64];
        size_t length = (size_t)chance_below(&chance, sizeof bytes), first, second;
        for (size_t j = 0; j < length; j++)
            bytes[j] = chance_below(&chance, 4) == 0
                           ? (char)chance_next(&chance)
                           : likely[chance_below(&chance, sizeof likely - 1)];
        char *exact = malloc(length > 0 ? length : 1); /* so that reading beyond it is seen */
        memcpy(exact, bytes, length);
        char *once = repair_json(exact, length, &first);
        expect_utf8(once, first);
        char *twice = repair_json(once, first, &second);
        bool mark = first >= 3 && memcmp(once, "\xef\xbb\xbf", 3) == 0;
        assert_int_equal(second, first - (mark ? 3 : 0));
        assert_memory_equal(twice, once + (mark ? 3 : 0), second);
        free(exact);
        free(once);
        free(twice);
    }
}

/* JSON as a server could make it, with strings and numbers as hostile as it can. */
struct writing {
    struct chance *chance;
    char text[40000];
    size_t used;
};

static void put(struct writing *writing, const char *bytes, size_t length)
{
    memcpy(writing->text + writing->used, bytes, length);
    writing->used += length;
}

static void put_text(struct writing *writing, const char *text)
{
    put(writing, text, strlen(text));
}

static void write_string(struct writing *writing)
{
    static const char *const pieces[] = {
        "a",
        "\\\"",
        "\\\\",
        "\\n",
        "\\u0041",
        "\\u0000",
        "\\ud83d",
        "\\ude00",
        "\\ud83d\\ude00",
        "\xc3\xa9",
        "\xe2\x82\xac",
        "\xf0\x9f\x98\x80",
        "\xef\xbb\xbf",
        "\xe2\x80\xae",
        "1e999",
    };
    put_text(writing, "\"");
    for (int64_t count = chance_below(writing->chance, 8); count > 0; count--) {
        const char high = (char)chance_range(writing->chance, 0x80, 0xff);
        if (chance_below(writing->chance, 3) == 0)
            put(writing, &high, 1);
        else
            put_text(writing, pieces[chance_below(writing->chance, COUNT(pieces))]);
    }
    put_text(writing, "\"");
}

static void write_number(struct writing *writing)
{
    static const char *const numbers[] = {"0",
                                          "-1",
                                          "1.5",
                                          "1e999",
                                          "-1e400",
                                          "1e-999",
                                          "9007199254740993",
                                          "18446744073709551616",
                                          "123456789012345678901234567890"};
    if (chance_below(writing->chance, 20) != 0) {
        put_text(writing, numbers[chance_below(writing->chance, COUNT(numbers))]);
        return;
    }
    for (int64_t count = chance_range(writing->chance, 300, 700); count > 0; count--)
        put_text(writing, "9");
}

static void write_scalar(struct writing *writing)
{
    static const char *const words[] = {"true", "false", "null"};
    if (chance_below(writing->chance, 3) == 0)
        put_text(writing, words[chance_below(writing->chance, 3)]);
    else if (chance_below(writing->chance, 2) == 0)
        write_number(writing);
    else
        write_string(writing);
}

/* An array or object of scalars and of smaller ones. */
static void write_value(struct writing *writing, int depth)
{
    bool object = chance_below(writing->chance, 2) == 0;
    if (depth == 0) {
        write_scalar(writing);
        return;
    }
    put_text(writing, object ? "{" : "[");
    for (int64_t count = chance_below(writing->chance, 4); count > 0; count--) {
        if (object) {
            write_string(writing);
            put_text(writing, " : ");
        }
        write_value(writing, depth - 1);
        put_text(writing, count > 1 ? "," : "");
    }
    put_text(writing, object ? "}" : "]");
}

static void test_hostile_json_is_taken(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    static struct writing writing;
    writing.chance = &chance;
    for (int i = 0; i < 20000; i++) {
        writing.used = 0;
        write_value(&writing, (int)chance_range(&chance, 1, 4));
        size_t length;
        char *repaired = repair_json(writing.text, writing.used, &length);
        json_error_t reason;
        json_t *json =
            json_loadb(repaired, length, JSON_DECODE_INT_AS_REAL | JSON_DECODE_ANY, &reason);
        if (json == NULL)
            fail_msg("%s in %.*s", reason.text, (int)length, repaired);
        json_decref(json);
        free(repaired);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_well_formed_stays),
        cmocka_unit_test(test_nul_as_an_escape),
        cmocka_unit_test(test_byte_order_mark),
        cmocka_unit_test(test_bytes_that_are_no_utf8),
        cmocka_unit_test(test_surrogates),
        cmocka_unit_test(test_quotes_and_escapes),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_nul_bytes),
        cmocka_unit_test(test_utf8_length),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_hostile_json_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
