/* wait: see wait.h. */
#include "cli/wait.h"

#include "api/clock.h"
#include "api/portable.h"
#include "cli/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

static void take_messages(struct client *client, const struct wait *wait)
{
    bool overflowed;
    for (struct message *message; (message = client_message_take(client, &overflowed)) != NULL;) {
        if (wait->told == NULL || !wait->told(wait->context, message))
            message_free(message);
    }
}

/* False where a signal came first. */
static bool sleep_until(struct client *client, const struct wait *wait, int64_t left_ms)
{
    struct pollfd fds[] = {{.fd = client_fd(client), .events = POLLIN},
                           {.fd = wait->fd, .events = wait->for_writing ? 0 : POLLIN}};
    struct timespec time = {left_ms / 1000, left_ms % 1000 * 1000000};
    bool ever = wait->until_ms == INT64_MAX;
    return portable_ppoll(fds, 2, ever ? NULL : &time, interrupt_mask()) >= 0 || errno != EINTR;
}

/* Messages first: what shows that of which they tell was there before them. */
static void look(struct client *client, const struct wait *wait, const struct snapshot **newest)
{
    client_look(client);
    take_messages(client, wait);
    const struct snapshot *snapshot = client_snapshot_take(client);
    if (snapshot != NULL) {
        snapshot_unref(*newest);
        *newest = snapshot;
    }
}

enum wait_end wait_for(struct client *client, const struct wait *wait,
                       const struct snapshot **newest)
{
    for (;;) {
        look(client, wait, newest);
        if (wait->enough(wait->context, *newest))
            return WAIT_ENOUGH;
        int64_t left_ms = wait->until_ms - clock_boot_now_ms();
        if (left_ms <= 0)
            return WAIT_LATE;
        if (!sleep_until(client, wait, left_ms))
            return WAIT_INTERRUPTED;
    }
}

struct enough {
    bool (*enough)(const struct snapshot *newest);
    int64_t until_ms;
};

bool wait_in_vain(const struct snapshot *newest, int64_t until_ms)
{
    return newest->asks_ms > until_ms;
}

static bool is_enough(void *context, const struct snapshot *newest)
{
    const struct enough *wanted = context;
    return newest != NULL && (wanted->enough(newest) || wait_in_vain(newest, wanted->until_ms));
}

const struct snapshot *wait_until(struct client *client, bool (*enough)(const struct snapshot *),
                                  int64_t until_ms)
{
    const struct snapshot *newest = NULL;
    struct enough context = {enough, until_ms};
    struct wait wait = {.enough = is_enough, .context = &context, .until_ms = until_ms, .fd = -1};
    while (wait_for(client, &wait, &newest) == WAIT_INTERRUPTED)
        continue;
    return newest;
}
