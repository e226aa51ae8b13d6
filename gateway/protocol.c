/* protocol: see protocol.h. */
#include "gateway/protocol.h"

#include <stdio.h>
#include <string.h>

#define URL_SIZE 128

static json_t *websocket(const char *token, uint16_t port)
{
    char url[URL_SIZE];
    snprintf(url, sizeof url, "ws://127.0.0.1:%u/attach/%s", port, token);
    return json_pack("{s:s, s:s}", "type", "websocket", "url", url);
}

static json_t *http(const char *token, uint16_t port)
{
    char url[URL_SIZE];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/http/%s", port, token);
    return json_pack("{s:s, s:s}", "type", "http", "baseUrl", url);
}

/* The port is our own: a password must not end up at whatever else listens on this machine. */
static json_t *rdp(const char *token, uint16_t port)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", "rdp", "host", "127.0.0.1", "port",
                     (int)port, "username", "lease", "password", token);
}

static json_t *composite(const char *token, uint16_t port)
{
    return json_pack("{s:s, s:{s:o, s:o}}", "type", "composite", "endpoints", "screen",
                     websocket(token, port), "files", http(token, port));
}

static const struct {
    const char *name;
    json_t *(*endpoint)(const char *token, uint16_t port);
} protocols[PROTOCOL_COUNT] = {
    [PROTOCOL_CDP] = {"cdp", websocket}, [PROTOCOL_CUA] = {"cua", websocket},
    [PROTOCOL_RDP] = {"rdp", rdp},       [PROTOCOL_VNC] = {"vnc", composite},
    [PROTOCOL_MCP] = {"mcp", http},      [PROTOCOL_HTTP] = {"http", http},
};

const char *protocol_name(enum protocol protocol)
{
    return protocols[protocol].name;
}

json_t *protocol_endpoint(enum protocol protocol, const char *token, uint16_t port)
{
    return protocols[protocol].endpoint(token, port);
}

static bool find(const char *name, size_t length, enum protocol *protocol)
{
    for (int i = 0; i < PROTOCOL_COUNT; i++) {
        if (strlen(protocols[i].name) == length && memcmp(protocols[i].name, name, length) == 0) {
            *protocol = (enum protocol)i;
            return true;
        }
    }
    return false;
}

bool protocol_find(const char *name, enum protocol *protocol)
{
    return find(name, strlen(name), protocol);
}

bool protocol_set(const char *list, unsigned *set, struct fault *fault)
{
    *set = 0;
    for (const char *at = list;; at++) {
        size_t length = strcspn(at, ",");
        enum protocol protocol;
        if (!find(at, length, &protocol))
            return fault_set(
                fault, FAULT_USAGE,
                "no protocol is called '%.*s'; there are cdp, cua, rdp, vnc, mcp and http",
                (int)(length < 40 ? length : 40), at);
        if ((*set & PROTOCOL_BIT(protocol)) != 0)
            return fault_set(fault, FAULT_USAGE, "protocol %s is named twice",
                             protocol_name(protocol));
        *set |= PROTOCOL_BIT(protocol);
        at += length;
        if (*at == '\0')
            return true;
    }
}
