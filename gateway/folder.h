/* folder: the private folder of this gateway, in which each browser has one of its own. It goes
 * with the gateway; what a killed one left behind goes when the next starts. Main thread. */
#ifndef GATEWAY_FOLDER_H
#define GATEWAY_FOLDER_H

#include "gateway/fault.h"

#define FOLDER_PATH_SIZE 512

struct folder {
    char path[FOLDER_PATH_SIZE]; /* empty: there is none */
    int lock;                    /* held by a living gateway */
};

/* Removes what is stale, and makes a new one in TMPDIR, else /tmp. */
bool folder_make(struct folder *folder, struct fault *fault);

/* Removes it with all that is in it. */
void folder_clear(struct folder *folder);

/* Removes a folder and what is in it; follows no links out of it. */
void folder_remove(const char *path);

#endif
