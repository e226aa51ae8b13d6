/* app: the dashboard: the event loop and the only mutable state of the screen. UI thread. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "api/client.h"
#include "core/config.h"
#include "core/text.h"
#include "tui/theme.h"

/* A server as one profile describes it; all of it is borrowed and outlives the app. */
struct app_account {
    const char *base_url;
    const char *host; /* as the header shows it */
    char key_tail[8]; /* the last characters of the key, or "" */
    const struct settings *settings;
};

struct app_options {
    /* Gives the client, which the app stops and frees. Called once the first frame is on the
     * screen, so that starting the HTTP library does not hold it up. */
    struct client *(*connect)(void *context, struct error *error);
    /* Another profile of this configuration ("": none), in three steps, so that the screen never
     * waits for a disk. First what is settled; NULL: it cannot be. `key` (taken) is what its key
     * command has printed; NULL where it has none. */
    void *(*choose)(void *context, struct config *config, const char *profile, struct secret *key,
                    struct error *error);
    /* Then, on another thread, what is read from files. */
    void (*look)(void *chosen);
    /* Then its account, and its client, which the app stops and frees. Takes what was chosen. */
    bool (*enter)(void *context, void *chosen, struct app_account *account, struct client **client,
                  struct error *error);
    /* Or nothing comes of it: on either thread. */
    void (*drop)(void *chosen);
    void *context;
    const struct snapshot *heard; /* what the client said before, taken over; or NULL */
    struct app_account account;   /* of that client */
    /* They outlive the app. */
    struct config *config;
    const struct options *command_line;
    const struct options *elsewhere; /* the same, as it holds for other profiles */
    const struct theme *theme;
    enum text_charset charset;
    bool demo;
    const char *const *environment; /* for finding the way to the clipboard */
};

/* What of a configuration only the screen can check: keys, looks and themes. */
void app_config_check(const struct config *config, struct problems *problems);

/* Runs until the operator quits or the terminal is gone. Returns how to end; the sentence of an
 * error is for stderr, and the terminal is as it was before. What was confirmed and not seen to be
 * done is named on stderr. */
enum exit_code app_run(const struct app_options *options, struct error *error);

#endif
