/* cmd_rotate: a new lease in the place of one, which is revoked when the new one is there. */
#include "cli/cmd.h"
#include "cli/find.h"
#include "cli/interrupt.h"
#include "cli/order.h"
#include "cli/outcome.h"
#include "core/say.h"

#include <string.h>

/* Nothing is told of what is not even sent. */
static void unsent(struct message *revoke, const struct message *create)
{
    revoke->phase = INTENT_CANCELLED;
    if (revoke->runtime_name == NULL && create->runtime_name != NULL)
        revoke->runtime_name = strdup(create->runtime_name);
    if (revoke->space_name == NULL && create->space_name != NULL)
        revoke->space_name = strdup(create->space_name);
}

/* The new one is printed; what became of the old one is said where that went wrong, or is JSON. */
static enum exit_code show(struct program *program, const struct write *create,
                           const struct write *revoke, struct error *error)
{
    if (write_end(create) != WRITE_DONE) {
        outcome_print(program, create, NULL, error);
        if (!program->options.quiet)
            say_line("leasetop: %s stays", revoke->told->identity.lease_id);
        return writes_judge(create, 1);
    }
    bool bare;
    struct endpoint *endpoint = order_endpoint(program, create, &bare);
    enum exit_code code = order_show(program, create, endpoint);
    endpoint_free(endpoint);
    if (create->told->stays)
        unsent(revoke->told, create->told);
    if (write_end(revoke) != WRITE_DONE || program->options.json)
        outcome_print(program, revoke, NULL, error);
    return bare || write_end(revoke) != WRITE_DONE ? EXIT_SOME : code;
}

static enum exit_code rotate(struct program *program, const struct target *old,
                             const struct order *order, struct error *error)
{
    struct write writes[2];
    enum exit_code code = EXIT_NOTHING;
    interrupt_take();
    uint64_t id =
        client_rotate(program->client, &old->lease, order->protocol, order->ttl_s, order->options);
    struct identity runtime = {old->lease.space_id, old->lease.runtime_id, NULL};
    if (!write_init(&writes[0], INTENT_CREATE, &runtime, id, error))
        return code;
    if (write_init(&writes[1], INTENT_REVOKE, &old->lease, id + 1, error)) {
        writes[1].after = &writes[0];
        writes_wait(program, writes, 2, NULL, NULL);
        code = show(program, &writes[0], &writes[1], error);
        writes_clear(&writes[1], 1);
    }
    writes_clear(&writes[0], 1);
    return code;
}

/* Only the runtime of the lease is asked for from here on. */
static enum exit_code begin(struct program *program, const struct target *old, struct error *error)
{
    struct account_use use = {
        .keyring = true, .space = old->lease.space_id, .runtime = old->lease.runtime_id};
    struct order order = {.ttl_s = 0};
    enum exit_code code = EXIT_NOTHING;
    if (old->ended)
        error_set(error, ERROR_SYSTEM, "it has ended: leasetop create makes another");
    else if (order_settle(&order, program, old->protocol, old->life_s, error) &&
             program_connect(program, &use, error) && find_catalog(program, &code))
        code = rotate(program, old, &order, error);
    order_clear(&order);
    return code;
}

static enum exit_code run(struct program *program, struct error *error)
{
    struct targets targets;
    enum exit_code code = EXIT_USAGE;
    if (program->account.settings.read_only)
        return error_set(error, ERROR_USAGE, "read-only: nothing is sent"), code;
    if (find_lease(program, &targets, error))
        code = begin(program, &targets.items[0], error);
    else
        code = targets.read;
    targets_clear(&targets);
    return code;
}

const struct cmd cmd_rotate = {.check = order_check, .run = run};
