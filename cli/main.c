/* main: the order of start and stop: what is asked, with which key, of whom; then the dashboard or
 * one answer. */
#include "api/base_url.h"
#include "api/client.h"
#include "api/decode.h"
#include "api/http.h"
#include "cli/lookup.h"
#include "cli/once.h"
#include "core/demo.h"
#include "core/key_source.h"
#include "core/options.h"
#include "tui/app.h"
#include "tui/theme.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

enum { CONNECT_S = 5 }; /* a connection takes no longer than this, however long an answer may */

/* Everything that is started before there is something to see, in the order in which it is ended.
 */
struct program {
    struct options options;
    struct base_url base;
    struct theme theme;
    struct demo *demo;
    struct key_source *key_source;
    struct secret *key; /* until a client takes it */
    char key_tail[8];
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
    program->options.api_url = demo_url(program->demo);
    program->key = secret_copy(demo_key(program->demo));
    return program->key != NULL || error_memory(error);
}

static bool read_key(struct program *program, struct error *error)
{
    program->key_source = key_source_open(program->options.api_key_file, error);
    if (program->key_source != NULL)
        program->key = key_source_read(program->key_source, error);
    return program->key != NULL;
}

/* Checked before anything is started, so that a wrong word costs nothing. */
static bool check_words(struct program *program, struct error *error)
{
    const struct options *options = &program->options;
    if (options->ca_file != NULL && access(options->ca_file, R_OK) != 0)
        return error_set(error, ERROR_USAGE, "the CA file %s cannot be read", options->ca_file);
    if (options->client_cert != NULL && access(options->client_cert, R_OK) != 0)
        return error_set(error, ERROR_USAGE, "the client certificate %s cannot be read",
                         options->client_cert);
    const char *key = options->client_key != NULL ? options->client_key : options->client_cert;
    if (key != NULL && !key_source_private("the key of the client certificate", key, error))
        return false;
    return theme_load(&program->theme, options->theme, error) &&
           (options->demo || base_url_parse(&program->base, options->api_url, error));
}

static bool prepare(struct program *program, char **argv, struct error *error)
{
    if (!check_words(program, error))
        return false;
    if (program->options.demo ? !start_demo(program, argv, error) : !read_key(program, error))
        return false;
    if (program->options.demo && !base_url_parse(&program->base, program->options.api_url, error))
        return false;
    snprintf(program->key_tail, sizeof program->key_tail, "%s", key_source_tail(program->key));
    return true;
}

static const char *or_null(const char *text)
{
    return *text != '\0' ? text : NULL;
}

static bool connect_client(struct program *program, struct error *error)
{
    const struct options *options = &program->options;
    /* The environment can be read only once; a file can be read again when it has changed. */
    bool rereadable = options->api_key_file != NULL && program->key_source != NULL;
    struct client_options client = {
        .base_url = program->base.text,
        .ca_file = options->ca_file,
        .client_cert = options->client_cert,
        .client_key = options->client_key,
        .space = or_null(options->space),
        .runtime = or_null(options->runtime),
        .read_only = options->read_only,
        .once = options->once,
        /* Printing needs no endpoint, and those of a demo end with it. */
        .keyring = options->keyring && !options->once && !options->demo,
        .interval_ms = options->interval_s * 1000,
        .connect_timeout_ms =
            options->timeout_s < CONNECT_S ? options->timeout_s * 1000 : CONNECT_S * 1000,
        .read_timeout_ms = options->timeout_s * 1000,
        .write_timeout_ms = options->timeout_s * 2000,
        .key = program->key,
        .key_read = rereadable ? key_source_read : NULL,
        .key_context = program->key_source,
        .key_fd = rereadable ? key_source_fd(program->key_source) : -1,
    };
    if (!http_global_init(error))
        return false;
    program->http_started = true;
    program->key = NULL;
    program->client = client_new(&client, error);
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

static enum text_charset charset_of(const struct options *options)
{
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return utf8 && !options->ascii ? TEXT_UTF8 : TEXT_ASCII;
}

/* Whoever reads JSON gets some, but for a wrong command line. */
static void print_failure(const struct program *program, const struct error *error)
{
    struct print_options print = {.url = program->base.text, .failure = error};
    if (program->options.json && error->kind != ERROR_USAGE)
        print_json(stdout, NULL, &print, NULL);
}

static enum exit_code run_once(struct program *program, struct error *error)
{
    struct print_options print = {
        .url = program->base.text,
        .charset = charset_of(&program->options),
        .thresholds = thresholds_usual(),
    };
    if (!connect_client(program, error)) {
        print_failure(program, error);
        return EXIT_NOTHING;
    }
    return once_run(program->client, &program->options, &print, error);
}

static enum exit_code run_dashboard(struct program *program, struct error *error)
{
    const struct options *options = &program->options;
    struct app_options app = {
        .connect = connect_late,
        .context = program,
        .host = program->base.host,
        .key_tail = program->key_tail,
        .space = options->space,
        .runtime = options->runtime,
        .theme = &program->theme,
        .charset = charset_of(options),
        .read_only = options->read_only,
        .demo = options->demo,
        .clipboard_command = options->clipboard_command,
        .environment = (const char *const *)environ,
    };
    /* Only a name to look up needs the server before the screen. */
    if (*options->space != '\0' &&
        (!connect_client(program, error) ||
         !lookup(program->client, options->space, options->runtime, &program->heard, error)))
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
    secret_free(program->key);
    key_source_free(program->key_source);
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
    if (program.options.help || program.options.version) {
        if (program.options.help)
            options_help(stdout);
        else
            puts(PACKAGE_STRING);
        return EXIT_OK;
    }
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
