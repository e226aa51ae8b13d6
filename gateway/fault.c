/* fault: see fault.h. */
#include "gateway/fault.h"

#include <stdarg.h>
#include <stdio.h>

bool fault_set(struct fault *fault, enum fault_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault->kind = kind;
    vsnprintf(fault->sentence, sizeof fault->sentence, format, arguments);
    va_end(arguments);
    return false;
}

bool fault_memory(struct fault *fault)
{
    return fault_set(fault, FAULT_SYSTEM, "out of memory");
}
