/* config: see config.h. This file: its life, its questions, and what holds for a run. */
#include "core/config_internal.h"

#include "core/file.h"
#include "core/near.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define VENDOR_URL "https://api.bctrl.ai"

const char *config_text(struct reader *reader, const char *text)
{
    const char *copy = arena_text(&reader->config->arena, text, strlen(text));
    if (copy == NULL)
        problems_add(reader->problems, 0, "out of memory");
    return copy;
}

const char **config_list(struct reader *reader, size_t count)
{
    struct config_list *list = calloc(1, sizeof *list + (count + 1) * sizeof *list->items);
    if (list == NULL) {
        problems_add(reader->problems, 0, "out of memory");
        return NULL;
    }
    list->next = reader->config->lists;
    reader->config->lists = list;
    return list->items;
}

/* ---- its life */

static void config_free(struct config *config)
{
    for (struct config_list *list; (list = config->lists) != NULL;) {
        config->lists = list->next;
        free(list);
    }
    arena_clear(&config->arena);
    free(config->profiles);
    free(config->file);
    free(config);
}

struct config *config_ref(struct config *config)
{
    config->refs++;
    return config;
}

void config_unref(struct config *config)
{
    if (config != NULL && atomic_fetch_sub(&config->refs, 1) == 1)
        config_free(config);
}

/* libconfig would read another file here, of any size and kind. */
static unsigned include_line(const char *text)
{
    for (unsigned line = 1;; line++) {
        if (strncmp(text + strspn(text, " \t"), "@include", 8) == 0)
            return line;
        text = strchr(text, '\n');
        if (text == NULL)
            return 0;
        text++;
    }
}

static void read_text(struct reader *reader, const char *text)
{
    config_t tree;
    config_init(&tree);
    if (config_read_string(&tree, text) == CONFIG_TRUE)
        config_root(reader, config_root_setting(&tree));
    else
        problems_add(reader->problems, (unsigned)config_error_line(&tree), "%s",
                     config_error_text(&tree));
    config_destroy(&tree);
}

struct config *config_parse(const char *file, const char *text, size_t length,
                            struct problems *problems)
{
    struct config *config = calloc(1, sizeof *config);
    struct reader reader = {config, problems};
    char *copy = strdup(file);
    if (config == NULL || copy == NULL) {
        free(config);
        free(copy);
        problems_add(problems, 0, "out of memory");
        return NULL;
    }
    config->refs = 1;
    config->file = copy;
    config->text = arena_text(&config->arena, text, length);
    config->length = length;
    settings_usual(&config->general);
    if (length > CONFIG_BYTES)
        problems_add(problems, 0, "it is too big");
    else if (strlen(text) != length)
        problems_add(problems, 0, "it is not text");
    else if (include_line(text) > 0)
        problems_add(problems, include_line(text), "@include is refused: one file says it all");
    else
        read_text(&reader, text);
    return config;
}

struct config *config_load(const char *file, bool asked, struct problems *problems)
{
    struct error error = {0};
    size_t length = 0;
    char *text = file != NULL ? file_read(file, CONFIG_BYTES, &length, &error) : NULL;
    bool missing = file == NULL || errno == ENOENT;
    if (text == NULL && (asked || !missing))
        problems_add(problems, 0, "%s", error.sentence);
    struct config *config =
        config_parse(file != NULL ? file : "", text != NULL ? text : "", length, problems);
    free(text);
    return config;
}

/* ---- questions */

const char *config_file(const struct config *config)
{
    return config->file;
}

bool config_reads(const struct config *config, const char *text, size_t length)
{
    return config->text != NULL && config->length == length &&
           memcmp(config->text, text != NULL ? text : "", length) == 0;
}

const char *config_profile(const struct config *config, size_t place)
{
    return place < config->profile_count ? config->profiles[place].name : NULL;
}

static const struct config_profile *find(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->profile_count; i++)
        if (strcmp(config->profiles[i].name, name) == 0)
            return &config->profiles[i];
    return NULL;
}

const struct settings *config_settings(const struct config *config, const char *profile)
{
    if (profile == NULL)
        return &config->general;
    const struct config_profile *found = find(config, profile);
    return found != NULL ? &found->settings : NULL;
}

const char *config_keys(const struct config *config, enum action action, unsigned *line)
{
    *line = config->key_lines[action];
    return config->keys[action];
}

enum config_view config_view(const char *title)
{
#define CONFIG_VIEW_ROW(name, word, columns) [CONFIG_##name] = word,
    static const char *const names[] = {CONFIG_VIEWS(CONFIG_VIEW_ROW)};
#undef CONFIG_VIEW_ROW
    int view = 0;
    while (view < CONFIG_VIEW_COUNT && strcmp(names[view], title) != 0)
        view++;
    return (enum config_view)view;
}

const char *const *config_columns(const struct config *config, const char *view)
{
    enum config_view known = config_view(view);
    return known < CONFIG_VIEW_COUNT ? config->columns[known] : NULL;
}

/* ---- what holds for a run */

static bool refuse_profile(const struct config *config, const char *profile, struct error *error)
{
    const char *name, *near = NULL;
    for (size_t i = 0; near == NULL && (name = config_profile(config, i)) != NULL; i++)
        near = near_name(profile, name) ? name : NULL;
    if (near != NULL)
        return error_set(error, ERROR_USAGE, "there is no profile %.64s; did you mean %s?", profile,
                         near);
    return error_set(error, ERROR_USAGE, "there is no profile %.64s in %s", profile,
                     *config->file != '\0' ? config->file : "the configuration");
}

/* The command line wins; with a part of something goes the rest of it. */
static void override_server(struct settings *settings, const struct options *options)
{
    if (options->api_url != NULL)
        settings->url = options->api_url;
    if (options->api_key_file != NULL) {
        settings->key_file = options->api_key_file;
        settings->key_env = NULL;
        settings->key_command = NULL;
    }
    if (options->client_cert != NULL) {
        settings->client_cert = options->client_cert;
        settings->client_key = NULL;
    }
    if (*options->space != '\0') {
        settings->space = options->space;
        settings->runtime = *options->runtime != '\0' ? options->runtime : NULL;
    }
}

static void override(struct settings *settings, const struct options *options)
{
    if (options->ca_file != NULL)
        settings->ca_file = options->ca_file;
    if (options->client_key != NULL)
        settings->client_key = options->client_key;
    if (options->interval_s > 0)
        settings->interval_s = options->interval_s;
    if (options->timeout_s > 0)
        settings->timeout_s = options->timeout_s;
    if (options->theme != NULL)
        settings->theme = options->theme;
    if (options->clipboard_command != NULL) {
        settings->clipboard_command = options->clipboard_command;
        settings->clipboard_route = CLIPBOARD_AUTO;
    }
    settings->keyring = settings->keyring && options->keyring;
    settings->read_only = settings->read_only || options->read_only;
    settings->ascii = settings->ascii || options->ascii;
}

/* A demo has a server of its own. */
static void forget_server(struct settings *settings)
{
    struct settings usual;
    settings_usual(&usual);
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        if (info->owner == SETTING_PROFILE)
            memcpy((char *)settings + info->offset, (const char *)&usual + info->offset,
                   info->size);
    }
}

bool config_settle(struct settings *settings, const struct config *config, const char *profile,
                   const struct options *options, struct error *error)
{
    const char *url = getenv("BCTRL_API_URL");
    const char *chosen = profile != NULL && *profile != '\0' ? profile : NULL;
    if (profile == NULL)
        chosen =
            options->profile != NULL || options->demo ? options->profile : config->general.profile;
    const struct settings *from = config_settings(config, chosen);
    if (from == NULL)
        return refuse_profile(config, chosen, error);
    *settings = *from;
    settings->profile = chosen != NULL ? find(config, chosen)->name : NULL;
    if (options->demo)
        forget_server(settings);
    override_server(settings, options);
    override(settings, options);
    if (settings->url == NULL)
        settings->url = url != NULL && *url != '\0' ? url : VENDOR_URL;
    if (settings->client_key != NULL && settings->client_cert == NULL)
        return error_set(error, ERROR_USAGE, "--client-key belongs to a --client-cert");
    return true;
}
