/* find: what a word of the command line names: a runtime, or leases. Main thread. */
#ifndef CLI_FIND_H
#define CLI_FIND_H

#include "cli/program.h"

/* The one runtime that is chosen, if it may take a lease; program->client, which asks for nothing
 * else, must be there. False with a sentence, or with how to end in *code where that was said. */
bool find_runtime(struct program *program, struct identity *runtime, enum exit_code *code,
                  struct error *error);

/* How many leases the word names, and the first of them: a whole id means no longer ones. */
size_t find_named(const struct rows *rows, const char *word, const struct row **first);

/* Whether the word is the id, or a start of it that is long enough to be no slip. */
bool find_begins(const char *id, const char *word);

/* Hears which spaces and runtimes there are, in program->heard; false, with how to end in *code,
 * where a signal came first. */
bool find_catalog(struct program *program, enum exit_code *code);

/* A lease that was named. */
struct target {
    struct identity lease;                       /* owned */
    bool ended;                                  /* when it was read */
    char protocol[16], runtime[160], space[160]; /* by their names */
    int life_s;                                  /* how long it was made to live; 0: not known */
};

struct targets {
    size_t count;
    struct target *items;
    size_t missing;      /* words that name none; each was said */
    enum exit_code read; /* whether all lists came */
};

/* Reads all there is, and finds the leases that the words name, each by its id or an unambiguous
 * start of it; without words those that have not ended and that `wish` lets through.
 * program->heard is what was read; the account can be connected once more. False with a sentence
 * (two have such an id), or with how to end in targets->read where that was said. */
bool find_leases(struct program *program, const struct sheet_wish *wish, struct targets *targets,
                 struct error *error);

/* The same for a command about one lease, which must be there. */
bool find_lease(struct program *program, struct targets *targets, struct error *error);

void targets_clear(struct targets *targets);

#endif
