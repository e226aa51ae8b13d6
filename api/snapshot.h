/* snapshot: everything known at one moment, as the API thread publishes it. Immutable once
 * published, counted; any thread may read one it holds a reference to. It shares the parts of the
 * snapshot before it that did not change. */
#ifndef API_SNAPSHOT_H
#define API_SNAPSHOT_H

#include "api/clock.h"
#include "api/intent.h"
#include "api/keep.h"
#include "api/keyring.h"
#include "api/model.h"
#include "api/trouble.h"
#include "api/vault.h"

/* How fresh one source is. All times by the boot clock. */
struct source_state {
    const struct trouble *trouble; /* NULL: the last answer was good, or none is due yet */
    int64_t answered_ms;           /* the last good answer; 0: none so far */
    int64_t since_ms;              /* when the trouble began */
    int64_t pace_ms;               /* how often it is asked as things stand */
    size_t unreadable;             /* items of the last good answer that could not be read */
    int64_t
        retry_ms; /* when it is asked again; SCHEDULE_NEVER if only something new can cause it */
};

struct snapshot_space {
    const struct space *space;
    struct source_state state; /* of its list of runtimes */
};

struct snapshot_runtime {
    const struct space *space;
    const struct runtime *runtime;
    const struct part *leases; /* NULL until the first good answer */
    struct source_state state; /* of its list of leases */
};

struct snapshot {
    struct clock clock;
    struct source_state server; /* the list of spaces, or what concerns the server as a whole */
    bool down;                  /* its trouble is of the server: every list that is due fails so */
    bool catalog_settled;       /* every list of spaces and runtimes has answered or failed */
    bool settled;               /* every list has */
    int64_t asks_ms; /* when the next list is asked, while no request is under way; else 0 */
    size_t unread;   /* lists of leases that never came so far: what is counted lacks theirs */
    bool paused;
    bool cut;          /* there are more spaces or runtimes than this program takes */
    size_t unreadable; /* items of spaces and runtimes that could not be read */
    int latency_ms;    /* of the last good answer; -1: none so far */
    char key_tail[8];  /* of the key in use, see secret_tail */
    enum keyring_state keyring;
    uint64_t sought; /* the last client_seek that was done */
    size_t space_count, runtime_count;
    struct snapshot_space *spaces;
    struct snapshot_runtime *runtimes;  /* by space, in the server's order */
    const struct holdings *holdings;    /* may be NULL */
    const struct intents_view *intents; /* may be NULL */
    const struct keeps_view *keeps;     /* may be NULL */
    /* The answers behind it, which it keeps alive: they also hold what was not chosen. */
    size_t part_count;
    const struct part **parts;
    /* Private. */
    _Atomic unsigned references;
};

/* Room for so much, all zero; one reference for the caller; NULL when memory ran out. */
struct snapshot *snapshot_new(size_t spaces, size_t runtimes);
void snapshot_unref(const struct snapshot *snapshot);

/* While it is being filled; each keeps a reference of its own. */
void snapshot_keep(struct snapshot *snapshot, const struct part *part);

/* How many listed items could not be read, over all lists. */
size_t snapshot_unreadable(const struct snapshot *snapshot);

/* That runtime, or NULL. */
const struct snapshot_runtime *snapshot_find(const struct snapshot *snapshot, const char *space_id,
                                             const char *runtime_id);

/* Server time now. */
int64_t snapshot_server_ms(const struct snapshot *snapshot);

#endif
