/* gateway: a leasetop-gateway of the bench's own, on a free port, with a key made up for it. */
#ifndef TESTS_BENCH_GATEWAY_H
#define TESTS_BENCH_GATEWAY_H

#include <stdint.h>
#include <sys/types.h>

struct gateway {
    pid_t pid;
    uint16_t port;
    char key[48];               /* BCTRL_API_KEY=... as it stands in an environment */
    char url[40];               /* without a path */
    const char *environment[2]; /* the key alone, for pty_start */
};

/* `fleet` is what --fleet takes. Ends the bench if it does not come up. */
void gateway_start(struct gateway *gateway, const char *fleet);

/* The same with a real browser behind its one active browser runtime. */
void gateway_start_browser(struct gateway *gateway);

void gateway_end(struct gateway *gateway);

/* Makes `count` leases on each runtime of the first space, which live `ttl_s`; `list` (of `size`
 * bytes) becomes the url of the first runtime's list. */
void gateway_lease(const struct gateway *gateway, int count, int ttl_s, char *list, size_t size);

/* Makes one lease of an hour on the first runtime; the path of its url, without a leading slash. */
void gateway_attach_path(const struct gateway *gateway, char *path, size_t size);

#endif
