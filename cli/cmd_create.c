/* cmd_create: makes one lease, and says what became of it; or runs a program with it. */
#include "cli/cmd.h"

#include "api/decode.h"
#include "cli/copy.h"
#include "cli/exec.h"
#include "cli/find.h"
#include "cli/interrupt.h"
#include "cli/outcome.h"
#include "core/duration.h"

#include <stdlib.h>
#include <string.h>

enum { OPTIONS_BYTES = 64 << 10 };

/* What is asked for. */
struct order {
    struct identity runtime;
    const char *protocol;
    int ttl_s;
    char *options; /* a JSON object, or NULL */
    struct exec exec;
};

static bool check(const struct options *options, struct error *error)
{
    struct exec exec;
    const struct generation *generation = generation_connections();
    char low[DURATION_BYTES], high[DURATION_BYTES];
    if (options->ttl_s != 0 &&
        (options->ttl_s < generation->ttl_min_s || options->ttl_s > generation->ttl_max_s))
        return error_set(error, ERROR_USAGE, "--ttl must be from %s to %s",
                         duration_format(low, generation->ttl_min_s),
                         duration_format(high, generation->ttl_max_s));
    return options->program == NULL || exec_find(&exec, options->program, error);
}

/* ---- what is asked for */

static char *read_options(const char *file, struct error *error)
{
    bool input = strcmp(file, "-") == 0;
    FILE *from = input ? stdin : fopen(file, "re");
    char *text = from != NULL ? calloc(1, OPTIONS_BYTES + 1) : NULL;
    size_t length = text != NULL ? fread(text, 1, OPTIONS_BYTES + 1, from) : 0;
    bool whole = text != NULL && !ferror(from) && length <= OPTIONS_BYTES;
    if (from != NULL && !input)
        fclose(from);
    if (whole)
        return text;
    free(text);
    error_set(error, ERROR_USAGE, "the options in %.200s cannot be read, or are over %d kB", file,
              OPTIONS_BYTES >> 10);
    return NULL;
}

/* The body is built once for its sentence, if there is something wrong with the options. */
static bool settle(struct order *order, const struct program *program, struct error *error)
{
    const struct options *options = &program->options;
    const struct settings *settings = &program->account.settings;
    order->protocol = options->protocol != NULL ? options->protocol : settings->protocols[0];
    order->ttl_s = options->ttl_s != 0 ? options->ttl_s : settings->ttl_s;
    order->exec.on_stdin = options->endpoint_stdin;
    if (settings->read_only)
        return error_set(error, ERROR_USAGE, "read-only: nothing is sent");
    if (options->options_file != NULL &&
        (order->options = read_options(options->options_file, error)) == NULL)
        return false;
    struct error wrong = {0};
    char *body = decode_create_body(order->protocol, order->ttl_s, order->options, &wrong);
    if (body == NULL)
        return error_set(error, ERROR_USAGE, "%s", wrong.sentence);
    free(body);
    return options->program == NULL || exec_find(&order->exec, options->program, error);
}

/* ---- what becomes of it */

/* The lease ends with the program, whatever that did. */
static enum exit_code end_lease(struct program *program, const struct identity *lease,
                                struct error *error)
{
    struct write revoke = {.id = client_revoke(program->client, lease, 0)};
    if (revoke.id != 0)
        writes_wait(program, &revoke, 1, NULL, NULL);
    enum exit_code code = writes_judge(&revoke, 1);
    if (revoke.told == NULL)
        fprintf(stderr, "leasetop: not confirmed: revoke of %s\n", lease->lease_id);
    else if (code != EXIT_OK)
        outcome_print(program, &revoke, NULL, error);
    writes_clear(&revoke, 1);
    return code;
}

/* The status of the program; where it is good and the lease was not revoked, that counts. */
static int run_program(struct program *program, struct order *order, const struct write *create,
                       const struct endpoint *endpoint, struct error *error)
{
    int status = program->interrupted + 128;
    order->exec.lease = &create->told->identity;
    order->exec.endpoint = endpoint;
    bool ran = program->interrupted != 0 || exec_run(program, &order->exec, &status, error);
    struct error unrevoked = {0};
    enum exit_code code = end_lease(program, &create->told->identity, &unrevoked);
    return !ran ? EXIT_NOTHING : status == 0 ? (int)code : status;
}

/* The lease is there, whatever goes wrong from here on. */
static int complain(bool done, const struct error *error)
{
    if (!done)
        fprintf(stderr, "leasetop: %s\n", error->sentence);
    return done ? EXIT_OK : EXIT_SOME;
}

static int show_lease(struct program *program, const struct write *create,
                      const struct endpoint *endpoint)
{
    struct error error = {0};
    const struct options *options = &program->options;
    bool printed = outcome_print(program, create, options->show_secret ? endpoint : NULL, &error);
    int code = complain(printed, &error);
    if (endpoint != NULL && options->copy)
        code = complain(copy_endpoint(program, endpoint, &error), &error);
    return code;
}

/* It is printed, or used up, and its endpoint goes where it was asked to go. */
static int use_lease(struct program *program, struct order *order, const struct write *create,
                     struct error *error)
{
    const struct options *options = &program->options;
    const struct identity *lease = &create->told->identity;
    bool wanted = options->copy || options->show_secret || options->exec;
    struct endpoint *endpoint = wanted ? write_endpoint(program, lease) : NULL;
    bool bare = create->told->bare || (wanted && endpoint == NULL);
    int code = EXIT_SOME;
    if (bare)
        fprintf(stderr, "leasetop: the answer carried no endpoint: nothing can attach\n");
    if (!options->exec)
        code = show_lease(program, create, endpoint);
    else if (endpoint != NULL)
        code = run_program(program, order, create, endpoint, error);
    else
        end_lease(program, lease, error);
    endpoint_free(endpoint);
    return bare ? EXIT_SOME : code;
}

static int create(struct program *program, struct order *order, struct error *error)
{
    struct write write = {.id = client_create(program->client, &order->runtime, order->protocol,
                                              order->ttl_s, order->options)};
    int code;
    if (write.id == 0)
        return error_memory(error), EXIT_NOTHING;
    writes_wait(program, &write, 1, NULL, NULL);
    if (write.told == NULL) {
        error_set(error, ERROR_SYSTEM, "not known whether a lease was made: no answer so far");
        return EXIT_SOME;
    }
    if (write_end(&write) == WRITE_DONE) {
        code = use_lease(program, order, &write, error);
    } else {
        code = writes_judge(&write, 1);
        outcome_print(program, &write, NULL, error);
    }
    writes_clear(&write, 1);
    return code;
}

static enum exit_code run(struct program *program, struct error *error)
{
    static const struct account_use use = {.keyring = true};
    struct order order = {.ttl_s = 0};
    int code = EXIT_NOTHING;
    interrupt_take();
    if (settle(&order, program, error) && program_connect(program, &use, error) &&
        find_runtime(program, &order.runtime, &code, error))
        code = create(program, &order, error);
    identity_clear(&order.runtime);
    free(order.options);
    return code;
}

const struct cmd cmd_create = {check, run};
