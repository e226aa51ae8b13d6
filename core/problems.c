/* problems: see problems.h. */
#include "core/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool problems_add(struct problems *problems, unsigned line, const char *format, ...)
{
    size_t held = problems->count < PROBLEMS_MAX ? problems->count : PROBLEMS_MAX, at = held;
    problems->count++;
    while (at > 0 && problems->items[at - 1].line > line)
        at--;
    if (at == PROBLEMS_MAX)
        return false;
    size_t behind = held - at - (held == PROBLEMS_MAX);
    memmove(&problems->items[at + 1], &problems->items[at], behind * sizeof *problems->items);
    va_list arguments;
    va_start(arguments, format);
    problems->items[at].line = line;
    vsnprintf(problems->items[at].sentence, PROBLEM_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

bool problems_text(const struct problems *problems, const char *file, size_t place, char *out,
                   size_t size)
{
    if (place >= problems->count || place >= PROBLEMS_MAX)
        return false;
    const struct problem *problem = &problems->items[place];
    /* Whoever could not read it has said its name already. */
    bool named = strncmp(problem->sentence, file, strlen(file)) == 0;
    if (problem->line > 0)
        snprintf(out, size, "%s:%u: %s", file, problem->line, problem->sentence);
    else
        snprintf(out, size, "%s%s%s", named ? "" : file, named ? "" : ": ", problem->sentence);
    return true;
}

bool problems_error(const struct problems *problems, const char *file, struct error *error)
{
    char first[PROBLEM_BYTES + 128] = "";
    problems_text(problems, file, 0, first, sizeof first);
    if (problems->count > 1)
        return error_set(error, ERROR_USAGE, "%s (and %zu more: see --check-config)", first,
                         problems->count - 1);
    return error_set(error, ERROR_USAGE, "%s", first);
}
