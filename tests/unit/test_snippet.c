/* What the copy menu offers of each type of endpoint, and the exact texts; what would act where it
 * is pasted is refused. */
#include "core/snippet.h"

#include "api/plausible.h"

#include "tests/unit/unit.h"

#define LEASE "9f2cde07-0000-4000-8000-000000000000"

struct part {
    enum endpoint_role role;
    const char *name, *text;
};

static struct endpoint *endpoint_with(enum endpoint_type type, const struct part *parts)
{
    struct endpoint *endpoint = endpoint_new(type);
    for (; parts->name != NULL; parts++)
        assert_true(endpoint_add(endpoint, parts->role, parts->name, parts->text));
    return endpoint;
}

#define ENDPOINT(type, ...) endpoint_with(type, (const struct part[]){__VA_ARGS__, {.name = NULL}})

struct expected {
    const char *label, *text;
};

static void expect_choices(struct endpoint *endpoint, const struct expected *expected, size_t count)
{
    struct snippet_choice choices[SNIPPET_CHOICES_MAX];
    struct error error = {0};
    assert_int_equal(snippet_choices(endpoint, choices, SNIPPET_CHOICES_MAX), count);
    for (size_t i = 0; i < count; i++) {
        struct secret *text = snippet_text(endpoint, LEASE, &choices[i], &error);
        assert_string_equal(choices[i].label, expected[i].label);
        assert_non_null(text);
        assert_string_equal(secret_bytes(text), expected[i].text);
        assert_true(*choices[i].detail != '\0');
        secret_free(text);
    }
    /* With less room there is less, and never more. */
    assert_int_equal(snippet_choices(endpoint, choices, 1), 1);
    endpoint_free(endpoint);
}

#define EXPECT(endpoint, ...)                                                                      \
    expect_choices(endpoint, (const struct expected[]){__VA_ARGS__},                               \
                   COUNT(((const struct expected[]){__VA_ARGS__})))

static void test_websocket(void **state)
{
    (void)state;
    EXPECT(ENDPOINT(ENDPOINT_WEBSOCKET, {ENDPOINT_URL, "url", "wss://h/a?sig=1"}),
           {"url", "wss://h/a?sig=1"},
           {"playwright", "const browser = await chromium.connectOverCDP('wss://h/a?sig=1');"},
           {"puppeteer",
            "const browser = await puppeteer.connect({ browserWSEndpoint: 'wss://h/a?sig=1' });"},
           {"env", "export LEASE_ENDPOINT='wss://h/a?sig=1'"}, {"id", LEASE});
}

static void test_http(void **state)
{
    (void)state;
    EXPECT(ENDPOINT(ENDPOINT_HTTP, {ENDPOINT_URL, "baseUrl", "https://h/b?k=1"}),
           {"baseUrl", "https://h/b?k=1"}, {"curl", "curl 'https://h/b?k=1'"},
           {"env", "export LEASE_ENDPOINT='https://h/b?k=1'"}, {"id", LEASE});
}

/* The password stands in no line: the shell would remember it. */
static void test_rdp(void **state)
{
    (void)state;
    EXPECT(ENDPOINT(ENDPOINT_RDP, {ENDPOINT_HOST, "host", "h.example"},
                    {ENDPOINT_PORT, "port", "3389"}, {ENDPOINT_USER, "username", "joe"},
                    {ENDPOINT_PASSWORD, "password", "p4ss"}),
           {"host:port", "h.example:3389"}, {"host", "h.example"}, {"port", "3389"},
           {"username", "joe"}, {"password", "p4ss"},
           {"rdp", "xfreerdp '/v:h.example:3389' '/u:joe' /from-stdin"}, {"id", LEASE});
}

/* One line for each named endpoint, and lines made of its own parts only. */
static void test_composite(void **state)
{
    (void)state;
    EXPECT(ENDPOINT(ENDPOINT_COMPOSITE, {ENDPOINT_URL, "cdp.url", "wss://one"},
                    {ENDPOINT_URL, "files.baseUrl", "https://two"}),
           {"cdp.url", "wss://one"}, {"files.baseUrl", "https://two"},
           {"cdp.playwright", "const browser = await chromium.connectOverCDP('wss://one');"},
           {"cdp.puppeteer",
            "const browser = await puppeteer.connect({ browserWSEndpoint: 'wss://one' });"},
           {"cdp.env", "export LEASE_ENDPOINT='wss://one'"}, {"files.curl", "curl 'https://two'"},
           {"files.env", "export LEASE_ENDPOINT='https://two'"}, {"id", LEASE});
}

static void test_without_an_endpoint(void **state)
{
    (void)state;
    EXPECT(NULL, {"id", LEASE});
}

/* A part that would end the quotation of a line, and act where that is pasted, is in none. */
static void test_what_would_act(void **state)
{
    (void)state;
    static const char *const urls[] = {"wss://h/'; rm -rf ~; '", "wss://h/\\", "wss://h/`id`",
                                       "wss://h/$(id)", "wss://h/\"x"};
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct snippet_choice choices[SNIPPET_CHOICES_MAX];
        struct endpoint *endpoint = ENDPOINT(ENDPOINT_WEBSOCKET, {ENDPOINT_URL, "url", urls[i]});
        size_t count = snippet_choices(endpoint, choices, SNIPPET_CHOICES_MAX);
        for (size_t j = 0; j < count; j++) {
            struct error error = {0};
            struct secret *text = snippet_text(endpoint, LEASE, &choices[j], &error);
            bool itself = choices[j].field != SNIPPET_NONE;
            assert_int_equal(text == NULL,
                             choices[j].snippet >= 0 || (itself && !plausible_url(urls[i])));
            assert_int_equal(text == NULL, strstr(error.sentence, "not copied") != NULL);
            secret_free(text);
        }
        endpoint_free(endpoint);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_websocket),
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_rdp),
        cmocka_unit_test(test_composite),
        cmocka_unit_test(test_without_an_endpoint),
        cmocka_unit_test(test_what_would_act),
    };
    return cmocka_run_group_tests_name("snippet", tests, NULL, NULL);
}
