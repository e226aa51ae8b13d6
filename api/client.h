/* client: the facade of api/ and its thread. One thread, the API thread, does all that waits for
 * the network; what is declared here is for the UI thread, takes no time and waits for nothing, but
 * for client_stop.
 *
 * What happened comes back through client_fd: when it is readable, client_look first, then take the
 * messages and the newest snapshot. */
#ifndef API_CLIENT_H
#define API_CLIENT_H

#include "api/error.h"
#include "api/generation.h"
#include "api/message.h"
#include "api/secret.h"
#include "api/snapshot.h"

struct client_options {
    const struct generation *generation;  /* NULL: the one of the seeds */
    const char *base_url;                 /* from base_url_parse */
    const char *ca_file;                  /* or NULL: the system's */
    const char *client_cert, *client_key; /* PEM; or NULL: none; the key in the same file */
    const char *space, *runtime;          /* the chosen ones, by id or name; NULL: all */
    bool read_only;                       /* no request but GET can be built */
    bool once;                            /* everything once, unpaced; see snapshot.settled */
    bool keyring; /* endpoints are copied to the kernel's, see keyring.h; with `once` they are only
                     looked for */
    int interval_ms; /* for what is on the screen; 0: 5 s */
    int per_second;  /* the fleet's budget; 0: 10 */
    int connect_timeout_ms, read_timeout_ms, write_timeout_ms; /* 0: 5, 15 and 30 s */
    int surfaces_ms;    /* see intents_unseen_after; 0: 20 s */
    struct secret *key; /* taken over, also on failure */
    /* Where another key may come from after this one was rejected. Called on the API thread, on
     * refresh and when key_fd turns readable; returns a fresh secret or NULL with the error set.
     * May be NULL. Where key_fd is -1 a rejected key is read again every two seconds. */
    struct secret *(*key_read)(void *context, struct error *error);
    void *key_context;
    int key_fd;
};

struct client;

/* Starts the thread. Needs http_global_init and decode_global_init before. */
struct client *client_new(const struct client_options *options, struct error *error);

/* Ends the thread: what was confirmed is sent first, for at most `linger_ms`; then nothing waits
 * for the network. Under 200 ms if nothing was confirmed. The client can still be asked for
 * messages and the last snapshot. */
void client_stop(struct client *client, int linger_ms);

/* Begins that without waiting for its end. */
void client_stop_begin(struct client *client, int linger_ms);

void client_free(struct client *client); /* stops it if need be */

int client_fd(const struct client *client);
void client_look(struct client *client);

/* The newest snapshot, one reference for the caller, or NULL if none came since the last call. */
const struct snapshot *client_snapshot_take(struct client *client);

/* The next message for the caller to free, or NULL. *overflowed: some were lost before it. */
struct message *client_message_take(struct client *client, bool *overflowed);

/* Requests. Each returns at once; false only where memory ran out. Ids of writes are never 0. */
bool client_show(struct client *client, const struct identity *runtimes, size_t count);
bool client_refresh(struct client *client);
bool client_pause(struct client *client, bool paused);
bool client_focus(struct client *client, bool focused); /* without it lists are asked seldomer */
uint64_t client_create(struct client *client, const struct identity *runtime, const char *protocol,
                       int ttl_s, const char *options);
uint64_t client_revoke(struct client *client, const struct identity *lease, int64_t grace_ms);
/* A new lease in the place of `lease`: first the new one, then, when it is there with its endpoint,
 * the old one is revoked. The id of the create; the revoke has the next one. Where the create fails
 * or is not known the old one stays: message.stays. */
uint64_t client_rotate(struct client *client, const struct identity *lease, const char *protocol,
                       int ttl_s, const char *options);

/* Keeps the lease alive from now on, or (`terms` NULL) no more: see api/keep.h. What comes of it is
 * in snapshot.keeps and in events. */
bool client_keep(struct client *client, const struct identity *lease,
                 const struct keep_terms *terms);

/* What is to become of the create `id`, whose answer was lost: see intents_resolve. The id of the
 * write that follows from it; of RESOLVE_KEEP `id` itself. */
uint64_t client_resolve(struct client *client, uint64_t id, enum resolve choice);

bool client_cancel(struct client *client, uint64_t id);
bool client_dismiss(struct client *client);
bool client_secret(struct client *client, const struct identity *lease, uint64_t token);
bool client_key(struct client *client, struct secret *key); /* taken over */

/* Another run of the program may have left something in the keyring: it is looked for. What a list
 * shows for the first time is looked for without being asked. */
bool client_seek(struct client *client);
/* True while it has been asked for and this snapshot (NULL is fine) was made before. */
bool client_seeking(const struct client *client, const struct snapshot *snapshot);

#endif
