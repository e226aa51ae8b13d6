/* copy: a text of one's own. No state; any thread. */
#ifndef API_COPY_H
#define API_COPY_H

#include <stdbool.h>

/* NULL for NULL, and where memory ran out: then *failed is set. `failed` may be NULL where the text
 * can be done without. */
char *copy_text(const char *text, bool *failed);

#endif
