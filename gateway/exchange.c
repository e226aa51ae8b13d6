/* exchange: see exchange.h. What is read is a browser's of ours, and still has its ceilings. */
#include "gateway/exchange.h"

#include "gateway/portable.h"
#include "gateway/when.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct exchange *exchange_new(const char *runtime_id)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL)
        return NULL;
    snprintf(exchange->runtime_id, sizeof exchange->runtime_id, "%s", runtime_id);
    exchange->watch.fd = -1;
    exchange->late_ms = WHEN_NEVER;
    return exchange;
}

void exchange_free(struct exchange *exchange)
{
    if (exchange == NULL)
        return;
    if (exchange->watch.fd >= 0)
        close(exchange->watch.fd);
    free(exchange->bytes);
    free(exchange);
}

bool exchange_header(struct exchange *exchange, const char *name, const char *value)
{
    size_t used = strlen(exchange->headers);
    size_t room = sizeof exchange->headers - used;
    int size = snprintf(exchange->headers + used, room, "%s: %s\r\n", name, value);
    return size < (int)room - 2; /* the empty line comes behind */
}

static bool fail(struct exchange *exchange)
{
    exchange->outcome = EXCHANGE_FAILED;
    return false;
}

bool exchange_begin(struct exchange *exchange, struct browsers *browsers)
{
    exchange->watch.fd = browsers_dial(browsers, exchange->runtime_id, &exchange->line);
    if (exchange->watch.fd < 0)
        return exchange->line.crowded ? false : fail(exchange);
    if (exchange->path[0] == '\0')
        memcpy(exchange->path, exchange->line.path, sizeof exchange->path);
    return true;
}

/* A fresh connection has room for so little, so one send is all. */
bool exchange_write(struct exchange *exchange)
{
    char text[EXCHANGE_REQUEST_SIZE + 2 * BROWSER_PATH_SIZE];
    if (exchange->written)
        return true;
    int size =
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\n%s\r\n", exchange->path, exchange->headers);
    ssize_t sent = send(exchange->watch.fd, text, (size_t)size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN)
        return false;
    exchange->written = sent == size;
    return exchange->written || fail(exchange);
}

bool exchange_is_upgraded(const struct exchange *exchange)
{
    return exchange->outcome == EXCHANGE_DONE && exchange->upgrade && exchange->status == 101;
}

void exchange_end(struct exchange *exchange, struct browsers *browsers)
{
    if (exchange->line.port != 0)
        browsers_dialled(browsers, exchange->runtime_id, exchange->line.port);
    exchange->line.port = 0;
}

/* ---- the answer */

static bool make_room(struct exchange *exchange)
{
    if (exchange->size + 1 < exchange->room)
        return true;
    size_t room = exchange->room == 0 ? 2048 : exchange->room * 2;
    char *bytes =
        room > EXCHANGE_HEAD_MAX + EXCHANGE_BODY_MAX ? NULL : realloc(exchange->bytes, room);
    if (bytes == NULL)
        return false;
    exchange->bytes = bytes;
    exchange->room = room;
    return true;
}

/* The value of a header of the head, which ends in NUL; empty if there is none or it is too long.
 */
static void take_value(const char *head, const char *name, char value[EXCHANGE_VALUE_SIZE])
{
    size_t size = strlen(name);
    value[0] = '\0';
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, size) != 0 || line[size] != ':')
            continue;
        const char *text = line + size + 1;
        text += strspn(text, " \t");
        size_t length = strcspn(text, "\r\n");
        if (length < EXCHANGE_VALUE_SIZE)
            snprintf(value, EXCHANGE_VALUE_SIZE, "%.*s", (int)length, text);
        return;
    }
}

static bool finish(struct exchange *exchange, size_t head_size)
{
    exchange->size -= head_size;
    memmove(exchange->bytes, exchange->bytes + head_size, exchange->size);
    exchange->outcome = EXCHANGE_DONE;
    return true;
}

/* True: there is an outcome. */
static bool judge(struct exchange *exchange, bool ended)
{
    char value[EXCHANGE_VALUE_SIZE];
    exchange->bytes[exchange->size] = '\0';
    char *end = strstr(exchange->bytes, "\r\n\r\n");
    if (end == NULL)
        return (exchange->size < EXCHANGE_HEAD_MAX && !ended) ? false : !fail(exchange);
    size_t head_size = (size_t)(end - exchange->bytes) + 4;
    if (sscanf(exchange->bytes, "HTTP/1.%*1d %3u", &exchange->status) != 1)
        return !fail(exchange);
    end[2] = '\0';
    take_value(exchange->bytes, "Content-Length", value);
    take_value(exchange->bytes, "Sec-WebSocket-Accept", exchange->accept);
    take_value(exchange->bytes, "Sec-WebSocket-Extensions", exchange->extensions);
    take_value(exchange->bytes, "Sec-WebSocket-Protocol", exchange->protocol);
    end[2] = '\r';
    if (exchange->upgrade) /* what is not upgraded has an error's body, which nobody reads */
        return finish(exchange, head_size);
    size_t length = strtoul(value, NULL, 10);
    if (exchange->size - head_size < length)
        return ended ? !fail(exchange) : false;
    return finish(exchange, head_size);
}

bool exchange_read(struct exchange *exchange)
{
    for (;;) {
        if (!make_room(exchange))
            return !fail(exchange);
        ssize_t got = recv(exchange->watch.fd, exchange->bytes + exchange->size,
                           exchange->room - exchange->size - 1, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        if (got < 0)
            return !fail(exchange);
        exchange->size += (size_t)got;
        if (judge(exchange, got == 0))
            return true;
    }
}
