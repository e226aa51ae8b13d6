/* session_internal: what the files of the session share. Not for anyone else. API thread.
 *     session.c          its life, exchanges and time
 *     session_key.c      its key, and those before
 *     session_request.c  what the screen asks
 *     session_publish.c  what it is shown
 *     session_event.c    what happened between two answers
 *     session_keep.c     the leases that are kept alive
 *     session_list.c     asking for lists and taking their answers
 *     session_secret.c   the endpoints: held, copied to the keyring, found there, wiped
 *     session_tree.c     the tree of sources
 *     session_write.c    sending writes and taking their answers */
#ifndef API_SESSION_INTERNAL_H
#define API_SESSION_INTERNAL_H

#include "api/clock.h"
#include "api/decode.h"
#include "api/keyring.h"
#include "api/schedule.h"
#include "api/session.h"
#include "api/walk.h"

/* One list the server offers, and what is known of it. A source of spaces has a child for each
 * space, one of runtimes a child for each runtime. */
struct source {
    enum part_kind kind;
    struct identity path; /* the space, and the runtime, whose list it is */
    size_t number;        /* in the schedule; SCHEDULE_NONE once it is not asked any more */
    struct call *call;    /* under way, or NULL */
    struct part *part;    /* the last good answer, or NULL */
    struct part *told;    /* the one as of which the screen was told what happened, or NULL */
    struct part *coming;  /* pages of the next one so far */
    struct walk *walk;    /* where they stand; NULL: none was read so far */
    struct trouble *trouble;
    int64_t answered_ms, asked_ms, since_ms;
    int64_t failed_ms;  /* when it last failed for a reason that may be the server's as a whole */
    int64_t written_ms; /* when a write to it was last answered */
    /* Which came later: a list asked for before a write was answered must not undo it. */
    uint64_t asked_step, written_step;
    bool tried;
    struct source **children; /* one for each item of `part`; NULL where the item is not followed */
};

/* An exchange under way: of a source (unless that is gone by now) or of an intent. */
struct call {
    struct call *next, **link;
    struct source *source;
    uint64_t intent;
    enum operation_name operation;
    unsigned key_serial; /* which key it went out with */
};

struct session {
    struct client_options options;
    char *base_url, *space_word, *runtime_word;
    const struct generation *generation;
    struct gate gate;
    struct mailbox *mailbox; /* borrowed */
    struct http *http;       /* borrowed */
    struct schedule *schedule;
    struct intents *intents;
    struct keeps *keeps;
    uint64_t step;    /* of what was asked for and what was written; see struct source */
    uint64_t own_ids; /* writes that no person asked for */
    struct vault *vault;
    struct keyring *keyring;
    uint64_t sought;                 /* the last request to look into the keyring that was done */
    enum keyring_state keyring_said; /* the last one that the operator was told of */
    struct clock clock;
    struct clock_told told;
    struct secret *key;
    unsigned key_serial;
    struct past_key *past_keys; /* to which answers may come yet; newest first */
    struct call *calls;
    struct source *root;
    struct source **by_number; /* the schedule's numbers to sources */
    size_t numbers;
    struct trouble *trouble; /* of the server as a whole, or NULL */
    int64_t since_ms;
    int64_t good_ms; /* the last answer that shows the server at work; 0: none so far */
    int latency_ms;
    size_t shown_count; /* the runtimes with rows on the screen, listed by now or not */
    struct identity *shown;
    bool unauthorised, paused, hurrying;
    struct error key_error; /* of the last time it was looked at unasked */
    bool dirty;             /* something a snapshot shows has changed */
    struct message *spare;  /* so that one notice can be given when memory has run out */
    struct message *events, **events_end; /* to be told when the snapshot that shows them is out */
};

/* session.c */
void session_notice(struct session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same about a server that asked to wait until then. */
void session_notice_gate(struct session *session, int64_t gate_ms, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
struct call *session_call(struct session *session, enum operation_name operation,
                          const struct identity *identity, const char *cursor, const char *body,
                          struct error *error);
struct trouble *session_trouble(const struct session *session, const struct http_answer *answer);

/* What it says instead of doing what was asked, without what it was sent. */
void session_refusal(const struct session *session, const struct http_answer *answer,
                     struct refusal *refusal);
void session_server_trouble(struct session *session, struct trouble *trouble, int64_t now_ms);
void session_server_good(struct session *session);
/* Every list that is due fails, for a reason that could be of one list alone. */
bool session_down(const struct session *session);
bool session_shows(const struct session *session, const struct identity *runtime);
/* How often what is on the screen is asked for. */
int session_interval_ms(const struct session *session);

/* Forgets what is on the screen. */
void session_shown_clear(struct session *session);

/* session_key.c */
/* The session goes on with this key, which it takes over. */
void session_use_key(struct session *session, struct secret *key);
/* Wipes the keys before to which no answer can come any more. */
void session_keys_forget(struct session *session);
/* Wipes all. */
void session_keys_clear(struct session *session);
/* Takes out of a text of the server's what it was sent: keys, endpoints. */
void session_conceal(const struct session *session, char *text);
/* The same for the keys alone, in what a list or a lease says. */
void session_conceal_keys(const struct session *session, char *text);

/* session_publish.c */
void session_publish(struct session *session);

/* session_event.c */
/* Tells what happened since the screen was told last of this source. */
void session_tell(struct session *session, struct source *source, int64_t now_ms);
/* A message about this space, runtime or lease, with its names; NULL when memory ran out. */
struct message *session_message(struct session *session, enum message_kind kind,
                                const struct identity *identity);
void session_event_put(struct session *session, struct message *message); /* NULL is fine */
void session_report_events(struct session *session);
void session_events_clear(struct session *session);

/* session_keep.c */
void session_keep_alive(struct session *session, const struct request *request);
/* What is known of a source's leases has changed. */
void session_keeps_seen(struct session *session, const struct source *source, int64_t now_ms);
void session_keeps_step(struct session *session, int64_t now_ms);

/* session_list.c */
/* For the first page of a list, or for the next. */
void session_ask(struct session *session, struct source *source, int64_t now_ms);
void session_listed(struct session *session, struct source *source, struct http_answer *answer,
                    const struct call *call, int64_t now_ms);
/* Publishes `part` (taken over) as the source's leases after a write. */
void session_leases_put(struct session *session, struct source *source, struct part *part,
                        int64_t now_ms);

/* session_secret.c */
/* Takes the endpoint of a lease that was made here over; `expires_ms` is the lease's. One that has
 * nothing to attach with, and NULL, is lost. */
void session_keep(struct session *session, const struct identity *lease, struct endpoint *endpoint,
                  int64_t expires_ms, int64_t now_ms);
/* Lists may lag behind the answer to a create: the lease is no more than missing from one, and was
 * made less than `lag_ms` ago, by the server's word or, where no list has shown it yet, by our own
 * clock. What is shown only once must not be lost by that. */
bool session_lags(const struct session *session, const struct identity *identity,
                  const struct lease *lease, int64_t lag_ms, int64_t now_ms);
/* Wipes the endpoints of the source's leases that have ended, here and in the keyring; but not of
 * one that lags. */
void session_wipe_ended(struct session *session, const struct source *source, int64_t lag_ms,
                        int64_t now_ms);
/* The same for what `fresh`, which is about to take the place of the source's part, has not even as
 * ended; nothing more is known of it then. */
void session_wipe_missing(struct session *session, const struct source *source,
                          const struct part *fresh, int64_t lag_ms, int64_t now_ms);
/* The same for one lease, also where only another run of this program kept it. */
void session_wipe(struct session *session, const struct identity *lease);
/* A copy for the caller to free, or NULL. */
struct endpoint *session_endpoint(struct session *session, const struct identity *lease);
/* Looks into the keyring for what other runs left there. */
void session_restore(struct session *session);
/* The same for what `fresh`, which is about to take the place of the source's part, has and that
 * has not: another run may have made it since. */
void session_seek(struct session *session, const struct source *source, const struct part *fresh);
/* Says once what speaks against the keyring. */
void session_report_keyring(struct session *session);

/* session_tree.c */
struct source *source_new(struct session *session, enum part_kind kind, const char *space_id,
                          const char *runtime_id, int64_t now_ms);
void source_free(struct session *session, struct source *source);
/* What was read of the next answer is given up. */
void source_forget_coming(struct source *source);
/* Takes `part` over as the last good answer and makes, keeps or retires children to match. */
bool source_adopt(struct session *session, struct source *source, struct part *part,
                  int64_t now_ms);
/* Whether the operator chose this item of the source's list. */
bool source_follows(const struct session *session, const struct source *source, const void *item);
struct source *source_of_space(const struct session *session, const char *space_id);
struct source *source_of_runtime(const struct session *session, const struct identity *runtime);
/* Calls `visit` for every source, parents before children. */
void source_each(struct source *source, void (*visit)(struct source *, void *context),
                 void *context);

/* session_write.c */
/* The screen is told that a write was confirmed. */
void session_confirmed(struct session *session, uint64_t id);
void session_send_writes(struct session *session, int64_t now_ms);
void session_written(struct session *session, struct intent *intent, struct http_answer *answer,
                     int64_t now_ms);
/* A good list may settle what was open; tells the screen. */
void session_reconcile(struct session *session, struct source *source, int64_t asked_ms,
                       int64_t now_ms);
void session_report_writes(struct session *session);

#endif
