/* shim: see shim.h. Preloaded: each function stands in front of the system's own and calls it. */
#include "tests/faults/shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
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

/* The boot clock is the only one that leasetop sets a timer on. */
int timerfd_settime(int fd, int flags, const struct itimerspec *when, struct itimerspec *old)
{
    struct itimerspec real = *when;
    if ((flags & TFD_TIMER_ABSTIME) != 0 && real.it_value.tv_sec > 0)
        add_ms(&real.it_value, -shim->boot_ahead_ms);
    return (int)syscall(SYS_timerfd_settime, fd, flags, &real, old);
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
    if (shim->memory_out == 0)
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
