/* dialog_draw: see dialog.h. */
#include "core/text.h"
#include "tui/dialog_words.h"
#include "tui/terminal.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { WIDEST = 72, LIST_WIDEST = 104, EDGE = 3, BESIDE = 12, HINT_GAP = 2 };
enum { MEANING_FROM_ROWS = 10, GAP_FROM_ROWS = 20 };
enum { LIST_ROWS_MIN = 5, BESIDE_LIST_ROWS = 8 }; /* words of a list, and what is not its own */

static const char TOO_SMALL[] = " too small to confirm ";

static int button_rows(const struct dialog *dialog)
{
    int buttons = 0;
    for (size_t i = 0; i < dialog->item_count; i++)
        buttons += dialog->items[i].kind == DIALOG_BUTTON;
    return dialog->stacked || buttons == 0 ? buttons : 1;
}

/* The row above the buttons: a gap, or what is wrong with the settings. It goes before any line
 * does; what is wrong stands in the edge then. */
static int gap_rows(const struct dialog *dialog)
{
    bool settings =
        dialog->item_count > 0 && dialog->items[0].kind != DIALOG_BUTTON && button_rows(dialog) > 0;
    return settings && !dialog->stacked;
}

/* A list keeps its height while it is narrowed, so that nothing jumps. */
static int item_rows(const struct dialog_item *item, int most)
{
    int words = item->count < (size_t)most ? (int)item->count : most;
    return item->kind == DIALOG_BUTTON ? 0 : item->kind == DIALOG_LIST ? 1 + words : 1;
}

/* Rows inside the edges but those of the lines and of the gap: settings, buttons; with so many
 * words of a list at most. */
static int fixed_rows(const struct dialog *dialog, int most)
{
    int rows = 0;
    for (size_t i = 0; i < dialog->item_count; i++)
        rows += item_rows(&dialog->items[i], most);
    return rows + button_rows(dialog);
}

/* Words of a list: all there is room for, where what stands above and below the box stays seen. */
static int list_most(int screen_rows)
{
    return screen_rows < GAP_FROM_ROWS ? screen_rows : screen_rows - BESIDE_LIST_ROWS;
}

/* Where only a few columns would be left beside it, it takes them too: torn words help nobody. */
static int box_columns(int columns, int widest)
{
    return columns - widest < 2 * BESIDE ? columns : widest;
}

/* What the words of a list mean is read whole where there is room for it. */
static int widest_of(const struct dialog *dialog, int columns)
{
    const struct dialog_item *item = &dialog->items[0];
    int needed = WIDEST, room = columns - 2 * BESIDE;
    for (size_t i = 0; dialog->item_count > 0 && item->details != NULL && i < item->count; i++) {
        int width = dialog_words_before(item) + text_width(item->details[i]) + 2 * EDGE;
        needed = width > needed ? width : needed;
    }
    needed = needed < LIST_WIDEST ? needed : LIST_WIDEST;
    return needed < room ? needed : room < WIDEST ? WIDEST : room;
}

static int edge_of(int box_columns)
{
    return box_columns > 40 ? EDGE : 2;
}

int dialog_cells(int columns)
{
    int box = box_columns(columns, WIDEST);
    return box - 2 * edge_of(box);
}

static struct area place(int columns, int rows, struct area screen)
{
    if (rows > screen.rows)
        rows = screen.rows;
    return (struct area){screen.row + (screen.rows - rows) / 2,
                         screen.column + (screen.columns - columns) / 2, rows, columns};
}

/* ---- lines */

enum { CLEAN_BYTES = TEXT_BYTES(DIALOG_LINE_BYTES) };

static char *clean_line(struct terminal *terminal, const struct dialog_line *line,
                        char out[CLEAN_BYTES])
{
    text_clean(out, CLEAN_BYTES, line->text, strlen(line->text), terminal_charset(terminal));
    return out;
}

static int wanted_rows(struct terminal *terminal, const struct dialog_line *line, int cells)
{
    char text[CLEAN_BYTES];
    int rows = 1;
    const char *at = clean_line(terminal, line, text);
    for (size_t length; *line->label == '\0' && cells > 0 && at[length = text_line(at, cells)];
         rows++)
        at += length + (at[length] == ' ');
    return rows;
}

/* The line that loses a row next. */
static size_t least_line(const struct dialog *dialog, const int *rows)
{
    size_t found = 0;
    int most = -1;
    for (size_t i = 0; i < dialog->line_count; i++) {
        int rank = rows[i] == 0 ? -1 : dialog->lines[i].spare ? 2 : rows[i] > 1;
        if (rank >= most && rank >= 0) {
            found = i;
            most = rank;
        }
    }
    return found;
}

/* How many rows each line takes, of `room` in all; returns how many they want. */
static int line_rows(struct terminal *terminal, const struct dialog *dialog, int cells, int room,
                     int rows[DIALOG_LINES_MAX])
{
    int wanted = 0;
    for (size_t i = 0; i < dialog->line_count; i++)
        wanted += rows[i] = wanted_rows(terminal, &dialog->lines[i], cells);
    for (int left = wanted; left > room && left > 0; left--)
        rows[least_line(dialog, rows)]--;
    return wanted;
}

/* A line that is no spare one has no row. */
static bool hides(const struct dialog *dialog, const int *rows)
{
    for (size_t i = 0; i < dialog->line_count; i++) {
        const struct dialog_line *line = &dialog->lines[i];
        if (!line->spare && rows[i] == 0)
            return true;
    }
    return false;
}

static void draw_labelled(struct terminal *terminal, const struct dialog_line *line, int row,
                          int column, int cells)
{
    char text[CLEAN_BYTES], cut[CLEAN_BYTES];
    draw_text(terminal, row, column, DIALOG_LABEL_CELLS, ROLE_DIM, TEXT_LEFT, line->label);
    text_cut_middle(cut, sizeof cut, clean_line(terminal, line, text), cells - DIALOG_LABEL_CELLS,
                    terminal_charset(terminal));
    draw_text(terminal, row, column + DIALOG_LABEL_CELLS, cells - DIALOG_LABEL_CELLS, ROLE_DIALOG,
              TEXT_LEFT, cut);
}

static void draw_line(struct terminal *terminal, const struct dialog_line *line, struct area area)
{
    char text[CLEAN_BYTES], part[CLEAN_BYTES];
    if (*line->label != '\0' && area.rows > 0) {
        draw_labelled(terminal, line, area.row, area.column, area.columns);
        return;
    }
    const char *at = clean_line(terminal, line, text);
    for (int i = 0; i < area.rows; i++) {
        size_t length = i + 1 < area.rows ? text_line(at, area.columns) : strlen(at);
        snprintf(part, sizeof part, "%.*s", (int)length, at);
        draw_text(terminal, area.row + i, area.column, area.columns, ROLE_DIALOG, TEXT_LEFT, part);
        at += length + (at[length] == ' ');
    }
}

/* Returns the row below them. */
static int draw_lines(struct terminal *terminal, const struct dialog *dialog, const int *rows,
                      struct area area)
{
    for (size_t i = 0; i < dialog->line_count; i++) {
        area.rows = rows[i];
        draw_line(terminal, &dialog->lines[i], area);
        area.row += rows[i];
    }
    return area.row;
}

/* ---- settings */

enum { CHOICE_BYTES = 256 };

static void choice_words(const struct dialog_item *item, char text[CHOICE_BYTES])
{
    const char *word = item->count > 0 ? item->words[item->chosen] : "-";
    snprintf(text, CHOICE_BYTES, item->count > 1 ? "< %.160s >%s%.60s" : "  %.160s", word,
             *item->field.text != '\0' ? "  " : "", item->field.text);
}

/* Of a field: what it takes, up to its comma where there is little room. */
static int hint_words(const struct dialog_item *item, int room, char words[sizeof item->hint])
{
    snprintf(words, sizeof item->hint, "%s", item->hint);
    if (text_width(words) + HINT_GAP >= room / 2)
        words[strcspn(words, ",")] = '\0';
    return text_width(words);
}

/* Settings leave room for hints, but not what was chosen. All end at one column, whatever of them a
 * theme paints. */
static int setting_cells(const struct dialog *dialog, int room)
{
    char text[CHOICE_BYTES], words[sizeof dialog->items->hint];
    int hint = 0, choice = 0;
    for (size_t i = 0; i < dialog->item_count; i++) {
        const struct dialog_item *item = &dialog->items[i];
        if (item->kind == DIALOG_FIELD && hint_words(item, room, words) > hint)
            hint = text_width(words);
        if (item->kind != DIALOG_CHOICE)
            continue;
        choice_words(item, text);
        choice = text_width(text) > choice ? text_width(text) : choice;
    }
    int left = hint > 0 ? room - hint - HINT_GAP : room;
    left = left < room / 2 ? room / 2 : left;
    return choice > room ? room : choice > left ? choice : left;
}

static void draw_choice(struct terminal *terminal, const struct dialog_item *item, bool focus,
                        int row, int column, int cells)
{
    char text[CHOICE_BYTES];
    enum role role = focus ? ROLE_FOCUS : ROLE_INPUT;
    choice_words(item, text);
    draw_fill(terminal, (struct area){row, column, 1, cells}, role, ' ');
    draw_words(terminal, row, column, cells, role, text);
    if (focus)
        draw_cursor(terminal, row, column, false);
}

static void draw_setting(struct terminal *terminal, const struct dialog *dialog,
                         const struct dialog_item *item, int row, int column, int room)
{
    char words[sizeof item->hint];
    bool focus = item == &dialog->items[dialog->focus];
    draw_text(terminal, row, column, DIALOG_LABEL_CELLS - 1, focus ? ROLE_FOCUS : ROLE_DIM,
              TEXT_LEFT, item->label);
    column += DIALOG_LABEL_CELLS;
    room -= DIALOG_LABEL_CELLS;
    int cells = setting_cells(dialog, room), hint = hint_words(item, room, words);
    if (item->kind != DIALOG_FIELD) {
        draw_choice(terminal, item, focus, row, column, cells);
        return;
    }
    if (cells + HINT_GAP + hint <= room)
        draw_words(terminal, row, column + cells + HINT_GAP, hint, ROLE_DIM, words);
    int cursor = field_draw(terminal, &item->field, row, column, cells);
    if (focus)
        draw_cursor(terminal, row, column + cursor, true);
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

static void draw_settings(struct terminal *terminal, struct dialog *dialog, struct area box,
                          struct area area)
{
    int row = area.row, end = area.row + area.rows, column = area.column, cells = area.columns;
    for (size_t i = 0; i < dialog->item_count; i++) {
        bool focus = i == dialog->focus;
        if (dialog->items[i].kind == DIALOG_BUTTON || row >= end)
            continue;
        /* An arrow as on a button: the focus is never a matter of colour alone. */
        draw_words(terminal, row, box.column + 1, 1, ROLE_TITLE, focus ? ">" : " ");
        if (dialog->items[i].kind == DIALOG_LIST) {
            int rows = item_rows(&dialog->items[i], INT_MAX), meaning = dialog->meaning_rows;
            int room = end - row - meaning;
            dialog_words_draw(terminal, &dialog->items[i], row, rows < room ? rows : room, column,
                              cells);
            row += rows < room ? rows : room;
            if (meaning > 0)
                dialog_words_tell(terminal, &dialog->items[i],
                                  (struct area){row, column, meaning, cells});
            row += meaning;
            continue;
        }
        dialog->items[i].area = (struct area){row, column, 1, cells};
        draw_setting(terminal, dialog, &dialog->items[i], row++, column, cells);
    }
}

/* Rows below a list for what its chosen word means: none where the list itself has room for all, or
 * the screen for little else. */
static int meaning_rows(const struct dialog *dialog, int cells, int screen_rows)
{
    const struct dialog_item *item = &dialog->items[0];
    bool cut = false;
    for (size_t i = 0; dialog->item_count > 0 && item->details != NULL && i < item->count; i++)
        cut |= text_width(item->details[i]) > cells - dialog_words_before(item);
    if (!cut || screen_rows < MEANING_FROM_ROWS)
        return 0;
    return DIALOG_MEANING_ROWS + (screen_rows >= GAP_FROM_ROWS);
}

static void draw_problem(struct terminal *terminal, const struct dialog *dialog, int row,
                         int column, int cells)
{
    if (*dialog->problem != '\0')
        draw_text(terminal, row, column, cells, ROLE_CHIP_ERROR, TEXT_LEFT, dialog->problem);
}

void dialog_draw(struct terminal *terminal, struct dialog *dialog, struct area screen)
{
    int columns = box_columns(screen.columns, widest_of(dialog, screen.columns));
    int cells = columns - 2 * edge_of(columns), buttons = button_rows(dialog);
    int meaning = meaning_rows(dialog, cells, screen.rows), rows[DIALOG_LINES_MAX];
    int fixed = fixed_rows(dialog, list_most(screen.rows)) + meaning;
    int room = screen.rows - 2 - fixed_rows(dialog, LIST_ROWS_MIN) - meaning;
    int wanted = line_rows(terminal, dialog, cells, room, rows);
    int gap = gap_rows(dialog);
    struct area box = place(columns, wanted + (wanted > 0) + fixed + gap + 2, screen);
    int column = box.column + edge_of(box.columns), end = box.row + box.rows - 1;
    dialog->hides = hides(dialog, rows);
    dialog->meaning_rows = meaning;
    draw_in_box(terminal, true);
    draw_box(terminal, box, dialog->danger ? ROLE_DANGER : ROLE_BORDER,
             dialog->danger && dialog->hides ? TOO_SMALL : dialog->title);
    int row = draw_lines(terminal, dialog, rows, (struct area){box.row + 1, column, 0, cells});
    if (wanted > 0 && row + fixed + gap < end)
        row++;
    draw_settings(terminal, dialog, box, (struct area){row, column, end - buttons - row, cells});
    draw_problem(terminal, dialog, row + fixed + gap <= end ? end - 1 - gap : end, column, cells);
    draw_buttons(terminal, dialog, end - buttons, column, cells);
    draw_in_box(terminal, false);
}
