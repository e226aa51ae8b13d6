/* clerk: the one thread that touches the disk while the dashboard runs. Jobs go in without waiting
 * and are done in their order; what there is to say comes back through clerk_fd. Everything here is
 * for the UI thread, takes no time and waits for nothing, but for clerk_free. */
#ifndef CORE_CLERK_H
#define CORE_CLERK_H

#include "api/error.h"

#include <stddef.h>

enum {
    CLERK_JOBS = 10000,     /* waiting at once, at most */
    CLERK_LINGER_MS = 1000, /* clerk_free waits so long for a disk that does not answer */
};

struct clerk;

/* Starts the thread. */
struct clerk *clerk_new(struct error *error);

/* Does what is queued, for at most CLERK_LINGER_MS, and takes no more. What came of it can be taken
 * still, and clerk_free waits no longer. */
void clerk_stop(struct clerk *clerk);

/* The same where it was not done, and ends. Results not taken are lost. */
void clerk_free(struct clerk *clerk); /* NULL is allowed */

/* See core/file.h for what these do. All is copied. False: out of memory, or too many are waiting;
 * the job is not done then. */
bool clerk_append(struct clerk *clerk, const char *path, const char *line);
bool clerk_replace(struct clerk *clerk, const char *path, const void *bytes, size_t length);

/* Looks whether clerk_append could write there, and says it as if it had been tried. */
bool clerk_probe(struct clerk *clerk, const char *path);

/* As clerk_replace, for what can be spared: nobody hears that it could not be written. */
bool clerk_spare(struct clerk *clerk, const char *path, const void *bytes, size_t length);

/* Reads the file now, and again whenever it has changed; each time what it holds is a result. A tag
 * stands for one file: another path takes the place of the former, NULL ends it. See core/watch.h
 * for the ceiling and for what is seen. */
bool clerk_watch(struct clerk *clerk, const char *path, int tag);

/* Calls work(context) on the clerk's thread; when it has returned that is a result, from which the
 * context is to be taken. One that nobody takes, because it never came to that or the clerk was
 * freed, is given to `drop`, on either thread. False: out of memory or too many, and nothing was
 * done with it. */
bool clerk_call(struct clerk *clerk, void (*work)(void *), void (*drop)(void *), void *context);

/* As clerk_free, without waiting for what is under way: that is done with nobody there. */
void clerk_leave(struct clerk *clerk);

enum clerk_kind {
    CLERK_FILE,    /* of clerk_watch */
    CLERK_CALLED,  /* of clerk_call */
    CLERK_FAILED,  /* what could not be written: once, until that file can be written again */
    CLERK_WRITTEN, /* which it can */
};

struct clerk_result {
    enum clerk_kind kind;
    int tag;     /* of a watched file */
    char *path;  /* of what was written or not; NULL where memory ran out */
    char *bytes; /* what it holds, with a NUL behind; NULL: it cannot be read */
    size_t length;
    bool missing;       /* there is no such file */
    struct error error; /* why not */
    void *context;      /* of clerk_call; the taker sets it to NULL */
    void (*drop)(void *);
    struct clerk_result *next;
};

/* Readable when there may be something to take. */
int clerk_fd(const struct clerk *clerk);

/* Before taking: the fd is not readable any more. */
void clerk_look(struct clerk *clerk);

/* The next result, for the caller to free; NULL if there is none. */
struct clerk_result *clerk_take(struct clerk *clerk);
void clerk_result_free(struct clerk_result *result);

#endif
