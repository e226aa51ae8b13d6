/* foot: the footer: the keys that are of use now, and what narrows the table. */
#include "tui/app_internal.h"

#include "tui/bar.h"
#include "tui/table.h"

#include <stdio.h>

enum { HINT_GAP = 2, CLOSE_COLUMNS = 32 };

static void add_key(struct bar *bar, int priority, const char *key, const char *word)
{
    struct bar_segment *first = bar_add(bar, ROLE_KEY_ON, priority, "%s", key);
    struct bar_segment *second = bar_add(bar, ROLE_DIM, priority, " %s", word);
    if (first != NULL && second != NULL)
        second->joined = true;
}

/* What Enter and the revoke key mean here. */
static const char *hint_word(const struct app *app, enum action action)
{
    if (action == ACTION_REVOKE && app->marks.count == 0 && app_unresolved(app_row(app)))
        return "decide";
    if (action == ACTION_BACK)
        return app_back_word(app);
    if (action != ACTION_OPEN)
        return action_info(action)->hint;
    return app->details ? app_view(app)->open_again_word : app_view(app)->open_word;
}

static int hint_gap(const struct app *app)
{
    return terminal_columns(app->terminal) < CLOSE_COLUMNS ? 1 : HINT_GAP;
}

/* A key and its word; they come and go together. What would only say why not is left out, and what
 * has no key, unless it is of use just now: then the palette takes its name. */
static void add_hint(const struct app *app, struct bar *bar, enum action action, int priority)
{
    char key[KEY_LABEL_BYTES];
    const char *word = hint_word(app, action);
    if (word == NULL || app_off(app, action) != NULL)
        return;
    if (*keymap_first(app->keymap, action, key, sizeof key) != '\0')
        add_key(bar, priority, key, word);
    else if (priority == 0 && *app->keys.of[ACTION_PALETTE] != '\0')
        bar_add(bar, ROLE_KEY_ON, priority, ":%s", action_info(action)->name);
}

/* What narrows the table, and what is marked, is said at the right end, always. */
static void add_narrowing(const struct app *app, struct bar *bar)
{
    size_t hidden_marks, marked = app_marks(app, &hidden_marks);
    const struct filter *filter = &app->filters[app->view];
    struct bar_segment *segments[4] = {NULL};
    const char *sorted = app->sorts[app->view].column;
    if (sorted != NULL && app->layout.table.rows > 0 && !table_shows(app, sorted))
        segments[3] = bar_add(bar, ROLE_CHIP_INFO, 0, "by %s%s", sorted,
                              app->sorts[app->view].inverted ? " inverted" : "");
    if (filter->count > 0) {
        if (!app->prompt.open) /* it stands there already */
            segments[0] = bar_add(bar, ROLE_CHIP_INFO, 0, "/%.40s", filter->text);
        segments[1] = bar_add(bar, ROLE_CHIP_INFO, 0, "%zu hidden", app->shown[app->view].hidden);
    }
    if (marked > 0)
        segments[2] =
            bar_add(bar, ROLE_MARK, 0, hidden_marks > 0 ? "%zu marked, %zu hidden" : "%zu marked",
                    marked, hidden_marks);
    if (segments[0] != NULL)
        segments[0]->soft = true;
    for (int i = 0; i < 4; i++) {
        if (segments[i] != NULL)
            segments[i]->right = true;
    }
}

static bool key_rejected(const struct app *app)
{
    const struct trouble *trouble = app->snapshot != NULL ? app->snapshot->server.trouble : NULL;
    return trouble != NULL && trouble->kind == TROUBLE_UNAUTHORISED;
}

/* While a filter is typed keys are letters: what else there is to press, and what can be typed. */
static void add_typing(const struct app *app, struct bar *bar)
{
    bar_add(bar, ROLE_CHIP_ERROR, 0, "%s", app->prompt.problem);
    add_key(bar, 1, "Enter", "keep");
    add_key(bar, 1, "Esc", "as before");
    for (size_t i = 0; app_view(app)->filter_hints[i] != NULL; i++)
        bar_add(bar, ROLE_DIM, 2, "%s", app_view(app)->filter_hints[i]);
}

/* What Enter presses: the button that has the focus, or from a field the first one. */
static const char *enter_word(const struct dialog *dialog)
{
    const char *first = "";
    for (size_t i = 0; i < dialog->item_count; i++) {
        const struct dialog_item *item = &dialog->items[i];
        if (item->kind == DIALOG_LIST && i == dialog->focus)
            return "take it";
        if (item->kind == DIALOG_BUTTON && (i == dialog->focus || *first == '\0'))
            first = item->label;
    }
    return first;
}

/* In a box there are other keys than below it. */
static void add_in_box(const struct app *app, struct bar *bar)
{
    const struct dialog *dialog = &app->box.dialog;
    bool list = dialog->item_count > 0 && dialog->items[0].kind == DIALOG_LIST;
    for (size_t i = 0; i < dialog->item_count && !dialog_typing(dialog); i++) {
        const struct dialog_item *item = &dialog->items[i];
        const char letter[] = {item->letter, '\0'};
        if (item->kind == DIALOG_BUTTON && item->letter != '\0')
            add_key(bar, 2, letter, item->label);
    }
    if (app->box.about.named > 0 && app->box.about.named < app->box.about.target_count)
        add_key(bar, 4, "PgUp PgDn", "scroll");
    add_key(bar, 5, list ? "Up Down" : "Tab", list ? "choose" : "next");
    add_key(bar, 3, "Enter", enter_word(dialog));
    add_key(bar, 1, "Esc", "cancel");
}

void foot_draw(const struct app *app, struct area area)
{
    struct bar bar = {0};
    if (app->prompt.open || app->box.open) {
        if (app->prompt.open)
            add_typing(app, &bar);
        else
            add_in_box(app, &bar);
        add_narrowing(app, &bar);
        bar_draw(app->terminal, area, ROLE_TEXT, &bar, hint_gap(app));
        return;
    }
    const struct hint *hints = app_view(app)->hints;
    /* What is only now of use goes first. */
    if (key_rejected(app))
        add_hint(app, &bar, ACTION_KEY, 0);
    if (app_off(app, ACTION_UNDO) == NULL)
        add_hint(app, &bar, ACTION_UNDO, 0);
    for (int i = 0; hints[i].action != ACTION_NONE; i++)
        add_hint(app, &bar, hints[i].action, hints[i].priority);
    add_narrowing(app, &bar);
    bar_draw(app->terminal, area, ROLE_TEXT, &bar, hint_gap(app));
}
