/* janitor: see janitor.h. */
#include "gateway/janitor.h"

#include "gateway/family.h"
#include "gateway/folder.h"
#include "gateway/portable.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#define LEADERS_MAX 128 /* browsers are half as many at most */
#define FDS_MAX     1024
#define USERS_MS    30000 /* so long they may take to end; as a rule it is half a second */
#define READS_MAX   1000  /* of what they still say meanwhile */
#define REMOVAL_MS  30000 /* on a machine that is very busy */
#define DROP_MS     1000  /* so long it is deaf at most */
#define END_MS      10000

/* What it is told, one at a time. */
struct word {
    enum { WORD_JOIN, WORD_LEAVE, WORD_REMOVE } verb;
    unsigned number; /* of a leader, or of a folder */
};

/* ---- the process: nothing is open there that is the gateway's but the link, the pipe and the lock
 */

struct post {
    int link, users, lock;
    pid_t leaders[LEADERS_MAX];
    size_t count;
    const char *folder;
};

static void close_others(const struct post *post)
{
    int nothing = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        dup2(nothing, fd);
    for (int fd = STDERR_FILENO + 1; fd < FDS_MAX; fd++) {
        if (fd != post->link && fd != post->users && fd != post->lock)
            close(fd);
    }
}

static void forget(struct post *post, pid_t leader)
{
    for (size_t i = 0; i < post->count; i++) {
        if (post->leaders[i] == leader) {
            post->leaders[i] = post->leaders[--post->count];
            return;
        }
    }
}

static void drop(const struct post *post, unsigned number)
{
    char path[FOLDER_PATH_SIZE + 16];
    folder_name(post->folder, number, path, sizeof path);
    folder_remove(path, DROP_MS);
}

/* False at the gateway's end. */
static bool hear(struct post *post)
{
    struct word said;
    ssize_t got = read(post->link, &said, sizeof said);
    if (got != sizeof said)
        return got < 0 && errno == EINTR;
    if (said.verb == WORD_REMOVE)
        drop(post, said.number);
    else if (said.verb == WORD_LEAVE)
        forget(post, (pid_t)said.number);
    else if (post->count < LEADERS_MAX)
        post->leaders[post->count++] = (pid_t)said.number;
    return true;
}

/* Takes what is written into the pipe, which is nothing of interest. False at its end. */
static bool drain(int fd)
{
    char unused[512];
    ssize_t got = read(fd, unused, sizeof unused);
    return got > 0 || (got < 0 && errno == EINTR);
}

static void wait_for_gateway(struct post *post)
{
    struct pollfd ends[] = {{.fd = post->link, .events = POLLIN},
                            {.fd = post->users, .events = POLLIN}};
    for (;;) {
        if (poll(ends, 2, -1) <= 0)
            continue;
        if (ends[0].revents != 0 && !hear(post))
            return;
        if (ends[1].revents != 0 && !drain(post->users))
            ends[1].fd = -1;
    }
}

static void wait_for_users(int users)
{
    struct pollfd end = {.fd = users, .events = POLLIN};
    for (int i = 0; i < READS_MAX && poll(&end, 1, USERS_MS) != 0 && drain(users); i++)
        continue;
}

static void clean_up_after(struct post *post)
{
    close_others(post);
    wait_for_gateway(post);
    for (size_t i = 0; i < post->count; i++)
        family_kill(post->leaders[i]);
    wait_for_users(post->users);
    folder_remove(post->folder, REMOVAL_MS);
    _exit(0);
}

/* ---- the gateway's side */

static bool make_ends(int link[2], int users[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, link) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        fcntl(link[i], F_SETFD, FD_CLOEXEC);
    if (portable_pipe(users) == 0)
        return true;
    close(link[0]);
    close(link[1]);
    return false;
}

static void become(struct post *post)
{
    setsid();
    if (fork() == 0)
        clean_up_after(post);
    _exit(0);
}

bool janitor_start(struct janitor *janitor, const char *folder, int lock)
{
    int link[2], users[2];
    *janitor = (struct janitor)JANITOR_NONE;
    if (!make_ends(link, users))
        return false;
    struct post post = {.link = link[0], .users = users[0], .lock = lock, .folder = folder};
    pid_t pid = fork();
    if (pid == 0)
        become(&post);
    close(link[0]);
    close(users[0]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    *janitor = (struct janitor){.link = link[1], .users = users[1]};
    if (pid < 0)
        janitor_end(janitor);
    return pid > 0;
}

static bool say(const struct janitor *janitor, struct word word)
{
    /* Were it stopped, nobody would wait for it. */
    return janitor->link >= 0 && send(janitor->link, &word, sizeof word,
                                      MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof word;
}

void janitor_join(const struct janitor *janitor, pid_t leader)
{
    say(janitor, (struct word){WORD_JOIN, (unsigned)leader});
}

void janitor_leave(const struct janitor *janitor, pid_t leader)
{
    say(janitor, (struct word){WORD_LEAVE, (unsigned)leader});
}

bool janitor_remove(const struct janitor *janitor, unsigned number)
{
    return say(janitor, (struct word){WORD_REMOVE, number});
}

bool janitor_end(struct janitor *janitor)
{
    if (janitor->link < 0)
        return true;
    struct pollfd end = {.fd = janitor->link, .events = POLLIN};
    close(janitor->users);
    shutdown(janitor->link, SHUT_WR);
    bool ended = poll(&end, 1, END_MS) > 0;
    close(janitor->link);
    *janitor = (struct janitor)JANITOR_NONE;
    return ended;
}
