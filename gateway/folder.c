/* folder: see folder.h. A living gateway holds a lock on a file in its folder, which the kernel
 * lets go of however the gateway ends; so no process id is ever trusted. */
#include "gateway/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PREFIX        "leasetop-gateway-"
#define DESCRIPTORS   16
#define REMOVAL_TRIES 3
#define QUICK_MS      20   /* between two tries, */
#define QUICK_MAX_MS  1000 /* at first */
#define SLOW_MS       500

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts, (void)kind, (void)where;
    remove(path);
    return 0;
}

static bool is_removed(const char *path)
{
    for (int i = 0; i < REMOVAL_TRIES && access(path, F_OK) == 0; i++)
        nftw(path, remove_entry, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
    return access(path, F_OK) != 0;
}

void folder_remove(const char *path, int patience_ms)
{
    for (int waited_ms = 0; !is_removed(path) && waited_ms < patience_ms;) {
        int pause_ms = waited_ms < QUICK_MAX_MS ? QUICK_MS : SLOW_MS;
        nanosleep(&(struct timespec){.tv_nsec = pause_ms * 1000000L}, NULL);
        waited_ms += pause_ms;
    }
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
            folder_remove(path, 0);
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

/* ---- making and clearing */

/* A browser has a socket below, and the path of a socket is short. */
static bool fits(const char *base)
{
    static const char below[] = "/" PREFIX "XXXXXX/999/.org.chromium.Chromium.XXXXXX/"
                                "SingletonSocket";
    struct sockaddr_un address;
    return strlen(base) + sizeof below <= sizeof address.sun_path;
}

bool folder_make(struct folder *folder, struct fault *fault)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL || base[0] != '/' || !fits(base))
        base = "/tmp";
    *folder = (struct folder){.lock = -1, .janitor = JANITOR_NONE};
    sweep(base);
    snprintf(folder->path, sizeof folder->path, "%s/" PREFIX "XXXXXX", base);
    if (mkdtemp(folder->path) == NULL) {
        folder->path[0] = '\0';
        return fault_set(fault, FAULT_SYSTEM, "cannot make a folder for browsers in %s: %s", base,
                         strerror(errno));
    }
    if (take_lock(folder)) {
        janitor_start(&folder->janitor, folder->path, folder->lock);
        return true;
    }
    fault_set(fault, FAULT_SYSTEM, "cannot lock the folder for browsers: %s", strerror(errno));
    folder_clear(folder);
    return false;
}

void folder_name(const char *folder, unsigned number, char *path, size_t size)
{
    snprintf(path, size, "%s/%u", folder, number % FOLDER_NAMES);
}

void folder_drop(const struct folder *folder, unsigned number)
{
    char path[FOLDER_PATH_SIZE + 16];
    if (janitor_remove(&folder->janitor, number))
        return;
    folder_name(folder->path, number, path, sizeof path);
    folder_remove(path, 0);
}

void folder_clear(struct folder *folder)
{
    if (folder->path[0] == '\0')
        return;
    /* There may be none, and it may have been killed. */
    if (janitor_end(&folder->janitor))
        folder_remove(folder->path, QUICK_MAX_MS);
    if (folder->lock >= 0)
        close(folder->lock);
    *folder = (struct folder){.lock = -1, .janitor = JANITOR_NONE};
}
