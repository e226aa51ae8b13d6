/* watch: see watch.h. */
#include "gateway/watch.h"

#include <stdlib.h>
#include <unistd.h>
#ifdef HAVE_SYS_EPOLL_H
#include <sys/epoll.h>

#define TOLD_MAX 64 /* in one turn */

_Static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLRDHUP == POLLRDHUP,
               "one name for both");

struct watches {
    int epoll, ready;
    struct epoll_event told[TOLD_MAX];
};

struct watches *watches_new(size_t room)
{
    struct watches *watches = malloc(sizeof *watches);
    (void)room;
    if (watches == NULL)
        return NULL;
    watches->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (watches->epoll >= 0)
        return watches;
    free(watches);
    return NULL;
}

void watches_free(struct watches *watches)
{
    if (watches != NULL)
        close(watches->epoll);
    free(watches);
}

bool watches_set(struct watches *watches, struct watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (watch->events == events)
        return true;
    int failed = epoll_ctl(watches->epoll,
                           watch->events == 0 ? EPOLL_CTL_ADD
                           : events == 0      ? EPOLL_CTL_DEL
                                              : EPOLL_CTL_MOD,
                           watch->fd, &event);
    if (failed == 0)
        watch->events = events;
    return failed == 0;
}

int watches_wait(struct watches *watches, int timeout_ms)
{
    watches->ready = epoll_wait(watches->epoll, watches->told, TOLD_MAX, timeout_ms);
    return watches->ready;
}

void watches_tell(struct watches *watches, struct relay *relay, const atomic_bool *enough)
{
    for (int i = 0; i < watches->ready && !atomic_load(enough); i++) {
        struct watch *watch = watches->told[i].data.ptr;
        watch->ready(relay, watch->owner);
    }
}

#else
/* Both arrays are parallel; a place that is free again has fd -1 and is filled in the next wait. */
struct watches {
    struct pollfd *fds;
    struct watch **whose;
    size_t room, count;
    int ready;
};

struct watches *watches_new(size_t room)
{
    struct watches *watches = malloc(sizeof *watches);
    if (watches == NULL)
        return NULL;
    *watches = (struct watches){.fds = calloc(room, sizeof *watches->fds),
                                .whose = calloc(room, sizeof(struct watch *)),
                                .room = room};
    if (watches->fds != NULL && watches->whose != NULL)
        return watches;
    watches_free(watches);
    return NULL;
}

void watches_free(struct watches *watches)
{
    if (watches == NULL)
        return;
    free(watches->fds);
    free(watches->whose);
    free(watches);
}

static void close_gaps(struct watches *watches)
{
    size_t count = 0;
    for (size_t i = 0; i < watches->count; i++) {
        if (watches->whose[i] == NULL)
            continue;
        watches->fds[count] = watches->fds[i];
        watches->whose[count] = watches->whose[i];
        watches->whose[count]->place = count;
        count++;
    }
    watches->count = count;
}

bool watches_set(struct watches *watches, struct watch *watch, uint32_t events)
{
    if (watch->events == events)
        return true;
    if (watch->events == 0 && watches->count == watches->room)
        return false;
    if (watch->events == 0)
        watch->place = watches->count++;
    watches->fds[watch->place] =
        (struct pollfd){.fd = events != 0 ? watch->fd : -1, .events = (short)events};
    watches->whose[watch->place] = events != 0 ? watch : NULL;
    watch->events = events;
    return true;
}

int watches_wait(struct watches *watches, int timeout_ms)
{
    close_gaps(watches);
    watches->ready = poll(watches->fds, watches->count, timeout_ms);
    return watches->ready;
}

/* Who is told may set others, or itself, anew: what is set is not ready yet. */
void watches_tell(struct watches *watches, struct relay *relay, const atomic_bool *enough)
{
    size_t count = watches->ready > 0 ? watches->count : 0;
    for (size_t i = 0; i < count && !atomic_load(enough); i++) {
        struct watch *watch = watches->whose[i];
        if (watch != NULL && watches->fds[i].revents != 0)
            watch->ready(relay, watch->owner);
    }
}
#endif
