/* fault: see fault.h. */
#include "gateway/fault.h"

#include <stdarg.h>
#include <stdio.h>

/* It may repeat a word of the command line, and a terminal reads it. */
static void tame(char *text)
{
    for (unsigned char *at = (unsigned char *)text; *at != '\0'; at++) {
        bool c1 = at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;
        if (*at < ' ' || *at == 0x7f || c1)
            *at = '?';
        if (c1)
            at[1] = '?';
    }
}

bool fault_set(struct fault *fault, enum fault_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault->kind = kind;
    vsnprintf(fault->sentence, sizeof fault->sentence, format, arguments);
    va_end(arguments);
    tame(fault->sentence);
    return false;
}

bool fault_memory(struct fault *fault)
{
    return fault_set(fault, FAULT_SYSTEM, "out of memory");
}
