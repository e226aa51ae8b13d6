/* options: see options.h. */
#include "core/options.h"

#include "core/duration.h"
#include "core/near.h"
#include "core/text.h"

#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS_MAX = 3600, SPAN_MAX_S = 1000000 };

struct spec {
    struct option_info info;
    size_t offset;
};

#define OPTION_SPEC(field, name, argument, kind, takers, help)                                     \
    {{name, argument, help, OPTION_##kind, takers}, offsetof(struct options, field)},
static const struct spec specs[] = {OPTIONS(OPTION_SPEC)};
#undef OPTION_SPEC

enum { SPECS = sizeof specs / sizeof *specs };

/* What getopt answers: a letter, a word that is no option, and beyond them ours. */
enum { FOUND_WORD = 1, FOUND_FIRST = 256 };

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
        return error_set(error, ERROR_USAGE, "--%s needs a value: see --help", spec->info.name);
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

static bool set_span(struct options *options, const struct spec *spec, const char *argument,
                     struct error *error)
{
    return duration_parse(argument, 1, SPAN_MAX_S, field_of(options, spec), error) ||
           error_set(error, ERROR_USAGE, "--%s takes a time such as 15m, 2h or 90s",
                     spec->info.name);
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
    [OPTION_TEXT] = set_text,     [OPTION_SECONDS] = set_seconds, [OPTION_SPAN] = set_span,
    [OPTION_SWITCH] = set_switch, [OPTION_FLAG] = set_flag,
};

/* What stands on a command line. */
struct line {
    int argc;
    char **argv;
    size_t words, behind; /* how many words; of those, how many stand behind `--` */
    bool given[SPECS];
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
    if (optopt >= FOUND_FIRST)
        return error_set(error, ERROR_USAGE,
                         missing_argument ? "--%s needs a value: see --help"
                                          : "--%s takes no value",
                         specs[optopt - FOUND_FIRST].info.name);
    if (optopt != 0)
        return error_set(error, ERROR_USAGE, "there is no option -%c: see --help",
                         optopt > ' ' && optopt < 0x7F ? optopt : '?');
    char name[64]; /* without what is behind `=`, which may be a secret */
    word += strspn(word, "-");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    const char *near = nearest_option(name);
    if (near != NULL)
        return error_set(error, ERROR_USAGE, "there is no option --%s; did you mean --%s?", name,
                         near);
    return error_set(error, ERROR_USAGE, "there is no option --%s: see --help", name);
}

/* The word by which getopt found an option: the last it read, or the one before its value. */
static const char *found_by(const struct line *line)
{
    bool apart = optarg != NULL && optarg == line->argv[optind - 1];
    return line->argv[optind - 1 - apart] + 2;
}

/* getopt takes the start of a name for the name: --api-key KEY would be a file that is not there,
 * whose name is said, and what is unique today is not when there is one more. */
static bool check_whole(const struct line *line, const struct spec *spec, struct error *error)
{
    const char *word = found_by(line);
    int length = (int)strcspn(word, "=");
    return spec->info.name[length] == '\0' ||
           error_set(error, ERROR_USAGE, "there is no option --%.*s; did you mean --%s?", length,
                     word, spec->info.name);
}

static void fill_getopt(struct option table[SPECS + 1])
{
    for (int i = 0; i < SPECS; i++)
        table[i] = (struct option){
            specs[i].info.name, specs[i].info.kind == OPTION_FLAG ? no_argument : required_argument,
            NULL, FOUND_FIRST + i};
    table[SPECS] = (struct option){0};
}

/* A word goes to the front of the line, where nothing is read any more. */
static void keep_word(struct line *line, char *word)
{
    line->argv[1 + line->words++] = word;
}

/* Words that are no options come in their order, so that it is known what stands behind `--`. */
static bool parse_words(struct options *options, struct line *line, struct error *error)
{
    struct option table[SPECS + 1];
    fill_getopt(table);
    opterr = 0;
    optind = 0; /* also forgets the rest of a word at which an earlier reading ended */
    for (int found; (found = getopt_long(line->argc, line->argv, "-:", table, NULL)) != -1;) {
        if (found == FOUND_WORD) {
            keep_word(line, optarg);
            continue;
        }
        if (found < FOUND_FIRST)
            return refuse(line->argv[optind - 1], found == ':', error);
        const struct spec *spec = &specs[found - FOUND_FIRST];
        line->given[found - FOUND_FIRST] = true;
        if (!check_whole(line, spec, error))
            return false;
        if (!setters[spec->info.kind](options, spec, optarg, error))
            return false;
    }
    line->behind = (size_t)(line->argc - optind);
    for (int i = optind; i < line->argc; i++)
        keep_word(line, line->argv[i]);
    return true;
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

/* One form of output, and columns only where there are some. */
static bool settle_form(const struct options *options, struct error *error)
{
    if (options->json + options->jsonl + options->csv > 1)
        return error_set(error, ERROR_USAGE, "give one of --json, --jsonl and --csv");
    if (options->columns != NULL && (options->json || options->jsonl))
        return error_set(error, ERROR_USAGE,
                         "--columns is for the table and --csv: JSON has all fields");
    return true;
}

/* One way for the endpoint to go, and nothing that would be passed over without a word. */
static bool settle_endpoint(const struct options *options, struct error *error)
{
    bool goes = options->copy || options->show_secret || options->command == COMMAND_COPY;
    if (options->copy + options->show_secret + options->exec > 1)
        return error_set(error, ERROR_USAGE, "give one of --copy, --show-secret and --exec");
    if (options->part != NULL && !goes)
        return error_set(error, ERROR_USAGE, "--part belongs to --copy or --show-secret");
    if (options->part != NULL && options->show_secret && options->json)
        return error_set(error, ERROR_USAGE, "--json shows all of the endpoint: leave out --part");
    return !(options->exec && options->json) ||
           error_set(error, ERROR_USAGE, "with --exec the program alone prints: leave out --json");
}

static bool settle(struct options *options, struct error *error)
{
    if (options->demo && (options->api_url != NULL || options->api_key_file != NULL))
        return error_set(error, ERROR_USAGE, "--demo brings its own server and key: leave out --%s",
                         options->api_url != NULL ? "api-url" : "api-key-file");
    if (options->demo && options->profile != NULL)
        return error_set(error, ERROR_USAGE, "--demo needs no profile: leave out --profile");
    options->once |= options->json && options->command == COMMAND_DASHBOARD;
    return settle_form(options, error) && settle_endpoint(options, error);
}

/* The first word, unless it stands behind `--`. */
static void parse_command(struct options *options, struct line *line)
{
    if (line->words > line->behind)
        options->command = command_find(line->argv[1]);
    if (options->command != COMMAND_DASHBOARD) {
        line->argv++;
        line->words--;
    }
}

/* The first command that takes an option, for a sentence. */
static const char *taker(const struct option_info *info)
{
    int command = COMMAND_DASHBOARD;
    while (command + 1 < COMMAND_COUNT && (info->takers & 1u << command) == 0)
        command++;
    return command == COMMAND_DASHBOARD ? "the dashboard"
                                        : command_info((enum command)command)->name;
}

/* A word that was taken for a space may be a command that was not written well. */
static bool refuse_command(const struct line *line, struct error *error)
{
    const char *near = line->words > line->behind ? command_near(line->argv[1]) : NULL;
    if (near != NULL)
        error_set(error, ERROR_USAGE, "there is no command %.64s; did you mean %s?", line->argv[1],
                  near);
    return near != NULL;
}

static bool refuse_option(const struct options *options, const struct line *line,
                          const struct option_info *info, struct error *error)
{
    const char *name = command_info(options->command)->name;
    if (*name != '\0')
        return error_set(error, ERROR_USAGE, "%s takes no --%s: see leasetop %s --help", name,
                         info->name, name);
    if (refuse_command(line, error))
        return false;
    return error_set(error, ERROR_USAGE, "--%s belongs to %s: see leasetop --help", info->name,
                     taker(info));
}

static bool check_given(const struct options *options, const struct line *line, struct error *error)
{
    for (size_t i = 0; i < SPECS; i++) {
        const struct option_info *info = &specs[i].info;
        if (line->given[i] && (info->takers & 1u << options->command) == 0)
            return refuse_option(options, line, info, error);
    }
    return true;
}

static bool parse_targets(struct options *options, const struct line *line, struct error *error)
{
    if (line->words <= 1)
        return line->words == 0 || parse_target(options, line->argv[1], error);
    if (options->command == COMMAND_DASHBOARD && refuse_command(line, error))
        return false;
    if (options->command == COMMAND_CREATE && line->behind > 0)
        return error_set(error, ERROR_USAGE, "a program needs --exec before --");
    return error_set(error, ERROR_USAGE, "one SPACE or SPACE/RUNTIME at most: %.64s is too much",
                     line->argv[2]);
}

/* What stands behind `--` is a program where one is to be run. */
static bool take_program(struct options *options, struct line *line, struct error *error)
{
    if (!options->exec)
        return !options->endpoint_stdin ||
               error_set(error, ERROR_USAGE, "--endpoint-stdin belongs to --exec");
    if (line->behind == 0)
        return error_set(error, ERROR_USAGE, "--exec needs a program: --exec -- PROGRAM...");
    line->argv[1 + line->words] = NULL;
    line->words -= line->behind;
    options->program = (const char *const *)line->argv + 1 + line->words;
    return true;
}

static bool take_words(struct options *options, struct line *line, struct error *error)
{
    const struct command_info *info = command_info(options->command);
    if (!take_program(options, line, error))
        return false;
    switch (info->words) {
    case COMMAND_WORDS_NONE:
        return line->words == 0 || error_set(error, ERROR_USAGE, "%s takes no %.64s: see --help",
                                             info->name, line->argv[1]);
    case COMMAND_WORDS_TARGET:
        return parse_targets(options, line, error);
    case COMMAND_WORDS_RUNTIME:
        return parse_targets(options, line, error) &&
               (*options->runtime != '\0' ||
                error_set(error, ERROR_USAGE, "%s needs a SPACE/RUNTIME", info->name));
    case COMMAND_WORDS_ID:
        if (line->words != 1)
            return error_set(error, ERROR_USAGE, "%s needs the ID of one lease", info->name);
        break;
    case COMMAND_WORDS_IDS:
    case COMMAND_WORDS_LINE:
        break;
    }
    options->words = (const char *const *)line->argv + 1;
    options->word_count = line->words;
    return true;
}

bool options_parse(struct options *options, int argc, char **argv, struct error *error)
{
    struct line line = {.argc = argc, .argv = argv};
    *options = (struct options){.keyring = true};
    if (!parse_words(options, &line, error))
        return false;
    parse_command(options, &line);
    /* Who asks for help need not be right about the rest. */
    return options->help || (check_given(options, &line, error) &&
                             take_words(options, &line, error) && settle(options, error));
}

void options_leave_server(struct options *options)
{
    options->api_url = options->api_key_file = options->ca_file = NULL;
    options->client_cert = options->client_key = NULL;
    options->space[0] = options->runtime[0] = '\0';
}
