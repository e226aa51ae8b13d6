/* portable: what not every POSIX system has, under one name for all of them. Any thread. */
#ifndef GATEWAY_PORTABLE_H
#define GATEWAY_PORTABLE_H

#include <sys/socket.h>

/* Where there is none, it is enough that SIGPIPE is ignored. */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/* pipe2 with O_CLOEXEC. */
int portable_pipe(int ends[2]);

/* socket with SOCK_CLOEXEC, for IPv4 and TCP. */
int portable_socket(void);

#endif
