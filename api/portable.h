/* portable: what not every POSIX system has, under one name for all of them. Any thread. */
#ifndef API_PORTABLE_H
#define API_PORTABLE_H

#include <poll.h>
#include <signal.h>
#include <time.h>

/* pipe2 with O_CLOEXEC. */
int portable_pipe(int ends[2]);

/* ppoll. Without it, only descriptors below FD_SETSIZE can be waited for, and one of which nothing
 * but its end is wanted is looked at once a second. */
int portable_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
                   const sigset_t *mask);

#endif
