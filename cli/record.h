/* record: what commands did, as the dashboard remembers it too: leases made here in the ledger,
 * each own action in the audit. Main thread; it waits for the disk. */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include "cli/program.h"

/* Adds what a message tells. What cannot be written is said once, on stderr, and changes nothing
 * else. */
void record_message(struct program *program, const struct message *message);

/* What was heard last, for a shell that completes names: see core/names.h. */
void record_names(const struct program *program);

#endif
