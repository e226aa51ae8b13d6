/* keep: which leases are kept alive: rotated by themselves at two thirds of their life, again and
 * again, until a cap is reached or the lease ends otherwise. Pure: time and what became of each
 * rotation are given, chance comes from a seed, rotating is somebody else's. Only the API thread
 * holds one; what it publishes (struct keeps_view) is immutable and for any thread.
 *
 *     WAITING -> DUE -> ROTATING -> WAITING, with the new lease
 *        ^               |
 *        '--- RETRY <----'   and STOPPED, with a reason, from each of them
 *
 * A rotation that comes much too late, as after suspend, waits until a list asked for since then
 * shows that there still is a lease to rotate. Rotations follow one another at a distance, those
 * that would end first going first, so that nothing comes in a burst. */
#ifndef API_KEEP_H
#define API_KEEP_H

#include "api/model.h"
#include "api/trouble.h"

enum { KEEP_REMEMBER_MS = 60000 }; /* how long a stopped one is shown, so that it can say why */

enum keep_phase {
    KEEP_WAITING,  /* next_ms: when it is rotated */
    KEEP_DUE,      /* its turn is near, or a list must first say that it lives */
    KEEP_ROTATING, /* asked for, and not answered yet */
    KEEP_RETRY,    /* the last try failed; next_ms: of the next */
    KEEP_STOPPED,
};

/* Why it stopped. */
#define KEEP_ENDS(X)                                                                               \
    X(NONE, "")                                                                                    \
    X(ASKED, "switched off")                                                                       \
    X(CAP, "it was rotated as often, or for as long, as it should be")                             \
    X(REVOKED, "it was revoked")                                                                   \
    X(ENDED, "the lease has ended, or is not listed any more")                                     \
    X(ENDLESS, "the lease has no end to be kept from")                                             \
    X(LOST, "answers were lost again and again")                                                   \
    X(MEMORY, "out of memory")

#define KEEP_END_ENUM(name, words) KEEP_END_##name,
enum keep_end { KEEP_ENDS(KEEP_END_ENUM) KEEP_END_COUNT };
#undef KEEP_END_ENUM

const char *keep_end_words(enum keep_end end);

/* What to ask for, and when it is enough. */
struct keep_terms {
    const char *protocol;
    int ttl_s;           /* 0: the server's choice */
    const char *options; /* a JSON object as text, or NULL */
    unsigned times;      /* rotations at most; 0: no such cap */
    int64_t total_ms;    /* no rotation later than this from now; 0: no such cap */
};

struct keep {
    struct identity lease; /* the one that lives now */
    char *protocol, *options;
    int ttl_s;
    unsigned times;
    int64_t until_ms; /* boot clock; SCHEDULE_NEVER: no such cap */
    enum keep_phase phase;
    enum keep_end end;
    int64_t next_ms; /* boot clock */
    unsigned done;
    uint64_t intent;         /* of the rotation under way */
    struct trouble *trouble; /* of the last try, or NULL; owned */
    /* Private. */
    int64_t expires_ms; /* boot clock, of the lease; 0: not seen yet */
    int64_t alive_ms;   /* when the last list was asked for that showed it alive */
    int64_t look_ms;    /* when a list was asked for to see whether it lives */
    int64_t stopped_ms;
    unsigned failures, lost;
    bool blocked; /* something else is under way with it */
    bool told;    /* the screen knows of its last trouble, and how it ended; for who tells it */
};

struct keeps;

struct keeps *keeps_new(uint64_t seed);
void keeps_free(struct keeps *keeps);

/* From now on, in place of what was said of it before. False when memory ran out or there are too
 * many. */
bool keeps_put(struct keeps *keeps, const struct identity *lease, const struct keep_terms *terms,
               int64_t now_ms);

/* Not any more; true if it was. */
bool keeps_drop(struct keeps *keeps, const struct identity *lease, int64_t now_ms);

/* What is known of its lease, by the boot clock, from a list that was asked for at `asked_ms`. */
struct keep_news {
    enum lease_state state;
    int64_t created_ms, expires_ms; /* MOMENT_NONE: not known, or none */
    int64_t asked_ms;
};
void keeps_seen(struct keeps *keeps, struct keep *keep, const struct keep_news *news,
                int64_t now_ms);

/* What is to be done now. */
struct keep_hands {
    /* Something else is under way with this lease, or nothing can be sent at all: it waits. */
    bool (*held)(void *context, const struct identity *lease);
    /* A list must say whether it lives: ask for one. */
    void (*look)(void *context, const struct identity *lease);
    void *context;
};

/* The next one to rotate now, ROTATING from here on, or NULL. The caller rotates it, sets `intent`,
 * and reports. */
struct keep *keeps_take(struct keeps *keeps, const struct keep_hands *hands, int64_t now_ms);

/* It lives on as this one, because somebody rotated it. */
void keeps_follow(struct keep *keep, const char *lease_id, int64_t now_ms);

/* The rotation that was asked for failed; `lost`: it may have made a lease, without its endpoint.
 * Takes `why` over. */
void keeps_failed(struct keeps *keeps, struct keep *keep, bool lost, struct trouble *why,
                  int64_t now_ms);

struct keep *keeps_find(struct keeps *keeps, const struct identity *lease);
size_t keeps_count(const struct keeps *keeps);
struct keep *keeps_at(struct keeps *keeps, size_t place);

/* Drops what stopped long ago; true if anything was dropped. */
bool keeps_forget(struct keeps *keeps, int64_t now_ms);

/* When time alone will change something; SCHEDULE_NEVER if never. */
int64_t keeps_wake_ms(const struct keeps *keeps);

/* What a snapshot shows of them. */
struct keep_view {
    struct identity lease;
    enum keep_phase phase;
    enum keep_end end;
    int64_t next_ms;  /* boot clock */
    int64_t until_ms; /* the same; SCHEDULE_NEVER: no such cap */
    unsigned done, times;
    struct trouble *trouble; /* or NULL */
    bool barred;             /* the key is rejected: nothing can be sent */
};

/* It is meant to be kept alive, and as things are it is not: barred, or the last try failed. */
bool keep_view_failing(const struct keep_view *view);

struct keeps_view {
    size_t count;
    size_t alive;             /* those that have not stopped */
    struct keep_view items[]; /* sorted by identity_compare */
};

/* For the caller; NULL when there are none or memory ran out. `barred`: nothing can be sent now. */
struct keeps_view *keeps_publish(struct keeps *keeps, bool barred);
void keeps_view_free(struct keeps_view *view);

/* The one of this lease or NULL; `view` may be NULL. */
const struct keep_view *keeps_view_find(const struct keeps_view *view,
                                        const struct identity *lease);

#endif
