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

/* name, glyph, glyph in ASCII, word, role, counted as */
#define STATUSES(X)                                                                                \
    X(ACTIVE, "●", "*", "active", ROLE_ST_ACTIVE, TALLY_ACTIVE)                                    \
    X(EXPIRING, "!", "!", "expiring", ROLE_ST_EXPIRING, TALLY_EXPIRING)                            \
    X(CRITICAL, "!", "!", "expiring", ROLE_ST_CRITICAL, TALLY_EXPIRING)                            \
    X(OVERDUE, "?", "?", "expired?", ROLE_ST_UNKNOWN, TALLY_UNKNOWN)                               \
    X(OTHER, "○", "o", "", ROLE_TEXT, TALLY_UNKNOWN)                                               \
    X(WAITING, "~", "~", "waiting", ROLE_ST_PENDING, TALLY_PENDING)                                \
    X(CREATING, "~", "~", "creating", ROLE_ST_PENDING, TALLY_PENDING)                              \
    X(REVOKING, "-", "-", "revoking", ROLE_ST_PENDING, TALLY_PENDING)                              \
    X(GONE, "?", "?", "gone?", ROLE_ST_UNKNOWN, TALLY_UNKNOWN)                                     \
    X(UNKNOWN, "?", "?", "unknown", ROLE_ST_UNKNOWN, TALLY_UNKNOWN)                                \
    X(FAILED, "✗", "X", "failed", ROLE_ST_FAILED, TALLY_FAILED)                                    \
    X(EXPIRED, "×", "x", "expired", ROLE_ST_ENDED, TALLY_ENDED)                                    \
    X(CLOSED, "×", "x", "closed", ROLE_ST_ENDED, TALLY_ENDED)                                      \
    X(REVOKED, "×", "x", "revoked", ROLE_ST_ENDED, TALLY_ENDED)                                    \
    X(ENDED, "×", "x", "ended", ROLE_ST_ENDED, TALLY_ENDED)

#define STATUS_ENUM(name, glyph, ascii, word, role, tally) STATUS_##name,
enum status { STATUSES(STATUS_ENUM) STATUS_COUNT };
#undef STATUS_ENUM

const char *status_glyph(enum status status, enum text_charset charset);

/* "" for STATUS_OTHER, whose word is the server's. */
const char *status_word(enum status status);
enum role status_role(enum status status);
enum tally status_tally(enum status status);

/* "active", "expiring", ... as the header says it. */
const char *tally_word(enum tally tally);
enum role tally_role(enum tally tally);

#endif
