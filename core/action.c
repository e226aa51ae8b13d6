/* action: see action.h. */
#include "core/action.h"

#include <stdio.h>
#include <string.h>

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

/* ACTION_NONE if no action has this name of `length` bytes. */
static enum action find(const char *name, size_t length)
{
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
        if (strlen(infos[action].name) == length && memcmp(infos[action].name, name, length) == 0)
            return (enum action)action;
    return ACTION_NONE;
}

void action_keys_usual(struct action_keys *keys)
{
    for (int action = 0; action < ACTION_COUNT; action++) {
        const char *names = action != ACTION_NONE ? infos[action].keys : "";
        snprintf(keys->of[action], ACTION_KEY_BYTES, "%.*s", (int)strcspn(names, " "), names);
    }
}

/* The words for one action, at most `room` bytes of them; returns how many. */
static size_t put_key(char *out, size_t room, enum action action, const struct action_keys *keys,
                      bool format)
{
    const char *key = keys->of[action];
    int length = *key == '\0' ? snprintf(out, room, ":%s", infos[action].name)
                              : snprintf(out, room, "%s%s", format && *key == '%' ? "%" : "", key);
    return (size_t)length < room ? (size_t)length : room - 1;
}

static void fill(char *out, size_t size, const char *text, const struct action_keys *keys,
                 bool format)
{
    size_t used = 0;
    while (*text != '\0' && used + 1 < size) {
        size_t length = *text == '{' ? strcspn(text, "}") : 0;
        enum action action =
            length > 0 && text[length] == '}' ? find(text + 1, length - 1) : ACTION_NONE;
        if (action == ACTION_NONE) {
            out[used++] = *text++;
            continue;
        }
        used += put_key(out + used, size - used, action, keys, format);
        text += length + 1;
    }
    out[used] = '\0';
}

char *action_fill(char *out, size_t size, const char *text, const struct action_keys *keys)
{
    fill(out, size, text, keys, false);
    return out;
}

/* What the compiler cannot see: that filling leaves the conversions as they were. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void action_format(char *out, size_t size, const struct action_keys *keys, const char *format,
                   va_list arguments)
{
    char filled[ACTION_SENTENCE_BYTES];
    fill(filled, sizeof filled, format, keys, true);
    vsnprintf(out, size, filled, arguments);
}
