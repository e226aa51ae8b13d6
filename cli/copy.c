/* copy: see copy.h. */
#include "cli/copy.h"

#include "api/clock.h"
#include "api/limits.h"
#include "api/plausible.h"
#include "cli/record.h"
#include "core/clipboard.h"
#include "core/say.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* ---- what is copied */

bool copy_no_part(const struct endpoint *endpoint, const char *part, struct error *error)
{
    char names[160] = "", name[TEXT_BYTES(24)];
    size_t used = 0;
    for (size_t i = 0; i < endpoint_count(endpoint) && used < sizeof names; i++) {
        const char *foreign = endpoint_field(endpoint, i).name;
        text_clean(name, sizeof name, foreign, strlen(foreign), TEXT_UTF8);
        used +=
            (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", name);
    }
    return error_set(error, ERROR_USAGE, "%s%.40s: give one by --part, of %s",
                     part != NULL ? "there is no part " : "there is more than one endpoint",
                     part != NULL ? part : "", names);
}

static struct secret *field_text(const struct endpoint *endpoint, const char *part,
                                 struct error *error)
{
    for (size_t i = 0; i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        if (strcmp(field.name, part) != 0)
            continue;
        if (plausible_field(&field))
            return secret_copy(field.text);
        error_set(error, ERROR_INPUT, "not copied: what the server sent is no %.40s", part);
        return NULL;
    }
    copy_no_part(endpoint, part, error);
    return NULL;
}

static struct secret *target_text(const struct endpoint *endpoint, struct error *error)
{
    struct endpoint_target targets[2];
    size_t count = endpoint_targets(endpoint, targets, 2);
    if (count == 1 && plausible_target(&targets[0]))
        return endpoint_target_text(&targets[0]);
    if (count > 1)
        copy_no_part(endpoint, NULL, error);
    else
        error_set(error, ERROR_INPUT, "not copied: what the server sent is no url or host");
    return NULL;
}

/* ---- how */

static bool write_terminal(void *context, const char *bytes, size_t length)
{
    int fd = *(const int *)context;
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written <= 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static void settle(struct clipboard_result *result, struct clipboard *clipboard)
{
    for (;;) {
        int64_t now_ms = clock_boot_now_ms();
        if (clipboard_copy_step(clipboard, now_ms, result))
            return;
        int64_t left_ms = clipboard_deadline_ms(clipboard, clock_boot_now_ms()) - now_ms;
        struct pollfd fd = {.fd = clipboard_fd(clipboard), .events = POLLIN};
        poll(&fd, 1, left_ms > INT_MAX ? -1 : left_ms > 0 ? (int)left_ms : 0);
    }
}

/* How else to get at it: what is only in memory has no other way. */
static const char *instead(const struct program *program)
{
    bool kept = program->heard != NULL && program->heard->keyring == KEYRING_READY;
    return program->options.command == COMMAND_COPY ? "; --show-secret shows it"
           : kept                                   ? "; leasetop copy ID --show-secret shows it"
                                                    : "";
}

static void record(struct program *program, const struct identity *lease, const char *part,
                   const struct clipboard_result *result)
{
    record_handout(
        program,
        &(struct audit_entry)AUDIT_HANDOUT(.what = "copy",
                                           .outcome = result->confirmed ? "done"
                                                      : result->copied  ? "sent"
                                                                        : "failed",
                                           .identity = *lease,
                                           .route = *result->route != '\0' ? result->route : NULL,
                                           .part = part,
                                           .error = result->copied ? NULL : result->sentence));
}

static bool copy(struct program *program, struct secret *text, int *terminal,
                 struct clipboard_result *result, struct error *error)
{
    const struct settings *settings = &program->account.settings;
    char route[32];
    setting_word(setting_info(SETTING_OF_clipboard_route)->words, (size_t)settings->clipboard_route,
                 route, sizeof route);
    struct clipboard *clipboard = clipboard_new(
        &(struct clipboard_options){.route = route,
                                    .command = settings->clipboard_command,
                                    .environment = (const char *const *)environ,
                                    .forget_s = CLIPBOARD_FORGET_S,
                                    .terminal = *terminal >= 0 ? write_terminal : NULL,
                                    .context = terminal},
        error);
    bool started = clipboard != NULL && clipboard_copy_start(clipboard, secret_bytes(text),
                                                             strlen(secret_bytes(text)), error);
    if (started)
        settle(result, clipboard);
    if (started && !result->copied)
        error_set(error, ERROR_SYSTEM, "%s%s", result->sentence, instead(program));
    else if (started && !program->options.quiet)
        say_line("leasetop: %s", result->sentence);
    clipboard_free(clipboard);
    return started;
}

bool copy_endpoint(struct program *program, const struct identity *lease,
                   const struct endpoint *endpoint, struct error *error)
{
    struct clipboard_result result = {.copied = false};
    const char *part = program->options.part;
    struct error refused = {0};
    struct secret *text =
        part != NULL ? field_text(endpoint, part, &refused) : target_text(endpoint, &refused);
    if (text == NULL)
        return refused.kind == ERROR_NONE ? error_memory(error)
                                          : error_set(error, refused.kind, "%s", refused.sentence);
    struct endpoint_target target;
    if (part == NULL && endpoint_targets(endpoint, &target, 1) > 0)
        part = endpoint_target_word(&target);
    int terminal = open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (copy(program, text, &terminal, &result, error))
        record(program, lease, part, &result);
    if (terminal >= 0)
        close(terminal);
    secret_free(text);
    return result.copied;
}
