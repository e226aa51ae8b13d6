/* request: see request.h. */
#include "gateway/request.h"

#include "gateway/exchange.h"
#include "gateway/session.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const header_names[HEADER_COUNT] = {
    [HEADER_HOST] = "Host",
    [HEADER_ORIGIN] = "Origin",
    [HEADER_AUTHORIZATION] = "Authorization",
    [HEADER_CONTENT_TYPE] = "Content-Type",
    [HEADER_CONTENT_LENGTH] = "Content-Length",
    [HEADER_CONTENT_ENCODING] = "Content-Encoding",
    [HEADER_TRANSFER_ENCODING] = "Transfer-Encoding",
    [HEADER_CONNECTION] = "Connection",
    [HEADER_UPGRADE] = "Upgrade",
    [HEADER_WEBSOCKET_KEY] = "Sec-WebSocket-Key",
    [HEADER_WEBSOCKET_VERSION] = "Sec-WebSocket-Version",
    [HEADER_WEBSOCKET_EXTENSIONS] = "Sec-WebSocket-Extensions",
    [HEADER_WEBSOCKET_PROTOCOL] = "Sec-WebSocket-Protocol",
};

struct request *request_new(const char *method)
{
    struct request *request = calloc(1, sizeof *request);
    if (request == NULL)
        return NULL;
    request->is_head = strcmp(method, "HEAD") == 0;
    request->method = request->is_head ? "GET" : method;
    return request;
}

void request_free(struct request *request)
{
    if (request == NULL)
        return;
    answer_clear(&request->answer);
    exchange_free(request->exchange);
    session_free(request->session);
    free(request->body);
    free(request);
}

/* RFC 9110 section 5.6.2: a name is a token. */
static bool is_token(const char *name)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    const char *at = name;
    while ((*at >= '0' && *at <= '9') || ((*at | 0x20) >= 'a' && (*at | 0x20) <= 'z') ||
           (*at != '\0' && strchr(marks, *at) != NULL))
        at++;
    return at != name && *at == '\0';
}

void request_header_add(struct request *request, const char *name, const char *value)
{
    request->malformed |= !is_token(name);
    for (int i = 0; i < HEADER_COUNT; i++) {
        if (strcasecmp(name, header_names[i]) != 0)
            continue;
        unsigned place = request->headers[i].count++;
        if (place < REQUEST_LINES_MAX)
            request->headers[i].values[place] = value;
    }
}

void request_query_add(struct request *request, const char *name, const char *value)
{
    if (strcmp(name, "limit") == 0)
        request->limit = value;
    else if (strcmp(name, "cursor") == 0)
        request->cursor = value;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One segment of `size` bytes, cut where it is longer than any of ours; false for a bad escape or a
 * NUL. */
static bool unescape(char out[REQUEST_SEGMENT_SIZE], const char *text, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c == '%') {
            int high = i + 2 < size ? hex_digit(text[i + 1]) : -1;
            int low = high < 0 ? -1 : hex_digit(text[i + 2]);
            if (low < 0 || high * 16 + low == 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (used < REQUEST_SEGMENT_SIZE - 1)
            out[used++] = c;
    }
    out[used] = '\0';
    return true;
}

bool request_path_split(struct path *path, const char *text)
{
    char unused[REQUEST_SEGMENT_SIZE];
    size_t count = 0;
    path->count = 0;
    for (; *text == '/'; count++) {
        size_t size = strcspn(++text, "/");
        if (!unescape(count < REQUEST_SEGMENTS_MAX ? path->segments[count] : unused, text, size))
            return false;
        text += size;
    }
    if (*text != '\0' || count == 0)
        return false;
    path->count = count;
    return true;
}

static bool make_room(struct request *request, size_t size)
{
    size_t room = request->body_room == 0 ? 1024 : request->body_room;
    while (room < size)
        room *= 2;
    if (room == request->body_room)
        return true;
    char *body = realloc(request->body, room);
    if (body == NULL)
        return answer_refuse(&request->answer, REFUSAL_BROKEN, NULL, "out of memory");
    request->body = body;
    request->body_room = room;
    return true;
}

bool request_body_add(struct request *request, const char *bytes, size_t size)
{
    if (size > REQUEST_FLOOD_MAX - request->body_seen)
        return false;
    request->body_seen += size;
    if (request->answer.status != 0)
        return true;
    if (request->body_seen > REQUEST_BODY_MAX)
        answer_refuse(&request->answer, REFUSAL_TOO_LARGE, NULL,
                      "the body is larger than 65536 bytes");
    else if (make_room(request, request->body_size + size)) {
        memcpy(request->body + request->body_size, bytes, size);
        request->body_size += size;
    }
    return true;
}
