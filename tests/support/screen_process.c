/* screen_process: the program in the terminal: its built environment, its home, its start and end.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/support/screen_internal.h"

/* ---- Environment */

enum { ENVIRONMENT_MAX = 128 };

struct environment {
    char *entries[ENVIRONMENT_MAX + 1];
    size_t count;
};

/* "NAME=VALUE" sets, "NAME" takes away. */
static void environment_put(struct environment *environment, const char *entry)
{
    size_t length = strcspn(entry, "=");
    size_t i = 0;
    while (i < environment->count && (strncmp(environment->entries[i], entry, length) != 0 ||
                                      environment->entries[i][length] != '='))
        i++;
    if (i < environment->count) {
        free(environment->entries[i]);
        environment->entries[i] = environment->entries[--environment->count];
    }
    if (entry[length] == '=') {
        if (environment->count == ENVIRONMENT_MAX)
            support_die("more than %d environment entries", ENVIRONMENT_MAX);
        environment->entries[environment->count++] = support_copy(entry);
    }
    environment->entries[environment->count] = NULL;
}

static void environment_set(struct environment *environment, const char *name, const char *value)
{
    struct support_bytes entry = {0};
    support_bytes_add(&entry, name, strlen(name));
    support_bytes_add(&entry, "=", 1);
    support_bytes_add(&entry, value, strlen(value));
    environment_put(environment, entry.bytes);
    support_bytes_clear(&entry);
}

static void environment_build(struct environment *environment, const char *home,
                              const char *const own[])
{
    static const char *const inherited[] = {"PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS",
                                            "UBSAN_OPTIONS"};
    static const char *const fixed[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "TZ=UTC"};
    static const struct {
        const char *name, *folder;
    } folders[] = {
        {"HOME", ""},
        {"TMPDIR", "/tmp"},
        {"XDG_CONFIG_HOME", "/.config"},
        {"XDG_STATE_HOME", "/.local/state"},
        {"XDG_DATA_HOME", "/.local/share"},
        {"XDG_CACHE_HOME", "/.cache"},
        {"XDG_RUNTIME_DIR", "/run"},
    };
    for (size_t i = 0; i < sizeof inherited / sizeof *inherited; i++)
        if (getenv(inherited[i]) != NULL)
            environment_set(environment, inherited[i], getenv(inherited[i]));
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        environment_put(environment, fixed[i]);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s%s", home, folders[i].folder);
        environment_set(environment, folders[i].name, path);
    }
    for (size_t i = 0; own != NULL && own[i] != NULL; i++)
        environment_put(environment, own[i]);
}

static void environment_clear(struct environment *environment)
{
    for (size_t i = 0; i < environment->count; i++)
        free(environment->entries[i]);
}

/* ---- Home */

static void home_make(char *home, size_t size)
{
    static const char *const folders[] = {"tmp",          ".config", ".local", ".local/state",
                                          ".local/share", ".cache",  "run"};
    const char *base = getenv("TMPDIR");
    snprintf(home, size, "%s/screen-XXXXXX",
             base == NULL || strlen(base) > size / 2 ? "/tmp" : base);
    if (mkdtemp(home) == NULL)
        support_die("no home in %s: %s", home, strerror(errno));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", home, folders[i]);
        if (mkdir(path, 0700) != 0)
            support_die("%s: %s", path, strerror(errno));
    }
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *walk)
{
    (void)status;
    (void)flag;
    (void)walk;
    return remove(path);
}

/* ---- Program */

/* $BUILDDIR first, so that a test names the program as a person would. */
static void program_path(const char *name, char *path, size_t size)
{
    const char *build = getenv("BUILDDIR");
    snprintf(path, size, "%s", name);
    if (strchr(name, '/') != NULL)
        return;
    if (build != NULL && snprintf(path, size, "%s/%s", build, name) > 0 && access(path, X_OK) == 0)
        return;
    const char *folder = getenv("PATH");
    if (folder == NULL)
        folder = "/usr/bin:/bin";
    while (*folder != '\0') {
        int length = (int)strcspn(folder, ":");
        snprintf(path, size, "%.*s/%s", length, folder, name);
        if (access(path, X_OK) == 0)
            return;
        folder += length + (folder[length] == ':');
    }
    support_die("no program %s", name);
}

/* In the child. The test may have threads, so only what a signal handler may call. */
static void child_run(int slave, const char *path, char *const argv[], char *const env[])
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    if (login_tty(slave) == 0)
        execve(path, argv, env);
    _exit(127);
}

static void close_on_exec(int fd)
{
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void screen_process_start(struct screen *screen, const char *const argv[], const char *const env[])
{
    struct environment environment = {0};
    struct winsize size = {.ws_row = (unsigned short)screen->rows,
                           .ws_col = (unsigned short)screen->cols};
    char path[PATH_MAX];
    program_path(argv[0], path, sizeof path);
    home_make(screen->home, sizeof screen->home);
    environment_build(&environment, screen->home, env);

    if (openpty(&screen->master, &screen->slave, NULL, NULL, &size) != 0)
        support_die("no pseudo terminal: %s", strerror(errno));
    close_on_exec(screen->master);
    close_on_exec(screen->slave);
    fcntl(screen->master, F_SETFL, O_NONBLOCK);
    screen->pid = fork();
    if (screen->pid < 0)
        support_die("fork: %s", strerror(errno));
    if (screen->pid == 0)
        child_run(screen->slave, path, (char *const *)argv, environment.entries);
    environment_clear(&environment);
    screen->pidfd = (int)syscall(SYS_pidfd_open, screen->pid, 0);
}

void screen_process_check(struct screen *screen)
{
    if (screen->exited || waitpid(screen->pid, &screen->status, WNOHANG) != screen->pid)
        return;
    screen->exited = true;
    screen->exit_at_ms = screen_now_ms();
}

/* Politely for two seconds, then not: with what it has started in its own session. */
void screen_process_end(struct screen *screen)
{
    if (screen->master >= 0)
        close(screen->master);
    if (!screen->exited) {
        kill(screen->pid, SIGHUP);
        kill(screen->pid, SIGCONT);
        for (int i = 0; i < 200 && !screen->exited; i++) {
            poll(&(struct pollfd){.fd = screen->pidfd, .events = POLLIN}, 1, 10);
            screen_process_check(screen);
        }
    }
    if (!screen->exited) {
        kill(-screen->pid, SIGKILL);
        kill(screen->pid, SIGKILL);
        waitpid(screen->pid, &screen->status, 0);
    }
    close(screen->slave);
    if (screen->pidfd >= 0)
        close(screen->pidfd);
    nftw(screen->home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
