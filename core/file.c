/* file: see file.h. */
#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWNER_FILE = 0600, OWNER_FOLDER = 0700 };

/* ---- reading */

static bool unreadable(const char *path, const char *why, struct error *error)
{
    return error_set(error, ERROR_SYSTEM, "%s cannot be read: %s", path, why);
}

static char *read_bytes(int fd, const char *path, size_t most, size_t *length, struct error *error)
{
    struct stat status;
    ssize_t got = 1;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        unreadable(path, "it is not a file", error);
        return NULL;
    }
    char *bytes = malloc(most + 1);
    if (bytes == NULL) {
        error_memory(error);
        return NULL;
    }
    for (*length = 0; *length <= most && got > 0; *length += got > 0 ? (size_t)got : 0)
        got = read(fd, bytes + *length, most + 1 - *length);
    if (got >= 0 && *length <= most) {
        bytes[*length] = '\0';
        char *fitting = realloc(bytes, *length + 1);
        return fitting != NULL ? fitting : bytes;
    }
    unreadable(path, got < 0 ? strerror(errno) : "it is too big", error);
    free(bytes);
    return NULL;
}

char *file_read(const char *path, size_t most, size_t *length, struct error *error)
{
    /* What is no file might keep us waiting. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        int why = errno;
        unreadable(path, strerror(why), error);
        errno = why;
        return NULL;
    }
    char *bytes = read_bytes(fd, path, most, length, error);
    close(fd);
    errno = 0;
    return bytes;
}

/* ---- writing */

static bool unwritable(const char *path, const char *why, struct error *error)
{
    return error_set(error, ERROR_SYSTEM, "%s cannot be written: %s", path, why);
}

static bool make_folders(const char *path, struct error *error)
{
    char *copy = strdup(path);
    bool done = copy != NULL;
    if (!done)
        return error_memory(error);
    for (char *slash = strchr(copy + 1, '/'); slash != NULL && done;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        done = mkdir(copy, OWNER_FOLDER) == 0 || errno == EEXIST;
        if (!done)
            unwritable(path, strerror(errno), error);
        *slash = '/';
    }
    free(copy);
    return done;
}

/* Opens for writing; where there is no folder makes one first. */
static int open_append(const char *path, struct error *error)
{
    enum { HOW = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC };
    int fd = open(path, HOW, OWNER_FILE);
    if (fd < 0 && errno == ENOENT) {
        if (!make_folders(path, error))
            return -1;
        fd = open(path, HOW, OWNER_FILE);
    }
    if (fd < 0)
        unwritable(path, strerror(errno), error);
    return fd;
}

static bool write_all(int fd, const char *path, const char *bytes, size_t length,
                      struct error *error)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return unwritable(path, strerror(errno), error);
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

/* Whether the last line has no end: whoever wrote it was cut short. What may be written but not
 * read is taken to be whole. */
static bool is_torn(const char *path, off_t size)
{
    char last = '\n';
    int fd = size > 0 ? open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    bool torn = fd >= 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
    if (fd >= 0)
        close(fd);
    return torn;
}

bool file_append(const char *path, const char *line, struct error *error)
{
    struct stat status;
    size_t length = strlen(line);
    char *bytes = malloc(length + 2);
    if (bytes == NULL)
        return error_memory(error);
    bytes[0] = '\n';
    memcpy(bytes + 1, line, length);
    bytes[length + 1] = '\n';
    int fd = open_append(path, error);
    bool done = fd >= 0;
    if (done && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)))
        done = unwritable(path, "it is not a file", error);
    size_t from = done && is_torn(path, status.st_size) ? 0 : 1;
    done = done && write_all(fd, path, bytes + from, length + 2 - from, error);
    if (fd >= 0)
        close(fd);
    free(bytes);
    return done;
}

/* Of what is not there: the nearest folder that is, where the rest would be made. */
static bool makeable(const char *path, struct error *error)
{
    char *folder = strdup(path);
    if (folder == NULL)
        return error_memory(error);
    int why = ENOENT;
    while (why == ENOENT) {
        char *slash = strrchr(folder, '/');
        strcpy(slash == NULL     ? folder
               : slash == folder ? slash + 1
                                 : slash,
               slash == NULL ? "." : "");
        why = access(folder, W_OK | X_OK) == 0 ? 0 : errno;
    }
    free(folder);
    return why == 0 || unwritable(path, strerror(why), error);
}

bool file_appendable(const char *path, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == ENOENT ? makeable(path, error) : unwritable(path, strerror(errno), error);
    if (!S_ISREG(status.st_mode))
        return unwritable(path, S_ISDIR(status.st_mode) ? strerror(EISDIR) : "it is not a file",
                          error);
    return access(path, W_OK) == 0 || unwritable(path, strerror(errno), error);
}

/* A new file beside `path`; its name in `name`. */
static int open_beside(const char *path, char *name, size_t size, struct error *error)
{
    snprintf(name, size, "%s.XXXXXX", path);
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        if (!make_folders(path, error))
            return -1;
        snprintf(name, size, "%s.XXXXXX", path);
        fd = mkostemp(name, O_CLOEXEC);
    }
    if (fd < 0)
        unwritable(path, strerror(errno), error);
    return fd;
}

bool file_replace(const char *path, const void *bytes, size_t length, struct error *error)
{
    char name[4096 + 8];
    if (strlen(path) >= sizeof name - 8)
        return unwritable(path, strerror(ENAMETOOLONG), error);
    int fd = open_beside(path, name, sizeof name, error);
    if (fd < 0)
        return false;
    bool done = write_all(fd, path, bytes, length, error);
    /* On the disk before it gets the name, or a crash could leave an empty file. */
    if (done && (fsync(fd) != 0 || rename(name, path) != 0))
        done = unwritable(path, strerror(errno), error);
    close(fd);
    if (!done)
        unlink(name);
    return done;
}
