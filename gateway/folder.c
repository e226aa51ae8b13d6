/* folder: see folder.h. A living gateway holds a lock on a file in its folder, which the kernel
 * lets go of however the gateway ends; so no process id is ever trusted. */
#include "gateway/folder.h"

#include "gateway/portable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PREFIX        "leasetop-gateway-"
#define DESCRIPTORS   16
#define REMOVAL_TRIES 3
#define JANITOR_QUICK 50  /* tries 20 ms apart; the others are half a second apart */
#define JANITOR_TRIES 110 /* half a minute, on a machine that is very busy */
#define JANITOR_FDS   1024
#define USERS_MS      30000 /* so long they may take to end; as a rule it is half a second */

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts, (void)kind, (void)where;
    remove(path);
    return 0;
}

void folder_remove(const char *path)
{
    /* A process of the browser's that is only about to end may still write a file. */
    for (int i = 0; i < REMOVAL_TRIES && access(path, F_OK) == 0; i++)
        nftw(path, remove_entry, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
}

/* Ours, and nobody holds its lock. One without a lock is being made just now. */
static bool is_stale(const char *path)
{
    char lock_path[FOLDER_PATH_SIZE + 8];
    struct stat facts;
    if (lstat(path, &facts) != 0 || !S_ISDIR(facts.st_mode) || facts.st_uid != geteuid())
        return false;
    snprintf(lock_path, sizeof lock_path, "%s/lock", path);
    int lock = open(lock_path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (lock < 0)
        return false;
    bool stale = flock(lock, LOCK_EX | LOCK_NB) == 0;
    close(lock);
    return stale;
}

static void sweep(const char *base)
{
    char path[FOLDER_PATH_SIZE];
    DIR *entries = opendir(base);
    if (entries == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
            continue;
        int size = snprintf(path, sizeof path, "%s/%s", base, entry->d_name);
        if (size < (int)sizeof path && is_stale(path))
            folder_remove(path);
    }
    closedir(entries);
}

/* It has its name only once it is held, so that nobody takes the folder for stale. */
static bool take_lock(struct folder *folder)
{
    char made[FOLDER_PATH_SIZE + 8], named[FOLDER_PATH_SIZE + 8];
    snprintf(made, sizeof made, "%s/new", folder->path);
    snprintf(named, sizeof named, "%s/lock", folder->path);
    folder->lock = open(made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return folder->lock >= 0 && flock(folder->lock, LOCK_EX | LOCK_NB) == 0 &&
           rename(made, named) == 0;
}

/* ---- the janitor: in a session of its own, nobody's child, with nothing open that is the
 * gateway's but the pipe and the lock */

static void close_others(int end, int users, int lock)
{
    int nothing = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        dup2(nothing, fd);
    for (int fd = STDERR_FILENO + 1; fd < JANITOR_FDS; fd++) {
        if (fd != end && fd != users && fd != lock)
            close(fd);
    }
}

/* Takes what is written into the pipe, which is nothing of interest. False at its end. */
static bool drain(int fd)
{
    char unused[512];
    ssize_t got = read(fd, unused, sizeof unused);
    return got > 0 || (got < 0 && errno == EINTR);
}

static void wait_for_ends(int end, int users)
{
    struct pollfd ends[] = {{.fd = end, .events = POLLIN}, {.fd = users, .events = POLLIN}};
    for (;;) {
        int ready = poll(ends, 2, ends[0].fd >= 0 ? -1 : USERS_MS);
        if (ready == 0)
            return;
        for (int i = 0; i < 2; i++) {
            if (ready > 0 && ends[i].revents != 0 && !drain(ends[i].fd))
                ends[i].fd = -1;
        }
        /* The gateway holds both. */
        if (ends[1].fd < 0)
            return;
    }
}

static void clean_up_after(const struct folder *folder, int end, int users)
{
    const struct timespec quick = {.tv_nsec = 20 * 1000000}, slow = {.tv_nsec = 500 * 1000000};
    close_others(end, users, folder->lock);
    wait_for_ends(end, users);
    for (int i = 0; i < JANITOR_TRIES && access(folder->path, F_OK) == 0; i++) {
        folder_remove(folder->path);
        nanosleep(i < JANITOR_QUICK ? &quick : &slow, NULL);
    }
    _exit(0);
}

static bool make_pipes(int ends[2], int users[2])
{
    if (portable_pipe(ends) != 0)
        return false;
    if (portable_pipe(users) == 0)
        return true;
    close(ends[0]);
    close(ends[1]);
    return false;
}

static void start_janitor(struct folder *folder)
{
    int ends[2], users[2];
    if (!make_pipes(ends, users))
        return;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[1]);
        close(users[1]);
        setsid();
        if (fork() == 0)
            clean_up_after(folder, ends[0], users[0]);
        _exit(0);
    }
    close(ends[0]);
    close(users[0]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    if (pid > 0) {
        folder->janitor = ends[1];
        folder->users = users[1];
    } else {
        close(ends[1]);
        close(users[1]);
    }
}

/* ---- making and clearing */

bool folder_make(struct folder *folder, struct fault *fault)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL || base[0] != '/' || strlen(base) > FOLDER_PATH_SIZE / 2)
        base = "/tmp";
    folder->lock = folder->janitor = folder->users = -1;
    sweep(base);
    snprintf(folder->path, sizeof folder->path, "%s/" PREFIX "XXXXXX", base);
    if (mkdtemp(folder->path) == NULL) {
        folder->path[0] = '\0';
        return fault_set(fault, FAULT_SYSTEM, "cannot make a folder for browsers in %s: %s", base,
                         strerror(errno));
    }
    if (take_lock(folder)) {
        start_janitor(folder);
        return true;
    }
    fault_set(fault, FAULT_SYSTEM, "cannot lock the folder for browsers: %s", strerror(errno));
    folder_clear(folder);
    return false;
}

void folder_clear(struct folder *folder)
{
    if (folder->path[0] == '\0')
        return;
    if (folder->janitor < 0)
        folder_remove(folder->path);
    if (folder->users >= 0)
        close(folder->users);
    if (folder->janitor >= 0)
        close(folder->janitor);
    if (folder->lock >= 0)
        close(folder->lock);
    folder->path[0] = '\0';
    folder->lock = folder->janitor = folder->users = -1;
}
