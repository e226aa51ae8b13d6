/* cmd: the commands of the command line: what each does. One entry each, in cli/cmd_NAME.c. Main
 * thread. */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "cli/program.h"

struct cmd {
    /* Whether its words and options can be meant, before anything is started; NULL: they can. */
    bool (*check)(const struct options *options, struct error *error);
    /* Does it, with the account settled and its key read. An error is printed by the caller, and
     * its kind is then how the program ends. */
    enum exit_code (*run)(struct program *program, struct error *error);
    bool alone; /* it needs neither configuration nor account, or looks at them by itself */
};

#define CMD_DECLARE(name, id, word, words, shown, help) extern const struct cmd cmd_##id;
COMMANDS(CMD_DECLARE)
#undef CMD_DECLARE

/* COMMAND_DASHBOARD: what is printed where there is no screen. */
const struct cmd *cmd_of(enum command command);

bool cmd_check(const struct options *options, struct error *error);

/* What a command that prints a list was asked for. False, with a sentence, where that is wrong. */
bool cmd_wish(struct sheet_wish *wish, const struct options *options, struct error *error);

#endif
