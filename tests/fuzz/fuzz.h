/* fuzz: what a fuzz target is. It takes any bytes, checks what must hold of what comes out, and
 * aborts where it does not. Configured with --enable-fuzzing CC=clang it is a libFuzzer program:
 *     make tests/fuzz/fuzz_NAME && tests/fuzz/fuzz_NAME CORPUS SRCDIR/tests/fuzz/seeds/NAME
 * otherwise replay.c runs it over its seeds, and over any file it is given. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Not assert(): it must hold in every build. */
static inline void must(bool holds)
{
    if (!holds)
        abort();
}

/* The bytes as a string, for the caller to free; it ends at their first NUL. */
static inline char *must_copy(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    must(text != NULL);
    memcpy(text, bytes, length);
    text[length] = '\0';
    return text;
}

#endif
