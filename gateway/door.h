/* door: the socket a browser listens on for debuggers, kept shut for everybody but us.
 *
 * Whoever reaches that port owns the browser, and every user of this machine can reach it. So a
 * second descriptor of the same socket is taken out of the browser (pidfd_getfd(2)), a decoy of
 * ours joins it on its port (SO_REUSEPORT), and a packet filter chooses between the two
 * (SO_ATTACH_REUSEPORT_CBPF): the browser gets what comes from the address and the source ports
 * that our own connections are bound to at the moment, the decoy gets everything else and never
 * answers. None of this needs a privilege. It needs Linux 5.6 and the right to trace one's own
 * child; without them the port stays open, and the gateway says so. Another process of this user
 * can open it again: the system lets it join the port (socket(7), SO_REUSEPORT) with a filter of
 * its own.
 *
 * One thread at a time; see browsers.c for whose. */
#ifndef GATEWAY_DOOR_H
#define GATEWAY_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* That are let in at one time, before they have been answered; not how many may be inside. */
#define DOOR_GUESTS_MAX 64

struct door {
    int listener; /* the browser's; -1: there is no door, all may enter */
    int decoy;
    uint16_t guests[DOOR_GUESTS_MAX];
    size_t guest_count;
};

#define DOOR_NONE                                                                                  \
    {                                                                                              \
        .listener = -1, .decoy = -1                                                                \
    }

enum door_state {
    DOOR_SHUT,
    DOOR_USED, /* somebody was there before it was shut: what listens there is not ours alone */
    DOOR_OPEN, /* this system does not let us shut it */
};

/* Shuts the door of what listens on this port of 127.0.0.1 in the family of this process. */
enum door_state door_shut(struct door *door, pid_t leader, uint16_t port);

/* Lets in a connection from this port, until it is dismissed: once it has been answered it passes
 * without. False: too many at a time, or the filter cannot be set. */
bool door_admit(struct door *door, uint16_t guest);
void door_dismiss(struct door *door, uint16_t guest);

/* Nobody is admitted until one is dismissed. */
bool door_is_full(const struct door *door);

void door_clear(struct door *door);

#endif
