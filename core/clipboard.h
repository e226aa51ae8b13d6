/* clipboard: a secret on its way to where it can be pasted, by the first route that works: a
 * configured command, tmux, the terminal itself (OSC 52), the display's tools. Nothing here waits:
 * the event loop calls clipboard_copy_step when clipboard_fd is readable, when
 * clipboard_deadline_ms is reached, and, to be rid of ended helpers, whenever it woke for something
 * else. UI thread.
 *
 * The secret goes to a tool's standard input: never into arguments or an environment. Where it can
 * be done without clearing what somebody else copied meanwhile, a helper that outlives this program
 * forgets it after `forget_s`. */
#ifndef CORE_CLIPBOARD_H
#define CORE_CLIPBOARD_H

#include "api/error.h"

#include <stddef.h>
#include <stdint.h>

enum {
    CLIPBOARD_BYTES = 48 << 10, /* one secret; in base64 it then still fits what terminals take */
    CLIPBOARD_FORGET_S = 30,
    CLIPBOARD_TOOL_MS = 2000,  /* how long one route may take before the next is tried */
    CLIPBOARD_SETTLE_MS = 300, /* a tool that holds the clipboard has failed by then, or holds it */
};

/* Everything is borrowed until clipboard_free. */
struct clipboard_options {
    const char *route;              /* a route's name; NULL or "auto": the first that works */
    const char *command;            /* for /bin/sh, reads the secret; NULL for none */
    const char *const *environment; /* ours: says which routes there are; ended by NULL */
    int forget_s;
    /* Writes to the terminal, false when it cannot; NULL where there is no terminal. */
    bool (*terminal)(void *context, const char *bytes, size_t length);
    void *context;
};

struct clipboard_result {
    bool copied;
    bool confirmed;     /* the tool said so; a terminal never does */
    int forgotten_s;    /* 0: it stays until something else is copied */
    const char *route;  /* "" when there was none */
    char sentence[320]; /* all of this for a person; no secret in it */
};

struct clipboard;

/* NULL when memory ran out. */
struct clipboard *clipboard_new(const struct clipboard_options *options, struct error *error);

/* What was copied stays, and its helpers still forget it in time. NULL is fine. */
void clipboard_free(struct clipboard *clipboard);

/* Takes a copy of the secret and begins; call clipboard_copy_step at once. A copy that was under
 * way is given up. Refused with a sentence: nothing, more than CLIPBOARD_BYTES, and anything but
 * plain text, for a newline acts when it is pasted. */
bool clipboard_copy_start(struct clipboard *clipboard, const char *secret, size_t length,
                          struct error *error);

/* True, once, when the copy under way has come to an end, good or bad. */
bool clipboard_copy_step(struct clipboard *clipboard, int64_t now_ms,
                         struct clipboard_result *result);

/* Readable when clipboard_copy_step has something to do; -1 when there is nothing to watch. */
int clipboard_fd(const struct clipboard *clipboard);

/* When clipboard_copy_step has something to do at the latest; INT64_MAX for never. */
int64_t clipboard_deadline_ms(const struct clipboard *clipboard, int64_t now_ms);

/* From the next copy on: this route and command, both borrowed until the next call. */
void clipboard_use(struct clipboard *clipboard, const char *route, const char *command);

#endif
