/* decode_endpoint: the endpoint object of a created lease. Private to decode. No state; any thread.
 */
#ifndef API_DECODE_ENDPOINT_H
#define API_DECODE_ENDPOINT_H

#include "api/endpoint.h"

#include <jansson.h>

/* A fresh endpoint for the caller to free. NULL when memory ran out; fields that are missing, have
 * a wrong type, or come after a ceiling (or the memory for them) is reached are left out, so that
 * what did arrive can still be used. What they are called is in endpoint_unread; not what is more
 * than the contract says of a type that it declares. */
struct endpoint *decode_endpoint(const json_t *object);

#endif
