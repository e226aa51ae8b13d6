/* field: see field.h. */
#include "tui/field.h"

#include "core/text.h"
#include "tui/key.h"

#include <stdio.h>
#include <string.h>

static size_t before_cursor(const struct field *field)
{
    size_t at = field->cursor;
    while (at > 0 && ((unsigned char)field->text[at - 1] & 0xC0) == 0x80)
        at--;
    return at > 0 ? at - 1 : 0;
}

static size_t after_cursor(const struct field *field)
{
    size_t at = field->cursor;
    if (field->text[at] == '\0')
        return at;
    do
        at++;
    while (((unsigned char)field->text[at] & 0xC0) == 0x80);
    return at;
}

static void cut(struct field *field, size_t from, size_t to)
{
    memmove(field->text + from, field->text + to, strlen(field->text + to) + 1);
    field->cursor = from;
}

static bool insert(struct field *field, const char *bytes, size_t length)
{
    size_t used = strlen(field->text);
    if (used + length >= sizeof field->text)
        return false;
    memmove(field->text + field->cursor + length, field->text + field->cursor,
            used - field->cursor + 1);
    memcpy(field->text + field->cursor, bytes, length);
    field->cursor += length;
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
static bool type_character(struct field *field, uint32_t key)
{
    char bytes[4];
    if (key < 0x20 || key >= TUI_KEY_BEYOND)
        return false;
    size_t length = encode(bytes, key);
    if (text_plain(bytes, length))
        insert(field, bytes, length);
    return true;
}

bool field_key(struct field *field, uint32_t key)
{
    switch (key) {
    case TUI_KEY_LEFT:
        field->cursor = before_cursor(field);
        return true;
    case TUI_KEY_RIGHT:
        field->cursor = after_cursor(field);
        return true;
    case TUI_KEY_HOME:
        field->cursor = 0;
        return true;
    case TUI_KEY_END:
        field->cursor = strlen(field->text);
        return true;
    case TUI_KEY_BACKSPACE:
    case 8:
        cut(field, before_cursor(field), field->cursor);
        return true;
    case TUI_KEY_DELETE:
        cut(field, field->cursor, after_cursor(field));
        return true;
    case 'U' - '@': /* as in a shell: the whole line */
        cut(field, 0, strlen(field->text));
        return true;
    default:
        return type_character(field, key);
    }
}

void field_set(struct field *field, const char *text)
{
    snprintf(field->text, sizeof field->text, "%s", text);
    field->cursor = strlen(field->text);
}

bool field_insert(struct field *field, uint32_t key)
{
    char bytes[4];
    return insert(field, bytes, encode(bytes, key));
}

void field_backspace(struct field *field)
{
    cut(field, before_cursor(field), field->cursor);
}

bool field_paste(struct field *field, const char *text)
{
    size_t length = strlen(text);
    /* A line end behind a copied word is not part of it; control characters within are. */
    while (length > 0 && strchr("\r\n", text[length - 1]) != NULL)
        length--;
    return text_plain(text, length) && insert(field, text, length);
}
