/* schema: what a man page says of JSON, and whether a value is so. One thread. */
#ifndef TESTS_SCREEN_SCHEMA_H
#define TESTS_SCREEN_SCHEMA_H

#include <jansson.h>

enum { SCHEMA_FIELDS = 200 };

struct schema {
    size_t count;
    struct {
        char object[32], name[32], type[128];
        bool met, filled; /* in a value that was checked; and not as null */
    } fields[SCHEMA_FIELDS];
};

/* Adds the tables of the page $BUILDDIR/man/NAME. */
void schema_read(struct schema *schema, const char *name);

/* Fails the test unless the value is such an object, with all its fields and no others. */
void schema_check(struct schema *schema, const json_t *value, const char *object);

#endif
