/* record: see record.h. */
#include "cli/record.h"

#include "api/clock.h"
#include "cli/after.h"
#include "core/file.h"
#include "core/names.h"
#include "core/places.h"
#include "core/say.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void append(struct program *program, const char *path, char *line)
{
    struct error error = {0};
    if (line != NULL && !file_append(path, line, &error) && !program->record_failed) {
        program->record_failed = true;
        say_line("leasetop: %s", error.sentence);
    }
    free(line);
}

/* Fills in whose it is. */
static void audit(struct program *program, struct audit_entry *entry)
{
    const struct settings *settings = &program->account.settings;
    if (settings->audit == NULL)
        return;
    entry->profile = settings->profile;
    entry->base_url = program->account.base.text;
    append(program, settings->audit, audit_line(entry));
}

void record_handout(struct program *program, const struct audit_entry *handout)
{
    struct audit_entry entry = *handout;
    const struct snapshot *heard = program->heard;
    const struct snapshot_runtime *runtime =
        heard != NULL ? snapshot_find(heard, entry.identity.space_id, entry.identity.runtime_id)
                      : NULL;
    if (program->options.demo)
        return;
    entry.when_ms = heard != NULL ? snapshot_server_ms(heard) : clock_wall_now_ms();
    entry.space_name = runtime != NULL ? runtime->space->name : NULL;
    entry.runtime_name = runtime != NULL ? runtime->runtime->name : NULL;
    audit(program, &entry);
}

/* What only grows is too big to be read one day. */
static void prune(const struct program *program, const char *path)
{
    struct stat facts;
    size_t length;
    if (stat(path, &facts) != 0 || facts.st_size <= LEDGER_BYTES)
        return;
    struct ledger *ledger = program_ledger(program);
    char *whole = ledger != NULL ? ledger_prune(ledger, clock_wall_now_ms(), &length) : NULL;
    if (whole != NULL)
        file_replace(path, whole, length, NULL);
    free(whole);
    ledger_free(ledger);
}

static void remember(struct program *program, const struct message *message)
{
    char path[PLACE_BYTES];
    if (!program->account.settings.ledger || !place_state(path, LEDGER_NAME))
        return;
    struct ledger *ledger = ledger_new();
    char *line = ledger != NULL ? ledger_note(ledger, program->account.base.text, message) : NULL;
    if (line != NULL) {
        append(program, path, line);
        prune(program, path);
    }
    ledger_free(ledger);
}

/* A lease that was made need not be in what is heard last. */
static void keep_made(struct program *program, const struct message *message)
{
    struct made *made = &program->made;
    if (message->kind != MESSAGE_WRITE || message->intent != INTENT_CREATE ||
        message->phase != INTENT_DONE || *message->identity.lease_id == '\0')
        return;
    identity_clear(&made->lease);
    *made = (struct made){.expires = ""};
    if (!identity_copy(&made->lease, &message->identity))
        return;
    snprintf(made->runtime, sizeof made->runtime, "%s",
             message->runtime_name != NULL ? message->runtime_name : "");
    snprintf(made->protocol, sizeof made->protocol, "%s",
             message->protocol != NULL ? message->protocol : "");
    if (moment_known(message->expires_ms))
        rfc3339_format(message->expires_ms, made->expires);
}

/* A lease that was revoked may be in what is heard last as if it were not. */
static void forget(struct program *program, const struct message *message)
{
    if (message->kind != MESSAGE_WRITE || message->intent != INTENT_REVOKE ||
        message->phase != INTENT_DONE)
        return;
    char **ended = realloc(program->ended, (program->ended_count + 1) * sizeof *ended);
    if (ended == NULL)
        return;
    program->ended = ended;
    ended[program->ended_count] = strdup(message->identity.lease_id);
    program->ended_count += ended[program->ended_count] != NULL;
}

void record_shown(struct program *program, const struct identity *lease,
                  const struct error *failure)
{
    const struct options *options = &program->options;
    record_handout(
        program,
        &(struct audit_entry)AUDIT_HANDOUT(.what = "show",
                                           .outcome = failure == NULL ? "done" : "failed",
                                           .identity = *lease, .route = "stdout",
                                           .part = options->json ? NULL : options->part,
                                           .error = failure != NULL ? failure->sentence : NULL));
}

void record_message(struct program *program, const struct message *message)
{
    struct audit_entry entry;
    after_message(program, message);
    if (program->options.demo)
        return; /* what is done there ends with it */
    if (audit_of(&entry, message))
        audit(program, &entry);
    remember(program, message);
    keep_made(program, message);
    forget(program, message);
}

/* It is only for convenience: what goes wrong is not worth a word. */
void record_names(const struct program *program)
{
    char path[PLACE_BYTES];
    size_t length;
    const struct made *made = &program->made;
    const struct snapshot *heard = program->heard;
    const char *base_url = program->account.base.text;
    bool good = heard != NULL && heard->server.trouble == NULL && heard->server.answered_ms != 0;
    bool written = program->ended_count > 0 || made->lease.lease_id != NULL;
    if (program->options.demo || !program->account.settings.names || (!good && !written) ||
        !place_state(path, NAMES_NAME))
        return;
    const struct name name = {
        NAME_LEASE,           base_url,      made->lease.space_id, made->lease.runtime_id,
        made->lease.lease_id, made->runtime, made->protocol,       made->expires};
    const struct names_seen seen = {.base_url = base_url,
                                    .snapshot = good ? heard : NULL,
                                    .all = !program->narrowed,
                                    .made = made->lease.lease_id != NULL ? &name : NULL,
                                    .ended = (const char *const *)program->ended,
                                    .ended_count = program->ended_count};
    char *before = file_read(path, NAMES_BYTES, &length, NULL);
    char *after = names_merge(before, &seen);
    if (after != NULL)
        file_replace(path, after, strlen(after), NULL);
    free(before);
    free(after);
}
