/* server_wire: see server_wire.h. */
#include "tests/support/server_wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <zlib.h>

enum {
    HEAD_MAX = 64 * 1024,
    BODY_MAX = 8 * 1024 * 1024,
    BLOCK = 64 * 1024,
};

/* ---- Reading */

static bool receive(struct wire *wire)
{
    char block[16 * 1024];
    ssize_t got = recv(wire->fd, block, sizeof block, 0);
    if (got > 0)
        support_bytes_add(&wire->input, block, (size_t)got);
    return got > 0;
}

static char *take_input(struct wire *wire, size_t size)
{
    char *taken = support_need(malloc(size + 1));
    memcpy(taken, wire->input.bytes, size);
    taken[size] = '\0';
    wire->input.size -= size;
    memmove(wire->input.bytes, wire->input.bytes + size, wire->input.size + 1);
    return taken;
}

/* "METHOD TARGET HTTP/1.x\r\n" and the header lines. */
static bool split_head(char *head, struct request *request)
{
    char *target = strchr(head, ' ');
    char *version = target == NULL ? NULL : strchr(target + 1, ' ');
    char *line_end = strstr(head, "\r\n");
    if (version == NULL || version > line_end || strncmp(version + 1, "HTTP/1.", 7) != 0)
        return false;
    *target = *version = *line_end = '\0';
    request->method = head;
    request->target = target + 1;
    request->headers = line_end + 2;
    return true;
}

bool wire_read_head(struct wire *wire, struct request *request, char **head)
{
    char *end;
    while (wire->input.size == 0 || (end = strstr(wire->input.bytes, "\r\n\r\n")) == NULL)
        if (wire->input.size > HEAD_MAX || !receive(wire))
            return false;
    *head = take_input(wire, (size_t)(end - wire->input.bytes) + 4);
    return split_head(*head, request);
}

bool wire_read_body(struct wire *wire, struct request *request, char **body)
{
    const char *announced = request_header(request, "Content-Length");
    size_t size = announced == NULL ? 0 : strtoul(announced, NULL, 10);
    if (size > BODY_MAX)
        return false;
    while (wire->input.size < size)
        if (!receive(wire))
            return false;
    if (size > 0)
        request->body = *body = take_input(wire, size);
    request->body_size = size;
    return true;
}

const char *request_header(const struct request *request, const char *name)
{
    static _Thread_local char value[8 * 1024];
    size_t length = strlen(name);
    const char *line = request->headers;
    for (; *line != '\r'; line = strstr(line, "\r\n") + 2) {
        if (strncasecmp(line, name, length) != 0 || line[length] != ':')
            continue;
        line += length + 1;
        line += strspn(line, " \t");
        snprintf(value, sizeof value, "%.*s", (int)strcspn(line, "\r"), line);
        return value;
    }
    return NULL;
}

void wire_drain(struct wire *wire)
{
    while (receive(wire))
        wire->input.size = 0;
}

/* ---- Sending */

static bool send_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool emit(struct wire *wire, const struct answer *answer, const char *bytes, size_t size)
{
    if (answer->drip_ms == 0)
        return send_all(wire->fd, bytes, size);
    size_t step = answer->drip_bytes == 0 ? 1 : answer->drip_bytes;
    for (size_t at = 0; at < size; at += step) {
        size_t piece = size - at < step ? size - at : step;
        if (!send_all(wire->fd, bytes + at, piece) || !wire->pause(wire->context, answer->drip_ms))
            return false;
    }
    return true;
}

/* The body as it goes over the wire: `unit` over and over, `size` bytes in all. */
struct body {
    const char *unit;
    size_t unit_size;
    size_t size;
    char *owned; /* NULL, or what `unit` points to */
};

static void body_deflate(struct body *body)
{
    z_stream stream = {0};
    struct support_bytes packed = {0};
    char block[BLOCK];
    int state =
        deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
    size_t left = body->unit_size == 0 ? 0 : body->size;
    while (state == Z_OK) {
        if (stream.avail_in == 0) {
            stream.avail_in = (uInt)(left < body->unit_size ? left : body->unit_size);
            stream.next_in = (Bytef *)body->unit;
            left -= stream.avail_in;
        }
        stream.next_out = (Bytef *)block;
        stream.avail_out = sizeof block;
        state = deflate(&stream, left == 0 ? Z_FINISH : Z_NO_FLUSH);
        support_bytes_add(&packed, block, sizeof block - stream.avail_out);
    }
    deflateEnd(&stream);
    if (state != Z_STREAM_END)
        support_die("zlib: %d", state);
    *body = (struct body){packed.bytes, packed.size, packed.size, packed.bytes};
}

/* Small units are put side by side, so that a huge body goes out in large blocks. */
static void body_widen(struct body *body)
{
    size_t times = BLOCK / body->unit_size;
    if (body->size <= body->unit_size || times < 2)
        return;
    char *wide = support_need(malloc(times * body->unit_size));
    for (size_t i = 0; i < times; i++)
        memcpy(wide + i * body->unit_size, body->unit, body->unit_size);
    body->unit = body->owned = wide;
    body->unit_size *= times;
}

static struct body body_of(const struct answer *answer)
{
    const char *text = answer->body == NULL ? "" : answer->body;
    size_t size = answer->body_size == 0 ? strlen(text) : answer->body_size;
    if (size == 0 && answer->body_fill > 0) {
        text = " ";
        size = 1;
    }
    struct body body = {text, size, answer->body_fill > 0 ? answer->body_fill : size, NULL};
    if (size > 0)
        body_widen(&body);
    if (answer->gzip) {
        char *widened = body.owned;
        body_deflate(&body);
        free(widened);
    }
    return body;
}

static bool send_piece(struct wire *wire, const struct answer *answer, const char *bytes,
                       size_t size)
{
    char length[32];
    if (answer->framing != FRAMING_CHUNKED)
        return emit(wire, answer, bytes, size);
    snprintf(length, sizeof length, "%zx\r\n", size);
    return emit(wire, answer, length, strlen(length)) && emit(wire, answer, bytes, size) &&
           emit(wire, answer, "\r\n", 2);
}

static bool send_body(struct wire *wire, const struct answer *answer, const struct body *body)
{
    size_t until = body->size;
    if (answer->until == UNTIL_BODY)
        until = answer->body_until > 0 ? answer->body_until : body->size / 2;
    size_t most = body->unit_size;
    if (answer->framing == FRAMING_CHUNKED && body->size == body->unit_size)
        most = (body->size + 1) / 2;
    for (size_t at = 0; at < until;) {
        size_t within = at % body->unit_size;
        size_t piece = body->unit_size - within < most ? body->unit_size - within : most;
        piece = until - at < piece ? until - at : piece;
        if (!send_piece(wire, answer, body->unit + within, piece))
            return false;
        at += piece;
    }
    if (answer->until != UNTIL_WHOLE || answer->framing == FRAMING_CLOSE)
        return false;
    return answer->framing != FRAMING_CHUNKED || emit(wire, answer, "0\r\n\r\n", 5);
}

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Status";
}

static bool has_length(const struct answer *answer)
{
    return answer->framing == FRAMING_LENGTH && answer->status != 204 && answer->status != 304;
}

static char *header_of(const struct answer *answer, const char *date, size_t body_size)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = support_need(open_memstream(&text, &size));
    int status = answer->status == 0 ? 200 : answer->status;
    fprintf(out, "HTTP/1.1 %d %s\r\n", status, reason_of(status));
    if (date != NULL)
        fprintf(out, "Date: %s\r\n", date);
    if (answer->type != NULL)
        fprintf(out, "Content-Type: %s\r\n", answer->type);
    if (answer->gzip)
        fputs("Content-Encoding: gzip\r\n", out);
    if (has_length(answer))
        fprintf(out, "Content-Length: %lld\r\n", (long long)body_size + answer->length_lie);
    if (answer->framing == FRAMING_CHUNKED)
        fputs("Transfer-Encoding: chunked\r\n", out);
    if (answer->end == END_SAID)
        fputs("Connection: close\r\n", out);
    fprintf(out, "%s\r\n", answer->headers == NULL ? "" : answer->headers);
    if (fclose(out) != 0)
        support_die("out of memory");
    return text;
}

bool wire_send(struct wire *wire, const struct answer *answer, const char *date)
{
    if (answer->until == UNTIL_START)
        return false;
    if (answer->raw != NULL) {
        emit(wire, answer, answer->raw,
             answer->body_size > 0 ? answer->body_size : strlen(answer->raw));
        return false;
    }
    struct body body = body_of(answer);
    char *header = header_of(answer, date, body.size);
    size_t header_size = strlen(header);
    if (answer->until == UNTIL_HEADER)
        header_size /= 2;
    bool whole = emit(wire, answer, header, header_size) && answer->until != UNTIL_HEADER &&
                 (!answer->hold_body || wire->hold(wire->context)) &&
                 send_body(wire, answer, &body);
    free(header);
    free(body.owned);
    return whole;
}
