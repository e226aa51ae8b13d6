/* status: what the table says a row is. One list: glyphs, words, colours, header counts and the
 * JSON are read off it. Pure; any thread. */
#ifndef CORE_STATUS_H
#define CORE_STATUS_H

#include "core/role.h"
#include "core/text.h"

/* How the header counts a row. The counts are disjoint. */
enum tally {
    TALLY_ACTIVE,
    TALLY_EXPIRING,
    TALLY_PENDING,
    TALLY_UNKNOWN,
    TALLY_FAILED,
    TALLY_ENDED,
    TALLY_COUNT
};

/* name, glyph, glyph in ASCII, word, role, counted as, what it means */
#define STATUSES(X)                                                                                \
    X(ACTIVE, "●", "+", "active", ROLE_ST_ACTIVE, TALLY_ACTIVE, "new attaches are accepted")       \
    X(EXPIRING, "!", "!", "expiring", ROLE_ST_EXPIRING, TALLY_EXPIRING,                            \
      "five minutes left, or less")                                                                \
    X(CRITICAL, "!", "!", "expiring", ROLE_ST_CRITICAL, TALLY_EXPIRING, "a minute left, or less")  \
    X(OVERDUE, "?", "?", "expired?", ROLE_ST_UNKNOWN, TALLY_UNKNOWN,                               \
      "its time is up, and the server has not said so yet")                                        \
    X(OTHER, "○", "o", "", ROLE_TEXT, TALLY_UNKNOWN, "what the server calls it")                   \
    X(WAITING, "~", "~", "waiting", ROLE_ST_PENDING, TALLY_PENDING,                                \
      "to be sent when the server lets it, or again")                                              \
    X(CREATING, "~", "~", "creating", ROLE_ST_PENDING, TALLY_PENDING,                              \
      "asked for, and not answered yet")                                                           \
    X(REVOKING, "-", "-", "revoking", ROLE_ST_PENDING, TALLY_PENDING,                              \
      "confirmed: first the undo runs out, then it is sent")                                       \
    X(DISPUTED, "?", "?", "revoked?", ROLE_ST_UNKNOWN, TALLY_UNKNOWN,                              \
      "the server said it is revoked, and lists it as if it were not")                             \
    X(GONE, "?", "?", "gone?", ROLE_ST_UNKNOWN, TALLY_UNKNOWN,                                     \
      "the server does not know it: the next list decides")                                        \
    X(UNREADABLE, "?", "?", "ended?", ROLE_ST_UNKNOWN, TALLY_UNKNOWN,                              \
      "closed or revoked at a time that cannot be read as a date")                                 \
    X(UNLISTED, "?", "?", "unlisted", ROLE_ST_UNKNOWN, TALLY_UNKNOWN,                              \
      "its space is not listed any more: whether it lives is not known")                           \
    X(UNKNOWN, "?", "?", "unknown", ROLE_ST_UNKNOWN, TALLY_UNKNOWN,                                \
      "the answer was lost, and it may have happened: lists tell, sooner or later")                \
    X(FAILED, "✗", "X", "failed", ROLE_ST_FAILED, TALLY_FAILED, "refused: the details say why")    \
    X(EXPIRED, "×", "x", "expired", ROLE_ST_ENDED, TALLY_ENDED, "its time is up")                  \
    X(CLOSED, "×", "x", "closed", ROLE_ST_ENDED, TALLY_ENDED,                                      \
      "ended by the server, or by who used it")                                                    \
    X(REVOKED, "×", "x", "revoked", ROLE_ST_ENDED, TALLY_ENDED, "no new attach is accepted")       \
    X(ENDED, "×", "x", "ended", ROLE_ST_ENDED, TALLY_ENDED,                                        \
      "no longer listed, for a reason that is not known")

#define STATUS_ENUM(name, glyph, ascii, word, role, tally, help) STATUS_##name,
enum status { STATUSES(STATUS_ENUM) STATUS_COUNT };
#undef STATUS_ENUM

const char *status_glyph(enum status status, enum text_charset charset);

/* "" for STATUS_OTHER, whose word is the server's. */
const char *status_word(enum status status);
const char *status_help(enum status status);
enum role status_role(enum status status);
enum tally status_tally(enum status status);

/* "active", "expiring", ... as the header says it. */
const char *tally_word(enum tally tally);
enum role tally_role(enum tally tally);

#endif
