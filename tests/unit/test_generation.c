/* What is asked of the server: urls, methods, and what the read-only gate lets through. */
#include "api/generation.h"

#include "tests/unit/listed.h"

#define BASE   "https://api.bctrl.ai"
#define SPACES BASE "/v1/spaces"

static const struct gate open_gate = {.base_url = BASE};
static const struct gate read_only = {.base_url = BASE, .read_only = true};

static void expect_url(enum operation_name name, struct identity identity, const char *cursor,
                       const char *url)
{
    struct error error = {0};
    char *got =
        generation_url(generation_connections(), name, &open_gate, &identity, cursor, &error);
    if (got == NULL)
        fail_msg("\"%s\": %s", url, error.sentence);
    assert_string_equal(got, url);
    free(got);
}

static void test_urls(void **state)
{
    (void)state;
    expect_url(OPERATION_LIST_SPACES, named("", "", ""), NULL, SPACES);
    expect_url(OPERATION_LIST_RUNTIMES, named("s", "", ""), NULL, SPACES "/s/runtimes");
    expect_url(OPERATION_LIST_LEASES, named("s", "r", ""), NULL,
               SPACES "/s/runtimes/r/connections");
    expect_url(OPERATION_CREATE, named("s", "r", ""), NULL, SPACES "/s/runtimes/r/connections");
    expect_url(OPERATION_REVOKE, named("s", "r", "l"), NULL, SPACES "/s/runtimes/r/connections/l");
}

static void test_table(void **state)
{
    (void)state;
    const struct {
        const char *method;
        bool secret, repeatable;
    } expected[OPERATION_COUNT] = {
        [OPERATION_LIST_SPACES] = {"GET", false, true},
        [OPERATION_LIST_RUNTIMES] = {"GET", false, true},
        [OPERATION_LIST_LEASES] = {"GET", true, true},
        [OPERATION_CREATE] = {"POST", true, false}, /* no idempotency key is declared */
        [OPERATION_REVOKE] = {"DELETE", false, true},
    };
    const struct generation *generation = generation_connections();
    for (size_t i = 0; i < OPERATION_COUNT; i++) {
        assert_string_equal(generation->operations[i].method, expected[i].method);
        assert_int_equal(generation->operations[i].secret, expected[i].secret);
        assert_int_equal(generation->operations[i].repeatable, expected[i].repeatable);
        assert_true(strlen(generation->operations[i].word) > 0);
    }
}

static void test_listings(void **state)
{
    (void)state;
    const struct generation *generation = generation_connections();
    assert_string_equal(generation->listings[PART_SPACES].wrapper, "spaces");
    assert_string_equal(generation->listings[PART_RUNTIMES].wrapper, "runtimes");
    assert_string_equal(generation->listings[PART_LEASES].wrapper, "connections");
    assert_true(generation->listings[PART_SPACES].catalog);
    assert_true(generation->listings[PART_RUNTIMES].catalog);
    assert_false(generation->listings[PART_LEASES].catalog);
    for (size_t i = 0; i < PART_KINDS; i++)
        assert_string_equal(generation->operations[generation->listings[i].operation].method,
                            "GET");
    assert_int_equal(generation->ttl_min_s, 60);
    assert_int_equal(generation->ttl_max_s, 7200);
    assert_int_equal(generation->ttl_default_s, 3600);
    assert_string_equal(generation->protocols[0], "cdp");
    assert_null(generation->protocols[1]);
}

static void test_ids_cannot_leave_their_place(void **state)
{
    (void)state;
    expect_url(OPERATION_LIST_RUNTIMES, named("a/b", "", ""), NULL, SPACES "/a%2Fb/runtimes");
    expect_url(OPERATION_LIST_RUNTIMES, named("../x", "", ""), NULL, SPACES "/..%2Fx/runtimes");
    expect_url(OPERATION_LIST_RUNTIMES, named("a?b#c", "", ""), NULL, SPACES "/a%3Fb%23c/runtimes");
    expect_url(OPERATION_LIST_RUNTIMES, named("%2e%2e", "", ""), NULL,
               SPACES "/%252e%252e/runtimes");
    expect_url(OPERATION_LIST_RUNTIMES, named("a b\r\nHost: x", "", ""), NULL,
               SPACES "/a%20b%0D%0AHost%3A%20x/runtimes");
    expect_url(OPERATION_LIST_RUNTIMES, named("{runtime}", "x", ""), NULL,
               SPACES "/%7Bruntime%7D/runtimes");
    expect_url(OPERATION_REVOKE, named("s", "r", "\xc3\xa9\xff"), NULL,
               SPACES "/s/runtimes/r/connections/%C3%A9%FF");
    expect_url(OPERATION_REVOKE, named("rt_1", "...", "A-z0.9_~"), NULL,
               SPACES "/rt_1/runtimes/.../connections/A-z0.9_~");
}

/* RFC 3986, section 2.3, for each byte there is. */
static void test_every_byte(void **state)
{
    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        char id[] = {'x', (char)byte, '\0'}, url[100];
        bool plain = (byte < 128 && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789-._~",
                                           byte) != NULL);
        snprintf(url, sizeof url, plain ? SPACES "/x%c/runtimes" : SPACES "/x%%%02X/runtimes",
                 byte);
        expect_url(OPERATION_LIST_RUNTIMES, named(id, "", ""), NULL, url);
    }
}

static void expect_unnameable(enum operation_name name, struct identity identity)
{
    struct error error = {0};
    char *url = generation_url(generation_connections(), name, &open_gate, &identity, NULL, &error);
    if (url != NULL)
        fail_msg("%s was built", url);
    assert_int_equal(error.kind, ERROR_INPUT);
}

/* Encoding does not help against these: `..` means the folder above, and without an id a revoke
 * would name all leases of the runtime. */
static void test_ids_that_name_another_path(void **state)
{
    (void)state;
    const char *const ids[] = {"", ".", ".."};
    for (size_t i = 0; i < COUNT(ids); i++) {
        expect_unnameable(OPERATION_LIST_RUNTIMES, named(ids[i], "", ""));
        expect_unnameable(OPERATION_LIST_LEASES, named(ids[i], "r", ""));
        expect_unnameable(OPERATION_LIST_LEASES, named("s", ids[i], ""));
        expect_unnameable(OPERATION_CREATE, named("s", ids[i], ""));
        expect_unnameable(OPERATION_REVOKE, named("s", "r", ids[i]));
        expect_unnameable(OPERATION_REVOKE, named("s", ids[i], "l"));
    }
}

static void test_cursor(void **state)
{
    (void)state;
    expect_url(OPERATION_LIST_SPACES, named("", "", ""), "abc", SPACES "?cursor=abc");
    expect_url(OPERATION_LIST_SPACES, named("", "", ""), "a&b=c/+ ",
               SPACES "?cursor=a%26b%3Dc%2F%2B%20");
    expect_url(OPERATION_LIST_LEASES, named("s", "r", ""), "2",
               SPACES "/s/runtimes/r/connections?cursor=2");
}

static void test_base_with_a_path(void **state)
{
    (void)state;
    const struct gate gate = {.base_url = "https://h:8443/proxy"};
    const struct identity identity = named("s", "", "");
    char *url = generation_url(generation_connections(), OPERATION_LIST_RUNTIMES, &gate, &identity,
                               NULL, NULL);
    assert_string_equal(url, "https://h:8443/proxy/v1/spaces/s/runtimes");
    free(url);
}

static void test_read_only_builds_nothing_but_get(void **state)
{
    (void)state;
    const struct generation *generation = generation_connections();
    const struct identity identity = named("s", "r", "l");
    for (int name = 0; name < OPERATION_COUNT; name++) {
        struct error error = {0};
        char *url = generation_url(generation, (enum operation_name)name, &read_only, &identity,
                                   NULL, &error);
        bool reads = strcmp(generation->operations[name].method, "GET") == 0;
        assert_int_equal(url != NULL, reads);
        if (!reads) {
            assert_int_equal(error.kind, ERROR_USAGE);
            assert_non_null(strstr(error.sentence, "read-only"));
            assert_non_null(strstr(error.sentence, generation->operations[name].word));
        }
        free(url);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_listings),
        cmocka_unit_test(test_ids_cannot_leave_their_place),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_ids_that_name_another_path),
        cmocka_unit_test(test_cursor),
        cmocka_unit_test(test_base_with_a_path),
        cmocka_unit_test(test_read_only_builds_nothing_but_get),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
