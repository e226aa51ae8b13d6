/* deaf: see deaf.h. A listener whose queue is full; further SYNs are dropped by the system. */
#include "tests/contract/deaf.h"

#include "tests/support/support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

void deaf_init(struct deaf *deaf)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    deaf->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (deaf->listener < 0 ||
        bind(deaf->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(deaf->listener, 0) != 0 ||
        getsockname(deaf->listener, (struct sockaddr *)&address, &size) != 0)
        support_die("no port on 127.0.0.1");
    for (int i = 0; i < DEAF_FILLERS; i++) {
        deaf->fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (deaf->fillers[i] < 0)
            support_die("no more sockets");
        /* Some succeed, the rest is under way for ever: which does not matter. */
        (void)!connect(deaf->fillers[i], (struct sockaddr *)&address, sizeof address);
    }
    snprintf(deaf->url, sizeof deaf->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
}

void deaf_clear(struct deaf *deaf)
{
    for (int i = 0; i < DEAF_FILLERS; i++)
        close(deaf->fillers[i]);
    close(deaf->listener);
}
