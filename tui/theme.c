/* theme: see theme.h. libconfig reads the file; what its settings say is read here. */
#include "tui/theme.h"

#include "tui/theme_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 65536 };

struct role_info {
    const char *name;
    enum role like;
};

#define ROLE_ROW(name, word, like) [ROLE_##name] = {word, ROLE_##like},
static const struct role_info roles[ROLE_COUNT] = {ROLES(ROLE_ROW)};
#undef ROLE_ROW

/* A theme that is being read. */
struct reading {
    const char *name; /* of the file, for its errors */
    struct look looks[ROLE_COUNT];
    bool named[ROLE_COUNT];
    struct error *error;
};

/* ---- Settings */

static bool fail_at(const struct reading *reading, const config_setting_t *setting,
                    const char *what, const char *word)
{
    return error_set(reading->error, ERROR_USAGE, "%s:%u: %s \"%.60s\"", reading->name,
                     config_setting_source_line(setting), what, word);
}

/* "group.setting", or "setting" of the file itself. */
static int find_role(const char *group, const char *setting)
{
    size_t length = strlen(group);
    for (int role = 0; role < ROLE_COUNT; role++) {
        const char *name = roles[role].name;
        if (length == 0 && strcmp(name, setting) == 0)
            return role;
        if (length > 0 && strncmp(name, group, length) == 0 && name[length] == '.' &&
            strcmp(name + length + 1, setting) == 0)
            return role;
    }
    return -1;
}

static bool read_role(struct reading *reading, const char *group, const config_setting_t *setting)
{
    const char *name = config_setting_name(setting);
    const char *words = config_setting_get_string(setting);
    int role = find_role(group, name);
    char bad[THEME_WORD_BYTES];
    if (role < 0)
        return fail_at(reading, setting, "there is no role", name);
    if (words == NULL)
        return fail_at(reading, setting, "a look is words in quotes; this is not one:", name);
    if (!theme_words(&reading->looks[role], words, bad))
        return fail_at(reading, setting, "a look has no word", bad);
    reading->named[role] = true;
    return true;
}

static bool read_group(struct reading *reading, const config_setting_t *group)
{
    bool good = true;
    int count = config_setting_length(group);
    for (int i = 0; i < count && good; i++)
        good = read_role(reading, config_setting_name(group),
                         config_setting_get_elem(group, (unsigned)i));
    return good;
}

static bool read_settings(struct reading *reading, const config_setting_t *root)
{
    bool good = true;
    int count = config_setting_length(root);
    for (int i = 0; i < count && good; i++) {
        const config_setting_t *setting = config_setting_get_elem(root, (unsigned)i);
        good = config_setting_is_group(setting) ? read_group(reading, setting)
                                                : read_role(reading, "", setting);
    }
    return good;
}

/* The list of roles has each one after the one it is like. */
static void inherit(struct reading *reading)
{
    if (!reading->named[ROLE_TEXT])
        reading->looks[ROLE_TEXT] = (struct look){LOOK_DEFAULT, LOOK_DEFAULT, 0};
    for (int role = ROLE_TEXT + 1; role < ROLE_COUNT; role++)
        if (!reading->named[role])
            reading->looks[role] = reading->looks[roles[role].like];
}

/* libconfig would read another file here, of any size and kind. */
static bool includes(const char *text)
{
    for (const char *at = text; (at = strstr(at, "@include")) != NULL; at++) {
        const char *line = at;
        while (line > text && (line[-1] == ' ' || line[-1] == '\t'))
            line--;
        if (line == text || line[-1] == '\n')
            return true;
    }
    return false;
}

static bool read_text(struct reading *reading, const char *text)
{
    config_t config;
    if (includes(text))
        return error_set(reading->error, ERROR_USAGE, "%s: a theme cannot @include another file",
                         reading->name);
    config_init(&config);
    bool good = config_read_string(&config, text) == CONFIG_TRUE;
    if (!good)
        error_set(reading->error, ERROR_USAGE, "%s:%d: %s", reading->name,
                  config_error_line(&config), config_error_text(&config));
    good = good && read_settings(reading, config_root_setting(&config));
    config_destroy(&config);
    if (good)
        inherit(reading);
    return good;
}

/* ---- Files */

static bool fail_file(const struct reading *reading, const char *why)
{
    return error_set(reading->error, ERROR_USAGE, "the theme %s cannot be read: %s", reading->name,
                     why);
}

static bool read_bytes(const struct reading *reading, int fd, char *text)
{
    struct stat status;
    ssize_t got = 0;
    size_t length = 0;
    if (fstat(fd, &status) != 0)
        return fail_file(reading, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return fail_file(reading, "it is not a file");
    while (length < FILE_BYTES_MAX && (got = read(fd, text + length, FILE_BYTES_MAX - length)) > 0)
        length += (size_t)got;
    if (got < 0)
        return fail_file(reading, strerror(errno));
    if (length == FILE_BYTES_MAX)
        return fail_file(reading, "it is too big");
    if (memchr(text, '\0', length) != NULL)
        return fail_file(reading, "it is not text");
    text[length] = '\0';
    return true;
}

static bool read_file(struct reading *reading)
{
    bool good = false;
    int fd = open(reading->name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return fail_file(reading, strerror(errno));
    char *text = malloc(FILE_BYTES_MAX);
    if (text == NULL)
        error_memory(reading->error);
    else
        good = read_bytes(reading, fd, text) && read_text(reading, text);
    free(text);
    close(fd);
    return good;
}

/* ---- Names */

const char *theme_name(size_t place)
{
    size_t count = 0;
    while (theme_embedded[count].name != NULL)
        count++;
    return place < count ? theme_embedded[place].name : NULL;
}

static bool fail_name(const struct reading *reading)
{
    char known[256] = "";
    for (size_t i = 0; theme_name(i) != NULL; i++) {
        size_t length = strlen(known);
        snprintf(known + length, sizeof known - length, "%s%s", i > 0 ? ", " : "", theme_name(i));
    }
    return error_set(reading->error, ERROR_USAGE,
                     "there is no theme \"%.60s\"; there are %s, and files if the name has a slash",
                     reading->name, known);
}

static bool read_embedded(struct reading *reading)
{
    for (size_t i = 0; theme_embedded[i].name != NULL; i++)
        if (strcmp(theme_embedded[i].name, reading->name) == 0)
            return read_text(reading, theme_embedded[i].text);
    return fail_name(reading);
}

static void become(struct theme *theme, const struct reading *reading)
{
    snprintf(theme->name, sizeof theme->name, "%s", reading->name);
    memcpy(theme->looks, reading->looks, sizeof theme->looks);
}

bool theme_parse(struct theme *theme, const char *name, const char *text, struct error *error)
{
    struct reading reading = {.name = name, .error = error};
    if (!read_text(&reading, text))
        return false;
    become(theme, &reading);
    return true;
}

bool theme_accent(struct theme *theme, const char *words, struct error *error)
{
    char bad[THEME_WORD_BYTES];
    struct look look;
    if (!theme_words(&look, words, bad))
        return error_set(error, ERROR_USAGE, "a look has no word \"%.60s\"", bad);
    theme->looks[ROLE_PROFILE] = look;
    return true;
}

bool theme_load(struct theme *theme, const char *name, struct error *error)
{
    struct reading reading = {.name = name, .error = error};
    if (!(strchr(name, '/') != NULL ? read_file(&reading) : read_embedded(&reading)))
        return false;
    become(theme, &reading);
    return true;
}
