/* hostile: see hostile.h. */
#include "tests/unit/hostile.h"

#include <wchar.h>
#include <wctype.h>

const struct hostile hostile_texts[] = {
    {"escapes", "\"a\\u001b[2J\\u001b]0;owned\\u0007\\u001b[6n\\u001bPq\\u001b\\\\\"", 0, 0},
    {"raw escapes", "\"a\033[2J\033]0;owned\a\033[6n\"", 0, 0},
    {"newlines", "\"a\\nb\\r\\n\\tc\\bd\\fe\\u000b\\u007f\"", 0, 0},
    {"raw newlines", "\"a\nb\r\n\tc\bd\fe\v\177\"", 0, 0},
    {"c1", "\"a\\u009b31m\\u0085\\u0090\\u009d0;x\\u009c\"", 0, 0},
    {"raw c1",
     "\"a\xc2\x9b"
     "31m\x9b"
     "31m\"",
     0, 0},
    {"bidi", "\"a\\u202egnp.exe\\u202c\\u2066x\\u2069\\u200f\\u061c\"", 0, 0},
    {"arabic", "\"\\u0645\\u0631\\u062d\\u0628\\u0627 \\u05e9\\u05dc\\u05d5\\u05dd\"", 0, 0},
    {"zero width", "\"a\\u200bb\\u200c\\u200d\\u2060\\u00ad\\u180e\\u034f\"", 0, 0},
    {"selectors", "\"\\u2764\\ufe0f\\ufe0e\\udb40\\udd00\\udb40\\udc41\"", 0, 0},
    {"fillers", "\"\\u115f\\u1160\\u3164\\uffa0\\u17b4\\u2800\"", 0, 0},
    {"emoji", "\"\\ud83d\\udc68\\u200d\\ud83d\\udc69\\ud83c\\uddeb\\ud83c\\uddf7\\ud83c\\udffd\"",
     0, 0},
    {"wide", "\"\\u4e2d\\u6587\\uff38\\ud55c\\u1112\\u1161\\u11ab\\u3000\"", 0, 0},
    {"marks alone", "\"\\u0301\\u0302\\u0303\"", 0, 0},
    {"64 KB of marks", "\xcc\x81", 0, 32768},
    {"64 KB of marks, escaped", "\\u0301", 0, 32768},
    {"64 KB of wide", "\xe4\xb8\xad", 0, 21846},
    {"64 KB of escapes", "\\u001b[31m", 0, 8192},
    {"64 KB of blanks", " ", 0, 65536},
    {"just too long", "x", 0, 4096},
    {"invalid UTF-8", "\"a\xff\xfe\x80\xc3(\xe2\x82\"", 0, 0},
    {"overlong", "\"a\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf\"", 0, 0},
    {"raw surrogates", "\"a\xed\xa0\x80\xed\xb0\x80\"", 0, 0},
    {"beyond Unicode", "\"a\xf4\x90\x80\x80\xf8\x88\x80\x80\x80\"", 0, 0},
    {"high surrogate", "\"a\\ud800\"", 0, 0},
    {"low surrogate", "\"\\udc00b\"", 0, 0},
    {"surrogates turned", "\"\\udc00\\ud800\"", 0, 0},
    {"NUL", "\"a\\u0000b\"", 0, 0},
    {"raw NUL", "\"a\0b\"", 5, 0},
    {"byte order mark", "\"\\ufeffa\\ufeff\xef\xbb\xbf\"", 0, 0},
    {"private use", "\"\\ue000\\uf8ff\\udb80\\udc00\\udbff\\udffd\"", 0, 0},
    {"noncharacters", "\"\\ufffe\\uffff\\ufdd0\\udbff\\udfff\"", 0, 0},
    {"unassigned", "\"\\u0378\\u05ff\\ud83f\\udfff\"", 0, 0},
    {"separators", "\"a\\u2028b\\u2029c\\u0085\"", 0, 0},
    {"formats", "\"%s%n%1$*2$d%%\"", 0, 0},
    {"words of a shell", "\"$(touch x)`id`;|&<>'\\\"\\\\\"", 0, 0},
    {"a url and more", "\"wss://h/`id`|x y<z>\\\"{}\"", 0, 0},
    {"a url and a line", "\"wss://h/\\nrm -rf ~\"", 0, 0},
    {"path", "\"../../../etc/passwd\"", 0, 0},
    {"dots", "\"..\"", 0, 0},
    {"empty", "\"\"", 0, 0},
    {"blank", "\" \"", 0, 0},
    {"64 bits and one", "18446744073709551616", 0, 0},
    {"many digits", "123456789012345678901234567890123456789012345678901234567890", 0, 0},
    {"below 64 bits", "-9223372036854775809", 0, 0},
    {"infinite", "1e999", 0, 0},
    {"tiny", "-1e-999", 0, 0},
    {"true", "true", 0, 0},
    {"null", "null", 0, 0},
    {"list", "[\"\\u001b[2J\"]", 0, 0},
    {"object", "{\"id\":\"\\u001b[2J\"}", 0, 0},
};

const size_t hostile_count = COUNT(hostile_texts);

char *hostile_json(const struct hostile *hostile, size_t *length)
{
    size_t one = hostile->length != 0 ? hostile->length : strlen(hostile->json);
    char *json = malloc(one * (hostile->repeat + 1) + 4);
    assert_non_null(json);
    if (hostile->repeat == 0) {
        memcpy(json, hostile->json, one);
        *length = one;
        return json;
    }
    memcpy(json, "\"a", 2);
    for (size_t i = 0; i < hostile->repeat; i++)
        memcpy(json + 2 + i * one, hostile->json, one);
    *length = 2 + hostile->repeat * one + 1;
    json[*length - 1] = '"';
    return json;
}

/* What has no width or turns the direction, whatever the C library thinks of it. */
static bool hidden(wchar_t code)
{
    static const struct {
        wchar_t first, last;
    } ranges[] = {{0x00, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},     {0x34f, 0x34f},
                  {0x61c, 0x61c},     {0x115f, 0x1160},   {0x180b, 0x180f}, {0x200b, 0x200f},
                  {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164}, {0xd800, 0xf8ff},
                  {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0}, {0xfff9, 0xfffb},
                  {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff}};
    for (size_t i = 0; i < COUNT(ranges); i++) {
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    }
    return false;
}

void hostile_assert_tame(const char *text, int cells, enum text_charset charset, const char *field,
                         const char *name)
{
    mbstate_t state = {0};
    int width = 0, marks = 0;
    for (const char *at = text; *at != '\0';) {
        wchar_t code;
        size_t taken = mbrtowc(&code, at, MB_CUR_MAX, &state);
        if (taken == 0 || taken > 8 || hidden(code) || !iswprint((wint_t)code) ||
            wcwidth(code) < 0 || (charset == TEXT_ASCII && code > 0x7e))
            fail_msg("%s, %s: byte %zu of the text is not to be drawn", field, name,
                     (size_t)(at - text));
        marks = wcwidth(code) == 0 ? marks + 1 : 0;
        if (marks > TEXT_MARKS || (marks > 0 && at == text))
            fail_msg("%s, %s: marks upon marks", field, name);
        width += wcwidth(code);
        at += taken;
    }
    if (cells >= 0 && width != cells)
        fail_msg("%s, %s: %d cells, not %d", field, name, width, cells);
}
