/* config_read: the groups of the file: settings, profiles, keys, columns. */
#include "core/config_internal.h"

#include "api/base_url.h"
#include "core/columns.h"
#include "core/events.h"
#include "core/near.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 160 };

static unsigned line_of(const config_setting_t *from)
{
    return config_setting_source_line(from);
}

static void unknown(struct reader *reader, const config_setting_t *from, const char *what,
                    const char *name, const char *near)
{
    if (near != NULL)
        problems_add(reader->problems, line_of(from), "there is no %s %.64s; did you mean %s?",
                     what, name, near);
    else
        problems_add(reader->problems, line_of(from), "there is no %s %.64s", what, name);
}

/* ---- settings */

static bool is_group(const char *path)
{
    size_t length = strlen(path);
    for (int i = 0; i < SETTING_COUNT; i++) {
        const char *known = setting_info((enum setting)i)->path;
        if (strncmp(known, path, length) == 0 && known[length] == '.')
            return true;
    }
    return false;
}

static void read_setting(struct reader *reader, struct settings *settings, const char *path,
                         enum setting_owner owner, const config_setting_t *from)
{
    enum setting setting = setting_find(path);
    if (setting == SETTING_COUNT)
        unknown(reader, from, "setting", path, setting_near(path, owner));
    else if (owner == SETTING_PROFILE && setting_info(setting)->owner != SETTING_PROFILE)
        problems_add(reader->problems, line_of(from),
                     "%s belongs to the general part of the file, not into a profile", path);
    else
        config_value(reader, settings, setting, from);
}

static void read_group(struct reader *reader, const config_setting_t *group)
{
    char path[PATH_MAX_BYTES];
    if (!config_setting_is_group(group)) {
        problems_add(reader->problems, line_of(group), "%s is a group: %s: { ... };",
                     config_setting_name(group), config_setting_name(group));
        return;
    }
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *from = config_setting_get_elem(group, (unsigned)i);
        snprintf(path, sizeof path, "%.64s.%.64s", config_setting_name(group),
                 config_setting_name(from));
        read_setting(reader, &reader->config->general, path, SETTING_GENERAL, from);
    }
}

/* ---- what does not fit together */

static void check_key(struct reader *reader, const unsigned lines[SETTING_COUNT])
{
    static const enum setting sources[] = {SETTING_OF_key_env, SETTING_OF_key_file,
                                           SETTING_OF_key_command};
    const char *first = NULL;
    for (size_t i = 0; i < 3; i++) {
        unsigned line = lines[sources[i]];
        const char *path = setting_info(sources[i])->path;
        if (line > 0 && first != NULL)
            problems_add(reader->problems, line, "%s and %s: the key comes from one place", first,
                         path);
        if (line > 0)
            first = path;
    }
}

/* Of what was said here: `lines` of this part alone. */
static void check_settings(struct reader *reader, const struct settings *settings,
                           const unsigned lines[SETTING_COUNT])
{
    struct base_url base;
    struct error error;
    check_key(reader, lines);
    if (lines[SETTING_OF_url] > 0 && settings->url != NULL &&
        !base_url_parse(&base, settings->url, &error))
        problems_add(reader->problems, lines[SETTING_OF_url], "url: %s", error.sentence);
    if (lines[SETTING_OF_client_key] > 0 && settings->client_cert == NULL)
        problems_add(reader->problems, lines[SETTING_OF_client_key],
                     "client_key belongs to a client_cert");
    if (lines[SETTING_OF_runtime] > 0 && settings->space == NULL)
        problems_add(reader->problems, lines[SETTING_OF_runtime], "runtime belongs to a space");
    unsigned critical = lines[SETTING_OF_critical_s], warn = lines[SETTING_OF_warn_s];
    if ((critical > 0 || warn > 0) && settings->critical_s > settings->warn_s)
        problems_add(reader->problems, critical > 0 ? critical : warn,
                     "thresholds.critical (%d s) comes before thresholds.warn (%d s)",
                     settings->critical_s, settings->warn_s);
    if (lines[SETTING_OF_clipboard_route] > 0 && settings->clipboard_route == CLIPBOARD_COMMAND &&
        settings->clipboard_command == NULL)
        problems_add(reader->problems, lines[SETTING_OF_clipboard_route],
                     "clipboard.route is command, but there is no clipboard.command");
}

/* ---- profiles */

/* Where a profile says where the key is, the general part's word about it counts no more. */
static void replace_key(struct settings *settings, const unsigned lines[SETTING_COUNT])
{
    if (lines[SETTING_OF_key_env] + lines[SETTING_OF_key_file] + lines[SETTING_OF_key_command] == 0)
        return;
    if (lines[SETTING_OF_key_env] == 0)
        settings->key_env = NULL;
    if (lines[SETTING_OF_key_file] == 0)
        settings->key_file = NULL;
    if (lines[SETTING_OF_key_command] == 0)
        settings->key_command = NULL;
}

static void read_profile(struct reader *reader, const config_setting_t *group)
{
    struct config *config = reader->config;
    struct config_profile *profile = &config->profiles[config->profile_count];
    struct settings own = config->general;
    memset(own.lines, 0, sizeof own.lines);
    if (!config_setting_is_group(group)) {
        problems_add(reader->problems, line_of(group), "a profile is a group: %.64s: { ... };",
                     config_setting_name(group));
        return;
    }
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *from = config_setting_get_elem(group, (unsigned)i);
        read_setting(reader, &own, config_setting_name(from), SETTING_PROFILE, from);
    }
    replace_key(&own, own.lines);
    check_settings(reader, &own, own.lines);
    /* A runtime of the general part is one of the general part's space. */
    if (own.lines[SETTING_OF_space] > 0 && own.lines[SETTING_OF_runtime] == 0)
        own.runtime = NULL;
    for (int i = 0; i < SETTING_COUNT; i++)
        if (own.lines[i] == 0)
            own.lines[i] = config->general.lines[i];
    profile->name = config_text(reader, config_setting_name(group));
    profile->settings = own;
    config->profile_count += profile->name != NULL;
}

static void read_profiles(struct reader *reader, const config_setting_t *from)
{
    int count = config_setting_length(from);
    if (!config_setting_is_group(from) || count > CONFIG_PROFILES) {
        problems_add(reader->problems, line_of(from), "profiles is a group of at most %d groups",
                     CONFIG_PROFILES);
        return;
    }
    reader->config->profiles = calloc((size_t)count + 1, sizeof *reader->config->profiles);
    if (reader->config->profiles == NULL) {
        problems_add(reader->problems, 0, "out of memory");
        return;
    }
    for (int i = 0; i < count; i++)
        read_profile(reader, config_setting_get_elem(from, (unsigned)i));
}

static void check_profile(struct reader *reader)
{
    const struct settings *general = &reader->config->general;
    const char *name, *near = NULL;
    if (general->profile == NULL || config_settings(reader->config, general->profile) != NULL)
        return;
    for (size_t i = 0; near == NULL && (name = config_profile(reader->config, i)) != NULL; i++)
        near = near_name(general->profile, name) ? name : NULL;
    if (near != NULL)
        problems_add(reader->problems, general->lines[SETTING_OF_profile],
                     "profile: there is none of the name %.64s; did you mean %s?", general->profile,
                     near);
    else
        problems_add(reader->problems, general->lines[SETTING_OF_profile],
                     "profile: there is none of the name %.64s", general->profile);
}

/* ---- keys and columns */

static enum action find_action(const char *name, const char **near)
{
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        const char *known = action_info((enum action)action)->name;
        if (strcmp(known, name) == 0)
            return (enum action)action;
        if (*near == NULL && near_name(name, known))
            *near = known;
    }
    return ACTION_NONE;
}

/* What keys are is not known here: they are kept as keymap_bind takes them. */
static void read_key(struct reader *reader, const config_setting_t *from)
{
    const char *near = NULL, *items[CONFIG_WORDS];
    char all[512] = "";
    enum action action = find_action(config_setting_name(from), &near);
    if (action == ACTION_NONE) {
        unknown(reader, from, "action", config_setting_name(from), near);
        return;
    }
    size_t count = config_texts(reader, from, items), length = 0;
    for (size_t i = 0; i < count; i++) {
        if (*items[i] == '\0' || strchr(items[i], ' ') != NULL ||
            length + strlen(items[i]) + 2 > sizeof all) {
            problems_add(reader->problems, line_of(from), "%s: \"%.40s\" is not the name of a key",
                         config_setting_name(from), items[i]);
            return;
        }
        length +=
            (size_t)snprintf(all + length, sizeof all - length, "%s%s", i > 0 ? " " : "", items[i]);
    }
    if (count > 0)
        reader->config->keys[action] = config_text(reader, all);
    reader->config->key_lines[action] = line_of(from);
}

static void read_columns_of(struct reader *reader, enum config_view view,
                            const struct columns *known, const config_setting_t *from)
{
    const char *items[CONFIG_WORDS];
    size_t count = config_texts(reader, from, items);
    const char **list = count > 0 ? config_list(reader, count) : NULL;
    if (list == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        const struct column *column = columns_find(known, items[i]);
        const char *near = NULL;
        for (size_t k = 0; near == NULL && column == NULL && k < known->count; k++)
            near = near_name(items[i], known->items[k].name) ? known->items[k].name : NULL;
        if (column == NULL)
            unknown(reader, from, "column", items[i], near);
        for (size_t k = 0; column != NULL && k < i; k++)
            if (list[k] != NULL && strcmp(list[k], column->name) == 0)
                problems_add(reader->problems, line_of(from), "the column %s stands there twice",
                             column->name);
        list[i] = column != NULL ? column->name : "";
    }
    reader->config->columns[view] = list;
}

static void read_columns(struct reader *reader, const config_setting_t *from)
{
#define CONFIG_VIEW_ROW(name, word, columns) [CONFIG_##name] = columns,
    const struct columns known[] = {CONFIG_VIEWS(CONFIG_VIEW_ROW)};
#undef CONFIG_VIEW_ROW
    const char *name = config_setting_name(from);
    enum config_view view = config_view(name);
    if (view < CONFIG_VIEW_COUNT)
        read_columns_of(reader, view, &known[view], from);
    else
        problems_add(reader->problems, line_of(from), "%.64s is no view with columns to choose",
                     name);
}

static void read_each(struct reader *reader, const config_setting_t *group,
                      void (*read)(struct reader *, const config_setting_t *))
{
    if (!config_setting_is_group(group))
        problems_add(reader->problems, line_of(group), "%s is a group: %s: { ... };",
                     config_setting_name(group), config_setting_name(group));
    else
        for (int i = 0; i < config_setting_length(group); i++)
            read(reader, config_setting_get_elem(group, (unsigned)i));
}

/* ---- all of it */

static void read_keys(struct reader *reader, const config_setting_t *group)
{
    read_each(reader, group, read_key);
}

static void read_views(struct reader *reader, const config_setting_t *group)
{
    read_each(reader, group, read_columns);
}

/* Profiles come last: they begin with what the general part says, wherever it says so. */
static const struct {
    const char *name;
    void (*read)(struct reader *, const config_setting_t *);
} parts[] = {{"keys", read_keys}, {"columns", read_views}, {"profiles", read_profiles}};

enum { PARTS = sizeof parts / sizeof *parts };

static bool is_part(const char *name)
{
    for (size_t i = 0; i < PARTS; i++)
        if (strcmp(parts[i].name, name) == 0)
            return true;
    return false;
}

static void read_general(struct reader *reader, const config_setting_t *from)
{
    const char *name = config_setting_name(from), *near = NULL;
    for (size_t i = 0; i < PARTS; i++)
        near = near_name(name, parts[i].name) ? parts[i].name : near;
    if (is_part(name))
        return;
    if (is_group(name))
        read_group(reader, from);
    else if (near != NULL && setting_find(name) == SETTING_COUNT)
        unknown(reader, from, "setting", name, near);
    else
        read_setting(reader, &reader->config->general, name, SETTING_GENERAL, from);
}

void config_root(struct reader *reader, const config_setting_t *root)
{
    for (int i = 0; i < config_setting_length(root); i++)
        read_general(reader, config_setting_get_elem(root, (unsigned)i));
    check_settings(reader, &reader->config->general, reader->config->general.lines);
    for (size_t i = 0; i < PARTS; i++) {
        const config_setting_t *from = config_setting_get_member(root, parts[i].name);
        if (from != NULL)
            parts[i].read(reader, from);
    }
    check_profile(reader);
}
