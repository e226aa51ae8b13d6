/* http_answer: what comes back, within its ceilings. See http_exchange.h. */
#include "api/clock.h"
#include "api/http_exchange.h"
#include "api/http_failure.h"
#include "api/limits.h"
#include "api/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TAKEN_AT_ONCE_BYTES = 4096 };

/* The body so far, in memory that is wiped whenever it moves. */
size_t exchange_body(char *bytes, size_t size, size_t count, void *context)
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

size_t exchange_header(char *bytes, size_t size, size_t count, void *context)
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

void exchange_finish(struct exchange *exchange, CURLcode code)
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
