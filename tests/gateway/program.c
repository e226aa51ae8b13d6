/* program: see program.h. */
#include "tests/gateway/program.h"

#include "tests/support/support.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MAX 16

static void make_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        support_die("pipe: %s", strerror(errno));
}

static void become(const char *key, const char *const *arguments, const int fds[3])
{
    char path[4096];
    const char *argv[ARGUMENTS_MAX] = {"leasetop-gateway"};
    for (size_t i = 0; arguments[i] != NULL && i + 2 < ARGUMENTS_MAX; i++)
        argv[i + 1] = arguments[i];
    for (int i = 0; i < 3; i++)
        dup2(fds[i], i);
    for (int fd = 3; fd < 64; fd++)
        close(fd);
    /* A test that dies takes its server with it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (key == NULL)
        unsetenv("BCTRL_API_KEY");
    else
        setenv("BCTRL_API_KEY", key, 1);
    snprintf(path, sizeof path, "%s/leasetop-gateway", getenv("BUILDDIR"));
    execv(path, (char *const *)argv);
    _exit(127);
}

void program_launch(struct program *program, const char *key, const char *const *arguments)
{
    int input[2], output[2], complaints[2];
    if (getenv("BUILDDIR") == NULL)
        support_die("BUILDDIR is not set");
    make_pipe(input);
    make_pipe(output);
    make_pipe(complaints);
    program->pid = fork();
    if (program->pid < 0)
        support_die("fork: %s", strerror(errno));
    if (program->pid == 0)
        become(key, arguments, (const int[3]){input[0], output[1], complaints[1]});
    close(input[0]);
    close(output[1]);
    close(complaints[1]);
    program->input = input[1];
    program->output = output[0];
    program->complaints = complaints[0];
    program->port = 0;
}

/* 0 at the end. */
static size_t read_some(int from, char *bytes, size_t size)
{
    struct pollfd wait = {.fd = from, .events = POLLIN};
    if (poll(&wait, 1, PROGRAM_PATIENCE_MS) != 1)
        support_die("the gateway neither says more nor ends");
    ssize_t got = read(from, bytes, size);
    return got < 0 ? 0 : (size_t)got;
}

char *program_line(int from)
{
    struct support_bytes line = {0};
    char c;
    while (read_some(from, &c, 1) == 1 && c != '\n')
        support_bytes_add(&line, &c, 1);
    support_bytes_add(&line, "", 0);
    return line.bytes;
}

void program_start(struct program *program, const char *key, const char *const *arguments)
{
    static const char expected[] = "listening on http://127.0.0.1:";
    program_launch(program, key, arguments);
    char *line = program_line(program->output);
    char *rest = line;
    long port = 0;
    if (strncmp(line, expected, sizeof expected - 1) == 0)
        port = strtol(line + sizeof expected - 1, &rest, 10);
    if (port <= 0 || port > UINT16_MAX || *rest != '\0')
        support_die("the gateway said '%s'", line);
    program->port = (uint16_t)port;
    free(line);
}

static char *read_all(int from)
{
    struct support_bytes all = {0};
    char bytes[4096];
    support_bytes_add(&all, "", 0);
    for (size_t size; (size = read_some(from, bytes, sizeof bytes)) > 0;)
        support_bytes_add(&all, bytes, size);
    close(from);
    return all.bytes;
}

struct program_end program_finish(struct program *program, int signal)
{
    struct program_end end;
    int status;
    if (signal != 0)
        kill(program->pid, signal);
    if (program->input >= 0)
        close(program->input);
    end.output = read_all(program->output);
    end.complaints = read_all(program->complaints);
    if (waitpid(program->pid, &status, 0) != program->pid)
        support_die("waitpid: %s", strerror(errno));
    end.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return end;
}

void program_end_clear(struct program_end *end)
{
    free(end->output);
    free(end->complaints);
}

void program_stop(struct program *program)
{
    struct program_end end = program_finish(program, SIGTERM);
    if (end.status != 0 || end.output[0] != '\0' || end.complaints[0] != '\0')
        support_die("the gateway ended with %d, said '%s' and '%s'", end.status, end.output,
                    end.complaints);
    program_end_clear(&end);
}
