/* wire: see wire.h. */
#include "tests/gateway/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the connection */

static int connect_to(const char *address, uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, address, &to.sin_addr);
    if (fd < 0)
        support_die("socket: %s", strerror(errno));
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

void wire_open(struct wire *wire, uint16_t port)
{
    *wire = (struct wire){.fd = connect_to("127.0.0.1", port)};
    if (wire->fd < 0)
        support_die("connect: %s", strerror(errno));
}

void wire_close(struct wire *wire)
{
    close(wire->fd);
    support_bytes_clear(&wire->input);
}

bool wire_can_reach(const char *address, uint16_t port)
{
    int fd = connect_to(address, port);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

bool wire_send(struct wire *wire, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(wire->fd, bytes, size, MSG_NOSIGNAL);
        if (sent < 0)
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

bool wire_say(struct wire *wire, const char *format, ...)
{
    char text[8192];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= sizeof text)
        support_die("wire_say: too long");
    return wire_send(wire, text, (size_t)size);
}

void wire_finish(struct wire *wire)
{
    shutdown(wire->fd, SHUT_WR);
}

/* False at the end, or when the other side cut it. */
static bool read_more(struct wire *wire)
{
    char bytes[16384];
    struct pollfd wait = {.fd = wire->fd, .events = POLLIN};
    if (poll(&wait, 1, PROGRAM_PATIENCE_MS) != 1)
        support_die("the gateway does not answer");
    ssize_t size = read(wire->fd, bytes, sizeof bytes);
    if (size <= 0)
        return false;
    support_bytes_add(&wire->input, bytes, (size_t)size);
    return true;
}

bool wire_fill(struct wire *wire, size_t size)
{
    while (wire->input.size < size) {
        if (!read_more(wire))
            return false;
    }
    return true;
}

bool wire_has_ended(struct wire *wire)
{
    return !wire_fill(wire, 1);
}

/* ---- answers */

static char *take_bytes(struct wire *wire, size_t size)
{
    char *taken = support_need(malloc(size + 1));
    memcpy(taken, wire->input.bytes, size);
    taken[size] = '\0';
    wire->input.size -= size;
    memmove(wire->input.bytes, wire->input.bytes + size, wire->input.size + 1);
    return taken;
}

/* NULL if the connection ended before a whole head. */
static char *read_head(struct wire *wire)
{
    for (;;) {
        char *end = wire->input.size == 0 ? NULL : strstr(wire->input.bytes, "\r\n\r\n");
        if (end != NULL)
            return take_bytes(wire, (size_t)(end + 4 - wire->input.bytes));
        if (!read_more(wire))
            return NULL;
    }
}

static char *read_body(struct wire *wire, const struct reply *reply)
{
    char *length = reply_header(reply, "Content-Length");
    if (length == NULL)
        support_die("an answer without Content-Length");
    size_t size = strtoul(length, NULL, 10);
    free(length);
    if (!wire_fill(wire, size))
        support_die("an answer was cut");
    return size == 0 ? support_copy("") : take_bytes(wire, size);
}

struct reply wire_read(struct wire *wire, bool bodiless)
{
    struct reply reply = {0};
    char *head = read_head(wire);
    if (head == NULL)
        return reply;
    if (sscanf(head, "HTTP/1.1 %3d ", &reply.status) != 1)
        support_die("not an answer: %s", head);
    reply.head = support_copy(strstr(head, "\r\n") + 2);
    free(head);
    if (reply.status < 200) {
        reply_clear(&reply);
        return wire_read(wire, bodiless);
    }
    reply.body = bodiless ? support_copy("") : read_body(wire, &reply);
    reply.json = json_loads(reply.body, JSON_REJECT_DUPLICATES, NULL);
    return reply;
}

void reply_clear(struct reply *reply)
{
    free(reply->head);
    free(reply->body);
    json_decref(reply->json);
    *reply = (struct reply){0};
}

char *reply_header(const struct reply *reply, const char *name)
{
    size_t size = strlen(name);
    for (const char *line = reply->head; line != NULL && *line != '\r';) {
        const char *end = strstr(line, "\r\n");
        if (strncasecmp(line, name, size) == 0 && line[size] == ':') {
            const char *value = line + size + 1 + strspn(line + size + 1, " ");
            return support_need(strndup(value, (size_t)(end - value)));
        }
        line = end + 2;
    }
    return NULL;
}

const char *reply_text(const struct reply *reply, const char *member)
{
    const char *text = json_string_value(json_object_get(reply->json, member));
    return text == NULL ? "" : text;
}

/* ---- well-formed requests */

struct reply wire_ask(struct wire *wire, const char *method, const char *path, const char *body)
{
    bool sent =
        body == NULL
            ? wire_say(wire, "%s %s HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION "\r\n",
                       method, path)
            : wire_say(wire,
                       "%s %s HTTP/1.1\r\nHost: localhost\r\n" WIRE_AUTHORIZATION WIRE_JSON
                       "Content-Length: %zu\r\n\r\n%s",
                       method, path, strlen(body), body);
    struct reply reply = wire_read(wire, strcmp(method, "HEAD") == 0);
    if (!sent || reply.status == 0)
        support_die("%s %s got no answer", method, path);
    return reply;
}

static json_t *ask_list(struct wire *wire, const char *path, const char *name)
{
    struct reply reply = wire_ask(wire, "GET", path, NULL);
    json_t *list = json_incref(json_object_get(reply.json, name));
    if (reply.status != 200 || !json_is_array(list))
        support_die("GET %s: %d %s", path, reply.status, reply.body);
    reply_clear(&reply);
    return list;
}

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

struct wire_place wire_find(struct wire *wire, size_t n, const char *runtime)
{
    struct wire_place place = {0};
    char path[128];
    json_t *spaces = ask_list(wire, "/v1/spaces", "spaces");
    snprintf(place.space, sizeof place.space, "%s", member(json_array_get(spaces, n), "id"));
    json_decref(spaces);
    snprintf(path, sizeof path, "/v1/spaces/%s/runtimes", place.space);
    json_t *runtimes = ask_list(wire, path, "runtimes");
    size_t i;
    json_t *item;
    json_array_foreach(runtimes, i, item)
    {
        if (strcmp(member(item, "name"), runtime) == 0)
            snprintf(place.runtime, sizeof place.runtime, "%s", member(item, "id"));
    }
    json_decref(runtimes);
    if (place.runtime[0] == '\0')
        support_die("no runtime is called %s", runtime);
    snprintf(place.leases, sizeof place.leases, "%s/%s/connections", path, place.runtime);
    return place;
}

char *wire_state(struct wire *wire)
{
    char path[256];
    json_t *spaces = ask_list(wire, "/v1/spaces", "spaces");
    size_t s, r;
    json_t *space, *runtime;
    json_array_foreach(spaces, s, space)
    {
        snprintf(path, sizeof path, "/v1/spaces/%s/runtimes", member(space, "id"));
        json_t *runtimes = ask_list(wire, path, "runtimes");
        json_object_set_new(space, "runtimes", runtimes);
        json_array_foreach(runtimes, r, runtime)
        {
            snprintf(path, sizeof path, "/v1/spaces/%s/runtimes/%s/connections",
                     member(space, "id"), member(runtime, "id"));
            json_object_set_new(runtime, "connections", ask_list(wire, path, "connections"));
        }
    }
    char *text = support_need(json_dumps(spaces, JSON_COMPACT));
    json_decref(spaces);
    return text;
}
