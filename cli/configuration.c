/* configuration: see configuration.h. */
#include "cli/configuration.h"

#include "core/file.h"
#include "core/places.h"
#include "core/say.h"
#include "tui/app.h"

const char *configuration_place(const struct options *options)
{
    static char place[PLACE_BYTES];
    if (options->config != NULL)
        return options->config;
    return place_config(place, "leasetop.conf") ? place : "";
}

/* All that is wrong. The configuration, counted, is the caller's; NULL: memory ran out. */
static struct config *read_config(const struct options *options, struct problems *problems)
{
    struct config *config =
        config_load(configuration_place(options), options->config != NULL, problems);
    if (config != NULL)
        app_config_check(config, problems);
    return config;
}

bool configuration_load(struct program *program, struct error *error)
{
    struct problems problems = {0};
    program->config = read_config(&program->options, &problems);
    if (problems.count > 0)
        return problems_error(&problems, configuration_place(&program->options), error);
    return program->config != NULL || error_memory(error);
}

/* It may be there another time, so that this keeps nothing from starting. */
static void check_audit(const struct config *config, struct problems *problems)
{
    struct error error;
    const struct settings *settings = config_settings(config, NULL);
    if (settings->audit != NULL && !file_appendable(settings->audit, &error))
        problems_add(problems, settings->lines[SETTING_OF_audit],
                     "audit: %s; make its folder yours to write, or set another place",
                     error.sentence);
}

enum exit_code configuration_check(const struct options *options)
{
    char text[PLACE_BYTES + PROBLEM_BYTES];
    struct problems problems = {0};
    const char *place = configuration_place(options);
    struct config *config = read_config(options, &problems);
    if (config != NULL)
        check_audit(config, &problems);
    config_unref(config);
    for (size_t i = 0; problems_text(&problems, place, i, text, sizeof text); i++)
        say_line("%s", text);
    if (problems.count > PROBLEMS_MAX)
        say_line("%s: and %zu more", place, problems.count - PROBLEMS_MAX);
    return problems.count > 0 ? EXIT_USAGE : EXIT_OK;
}
