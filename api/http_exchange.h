/* http_exchange: one request and its answer, between the files of http. Not for anyone else. API
 * thread. */
#ifndef API_HTTP_EXCHANGE_H
#define API_HTTP_EXCHANGE_H

#include "api/http.h"

#include <curl/curl.h>

struct exchange {
    struct exchange *next, **link;
    CURL *easy;
    struct curl_slist *headers;
    struct http_answer answer;
    size_t room, header_bytes;
    int64_t until_ms;                       /* boot clock: the time it has ends */
    bool repeatable, begun, stopped, again; /* see exchange_before and send_again */
    bool header_ended, too_much;
    char retry_after[64];
    char message[CURL_ERROR_SIZE];
};

/* ---- http_ask.c */

/* How long all of it may take. */
int exchange_timeout_ms(const struct http_options *options, bool repeatable);

/* False when memory ran out. */
bool exchange_headers(struct exchange *exchange, const struct http_request *request);

/* `renewing`: its connection is for no other. */
bool exchange_set_up(struct exchange *exchange, const struct http_options *options, bool renewing,
                     const struct http_request *request, struct error *error);

/* For once more: over a connection of its own and by HTTP/1.1, where nothing makes the library send
 * it again by itself. False when memory ran out. */
bool exchange_alone(struct exchange *exchange, long timeout_ms);

/* ---- http_answer.c: what the library calls, and what is made of its last word */

size_t exchange_body(char *bytes, size_t size, size_t count, void *context);
size_t exchange_header(char *bytes, size_t size, size_t count, void *context);
void exchange_finish(struct exchange *exchange, CURLcode code);

#endif
