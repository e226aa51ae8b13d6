/* What may be copied: a url, or a host with its port, and nothing that would act where it is
 * pasted.
 */
#include "api/plausible.h"

#include "tests/unit/unit.h"

static void test_urls(void **state)
{
    (void)state;
    static const char *const good[] = {
        "wss://live.example.test/3f9c?token=a-b_c.d~e",
        "ws://127.0.0.1:9222/devtools/browser/5b0e",
        "https://h",
        "http://[::1]:8080/x#y",
        "https://user:pass@h/",
        "wss://h/?a=1&b=$(x);c='d'*[e]!@,+%20",
        "svn+ssh://h",
        "rdp://10.0.0.1:3389",
    };
    static const char *const bad[] = {
        "",
        "h",
        "//h",
        "wss:",
        "wss:/h",
        "wss://",
        "wss:///x",
        "wss://?x",
        "wss://#x",
        "wss://user@",
        "wss://user@/",
        "://h",
        "-s://h",
        "1s://h",
        "wss://-h",
        "wss://h x",
        " wss://h",
        "wss://h ",
        "wss://h\n",
        "wss://h\"",
        "wss://h<",
        "wss://h`x`",
        "wss://h|x",
        "wss://h\\x",
        "wss://h^",
        "wss://h{x}",
        "wss://\xc3\xa4",
        "wss://h/\xff",
        "wss://h\x7f",
        "wss://h\033[m",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "rm -rf /",
        "wss://$(x)",
    };
    for (size_t i = 0; i < COUNT(good); i++)
        if (!plausible_url(good[i]))
            fail_msg("%s is a url", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        if (plausible_url(bad[i]))
            fail_msg("%s is no url", bad[i]);
}

static void test_hosts(void **state)
{
    (void)state;
    static const char *const good[] = {
        "desk",  "desk.example.test", "10.0.0.1",        "a_b-c.d", "::1",
        "[::1]", "fe80::1",           "::ffff:10.0.0.1", "7"};
    static const char *const bad[] = {
        "",     "-oProxyCommand=x", ".x",   "a b",  "a/b", "a:b", "a@b",
        "$(x)", "\xc3\xa4",         "[::1", "::1]", "[]",  ":",   "a\n"};
    char text[300];
    for (size_t i = 0; i < COUNT(good); i++)
        if (!plausible_host(good[i]))
            fail_msg("%s is a host", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        if (plausible_host(bad[i]))
            fail_msg("%s is no host", bad[i]);
    memset(text, 'a', sizeof text);
    text[255] = '\0';
    assert_true(plausible_host(text));
    text[255] = 'a';
    text[256] = '\0';
    assert_false(plausible_host(text));
}

static void test_ports(void **state)
{
    (void)state;
    static const char *const good[] = {"1", "3389", "65535", "00080"};
    static const char *const bad[] = {"",
                                      "0",
                                      "65536",
                                      "-1",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "0x1",
                                      "1.0",
                                      "000001",
                                      "99999999999999999999",
                                      "\xd9\xa1"};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(plausible_port(good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        if (plausible_port(bad[i]))
            fail_msg("\"%s\" is no port", bad[i]);
}

static void test_targets(void **state)
{
    (void)state;
    assert_true(plausible_target(&(struct endpoint_target){ENDPOINT_URL, "", "wss://h", NULL}));
    assert_false(plausible_target(&(struct endpoint_target){ENDPOINT_URL, "", "h", NULL}));
    assert_true(plausible_target(&(struct endpoint_target){ENDPOINT_HOST, "", "h", NULL}));
    assert_true(plausible_target(&(struct endpoint_target){ENDPOINT_HOST, "", "h", "3389"}));
    assert_false(plausible_target(&(struct endpoint_target){ENDPOINT_HOST, "", "h", ";x"}));
    assert_false(plausible_target(&(struct endpoint_target){ENDPOINT_HOST, "", "wss://h", "1"}));
}

/* What had to be repaired would lead elsewhere, or let nobody in. */
static void test_fields(void **state)
{
    (void)state;
    static const struct {
        struct endpoint_field field;
        bool plausible;
    } cases[] = {
        {{ENDPOINT_URL, "url", "wss://h/x"}, true},
        {{ENDPOINT_URL, "url", "wss://h/\xEF\xBF\xBD"}, false},
        {{ENDPOINT_URL, "url", "h"}, false},
        {{ENDPOINT_HOST, "host", "desk"}, true},
        {{ENDPOINT_HOST, "host", "-odesk"}, false},
        {{ENDPOINT_PORT, "port", "3389"}, true},
        {{ENDPOINT_PORT, "port", "1;"}, false},
        {{ENDPOINT_USER, "username", "CORP\\jo \xC3\xA4"}, true},
        {{ENDPOINT_PASSWORD, "password", "it's; $(long)"}, true},
        {{ENDPOINT_PASSWORD, "password", "a\nb"}, false},
        {{ENDPOINT_PASSWORD, "password", "a\177"}, false},
        {{ENDPOINT_PASSWORD, "password", "a\xEF\xBF\xBD"}, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (plausible_field(&cases[i].field) != cases[i].plausible)
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields), cmocka_unit_test(test_urls),    cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_ports),  cmocka_unit_test(test_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
