/* subject: the lease that an outcome is about, or what it would have been on, as far as the server
 * told of it. Main thread. */
#ifndef CLI_SUBJECT_H
#define CLI_SUBJECT_H

#include "cli/program.h"

/* Borrows from what the program heard. */
struct subject {
    const struct row *row;         /* of the lease, or NULL: not known */
    const struct space *space;     /* or NULL */
    const struct runtime *runtime; /* or NULL */
    struct moment moment;          /* at which the row is looked at */
    /* Private. */
    struct rows rows;
    struct row as_told;
    struct intent_view view;
};

/* The lease of a write; of a revoke as it is by what was told, which lists may not know yet. False
 * when memory ran out; there is something to clear then, too. */
bool subject_of_write(struct subject *subject, struct program *program, const struct message *told,
                      struct error *error);

/* Before anything was sent: the lease that a word of the command line names, or with "" the runtime
 * and the space that it chooses, where there is one. */
bool subject_of_word(struct subject *subject, struct program *program, const char *word,
                     struct error *error);

void subject_clear(struct subject *subject);

#endif
