/* run: see run.h. */
#include "tests/screen/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 32 };

/* What the screen gives its programs too. */
static size_t environment_start(struct desk *desk, const char **list)
{
    static const char *const inherited[] = {"PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS",
                                            "UBSAN_OPTIONS"};
    static char kept[COUNT(inherited)][512], home[320];
    size_t count = 0;
    for (size_t i = 0; i < COUNT(inherited); i++) {
        if (getenv(inherited[i]) == NULL)
            continue;
        snprintf(kept[i], sizeof kept[i], "%s=%s", inherited[i], getenv(inherited[i]));
        list[count++] = kept[i];
    }
    snprintf(home, sizeof home, "HOME=%s", desk->folder.path);
    list[count++] = home;
    list[count++] = "LC_ALL=C.UTF-8";
    list[count++] = "TZ=UTC";
    return count;
}

static size_t append(const char **list, size_t count, const char *const *more)
{
    for (size_t i = 0; more != NULL && more[i] != NULL; i++) {
        assert_true(count + 1 < WORDS_MAX);
        list[count++] = more[i];
    }
    list[count] = NULL;
    return count;
}

static void become(const char *const *argv, const char *const *env, const int fds[3])
{
    char path[PATH_MAX];
    for (int i = 0; i < 3; i++)
        dup2(fds[i], i);
    snprintf(path, sizeof path, "%s/leasetop", getenv("BUILDDIR"));
    signal(SIGPIPE, SIG_DFL);
    execve(path, (char *const *)argv, (char *const *)env);
    _exit(127);
}

/* Adds what is there; false at the end. */
static bool read_some(struct pollfd *from, struct support_bytes *to)
{
    char bytes[4096];
    ssize_t got = from->revents != 0 ? read(from->fd, bytes, sizeof bytes) : 1;
    if (from->revents != 0 && got > 0)
        support_bytes_add(to, bytes, (size_t)got);
    return got > 0;
}

static void read_both(struct run *run, int out, int err, pid_t pid)
{
    struct support_bytes said[2] = {{0}};
    struct pollfd fds[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
    long long until_ms = support_now_ms() + DESK_PATIENCE_MS;
    for (int open = 2; open > 0;) {
        int left_ms = (int)(until_ms - support_now_ms());
        if (left_ms <= 0) {
            kill(pid, SIGKILL);
            left_ms = DESK_PATIENCE_MS / 10;
        }
        if (poll(fds, 2, left_ms) == 0 && left_ms == DESK_PATIENCE_MS / 10)
            fail_msg("it took too long, and left something behind that has its output");
        for (int i = 0; i < 2; i++)
            if (fds[i].fd >= 0 && !read_some(&fds[i], &said[i])) {
                fds[i].fd = -1;
                open--;
            }
    }
    for (int i = 0; i < 2; i++)
        support_bytes_add(&said[i], "", 0);
    run->out = said[0].bytes;
    run->err = said[1].bytes;
}

/* A file without a name that holds it, or nothing. */
static int open_input(const char *input)
{
    FILE *file = input != NULL ? tmpfile() : NULL;
    if (file == NULL)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    fputs(input, file);
    rewind(file);
    int fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
    fclose(file);
    return fd;
}

void run_begin(struct run *run, struct desk *desk, const char *const *arguments,
               const char *const *environment)
{
    const char *argv[WORDS_MAX] = {"leasetop"}, *env[WORDS_MAX];
    int out[2], err[2];
    append(argv, 1, arguments);
    append(env, environment_start(desk, env), environment);
    int input = open_input(run->input);
    assert_true(input >= 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0);
    run->pid = fork();
    assert_true(run->pid >= 0);
    if (run->pid == 0 && run->group)
        setpgid(0, 0);
    if (run->pid == 0)
        become(argv, env, (const int[3]){input, out[1], err[1]});
    close(input);
    close(out[1]);
    close(err[1]);
    run->pipes[0] = out[0];
    run->pipes[1] = err[0];
}

void run_end(struct run *run)
{
    int status;
    read_both(run, run->pipes[0], run->pipes[1], run->pid);
    close(run->pipes[0]);
    close(run->pipes[1]);
    assert_int_equal(waitpid(run->pid, &status, 0), run->pid);
    run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void run_leasetop(struct run *run, struct desk *desk, const char *const *arguments,
                  const char *const *environment)
{
    *run = (struct run){.input = NULL};
    run_begin(run, desk, arguments, environment);
    run_end(run);
}

void run_clear(struct run *run)
{
    free(run->out);
    free(run->err);
    *run = (struct run){0};
}

void assert_sentence(const char *err)
{
    const char *end = strchr(err, '\n');
    size_t length = strlen(err);
    if (strncmp(err, "leasetop: ", 10) != 0 || end == NULL || end != err + length - 1 ||
        length < 20 || end[-1] == ' ')
        fail_msg("not one sentence: \"%s\"", err);
}
