/* setting: what the configuration file can say. One list: parsing, --print-config and
 * leasetop.conf(5) are read off it. A new setting is one line here and the use of its field. Pure;
 * any thread. */
#ifndef CORE_SETTING_H
#define CORE_SETTING_H

#include "core/problems.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    SETTING_SECONDS_MAX = 3600, /* of intervals and time limits */
    SETTING_GRACE_MAX_S = 30,
    SETTING_DAY_S = 86400,
};

/* field of struct settings, path in the file, kind, least and most (of numbers and seconds), words
 * it may be (of WORD and WORDS) or an example, usual value ("": none), whether a profile may have
 * its own, whether an edit counts at once or at the next start, what it does */
#define SETTINGS(X)                                                                                \
    X(profile, "profile", TEXT, 0, 0, "prod", "", GENERAL, START,                                  \
      "the profile to begin with, unless --profile names one")                                     \
    X(url, "url", TEXT, 0, 0, "https://api.bctrl.ai", "", PROFILE, START,                          \
      "the API's address, with or without /v1; else BCTRL_API_URL, else https://api.bctrl.ai")     \
    X(key_env, "key_env", TEXT, 0, 0, "BCTRL_API_KEY", "", PROFILE, START,                         \
      "the environment variable that holds the key; it is wiped there when it has been read")      \
    X(key_file, "key_file", PATH, 0, 0, "~/.config/leasetop/key", "", PROFILE, START,              \
      "the file that holds the key, which only you may read")                                      \
    X(key_command, "key_command", COMMAND, 0, 0, "pass show bctrl", "", PROFILE, START,            \
      "the command that prints the key: one text for the shell, or a list of words without one")   \
    X(ca_file, "ca_file", PATH, 0, 0, "~/company-ca.pem", "", PROFILE, START,                      \
      "trust the CAs in this file instead of the system's")                                        \
    X(client_cert, "client_cert", PATH, 0, 0, "~/me.pem", "", PROFILE, START,                      \
      "prove to the server who you are, with the certificate in this file (PEM)")                  \
    X(client_key, "client_key", PATH, 0, 0, "~/me.key", "", PROFILE, START,                        \
      "its private key, which only you may read; else in the same file")                           \
    X(space, "space", TEXT, 0, 0, "acme-ops", "", PROFILE, START,                                  \
      "ask for this space only, by id or name")                                                    \
    X(runtime, "runtime", TEXT, 0, 0, "checkout", "", PROFILE, START,                              \
      "ask for this runtime of the space only, by id or name")                                     \
    X(read_only, "read_only", SWITCH, 0, 0, "", "false", PROFILE, START,                           \
      "never send anything that changes something")                                                \
    X(guard, "guard", WORD, 0, 0, "normal|strict", "normal", PROFILE, LIVE,                        \
      "how to confirm what ends leases: strict asks for their number to be typed, always")         \
    X(accent, "accent", TEXT, 0, 0, "red bold", "", PROFILE, LIVE,                                 \
      "how the profile's name looks in the header: words as in a theme")                           \
    X(protocols, "protocols", WORDS, 0, 0, "cdp|cua|rdp|vnc|mcp|http", "cdp", PROFILE, LIVE,       \
      "what the form for a new lease offers, the first as its default")                            \
    X(ttl_s, "ttl", SECONDS, 60, 7200, "", "1h", PROFILE, LIVE,                                    \
      "how long a new lease lives, unless the form says otherwise")                                \
    X(interval_s, "interval", SECONDS, 1, SETTING_SECONDS_MAX, "", "5s", GENERAL, START,           \
      "ask for what is on the screen so often")                                                    \
    X(budget, "budget", NUMBER, 1, 1000, "", "10", GENERAL, START,                                 \
      "requests a second, at most, over the whole fleet")                                          \
    X(timeout_s, "timeout", SECONDS, 1, SETTING_SECONDS_MAX, "", "15s", GENERAL, START,            \
      "wait so long for an answer, twice as long for that of a write")                             \
    X(connect_timeout_s, "connect_timeout", SECONDS, 1, SETTING_SECONDS_MAX, "", "5s", GENERAL,    \
      START, "wait so long for a connection")                                                      \
    X(keyring, "keyring", SWITCH, 0, 0, "", "true", GENERAL, START,                                \
      "copy endpoints to the kernel's keyring, for a restart")                                     \
    X(theme, "theme", NAME, 0, 0, "", "default", GENERAL, LIVE,                                    \
      "colours, by the name of a theme, or a file if it has a slash")                              \
    X(ascii, "ascii", SWITCH, 0, 0, "", "false", GENERAL, START,                                   \
      "draw with ASCII only, whatever the locale")                                                 \
    X(clock, "clock", WORD, 0, 0, "local|utc", "local", GENERAL, LIVE,                             \
      "show moments in this zone")                                                                 \
    X(grace_s, "grace", SECONDS, 0, SETTING_GRACE_MAX_S, "", "5s", GENERAL, LIVE,                  \
      "how long a confirmed revoke can be undone before it is sent")                               \
    X(keep_alive_s, "keep_alive", SECONDS, 60, 7 * SETTING_DAY_S, "", "8h", GENERAL, LIVE,         \
      "how long a lease is kept alive, at most, in all its rotations")                             \
    X(audit, "audit", PATH, 0, 0, "~/leasetop-audit.jsonl", "", GENERAL, START,                    \
      "add each own action to this file, as a line of JSON")                                       \
    X(ledger, "ledger", SWITCH, 0, 0, "", "true", GENERAL, START,                                  \
      "remember the ids of leases made here, so that BY is known after a restart")                 \
    X(names, "names", SWITCH, 0, 0, "", "true", GENERAL, START,                                    \
      "remember the ids and names that were seen last, so that a shell can complete them")         \
    X(warn_s, "thresholds.warn", SECONDS, 1, SETTING_DAY_S, "", "5m", GENERAL, LIVE,               \
      "a lease is expiring when no more is left")                                                  \
    X(critical_s, "thresholds.critical", SECONDS, 1, SETTING_DAY_S, "", "60s", GENERAL, LIVE,      \
      "and critical when no more than this is left")                                               \
    X(clipboard_route, "clipboard.route", WORD, 0, 0,                                              \
      "auto|command|tmux|osc52|wl-copy|xclip|xsel|pbcopy", "auto", GENERAL, LIVE,                  \
      "the one way to copy, or auto for the first that works")                                     \
    X(clipboard_command, "clipboard.command", TEXT, 0, 0, "xclip -selection clipboard", "",        \
      GENERAL, LIVE, "copy by this shell command, which gets the text on its standard input")      \
    X(bell, "alerts.bell", WORD, 0, 0, "off|once", "off", GENERAL, LIVE,                           \
      "ring the terminal's bell at each threshold")                                                \
    X(note, "alerts.note", SWITCH, 0, 0, "", "false", GENERAL, LIVE,                               \
      "ask the terminal for a desktop note at each threshold")                                     \
    X(on_created, "hooks.on_created", COMMAND, 0, 0, "notify-send made", "", GENERAL, LIVE,        \
      "run when a lease was made here")                                                            \
    X(on_expiring, "hooks.on_expiring", COMMAND, 0, 0, "notify-send expiring", "", GENERAL, LIVE,  \
      "run when a lease reaches a threshold")                                                      \
    X(on_expired, "hooks.on_expired", COMMAND, 0, 0, "notify-send expired", "", GENERAL, LIVE,     \
      "run when a lease has expired")                                                              \
    X(on_revoked, "hooks.on_revoked", COMMAND, 0, 0, "notify-send revoked", "", GENERAL, LIVE,     \
      "run when a lease was revoked here")

/* What a setting may be, and the C type of its field. */
enum setting_kind {
    SETTING_TEXT,    /* not empty */
    SETTING_PATH,    /* `~/` is the home folder; else relative to the file's folder */
    SETTING_NAME,    /* a name, or with a slash in it a path */
    SETTING_SECONDS, /* whole, or as "5m" */
    SETTING_NUMBER,
    SETTING_SWITCH,  /* true or false */
    SETTING_WORD,    /* one of its words, kept as their number */
    SETTING_WORDS,   /* some of its words */
    SETTING_COMMAND, /* a text for the shell, or a list of words; kept as an argv */
    SETTING_KINDS
};
#define SETTING_FIELD_TEXT    const char *
#define SETTING_FIELD_PATH    const char *
#define SETTING_FIELD_NAME    const char *
#define SETTING_FIELD_SECONDS int
#define SETTING_FIELD_NUMBER  int
#define SETTING_FIELD_SWITCH  bool
#define SETTING_FIELD_WORD    int
#define SETTING_FIELD_WORDS   const char *const *
#define SETTING_FIELD_COMMAND const char *const *

/* The numbers of the words above. */
enum guard { GUARD_NORMAL, GUARD_STRICT };
enum clock_zone { CLOCK_LOCAL, CLOCK_UTC };
enum bell { BELL_OFF, BELL_ONCE };
enum { CLIPBOARD_AUTO, CLIPBOARD_COMMAND };

#define SETTING_ENUM(field, path, kind, least, most, words, usual, whose, effect, help)            \
    SETTING_OF_##field,
enum setting { SETTINGS(SETTING_ENUM) SETTING_COUNT };
#undef SETTING_ENUM

/* Texts and lists are borrowed from the configuration they were read from; NULL where there is
 * none. Lists end with NULL. */
struct settings {
#define SETTING_FIELD(field, path, kind, least, most, words, usual, whose, effect, help)           \
    SETTING_FIELD_##kind field;
    SETTINGS(SETTING_FIELD)
#undef SETTING_FIELD
    unsigned lines[SETTING_COUNT]; /* where the file says so; 0: it does not */
};

enum setting_owner { SETTING_GENERAL, SETTING_PROFILE };
enum setting_effect { SETTING_START, SETTING_LIVE };

struct setting_info {
    const char *path;
    enum setting_kind kind;
    int least, most;
    const char *words, *usual;
    enum setting_owner owner;
    enum setting_effect effect;
    const char *help;
    size_t offset, size; /* of the field */
};

const struct setting_info *setting_info(enum setting setting);

/* The one at this path; SETTING_COUNT if there is none. */
enum setting setting_find(const char *path);

/* A path that was probably meant, or NULL; `owner` SETTING_PROFILE: among those of a profile. */
const char *setting_near(const char *path, enum setting_owner owner);

/* The word of this number among words between bars; false beyond the last. */
bool setting_word(const char *words, size_t place, char *out, size_t size);

/* Sets a field from a text, as the usual values are written. Lists of one word only; not for
 * commands and paths. The text is borrowed. */
bool setting_parse(struct settings *settings, enum setting setting, const char *text,
                   struct error *error);

/* The usual values. */
void settings_usual(struct settings *settings);

/* Whether two mean the same, and the path of the first that takes effect at the next start only and
 * does not; NULL: none. */
bool setting_same(const struct settings *a, const struct settings *b, enum setting setting);
const char *settings_stale(const struct settings *running, const struct settings *edited);

/* What counts at once goes over; what counts at the next start stays. */
void settings_take_live(struct settings *running, const struct settings *edited);

/* The whole file with its usual values, each with its sentence, ready to be edited. */
void settings_print(FILE *to);

#endif
