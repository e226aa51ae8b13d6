/* hooks: see hooks.h. */
#include "core/hooks.h"

#include "api/rfc3339.h"
#include "core/child.h"
#include "core/environment.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096, NAME_CELLS = 128, STEP_MS = 100 };

struct job {
    enum hook hook;
    struct environment environment;
    struct job *next;
};

struct running {
    bool used, ending;
    enum hook hook;
    struct child child;
    int64_t limit_ms;
};

struct hooks {
    const char *const *environment;
    const char *const *commands[HOOK_COUNT];
    struct job *first, **end;
    size_t waiting;
    struct running running[HOOKS_AT_ONCE];
    struct error problem;
};

static const char *word_of(enum hook hook)
{
#define HOOK_WORD(name, word) [HOOK_##name] = word,
    static const char *const words[] = {HOOKS(HOOK_WORD)};
#undef HOOK_WORD
    return words[hook];
}

struct hooks *hooks_new(const char *const *environment)
{
    struct hooks *hooks = calloc(1, sizeof *hooks);
    if (hooks == NULL)
        return NULL;
    hooks->environment = environment;
    hooks->end = &hooks->first;
    return hooks;
}

static void job_free(struct job *job)
{
    if (job == NULL)
        return;
    environment_clear(&job->environment);
    free(job);
}

static struct job *job_take(struct hooks *hooks)
{
    struct job *job = hooks->first;
    if (job == NULL)
        return NULL;
    hooks->first = job->next;
    if (hooks->first == NULL)
        hooks->end = &hooks->first;
    hooks->waiting--;
    return job;
}

void hooks_free(struct hooks *hooks)
{
    if (hooks == NULL)
        return;
    for (struct job *job; (job = job_take(hooks)) != NULL;)
        job_free(job);
    for (size_t i = 0; i < HOOKS_AT_ONCE; i++) {
        if (hooks->running[i].used)
            child_leave(&hooks->running[i].child);
    }
    free(hooks);
}

void hooks_use(struct hooks *hooks, enum hook hook, const char *const *argv)
{
    hooks->commands[hook] = argv;
}

/* ---- what a command is told */

/* Ids are opaque: one that is not plain text is not handed to a shell. */
static const char *plain(const char *id)
{
    return text_plain(id, strlen(id)) ? id : "";
}

static bool set_name(struct environment *environment, const char *variable, const char *name)
{
    char clean[TEXT_BYTES(NAME_CELLS)];
    const char *given = name != NULL ? name : "";
    text_clean(clean, sizeof clean, given, strlen(given), TEXT_UTF8);
    return environment_set(environment, variable, clean, NULL);
}

static bool set_moment(struct environment *environment, const char *variable, int64_t moment_ms)
{
    char text[RFC3339_BYTES] = "";
    if (moment_known(moment_ms))
        rfc3339_format(moment_ms, text);
    return environment_set(environment, variable, text, NULL);
}

static bool set_left(struct environment *environment, int64_t left_s)
{
    char text[24] = "";
    if (left_s != LEFT_NONE)
        snprintf(text, sizeof text, "%lld", (long long)left_s);
    return environment_set(environment, "LEASETOP_LEFT", text, NULL);
}

static bool build(struct environment *environment, const char *const *inherited, enum hook hook,
                  const struct hook_facts *facts)
{
    const struct identity *lease = &facts->lease;
    return environment_inherit(environment, inherited, NULL) &&
           environment_set(environment, "LEASETOP_EVENT", word_of(hook), NULL) &&
           set_name(environment, "LEASETOP_PROFILE", facts->profile) &&
           set_name(environment, "LEASETOP_URL", facts->base_url) &&
           environment_set(environment, "LEASETOP_SPACE", plain(lease->space_id), NULL) &&
           environment_set(environment, "LEASETOP_RUNTIME", plain(lease->runtime_id), NULL) &&
           environment_set(environment, "LEASETOP_LEASE", plain(lease->lease_id), NULL) &&
           set_name(environment, "LEASETOP_SPACE_NAME", facts->space_name) &&
           set_name(environment, "LEASETOP_RUNTIME_NAME", facts->runtime_name) &&
           set_name(environment, "LEASETOP_PROTOCOL", facts->protocol) &&
           set_moment(environment, "LEASETOP_CREATED", facts->created_ms) &&
           set_moment(environment, "LEASETOP_EXPIRES", facts->expires_ms) &&
           set_left(environment, facts->left_s);
}

bool hooks_put(struct hooks *hooks, enum hook hook, const struct hook_facts *facts)
{
    if (hooks->commands[hook] == NULL)
        return true;
    struct job *job = hooks->waiting < HOOKS_WAITING ? calloc(1, sizeof *job) : NULL;
    if (job == NULL || !build(&job->environment, hooks->environment, hook, facts)) {
        job_free(job);
        error_set(&hooks->problem, ERROR_SYSTEM, "hook on_%s did not run: %s", word_of(hook),
                  hooks->waiting < HOOKS_WAITING ? "out of memory" : "too many are waiting");
        return false;
    }
    job->hook = hook;
    *hooks->end = job;
    hooks->end = &job->next;
    hooks->waiting++;
    return true;
}

bool hooks_put_write(struct hooks *hooks, const char *profile, const char *base_url,
                     const struct message *message)
{
    const struct hook_facts facts = {
        .profile = profile,
        .base_url = base_url,
        .lease = message->identity,
        .space_name = message->space_name,
        .runtime_name = message->runtime_name,
        .protocol = message->protocol,
        .created_ms = message->created_ms,
        .expires_ms = message->expires_ms,
        .left_s = LEFT_NONE,
    };
    return hooks_put(hooks, message->intent == INTENT_CREATE ? HOOK_CREATED : HOOK_REVOKED, &facts);
}

/* ---- running */

static void start(struct hooks *hooks, struct running *running, struct job *job, int64_t now_ms)
{
    char path[PATH_BYTES];
    struct error error = {0};
    const char *const *argv = hooks->commands[job->hook];
    if (argv == NULL) /* taken out of the configuration meanwhile */
        return;
    bool found =
        child_find(path, sizeof path, argv[0], environment_get(hooks->environment, "PATH"));
    const struct child_options options = {
        .path = path,
        .argv = argv,
        .environment = (const char *const *)job->environment.list,
        .session = true,
    };
    if (!found)
        error_set(&error, ERROR_SYSTEM, "there is no program %s", argv[0]);
    running->used = found && child_start(&running->child, &options, &error);
    running->ending = false;
    running->hook = job->hook;
    running->limit_ms = now_ms + HOOKS_LIMIT_MS;
    if (!running->used)
        error_set(&hooks->problem, ERROR_SYSTEM, "hook on_%s did not run: %s", word_of(job->hook),
                  error.sentence);
}

static void judge(struct hooks *hooks, const struct running *running)
{
    char how[64];
    if (running->ending)
        error_set(&hooks->problem, ERROR_SYSTEM, "hook on_%s was ended after %d s",
                  word_of(running->hook), HOOKS_LIMIT_MS / 1000);
    else if (!child_succeeded(&running->child))
        error_set(&hooks->problem, ERROR_SYSTEM, "hook on_%s ended with %s", word_of(running->hook),
                  child_describe(&running->child, how, sizeof how));
}

static void look_at(struct hooks *hooks, struct running *running, int64_t now_ms)
{
    bool over = child_ended(&running->child);
    if (!over && now_ms >= running->limit_ms) {
        running->ending = true;
        over = child_end(&running->child, now_ms);
    }
    if (!over)
        return;
    judge(hooks, running);
    child_clear(&running->child);
    running->used = false;
}

void hooks_step(struct hooks *hooks, int64_t now_ms)
{
    for (size_t i = 0; i < HOOKS_AT_ONCE; i++) {
        struct running *running = &hooks->running[i];
        if (running->used)
            look_at(hooks, running, now_ms);
        for (struct job *job; !running->used && (job = job_take(hooks)) != NULL;) {
            start(hooks, running, job, now_ms);
            job_free(job);
        }
    }
}

int64_t hooks_deadline_ms(const struct hooks *hooks, int64_t now_ms)
{
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < HOOKS_AT_ONCE; i++) {
        const struct running *running = &hooks->running[i];
        int64_t at_ms = running->ending ? now_ms + STEP_MS : running->limit_ms;
        if (running->used && at_ms < first_ms)
            first_ms = at_ms;
    }
    return first_ms;
}

bool hooks_problem(struct hooks *hooks, struct error *error)
{
    if (hooks->problem.kind == ERROR_NONE)
        return false;
    *error = hooks->problem;
    hooks->problem = (struct error){0};
    return true;
}
