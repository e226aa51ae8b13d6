/* setting: see setting.h. */
#include "core/setting.h"

#include "core/duration.h"
#include "core/near.h"

#include <stdlib.h>
#include <string.h>

#define SETTING_ROW(field, path, kind, least, most, words, usual, whose, effect, help)             \
    [SETTING_OF_##field] = {path,                                                                  \
                            SETTING_##kind,                                                        \
                            least,                                                                 \
                            most,                                                                  \
                            words,                                                                 \
                            usual,                                                                 \
                            SETTING_##whose,                                                       \
                            SETTING_##effect,                                                      \
                            help,                                                                  \
                            offsetof(struct settings, field),                                      \
                            sizeof(((struct settings *)0)->field)},
static const struct setting_info infos[SETTING_COUNT] = {SETTINGS(SETTING_ROW)};
#undef SETTING_ROW

/* A usual list has one word, and somebody must own it. */
#define SETTING_ROW(field, path, kind, least, most, words, usual, whose, effect, help)             \
    [SETTING_OF_##field] = {usual, NULL},
static const char *const usual_lists[SETTING_COUNT][2] = {SETTINGS(SETTING_ROW)};
#undef SETTING_ROW

const struct setting_info *setting_info(enum setting setting)
{
    return &infos[setting];
}

enum setting setting_find(const char *path)
{
    int setting = 0;
    while (setting < SETTING_COUNT && strcmp(infos[setting].path, path) != 0)
        setting++;
    return (enum setting)setting;
}

const char *setting_near(const char *path, enum setting_owner owner)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        bool may = owner == SETTING_GENERAL || infos[i].owner == SETTING_PROFILE;
        if (may && near_name(path, infos[i].path))
            return infos[i].path;
    }
    return NULL;
}

bool setting_word(const char *words, size_t place, char *out, size_t size)
{
    for (; place > 0; place--) {
        words += strcspn(words, "|");
        if (*words++ == '\0')
            return false;
    }
    snprintf(out, size, "%.*s", (int)strcspn(words, "|"), words);
    return *out != '\0';
}

/* ---- from a text */

static void *field_of(struct settings *settings, const struct setting_info *info)
{
    return (char *)settings + info->offset;
}

static const void *field_in(const struct settings *settings, const struct setting_info *info)
{
    return (const char *)settings + info->offset;
}

static bool parse_text(void *field, const struct setting_info *info, const char *text,
                       struct error *error)
{
    (void)info;
    if (*text == '\0')
        return error_set(error, ERROR_USAGE, "it is empty");
    *(const char **)field = text;
    return true;
}

static bool parse_seconds(void *field, const struct setting_info *info, const char *text,
                          struct error *error)
{
    return duration_parse(text, info->least, info->most, field, error);
}

static bool parse_number(void *field, const struct setting_info *info, const char *text,
                         struct error *error)
{
    char *end;
    long number = strtol(text, &end, 10);
    if (end == text || *end != '\0' || number < info->least || number > info->most)
        return error_set(error, ERROR_USAGE, "it must be a whole number from %d to %d", info->least,
                         info->most);
    *(int *)field = (int)number;
    return true;
}

static bool parse_switch(void *field, const struct setting_info *info, const char *text,
                         struct error *error)
{
    (void)info;
    *(bool *)field = strcmp(text, "true") == 0;
    return *(bool *)field || strcmp(text, "false") == 0 ||
           error_set(error, ERROR_USAGE, "it is true or false");
}

/* Which of its words it is. */
static bool find_word(const struct setting_info *info, const char *text, int *place,
                      struct error *error)
{
    char word[32], near[32] = "";
    for (*place = 0; setting_word(info->words, (size_t)*place, word, sizeof word); ++*place) {
        if (strcmp(word, text) == 0)
            return true;
        if (*near == '\0' && near_name(text, word))
            memcpy(near, word, sizeof near);
    }
    if (*near != '\0')
        return error_set(error, ERROR_USAGE, "it cannot be \"%.40s\"; did you mean \"%s\"?", text,
                         near);
    return error_set(error, ERROR_USAGE, "it cannot be \"%.40s\": it is one of %s", text,
                     info->words);
}

static bool parse_word(void *field, const struct setting_info *info, const char *text,
                       struct error *error)
{
    int place;
    if (!find_word(info, text, &place, error))
        return false;
    *(int *)field = place;
    return true;
}

/* Checks one word of a list; the caller keeps the list. */
static bool parse_words(void *field, const struct setting_info *info, const char *text,
                        struct error *error)
{
    int place;
    (void)field;
    return find_word(info, text, &place, error);
}

bool setting_parse(struct settings *settings, enum setting setting, const char *text,
                   struct error *error)
{
    static bool (*const parsers[SETTING_KINDS])(void *, const struct setting_info *, const char *,
                                                struct error *) = {
        [SETTING_TEXT] = parse_text,     [SETTING_NAME] = parse_text,
        [SETTING_PATH] = parse_text,     [SETTING_SECONDS] = parse_seconds,
        [SETTING_NUMBER] = parse_number, [SETTING_SWITCH] = parse_switch,
        [SETTING_WORD] = parse_word,     [SETTING_WORDS] = parse_words,
        [SETTING_COMMAND] = parse_text,
    };
    const struct setting_info *info = &infos[setting];
    return parsers[info->kind](field_of(settings, info), info, text, error);
}

void settings_usual(struct settings *settings)
{
    *settings = (struct settings){0};
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (*infos[i].usual == '\0')
            continue;
        setting_parse(settings, (enum setting)i, infos[i].usual, NULL);
        if (infos[i].kind == SETTING_WORDS)
            *(const char *const **)field_of(settings, &infos[i]) = usual_lists[i];
    }
}

/* ---- comparing */

static bool same_text(const char *a, const char *b)
{
    return (a == NULL || b == NULL) ? a == b : strcmp(a, b) == 0;
}

static bool same_texts(const char *const *a, const char *const *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    while (*a != NULL && same_text(*a, *b))
        a++, b++;
    return *a == NULL && *b == NULL;
}

bool setting_same(const struct settings *a, const struct settings *b, enum setting setting)
{
    const struct setting_info *info = &infos[setting];
    const void *one = field_in(a, info), *other = field_in(b, info);
    switch (info->kind) {
    case SETTING_TEXT:
    case SETTING_PATH:
    case SETTING_NAME:
        return same_text(*(const char *const *)one, *(const char *const *)other);
    case SETTING_WORDS:
    case SETTING_COMMAND:
        return same_texts(*(const char *const *const *)one, *(const char *const *const *)other);
    case SETTING_SWITCH:
        return *(const bool *)one == *(const bool *)other;
    default:
        return *(const int *)one == *(const int *)other;
    }
}

const char *settings_stale(const struct settings *running, const struct settings *edited)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (infos[i].effect == SETTING_START && !setting_same(running, edited, (enum setting)i))
            return infos[i].path;
    }
    return NULL;
}

void settings_take_live(struct settings *running, const struct settings *edited)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (infos[i].effect != SETTING_LIVE)
            continue;
        memcpy(field_of(running, &infos[i]), field_in(edited, &infos[i]), infos[i].size);
        running->lines[i] = edited->lines[i];
    }
}
