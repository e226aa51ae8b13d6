/* model: spaces, runtimes and leases as the server described them, and the questions that can be
 * asked of them. Pure data and pure functions. A part is written by the thread that makes it; once
 * published it is never written again and any thread may read it.
 *
 * Every string is the server's own, valid UTF-8 but otherwise untrusted: it may hold anything that
 * JSON can hold. None is NULL; a field the server left out is "". Source: contract, "The lease",
 * "Runtime and space". */
#ifndef API_MODEL_H
#define API_MODEL_H

#include "api/arena.h"
#include "api/endpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A moment is server time in ms since 1970, or one of these two, which are no moments. */
#define MOMENT_NONE       INT64_MIN       /* null, or left out */
#define MOMENT_UNREADABLE (INT64_MIN + 1) /* something that is no RFC 3339 date */

bool moment_known(int64_t moment_ms);

/* Since when something is as it is, as far as was seen: server time at which it was first listed,
 * and at which it was first listed like this. 0: not known. Filled by diff_settle. */
struct since {
    int64_t listed_ms, same_ms;
};

struct space {
    const char *id, *name, *region;
    int64_t vanished_ms; /* when the server's list first came without it; MOMENT_NONE while it is
                            listed */
    bool unaddressable;  /* its id did not arrive whole, so no request can name it */
};

struct runtime {
    const char *id, *space_id, *name, *kind, *status, *region, *active_run_id;
    int64_t created_ms, updated_ms;
    int64_t vanished_ms; /* as in struct space */
    struct since since;  /* the status */
    const char *label;   /* see runtime_label; NULL: nothing else has its name */
    bool unaddressable;
};

struct lease {
    const char *id, *run_id, *runtime_id, *protocol;
    const char *status; /* as sent; lease_state says what it amounts to */
    int64_t created_ms, expires_ms, closed_ms, revoked_ms;
    int64_t vanished_ms; /* as in struct space */
    struct since status_since, expiry_since;
    enum endpoint_type endpoint; /* as far as a list says it; ENDPOINT_NONE where it does not */
    bool unaddressable;
    bool unseen;        /* the answer was cut before it: it is as it was in an answer before */
    bool clients_known; /* few servers say it (the local gateway; no part of the contract) */
    unsigned clients;   /* that are attached */
};

/* What a lease is at a moment of server time; the first that holds (contract, "The lease", State).
 */
enum lease_state {
    LEASE_ACTIVE,
    LEASE_OTHER,   /* a status this program has no word for: shown as sent */
    LEASE_OVERDUE, /* its time is over by the server's clock, but the server has not said so */
    LEASE_EXPIRED,
    LEASE_CLOSED,
    LEASE_REVOKED,
    LEASE_ENDED, /* ended, or no longer listed, and nothing says how */
};

enum lease_state lease_state(const struct lease *lease, int64_t server_ms);
bool lease_state_ended(enum lease_state state);

/* What the server sent for a date of the lease's and is none, as bits; 0: all can be read. */
enum lease_date { DATE_CREATED = 1, DATE_EXPIRES = 2, DATE_CLOSED = 4, DATE_REVOKED = 8 };
unsigned lease_unreadable(const struct lease *lease);

/* True where it may have ended: there is something for when, and it is no date. */
bool lease_end_unreadable(const struct lease *lease);

/* Only an active runtime can take a lease (contract, Runtime and space). One whose status is
 * missing or a word that is not known may be: asking does no harm, the server refuses with 409. */
bool runtime_may_lease(const struct runtime *runtime);

/* What it is called on the screen: its name; its id where it has none; where another of its space
 * has the same, "name #" and as much of its id as tells them apart. Foreign text. */
const char *runtime_label(const struct runtime *runtime);

/* Whole seconds left at `server_ms`, rounded down, 0 when it is over; LEFT_NONE without a known
 * expiry. */
#define LEFT_NONE INT64_MAX
int64_t lease_left_s(const struct lease *lease, int64_t server_ms);

/* The share of its life that is left, 0..1000; -1 where it has no known beginning or end. */
int lease_life_permille(const struct lease *lease, int64_t server_ms);

/* What names a thing: space, runtime and, for a lease, its id; compared byte by byte. Owned
 * strings, "" where the thing has none (contract, Common: ids). */
struct identity {
    char *space_id, *runtime_id, *lease_id;
};

/* Copies; false when memory ran out, and then *identity is cleared. NULL counts as "". */
bool identity_init(struct identity *identity, const char *space_id, const char *runtime_id,
                   const char *lease_id);
bool identity_copy(struct identity *to, const struct identity *from);
void identity_clear(struct identity *identity);
int identity_compare(const struct identity *a, const struct identity *b);

/* One good answer: all spaces, one space's runtimes, or one runtime's leases. Immutable and counted
 * once published. */
enum part_kind { PART_SPACES, PART_RUNTIMES, PART_LEASES, PART_KINDS };

struct part {
    enum part_kind kind;
    size_t count;
    union {
        struct space *spaces;
        struct runtime *runtimes;
        struct lease *leases;
        void *items;
    };
    size_t unreadable; /* items the answer held that could not be read, or a date of which not */
    size_t carried;    /* of `count`: those at the end, which it did not hold */
    bool cut;          /* there was more than this program's ceiling */
    /* Private from here on. */
    size_t room;
    struct arena arena;
    _Atomic unsigned references;
};

/* One reference is the caller's. NULL when memory ran out. */
struct part *part_new(enum part_kind kind);
struct part *part_ref(const struct part *part);
void part_unref(const struct part *part);

/* Room for one more item, zeroed, or NULL. Only before the part is published. */
void *part_add(struct part *part);

/* A copy of the string that lives as long as the part; NULL when memory ran out. */
const char *part_text(struct part *part, const char *bytes, size_t length);

/* How many items the answer itself held; what was known before comes after them, see
 * diff_settle. */
size_t part_shown(const struct part *part);

/* How many items of a kind are taken of one list, with what is remembered of the ones before. */
size_t part_ceiling(enum part_kind kind);

/* Gives back room that was not needed. */
void part_finish(struct part *part);

/* The item with this id, or NULL. */
const struct lease *part_lease(const struct part *part, const char *id);
const struct runtime *part_runtime(const struct part *part, const char *id);

/* A word given by the operator names a thing by its id or by its whole name. */
bool model_named(const char *word, const char *id, const char *name);

#endif
