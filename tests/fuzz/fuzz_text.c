/* The sanitiser of foreign text: the first two bytes are the room and the width. Whatever comes,
 * what is drawn is plain, whole and exactly as wide as asked for. */
#include "core/text.h"

#include "tests/fuzz/fuzz.h"

#include <locale.h>

/* Plain characters, with no more marks on one than may be. */
static void must_be_tame(const char *text, size_t length, enum text_charset charset)
{
    must(strlen(text) == length && text_plain(text, length));
    uint32_t code;
    for (size_t at = 0, taken; at < length; at += taken) {
        taken = text_decode(text + at, length - at, &code);
        must(code != TEXT_INVALID && (charset == TEXT_UTF8 || code < 0x7f));
    }
}

static void draw(const char *clean, int cells, enum text_charset charset)
{
    char out[TEXT_BYTES(255)];
    for (int align = TEXT_LEFT; align <= TEXT_RIGHT; align++) {
        size_t length = text_cut(out, sizeof out, clean, cells, (enum text_align)align, charset);
        must_be_tame(out, length, charset);
        must(text_width(out) == cells);
    }
    must_be_tame(out, text_cut_middle(out, sizeof out, clean, cells, charset), charset);
    must(text_width(out) == cells);
    must(text_line(clean, cells) <= strlen(clean));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static bool prepared;
    if (!prepared)
        must(setlocale(LC_ALL, "C.UTF-8") != NULL);
    prepared = true;
    if (length < 2)
        return 0;
    size_t room = 1 + bytes[0] * (size_t)8;
    const char *foreign = (const char *)bytes + 2;
    for (int charset = TEXT_UTF8; charset <= TEXT_ASCII; charset++) {
        char *clean = malloc(room);
        must(clean != NULL);
        size_t used = text_clean(clean, room, foreign, length - 2, (enum text_charset)charset);
        must(used < room);
        must_be_tame(clean, used, (enum text_charset)charset);
        draw(clean, bytes[1], (enum text_charset)charset);
        free(clean);
    }
    return 0;
}
