/* routes: which request is answered by what: one table of methods and path patterns, and the
 * handlers. The server's thread. */
#ifndef GATEWAY_ROUTES_H
#define GATEWAY_ROUTES_H

#include "gateway/gateway.h"
#include "gateway/request.h"

/* Once the headers are there: may it be looked at, who asks, is there such a route, can it take the
 * body? False: refused, and the body matters no more. */
bool routes_admit(const struct gateway *gateway, struct request *request, const char *path);

/* Once the body is there too: fills the request's answer, unless it is refused already. */
void routes_answer(struct gateway *gateway, struct request *request);

#endif
