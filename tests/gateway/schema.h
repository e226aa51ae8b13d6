/* schema: whether a JSON value is what an OpenAPI document says it is: as much of JSON Schema as
 * the vendor's document uses, and no more; a word it does not know ends the test program rather
 * than being passed over. */
#ifndef TESTS_GATEWAY_SCHEMA_H
#define TESTS_GATEWAY_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

/* The document tests/gateway/create-connection.json: the vendor's, in JSON. New reference. */
json_t *schema_document(void);

/* The schemas of the create's 200 and of its body; borrowed. */
const json_t *schema_of_answer(const json_t *document);
const json_t *schema_of_body(const json_t *document);

/* Says on stderr what is wrong where. */
bool schema_fits(const json_t *document, const json_t *schema, const json_t *value);

/* The formats, for values that no schema describes. */
bool schema_is_uuid(const char *text);
bool schema_is_date_time(const char *text);

#endif
