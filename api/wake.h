/* wake: one thread wakes another that sleeps in poll. Any thread may ring; one thread waits. */
#ifndef API_WAKE_H
#define API_WAKE_H

#include "api/error.h"

/* An eventfd where there is one, else a pipe. */
struct wake {
    int read_fd, write_fd;
};

bool wake_init(struct wake *wake, struct error *error);
void wake_clear(struct wake *wake);

void wake_ring(const struct wake *wake);

/* Makes the fd unreadable until the next ring. */
void wake_quiet(const struct wake *wake);

#endif
