/* options: the command line. One list: parsing, --help and the man page are read off it. Main
 * thread: getopt has state of its own. */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include "api/error.h"

#include <stdbool.h>
#include <stdio.h>

/* field of struct options, name, argument ("" for none), kind, what it does */
#define OPTIONS(X)                                                                                 \
    X(api_url, "api-url", "URL", TEXT,                                                             \
      "the API's address, with or without /v1; else BCTRL_API_URL, else https://api.bctrl.ai")     \
    X(api_key_file, "api-key-file", "FILE", TEXT,                                                  \
      "read the key from FILE, which only you may read; else BCTRL_API_KEY")                       \
    X(config, "config", "FILE", TEXT,                                                              \
      "read this configuration instead of ~/.config/leasetop/leasetop.conf")                       \
    X(profile, "profile", "NAME", TEXT, "begin with this profile of the configuration")            \
    X(ca_file, "ca-file", "FILE", TEXT, "trust the CAs in FILE instead of the system's")           \
    X(client_cert, "client-cert", "FILE", TEXT,                                                    \
      "prove to the server who you are, with the certificate in FILE (PEM)")                       \
    X(client_key, "client-key", "FILE", TEXT,                                                      \
      "its private key, which only you may read; else in the same FILE")                           \
    X(interval_s, "interval", "SECONDS", SECONDS,                                                  \
      "ask for what is on the screen so often (1 to 3600; 5)")                                     \
    X(timeout_s, "timeout", "SECONDS", SECONDS,                                                    \
      "wait so long for an answer, twice as long for that of a write (1 to 3600; 15)")             \
    X(theme, "theme", "NAME", TEXT,                                                                \
      "colours: default, dark, light, high-contrast, deuteranopia, tritanopia, mono, nord, "       \
      "gruvbox, solarized, solarized-light, dracula, catppuccin, or a file if it has a slash")     \
    X(clipboard_command, "clipboard-command", "COMMAND", TEXT,                                     \
      "copy by this shell command, which gets the text on its standard input")                     \
    X(keyring, "keyring", "auto|off", SWITCH,                                                      \
      "copy endpoints to the kernel's keyring, for a restart (auto), or never (off)")              \
    X(read_only, "read-only", "", FLAG, "never send anything that changes something")              \
    X(ascii, "ascii", "", FLAG, "draw with ASCII only, whatever the locale")                       \
    X(demo, "demo", "", FLAG, "watch a fleet of leasetop-gateway's own, on this machine")          \
    X(once, "once", "", FLAG, "print the table once; so also where there is no terminal")          \
    X(json, "json", "", FLAG, "with --once, which it implies: as JSON")                            \
    X(print_config, "print-config", "", FLAG, "print a configuration with all usual values")       \
    X(check_config, "check-config", "", FLAG, "say all that is wrong with the configuration")      \
    X(version, "version", "", FLAG, "print the version")                                           \
    X(help, "help", "", FLAG, "print this")

enum option_kind { OPTION_TEXT, OPTION_SECONDS, OPTION_SWITCH, OPTION_FLAG };

/* What C type a field of each kind has. */
#define OPTION_FIELD_TEXT    const char *
#define OPTION_FIELD_SECONDS int
#define OPTION_FIELD_SWITCH  bool
#define OPTION_FIELD_FLAG    bool

struct options {
#define OPTION_FIELD(field, name, argument, kind, help) OPTION_FIELD_##kind field;
    OPTIONS(OPTION_FIELD)
#undef OPTION_FIELD
    char space[1024], runtime[1024]; /* the chosen ones, "" for all */
};

/* How this program ends. One list: --help and the man page are read off it. */
#define EXITS(X)                                                                                   \
    X(OK, 0, "all was read, or done")                                                              \
    X(NOTHING, 1, "nothing could be read, or done")                                                \
    X(USAGE, 2, "the command line is wrong, or it was cancelled")                                  \
    X(UNAUTHORISED, 4, "there is no key, or it is rejected")                                       \
    X(SOME, 5, "some could not be read, or done, or are not confirmed")

#define EXIT_ENUM(name, code, help) EXIT_##name = code,
enum exit_code { EXITS(EXIT_ENUM) };
#undef EXIT_ENUM

/* The description of one option, for who prints tables of them; false beyond the last. */
struct option_info {
    const char *name, *argument, *help;
    enum option_kind kind;
};
bool options_info(size_t place, struct option_info *info);

/* Fills `options` from the command line, whose texts are borrowed. What is not given is NULL, 0 or
 * false, but for the keyring, which is on; see config_settle for what holds then. The sentence of
 * an error says what to do. */
bool options_parse(struct options *options, int argc, char **argv, struct error *error);

void options_help(FILE *to);

#endif
