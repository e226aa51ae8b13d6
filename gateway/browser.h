/* browser: one headless Chromium: found, started in a folder of its own, listened to until it says
 * where its debuggers attach, and ended. It never outlives the thread that started it. Main thread.
 */
#ifndef GATEWAY_BROWSER_H
#define GATEWAY_BROWSER_H

#include "gateway/door.h"
#include "gateway/folder.h"

#include <sys/types.h>

#define BROWSER_LINE_SIZE 256
#define BROWSER_PATH_SIZE 80

struct browser {
    pid_t pid;                    /* 0: none runs */
    int errors;                   /* what it says on standard error; nonblocking */
    char line[BROWSER_LINE_SIZE]; /* of that, what has no end yet */
    size_t line_size;
    char words[BROWSER_LINE_SIZE]; /* of that, the line that tells most; or empty */
    const struct janitor *janitor; /* who has heard of it; borrowed */
    char folder[FOLDER_PATH_SIZE + 32];
    uint16_t port;                /* of its debuggers; 0: not said yet */
    char path[BROWSER_PATH_SIZE]; /* of the debugger of the whole browser, a secret */
    struct door door;
};

/* The browser to use: `wanted` (a path, or a name to look for in PATH), else the first that is
 * installed; false if there is none. */
bool browser_find(const char *wanted, char path[FOLDER_PATH_SIZE]);

/* Whether it can be started with its own sandbox: not as root, and not without user namespaces or
 * the helper some distributions install. */
bool browser_has_sandbox(void);

/* How to start one; borrowed. */
struct browser_launch {
    const char *program;
    const char *folder; /* new: it must not exist yet */
    const struct janitor *janitor;
    bool sandbox;
};

/* Each of its processes holds `users` of the janitor open, who is to outlive it. False with a
 * sentence if it cannot be started at all. What it lacks is found out by browser_hear. */
bool browser_start(struct browser *browser, const struct browser_launch *launch,
                   struct fault *fault);

/* Reads what it says. True once: when it has just said where its debuggers attach. */
bool browser_hear(struct browser *browser);

/* Has it end with all its processes, and does not wait. */
void browser_kill(const struct browser *browser);

/* Ends it, waits for its end, and removes its folder. */
void browser_end(struct browser *browser);

#endif
