/* decode_list: walks through a list answer item by item, so that memory follows the largest item
 * and not the list. Private to decode. Any thread. */
#ifndef API_DECODE_LIST_H
#define API_DECODE_LIST_H

#include "api/error.h"

#include <jansson.h>

/* How every JSON text from the server is read: any large number is a value like another, for one of
 * them must not blind a list. What else would is repaired before (see repair.h). */
enum { DECODE_FLAGS = JSON_DECODE_INT_AS_REAL | JSON_DECODE_ANY };

struct decode_list {
    const char *wrapper;                              /* the array's name, else "data" */
    bool (*item)(void *context, const json_t *value); /* false stops the walk: memory ran out */
    void *context;
    char *cursor; /* set by the walk: owned, or NULL */
};

/* Reads a value with these flags and more: a new reference, or NULL with the error set, which
 * repeats no byte of the text: it may be a secret. */
json_t *decode_value(const char *bytes, size_t length, size_t more_flags, json_error_t *reason,
                     struct error *error);

/* `body` is well-formed UTF-8 (see repair.h). False with a sentence when it is not a list. */
bool decode_list_walk(struct decode_list *list, const char *body, size_t length,
                      struct error *error);

#endif
