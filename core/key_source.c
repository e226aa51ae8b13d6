/* key_source: see key_source.h. */
#include "core/key_source.h"

#include "api/limits.h"
#include "core/say.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef HAVE_SYS_INOTIFY_H
#include <sys/inotify.h>
#endif

#define KEY_VARIABLE "BCTRL_API_KEY"
#define KEY_FILE     "the key file"

struct key_source {
    char *file; /* NULL: the environment */
    int changed_fd;
    bool read; /* once, at the start, when waiting for whoever writes into a pipe is fine */
};

/* The folder is watched, not the file: a key is often replaced by renaming another file onto it. */
static int watch(const char *file)
{
#ifdef HAVE_SYS_INOTIFY_H
    char *copy = strdup(file);
    int fd = copy != NULL ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;
    if (fd >= 0)
        inotify_add_watch(fd, dirname(copy), IN_CLOSE_WRITE | IN_MOVED_TO | IN_ATTRIB);
    free(copy);
    return fd;
#else
    (void)file;
    return -1;
#endif
}

struct key_source *key_source_open(const char *file, struct error *error)
{
    struct key_source *source = calloc(1, sizeof *source);
    if (source != NULL) {
        source->file = file != NULL ? strdup(file) : NULL;
        source->changed_fd = file != NULL ? watch(file) : -1;
    }
    if (source == NULL || (file != NULL && source->file == NULL)) {
        key_source_free(source);
        error_memory(error);
        return NULL;
    }
    return source;
}

void key_source_free(struct key_source *source)
{
    if (source == NULL)
        return;
    if (source->changed_fd >= 0)
        close(source->changed_fd);
    free(source->file);
    free(source);
}

void key_source_started(struct key_source *source)
{
    source->read = true;
}

int key_source_fd(const struct key_source *source)
{
    return source->changed_fd;
}

/* Control characters would make a second header; a NUL among the bytes would make half a key. */
struct secret *key_source_check(struct secret *key, size_t length, const char *from,
                                struct error *error)
{
    char *text = secret_bytes(key);
    while (length > 0 && memchr(" \t\r\n", text[length - 1], 4) != NULL)
        text[--length] = '\0';
    bool plain = true;
    for (size_t i = 0; i < length; i++)
        plain &= (unsigned char)text[i] > 0x20 && (unsigned char)text[i] < 0x7F;
    if (length > 0 && plain)
        return key;
    if (length == 0)
        error_set(error, ERROR_UNAUTHORISED, "there is no key in %s", from);
    else
        error_set(error, ERROR_USAGE,
                  "what is in %s is no key: it holds blanks or control characters", from);
    secret_free(key);
    return NULL;
}

static bool permitted(int fd, const char *what, const char *file, struct error *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return error_set(error, ERROR_USAGE, "%s %s cannot be read: %s", what, file,
                         strerror(errno));
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
        return error_set(error, ERROR_USAGE, "%s %s is not a file", what, file);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return error_set(error, ERROR_USAGE, "%s %s may be read by others: chmod 600 it first",
                         what, file);
    return true;
}

/* ---- waiting: for whoever is to write into a pipe */

enum { MOMENT_S = 1 };

static void nothing(int number)
{
    (void)number;
}

/* A signal, which ends what waits, so that it can be said what for; the rest still end us. */
static void moment_begin(struct sigaction *before)
{
    struct sigaction action = {.sa_handler = nothing};
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, before);
    alarm(MOMENT_S);
}

static void moment_end(const struct sigaction *before)
{
    alarm(0);
    sigaction(SIGALRM, before, NULL);
}

/* Whether to go on waiting. */
static bool interrupted(const char *file)
{
    if (errno != EINTR)
        return false;
    say_line("leasetop: waiting for the key, which somebody is to write into %s (Ctrl-C gives up)",
             file);
    return true;
}

/* ---- a file */

static int open_file(const char *what, const char *file, int flags, struct error *error)
{
    int fd;
    do
        fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | flags);
    while (fd < 0 && interrupted(file));
    if (fd < 0)
        error_set(error, ERROR_USAGE, "%s %s cannot be opened: %s", what, file, strerror(errno));
    return fd;
}

/* A pipe gives what it has once; whoever reads it again waits for ever. */
static bool regular(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

bool key_source_private(const char *what, const char *file, struct error *error)
{
    int fd = open_file(what, file, O_NONBLOCK, error);
    if (fd < 0)
        return false;
    bool done = permitted(fd, what, file, error) &&
                (regular(fd) || error_set(error, ERROR_USAGE, "%s %s is not a file", what, file));
    close(fd);
    return done;
}

/* Up to the ceiling and one byte more, which shows that there is too much. */
enum { READ_MOST = LIMIT_KEY_BYTES + 1 };

static bool read_all(int fd, char *to, size_t *used, const char *file, struct error *error)
{
    ssize_t got = 1;
    for (*used = 0; *used < READ_MOST && got > 0; *used += (size_t)got) {
        do
            got = read(fd, to + *used, READ_MOST - *used);
        while (got < 0 && interrupted(file));
        if (got < 0)
            return error_set(error, ERROR_USAGE, "the key file %s cannot be read: %s", file,
                             strerror(errno));
    }
    return *used <= LIMIT_KEY_BYTES ||
           error_set(error, ERROR_USAGE, "the key file %s is too large to be a key", file);
}

static bool refuse_pipe(const char *file, struct error *error)
{
    return error_set(error, ERROR_USAGE, "%s is a pipe: it is read once, at the start", file);
}

static struct secret *read_file(const char *file, bool again, struct error *error)
{
    size_t length = 0;
    int fd = open_file(KEY_FILE, file, again ? O_NONBLOCK : 0, error);
    if (fd < 0)
        return NULL;
    struct secret *key = secret_new(READ_MOST + 1);
    bool done = key != NULL ? permitted(fd, KEY_FILE, file, error) &&
                                  (!again || regular(fd) || refuse_pipe(file, error)) &&
                                  read_all(fd, secret_bytes(key), &length, file, error)
                            : error_memory(error);
    close(fd);
    if (done)
        return key_source_check(key, length, file, error);
    secret_free(key);
    return NULL;
}

static struct secret *no_key(const char *name, struct error *error)
{
    if (strcmp(name, KEY_VARIABLE) == 0)
        error_set(error, ERROR_UNAUTHORISED,
                  "there is no key: set BCTRL_API_KEY or give --api-key-file (or try --demo)");
    else
        error_set(error, ERROR_UNAUTHORISED, "there is no key in the environment variable %.64s",
                  name);
    return NULL;
}

struct secret *key_source_variable(const char *name, struct error *error)
{
    char *given = getenv(name);
    if (given == NULL || *given == '\0')
        return no_key(name, error);
    size_t length = strlen(given);
    bool large = length > LIMIT_KEY_BYTES;
    struct secret *key = large ? NULL : secret_copy(given);
    /* Others of this user can read a process's environment: it is kept in no place longer than
     * needed. */
    secret_wipe(given, length);
    unsetenv(name);
    if (key != NULL)
        return key_source_check(key, length, name, error);
    if (large)
        error_set(error, ERROR_USAGE, "what is in %.64s is too large to be a key", name);
    else
        error_memory(error);
    return NULL;
}

static void quiet(const struct key_source *source)
{
    char events[4096];
    while (source->changed_fd >= 0 && read(source->changed_fd, events, sizeof events) > 0)
        ;
}

struct secret *key_source_read(void *context, struct error *error)
{
    struct key_source *source = context;
    bool again = source->read;
    source->read = true;
    quiet(source);
    if (source->file == NULL)
        return key_source_variable(KEY_VARIABLE, error);
    if (again)
        return read_file(source->file, true, error);
    struct sigaction before;
    moment_begin(&before);
    struct secret *key = read_file(source->file, false, error);
    moment_end(&before);
    return key;
}

const char *key_source_tail(const struct secret *key)
{
    return secret_tail(key);
}
