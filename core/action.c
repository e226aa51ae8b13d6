/* action: see action.h. */
#include "core/action.h"

#define ACTION_ROW(name, word, keys, group, writes, hint, help)                                    \
    [ACTION_##name] = {word, keys, ACTION_##group, writes, hint, help},
static const struct action_info infos[ACTION_COUNT] = {ACTIONS(ACTION_ROW)};
#undef ACTION_ROW

static const char *const titles[ACTION_GROUPS] = {
    [ACTION_MOVING] = "Moving",
    [ACTION_VIEWING] = "Looking",
    [ACTION_FINDING] = "Finding and marking",
    [ACTION_LEASING] = "Leases",
    [ACTION_PROGRAM] = "Program",
};

const struct action_info *action_info(enum action action)
{
    return &infos[action];
}

const char *action_group_title(enum action_group group)
{
    return titles[group];
}
