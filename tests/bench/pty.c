/* pty: see pty.h. */
#include "tests/bench/pty.h"

#include "tests/bench/usage.h"
#include "tests/support/support.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

enum { TEXT_BYTES = PTY_ROWS * (PTY_COLUMNS + 1) * 6, ENVIRONMENT_MAX = 16, END_MS = 2000 };

struct pty {
    const char *name; /* borrowed from argv */
    pid_t pid;
    int master;
    int64_t *exec_ns; /* shared with the child, which writes it */
    int64_t first_ns, read_ns;
    size_t bytes;
    VTerm *model;
    VTermScreen *cells;
    char home[64];
};

/* ---- the program */

static bool find_program(const char *name, char *path, size_t size)
{
    const char *build = getenv("BUILDDIR"), *folders = getenv("PATH");
    snprintf(path, size, "%s/%s", build == NULL ? "." : build, name);
    if (access(path, X_OK) == 0)
        return true;
    while (folders != NULL && *folders != '\0') {
        int length = (int)strcspn(folders, ":");
        snprintf(path, size, "%.*s/%s", length, folders, name);
        if (access(path, X_OK) == 0)
            return true;
        folders += length + (folders[length] == ':');
    }
    return false;
}

bool pty_installed(const char *program)
{
    char path[PATH_MAX];
    return find_program(program, path, sizeof path);
}

static void become(struct pty *pty, const char *path, const char *const argv[],
                   const char *const env[])
{
    char home[80], paths[PATH_MAX];
    const char *whole[ENVIRONMENT_MAX] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", home, paths};
    size_t count = 4;
    snprintf(home, sizeof home, "HOME=%s", pty->home);
    snprintf(paths, sizeof paths, "PATH=%s", getenv("PATH"));
    for (size_t i = 0; env != NULL && env[i] != NULL && count + 1 < ENVIRONMENT_MAX; i++)
        whole[count++] = env[i];
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a bench that dies takes its programs with it */
    *pty->exec_ns = usage_now_ns();
    execve(path, (char *const *)argv, (char *const *)whole);
    _exit(127);
}

/* What the model answers to questions of the program. */
static void answer(const char *bytes, size_t size, void *context)
{
    struct pty *pty = context;
    if (write(pty->master, bytes, size) != (ssize_t)size)
        support_die("the terminal's answer was not taken: %s", strerror(errno));
}

static void start_model(struct pty *pty)
{
    pty->model = support_need(vterm_new(PTY_ROWS, PTY_COLUMNS));
    vterm_set_utf8(pty->model, 1);
    vterm_output_set_callback(pty->model, answer, pty);
    pty->cells = vterm_obtain_screen(pty->model);
    vterm_screen_enable_altscreen(pty->cells, 1);
    vterm_screen_reset(pty->cells, 1);
}

struct pty *pty_start(const char *const argv[], const char *const env[])
{
    struct winsize size = {.ws_row = PTY_ROWS, .ws_col = PTY_COLUMNS};
    struct pty *pty = support_need(calloc(1, sizeof *pty));
    char path[PATH_MAX];
    if (!find_program(argv[0], path, sizeof path))
        support_die("no program %s", argv[0]);
    pty->exec_ns =
        mmap(NULL, sizeof *pty->exec_ns, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    snprintf(pty->home, sizeof pty->home, "/tmp/leasetop-bench-XXXXXX");
    if (pty->exec_ns == MAP_FAILED || mkdtemp(pty->home) == NULL)
        support_die("no memory or no folder to start %s with: %s", argv[0], strerror(errno));
    pty->name = argv[0];
    start_model(pty);
    pty->pid = forkpty(&pty->master, NULL, NULL, &size);
    if (pty->pid < 0)
        support_die("no pseudo terminal: %s", strerror(errno));
    if (pty->pid == 0)
        become(pty, path, argv, env);
    return pty;
}

static void remove_home(const struct pty *pty)
{
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", pty->home, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
}

struct rusage pty_quit(struct pty *pty, const char *keys, double *ms)
{
    struct rusage used;
    int status;
    int64_t since_ns = usage_now_ns();
    int64_t until_ns = since_ns + END_MS * INT64_C(1000000);
    pid_t ended;
    int end = (int)syscall(SYS_pidfd_open, pty->pid, 0);
    struct pollfd polled[] = {{.fd = pty->master, .events = POLLIN}, {.fd = end, .events = POLLIN}};
    if (keys != NULL)
        pty_write(pty, keys);
    else
        kill(pty->pid, SIGTERM);
    while ((ended = wait4(pty->pid, &status, WNOHANG, &used)) == 0 && usage_now_ns() < until_ns) {
        char block[4096];
        poll(polled, 2, END_MS);
        if (polled[0].revents != 0 && read(pty->master, block, sizeof block) <= 0)
            polled[0].fd = -1; /* it has nothing more to say */
    }
    *ms = (double)(usage_now_ns() - since_ns) / 1e6;
    close(end);
    kill(-pty->pid, SIGKILL);
    if (ended == 0 && keys != NULL)
        support_die("%s did not quit", pty->name);
    if (ended == 0)
        wait4(pty->pid, &status, 0, &used);
    close(pty->master);
    remove_home(pty);
    vterm_free(pty->model);
    munmap(pty->exec_ns, sizeof *pty->exec_ns);
    free(pty);
    return used;
}

struct rusage pty_end(struct pty *pty)
{
    double unused_ms;
    return pty_quit(pty, NULL, &unused_ms);
}

/* ---- questions */

pid_t pty_pid(const struct pty *pty)
{
    return pty->pid;
}

int64_t pty_exec_ns(const struct pty *pty)
{
    return *pty->exec_ns;
}

int64_t pty_first_ns(const struct pty *pty)
{
    return pty->first_ns;
}

int64_t pty_read_ns(const struct pty *pty)
{
    return pty->read_ns;
}

size_t pty_bytes(const struct pty *pty)
{
    return pty->bytes;
}

static void screen_text(struct pty *pty, char *text)
{
    VTermRect whole = {.end_row = PTY_ROWS, .end_col = PTY_COLUMNS};
    text[vterm_screen_get_text(pty->cells, text, TEXT_BYTES, whole)] = '\0';
}

bool pty_shows(struct pty *pty, const char *wanted)
{
    char text[TEXT_BYTES + 1];
    screen_text(pty, text);
    return strstr(text, wanted) != NULL;
}

uint64_t pty_marked(struct pty *pty)
{
    uint64_t marked = 0;
    for (int row = 0; row < PTY_ROWS; row++) {
        VTermScreenCell cell;
        vterm_screen_get_cell(pty->cells, (VTermPos){.row = row}, &cell);
        if (cell.attrs.reverse || !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg))
            marked |= UINT64_C(1) << row;
    }
    return marked;
}

void pty_fail(struct pty *pty, const char *sentence)
{
    char text[TEXT_BYTES + 1];
    screen_text(pty, text);
    if (text[strspn(text, "\n")] != '\0')
        fprintf(stderr, "%s\n", text);
    kill(-pty->pid, SIGKILL);
    remove_home(pty);
    support_die("%s: %s", pty->name, sentence);
}

/* ---- in and out */

bool pty_read(struct pty *pty, int64_t until_ns)
{
    char block[64 * 1024];
    struct pollfd polled = {.fd = pty->master, .events = POLLIN};
    int64_t left_ns = until_ns - usage_now_ns();
    struct timespec left = {.tv_sec = left_ns / 1000000000, .tv_nsec = left_ns % 1000000000};
    if (ppoll(&polled, 1, left_ns > 0 ? &left : &(struct timespec){0}, NULL) <= 0)
        return false;
    ssize_t size = read(pty->master, block, sizeof block);
    pty->read_ns = usage_now_ns();
    if (size <= 0)
        pty_fail(pty, "it has ended, and should not have");
    if (pty->first_ns == 0)
        pty->first_ns = pty->read_ns;
    pty->bytes += (size_t)size;
    vterm_input_write(pty->model, block, (size_t)size);
    return true;
}

void pty_read_all(struct pty *pty, int64_t until_ns)
{
    while (usage_now_ns() < until_ns)
        pty_read(pty, until_ns);
}

void pty_write(struct pty *pty, const char *keys)
{
    if (write(pty->master, keys, strlen(keys)) != (ssize_t)strlen(keys))
        pty_fail(pty, "its terminal takes no keys");
}

void pty_await(struct pty *pty, const char *text, int timeout_ms)
{
    char sentence[200];
    int64_t until_ns = usage_now_ns() + timeout_ms * INT64_C(1000000);
    while (!pty_shows(pty, text)) {
        if (pty_read(pty, until_ns) || usage_now_ns() < until_ns)
            continue;
        snprintf(sentence, sizeof sentence, "\"%s\" was not on the screen within %d ms", text,
                 timeout_ms);
        pty_fail(pty, sentence);
    }
}
