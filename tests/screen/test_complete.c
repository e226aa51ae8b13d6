/* Completing a command line in real shells: bash, zsh and fish put what the program says where it
 * belongs. Nobody is asked meanwhile: what the server has is what was seen last. */
#include "tests/screen/run.h"

#include <sys/stat.h>
#include <unistd.h>

struct shell {
    const char *const *argv;
    const char *begin; /* typed first: what an installation does by itself */
};

/* Each with a prompt that is told from all else, and without a file of the user's. */
static const struct shell bash = {
    .argv = (const char *const[]){"bash", "--norc", "--noprofile", "-i", NULL},
    .begin = "bind 'set enable-bracketed-paste off'; . $B/bash/leasetop; . "
             "$B/bash/leasetop-gateway; PS1='at> '; clear; cd $D",
};
static const struct shell zsh = {
    .argv = (const char *const[]){"zsh", "-f", "-i", NULL},
    .begin =
        "fpath=($B/zsh $fpath); autoload -Uz compinit; compinit -u -D; PS1='at> '; clear; cd $D",
};
static const struct shell fish = {
    .argv = (const char *const[]){"fish", "--no-config", "--private", "-i", NULL},
    .begin = "source $B/fish/leasetop.fish; source $B/fish/leasetop-gateway.fish; "
             "function fish_prompt; echo 'at> '; end; clear; cd $D",
};

static bool is_installed(const char *name)
{
    char path[4096];
    const char *folders = getenv("PATH");
    while (folders != NULL && *folders != '\0') {
        size_t length = strcspn(folders, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)length, folders, name);
        if (access(path, X_OK) == 0)
            return true;
        folders += length + (folders[length] == ':');
    }
    return false;
}

/* Reads the server once, so that there is something to remember. */
static void see(struct desk *desk, const char *const *environment)
{
    struct run run;
    run_leasetop(&run, desk, WORDS("list"), environment);
    if (run.status != 0)
        fail_msg("%d: %s", run.status, run.err);
    run_clear(&run);
}

/* A name that a shell would run, were it put there as it is. */
static void add_hostile(struct desk *desk)
{
    char path[400], url[100];
    snprintf(path, sizeof path, "%s/state/leasetop/names", desk->folder.path);
    snprintf(url, sizeof url, "%s", server_url(desk->server));
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fprintf(file, "%s runtime " OPS " x - z$(x)b active -\n", url);
    assert_int_equal(fclose(file), 0);
}

/* Types it, and waits for the line that comes of it; then the line is empty again. */
static void type(struct screen *screen, const char *keys, const char *line)
{
    screen_keys(screen, keys);
    assert_true(screen_wait(screen, line));
    screen_keys(screen, "<C-u>");
    assert_true(screen_wait_gone(screen, line));
}

static void complete_in(struct desk *desk, const struct shell *shell)
{
    char url[100], state[400], folder[400], path[5000], there[400];
    if (!is_installed(shell->argv[0])) {
        print_message("# %s is not installed\n", shell->argv[0]);
        skip();
    }
    desk_serve(desk);
    snprintf(url, sizeof url, "BCTRL_API_URL=%s", server_url(desk->server));
    snprintf(state, sizeof state, "XDG_STATE_HOME=%s/state", desk->folder.path);
    snprintf(folder, sizeof folder, "B=%s/completions", getenv("BUILDDIR"));
    snprintf(there, sizeof there, "D=%s", desk->folder.path);
    snprintf(path, sizeof path, "PATH=%s:%s", getenv("BUILDDIR"), getenv("PATH"));
    see(desk, WORDS("BCTRL_API_KEY=" DESK_KEY, url, state));
    add_hostile(desk);
    desk_file(desk, "lease.conf", 0600, "");
    size_t asked = server_count(desk->server, "*", "**");
    struct screen *screen =
        screen_start(30, 120, shell->argv, WORDS(url, state, folder, path, there));
    desk->screen = screen;
    screen_deadline(screen, DESK_PATIENCE_MS);
    screen_keys(screen, shell->begin);
    screen_keys(screen, "<Enter>");
    assert_true(screen_wait_row(screen, 0, "at>"));
    type(screen, "leasetop rotate 3f9<Tab>x", "at> leasetop rotate " UUID(SOON) " x");
    type(screen, "leasetop create acme-o<Tab>che<Tab>x", "leasetop create acme-ops/checkout x");
    type(screen, "leasetop doct<Tab>x", "leasetop doctor x");
    type(screen, "leasetop list --revers<Tab>x", "leasetop list --reverse x");
    type(screen, "leasetop --theme=solarized-l<Tab>x", "leasetop --theme=solarized-light x");
    type(screen, "leasetop list --columns lease,endp<Tab>x",
         "leasetop list --columns lease,endpoint x");
    type(screen, "leasetop list --filter status:clos<Tab>x",
         "leasetop list --filter status:closed x");
    type(screen, "leasetop list --filter 'by:me status:clos<Tab>x",
         "leasetop list --filter 'by:me status:closed' x");
    type(screen, "leasetop --theme=<Tab>drac<Tab>x", "leasetop --theme=dracula x");
    type(screen, "leasetop-gateway --keep<Tab>5", "leasetop-gateway --keep-ended 5");
    type(screen, "leasetop --config le<Tab>x", "leasetop --config lease.conf x");
    type(screen, "leasetop list acme-ops/z<Tab>x", "leasetop list acme-ops/z\\$\\(x\\)b x");
    assert_int_equal(server_count(desk->server, "*", "**"), asked);
    screen_keys(screen, "exit<Enter>");
    assert_int_equal(screen_wait_exit(screen), 0);
}

static void test_bash(void **state)
{
    complete_in(*state, &bash);
}

static void test_zsh(void **state)
{
    complete_in(*state, &zsh);
}

static void test_fish(void **state)
{
    complete_in(*state, &fish);
}

/* ---- what is remembered */

static char *remembered(struct desk *desk, mode_t *mode)
{
    char path[400];
    struct stat status = {.st_mode = 0};
    snprintf(path, sizeof path, "%s/state/leasetop/names", desk->folder.path);
    stat(path, &status);
    *mode = status.st_mode & 0777;
    return scratch_read(path, NULL);
}

static void test_dashboard(void **state)
{
    struct desk *desk = *state;
    char folder[400];
    mode_t mode;
    desk_serve(desk);
    snprintf(folder, sizeof folder, "XDG_STATE_HOME=%s/state", desk->folder.path);
    desk_open(desk, 24, 80, NULL, WORDS(folder));
    assert_true(screen_wait(desk->screen, SOON));
    assert_true(screen_wait(desk->screen, OVER));
    snprintf(folder, sizeof folder, "%s/state/leasetop/names", desk->folder.path);
    free(scratch_line(folder)); /* as soon as all lists have come */
    char *names = remembered(desk, &mode);
    assert_int_equal(mode, 0600);
    assert_non_null(strstr(names, " space " OPS " - - acme-ops - -\n"));
    assert_non_null(strstr(names, " runtime " OPS " " AGENTS " - agents stopped -\n"));
    assert_non_null(strstr(names, " lease " OPS " " NIGHTLY " " UUID(LATER) " nightly cdp "));
    assert_null(strstr(names, OVER)); /* nothing can be done about it */
    assert_null(strstr(names, DESK_TAIL));
    free(names);
    desk_quit(desk);
}

/* A lease that was made is there at once, and one that was revoked is not; what else was known
 * stays, though only one runtime was asked about. */
static void test_commands(void **state)
{
    struct desk *desk = *state;
    char url[100], folder[400];
    mode_t mode;
    struct run run;
    struct contract_lease fresh = {.id = UUID(FRESH), .runtime = CHECKOUT, .left_s = 900};
    desk_serve(desk);
    desk_creates(desk, &fresh);
    desk_revokes(desk, UUID(SOON));
    snprintf(url, sizeof url, "BCTRL_API_URL=%s", server_url(desk->server));
    snprintf(folder, sizeof folder, "XDG_STATE_HOME=%s/state", desk->folder.path);
    const char *const environment[] = {"BCTRL_API_KEY=" DESK_KEY, url, folder, NULL};
    see(desk, environment);
    run_leasetop(&run, desk, WORDS("create", "acme-ops/checkout", "--keyring", "off"), environment);
    assert_int_equal(run.status, 0);
    run_clear(&run);
    run_leasetop(&run, desk, WORDS("revoke", "--yes", SOON, "--keyring", "off"), environment);
    assert_int_equal(run.status, 0);
    run_clear(&run);
    char *names = remembered(desk, &mode);
    assert_int_equal(mode, 0600);
    if (strstr(names, UUID(FRESH)) == NULL)
        fail_msg("%s", names);
    assert_null(strstr(names, UUID(SOON)));
    assert_non_null(strstr(names, UUID(LATER)));
    assert_null(strstr(names, "wss:"));
    free(names);
}

static void test_not_wished_for(void **state)
{
    struct desk *desk = *state;
    char url[100], folder[400];
    mode_t mode;
    struct run run;
    desk_serve(desk);
    const char *config = desk_file(desk, "leasetop.conf", 0600, "names = false;\n");
    snprintf(url, sizeof url, "BCTRL_API_URL=%s", server_url(desk->server));
    snprintf(folder, sizeof folder, "XDG_STATE_HOME=%s/state", desk->folder.path);
    run_leasetop(&run, desk, WORDS("list", "--config", config),
                 WORDS("BCTRL_API_KEY=" DESK_KEY, url, folder));
    assert_int_equal(run.status, 0);
    run_clear(&run);
    char *names = remembered(desk, &mode);
    assert_string_equal(names, "");
    free(names);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AT_DESK(test_bash),      AT_DESK(test_zsh),      AT_DESK(test_fish),
        AT_DESK(test_dashboard), AT_DESK(test_commands), AT_DESK(test_not_wished_for),
    };
    return cmocka_run_group_tests_name("complete", tests, NULL, NULL);
}
