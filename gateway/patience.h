/* patience: how long a connection may take over one request and its answer. Who says nothing is
 * dropped by libmicrohttpd; who says a byte now and then is dropped here. The server's thread tells
 * what happens, the main thread looks at the time; a lock is between them. */
#ifndef GATEWAY_PATIENCE_H
#define GATEWAY_PATIENCE_H

#include <stdint.h>

/* From the end of one answer, or the beginning, to the end of the next. More than a client may be
 * silent between two polls. */
enum { PATIENCE_MS = 120000 };

struct patience;
struct visitor;

/* NULL on failure, with errno set. */
struct patience *patience_new(void);
void patience_free(struct patience *patience);

/* A connection on `fd`; NULL without memory: then nobody looks at its time. */
struct visitor *patience_come(struct patience *patience, int fd);

/* NULL is fine in all three. An answer has been taken; it is another's from here on, who has his
 * own idea of time; it ends: before its descriptor is closed. */
void patience_again(struct patience *patience, struct visitor *visitor);
void patience_let(struct patience *patience, struct visitor *visitor);
void patience_gone(struct patience *patience, struct visitor *visitor);

/* Hangs up on those whose time is over. Milliseconds until it is to be looked again; -1 where
 * nobody is waited for: not before patience_fd can be read. */
int patience_turn(struct patience *patience);
int patience_fd(const struct patience *patience);

#endif
