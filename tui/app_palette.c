/* app_palette: all actions in a box, found by typing; each with its keys and what it does. */
#include "tui/app_internal.h"

#include <stdio.h>

/* The words of the list live as long as the program: they are the action list's own. */
struct palette {
    const char *words[ACTION_COUNT], *details[ACTION_COUNT], *aliases[ACTION_COUNT];
    char keys[ACTION_COUNT][64];
    bool grave[ACTION_COUNT];
};

static void decide(struct app *app, int pressed)
{
    app_box_close(app);
    if (pressed > 0)
        app_act(app, (enum action)(ACTION_NONE + pressed));
}

void app_palette(struct app *app)
{
    static struct palette palette; /* UI thread only; made anew each time */
    for (int i = 0; i < ACTION_COUNT - 1; i++) {
        enum action action = (enum action)(ACTION_NONE + 1 + i);
        const struct action_info *info = action_info(action);
        palette.words[i] = info->name;
        palette.details[i] = info->help;
        palette.aliases[i] =
            keymap_keys(app->keymap, action, palette.keys[i], sizeof palette.keys[i]);
        /* What cannot be taken back, and what shows a secret to whoever looks. */
        palette.grave[i] = info->writes || action == ACTION_REVEAL;
    }
    app_box_open(app, decide);
    dialog_init(&app->box.dialog, " actions ");
    struct dialog_item *list =
        dialog_list(&app->box.dialog, "action", palette.words, palette.details, ACTION_COUNT - 1);
    list->aliases = palette.aliases;
    list->grave = palette.grave;
}
