/* demo: a believable fleet that lives: others take and end leases, runtimes stop and start. Its
 * life is a seeded script over time, and what is due happens when somebody looks: nothing ticks.
 * The same thread as the fleet's. */
#ifndef GATEWAY_DEMO_H
#define GATEWAY_DEMO_H

#include "gateway/fleet.h"

/* How many leases of others there are, give or take those that expire by themselves. */
#define DEMO_LIVE_MIN 10
#define DEMO_LIVE_MAX 14

/* Something happens this often. */
#define DEMO_PAUSE_MIN_MS (8 * WHEN_SECOND_MS)
#define DEMO_PAUSE_MAX_MS (15 * WHEN_SECOND_MS)

struct demo {
    struct fleet *fleet; /* borrowed */
    struct dice dice;
    int64_t next_ms; /* when something happens next */
    unsigned count;  /* of what has happened */
};

/* Fills an empty fleet, which must outlive the demo; false without memory. */
bool demo_init(struct demo *demo, struct fleet *fleet, int64_t now_ms);

/* Lets everything happen that is due at `now_ms`, each at its own time. Leases that were made here,
 * by a request, are never touched, but for those into a runtime that stops. */
void demo_advance(struct demo *demo, int64_t now_ms);

#endif
