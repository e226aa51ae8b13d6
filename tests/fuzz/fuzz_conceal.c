/* Masking: the first line is the secret, the rest what a server says. Neither the secret nor a
 * beginning of it at the end is left, and nothing else is touched. */
#include "api/conceal.h"

#include "tests/fuzz/fuzz.h"

static bool ends_with_part(const char *text, const char *secret)
{
    size_t size = strlen(text), length = strlen(secret);
    for (size_t part = CONCEAL_BYTES_MIN; part <= length && part <= size; part++) {
        if (memcmp(text + size - part, secret, part) == 0)
            return true;
    }
    return false;
}

static void check(const char *secret, const char *before)
{
    size_t size = strlen(before);
    char *text = must_copy((const uint8_t *)before, size);
    conceal(text, secret);
    must(strlen(text) == size);
    for (size_t i = 0; i < size; i++)
        must(text[i] == before[i] || text[i] == '*');
    if (strstr(before, secret) == NULL && !ends_with_part(before, secret))
        must(strcmp(text, before) == 0);
    /* One that holds asterisks itself may come about again. */
    if (strchr(secret, '*') == NULL)
        must(strstr(text, secret) == NULL && !ends_with_part(text, secret));
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *secret = must_copy(bytes, length), *line = strchr(secret, '\n');
    if (line != NULL) {
        *line = '\0';
        if (strlen(secret) >= CONCEAL_BYTES_MIN)
            check(secret, line + 1);
    }
    free(secret);
    return 0;
}
