/* main: the order of start and stop: what is asked, with which key, of whom; then the dashboard or
 * one answer. */
#include "api/decode.h"
#include "api/heap.h"
#include "cli/cmd.h"
#include "cli/configuration.h"
#include "cli/dashboard.h"
#include "cli/outcome.h"
#include "cli/reading.h"
#include "core/say.h"

#include <fcntl.h>
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
        [ERROR_UNSTARTED] = EXIT_UNSTARTED,
        [ERROR_NO_PROGRAM] = EXIT_NO_PROGRAM,
    };
    say_line("leasetop: %s", error->sentence);
    return codes[error->kind];
}

/* Words are checked before anything is started, so that a wrong one costs nothing. */
static bool prepare(struct program *program, struct theme *theme, struct error *error)
{
    const struct options *options = &program->options;
    return cmd_check(options, error) && configuration_load(program, error) &&
           program_open(program, error) &&
           theme_load(theme, program->account.settings.theme, error) && program_key(program, error);
}

/* What was asked for and came to nothing, before it was said what became of it: a line for each. */
static void print_untold(struct program *program, const struct error *error)
{
    const struct options *options = &program->options;
    const struct snapshot *heard = program->heard;
    const struct trouble *trouble =
        heard != NULL && error->kind == ERROR_NONE ? reading_trouble(heard) : NULL;
    const char *why = error->kind != ERROR_NONE ? error->sentence
                      : trouble != NULL         ? trouble->sentence
                                                : "nothing was sent";
    const char *request_id = trouble != NULL ? trouble->request_id : NULL;
    if (program->told)
        return;
    for (size_t i = 0; i < options->word_count; i++)
        outcome_print_none(program, options->words[i], why, request_id);
    if (options->word_count == 0)
        outcome_print_none(program, "", why, request_id);
}

/* Whoever reads JSON gets some, but for a wrong command line. */
static void print_failure(struct program *program, const struct error *error)
{
    struct sheet_wish wish;
    struct print_options print = {
        .url = program->account.base.text, .failure = error, .wish = &wish};
    if (!program->options.json || error->kind == ERROR_USAGE)
        return;
    if ((OPTION_WRITES & 1u << program->options.command) != 0)
        print_untold(program, error);
    else if (error->kind != ERROR_NONE && program->client == NULL &&
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
        *code = configuration_check(options);
    else
        return false;
    return true;
}

/* What is closed stays unusable: else a socket of ours would take its number, and get what is
 * printed. */
static void keep_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
            _exit(EXIT_NOTHING);
    }
}

int main(int argc, char **argv)
{
    struct program program = {.name = argv[0]};
    struct theme theme;
    struct error error = {0};
    enum exit_code code = EXIT_NOTHING;
    keep_standard_streams();
    heap_global_init();
    secret_global_init();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* numbers in JSON have a point everywhere */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* ignored, as some parents leave it, no child could be waited for */
    if (!options_parse(&program.options, argc, argv, &error))
        return failed(&error);
    if (tell(&program.options, &code))
        return code != EXIT_OK || print_done(&error) || print_unread() ? code : failed(&error);
    decode_global_init();
    const struct options *options = &program.options;
    bool dashboard = options->command == COMMAND_DASHBOARD && !options->once &&
                     isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    bool ready = cmd_of(options->command)->alone ? cmd_check(options, &error)
                                                 : prepare(&program, &theme, &error);
    if (ready)
        code = dashboard ? dashboard_run(&program, &theme, &error)
                         : cmd_of(options->command)->run(&program, &error);
    if (cmd_of(options->command)->alone && error.kind == ERROR_NONE && !print_unread())
        print_done(&error);
    if (code != EXIT_OK || error.kind != ERROR_NONE)
        print_failure(&program, &error);
    if (error.kind != ERROR_NONE)
        code = failed(&error);
    program_close(&program);
    return code;
}
