/* config_internal: what the files of the configuration share. Not for anyone else. One
 * thread.
 *     config.c         its life, its questions, and what holds for a run
 *     config_read.c    the groups of the file
 *     config_value.c   the values of settings */
#ifndef CORE_CONFIG_INTERNAL_H
#define CORE_CONFIG_INTERNAL_H

#include "api/arena.h"
#include "core/config.h"

#include <libconfig.h>

/* A list of texts, ended by NULL. */
struct config_list {
    struct config_list *next;
    const char *items[];
};

struct config_profile {
    const char *name;
    struct settings settings;
};

struct config {
    _Atomic size_t refs; /* whoever opens an account may do so on another thread */
    char *file;
    const char *text; /* what it was read from, in the arena; NULL: there was no memory */
    size_t length;
    struct arena arena;
    struct config_list *lists;
    struct settings general;
    struct config_profile *profiles;
    size_t profile_count;
    const char *keys[ACTION_COUNT];
    unsigned key_lines[ACTION_COUNT];
    const char *const *columns[CONFIG_VIEW_COUNT];
};

/* A file that is being read. */
struct reader {
    struct config *config;
    struct problems *problems;
};

/* Copies that live as long as the configuration; NULL, with a problem, when memory ran out. */
const char *config_text(struct reader *reader, const char *text);
const char **config_list(struct reader *reader, size_t count);

/* Puts the value of `from` into the field; what is wrong becomes a problem. */
void config_value(struct reader *reader, struct settings *settings, enum setting setting,
                  const config_setting_t *from);

/* The texts of a value that is a text or a list of texts; 0, with a problem, if it is neither,
 * empty or too long. `items` are libconfig's. */
size_t config_texts(struct reader *reader, const config_setting_t *from,
                    const char *items[CONFIG_WORDS]);

/* All of the file. */
void config_root(struct reader *reader, const config_setting_t *root);

#endif
