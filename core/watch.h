/* watch: files that are read whenever they change. Their folders are watched, for editors save by
 * renaming a new file onto the old one; a file that is a link is watched at both ends, and of a
 * folder that is not there yet its parent is. The clerk's thread. */
#ifndef CORE_WATCH_H
#define CORE_WATCH_H

#include "api/error.h"

#include <stddef.h>
#include <stdint.h>

enum { WATCH_BYTES = 256 << 10 }; /* of a file; a larger one cannot be read */

struct watches;

struct watches *watches_new(struct error *error);
void watches_free(struct watches *watches);

/* Readable when something happened; -1 where this system tells nothing, and files are read again
 * and again. */
int watches_fd(const struct watches *watches);

/* From now on `tag` is this file (borrowed no longer than the call), and nothing else; NULL: none.
 * Due at once. False where memory ran out. */
bool watches_put(struct watches *watches, const char *path, int tag);

/* Hears what happened. What changed is due a moment later, when it has settled. */
void watches_look(struct watches *watches, int64_t now_ms);

/* When something is due, on the clock of `now_ms`; INT64_MAX if nothing is. */
int64_t watches_due_ms(const struct watches *watches);

/* What became of a file. */
struct watch_news {
    int tag;
    char *bytes; /* for the caller to free, with a NUL behind; NULL: `error` says why not */
    size_t length;
    bool missing; /* there is no such file */
    struct error error;
};

/* Reads what is due until one is other than it was; false if none is. */
bool watches_take(struct watches *watches, int64_t now_ms, struct watch_news *news);

#endif
