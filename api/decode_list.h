/* decode_list: walks through a list answer item by item, so that memory follows the largest item
 * and not the list. Private to decode. Any thread. */
#ifndef API_DECODE_LIST_H
#define API_DECODE_LIST_H

#include "api/error.h"

#include <jansson.h>

struct decode_list {
    const char *wrapper;                              /* the array's name, else "data" */
    bool (*item)(void *context, const json_t *value); /* false stops the walk: memory ran out */
    void *context;
    char *cursor; /* set by the walk: owned, or NULL */
};

/* Reads any value, whole numbers as such where 64 bits hold them: a new reference, or NULL with the
 * error set, which repeats no byte of the text: it may be a secret. What else would spoil a whole
 * text is repaired before (see repair.h). */
json_t *decode_value(const char *bytes, size_t length, size_t more_flags, json_error_t *reason,
                     struct error *error);

/* `body` is well-formed UTF-8 (see repair.h). False with a sentence when it is not a list. */
bool decode_list_walk(struct decode_list *list, const char *body, size_t length,
                      struct error *error);

#endif
