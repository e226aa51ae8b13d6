/* app_config: what the configuration says, at the start and whenever its file or the theme's was
 * edited: a good edit shows at once, a broken one keeps what was before and says where it is wrong.
 */
#include "tui/app_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what only the screen can check */

static void check_accent(const struct config *config, const char *profile,
                         struct problems *problems)
{
    struct theme theme;
    struct error error;
    const struct settings *settings = config_settings(config, profile);
    const struct settings *general = config_settings(config, NULL);
    bool own = settings == general || settings->accent != general->accent;
    if (own && settings->accent != NULL && !theme_accent(&theme, settings->accent, &error))
        problems_add(problems, settings->lines[SETTING_OF_accent], "accent: %s", error.sentence);
}

static void check_accents(const struct config *config, struct problems *problems)
{
    const char *profile;
    check_accent(config, NULL, problems);
    for (size_t i = 0; (profile = config_profile(config, i)) != NULL; i++)
        check_accent(config, profile, problems);
}

void app_config_check(const struct config *config, struct problems *problems)
{
    const struct settings *settings = config_settings(config, NULL);
    struct theme theme;
    struct error error;
    keymap_free(keymap_of(config, problems));
    check_accents(config, problems);
    if (settings->lines[SETTING_OF_theme] > 0 && !theme_load(&theme, settings->theme, &error))
        problems_add(problems, settings->lines[SETTING_OF_theme], "theme: %s", error.sentence);
}

/* ---- what is in use */

static bool is_path(const char *theme)
{
    return strchr(theme, '/') != NULL;
}

void app_theme_use(struct app *app, const struct theme *theme)
{
    struct theme painted = *theme;
    app->theme = *theme;
    if (app->settings.accent != NULL)
        theme_accent(&painted, app->settings.accent, NULL);
    /* Everything is painted anew only where something looks other than before. */
    if (memcmp(painted.looks, app->painted.looks, sizeof painted.looks) != 0)
        terminal_theme(app->terminal, &painted);
    app->painted = painted;
}

/* What is compiled in is there at once; a file comes from the clerk. */
static void find_theme(struct app *app)
{
    struct theme theme;
    const char *name = app->settings.theme;
    clerk_watch(app->clerk, is_path(name) ? name : NULL, FILE_THEME);
    if (!is_path(name) && theme_load(&theme, name, NULL))
        app_theme_use(app, &theme);
}

/* All of the settings that are not simply looked at where they count. */
static void use_settings(struct app *app)
{
    const struct settings *settings = &app->settings;
    const struct setting_info *info = setting_info(SETTING_OF_clipboard_route);
    if (settings->clock != app->clock)
        app->zone = settings->clock == CLOCK_UTC ? FORMAT_UTC : FORMAT_LOCAL;
    app->clock = settings->clock;
    app->thresholds = (struct thresholds){settings->warn_s, settings->critical_s};
    setting_word(info->words, (size_t)settings->clipboard_route, app->clipboard_route,
                 sizeof app->clipboard_route);
    app_event_use(app);
}

void app_config_apply(struct app *app)
{
    use_settings(app);
    clipboard_use(app->clipboard, app->clipboard_route, app->settings.clipboard_command);
    app_theme_use(app, &app->theme);
}

bool app_config_begin(struct app *app, struct error *error)
{
    struct problems problems = {0};
    terminal_theme(app->terminal, &app->theme);
    app->painted = app->theme;
    app_theme_use(app, &app->theme);
    use_settings(app);
    app->keymap = keymap_of(app->config, &problems);
    if (app->keymap != NULL)
        keymap_names(app->keymap, &app->keys);
    return app->keymap != NULL || problems_error(&problems, config_file(app->config), error);
}

void app_config_watch(struct app *app)
{
    const char *file = config_file(app->config);
    clerk_watch(app->clerk, *file != '\0' ? file : NULL, FILE_CONFIG);
    find_theme(app);
}

const char *const *app_columns(const struct app *app)
{
    return config_columns(app->config, app_view(app)->title);
}

/* ---- edits */

static const char *short_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void say_problem(struct app *app, const char *file, const struct problems *problems)
{
    char first[PROBLEM_BYTES + 128] = "";
    problems_text(problems, short_name(file), 0, first, sizeof first);
    if (problems->count > 1)
        app_say(app, ROLE_CHIP_ERROR, "%s (and %zu more); what was before holds", first,
                problems->count - 1);
    else
        app_say(app, ROLE_CHIP_ERROR, "%s; what was before holds", first);
}

/* What would hold with it; false where anything of it is wrong. */
static bool judge(const struct app *app, const struct config *config, struct settings *edited,
                  struct problems *problems)
{
    struct error error;
    struct theme theme;
    const char *profile = app->settings.profile != NULL ? app->settings.profile : "";
    check_accents(config, problems);
    if (problems->count > 0)
        return false;
    if (!app_settle_profile(app, config, profile, edited, &error))
        return problems_add(problems, 0, "%s", error.sentence);
    return is_path(edited->theme) || theme_load(&theme, edited->theme, &error) ||
           problems_add(problems, edited->lines[SETTING_OF_theme], "theme: %s", error.sentence);
}

static void use_edited(struct app *app, const struct settings *edited)
{
    bool other_theme = !setting_same(&app->settings, edited, SETTING_OF_theme);
    settings_take_live(&app->settings, edited);
    app_config_apply(app);
    if (other_theme) /* else what the operator looks at stays */
        find_theme(app);
}

static void say_read(struct app *app, const char *stale)
{
    const char *file = short_name(config_file(app->config));
    if (stale != NULL)
        app_say(app, ROLE_CHIP_WARN, "%s is read; %s counts from the next start on", file, stale);
    else
        app_say(app, ROLE_TOAST, "%s is read", file);
}

/* Nothing is changed before all of it is good. Takes the configuration over. */
static void adopt(struct app *app, struct config *config, struct problems *problems)
{
    struct settings edited;
    struct keymap *keymap = keymap_of(config, problems);
    if (!judge(app, config, &edited, problems)) {
        keymap_free(keymap);
        config_unref(config);
        return;
    }
    const char *stale = settings_stale(&app->settings, &edited);
    keymap_free(app->keymap);
    app->keymap = keymap;
    keymap_names(keymap, &app->keys);
    use_edited(app, &edited);
    /* Last: until here some of it was in use. What is never taken from an edit borrows from the
     * one that its account began with, which outlives the dashboard. */
    config_unref(app->config);
    app->config = config;
    say_read(app, stale);
    app_rebuild(app);
}

static void on_config(struct app *app, const struct clerk_result *result)
{
    const char *file = config_file(app->config);
    struct problems problems = {0};
    bool began = !app->config_known;
    app->config_known = true;
    /* The clerk reads it a moment after the start did: an edit between the two is one as well. */
    if (began && config_reads(app->config, result->bytes, result->length))
        return;
    if (result->bytes != NULL) {
        struct config *config = config_parse(file, result->bytes, result->length, &problems);
        if (config != NULL)
            adopt(app, config, &problems);
        if (problems.count > 0)
            say_problem(app, file, &problems);
    } else {
        app_say(app, ROLE_CHIP_WARN, "%s; what was before holds", result->error.sentence);
    }
}

static void on_theme(struct app *app, const struct clerk_result *result)
{
    struct theme theme;
    struct error error = result->error;
    bool good = result->bytes != NULL;
    if (good && strlen(result->bytes) != result->length)
        good = error_set(&error, ERROR_INPUT, "%s is not text", app->settings.theme);
    good = good && theme_parse(&theme, short_name(app->settings.theme), result->bytes, &error);
    if (good)
        app_theme_use(app, &theme);
    else
        app_say(app, ROLE_CHIP_ERROR, "%s; the colours are as before", error.sentence);
}

void app_take_files(struct app *app)
{
    clerk_look(app->clerk);
    for (struct clerk_result *result; (result = clerk_take(app->clerk)) != NULL;) {
        if (result->kind == CLERK_FAILED || result->kind == CLERK_WRITTEN)
            app_event_written(app, result);
        else if (result->tag == FILE_CONFIG)
            on_config(app, result);
        else if (result->tag == FILE_THEME)
            on_theme(app, result);
        else if (result->tag == FILE_NAMES)
            app_names_file(app, result);
        else if (result->tag == FILE_LEDGER)
            app_event_file(app, result);
        clerk_result_free(result);
    }
}
