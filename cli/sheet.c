/* sheet: see sheet.h. */
#include "cli/sheet.h"

#include "core/near.h"

#include <stdio.h>
#include <string.h>

/* ---- kinds */

static struct columns columns_leases(const struct sheet *sheet)
{
    return columns_of_leases(sheet != NULL ? sheet->rows.id_cells : 8);
}

static struct columns columns_runtimes(const struct sheet *sheet)
{
    (void)sheet;
    return columns_of_runtimes();
}

static struct columns columns_spaces(const struct sheet *sheet)
{
    (void)sheet;
    return columns_of_spaces();
}

static bool build_leases(struct sheet *sheet, const struct snapshot *snapshot, struct error *error)
{
    return rows_build(&sheet->rows, snapshot, NULL, NULL, sheet->moment.server_ms, error);
}

static bool build_runtimes(struct sheet *sheet, const struct snapshot *snapshot,
                           struct error *error)
{
    return runtimes_build(&sheet->runtimes, snapshot, NULL, sheet->moment.server_ms, error);
}

static bool build_spaces(struct sheet *sheet, const struct snapshot *snapshot, struct error *error)
{
    return spaces_build(&sheet->spaces, snapshot, error);
}

static const void *lease_at(const void *context, size_t place)
{
    return &((const struct sheet *)context)->rows.items[place];
}

static const void *runtime_at(const void *context, size_t place)
{
    return &((const struct sheet *)context)->runtimes.items[place];
}

static const void *space_at(const void *context, size_t place)
{
    return &((const struct sheet *)context)->spaces.items[place];
}

static const struct {
    struct columns (*columns)(const struct sheet *sheet); /* NULL: before there is one */
    bool (*build)(struct sheet *sheet, const struct snapshot *snapshot, struct error *error);
    const void *(*item)(const void *context, size_t place);
} kinds[SHEET_KINDS] = {
    [SHEET_LEASES] = {columns_leases, build_leases, lease_at},
    [SHEET_RUNTIMES] = {columns_runtimes, build_runtimes, runtime_at},
    [SHEET_SPACES] = {columns_spaces, build_spaces, space_at},
};

enum sheet_kind sheet_kind_of(enum command command)
{
    return command == COMMAND_RUNTIMES ? SHEET_RUNTIMES
           : command == COMMAND_SPACES ? SHEET_SPACES
                                       : SHEET_LEASES;
}

struct columns sheet_columns(enum sheet_kind kind)
{
    return kinds[kind].columns(NULL);
}

/* ---- wishes */

static bool sorts(const struct column *column)
{
    return column->number != NULL || column->word != NULL;
}

static bool no_column(const struct columns *all, const char *name, bool sorting,
                      struct error *error)
{
    char names[256] = "";
    for (size_t i = 0, used = 0; i < all->count && used < sizeof names; i++) {
        if (sorting && !sorts(&all->items[i]))
            continue;
        if (near_name(name, all->items[i].name))
            return error_set(error, ERROR_USAGE, "there is no column %.40s; did you mean %s?", name,
                             all->items[i].name);
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
                                 all->items[i].name);
    }
    return error_set(error, ERROR_USAGE, "there is no column %.40s; there are %s", name, names);
}

/* `words`: a sign is of no use. */
static bool choose_columns(struct sheet_wish *wish, const struct columns *all, const char *names,
                           bool words, struct error *error)
{
    char name[64];
    wish->chosen = true;
    for (const char *at = names;; at++) {
        at += strspn(at, " ");
        size_t length = strcspn(at, ",");
        size_t end = length;
        while (end > 0 && at[end - 1] == ' ')
            end--;
        snprintf(name, sizeof name, "%.*s", (int)end, at);
        const struct column *column = columns_find(all, name);
        if (*name == '\0')
            return error_set(error, ERROR_USAGE, "--columns has a comma, but no name beside it");
        if (column == NULL)
            return no_column(all, name, false, error);
        if (words && !sorts(column))
            return error_set(error, ERROR_USAGE,
                             "%s is a sign, which --csv has no place for: "
                             "give status",
                             name);
        if (wish->columns.count == COLUMNS_MAX)
            return error_set(error, ERROR_USAGE, "at most %d columns", COLUMNS_MAX);
        wish->columns.items[wish->columns.count++] = *column;
        at += length;
        if (*at == '\0')
            return true;
    }
}

static bool choose_sort(struct sheet_wish *wish, const struct columns *all, const char *word,
                        bool reverse, struct error *error)
{
    bool down = *word == '-';
    const struct column *column = columns_find(all, word + down);
    if (column == NULL || !sorts(column))
        return no_column(all, word + down, true, error);
    wish->sort = (struct sort){word + down, down != reverse};
    return true;
}

bool sheet_wish_parse(struct sheet_wish *wish, enum sheet_kind kind, const struct options *options,
                      struct error *error)
{
    struct columns all = sheet_columns(kind);
    *wish = (struct sheet_wish){.kind = kind, .reversed = options->reverse};
    if (options->filter != NULL && strlen(options->filter) >= FILTER_BYTES)
        return error_set(error, ERROR_USAGE, "--filter takes %d characters at most",
                         FILTER_BYTES - 1);
    if (options->sort != NULL) {
        wish->reversed = false;
        if (!choose_sort(wish, &all, options->sort, options->reverse, error))
            return false;
    }
    return (options->filter == NULL || (filter_parse(&wish->filter, options->filter, &all, error) &&
                                        filter_whole(&wish->filter, error))) &&
           (options->columns == NULL ||
            choose_columns(wish, &all, options->columns, options->csv, error));
}

/* ---- sheets */

/* Nothing is told from another by its key: no order is held. */
static uint64_t same(const void *item)
{
    (void)item;
    return 1;
}

static void reverse(struct shown *shown)
{
    for (size_t i = 0, j = shown->count; i + 1 < j; i++) {
        const void *item = shown->items[--j];
        shown->items[j] = shown->items[i];
        shown->items[i] = item;
    }
}

static bool is_one_of(const void *item, const char *const *ids)
{
    const struct lease *lease = ((const struct row *)item)->lease;
    while (*ids != NULL && (lease == NULL || strcmp(*ids, lease->id) != 0))
        ids++;
    return *ids != NULL;
}

static void keep_only(struct shown *shown, const char *const *ids)
{
    size_t kept = 0;
    for (size_t i = 0; i < shown->count; i++) {
        if (is_one_of(shown->items[i], ids))
            shown->items[kept++] = shown->items[i];
    }
    shown->count = kept;
}

/* As they were chosen, but with the widths that these items need; else the usual ones. What is
 * drawn for the eye, and moves, has no place in print. */
static void settle_columns(struct sheet *sheet, const struct sheet_wish *wish)
{
    const char *names[COLUMNS_MAX + 1] = {NULL};
    sheet->columns = kinds[sheet->kind].columns(sheet);
    if (wish != NULL && wish->chosen) {
        for (size_t i = 0; i < wish->columns.count; i++)
            names[i] = wish->columns.items[i].name;
        columns_choose(&sheet->columns, names);
        return;
    }
    columns_usual(&sheet->columns);
    columns_drop(&sheet->columns, "life");
}

static size_t item_count(const struct sheet *sheet)
{
    return sheet->rows.count + sheet->runtimes.count + sheet->spaces.count;
}

bool sheet_build(struct sheet *sheet, const struct snapshot *snapshot,
                 const struct sheet_wish *wish, const struct thresholds *thresholds,
                 const struct ledger *ledger, const char *base_url, struct error *error)
{
    static const struct sort own = {NULL, false};
    *sheet = (struct sheet){.kind = wish != NULL ? wish->kind : SHEET_LEASES,
                            .moment = moment_of(snapshot, thresholds),
                            .rows = {.ledger = ledger, .base_url = base_url}};
    bool done = kinds[sheet->kind].build(sheet, snapshot, error);
    if (done) {
        settle_columns(sheet, wish);
        struct columns all = kinds[sheet->kind].columns(sheet);
        struct shown_source source = {item_count(sheet), sheet, kinds[sheet->kind].item, same};
        done = shown_build(&sheet->shown, &source, wish != NULL ? &wish->filter : NULL, &all,
                           wish != NULL ? &wish->sort : &own, &sheet->moment, error);
    }
    if (done && wish != NULL && wish->ids != NULL)
        keep_only(&sheet->shown, wish->ids);
    if (done && wish != NULL && wish->reversed)
        reverse(&sheet->shown);
    if (!done)
        sheet_clear(sheet);
    return done;
}

void sheet_clear(struct sheet *sheet)
{
    shown_clear(&sheet->shown);
    rows_clear(&sheet->rows);
    runtimes_clear(&sheet->runtimes);
    spaces_clear(&sheet->spaces);
}
