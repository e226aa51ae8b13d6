/* cmd_list: prints leases, runtimes or spaces: as a table, CSV or JSON. */
#include "cli/cmd.h"
#include "cli/lookup.h"
#include "cli/reading.h"

bool cmd_wish(struct sheet_wish *wish, const struct options *options, struct error *error)
{
    return sheet_wish_parse(wish, sheet_kind_of(options->command), options, error);
}

static bool check(const struct options *options, struct error *error)
{
    struct sheet_wish wish;
    return cmd_wish(&wish, options, error);
}

static bool print(const struct options *options, const struct snapshot *snapshot,
                  const struct print_options *how, struct error *error)
{
    bool table = !options->json && !options->jsonl && !options->csv;
    if (snapshot != NULL && !table)
        print_complaints(stderr, snapshot, how);
    if (snapshot == NULL && !options->json)
        return true;
    bool done = options->json    ? print_json(stdout, snapshot, how, error)
                : options->jsonl ? print_jsonl(stdout, snapshot, how, error)
                : options->csv   ? print_csv(stdout, snapshot, how, error)
                                 : print_table(stdout, snapshot, how, error);
    if ((done && print_done(error)) || !print_unread())
        return error->kind == ERROR_NONE;
    *error = (struct error){.kind = ERROR_NONE};
    return true;
}

static enum exit_code run(struct program *program, struct error *error)
{
    static const struct account_use use = {.once = true, .keyring = true, .more = true};
    const struct options *options = &program->options;
    struct sheet_wish wish;
    struct ledger *ledger = program_ledger(program);
    struct print_options how = program_print(program, ledger);
    enum exit_code code = EXIT_NOTHING;
    how.wish = &wish;
    if (!cmd_wish(&wish, options, error) || !program_connect(program, &use, error))
        goto out;
    enum reading reading = wish.kind == SHEET_SPACES ? READING_CATALOG : READING_ALL;
    program->heard = reading_take(program->client, reading);
    if (program->heard != NULL && !lookup_in(program->heard, how.space, how.runtime, error)) {
        lookup_hint(program, error);
        goto out;
    }
    if (print(options, program->heard, &how, error))
        code = reading_judge(program->heard, reading);
out:
    ledger_free(ledger);
    return code;
}

const struct cmd cmd_list = {.check = check, .run = run};
const struct cmd cmd_runtimes = {.check = check, .run = run};
const struct cmd cmd_spaces = {.check = check, .run = run};
