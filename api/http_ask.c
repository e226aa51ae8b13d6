/* http_ask: what a request goes out with: its headers, and how the library is to treat it. See
 * http_exchange.h. */
#include "api/http_exchange.h"
#include "api/limits.h"

#include <stdio.h>
#include <string.h>

static bool add_header(struct exchange *exchange, const char *text)
{
    struct curl_slist *more = curl_slist_append(exchange->headers, text);
    if (more == NULL)
        return false;
    exchange->headers = more;
    return true;
}

bool exchange_headers(struct exchange *exchange, const struct http_request *request)
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

int exchange_timeout_ms(const struct http_options *options, bool repeatable)
{
    return repeatable ? options->read_timeout_ms : options->write_timeout_ms;
}

static void set_limits(struct setup *setup, const struct http_options *options, bool repeatable,
                       bool alone)
{
    SET(setup, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
    SET(setup, CURLOPT_TIMEOUT_MS, (long)exchange_timeout_ms(options, repeatable));
    SET(setup, CURLOPT_FRESH_CONNECT, repeatable ? 0L : 1L);
    SET(setup, CURLOPT_FORBID_REUSE, repeatable && !alone ? 0L : 1L);
    SET(setup, CURLOPT_FOLLOWLOCATION, 0L);
    /* Where the header tells, none of it is read; the rest is exchange_body's. */
    SET(setup, CURLOPT_MAXFILESIZE, (long)LIMIT_BODY_BYTES);
    SET(setup, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(setup, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(setup->easy, CURLOPT_QUICK_EXIT, 1L);
}

/* Whom is spoken to, and who speaks. There is no switch that leaves certificates unchecked. */
static void set_tls(struct setup *setup, const struct http_options *options)
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
static void set_transport(struct setup *setup, const struct http_options *options, bool repeatable)
{
    long version = repeatable ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1;
    /* Where the library was built without it, the older one will do. */
    curl_easy_setopt(setup->easy, CURLOPT_HTTP_VERSION, version);
    SET(setup, CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(setup, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
    SET(setup, CURLOPT_TCP_KEEPALIVE, 1L);
    /* What a proxy says of itself, its time for one, is not the server's word. */
    SET(setup, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (options->direct)
        SET(setup, CURLOPT_PROXY, "");
    set_tls(setup, options);
}

/* Before each request. The library sends one again by itself, up to five times in a burst, where a
 * kept connection turns out to be closed or a stream of HTTP/2 is refused: the second is stopped
 * here, and whether there is one is send_again's. */
static int exchange_before(void *context, char *address, char *own_address, int port, int own_port)
{
    (void)address, (void)own_address, (void)port, (void)own_port;
    struct exchange *exchange = context;
    exchange->stopped = exchange->begun;
    exchange->begun = true;
    exchange->answer.requests += !exchange->stopped;
    return exchange->stopped ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static void set_request(struct setup *setup, struct exchange *exchange,
                        const struct http_request *request)
{
    SET(setup, CURLOPT_URL, request->url);
    SET(setup, CURLOPT_PATH_AS_IS, 1L);
    if (request->body != NULL)
        SET(setup, CURLOPT_COPYPOSTFIELDS, request->body);
    SET(setup, CURLOPT_CUSTOMREQUEST, request->method);
    SET(setup, CURLOPT_HTTPHEADER, exchange->headers);
    SET(setup, CURLOPT_WRITEFUNCTION, exchange_body);
    SET(setup, CURLOPT_WRITEDATA, exchange);
    SET(setup, CURLOPT_HEADERFUNCTION, exchange_header);
    SET(setup, CURLOPT_HEADERDATA, exchange);
    SET(setup, CURLOPT_PREREQFUNCTION, exchange_before);
    SET(setup, CURLOPT_PREREQDATA, exchange);
    SET(setup, CURLOPT_ERRORBUFFER, exchange->message);
    SET(setup, CURLOPT_PRIVATE, exchange);
}

bool exchange_set_up(struct exchange *exchange, const struct http_options *options, bool renewing,
                     const struct http_request *request, struct error *error)
{
    struct setup setup = {exchange->easy, CURLE_OK};
    set_limits(&setup, options, request->repeatable, renewing);
    set_transport(&setup, options, request->repeatable);
    set_request(&setup, exchange, request);
    if (setup.code == CURLE_OK)
        return true;
    if (setup.code == CURLE_OUT_OF_MEMORY)
        return error_memory(error);
    return error_set(error, ERROR_SYSTEM, "the HTTP library refuses a setting: %s",
                     curl_easy_strerror(setup.code));
}

bool exchange_alone(struct exchange *exchange, long timeout_ms)
{
    struct setup setup = {exchange->easy, CURLE_OK};
    SET(&setup, CURLOPT_TIMEOUT_MS, timeout_ms);
    SET(&setup, CURLOPT_FRESH_CONNECT, 1L);
    SET(&setup, CURLOPT_FORBID_REUSE, 1L);
    SET(&setup, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    return setup.code == CURLE_OK;
}
