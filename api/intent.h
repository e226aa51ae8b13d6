/* intent: the life of a write, from the moment a person confirmed it. Pure: time is given, sending
 * is somebody else's. Only the API thread holds one; what it publishes (struct intents_view) is
 * immutable and for any thread.
 *
 *     confirmed -> GRACE -> QUEUED -> SENT -> DONE | FAILED
 *                    |       ^ ^        |---> GONE     (404: done once a good list agrees)
 *                CANCELLED   | '--------|              (a revoke: 429, or its answer was lost)
 *                    |       |          '---> UNKNOWN  (resolved by the next good list)
 *                    '----- HELD                       (a revoke that waits for a create)
 *
 * What is unknown is never called failed: a create that no list shows stays UNKNOWN, `unseen` after
 * a while, until a list does show it or the operator has done with it.
 *
 * A create is sent once, whatever happens, also after a 429. A revoke may be sent again, because it
 * is idempotent (contract, Create and Operations). At most LIMIT_WRITES are under way at once.
 *
 * To rotate is to create and to hold the revoke of the old lease until the new one is there, whole.
 * Where the create fails, where it is not known, and where it was found without its endpoint, the
 * old lease stays. */
#ifndef API_INTENT_H
#define API_INTENT_H

#include "api/model.h"
#include "api/trouble.h"

enum intent_kind { INTENT_CREATE, INTENT_REVOKE };

/* In the order of life; the settled ones come last. */
enum intent_phase {
    INTENT_HELD,
    INTENT_GRACE,
    INTENT_QUEUED,
    INTENT_SENT,
    INTENT_GONE,
    INTENT_UNKNOWN,
    INTENT_DONE,
    INTENT_FAILED,
    INTENT_CANCELLED,
};

bool intent_settled(enum intent_phase phase);

/* How long a settled one is remembered, so that its row can say how it ended. A revoke that failed
 * is for longer: until its lease has ended, is acted on again, or intents_dismiss. */
enum { INTENT_REMEMBER_MS = 60000 };

/* What a revoke that is held waits for. */
enum intent_hold {
    HOLD_MADE,  /* that the create is answered: then the lease it replaces goes */
    HOLD_FOUND, /* that a list shows what a lost create made: then that goes */
};

struct intent {
    uint64_t id; /* the one who asked chose it */
    enum intent_kind kind;
    enum intent_phase phase;
    struct identity lease; /* of a create the lease id is "" until it is known */
    char *protocol;        /* create */
    int ttl_s;             /* create; 0: the server's choice */
    char *options;         /* create; a JSON object as text, or NULL */
    int64_t due_ms;        /* boot clock: end of the grace, or not to be sent before */
    bool may_have_acted;   /* revoke: some try may have reached the server */
    bool unanswered;       /* the same, and none was answered after it: it may still be acted on */
    int64_t sent_ms, settled_ms;
    int64_t sent_server_ms; /* server time of the sending: a create cannot be older */
    unsigned tries;
    bool found; /* a create that a list showed though its answer was lost: its secret is lost */
    size_t could_be;   /* unknown create: how many listed leases could be it; one is taken for it */
    bool contradicted; /* revoke, done: a list that is newer shows the lease as if it were not */
    bool read;         /* revoke, failed: a person acted again, or the lease has ended */
    bool unsaid;       /* revoke, done: by a list, and none calls the lease revoked */
    bool looked_for;   /* unknown create: a list that was asked for since then has been searched */
    bool unseen;       /* unknown create: no list showed it for long; one still may */
    bool news;         /* lists told something since it was reported; for who tells the screen */
    char *replaces;    /* create: the lease, of the same runtime, in whose place it is; or NULL */
    bool kept;         /* keep alive asked for it, and no person */
    bool bare;         /* create, done: its answer carried nothing to attach with */
    bool stays;        /* create, settled: what it was to replace stays */
    uint64_t waits;    /* revoke: the create that it waits for, or waited for; 0: none */
    enum intent_hold hold;
    int latency_ms;                    /* of the last answer; -1: there was none */
    char request_id[REQUEST_ID_BYTES]; /* the server's name for the last exchange, or "" */
    struct trouble *trouble;           /* why it failed, or is unknown; owned */
    struct part *before;               /* create: what was listed when it was sent; owned */
    enum intent_phase reported;        /* the last one the screen was told of; for who tells it */
};

/* A lost create that lists had their say about: none shows it for long, or several could be it. */
bool intent_doubtful(const struct intent *intent);

struct intents;

struct intents *intents_new(void);

/* How long after its answer was lost a create is `unseen` where no list has shown it. 20 s until
 * this is called. */
void intents_unseen_after(struct intents *intents, int64_t surfaces_ms);
int64_t intents_surface_ms(const struct intents *intents);

void intents_free(struct intents *intents);

/* A confirmed write. False when memory ran out or too many are remembered; nothing is kept then. */
bool intents_create(struct intents *intents, uint64_t id, const struct identity *runtime,
                    const char *protocol, int ttl_s, const char *options, int64_t now_ms);
bool intents_revoke(struct intents *intents, uint64_t id, const struct identity *lease,
                    int64_t grace_ms, int64_t now_ms);

/* A create, `id`, and the revoke of `lease`, `revoke_id`, which is held until the new lease is
 * there with its endpoint. */
bool intents_rotate(struct intents *intents, uint64_t id, uint64_t revoke_id,
                    const struct identity *lease, const char *protocol, int ttl_s,
                    const char *options, int64_t now_ms);

/* What an operator makes of a create whose outcome is unknown. RESOLVE_KEEP: what is found stays.
 * RESOLVE_REVOKE: it is revoked, now or when a list shows it; the revoke is `id`. RESOLVE_AGAIN:
 * the same once more, as `id`, while the lost one is watched on. One that lists had their say about
 * is dropped by RESOLVE_KEEP. False when memory ran out, or the
 * create `of` is not one whose answer was lost. */
enum resolve { RESOLVE_KEEP, RESOLVE_REVOKE, RESOLVE_AGAIN };
bool intents_resolve(struct intents *intents, uint64_t of, enum resolve choice, uint64_t id,
                     int64_t now_ms);

/* Whether intents_cancel would take it back now. */
bool intent_undoable(const struct intent *intent);

/* Takes back one that is held, in its grace, or waiting for its turn, or for another try after none
 * that reached the server; false when it is too late. */
bool intents_cancel(struct intents *intents, uint64_t id, int64_t now_ms);

/* Quitting: what was confirmed goes out now. */
void intents_hurry(struct intents *intents, int64_t now_ms);

/* The next one to send, now SENT and borrowed until the next call; NULL when there is none. The
 * caller sends it and reports by intents_answered. `server_ms` is the server's time now. */
struct intent *intents_take(struct intents *intents, int64_t now_ms, int64_t server_ms);

/* By id, or NULL. */
struct intent *intents_find(struct intents *intents, uint64_t id);

struct intent_answer {
    enum trouble_kind trouble; /* TROUBLE_NONE: done */
    int status;                /* of HTTP; 0: no answer came */
    bool sent;                 /* some of the request left this machine */
    int requests;              /* how often; each is a try */
    bool json_error;           /* a 404 or 410 that the API itself said, and not a proxy */
    int64_t retry_after_ms;    /* or -1 */
    const char *lease_id;   /* of a create that succeeded; NULL if the answer could not be read */
    bool endpoint;          /* what it takes to attach came with it */
    int latency_ms;         /* -1: no answer */
    const char *request_id; /* NULL or "": not known */
    struct trouble *why;    /* taken over; NULL when done. With TROUBLE_NONE: what came with the
                               success cannot be read, and a list has to tell */
};

/* False when memory ran out (the phase is right all the same). */
bool intents_answered(struct intents *intents, struct intent *intent, struct intent_answer answer,
                      int64_t now_ms);

/* A good list of a runtime's leases, asked for at `asked_ms`: settles what it can tell about. A
 * lease that could be what a lost create made is taken for it where no other could be: same
 * protocol, made since, alive as long as was asked for, and nobody's as far as is known. `taken`
 * says which leases are known to be somebody's already; those of other creates here are
 * known without it. Returns true if anything changed. */
bool intents_listed(struct intents *intents, const struct identity *runtime,
                    const struct part *leases, int64_t asked_ms, int64_t server_ms, int64_t now_ms,
                    bool (*taken)(const void *context, const struct identity *lease),
                    const void *context);

/* The lease is known to be the result of a create here. */
bool intents_made(const struct intents *intents, const struct identity *lease);

/* It ended by a revoke from here. */
bool intents_ended(const struct intents *intents, const struct identity *lease);

/* A revoke of it was confirmed, and is not known to have ended. One that is held does not count:
 * it may never be sent. */
bool intents_ending(const struct intents *intents, const struct identity *lease);

/* It is being rotated; a rotation that is doubtful does not count. */
bool intents_rotating(const struct intents *intents, const struct identity *lease);

/* A write to this runtime may have been acted on, and its answer is still to come, or was lost and
 * no newer list has been searched for what it made: what a list shows meanwhile may be its doing.
 */
bool intents_under_way(const struct intents *intents, const struct identity *runtime);

/* Drops what has been settled for long, and is not contradicted; true if anything was dropped. */
bool intents_forget(struct intents *intents, int64_t now_ms);

/* Drops every failed one, and every lost create that lists had their say about (unseen, or several
 * could be it): the operator has read it. One that is to be revoked when it is seen stays. */
bool intents_dismiss(struct intents *intents, int64_t now_ms);

/* When time alone will change something: the next grace to end, the next to be forgotten.
 * SCHEDULE_NEVER if none. */
int64_t intents_wake_ms(const struct intents *intents);

/* All of them, in the order in which they were confirmed. */
size_t intents_count(const struct intents *intents);
struct intent *intents_at(struct intents *intents, size_t place);

/* What a snapshot shows of them. */
struct intent_view {
    uint64_t id;
    enum intent_kind kind;
    enum intent_phase phase;
    struct identity lease;
    char *protocol;
    int ttl_s;
    int64_t due_ms, settled_ms; /* boot clock; of one that is unknown: when its answer was lost */
    bool found;
    size_t could_be;
    bool unseen, contradicted;
    bool undoable;  /* intents_cancel would take it back */
    char *replaces; /* NULL: nothing */
    bool kept, stays;
    uint64_t waits;
    enum intent_hold hold;
    int latency_ms;
    char request_id[REQUEST_ID_BYTES];
    struct trouble *trouble; /* or NULL */
};

struct intents_view {
    size_t count;
    struct intent_view items[];
};

/* For the caller; NULL when there are none or memory ran out. */
struct intents_view *intents_publish(const struct intents *intents);
void intents_view_free(struct intents_view *view);

#endif
