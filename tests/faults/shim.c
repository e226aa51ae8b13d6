/* shim: see shim.h. Preloaded: each function stands in front of the system's own and calls it. */
#include "tests/faults/shim.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static struct shim nothing_bent, *shim = &nothing_bent;

__attribute__((constructor)) static void shim_open(void)
{
    const char *path = getenv(SHIM_VARIABLE);
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *map =
        fd >= 0 ? mmap(NULL, sizeof *shim, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (fd >= 0)
        close(fd);
    if (map != MAP_FAILED)
        shim = map;
}

/* The function that would be called without this one. */
#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* ---- Clocks. The system's are asked directly, so that no other preloaded thing is needed. */

static void add_ms(struct timespec *time, int64_t ms)
{
    int64_t ns = time->tv_nsec + ms % 1000 * 1000000;
    time->tv_sec += ms / 1000 + (ns >= 1000000000) - (ns < 0);
    time->tv_nsec = ns - (ns >= 1000000000 ? 1000000000 : ns < 0 ? -1000000000 : 0);
}

int clock_gettime(clockid_t id, struct timespec *time)
{
    int status = (int)syscall(SYS_clock_gettime, id, time);
    if (status == 0 && (id == CLOCK_BOOTTIME || id == CLOCK_MONOTONIC || id == CLOCK_REALTIME ||
                        id == CLOCK_MONOTONIC_COARSE))
        add_ms(time, shim->ahead_ms);
    if (status == 0 && id == CLOCK_BOOTTIME)
        add_ms(time, shim->boot_ahead_ms);
    if (status == 0 && id == CLOCK_REALTIME)
        add_ms(time, shim->wall_ahead_ms);
    return status;
}

time_t time(time_t *to)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to != NULL)
        *to = now.tv_sec;
    return now.tv_sec;
}

/* The one timer: leasetop sets it on the boot clock, on the thread that calls ppoll. */
static struct {
    int fd;
    struct itimerspec when; /* by the bent clock */
    int64_t set_ms;         /* how far ahead all clocks were then */
} timer = {.fd = -1};

static int timer_set(const struct itimerspec *when, struct itimerspec *old)
{
    struct itimerspec real = *when;
    timer.set_ms = shim->ahead_ms;
    if (real.it_value.tv_sec > 0)
        add_ms(&real.it_value, -(shim->boot_ahead_ms + timer.set_ms));
    if (real.it_value.tv_sec < 0)
        real.it_value = (struct timespec){.tv_nsec = 1};
    return (int)syscall(SYS_timerfd_settime, timer.fd, TFD_TIMER_ABSTIME, &real, old);
}

int timerfd_settime(int fd, int flags, const struct itimerspec *when, struct itimerspec *old)
{
    if ((flags & TFD_TIMER_ABSTIME) == 0)
        return (int)syscall(SYS_timerfd_settime, fd, flags, when, old);
    timer.fd = fd;
    timer.when = *when;
    return timer_set(when, old);
}

/* ---- What is held */

static void count_files(struct shim_sample *sample)
{
    struct stat facts;
    DIR *folder = opendir("/proc/self/fd");
    sample->files = -3; /* its own two entries, and the one that reads it */
    sample->sockets = 0;
    while (folder != NULL && readdir(folder) != NULL)
        sample->files++;
    for (int fd = 0; fd < 1024; fd++)
        sample->sockets += fstat(fd, &facts) == 0 && S_ISSOCK(facts.st_mode);
    if (folder != NULL)
        closedir(folder);
}

static int64_t read_resident(void)
{
    char text[2048] = "";
    int fd = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0)
        close(fd);
    text[size > 0 ? size : 0] = '\0';
    const char *line = strstr(text, "Anonymous:");
    return line != NULL ? strtoll(line + strlen("Anonymous:"), NULL, 10) : 0;
}

static void take_sample(void)
{
    count_files(&shim->sample);
    shim->sample.resident_kib = read_resident();
#ifndef SHIM_SANITIZED
    struct mallinfo2 heap = mallinfo2();
    shim->sample.heap_bytes = (int64_t)(heap.uordblks + heap.hblkhd);
#endif
    shim->samples_taken = shim->samples_wanted;
}

/* ---- Waiting. A clock that jumps wakes nobody, so whoever waits looks at it again and again. */

enum { LOOK_NS = 100000 };

static int64_t steady_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The thread that calls ppoll is the UI's, the one that has exchanges the API's: it is idle when
 * none is under way. */
static _Thread_local int under_way = -1;

static void idle_since(_Atomic int64_t *idle_ms, int64_t ahead_ms)
{
    if (atomic_exchange(idle_ms, ahead_ms) == ahead_ms)
        return;
    shim->idle_turns++;
    syscall(SYS_futex, &shim->idle_turns, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void idle(bool ui, int64_t ahead_ms)
{
    if (under_way == 0)
        idle_since(&shim->api_idle_ms, ahead_ms);
    if (!ui)
        return;
    idle_since(&shim->ui_idle_ms, ahead_ms);
    if (shim->samples_wanted != shim->samples_taken)
        take_sample();
}

static int wait_steered(struct pollfd *polls, nfds_t count, int64_t wait_ns, const sigset_t *mask,
                        bool ui)
{
    int64_t end_ns = wait_ns < INT64_MAX ? steady_ns() + wait_ns : INT64_MAX;
    for (;;) {
        int64_t ahead_ms = shim->ahead_ms, left_ns = end_ns - steady_ns();
        int64_t look_ns = left_ns < 0 ? 0 : left_ns < LOOK_NS ? left_ns : LOOK_NS;
        struct timespec look = {.tv_nsec = look_ns};
        if (ui && timer.fd >= 0 && timer.set_ms != ahead_ms)
            timer_set(&timer.when, NULL);
        int ready = REAL(ppoll)(polls, count, &look, mask);
        if (ready != 0 || left_ns <= 0)
            return ready;
        idle(ui, ahead_ms);
    }
}

int ppoll(struct pollfd *polls, nfds_t count, const struct timespec *wait, const sigset_t *mask)
{
    if (shim->steered == 0)
        return REAL(ppoll)(polls, count, wait, mask);
    int64_t wait_ns = wait != NULL ? (int64_t)wait->tv_sec * 1000000000 + wait->tv_nsec : INT64_MAX;
    return wait_steered(polls, count, wait_ns, mask, true);
}

int poll(struct pollfd *polls, nfds_t count, int wait_ms)
{
    if (shim->steered == 0 || wait_ms <= 0)
        return REAL(poll)(polls, count, wait_ms);
    return wait_steered(polls, count, (int64_t)wait_ms * 1000000, NULL, false);
}

/* As curl declares it; its types are not needed here. */
int curl_multi_perform(void *multi, int *running);

int curl_multi_perform(void *multi, int *running)
{
    int code = REAL(curl_multi_perform)(multi, running);
    under_way = *running;
    return code;
}

/* ---- The network */

/* It is looked after every 10 ms whether names can be found again. */
static void wait_for_names(void)
{
    struct timespec moment = {.tv_nsec = 10000000};
    while (shim->names == SHIM_NAMES_STUCK)
        syscall(SYS_nanosleep, &moment, NULL);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    shim->names_asked++;
    wait_for_names();
    return REAL(getaddrinfo)(shim->names == SHIM_NAMES_HERE ? "127.0.0.1" : name, service, hints,
                             found);
}

int connect(int fd, const struct sockaddr *address, socklen_t size)
{
    struct sockaddr_in other = {.sin_family = AF_INET};
    if (address->sa_family != AF_INET && address->sa_family != AF_INET6)
        return (int)syscall(SYS_connect, fd, address, size);
    shim->connects++;
    if (shim->connect_errno != 0) {
        errno = shim->connect_errno;
        return -1;
    }
    if (shim->connect_port == 0 || address->sa_family != AF_INET)
        return (int)syscall(SYS_connect, fd, address, size);
    other.sin_port = htons((uint16_t)shim->connect_port);
    other.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return (int)syscall(SYS_connect, fd, &other, sizeof other);
}

/* ---- Memory. Not under a sanitizer, whose own these are. */

#ifndef SHIM_SANITIZED

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static bool refused(void)
{
    int out = shim->memory_out;
    if (out == SHIM_MEMORY_REAL || (out == SHIM_MEMORY_OUT_API && under_way < 0))
        return false;
    shim->allocations_failed++;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return refused() ? NULL : __libc_realloc(memory, size);
}

void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    if (fd == -1 && refused())
        return MAP_FAILED;
    /* What the system call returns is the address. */
    return (void *)syscall(SYS_mmap, address, size, protection, flags, fd, offset);
}

#endif
