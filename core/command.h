/* command: what leasetop can be told to do instead of opening the dashboard. One list: parsing,
 * --help, the man page and completions are read off it. No state; any thread. */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include <stddef.h>

/* NAME, name, its words, how the help shows them, what it does. The names are reserved: a space of
 * such a name comes after `--`. */
#define COMMANDS(X)                                                                                \
    X(LIST, list, "list", TARGET, "[SPACE[/RUNTIME]]", "print the leases")                         \
    X(RUNTIMES, runtimes, "runtimes", TARGET, "[SPACE[/RUNTIME]]", "print the runtimes")           \
    X(SPACES, spaces, "spaces", NONE, "", "print the spaces")                                      \
    X(CREATE, create, "create", RUNTIME, "SPACE/RUNTIME [--exec -- PROGRAM...]", "make a lease")   \
    X(REVOKE, revoke, "revoke", IDS, "[ID...]", "end leases: no new attach is accepted")           \
    X(ROTATE, rotate, "rotate", ID, "ID", "make a lease like this one, and then revoke this one")  \
    X(COPY, copy, "copy", ID, "ID", "copy the endpoint of a lease that was made here")             \
    X(WATCH, watch, "watch", TARGET, "[SPACE[/RUNTIME]]", "print what changes, a line for each")   \
    X(WAIT, wait, "wait", ID, "ID",                                                                \
      "wait until a lease has expired, is revoked, or has so much left")                           \
    X(THEMES, themes, "themes", NONE, "", "show each theme in its colours")                        \
    X(DOCTOR, doctor, "doctor", NONE, "",                                                          \
      "look at all that leasetop stands on, and say what to do")                                   \
    X(COMPLETE, complete, "complete", LINE, "-- WORD...",                                          \
      "print what the last WORD could be, as shells ask at Tab")

/* COMMAND_DASHBOARD is no word: what there is without one. */
#define COMMAND_ENUM(name, id, word, words, shown, help) COMMAND_##name,
enum command { COMMAND_DASHBOARD, COMMANDS(COMMAND_ENUM) COMMAND_COUNT };
#undef COMMAND_ENUM

/* What stands behind a command's name. */
enum command_words {
    COMMAND_WORDS_NONE,
    COMMAND_WORDS_TARGET,  /* SPACE or SPACE/RUNTIME, or nothing */
    COMMAND_WORDS_RUNTIME, /* SPACE/RUNTIME */
    COMMAND_WORDS_ID,      /* one lease */
    COMMAND_WORDS_IDS,     /* any number of leases */
    COMMAND_WORDS_LINE,    /* anything */
};

struct command_info {
    const char *name; /* "" of the dashboard */
    enum command_words words;
    const char *shown; /* its words in the help; "" for none */
    const char *help;
};

const struct command_info *command_info(enum command command);

/* The one of this name; COMMAND_DASHBOARD if there is none. */
enum command command_find(const char *name);

/* What was probably meant by a word that is no command: one, or an option; NULL: nothing of ours.
 */
const char *command_near(const char *word);

#endif
