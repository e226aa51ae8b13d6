/* dialog_words: see dialog_words.h. */
#include "tui/dialog_words.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

enum { WORD_CELLS = 20, ALIAS_CELLS = 14, DETAIL_CELLS_MIN = 12, MEANING_BYTES = TEXT_BYTES(256) };

/* Of a list: the widest of its words, and of what they mean. */
static int word_width(const struct dialog_item *item)
{
    int widest = 0;
    for (size_t i = 0; i < item->count; i++) {
        int width = text_width(item->words[i]) + 2;
        widest = width > widest ? width : widest;
    }
    return widest < WORD_CELLS ? widest : WORD_CELLS;
}

/* Of a list: what stands before the meaning of a word. */
int dialog_words_before(const struct dialog_item *item)
{
    return 2 + word_width(item) + (item->aliases != NULL ? ALIAS_CELLS : 0);
}

/* Where little would be left of what it means, that is told below alone. */
static void draw_word(struct terminal *terminal, const struct dialog_item *item, size_t word,
                      int row, int column, int cells)
{
    bool chosen = word == item->chosen;
    enum role role = chosen ? ROLE_FOCUS : ROLE_DIALOG, dim = chosen ? role : ROLE_DIM;
    int label = item->details == NULL ? cells - 2 : word_width(item),
        at = dialog_words_before(item);
    draw_text(terminal, row, column, cells, role, TEXT_LEFT, chosen ? ">" : "");
    draw_text(terminal, row, column + 2, label, role, TEXT_LEFT, item->words[word]);
    if (item->aliases != NULL)
        draw_text(terminal, row, column + 2 + label, cells - 2 - label, dim, TEXT_LEFT,
                  item->aliases[word]);
    if (item->details != NULL && cells - at >= DETAIL_CELLS_MIN)
        draw_text(terminal, row, column + at, cells - at, dim, TEXT_LEFT, item->details[word]);
}

/* Which of how many are seen, where that is not all. */
static int draw_extent(struct terminal *terminal, const struct dialog_item *item, int rows, int row,
                       int column, int cells)
{
    char text[64];
    int shown = (int)dialog_list_shown(item), last = item->above + rows;
    if (shown <= rows)
        return cells;
    snprintf(text, sizeof text, " %d-%d of %d", item->above + 1, last < shown ? last : shown,
             shown);
    int width = text_width(text);
    draw_words(terminal, row, column + cells - width, width, ROLE_DIM, text);
    return cells - width;
}

void dialog_words_draw(struct terminal *terminal, struct dialog_item *item, int row, int rows,
                       int column, int cells)
{
    int words = rows - 1, above = (int)dialog_list_place(item);
    item->above = above >= words ? above - words + 1 : 0;
    item->area = (struct area){row + 1, column, words, cells};
    draw_text(terminal, row, column, DIALOG_LABEL_CELLS, ROLE_TITLE, TEXT_LEFT, item->label);
    int left = draw_extent(terminal, item, words, row, column, cells);
    int cursor = field_draw(terminal, &item->field, row, column + DIALOG_LABEL_CELLS,
                            left - DIALOG_LABEL_CELLS);
    for (int i = 0; i < words; i++) {
        size_t word = dialog_list_at(item, (size_t)(item->above + i));
        if (word < item->count)
            draw_word(terminal, item, word, row + 1 + i, column, cells);
    }
    if (dialog_list_shown(item) == 0 && words > 0)
        draw_text(terminal, row + 1, column + 2, cells - 2, ROLE_DIM, TEXT_LEFT, "nothing matches");
    draw_cursor(terminal, row, column + DIALOG_LABEL_CELLS + cursor, true);
}

void dialog_words_tell(struct terminal *terminal, const struct dialog_item *item, struct area area)
{
    char text[MEANING_BYTES], part[MEANING_BYTES];
    bool whole = item->chosen < item->count && text_width(item->details[item->chosen]) <=
                                                   area.columns - dialog_words_before(item);
    if (item->chosen >= item->count || whole)
        return;
    if (area.rows > DIALOG_MEANING_ROWS) /* a gap */
        area = (struct area){area.row + 1, area.column, area.rows - 1, area.columns};
    const char *meaning = item->details[item->chosen];
    text_clean(text, sizeof text, meaning, strlen(meaning), terminal_charset(terminal));
    const char *at = text;
    for (int i = 0; i < area.rows; i++) {
        size_t length = i + 1 < area.rows ? text_line(at, area.columns) : strlen(at);
        snprintf(part, sizeof part, "%.*s", (int)length, at);
        draw_text(terminal, area.row + i, area.column, area.columns, ROLE_DIALOG, TEXT_LEFT, part);
        at += length + (at[length] == ' ');
    }
}
