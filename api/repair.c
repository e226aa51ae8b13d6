/* repair: see repair.h. One pass over the bytes; each kind of token has its own small function. */
#include "api/repair.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

struct pass {
    const char *at, *end;
    char *out;
    bool in_string;
};

static void keep(struct pass *pass, size_t bytes)
{
    memcpy(pass->out, pass->at, bytes);
    pass->out += bytes;
    pass->at += bytes;
}

static void put(struct pass *pass, const char *text, size_t bytes)
{
    memcpy(pass->out, text, bytes);
    pass->out += bytes;
}

size_t repair_utf8_length(const char *at, const char *end)
{
    const unsigned char *byte = (const unsigned char *)at;
    size_t room = (size_t)(end - at);
    size_t length = byte[0] < 0x80                      ? 1
                    : byte[0] >= 0xC2 && byte[0] < 0xE0 ? 2
                    : byte[0] >= 0xE0 && byte[0] < 0xF0 ? 3
                    : byte[0] >= 0xF0 && byte[0] < 0xF5 ? 4
                                                        : 0;
    if (length == 0 || length > room)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return 0;
    }
    /* Overlong forms, surrogates, and what lies beyond U+10FFFF. */
    bool wrong = (byte[0] == 0xE0 && byte[1] < 0xA0) || (byte[0] == 0xED && byte[1] > 0x9F) ||
                 (byte[0] == 0xF0 && byte[1] < 0x90) || (byte[0] == 0xF4 && byte[1] > 0x8F);
    return wrong ? 0 : length;
}

/* The value of \uXXXX at `at`, or -1. */
static long escape_value(const char *at, const char *end)
{
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return -1;
    char hex[5] = {at[2], at[3], at[4], at[5], '\0'};
    return strspn(hex, "0123456789abcdefABCDEF") == 4 ? strtol(hex, NULL, 16) : -1;
}

static void escape(struct pass *pass)
{
    long value = escape_value(pass->at, pass->end);
    long next = value >= 0 ? escape_value(pass->at + 6, pass->end) : -1;
    if (value >= 0xD800 && value < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
        keep(pass, 12);
    } else if (value == 0 || (value >= 0xD800 && value < 0xE000)) {
        put(pass, "\\ufffd", 6);
        pass->at += 6;
    } else if (value >= 0) {
        keep(pass, 6);
    } else {
        keep(pass, pass->end - pass->at >= 2 && (pass->at[1] & 0x80) == 0 ? 2 : 1);
    }
}

/* Kept where it is finite. The buffer has room for a NUL behind it: there is always more to come,
 * if only the end. */
static void number(struct pass *pass)
{
    char *start = pass->out;
    size_t length = 0;
    while (pass->at + length < pass->end && strchr("+-.eE0123456789", pass->at[length]) != NULL &&
           pass->at[length] != '\0')
        length++;
    keep(pass, length);
    *pass->out = '\0';
    if (isinf(strtod(start, NULL))) {
        pass->out = start;
        put(pass, "null", 4);
    }
}

static void step(struct pass *pass)
{
    unsigned char byte = (unsigned char)*pass->at;
    size_t length = repair_utf8_length(pass->at, pass->end);
    if (byte == '\\') {
        escape(pass);
    } else if (!pass->in_string && (byte == '-' || (byte >= '0' && byte <= '9'))) {
        number(pass);
    } else if (pass->in_string && byte < 0x20) {
        put(pass, REPLACEMENT, 3);
        pass->at++;
    } else if (length > 0) {
        if (byte == '"')
            pass->in_string = !pass->in_string;
        keep(pass, length);
    } else {
        put(pass, REPLACEMENT, 3);
        pass->at++;
    }
}

/* How many bytes the worst case adds: a byte that is no UTF-8 and a control character grow from one
 * to three. */
static size_t growth(const char *at, const char *end)
{
    size_t bad = 0;
    while (at < end) {
        size_t length = repair_utf8_length(at, end);
        bad += length == 0 || (unsigned char)*at < 0x20;
        at += length > 0 ? length : 1;
    }
    return bad * 2;
}

char *repair_json(const char *bytes, size_t length, size_t *repaired_length)
{
    const char *end = bytes + length;
    /* An escape can take the byte behind a backslash out of its character, so leave room for that
     * too. */
    char *repaired = malloc(length + growth(bytes, end) + 8);
    if (repaired == NULL)
        return NULL;
    struct pass pass = {.at = bytes, .end = end, .out = repaired};
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        pass.at += 3;
    while (pass.at < pass.end)
        step(&pass);
    *pass.out = '\0';
    *repaired_length = (size_t)(pass.out - repaired);
    return repaired;
}
