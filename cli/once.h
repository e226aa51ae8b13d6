/* once: the table once, without a screen. Main thread. */
#ifndef CLI_ONCE_H
#define CLI_ONCE_H

#include "api/client.h"
#include "cli/print.h"
#include "core/options.h"

enum { ONCE_MS = 30000 };

/* Reads everything for at most ONCE_MS, prints it, and says how to end; the sentence goes to stderr
 * where there is one. */
enum exit_code once_run(struct client *client, bool json, const struct print_options *print,
                        struct error *error);

#endif
