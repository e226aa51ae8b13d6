/* ledger: which leases this user of this machine made, so that it is known after a restart whose
 * they are: ids and moments, never a secret. Pure: the bytes of its file come and go through others
 * (core/clerk.h, core/file.h). Not for two threads at once.
 *
 * A line of the file is six words with a space between: the API's address, space, runtime, lease,
 * when it was made and when it expires (RFC 3339, or "-"). In them a byte that is not plain is %
 * and two hexadecimal digits. A line that cannot be read is passed over. */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include "api/message.h"

/* What a file may hold; when there is more, or much that is over, it is written anew. */
enum { LEDGER_BYTES = 192 << 10 };

#define LEDGER_NAME "ledger" /* in the state folder: core/places.h */

struct ledger;

/* Empty. NULL when memory ran out. */
struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger);

/* Adds what the file holds. False when memory ran out: then not all of it is known. */
bool ledger_read(struct ledger *ledger, const char *bytes, size_t length);

/* Adds a lease. Its line for the file, without a line end, for the caller to free; NULL if it is
 * there already, or memory ran out. */
char *ledger_add(struct ledger *ledger, const char *base_url, const struct identity *lease,
                 int64_t made_ms, int64_t expires_ms);

/* What a message says of a lease that was made here for sure; else NULL, as ledger_add. What a list
 * showed in the place of a lost answer is a guess, and nobody's for sure. */
char *ledger_note(struct ledger *ledger, const char *base_url, const struct message *message);

/* Whether the lease was made by this user. */
bool ledger_has(const struct ledger *ledger, const char *base_url, const char *space_id,
                const char *runtime_id, const char *lease_id);

size_t ledger_count(const struct ledger *ledger);

/* Forgets what expired long before `now_ms`, and the oldest of what is too much. The whole file as
 * it should be, for the caller to free, if it is worth writing it anew; else NULL. */
char *ledger_prune(struct ledger *ledger, int64_t now_ms, size_t *length);

#endif
