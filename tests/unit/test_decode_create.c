/* The body of a create, and options that are refused before they are sent. */
#include "api/decode.h"

#include "tests/unit/unit.h"

#include <errno.h>

static void expect_body(const char *protocol, int ttl_s, const char *options, const char *expected)
{
    struct error error = {0};
    char *body = decode_create_body(protocol, ttl_s, options, &error);
    if (body == NULL)
        fail_msg("%s", error.sentence);
    assert_string_equal(body, expected);
    free(body);
}

static void test_create_body(void **state)
{
    (void)state;
    expect_body("cdp", 0, NULL, "{\"protocol\":\"cdp\"}");
    expect_body("cdp", 900, NULL, "{\"protocol\":\"cdp\",\"ttlSeconds\":900}");
    expect_body("vnc", 60, "{}", "{\"protocol\":\"vnc\",\"ttlSeconds\":60,\"options\":{}}");
    expect_body("cdp", 0, " {\"b\": [1, 2.5, null, true], \"a\": \"x\\u0041\"} ",
                "{\"protocol\":\"cdp\",\"options\":{\"b\":[1,2.5,null,true],\"a\":\"xA\"}}");
    expect_body("a\"b\\", 0, NULL, "{\"protocol\":\"a\\\"b\\\\\"}");
}

static void expect_no_body(const char *options)
{
    struct error error = {0};
    char *body = decode_create_body("cdp", 0, options, &error);
    if (body != NULL)
        fail_msg("\"%s\" became %s", options, body);
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_non_null(strstr(error.sentence, "the options are not a JSON object"));
    assert_null(strstr(error.sentence, "expected")); /* the library's own words */
    assert_null(strchr(error.sentence, '\n'));
    assert_null(decode_create_body("cdp", 0, options, NULL));
}

static void expect_words(const char *options, const char *words)
{
    struct error error = {0};
    assert_null(decode_create_body("cdp", 0, options, &error));
    if (strstr(error.sentence, words) == NULL)
        fail_msg("%s", error.sentence);
}

/* What an earlier call left in errno is not ours. */
static void test_no_memory_is_not_remembered(void **state)
{
    (void)state;
    struct error error = {0};
    struct part *part = part_new(PART_LEASES);
    errno = ENOMEM;
    expect_body("cdp", 0, "{}", "{\"protocol\":\"cdp\",\"options\":{}}");
    errno = ENOMEM;
    expect_no_body("[");
    errno = ENOMEM;
    assert_false(decode_lease(part, "{", 1, NULL, &error));
    assert_int_equal(error.kind, ERROR_INPUT);
    part_unref(part);
}

static void test_create_options_refused(void **state)
{
    (void)state;
    const char *const refused[] = {"",
                                   " ",
                                   "[]",
                                   "7",
                                   "\"x\"",
                                   "null",
                                   "{",
                                   "{\"a\":1",
                                   "{\"a\":1}x",
                                   "{'a':1}",
                                   "{a:1}",
                                   "{\"a\"}",
                                   "{\"a\":1,\"a\":2}",
                                   "\xff"};
    for (size_t i = 0; i < COUNT(refused); i++)
        expect_no_body(refused[i]);
    expect_words("{\n  'a': 1}", "object: see line 2, column 3");
    expect_words(" \n", "object: they are empty");
    expect_words("{\"a\":1,\"a\":2}", "object: a name comes twice, at line 1, column 10");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create_body),
        cmocka_unit_test(test_create_options_refused),
        cmocka_unit_test(test_no_memory_is_not_remembered),
    };
    decode_global_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
