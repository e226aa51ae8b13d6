/* hosting: keeps the fleet and the browsers behind it true to each other. Nothing ticks: it is done
 * when a request is about to be answered. The server's thread. */
#ifndef GATEWAY_HOSTING_H
#define GATEWAY_HOSTING_H

#include "gateway/handlers.h"

/* A browser that died has ended its run: the leases closed then, and a new run began. A runtime
 * that is not active any more loses its browser. */
void hosting_settle(const struct visit *visit);

/* The gateway's own routes: a run begins, a run ends. Doing it twice is the same as once. */
void handle_start_runtime(const struct visit *visit);
void handle_stop_runtime(const struct visit *visit);

#endif
