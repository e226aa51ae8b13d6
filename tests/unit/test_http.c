/* A setting that the HTTP library does not take: the request does not go out without it. */
#include "api/http.h"

#include "tests/unit/unit.h"

#include <curl/curl.h>

#undef curl_easy_setopt

/* What is refused: the call of this number; what it was about. */
static long refused, asked;
static CURLoption refused_option;

CURLcode __real_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);

CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    va_list arguments;
    va_start(arguments, option);
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (asked++ == refused)
        refused_option = option;
    else if (option < CURLOPTTYPE_OBJECTPOINT)
        code = __real_curl_easy_setopt(easy, option, va_arg(arguments, long));
    else
        code = __real_curl_easy_setopt(easy, option, va_arg(arguments, void *));
    va_end(arguments);
    return code;
}

/* Whether it would go out when the n-th setting is refused; nothing is sent here. */
static bool starts(const struct http_request *request, long n, struct error *error)
{
    static const struct http_options options = {.ca_file = "/ca.pem",
                                                .client_cert = "/cert.pem",
                                                .client_key = "/key.pem",
                                                .direct = true,
                                                .connect_timeout_ms = 1000,
                                                .read_timeout_ms = 1000,
                                                .write_timeout_ms = 1000};
    struct http *http = http_new(&options, NULL);
    assert_non_null(http);
    refused = n;
    asked = 0;
    bool started = http_start(http, request, error);
    http_free(http);
    return started;
}

static void test_refused_settings(void **state)
{
    (void)state;
    struct secret *key = secret_copy("bctrl_0123456789abcdef");
    const struct http_request request = {
        .method = "POST", .url = "https://127.0.0.1:1/", .body = "{}", .key = key};
    assert_true(starts(&request, -1, NULL));
    long settings = asked;
    assert_in_range(settings, 25, 60);
    for (long n = 0; n < settings; n++) {
        struct error error = {0};
        bool started = starts(&request, n, &error);
        bool matters =
            refused_option != CURLOPT_HTTP_VERSION && refused_option != CURLOPT_QUICK_EXIT;
        if (started == matters || error.kind != (matters ? ERROR_MEMORY : ERROR_NONE))
            fail_msg("without option %d: %s", (int)refused_option, error.sentence);
    }
    secret_free(key);
}

static int start(void **state)
{
    (void)state;
    return http_global_init(NULL) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    http_global_clear();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused_settings)};
    return cmocka_run_group_tests_name("http", tests, start, stop);
}
