/* cdp: see cdp.h. */
#include "tests/bench/cdp.h"

#include "tests/support/support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_SIZE = 2048, BLOCK_SIZE = 256 * 1024 };

static int connect_to(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        support_die("port %u takes no connection: %s", port, strerror(errno));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

static void read_exactly(int fd, void *bytes, size_t size)
{
    for (char *at = bytes; size > 0;) {
        ssize_t got = recv(fd, at, size, 0);
        if (got <= 0)
            support_die("a session ended while it was measured");
        at += got;
        size -= (size_t)got;
    }
}

/* Byte by byte, so that nothing behind the head is taken. */
static void read_head(int fd, char head[HEAD_SIZE])
{
    size_t size = 0;
    while (size < 4 || memcmp(head + size - 4, "\r\n\r\n", 4) != 0) {
        if (size == HEAD_SIZE - 1)
            support_die("an endless answer");
        read_exactly(fd, head + size++, 1);
    }
    head[size] = '\0';
}

int cdp_attach(uint16_t port, const char *path)
{
    char head[HEAD_SIZE];
    int fd = connect_to(port);
    dprintf(fd,
            "GET /%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            path, port);
    read_head(fd, head);
    if (strncmp(head, "HTTP/1.1 101 ", 13) != 0)
        support_die("port %u refuses to be attached to: %.60s", port, head);
    return fd;
}

/* A mask of nothing but zeroes is a mask too (RFC 6455, 5.3). */
static void send_command(int fd, const char *command)
{
    char frame[512] = {(char)0x81};
    size_t size = strlen(command);
    if (size > 300)
        support_die("a command of %zu bytes", size);
    frame[1] = (char)(0x80 | 126);
    frame[2] = (char)(size >> 8);
    frame[3] = (char)size;
    memcpy(frame + 8, command, size);
    if (send(fd, frame, 8 + size, MSG_NOSIGNAL) != (ssize_t)(8 + size))
        support_die("a session takes no command");
}

static uint64_t read_length(int fd)
{
    unsigned char header[10];
    uint64_t length = 0;
    read_exactly(fd, header, 2);
    size_t more = header[1] == 126 ? 2 : header[1] == 127 ? 8 : 0;
    read_exactly(fd, header + 2, more);
    if (more == 0)
        return header[1];
    for (size_t i = 0; i < more; i++)
        length = length << 8 | header[2 + i];
    return length;
}

/* One message, and its first bytes in `start`. */
static size_t read_message(int socket, char start[1024])
{
    static char block[BLOCK_SIZE];
    uint64_t length = read_length(socket), left = length;
    size_t kept = left < 1023 ? (size_t)left : 1023;
    read_exactly(socket, start, kept);
    start[kept] = '\0';
    for (left -= kept; left > 0;) {
        ssize_t got = recv(socket, block, left < sizeof block ? (size_t)left : sizeof block, 0);
        if (got <= 0)
            support_die("a session ended while it was measured");
        left -= (uint64_t)got;
    }
    return (size_t)length;
}

size_t cdp_call(int socket, const char *command, char start[1024])
{
    size_t number = strcspn(command, ","); /* {"id":1, which is how its answer begins, too */
    size_t size;
    send_command(socket, command);
    do
        size = read_message(socket, start);
    while (strncmp(start, command, number + 1) != 0);
    return size;
}

void cdp_find(uint16_t port, char *path, size_t size)
{
    char text[HEAD_SIZE];
    size_t used = 0;
    int fd = connect_to(port);
    dprintf(fd, "GET /json/version HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    const char *at = NULL;
    while (at == NULL || strchr(at, '"') == NULL) {
        if (used == sizeof text - 1)
            support_die("the browser does not say where it is attached to");
        read_exactly(fd, text + used++, 1);
        text[used] = '\0';
        at = strstr(text, "devtools/browser/");
    }
    snprintf(path, size, "%.*s", (int)strcspn(at, "\""), at);
    close(fd);
}
