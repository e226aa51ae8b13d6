/* conceal: see conceal.h. */
#include "api/conceal.h"

#include <stddef.h>
#include <string.h>

static void conceal_end(char *text, const char *secret, size_t length)
{
    size_t size = strlen(text);
    for (size_t part = length < size ? length : size; part >= CONCEAL_BYTES_MIN; part--) {
        if (memcmp(text + size - part, secret, part) == 0) {
            memset(text + size - part, '*', part);
            return;
        }
    }
}

static void conceal_each(char *text, const char *secret, size_t length)
{
    for (char *at = text; (at = strstr(at, secret)) != NULL; at += length)
        memset(at, '*', length);
}

void conceal(char *text, const char *secret)
{
    size_t length = strlen(secret);
    if (length < CONCEAL_BYTES_MIN)
        return;
    conceal_each(text, secret, length);
    conceal_end(text, secret, length);
}

void conceal_whole(char *text, const char *secret)
{
    size_t length = strlen(secret);
    if (length >= CONCEAL_WHOLE_MIN)
        conceal_each(text, secret, length);
}
