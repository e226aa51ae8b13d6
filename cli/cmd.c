/* cmd: see cmd.h. */
#include "cli/cmd.h"

#define CMD_PLACE(name, id, word, words, shown, help) [COMMAND_##name] = &cmd_##id,
static const struct cmd *const cmds[COMMAND_COUNT] = {[COMMAND_DASHBOARD] = &cmd_list,
                                                      COMMANDS(CMD_PLACE)};
#undef CMD_PLACE

const struct cmd *cmd_of(enum command command)
{
    return cmds[command];
}

bool cmd_check(const struct options *options, struct error *error)
{
    const struct cmd *cmd = cmds[options->command];
    return cmd->check == NULL || cmd->check(options, error);
}
