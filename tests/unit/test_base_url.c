/* The url of the API: every form that is accepted and what it becomes, every form that is refused
 * and why. */
#include "api/base_url.h"

#include "tests/unit/unit.h"

#define NOT_A_URL "is not a url"
#define SCHEME    "must begin with https://"
#define USER      "must not hold a user or password"
#define QUERY     "must not have a query or fragment"
#define PLAIN     "uses plain http to another machine"

static void expect_taken(const char *given, const char *text, const char *host, bool loopback)
{
    struct base_url base;
    struct error error = {0};
    if (!base_url_parse(&base, given, &error))
        fail_msg("\"%s\": %s", given, error.sentence);
    if (strcmp(base.text, text) != 0 || strcmp(base.host, host) != 0 || base.loopback != loopback)
        fail_msg("\"%s\" became \"%s\" on \"%s\"%s", given, base.text, base.host,
                 base.loopback ? " (loopback)" : "");
}

static void expect_refused(const char *given, const char *why)
{
    struct base_url base;
    struct error error = {0};
    if (base_url_parse(&base, given, &error))
        fail_msg("\"%s\" was taken as \"%s\"", given, base.text);
    if (error.kind != ERROR_USAGE || strstr(error.sentence, why) == NULL)
        fail_msg("\"%s\": %s", given, error.sentence);
    if (strstr(error.sentence, "hunter2") != NULL)
        fail_msg("a sentence repeats a password");
    assert_false(base_url_parse(&base, given, NULL));
}

static void test_with_or_without_v1(void **state)
{
    (void)state;
    const char *const same[] = {
        "https://api.bctrl.ai",      "https://api.bctrl.ai/",        "https://api.bctrl.ai///",
        "https://api.bctrl.ai/v1",   "https://api.bctrl.ai/v1/",     "https://api.bctrl.ai/v1///",
        "https://api.bctrl.ai//v1/", "HTTPS://api.bctrl.ai",         "https://api.bctrl.ai:/v1",
        "https://api.bctrl.ai/./v1", "https://api.bctrl.ai/x/../v1",
    };
    for (size_t i = 0; i < COUNT(same); i++)
        expect_taken(same[i], "https://api.bctrl.ai", "api.bctrl.ai", false);
}

static void test_paths(void **state)
{
    (void)state;
    expect_taken("https://h/proxy", "https://h/proxy", "h", false);
    expect_taken("https://h/proxy/", "https://h/proxy", "h", false);
    expect_taken("https://h/proxy/v1/", "https://h/proxy", "h", false);
    expect_taken("https://h/v1/v1", "https://h/v1", "h", false); /* one /v1 is the API's */
    expect_taken("https://h/nov1", "https://h/nov1", "h", false);
    expect_taken("https://h/V1", "https://h/V1", "h", false);
    expect_taken("https://h/v1beta", "https://h/v1beta", "h", false);
    expect_taken("https://h/a%20b", "https://h/a%20b", "h", false);
}

static void test_ports(void **state)
{
    (void)state;
    expect_taken("https://api.bctrl.ai:8443/v1", "https://api.bctrl.ai:8443", "api.bctrl.ai:8443",
                 false);
    expect_taken("https://api.bctrl.ai:443", "https://api.bctrl.ai:443", "api.bctrl.ai:443", false);
    expect_taken("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443", "[2001:db8::1]:8443",
                 false);
    expect_refused("https://api.bctrl.ai:65536", NOT_A_URL);
    expect_refused("https://api.bctrl.ai:x", NOT_A_URL);
    expect_refused("https://api.bctrl.ai:-1", NOT_A_URL);
}

/* The library adds the second slash: what has no room any more is refused, not cut. */
static void test_too_long(void **state)
{
    (void)state;
    static const size_t sizes[] = {2045, 2046, 2047};
    for (size_t i = 0; i < 3; i++) {
        char given[LIMIT_URL_BYTES + 1];
        struct base_url base;
        struct error error = {0};
        memset(given, 'a', sizes[i]);
        memcpy(given, "https:/h/", 9);
        given[sizes[i]] = '\0';
        bool fits = sizes[i] + 1 < LIMIT_URL_BYTES;
        assert_int_equal(base_url_parse(&base, given, &error), fits);
        if (fits)
            assert_int_equal(strlen(base.text), sizes[i] + 1);
        else
            assert_non_null(strstr(error.sentence, "longer than any should be"));
    }
    char host[400] = "https://";
    memset(host + 8, 'a', 300);
    assert_false(base_url_parse(&(struct base_url){.loopback = false}, host, NULL));
}

static void test_this_machine(void **state)
{
    (void)state;
    expect_taken("http://localhost:8787", "http://localhost:8787", "localhost:8787", true);
    expect_taken("http://localhost:8787/v1/", "http://localhost:8787", "localhost:8787", true);
    expect_taken("http://LocalHost", "http://LocalHost", "LocalHost", true);
    expect_taken("http://127.0.0.1:8787", "http://127.0.0.1:8787", "127.0.0.1:8787", true);
    expect_taken("http://127.255.255.254", "http://127.255.255.254", "127.255.255.254", true);
    expect_taken("http://[::1]:8787", "http://[::1]:8787", "[::1]:8787", true);
    expect_taken("http://[0:0:0:0:0:0:0:1]", "http://[::1]", "[::1]", true);
    expect_taken("https://localhost", "https://localhost", "localhost", true);
    /* Numbers that mean the same to the HTTP library are shown as what they mean. */
    expect_taken("http://127.1", "http://127.0.0.1", "127.0.0.1", true);
    expect_taken("http://2130706433", "http://127.0.0.1", "127.0.0.1", true);
    expect_taken("http://0x7f000001", "http://127.0.0.1", "127.0.0.1", true);
}

static void test_plain_http_beyond_this_machine(void **state)
{
    (void)state;
    expect_refused("http://api.bctrl.ai", PLAIN);
    expect_refused("http://10.0.0.1", PLAIN);
    expect_refused("http://0.0.0.0:8787", PLAIN);
    expect_refused("http://128.0.0.1", PLAIN);
    expect_refused("http://12.7.0.1", PLAIN);
    expect_refused("http://[::2]", PLAIN);
    expect_refused("http://[::ffff:127.0.0.1]", PLAIN);
    expect_refused("http://localhost.example", PLAIN);
    expect_refused("http://localhost.", PLAIN);
    expect_refused("http://notlocalhost", PLAIN);
    expect_refused("http://127.0.0.1.example", PLAIN);
    /* Names that look like an address of this machine, and that anyone may own. */
    expect_refused("http://127.0.0.999", PLAIN);
    expect_refused("http://127.0.0.256", PLAIN);
    expect_refused("http://127.-1.0.1", PLAIN);
    expect_refused("http://127.0.0.1x", PLAIN);
}

static void test_users(void **state)
{
    (void)state;
    expect_refused("https://user@api.bctrl.ai", USER);
    expect_refused("https://user:hunter2@api.bctrl.ai", USER);
    expect_refused("https://:hunter2@api.bctrl.ai", USER);
    expect_refused("https://@api.bctrl.ai", USER);
    expect_refused("http://localhost@api.bctrl.ai", USER);
    expect_refused("http://127.0.0.1\\@api.bctrl.ai", "");
    expect_refused("https://user:hunter2@", "");
    expect_refused("https://user:hunter2@ api.bctrl.ai", NOT_A_URL);
    expect_refused("ftp://user:hunter2@api.bctrl.ai", SCHEME);
}

static void test_queries_and_fragments(void **state)
{
    (void)state;
    expect_refused("https://api.bctrl.ai?x=1", QUERY);
    expect_refused("https://api.bctrl.ai/v1?token=hunter2", QUERY);
    expect_refused("https://api.bctrl.ai/?", QUERY);
    expect_refused("https://api.bctrl.ai?", QUERY);
    expect_refused("https://api.bctrl.ai#x", QUERY);
    expect_refused("https://api.bctrl.ai/v1#hunter2", QUERY);
    expect_refused("https://api.bctrl.ai/#", QUERY);
    expect_refused("https://api.bctrl.ai#", QUERY);
}

static void test_no_urls(void **state)
{
    (void)state;
    const char *const none[] = {
        "",
        " ",
        "api.bctrl.ai",
        "api.bctrl.ai:443",
        "localhost:8787",
        "//api.bctrl.ai",
        "/v1",
        "https",
        "https:",
        "https:api.bctrl.ai",
        "https://",
        "http://",
        "://api.bctrl.ai",
        " https://api.bctrl.ai",
        "https://api.bctrl.ai ",
        "https://api.bctrl.ai\n",
        "https://api.bctrl.ai/\tx",
        "https://api.bctrl.ai/\rx",
        "https://api.bctrl.ai/\x1b[31m",
        "https://api\x7f.bctrl.ai",
        "https://a;b",
        "https://[::1",
        "https://[::g]",
        "https://a%00b",
        "bctrl_hunter2",
    };
    for (size_t i = 0; i < COUNT(none); i++)
        expect_refused(none[i], NOT_A_URL);
}

static void test_schemes(void **state)
{
    (void)state;
    expect_refused("ftp://api.bctrl.ai", SCHEME);
    expect_refused("ws://api.bctrl.ai", "");
    expect_refused("wss://api.bctrl.ai", "");
    expect_refused("file:///etc/passwd", "");
    expect_refused("javascript:alert(1)", "");
}

static void test_ceiling(void **state)
{
    (void)state;
    char url[LIMIT_URL_BYTES + 2];
    memset(url, 'a', sizeof url);
    memcpy(url, "https://api.bctrl.ai/", 21);
    url[LIMIT_URL_BYTES - 1] = '\0';
    expect_taken(url, url, "api.bctrl.ai", false);
    url[LIMIT_URL_BYTES - 1] = 'a';
    url[LIMIT_URL_BYTES] = '\0';
    expect_refused(url, NOT_A_URL);
}

static void test_is_it_this_machine(void **state)
{
    (void)state;
    static const char *const here[] = {"http://localhost:8787", "https://127.0.0.1",
                                       "https://127.3.2.1:1/a", "https://[::1]:2"};
    static const char *const elsewhere[] = {"https://api.bctrl.ai", "https://127.0.0.1.test",
                                            "https://localhost.test", "nonsense", ""};
    for (size_t i = 0; i < sizeof here / sizeof *here; i++)
        assert_true(base_url_loopback(here[i]));
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        assert_false(base_url_loopback(elsewhere[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_with_or_without_v1),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_this_machine),
        cmocka_unit_test(test_plain_http_beyond_this_machine),
        cmocka_unit_test(test_users),
        cmocka_unit_test(test_queries_and_fragments),
        cmocka_unit_test(test_no_urls),
        cmocka_unit_test(test_schemes),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_is_it_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
