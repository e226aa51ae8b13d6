/* events: the log of what happened and of what was done here, newest first. A ring: what is oldest
 * goes when it is full. One thread. */
#ifndef CORE_EVENTS_H
#define CORE_EVENTS_H

#include "core/audit.h"
#include "core/columns.h"

enum { EVENTS_MAX = 2000, EVENTS_KEY_BYTES = 24 };

/* One line of it. Texts are foreign where the server or somebody else chose them. */
struct events_entry {
    char key[EVENTS_KEY_BYTES]; /* tells it from all others of this log */
    int64_t seen_ms;            /* server time at which it was noticed */
    int64_t when_ms;            /* when it happened, as the server says; or MOMENT_NONE */
    const char *what;           /* "create", "expired"; a literal */
    enum role role;
    bool mine;                /* done here, or by keep alive, or by this user elsewhere */
    bool made;                /* a lease that was not made here */
    struct identity identity; /* what it is about; owned */
    char *runtime;            /* its name, else its id, else that of the space; owned */
    char *outcome;            /* owned */
    int latency_ms;           /* -1: none */
    char request_id[REQUEST_ID_BYTES];
};

struct events;

struct events *events_new(void);
void events_free(struct events *events);

/* Adds what a message tells, if it is a MESSAGE_EVENT or a MESSAGE_WRITE: true if it did. */
bool events_add(struct events *events, const struct message *message);

/* Adds an endpoint, or a part of it, that was let out here. */
bool events_add_handout(struct events *events, const struct audit_entry *entry);

/* Says of leases which the ledger knows that this user made them; true if that is news of any. */
bool events_claim(struct events *events, const struct ledger *ledger, const char *base_url);

/* Some messages were lost: says so, as of `server_ms`. */
void events_overflow(struct events *events, int64_t server_ms);

size_t events_count(const struct events *events);

/* 0 is the newest. Borrowed until the next one is added. */
const struct events_entry *events_at(const struct events *events, size_t place);

/* For shown_build: items are struct events_entry. */
uint64_t events_key(const void *item);
struct columns columns_of_events(int id_cells);

/* The whole of one in a line, without its time, as the strip shows it: `revoke 9f2cde07 on
 * checkout: done`. Foreign text. Returns `out`. */
char *events_line(const struct events_entry *entry, char *out, size_t size);

#endif
