/* clipboard: see clipboard.h. The engine that walks down the table of clipboard_route. */
#include "core/clipboard.h"

#include "api/secret.h"
#include "core/child.h"
#include "core/clipboard_route.h"
#include "core/environment.h"
#include "core/text.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEEPERS = 32,      /* helpers that wait to forget, at once */
    NAME_DIGITS = 8,   /* of a buffer: short enough to be read in the list of buffers */
    LOOK_AGAIN_MS = 25 /* where the system has no descriptor for a process */
};

enum { NAME_BYTES = 32, PATH_BYTES = 512 };

/* A child that is not the copy under way: it waits to forget, or it is being ended. */
struct keeper {
    struct child child;
    bool ending;
    const struct clipboard_route *route;
    char name[NAME_BYTES]; /* of the buffer it waits to forget; "" for a holder */
};

struct clipboard {
    struct clipboard_options options;
    struct secret *secret; /* NULL: no copy under way */
    size_t length;
    size_t next;                         /* the rung that comes after this one */
    const struct clipboard_route *route; /* this one, while its `tool` runs; else NULL */
    struct child tool;
    int64_t deadline_ms;   /* of that tool */
    char name[NAME_BYTES]; /* of its buffer */
    char seconds[16];
    char failures[192]; /* of the rungs before, for the sentence */
    struct keeper keepers[KEEPERS];
    size_t keeper_count;
};

struct clipboard *clipboard_new(const struct clipboard_options *options, struct error *error)
{
    struct clipboard *clipboard = calloc(1, sizeof *clipboard);
    if (clipboard == NULL) {
        error_memory(error);
        return NULL;
    }
    clipboard->options = *options;
    child_init(&clipboard->tool);
    snprintf(clipboard->seconds, sizeof clipboard->seconds, "%d", options->forget_s);
    return clipboard;
}

void clipboard_use(struct clipboard *clipboard, const char *route, const char *command)
{
    clipboard->options.route = route;
    clipboard->options.command = command;
}

/* The child becomes a keeper. Where there are too many, the oldest goes on unwatched. */
static struct keeper *keeper_put(struct clipboard *clipboard, const struct child *child)
{
    if (clipboard->keeper_count == KEEPERS) {
        child_leave(&clipboard->keepers[0].child);
        clipboard->keeper_count--;
        memmove(clipboard->keepers, clipboard->keepers + 1,
                clipboard->keeper_count * sizeof *clipboard->keepers);
    }
    struct keeper *keeper = &clipboard->keepers[clipboard->keeper_count++];
    *keeper = (struct keeper){.child = *child};
    return keeper;
}

static void keepers_look(struct clipboard *clipboard, int64_t now_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < clipboard->keeper_count; i++) {
        struct keeper *keeper = &clipboard->keepers[i];
        bool gone =
            keeper->ending ? child_end(&keeper->child, now_ms) : child_ended(&keeper->child);
        if (!gone)
            clipboard->keepers[kept++] = *keeper;
    }
    clipboard->keeper_count = kept;
}

/* A user's own command gets the user's environment; a tool gets what it needs, and a folder in
 * memory for the file that wl-copy keeps. */
static bool tool_environment(const struct clipboard *clipboard, bool own,
                             struct environment *environment, struct error *error)
{
    const char *const *ours = clipboard->options.environment;
    const char *runtime = environment_get(ours, "XDG_RUNTIME_DIR");
    if (own)
        return environment_inherit(environment, ours, error);
    return environment_ordinary(environment, ours, error) &&
           (runtime == NULL || environment_set(environment, "TMPDIR", runtime, error));
}

static bool tool_start(const struct clipboard *clipboard, const struct clipboard_route *route,
                       const char *const *argv, const struct clipboard_blanks *blanks,
                       bool with_secret, struct child *child, struct error *error)
{
    const char *words[CLIPBOARD_WORDS];
    struct environment environment;
    environment_init(&environment);
    clipboard_route_words(argv, blanks, words);
    bool started = tool_environment(clipboard, route->program == NULL, &environment, error) &&
                   child_start(child,
                               &(struct child_options){
                                   .path = words[0],
                                   .argv = words,
                                   .environment = (const char *const *)environment.list,
                                   .input = with_secret ? CHILD_BYTES : CHILD_DROP,
                                   .bytes = secret_bytes(clipboard->secret),
                                   .length = clipboard->length,
                                   .session = true,
                               },
                               error);
    environment_clear(&environment);
    return started;
}

static bool program_find(const struct clipboard *clipboard, const struct clipboard_route *route,
                         char path[PATH_BYTES])
{
    const char *variable = environment_get(clipboard->options.environment, "PATH");
    path[0] = '\0';
    return route->program == NULL || child_find(path, PATH_BYTES, route->program, variable);
}

/* Starts the helper that forgets the buffer, where the route has one. */
static bool forget_start(struct clipboard *clipboard, const struct clipboard_route *route,
                         const char *name, const char *seconds, struct error *error)
{
    char path[PATH_BYTES];
    struct child child;
    if (route->forget[0] == NULL)
        return true;
    if (!program_find(clipboard, route, path))
        return error_set(error, ERROR_SYSTEM, "%s was not found", route->program);
    struct clipboard_blanks blanks = {.tool = path, .name = name, .seconds = seconds};
    if (!tool_start(clipboard, route, route->forget, &blanks, false, &child, error))
        return false;
    struct keeper *keeper = keeper_put(clipboard, &child);
    keeper->route = route;
    snprintf(keeper->name, sizeof keeper->name, "%s", name);
    return true;
}

/* Gives up the tool that runs. What it may have done before that is forgotten all the same. A
 * holder ends itself when told, so that it leaves nothing behind. */
static void tool_abandon(struct clipboard *clipboard)
{
    const struct clipboard_route *route = clipboard->route;
    if (route == NULL)
        return;
    clipboard->route = NULL;
    forget_start(clipboard, route, clipboard->name, clipboard->seconds, NULL);
    if (route->way == CLIPBOARD_HOLDER)
        child_signal(&clipboard->tool, SIGTERM);
    keeper_put(clipboard, &clipboard->tool)->ending = route->way != CLIPBOARD_HOLDER;
}

static void clipboard_wipe(struct clipboard *clipboard)
{
    secret_free(clipboard->secret);
    clipboard->secret = NULL;
}

void clipboard_free(struct clipboard *clipboard)
{
    if (clipboard == NULL)
        return;
    if (clipboard->route != NULL && clipboard->route->way == CLIPBOARD_HOLDER)
        child_leave(&clipboard->tool); /* quitting right after copying still copies */
    else
        tool_abandon(clipboard);
    for (size_t i = 0; i < clipboard->keeper_count; i++)
        if (clipboard->keepers[i].ending)
            child_clear(&clipboard->keepers[i].child);
        else
            child_leave(&clipboard->keepers[i].child);
    clipboard_wipe(clipboard);
    free(clipboard);
}

bool clipboard_copy_start(struct clipboard *clipboard, const char *secret, size_t length,
                          struct error *error)
{
    tool_abandon(clipboard);
    clipboard_wipe(clipboard);
    if (length == 0)
        return error_set(error, ERROR_INPUT, "not copied: there is nothing to copy");
    if (length > CLIPBOARD_BYTES)
        return error_set(error, ERROR_INPUT, "not copied: it is longer than %d bytes",
                         CLIPBOARD_BYTES);
    if (!text_plain(secret, length))
        return error_set(error, ERROR_INPUT,
                         "not copied: it holds control or hidden characters, which could act "
                         "where it is pasted");
    strcpy(clipboard->name, "leasetop-");
    if (!child_random(clipboard->name + strlen(clipboard->name), NAME_DIGITS, error))
        return false;
    clipboard->secret = secret_new(length);
    if (clipboard->secret == NULL)
        return error_memory(error);
    memcpy(secret_bytes(clipboard->secret), secret, length);
    clipboard->length = length;
    clipboard->next = 0;
    clipboard->failures[0] = '\0';
    return true;
}

/* What failed so far, for the sentence of the end; what failed twice is said once. */
static void failure_note(struct clipboard *clipboard, const char *name, const char *why)
{
    size_t length = strlen(clipboard->failures);
    if (strstr(clipboard->failures, name) == NULL)
        snprintf(clipboard->failures + length, sizeof clipboard->failures - length, "%s%s: %s",
                 length > 0 ? ", " : "", name, why);
}

static void copy_failed(struct clipboard *clipboard, struct clipboard_result *result)
{
    const char *why = clipboard->failures;
    *result = (struct clipboard_result){.route = ""};
    snprintf(result->sentence, sizeof result->sentence, "not copied: %s",
             *why != '\0' ? why : "there is no clipboard here");
    clipboard_wipe(clipboard);
}

/* Whoever set a command hears that it was another route, and why. */
static void add_failures(const struct clipboard *clipboard, struct clipboard_result *result)
{
    size_t length = strlen(result->sentence);
    if (clipboard->options.command != NULL && *clipboard->failures != '\0')
        snprintf(result->sentence + length, sizeof result->sentence - length, "; not by %s",
                 clipboard->failures);
}

static void copy_sent(struct clipboard *clipboard, const struct clipboard_route *route,
                      struct clipboard_result *result)
{
    *result = (struct clipboard_result){.copied = true, .route = route->name};
    snprintf(
        result->sentence, sizeof result->sentence,
        "sent to the terminal (OSC 52, unconfirmed), which keeps it till something else is copied");
    add_failures(clipboard, result);
    clipboard_wipe(clipboard);
}

/* The tool said yes, or is still there to hold it. A holder that ended can no longer let go. */
static void copy_confirmed(struct clipboard *clipboard, const struct clipboard_route *route,
                           bool ended, struct clipboard_result *result)
{
    struct error error = {0};
    bool forgets = route->way == CLIPBOARD_HOLDER ? !ended : route->forget[0] != NULL;
    forgets =
        forgets && forget_start(clipboard, route, clipboard->name, clipboard->seconds, &error);
    *result = (struct clipboard_result){.copied = true, .confirmed = true, .route = route->name};
    int length = snprintf(result->sentence, sizeof result->sentence, "copied by %s (confirmed)",
                          route->words);
    char *rest = result->sentence + length;
    size_t room = sizeof result->sentence - (size_t)length;
    if (forgets)
        snprintf(rest, room, ", forgotten in %d s%s", clipboard->options.forget_s,
                 route->besides != NULL ? route->besides : "");
    else
        snprintf(rest, room, "; %s%s%s",
                 route->lasting != NULL ? route->lasting : "not forgotten by itself",
                 error.sentence[0] != '\0' ? ": " : "", error.sentence);
    result->forgotten_s = forgets ? clipboard->options.forget_s : 0;
    add_failures(clipboard, result);
    clipboard_wipe(clipboard);
}

static bool terminal_send(struct clipboard *clipboard)
{
    size_t size;
    struct secret *sequence =
        clipboard_osc52(secret_bytes(clipboard->secret), clipboard->length, &size);
    bool sent = sequence != NULL && clipboard->options.terminal(clipboard->options.context,
                                                                secret_bytes(sequence), size);
    secret_free(sequence);
    return sent;
}

/* Tries the next rung. True when that already ended the copy. */
static bool rung_start(struct clipboard *clipboard, int64_t now_ms, struct clipboard_result *result)
{
    const struct clipboard_route *route = &clipboard_routes[clipboard->next++];
    char path[PATH_BYTES];
    struct error error;
    if (!clipboard_route_applies(route, &clipboard->options))
        return false;
    if (!program_find(clipboard, route, path)) {
        if (!clipboard_route_automatic(clipboard->options.route))
            failure_note(clipboard, route->name, "not found");
        return false;
    }
    if (route->way == CLIPBOARD_TERMINAL) {
        bool sent = terminal_send(clipboard);
        if (sent)
            copy_sent(clipboard, route, result);
        else
            failure_note(clipboard, route->name, "the terminal takes nothing");
        return sent;
    }
    struct clipboard_blanks blanks = {path, clipboard->name, clipboard->seconds,
                                      clipboard->options.command};
    if (!tool_start(clipboard, route, route->argv, &blanks, true, &clipboard->tool, &error)) {
        failure_note(clipboard, route->name, error.sentence);
        return false;
    }
    clipboard->route = route;
    clipboard->deadline_ms =
        now_ms + (route->way == CLIPBOARD_HOLDER ? CLIPBOARD_SETTLE_MS : CLIPBOARD_TOOL_MS);
    return false;
}

/* Looks at the tool that runs. True when that ended the copy. */
static bool rung_look(struct clipboard *clipboard, int64_t now_ms, struct clipboard_result *result)
{
    const struct clipboard_route *route = clipboard->route;
    bool ended = child_ended(&clipboard->tool), late = now_ms >= clipboard->deadline_ms;
    bool holds = !ended && late && route->way == CLIPBOARD_HOLDER;
    char how[32];
    if (holds || (ended && child_succeeded(&clipboard->tool))) {
        if (holds)
            keeper_put(clipboard, &clipboard->tool);
        clipboard->route = NULL;
        copy_confirmed(clipboard, route, ended, result);
        return true;
    }
    if (ended) {
        failure_note(clipboard, route->name, child_describe(&clipboard->tool, how, sizeof how));
        clipboard->route = NULL;
    } else if (late) {
        failure_note(clipboard, route->name, "no answer");
        tool_abandon(clipboard);
    }
    return false;
}

bool clipboard_copy_step(struct clipboard *clipboard, int64_t now_ms,
                         struct clipboard_result *result)
{
    keepers_look(clipboard, now_ms);
    while (clipboard->secret != NULL) {
        if (clipboard->route != NULL && rung_look(clipboard, now_ms, result))
            return true;
        if (clipboard->route != NULL)
            return false;
        if (clipboard->next == CLIPBOARD_ROUTES) {
            copy_failed(clipboard, result);
            return true;
        }
        if (rung_start(clipboard, now_ms, result))
            return true;
    }
    return false;
}

int clipboard_fd(const struct clipboard *clipboard)
{
    return clipboard->route != NULL ? clipboard->tool.ended_fd : -1;
}

int64_t clipboard_deadline_ms(const struct clipboard *clipboard, int64_t now_ms)
{
    int64_t deadline_ms = INT64_MAX;
    if (clipboard->secret != NULL && clipboard->route == NULL)
        return now_ms;
    if (clipboard->route != NULL)
        deadline_ms = clipboard->deadline_ms;
    bool blind = clipboard->route != NULL && clipboard->tool.ended_fd < 0;
    for (size_t i = 0; i < clipboard->keeper_count; i++)
        blind = blind || clipboard->keepers[i].ending;
    return blind && now_ms + LOOK_AGAIN_MS < deadline_ms ? now_ms + LOOK_AGAIN_MS : deadline_ms;
}
