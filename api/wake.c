/* wake: see wake.h. */
#include "api/wake.h"

#include "api/portable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_SYS_EVENTFD_H
#include <sys/eventfd.h>
#endif

static bool open_pair(int fds[2])
{
#ifdef HAVE_SYS_EVENTFD_H
    fds[0] = fds[1] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return fds[0] >= 0;
#else
    return portable_pipe(fds) == 0 && fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0 &&
           fcntl(fds[1], F_SETFL, O_NONBLOCK) == 0;
#endif
}

bool wake_init(struct wake *wake, struct error *error)
{
    int fds[2] = {-1, -1};
    bool done = open_pair(fds);
    *wake = (struct wake){fds[0], fds[1]};
    return done ||
           error_set(error, ERROR_SYSTEM, "no more files can be opened: %s", strerror(errno));
}

void wake_clear(struct wake *wake)
{
    if (wake->read_fd >= 0)
        close(wake->read_fd);
    if (wake->write_fd >= 0 && wake->write_fd != wake->read_fd)
        close(wake->write_fd);
    *wake = (struct wake){-1, -1};
}

void wake_ring(const struct wake *wake)
{
    uint64_t one = 1;
    /* A full pipe means that it rings already. */
    ssize_t written = write(wake->write_fd, &one, sizeof one);
    (void)written;
}

void wake_quiet(const struct wake *wake)
{
    uint64_t rings[16];
    while (read(wake->read_fd, rings, sizeof rings) == (ssize_t)sizeof rings)
        ;
}
