/* app: the dashboard: the event loop and the only mutable state of the screen. UI thread. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "api/client.h"
#include "core/options.h"
#include "core/text.h"
#include "tui/theme.h"

struct app_options {
    /* Gives the client, which the app stops and frees. Called once the first frame is on the
     * screen, so that starting the HTTP library does not hold it up. */
    struct client *(*connect)(void *context, struct error *error);
    void *context;
    const struct snapshot *heard; /* what the client said before, taken over; or NULL */
    const char *host;             /* as the header shows it */
    const char *key_tail;         /* the last characters of the key, or "" */
    const char *space;            /* what was chosen on the command line, or "" */
    const char *runtime;
    const struct theme *theme;
    enum text_charset charset;
    bool read_only, demo;
    const char *clipboard_command;  /* or NULL */
    const char *const *environment; /* for finding the way to the clipboard */
};

/* Runs until the operator quits or the terminal is gone. Returns how to end; the sentence of an
 * error is for stderr, and the terminal is as it was before. What was confirmed and not seen to be
 * done is named on stderr. */
enum exit_code app_run(const struct app_options *options, struct error *error);

#endif
