/* cmd_doctor: what leasetop stands on, piece by piece: what is found, and what to do about it. */
#include "cli/cmd.h"
#include "cli/configuration.h"
#include "cli/json_report.h"
#include "cli/reading.h"
#include "core/child.h"
#include "core/clipboard_route.h"
#include "core/file.h"
#include "core/format.h"
#include "core/places.h"
#include "tui/look.h"
#include "tui/terminal_type.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

enum { SKEW_MS = 5000 }; /* as the header's chip */

enum health { HEALTH_GOOD, HEALTH_NOTE, HEALTH_BAD, HEALTH_SKIPPED };

struct finding {
    enum health health;
    char words[768];
};

/* What is there so far; later checks stand on it. */
struct doctor {
    struct program *program;
    bool configured, settled, keyed;
};

static void find(struct finding *finding, enum health health, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void find(struct finding *finding, enum health health, const char *format, ...)
{
    va_list arguments;
    finding->health = health;
    va_start(arguments, format);
    vsnprintf(finding->words, sizeof finding->words, format, arguments);
    va_end(arguments);
}

/* ---- what is looked at, in this order */

/* A folder that is not there yet is made first. */
static void find_no_config(struct finding *finding, const char *place)
{
    char folder[PLACE_BYTES];
    const char *slash = strrchr(place, '/'), *mark = strpbrk(place, " $&;()*?") != NULL ? "'" : "";
    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - place) : 0, place);
    bool missing = *folder != '\0' && access(folder, F_OK) != 0;
    find(finding, HEALTH_GOOD, "none, all is as usual; to begin one: %s%s%s%s%sleasetop %s%s%s%s",
         missing ? "mkdir -p " : "", missing ? mark : "", missing ? folder : "",
         missing ? mark : "", missing ? " && " : "", "--print-config >", mark,
         *place != '\0' ? place : "FILE", mark);
}

static void look_config(struct doctor *doctor, struct finding *finding)
{
    struct error error = {0};
    const struct options *options = &doctor->program->options;
    const char *place = configuration_place(options);
    doctor->configured = configuration_load(doctor->program, &error);
    if (!doctor->configured)
        find(finding, HEALTH_BAD, "%s; leasetop --check-config says all that is wrong",
             error.sentence);
    else if (*place == '\0' || access(place, F_OK) != 0)
        find_no_config(finding, place);
    else
        find(finding, HEALTH_GOOD, "%s", place);
}

static void look_server(struct doctor *doctor, struct finding *finding)
{
    struct error error = {0};
    struct program *program = doctor->program;
    const struct account *account = &program->account;
    if (!doctor->configured)
        return;
    doctor->settled = program_open(program, &error);
    if (!doctor->settled)
        find(finding, HEALTH_BAD, "%s", error.sentence);
    else if (program->options.demo)
        find(finding, HEALTH_GOOD, "a demo, on this machine");
    else
        find(finding, HEALTH_GOOD, "%s%s%s", account->base.text,
             account->settings.profile != NULL ? ", of profile " : "",
             account->settings.profile != NULL ? account->settings.profile : "");
}

static void look_key(struct doctor *doctor, struct finding *finding)
{
    struct error error = {0};
    struct program *program = doctor->program;
    const struct settings *settings = &program->account.settings;
    if (!doctor->settled)
        return;
    doctor->keyed = program_key(program, &error);
    if (!doctor->keyed)
        find(finding, HEALTH_BAD, "%s", error.sentence);
    else
        find(finding, HEALTH_GOOD, "ends in %s, from %s",
             *program->account.key_tail != '\0' ? program->account.key_tail : "(too short to say)",
             program->options.demo           ? "the demo"
             : settings->key_command != NULL ? "a command"
             : settings->key_file != NULL    ? settings->key_file
             : settings->key_env != NULL     ? settings->key_env
                                             : "BCTRL_API_KEY");
}

static const char *advise(const struct trouble *trouble)
{
    static const char *const advice[TROUBLE_KINDS] = {
        [TROUBLE_NAME] = "is the address right, and is there a network?",
        [TROUBLE_REFUSED] = "is the address right, and does the server run?",
        [TROUBLE_TLS] = "--ca-file trusts a CA of your own",
        [TROUBLE_TIMEOUT] = "does a firewall or a proxy stand in the way? --timeout waits longer",
        [TROUBLE_SLOW] = "--timeout waits longer; else it is the server's matter",
        [TROUBLE_CUT] = "does a proxy stand in the way? else it is the server's matter",
        [TROUBLE_UNAUTHORISED] = "make another key, or take the right profile",
        [TROUBLE_LIMITED] = "look again later; a longer --interval asks less",
        [TROUBLE_FORBIDDEN] = "make a key that may read spaces and runtimes",
        [TROUBLE_QUOTA] = "see to it where this account is managed",
        [TROUBLE_GONE] = "is the address one of this API?",
        [TROUBLE_REJECTED] = "is the address one of this API?",
        [TROUBLE_SERVER] = "look again later; its owner wants the request's name, where it has one",
        [TROUBLE_UNREADABLE] = "is the address one of this API, and not of a page or a proxy?",
        [TROUBLE_TOO_MUCH] = "give a SPACE, or a profile for one",
    };
    if (trouble->http_status >= 300 && trouble->http_status < 400)
        return "no redirection is followed: give the address it leads to by --api-url";
    return advice[trouble->kind] != NULL ? advice[trouble->kind] : "look again later";
}

/* The first list of runtimes that did not come, or NULL. */
static const struct snapshot_space *unread_space(const struct snapshot *heard)
{
    for (size_t i = 0; i < heard->space_count; i++) {
        if (heard->spaces[i].state.trouble != NULL)
            return &heard->spaces[i];
    }
    return NULL;
}

static void judge_answer(struct finding *finding, const struct program *program)
{
    const struct snapshot *heard = program->heard;
    const struct trouble *trouble = heard != NULL ? heard->server.trouble : NULL;
    const struct snapshot_space *unread = heard != NULL ? unread_space(heard) : NULL;
    bool secure = strncmp(program->account.base.text, "https:", 6) == 0;
    char spaces[FORMAT_BYTES], runtimes[FORMAT_BYTES];
    if (trouble != NULL)
        find(finding, HEALTH_BAD, "%s: %s; %s", trouble_chip(trouble->kind), trouble->sentence,
             advise(trouble));
    else if (heard == NULL || heard->server.answered_ms == 0)
        find(finding, HEALTH_BAD, "no answer in %d s; look again later, or ask the server's owner",
             READING_MS / 1000);
    else if (unread != NULL)
        find(finding, HEALTH_BAD, "the runtimes of %.64s: %s: %s; %s",
             *unread->space->name != '\0' ? unread->space->name : unread->space->id,
             trouble_chip(unread->state.trouble->kind), unread->state.trouble->sentence,
             advise(unread->state.trouble));
    else
        find(finding, HEALTH_GOOD, "in %d ms, %s: %s, %s", heard->latency_ms,
             secure ? "with TLS, whose certificate is good" : "without TLS, from this machine",
             format_count(spaces, sizeof spaces, heard->space_count, "space", "spaces"),
             format_count(runtimes, sizeof runtimes, heard->runtime_count, "runtime", "runtimes"));
}

static void look_answer(struct doctor *doctor, struct finding *finding)
{
    static const struct account_use use = {.once = true, .keyring = true};
    struct error error = {0};
    struct program *program = doctor->program;
    if (!doctor->keyed)
        return;
    if (!program_connect(program, &use, &error)) {
        find(finding, HEALTH_BAD, "%s", error.sentence);
        return;
    }
    program->heard = reading_take(program->client, READING_CATALOG);
    judge_answer(finding, program);
}

static void look_clock(struct doctor *doctor, struct finding *finding)
{
    const struct snapshot *heard = doctor->program->heard;
    char offset[FORMAT_BYTES];
    if (heard == NULL || heard->server.answered_ms == 0)
        return;
    int64_t skew_ms = clock_skew_ms(&heard->clock, clock_boot_now_ms(), clock_wall_now_ms());
    format_offset(offset, skew_ms / 1000, TEXT_ASCII);
    if (!heard->clock.known)
        find(finding, HEALTH_NOTE, "the server does not say its time: LEFT goes by this machine's");
    else if (skew_ms >= SKEW_MS || skew_ms <= -SKEW_MS)
        find(finding, HEALTH_NOTE,
             "the server's is %s from this machine's: LEFT is right all the same; set this one",
             offset);
    else
        find(finding, HEALTH_GOOD, "this machine's agrees with the server's");
}

static void look_keyring(struct doctor *doctor, struct finding *finding)
{
    const struct program *program = doctor->program;
    enum keyring_state state;
    if (!doctor->settled)
        return;
    if (!program->account.settings.keyring || program->options.demo) {
        find(finding, HEALTH_NOTE, "switched off: a restart forgets the endpoints of leases");
    } else if (keyring_probe(&state)) {
        find(finding, HEALTH_GOOD, "the kernel keeps endpoints over a restart");
    } else {
        const char *words = keyring_words(state);
        find(finding, HEALTH_NOTE, "%s: a restart forgets the endpoints of leases",
             *words != '\0' ? words : "the kernel keyring does not give back what is put there");
    }
}

/* The first route that would be tried and has its program. */
static const struct clipboard_route *first_route(const struct clipboard_options *options)
{
    char path[4096];
    for (size_t i = 0; i < CLIPBOARD_ROUTES; i++) {
        const struct clipboard_route *route = &clipboard_routes[i];
        if (clipboard_route_applies(route, options) &&
            (route->program == NULL ||
             child_find(path, sizeof path, route->program, getenv("PATH"))))
            return route;
    }
    return NULL;
}

static bool to_terminal(void *context, const char *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
    return false;
}

static void look_audit(struct doctor *doctor, struct finding *finding)
{
    struct error error = {0};
    const char *path = doctor->program->account.settings.audit;
    if (!doctor->settled)
        return;
    if (path == NULL || doctor->program->options.demo)
        find(finding, HEALTH_GOOD, "none is kept");
    else if (!file_appendable(path, &error))
        find(finding, HEALTH_BAD,
             "%s; make its folder yours to write, or set audit to another place", error.sentence);
    else if (access(path, F_OK) == 0)
        find(finding, HEALTH_GOOD, "%s", path);
    else
        find(finding, HEALTH_GOOD, "%s, which begins with the first action", path);
}

static void look_clipboard(struct doctor *doctor, struct finding *finding)
{
    const struct settings *settings = &doctor->program->account.settings;
    char name[32];
    if (!doctor->settled)
        return;
    setting_word(setting_info(SETTING_OF_clipboard_route)->words, (size_t)settings->clipboard_route,
                 name, sizeof name);
    struct clipboard_options options = {.route = name,
                                        .command = settings->clipboard_command,
                                        .environment = (const char *const *)environ,
                                        .terminal = isatty(STDERR_FILENO) ? to_terminal : NULL};
    const struct clipboard_route *route = first_route(&options);
    if (route == NULL)
        find(finding, HEALTH_NOTE,
             "none here; install wl-copy, xclip or xsel, or give --clipboard-command");
    else if (route->way == CLIPBOARD_TERMINAL)
        find(finding, HEALTH_GOOD, "%s: the terminal, which never says whether it took it",
             route->name);
    else
        find(finding, HEALTH_GOOD, "%s", route->name);
}

static void look_terminal(struct doctor *doctor, struct finding *finding)
{
    struct error error = {0};
    const char *type = getenv("TERM"), *refused = getenv("NO_COLOR");
    (void)doctor;
    int colours = terminal_type_colours(STDERR_FILENO);
    if (!terminal_type_check(STDERR_FILENO, &error))
        find(finding, HEALTH_NOTE, "%s", error.sentence);
    else if (refused != NULL && *refused != '\0')
        find(finding, HEALTH_GOOD, "%.60s, without colours: NO_COLOR is set", type);
    else if (colours == LOOK_DIRECT)
        find(finding, HEALTH_GOOD, "%.60s, with direct colour", type);
    else if (colours >= 256)
        find(finding, HEALTH_GOOD, "%.60s, with 256 colours", type);
    else
        find(finding, HEALTH_NOTE, "%.60s, with %d colours; many terminals have 256: see TERM",
             type, colours);
}

static const struct {
    const char *what;
    void (*look)(struct doctor *doctor, struct finding *finding);
} looks[] = {
    {"config", look_config}, {"server", look_server},       {"key", look_key},
    {"answer", look_answer}, {"clock", look_clock},         {"keyring", look_keyring},
    {"audit", look_audit},   {"clipboard", look_clipboard}, {"terminal", look_terminal},
};

enum { LOOKS = sizeof looks / sizeof *looks };

/* ---- telling */

static bool print_report(const struct finding *findings, struct error *error)
{
    static const char *const words[] = {[HEALTH_GOOD] = "ok",
                                        [HEALTH_NOTE] = "note",
                                        [HEALTH_BAD] = "bad",
                                        [HEALTH_SKIPPED] = "skipped"};
    struct report_line lines[LOOKS];
    for (size_t i = 0; i < LOOKS; i++)
        lines[i] =
            (struct report_line){looks[i].what, words[findings[i].health], findings[i].words};
    return json_report(stdout, lines, LOOKS, error);
}

static void print(const struct program *program, const char *what, const struct finding *finding)
{
    static const char *const words[] = {
        [HEALTH_GOOD] = "ok", [HEALTH_NOTE] = "note", [HEALTH_BAD] = "bad", [HEALTH_SKIPPED] = "-"};
    char clean[1600];
    if (program->options.json || (program->options.quiet && finding->health != HEALTH_BAD))
        return;
    text_clean(clean, sizeof clean, finding->words, strlen(finding->words), TEXT_UTF8);
    printf("%-4s %-9s %s\n", words[finding->health], what, clean);
}

static enum exit_code run(struct program *program, struct error *error)
{
    struct doctor doctor = {.program = program};
    struct finding findings[LOOKS];
    size_t bad = 0;
    for (size_t i = 0; i < LOOKS; i++) {
        find(&findings[i], HEALTH_SKIPPED, "not looked at: see above");
        looks[i].look(&doctor, &findings[i]);
        print(program, looks[i].what, &findings[i]);
        bad += findings[i].health == HEALTH_BAD;
    }
    if (program->options.json && !print_report(findings, error))
        return EXIT_NOTHING;
    return bad > 0 ? EXIT_SOME : EXIT_OK;
}

const struct cmd cmd_doctor = {.run = run, .alone = true};
