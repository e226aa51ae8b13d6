/* table: see table.h. */
#include "tui/table.h"

#include <stdio.h>
#include <string.h>

enum { MARGIN = 1 };

const char *table_sign(enum table_sign sign, enum text_charset charset)
{
    static const char *const signs[][2] = {
        [TABLE_RISING] = {"▲", "^"},
        [TABLE_FALLING] = {"▼", "v"},
        [TABLE_HELD] = {"=", "="},
    };
    return signs[sign][charset];
}

/* Beside the title of the column that sorts, in the gap where there is no other room. What is not
 * sorted, because its order is held, does not say that it is. */
static void draw_arrow(struct app *app, int row, const struct column_place *place)
{
    const struct sort *sort = &app->sorts[app->view];
    bool inverted = sort->column != NULL ? sort->inverted : app_view(app)->own_inverted;
    int width = text_width(place->column->title);
    int at = place->column->align == TEXT_RIGHT ? place->at + place->cells - width - 1
                                                : place->at + width;
    enum table_sign sign = app->shown[app->view].unsorted ? TABLE_HELD
                           : inverted                     ? TABLE_FALLING
                                                          : TABLE_RISING;
    draw_words(app->terminal, row, MARGIN + at, 1, ROLE_HEADER,
               table_sign(sign, terminal_charset(app->terminal)));
}

static void draw_titles(struct app *app, struct area area, const struct columns *columns,
                        const struct column_place *places, size_t count)
{
    const struct column *sorted = app_sorted_by(app, columns);
    if (area.rows == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        if (places[i].column->title == NULL)
            continue;
        draw_text(app->terminal, area.row, area.column + MARGIN + places[i].at, places[i].cells,
                  ROLE_HEADER, places[i].column->align, places[i].column->title);
        if (places[i].column == sorted)
            draw_arrow(app, area.row, &places[i]);
    }
}

/* A cell, and the rest of it in another role where it has one. */
static void draw_cell(struct app *app, int row, int column, const struct column_place *place,
                      const struct cell *cell)
{
    char start[CELL_BYTES];
    draw_text(app->terminal, row, column, place->cells, cell->role, place->column->align,
              cell->text);
    if (cell->rest == 0 || cell->text[cell->rest] == '\0')
        return;
    snprintf(start, sizeof start, "%.*s", (int)cell->rest, cell->text);
    int used = text_width(start);
    draw_words(app->terminal, row, column + used, place->cells - used, cell->rest_role,
               cell->text + cell->rest);
}

static void draw_row(struct app *app, struct area area, int row, const void *item,
                     const struct column_place *places, size_t count)
{
    struct cell_style style = {.charset = terminal_charset(app->terminal),
                               .zone = app->zone,
                               .decide =
                                   app->marks.count == 0 ? app->keys.of[ACTION_REVOKE] : NULL};
    if (app_marked(app, item))
        draw_words(app->terminal, row, area.column, MARGIN, ROLE_MARK, "*");
    for (size_t i = 0; i < count; i++) {
        struct cell cell;
        style.cells = places[i].cells;
        column_fill(places[i].column, &cell, item, &app->moment, &style);
        draw_cell(app, row, area.column + MARGIN + places[i].at, &places[i], &cell);
    }
}

/* What is shown of a view's columns, and where. `columns` is filled for them to point into. */
static size_t place_columns(const struct app *app, int cells, struct columns *columns,
                            struct column_place places[COLUMNS_MAX])
{
    const struct view *view = app_view(app);
    const char *const *chosen = app_columns(app);
    *columns = view->columns(app);
    view->narrow(app, columns);
    if (chosen != NULL)
        columns_choose(columns, chosen);
    else if (!app->wide[app->view])
        columns_usual(columns);
    return columns_fit(columns, cells - 2 * MARGIN, places);
}

bool table_shows(const struct app *app, const char *name)
{
    struct columns columns;
    struct column_place places[COLUMNS_MAX];
    size_t shown = place_columns(app, app->layout.table.columns, &columns, places);
    for (size_t i = 0; i < shown; i++) {
        if (strcmp(places[i].column->name, name) == 0)
            return true;
    }
    return false;
}

const char *table_column_at(struct app *app, struct area titles, int column)
{
    struct columns columns;
    struct column_place places[COLUMNS_MAX];
    size_t shown = place_columns(app, titles.columns, &columns, places);
    for (size_t i = shown; i-- > 0;) {
        int at = titles.column + MARGIN + places[i].at;
        if (column >= at && column <= at + places[i].cells) /* with the gap, where its arrow is */
            return places[i].column->name;
    }
    return NULL;
}

void table_draw(struct app *app, struct area titles, struct area area)
{
    struct list *list = app_list(app);
    size_t count = app_count(app);
    struct columns columns;
    struct column_place places[COLUMNS_MAX];
    size_t shown = place_columns(app, area.columns, &columns, places);
    draw_titles(app, titles, &columns, places, shown);
    list_scroll(list, count, area.rows);
    for (int i = 0; i < area.rows && list->top + (size_t)i < count; i++) {
        size_t place = list->top + (size_t)i;
        int row = area.row + i;
        if (place == list->cursor) {
            draw_over(app->terminal, ROLE_CURSOR);
            draw_fill(app->terminal, (struct area){row, area.column, 1, area.columns}, ROLE_CURSOR,
                      ' ');
            draw_cursor(app->terminal, row, area.column, false);
        }
        draw_row(app, area, row, app_item_at(app, place), places, shown);
        draw_over(app->terminal, ROLE_TEXT);
    }
}
