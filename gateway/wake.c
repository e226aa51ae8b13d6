/* wake: see wake.h. */
#include "gateway/wake.h"

#include "gateway/portable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>
#ifdef HAVE_SYS_EVENTFD_H
#include <sys/eventfd.h>
#endif

bool wake_open(struct wake *wake)
{
    *wake = (struct wake)WAKE_NONE;
#ifdef HAVE_SYS_EVENTFD_H
    wake->read_fd = wake->write_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return wake->read_fd >= 0;
#else
    int ends[2];
    if (portable_pipe(ends) != 0)
        return false;
    *wake = (struct wake){ends[0], ends[1]};
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0;
#endif
}

void wake_clear(struct wake *wake)
{
    if (wake->read_fd >= 0)
        close(wake->read_fd);
    if (wake->write_fd >= 0 && wake->write_fd != wake->read_fd)
        close(wake->write_fd);
    *wake = (struct wake)WAKE_NONE;
}

void wake_ring(const struct wake *wake)
{
    uint64_t one = 1;
    int before = errno;
    /* A full pipe means that it rings already. */
    ssize_t written = write(wake->write_fd, &one, sizeof one);
    (void)written;
    errno = before;
}

void wake_quiet(const struct wake *wake)
{
    uint64_t rings[16];
    while (read(wake->read_fd, rings, sizeof rings) == (ssize_t)sizeof rings)
        continue;
}
