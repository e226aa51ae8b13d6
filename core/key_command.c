/* key_command: see key_command.h. */
#include "core/key_command.h"

#include "api/clock.h"
#include "api/limits.h"
#include "core/child.h"
#include "core/environment.h"
#include "core/key_source.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a passphrase would be asked on the terminal that the screen has. */
#define TERMINAL_OF_GPG "GPG_TTY"

enum { AGAIN_MS = 20 };

struct key_command {
    struct child child;
    struct secret *key; /* what was printed so far */
    size_t length;
    bool printed; /* all of it */
    int64_t deadline_ms;
};

void key_command_free(struct key_command *command)
{
    if (command == NULL)
        return;
    child_clear(&command->child);
    secret_free(command->key);
    free(command);
}

static bool start(struct key_command *command, const char *const *argv,
                  const struct environment *environment, bool screen, struct error *error)
{
    char path[4096];
    const char *const *list = (const char *const *)environment->list;
    if (!child_find(path, sizeof path, argv[0], environment_get(list, "PATH")))
        return error_set(error, ERROR_USAGE, "the key command %.200s was not found", argv[0]);
    return child_start(&command->child,
                       &(struct child_options){
                           .path = path,
                           .argv = argv,
                           .environment = list,
                           .output = CHILD_PIPE,
                           .errors = screen ? CHILD_DROP : CHILD_OURS,
                           .session = screen,
                       },
                       error);
}

struct key_command *key_command_start(const char *const *argv, const char *const *environment,
                                      bool screen, struct error *error)
{
    struct environment built;
    struct key_command *command = calloc(1, sizeof *command);
    environment_init(&built);
    if (command != NULL) {
        child_init(&command->child);
        command->key = secret_new(LIMIT_KEY_BYTES + 1);
        command->deadline_ms =
            clock_boot_now_ms() + (screen ? KEY_COMMAND_MS : KEY_COMMAND_ASKING_MS);
    }
    bool done = command != NULL && command->key != NULL ? true : error_memory(error);
    done = done && environment_inherit(&built, environment, error) &&
           (!screen || environment_set(&built, TERMINAL_OF_GPG, "", error)) &&
           start(command, argv, &built, screen, error);
    environment_clear(&built);
    if (done)
        return command;
    key_command_free(command);
    return NULL;
}

/* Until the pipe ends, or there is too much to be a key. */
static void take_output(struct key_command *command)
{
    ssize_t got = 1;
    while (!command->printed && got > 0) {
        size_t room = LIMIT_KEY_BYTES + 1 - command->length;
        got = room > 0 ? read(command->child.output_fd,
                              secret_bytes(command->key) + command->length, room)
                       : 0;
        command->length += got > 0 ? (size_t)got : 0;
        command->printed = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
    }
}

/* The first line is the key: what `pass` keeps below it is none of our business. */
static struct secret *first_line(struct key_command *command, struct error *error)
{
    struct secret *key = command->key;
    const char *end = memchr(secret_bytes(key), '\n', command->length);
    size_t length = end != NULL ? (size_t)(end - secret_bytes(key)) : command->length;
    command->key = NULL;
    secret_wipe(secret_bytes(key) + length, LIMIT_KEY_BYTES + 1 - length);
    return key_source_check(key, length, "what the key command printed", error);
}

static void judge(struct key_command *command, struct secret **key, struct error *error)
{
    char how[32];
    *key = NULL;
    if (command->length > LIMIT_KEY_BYTES)
        error_set(error, ERROR_USAGE, "the key command printed too much to be a key");
    else if (!child_succeeded(&command->child))
        error_set(error, ERROR_UNAUTHORISED, "the key command failed: %s",
                  child_describe(&command->child, how, sizeof how));
    else
        *key = first_line(command, error);
}

bool key_command_step(struct key_command *command, struct secret **key, struct error *error)
{
    take_output(command);
    bool enough = command->length > LIMIT_KEY_BYTES; /* it is ended when it is freed */
    if (enough || (command->printed && child_ended(&command->child))) {
        judge(command, key, error);
        return true;
    }
    if (clock_boot_now_ms() < command->deadline_ms)
        return false;
    child_signal_all(&command->child, SIGKILL);
    *key = NULL;
    error_set(error, ERROR_UNAUTHORISED, "the key command did not end in time");
    return true;
}

int key_command_fd(const struct key_command *command)
{
    return command->printed ? command->child.ended_fd : command->child.output_fd;
}

int64_t key_command_due_ms(const struct key_command *command)
{
    bool blind = command->printed && command->child.ended_fd < 0;
    return blind ? clock_boot_now_ms() + AGAIN_MS : command->deadline_ms;
}

struct secret *key_command_run(const char *const *argv, const char *const *environment,
                               struct error *error)
{
    struct secret *key = NULL;
    struct key_command *command = key_command_start(argv, environment, false, error);
    if (command == NULL)
        return NULL;
    while (!key_command_step(command, &key, error)) {
        struct pollfd ready = {.fd = key_command_fd(command), .events = POLLIN};
        int64_t wait_ms = key_command_due_ms(command) - clock_boot_now_ms();
        poll(&ready, 1, wait_ms > 0 ? (int)wait_ms : 0);
    }
    key_command_free(command);
    return key;
}
