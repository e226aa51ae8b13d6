/* browsers: see browsers.h. Here is what any thread may call. */
#include "gateway/browsers_internal.h"

#include "gateway/portable.h"
#include "gateway/when.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- asking; the static ones under the lock */

/* Whose place it is, or will be when what is there has ended; empty: nobody's. */
static const char *owner_of(const struct slot *slot)
{
    return slot->dismissed ? slot->wanted_id : slot->runtime_id;
}

static struct slot *find(struct browsers *browsers, const char *runtime_id)
{
    for (size_t i = 0; i < browsers->max; i++) {
        if (strcmp(owner_of(&browsers->slots[i]), runtime_id) == 0)
            return &browsers->slots[i];
    }
    return NULL;
}

static bool is_free(const struct slot *slot)
{
    bool gone = slot->state == BROWSERS_NONE || slot->state == BROWSERS_FAILED;
    return slot->runtime_id[0] == '\0' ||
           (gone && !slot->spawned && !slot->dismissed && slot->died_ms == WHEN_NEVER);
}

/* One of no runtime, else one whose browser is gone, else one whose browser is about to go. */
static struct slot *take_place(struct browsers *browsers, const char *runtime_id)
{
    struct slot *ending = NULL;
    for (size_t i = 0; i < browsers->max; i++) {
        struct slot *slot = &browsers->slots[i];
        if (is_free(slot)) {
            slot->state = BROWSERS_NONE;
            snprintf(slot->runtime_id, ID_SIZE, "%s", runtime_id);
            return slot;
        }
        if (slot->dismissed && slot->wanted_id[0] == '\0')
            ending = slot;
    }
    if (ending != NULL)
        snprintf(ending->wanted_id, ID_SIZE, "%s", runtime_id);
    return ending;
}

static enum browsers_state state_of(const struct slot *slot)
{
    return slot == NULL ? BROWSERS_NONE : slot->dismissed ? BROWSERS_STARTING : slot->state;
}

static void wake_main(const struct browsers *browsers)
{
    wake_ring(&browsers->wake);
}

static enum browsers_state want(struct browsers *browsers, const char *runtime_id)
{
    if (browsers->program[0] == '\0')
        return BROWSERS_ABSENT;
    struct slot *slot = find(browsers, runtime_id);
    if (slot == NULL)
        slot = take_place(browsers, runtime_id);
    if (slot == NULL)
        return BROWSERS_FULL;
    if (!slot->dismissed && slot->state != BROWSERS_READY) {
        slot->state = BROWSERS_STARTING;
        wake_main(browsers);
    }
    return state_of(slot);
}

enum browsers_state browsers_want(struct browsers *browsers, const char *runtime_id)
{
    pthread_mutex_lock(&browsers->lock);
    enum browsers_state state = want(browsers, runtime_id);
    pthread_mutex_unlock(&browsers->lock);
    return state;
}

enum browsers_state browsers_look(struct browsers *browsers, const char *runtime_id)
{
    pthread_mutex_lock(&browsers->lock);
    enum browsers_state state = state_of(find(browsers, runtime_id));
    pthread_mutex_unlock(&browsers->lock);
    return state;
}

void browsers_dismiss(struct browsers *browsers, const char *runtime_id)
{
    pthread_mutex_lock(&browsers->lock);
    struct slot *slot = find(browsers, runtime_id);
    if (slot != NULL) {
        slot->dismissed = true;
        slot->wanted_id[0] = '\0';
        wake_main(browsers);
    }
    pthread_mutex_unlock(&browsers->lock);
}

bool browsers_runtime(struct browsers *browsers, size_t n, char runtime_id[ID_SIZE])
{
    pthread_mutex_lock(&browsers->lock);
    const struct slot *slot = &browsers->slots[n];
    enum browsers_state state = state_of(slot);
    bool there =
        owner_of(slot)[0] != '\0' && (state == BROWSERS_READY || state == BROWSERS_STARTING);
    if (there)
        memcpy(runtime_id, owner_of(slot), ID_SIZE);
    pthread_mutex_unlock(&browsers->lock);
    return there;
}

bool browsers_take_death(struct browsers *browsers, char runtime_id[ID_SIZE], int64_t *when_ms)
{
    bool found = false;
    pthread_mutex_lock(&browsers->lock);
    for (size_t i = 0; i < browsers->max && !found; i++) {
        struct slot *slot = &browsers->slots[i];
        found = slot->runtime_id[0] != '\0' && slot->died_ms != WHEN_NEVER;
        if (!found)
            continue;
        memcpy(runtime_id, slot->runtime_id, ID_SIZE);
        *when_ms = slot->died_ms;
        slot->died_ms = WHEN_NEVER;
    }
    pthread_mutex_unlock(&browsers->lock);
    return found;
}

/* ---- the end of one that ended by itself */

bool browsers_has_ended(const struct slot *slot)
{
    siginfo_t how = {0};
    return waitid(P_PID, (id_t)slot->browser.pid, &how, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           how.si_pid != 0;
}

bool browsers_find_dead(struct slot *slot)
{
    if (slot->state != BROWSERS_READY || slot->dismissed || !browsers_has_ended(slot))
        return false;
    slot->state = BROWSERS_NONE;
    slot->dead = true;
    slot->died_ms = when_now_ms();
    return true;
}

bool browsers_lives(struct browsers *browsers, unsigned number)
{
    bool lives = false;
    pthread_mutex_lock(&browsers->lock);
    for (size_t i = 0; i < browsers->max && !lives; i++) {
        struct slot *slot = &browsers->slots[i];
        if (slot->number != number)
            continue;
        if (browsers_find_dead(slot))
            wake_main(browsers);
        lives = slot->state == BROWSERS_READY && !slot->dismissed;
    }
    pthread_mutex_unlock(&browsers->lock);
    return lives;
}

/* ---- connections */

/* Bound first: the door is opened to this port and no other. */
static int dial(struct browser *browser, uint16_t *port)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in there = here;
    socklen_t size = sizeof here;
    int yes = 1;
    int fd = portable_socket();
    there.sin_port = htons(browser->port);
    if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
        bind(fd, (struct sockaddr *)&here, size) == 0 &&
        getsockname(fd, (struct sockaddr *)&here, &size) == 0 &&
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0 &&
        door_admit(&browser->door, ntohs(here.sin_port))) {
        *port = ntohs(here.sin_port);
        if (connect(fd, (struct sockaddr *)&there, size) == 0 || errno == EINPROGRESS)
            return fd;
        door_dismiss(&browser->door, *port);
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

int browsers_dial(struct browsers *browsers, const char *runtime_id, struct browsers_line *line)
{
    int fd = -1;
    *line = (struct browsers_line){0};
    pthread_mutex_lock(&browsers->lock);
    struct slot *slot = find(browsers, runtime_id);
    bool ready = slot != NULL && state_of(slot) == BROWSERS_READY;
    line->crowded = ready && door_is_full(&slot->browser.door);
    if (ready && !line->crowded) {
        line->number = slot->number;
        memcpy(line->path, slot->browser.path, BROWSER_PATH_SIZE);
        fd = dial(&slot->browser, &line->port);
    }
    pthread_mutex_unlock(&browsers->lock);
    return fd;
}

void browsers_dialled(struct browsers *browsers, const char *runtime_id, uint16_t port)
{
    pthread_mutex_lock(&browsers->lock);
    struct slot *slot = find(browsers, runtime_id);
    if (slot != NULL && slot->state == BROWSERS_READY)
        door_dismiss(&slot->browser.door, port);
    pthread_mutex_unlock(&browsers->lock);
}
