/* find: see find.h. */
#include "cli/find.h"

#include "api/clock.h"
#include "cli/interrupt.h"
#include "cli/lookup.h"
#include "cli/outcome.h"
#include "cli/reading.h"
#include "cli/wait.h"
#include "core/say.h"

#include <stdlib.h>
#include <string.h>

static bool catalog_settled(void *context, const struct snapshot *newest)
{
    const int64_t *until_ms = context;
    return newest != NULL && (newest->catalog_settled || wait_in_vain(newest, *until_ms));
}

/* A signal ends the search: nothing has been done yet. */
bool find_catalog(struct program *program, enum exit_code *code)
{
    int64_t until_ms = clock_boot_now_ms() + READING_MS;
    struct wait wait = {
        .enough = catalog_settled, .context = &until_ms, .until_ms = until_ms, .fd = -1};
    enum wait_end end;
    bool sent;
    while ((end = wait_for(program->client, &wait, &program->heard)) == WAIT_INTERRUPTED &&
           (program->interrupted = interrupt_came(&sent)) == 0)
        continue;
    if (end == WAIT_INTERRUPTED)
        *code = (enum exit_code)(128 + program->interrupted);
    return end != WAIT_INTERRUPTED;
}

static bool refuse_runtime(const struct runtime *runtime, struct error *error)
{
    char name[TEXT_BYTES(64)], status[TEXT_BYTES(32)];
    text_clean(name, sizeof name, runtime->name, strlen(runtime->name), TEXT_UTF8);
    text_clean(status, sizeof status, runtime->status, strlen(runtime->status), TEXT_UTF8);
    return error_set(error, ERROR_SYSTEM, "%s is %s: only an active runtime can take a lease", name,
                     status);
}

bool find_runtime(struct program *program, struct identity *runtime, enum exit_code *code,
                  struct error *error)
{
    struct print_options how = program_print(program, NULL);
    if (!find_catalog(program, code))
        return false;
    const struct snapshot *snapshot = program->heard;
    if (snapshot != NULL && !lookup_in(snapshot, how.space, how.runtime, error))
        return false;
    if (snapshot == NULL || snapshot->runtime_count != 1) {
        *code = reading_judge(snapshot, READING_CATALOG);
        if (snapshot != NULL)
            print_complaints(stderr, snapshot, &how);
        if (*code == EXIT_OK)
            return error_set(error, ERROR_SYSTEM, "%s/%s is not there, or not alone of its name",
                             how.space, how.runtime);
        return false;
    }
    const struct snapshot_runtime *one = &snapshot->runtimes[0];
    if (!runtime_may_lease(one->runtime))
        return refuse_runtime(one->runtime, error);
    return identity_init(runtime, one->space->id, one->runtime->id, NULL) || error_memory(error);
}

/* ---- leases */

enum { START_LEAST = 4 }; /* a shorter start of an id is more likely a slip */

bool find_begins(const char *id, const char *word)
{
    size_t length = strlen(word);
    return strcmp(id, word) == 0 ||
           (length >= START_LEAST &&
            (strncmp(id, word, length) == 0 || strncmp(row_short_id(id), word, length) == 0));
}

size_t find_named(const struct rows *rows, const char *word, const struct row **first)
{
    size_t exact = 0, starts = 0;
    const struct row *start = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->items[i];
        if (row->lease == NULL)
            continue;
        if (strcmp(row->lease->id, word) == 0 && exact++ == 0)
            *first = row;
        else if (find_begins(row->lease->id, word) && starts++ == 0)
            start = row;
    }
    if (exact == 0)
        *first = start;
    return exact > 0 ? exact : starts;
}

static bool is_in(const struct targets *targets, const struct identity *lease)
{
    for (size_t i = 0; i < targets->count; i++) {
        if (identity_compare(&targets->items[i].lease, lease) == 0)
            return true;
    }
    return false;
}

static int life_of(const struct lease *lease)
{
    bool known = moment_known(lease->created_ms) && moment_known(lease->expires_ms);
    int64_t life_s = known ? (lease->expires_ms - lease->created_ms + 500) / 1000 : 0;
    return life_s > 0 && life_s < INT32_MAX ? (int)life_s : 0;
}

static bool add(struct targets *targets, const struct row *row, const struct moment *moment,
                struct error *error)
{
    struct identity lease = row_identity(row);
    struct target target = {.ended = status_tally(row_status(row, moment)) == TALLY_ENDED,
                            .life_s = life_of(row->lease)};
    if (is_in(targets, &lease))
        return true;
    struct target *items = realloc(targets->items, (targets->count + 1) * sizeof *items);
    if (items == NULL)
        return error_memory(error);
    targets->items = items;
    if (!identity_copy(&target.lease, &lease))
        return error_memory(error);
    snprintf(target.protocol, sizeof target.protocol, "%s", row->lease->protocol);
    snprintf(target.runtime, sizeof target.runtime, "%s", row->runtime->runtime->name);
    snprintf(target.space, sizeof target.space, "%s", row->runtime->space->name);
    items[targets->count++] = target;
    return true;
}

/* A word that names none. */
static void miss(struct program *program, struct targets *targets, const char *word,
                 const char *clean)
{
    char sentence[TEXT_BYTES(64) + 64];
    snprintf(sentence, sizeof sentence,
             targets->read == EXIT_OK ? "there is no lease %s"
                                      : "no lease %s in what could be read",
             clean);
    targets->missing++;
    say_line("leasetop: %s", sentence);
    if (program->options.json)
        outcome_print_none(program, word, sentence, NULL);
}

static bool add_word(struct program *program, struct targets *targets, const struct sheet *sheet,
                     const char *word, struct error *error)
{
    const struct row *first = NULL;
    char clean[TEXT_BYTES(64)];
    size_t count = find_named(&sheet->rows, word, &first);
    text_clean(clean, sizeof clean, word, strlen(word), TEXT_UTF8);
    if (count > 1)
        return error_set(error, ERROR_USAGE,
                         "%zu leases have an id that begins with %s: give more "
                         "of it",
                         count, clean);
    if (count == 1)
        return add(targets, first, &sheet->moment, error);
    miss(program, targets, word, clean);
    return true;
}

static bool add_all(struct targets *targets, const struct sheet *sheet, struct error *error)
{
    bool done = true;
    for (size_t i = 0; done && i < sheet->shown.count; i++) {
        const struct row *row = sheet->shown.items[i];
        if (row->lease != NULL && status_tally(row_status(row, &sheet->moment)) != TALLY_ENDED)
            done = add(targets, row, &sheet->moment, error);
    }
    return done;
}

static bool choose(struct program *program, const struct sheet_wish *wish, struct targets *targets,
                   struct error *error)
{
    const struct options *options = &program->options;
    struct ledger *ledger = program_ledger(program);
    struct print_options how = program_print(program, ledger);
    struct sheet sheet;
    bool done = sheet_build(&sheet, program->heard, wish, &how.thresholds, ledger, how.url, error);
    if (done) {
        for (size_t i = 0; done && i < options->word_count; i++)
            done = add_word(program, targets, &sheet, options->words[i], error);
        done = done && (options->word_count > 0 || add_all(targets, &sheet, error));
        sheet_clear(&sheet);
    }
    ledger_free(ledger);
    return done;
}

bool find_leases(struct program *program, const struct sheet_wish *wish, struct targets *targets,
                 struct error *error)
{
    static const struct account_use use = {.once = true, .keyring = true, .more = true};
    struct print_options how = program_print(program, NULL);
    *targets = (struct targets){.read = EXIT_NOTHING};
    if (!program_connect(program, &use, error))
        return false;
    program->heard = reading_take(program->client, READING_ALL);
    targets->read = reading_judge(program->heard, READING_ALL);
    if (program->heard != NULL && !lookup_in(program->heard, how.space, how.runtime, error))
        return false;
    if (program->heard != NULL)
        print_complaints(stderr, program->heard, &how);
    if (targets->read != EXIT_OK && targets->read != EXIT_SOME)
        return false;
    return choose(program, wish, targets, error);
}

bool find_lease(struct program *program, struct targets *targets, struct error *error)
{
    if (!find_leases(program, NULL, targets, error))
        return false;
    if (targets->count == 1)
        return true;
    targets->read = EXIT_NOTHING; /* it was said that there is none */
    return false;
}

void targets_clear(struct targets *targets)
{
    for (size_t i = 0; i < targets->count; i++)
        identity_clear(&targets->items[i].lease);
    free(targets->items);
    *targets = (struct targets){.count = 0};
}
