/* program: see program.h. */
#include "cli/program.h"

#include "api/http.h"
#include "cli/after.h"
#include "cli/record.h"
#include "core/file.h"
#include "core/key_command.h"
#include "core/places.h"
#include "core/watch.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

bool program_open(struct program *program, struct error *error)
{
    program->keys = account_keys_new();
    if (program->keys == NULL)
        return error_memory(error);
    return account_keys_take(program->keys, program->config, error) &&
           account_open(&program->account, program->config, NULL, &program->options, error);
}

static bool start_demo(struct program *program, struct error *error)
{
    char path[4096];
    struct demo_options demo = {
        .executable = demo_executable(path, sizeof path, program->name),
        .folder = BINDIR,
        .environment = (const char *const *)environ,
    };
    program->demo = demo_new(&demo, error);
    if (program->demo == NULL)
        return false;
    struct secret *key = secret_copy(demo_key(program->demo));
    if (key == NULL)
        return error_memory(error);
    account_put_key(&program->account, key);
    return base_url_parse(&program->account.base, demo_url(program->demo), error);
}

/* A command may ask for a passphrase on the terminal, which is still everybody's. */
static bool read_key(struct program *program, struct error *error)
{
    const char *const *command = program->account.settings.key_command;
    if (command == NULL)
        return account_read_key(&program->account, program->keys, error);
    struct secret *key = key_command_run(command, (const char *const *)environ, error);
    if (key != NULL)
        account_put_key(&program->account, key);
    return key != NULL;
}

bool program_key(struct program *program, struct error *error)
{
    return program->options.demo ? start_demo(program, error) : read_key(program, error);
}

bool program_connect(struct program *program, const struct account_use *use, struct error *error)
{
    record_names(program);
    client_free(program->client);
    snapshot_unref(program->read);
    program->client = NULL;
    program->read = program->heard;
    program->heard = NULL;
    program->narrowed = use->space != NULL || program->account.settings.space != NULL;
    if (!program->http_started && !http_global_init(error))
        return false;
    program->http_started = true;
    program->client = account_connect(&program->account, use, error);
    return program->client != NULL;
}

void program_close(struct program *program)
{
    after_finish(program);
    record_names(program);
    while (program->ended_count > 0)
        free(program->ended[--program->ended_count]);
    free(program->ended);
    identity_clear(&program->made.lease);
    snapshot_unref(program->heard);
    snapshot_unref(program->read);
    ledger_free(program->ledger);
    client_free(program->client);
    if (program->http_started)
        http_global_clear();
    account_clear(&program->account);
    account_keys_free(program->keys);
    config_unref(program->config);
    demo_free(program->demo);
}

enum text_charset program_charset(const struct program *program)
{
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return utf8 && !program->account.settings.ascii ? TEXT_UTF8 : TEXT_ASCII;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

struct print_options program_print(const struct program *program, const struct ledger *ledger)
{
    const struct settings *settings = &program->account.settings;
    return (struct print_options){
        .url = program->account.base.text,
        .charset = program_charset(program),
        .thresholds = {settings->warn_s, settings->critical_s},
        .space = or_empty(settings->space),
        .runtime = or_empty(settings->runtime),
        .ledger = ledger,
        .quiet = program->options.quiet,
    };
}

struct ledger *program_ledger(const struct program *program)
{
    char path[PLACE_BYTES], *bytes = NULL;
    size_t length;
    if (program->account.settings.ledger && place_state(path, LEDGER_NAME))
        bytes = file_read(path, WATCH_BYTES, &length, NULL);
    struct ledger *ledger = bytes != NULL ? ledger_new() : NULL;
    if (ledger != NULL)
        ledger_read(ledger, bytes, length);
    free(bytes);
    return ledger;
}
