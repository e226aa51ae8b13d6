/* json: what the files share that write JSON; the only ones in cli/ that see the JSON library. Main
 * thread. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include "cli/sheet.h"

#include <jansson.h>
#include <stdio.h>

/* Foreign strings are valid UTF-8 already (api/decode.h), which is all that JSON asks. */
json_t *json_text_or_null(const char *text);

/* A sentence may hold words of the command line, of a header or of an answer that was cut: they
 * need be no UTF-8. */
json_t *json_sentence(const char *words);

/* RFC 3339, or null. */
json_t *json_moment(int64_t moment_ms);

/* `item` is a struct row with a lease. */
json_t *json_lease(const void *item, const struct moment *moment);

/* Written as ASCII, so that no character reaches a terminal as it is; a line end behind it. `value`
 * NULL: memory ran out. */
bool json_print(FILE *to, const json_t *value, size_t flags, struct error *error);

#endif
