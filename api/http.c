/* http: see http.h. One exchange is one easy handle in one multi handle; what it asks with is in
 * http_ask.c, what comes back in http_answer.c. */
#include "api/clock.h"
#include "api/copy.h"
#include "api/http_exchange.h"
#include "api/model.h"

#include <stdlib.h>

enum { CONNECTIONS_KEPT = 8 };

struct http {
    CURLM *multi;
    struct http_options options; /* its texts are owned */
    struct exchange *first;
    bool renewing;
};

bool http_global_init(struct error *error)
{
    /* The library honours this one by writing every session key to a file. */
    unsetenv("SSLKEYLOGFILE");
    CURLcode code =
        curl_global_init_mem(CURL_GLOBAL_DEFAULT, secret_heap_malloc, secret_heap_free,
                             secret_heap_realloc, secret_heap_strdup, secret_heap_calloc);
    return code == CURLE_OK || error_set(error, ERROR_SYSTEM, "the HTTP library cannot start: %s",
                                         curl_easy_strerror(code));
}

void http_global_clear(void)
{
    curl_global_cleanup();
}

static CURLM *multi_new(void)
{
    CURLM *multi = curl_multi_init();
    if (multi != NULL) {
        curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
    }
    return multi;
}

struct http *http_new(const struct http_options *options, struct error *error)
{
    struct http *http = calloc(1, sizeof *http);
    if (http == NULL) {
        error_memory(error);
        return NULL;
    }
    bool failed = false;
    http->options = *options;
    http->options.ca_file = copy_text(options->ca_file, &failed);
    http->options.client_cert = copy_text(options->client_cert, &failed);
    http->options.client_key = copy_text(options->client_key, &failed);
    http->multi = multi_new();
    if (http->multi == NULL || failed) {
        error_memory(error);
        http_free(http);
        return NULL;
    }
    return http;
}

static void exchange_free(struct http *http, struct exchange *exchange)
{
    *exchange->link = exchange->next;
    if (exchange->next != NULL)
        exchange->next->link = exchange->link;
    if (exchange->easy != NULL) {
        curl_multi_remove_handle(http->multi, exchange->easy);
        curl_easy_cleanup(exchange->easy);
    }
    curl_slist_free_all(exchange->headers);
    http_answer_clear(&exchange->answer);
    free(exchange);
}

void http_free(struct http *http)
{
    if (http == NULL)
        return;
    while (http->first != NULL)
        exchange_free(http, http->first);
    if (http->multi != NULL)
        curl_multi_cleanup(http->multi);
    free((char *)http->options.ca_file);
    free((char *)http->options.client_cert);
    free((char *)http->options.client_key);
    free(http);
}

/* All connections end with the handle that keeps them. */
static void renew_if_idle(struct http *http)
{
    CURLM *fresh = http->renewing && http->first == NULL ? multi_new() : NULL;
    if (fresh == NULL)
        return;
    curl_multi_cleanup(http->multi);
    http->multi = fresh;
    http->renewing = false;
}

void http_renew(struct http *http)
{
    http->renewing = true;
    for (struct exchange *one = http->first; one != NULL; one = one->next)
        curl_easy_setopt(one->easy, CURLOPT_FORBID_REUSE, 1L);
    renew_if_idle(http);
}

bool http_start(struct http *http, const struct http_request *request, struct error *error)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL)
        return error_memory(error);
    exchange->next = http->first;
    exchange->link = &http->first;
    if (exchange->next != NULL)
        exchange->next->link = &exchange->next;
    http->first = exchange;
    exchange->answer =
        (struct http_answer){.tag = request->tag, .date_ms = MOMENT_NONE, .retry_after_ms = -1};
    exchange->easy = curl_easy_init();
    if (exchange->easy == NULL || !exchange_headers(exchange, request)) {
        exchange_free(http, exchange);
        return error_memory(error);
    }
    if (!exchange_set_up(exchange, &http->options, http->renewing, request, error)) {
        exchange_free(http, exchange);
        return false;
    }
    exchange->repeatable = request->repeatable;
    exchange->answer.sent_ms = clock_boot_now_ms();
    exchange->until_ms =
        exchange->answer.sent_ms + exchange_timeout_ms(&http->options, request->repeatable);
    if (curl_multi_add_handle(http->multi, exchange->easy) != CURLM_OK) {
        exchange_free(http, exchange);
        return error_memory(error);
    }
    return true;
}

bool http_wait(struct http *http, int wait_ms, int fd, int other_fd)
{
    struct curl_waitfd extra[] = {{.fd = fd, .events = CURL_WAIT_POLLIN},
                                  {.fd = other_fd, .events = CURL_WAIT_POLLIN}};
    curl_multi_poll(http->multi, extra, other_fd >= 0 ? 2 : 1, wait_ms, NULL);
    return other_fd >= 0 && extra[1].revents != 0;
}

/* What the library was about to send again goes out once more if it may. */
static bool send_again(struct http *http, struct exchange *exchange)
{
    int64_t now_ms = clock_boot_now_ms();
    if (!exchange->stopped || !exchange->repeatable || exchange->again ||
        now_ms >= exchange->until_ms)
        return false;
    bool done = exchange_alone(exchange, (long)(exchange->until_ms - now_ms));
    curl_multi_remove_handle(http->multi, exchange->easy);
    exchange->begun = exchange->stopped = false;
    exchange->again = true;
    exchange->answer.sent_ms = now_ms;
    return done && curl_multi_add_handle(http->multi, exchange->easy) == CURLM_OK;
}

bool http_take(struct http *http, struct http_answer *answer)
{
    int running, left;
    curl_multi_perform(http->multi, &running);
    for (CURLMsg *message; (message = curl_multi_info_read(http->multi, &left)) != NULL;) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct exchange *exchange;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&exchange);
        CURLcode code = message->data.result;
        if (send_again(http, exchange))
            continue;
        exchange_finish(exchange, code == CURLE_ABORTED_BY_CALLBACK ? CURLE_GOT_NOTHING : code);
        *answer = exchange->answer;
        exchange->answer = (struct http_answer){0};
        exchange_free(http, exchange);
        renew_if_idle(http);
        return true;
    }
    return false;
}

void http_answer_clear(struct http_answer *answer)
{
    secret_heap_free(answer->body);
    answer->body = NULL;
    answer->length = 0;
}
