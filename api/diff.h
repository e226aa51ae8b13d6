/* diff: what changed between two answers to the same question. Pure; the API thread calls it before
 * a part is published. */
#ifndef API_DIFF_H
#define API_DIFF_H

#include "api/model.h"

/* What was listed and no longer is stays on the screen for this long, as ended. */
enum { DIFF_REMEMBER_MS = 60000 };

/* A server that reckons an expiry anew for each answer may differ from itself by less than this. */
enum { DIFF_MOVED_MS = 1000 };

/* Completes `fresh` from the answer before it (`old`, may be NULL): what is missing from it is
 * taken along with the moment of its vanishing, until DIFF_REMEMBER_MS after its end; but of one
 * that was cut nothing can be said to be missing: the rest is as it was, leases marked `unseen`.
 * All of it together is never more than part_ceiling: what vanished longest ago goes first. Items
 * that came twice are dropped from `fresh` and counted as unreadable. Since when each is as it is
 * comes from `old`, or is now; and runtimes of one name get labels. `server_ms` is now. False when
 * memory ran out: do not publish it then. */
bool diff_settle(struct part *fresh, const struct part *old, int64_t server_ms);

/* Completes `one`, which holds what a write answered, with everything else that was listed (`old`,
 * may be NULL), and with since when it is so. False when memory ran out. */
bool diff_merge(struct part *one, const struct part *old, int64_t server_ms);

#endif
