/* dialog_draw: see dialog.h. */
#include "tui/dialog.h"

#include "core/text.h"
#include "tui/terminal.h"

#include <stdio.h>
#include <string.h>

enum { WIDEST = 72, EDGE = 3, BESIDE = 12, LABEL_CELLS = 10, LIST_ROWS = 14, WORD_CELLS = 20 };

static int button_rows(const struct dialog *dialog)
{
    int buttons = 0;
    for (size_t i = 0; i < dialog->item_count; i++)
        buttons += dialog->items[i].kind == DIALOG_BUTTON;
    return dialog->stacked || buttons == 0 ? buttons : 1;
}

/* The row above the buttons: a gap, or what is wrong with the settings. */
static int gap_rows(const struct dialog *dialog)
{
    bool settings =
        dialog->item_count > 0 && dialog->items[0].kind != DIALOG_BUTTON && button_rows(dialog) > 0;
    return settings && !dialog->stacked;
}

/* A list keeps its height while it is narrowed, so that nothing jumps. */
static int item_rows(const struct dialog_item *item)
{
    int words = item->count < LIST_ROWS ? (int)item->count : LIST_ROWS;
    return item->kind == DIALOG_BUTTON ? 0 : item->kind == DIALOG_LIST ? 1 + words : 1;
}

/* Rows inside the edges: lines, a gap, settings, a gap, buttons. */
static int inner_rows(const struct dialog *dialog)
{
    int rows = (int)dialog->line_count + (dialog->line_count > 0);
    for (size_t i = 0; i < dialog->item_count; i++)
        rows += item_rows(&dialog->items[i]);
    return rows + gap_rows(dialog) + button_rows(dialog);
}

/* Where only a few columns would be left beside it, it takes them too: torn words help nobody. */
static struct area place(const struct dialog *dialog, struct area screen)
{
    int columns = screen.columns - WIDEST < 2 * BESIDE ? screen.columns : WIDEST;
    int rows = inner_rows(dialog) + 2;
    if (rows > screen.rows)
        rows = screen.rows;
    return (struct area){screen.row + (screen.rows - rows) / 2,
                         screen.column + (screen.columns - columns) / 2, rows, columns};
}

static void draw_line(struct terminal *terminal, const struct dialog_line *line, int row,
                      int column, int cells)
{
    int label_cells = *line->label != '\0' ? LABEL_CELLS : 0;
    draw_text(terminal, row, column, label_cells, ROLE_DIM, TEXT_LEFT, line->label);
    draw_text(terminal, row, column + label_cells, cells - label_cells, ROLE_DIALOG, TEXT_LEFT,
              line->text);
}

static void draw_setting(struct terminal *terminal, const struct dialog_item *item, bool focus,
                         int row, int column, int cells)
{
    draw_text(terminal, row, column, LABEL_CELLS, focus ? ROLE_TITLE : ROLE_DIM, TEXT_LEFT,
              item->label);
    column += LABEL_CELLS;
    cells -= LABEL_CELLS;
    if (item->kind == DIALOG_FIELD) {
        int hint = text_width(item->hint) + 2;
        if (*item->hint != '\0' && hint < cells / 2) {
            cells -= hint;
            draw_words(terminal, row, column + cells + 2, hint - 2, ROLE_DIM, item->hint);
        }
        int cursor = field_draw(terminal, &item->field, row, column, cells);
        if (focus)
            draw_cursor(terminal, row, column + cursor, true);
        return;
    }
    char text[256];
    const char *word = item->count > 0 ? item->words[item->chosen] : "-";
    snprintf(text, sizeof text, item->count > 1 ? "< %.160s >%s%.60s" : "  %.160s", word,
             *item->field.text != '\0' ? "  " : "", item->field.text);
    draw_text(terminal, row, column, cells, focus ? ROLE_FOCUS : ROLE_INPUT, TEXT_LEFT, text);
    if (focus)
        draw_cursor(terminal, row, column, false);
}

static void draw_word(struct terminal *terminal, const struct dialog_item *item, size_t word,
                      int row, int column, int cells)
{
    bool chosen = word == item->chosen;
    enum role role = chosen ? ROLE_FOCUS : ROLE_DIALOG;
    int label = item->details != NULL ? WORD_CELLS : cells - 2;
    draw_text(terminal, row, column, 2, role, TEXT_LEFT, chosen ? ">" : "");
    draw_text(terminal, row, column + 2, label, role, TEXT_LEFT, item->words[word]);
    if (item->details != NULL)
        draw_text(terminal, row, column + 2 + label, cells - 2 - label, chosen ? role : ROLE_DIM,
                  TEXT_LEFT, item->details[word]);
}

/* What was typed, and below it the words that hold it, scrolled so that the chosen one is seen. */
static void draw_list(struct terminal *terminal, struct dialog_item *item, int row, int rows,
                      int column, int cells)
{
    int place = 0, above = 0;
    draw_text(terminal, row, column, LABEL_CELLS, ROLE_TITLE, TEXT_LEFT, item->label);
    int cursor = field_draw(terminal, &item->field, row, column + LABEL_CELLS, cells - LABEL_CELLS);
    for (size_t i = 0; i < item->chosen && i < item->count; i++)
        above += dialog_list_shows(item, i);
    int top = above >= rows - 1 ? above - rows + 2 : 0;
    item->above = top;
    item->area = (struct area){row + 1, column, rows - 1, cells};
    for (size_t i = 0; i < item->count; i++) {
        if (!dialog_list_shows(item, i))
            continue;
        if (place >= top && place - top < rows - 1)
            draw_word(terminal, item, i, row + 1 + place - top, column, cells);
        place++;
    }
    if (place == 0 && rows > 1)
        draw_text(terminal, row + 1, column + 2, cells - 2, ROLE_DIM, TEXT_LEFT, "nothing matches");
    draw_cursor(terminal, row, column + LABEL_CELLS + cursor, true);
}

static void draw_buttons(struct terminal *terminal, struct dialog *dialog, int row, int column,
                         int cells)
{
    int at = column;
    for (size_t i = 0; i < dialog->item_count; i++) {
        struct dialog_item *item = &dialog->items[i];
        if (item->kind != DIALOG_BUTTON)
            continue;
        bool focus = i == dialog->focus;
        char text[80];
        snprintf(text, sizeof text, focus ? ">[%s]<" : " [%s] ", item->label);
        int width = draw_words(terminal, row, at, column + cells - at,
                               focus ? ROLE_FOCUS : ROLE_BUTTON, text);
        item->area = (struct area){row, at, 1, width};
        at += width + 1;
        if (focus)
            draw_cursor(terminal, row, at - 3 - (int)strlen(item->label), false);
        if (dialog->stacked) {
            row++;
            at = column;
        }
    }
}

void dialog_draw(struct terminal *terminal, struct dialog *dialog, struct area screen)
{
    struct area box = place(dialog, screen);
    int edge = box.columns > 40 ? EDGE : 2;
    int column = box.column + edge, cells = box.columns - 2 * edge;
    int row = box.row + 1, end = box.row + box.rows - 1;
    draw_in_box(terminal, true);
    draw_box(terminal, box, dialog->danger ? ROLE_DANGER : ROLE_BORDER, dialog->title);
    /* Where not all lines fit, the last ones go: what can be pressed stays. */
    int fixed = inner_rows(dialog) - (int)dialog->line_count;
    for (size_t i = 0; i < dialog->line_count && row + fixed <= end; i++)
        draw_line(terminal, &dialog->lines[i], row++, column, cells);
    if (dialog->line_count > 0 && row + fixed - 1 <= end)
        row++;
    for (size_t i = 0; i < dialog->item_count; i++) {
        bool focus = i == dialog->focus;
        if (dialog->items[i].kind == DIALOG_BUTTON || row >= end - button_rows(dialog))
            continue;
        /* An arrow as on a button: the focus is never a matter of colour alone. */
        draw_words(terminal, row, box.column + 1, 1, ROLE_TITLE, focus ? ">" : " ");
        if (dialog->items[i].kind == DIALOG_LIST) {
            int rows = item_rows(&dialog->items[i]), room = end - button_rows(dialog) - row;
            draw_list(terminal, &dialog->items[i], row, rows < room ? rows : room, column, cells);
            row += rows;
            continue;
        }
        dialog->items[i].area = (struct area){row, column, 1, cells};
        draw_setting(terminal, &dialog->items[i], focus, row++, column, cells);
    }
    if (*dialog->problem != '\0' && end - 2 > box.row)
        draw_text(terminal, end - 2, column, cells, ROLE_CHIP_ERROR, TEXT_LEFT, dialog->problem);
    draw_buttons(terminal, dialog, end - button_rows(dialog), column, cells);
    draw_in_box(terminal, false);
}
