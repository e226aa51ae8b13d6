/* action: everything a key can do. One list: keys, help, the footer, the read-only gate and the man
 * page are read off it. A new action is one line here and the function that does it. Pure; any
 * thread. */
#ifndef CORE_ACTION_H
#define CORE_ACTION_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

enum action_group {
    ACTION_MOVING,
    ACTION_VIEWING,
    ACTION_FINDING,
    ACTION_LEASING,
    ACTION_PROGRAM,
    ACTION_GROUPS
};

/* identifier, name in the configuration, default keys, group, writes, word in the footer, what it
 * does */
#define ACTIONS(X)                                                                                 \
    X(DOWN, "down", "j Down", MOVING, false, "", "one row down")                                   \
    X(UP, "up", "k Up", MOVING, false, "", "one row up")                                           \
    X(PAGE_DOWN, "page-down", "PgDn", MOVING, false, "", "one screen down")                        \
    X(PAGE_UP, "page-up", "PgUp", MOVING, false, "", "one screen up")                              \
    X(HALF_DOWN, "half-page-down", "Ctrl-D", MOVING, false, "", "half a screen down")              \
    X(HALF_UP, "half-page-up", "Ctrl-U", MOVING, false, "", "half a screen up")                    \
    X(TOP, "top", "g Home", MOVING, false, "", "to the first row")                                 \
    X(BOTTOM, "bottom", "G End", MOVING, false, "", "to the last row")                             \
    X(OPEN, "open", "Enter", VIEWING, false, "details",                                            \
      "details of the lease or event; the leases of a runtime")                                    \
    X(BACK, "back", "Esc", VIEWING, false, "back",                                                 \
      "close what is open, clear the filter, go back")                                             \
    X(LEASES, "view-leases", "1", VIEWING, false, "leases", "the view of leases")                  \
    X(RUNTIMES, "view-runtimes", "2", VIEWING, false, "runtimes", "the view of runtimes")          \
    X(EVENTS, "view-events", "3", VIEWING, false, "events", "the view of what happened")           \
    X(STRIP, "events-strip", "e", VIEWING, false, "strip", "the newest events below the table")    \
    X(NEXT_VIEW, "next-view", "Tab", VIEWING, false, "view", "the next view")                      \
    X(WIDE, "wide", "w", VIEWING, false, "wide", "more columns, or the usual ones")                \
    X(KEEP_VIEW, "keep-view", "s", VIEWING, false, "keep",                                         \
      "let this view begin as it is sorted and wide now")                                          \
    X(CLOCK, "clock", "t", VIEWING, false, "clock", "times of this machine's zone, or UTC")        \
    X(FILTER, "filter", "/ F4", FINDING, false, "filter", "show only what matches, as you type")   \
    X(SORT_NEXT, "sort-next", "> F6", FINDING, false, "sort", "sort by the next column")           \
    X(SORT_PREVIOUS, "sort-previous", "<", FINDING, false, "", "sort by the column before")        \
    X(SORT_INVERT, "sort-invert", "I", FINDING, false, "", "sort the other way round")             \
    X(MARK, "mark", "Space", FINDING, false, "mark",                                               \
      "mark the lease or take its mark away, and go on")                                           \
    X(MARK_RANGE, "mark-range", "V", FINDING, false, "", "mark all from the last mark to here")    \
    X(UNMARK, "unmark-all", "U", FINDING, false, "unmark", "take all marks away")                  \
    X(CREATE, "create", "n", LEASING, true, "new", "make a new lease on this runtime")                 \
    X(COPY, "copy", "c", LEASING, false, "copy", "copy the endpoint of the lease")                 \
    X(REVOKE, "revoke", "x F9", LEASING, true, "revoke",                                           \
      "revoke what is marked, or this lease: confirm, then a few seconds to undo it")              \
    X(REVOKE_NOW, "revoke-now", "X", LEASING, true, "revoke now",                                  \
      "revoke at once, for a credential that has leaked: confirm, no undo")                        \
    X(REVOKE_RUNTIME, "revoke-runtime", "", LEASING, true, "revoke all",                           \
      "revoke all leases of this runtime")                                                         \
    X(REVOKE_SPACE, "revoke-space", "", LEASING, true, "revoke all",                               \
      "revoke all leases of this space")                                                           \
    X(QUIT_REVOKE, "quit-revoke-mine", "", LEASING, true, "revoke mine",                           \
      "revoke what was made by you, and quit when that is done")                                   \
    X(COPY_MENU, "copy-menu", "Y", LEASING, false, "copy menu",                                    \
      "copy a part of the endpoint, the id, or a snippet that connects")                           \
    X(REVEAL, "reveal", "v", LEASING, false, "reveal", "show the endpoint for 15 seconds")         \
    X(ROTATE, "rotate", "R", LEASING, true, "rotate",                                              \
      "a new lease in the place of this one, which is then revoked")                               \
    X(KEEP, "keep-alive", "A", LEASING, true, "keep alive",                                        \
      "rotate it by itself at two thirds of its life, or stop that")                               \
    X(UNDO, "undo", "u", LEASING, false, "undo", "take back a revoke that was not sent yet")       \
    X(REFRESH, "refresh", "r F5", PROGRAM, false, "refresh",                                       \
      "ask the server now; after a rejected key, try the key again")                               \
    X(KEY, "key", "K", PROGRAM, false, "key", "type another API key; it is kept in memory only")   \
    X(PROFILE, "profile", "p", PROGRAM, false, "profile",                                          \
      "another profile; this one goes on in the background")                                       \
    X(PAUSE, "pause", "Z", PROGRAM, false, "pause", "stop or resume asking; countdowns go on")     \
    X(THEME, "next-theme", "T", PROGRAM, false, "theme", "the next theme")                         \
    X(MOUSE, "mouse", "m", PROGRAM, false, "mouse",                                                \
      "the mouse for leasetop, or the terminal again")                                             \
    X(REPAINT, "repaint", "Ctrl-L", PROGRAM, false, "", "paint the screen anew")                   \
    X(PALETTE, "palette", ":", PROGRAM, false, "actions", "all actions, by typing")                \
    X(HELP, "help", "? F1", PROGRAM, false, "help", "this list")                                   \
    X(QUIT, "quit", "q F10 Ctrl-C", PROGRAM, false, "quit", "end; what was confirmed is sent first")

#define ACTION_ENUM(name, word, keys, group, writes, hint, help) ACTION_##name,
enum action { ACTION_NONE, ACTIONS(ACTION_ENUM) ACTION_COUNT };
#undef ACTION_ENUM

struct action_info {
    const char *name, *keys;
    enum action_group group;
    bool writes; /* off where writing is off */
    const char *hint, *help;
};

/* Of any action but ACTION_NONE. */
const struct action_info *action_info(enum action action);
const char *action_group_title(enum action_group group);

/* How the first key of each action is called; "" for one that has none. */
enum { ACTION_KEY_BYTES = 16 };
struct action_keys {
    char of[ACTION_COUNT][ACTION_KEY_BYTES];
};

/* The usual ones. */
void action_keys_usual(struct action_keys *keys);

/* Fills sentences that speak of keys: in `text` each `{NAME}` becomes the key of the action of that
 * name; where it has none, `:NAME`, which the palette takes. What is no name stays. Returns `out`.
 */
char *action_fill(char *out, size_t size, const char *text, const struct action_keys *keys);

/* The same of a format of printf, filled before its arguments come in: those are left alone. */
enum { ACTION_SENTENCE_BYTES = 512 };
void action_format(char *out, size_t size, const struct action_keys *keys, const char *format,
                   va_list arguments) __attribute__((format(printf, 4, 0)));

#endif
