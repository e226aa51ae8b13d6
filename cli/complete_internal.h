/* complete_internal: what the files of completing share: complete.c says what may stand there,
 * complete_values.c which words that are. Main thread. */
#ifndef CLI_COMPLETE_INTERNAL_H
#define CLI_COMPLETE_INTERNAL_H

#include "cli/complete.h"
#include "core/names.h"

/* A line that is being completed. */
struct completing {
    const struct complete *complete;
    FILE *to;
    enum command command;
    size_t words;             /* that are no options, before the last one */
    bool behind, exec;        /* `--` stands before the last one; --exec does */
    const char *last;         /* the word that is completed */
    size_t kept;              /* so many bytes of it stay as they are */
    unsigned long long given; /* the places of the options before it */
    /* Of SPACE/RUNTIME: as it was typed, and the id of the one that is meant. */
    char typed_space[1024], space[1024];
    /* Those of the names that may stand there; of the file, while it is read. */
    struct name *seen;
    size_t seen_count;
};

/* Prints the word if what was typed is a start of it; or whatever was typed. */
void completing_offer(const struct completing *line, const char *word, const char *help);

void completing_put(const struct completing *line, const char *word, const char *help);

/* The values of an option; the words of the command. */
bool completing_value(struct completing *line, const struct option_info *info);
void completing_words(struct completing *line);

#endif
