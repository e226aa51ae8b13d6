/* key_command: a command that prints the API key, such as `pass show bctrl`: started, waited for
 * without blocking, and ended when it takes too long. It gets the user's environment without any
 * key. Before the screen is there it has the terminal, so that it can ask for a passphrase; while
 * the screen is up it has none. Main thread. */
#ifndef CORE_KEY_COMMAND_H
#define CORE_KEY_COMMAND_H

#include "api/error.h"
#include "api/secret.h"

#include <stdint.h>

enum {
    KEY_COMMAND_MS = 15000,         /* while the screen is up */
    KEY_COMMAND_ASKING_MS = 120000, /* somebody may be typing a passphrase */
};

struct key_command;

/* Starts it. `argv` and `environment` are borrowed for the call. */
struct key_command *key_command_start(const char *const *argv, const char *const *environment,
                                      bool screen, struct error *error);

/* Ends it where it still runs. NULL is allowed. */
void key_command_free(struct key_command *command);

/* Readable when key_command_step has something to do; so is its time at the latest (boot clock). */
int key_command_fd(const struct key_command *command);
int64_t key_command_due_ms(const struct key_command *command);

/* Takes what it printed. True when it is over: then *key is the key, or NULL with the error set. */
bool key_command_step(struct key_command *command, struct secret **key, struct error *error);

/* All of it at once, waiting: before there is a screen. */
struct secret *key_command_run(const char *const *argv, const char *const *environment,
                               struct error *error);

#endif
