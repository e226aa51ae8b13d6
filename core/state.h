/* state: how things stand with the server, as chips in the header and one sentence below the table.
 * One list: a new state is one line there and the function that tells whether it holds. Pure; any
 * thread. */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include "core/action.h"
#include "core/rows.h"

/* What the states are read from. */
struct state_context {
    const struct snapshot *snapshot; /* NULL: nothing heard yet */
    const struct moment *moment;     /* NULL with it */
    const char *host;
    int64_t wall_ms; /* this machine's wall clock */
    size_t shown;    /* rows of the table */
    bool read_only, resumed;
    const char *audit, *ledger; /* why the file cannot be written; NULL or "": it can */
    enum text_charset charset;
    const struct action_keys *keys; /* what can be pressed, for the sentences; NULL: as usual */
};

enum { STATE_CHIP_BYTES = 64, STATE_SENTENCE_BYTES = 512, STATES_MAX = 20 };

struct state {
    char chip[STATE_CHIP_BYTES];
    enum role role;
    /* Ends in what can be done. May hold text of the server's: clean it before showing. */
    char sentence[STATE_SENTENCE_BYTES];
    bool urgent; /* the sentence is shown by itself, not only on demand */
    bool local;  /* of this machine: the table, also an empty one, is what the server says */
};

/* What the chips mean, for help, the worst first; false beyond the last. */
struct state_info {
    const char *chip, *help;
    enum role role;
};
bool state_info(size_t place, struct state_info *info);

/* Those that hold, the worst first; returns how many of at most STATES_MAX. Fresh data with nothing
 * to say is none. */
size_t states_of(const struct state_context *context, struct state states[STATES_MAX]);

#endif
