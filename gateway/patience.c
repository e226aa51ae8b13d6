/* patience: see patience.h. */
#include "gateway/patience.h"

#include "gateway/wake.h"
#include "gateway/when.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct visitor {
    struct visitor *next, **link;
    int fd;
    int64_t until_ms; /* WHEN_NEVER: he is another's */
};

struct patience {
    pthread_mutex_t lock;
    struct visitor *first;
    bool asleep; /* nobody was waited for at the last look: who comes rings */
    struct wake wake;
};

static int64_t steady_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct patience *patience_new(void)
{
    struct patience *patience = calloc(1, sizeof *patience);
    if (patience == NULL)
        return NULL;
    pthread_mutex_init(&patience->lock, NULL);
    patience->wake = (struct wake)WAKE_NONE;
    if (wake_open(&patience->wake))
        return patience;
    patience_free(patience);
    return NULL;
}

void patience_free(struct patience *patience)
{
    if (patience == NULL)
        return;
    while (patience->first != NULL)
        patience_gone(patience, patience->first);
    wake_clear(&patience->wake);
    pthread_mutex_destroy(&patience->lock);
    free(patience);
}

/* Under the lock. All have the same time, so whoever is waited for already is to be looked at
 * first. */
static void wait_for(struct patience *patience, struct visitor *visitor)
{
    visitor->until_ms = steady_ms() + PATIENCE_MS;
    if (patience->asleep)
        wake_ring(&patience->wake);
    patience->asleep = false;
}

struct visitor *patience_come(struct patience *patience, int fd)
{
    struct visitor *visitor = calloc(1, sizeof *visitor);
    if (visitor == NULL)
        return NULL;
    visitor->fd = fd;
    pthread_mutex_lock(&patience->lock);
    visitor->next = patience->first;
    visitor->link = &patience->first;
    if (visitor->next != NULL)
        visitor->next->link = &visitor->next;
    patience->first = visitor;
    wait_for(patience, visitor);
    pthread_mutex_unlock(&patience->lock);
    return visitor;
}

void patience_again(struct patience *patience, struct visitor *visitor)
{
    if (visitor == NULL)
        return;
    pthread_mutex_lock(&patience->lock);
    wait_for(patience, visitor);
    pthread_mutex_unlock(&patience->lock);
}

void patience_let(struct patience *patience, struct visitor *visitor)
{
    if (visitor == NULL)
        return;
    pthread_mutex_lock(&patience->lock);
    visitor->until_ms = WHEN_NEVER;
    pthread_mutex_unlock(&patience->lock);
}

void patience_gone(struct patience *patience, struct visitor *visitor)
{
    if (visitor == NULL)
        return;
    pthread_mutex_lock(&patience->lock);
    *visitor->link = visitor->next;
    if (visitor->next != NULL)
        visitor->next->link = visitor->link;
    pthread_mutex_unlock(&patience->lock);
    free(visitor);
}

int patience_turn(struct patience *patience)
{
    int64_t now_ms = steady_ms(), next_ms = WHEN_NEVER;
    pthread_mutex_lock(&patience->lock);
    wake_quiet(&patience->wake);
    for (struct visitor *one = patience->first; one != NULL; one = one->next) {
        if (one->until_ms <= now_ms) {
            shutdown(one->fd, SHUT_RDWR); /* the library sees the end, and closes it */
            one->until_ms = WHEN_NEVER;
        }
        if (one->until_ms < next_ms)
            next_ms = one->until_ms;
    }
    patience->asleep = next_ms == WHEN_NEVER;
    pthread_mutex_unlock(&patience->lock);
    return next_ms == WHEN_NEVER ? -1 : (int)(next_ms - now_ms);
}

int patience_fd(const struct patience *patience)
{
    return patience->wake.read_fd;
}
