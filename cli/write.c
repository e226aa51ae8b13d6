/* write: see write.h. */
#include "cli/write.h"

#include "api/clock.h"
#include "cli/after.h"
#include "cli/interrupt.h"
#include "cli/record.h"
#include "cli/wait.h"
#include "core/say.h"

enum {
    LISTS_MS = 45000,    /* lists have their say about what was lost in this time, or not at all */
    HURRY_MS = 1000,     /* what was confirmed may take so long after a signal */
    ENDPOINT_MS = 10000, /* a question to our own thread */
};

bool write_init(struct write *write, enum intent_kind kind, const struct identity *identity,
                uint64_t id, struct error *error)
{
    *write = (struct write){.id = id, .told = id != 0 ? message_new(MESSAGE_WRITE) : NULL};
    if (write->told == NULL || !identity_copy(&write->told->identity, identity)) {
        message_free(write->told);
        return error_memory(error);
    }
    write->told->intent = kind;
    write->told->phase = INTENT_SENT;
    return true;
}

enum write_end write_end(const struct write *write)
{
    const struct message *told = write->told;
    if (!intent_settled(told->phase))
        return WRITE_UNKNOWN;
    if (told->phase != INTENT_DONE)
        return told->unanswered ? WRITE_UNKNOWN : WRITE_FAILED;
    return told->found || told->contradicted ? WRITE_UNKNOWN : WRITE_DONE;
}

/* ---- waiting */

struct watch {
    struct program *program;
    struct write *writes;
    size_t count;
    void (*step)(void *context);
    void *context;
};

static bool is_over(const struct message *message)
{
    bool lost = message->phase == INTENT_UNKNOWN && message->intent == INTENT_CREATE;
    return intent_settled(message->phase) || (lost && (message->unseen || message->could_be > 1));
}

static void keep_text(char **text, char **before)
{
    if (*text != NULL)
        return;
    *text = *before;
    *before = NULL;
}

/* A client that has just begun need not know by now what runtimes and spaces are called. */
static void keep_names(struct message *message, struct message *before)
{
    keep_text(&message->runtime_name, &before->runtime_name);
    keep_text(&message->space_name, &before->space_name);
}

static struct write *write_of(const struct watch *watch, const struct message *message)
{
    for (size_t i = 0; message->kind == MESSAGE_WRITE && i < watch->count; i++) {
        if (watch->writes[i].id == message->id)
            return &watch->writes[i];
    }
    return NULL;
}

static bool told(void *context, struct message *message)
{
    struct watch *watch = context;
    struct write *write = write_of(watch, message);
    if (write != NULL)
        keep_names(message, write->told);
    record_message(watch->program, message);
    if (message->kind == MESSAGE_NOTICE && !watch->program->options.quiet)
        say_line("leasetop: %s", message->sentence);
    if (write == NULL)
        return false;
    message_free(write->told);
    write->told = message;
    write->over = is_over(message);
    return true;
}

static bool all_over(void *context, const struct snapshot *newest)
{
    const struct watch *watch = context;
    (void)newest;
    if (watch->step != NULL)
        watch->step(watch->context);
    for (size_t i = 0; i < watch->count; i++) {
        const struct write *write = &watch->writes[i], *after = write->after;
        bool dropped =
            after != NULL && after->over && (write_end(after) != WRITE_DONE || after->told->stays);
        if (!write->over && !dropped)
            return false;
    }
    return true;
}

/* What waits for its turn is not sent after a signal; of what is under way the answer is heard. */
static void take_back(struct client *client, const struct write *writes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!writes[i].over && writes[i].may_stay)
            client_cancel(client, writes[i].id);
    }
}

void writes_wait(struct program *program, struct write *writes, size_t count,
                 void (*step)(void *context), void *context)
{
    struct watch watch = {program, writes, count, step, context};
    int64_t answer_ms = (int64_t)program->account.settings.timeout_s * 2000;
    /* A few at a time are sent. */
    int64_t rounds = 1 + (int64_t)count / 4;
    struct wait wait = {.enough = all_over,
                        .told = told,
                        .context = &watch,
                        .until_ms = clock_boot_now_ms() + answer_ms * rounds + LISTS_MS,
                        .fd = -1};
    bool sent;
    while (wait_for(program->client, &wait, &program->heard) == WAIT_INTERRUPTED) {
        after_step(program);
        int number = interrupt_came(&sent);
        int64_t soon_ms = clock_boot_now_ms() + HURRY_MS;
        if (number == 0)
            continue;
        program->interrupted = number;
        take_back(program->client, writes, count);
        if (soon_ms < wait.until_ms)
            wait.until_ms = soon_ms;
    }
}

void writes_clear(struct write *writes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        message_free(writes[i].told);
        writes[i] = (struct write){0};
    }
}

enum exit_code writes_judge(const struct write *writes, size_t count)
{
    size_t ends[WRITE_UNKNOWN + 1] = {0};
    for (size_t i = 0; i < count; i++)
        ends[write_end(&writes[i])]++;
    if (ends[WRITE_FAILED] == 0 && ends[WRITE_UNKNOWN] == 0)
        return EXIT_OK;
    return ends[WRITE_DONE] == 0 && ends[WRITE_UNKNOWN] == 0 ? EXIT_NOTHING : EXIT_SOME;
}

/* ---- the endpoint */

static bool endpoint_told(void *context, struct message *message)
{
    struct message **answer = context;
    if (message->kind != MESSAGE_ENDPOINT || *answer != NULL)
        return false;
    *answer = message;
    return true;
}

static bool endpoint_came(void *context, const struct snapshot *newest)
{
    (void)newest;
    return *(struct message **)context != NULL;
}

struct endpoint *write_endpoint(struct program *program, const struct identity *lease)
{
    struct message *answer = NULL;
    struct endpoint *endpoint = NULL;
    struct wait wait = {.enough = endpoint_came,
                        .told = endpoint_told,
                        .context = &answer,
                        .until_ms = clock_boot_now_ms() + ENDPOINT_MS,
                        .fd = -1};
    if (!client_secret(program->client, lease, 1))
        return NULL;
    while (wait_for(program->client, &wait, &program->heard) == WAIT_INTERRUPTED)
        continue;
    if (answer != NULL) {
        endpoint = answer->endpoint;
        answer->endpoint = NULL;
    }
    message_free(answer);
    return endpoint;
}
