/* alert: which leases have come nearer to their end since the last look: each step is told once,
 * however often the lists are made anew. What had happened before the first look is only counted.
 * Pure. One thread. */
#ifndef CORE_ALERT_H
#define CORE_ALERT_H

#include "core/rows.h"

/* In the order in which a lease comes to them. */
enum alert_level {
    ALERT_NONE,
    ALERT_WARN,
    ALERT_CRITICAL,
    ALERT_EXPIRED, /* and the server agrees */
    ALERT_OVER,    /* ended otherwise: nothing is told of it */
    ALERT_LEVELS
};

/* Borrowed from the snapshot. */
struct alert {
    enum alert_level level; /* WARN, CRITICAL or EXPIRED */
    const struct snapshot_runtime *runtime;
    const struct lease *lease;
};

struct alerts;

struct alerts *alerts_new(void);
void alerts_free(struct alerts *alerts);

/* Looks at a snapshot; costs little where no list has changed and no moment has come. A list that
 * is looked at for the first time tells nothing, nor do other thresholds. False when memory ran
 * out: what was not looked at will be the next time. */
bool alerts_look(struct alerts *alerts, const struct snapshot *snapshot,
                 const struct thresholds *thresholds, int64_t server_ms,
                 void (*tell)(void *context, const struct alert *alert), void *context);

/* The server time at which something may have to be told by time alone; INT64_MAX if never. */
int64_t alerts_due_ms(const struct alerts *alerts);

#endif
