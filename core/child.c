/* child: see child.h. */
#include "core/child.h"

#include "api/portable.h"
#include "api/secret.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#if HAVE_DECL_SYS_PIDFD_OPEN
#include <sys/syscall.h>
#endif

enum { DESCRIPTORS_MAX = 1024 }; /* that are looked through, where nothing else closes them */

static bool file_executable(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode) && access(path, X_OK) == 0;
}

static bool file_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static bool look_for(char *out, size_t size, const char *program, const char *path,
                     bool (*fits)(const char *path))
{
    if (strchr(program, '/') != NULL)
        return snprintf(out, size, "%s", program) < (int)size && fits(out);
    for (size_t length; path != NULL; path = path[length] == ':' ? path + length + 1 : NULL) {
        length = strcspn(path, ":");
        if (path[0] == '/' && length < INT32_MAX &&
            snprintf(out, size, "%.*s/%s", (int)length, path, program) < (int)size && fits(out))
            return true;
    }
    return false;
}

bool child_find(char *out, size_t size, const char *program, const char *path)
{
    return look_for(out, size, program, path, file_executable);
}

bool child_there(const char *program, const char *path)
{
    char found[4096];
    return look_for(found, sizeof found, program, path, file_there);
}

bool child_random(char *out, size_t digits, struct error *error)
{
    unsigned char bytes[32];
    assert(digits <= 2 * sizeof bytes);
    if (getentropy(bytes, sizeof bytes) != 0)
        return error_set(error, ERROR_SYSTEM, "no random numbers: %s", strerror(errno));
    for (size_t i = 0; i < digits; i++)
        out[i] = "0123456789abcdef"[bytes[i / 2] >> (i % 2 * 4) & 15];
    out[digits] = '\0';
    secret_wipe(bytes, sizeof bytes);
    return true;
}

void child_init(struct child *child)
{
    *child = (struct child){.ended_fd = -1, .input_fd = -1, .output_fd = -1};
}

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* A pipe that no other child inherits. Its ends stay clear of 0 to 2, which may be free in a
 * program that was started without them: there the child's end would be closed while another is put
 * in its place. */
static bool pipe_open(int ends[2], struct error *error)
{
    if (portable_pipe(ends) != 0) {
        ends[0] = ends[1] = -1;
        return error_set(error, ERROR_SYSTEM, "no pipe: %s", strerror(errno));
    }
    for (int i = 0; i < 2; i++) {
        if (ends[i] > 2)
            continue;
        int moved = fcntl(ends[i], F_DUPFD_CLOEXEC, 3);
        close(ends[i]);
        ends[i] = moved;
        if (moved < 0)
            return error_set(error, ERROR_SYSTEM, "no pipe: %s", strerror(errno));
    }
    return true;
}

/* The bytes go into the pipe before anybody reads it: it has room for them, or this says so. */
static bool pipe_fill(int fd, const void *bytes, size_t length, struct error *error)
{
    int flags = fcntl(fd, F_GETFL);
    if (length > CHILD_INPUT_BYTES || flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        return error_set(error, ERROR_SYSTEM, "too much for a pipe");
    const char *at = bytes;
    while (length > 0) {
        ssize_t written = write(fd, at, length);
        if (written < 0 && errno != EINTR)
            return error_set(error, ERROR_SYSTEM, "too much for a pipe");
        at += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Both ends of both pipes; -1 where there is none. [0] reads, [1] writes. */
struct pipes {
    int input[2], output[2];
};

static bool pipes_open(struct pipes *pipes, const struct child_options *options,
                       struct error *error)
{
    *pipes = (struct pipes){{-1, -1}, {-1, -1}};
    if ((options->input == CHILD_PIPE || options->input == CHILD_BYTES) &&
        !pipe_open(pipes->input, error))
        return false;
    if (options->input == CHILD_BYTES &&
        !pipe_fill(pipes->input[1], options->bytes, options->length, error))
        return false;
    if (options->input == CHILD_BYTES)
        fd_close(&pipes->input[1]);
    if (options->output == CHILD_PIPE && !pipe_open(pipes->output, error))
        return false;
    if (pipes->output[0] >= 0)
        fcntl(pipes->output[0], F_SETFL, O_NONBLOCK);
    return true;
}

static void pipes_close(struct pipes *pipes)
{
    for (int i = 0; i < 2; i++) {
        fd_close(&pipes->input[i]);
        fd_close(&pipes->output[i]);
    }
}

/* `from` -1: nothing is there. */
static int actions_stream(posix_spawn_file_actions_t *actions, int fd, enum child_stream stream,
                          int from)
{
    if (stream == CHILD_OURS)
        return 0;
    if (from >= 0)
        return posix_spawn_file_actions_adddup2(actions, from, fd);
    return posix_spawn_file_actions_addopen(actions, fd, "/dev/null",
                                            fd == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
}

/* Ours are all CLOEXEC; a library's, or one that we were started with, may not be. */
static int actions_close_rest(posix_spawn_file_actions_t *actions)
{
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
    return posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
#else
    (void)actions;
    for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS_MAX; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}

static int actions_fill(posix_spawn_file_actions_t *actions, const struct pipes *pipes,
                        const struct child_options *options)
{
    int merged = options->errors == CHILD_MERGE ? pipes->output[1] : -1;
    int failed = actions_stream(actions, STDIN_FILENO, options->input, pipes->input[0]);
    if (failed == 0)
        failed = actions_stream(actions, STDOUT_FILENO, options->output, pipes->output[1]);
    if (failed == 0)
        failed = actions_stream(actions, STDERR_FILENO, options->errors, merged);
    return failed != 0 ? failed : actions_close_rest(actions);
}

static void leave_ignored(sigset_t *set)
{
    struct sigaction ours;
    for (int number = 1; number < NSIG; number++) {
        bool ignored = sigaction(number, NULL, &ours) == 0 && ours.sa_handler == SIG_IGN;
        if (ignored && number != SIGPIPE)
            sigdelset(set, number);
    }
}

/* We block signals and ignore SIGPIPE, which a child would inherit. */
static int attributes_fill(posix_spawnattr_t *attributes, const struct child_options *options)
{
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    sigset_t none, usual;
    sigemptyset(&none);
    sigfillset(&usual);
    sigdelset(&usual, SIGKILL);
    sigdelset(&usual, SIGSTOP);
    if (options->deaf)
        leave_ignored(&usual);
    if (options->session)
        flags |= POSIX_SPAWN_SETSID;
    int failed = posix_spawnattr_setsigmask(attributes, &none);
    if (failed == 0)
        failed = posix_spawnattr_setsigdefault(attributes, &usual);
    return failed != 0 ? failed : posix_spawnattr_setflags(attributes, flags);
}

static int child_spawn(pid_t *pid, const struct child_options *options, const struct pipes *pipes)
{
    static const char *const nothing[] = {NULL};
    const char *const *environment = options->environment != NULL ? options->environment : nothing;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed != 0)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (failed != 0)
        goto out;
    failed = actions_fill(&actions, pipes, options);
    if (failed == 0)
        failed = attributes_fill(&attributes, options);
    /* The casts: POSIX promises not to write to the strings, but its prototype is older than const.
     */
    if (failed == 0)
        failed = posix_spawn(pid, options->path, &actions, &attributes,
                             (char *const *)(uintptr_t)options->argv,
                             (char *const *)(uintptr_t)environment);
    posix_spawnattr_destroy(&attributes);
out:
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static int child_open_ended_fd(pid_t pid)
{
#if HAVE_DECL_SYS_PIDFD_OPEN
    return (int)syscall(SYS_pidfd_open, pid, 0); /* CLOEXEC by itself */
#else
    (void)pid;
    return -1;
#endif
}

bool child_start(struct child *child, const struct child_options *options, struct error *error)
{
    struct pipes pipes;
    bool started = false;
    child_init(child);
    if (!pipes_open(&pipes, options, error))
        goto out;
    int failed = child_spawn(&child->pid, options, &pipes);
    if (failed != 0) {
        child->pid = 0;
        error_set(error, ERROR_SYSTEM, "%s: %s", options->path, strerror(failed));
        goto out;
    }
    child->session = options->session;
    child->ended_fd = child_open_ended_fd(child->pid);
    child->input_fd = pipes.input[1];
    child->output_fd = pipes.output[0];
    pipes.input[1] = pipes.output[0] = -1;
    started = true;
out:
    pipes_close(&pipes);
    return started;
}

bool child_ended(struct child *child)
{
    if (child->pid == 0)
        return true;
    pid_t pid = waitpid(child->pid, &child->status, WNOHANG);
    if (pid == 0 || (pid < 0 && errno == EINTR))
        return false;
    if (pid < 0)
        child->status = 255 << 8; /* somebody else took the status: not known to be good */
    child->pid = 0;
    fd_close(&child->ended_fd);
    return true;
}

bool child_succeeded(const struct child *child)
{
    return child->pid == 0 && WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0;
}

char *child_describe(const struct child *child, char *out, size_t size)
{
    if (child->pid != 0)
        snprintf(out, size, "still running");
    else if (WIFSIGNALED(child->status))
        snprintf(out, size, "signal %d", WTERMSIG(child->status));
    else
        snprintf(out, size, "exit status %d", WEXITSTATUS(child->status));
    return out;
}

void child_signal(const struct child *child, int signal_number)
{
    if (child->pid > 0)
        kill(child->pid, signal_number);
}

void child_signal_all(const struct child *child, int signal_number)
{
    if (child->pid > 0)
        kill(child->session ? -child->pid : child->pid, signal_number);
}

bool child_end(struct child *child, int64_t now_ms)
{
    if (child_ended(child))
        return true;
    if (child->kill_ms == 0) {
        child->kill_ms = now_ms + CHILD_GRACE_MS;
        child_signal_all(child, SIGTERM);
    } else if (now_ms >= child->kill_ms) {
        child_signal_all(child, SIGKILL);
    }
    return child_ended(child);
}

void child_leave(struct child *child)
{
    fd_close(&child->ended_fd);
    fd_close(&child->input_fd);
    fd_close(&child->output_fd);
    child->pid = 0;
}

void child_clear(struct child *child)
{
    child_signal_all(child, SIGKILL);
    child_ended(child);
    child_leave(child);
}
