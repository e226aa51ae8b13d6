/* rows: a snapshot as the table shows it: one row for each lease and each create under way, sorted.
 * What a row says depends on the moment; it is asked for when it is shown and never stored. Not for
 * two threads at once; rows borrow from their snapshot, which must live as long. */
#ifndef CORE_ROWS_H
#define CORE_ROWS_H

#include "api/error.h"
#include "api/snapshot.h"
#include "core/ledger.h"
#include "core/status.h"

/* When a lease counts as expiring. */
struct thresholds {
    int64_t warn_s, critical_s;
};

struct row {
    const struct snapshot_runtime *runtime;
    const struct lease *lease;        /* NULL: a create that has no lease yet */
    const struct intent_view *intent; /* the write under way or last ended, or NULL */
    const struct holding *holding;    /* what is held of its endpoint, or NULL */
    const struct keep_view *keep;     /* how it is kept alive, or NULL */
    bool mine;                        /* made by this user of this machine, as far as is known */
    bool sought;                      /* its endpoint is being looked for in the keyring */
    int64_t sort_ms;                  /* expiry; INT64_MAX without one */
    bool ended;                       /* when it was sorted */
    int id_cells;                     /* how many characters of its id tell it from all others */
    /* What the lease is before sort_ms and from then on: every frame asks this of every row. */
    enum lease_state before, after;
};

struct rows {
    size_t count, room;
    struct row *items;
    int id_cells;    /* the most that any of them has */
    int64_t made_ms; /* server time at which they were sorted */
    /* Who made what, at which API; set by whoever owns the rows before they are built. */
    const struct ledger *ledger; /* or NULL; borrowed */
    const char *base_url;
    bool seeking; /* the keyring is being looked into, see client_seeking; set by them, too */
};

/* True where two runtimes of a snapshot have the same label: then only the space tells them apart.
 */
bool rows_names_twice(const struct snapshot *snapshot);

/* Fills `rows` ({0}, or used before) anew. `space_id` and `runtime_id` (NULL: all) choose. False
 * when memory ran out: the rows are empty then. */
bool rows_build(struct rows *rows, const struct snapshot *snapshot, const char *space_id,
                const char *runtime_id, int64_t server_ms, struct error *error);
void rows_clear(struct rows *rows);

/* The moment at which rows are looked at. */
struct moment {
    int64_t server_ms, boot_ms;
    bool vague; /* server time is not known well enough for the second to be right */
    struct thresholds thresholds;
};
struct moment moment_of(const struct snapshot *snapshot, const struct thresholds *thresholds);

enum status row_status(const struct row *row, const struct moment *moment);

/* Not listed any more because its space is not: nobody has said that it ended. */
bool row_unlisted(const struct row *row);

/* What its sign is of: its status, but of a lease whose revoke was refused that it was. */
enum status row_glyph(const struct row *row, const struct moment *moment);

/* The word of the status; where the program has none, the server's own: foreign text. */
const char *row_status_word(const struct row *row, const struct moment *moment);

/* Whole seconds left; FORMAT_NEVER without an expiry, FORMAT_UNKNOWN where it cannot be known or
 * the row has ended. While a revoke can be undone this is still the lease's; row_undo_s is the
 * other. */
int64_t row_left_s(const struct row *row, const struct moment *moment);

/* Seconds in which the revoke can still be undone, rounded up; 0: not, or not any more. */
int row_undo_s(const struct row *row, const struct moment *moment);

/* True where data is older than twice the pace at which it is asked for. */
bool source_stale(const struct source_state *state, const struct moment *moment);

/* The same for a row; also where the time is vague, or it is not listed any more: LEFT is marked.
 */
bool row_stale(const struct row *row, const struct moment *moment);

/* What the row is known by. The strings are borrowed. For a create without a lease the lease id is
 * "". */
struct identity row_identity(const struct row *row);

/* Ids without the prefix that all of a kind share ("rt_"): what is worth showing of them. */
const char *row_short_id(const char *id);

enum secret_state row_secret(const struct row *row);
enum endpoint_type row_endpoint(const struct row *row);

/* How many rows of each tally. */
void rows_tally(const struct rows *rows, const struct moment *moment, size_t counts[TALLY_COUNT]);

/* The nearest expiry still to come, in seconds; FORMAT_NEVER if there is none. */
int64_t rows_next_s(const struct rows *rows, const struct moment *moment);

#endif
