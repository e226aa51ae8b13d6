/* sheet: what a list command prints: things of one kind, those that a filter lets through, in an
 * order, in columns. Borrows from the snapshot. Main thread. */
#ifndef CLI_SHEET_H
#define CLI_SHEET_H

#include "core/options.h"
#include "core/shown.h"

enum sheet_kind { SHEET_LEASES, SHEET_RUNTIMES, SHEET_SPACES, SHEET_KINDS };

/* What a command's list is of. */
enum sheet_kind sheet_kind_of(enum command command);

/* All columns that things of a kind have. */
struct columns sheet_columns(enum sheet_kind kind);

/* What the command line wishes of it. */
struct sheet_wish {
    enum sheet_kind kind;
    struct filter filter;
    struct sort sort;
    bool reversed;          /* the table's own order, the other way round */
    bool chosen;            /* these columns, and no others */
    struct columns columns; /* as they were named */
    const char *const *ids; /* of leases: only these; ended by NULL; or NULL: all */
};

/* False, with a sentence, where a filter cannot be read or a column does not exist. */
bool sheet_wish_parse(struct sheet_wish *wish, enum sheet_kind kind, const struct options *options,
                      struct error *error);

struct sheet {
    enum sheet_kind kind;
    struct columns columns; /* those that are printed */
    struct moment moment;
    struct shown shown; /* the items: struct row, runtime_row or space_row */
    /* Private: what the items are of. */
    struct rows rows;
    struct runtimes runtimes;
    struct spaces spaces;
};

/* `wish` NULL: all leases as the dashboard shows them. `ledger` may be NULL. On failure there is
 * nothing to clear. */
bool sheet_build(struct sheet *sheet, const struct snapshot *snapshot,
                 const struct sheet_wish *wish, const struct thresholds *thresholds,
                 const struct ledger *ledger, const char *base_url, struct error *error);
void sheet_clear(struct sheet *sheet);

#endif
