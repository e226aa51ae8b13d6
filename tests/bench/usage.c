/* usage: see usage.h. */
#include "tests/bench/usage.h"

#include "tests/support/support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t ns_of(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

int64_t usage_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return ns_of(&now);
}

/* The process's own clock counts nanoseconds; the fields of /proc/PID/stat count hundredths of a
 * second, which is more than an idle dashboard uses. */
static int64_t cpu_ns(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        support_die("process %d is not there to be measured", (int)pid);
    return ns_of(&used);
}

/* The number after `field` in a status file, -1 where there is none. */
static int64_t status_number(const char *path, const char *field)
{
    char line[256];
    int64_t number = -1;
    FILE *file = fopen(path, "r");
    while (file != NULL && number < 0 && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0)
            number = strtoll(line + strlen(field), NULL, 10);
    }
    if (file != NULL)
        fclose(file);
    return number;
}

static int64_t wakeups(pid_t pid)
{
    char path[300];
    int64_t sum = 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    if (folder == NULL)
        support_die("%s is not there", path);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (*entry->d_name == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/status", (int)pid, entry->d_name);
        int64_t switches = status_number(path, "voluntary_ctxt_switches:");
        sum += switches > 0 ? switches : 0; /* a thread may end while it is looked at */
    }
    closedir(folder);
    return sum;
}

struct usage usage_of(pid_t pid)
{
    return (struct usage){.at_ns = usage_now_ns(), .cpu_ns = cpu_ns(pid), .wakeups = wakeups(pid)};
}

struct memory usage_memory(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    return (struct memory){.peak_bytes = status_number(path, "VmHWM:") * 1024,
                           .own_bytes = status_number(path, "RssAnon:") * 1024};
}
