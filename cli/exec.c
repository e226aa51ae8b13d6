/* exec: see exec.h. */
#include "cli/exec.h"

#include "api/plausible.h"
#include "cli/after.h"
#include "cli/interrupt.h"
#include "cli/outcome.h"
#include "cli/record.h"
#include "cli/wait.h"
#include "core/child.h"
#include "core/environment.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

bool exec_find(struct exec *exec, const char *const *argv, struct error *error)
{
    exec->argv = argv;
    if (child_find(exec->path, sizeof exec->path, argv[0], getenv("PATH")))
        return true;
    if (child_there(argv[0], getenv("PATH")))
        return error_set(error, ERROR_UNSTARTED, "%.200s cannot be run", argv[0]);
    return error_set(error, ERROR_NO_PROGRAM, "there is no program %.200s", argv[0]);
}

/* ---- what it gets */

/* LEASETOP_ENDPOINT_HOST of host, LEASETOP_ENDPOINT_BROWSER_URL of browser.url. */
static bool set_field(struct environment *environment, const struct endpoint_field *field,
                      struct error *error)
{
    char name[128];
    snprintf(name, sizeof name, "LEASETOP_ENDPOINT_%s", field->name);
    for (char *at = name; *at != '\0'; at++)
        *at = isalnum((unsigned char)*at) ? (char)toupper((unsigned char)*at) : '_';
    return environment_set(environment, name, field->text, error);
}

/* What there is only one of has the short name. */
static bool set_target(struct environment *environment, const struct endpoint *endpoint,
                       struct error *error)
{
    struct endpoint_target targets[2];
    if (endpoint_targets(endpoint, targets, 2) != 1)
        return true;
    struct secret *text = endpoint_target_text(&targets[0]);
    bool done = text != NULL
                    ? environment_set(environment, "LEASETOP_ENDPOINT", secret_bytes(text), error)
                    : error_memory(error);
    secret_free(text);
    return done;
}

static bool set_endpoint(struct environment *environment, const struct endpoint *endpoint,
                         struct error *error)
{
    bool done = set_target(environment, endpoint, error);
    for (size_t i = 0; done && i < endpoint_count(endpoint); i++) {
        struct endpoint_field field = endpoint_field(endpoint, i);
        done = set_field(environment, &field, error);
    }
    return done;
}

static bool build(struct environment *environment, const struct exec *exec, struct error *error)
{
    return environment_inherit(environment, (const char *const *)environ, error) &&
           environment_set(environment, "LEASETOP_LEASE", exec->lease->lease_id, error) &&
           environment_set(environment, "LEASETOP_ENDPOINT_TYPE",
                           endpoint_type_word(endpoint_type(exec->endpoint)), error) &&
           (exec->on_stdin || set_endpoint(environment, exec->endpoint, error));
}

static bool start(struct child *child, const struct exec *exec, struct error *error)
{
    struct environment environment;
    struct error why = {0};
    struct secret *input = exec->on_stdin ? outcome_endpoint(exec->endpoint, NULL, error) : NULL;
    environment_init(&environment);
    bool done = (!exec->on_stdin || input != NULL) && build(&environment, exec, error);
    struct child_options options = {
        .path = exec->path,
        .argv = exec->argv,
        .environment = (const char *const *)environment.list,
        .input = exec->on_stdin ? CHILD_BYTES : CHILD_OURS,
        .output = CHILD_OURS,
        .errors = CHILD_OURS,
        .deaf = true,
        .bytes = secret_bytes(input),
        .length = input != NULL ? strlen(secret_bytes(input)) : 0,
    };
    done = done && (child_start(child, &options, &why) ||
                    error_set(error, ERROR_UNSTARTED, "%s", why.sentence));
    environment_clear(&environment);
    secret_free(input);
    return done;
}

/* ---- while it runs */

static bool has_ended(void *context, const struct snapshot *newest)
{
    (void)newest;
    return child_ended(context);
}

/* A terminal stops the program by itself, and us with it. */
static void pass_on(const struct child *child)
{
    bool alone;
    for (int number; (number = interrupt_came(&alone)) != 0;) {
        if (alone)
            child_signal(child, number);
        if (number == SIGTSTP)
            interrupt_stop();
    }
}

bool exec_run(struct program *program, const struct exec *exec, int *status, struct error *error)
{
    struct child child;
    if (!plausible_endpoint(exec->endpoint))
        return error_set(error, ERROR_INPUT,
                         "not handed on: what the server sent is no url or host");
    if (!start(&child, exec, error))
        return false;
    record_handout(
        program,
        &(struct audit_entry)AUDIT_HANDOUT(.what = "exec", .outcome = "done",
                                           .identity = *exec->lease,
                                           .route = exec->on_stdin ? "stdin" : "environment"));
    client_pause(program->client, true); /* nobody looks at lists meanwhile */
    interrupt_pass(true);
    struct wait wait = {
        .enough = has_ended, .context = &child, .until_ms = INT64_MAX, .fd = child.ended_fd};
    while (wait_for(program->client, &wait, &program->heard) == WAIT_INTERRUPTED) {
        after_step(program);
        pass_on(&child);
    }
    interrupt_pass(false);
    client_pause(program->client, false);
    *status = WIFSIGNALED(child.status) ? 128 + WTERMSIG(child.status) : WEXITSTATUS(child.status);
    child_clear(&child);
    return true;
}
