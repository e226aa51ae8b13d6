/* options: the command line. One list: parsing, --help, the man page and completions are read off
 * it. Main thread: getopt has state of its own. */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include "api/error.h"
#include "core/command.h"

#include <stdbool.h>
#include <stdio.h>

/* Which commands take an option: a set of them, the dashboard among them. */
#define OPTION_ALL       (~0u)
#define OPTION_OF(name)  (1u << COMMAND_##name)
#define OPTION_DASHBOARD OPTION_OF(DASHBOARD)
#define OPTION_LISTS     (OPTION_OF(LIST) | OPTION_OF(RUNTIMES) | OPTION_OF(SPACES))

#define OPTION_MAKES  (OPTION_OF(CREATE) | OPTION_OF(ROTATE))
#define OPTION_WRITES (OPTION_MAKES | OPTION_OF(REVOKE))
#define OPTION_SHOWS  (OPTION_MAKES | OPTION_OF(COPY))

/* field of struct options, name, argument ("" for none), kind, who takes it, what it does */
#define OPTIONS(X)                                                                                 \
    X(api_url, "api-url", "URL", TEXT, OPTION_ALL,                                                 \
      "the API's address, with or without /v1; else BCTRL_API_URL, else https://api.bctrl.ai")     \
    X(api_key_file, "api-key-file", "FILE", TEXT, OPTION_ALL,                                      \
      "read the key from FILE, which only you may read; else BCTRL_API_KEY")                       \
    X(config, "config", "FILE", TEXT, OPTION_ALL,                                                  \
      "read this configuration instead of ~/.config/leasetop/leasetop.conf")                       \
    X(profile, "profile", "PROFILE", TEXT, OPTION_ALL,                                             \
      "begin with this profile of the configuration")                                              \
    X(ca_file, "ca-file", "FILE", TEXT, OPTION_ALL,                                                \
      "trust the CAs in FILE instead of the system's")                                             \
    X(client_cert, "client-cert", "FILE", TEXT, OPTION_ALL,                                        \
      "prove to the server who you are, with the certificate in FILE (PEM)")                       \
    X(client_key, "client-key", "FILE", TEXT, OPTION_ALL,                                          \
      "its private key, which only you may read; else in the same FILE")                           \
    X(interval_s, "interval", "SECONDS", SECONDS, OPTION_ALL,                                      \
      "ask for what is on the screen so often (1 to 3600; 5)")                                     \
    X(timeout_s, "timeout", "SECONDS", SECONDS, OPTION_ALL,                                        \
      "wait so long for an answer, twice as long for that of a write (1 to 3600; 15)")             \
    X(theme, "theme", "THEME", TEXT, OPTION_ALL,                                                   \
      "colours: default, dark, light, high-contrast, deuteranopia, tritanopia, mono, nord, "       \
      "gruvbox, solarized, solarized-light, dracula, catppuccin, or a file if it has a slash")     \
    X(clipboard_command, "clipboard-command", "COMMAND", TEXT, OPTION_ALL,                         \
      "copy by this shell command, which gets the text on its standard input")                     \
    X(keyring, "keyring", "auto|off", SWITCH, OPTION_ALL,                                          \
      "copy endpoints to the kernel's keyring, for a restart (auto), or never (off)")              \
    X(read_only, "read-only", "", FLAG, OPTION_ALL, "never send anything that changes something")  \
    X(ascii, "ascii", "", FLAG, OPTION_ALL, "draw with ASCII only, whatever the locale")           \
    X(demo, "demo", "", FLAG, OPTION_ALL,                                                          \
      "watch a fleet of leasetop-gateway's own, on this machine")                                  \
    X(once, "once", "", FLAG, OPTION_DASHBOARD,                                                    \
      "print the table once; so also where there is no terminal")                                  \
    X(json, "json", "", FLAG, OPTION_DASHBOARD | OPTION_LISTS | OPTION_WRITES | OPTION_OF(DOCTOR), \
      "print JSON; without a command that of list, with no dashboard")                             \
    X(jsonl, "jsonl", "", FLAG, OPTION_LISTS | OPTION_OF(WATCH), "print a line of JSON for each")  \
    X(csv, "csv", "", FLAG, OPTION_LISTS,                                                          \
      "print CSV, with the names of the columns in the first line")                                \
    X(columns, "columns", "COLUMNS", TEXT, OPTION_LISTS,                                           \
      "print these columns, with a comma between two")                                             \
    X(filter, "filter", "FILTER", TEXT, OPTION_LISTS | OPTION_OF(REVOKE),                          \
      "only those that FILTER lets through, as / does in the dashboard")                           \
    X(sort, "sort", "COLUMN", TEXT, OPTION_LISTS,                                                  \
      "sort by this column; with - before it downwards")                                           \
    X(reverse, "reverse", "", FLAG, OPTION_LISTS, "sort the other way round")                      \
    X(protocol, "protocol", "PROTOCOL", TEXT, OPTION_MAKES,                                        \
      "of the new lease; else what the configuration says, else cdp")                              \
    X(ttl_s, "ttl", "TIME", SPAN, OPTION_MAKES,                                                    \
      "how long it lives, as 15m or 1h30m; else what the configuration says, else 1h")             \
    X(options_file, "options", "FILE", TEXT, OPTION_MAKES,                                         \
      "read its options, a JSON object, from FILE; - is the standard input")                       \
    X(copy, "copy", "", FLAG, OPTION_MAKES, "copy its endpoint to the clipboard")                  \
    X(part, "part", "PART", TEXT, OPTION_SHOWS,                                                    \
      "with --copy or --show-secret: only this part of the endpoint, as password or browser.url")  \
    X(show_secret, "show-secret", "", FLAG, OPTION_SHOWS,                                          \
      "print its endpoint, which nothing else does")                                               \
    X(exec, "exec", "", FLAG, OPTION_OF(CREATE),                                                   \
      "run PROGRAM with its endpoint in the environment, and revoke it when that ends")            \
    X(endpoint_stdin, "endpoint-stdin", "", FLAG, OPTION_OF(CREATE),                               \
      "with --exec: on the standard input instead")                                                \
    X(yes, "yes", "", FLAG, OPTION_OF(REVOKE), "do not ask")                                       \
    X(wait_for, "for", "WHAT", TEXT, OPTION_OF(WAIT),                                              \
      "expiry (which it is without this), revoked, or a time left, as 5m-left")                    \
    X(quiet, "quiet", "", FLAG, OPTION_ALL, "say only what was asked for, and what went wrong")    \
    X(print_config, "print-config", "", FLAG, OPTION_DASHBOARD,                                    \
      "print a configuration with all usual values")                                               \
    X(check_config, "check-config", "", FLAG, OPTION_DASHBOARD,                                    \
      "say all that is wrong with the configuration")                                              \
    X(version, "version", "", FLAG, OPTION_ALL, "print the version")                               \
    X(help, "help", "", FLAG, OPTION_ALL, "print this")

enum option_kind { OPTION_TEXT, OPTION_SECONDS, OPTION_SPAN, OPTION_SWITCH, OPTION_FLAG };

/* What C type a field of each kind has. */
#define OPTION_FIELD_TEXT    const char *
#define OPTION_FIELD_SECONDS int
#define OPTION_FIELD_SPAN    int
#define OPTION_FIELD_SWITCH  bool
#define OPTION_FIELD_FLAG    bool

struct options {
#define OPTION_FIELD(field, name, argument, kind, takers, help) OPTION_FIELD_##kind field;
    OPTIONS(OPTION_FIELD)
#undef OPTION_FIELD
    enum command command;
    char space[1024], runtime[1024]; /* the chosen ones, "" for all */
    /* What the command is about, where that is no space or runtime. Borrowed. */
    const char *const *words;
    size_t word_count;
    const char *const *program; /* to be run: what stands behind `--`, ended by NULL; or NULL */
};

/* How this program ends. One list: --help and the man page are read off it. */
#define EXITS(X)                                                                                   \
    X(OK, 0, "all was read, or done")                                                              \
    X(NOTHING, 1, "nothing could be read, or done")                                                \
    X(USAGE, 2, "the command line is wrong, or it was cancelled")                                  \
    X(UNAUTHORISED, 4, "there is no key, or it is rejected")                                       \
    X(SOME, 5, "some could not be read, or done, or are not confirmed")                            \
    X(UNSTARTED, 126, "the program of --exec cannot be started")                                   \
    X(NO_PROGRAM, 127, "the program of --exec is not there")

#define EXIT_ENUM(name, code, help) EXIT_##name = code,
enum exit_code { EXITS(EXIT_ENUM) };
#undef EXIT_ENUM

/* The description of one option, for who prints tables of them; false beyond the last. */
struct option_info {
    const char *name, *argument, *help;
    enum option_kind kind;
    unsigned takers; /* OPTION_OF each command that takes it */
};
bool options_info(size_t place, struct option_info *info);

/* Fills `options` from the command line, whose texts are borrowed and whose words are moved to its
 * front. What is not given is NULL, 0 or
 * false, but for the keyring, which is on; see config_settle for what holds then. The sentence of
 * an error says what to do. */
bool options_parse(struct options *options, int argc, char **argv, struct error *error);

/* Forgets what names a server and what is shown to it or looked at there: it was said of the
 * profile that the program began with, and no other may have its key sent there. */
void options_leave_server(struct options *options);

/* COMMAND_DASHBOARD: of all there is. */
void options_help(FILE *to, enum command command);

#endif
