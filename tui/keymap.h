/* keymap: which key does what. Built from the action list; one key has one meaning. Pure. UI
 * thread. */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include "api/error.h"
#include "core/action.h"
#include "core/config.h"

#include <stdint.h>

struct keymap;

/* The default keys of every action. NULL when memory ran out; a clash in the list is a bug. */
struct keymap *keymap_new(void);
/* The keys that the configuration gives, and the usual ones of the actions it does not speak of.
 * What is no key, and a key with two meanings, is a problem, and then it is NULL. */
struct keymap *keymap_of(const struct config *config, struct problems *problems);
void keymap_free(struct keymap *keymap);

/* Gives `action` these keys (names between spaces, or "none") instead of what it had. An unknown
 * name, or a key that another action has, is an error with a sentence, and nothing is changed then.
 */
bool keymap_bind(struct keymap *keymap, enum action action, const char *keys, struct error *error);

/* ACTION_NONE if the key does nothing. */
enum action keymap_action(const struct keymap *keymap, uint32_t key);

/* All keys of an action for help ("x F9"), or its first for the footer ("x"); "" if it has none.
 * Returns `out`. */
char *keymap_keys(const struct keymap *keymap, enum action action, char *out, size_t size);
char *keymap_first(const struct keymap *keymap, enum action action, char *out, size_t size);

/* The first keys of all actions, for sentences. */
void keymap_names(const struct keymap *keymap, struct action_keys *keys);

#endif
