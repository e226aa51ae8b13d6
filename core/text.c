/* text: see text.h. The tables say what is a character and which characters are never drawn. */
#include "core/text.h"

#include <assert.h>
#include <string.h>
#include <wchar.h>

static const char *const ELLIPSIS[] = {[TEXT_UTF8] = "…", [TEXT_ASCII] = "~"};
static const char *const REPLACEMENT[] = {[TEXT_UTF8] = "\xef\xbf\xbd", [TEXT_ASCII] = "?"};

/* The grammar of RFC 3629 section 4: what follows a first byte. Later bytes are always 80 to BF. */
static const struct lead {
    unsigned char first, last, length, second_low, second_high;
} LEADS[] = {
    {0x00, 0x7f, 1, 0x00, 0x00}, {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* Never drawn, in order. What acts on the terminal, turns the reading direction, or cannot be seen
 * and so makes two different texts look the same. */
static const struct range {
    uint32_t first, last;
} HOSTILE[] = {
    {0x0000, 0x001f},    /* C0: escape, newline, tab */
    {0x007f, 0x009f},    /* DEL and C1 */
    {0x00ad, 0x00ad},    /* soft hyphen */
    {0x034f, 0x034f},    /* grapheme joiner */
    {0x061c, 0x061c},    /* Arabic letter mark */
    {0x115f, 0x1160},    /* Hangul fillers */
    {0x17b4, 0x17b5},    /* Khmer inherent vowels */
    {0x180b, 0x180f},    /* Mongolian selectors and separator */
    {0x200b, 0x200f},    /* zero width, direction marks */
    {0x2028, 0x202e},    /* separators, direction embeddings and overrides */
    {0x2060, 0x206f},    /* joiner, invisible operators, direction isolates */
    {0x3164, 0x3164},    /* Hangul filler */
    {0xd800, 0xf8ff},    /* surrogates, private use */
    {0xfdd0, 0xfdef},    /* noncharacters */
    {0xfe00, 0xfe0f},    /* variation selectors */
    {0xfeff, 0xfeff},    /* byte order mark */
    {0xffa0, 0xffa0},    /* Hangul filler */
    {0xfff0, 0xfffb},    /* unassigned, interlinear annotation */
    {0x13430, 0x1345f},  /* Egyptian format controls */
    {0x1bca0, 0x1bca3},  /* shorthand format controls */
    {0x1d173, 0x1d17a},  /* musical format controls */
    {0x1f3fb, 0x1f3ff},  /* skin tones: two cells more, or none, as the terminal has it */
    {0xe0000, 0xe0fff},  /* tags, more variation selectors */
    {0xf0000, 0x10ffff}, /* private use */
};

size_t text_decode(const char *bytes, size_t length, uint32_t *code)
{
    const unsigned char *at = (const unsigned char *)bytes;
    const struct lead *lead = NULL;
    *code = TEXT_INVALID;
    if (length == 0)
        return 0;
    for (size_t i = 0; i < sizeof LEADS / sizeof *LEADS && lead == NULL; i++)
        if (at[0] >= LEADS[i].first && at[0] <= LEADS[i].last)
            lead = &LEADS[i];
    if (lead == NULL)
        return 1;
    uint32_t value = lead->length == 1 ? at[0] : at[0] & (0x7fu >> lead->length);
    for (size_t i = 1; i < lead->length; i++) {
        unsigned char low = i == 1 ? lead->second_low : 0x80;
        unsigned char high = i == 1 ? lead->second_high : 0xbf;
        if (i == length || at[i] < low || at[i] > high)
            return i;
        value = value << 6 | (at[i] & 0x3fu);
    }
    *code = value;
    return lead->length;
}

static bool code_hostile(uint32_t code)
{
    if (code >= 0x20 && code < 0x7f)
        return false;
    if (code > 0x10ffff || (code & 0xfffe) == 0xfffe)
        return true;
    size_t i = 0;
    while (i < sizeof HOSTILE / sizeof *HOSTILE && code > HOSTILE[i].last)
        i++;
    return i < sizeof HOSTILE / sizeof *HOSTILE && code >= HOSTILE[i].first;
}

/* 0 for a mark, 1 or 2 for a character, -1 for what is not drawn. */
static int code_cells(uint32_t code)
{
    if (code_hostile(code))
        return -1;
    return code < 0x7f ? 1 : wcwidth((wchar_t)code);
}

/* Text that is being written into the caller's buffer. `fits` is the last length that leaves room
 * for an ellipsis. */
struct writer {
    char *out;
    size_t size, length, fits;
    const char *ellipsis;
    bool full;
};

static struct writer writer_start(char *out, size_t size, enum text_charset charset)
{
    assert(size > 0);
    out[0] = '\0';
    return (struct writer){.out = out, .size = size, .ellipsis = ELLIPSIS[charset]};
}

/* Whole or not at all; after the first that does not fit, nothing is taken. */
static void writer_put(struct writer *writer, const char *bytes, size_t length)
{
    if (writer->full || writer->length + length >= writer->size) {
        writer->full = true;
        return;
    }
    memcpy(writer->out + writer->length, bytes, length);
    writer->length += length;
    writer->out[writer->length] = '\0';
    if (writer->length + strlen(writer->ellipsis) < writer->size)
        writer->fits = writer->length;
}

/* Cut text says that it was cut, where that has room at all. */
static void writer_end(struct writer *writer)
{
    size_t length = strlen(writer->ellipsis);
    if (!writer->full || length >= writer->size)
        return;
    memcpy(writer->out + writer->fits, writer->ellipsis, length + 1);
    writer->length = writer->fits + length;
}

/* As many whole characters as fit, for text that is clean already. */
static void writer_put_text(struct writer *writer, const char *text, size_t length)
{
    uint32_t code;
    for (size_t taken; length > 0; text += taken, length -= taken) {
        taken = text_decode(text, length, &code);
        writer_put(writer, text, taken);
    }
}

static void writer_pad(struct writer *writer, int cells)
{
    while (cells-- > 0)
        writer_put(writer, " ", 1);
}

/* One character of foreign text, `cells` as code_cells says. */
static void writer_clean(struct writer *writer, const char *bytes, size_t length, int cells,
                         enum text_charset charset)
{
    if (cells < 0)
        writer_put(writer, REPLACEMENT[charset], strlen(REPLACEMENT[charset]));
    else if (charset == TEXT_UTF8 || length == 1)
        writer_put(writer, bytes, length);
    else
        writer_put(writer, "??", (size_t)cells);
}

/* Half a flag, which has one cell or two as the terminal has it, is the letter it stands for. */
static char flag_letter(uint32_t code)
{
    return code >= 0x1f1e6 && code <= 0x1f1ff ? (char)('A' + (code - 0x1f1e6)) : '\0';
}

size_t text_clean(char *out, size_t size, const char *bytes, size_t length,
                  enum text_charset charset)
{
    struct writer writer = writer_start(out, size, charset);
    int marks = TEXT_MARKS; /* a mark at the start has nothing to stand on */
    uint32_t code;
    for (size_t taken; length > 0 && !writer.full; bytes += taken, length -= taken) {
        taken = text_decode(bytes, length, &code);
        char letter = flag_letter(code);
        int cells = letter != '\0' ? 1 : code_cells(code);
        if (cells == 0 && marks == TEXT_MARKS)
            cells = -1;
        marks = cells == 0 ? marks + 1 : 0;
        writer_clean(&writer, letter != '\0' ? &letter : bytes, letter != '\0' ? 1 : taken, cells,
                     charset);
    }
    writer_end(&writer);
    return writer.length;
}

bool text_plain(const char *bytes, size_t length)
{
    uint32_t code;
    for (size_t taken; length > 0; bytes += taken, length -= taken) {
        taken = text_decode(bytes, length, &code);
        if (code_hostile(code))
            return false;
    }
    return true;
}

/* Bytes of the longest start of `text` that is at most `cells` wide, marks included; its width in
 * *used. */
static size_t text_prefix(const char *text, int cells, int *used)
{
    size_t length = strlen(text), at = 0;
    uint32_t code;
    *used = 0;
    while (at < length) {
        size_t taken = text_decode(text + at, length - at, &code);
        int width = code_cells(code);
        width = width < 0 ? 1 : width;
        if (width > cells - *used)
            break;
        *used += width;
        at += taken;
    }
    return at;
}

int text_width(const char *text)
{
    int used;
    text_prefix(text, INT32_MAX, &used);
    return used;
}

size_t text_cut(char *out, size_t size, const char *text, int cells, enum text_align align,
                enum text_charset charset)
{
    struct writer writer = writer_start(out, size, charset);
    if (cells <= 0)
        return 0;
    bool cut = text_width(text) > cells;
    int used;
    size_t length = text_prefix(text, cut ? cells - 1 : cells, &used);
    int pad = cells - used - (cut ? 1 : 0);
    if (align == TEXT_RIGHT)
        writer_pad(&writer, pad);
    writer_put_text(&writer, text, length);
    if (cut)
        writer_put(&writer, writer.ellipsis, strlen(writer.ellipsis));
    if (align == TEXT_LEFT)
        writer_pad(&writer, pad);
    return writer.length;
}

size_t text_cut_middle(char *out, size_t size, const char *text, int cells,
                       enum text_charset charset)
{
    int width = text_width(text);
    if (width <= cells || cells < 3)
        return text_cut(out, size, text, cells, TEXT_LEFT, charset);
    struct writer writer = writer_start(out, size, charset);
    int tail = (cells - 1) / 2, head_used, skipped;
    size_t head = text_prefix(text, cells - 1 - tail, &head_used);
    size_t skip = text_prefix(text, width - tail, &skipped);
    if (skipped < width - tail) /* a wide character stands across the edge: it goes too */
        skip = text_prefix(text, width - tail + 1, &skipped);
    writer_put_text(&writer, text, head);
    writer_put(&writer, writer.ellipsis, strlen(writer.ellipsis));
    writer_put_text(&writer, text + skip, strlen(text + skip));
    writer_pad(&writer, cells - head_used - 1 - (width - skipped));
    return writer.length;
}

/* Cells of the first bytes of a cleaned text. */
static int width_of_start(const char *text, size_t length)
{
    int cells = 0;
    for (size_t at = 0, taken; at < length; at += taken) {
        uint32_t code;
        taken = text_decode(text + at, length - at, &code);
        int width = wcwidth((wchar_t)code);
        cells += width > 0 ? width : 0;
    }
    return cells;
}

size_t text_line(const char *text, int cells)
{
    size_t length = strlen(text), fits = 0;
    int used;
    for (size_t end = 1; end <= length; end++) {
        if (text[end] != ' ' && text[end] != '\0')
            continue;
        if (width_of_start(text, end) > cells)
            break;
        fits = end;
    }
    if (fits > 0)
        return fits;
    size_t some = text_prefix(text, cells, &used);
    return some > 0 ? some : length;
}
