/* record: what commands did, as the dashboard remembers it too: leases made here in the ledger,
 * each own action in the audit. Main thread; it waits for the disk. */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include "cli/program.h"
#include "core/audit.h"

/* Adds what a message tells. What cannot be written is said once, on stderr, and changes nothing
 * else. */
void record_message(struct program *program, const struct message *message);

/* Adds an endpoint that was let out, to the audit: AUDIT_HANDOUT with what, outcome, identity,
 * route, part and error; the rest is filled in. The same of what cannot be written. */
void record_handout(struct program *program, const struct audit_entry *handout);

/* The same of one that was printed, or, for this reason (else NULL), could not be, not whole. */
void record_shown(struct program *program, const struct identity *lease,
                  const struct error *failure);

/* What was heard last, for a shell that completes names: see core/names.h. */
void record_names(const struct program *program);

#endif
