/* key: see key.h. */
#include "tui/key.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define KEY_ROW(name, word) {word, TUI_KEY_##name},
static const struct {
    const char *name;
    uint32_t key;
} names[] = {{"Enter", TUI_KEY_ENTER},
             {"Tab", TUI_KEY_TAB},
             {"Esc", TUI_KEY_ESC},
             {"Space", TUI_KEY_SPACE},
             {"Backspace", TUI_KEY_BACKSPACE},
             KEYS(KEY_ROW)};
#undef KEY_ROW

static const char ctrl[] = "Ctrl-";
enum { CTRL_LENGTH = sizeof ctrl - 1 };

/* A terminal sends Ctrl and a character between @ and _ as that character without its upper bits.
 */
static uint32_t control_of(char letter)
{
    if (letter >= 'a' && letter <= 'z')
        letter = (char)(letter - 'a' + 'A');
    return letter > '@' && letter <= '_' ? (uint32_t)(letter - '@') : TUI_KEY_NONE;
}

static bool is_printable(uint32_t code)
{
    return code != TEXT_INVALID && code >= TUI_KEY_SPACE && (code < 0x7f || code >= 0xa0);
}

uint32_t key_parse(const char *name, size_t length)
{
    uint32_t code;
    size_t taken = text_decode(name, length, &code);
    if (taken > 0 && taken == length)
        return is_printable(code) ? code : TUI_KEY_NONE;
    if (length == CTRL_LENGTH + 1 && strncasecmp(name, ctrl, CTRL_LENGTH) == 0)
        return control_of(name[CTRL_LENGTH]);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == length && strncasecmp(names[i].name, name, length) == 0)
            return names[i].key;
    return TUI_KEY_NONE;
}

/* RFC 3629 section 3. */
static void put_character(char out[5], uint32_t code)
{
    static const unsigned char first[] = {0x00, 0xc0, 0xe0, 0xf0};
    size_t more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    out[more + 1] = '\0';
    for (size_t i = more; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(first[more] | code);
}

char *key_label(char out[KEY_LABEL_BYTES], uint32_t key)
{
    out[0] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].key == key)
            return strcpy(out, names[i].name);
    if (key > TUI_KEY_NONE && key < TUI_KEY_SPACE)
        snprintf(out, KEY_LABEL_BYTES, "%s%c", ctrl, (char)(key + '@'));
    else if (key < TUI_KEY_BEYOND && is_printable(key))
        put_character(out, key);
    return out;
}
