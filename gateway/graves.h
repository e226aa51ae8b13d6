/* graves: leases that ended and are listed no more, so that who still comes with the secret of one
 * hears that it was good once, and who revokes one hears that it has ended. The newest are kept.
 * The same thread as the fleet's. */
#ifndef GATEWAY_GRAVES_H
#define GATEWAY_GRAVES_H

#include "gateway/ids.h"

#define GRAVES_MAX 4096

enum lease_end {
    LEASE_LIVE,
    LEASE_EXPIRED,
    LEASE_REVOKED, /* somebody ended it */
    LEASE_CLOSED,  /* its client or its runtime did */
};

struct graves;
struct lease;
struct runtime;

/* NULL without memory. */
struct graves *graves_new(void);
void graves_free(struct graves *graves);

/* Keeps a copy of the lease; the runtime is borrowed for good. */
void graves_add(struct graves *graves, const struct runtime *runtime, const struct lease *lease);

/* The lease of this id into this runtime, until the next one is added; NULL if it is not here. */
const struct lease *graves_lease(const struct graves *graves, const struct runtime *runtime,
                                 const char *id);

/* How the lease of this secret ended; LEASE_LIVE if it is not here. In a time that does not depend
 * on how much of the secret was right. */
enum lease_end graves_find(const struct graves *graves, const char token[TOKEN_SIZE]);

#endif
