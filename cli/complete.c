/* complete: see complete.h. What stands before the last word, and so what may stand there. */
#include "cli/complete_internal.h"

#include "core/text.h"

#include <string.h>

void completing_offer(const struct completing *line, const char *word, const char *help)
{
    const char *typed = line->last + line->kept;
    if (strncmp(word, typed, strlen(typed)) == 0)
        completing_put(line, word, help);
}

void completing_put(const struct completing *line, const char *word, const char *help)
{
    char clean[80];
    /* What is no plain text would act where it is shown. */
    if (*word == '\0' || !text_plain(word, strlen(word)))
        return;
    text_clean(clean, sizeof clean, help, strlen(help), TEXT_UTF8);
    fprintf(line->to, "%.*s%s\t%s\n", (int)line->kept, line->last, word, clean);
}

/* ---- options */

static bool takes_value(const struct option_info *info)
{
    return info->kind != OPTION_FLAG;
}

/* The option that a word names, before its `=`; false if it is none. */
static bool find_option(const char *word, struct option_info *info, size_t *place)
{
    size_t length = strcspn(word, "=");
    if (strncmp(word, "--", 2) != 0 || length == 2)
        return false;
    for (*place = 0; options_info(*place, info); ++*place) {
        if (strlen(info->name) == length - 2 && strncmp(info->name, word + 2, length - 2) == 0)
            return true;
    }
    return false;
}

static void offer_options(struct completing *line)
{
    struct option_info info;
    for (size_t i = 0; options_info(i, &info); i++) {
        char word[64];
        if ((info.takers & 1u << line->command) == 0 || (line->given & 1ull << i) != 0)
            continue;
        snprintf(word, sizeof word, "--%s", info.name);
        completing_offer(line, word, info.help);
    }
}

/* ---- the words before the last */

/* The first word that is no option may be a command. */
static void read_word(struct completing *line, const char *word)
{
    bool first = line->words == 0 && line->command == COMMAND_DASHBOARD && !line->behind;
    if (first)
        line->command = command_find(word);
    line->words += !first || line->command == COMMAND_DASHBOARD;
}

/* Whether the last word is the value of *info. */
static bool read_words(struct completing *line, struct option_info *info)
{
    const struct complete *complete = line->complete;
    bool value = false;
    size_t place;
    for (size_t i = 0; i + 1 < complete->count; i++) {
        const char *word = complete->words[i];
        if (value) {
            value = false;
        } else if (!line->behind && strcmp(word, "--") == 0) {
            line->behind = true;
        } else if (!line->behind && find_option(word, info, &place)) {
            value = takes_value(info) && strchr(word, '=') == NULL;
            line->given |= 1ull << place;
            line->exec |= strcmp(info->name, "exec") == 0;
        } else if (line->behind || *word != '-') {
            read_word(line, word);
        }
    }
    return value;
}

static void complete_line(struct completing *line)
{
    struct option_info info;
    size_t place;
    const char *equals = strchr(line->last, '=');
    if (read_words(line, &info)) {
        completing_value(line, &info);
    } else if (line->behind || *line->last != '-') {
        completing_words(line);
    } else if (equals != NULL && find_option(line->last, &info, &place) && takes_value(&info)) {
        line->kept = (size_t)(equals + 1 - line->last);
        completing_value(line, &info);
    } else {
        offer_options(line);
    }
}

void complete_print(FILE *to, const struct complete *complete)
{
    struct completing line = {.complete = complete, .to = to};
    if (complete->count == 0)
        return;
    line.last = complete->words[complete->count - 1];
    complete_line(&line);
}

/* ---- where things are */

void complete_options(struct options *options, const struct complete *complete)
{
    struct option_info info;
    size_t place;
    for (size_t i = 0; i + 1 < complete->count; i++) {
        if (!find_option(complete->words[i], &info, &place))
            continue;
        const char *equals = strchr(complete->words[i], '=');
        const char *value = equals != NULL ? equals + 1 : complete->words[++i];
        if (strcmp(info.name, "config") == 0)
            options->config = value;
        else if (strcmp(info.name, "profile") == 0)
            options->profile = value;
        else if (strcmp(info.name, "api-url") == 0)
            options->api_url = value;
        else if (equals == NULL && !takes_value(&info))
            i--;
    }
}
