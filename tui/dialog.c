/* dialog: see dialog.h. This file: what is in a box and what keys do to it; dialog_draw.c draws it.
 */
#include "tui/dialog.h"

#include "api/secret.h"
#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

void dialog_init(struct dialog *dialog, const char *title)
{
    *dialog = (struct dialog){0};
    snprintf(dialog->title, sizeof dialog->title, "%s", title);
}

void dialog_clear(struct dialog *dialog)
{
    secret_wipe(dialog, sizeof *dialog);
}

void dialog_line(struct dialog *dialog, const char *label, const char *format, ...)
{
    if (dialog->line_count == DIALOG_LINES_MAX)
        return;
    struct dialog_line *line = &dialog->lines[dialog->line_count++];
    snprintf(line->label, sizeof line->label, "%s", label);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line->text, sizeof line->text, format, arguments);
    va_end(arguments);
}

void dialog_spare(struct dialog *dialog)
{
    if (dialog->line_count > 0)
        dialog->lines[dialog->line_count - 1].spare = true;
}

static struct dialog_item *add(struct dialog *dialog, enum dialog_kind kind, const char *label)
{
    /* More than fit is a bug of the caller; the last one is used again rather than memory that is
     * not there. */
    size_t place =
        dialog->item_count < DIALOG_ITEMS_MAX ? dialog->item_count++ : DIALOG_ITEMS_MAX - 1;
    struct dialog_item *item = &dialog->items[place];
    *item = (struct dialog_item){.kind = kind};
    snprintf(item->label, sizeof item->label, "%s", label);
    return item;
}

struct dialog_item *dialog_field(struct dialog *dialog, const char *label, const char *text)
{
    struct dialog_item *item = add(dialog, DIALOG_FIELD, label);
    field_set(&item->field, text);
    return item;
}

void dialog_presets(struct dialog_item *field, const char *const *words, size_t count)
{
    field->words = words;
    field->count = count;
}

struct dialog_item *dialog_choice(struct dialog *dialog, const char *label,
                                  const char *const *words, size_t count, size_t chosen)
{
    struct dialog_item *item = add(dialog, DIALOG_CHOICE, label);
    item->words = words;
    item->count = count;
    item->chosen = chosen;
    return item;
}

struct dialog_item *dialog_list(struct dialog *dialog, const char *label, const char *const *words,
                                const char *const *details, size_t count)
{
    struct dialog_item *item = add(dialog, DIALOG_LIST, label);
    item->words = words;
    item->details = details;
    item->count = count;
    return item;
}

struct dialog_item *dialog_button(struct dialog *dialog, const char *label, int value, char letter)
{
    struct dialog_item *item = add(dialog, DIALOG_BUTTON, label);
    item->value = value;
    item->letter = letter;
    return item;
}

void dialog_focus(struct dialog *dialog, int value)
{
    for (size_t i = 0; i < dialog->item_count; i++) {
        if (dialog->items[i].kind == DIALOG_BUTTON && dialog->items[i].value == value)
            dialog->focus = i;
    }
}

static struct dialog_item *focused(struct dialog *dialog)
{
    return dialog->item_count > 0 ? &dialog->items[dialog->focus] : NULL;
}

static void go(struct dialog *dialog, size_t steps)
{
    if (dialog->item_count > 0)
        dialog->focus = (dialog->focus + steps) % dialog->item_count;
}

/* To the word behind the one that stands there, or to the first. */
static bool preset_step(struct dialog_item *item)
{
    size_t next = 0;
    for (size_t i = 0; i < item->count; i++) {
        if (strcmp(item->words[i], item->field.text) == 0)
            next = (i + 1) % item->count;
    }
    field_set(&item->field, item->words[next]);
    return true;
}

static bool offers(const struct dialog_item *item)
{
    return item->kind == DIALOG_FIELD && item->count > 0 && !item->typed;
}

/* What is offered goes when something is typed; what was typed is not replaced by a blank that
 * slipped in behind it. */
static bool plain_field_key(struct dialog_item *item, uint32_t key)
{
    if (key == TUI_KEY_SPACE && item->count > 0)
        return item->typed || preset_step(item);
    bool text = key > TUI_KEY_SPACE && key < TUI_KEY_BEYOND && key != TUI_KEY_BACKSPACE;
    if (text && offers(item))
        field_set(&item->field, "");
    bool known = field_key(&item->field, key);
    if (known)
        item->typed = *item->field.text != '\0';
    return known;
}

/* ---- choices */

/* The first word that begins with what was typed, else the first that has it in it; `count` if
 * none. Case does not count. */
static size_t matching(const struct dialog_item *item)
{
    for (size_t i = 0; i < item->count; i++) {
        if (strncasecmp(item->words[i], item->field.text, strlen(item->field.text)) == 0)
            return i;
    }
    for (size_t i = 0; i < item->count; i++) {
        if (strcasestr(item->words[i], item->field.text) != NULL)
            return i;
    }
    return item->count;
}

/* What is typed narrows the choice; a letter that nothing has is not taken. */
static bool choice_type(struct dialog_item *item, uint32_t key)
{
    size_t used = strlen(item->field.text);
    item->field.cursor = used;
    if (!field_insert(&item->field, key))
        return true;
    size_t found = matching(item);
    if (found < item->count)
        item->chosen = found;
    else
        field_backspace(&item->field);
    return true;
}

static bool choice_step(struct dialog_item *item, size_t steps)
{
    field_set(&item->field, "");
    item->chosen = (item->chosen + steps) % item->count;
    return true;
}

static bool choice_key(struct dialog_item *item, uint32_t key)
{
    if (item->count == 0)
        return false;
    if (key == TUI_KEY_RIGHT || key == TUI_KEY_SPACE)
        return choice_step(item, 1);
    if (key == TUI_KEY_LEFT)
        return choice_step(item, item->count - 1);
    if (key == TUI_KEY_BACKSPACE || key == 8) {
        field_backspace(&item->field);
        return true;
    }
    return key > 0x20 && key < TUI_KEY_BEYOND && choice_type(item, key);
}

/* ---- lists */

/* Tab completes to the chosen word. */
static bool list_key(struct dialog_item *item, uint32_t key)
{
    if (key == TUI_KEY_DOWN || key == TUI_KEY_UP) {
        dialog_list_step(item, key == TUI_KEY_DOWN ? 1 : -1);
        return true;
    }
    if (key == TUI_KEY_TAB && item->chosen < item->count) {
        field_set(&item->field, item->words[item->chosen]);
        return true;
    }
    if (!field_key(&item->field, key))
        return false;
    dialog_list_best(item);
    return true;
}

/* ---- buttons */

/* What the box is for: its first button. Nobody confirms the end of what was not named. */
static int answer(const struct dialog *dialog, const struct dialog_item *button)
{
    const struct dialog_item *first = dialog->items;
    while (first->kind != DIALOG_BUTTON)
        first++;
    return button == first && dialog->danger && dialog->hides ? DIALOG_OPEN : button->value;
}

/* Enter in a field or choice presses the first button. */
static int press(const struct dialog *dialog)
{
    const struct dialog_item *item = dialog->item_count > 0 ? &dialog->items[dialog->focus] : NULL;
    if (item != NULL && item->kind == DIALOG_LIST)
        return item->chosen < item->count ? (int)item->chosen + 1 : DIALOG_OPEN;
    if (dialog->item_count > 0 && dialog->items[dialog->focus].kind == DIALOG_BUTTON)
        return answer(dialog, &dialog->items[dialog->focus]);
    for (size_t i = 0; i < dialog->item_count; i++) {
        if (dialog->items[i].kind == DIALOG_BUTTON)
            return answer(dialog, &dialog->items[i]);
    }
    return DIALOG_CANCELLED;
}

static int by_letter(const struct dialog *dialog, uint32_t key)
{
    for (size_t i = 0; i < dialog->item_count; i++) {
        const struct dialog_item *item = &dialog->items[i];
        if (item->kind == DIALOG_BUTTON && item->letter != '\0' && (uint32_t)item->letter == key)
            return answer(dialog, item);
    }
    return DIALOG_OPEN;
}

/* A key for the item itself, before it means anything for the box. */
static bool item_key(struct dialog *dialog, uint32_t key)
{
    struct dialog_item *item = focused(dialog);
    if (item == NULL || item->kind == DIALOG_BUTTON)
        return false;
    dialog->problem[0] = '\0';
    static bool (*const keys[])(struct dialog_item *, uint32_t) = {
        [DIALOG_FIELD] = plain_field_key, [DIALOG_CHOICE] = choice_key, [DIALOG_LIST] = list_key};
    return keys[item->kind](item, key);
}

int dialog_key(struct dialog *dialog, uint32_t key)
{
    if (item_key(dialog, key))
        return DIALOG_OPEN;
    switch (key) {
    case TUI_KEY_ESC:
        return DIALOG_CANCELLED;
    case TUI_KEY_ENTER:
    case TUI_KEY_SPACE:
        return press(dialog);
    case TUI_KEY_TAB:
    case TUI_KEY_DOWN:
    case TUI_KEY_RIGHT:
        go(dialog, 1);
        return DIALOG_OPEN;
    case TUI_KEY_BACK_TAB:
    case TUI_KEY_UP:
    case TUI_KEY_LEFT:
        go(dialog, dialog->item_count - 1);
        return DIALOG_OPEN;
    default:
        return by_letter(dialog, key);
    }
}

/* ---- clicks */

static int click_word(struct dialog *dialog, struct dialog_item *item, int row)
{
    size_t word = dialog_list_at(item, (size_t)(item->above + row - item->area.row)),
           before = item->chosen;
    if (word == item->count)
        return DIALOG_OPEN;
    item->chosen = word;
    return word == before ? press(dialog) : DIALOG_OPEN;
}

int dialog_click(struct dialog *dialog, int row, int column)
{
    for (size_t i = 0; i < dialog->item_count; i++) {
        struct dialog_item *item = &dialog->items[i];
        if (row < item->area.row || row >= item->area.row + item->area.rows ||
            column < item->area.column || column >= item->area.column + item->area.columns)
            continue;
        dialog->focus = i;
        if (item->kind == DIALOG_LIST)
            return click_word(dialog, item, row);
        return item->kind == DIALOG_BUTTON ? press(dialog) : DIALOG_OPEN;
    }
    return DIALOG_OPEN;
}

bool dialog_typing(const struct dialog *dialog)
{
    return dialog->item_count > 0 && dialog->items[dialog->focus].kind != DIALOG_BUTTON;
}

bool dialog_paste(struct dialog *dialog, const char *text)
{
    struct dialog_item *item = focused(dialog);
    if (item == NULL || item->kind == DIALOG_CHOICE || item->kind == DIALOG_BUTTON)
        return false;
    char offered[32] = "";
    if (offers(item)) {
        snprintf(offered, sizeof offered, "%s", item->field.text);
        field_set(&item->field, "");
    }
    if (!field_paste(&item->field, text)) {
        if (*offered != '\0')
            field_set(&item->field, offered);
        return false;
    }
    item->typed = true;
    dialog->problem[0] = '\0';
    if (item->kind == DIALOG_LIST)
        dialog_list_best(item);
    return true;
}
