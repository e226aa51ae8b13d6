/* field_draw: see field.h. */
#include "tui/field.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

int field_draw(struct terminal *terminal, const struct field *field, int row, int column, int cells)
{
    char shown[FIELD_BYTES], before[FIELD_BYTES];
    snprintf(shown, sizeof shown, "%s", field->text);
    if (field->masked)
        memset(shown, '*', strlen(shown));
    snprintf(before, sizeof before, "%.*s", (int)field->cursor, shown);
    int cursor = text_width(before);
    const char *from = shown;
    while (cursor >= cells && *from != '\0') {
        do
            from++;
        while (((unsigned char)*from & 0xC0) == 0x80);
        snprintf(before, sizeof before, "%.*s", (int)(shown + field->cursor - from), from);
        cursor = text_width(before);
    }
    draw_fill(terminal, (struct area){row, column, 1, cells}, ROLE_INPUT, ' ');
    draw_words(terminal, row, column, cells, ROLE_INPUT, from);
    return cursor;
}
