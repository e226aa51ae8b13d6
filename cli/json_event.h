/* json_event: what happened, as a line of JSON; see the man page, section JSON. Main thread. */
#ifndef CLI_JSON_EVENT_H
#define CLI_JSON_EVENT_H

#include "cli/change.h"

void json_event(FILE *to, const struct change *change);

#endif
