/* door: see door.h. */
#include "gateway/door.h"

#include "gateway/family.h"
#include "gateway/portable.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#if defined HAVE_LINUX_FILTER_H && HAVE_DECL_SYS_PIDFD_OPEN && HAVE_DECL_SYS_PIDFD_GETFD
#include <linux/filter.h>
#include <sys/syscall.h>
#define HAVE_DOOR 1
#else
#define HAVE_DOOR 0
#endif

#if HAVE_DOOR
/* ---- finding the socket */

static bool listens_on(int fd, uint16_t port)
{
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    int listens = 0;
    socklen_t listens_size = sizeof listens;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_size) == 0 && listens &&
           getsockname(fd, (struct sockaddr *)&address, &size) == 0 &&
           address.sin_family == AF_INET && ntohs(address.sin_port) == port;
}

static int take_descriptor(int process, int number)
{
    return (int)syscall(SYS_pidfd_getfd, process, number, 0);
}

static int search(int process, DIR *entries, uint16_t port)
{
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        int fd = take_descriptor(process, atoi(entry->d_name));
        if (fd >= 0 && listens_on(fd, port))
            return fd;
        if (fd >= 0)
            close(fd);
    }
    return -1;
}

struct wanted {
    uint16_t port;
    int found;
};

static bool has_listener(pid_t pid, void *closure)
{
    struct wanted *wanted = closure;
    char path[32];
    int process = (int)syscall(SYS_pidfd_open, pid, 0);
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *entries = process < 0 ? NULL : opendir(path);
    if (entries != NULL) {
        wanted->found = search(process, entries, wanted->port);
        closedir(entries);
    }
    if (process >= 0)
        close(process);
    return wanted->found >= 0;
}

/* What was started may be a launcher, and the browser a child of it. */
static int find_listener(pid_t leader, uint16_t port)
{
    struct wanted wanted = {.port = port, .found = -1};
    family_find(leader, has_listener, &wanted);
    return wanted.found;
}

/* As /proc/net/tcp writes them: the listeners themselves, and what is nobody's connection. */
enum { STATE_CLOSE = 7, STATE_LISTEN = 10 };

static bool names(const char *path, uint16_t port)
{
    char line[256];
    FILE *connections = fopen(path, "re");
    bool named = connections == NULL;
    while (!named && fgets(line, sizeof line, connections) != NULL) {
        unsigned here, there, state;
        named = sscanf(line, " %*d: %*[^:]:%x %*[^:]:%x %x", &here, &there, &state) == 3 &&
                (here == port || there == port) && state != STATE_LISTEN && state != STATE_CLOSE;
    }
    if (connections != NULL)
        fclose(connections);
    return named;
}

/* Who came and went is still there for a minute, and no less unwelcome. */
static bool was_used(uint16_t port)
{
    return names("/proc/net/tcp", port) ||
           (access("/proc/net/tcp6", F_OK) == 0 && names("/proc/net/tcp6", port));
}

/* ---- the filter */

enum { TO_BROWSER = 0, TO_DECOY = 1 }; /* in the order in which they came to the port */

/* A classic BPF program: to the browser goes what comes from 127.0.0.1 (others of the 127 have the
 * same ports) and the port of a guest. X is the size of the IP header. The kernel swaps it in at
 * once, and asks it for new connections only. */
static bool set_filter(const struct door *door)
{
    enum { SOURCE = 12 }; /* in the IP header */
    struct sock_filter program[DOOR_GUESTS_MAX + 6];
    size_t count = door->guest_count, n = 0;
    program[n++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + SOURCE);
    program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, INADDR_LOOPBACK, 0,
                                                (unsigned char)(count + 2));
    program[n++] = (struct sock_filter)BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, (uint32_t)SKF_NET_OFF);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_IND, (uint32_t)SKF_NET_OFF);
    for (size_t i = 0; i < count; i++)
        program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, door->guests[i],
                                                    (unsigned char)(count - i), 0);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, TO_DECOY);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, TO_BROWSER);
    struct sock_fprog filter = {.len = (unsigned short)n, .filter = program};
    return setsockopt(door->listener, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &filter,
                      sizeof filter) == 0;
}

/* A connection that was taken before the port could be shared keeps the decoy from it. */
static enum door_state set_decoy(struct door *door, uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;
    door->decoy = portable_socket();
    if (door->decoy < 0 ||
        setsockopt(door->listener, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) != 0 ||
        setsockopt(door->decoy, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) != 0)
        return DOOR_OPEN;
    if (bind(door->decoy, (struct sockaddr *)&address, sizeof address) != 0)
        return errno == EADDRINUSE ? DOOR_USED : DOOR_OPEN;
    return listen(door->decoy, 0) == 0 ? DOOR_SHUT : DOOR_OPEN;
}

enum door_state door_shut(struct door *door, pid_t leader, uint16_t port)
{
    *door = (struct door){.listener = find_listener(leader, port), .decoy = -1};
    enum door_state state = door->listener >= 0 ? set_decoy(door, port) : DOOR_OPEN;
    if (state == DOOR_SHUT && !set_filter(door))
        state = DOOR_OPEN;
    if (state == DOOR_SHUT && was_used(port)) /* asked last: nobody comes in from here on */
        state = DOOR_USED;
    if (state != DOOR_SHUT)
        door_clear(door);
    return state;
}

#else
static bool set_filter(const struct door *door)
{
    (void)door;
    return false;
}

enum door_state door_shut(struct door *door, pid_t leader, uint16_t port)
{
    (void)leader, (void)port;
    *door = (struct door)DOOR_NONE;
    return DOOR_OPEN;
}
#endif

/* ---- who may enter */

bool door_is_full(const struct door *door)
{
    return door->listener >= 0 && door->guest_count == DOOR_GUESTS_MAX;
}

bool door_admit(struct door *door, uint16_t guest)
{
    if (door->listener < 0)
        return true;
    if (door_is_full(door))
        return false;
    door->guests[door->guest_count++] = guest;
    if (set_filter(door))
        return true;
    door->guest_count--;
    return false;
}

void door_dismiss(struct door *door, uint16_t guest)
{
    for (size_t i = 0; i < door->guest_count; i++) {
        if (door->guests[i] != guest)
            continue;
        door->guests[i] = door->guests[--door->guest_count];
        set_filter(door);
        return;
    }
}

void door_clear(struct door *door)
{
    if (door->listener >= 0)
        close(door->listener);
    if (door->decoy >= 0)
        close(door->decoy);
    *door = (struct door)DOOR_NONE;
}
