/* listed: identities and lists of leases in few words, for tests. One thread. */
#ifndef TESTS_UNIT_LISTED_H
#define TESTS_UNIT_LISTED_H

#include "api/model.h"

#include "tests/unit/unit.h"

/* Borrows its strings: not to be cleared. */
static inline struct identity named(const char *space, const char *runtime, const char *lease)
{
    return (struct identity){(char *)space, (char *)runtime, (char *)lease};
}

static inline const char *listed_text(struct part *part, const char *text)
{
    return part_text(part, text != NULL ? text : "", strlen(text != NULL ? text : ""));
}

/* Adds a lease: active, cdp, made at `created_ms`, without any other moment; the caller changes
 * what differs until the next one is added. */
static inline struct lease *listed_lease(struct part *part, const char *id, int64_t created_ms)
{
    struct lease *lease = part_add(part);
    *lease = (struct lease){
        .id = listed_text(part, id),
        .run_id = listed_text(part, "run"),
        .runtime_id = listed_text(part, "rt"),
        .protocol = listed_text(part, "cdp"),
        .status = listed_text(part, "active"),
        .created_ms = created_ms,
        .expires_ms = MOMENT_NONE,
        .closed_ms = MOMENT_NONE,
        .revoked_ms = MOMENT_NONE,
        .vanished_ms = MOMENT_NONE,
    };
    return lease;
}

/* A list of such leases from ids, the last of which is NULL. */
static inline struct part *listed(const char *const *ids)
{
    struct part *part = part_new(PART_LEASES);
    while (*ids != NULL)
        listed_lease(part, *ids++, 0);
    return part;
}

#define LISTED(...) listed((const char *const[]){__VA_ARGS__, NULL})

#endif
