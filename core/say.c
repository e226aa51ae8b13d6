/* say: see say.h. */
#include "core/say.h"

#include "core/text.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 4096 };

__attribute__((format(printf, 2, 0))) static void clean_line(char clean[LINE_BYTES],
                                                             const char *format, va_list arguments)
{
    char line[LINE_BYTES] = "";
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    vsnprintf(line, sizeof line, format, arguments);
    text_clean(clean, LINE_BYTES, line, strlen(line), utf8 ? TEXT_UTF8 : TEXT_ASCII);
}

void say_line(const char *format, ...)
{
    char clean[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    clean_line(clean, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s\n", clean);
}

int say_waiting(const char *format, ...)
{
    char clean[LINE_BYTES];
    if (!isatty(STDERR_FILENO))
        return 0;
    va_list arguments;
    va_start(arguments, format);
    clean_line(clean, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s", clean);
    return text_width(clean);
}

void say_waited(int cells)
{
    if (cells > 0)
        fprintf(stderr, "\r%*s\r", cells, "");
}
