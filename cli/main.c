/* main: the order of start and stop: what is asked, with which key, of whom; then the dashboard or
 * one answer. */
#include "api/decode.h"
#include "cli/cmd.h"
#include "cli/dashboard.h"
#include "core/places.h"
#include "tui/app.h"

#include <locale.h>
#include <signal.h>
#include <unistd.h>

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

/* Words are checked before anything is started, so that a wrong one costs nothing. */
static bool prepare(struct program *program, struct theme *theme, struct error *error)
{
    const struct options *options = &program->options;
    return cmd_of(options->command)->check(options, error) && load_config(program, error) &&
           program_open(program, error) &&
           theme_load(theme, program->account.settings.theme, error) && program_key(program, error);
}

/* Whoever reads JSON gets some, but for a wrong command line. */
static void print_failure(const struct program *program, const struct error *error)
{
    struct sheet_wish wish;
    struct print_options print = {
        .url = program->account.base.text, .failure = error, .wish = &wish};
    if (program->options.json && error->kind != ERROR_USAGE &&
        cmd_wish(&wish, &program->options, NULL))
        print_json(stdout, NULL, &print, NULL);
}

/* What is said without asking anybody; false if that is not all. */
static bool tell(const struct options *options, enum exit_code *code)
{
    *code = EXIT_OK;
    if (options->help)
        options_help(stdout, options->command);
    else if (options->version)
        puts(PACKAGE_STRING);
    else if (options->print_config)
        settings_print(stdout);
    else if (options->check_config)
        *code = check_config(options);
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    struct program program = {.name = argv[0]};
    struct theme theme;
    struct error error = {0};
    enum exit_code code;
    secret_global_init();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* numbers in JSON have a point everywhere */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* ignored, as some parents leave it, no child could be waited for */
    if (!options_parse(&program.options, argc, argv, &error))
        return failed(&error);
    if (tell(&program.options, &code))
        return code;
    decode_global_init();
    const struct options *options = &program.options;
    bool dashboard = options->command == COMMAND_DASHBOARD && !options->once &&
                     isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    bool ready = prepare(&program, &theme, &error);
    if (ready)
        code = dashboard ? dashboard_run(&program, &theme, &error)
                         : cmd_of(options->command)->run(&program, &error);
    if (error.kind != ERROR_NONE) {
        if (program.client == NULL)
            print_failure(&program, &error);
        code = failed(&error);
    }
    program_close(&program);
    return code;
}
