/* app_palette: all actions in a box, found by typing; each with its keys and what it does. */
#include "tui/app_internal.h"

#include <stdio.h>

/* The words of the list live as long as the program: they are the action list's own. */
struct palette {
    const char *words[ACTION_COUNT], *details[ACTION_COUNT], *meanings[ACTION_COUNT];
    char texts[ACTION_COUNT][160];
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
    char keys[64];
    for (int i = 0; i < ACTION_COUNT - 1; i++) {
        enum action action = (enum action)(ACTION_NONE + 1 + i);
        keymap_keys(app->keymap, action, keys, sizeof keys);
        snprintf(palette.texts[i], sizeof palette.texts[i], "%-13.13s %.140s", keys,
                 action_info(action)->help);
        palette.words[i] = action_info(action)->name;
        palette.details[i] = palette.texts[i];
        palette.meanings[i] = action_info(action)->help;
    }
    app_box_open(app, decide);
    dialog_init(&app->box.dialog, " actions ");
    dialog_list(&app->box.dialog, "action", palette.words, palette.details, ACTION_COUNT - 1)
        ->meanings = palette.meanings;
}
