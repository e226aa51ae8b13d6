/* subject: see subject.h. */
#include "cli/subject.h"

#include "cli/find.h"

/* Read once: many outcomes may ask for it. */
static const struct ledger *ledger_of(struct program *program)
{
    if (program->ledger == NULL)
        program->ledger = program_ledger(program);
    return program->ledger;
}

/* Looks for the lease in a snapshot, unless it was found. */
static bool look(struct subject *subject, struct program *program, const struct snapshot *snapshot,
                 const struct identity *where, const char *word, struct error *error)
{
    struct print_options how = program_print(program, NULL);
    if (snapshot == NULL || subject->row != NULL)
        return true;
    subject->rows.ledger = ledger_of(program);
    subject->rows.base_url = how.url;
    subject->moment = moment_of(snapshot, &how.thresholds);
    if (!rows_build(&subject->rows, snapshot, where->space_id, where->runtime_id,
                    subject->moment.server_ms, error))
        return false;
    if (find_named(&subject->rows, word, &subject->row) != 1)
        subject->row = NULL;
    return true;
}

/* A client that has just begun need not have read the list of its lease: what was read before by
 * another one did. */
static bool look_twice(struct subject *subject, struct program *program,
                       const struct identity *where, const char *word, struct error *error)
{
    *subject = (struct subject){.row = NULL};
    return look(subject, program, program->heard, where, word, error) &&
           look(subject, program, program->read, where, word, error);
}

static void tell(struct subject *subject, const struct message *told)
{
    subject->view = (struct intent_view){
        .kind = told->intent,
        .phase = told->phase,
        .contradicted = told->contradicted,
        .trouble = told->trouble,
    };
    subject->as_told = *subject->row;
    subject->as_told.intent = &subject->view;
    subject->row = &subject->as_told;
}

bool subject_of_write(struct subject *subject, struct program *program, const struct message *told,
                      struct error *error)
{
    if (!look_twice(subject, program, &told->identity, told->identity.lease_id, error))
        return false;
    if (subject->row != NULL && told->intent == INTENT_REVOKE)
        tell(subject, told);
    return true;
}

/* A client that was asked about one of them tells of no other. */
static void choose(struct subject *subject, const struct program *program)
{
    const struct snapshot *heard = program->heard;
    const struct settings *settings = &program->account.settings;
    if (heard == NULL || settings->space == NULL)
        return;
    if (heard->space_count == 1)
        subject->space = heard->spaces[0].space;
    if (heard->runtime_count == 1 && settings->runtime != NULL)
        subject->runtime = heard->runtimes[0].runtime;
}

bool subject_of_word(struct subject *subject, struct program *program, const char *word,
                     struct error *error)
{
    static const struct identity anywhere = {NULL, NULL, NULL};
    *subject = (struct subject){.row = NULL};
    if (*word == '\0')
        choose(subject, program);
    else if (!look_twice(subject, program, &anywhere, word, error))
        return false;
    if (subject->row != NULL) {
        subject->space = subject->row->runtime->space;
        subject->runtime = subject->row->runtime->runtime;
    }
    return true;
}

void subject_clear(struct subject *subject)
{
    rows_clear(&subject->rows);
}
