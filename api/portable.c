/* portable: see portable.h. */
#include "api/portable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/select.h>
#include <unistd.h>

int portable_pipe(int ends[2])
{
#ifdef HAVE_PIPE2
    return pipe2(ends, O_CLOEXEC);
#else
    int failed = pipe(ends);
    for (int i = 0; i < 2 && failed == 0; i++)
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    return failed;
#endif
}

#ifdef HAVE_PPOLL
int portable_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
                   const sigset_t *mask)
{
    return ppoll(fds, count, timeout, mask);
}
#else
struct sets {
    fd_set reads, writes;
    int end;    /* one more than the highest */
    bool blind; /* there is one that no set can hold */
};

static bool sets_fill(struct sets *sets, const struct pollfd *fds, nfds_t count)
{
    *sets = (struct sets){.end = 0};
    FD_ZERO(&sets->reads);
    FD_ZERO(&sets->writes);
    for (nfds_t i = 0; i < count; i++) {
        if (fds[i].fd < 0)
            continue;
        if (fds[i].fd >= FD_SETSIZE)
            return false;
        if ((fds[i].events & POLLIN) != 0)
            FD_SET(fds[i].fd, &sets->reads);
        if ((fds[i].events & POLLOUT) != 0)
            FD_SET(fds[i].fd, &sets->writes);
        sets->blind |= fds[i].events == 0;
        sets->end = fds[i].fd >= sets->end ? fds[i].fd + 1 : sets->end;
    }
    return true;
}

/* pselect lets the signals in and sleeps; poll then says what is ready. */
int portable_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
                   const sigset_t *mask)
{
    static const struct timespec second = {.tv_sec = 1};
    struct sets sets;
    if (!sets_fill(&sets, fds, count)) {
        errno = EINVAL;
        return -1;
    }
    if (sets.blind && (timeout == NULL || timeout->tv_sec > 0))
        timeout = &second;
    if (pselect(sets.end, &sets.reads, &sets.writes, NULL, timeout, mask) < 0)
        return -1;
    return poll(fds, count, 0);
}
#endif
