/* wait: sleeps until the client has news or a moment has come. Main thread, where there is no
 * screen. */
#ifndef CLI_WAIT_H
#define CLI_WAIT_H

#include "api/client.h"

/* What is waited for. */
struct wait {
    /* Asked after anything has happened; the newest snapshot is NULL while there is none. */
    bool (*enough)(void *context, const struct snapshot *newest);
    /* Gets each message and says whether it took it over; NULL: they are dropped. */
    bool (*told)(void *context, struct message *message);
    void *context;
    int64_t until_ms; /* boot clock; INT64_MAX: for ever */
    int fd;           /* wakes up, too, when it can be read; -1: none */
    bool for_writing; /* not that, but when nobody reads any more what is written to it */
};

enum wait_end { WAIT_ENOUGH, WAIT_LATE, WAIT_INTERRUPTED };

/* *newest (a reference of the caller's, or NULL) is replaced as newer ones come. It ends as
 * INTERRUPTED when a signal came, see cli/interrupt.h, which keeps it. */
enum wait_end wait_for(struct client *client, const struct wait *wait,
                       const struct snapshot **newest);

/* Whether no list will be asked before then: the server wants to be left alone for longer. */
bool wait_in_vain(const struct snapshot *newest, int64_t until_ms);

/* Takes the newest snapshot until `enough` says that it is, or the boot clock reaches `until_ms`,
 * or it is in vain.
 * The newest snapshot, one reference for the caller; NULL if none came. Messages are dropped. */
const struct snapshot *wait_until(struct client *client, bool (*enough)(const struct snapshot *),
                                  int64_t until_ms);

#endif
