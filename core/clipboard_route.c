/* clipboard_route: see clipboard_route.h. */
#include "core/clipboard_route.h"

#include "core/environment.h"

#include <string.h>

#define SHELL "/bin/sh"

/* Words of a command line that are known only when it is run. */
static const char TOOL[] = "(path of the program)";
static const char NAME[] = "(name of the buffer)";
static const char SECONDS[] = "(until it is forgotten)";
static const char COMMAND[] = "(the configured command)";

/* Runs the tool in $2, which holds the clipboard while it runs, and after $1 seconds, or on TERM,
 * ends it by END. A holder that ends lets go of the clipboard only if it still has it. /bin/sh
 * gives a background command /dev/null for its input, so the secret takes the way through
 * descriptor 3. `kill 0` is for the timer: this is a session of its own. */
#define HOLD(END)                                                                                  \
    "seconds=$1 tool=$2; shift 2\n"                                                                \
    "trap '" END "' TERM\n"                                                                        \
    "exec 3<&0 </dev/null\n"                                                                       \
    "\"$tool\" \"$@\" <&3 3<&- & held=$!\n"                                                        \
    "exec 3<&-\n"                                                                                  \
    "(sleep \"$seconds\"; kill \"$$\"; sleep 2; kill -9 \"$held\") &\n"                            \
    "wait \"$held\"; status=$?\n"                                                                  \
    "wait \"$held\"\n"                                                                             \
    "trap '' TERM; kill 0\n"                                                                       \
    "exit \"$status\"\n"

/* After $1 seconds forgets the buffer named $3: nobody else's, for the name is random. */
#define LATER "sleep \"$1\"; exec \"$2\" delete-buffer -b \"$3\""

const struct clipboard_route clipboard_routes[CLIPBOARD_ROUTES] = {
    {.name = "command",
     .words = "the configured command",
     .argv = {SHELL, "-c", COMMAND},
     .lasting = "what it keeps is not forgotten"},
    {.name = "tmux",
     .words = "tmux",
     .variables = {"TMUX"},
     .program = "tmux",
     .argv = {TOOL, "load-buffer", "-w", "-b", NAME, "-"},
     .forget = {SHELL, "-c", LATER, "leasetop", SECONDS, TOOL, NAME},
     .besides = "; the terminal's own clipboard may keep it"},
    {.name = "osc52", .way = CLIPBOARD_TERMINAL, .variables = {"SSH_CONNECTION", "SSH_TTY"}},
    {
        .name = "wl-copy",
        .words = "wl-copy",
        .way = CLIPBOARD_HOLDER,
        .variables = {"WAYLAND_DISPLAY"},
        .program = "wl-copy",
        /* It keeps a file, which it removes when it loses the clipboard but not when it is killed;
         * while it runs, the clipboard is its own and may be cleared. */
        .argv = {SHELL, "-c", HOLD("\"$tool\" --clear"), "leasetop", SECONDS, TOOL, "--foreground",
                 "--type", "text/plain"},
    },
    {
        .name = "xclip",
        .words = "xclip",
        .way = CLIPBOARD_HOLDER,
        .variables = {"DISPLAY"},
        .program = "xclip",
        .argv = {SHELL, "-c", HOLD("kill \"$held\""), "leasetop", SECONDS, TOOL, "-quiet",
                 "-selection", "clipboard"},
    },
    {
        .name = "xsel",
        .words = "xsel",
        .way = CLIPBOARD_HOLDER,
        .variables = {"DISPLAY"},
        .program = "xsel",
        .argv = {SHELL, "-c", HOLD("kill \"$held\""), "leasetop", SECONDS, TOOL, "--clipboard",
                 "--input", "--nodetach"},
    },
    {
        .name = "pbcopy",
        .words = "pbcopy",
        .program = "pbcopy",
        .argv = {TOOL},
    },
    {.name = "osc52", .way = CLIPBOARD_TERMINAL},
};

/* Terminals that would show the sequence or drop it. */
static const char *const NO_OSC52[] = {"linux", "dumb", "ansi", "cons25", "sun", "unknown",
                                       "vt1",   "vt2",  "vt3",  "vt4",    "vt5"};

bool clipboard_route_automatic(const char *name)
{
    return name == NULL || strcmp(name, "auto") == 0;
}

void clipboard_route_words(const char *const *argv, const struct clipboard_blanks *blanks,
                           const char *words[CLIPBOARD_WORDS])
{
    const struct {
        const char *blank, *word;
    } known[] = {{TOOL, blanks->tool},
                 {NAME, blanks->name},
                 {SECONDS, blanks->seconds},
                 {COMMAND, blanks->command}};
    for (size_t i = 0; i < CLIPBOARD_WORDS; i++) {
        words[i] = argv[i];
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (argv[i] == known[k].blank)
                words[i] = known[k].word;
    }
}

static bool terminal_plausible(const struct clipboard_options *options)
{
    const char *term = environment_get(options->environment, "TERM");
    if (options->terminal == NULL || term == NULL)
        return false;
    for (size_t i = 0; i < sizeof NO_OSC52 / sizeof *NO_OSC52; i++)
        if (strncmp(term, NO_OSC52[i], strlen(NO_OSC52[i])) == 0)
            return false;
    return true;
}

bool clipboard_route_applies(const struct clipboard_route *route,
                             const struct clipboard_options *options)
{
    bool automatic = clipboard_route_automatic(options->route);
    bool there = route->variables[0] == NULL;
    if (!automatic && strcmp(options->route, route->name) != 0)
        return false;
    for (size_t i = 0; i < 2 && route->variables[i] != NULL; i++)
        there = there || environment_get(options->environment, route->variables[i]) != NULL;
    if (route->way == CLIPBOARD_TERMINAL)
        return there && terminal_plausible(options);
    return there && (route->argv[2] != COMMAND || options->command != NULL);
}

/* RFC 4648 section 4. */
static size_t base64(char *out, const unsigned char *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size = 0;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned group = (unsigned)bytes[i] << 16 | (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0u) |
                         (left > 2 ? bytes[i + 2] : 0u);
        out[size++] = digits[group >> 18];
        out[size++] = digits[group >> 12 & 63];
        out[size++] = left > 1 ? digits[group >> 6 & 63] : '=';
        out[size++] = left > 2 ? digits[group & 63] : '=';
    }
    return size;
}

struct secret *clipboard_osc52(const char *bytes, size_t length, size_t *size)
{
    static const char begin[] = "\033]52;c;", end[] = "\a";
    struct secret *sequence = secret_new(strlen(begin) + (length + 2) / 3 * 4 + strlen(end) + 1);
    if (sequence == NULL)
        return NULL;
    char *at = stpcpy(secret_bytes(sequence), begin);
    at += base64(at, (const unsigned char *)bytes, length);
    at = stpcpy(at, end);
    *size = (size_t)(at - secret_bytes(sequence));
    return sequence;
}
