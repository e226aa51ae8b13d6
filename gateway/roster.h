/* roster: who is there at the start when it is not the demo: a few runtimes to work with, or a
 * fleet of a given size to measure with. Main thread, before the server starts; no state. */
#ifndef GATEWAY_ROSTER_H
#define GATEWAY_ROSTER_H

#include "gateway/fleet.h"

#define ROSTER_RUNTIMES_MAX 10000
#define ROSTER_LEASES_MAX   1000    /* per runtime; leaves room to make some */
#define ROSTER_TOTAL_MAX    1000000 /* leases in all */

struct roster_size {
    unsigned runtimes;
    unsigned leases; /* per runtime */
};

/* One space: a browser, a desktop and a spreadsheet that run, one that is stopped and one that
 * failed. No leases. The same ids every time. */
bool roster_plain(struct fleet *fleet, int64_t now_ms);

/* One space of active runtimes, each with the same number of leases over the protocols of
 * `protocols`, which expire evenly spread between one hour and one day from now. The same ids every
 * time. */
bool roster_measured(struct fleet *fleet, struct roster_size size, unsigned protocols,
                     int64_t now_ms);

/* Pieces the demo is made of too. A runtime gets a run of its own if it is active. */
struct space *roster_space(struct fleet *fleet, struct dice *dice, const char *name,
                           const char *region, int64_t now_ms);
struct runtime *roster_runtime(struct space *space, struct dice *dice, const struct runtime *facts);
struct lease roster_lease(const struct runtime *runtime, struct dice *dice, enum protocol protocol,
                          int64_t created_ms, int64_t expires_ms);

#endif
