/* cmd_watch: prints what changes, a line for each, until nobody reads it any more. */
#include "cli/cmd.h"
#include "cli/json_event.h"
#include "cli/wait.h"
#include "core/format.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

struct watch {
    struct program *program;
    enum text_charset charset;
    enum trouble_kind trouble; /* the one that was said last */
    bool closed;               /* nobody reads any more */
};

/* From what to what: words of the server's, or moments. */
static void change_words(const struct event *event, char *out, size_t size)
{
    char before[FORMAT_BYTES], after[FORMAT_BYTES];
    if (event->kind == EVENT_LEASE_EXPIRY)
        snprintf(out, size, ": %s to %s", format_time(before, event->before_ms, TEXT_ASCII),
                 format_time(after, event->after_ms, TEXT_ASCII));
    else
        snprintf(out, size, "%s%s%s%s", *event->before != '\0' || *event->after != '\0' ? ": " : "",
                 event->before, *event->before != '\0' && *event->after != '\0' ? " to " : "",
                 event->after);
}

static const char *name_or_id(const char *name, const char *id)
{
    return name != NULL && *name != '\0' ? name : id;
}

static void print_line(const struct watch *watch, const struct message *message)
{
    char line[1024], text[1024], when[FORMAT_BYTES], change[256];
    const struct identity *identity = &message->identity;
    const char *runtime = name_or_id(message->runtime_name, identity->runtime_id);
    change_words(&message->event, change, sizeof change);
    snprintf(line, sizeof line, "%s %s%s%s%s%s", event_word(message->event.kind),
             identity->lease_id, *identity->lease_id != '\0' ? " on " : "", runtime,
             *runtime != '\0' ? "" : name_or_id(message->space_name, identity->space_id), change);
    text_clean(text, sizeof text, line, strlen(line), watch->charset);
    printf("%s %s\n", format_time(when, message->event.seen_ms, watch->charset), text);
}

static bool told(void *context, struct message *message)
{
    struct watch *watch = context;
    if (message->kind != MESSAGE_EVENT)
        return false;
    if (watch->program->options.jsonl)
        json_event(stdout, message);
    else
        print_line(watch, message);
    watch->closed |= fflush(stdout) != 0 || ferror(stdout);
    return false;
}

/* What is the matter with the server, once, and once when it is well again. */
static void tell_trouble(struct watch *watch, const struct snapshot *newest)
{
    const struct trouble *trouble = newest->server.trouble;
    enum trouble_kind kind = trouble != NULL ? trouble->kind : TROUBLE_NONE;
    char sentence[1024];
    if (kind == watch->trouble || watch->program->options.quiet)
        return;
    watch->trouble = kind;
    if (trouble == NULL) {
        fputs("leasetop: the server answers again\n", stderr);
        return;
    }
    text_clean(sentence, sizeof sentence, trouble->sentence, strlen(trouble->sentence),
               watch->charset);
    fprintf(stderr, "leasetop: %s: %s\n", trouble_chip(kind), sentence);
}

static bool nobody_reads(void)
{
    struct pollfd fd = {.fd = STDOUT_FILENO};
    return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

/* Nothing will come any more where the key is rejected. */
static bool enough(void *context, const struct snapshot *newest)
{
    struct watch *watch = context;
    if (newest != NULL)
        tell_trouble(watch, newest);
    watch->closed |= nobody_reads();
    return watch->closed || (newest != NULL && newest->server.trouble != NULL &&
                             newest->server.trouble->kind == TROUBLE_UNAUTHORISED);
}

static enum exit_code run(struct program *program, struct error *error)
{
    static const struct account_use use = {.keyring = false};
    struct watch watch = {.program = program, .charset = program_charset(program)};
    enum exit_code code = EXIT_NOTHING;
    if (program_connect(program, &use, error)) {
        struct wait wait = {.enough = enough,
                            .told = told,
                            .context = &watch,
                            .until_ms = INT64_MAX,
                            .fd = STDOUT_FILENO,
                            .for_writing = true};
        while (wait_for(program->client, &wait, &program->heard) != WAIT_ENOUGH)
            continue;
        code = watch.closed ? EXIT_OK : EXIT_UNAUTHORISED;
    }
    return code;
}

const struct cmd cmd_watch = {.run = run};
