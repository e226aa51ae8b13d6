/* handlers: what each route does to the fleet, and what it answers. A refused request changes
 * nothing. The server's thread. */
#ifndef GATEWAY_HANDLERS_H
#define GATEWAY_HANDLERS_H

#include "gateway/gateway.h"
#include "gateway/request.h"

struct visit {
    struct gateway *gateway;
    struct request *request; /* its path fits the route's pattern */
    int64_t now_ms;          /* one instant for the whole answer */
};

void handle_list_spaces(const struct visit *visit);
void handle_list_runtimes(const struct visit *visit);
void handle_get_runtime(const struct visit *visit);
void handle_list_leases(const struct visit *visit);
void handle_create_lease(const struct visit *visit);
void handle_revoke_lease(const struct visit *visit);

/* The runtime that the path names, settled; NULL if there is none, which is refused. */
struct runtime *visit_runtime(const struct visit *visit);

#endif
