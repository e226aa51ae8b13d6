/* portable: see portable.h. */
#include "gateway/portable.h"

#include <fcntl.h>
#include <sys/socket.h>
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

int portable_socket(void)
{
#if HAVE_DECL_SOCK_CLOEXEC
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
#else
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd >= 0)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
#endif
}
