/* vault: the endpoints of the leases made here, which the server will not show again. Only the API
 * thread holds one; what others see of it is `struct holdings`, which says what there is and never
 * what it says. */
#ifndef API_VAULT_H
#define API_VAULT_H

#include "api/endpoint.h"
#include "api/model.h"

/* What the SECRET column says of a lease. */
enum secret_state {
    SECRET_NEVER,   /* not made here: there never was one to hold */
    SECRET_HELD,    /* in this program's memory only */
    SECRET_KEYRING, /* the kernel has a copy, which a restart finds */
    SECRET_LOST,    /* made here, as far as is known, but its endpoint did not arrive */
    SECRET_PAST,    /* made by this user, in a program before or beside this one, and not in the
                       keyring, where this one has looked: never a holding's, see row_secret */
    SECRET_SOUGHT,  /* the same while it is being looked for: never a holding's either */
    SECRET_GONE,    /* held once, wiped since: the lease has ended, or the kernel forgot its copy */
};

struct holding {
    struct identity lease;
    enum endpoint_type type;
    enum secret_state state;
    struct endpoint_unread unread; /* what of it was not understood when it arrived */
    bool made; /* here, and that is known: by its answer, or by the copy that the kernel has */
};

/* Sorted by identity_compare; immutable once published, counted, any thread. */
struct holdings {
    _Atomic unsigned references;
    size_t count;
    struct holding items[];
};

struct holdings *holdings_ref(const struct holdings *holdings);
void holdings_unref(const struct holdings *holdings);

/* The holding of this lease or NULL; `holdings` may be NULL. */
const struct holding *holdings_find(const struct holdings *holdings, const char *space_id,
                                    const char *runtime_id, const char *lease_id);

struct vault;

struct vault *vault_new(void);
void vault_free(struct vault *vault);

/* Takes the endpoint over, also on failure; NULL records that it is lost. A second one for the same
 * lease replaces the first. False when memory ran out. */
bool vault_put(struct vault *vault, const struct identity *lease, struct endpoint *endpoint);

/* The same for an endpoint that came with a list: its lease need not have been made here. */
bool vault_listed(struct vault *vault, const struct identity *lease, struct endpoint *endpoint);

/* The lease of this entry was made at `now_ms`, by the boot clock: see vault_awaited. */
void vault_await(struct vault *vault, const struct identity *lease, int64_t now_ms);

/* True where it was made after `since_ms` and no list has shown it yet. */
bool vault_awaited(const struct vault *vault, const struct identity *lease, int64_t since_ms);

/* A list shows this lease in the place of a lost answer: it was made here if that is no mistake,
 * and its endpoint is lost. False when memory ran out. */
bool vault_guessed(struct vault *vault, const struct identity *lease);

/* The kernel's keyring has a copy of it, as it has of what is held, or of what a run before this
 * one held. What has ended stays so. False when memory ran out. */
bool vault_kept(struct vault *vault, const struct identity *lease, enum endpoint_type type);

/* True while the endpoint of this lease is held or kept. */
bool vault_has(const struct vault *vault, const struct identity *lease);

/* What of the lease's endpoint was not understood; borrowed until the next change, or NULL. */
const struct endpoint_unread *vault_unread(const struct vault *vault, const struct identity *lease);

/* True where there was one, which was wiped since: it will not come back. */
bool vault_gone(const struct vault *vault, const struct identity *lease);

/* True where the lease was made here, or may have been, whatever became of its endpoint. */
bool vault_made(const struct vault *vault, const struct identity *lease);

/* A copy of what is held for the caller to free, or NULL. */
struct endpoint *vault_copy(const struct vault *vault, const struct identity *lease);

/* Takes what is held out of a text of the server's. */
void vault_conceal(const struct vault *vault, char *text);

/* Wipes the endpoint of a lease that has ended, and knows no more of one that is kept; true if
 * there was one. */
bool vault_wipe(struct vault *vault, const struct identity *lease);

/* The list `fresh` of the runtime's leases comes in the place of `old`; NULL: there is none. Calls
 * `ended`, which may wipe it, for each whose endpoint is at hand and which `fresh` has not, not
 * even as ended; NULL: nothing has ended. What is only kept counts if `old` has it. Then knows no
 * more of those without an endpoint that are not in `fresh`: no row shows them. */
void vault_relist(struct vault *vault, const struct identity *runtime, const struct part *old,
                  const struct part *fresh,
                  void (*ended)(void *context, const struct identity *lease), void *context);

/* What to publish: one reference for the caller; NULL when it is empty or memory ran out. */
struct holdings *vault_holdings(struct vault *vault);

#endif
