/* app_mouse: the mouse, where it is wanted: a click selects a row, a second one opens it, a click
 * on a title sorts, one on a button presses it, the wheel scrolls. Nothing can be done with it
 * alone.
 */
#include "tui/app_internal.h"

#include "tui/table.h"

enum { WHEEL_ROWS = 3, DOUBLE_MS = 500 };

void app_mouse_toggle(struct app *app)
{
    bool on = !app->mouse;
    if (!terminal_mouse(app->terminal, on)) {
        app_say(app, ROLE_CHIP_WARN, "this terminal knows of no mouse");
        return;
    }
    app->mouse = on;
    app_say(app, ROLE_TOAST,
            on ? "mouse on: hold Shift to select text" : "mouse off: the terminal selects text");
}

static void wheel(struct app *app, enum action action)
{
    for (int i = 0; i < WHEEL_ROWS; i++) {
        if (app->help)
            help_key(app, action);
        else
            app_act(app, action);
    }
}

static bool inside(struct area area, const struct mouse *mouse)
{
    return mouse->row >= area.row && mouse->row < area.row + area.rows &&
           mouse->column >= area.column && mouse->column < area.column + area.columns;
}

static void click_row(struct app *app, const struct mouse *mouse, struct area table)
{
    struct list *list = app_list(app);
    size_t place = list->top + (size_t)(mouse->row - table.row);
    int64_t now_ms = clock_boot_now_ms();
    bool again = place == list->cursor && now_ms - app->clicked_ms < DOUBLE_MS;
    if (place >= app_count(app))
        return;
    app->moves++;
    list_move(list, (long)place - (long)list->cursor, app_count(app), app_identity_at, app);
    app->clicked_ms = again ? 0 : now_ms;
    if (again)
        app_act(app, ACTION_OPEN);
}

static void click(struct app *app, const struct mouse *mouse)
{
    if (inside(app->layout.titles, mouse))
        app_sort_by(app, table_column_at(app, app->layout.titles, mouse->column));
    else if (inside(app->layout.table, mouse))
        click_row(app, mouse, app->layout.table);
}

void app_mouse(struct app *app, const struct mouse *mouse)
{
    if (app->reveal.text != NULL)
        return;
    if (app->box.open && mouse->kind != MOUSE_PRESS) {
        app_box_scroll(app, mouse->kind == MOUSE_WHEEL_UP ? TUI_KEY_PAGE_UP : TUI_KEY_PAGE_DOWN);
    } else if (app->box.open) {
        int pressed = dialog_click(&app->box.dialog, mouse->row, mouse->column);
        if (pressed != DIALOG_OPEN)
            app->box.decide(app, pressed);
    } else if (mouse->kind != MOUSE_PRESS) {
        wheel(app, mouse->kind == MOUSE_WHEEL_UP ? ACTION_UP : ACTION_DOWN);
    } else if (!app->help && !app->prompt.open) {
        click(app, mouse);
    }
}
