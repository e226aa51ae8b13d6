/* rewrite: the addresses of debuggers in what a browser says of itself. Each becomes one that needs
 * the lease's secret, so that no answer hands out another way in. Pure. */
#ifndef GATEWAY_REWRITE_H
#define GATEWAY_REWRITE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* In every webSocketDebuggerUrl and devtoolsFrontendUrl of `value`, at any depth:
 * 127.0.0.1:PORT/devtools/browser/ID becomes 127.0.0.1:PORT/attach/TOKEN, and any other /devtools/
 * is put below that. The browser was asked with our address in Host, which it takes for its own.
 * What a page says of itself, its title and its url, stays. False without memory. */
bool rewrite_addresses(json_t *value, uint16_t port, const char *token);

#endif
