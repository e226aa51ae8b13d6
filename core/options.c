/* options: see options.h. */
#include "core/options.h"

#include "core/near.h"
#include "core/text.h"

#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS_MAX = 3600, HELP_COLUMN = 29, HELP_CELLS = 80 };

struct spec {
    struct option_info info;
    size_t offset;
};

#define OPTION_SPEC(field, name, argument, kind, help)                                             \
    {{name, argument, help, OPTION_##kind}, offsetof(struct options, field)},
static const struct spec specs[] = {OPTIONS(OPTION_SPEC)};
#undef OPTION_SPEC

enum { SPECS = sizeof specs / sizeof *specs };

bool options_info(size_t place, struct option_info *info)
{
    if (place >= SPECS)
        return false;
    *info = specs[place].info;
    return true;
}

static void *field_of(struct options *options, const struct spec *spec)
{
    return (char *)options + spec->offset;
}

static bool set_text(struct options *options, const struct spec *spec, const char *argument,
                     struct error *error)
{
    if (*argument == '\0')
        return error_set(error, ERROR_USAGE, "--%s needs a %s", spec->info.name,
                         spec->info.argument);
    *(const char **)field_of(options, spec) = argument;
    return true;
}

static bool set_seconds(struct options *options, const struct spec *spec, const char *argument,
                        struct error *error)
{
    char *end;
    long seconds = strtol(argument, &end, 10);
    if (end == argument || *end != '\0' || seconds < 1 || seconds > SECONDS_MAX)
        return error_set(error, ERROR_USAGE, "--%s must be whole seconds from 1 to %d",
                         spec->info.name, SECONDS_MAX);
    *(int *)field_of(options, spec) = (int)seconds;
    return true;
}

static bool set_switch(struct options *options, const struct spec *spec, const char *argument,
                       struct error *error)
{
    bool on = strcmp(argument, "auto") == 0;
    if (!on && strcmp(argument, "off") != 0)
        return error_set(error, ERROR_USAGE, "--%s is auto or off", spec->info.name);
    *(bool *)field_of(options, spec) = on;
    return true;
}

static bool set_flag(struct options *options, const struct spec *spec, const char *argument,
                     struct error *error)
{
    (void)argument, (void)error;
    *(bool *)field_of(options, spec) = true;
    return true;
}

static bool (*const setters[])(struct options *, const struct spec *, const char *,
                               struct error *) = {
    [OPTION_TEXT] = set_text,
    [OPTION_SECONDS] = set_seconds,
    [OPTION_SWITCH] = set_switch,
    [OPTION_FLAG] = set_flag,
};

static const char *nearest_option(const char *word)
{
    for (size_t i = 0; i < SPECS; i++) {
        if (near_name(word, specs[i].info.name))
            return specs[i].info.name;
    }
    return NULL;
}

/* getopt says only that something is wrong, and in optopt with what: an option of the list, a
 * letter, or neither; then `word` is what it stumbled over. */
static bool refuse(const char *word, bool missing_argument, struct error *error)
{
    if (optopt >= 1 && optopt <= SPECS)
        return error_set(error, ERROR_USAGE,
                         missing_argument ? "--%s needs a value: see --help"
                                          : "--%s takes no value",
                         specs[optopt - 1].info.name);
    if (optopt != 0)
        return error_set(error, ERROR_USAGE, "there is no option -%c: see --help",
                         optopt > ' ' && optopt < 0x7F ? optopt : '?');
    char name[64];
    word += strspn(word, "-");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    const char *near = nearest_option(name);
    if (near != NULL)
        return error_set(error, ERROR_USAGE, "there is no option --%.64s; did you mean --%s?", word,
                         near);
    return error_set(error, ERROR_USAGE, "there is no option --%.64s: see --help", word);
}

static void fill_getopt(struct option table[SPECS + 1])
{
    for (int i = 0; i < SPECS; i++)
        table[i] = (struct option){
            specs[i].info.name, specs[i].info.kind == OPTION_FLAG ? no_argument : required_argument,
            NULL, i + 1};
    table[SPECS] = (struct option){0};
}

static bool parse_words(struct options *options, int argc, char **argv, struct error *error)
{
    struct option table[SPECS + 1];
    fill_getopt(table);
    opterr = 0;
    optind = 0; /* also forgets the rest of a word at which an earlier reading ended */
    for (;;) {
        int found = getopt_long(argc, argv, ":", table, NULL);
        if (found == -1)
            return true;
        if (found < 1 || found > SPECS)
            return refuse(argv[optind - 1], found == ':', error);
        const struct spec *spec = &specs[found - 1];
        if (!setters[spec->info.kind](options, spec, optarg, error))
            return false;
    }
}

/* SPACE[/RUNTIME]: a name with a slash in it must be given by its id. */
static bool parse_target(struct options *options, const char *word, struct error *error)
{
    size_t length = strcspn(word, "/");
    const char *rest = word[length] == '/' ? word + length + 1 : "";
    if (length == 0 || (word[length] == '/' && *rest == '\0'))
        return error_set(error, ERROR_USAGE, "give SPACE or SPACE/RUNTIME, by id or name");
    if (strstr(word, "://") != NULL)
        return error_set(error, ERROR_USAGE, "an address is no SPACE: give it by --api-url");
    if (length >= sizeof options->space || strlen(rest) >= sizeof options->runtime)
        return error_set(error, ERROR_USAGE, "the name of a space or runtime is too long");
    memcpy(options->space, word, length);
    snprintf(options->runtime, sizeof options->runtime, "%s", rest);
    return true;
}

static bool settle(struct options *options, struct error *error)
{
    if (options->demo && (options->api_url != NULL || options->api_key_file != NULL))
        return error_set(error, ERROR_USAGE, "--demo brings its own server and key: leave out --%s",
                         options->api_url != NULL ? "api-url" : "api-key-file");
    if (options->demo && options->profile != NULL)
        return error_set(error, ERROR_USAGE, "--demo needs no profile: leave out --profile");
    options->once |= options->json;
    return true;
}

bool options_parse(struct options *options, int argc, char **argv, struct error *error)
{
    *options = (struct options){.keyring = true};
    if (!parse_words(options, argc, argv, error))
        return false;
    if (argc - optind > 1)
        return error_set(error, ERROR_USAGE,
                         "one SPACE or SPACE/RUNTIME at most: %.64s is too much", argv[optind + 1]);
    if (argc > optind && !parse_target(options, argv[optind], error))
        return false;
    return settle(options, error);
}

/* An option at the left, what it does at the right, in as many lines as that needs. */
static void print_beside(FILE *to, const char *left, const char *help)
{
    while (*help != '\0') {
        size_t length = text_line(help, HELP_CELLS - HELP_COLUMN - 1);
        fprintf(to, "%-*s %.*s\n", HELP_COLUMN, left, (int)length, help);
        help += length + (help[length] == ' ');
        left = "";
    }
}

void options_help(FILE *to)
{
    fputs("Usage: leasetop [OPTION...] [SPACE[/RUNTIME]]\n"
          "Watch cloud-browser runtimes and the short-lived connection leases into them;\n"
          "make, copy and revoke leases with a key. Press ? inside for the keys.\n\nOptions:\n",
          to);
    for (size_t i = 0; i < SPECS; i++) {
        char left[HELP_COLUMN + 32];
        const struct option_info *info = &specs[i].info;
        snprintf(left, sizeof left, "  --%s%s%s", info->name, *info->argument != '\0' ? " " : "",
                 info->argument);
        print_beside(to, left, info->help);
    }
    fputs("\nEnds with:\n", to);
#define EXIT_LINE(name, code, help) fprintf(to, "  %d  %s\n", code, help);
    EXITS(EXIT_LINE)
#undef EXIT_LINE
}
