/* The configuration: whatever is in the file, either it is wrong with sentences and lines that
 * there are, or every setting of it is one that may be. */
#include "core/config.h"

#include "tests/fuzz/fuzz.h"

/* libconfig loses a few bytes of what it was reading when it stops at an error. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so\n";
}

static void check_list(const char *const *list)
{
    size_t count = 0;
    for (; list != NULL && list[count] != NULL; count++)
        must(strlen(list[count]) <= CONFIG_BYTES);
    must(list == NULL || (count > 0 && count <= CONFIG_WORDS + 2));
}

static void check_setting(const struct settings *settings, const struct setting_info *info)
{
    const void *field = (const char *)settings + info->offset;
    char word[32];
    switch (info->kind) {
    case SETTING_SECONDS:
    case SETTING_NUMBER:
        must(*(const int *)field >= info->least && *(const int *)field <= info->most);
        break;
    case SETTING_WORD:
        must(setting_word(info->words, (size_t) * (const int *)field, word, sizeof word));
        break;
    case SETTING_WORDS:
    case SETTING_COMMAND:
        check_list(*(const char *const *const *)field);
        break;
    case SETTING_SWITCH:
        break;
    default:
        must(*(const char *const *)field == NULL || **(const char *const *)field != '\0');
    }
}

static void check_settings(const struct settings *settings)
{
    for (int i = 0; i < SETTING_COUNT; i++)
        check_setting(settings, setting_info((enum setting)i));
}

static void check_config(const struct config *config)
{
    const char *profile;
    unsigned line;
    check_settings(config_settings(config, NULL));
    for (size_t i = 0; (profile = config_profile(config, i)) != NULL; i++) {
        must(*profile != '\0' && config_settings(config, profile) != NULL);
        check_settings(config_settings(config, profile));
    }
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        const char *keys = config_keys(config, (enum action)i, &line);
        must(keys == NULL || (*keys != '\0' && line > 0));
    }
    check_list(config_columns(config, "leases"));
    check_list(config_columns(config, "runtimes"));
}

static void check_problems(const struct problems *problems, const char *text)
{
    unsigned lines = 1, before = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    for (size_t i = 0; i < problems->count && i < PROBLEMS_MAX; i++) {
        must(*problems->items[i].sentence != '\0');
        must(problems->items[i].line >= before && problems->items[i].line <= lines + 1);
        before = problems->items[i].line;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct problems problems = {0};
    char *text = malloc(length + 1);
    must(text != NULL);
    memcpy(text, bytes, length);
    text[length] = '\0';
    struct config *config = config_parse("/conf/leasetop.conf", text, length, &problems);
    must(config != NULL);
    check_problems(&problems, text);
    free(text);
    if (problems.count == 0)
        check_config(config);
    config_unref(config);
    return 0;
}
