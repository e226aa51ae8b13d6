/* order: the body of a create: what somebody wants to lease. Pure. The server's thread. */
#ifndef GATEWAY_ORDER_H
#define GATEWAY_ORDER_H

#include "gateway/protocol.h"
#include "gateway/request.h"

/* The vendor's page gives the range; the default is this server's. */
#define ORDER_TTL_MIN_S     60
#define ORDER_TTL_MAX_S     7200
#define ORDER_TTL_DEFAULT_S 3600

struct order {
    enum protocol protocol;
    int ttl_s;
};

/* Reads the request's body; `offered` is the set of protocols that may be asked for, `ttl_min_s`
 * the shortest life. `options` must be an object and means nothing here; members that the contract
 * does not know are ignored, as its schema allows. False: refused. */
bool order_read(struct order *order, struct request *request, unsigned offered, int ttl_min_s);

#endif
