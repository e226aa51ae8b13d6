/* An endpoint as bytes and back: every type comes back whole, and nothing but what was packed does.
 */
#include "api/endpoint_pack.h"

#include "api/limits.h"
#include "tests/unit/unit.h"

struct given {
    enum endpoint_type type;
    struct endpoint_field fields[5];
};

static const struct given all[] = {
    {ENDPOINT_WEBSOCKET, {{ENDPOINT_URL, "url", "wss://h/1?token=x"}}},
    {ENDPOINT_HTTP, {{ENDPOINT_URL, "baseUrl", "https://h/\xc3\xa4"}}},
    {ENDPOINT_RDP,
     {{ENDPOINT_HOST, "host", "desk"},
      {ENDPOINT_PORT, "port", "3389"},
      {ENDPOINT_USER, "username", "op"},
      {ENDPOINT_PASSWORD, "password", ""}}},
    {ENDPOINT_COMPOSITE,
     {{ENDPOINT_URL, "browser.url", "wss://h/b"},
      {ENDPOINT_HOST, "desk/inner.host", "d"},
      {ENDPOINT_PORT, "desk/inner.port", "1"},
      {ENDPOINT_PASSWORD, ".password", "\n\033\xff"}}},
    {ENDPOINT_OTHER, {{0}}},
};

static struct endpoint *make(const struct given *given)
{
    struct endpoint *endpoint = endpoint_new(given->type);
    for (size_t i = 0; i < COUNT(given->fields) && given->fields[i].name != NULL; i++) {
        const struct endpoint_field *field = &given->fields[i];
        assert_true(endpoint_add(endpoint, field->role, field->name, field->text));
    }
    return endpoint;
}

static void assert_same(const struct endpoint *one, const struct endpoint *other)
{
    assert_non_null(other);
    assert_int_equal(endpoint_type(one), endpoint_type(other));
    assert_int_equal(endpoint_count(one), endpoint_count(other));
    for (size_t i = 0; i < endpoint_count(one); i++) {
        struct endpoint_field a = endpoint_field(one, i), b = endpoint_field(other, i);
        assert_int_equal(a.role, b.role);
        assert_string_equal(a.name, b.name);
        assert_string_equal(a.text, b.text);
    }
}

static void test_every_type_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        struct endpoint *endpoint = make(&all[i]);
        struct secret *packed = endpoint_pack(endpoint);
        struct endpoint *again = endpoint_unpack(secret_bytes(packed), secret_size(packed));
        assert_same(endpoint, again);
        endpoint_free(endpoint);
        endpoint_free(again);
        secret_free(packed);
    }
}

/* What is written today must be readable by tomorrow's program. */
static void test_the_bytes_are_these(void **state)
{
    (void)state;
    static const char expected[] = "lte1r"
                                   "hhost\0desk\0"
                                   "pport\0"
                                   "3389\0"
                                   "nusername\0op\0"
                                   "spassword\0";
    struct endpoint *endpoint = make(&all[2]);
    struct secret *packed = endpoint_pack(endpoint);
    assert_int_equal(secret_size(packed), sizeof expected);
    assert_memory_equal(secret_bytes(packed), expected, sizeof expected);
    endpoint_free(endpoint);
    secret_free(packed);
}

/* Cut anywhere but between two fields, it is nothing. */
static void test_cut(void **state)
{
    (void)state;
    struct endpoint *endpoint = make(&all[3]);
    struct secret *packed = endpoint_pack(endpoint);
    size_t whole = 0;
    for (size_t length = 0; length <= secret_size(packed); length++) {
        char *exact = malloc(length + 1);
        memcpy(exact, secret_bytes(packed), length);
        exact = realloc(exact, length > 0 ? length : 1);
        struct endpoint *some = endpoint_unpack(exact, length);
        whole += some != NULL;
        assert_true(some == NULL || endpoint_count(some) == whole - 1);
        endpoint_free(some);
        free(exact);
    }
    assert_int_equal(whole, 5); /* none, one ... all four */
    endpoint_free(endpoint);
    secret_free(packed);
}

static void test_what_was_not_packed(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"", 0},
        {"lte1", 4},
        {"lte2w", 5},
        {"LTE1w", 5},
        {"lte1", 5}, /* the NUL as a type */
        {"lte1x", 5},
        {"lte1wu", 6},
        {"lte1wuurl", 9},
        {"lte1wuurl\0", 10},
        {"lte1wuurl\0x", 11},
        {"lte1wxurl\0x\0", 12},
        {"lte1w\0url\0x\0", 12},
        {"lte1wuurl\0x\0\0", 13},
        {"lte1wuurl\0x\0u", 13},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_null(endpoint_unpack(cases[i].bytes, cases[i].length));
}

/* The ceilings of an endpoint hold for one that comes from outside, too. */
static void test_ceilings(void **state)
{
    (void)state;
    char many[5 + 3 * (LIMIT_ENDPOINT_FIELDS + 1)] = "lte1c";
    for (size_t i = 0; i <= LIMIT_ENDPOINT_FIELDS; i++)
        memcpy(many + 5 + 3 * i, "u\0", 3);
    struct endpoint *most = endpoint_unpack(many, sizeof many - 3);
    assert_int_equal(endpoint_count(most), LIMIT_ENDPOINT_FIELDS);
    endpoint_free(most);
    assert_null(endpoint_unpack(many, sizeof many));
    size_t size = LIMIT_ENDPOINT_BYTES + 6;
    char *large = malloc(size + 1);
    memset(large, 'x', size);
    memcpy(large, "lte1wu\0", 7);
    large[size - 1] = large[size] = '\0';
    struct endpoint *largest = endpoint_unpack(large, size);
    assert_non_null(largest);
    endpoint_free(largest);
    large[size - 1] = 'x';
    assert_null(endpoint_unpack(large, size + 1));
    free(large);
}

static void test_any_bytes(void **state)
{
    (void)state;
    struct chance chance = chance_new();
    static const char alphabet[] = "lte1whrcouhpns\0\0\0\0x";
    for (int round = 0; round < 20000; round++) {
        char bytes[48] = "lte1";
        size_t length = (size_t)chance_below(&chance, sizeof bytes);
        for (size_t i = chance_below(&chance, 4) ? 4 : 0; i < sizeof bytes; i++)
            bytes[i] = alphabet[chance_below(&chance, sizeof alphabet)];
        struct endpoint *endpoint = endpoint_unpack(bytes, length);
        if (endpoint == NULL)
            continue;
        struct secret *packed = endpoint_pack(endpoint);
        assert_int_equal(secret_size(packed), length);
        assert_memory_equal(secret_bytes(packed), bytes, length);
        secret_free(packed);
        endpoint_free(endpoint);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type_comes_back),
        cmocka_unit_test(test_the_bytes_are_these),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_what_was_not_packed),
        cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
