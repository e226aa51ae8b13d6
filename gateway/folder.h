/* folder: the private folder of this gateway, in which each browser has one of its own. It goes
 * with the gateway, however that ends: its janitor removes it. Should that be killed too, the
 * gateway does at its own end, or else the next gateway. Main thread. */
#ifndef GATEWAY_FOLDER_H
#define GATEWAY_FOLDER_H

#include "gateway/fault.h"
#include "gateway/janitor.h"

#include <stddef.h>

#define FOLDER_PATH_SIZE 512
#define FOLDER_NAMES     1000 /* in it: numbers of three digits, as paths of sockets are short */

struct folder {
    char path[FOLDER_PATH_SIZE]; /* empty: there is none */
    int lock;                    /* held by a living gateway, or while its folder is removed */
    struct janitor janitor;
};

/* Removes what is stale, and makes a new one in TMPDIR, else (as where that is too long for a
 * browser) in /tmp. Before any thread. */
bool folder_make(struct folder *folder, struct fault *fault);

/* The one of a browser of this number in `folder`, a path. */
void folder_name(const char *folder, unsigned number, char *path, size_t size);

/* Has that one removed, by and by; nobody may use it any more. */
void folder_drop(const struct folder *folder, unsigned number);

/* Has it removed with all that is in it, and waits for that, for a while. */
void folder_clear(struct folder *folder);

/* Removes a folder and what is in it; follows no links out of it. Tries so long where something
 * still writes into it. */
void folder_remove(const char *path, int patience_ms);

#endif
