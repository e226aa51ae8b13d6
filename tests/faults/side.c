/* side: see side.h. */
#include "tests/faults/side.h"

#include "tests/support/support.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* They wait for the server most of the time, but a sanitizer leaves less of it. */
enum { AT_ONCE = SUPPORT_SANITIZED ? 4 : 10 };

struct run {
    pid_t pid; /* 0: not started, or over */
    int output, status;
    bool over;
};

/* In a process of its own, which ends with this one. */
static void start(struct run *run, const struct CMUnitTest *test)
{
    fflush(NULL);
    run->output = memfd_create("output", 0);
    run->pid = fork();
    if (run->pid < 0 || run->output < 0)
        support_die("no process for %s", test->name);
    if (run->pid > 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(run->output, STDOUT_FILENO);
    dup2(run->output, STDERR_FILENO);
    int failed = _cmocka_run_group_tests(test->name, test, 1, NULL, NULL);
    fflush(NULL);
    _exit(failed);
}

static void wait_for_one(struct run *runs, size_t count)
{
    int status;
    pid_t pid = waitpid(-1, &status, 0);
    for (size_t i = 0; i < count; i++) {
        if (runs[i].pid == pid && pid > 0) {
            runs[i] = (struct run){.output = runs[i].output, .status = status, .over = true};
            return;
        }
    }
}

/* What it said, for a person: when it is good only its figures. Its own TAP is left out. */
static void explain(const char *text, bool good)
{
    for (const char *line = text; *line != '\0';) {
        int length = (int)strcspn(line, "\n");
        bool figure = strncmp(line, "# ", 2) == 0, none = strncmp(line, "# ok", 4) == 0;
        bool own = strncmp(line, "ok ", 3) == 0 || strncmp(line, "1..", 3) == 0 || none;
        if (length > 0 && !own && (figure || !good))
            printf("# %.*s\n", figure ? length - 2 : length, figure ? line + 2 : line);
        line += length + (line[length] == '\n');
    }
}

static bool report(struct run *run, size_t number, const char *name)
{
    static char text[256 << 10];
    ssize_t length = pread(run->output, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    close(run->output);
    bool good = WIFEXITED(run->status) && WEXITSTATUS(run->status) == 0;
    bool skipped = strstr(text, "# SKIP") != NULL;
    printf("%sok %zu -%s %s\n", good || skipped ? "" : "not ", number, skipped ? " # SKIP" : "",
           name);
    if (!skipped)
        explain(text, good);
    fflush(stdout);
    return good || skipped;
}

int side_run(const struct CMUnitTest *tests, size_t count)
{
    struct run *runs = support_need(calloc(count, sizeof *runs));
    size_t started = 0, ended = 0, told = 0;
    int failed = 0;
    printf("1..%zu\n", count);
    while (told < count) {
        while (started < count && started - ended < AT_ONCE) {
            start(&runs[started], &tests[started]);
            started++;
        }
        wait_for_one(runs, started);
        ended++;
        for (; told < count && runs[told].over; told++)
            failed += !report(&runs[told], told + 1, tests[told].name);
    }
    free(runs);
    return failed;
}
