/* fleet: the state of the server: spaces, their runtimes, and the leases into them. Pure: every
 * question about time takes the instant as an argument. One thread at a time: main until the server
 * starts, then the server's. */
#ifndef GATEWAY_FLEET_H
#define GATEWAY_FLEET_H

#include "gateway/graves.h"
#include "gateway/ids.h"
#include "gateway/protocol.h"
#include "gateway/when.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Listed leases of one runtime, ended ones included; an ended one gives way to a new one. */
#define FLEET_LEASES_MAX 1024
#define FLEET_NAME_SIZE  48

struct lease {
    char id[ID_SIZE];
    char run_id[ID_SIZE];
    char token[TOKEN_SIZE]; /* empty: made by others, nobody here has its secret */
    enum protocol protocol;
    enum lease_end end;
    int64_t created_ms;
    int64_t expires_ms; /* or WHEN_NEVER */
    int64_t ended_ms;   /* WHEN_NEVER while it lives */
    uint64_t serial;    /* place in the order of making; given by fleet_lease_add */
};

enum runtime_kind { RUNTIME_BROWSER, RUNTIME_DESKTOP, RUNTIME_SPREADSHEET };
enum runtime_status { RUNTIME_ACTIVE, RUNTIME_STOPPED, RUNTIME_FAILED };

struct runtime {
    char id[ID_SIZE];
    char run_id[ID_SIZE]; /* empty unless active */
    char name[FLEET_NAME_SIZE];
    const char *team; /* static text, or NULL */
    enum runtime_kind kind;
    enum runtime_status status;
    int64_t created_ms;
    int64_t updated_ms;
    const struct space *space;
    struct lease *leases; /* by serial; moved by fleet_lease_add and fleet_settle */
    size_t lease_count;
    size_t lease_room;
};

struct space {
    char id[ID_SIZE];
    const char *name;   /* static text */
    const char *region; /* static text */
    int64_t created_ms;
    int64_t updated_ms;
    struct runtime **runtimes;
    size_t runtime_count;
    void *by_id; /* tsearch(3) tree of the same runtimes */
};

struct fleet {
    struct space **spaces;
    size_t space_count;
    int64_t keep_ended_ms;
    uint64_t serials;
    struct graves *graves;
};

/* NULL without memory. An ended lease stays listed for `keep_ended_ms`. */
struct fleet *fleet_new(int64_t keep_ended_ms);
void fleet_free(struct fleet *fleet);

/* Adds a copy of `space` or `runtime`, of which only the plain facts are read (id to updated_ms),
 * and returns it, owned by the fleet and never moved; NULL without memory. */
struct space *fleet_space_add(struct fleet *fleet, const struct space *space);
struct runtime *fleet_runtime_add(struct space *space, const struct runtime *runtime);

/* NULL if there is none. Ids are compared bytewise. */
struct space *fleet_space_find(const struct fleet *fleet, const char *id);
struct runtime *fleet_runtime_find(const struct space *space, const char *id);
struct lease *fleet_lease_find(const struct runtime *runtime, const char *id);

/* Whose secret it is. A lease that has ended may be listed no more, and is known by its end alone;
 * all zero: it is nobody's, or its lease ended very long ago. */
struct fleet_found {
    struct lease *lease; /* NULL unless it lives */
    struct runtime *runtime;
    enum lease_end end;
};

/* Settles every runtime. In a time that does not depend on how much of the secret was right. */
struct fleet_found fleet_token_find(struct fleet *fleet, const char *token, int64_t now_ms);

/* Makes the leases of `runtime` true at `now_ms`: what is due has expired, what ended long ago is
 * gone. Call it before looking at them. */
void fleet_settle(const struct fleet *fleet, struct runtime *runtime, int64_t now_ms);

/* Every place in the list is taken by a live lease. */
bool fleet_is_full(const struct runtime *runtime);

/* Adds a copy of a live `lease` to a runtime that is not full, its serial aside; false without
 * memory. */
bool fleet_lease_add(struct fleet *fleet, struct runtime *runtime, const struct lease *lease);

/* Ends a live lease; one that has ended keeps its first end. */
void fleet_lease_end(struct lease *lease, enum lease_end how, int64_t now_ms);

/* Stopping closes the leases. Starting begins a run of its own. */
void fleet_runtime_stop(const struct fleet *fleet, struct runtime *runtime, int64_t now_ms);
void fleet_runtime_start(struct runtime *runtime, const char run_id[ID_SIZE], int64_t now_ms);

#endif
