/* fuzz: what a fuzz target is. It takes any bytes, checks what must hold of what comes out, and
 * aborts where it does not. Built with --enable-fuzzing it is run by libFuzzer; otherwise by
 * replay.c, over the seeds in seeds/NAME (see CONTRIBUTING.md). */
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

#endif
