/* cmd_create: makes one lease, and says what became of it; or runs a program with it. */
#include "cli/cmd.h"
#include "cli/exec.h"
#include "cli/find.h"
#include "cli/interrupt.h"
#include "cli/order.h"
#include "cli/outcome.h"

static bool check(const struct options *options, struct error *error)
{
    struct exec exec;
    return order_check(options, error) &&
           (options->program == NULL || exec_find(&exec, options->program, error));
}

/* The lease ends with the program, whatever that did. */
static enum exit_code end_lease(struct program *program, const struct identity *lease,
                                struct error *error)
{
    struct write revoke;
    if (!write_init(&revoke, INTENT_REVOKE, lease, client_revoke(program->client, lease, 0), error))
        return EXIT_SOME;
    writes_wait(program, &revoke, 1, NULL, NULL);
    enum exit_code code = writes_judge(&revoke, 1);
    if (code != EXIT_OK)
        outcome_print(program, &revoke, NULL, error);
    writes_clear(&revoke, 1);
    return code;
}

/* The status of the program; where it is good and the lease was not revoked, that counts. */
static int run_program(struct program *program, const struct write *create,
                       const struct endpoint *endpoint, struct error *error)
{
    struct exec exec = {.on_stdin = program->options.endpoint_stdin,
                        .lease = &create->told->identity,
                        .endpoint = endpoint};
    int status = program->interrupted + 128;
    bool ran = program->interrupted != 0 || (exec_find(&exec, program->options.program, error) &&
                                             exec_run(program, &exec, &status, error));
    struct error unrevoked = {0};
    enum exit_code code = end_lease(program, &create->told->identity, &unrevoked);
    return !ran ? EXIT_NOTHING : status == 0 ? (int)code : status;
}

/* It is printed, or used up, and its endpoint goes where it was asked to go. */
static int use_lease(struct program *program, const struct write *create, struct error *error)
{
    bool bare;
    struct endpoint *endpoint = order_endpoint(program, create, &bare);
    int code = EXIT_SOME;
    if (program->options.program == NULL)
        code = order_show(program, create, endpoint);
    else if (endpoint != NULL)
        code = run_program(program, create, endpoint, error);
    else
        end_lease(program, &create->told->identity, error);
    endpoint_free(endpoint);
    return bare ? EXIT_SOME : code;
}

static int create(struct program *program, const struct identity *runtime,
                  const struct order *order, struct error *error)
{
    struct write write;
    uint64_t id =
        client_create(program->client, runtime, order->protocol, order->ttl_s, order->options);
    int code = EXIT_NOTHING;
    if (!write_init(&write, INTENT_CREATE, runtime, id, error))
        return code;
    writes_wait(program, &write, 1, NULL, NULL);
    code = writes_judge(&write, 1);
    if (write_end(&write) == WRITE_DONE)
        code = use_lease(program, &write, error);
    else
        outcome_print(program, &write, NULL, error);
    writes_clear(&write, 1);
    return code;
}

static enum exit_code run(struct program *program, struct error *error)
{
    static const struct account_use use = {.keyring = true};
    struct order order = {.ttl_s = 0};
    struct identity runtime = {NULL, NULL, NULL};
    enum exit_code code = EXIT_NOTHING;
    interrupt_take();
    if (order_settle(&order, program, NULL, 0, error) && program_connect(program, &use, error) &&
        find_runtime(program, &runtime, &code, error))
        code = (enum exit_code)create(program, &runtime, &order, error);
    identity_clear(&runtime);
    order_clear(&order);
    return code;
}

const struct cmd cmd_create = {.check = check, .run = run};
