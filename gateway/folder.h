/* folder: the private folder of this gateway, in which each browser has one of its own. It goes
 * with the gateway, however that ends: a small process waits for its end and that of the browsers,
 * which go on writing files for a moment, and then removes it. Should that be killed too, the next
 * gateway does. Main thread. */
#ifndef GATEWAY_FOLDER_H
#define GATEWAY_FOLDER_H

#include "gateway/fault.h"

#define FOLDER_PATH_SIZE 512

struct folder {
    char path[FOLDER_PATH_SIZE]; /* empty: there is none */
    int lock;                    /* held by a living gateway, or while its folder is removed */
    int janitor; /* the end of a pipe: when it closes, the folder is removed; -1: there is none */
    int users;   /* of another, for whoever may write into the folder to hold open; -1: none */
};

/* Removes what is stale, and makes a new one in TMPDIR, else /tmp. Before any thread. */
bool folder_make(struct folder *folder, struct fault *fault);

/* Has it removed with all that is in it, which may take a moment longer. */
void folder_clear(struct folder *folder);

/* Removes a folder and what is in it; follows no links out of it. */
void folder_remove(const char *path);

#endif
