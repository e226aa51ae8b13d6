/* The configuration: from the command line, and on the screen, at the start and when it is edited.
 */
#include "tests/screen/run.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NO_KEY "BCTRL_API_KEY="

/* Where leasetop looks by itself. */
static const char *place(struct desk *desk)
{
    (void)mkdir(scratch_file(&desk->folder, ".config"), 0700);
    (void)mkdir(scratch_file(&desk->folder, ".config/leasetop"), 0700);
    return ".config/leasetop/leasetop.conf";
}

static void clear(struct desk *desk)
{
    (void)unlink(scratch_file(&desk->folder, ".config/leasetop/leasetop.conf"));
    (void)rmdir(scratch_file(&desk->folder, ".config/leasetop"));
    (void)rmdir(scratch_file(&desk->folder, ".config"));
}

/* ---- the command line */

static void test_printed_is_good(void **state)
{
    struct desk *desk = *state;
    struct run run;
    run_leasetop(&run, desk, WORDS("--print-config"), NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    assert_non_null(strstr(run.out, "#    runtimes = [\""));
    assert_non_null(strstr(run.out, "#    events = [\""));
    const char *file = desk_file(desk, "printed.conf", 0644, run.out);
    run_clear(&run);
    run_leasetop(&run, desk, WORDS("--check-config", "--config", file), NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    assert_string_equal(run.out, "");
    run_clear(&run);
}

/* Whether the audit can be written is looked at, and changes nothing on the disk. */
static void test_audit_is_checked(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char text[512], folder[300];
    snprintf(folder, sizeof folder, "%s", desk_file(desk, "none", 0600, "a file, and no folder"));
    snprintf(text, sizeof text, "\naudit = \"%s/audit\";\n", folder);
    const char *file = desk_file(desk, "audit.conf", 0600, text);
    run_leasetop(&run, desk, WORDS("--check-config", "--config", file), NULL);
    assert_int_equal(run.status, 2);
    assert_non_null(strstr(run.err, "audit.conf:2: audit: "));
    assert_non_null(strstr(run.err, "cannot be written: Not a directory; make its folder yours"));
    run_clear(&run);
    assert_int_equal(unlink(folder), 0);
    run_leasetop(&run, desk, WORDS("--check-config", "--config", file), NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    assert_int_not_equal(access(folder, F_OK), 0);
    run_clear(&run);
}

/* What only the screen knows is among them: keys, themes, looks. */
static void test_every_problem(void **state)
{
    struct desk *desk = *state;
    struct run run;
    char expected[2048];
    const char *file = desk_file(desk, "bad.conf", 0644,
                                 "intervall = 5;\n"
                                 "theme = \"sunshine\";\n"
                                 "accent = \"pink\";\n"
                                 "keys: {\n"
                                 "  down = \"r\";\n"
                                 "  revoke = [\"Hyper-X\"];\n"
                                 "  create = \"Ctrl-C\";\n"
                                 "};\n"
                                 "profiles: { prod: { accent = \"mauve\"; grace = 3; }; };\n");
    run_leasetop(&run, desk, WORDS("--check-config", "--config", file), NULL);
    assert_int_equal(run.status, 2);
    snprintf(expected, sizeof expected,
             "%1$s:1: there is no setting intervall; did you mean interval?\n"
             "%1$s:2: theme: there is no theme \"sunshine\"; there are default",
             file);
    assert_int_equal(strncmp(run.err, expected, strlen(expected)), 0);
    snprintf(expected, sizeof expected,
             "\n%1$s:3: accent: a look has no word \"pink\"\n"
             "%1$s:5: down: r is a key of refresh: give that other keys, or \"none\"\n"
             "%1$s:6: revoke: \"Hyper-X\" is not the name of a key\n"
             "%1$s:7: create: Ctrl-C is the terminal's own and cannot be bound\n"
             "%1$s:9: grace belongs to the general part of the file, not into a profile\n"
             "%1$s:9: accent: a look has no word \"mauve\"\n",
             file);
    if (strstr(run.err, expected) == NULL)
        fail_msg("it says\n%s", run.err);
    run_clear(&run);
}

/* A program with a broken configuration does not start, and says the first of what is wrong. */
static void test_broken_at_the_start(void **state)
{
    struct desk *desk = *state;
    struct run run;
    desk_file(desk, place(desk), 0644, "grace = 5;\ntheme = \"x\";\nbudget = 0;\n");
    run_leasetop(&run, desk, NULL, WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_int_equal(run.status, 2);
    assert_sentence(run.err);
    assert_non_null(strstr(run.err, "leasetop.conf:2: theme: there is no theme \"x\""));
    assert_non_null(strstr(run.err, "(and 1 more: see --check-config)"));
    run_clear(&run);
    clear(desk);
}

static void test_no_file(void **state)
{
    struct desk *desk = *state;
    struct run run;
    run_leasetop(&run, desk, WORDS("--config", "/nowhere/x.conf"),
                 WORDS("BCTRL_API_KEY=" DESK_KEY));
    assert_int_equal(run.status, 2);
    assert_sentence(run.err);
    assert_non_null(strstr(run.err, ": /nowhere/x.conf cannot be read: No such file"));
    assert_null(strstr(strstr(run.err, "x.conf") + 1, "x.conf")); /* its name is said once */
    run_clear(&run);
    run_leasetop(&run, desk, WORDS("--check-config"), NULL); /* of none there is nothing to say */
    assert_int_equal(run.status, 0);
    run_clear(&run);
}

/* ---- profiles and keys */

/* A configuration with a profile whose server is the desk's. */
static const char *with_profile(struct desk *desk, const char *settings)
{
    char text[2048];
    snprintf(text, sizeof text, "profiles: { desk: { url = \"%s\"; %s }; };\n",
             server_url(desk->server), settings);
    return desk_file(desk, "desk.conf", 0600, text);
}

static void assert_asked_with(struct desk *desk, const char *key)
{
    char expected[80];
    snprintf(expected, sizeof expected, "Bearer %s", key);
    const struct request *last = server_last(desk->server, "GET", "/v1/spaces");
    assert_non_null(last);
    assert_string_equal(request_header(last, "Authorization"), expected);
}

static void ask_once(struct desk *desk, const char *settings, const char *const *environment,
                     int status, const char *says)
{
    struct run run;
    run_leasetop(&run, desk,
                 WORDS("--config", with_profile(desk, settings), "--profile", "desk", "--once"),
                 environment);
    if (run.status != status || strstr(run.err, says) == NULL)
        fail_msg("ended with %d and said \"%s\"", run.status, run.err);
    run_clear(&run);
}

static void test_key_of_a_variable(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    ask_once(desk, "key_env = \"DESK_KEY_HERE\";",
             WORDS("DESK_KEY_HERE=bctrl_of_the_desk", "BCTRL_API_KEY=bctrl_of_another"), 0, "");
    assert_asked_with(desk, "bctrl_of_the_desk");
    ask_once(desk, "key_env = \"DESK_KEY_HERE\";", NULL, 4,
             "there is no key in the environment variable DESK_KEY_HERE");
}

static void test_key_of_a_file(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    desk_file(desk, "key", 0600, "bctrl_of_the_file\n");
    ask_once(desk, "key_file = \"key\";", WORDS("BCTRL_API_KEY=bctrl_of_another"), 0, "");
    assert_asked_with(desk, "bctrl_of_the_file");
    ask_once(desk, "key_file = \"~/key\";", NULL, 0, "");
    desk_file(desk, "key", 0644, "bctrl_of_the_file\n");
    ask_once(desk, "key_file = \"key\";", NULL, 2, "chmod 600");
}

/* It gets everything but a key, and of what it prints only the first line is one. */
static void test_key_of_a_command(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    scratch_program(&desk->folder, "pass",
                    "env >$here/environ\necho \"bctrl_of_$1\"\necho the rest");
    char settings[512];
    snprintf(settings, sizeof settings, "key_command = (\"%s\", \"pass\");",
             scratch_file(&desk->folder, "pass"));
    ask_once(desk, settings, WORDS("BCTRL_API_KEY=bctrl_of_another", "MORE=x"), 0, "");
    assert_asked_with(desk, "bctrl_of_pass");
    char *inherited = scratch_read(scratch_file(&desk->folder, "environ"), NULL);
    assert_non_null(strstr(inherited, "MORE=x"));
    assert_null(strstr(inherited, "bctrl_"));
    free(inherited);
    snprintf(settings, sizeof settings, "key_command = \"%s shell | tr -d '\\n' | head -c 14\";",
             scratch_file(&desk->folder, "pass"));
    ask_once(desk, settings, NULL, 0, "");
    assert_asked_with(desk, "bctrl_of_shell");
    ask_once(desk, "key_command = \"echo no >&2; exit 3\";", NULL, 4,
             "the key command failed: exit status 3");
    ask_once(desk, "key_command = [\"no-such-tool\"];", NULL, 2, "no-such-tool was not found");
    ask_once(desk, "key_command = \"echo\";", NULL, 4, "there is no key in what");
    ask_once(desk, "key_command = \"yes bctrl | tr -d '\\n'\";", NULL, 2, "too much to be a key");
}

/* The keys of all profiles leave the environment at once. */
static void test_no_key_in_any_environment(void **state)
{
    struct desk *desk = *state;
    char settings[512];
    desk_serve(desk);
    scratch_program(&desk->folder, "pass", "env >$here/environ\necho bctrl_of_pass");
    snprintf(settings, sizeof settings,
             "key_command = \"%s\"; }; other: { key_env = \"OTHER_KEY\"; ",
             scratch_file(&desk->folder, "pass"));
    ask_once(desk, settings, WORDS("OTHER_KEY=bctrl_of_the_other"), 0, "");
    assert_asked_with(desk, "bctrl_of_pass");
    char *inherited = scratch_read(scratch_file(&desk->folder, "environ"), NULL);
    assert_null(strstr(inherited, "bctrl_"));
    assert_null(strstr(inherited, "OTHER_KEY"));
    free(inherited);
}

/* ---- on the screen */

/* Writes the configuration, opens leasetop with it and waits for the usual rows. */
static struct screen *watch(struct desk *desk, const char *text)
{
    desk_serve(desk);
    desk_file(desk, place(desk), 0644, text);
    struct screen *screen =
        desk_open(desk, 24, 140, WORDS("--config", scratch_file(&desk->folder, place(desk))), NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    return screen;
}

static void edit(struct desk *desk, const char *text)
{
    desk_file(desk, place(desk), 0644, text);
}

static void done(struct desk *desk)
{
    desk_quit(desk);
    clear(desk);
}

static void test_keys_are_rebound(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch(
        desk, "keys: { revoke = [\"D\", \"F9\"]; down = \"Ctrl-N\"; revoke-now = \"none\"; };");
    assert_true(desk_selects(screen, SOON));
    screen_keys(screen, "x");
    screen_keys(screen, "<C-n>");
    assert_true(desk_selects(screen, LATER));
    screen_keys(screen, "D");
    assert_true(screen_wait(screen, "revoke 77ab01c4?"));
    screen_keys(screen, "n");
    assert_true(screen_wait_gone(screen, "revoke 77ab01c4?"));
    edit(desk, "keys: { revoke = \"x\"; };"); /* and the others are as usual again */
    assert_true(screen_wait(screen, "leasetop.conf is read"));
    screen_keys(screen, "D");
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "revoke 77ab01c4?"));
    screen_keys(screen, "n");
    done(desk);
}

/* What has no key is named by none: only what is of use just now, by what the palette takes. */
static void test_keys_that_are_unbound(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch(desk, "keys: { undo = \"none\"; back = \"none\"; down = \"J\";"
                                        " up = \"Ctrl-P\"; filter = \"none\"; };");
    assert_true(screen_wait(screen, "x revoke"));
    assert_false(screen_has(screen, "filter"));
    screen_keys(screen, "?");
    assert_true(screen_wait(screen, " help: J Ctrl-P scroll, ? closes "));
    screen_keys(screen, "?x");
    assert_true(screen_wait(screen, ">[Cancel]<"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, ":undo to undo") && screen_wait_row(screen, -1, ":undo"));
    screen_keys(screen, ":undo<Enter>");
    assert_true(screen_wait(screen, "undone"));
    done(desk);
}

/* Footer, boxes, help and sentences name the keys that are bound. */
static void test_keys_are_named(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch(desk, "keys: { undo = \"Ctrl-O\"; refresh = \"@\"; "
                                        "revoke = \"D\"; create = \"none\"; };");
    assert_true(screen_wait(screen, "D revoke"));
    assert_true(desk_selects(screen, SOON));
    screen_keys(screen, "c");
    assert_true(screen_wait(screen, ":create makes a lease of your own"));
    screen_keys(screen, "D");
    assert_true(screen_wait(screen, "Ctrl-O undoes it"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "Ctrl-O to undo"));
    screen_keys(screen, "<C-o>");
    assert_true(screen_wait(screen, "undone"));
    server_down(desk->server);
    assert_true(screen_wait(screen, "@ tries now"));
    server_up(desk->server);
    done(desk);
}

static void test_columns(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch(desk, "columns: { leases = [\"left\", \"lease\", \"run\"]; };");
    assert_true(screen_wait(screen, "RUN"));
    const char *titles = screen_row(screen, desk_row(screen, "LEASE"));
    assert_true(strstr(titles, "LEFT") < strstr(titles, "LEASE"));
    assert_null(strstr(titles, "STATUS"));
    edit(desk, "columns: { leases = [\"lease\", \"status\"]; };");
    assert_true(screen_wait(screen, "STATUS") && screen_wait_gone(screen, "LEFT"));
    edit(desk, "");
    assert_true(screen_wait(screen, "SECRET") && screen_wait(screen, "LEFT"));
    done(desk);
}

static void test_thresholds(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch(desk, "thresholds: { warn = \"15m\"; };");
    assert_true(desk_row_says(screen, SOON, "expiring"));
    edit(desk, "thresholds: { warn = \"5m\"; };");
    assert_true(desk_row_says(screen, SOON, "active"));
    done(desk);
}

static void test_grace_and_form(void **state)
{
    struct desk *desk = *state;
    struct screen *screen =
        watch(desk, "grace = 20; ttl = \"30m\"; protocols = [\"cdp\", \"vnc\"];");
    screen_keys(screen, "n");
    assert_true(screen_wait(screen, "30m"));
    screen_keys(screen, "<S-Tab><S-Tab><S-Tab><S-Tab>v");
    assert_true(screen_wait(screen, "vnc"));
    screen_keys(screen, "<Esc>");
    assert_true(screen_wait_gone(screen, "vnc"));
    screen_keys(screen, "x");
    assert_true(screen_wait(screen, "Sent in 20 s"));
    screen_keys(screen, "y");
    assert_true(screen_wait(screen, "in 20 s, u to undo"));
    screen_keys(screen, "u");
    assert_true(screen_wait(screen, "undone"));
    done(desk);
}

/* A broken edit changes nothing, and says where; the next good one counts. */
static void test_broken_edit(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch(desk, "keys: { down = \"J\"; };");
    edit(desk, "interval = 5;\nkeys: { down = \"x\"; };\n");
    assert_true(screen_wait(screen, "leasetop.conf:2: down: x is a key of revoke"));
    assert_true(screen_wait(screen, "what was before holds"));
    assert_true(desk_selects(screen, SOON));
    screen_keys(screen, "J");
    assert_true(desk_selects(screen, LATER));
    edit(desk, "grace = ;");
    assert_true(screen_wait(screen, "leasetop.conf:1: syntax error"));
    edit(desk, "keys: { up = \"Ctrl-P\"; };");
    assert_true(screen_wait(screen, "leasetop.conf is read"));
    screen_keys(screen, "<C-p>");
    assert_true(desk_selects(screen, SOON));
    done(desk);
}

/* What cannot change while it runs is said to need the next start. */
static void test_edit_that_waits(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch(desk, "budget = 9;");
    edit(desk, "budget = 8;");
    assert_true(screen_wait(screen, "budget counts from the next start on"));
    done(desk);
}

static void test_file_that_goes_and_comes(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = watch(desk, "columns: { leases = [\"lease\"]; };");
    assert_true(screen_wait_gone(screen, "STATUS"));
    assert_int_equal(unlink(scratch_file(&desk->folder, place(desk))), 0);
    assert_true(screen_wait(screen, "what was before holds"));
    assert_false(screen_has(screen, "STATUS"));
    edit(desk, "columns: { leases = [\"lease\", \"status\"]; };");
    assert_true(screen_wait(screen, "STATUS"));
    done(desk);
}

/* The file may come when the program is there already. */
static void test_file_that_comes_later(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = desk_watch(desk, 24, 140);
    char *home = strdup(screen_home(screen));
    char path[512];
    snprintf(path, sizeof path, "%s/.config/leasetop", home);
    assert_true(mkdir(path, 0700) == 0);
    strcat(path, "/leasetop.conf");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("columns: { leases = [\"lease\", \"run\"]; };\n", file);
    fclose(file);
    assert_true(screen_wait(screen, "RUN") && screen_wait_gone(screen, "STATUS"));
    free(home);
    desk_quit(desk);
}

/* ---- how a view begins */

static void test_kept_view(void **state)
{
    struct desk *desk = *state;
    char folder[320];
    desk_serve(desk);
    snprintf(folder, sizeof folder, "XDG_STATE_HOME=%s", desk->folder.path);
    struct screen *screen = desk_open(desk, 24, 160, WORDS("--keyring", "off"), WORDS(folder));
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    screen_keys(screen, "Iw");
    assert_true(screen_wait(screen, "RUN"));
    desk_quit(desk); /* this was for once */
    screen = desk_open(desk, 24, 160, NULL, WORDS(folder));
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    assert_false(screen_has(screen, "RUN "));
    screen_keys(screen, "Iws");
    assert_true(screen_wait(screen, "the view of leases will begin like this"));
    desk_quit(desk);
    char *kept = scratch_read(scratch_file(&desk->folder, "leasetop/views"), NULL);
    assert_string_equal(kept, "leases left inverted wide\n");
    free(kept);
    screen = desk_open(desk, 24, 160, NULL, WORDS(folder));
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, OVER));
    assert_true(screen_wait(screen, "RUN"));
    assert_true(desk_row(screen, LATER) < desk_row(screen, SOON));
    desk_quit(desk);
    /* One that cannot be read is said to be so, and the rest of it counts. */
    desk_file(desk, "leasetop/views", 0600, "leases left inverted wide\nruntimes\n");
    screen = desk_open(desk, 24, 160, NULL, WORDS(folder));
    assert_true(screen_wait(screen, "leasetop/views cannot be read whole"));
    assert_true(screen_wait(screen, "s writes it anew") && screen_wait(screen, "RUN"));
    desk_quit(desk);
    assert_int_equal(unlink(scratch_file(&desk->folder, "leasetop/views")), 0);
    (void)unlink(scratch_file(&desk->folder, "leasetop/ledger"));
    (void)unlink(scratch_file(&desk->folder, "leasetop/names"));
    assert_int_equal(rmdir(scratch_file(&desk->folder, "leasetop")), 0);
}

static void test_clock(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    const char *file = desk_file(desk, "utc.conf", 0644, "clock = \"utc\";");
    struct screen *screen = desk_open(desk, 24, 140, WORDS("--config", file), WORDS("TZ=EST5"));
    assert_true(screen_wait(screen, SOON));
    screen_keys(screen, "t");
    assert_true(screen_wait(screen, "this machine's zone"));
    desk_quit(desk);
}

/* ---- colours */

static bool is_green(struct screen *screen, void *context)
{
    return screen_cell_of(screen, context).fg.index == 2;
}

static void test_theme_is_edited(void **state)
{
    struct desk *desk = *state;
    desk_file(desk, "mine.theme", 0644, "text = \"default\";\nheader = \"red\";\n");
    char text[512];
    snprintf(text, sizeof text, "theme = \"%s\";", scratch_file(&desk->folder, "mine.theme"));
    struct screen *screen = watch(desk, text);
    assert_true(screen_cell_of(screen, "LEASE").fg.index == 1);
    desk_file(desk, "mine.theme", 0644, "text = \"default\";\nheader = \"green\";\n");
    assert_true(screen_wait_until(screen, is_green, (void *)"LEASE", "green titles"));
    desk_file(desk, "mine.theme", 0644, "text = \"default\";\nheader = \"rde\";\n");
    assert_true(screen_wait(screen, "mine.theme:2: a look has no word \"rde\""));
    assert_true(screen_wait(screen, "the colours are as before"));
    done(desk);
}

static bool is_red(struct screen *screen, void *context)
{
    return screen_cell_of(screen, context).fg.index == 1;
}

/* The accent comes on top of every theme; a theme that was looked at stays when something else is
 * edited. */
static void test_accent(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    const char *file = with_profile(desk, "accent = \"red bold\"; guard = \"normal\";");
    struct screen *screen =
        desk_open(desk, 24, 140, WORDS("--config", file, "--profile", "desk"), NULL);
    assert_true(screen_wait(screen, SOON));
    assert_true(is_red(screen, (void *)"desk  "));
    screen_keys(screen, "T");
    assert_true(screen_wait(screen, "theme dark"));
    assert_true(is_red(screen, (void *)"desk  "));
    with_profile(desk, "accent = \"red bold\"; guard = \"strict\";");
    assert_true(screen_wait(screen, "desk.conf is read"));
    screen_keys(screen, "T");
    assert_true(screen_wait(screen, "theme light")); /* and not the first again */
    with_profile(desk, "accent = \"green\"; guard = \"strict\";");
    assert_true(screen_wait_until(screen, is_green, (void *)"desk  ", "a green name"));
    desk_quit(desk);
}

static void test_profile_in_the_header(void **state)
{
    struct desk *desk = *state;
    desk_serve(desk);
    const char *file = with_profile(desk, "space = \"acme-ops\"; read_only = true;");
    struct screen *screen =
        desk_open(desk, 24, 140, WORDS("--config", file, "--profile", "desk"), NULL);
    assert_true(screen_wait(screen, SOON));
    assert_non_null(strstr(screen_row(screen, 0), " desk "));
    assert_non_null(strstr(screen_row(screen, 0), "leases of acme-ops"));
    assert_non_null(strstr(screen_row(screen, 0), "[read-only]"));
    assert_true(desk_only_read(desk));
    desk_quit(desk);
}

/* ---- from one profile to another */

/* The desk's server and a second one, whose only lease is FRESH. */
struct towns {
    struct server *other;
    struct screen *screen;
};

static const struct contract_space other_spaces[] = {{.id = OPS, .name = "lab-ops"}, {.id = NULL}};
static const struct contract_runtime other_runtimes[] = {{.id = CHECKOUT, .name = "laboratory"},
                                                         {.id = NULL}};

static struct towns two_servers(struct desk *desk, const char *more)
{
    struct towns towns = {.other = server_start()};
    const struct contract_lease leases[] = {
        {.id = UUID(FRESH), .runtime = CHECKOUT, .age_s = 60, .left_s = 1800}, {.id = NULL}};
    contract_serve(towns.other, other_spaces, other_runtimes, leases);
    desk_serve(desk);
    char text[2048];
    snprintf(text, sizeof text,
             "profile = \"desk\"; interval = 1; keyring = false;\n"
             "profiles: { desk: { url = \"%s\"; key_env = \"DESK_KEY_HERE\"; };\n"
             "  lab: { url = \"%s\"; %s };\n"
             "  deaf: { key_command = \"exit 1\"; }; };\n",
             server_url(desk->server), server_url(towns.other), more);
    const char *file = desk_file(desk, "two.conf", 0600, text);
    screen_free(desk->screen);
    desk->screen = screen_start(
        24, 140, WORDS("leasetop", "--config", file),
        WORDS("DESK_KEY_HERE=bctrl_of_the_desk_dddd", "LAB_KEY=bctrl_of_the_lab_llll"));
    screen_deadline(desk->screen, DESK_PATIENCE_MS);
    towns.screen = desk->screen;
    assert_true(screen_wait(towns.screen, SOON) && screen_wait(towns.screen, LATER));
    assert_true(screen_wait(towns.screen, "\u2026dddd"));
    return towns;
}

static void go_to(struct screen *screen, const char *keys)
{
    screen_keys(screen, "p");
    assert_true(screen_wait(screen, " profile ") && screen_wait(screen, "go to"));
    screen_keys(screen, keys);
}

/* All of them, however many there are, each with where it goes; found by typing. */
static void test_many_profiles(void **state)
{
    struct desk *desk = *state;
    char text[4096];
    size_t used = (size_t)snprintf(text, sizeof text,
                                   "url = \"%s\"; interval = 1; keyring = false;\nprofiles: {\n",
                                   server_url(desk->server));
    for (int i = 0; i < 30; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "  p%02d: { url = \"https://number%02d.example\"; %s };\n", i, i,
                                 i == 29 ? "read_only = true;" : "");
    snprintf(text + used, sizeof text - used, "};\n");
    const char *file = desk_file(desk, "many.conf", 0600, text);
    desk_serve(desk);
    struct screen *screen = desk->screen = screen_start(
        24, 100, WORDS("leasetop", "--config", file), WORDS("BCTRL_API_KEY=" DESK_KEY));
    screen_deadline(screen, DESK_PATIENCE_MS);
    assert_true(screen_wait(screen, SOON));
    screen_keys(screen, "p");
    assert_true(screen_wait(screen, "number00.example"));
    screen_keys(screen, "<Up>");
    assert_true(screen_wait(screen, "number29.example, read-only"));
    screen_keys(screen, "17");
    assert_true(screen_wait(screen, "> p17") && screen_wait_gone(screen, "number29"));
    screen_keys(screen, "<Esc>");
    desk_quit(desk);
}

/* A key file that is a pipe would be waited for, for good: it is refused, and all goes on. */
static void test_profile_whose_file_is_a_pipe(void **state)
{
    struct desk *desk = *state;
    char more[512];
    const char *fifo = scratch_file(&desk->folder, "key");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    snprintf(more, sizeof more, "key_file = \"%s\";", fifo);
    struct towns towns = two_servers(desk, more);
    go_to(towns.screen, "<Down><Enter>");
    assert_true(screen_wait(towns.screen, "is a pipe: it is read once"));
    screen_keys(towns.screen, "<Esc>j");
    assert_true(desk_selects(towns.screen, LATER));
    desk_quit(desk);
    server_stop(towns.other);
}

static void test_another_profile(void **state)
{
    struct desk *desk = *state;
    struct towns towns = two_servers(desk, "key_env = \"LAB_KEY\"; read_only = true;");
    go_to(towns.screen, "<Down><Enter>");
    assert_true(screen_wait(towns.screen, FRESH) && screen_wait_gone(towns.screen, SOON));
    assert_non_null(strstr(screen_row(towns.screen, 0), " lab "));
    assert_non_null(strstr(screen_row(towns.screen, 0), "\u2026llll"));
    assert_non_null(strstr(screen_row(towns.screen, 0), "[read-only]"));
    assert_true(server_was_told(towns.other, "bctrl_of_the_lab_llll"));
    assert_false(server_was_told(towns.other, "bctrl_of_the_desk_dddd"));
    go_to(towns.screen, "<Up><Enter>");
    assert_true(screen_wait(towns.screen, SOON) && screen_wait_gone(towns.screen, FRESH));
    assert_true(screen_wait_gone(towns.screen, "[read-only]"));
    assert_false(server_was_told(desk->server, "bctrl_of_the_lab_llll"));
    desk_quit(desk);
    server_stop(towns.other);
}

/* What the command line names is the first profile's: no other key goes there, nor that one
 * elsewhere, and the box tells the truth of both. */
static void test_command_line_is_of_the_first_profile(void **state)
{
    struct desk *desk = *state;
    struct towns towns = two_servers(desk, "key_env = \"LAB_KEY\"; space = \"lab-ops\";");
    const char *key = desk_file(desk, "first.key", 0600, "bctrl_of_the_first_ffff\n");
    struct screen *screen = desk->screen =
        (screen_free(desk->screen),
         screen_start(24, 140,
                      WORDS("leasetop", "--config", scratch_file(&desk->folder, "two.conf"),
                            "--api-url", server_url(desk->server), "--api-key-file", key, "--",
                            "acme-ops"),
                      WORDS("LAB_KEY=bctrl_of_the_lab_llll")));
    screen_deadline(screen, DESK_PATIENCE_MS);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, "\u2026ffff"));
    screen_keys(screen, "p");
    assert_true(screen_wait(screen, " profile ") && screen_wait(screen, "go to"));
    assert_true(screen_has(screen, strstr(server_url(towns.other), "://") + 3));
    screen_keys(screen, "<Down><Enter>");
    assert_true(screen_wait(screen, FRESH) && screen_wait_gone(screen, SOON));
    assert_non_null(strstr(screen_row(screen, 0), "\u2026llll"));
    assert_false(server_was_told(desk->server, "bctrl_of_the_lab_llll"));
    assert_false(server_was_told(towns.other, "bctrl_of_the_first_ffff"));
    desk_quit(desk);
    server_stop(towns.other);
}

/* A revoke is in its grace when another profile is chosen. */
static struct towns confirm_and_leave(struct desk *desk)
{
    struct towns towns = two_servers(desk, "key_env = \"LAB_KEY\";");
    desk_revokes(desk, UUID(SOON));
    assert_true(desk_selects(towns.screen, SOON));
    screen_keys(towns.screen, "x");
    assert_true(screen_wait(towns.screen, "[Revoke]"));
    screen_keys(towns.screen, "y");
    assert_true(screen_wait(towns.screen, "to undo"));
    go_to(towns.screen, "<Down><Enter>");
    assert_true(screen_wait(towns.screen, FRESH));
    return towns;
}

/* What was confirmed before is sent, though another profile is on the screen by then. */
static void test_confirmed_is_sent_from_behind(void **state)
{
    struct desk *desk = *state;
    struct towns towns = confirm_and_leave(desk);
    assert_true(server_wait(desk->server, "DELETE", "**", 1, DESK_PATIENCE_MS));
    go_to(towns.screen, "<Up><Enter>");
    assert_true(desk_row_says(towns.screen, SOON, "revoked"));
    desk_quit(desk);
    server_stop(towns.other);
}

/* And what is still in its grace when leasetop is quit goes out too. */
static void test_quit_sends_from_behind(void **state)
{
    struct desk *desk = *state;
    struct towns towns = confirm_and_leave(desk);
    desk_quit(desk);
    assert_int_equal(server_count(desk->server, "DELETE", "**"), 1);
    server_stop(towns.other);
}

/* Nothing has changed when it cannot be gone to. */
static void test_profile_that_fails(void **state)
{
    struct desk *desk = *state;
    struct towns towns = two_servers(desk, "key_env = \"NO_SUCH_KEY\";");
    go_to(towns.screen, "<Down><Enter>");
    assert_true(
        screen_wait(towns.screen, "there is no key in the environment variable NO_SUCH_KEY"));
    go_to(towns.screen, "<Down><Down><Enter>");
    assert_true(screen_wait(towns.screen, "the key command failed: exit status 1"));
    assert_true(screen_has(towns.screen, SOON));
    assert_non_null(strstr(screen_row(towns.screen, 0), " desk "));
    desk_quit(desk);
    server_stop(towns.other);
}

/* The screen lives on while the command thinks; with its key the profile comes. */
static void test_profile_with_a_command(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(mkfifo(scratch_file(&desk->folder, "go"), 0600), 0);
    scratch_program(&desk->folder, "pass",
                    "read line <$here/go\n" /* until somebody writes there */
                    "test -z \"$GPG_TTY\" && ! (: </dev/tty) 2>/dev/null && "
                    "echo bctrl_of_the_command_cccc");
    char more[512];
    snprintf(more, sizeof more, "key_command = [\"%s\"];", scratch_file(&desk->folder, "pass"));
    struct towns towns = two_servers(desk, more);
    go_to(towns.screen, "<Down><Enter>");
    assert_true(screen_wait(towns.screen, "asking the key command of lab"));
    assert_true(desk_selects(towns.screen, SOON));
    screen_keys(towns.screen, "j");
    assert_true(desk_selects(towns.screen, LATER));
    int go = open(scratch_file(&desk->folder, "go"), O_WRONLY);
    assert_int_equal(write(go, "on\n", 3), 3);
    close(go);
    assert_true(screen_wait(towns.screen, FRESH));
    assert_non_null(strstr(screen_row(towns.screen, 0), "\u2026cccc"));
    desk_quit(desk);
    server_stop(towns.other);
}

/* ---- a key command that is asked again */

static void test_rejected_key_of_a_command(void **state)
{
    struct desk *desk = *state;
    scratch_program(&desk->folder, "pass", "cat $here/secret");
    desk_file(desk, "secret", 0600, "bctrl_the_old_one_aaaa\n");
    char settings[512];
    snprintf(settings, sizeof settings, "key_command = [\"%s\"];",
             scratch_file(&desk->folder, "pass"));
    desk_serve(desk);
    const char *file = with_profile(desk, settings);
    struct screen *screen =
        desk_open(desk, 24, 140, WORDS("--config", file, "--profile", "desk"), NULL);
    assert_true(screen_wait(screen, SOON) && screen_wait(screen, "\u2026aaaa"));
    desk_file(desk, "secret", 0600, "bctrl_the_new_one_bbbb\n");
    static const char *const lists[] = {"/v1/spaces", "/v1/spaces/" OPS "/runtimes",
                                        CHECKOUT_LEASES, NIGHTLY_LEASES, CONNECTIONS(OPS, AGENTS)};
    for (size_t i = 0; i < COUNT(lists); i++)
        server_on(desk->server, "GET", lists[i], ANSWER_JSON(401, "{\"error\":\"no\"}"));
    assert_true(screen_wait(screen, "\u2026bbbb")); /* by itself */
    assert_true(screen_wait(screen, "[unauthorised]"));
    desk_file(desk, "secret", 0600, "bctrl_the_third_one_cccc\n");
    desk_publish(desk);
    screen_keys(screen, "r");
    assert_true(screen_wait(screen, "\u2026cccc") && screen_wait_gone(screen, "[unauthorised]"));
    desk_quit(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_DESK(test_printed_is_good),
        AT_DESK(test_every_problem),
        AT_DESK(test_audit_is_checked),
        AT_DESK(test_broken_at_the_start),
        AT_DESK(test_no_file),
        AT_DESK(test_key_of_a_variable),
        AT_DESK(test_key_of_a_file),
        AT_DESK(test_key_of_a_command),
        AT_DESK(test_no_key_in_any_environment),
        AT_DESK(test_keys_are_rebound),
        AT_DESK(test_keys_are_named),
        AT_DESK(test_keys_that_are_unbound),
        AT_DESK(test_columns),
        AT_DESK(test_thresholds),
        AT_DESK(test_grace_and_form),
        AT_DESK(test_broken_edit),
        AT_DESK(test_edit_that_waits),
        AT_DESK(test_file_that_goes_and_comes),
        AT_DESK(test_file_that_comes_later),
        AT_DESK(test_kept_view),
        AT_DESK(test_clock),
        AT_DESK(test_theme_is_edited),
        AT_DESK(test_accent),
        AT_DESK(test_profile_in_the_header),
        AT_DESK(test_many_profiles),
        AT_DESK(test_another_profile),
        AT_DESK(test_command_line_is_of_the_first_profile),
        AT_DESK(test_profile_whose_file_is_a_pipe),
        AT_DESK(test_confirmed_is_sent_from_behind),
        AT_DESK(test_quit_sends_from_behind),
        AT_DESK(test_profile_that_fails),
        AT_DESK(test_profile_with_a_command),
        AT_DESK(test_rejected_key_of_a_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
