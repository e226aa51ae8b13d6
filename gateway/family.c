/* family: see family.h. */
#include "gateway/family.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

bool family_find(pid_t leader, bool (*is_it)(pid_t process, void *closure), void *closure)
{
    bool found = is_it(leader, closure);
    DIR *entries = found ? NULL : opendir("/proc");
    for (struct dirent *entry; entries != NULL && !found && (entry = readdir(entries)) != NULL;) {
        pid_t process = (pid_t)atoi(entry->d_name);
        found = process > 0 && process != leader && getsid(process) == leader &&
                is_it(process, closure);
    }
    if (entries != NULL)
        closedir(entries);
    return found;
}

static bool end_one(pid_t process, void *closure)
{
    (void)closure;
    kill(process, SIGKILL);
    return false;
}

/* The group at once, so that none of it can start another; then who made a group of its own. */
void family_kill(pid_t leader)
{
    kill(-leader, SIGKILL);
    family_find(leader, end_one, NULL);
}
