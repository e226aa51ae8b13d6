/* The first minute: a lease made with a key in the demo's dashboard, its url taken from the
 * clipboard and given to the lines of the README, which attach to a real browser; then revoked. */
#include "tests/screen/run.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const browsers[] = {"chromium", "chromium-browser", "google-chrome",
                                       "google-chrome-stable", "chrome"};

/* ---- what is needed */

static bool is_installed(const char *name)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null", name);
    return system(command) == 0;
}

static void need_all(void)
{
    bool browser = false;
    char *tool = contract_format("%s/tests/browser/node_modules/playwright-core", getenv("SRCDIR"));
    bool tools = is_installed("node") && access(tool, F_OK) == 0;
    free(tool);
    for (size_t i = 0; i < COUNT(browsers); i++)
        browser |= is_installed(browsers[i]);
    if (browser && tools)
        return;
    print_message("# %s\n", browser ? "no playwright-core: npm ci --prefix tests/browser"
                                    : "no browser: ./dev check installs chromium");
    skip();
}

/* ---- running node */

static const char *absolute(const char *variable, char path[4096])
{
    return support_need(realpath(getenv(variable), path));
}

/* In the desk's folder; the words end in NULL. What it prints can be read from `*from`. */
static pid_t start_node(struct desk *desk, const char *const *words, int *from)
{
    int out[2];
    assert_int_equal(pipe(out), 0);
    pid_t pid = fork();
    if (pid == 0) {
        if (dup2(out[1], 1) < 0 || dup2(out[1], 2) < 0 || chdir(desk->folder.path) != 0)
            _exit(126);
        execvp("node", (char *const *)words);
        _exit(127);
    }
    close(out[1]);
    *from = out[0];
    return pid;
}

/* What it prints until its end, from malloc. */
static char *run_node(struct desk *desk, const char *const *words)
{
    int from;
    struct support_bytes said = {0};
    pid_t pid = start_node(desk, words, &from);
    char bytes[4096];
    for (ssize_t got; (got = read(from, bytes, sizeof bytes)) > 0;)
        support_bytes_add(&said, bytes, (size_t)got);
    close(from);
    support_bytes_add(&said, "", 0);
    waitpid(pid, NULL, 0);
    return said.bytes;
}

/* ---- the lines of the README, as written */

static char *read_readme(void)
{
    char *path = contract_format("%s/README.md", getenv("SRCDIR"));
    char *text = scratch_read(path, NULL);
    free(path);
    return text;
}

static const char *write_attach(struct desk *desk)
{
    static const char begin[] = "```js\n";
    char *text = read_readme();
    char *from = strstr(text, begin);
    assert_non_null(from);
    from += sizeof begin - 1;
    char *end = strstr(from, "```");
    assert_non_null(end);
    *end = '\0';
    const char *path = desk_file(desk, "attach.mjs", 0600, from);
    free(text);
    return path;
}

/* Node looks for packages beside a file and above it. */
static void link_tools(struct desk *desk)
{
    char source[4096];
    char *tools = contract_format("%s/tests/browser/node_modules", absolute("SRCDIR", source));
    assert_int_equal(symlink(tools, scratch_file(&desk->folder, "node_modules")), 0);
    free(tools);
}

/* ---- the dashboard */

static void open_demo(struct desk *desk)
{
    desk->screen = screen_start(40, 140, WORDS("leasetop", "--demo"), NULL);
    screen_deadline(desk->screen, DESK_PATIENCE_MS);
    assert_true(screen_wait(desk->screen, "checkout"));
}

static char *make_and_copy(struct desk *desk)
{
    screen_keys(desk->screen, "2");
    assert_true(desk_selects(desk->screen, "checkout"));
    screen_keys(desk->screen, "<Enter>n");
    assert_true(screen_wait(desk->screen, "Create"));
    screen_keys(desk->screen, "<Enter>");
    assert_true(screen_wait(desk->screen, "created "));
    assert_true(desk_selects(desk->screen, "held"));
    screen_keys(desk->screen, "c");
    assert_true(screen_wait(desk->screen, "OSC 52"));
    return support_need(screen_clipboard(desk->screen));
}

static void revoke_it(struct desk *desk)
{
    screen_keys(desk->screen, "x");
    assert_true(screen_wait(desk->screen, ">[Cancel]<"));
    screen_keys(desk->screen, "y");
    assert_true(screen_wait_gone(desk->screen, ">[Cancel]<")); /* it says so, too */
    assert_true(screen_wait(desk->screen, "no new attach is accepted"));
}

static bool is_picture(const char *path)
{
    size_t size;
    char *bytes = scratch_read(path, &size);
    bool is = size > 8 && memcmp(bytes, "\x89PNG", 4) == 0;
    free(bytes);
    return is;
}

/* The details say how many are attached, while they are. */
static void see_a_client(struct desk *desk, const char *url)
{
    char source[4096], word[16] = "";
    int from;
    char *attached = contract_format("%s/tests/browser/attached.mjs", absolute("SRCDIR", source));
    screen_keys(desk->screen, "<Enter>");
    assert_true(screen_wait(desk->screen, "0 attached"));
    pid_t pid = start_node(desk, WORDS("node", attached, url), &from);
    assert_true(read(from, word, sizeof word) > 0);
    assert_string_equal(word, "attached\n");
    assert_true(screen_wait(desk->screen, "1 attached"));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(from);
    assert_true(screen_wait(desk->screen, "0 attached"));
    screen_keys(desk->screen, "<Esc>");
    assert_true(screen_wait_gone(desk->screen, "0 attached"));
    free(attached);
}

static void test_the_first_minute(void **state)
{
    struct desk *desk = *state;
    char source[4096];
    need_all();
    open_demo(desk);
    char *url = make_and_copy(desk);
    link_tools(desk);
    char *said = run_node(desk, WORDS("node", write_attach(desk), url));
    assert_string_equal(said, "leased\n");
    assert_true(is_picture(scratch_file(&desk->folder, "leased.png")));
    see_a_client(desk, url);
    revoke_it(desk);
    char *refused = contract_format("%s/tests/browser/refused.mjs", absolute("SRCDIR", source));
    char *how = run_node(desk, WORDS("node", refused, url));
    assert_string_equal(how, "410 connection.revoked\n");
    desk_quit(desk);
    free(how);
    free(refused);
    free(said);
    free(url);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {AT_DESK(test_the_first_minute)};
    return cmocka_run_group_tests_name("dashboard", tests, NULL, NULL);
}
