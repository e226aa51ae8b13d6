/* copy: see copy.h. */
#include "api/copy.h"

#include <stddef.h>
#include <string.h>

char *copy_text(const char *text, bool *failed)
{
    char *copy = text != NULL ? strdup(text) : NULL;
    if (failed != NULL && text != NULL && copy == NULL)
        *failed = true;
    return copy;
}
