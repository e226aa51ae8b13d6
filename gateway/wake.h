/* wake: one thread, or a signal, wakes another thread that sleeps in poll. Any thread and any
 * handler may ring; one thread waits. */
#ifndef GATEWAY_WAKE_H
#define GATEWAY_WAKE_H

#include <stdbool.h>

/* An eventfd where there is one, else a pipe. */
struct wake {
    int read_fd, write_fd;
};

#define WAKE_NONE                                                                                  \
    {                                                                                              \
        -1, -1                                                                                     \
    }

/* False with errno set; what is open then is wake_clear's to close. */
bool wake_open(struct wake *wake);
void wake_clear(struct wake *wake);

void wake_ring(const struct wake *wake);

/* Before looking: what comes after that rings again. */
void wake_quiet(const struct wake *wake);

#endif
