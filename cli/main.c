/* main: the order of start and stop: what is asked, with which key, of whom; then the dashboard or
 * one answer. */
#include "api/decode.h"
#include "api/http.h"
#include "cli/account.h"
#include "cli/lookup.h"
#include "cli/once.h"
#include "core/demo.h"
#include "core/file.h"
#include "core/key_command.h"
#include "core/places.h"
#include "core/watch.h"
#include "tui/app.h"
#include "tui/theme.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* Everything that is started before there is something to see, in the order in which it is ended.
 */
/* Of a profile that was chosen while the dashboard ran. */
struct chosen {
    struct account account;
    struct chosen *next;
};

struct program {
    struct options options;
    struct config *config;
    struct account_keys *keys;
    struct account account;
    struct chosen *others;
    struct theme theme;
    struct demo *demo;
    struct client *client;        /* until the dashboard takes it */
    const struct snapshot *heard; /* of it, while looking up; or NULL */
    bool http_started;
};

/* The words of one failure and how to end with it. */
static enum exit_code failed(const struct error *error)
{
    static const enum exit_code codes[] = {
        [ERROR_NONE] = EXIT_NOTHING,
        [ERROR_USAGE] = EXIT_USAGE,
        [ERROR_UNAUTHORISED] = EXIT_UNAUTHORISED,
        [ERROR_SYSTEM] = EXIT_NOTHING,
        [ERROR_MEMORY] = EXIT_NOTHING,
        [ERROR_INPUT] = EXIT_NOTHING,
    };
    fprintf(stderr, "leasetop: %s\n", error->sentence);
    return codes[error->kind];
}

/* The configuration's path: the one of the command line, else this user's; "" for none. */
static const char *config_place(const struct options *options)
{
    static char place[PLACE_BYTES];
    if (options->config != NULL)
        return options->config;
    return place_config(place, "leasetop.conf") ? place : "";
}

static bool load_config(struct program *program, struct error *error)
{
    struct problems problems = {0};
    const char *place = config_place(&program->options);
    program->config = config_load(place, program->options.config != NULL, &problems);
    if (program->config != NULL)
        app_config_check(program->config, &problems);
    return problems.count == 0 || problems_error(&problems, place, error);
}

/* Every problem in a line of its own. */
static enum exit_code check_config(const struct options *options)
{
    char text[PLACE_BYTES + PROBLEM_BYTES];
    struct problems problems = {0};
    const char *place = config_place(options);
    struct config *config = config_load(place, options->config != NULL, &problems);
    if (config != NULL)
        app_config_check(config, &problems);
    config_unref(config);
    for (size_t i = 0; problems_text(&problems, place, i, text, sizeof text); i++)
        fprintf(stderr, "%s\n", text);
    if (problems.count > PROBLEMS_MAX)
        fprintf(stderr, "%s: and %zu more\n", place, problems.count - PROBLEMS_MAX);
    return problems.count > 0 ? EXIT_USAGE : EXIT_OK;
}

static bool start_demo(struct program *program, char **argv, struct error *error)
{
    char path[4096];
    struct demo_options demo = {
        .executable = demo_executable(path, sizeof path, argv[0]),
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

/* Words are checked before anything is started, so that a wrong one costs nothing. */
static bool prepare(struct program *program, char **argv, struct error *error)
{
    struct options *options = &program->options;
    struct account *account = &program->account;
    program->keys = account_keys_new();
    if (program->keys == NULL)
        return error_memory(error);
    return load_config(program, error) &&
           account_open(account, program->config, NULL, options, error) &&
           theme_load(&program->theme, account->settings.theme, error) &&
           account_keys_take(program->keys, program->config, error) &&
           (options->demo ? start_demo(program, argv, error) : read_key(program, error));
}

static bool connect_client(struct program *program, struct error *error)
{
    if (!http_global_init(error))
        return false;
    program->http_started = true;
    program->client = account_connect(&program->account, &program->options, error);
    return program->client != NULL;
}

/* For the dashboard: hands the client over, made now unless a lookup needed it before. */
static struct client *connect_late(void *context, struct error *error)
{
    struct program *program = context;
    if (program->client == NULL && !connect_client(program, error))
        return NULL;
    struct client *client = program->client;
    program->client = NULL;
    return client;
}

static struct app_account shown_account(const struct account *account)
{
    struct app_account shown = {.host = account->base.host, .settings = &account->settings};
    snprintf(shown.key_tail, sizeof shown.key_tail, "%s", account->key_tail);
    return shown;
}

/* For the dashboard: another profile. */
static bool choose(void *context, struct config *config, const char *profile, struct secret *key,
                   struct app_account *shown, struct client **client, struct error *error)
{
    struct program *program = context;
    struct chosen *chosen = calloc(1, sizeof *chosen);
    if (chosen == NULL) {
        secret_free(key);
        return error_memory(error);
    }
    struct account *account = &chosen->account;
    bool done = account_open(account, config, profile, &program->options, error);
    if (!done)
        secret_free(key);
    else if (key != NULL)
        account_put_key(account, key);
    else
        done = account_read_key(account, program->keys, error);
    *shown = shown_account(account);
    *client = done ? account_connect(account, &program->options, error) : NULL;
    if (*client == NULL) {
        account_clear(account);
        free(chosen);
        return false;
    }
    chosen->next = program->others;
    program->others = chosen;
    return true;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static enum text_charset charset_of(const struct settings *settings)
{
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return utf8 && !settings->ascii ? TEXT_UTF8 : TEXT_ASCII;
}

/* Whoever reads JSON gets some, but for a wrong command line. */
static void print_failure(const struct program *program, const struct error *error)
{
    struct print_options print = {.url = program->account.base.text, .failure = error};
    if (program->options.json && error->kind != ERROR_USAGE)
        print_json(stdout, NULL, &print, NULL);
}

/* What cannot be read is not known: no reason not to print. */
static struct ledger *read_ledger(void)
{
    char path[PLACE_BYTES];
    size_t length;
    char *bytes =
        place_state(path, LEDGER_NAME) ? file_read(path, WATCH_BYTES, &length, NULL) : NULL;
    struct ledger *ledger = bytes != NULL ? ledger_new() : NULL;
    if (ledger != NULL)
        ledger_read(ledger, bytes, length);
    free(bytes);
    return ledger;
}

static enum exit_code run_once(struct program *program, struct error *error)
{
    const struct settings *settings = &program->account.settings;
    struct print_options print = {
        .url = program->account.base.text,
        .charset = charset_of(settings),
        .thresholds = {settings->warn_s, settings->critical_s},
        .space = or_empty(settings->space),
        .runtime = or_empty(settings->runtime),
    };
    if (!connect_client(program, error)) {
        print_failure(program, error);
        return EXIT_NOTHING;
    }
    struct ledger *ledger = settings->ledger ? read_ledger() : NULL;
    print.ledger = ledger;
    enum exit_code code = once_run(program->client, program->options.json, &print, error);
    ledger_free(ledger);
    return code;
}

static enum exit_code run_dashboard(struct program *program, struct error *error)
{
    const struct settings *settings = &program->account.settings;
    struct app_options app = {
        .connect = connect_late,
        .choose = choose,
        .context = program,
        .account = shown_account(&program->account),
        .config = program->config,
        .command_line = &program->options,
        .theme = &program->theme,
        .charset = charset_of(settings),
        .demo = program->options.demo,
        .environment = (const char *const *)environ,
    };
    /* Only a name to look up needs the server before the screen. */
    if (settings->space != NULL && (!connect_client(program, error) ||
                                    !lookup(program->client, settings->space,
                                            or_empty(settings->runtime), &program->heard, error)))
        return EXIT_USAGE;
    app.heard = program->heard;
    program->heard = NULL;
    return app_run(&app, error);
}

static void finish(struct program *program)
{
    snapshot_unref(program->heard);
    client_free(program->client);
    if (program->http_started)
        http_global_clear();
    for (struct chosen *chosen; (chosen = program->others) != NULL;) {
        program->others = chosen->next;
        account_clear(&chosen->account);
        free(chosen);
    }
    account_clear(&program->account);
    account_keys_free(program->keys);
    config_unref(program->config);
    demo_free(program->demo);
}

int main(int argc, char **argv)
{
    struct program program = {0};
    struct error error = {0};
    secret_global_init();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* numbers in JSON have a point everywhere */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* ignored, as some parents leave it, no child could be waited for */
    if (!options_parse(&program.options, argc, argv, &error))
        return failed(&error);
    if (program.options.help || program.options.version || program.options.print_config) {
        if (program.options.help)
            options_help(stdout);
        else if (program.options.version)
            puts(PACKAGE_STRING);
        else
            settings_print(stdout);
        return EXIT_OK;
    }
    if (program.options.check_config)
        return check_config(&program.options);
    decode_global_init();
    program.options.once |= !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO);
    enum exit_code code = EXIT_NOTHING;
    if (prepare(&program, argv, &error))
        code = program.options.once ? run_once(&program, &error) : run_dashboard(&program, &error);
    else
        print_failure(&program, &error);
    if (error.kind != ERROR_NONE)
        code = failed(&error);
    finish(&program);
    return code;
}
