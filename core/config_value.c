/* config_value: the values of settings, from what libconfig read. One function for each kind. */
#include "core/config_internal.h"

#include "core/duration.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>

struct value {
    struct reader *reader;
    struct settings *settings;
    enum setting setting;
    const struct setting_info *info;
    const config_setting_t *from;
};

static void *field_of(const struct value *value)
{
    return (char *)value->settings + value->info->offset;
}

static void wrong(const struct value *value, const char *what)
{
    problems_add(value->reader->problems, config_setting_source_line(value->from), "%s: %s",
                 value->info->path, what);
}

static void take_word(const struct value *value)
{
    struct error error;
    const char *given = config_setting_get_string(value->from);
    const char *text = given != NULL ? config_text(value->reader, given) : NULL;
    if (given == NULL)
        wrong(value, "it must be a text in quotes");
    else if (text != NULL && !setting_parse(value->settings, value->setting, text, &error))
        wrong(value, error.sentence);
}

static void take_number(const struct value *value)
{
    const struct setting_info *info = value->info;
    int type = config_setting_type(value->from);
    long long number = config_setting_get_int64(value->from);
    char range[80];
    if ((type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64) && number >= info->least &&
        number <= info->most) {
        *(int *)field_of(value) = (int)number;
        return;
    }
    snprintf(range, sizeof range, "it must be a whole number from %d to %d", info->least,
             info->most);
    wrong(value, range);
}

static void take_seconds(const struct value *value)
{
    char text[32];
    struct error error;
    int type = config_setting_type(value->from);
    bool whole = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
    snprintf(text, sizeof text, "%lld", config_setting_get_int64(value->from));
    const char *given = config_setting_get_string(value->from);
    if (!setting_parse(value->settings, value->setting,
                       whole           ? text
                       : given != NULL ? given
                                       : "",
                       &error))
        wrong(value, error.sentence);
}

static void take_switch(const struct value *value)
{
    if (config_setting_type(value->from) == CONFIG_TYPE_BOOL)
        *(bool *)field_of(value) = config_setting_get_bool(value->from) != 0;
    else
        wrong(value, "it must be true or false");
}

/* What begins with `~/` is in the home folder, what has no slash at its beginning beside the file.
 */
static void take_path(const struct value *value)
{
    const char *given = config_setting_get_string(value->from), *home = getenv("HOME");
    char path[4096], copy[4096];
    if (given == NULL || *given == '\0') {
        wrong(value, "it must be the path of a file, in quotes");
        return;
    }
    snprintf(copy, sizeof copy, "%s", value->reader->config->file);
    int length;
    if (strncmp(given, "~/", 2) == 0 && home != NULL)
        length = snprintf(path, sizeof path, "%s%s", home, given + 1);
    else if (*given != '/')
        length = snprintf(path, sizeof path, "%s/%s", dirname(copy), given);
    else
        length = snprintf(path, sizeof path, "%s", given);
    if (length >= (int)sizeof path)
        wrong(value, "the path is too long");
    else
        *(const char **)field_of(value) = config_text(value->reader, path);
}

static void take_name(const struct value *value)
{
    const char *given = config_setting_get_string(value->from);
    if (given != NULL && strchr(given, '/') != NULL)
        take_path(value);
    else
        take_word(value);
}

static const char *const *copy_list(struct reader *reader, const char *const *items, size_t count)
{
    const char **list = config_list(reader, count);
    for (size_t i = 0; list != NULL && i < count; i++)
        list[i] = config_text(reader, items[i]);
    return list;
}

static void take_words(const struct value *value)
{
    struct error error;
    const char *items[CONFIG_WORDS];
    size_t count = config_texts(value->reader, value->from, items);
    for (size_t i = 0; i < count; i++) {
        if (!setting_parse(value->settings, value->setting, items[i], &error)) {
            wrong(value, error.sentence);
            return;
        }
    }
    if (count > 0)
        *(const char *const **)field_of(value) = copy_list(value->reader, items, count);
}

/* A text is for the shell; words are started without one. */
static void take_command(const struct value *value)
{
    static const char *const shell[] = {"/bin/sh", "-c"};
    const char *items[CONFIG_WORDS + 2] = {shell[0], shell[1]};
    bool words = config_setting_get_string(value->from) == NULL;
    size_t count = config_texts(value->reader, value->from, items + 2);
    if (count == 0)
        return;
    if (*items[2] == '\0') {
        wrong(value, "the command is empty");
        return;
    }
    *(const char *const **)field_of(value) =
        copy_list(value->reader, words ? items + 2 : items, words ? count : count + 2);
}

void config_value(struct reader *reader, struct settings *settings, enum setting setting,
                  const config_setting_t *from)
{
    static void (*const takers[SETTING_KINDS])(const struct value *) = {
        [SETTING_TEXT] = take_word,       [SETTING_NAME] = take_name,
        [SETTING_PATH] = take_path,       [SETTING_SECONDS] = take_seconds,
        [SETTING_NUMBER] = take_number,   [SETTING_SWITCH] = take_switch,
        [SETTING_WORD] = take_word,       [SETTING_WORDS] = take_words,
        [SETTING_COMMAND] = take_command,
    };
    const struct setting_info *info = setting_info(setting);
    struct value value = {reader, settings, setting, info, from};
    settings->lines[setting] = config_setting_source_line(from);
    takers[info->kind](&value);
}

size_t config_texts(struct reader *reader, const config_setting_t *from,
                    const char *items[CONFIG_WORDS])
{
    unsigned line = config_setting_source_line(from);
    const char *name = config_setting_name(from);
    int count = config_setting_length(from);
    items[0] = config_setting_get_string(from);
    if (items[0] != NULL)
        return 1;
    if (config_setting_is_group(from) || !config_setting_is_aggregate(from) || count == 0) {
        problems_add(reader->problems, line, "%s: it must be a text in quotes, or a list of them",
                     name);
        return 0;
    }
    if (count > CONFIG_WORDS) {
        problems_add(reader->problems, line, "%s: there may be %d of them at most", name,
                     CONFIG_WORDS);
        return 0;
    }
    for (int i = 0; i < count; i++) {
        items[i] = config_setting_get_string_elem(from, i);
        if (items[i] == NULL) {
            problems_add(reader->problems, line, "%s: number %d is not a text in quotes", name,
                         i + 1);
            return 0;
        }
    }
    return (size_t)count;
}
