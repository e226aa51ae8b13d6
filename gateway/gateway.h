/* gateway: what answering a request needs. Made by main, then the server's thread alone reads and
 * writes it until the server has stopped. */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include "gateway/browsers.h"
#include "gateway/demo.h"
#include "gateway/fleet.h"
#include "gateway/key.h"
#include "gateway/relay.h"

struct gateway {
    struct fleet *fleet;
    struct demo *demo; /* NULL unless it is one */
    struct key key;
    unsigned protocols; /* the set that is offered */
    size_t page_size;   /* of a list; 0: one page holds all */
    int ttl_min_s;      /* of a lease that is asked for */
    uint16_t port;
    int64_t (*now_ms)(void);
    struct browsers *browsers; /* NULL: nothing stands behind the endpoints */
    struct relay *relay;       /* with it */
};

#endif
