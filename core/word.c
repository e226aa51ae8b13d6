/* word: see word.h. */
#include "core/word.h"

#include <ctype.h>
#include <stdio.h>

static bool is_plain(unsigned char byte)
{
    return byte > 0x20 && byte < 0x7f && byte != '%';
}

char *word_put(char *to, const char *text)
{
    for (; *text != '\0'; text++) {
        if (is_plain((unsigned char)*text))
            *to++ = *text;
        else
            to += sprintf(to, "%%%02x", (unsigned char)*text);
    }
    *to = '\0';
    return to;
}

static int digit_of(char digit)
{
    return isdigit((unsigned char)digit) ? digit - '0' : tolower((unsigned char)digit) - 'a' + 10;
}

bool word_take(char *word)
{
    char *to = word;
    for (const char *from = word; *from != '\0'; from++, to++) {
        *to = *from;
        if (*from != '%')
            continue;
        if (!isxdigit((unsigned char)from[1]) || !isxdigit((unsigned char)from[2]))
            return false;
        *to = (char)(digit_of(from[1]) * 16 + digit_of(from[2]));
        if (*to == '\0')
            return false;
        from += 2;
    }
    *to = '\0';
    return true;
}
