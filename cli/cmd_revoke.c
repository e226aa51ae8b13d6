/* cmd_revoke: ends leases that are named by id or by a filter. */
#include "cli/cmd.h"
#include "cli/find.h"
#include "cli/interrupt.h"
#include "cli/outcome.h"
#include "core/say.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool parse(struct sheet_wish *wish, const struct options *options, struct error *error)
{
    return sheet_wish_parse(wish, SHEET_LEASES, options, error);
}

static bool check(const struct options *options, struct error *error)
{
    struct sheet_wish wish;
    if ((options->word_count > 0) == (options->filter != NULL))
        return error_set(error, ERROR_USAGE,
                         options->filter != NULL
                             ? "revoke takes the IDs of leases, or a --filter: not both"
                             : "revoke needs the IDs of leases, or a --filter");
    if (!options->yes && (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)))
        return error_set(error, ERROR_USAGE, "there is no terminal to ask on: give --yes");
    if (!parse(&wish, options, error))
        return false;
    return options->filter == NULL || wish.filter.count > 0 ||
           error_set(error, ERROR_USAGE, "--filter '%.60s' names nothing: it would end everything",
                     options->filter);
}

/* ---- asking */

static size_t count_live(const struct targets *targets)
{
    size_t live = 0;
    for (size_t i = 0; i < targets->count; i++)
        live += !targets->items[i].ended;
    return live;
}

/* The rows that are meant, as the table shows them. */
static void print_meant(struct program *program, const struct targets *targets,
                        const struct sheet_wish *wish)
{
    struct print_options how = program_print(program, NULL);
    struct sheet_wish meant = *wish;
    const char **ids = calloc(targets->count + 1, sizeof *ids);
    for (size_t i = 0; ids != NULL && i < targets->count; i++)
        ids[i] = targets->items[i].lease.lease_id;
    meant.ids = ids;
    how.wish = &meant;
    print_table(stderr, program->heard, &how, NULL);
    free(ids);
}

/* Many, or a profile that is guarded, want their number typed. */
static bool confirmed(struct program *program, size_t live)
{
    enum { MANY = 5 };
    char answer[32] = "", wanted[32] = "y";
    const struct settings *settings = &program->account.settings;
    if (live >= MANY || settings->guard == GUARD_STRICT)
        snprintf(wanted, sizeof wanted, "%zu", live);
    fprintf(stderr, "Revoke %zu lease%s at %s%s%s? Type %s: ", live, live == 1 ? "" : "s",
            program->account.base.host, settings->profile != NULL ? ", profile " : "",
            settings->profile != NULL ? settings->profile : "", wanted);
    fflush(stderr);
    if (fgets(answer, sizeof answer, stdin) == NULL)
        return false;
    answer[strcspn(answer, "\n")] = '\0';
    return strcmp(answer, wanted) == 0;
}

static bool ask(struct program *program, const struct targets *targets,
                const struct sheet_wish *wish, struct error *error)
{
    size_t live = count_live(targets);
    if (program->options.yes || live == 0)
        return true;
    print_meant(program, targets, wish);
    return confirmed(program, live) ||
           error_set(error, ERROR_USAGE, "cancelled: nothing is revoked");
}

/* ---- doing */

struct batch {
    struct program *program;
    struct write *writes;
    size_t count, over;
    bool progress; /* is shown, and stands on the line */
    struct error error;
};

/* What is over is printed as it comes; how far it is, where somebody looks. */
static void report(void *context)
{
    struct batch *batch = context;
    size_t over = 0;
    for (size_t i = 0; i < batch->count; i++) {
        struct write *write = &batch->writes[i];
        over += write->over;
        if (!write->over || write->reported)
            continue;
        write->reported = true;
        if (batch->progress)
            fputs("\r\033[K", stderr);
        outcome_print(batch->program, write, NULL, &batch->error);
    }
    if (batch->progress && over != batch->over && over < batch->count)
        fprintf(stderr, "\r%zu of %zu", over, batch->count);
    batch->over = over;
}

/* What is not over by now is told as what it is. */
static void report_rest(struct batch *batch)
{
    if (batch->progress)
        fputs("\r\033[K", stderr);
    for (size_t i = 0; i < batch->count; i++) {
        if (!batch->writes[i].reported)
            outcome_print(batch->program, &batch->writes[i], NULL, &batch->error);
    }
}

/* One that has ended needs nothing to be sent. */
static bool begin(struct batch *batch, const struct target *target, struct error *error)
{
    struct write *write = &batch->writes[batch->count];
    uint64_t id = target->ended ? 1 : client_revoke(batch->program->client, &target->lease, 0);
    if (!write_init(write, INTENT_REVOKE, &target->lease, id, error))
        return false;
    write->may_stay = true;
    batch->count++;
    /* Without memory for a name it goes by its id. */
    if (*target->runtime != '\0')
        write->told->runtime_name = strdup(target->runtime);
    if (*target->space != '\0')
        write->told->space_name = strdup(target->space);
    if (target->ended) {
        *write = (struct write){.told = write->told, .over = true, .word = "ended"};
        write->told->phase = INTENT_DONE;
    }
    return true;
}

/* What they are on is asked for first: the lists have the last word where an answer was lost. */
static bool revoke_all(struct batch *batch, const struct targets *targets, struct error *error)
{
    struct identity *shown = calloc(targets->count + 1, sizeof *shown);
    bool done = shown != NULL || error_memory(error);
    for (size_t i = 0; done && i < targets->count; i++)
        shown[i] = targets->items[i].lease;
    done = done && client_show(batch->program->client, shown, targets->count);
    free(shown);
    for (size_t i = 0; done && i < targets->count; i++)
        done = begin(batch, &targets->items[i], error);
    if (batch->count > 0)
        writes_wait(batch->program, batch->writes, batch->count, report, batch);
    return done;
}

static enum exit_code judge(const struct batch *batch, const struct targets *targets)
{
    enum exit_code code = writes_judge(batch->writes, batch->count);
    if (batch->count == 0)
        return targets->missing > 0 ? EXIT_NOTHING : targets->read;
    return code == EXIT_OK && (targets->missing > 0 || targets->read != EXIT_OK) ? EXIT_SOME : code;
}

/* What was done is done, whether it could be written or not. */
static enum exit_code complain(const struct batch *batch, enum exit_code code)
{
    if (batch->error.kind == ERROR_NONE || print_unread())
        return code;
    say_line("leasetop: %s", batch->error.sentence);
    return code == EXIT_OK ? EXIT_SOME : code;
}

static enum exit_code revoke_targets(struct program *program, const struct targets *targets,
                                     struct error *error)
{
    static const struct account_use use = {.keyring = true};
    struct batch batch = {.program = program,
                          .writes = calloc(targets->count + 1, sizeof *batch.writes),
                          .progress = count_live(targets) > 4 && !program->options.quiet &&
                                      isatty(STDERR_FILENO)};
    enum exit_code code = EXIT_NOTHING;
    if (batch.writes == NULL)
        return error_memory(error), code;
    interrupt_take();
    if (targets->count == 0 || program_connect(program, &use, error)) {
        revoke_all(&batch, targets, error);
        report_rest(&batch);
        code = complain(&batch, judge(&batch, targets));
    }
    writes_clear(batch.writes, batch.count);
    free(batch.writes);
    return code;
}

/* Nothing to do is no failure, but worth a word. */
static bool says_nothing(const struct program *program, const struct targets *targets)
{
    bool nothing = program->options.filter != NULL && targets->count == 0;
    if (nothing && !program->options.quiet)
        say_line("leasetop: no lease that lives matches the filter: nothing is revoked");
    return nothing;
}

static enum exit_code run(struct program *program, struct error *error)
{
    struct sheet_wish wish;
    struct targets targets = {.read = EXIT_NOTHING};
    enum exit_code code = EXIT_USAGE;
    if (program->account.settings.read_only)
        return error_set(error, ERROR_USAGE, "read-only: nothing is sent"), code;
    if (!parse(&wish, &program->options, error))
        return code;
    if (!find_leases(program, &wish, &targets, error))
        code = targets.read;
    else if (says_nothing(program, &targets))
        code = targets.read;
    else if (ask(program, &targets, &wish, error))
        code = revoke_targets(program, &targets, error);
    targets_clear(&targets);
    return code;
}

const struct cmd cmd_revoke = {.check = check, .run = run};
