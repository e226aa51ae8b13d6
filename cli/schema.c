/* schema: see schema.h. */
#include "cli/schema.h"

#define SCHEMA_ROW(object, name, type, help) {object, name, type, help},
static const struct schema_field fields[] = {SCHEMA(SCHEMA_ROW)};
#undef SCHEMA_ROW

bool schema_field(size_t place, struct schema_field *field)
{
    if (place >= sizeof fields / sizeof *fields)
        return false;
    *field = fields[place];
    return true;
}
