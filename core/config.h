/* config: the configuration file: its settings, profiles, keys and columns, read and checked as a
 * whole. Immutable and counted, so that an edit makes another one beside it. One thread. */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "core/action.h"
#include "core/options.h"
#include "core/setting.h"

enum { CONFIG_BYTES = 64 << 10, CONFIG_PROFILES = 64, CONFIG_WORDS = 32 };

/* The views whose columns can be chosen: name in the file, the columns they have. */
#define CONFIG_VIEWS(X)                                                                            \
    X(LEASES, "leases", columns_of_leases(8))                                                      \
    X(RUNTIMES, "runtimes", columns_of_runtimes())                                                 \
    X(EVENTS, "events", columns_of_events(8))

#define CONFIG_VIEW_ENUM(name, word, columns) CONFIG_##name,
enum config_view { CONFIG_VIEWS(CONFIG_VIEW_ENUM) CONFIG_VIEW_COUNT };
#undef CONFIG_VIEW_ENUM

struct config;

/* Reads the text of a file; `file` is its path, for what is relative to it. All that is
 * wrong is in `problems`: then it is good for nothing but looking for more of them. What themes and
 * keys are is not known here: see tui/app.h. NULL when memory ran out. */
struct config *config_parse(const char *file, const char *text, size_t length,
                            struct problems *problems);

/* The same of a path. No file at all is an empty one, unless `asked` for. */
struct config *config_load(const char *file, bool asked, struct problems *problems);

struct config *config_ref(struct config *config);
void config_unref(struct config *config); /* NULL is allowed */

const char *config_file(const struct config *config);

/* Was it read from exactly this text (NULL with no length: from no file)? */
bool config_reads(const struct config *config, const char *text, size_t length);

/* The names of the profiles in the order of the file; NULL beyond the last. */
const char *config_profile(const struct config *config, size_t place);

/* All that holds for a profile; NULL: outside of them. NULL if there is none of that name. */
const struct settings *config_settings(const struct config *config, const char *profile);

/* The keys of an action as keymap_bind takes them, and the line; NULL: as usual. */
const char *config_keys(const struct config *config, enum action action, unsigned *line);

/* The names of the columns of the view of this title, ended by NULL; NULL: as usual. */
const char *const *config_columns(const struct config *config, const char *view);

/* The view of this title; CONFIG_VIEW_COUNT if it has no columns to choose. */
enum config_view config_view(const char *title);

/* What holds for this run: the command line over the profile (this one, "" for none; NULL: that of
 * --profile, else of the setting) over the file's general part over the environment.
 * `settings->profile` becomes the profile that was chosen, or NULL. False if there is no such
 * profile. Texts are borrowed from all of them. */
bool config_settle(struct settings *settings, const struct config *config, const char *profile,
                   const struct options *options, struct error *error);

#endif
