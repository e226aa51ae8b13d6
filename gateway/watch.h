/* watch: a descriptor that the relay's loop waits for, and who is told. Relay's thread. */
#ifndef GATEWAY_WATCH_H
#define GATEWAY_WATCH_H

#include <stdint.h>

struct relay;

struct watch {
    int fd;
    uint32_t events; /* that are waited for now; 0: not at all */
    void (*ready)(struct relay *relay, void *owner, uint32_t events);
    void *owner;
};

#endif
