/* browser: see browser.h. */
#include "gateway/browser.h"

#include "gateway/family.h"
#include "gateway/portable.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- which one */

static const char *const names[] = {
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
    "chrome",   "microsoft-edge",   "brave-browser"};

static bool is_program(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISREG(facts.st_mode) && access(path, X_OK) == 0;
}

static bool find_in_path(const char *name, char path[FOLDER_PATH_SIZE])
{
    const char *folders = getenv("PATH");
    for (const char *at = folders != NULL ? folders : "/usr/bin:/bin"; *at != '\0';) {
        size_t size = strcspn(at, ":");
        int written = snprintf(path, FOLDER_PATH_SIZE, "%.*s/%s", (int)size, at, name);
        if (*at == '/' && written < FOLDER_PATH_SIZE && is_program(path))
            return true;
        at += size + (at[size] == ':');
    }
    return false;
}

bool browser_find(const char *wanted, char path[FOLDER_PATH_SIZE])
{
    if (wanted == NULL) {
        for (size_t i = 0; i < COUNT(names); i++) {
            if (find_in_path(names[i], path))
                return true;
        }
        return false;
    }
    if (strchr(wanted, '/') == NULL)
        return find_in_path(wanted, path);
    return snprintf(path, FOLDER_PATH_SIZE, "%s", wanted) < FOLDER_PATH_SIZE && is_program(path);
}

/* ---- its sandbox */

static bool helper_is_installed(void)
{
    static const char *const paths[] = {
        "/usr/lib/chromium/chrome-sandbox", "/usr/lib/chromium-browser/chrome-sandbox",
        "/opt/google/chrome/chrome-sandbox", "/usr/lib64/chromium-browser/chrome-sandbox"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct stat facts;
        if (stat(paths[i], &facts) == 0 && facts.st_uid == 0 && (facts.st_mode & S_ISUID) != 0)
            return true;
    }
    return false;
}

/* Only trying tells: there are several ways of forbidding it. Where there is no such thing, a
 * browser has another sandbox. */
static bool has_user_namespaces(void)
{
#ifdef HAVE_UNSHARE
    int status = 1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(unshare(CLONE_NEWUSER) == 0 ? 0 : 1);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
#else
    return true;
#endif
}

bool browser_has_sandbox(void)
{
    return geteuid() != 0 && (has_user_namespaces() || helper_is_installed());
}

/* ---- its start */

enum {
    ARGUMENTS_MAX = 40,
    VARIABLES_MAX = 32,
    DESCRIPTORS_MAX = 1024,
    TEXT_SIZE = FOLDER_PATH_SIZE + 64,
};

/* Everything the child needs is made before it is forked: between fork and exec it may allocate
 * nothing. */
struct launch {
    const char *program;
    const struct janitor *janitor;
    const char *arguments[ARGUMENTS_MAX];
    char profile[TEXT_SIZE];
    const char *variables[VARIABLES_MAX];
    char home[TEXT_SIZE], scratch[TEXT_SIZE];
};

static void fill_arguments(struct launch *launch, const char *folder, bool sandbox)
{
    /* The port is any free one; the rest keeps a browser that nobody sits at from doing anything of
     * its own accord. */
    static const char *const fixed[] = {
        "--headless",
        "--remote-debugging-port=0",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-breakpad",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-dev-shm-usage",
        "--disable-extensions",
        "--disable-sync",
        "--metrics-recording-only",
        "--mute-audio",
        "--password-store=basic",
        "--use-mock-keychain",
    };
    size_t n = 0;
    launch->arguments[n++] = launch->program;
    for (size_t i = 0; i < COUNT(fixed); i++)
        launch->arguments[n++] = fixed[i];
    snprintf(launch->profile, sizeof launch->profile, "--user-data-dir=%s/profile", folder);
    launch->arguments[n++] = launch->profile;
    if (!sandbox)
        launch->arguments[n++] = "--no-sandbox";
    launch->arguments[n++] = "about:blank";
}

/* A built environment: no key, and a home and a place for temporary files that go with it. */
static void fill_variables(struct launch *launch, const char *folder)
{
    static const char *const kept[] = {
        "PATH",           "LANG",     "LANGUAGE",        "LC_ALL",
        "LC_CTYPE",       "TZ",       "http_proxy",      "https_proxy",
        "all_proxy",      "no_proxy", "HTTP_PROXY",      "HTTPS_PROXY",
        "ALL_PROXY",      "NO_PROXY", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
        "LD_LIBRARY_PATH"};
    size_t n = 0;
    snprintf(launch->home, sizeof launch->home, "HOME=%s", folder);
    snprintf(launch->scratch, sizeof launch->scratch, "TMPDIR=%s", folder);
    launch->variables[n++] = launch->home;
    launch->variables[n++] = launch->scratch;
    for (size_t i = 0; i < COUNT(kept); i++) {
        char *value = getenv(kept[i]);
        /* An entry of the environment begins where its name does. */
        if (value != NULL)
            launch->variables[n++] = value - strlen(kept[i]) - 1;
    }
}

/* At once, where the system ends a child with its parent; else it is the janitor's matter. */
static void end_with(pid_t parent)
{
#ifdef HAVE_SYS_PRCTL_H
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(1);
}

static void close_rest(void)
{
#ifdef HAVE_CLOSE_RANGE
    close_range(STDERR_FILENO + 1, ~0U, 0);
#else
    for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS_MAX; fd++)
        close(fd);
#endif
}

static void become(const struct launch *launch, pid_t parent, int errors)
{
    static const char why[] = "it cannot be executed\n";
    int users = launch->janitor->users;
    sigset_t none;
    struct sigaction usual = {.sa_handler = SIG_DFL};
    end_with(parent);
    setsid();
    janitor_join(launch->janitor, getpid());
    sigaction(SIGPIPE, &usual, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    /* The one descriptor that all its processes keep and it does not use: chromium closes the rest
     * in what it starts. */
    dup2(users >= 0 ? users : nothing, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    close_rest();
    execve(launch->program, (char *const *)launch->arguments, (char *const *)launch->variables);
    _exit(write(STDERR_FILENO, why, sizeof why - 1) > 0 ? 127 : 126);
}

static bool spawn(struct browser *browser, const struct launch *launch)
{
    int ends[2];
    pid_t parent = getpid();
    if (portable_pipe(ends) != 0)
        return false;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    browser->errors = ends[0];
    browser->pid = fork();
    if (browser->pid == 0)
        become(launch, parent, ends[1]);
    close(ends[1]);
    if (browser->pid < 0) {
        browser->pid = 0;
        return false;
    }
    return true;
}

bool browser_start(struct browser *browser, const struct browser_launch *how, struct fault *fault)
{
    struct launch launch = {.program = how->program, .janitor = how->janitor};
    *browser = (struct browser){.errors = -1, .door = DOOR_NONE, .janitor = how->janitor};
    snprintf(browser->folder, sizeof browser->folder, "%s", how->folder);
    fill_arguments(&launch, how->folder, how->sandbox);
    fill_variables(&launch, how->folder);
    if (mkdir(how->folder, 0700) == 0 && spawn(browser, &launch))
        return true;
    fault_set(fault, FAULT_SYSTEM, "the browser cannot be started: %s", strerror(errno));
    browser_end(browser);
    return false;
}

/* ---- what it says */

/* "DevTools listening on ws://127.0.0.1:PORT/devtools/browser/ID" */
static bool take_address(struct browser *browser)
{
    static const char words[] = "DevTools listening on ws://127.0.0.1:";
    if (browser->port != 0 || strncmp(browser->line, words, sizeof words - 1) != 0)
        return false;
    char *path;
    unsigned long port = strtoul(browser->line + sizeof words - 1, &path, 10);
    size_t size = strlen(path);
    if (port == 0 || port > UINT16_MAX || *path != '/' || size >= sizeof browser->path ||
        path[strcspn(path, " \t\r")] != '\0')
        return false;
    memcpy(browser->path, path, size + 1);
    browser->port = (uint16_t)port;
    return true;
}

/* The last line, unless one says that it is fatal: more may follow on that. */
static void keep_words(struct browser *browser)
{
    static const char fatal[] = ":FATAL:";
    if (browser->line[0] == '\0' || strstr(browser->words, fatal) != NULL)
        return;
    memcpy(browser->words, browser->line, sizeof browser->words);
    browser->words[sizeof browser->words - 1] = '\0';
    for (char *at = browser->words; *at != '\0'; at++)
        *at = *at >= ' ' && *at <= '~' ? *at : '?';
}

static bool take_lines(struct browser *browser)
{
    bool said = false;
    char *end;
    while ((end = memchr(browser->line, '\n', browser->line_size)) != NULL) {
        size_t taken = (size_t)(end - browser->line) + 1;
        *end = '\0';
        if (take_address(browser))
            said = true;
        else
            keep_words(browser);
        browser->line_size -= taken;
        memmove(browser->line, end + 1, browser->line_size);
    }
    if (browser->line_size == sizeof browser->line) {
        keep_words(browser);
        browser->line_size = 0;
    }
    return said;
}

bool browser_hear(struct browser *browser)
{
    bool said = false;
    while (browser->errors >= 0) {
        ssize_t got = read(browser->errors, browser->line + browser->line_size,
                           sizeof browser->line - browser->line_size);
        if (got <= 0) {
            if (got == 0) { /* at its end, or it closed it itself: its end is seen elsewhere */
                close(browser->errors);
                browser->errors = -1;
            }
            return said;
        }
        browser->line_size += (size_t)got;
        said |= take_lines(browser);
    }
    return said;
}

/* ---- its end */

/* It leads a session of its own, or is only about to. */
void browser_kill(const struct browser *browser)
{
    if (browser->pid > 0)
        family_kill(browser->pid);
}

/* The janitor hears of it while nobody else can have the number. */
static void bury(const struct browser *browser)
{
    siginfo_t how;
    browser_kill(browser);
    while (waitid(P_PID, (id_t)browser->pid, &how, WEXITED | WNOWAIT) < 0 && errno == EINTR)
        continue;
    browser_kill(browser);
    janitor_leave(browser->janitor, browser->pid);
    while (waitpid(browser->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

void browser_end(struct browser *browser)
{
    door_clear(&browser->door);
    if (browser->pid > 0)
        bury(browser);
    if (browser->errors >= 0)
        close(browser->errors);
    if (browser->folder[0] != '\0')
        folder_remove(browser->folder, 0);
    *browser = (struct browser){.errors = -1, .door = DOOR_NONE};
}
