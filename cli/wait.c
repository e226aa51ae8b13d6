/* wait: see wait.h. */
#include "cli/wait.h"

#include "api/clock.h"

#include <poll.h>

static void drop_messages(struct client *client)
{
    bool overflowed;
    for (struct message *message; (message = client_message_take(client, &overflowed)) != NULL;)
        message_free(message);
}

const struct snapshot *wait_until(struct client *client, bool (*enough)(const struct snapshot *),
                                  int64_t until_ms)
{
    const struct snapshot *newest = NULL;
    for (;;) {
        client_look(client);
        drop_messages(client);
        const struct snapshot *snapshot = client_snapshot_take(client);
        if (snapshot != NULL) {
            snapshot_unref(newest);
            newest = snapshot;
        }
        int64_t left_ms = until_ms - clock_boot_now_ms();
        if ((newest != NULL && enough(newest)) || left_ms <= 0)
            return newest;
        struct pollfd fd = {.fd = client_fd(client), .events = POLLIN};
        poll(&fd, 1, (int)left_ms);
    }
}
