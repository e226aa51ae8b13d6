/* status: see status.h. */
#include "core/status.h"

#define STATUS_ROW(name, glyph, ascii, word, role, tally, help)                                    \
    [STATUS_##name] = {{glyph, ascii}, word, help, role, tally},
static const struct {
    const char *glyphs[2]; /* by enum text_charset */
    const char *word, *help;
    enum role role;
    enum tally tally;
} statuses[STATUS_COUNT] = {STATUSES(STATUS_ROW)};
#undef STATUS_ROW

const char *status_glyph(enum status status, enum text_charset charset)
{
    return statuses[status].glyphs[charset];
}

const char *status_word(enum status status)
{
    return statuses[status].word;
}

const char *status_help(enum status status)
{
    return statuses[status].help;
}

enum role status_role(enum status status)
{
    return statuses[status].role;
}

enum tally status_tally(enum status status)
{
    return statuses[status].tally;
}

static const struct {
    const char *word;
    enum role role;
} tallies[TALLY_COUNT] = {
    [TALLY_ACTIVE] = {"active", ROLE_ST_ACTIVE},
    [TALLY_EXPIRING] = {"expiring", ROLE_ST_EXPIRING},
    [TALLY_PENDING] = {"pending", ROLE_ST_PENDING},
    [TALLY_UNKNOWN] = {"unknown", ROLE_ST_UNKNOWN},
    [TALLY_FAILED] = {"failed", ROLE_ST_FAILED},
    [TALLY_ENDED] = {"ended", ROLE_ST_ENDED},
};

const char *tally_word(enum tally tally)
{
    return tallies[tally].word;
}

enum role tally_role(enum tally tally)
{
    return tallies[tally].role;
}
