/* patience: see patience.h. */
#include "gateway/patience.h"

#include "gateway/when.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

/* Looked at now and then, so that the thread that serves need wake nobody. */
enum { LOOK_MS = 10000 };

struct visitor {
    struct visitor *next, **link;
    int fd;
    int64_t until_ms; /* WHEN_NEVER: he is another's */
};

struct patience {
    pthread_mutex_t lock;
    struct visitor *first;
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
    if (patience != NULL)
        pthread_mutex_init(&patience->lock, NULL);
    return patience;
}

void patience_free(struct patience *patience)
{
    if (patience == NULL)
        return;
    while (patience->first != NULL)
        patience_gone(patience, patience->first);
    pthread_mutex_destroy(&patience->lock);
    free(patience);
}

struct visitor *patience_come(struct patience *patience, int fd)
{
    struct visitor *visitor = calloc(1, sizeof *visitor);
    if (visitor == NULL)
        return NULL;
    visitor->fd = fd;
    visitor->until_ms = steady_ms() + PATIENCE_MS;
    pthread_mutex_lock(&patience->lock);
    visitor->next = patience->first;
    visitor->link = &patience->first;
    if (visitor->next != NULL)
        visitor->next->link = &visitor->next;
    patience->first = visitor;
    pthread_mutex_unlock(&patience->lock);
    return visitor;
}

static void set_until(struct patience *patience, struct visitor *visitor, int64_t until_ms)
{
    if (visitor == NULL)
        return;
    pthread_mutex_lock(&patience->lock);
    visitor->until_ms = until_ms;
    pthread_mutex_unlock(&patience->lock);
}

void patience_again(struct patience *patience, struct visitor *visitor)
{
    set_until(patience, visitor, steady_ms() + PATIENCE_MS);
}

void patience_let(struct patience *patience, struct visitor *visitor)
{
    set_until(patience, visitor, WHEN_NEVER);
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
    int64_t now_ms = steady_ms();
    pthread_mutex_lock(&patience->lock);
    for (struct visitor *one = patience->first; one != NULL; one = one->next) {
        if (one->until_ms != WHEN_NEVER && one->until_ms <= now_ms)
            shutdown(one->fd, SHUT_RDWR); /* the library sees the end, and closes it */
    }
    pthread_mutex_unlock(&patience->lock);
    return LOOK_MS;
}
