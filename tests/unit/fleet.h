/* fleet: a snapshot made by hand from tables, for tests of what is made of one. Every moment in a
 * table is in ms from FLEET_SERVER (server time) or FLEET_BOOT (boot clock); 0 is none where a
 * moment can be missing. A table ends at its first row without an id. One thread. */
#ifndef TESTS_UNIT_FLEET_H
#define TESTS_UNIT_FLEET_H

#include "api/snapshot.h"
#include "core/rows.h"

#include "tests/unit/listed.h"

/* In a table what is not written is zero, and need not be named to be so. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* The server's clock and this machine's at the moment that is looked at. */
#define FLEET_SERVER INT64_C(1795341731000) /* 2026-11-22T10:02:11Z */
#define FLEET_BOOT   INT64_C(500000000)

enum { FLEET_PACE_MS = 5000 };

/* Those of a configuration that says nothing of them. */
#define USUAL_THRESHOLDS ((struct thresholds){300, 60})

/* In a table of leases: a date that could not be read. */
#define FLEET_UNREADABLE INT64_MAX

/* How things stand with one list. */
struct fleet_source {
    bool unheard;    /* no good answer so far */
    int64_t age_ms;  /* of the last one */
    int64_t pace_ms; /* 0: FLEET_PACE_MS */
    enum trouble_kind trouble;
    const char *sentence; /* of the trouble; NULL: "the reason" */
    int64_t retry_ms;     /* from now; INT64_MAX: SCHEDULE_NEVER */
    size_t unreadable;    /* items of it; of a runtime's list see there */
};

struct fleet_space {
    const char *id, *name;
    bool unchosen; /* the server lists it, the snapshot does not show it */
    bool vanished;
    struct fleet_source source;
};

struct fleet_runtime {
    const char *id, *name, *kind, *status, *region;
    const char *space; /* NULL: the first */
    bool unchosen, vanished;
    size_t unreadable; /* items of its list */
    struct fleet_source source;
};

struct fleet_lease {
    const char *id;
    const char *runtime;  /* NULL: the first */
    const char *status;   /* NULL: "active" */
    const char *protocol; /* NULL: "cdp" */
    int64_t expires, created, closed, revoked, vanished;
    enum endpoint_type endpoint; /* as the list says it */
};

/* A write and how far it came. */
struct fleet_write {
    uint64_t id;
    enum intent_kind kind;
    enum intent_phase phase;
    const char *runtime; /* NULL: the first */
    const char *lease;   /* of a create NULL until it is known */
    int64_t due;
    bool contradicted;
};

/* An endpoint of a lease that was made here. */
struct fleet_holding {
    const char *lease;
    const char *runtime; /* NULL: the first */
    enum secret_state state;
    enum endpoint_type type;
    const char *url; /* what is held, or was; NULL: something */
    bool listed;     /* it came with a list, which says nothing of who made it */
};

/* Without spaces there is "sp", named "acme"; without runtimes "rt", named "checkout". */
struct fleet {
    struct fleet_source server;
    struct fleet_space spaces[6];
    struct fleet_runtime runtimes[8];
    struct fleet_lease leases[24];
    struct fleet_write writes[12];
    struct fleet_holding holdings[8];
    bool timeless; /* no answer ever carried a Date */
    bool unsettled, paused, cut, down;
    size_t unreadable;
};

/* The snapshot, its one reference the caller's. What cannot be made fails the test. */
const struct snapshot *fleet_snapshot(const struct fleet *fleet);

/* The moment at which it is looked at, and another one so much later by both clocks. What asks this
 * machine's clock itself is tested by programs linked with -Wl,--wrap=clock_boot_now_ms: there it
 * stands still at FLEET_BOOT. */
struct moment fleet_moment(void);
struct moment fleet_later(int64_t ms);

/* All rows of it, as they were sorted at fleet_moment; cleared by the caller. */
struct rows fleet_rows(const struct snapshot *snapshot);

/* The row of a lease, or NULL. */
const struct row *fleet_row(const struct rows *rows, const char *lease);

#endif
