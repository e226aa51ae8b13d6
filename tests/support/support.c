/* support: see support.h. */
#include "tests/support/support.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void support_die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("test support: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(99);
}

void *support_need(void *memory)
{
    if (memory == NULL)
        support_die("out of memory");
    return memory;
}

char *support_copy(const char *text)
{
    return text == NULL ? NULL : support_need(strdup(text));
}

long long support_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void support_bytes_add(struct support_bytes *to, const void *bytes, size_t size)
{
    if (to->size + size >= to->room) {
        to->room = (to->size + size + 1) * 2;
        to->bytes = support_need(realloc(to->bytes, to->room));
    }
    if (size > 0)
        memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
    to->bytes[to->size] = '\0';
}

void support_bytes_clear(struct support_bytes *bytes)
{
    free(bytes->bytes);
    *bytes = (struct support_bytes){0};
}
