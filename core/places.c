/* places: see places.h. */
#include "core/places.h"

#include <stdio.h>
#include <stdlib.h>

/* A relative path there is to be ignored, says the specification. */
static bool place(char out[PLACE_BYTES], const char *folder, const char *in_home, const char *name)
{
    const char *home = getenv("HOME");
    int length = PLACE_BYTES;
    if (folder != NULL && *folder == '/')
        length = snprintf(out, PLACE_BYTES, "%s/leasetop/%s", folder, name);
    else if (home != NULL && *home == '/')
        length = snprintf(out, PLACE_BYTES, "%s/%s/leasetop/%s", home, in_home, name);
    if (length < PLACE_BYTES)
        return true;
    out[0] = '\0';
    return false;
}

bool place_config(char out[PLACE_BYTES], const char *name)
{
    return place(out, getenv("XDG_CONFIG_HOME"), ".config", name);
}

bool place_state(char out[PLACE_BYTES], const char *name)
{
    return place(out, getenv("XDG_STATE_HOME"), ".local/state", name);
}
