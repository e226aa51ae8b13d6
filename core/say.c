/* say: see say.h. */
#include "core/say.h"

#include "core/text.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 4096 };

void say_line(const char *format, ...)
{
    char line[LINE_BYTES] = "", clean[LINE_BYTES];
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    text_clean(clean, sizeof clean, line, strlen(line), utf8 ? TEXT_UTF8 : TEXT_ASCII);
    fprintf(stderr, "%s\n", clean);
}
