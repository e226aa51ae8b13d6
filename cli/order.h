/* order: a lease that is asked for, from the command line to what is printed of it: for commands
 * that make one. Main thread. */
#ifndef CLI_ORDER_H
#define CLI_ORDER_H

#include "cli/write.h"

struct order {
    const char *protocol;
    int ttl_s;
    char *options; /* a JSON object, or NULL */
};

/* Whether the command line can be meant. */
bool order_check(const struct options *options, struct error *error);

/* What the command line says of it, else `protocol` and `ttl_s`, else (NULL, 0) what is set. Reads
 * the options and checks that they can be sent. */
bool order_settle(struct order *order, const struct program *program, const char *protocol,
                  int ttl_s, struct error *error);
void order_clear(struct order *order);

/* Prints the lease that was made, and copies or prints its endpoint (NULL: there is none) where
 * that was asked for. What goes wrong is said: the lease is there all the same. */
enum exit_code order_show(struct program *program, const struct write *create,
                          const struct endpoint *endpoint);

/* The endpoint if it is needed; *bare: it should be there and is not, which is said. */
struct endpoint *order_endpoint(struct program *program, const struct write *create, bool *bare);

#endif
