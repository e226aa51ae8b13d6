/* order: see order.h. */
#include "cli/order.h"

#include "api/decode.h"
#include "cli/copy.h"
#include "cli/outcome.h"
#include "core/duration.h"
#include "core/say.h"
#include "core/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_BYTES = 64 << 10 };

bool order_check(const struct options *options, struct error *error)
{
    const struct generation *generation = generation_connections();
    char low[DURATION_BYTES], high[DURATION_BYTES];
    if (options->ttl_s != 0 &&
        (options->ttl_s < generation->ttl_min_s || options->ttl_s > generation->ttl_max_s))
        return error_set(error, ERROR_USAGE, "--ttl must be from %s to %s",
                         duration_format(low, generation->ttl_min_s),
                         duration_format(high, generation->ttl_max_s));
    return true;
}

/* ---- what is asked for */

static void unreadable(const char *file, bool big, struct error *error)
{
    if (big)
        error_set(error, ERROR_USAGE, "the options in %.200s are over %d kB", file,
                  OPTIONS_BYTES >> 10);
    else
        error_set(error, ERROR_USAGE, "the options in %.200s cannot be read: %s", file,
                  strerror(errno));
}

static char *read_options(const char *file, struct error *error)
{
    bool input = strcmp(file, "-") == 0;
    FILE *from = input ? stdin : fopen(file, "re");
    char *text = from != NULL ? calloc(1, OPTIONS_BYTES + 1) : NULL;
    size_t length = text != NULL ? fread(text, 1, OPTIONS_BYTES + 1, from) : 0;
    bool read = text != NULL && !ferror(from), whole = read && length <= OPTIONS_BYTES;
    if (!whole)
        unreadable(file, read, error);
    if (from != NULL && !input)
        fclose(from);
    if (whole)
        return text;
    free(text);
    return NULL;
}

/* The body is built once for its sentence, if there is something wrong with the options. */
bool order_settle(struct order *order, const struct program *program, const char *protocol,
                  int ttl_s, struct error *error)
{
    const struct options *options = &program->options;
    const struct settings *settings = &program->account.settings;
    protocol = protocol != NULL ? protocol : settings->protocols[0];
    ttl_s = ttl_s != 0 ? ttl_s : settings->ttl_s;
    order->protocol = options->protocol != NULL ? options->protocol : protocol;
    order->ttl_s = options->ttl_s != 0 ? options->ttl_s : ttl_s;
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
    return true;
}

void order_clear(struct order *order)
{
    free(order->options);
    *order = (struct order){.ttl_s = 0};
}

/* ---- what became of it */

static void say_unread(const struct write *create)
{
    const struct endpoint_unread *unread = &create->told->unread;
    char names[TEXT_BYTES(sizeof unread->names)];
    if (unread->count == 0)
        return;
    text_clean(names, sizeof names, unread->names, strlen(unread->names), TEXT_ASCII);
    say_line("leasetop: cannot read, and has not kept, %zu of the endpoint's parts: %s",
             unread->count, names);
}

struct endpoint *order_endpoint(struct program *program, const struct write *create, bool *bare)
{
    const struct options *options = &program->options;
    bool wanted = options->copy || options->show_secret || options->exec;
    struct endpoint *endpoint = wanted ? write_endpoint(program, &create->told->identity) : NULL;
    *bare = create->told->bare || (wanted && endpoint == NULL);
    say_unread(create);
    if (create->told->bare)
        say_line(
            "leasetop: the answer carried no endpoint that leasetop knows: nothing can attach");
    else if (*bare)
        say_line("leasetop: the endpoint came and is not held any more: the lease has ended since");
    return endpoint;
}

/* What nobody knows by its id, nobody can end. */
static void say_there(const struct write *create, const struct error *error)
{
    char id[TEXT_BYTES(64)];
    const char *foreign = create->told->identity.lease_id;
    text_clean(id, sizeof id, foreign, strlen(foreign), TEXT_ASCII);
    say_line("leasetop: %s; the lease is there: leasetop revoke %s ends it", error->sentence, id);
}

enum exit_code order_show(struct program *program, const struct write *create,
                          const struct endpoint *endpoint)
{
    struct error error = {0}, uncopied = {0};
    const struct options *options = &program->options;
    bool printed = outcome_print(program, create, options->show_secret ? endpoint : NULL, &error);
    bool copied = endpoint == NULL || !options->copy ||
                  copy_endpoint(program, &create->told->identity, endpoint, &uncopied);
    if (!printed)
        say_there(create, &error);
    if (!copied)
        say_line("leasetop: %s", uncopied.sentence);
    return printed && copied ? EXIT_OK : EXIT_SOME;
}
