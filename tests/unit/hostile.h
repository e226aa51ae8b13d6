/* hostile: texts that a server may send to hurt, as they stand in JSON, and whether a text that
 * came out is harmless: printable cells and nothing else, by an own reckoning. One thread. */
#ifndef TESTS_UNIT_HOSTILE_H
#define TESTS_UNIT_HOSTILE_H

#include "core/text.h"

#include "tests/unit/unit.h"

struct hostile {
    const char *name;
    const char *json; /* a value with its quotation marks, which may hold any byte */
    size_t length;    /* 0: up to its NUL */
    size_t repeat;    /* not 0: "a" and so many times what is given, between quotation marks */
};

extern const struct hostile hostile_texts[];
extern const size_t hostile_count;

/* The value as it goes into a body; from malloc, its length in *length. */
char *hostile_json(const struct hostile *hostile, size_t *length);

/* Ends the test unless `text` has only printable cells, `cells` of them (-1: any number). */
void hostile_assert_tame(const char *text, int cells, enum text_charset charset, const char *field,
                         const char *name);

#endif
