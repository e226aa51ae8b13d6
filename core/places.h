/* places: where the files of this user are, after the XDG base directory specification. Main
 * thread: it asks the environment. */
#ifndef CORE_PLACES_H
#define CORE_PLACES_H

#include <stdbool.h>
#include <stddef.h>

enum { PLACE_BYTES = 4096 };

/* The path of our file of this name in the folder for configurations ($XDG_CONFIG_HOME/leasetop,
 * else
 * ~/.config/leasetop), or in that for state ($XDG_STATE_HOME/leasetop, else
 * ~/.local/state/leasetop). False, and "", where this user has no home. */
bool place_config(char out[PLACE_BYTES], const char *name);
bool place_state(char out[PLACE_BYTES], const char *name);

#endif
