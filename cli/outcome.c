/* outcome: see outcome.h. */
#include "cli/outcome.h"

#include "api/plausible.h"
#include "cli/copy.h"
#include "cli/record.h"
#include "core/lost.h"
#include "core/say.h"

#include <string.h>

static const char *word_of(const struct write *write)
{
    if (write->word != NULL)
        return write->word;
    switch (write_end(write)) {
    case WRITE_DONE:
        return "done";
    case WRITE_FAILED:
        return write->told->phase == INTENT_CANCELLED ? "unsent" : "failed";
    case WRITE_UNKNOWN:
        break;
    }
    return write->told->found ? "found" : "unknown";
}

static char *clean(char *out, size_t size, const char *foreign, enum text_charset charset)
{
    text_clean(out, size, foreign, strlen(foreign), charset);
    return out;
}

/* ---- the endpoint */

static bool is_meant(const struct endpoint_field *field, const char *part)
{
    return part == NULL || strcmp(field->name, part) == 0;
}

/* How many bytes the lines take; 0, with a sentence, where they cannot be. */
static size_t measure(const struct endpoint *endpoint, const char *part, struct error *error)
{
    size_t size = 1;
    for (size_t i = 0; i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        if (!is_meant(&field, part))
            continue;
        size += strlen(field.name) + strlen(field.text) + 2;
        if (!text_plain(field.name, strlen(field.name)) ||
            !text_plain(field.text, strlen(field.text)) || !plausible_field(&field)) {
            error_set(error, ERROR_INPUT,
                      "not shown: what the server sent is no url or host; --json shows it");
            return 0;
        }
    }
    if (size > 1)
        return size;
    copy_no_part(endpoint, part, error);
    return 0;
}

struct secret *outcome_endpoint(const struct endpoint *endpoint, const char *part,
                                struct error *error)
{
    size_t size = measure(endpoint, part, error), used = 0;
    bool named = part == NULL && endpoint_count(endpoint) > 1;
    struct secret *lines = size > 0 ? secret_new(size) : NULL;
    if (lines == NULL && size > 0)
        error_memory(error);
    for (size_t i = 0; lines != NULL && i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        if (is_meant(&field, part))
            used += (size_t)snprintf(secret_bytes(lines) + used, size - used, "%s%s%s\n",
                                     named ? field.name : "", named ? "=" : "", field.text);
    }
    return lines;
}

static bool print_endpoint(const struct endpoint *endpoint, const char *part, struct error *error)
{
    struct secret *lines = outcome_endpoint(endpoint, part, error);
    if (lines != NULL)
        fputs(secret_bytes(lines), stdout);
    secret_free(lines);
    return lines != NULL;
}

/* ---- for a person */

static void say_lost(const struct message *told, const char *id, const char *where, const char *why)
{
    char lists[LOST_BYTES];
    if (told->found) {
        say_line(
            "leasetop: the answer was lost; %s, made on %s just then, is probably the lease, and "
            "could be another's (me?): its endpoint is lost; if it is yours, leasetop revoke %s "
            "ends it",
            id, where, id);
    } else if (told->contradicted) {
        say_line("leasetop: the server said that %s on %s is revoked, and lists it as if it were "
                 "not",
                 id, where);
    } else if (told->intent == INTENT_CREATE) {
        lost_words(lists, told->could_be, told->unseen, told->unseen_s);
        say_line("leasetop: not known whether a lease was made on %s: %s; %s", where, why, lists);
    } else {
        say_line("leasetop: not confirmed: revoke of %s on %s: %s", id, where, why);
    }
}

static void say(const struct program *program, const struct write *write)
{
    char id[TEXT_BYTES(64)], where[TEXT_BYTES(64)], why[1024];
    enum text_charset charset = program_charset(program);
    const struct message *told = write->told;
    const char *name = told->runtime_name != NULL ? told->runtime_name : told->identity.runtime_id;
    clean(id, sizeof id, told->identity.lease_id, charset);
    clean(where, sizeof where, name, charset);
    clean(why, sizeof why,
          told->trouble != NULL          ? told->trouble->sentence
          : told->phase == INTENT_FAILED ? "it is still listed"
                                         : "no answer so far",
          charset);
    if (write_end(write) == WRITE_UNKNOWN)
        say_lost(told, id, where, why);
    else if (told->phase == INTENT_CANCELLED)
        say_line("leasetop: not sent: revoke of %s on %s: it stays", id, where);
    else
        say_line("leasetop: %s%s%s on %s failed: %s",
                 told->intent == INTENT_CREATE ? "create" : "revoke", *id != '\0' ? " of " : "", id,
                 where, why);
}

static void print_created(const struct program *program, const struct outcome *outcome)
{
    char id[TEXT_BYTES(64)], when[FORMAT_BYTES];
    enum text_charset charset = program_charset(program);
    clean(id, sizeof id, outcome->told->identity.lease_id, charset);
    const struct row *row = outcome->subject->row;
    bool dated = row != NULL && moment_known(row->lease->expires_ms);
    if (program->options.quiet)
        printf("%s\n", id);
    else
        printf("%s %s\n", id, dated ? format_time(when, row->lease->expires_ms, charset) : "-");
}

static void print_revoked(const struct program *program, const struct write *write)
{
    const struct message *told = write->told;
    char id[TEXT_BYTES(64)], where[TEXT_BYTES(64)], request[TEXT_BYTES(64)];
    enum text_charset charset = program_charset(program);
    if (program->options.quiet)
        return;
    clean(id, sizeof id, told->identity.lease_id, charset);
    clean(where, sizeof where,
          told->runtime_name != NULL ? told->runtime_name : told->identity.runtime_id, charset);
    clean(request, sizeof request, told->request_id, charset);
    const char *word = told->unsaid ? "gone" : "revoked";
    printf("%s %s on %s%s%s%s\n", write->word != NULL ? write->word : word, id, where,
           *request != '\0' ? " (request " : "", request, *request != '\0' ? ")" : "");
}

static bool print_text(const struct program *program, const struct write *write,
                       const struct outcome *outcome, struct error *error)
{
    if (write_end(write) != WRITE_DONE)
        say(program, write);
    else if (write->told->intent == INTENT_CREATE)
        print_created(program, outcome);
    else
        print_revoked(program, write);
    return outcome->endpoint == NULL ||
           print_endpoint(outcome->endpoint, program->options.part, error);
}

bool outcome_print(struct program *program, const struct write *write,
                   const struct endpoint *endpoint, struct error *error)
{
    struct subject subject = {.row = NULL};
    bool shown = program->options.json || write->told->intent == INTENT_CREATE;
    struct outcome outcome = {
        .told = write->told, .word = word_of(write), .subject = &subject, .endpoint = endpoint};
    program->told = true;
    bool done = (!shown || subject_of_write(&subject, program, write->told, error)) &&
                (program->options.json ? outcome_json(stdout, &outcome, error)
                                       : print_text(program, write, &outcome, error));
    subject_clear(&subject);
    bool printed = done && print_done(error);
    if (done && endpoint != NULL)
        record_shown(program, &write->told->identity, printed ? NULL : error);
    return printed;
}

void outcome_print_none(struct program *program, const char *id, const char *why,
                        const char *request_id)
{
    struct subject subject;
    struct untold untold = {command_info(program->options.command)->name, id, why, request_id,
                            &subject};
    program->told = true;
    if (subject_of_word(&subject, program, id, NULL))
        outcome_json_none(stdout, &untold, NULL);
    subject_clear(&subject);
    print_done(NULL);
}
