/* cmd_complete: what could stand at the end of a command line. Nothing is started and nobody is
 * asked: what the server has is what was seen last. */
#include "cli/cmd.h"
#include "cli/complete.h"
#include "cli/configuration.h"
#include "core/file.h"
#include "core/names.h"
#include "core/places.h"
#include "tui/theme.h"

#include <stdlib.h>

/* The server that the line is about; NULL where that is not clear. */
static const char *find_server(struct program *program, struct complete *complete)
{
    struct settings *settings = &program->account.settings;
    if (!configuration_load(program, NULL))
        return NULL;
    complete->config = program->config;
    if (!config_settle(settings, program->config, NULL, &program->options, NULL))
        return NULL;
    complete->protocols = settings->protocols;
    return base_url_parse(&program->account.base, settings->url, NULL) ? program->account.base.text
                                                                       : NULL;
}

static enum exit_code run(struct program *program, struct error *error)
{
    char path[PLACE_BYTES];
    size_t length;
    struct settings usual;
    struct complete complete = {
        .words = program->options.words,
        .count = program->options.word_count,
        .theme = theme_name,
    };
    (void)error;
    settings_usual(&usual);
    complete.protocols = usual.protocols;
    complete_options(&program->options, &complete);
    complete.base_url = find_server(program, &complete);
    char *names =
        place_state(path, NAMES_NAME) ? file_read(path, NAMES_BYTES, &length, NULL) : NULL;
    complete.names = names;
    complete_print(stdout, &complete);
    free(names);
    return EXIT_OK;
}

const struct cmd cmd_complete = {.run = run, .alone = true};
