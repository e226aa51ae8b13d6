/* show: the fleet as the contract's JSON. Each returns a new reference, NULL without memory. Pure.
 */
#ifndef GATEWAY_SHOW_H
#define GATEWAY_SHOW_H

#include "gateway/fleet.h"

#include <jansson.h>

json_t *show_space(const struct space *space);
json_t *show_runtime(const struct runtime *runtime);

/* The nine facts of a lease; the tenth, its endpoint, is in the answer to its creation only. */
json_t *show_lease(const struct runtime *runtime, const struct lease *lease);

#endif
