/* protocol: the protocols a lease can speak, and the type of endpoint each is reached by (the
 * contract's two tables in one list). Any thread; no state. */
#ifndef GATEWAY_PROTOCOL_H
#define GATEWAY_PROTOCOL_H

#include "gateway/fault.h"

#include <jansson.h>
#include <stdint.h>

enum protocol {
    PROTOCOL_CDP,
    PROTOCOL_CUA,
    PROTOCOL_RDP,
    PROTOCOL_VNC,
    PROTOCOL_MCP,
    PROTOCOL_HTTP,
    PROTOCOL_COUNT,
};

/* Sets of protocols are bits. */
#define PROTOCOL_BIT(protocol) (1u << (protocol))
#define PROTOCOL_ALL           (PROTOCOL_BIT(PROTOCOL_COUNT) - 1)

const char *protocol_name(enum protocol protocol);

/* False if no protocol is called that. */
bool protocol_find(const char *name, enum protocol *protocol);

/* Reads "cdp,vnc" into a set; an unknown, doubled or missing name is a fault. */
bool protocol_set(const char *list, unsigned *set, struct fault *fault);

/* The credential of one lease as the contract's `endpoint` object; new reference, NULL without
 * memory. */
json_t *protocol_endpoint(enum protocol protocol, const char *token, uint16_t port);

#endif
