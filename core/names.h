/* names: the spaces, runtimes and leases that were seen last, of each server, so that a shell can
 * complete them without asking anybody: ids and names, never a secret. Pure: the bytes of its file
 * come and go through others (core/clerk.h, core/file.h). Any thread.
 *
 * A line of the file is eight words (core/word.h): the API's address, "space", "runtime" or
 * "lease", the ids of space, runtime and lease, and what is said of it. What there is not is "-".
 * A line that cannot be read is passed over. */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include "api/snapshot.h"

enum { NAMES_BYTES = 256 << 10 }; /* of the file; what does not fit is left out, leases first */

#define NAMES_NAME "names" /* in the state folder: core/places.h */

enum name_kind { NAME_SPACE, NAME_RUNTIME, NAME_LEASE, NAME_KINDS };

/* All borrowed; "" for what there is not. */
struct name {
    enum name_kind kind;
    const char *base_url;
    const char *space_id, *runtime_id, *lease_id;
    const char *name;    /* of a lease: that of its runtime */
    const char *kind_of; /* a runtime's status, a lease's protocol */
    const char *expires; /* RFC 3339 */
};

/* Calls `tell` for each line of the file, which it changes and which needs a NUL behind it. */
void names_each(char *bytes, void (*tell)(void *context, const struct name *name), void *context);

/* What has been seen of a server. */
struct names_seen {
    const char *base_url;
    const struct snapshot *snapshot; /* or NULL */
    bool all;                        /* everything was asked for; else what is in the snapshot */
    const struct name *made;         /* a lease that no list need show so far; or NULL */
    const char *const *ended;        /* the ids of leases that ended meanwhile; or NULL */
    size_t ended_count;
};

/* The file as it should be now: what is in the snapshot in the place of what it held of that. From
 * malloc, with a NUL behind it; NULL where it held just that, or memory ran out. `bytes` may be
 * NULL. */
char *names_merge(const char *bytes, const struct names_seen *seen);

#endif
