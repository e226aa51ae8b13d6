/* app_profile_box: all profiles in a box, found by typing; each with where it goes. */
#include "tui/app_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void decide(struct app *app, int pressed)
{
    char profile[sizeof app->key_profile];
    bool chosen = pressed > 0 && (size_t)pressed <= app->box.pick.choice_count;
    if (chosen)
        snprintf(profile, sizeof profile, "%s", app->box.pick.choices[pressed - 1]);
    app_box_close(app);
    if (chosen)
        app_profile_choose(app, profile);
}

const char *app_profile_off(const struct app *app)
{
    if (app->options->demo)
        return "a demo has no profiles";
    return config_profile(app->config, 0) != NULL ? NULL : "the configuration has no profiles";
}

/* Where it goes, and what it forbids. */
static char *meaning(const struct app *app, const char *profile)
{
    char text[160];
    struct settings settings;
    struct error error = {0};
    if (!app_settle_profile(app, app->config, profile, &settings, &error))
        return strdup(error.sentence);
    const char *url = settings.url != NULL ? settings.url : "";
    const char *host = strstr(url, "://");
    snprintf(text, sizeof text, "%.120s%s", host != NULL ? host + 3 : url,
             settings.read_only ? ", read-only" : "");
    return strdup(text);
}

/* Copies: an edit of the configuration may come while the box is open. */
static bool add_choice(struct app *app, const char *profile)
{
    struct box *box = &app->box;
    size_t count = box->pick.choice_count;
    char **choices = realloc(box->pick.choices, (count + 1) * sizeof *choices);
    box->pick.choices = choices != NULL ? choices : box->pick.choices;
    char **meanings = realloc(box->pick.meanings, (count + 1) * sizeof *meanings);
    box->pick.meanings = meanings != NULL ? meanings : box->pick.meanings;
    if (choices == NULL || meanings == NULL)
        return false;
    choices[count] = strdup(profile);
    meanings[count] = meaning(app, profile);
    box->pick.choice_count += choices[count] != NULL && meanings[count] != NULL;
    if (box->pick.choice_count == count) {
        free(choices[count]);
        free(meanings[count]);
    }
    return box->pick.choice_count > count;
}

void app_profile_box(struct app *app)
{
    struct box *box = &app->box;
    const char *profile;
    app_box_open(app, decide);
    for (size_t i = 0; (profile = config_profile(app->config, i)) != NULL; i++) {
        if (!add_choice(app, profile))
            break;
    }
    dialog_init(&box->dialog, " profile ");
    dialog_line(&box->dialog, "now", "%s%s%s", app_profile_name(app),
                *app_profile_name(app) != '\0' ? ", " : "", app->account.host);
    struct dialog_item *list =
        dialog_list(&box->dialog, "go to", (const char *const *)box->pick.choices,
                    (const char *const *)box->pick.meanings, box->pick.choice_count);
    for (size_t i = 0; i < box->pick.choice_count; i++) {
        if (strcmp(box->pick.choices[i], app_profile_name(app)) == 0)
            list->chosen = i;
    }
}
