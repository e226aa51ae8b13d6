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
    snprintf(item->text, sizeof item->text, "%s", text);
    item->cursor = strlen(item->text);
    return item;
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

/* ---- fields: `cursor` always stands between two characters */

static size_t before_cursor(const struct dialog_item *item)
{
    size_t at = item->cursor;
    while (at > 0 && ((unsigned char)item->text[at - 1] & 0xC0) == 0x80)
        at--;
    return at > 0 ? at - 1 : 0;
}

static size_t after_cursor(const struct dialog_item *item)
{
    size_t at = item->cursor;
    if (item->text[at] == '\0')
        return at;
    do
        at++;
    while (((unsigned char)item->text[at] & 0xC0) == 0x80);
    return at;
}

static void cut(struct dialog_item *item, size_t from, size_t to)
{
    memmove(item->text + from, item->text + to, strlen(item->text + to) + 1);
    item->cursor = from;
}

static bool insert(struct dialog_item *item, const char *bytes, size_t length)
{
    size_t used = strlen(item->text);
    if (used + length >= sizeof item->text)
        return false;
    memmove(item->text + item->cursor + length, item->text + item->cursor, used - item->cursor + 1);
    memcpy(item->text + item->cursor, bytes, length);
    item->cursor += length;
    return true;
}

static size_t encode(char bytes[4], uint32_t code)
{
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char starts[] = {0, 0xC0, 0xE0, 0xF0};
    bytes[0] = (char)(starts[more] | (code >> (6 * more)));
    for (size_t i = 1; i <= more; i++)
        bytes[i] = (char)(0x80 | ((code >> (6 * (more - i))) & 0x3F));
    return more + 1;
}

/* What may be typed is what may be pasted. What is not taken, or has no room, is still no key for
 * the box: it would press a button. */
static bool field_type(struct dialog_item *item, uint32_t key)
{
    char bytes[4];
    if (key < 0x20 || key >= TUI_KEY_BEYOND)
        return false;
    size_t length = encode(bytes, key);
    if (text_plain(bytes, length))
        insert(item, bytes, length);
    return true;
}

static bool field_key(struct dialog_item *item, uint32_t key)
{
    switch (key) {
    case TUI_KEY_LEFT:
        item->cursor = before_cursor(item);
        return true;
    case TUI_KEY_RIGHT:
        item->cursor = after_cursor(item);
        return true;
    case TUI_KEY_HOME:
        item->cursor = 0;
        return true;
    case TUI_KEY_END:
        item->cursor = strlen(item->text);
        return true;
    case TUI_KEY_BACKSPACE:
    case 8:
        cut(item, before_cursor(item), item->cursor);
        return true;
    case TUI_KEY_DELETE:
        cut(item, item->cursor, after_cursor(item));
        return true;
    case 'U' - '@': /* as in a shell: the whole line */
        cut(item, 0, strlen(item->text));
        return true;
    default:
        return field_type(item, key);
    }
}

/* ---- choices */

/* The first word that begins with what was typed, else the first that has it in it; `count` if
 * none. Case does not count. */
static size_t matching(const struct dialog_item *item)
{
    for (size_t i = 0; i < item->count; i++) {
        if (strncasecmp(item->words[i], item->text, strlen(item->text)) == 0)
            return i;
    }
    for (size_t i = 0; i < item->count; i++) {
        if (strcasestr(item->words[i], item->text) != NULL)
            return i;
    }
    return item->count;
}

/* What is typed narrows the choice; a letter that nothing has is not taken. */
static bool choice_type(struct dialog_item *item, uint32_t key)
{
    char bytes[4];
    size_t used = strlen(item->text);
    item->cursor = used;
    if (!insert(item, bytes, encode(bytes, key)))
        return true;
    size_t found = matching(item);
    if (found < item->count)
        item->chosen = found;
    else
        item->text[used] = '\0';
    return true;
}

static bool choice_step(struct dialog_item *item, size_t steps)
{
    item->text[0] = '\0';
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
        item->cursor = strlen(item->text);
        cut(item, before_cursor(item), item->cursor);
        return true;
    }
    return key > 0x20 && key < TUI_KEY_BEYOND && choice_type(item, key);
}

/* ---- buttons */

/* Enter in a field or choice presses the first button: what the box is for. */
static int press(const struct dialog *dialog)
{
    if (dialog->item_count > 0 && dialog->items[dialog->focus].kind == DIALOG_BUTTON)
        return dialog->items[dialog->focus].value;
    for (size_t i = 0; i < dialog->item_count; i++) {
        if (dialog->items[i].kind == DIALOG_BUTTON)
            return dialog->items[i].value;
    }
    return DIALOG_CANCELLED;
}

static int by_letter(const struct dialog *dialog, uint32_t key)
{
    for (size_t i = 0; i < dialog->item_count; i++) {
        const struct dialog_item *item = &dialog->items[i];
        if (item->kind == DIALOG_BUTTON && item->letter != '\0' && (uint32_t)item->letter == key)
            return item->value;
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
    return item->kind == DIALOG_FIELD ? field_key(item, key) : choice_key(item, key);
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

bool dialog_typing(const struct dialog *dialog)
{
    return dialog->item_count > 0 && dialog->items[dialog->focus].kind != DIALOG_BUTTON;
}

bool dialog_paste(struct dialog *dialog, const char *text)
{
    struct dialog_item *item = focused(dialog);
    size_t length = strlen(text);
    /* A line end behind a copied word is not part of it; control characters within are. */
    while (length > 0 && strchr("\r\n", text[length - 1]) != NULL)
        length--;
    if (item == NULL || item->kind != DIALOG_FIELD || !text_plain(text, length) ||
        !insert(item, text, length))
        return false;
    dialog->problem[0] = '\0';
    return true;
}
