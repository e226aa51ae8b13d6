/* view_help: every action with its keys, read off the action list. */
#include "tui/app_internal.h"

#include <stdio.h>
#include <string.h>

enum { KEYS_CELLS = 14, MARGIN = 2 };

/* Lines of help: for each group its title and actions, and a blank between. Calls `draw` for each;
 * returns how many. */
static size_t each_line(struct app *app,
                        void (*draw)(struct app *, size_t, enum action_group, enum action, void *),
                        void *context)
{
    size_t line = 0;
    for (int group = 0; group < ACTION_GROUPS; group++) {
        draw(app, line++, (enum action_group)group, ACTION_NONE, context);
        for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
            if (action_info((enum action)action)->group == (enum action_group)group)
                draw(app, line++, (enum action_group)group, (enum action)action, context);
        }
        line++;
    }
    return line - 1;
}

static void draw_nothing(struct app *app, size_t line, enum action_group group, enum action action,
                         void *context)
{
    (void)app, (void)line, (void)group, (void)action, (void)context;
}

static void draw_line(struct app *app, size_t line, enum action_group group, enum action action,
                      void *context)
{
    const struct area *area = context;
    int row = area->row + (int)line - (int)app->help_top;
    if (row < area->row || row >= area->row + area->rows)
        return;
    if (action == ACTION_NONE) {
        draw_text(app->terminal, row, area->column, area->columns, ROLE_TITLE, TEXT_LEFT,
                  action_group_title(group));
        return;
    }
    const struct action_info *info = action_info(action);
    bool off = info->writes && app->options->read_only;
    char keys[64], help[256];
    keymap_keys(app->keymap, action, keys, sizeof keys);
    snprintf(help, sizeof help, "%s%s", info->help, off ? " (off: read-only)" : "");
    draw_text(app->terminal, row, area->column, KEYS_CELLS, off ? ROLE_KEY_OFF : ROLE_KEY_ON,
              TEXT_LEFT, keys);
    draw_text(app->terminal, row, area->column + KEYS_CELLS + 1, area->columns - KEYS_CELLS - 1,
              off ? ROLE_DIM : ROLE_TEXT, TEXT_LEFT, help);
}

static struct area inside(struct area area)
{
    return (struct area){area.row + 1, area.column + MARGIN, area.rows - 2,
                         area.columns - 2 * MARGIN};
}

/* As far down as still shows something. */
static size_t last_top(struct app *app, int rows)
{
    size_t lines = each_line(app, draw_nothing, NULL);
    return rows > 0 && lines > (size_t)rows ? lines - (size_t)rows : 0;
}

void help_draw(struct app *app, struct area area)
{
    struct area inner = inside(area);
    size_t last = last_top(app, inner.rows);
    if (app->help_top > last)
        app->help_top = last;
    draw_box(app->terminal, area, ROLE_BORDER,
             last > 0 ? " keys: j k scroll, Esc closes " : " keys: Esc closes ");
    each_line(app, draw_line, &inner);
    draw_cursor(app->terminal, inner.row, inner.column, false);
}

void help_key(struct app *app, enum action action)
{
    static const struct {
        enum action action;
        int by;
    } moves[] = {
        {ACTION_DOWN, 1},
        {ACTION_UP, -1},
        {ACTION_PAGE_DOWN, 10},
        {ACTION_PAGE_UP, -10},
        {ACTION_HALF_DOWN, 5},
        {ACTION_HALF_UP, -5},
        {ACTION_TOP, -ACTION_COUNT * 2},
        {ACTION_BOTTOM, ACTION_COUNT * 2},
    };
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (moves[i].action == action) {
            long top = (long)app->help_top + moves[i].by;
            app->help_top = top > 0 ? (size_t)top : 0;
            return;
        }
    }
    if (action == ACTION_HELP || action == ACTION_BACK || action == ACTION_OPEN)
        app->help = false;
}
