/* endpoint_pack: an endpoint as bytes, for the one place where it outlives this program: the
 * kernel's keyring. Any thread; no state.
 *
 *     "lte1"  the version          then for each field, in order:
 *     type    one letter               role  one letter
 *                                      name  and a NUL
 *                                      text  and a NUL
 */
#ifndef API_ENDPOINT_PACK_H
#define API_ENDPOINT_PACK_H

#include "api/endpoint.h"

/* The bytes; their number is secret_size. NULL when memory ran out. */
struct secret *endpoint_pack(const struct endpoint *endpoint);

/* What was packed, for the caller to free. NULL for anything that endpoint_pack does not write: a
 * key of that name may be anybody's work. Its strings may hold any byte but NUL. */
struct endpoint *endpoint_unpack(const char *bytes, size_t length);

#endif
