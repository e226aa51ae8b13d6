/* cmd_copy: the endpoint of a lease that was made here, from the kernel's keyring: to the
 * clipboard, or with --show-secret to the standard output. What the server says does not matter. */
#include "cli/cmd.h"

#include "api/clock.h"
#include "cli/copy.h"
#include "cli/find.h"
#include "cli/outcome.h"
#include "cli/reading.h"
#include "cli/record.h"
#include "cli/wait.h"

#include <string.h>

/* What is known to be in the keyring. NULL: no such lease, or (with a sentence) more than one. */
static const struct holding *find(const struct snapshot *snapshot, const char *word,
                                  struct error *error)
{
    const struct holdings *holdings = snapshot != NULL ? snapshot->holdings : NULL;
    const struct holding *found = NULL;
    for (size_t i = 0; holdings != NULL && i < holdings->count; i++) {
        const struct holding *one = &holdings->items[i];
        if (strcmp(one->lease.lease_id, word) == 0)
            return one;
        if (!find_begins(one->lease.lease_id, word))
            continue;
        if (found != NULL) {
            error_set(error, ERROR_USAGE, "more than one lease begins with %.64s", word);
            return NULL;
        }
        found = one;
    }
    return found;
}

static bool came(void *context, const struct snapshot *newest)
{
    (void)context;
    return newest != NULL;
}

/* What is in the keyring is known at once. */
static void hear(struct program *program)
{
    struct wait wait = {.enough = came, .until_ms = clock_boot_now_ms() + READING_MS, .fd = -1};
    while (wait_for(program->client, &wait, &program->heard) == WAIT_INTERRUPTED)
        continue;
}

static bool show(struct program *program, const struct identity *lease,
                 const struct endpoint *endpoint, struct error *error)
{
    if (!program->options.show_secret)
        return copy_endpoint(program, lease, endpoint, error);
    struct secret *lines = outcome_endpoint(endpoint, program->options.part, error);
    if (lines == NULL)
        return false;
    fputs(secret_bytes(lines), stdout);
    bool printed = print_done(error);
    record_shown(program, lease, printed ? NULL : error);
    secret_free(lines);
    return printed;
}

static void explain(struct program *program, const char *word, struct error *error)
{
    const char *keyring = program->heard != NULL ? keyring_words(program->heard->keyring) : "";
    if (!program->account.settings.keyring)
        keyring = "the keyring is switched off";
    error_set(
        error, ERROR_SYSTEM,
        "the endpoint of %.64s is not kept here: it is shown once, when the lease is made%s%s",
        word, *keyring != '\0' ? "; " : "", keyring);
}

static enum exit_code run(struct program *program, struct error *error)
{
    static const struct account_use use = {.once = true, .keyring = true};
    const char *word = program->options.words[0];
    if (!program_connect(program, &use, error))
        return EXIT_NOTHING;
    hear(program);
    const struct holding *holding = find(program->heard, word, error);
    struct endpoint *endpoint = NULL;
    struct identity lease = {NULL, NULL, NULL};
    if (holding != NULL && identity_copy(&lease, &holding->lease))
        endpoint = write_endpoint(program, &lease);
    bool done = endpoint != NULL && show(program, &lease, endpoint, error);
    endpoint_free(endpoint);
    identity_clear(&lease);
    if (!done && error->kind == ERROR_NONE)
        explain(program, word, error);
    return done ? EXIT_OK : EXIT_NOTHING;
}

const struct cmd cmd_copy = {.run = run};
