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
#include <unistd.h>

#define PREFIX        "leasetop-gateway-"
#define DESCRIPTORS   16
#define REMOVAL_TRIES 3

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

bool folder_make(struct folder *folder, struct fault *fault)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL || base[0] != '/' || strlen(base) > FOLDER_PATH_SIZE / 2)
        base = "/tmp";
    folder->lock = -1;
    sweep(base);
    snprintf(folder->path, sizeof folder->path, "%s/" PREFIX "XXXXXX", base);
    if (mkdtemp(folder->path) == NULL) {
        folder->path[0] = '\0';
        return fault_set(fault, FAULT_SYSTEM, "cannot make a folder for browsers in %s: %s", base,
                         strerror(errno));
    }
    if (take_lock(folder))
        return true;
    fault_set(fault, FAULT_SYSTEM, "cannot lock the folder for browsers: %s", strerror(errno));
    folder_clear(folder);
    return false;
}

void folder_clear(struct folder *folder)
{
    if (folder->path[0] == '\0')
        return;
    folder_remove(folder->path);
    folder->path[0] = '\0';
    if (folder->lock >= 0)
        close(folder->lock);
    folder->lock = -1;
}
