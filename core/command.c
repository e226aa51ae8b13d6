/* command: see command.h. */
#include "core/command.h"

#include "core/near.h"

#include <string.h>

#define COMMAND_INFO(name, id, word, words, shown, help)                                           \
    [COMMAND_##name] = {word, COMMAND_WORDS_##words, shown, help},
static const struct command_info infos[COMMAND_COUNT] = {
    [COMMAND_DASHBOARD] = {"", COMMAND_WORDS_TARGET, "[SPACE[/RUNTIME]]", "watch and handle them"},
    COMMANDS(COMMAND_INFO)};
#undef COMMAND_INFO

const struct command_info *command_info(enum command command)
{
    return &infos[command];
}

enum command command_find(const char *name)
{
    for (int i = COMMAND_DASHBOARD + 1; i < COMMAND_COUNT; i++) {
        if (strcmp(infos[i].name, name) == 0)
            return (enum command)i;
    }
    return COMMAND_DASHBOARD;
}

const char *command_near(const char *word)
{
    if (strcmp(word, "help") == 0)
        return "--help";
    if (strcmp(word, "version") == 0)
        return "--version";
    for (int i = COMMAND_DASHBOARD + 1; i < COMMAND_COUNT; i++) {
        if (near_name(word, infos[i].name))
            return infos[i].name;
    }
    return NULL;
}
