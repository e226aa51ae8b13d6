/* direct: the gateway without the HTTP library: requests go straight to the routes, under a clock
 * that the test turns. Test's thread. */
#ifndef TESTS_GATEWAY_DIRECT_H
#define TESTS_GATEWAY_DIRECT_H

#include "gateway/gateway.h"
#include "gateway/request.h"

#define DIRECT_KEY      "bctrl_direct"
#define DIRECT_START_MS INT64_C(1750000000000)

/* What its clock says. */
extern int64_t direct_now_ms;

/* The plain fleet, all protocols, ended leases kept for a minute; the clock stands at the start. */
void direct_open(struct gateway *gateway);
void direct_close(struct gateway *gateway);

/* The path of the connections of the runtime with this place in the plain fleet. */
const char *direct_leases(const struct gateway *gateway, size_t runtime, char out[256]);

/* One request with Host, key and, if there is a body (NULL: none), its type. The caller frees it;
 * NULL if there was no memory for it. */
struct request *direct_ask(struct gateway *gateway, const char *method, const char *path,
                           const char *body);

/* All live leases of the fleet, settled at the clock's time. */
size_t direct_live(const struct gateway *gateway);

#endif
