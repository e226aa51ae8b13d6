/* attach: what endpoints lead to: the way of a client to a browser, and to the browser's own HTTP
 * interface, with the secret of a lease. Each is called twice: first it asks the browser, and the
 * answer stays undecided; then, with the browser's answer, it decides. The server's thread. */
#ifndef GATEWAY_ATTACH_H
#define GATEWAY_ATTACH_H

#include "gateway/handlers.h"

void handle_attach(const struct visit *visit);
void handle_http(const struct visit *visit);

/* Whether the lease of an attach has ended since it was admitted. */
bool attach_is_over(const struct gateway *gateway, const struct request *request, int64_t now_ms,
                    enum session_end *end);

#endif
