/* http: see http.h. One exchange is one easy handle in one multi handle. */
#include "api/http.h"

#include "api/clock.h"
#include "api/copy.h"
#include "api/http_failure.h"
#include "api/limits.h"
#include "api/model.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TAKEN_AT_ONCE_BYTES = 4096, CONNECTIONS_KEPT = 8 };

struct http {
    CURLM *multi;
    struct http_options options; /* its texts are owned */
    struct exchange *first;
    bool renewing;
};

struct exchange {
    struct exchange *next, **link;
    CURL *easy;
    struct curl_slist *headers;
    struct http_answer answer;
    size_t room, header_bytes;
    int64_t until_ms;                       /* boot clock: the time it has ends */
    bool repeatable, begun, stopped, again; /* see on_request and send_again */
    bool header_ended, too_much;
    char retry_after[64];
    char message[CURL_ERROR_SIZE];
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

/* The body so far, in memory that is wiped whenever it moves. */
static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct http_answer *answer = &exchange->answer;
    size_t more = size * count;
    if (more > LIMIT_BODY_BYTES - answer->length) {
        exchange->too_much = true;
        return CURL_WRITEFUNC_ERROR;
    }
    size_t needed = answer->length + more + 1;
    if (needed > exchange->room) {
        size_t room = exchange->room == 0 ? TAKEN_AT_ONCE_BYTES : exchange->room * 2;
        room = room < needed ? needed : room;
        room = room < LIMIT_BODY_BYTES + 1 ? room : LIMIT_BODY_BYTES + 1;
        char *body = secret_heap_realloc(answer->body, room);
        if (body == NULL)
            return CURL_WRITEFUNC_ERROR;
        answer->body = body;
        exchange->room = room;
    }
    memcpy(answer->body + answer->length, bytes, more);
    answer->length += more;
    answer->body[answer->length] = '\0';
    return more;
}

/* If `line` is the header `name`, copies its trimmed value. */
static bool header_value(const char *line, size_t length, const char *name, char *value,
                         size_t size)
{
    size_t name_length = strlen(name);
    if (length <= name_length || line[name_length] != ':' ||
        strncasecmp(line, name, name_length) != 0)
        return false;
    const char *at = line + name_length + 1, *end = line + length;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && strchr(" \t\r\n", end[-1]) != NULL)
        end--;
    snprintf(value, size, "%.*s", (int)(end - at), at);
    return true;
}

/* Seconds or an HTTP date (RFC 9110, section 10.2.3). A date counts from the server's own Date, so
 * this waits until the whole header is known. */
static void read_retry_after(struct http_answer *answer, const char *value)
{
    char *end;
    if (*value == '\0')
        return;
    long seconds = strtol(value, &end, 10);
    if (end != value && *end == '\0' && seconds >= 0) {
        answer->retry_after_ms = seconds < 86400 ? seconds * 1000 : 86400000;
        return;
    }
    time_t date = curl_getdate(value, NULL);
    if (date == -1)
        return;
    int64_t now_ms = answer->date_ms != MOMENT_NONE ? answer->date_ms : clock_wall_now_ms();
    int64_t pause_ms = (int64_t)date * 1000 - now_ms;
    answer->retry_after_ms = pause_ms > 0 ? pause_ms : 0;
}

/* There can be more than one header before the body: RFC 9110, section 15.2. */
static void watch_header_end(struct exchange *exchange, const char *line, size_t length)
{
    if (length > 5 && memcmp(line, "HTTP/", 5) == 0)
        exchange->header_ended = false;
    else if (length > 0 && (*line == '\r' || *line == '\n'))
        exchange->header_ended = true;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct http_answer *answer = &exchange->answer;
    size_t length = size * count;
    char value[256];
    exchange->header_bytes += length;
    watch_header_end(exchange, bytes, length);
    if (exchange->header_bytes > LIMIT_HEADER_BYTES) {
        exchange->too_much = true;
        return 0;
    }
    if (header_value(bytes, length, "age", value, sizeof value)) {
        answer->aged = strtol(value, NULL, 10) > 0;
    } else if (header_value(bytes, length, "date", value, sizeof value)) {
        time_t date = curl_getdate(value, NULL);
        answer->date_ms = date != -1 ? (int64_t)date * 1000 : MOMENT_NONE;
        answer->received_ms = clock_boot_now_ms();
    } else if (header_value(bytes, length, "retry-after", value, sizeof value)) {
        snprintf(exchange->retry_after, sizeof exchange->retry_after, "%.*s",
                 (int)sizeof exchange->retry_after - 1, value);
    } else if (header_value(bytes, length, "x-request-id", value, sizeof value)) {
        snprintf(answer->request_id, sizeof answer->request_id, "%.*s",
                 (int)sizeof answer->request_id - 1, value);
    }
    return length;
}

/* Before each request. The library sends one again by itself, up to five times in a burst, where a
 * kept connection turns out to be closed or a stream of HTTP/2 is refused: the second is stopped
 * here, and whether there is one is send_again's. */
static int on_request(void *context, char *address, char *own_address, int port, int own_port)
{
    (void)address, (void)own_address, (void)port, (void)own_port;
    struct exchange *exchange = context;
    exchange->stopped = exchange->begun;
    exchange->begun = true;
    exchange->answer.requests += !exchange->stopped;
    return exchange->stopped ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static bool add_header(struct exchange *exchange, const char *text)
{
    struct curl_slist *more = curl_slist_append(exchange->headers, text);
    if (more == NULL)
        return false;
    exchange->headers = more;
    return true;
}

static bool add_headers(struct exchange *exchange, const struct http_request *request)
{
    bool done = add_header(exchange, "Accept: application/json") &&
                (request->body == NULL || (add_header(exchange, "Content-Type: application/json") &&
                                           add_header(exchange, "Expect:")));
    if (request->key == NULL)
        return done;
    size_t size = secret_size(request->key) + sizeof "Authorization: Bearer ";
    struct secret *line = secret_new(size);
    if (line == NULL)
        return false;
    snprintf(secret_bytes(line), size, "Authorization: Bearer %s", secret_bytes(request->key));
    done = done && add_header(exchange, secret_bytes(line));
    secret_free(line);
    return done;
}

/* What is set for one exchange. What the library did not take, for want of memory at least, must
 * not be missing from a request that goes out: another CA would be trusted, or no body sent. */
struct setup {
    CURL *easy;
    CURLcode code; /* the first that was not CURLE_OK */
};

#define SET(setup, option, value)                                                                  \
    do {                                                                                           \
        if ((setup)->code == CURLE_OK)                                                             \
            (setup)->code = curl_easy_setopt((setup)->easy, option, value);                        \
    } while (0)

static int timeout_of(const struct http_options *options, bool repeatable)
{
    return repeatable ? options->read_timeout_ms : options->write_timeout_ms;
}

static void set_limits(const struct http *http, struct setup *setup, bool repeatable)
{
    const struct http_options *options = &http->options;
    SET(setup, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
    SET(setup, CURLOPT_TIMEOUT_MS, (long)timeout_of(options, repeatable));
    SET(setup, CURLOPT_FRESH_CONNECT, repeatable ? 0L : 1L);
    SET(setup, CURLOPT_FORBID_REUSE, repeatable && !http->renewing ? 0L : 1L);
    SET(setup, CURLOPT_FOLLOWLOCATION, 0L);
    /* Where the header tells, none of it is read; the rest is on_body's. */
    SET(setup, CURLOPT_MAXFILESIZE, (long)LIMIT_BODY_BYTES);
    SET(setup, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(setup, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(setup->easy, CURLOPT_QUICK_EXIT, 1L);
}

/* Whom is spoken to, and who speaks. There is no switch that leaves certificates unchecked. */
static void set_tls(const struct http_options *options, struct setup *setup)
{
    if (options->ca_file != NULL)
        SET(setup, CURLOPT_CAINFO, options->ca_file);
    if (options->client_cert == NULL)
        return;
    SET(setup, CURLOPT_SSLCERT, options->client_cert);
    SET(setup, CURLOPT_SSLKEY,
        options->client_key != NULL ? options->client_key : options->client_cert);
    /* Without this the TLS library would ask for a pass phrase on the terminal. */
    SET(setup, CURLOPT_KEYPASSWD, "");
}

/* What must go out once goes by HTTP/1.1: a server that gives up a stream of HTTP/2 before it
 * answered (REFUSED_STREAM, HTTP_1_1_REQUIRED) makes the library send it again by itself. */
static void set_transport(const struct http *http, struct setup *setup, bool repeatable)
{
    long version = repeatable ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1;
    /* Where the library was built without it, the older one will do. */
    curl_easy_setopt(setup->easy, CURLOPT_HTTP_VERSION, version);
    SET(setup, CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(setup, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
    SET(setup, CURLOPT_TCP_KEEPALIVE, 1L);
    /* What a proxy says of itself, its time for one, is not the server's word. */
    SET(setup, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (http->options.direct)
        SET(setup, CURLOPT_PROXY, "");
    set_tls(&http->options, setup);
}

static void set_request(struct exchange *exchange, const struct http_request *request,
                        struct setup *setup)
{
    SET(setup, CURLOPT_URL, request->url);
    SET(setup, CURLOPT_PATH_AS_IS, 1L);
    if (request->body != NULL)
        SET(setup, CURLOPT_COPYPOSTFIELDS, request->body);
    SET(setup, CURLOPT_CUSTOMREQUEST, request->method);
    SET(setup, CURLOPT_HTTPHEADER, exchange->headers);
    SET(setup, CURLOPT_WRITEFUNCTION, on_body);
    SET(setup, CURLOPT_WRITEDATA, exchange);
    SET(setup, CURLOPT_HEADERFUNCTION, on_header);
    SET(setup, CURLOPT_HEADERDATA, exchange);
    SET(setup, CURLOPT_PREREQFUNCTION, on_request);
    SET(setup, CURLOPT_PREREQDATA, exchange);
    SET(setup, CURLOPT_ERRORBUFFER, exchange->message);
    SET(setup, CURLOPT_PRIVATE, exchange);
}

/* What the library was about to send again goes out once more if it may, over a connection of its
 * own and by HTTP/1.1, where nothing makes the library do it by itself. */
static bool send_again(struct http *http, struct exchange *exchange)
{
    struct http_answer *answer = &exchange->answer;
    struct setup setup = {exchange->easy, CURLE_OK};
    int64_t now_ms = clock_boot_now_ms();
    if (!exchange->stopped || !exchange->repeatable || exchange->again ||
        now_ms >= exchange->until_ms)
        return false;
    SET(&setup, CURLOPT_TIMEOUT_MS, (long)(exchange->until_ms - now_ms));
    SET(&setup, CURLOPT_FRESH_CONNECT, 1L);
    SET(&setup, CURLOPT_FORBID_REUSE, 1L);
    SET(&setup, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_multi_remove_handle(http->multi, exchange->easy);
    exchange->begun = exchange->stopped = false;
    exchange->again = true;
    answer->sent_ms = now_ms;
    return setup.code == CURLE_OK && curl_multi_add_handle(http->multi, exchange->easy) == CURLM_OK;
}

#undef SET

static bool set_up(struct http *http, struct exchange *exchange, const struct http_request *request,
                   struct error *error)
{
    struct setup setup = {exchange->easy, CURLE_OK};
    set_limits(http, &setup, request->repeatable);
    set_transport(http, &setup, request->repeatable);
    set_request(exchange, request, &setup);
    if (setup.code == CURLE_OK)
        return true;
    if (setup.code == CURLE_OUT_OF_MEMORY)
        return error_memory(error);
    return error_set(error, ERROR_SYSTEM, "the HTTP library refuses a setting: %s",
                     curl_easy_strerror(setup.code));
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
    if (exchange->easy == NULL || !add_headers(exchange, request)) {
        exchange_free(http, exchange);
        return error_memory(error);
    }
    if (!set_up(http, exchange, request, error)) {
        exchange_free(http, exchange);
        return false;
    }
    exchange->repeatable = request->repeatable;
    exchange->answer.sent_ms = clock_boot_now_ms();
    exchange->until_ms = exchange->answer.sent_ms + timeout_of(&http->options, request->repeatable);
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

static void finish(struct exchange *exchange, CURLcode code)
{
    struct http_answer *answer = &exchange->answer;
    long status = 0, request_bytes = 0;
    curl_off_t connected_us = 0;
    curl_easy_getinfo(exchange->easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
    answer->sent_ms += connected_us / 1000;
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(exchange->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    answer->status = (int)status;
    /* What was said to a proxy only is no request. */
    answer->sent = exchange->again || (request_bytes > 0 && connected_us > 0);
    read_retry_after(answer, exchange->retry_after);
    if (answer->received_ms < answer->sent_ms)
        answer->received_ms = clock_boot_now_ms();
    /* The library takes a header that was cut for a whole one, and says of a line longer than it
     * likes that memory ran out. */
    if (code == CURLE_OK && !exchange->header_ended)
        code = CURLE_PARTIAL_FILE;
    exchange->too_much |= code == CURLE_OUT_OF_MEMORY && answer->sent && !exchange->header_ended;
    exchange->too_much |= code == CURLE_FILESIZE_EXCEEDED;
    if (exchange->too_much) {
        answer->trouble = TROUBLE_TOO_MUCH;
        snprintf(answer->reason, sizeof answer->reason, "%s",
                 "the answer is larger than any list should be, and was not read");
    } else if (code != CURLE_OK) {
        struct http_failure failure = {code, answer->sent, exchange->message};
        answer->trouble =
            http_failure_explain(exchange->easy, &failure, answer->reason, sizeof answer->reason);
    }
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
        finish(exchange, code == CURLE_ABORTED_BY_CALLBACK ? CURLE_GOT_NOTHING : code);
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
