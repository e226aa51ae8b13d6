/* watch: see watch.h. */
#include "core/watch.h"

#include "core/file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_SYS_INOTIFY_H
#include <sys/inotify.h>
#endif

enum {
    SETTLE_MS = 50,  /* an editor writes, renames and removes in quick succession */
    AGAIN_MS = 2000, /* between two readings where nobody tells of a change */
    NOT_WATCHED = -1,
};

/* A name in a folder that is watched. */
struct place {
    int folder;       /* inotify's number of it, or NOT_WATCHED */
    const char *name; /* within the string it was found in; NULL: any name may be meant */
};

struct watch {
    int tag;
    char *path, *target; /* where a link leads; NULL if it is none */
    struct place place, target_place;
    int64_t due_ms;
    bool told; /* the rest is what was told last */
    char *bytes;
    size_t length;
    struct error error;
    struct watch *next;
};

struct watches {
    int fd;
    struct watch *first;
};

struct watches *watches_new(struct error *error)
{
    struct watches *watches = calloc(1, sizeof *watches);
    if (watches == NULL) {
        error_memory(error);
        return NULL;
    }
    watches->fd = -1;
#ifdef HAVE_SYS_INOTIFY_H
    watches->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
#endif
    return watches;
}

static void watch_free(struct watch *watch)
{
    free(watch->path);
    free(watch->target);
    free(watch->bytes);
    free(watch);
}

void watches_free(struct watches *watches)
{
    if (watches == NULL)
        return;
    for (struct watch *watch; (watch = watches->first) != NULL;) {
        watches->first = watch->next;
        watch_free(watch);
    }
    if (watches->fd >= 0)
        close(watches->fd);
    free(watches);
}

int watches_fd(const struct watches *watches)
{
    return watches->fd;
}

/* ---- where to look */

static int add_folder(const struct watches *watches, const char *folder)
{
#ifdef HAVE_SYS_INOTIFY_H
    if (watches->fd >= 0)
        return inotify_add_watch(watches->fd, folder,
                                 IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                     IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF);
#endif
    (void)watches, (void)folder;
    errno = ENOSYS;
    return NOT_WATCHED;
}

/* The folder of `path`, or the nearest one above it that there is. */
static struct place place_of(const struct watches *watches, const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    struct place place = {NOT_WATCHED, slash != NULL ? slash + 1 : path};
    size_t length = slash != NULL ? (size_t)(slash - path) : 0;
    if (length >= sizeof folder)
        return place;
    memcpy(folder, path, length);
    folder[length] = '\0';
    for (;;) {
        place.folder = add_folder(watches, *folder != '\0' ? folder : slash != NULL ? "/" : ".");
        if (place.folder >= 0 || (errno != ENOENT && errno != ENOTDIR) || *folder == '\0')
            return place;
        char *last = strrchr(folder, '/');
        *(last != NULL ? last : folder) = '\0';
        place.name = NULL;
    }
}

/* Before each reading: folders come and go, and links are changed. */
static void watch_arm(const struct watches *watches, struct watch *watch)
{
    free(watch->target);
    watch->target = realpath(watch->path, NULL);
    watch->place = place_of(watches, watch->path);
    watch->target_place = (struct place){NOT_WATCHED, NULL};
    if (watch->target != NULL)
        watch->target_place = place_of(watches, watch->target);
}

bool watches_put(struct watches *watches, const char *path, int tag)
{
    struct watch **link = &watches->first;
    while (*link != NULL && (*link)->tag != tag)
        link = &(*link)->next;
    struct watch *old = *link;
    if (old != NULL) {
        *link = old->next;
        watch_free(old);
    }
    if (path == NULL)
        return true;
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return false;
    *watch = (struct watch){.tag = tag, .path = strdup(path), .next = watches->first};
    if (watch->path == NULL) {
        free(watch);
        return false;
    }
    watches->first = watch;
    return true;
}

/* ---- what happened */

#ifdef HAVE_SYS_INOTIFY_H
static bool concerns(const struct place *place, const struct inotify_event *event)
{
    return place->folder == event->wd &&
           (place->name == NULL || event->len == 0 || strcmp(place->name, event->name) == 0);
}

static void hear(struct watches *watches, const struct inotify_event *event, int64_t now_ms)
{
    for (struct watch *watch = watches->first; watch != NULL; watch = watch->next) {
        if ((event->mask & IN_Q_OVERFLOW) != 0 || concerns(&watch->place, event) ||
            concerns(&watch->target_place, event))
            watch->due_ms = now_ms + SETTLE_MS;
    }
}

void watches_look(struct watches *watches, int64_t now_ms)
{
    _Alignas(struct inotify_event) char bytes[4096];
    ssize_t got;
    while (watches->fd >= 0 && (got = read(watches->fd, bytes, sizeof bytes)) > 0) {
        for (char *at = bytes; at < bytes + got;) {
            const struct inotify_event *event = (const void *)at;
            hear(watches, event, now_ms);
            at += sizeof *event + event->len;
        }
    }
}
#else
void watches_look(struct watches *watches, int64_t now_ms)
{
    (void)watches, (void)now_ms;
}
#endif

int64_t watches_due_ms(const struct watches *watches)
{
    int64_t due_ms = INT64_MAX;
    for (const struct watch *watch = watches->first; watch != NULL; watch = watch->next)
        if (watch->due_ms < due_ms)
            due_ms = watch->due_ms;
    return due_ms;
}

/* ---- what it holds now */

static bool as_told(const struct watch *watch, const struct watch_news *news)
{
    if (!watch->told || (watch->bytes == NULL) != (news->bytes == NULL))
        return false;
    if (news->bytes == NULL)
        return strcmp(watch->error.sentence, news->error.sentence) == 0;
    return watch->length == news->length && memcmp(watch->bytes, news->bytes, news->length) == 0;
}

/* Without memory to remember it by it may be told once more than needed. */
static void remember(struct watch *watch, const struct watch_news *news)
{
    free(watch->bytes);
    watch->bytes = news->bytes != NULL ? malloc(news->length + 1) : NULL;
    if (watch->bytes != NULL)
        memcpy(watch->bytes, news->bytes, news->length);
    watch->told = watch->bytes != NULL || news->bytes == NULL;
    watch->length = news->length;
    watch->error = news->error;
}

bool watches_take(struct watches *watches, int64_t now_ms, struct watch_news *news)
{
    for (struct watch *watch = watches->first; watch != NULL; watch = watch->next) {
        if (watch->due_ms > now_ms)
            continue;
        watch->due_ms = watches->fd >= 0 ? INT64_MAX : now_ms + AGAIN_MS;
        watch_arm(watches, watch);
        *news = (struct watch_news){.tag = watch->tag};
        news->bytes = file_read(watch->path, WATCH_BYTES, &news->length, &news->error);
        news->missing = news->bytes == NULL && errno == ENOENT;
        if (!as_told(watch, news)) {
            remember(watch, news);
            return true;
        }
        free(news->bytes);
    }
    return false;
}
