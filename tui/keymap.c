/* keymap: see keymap.h. Few actions with few keys each: a search through all of them is quick. */
#include "tui/keymap.h"

#include "tui/key.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 8 };

struct keys {
    uint32_t list[KEYS_MAX];
    size_t count;
};

struct keymap {
    struct keys of[ACTION_COUNT];
};

/* The line discipline makes signals of these, so they never come as keys; quit is what Ctrl-C does.
 */
static const struct {
    uint32_t key;
    enum action action;
} taken[] = {{'C' - '@', ACTION_QUIT}, {'Z' - '@', ACTION_NONE}, {'\\' - '@', ACTION_NONE}};

static bool keys_have(const struct keys *keys, uint32_t key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->list[i] == key)
            return true;
    return false;
}

enum action keymap_action(const struct keymap *keymap, uint32_t key)
{
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
        if (keys_have(&keymap->of[action], key))
            return (enum action)action;
    return ACTION_NONE;
}

/* Ctrl-letters are pressed by accident, and mean something else in the next program. */
static bool ends_something(enum action action)
{
    return action_info(action)->writes && action != ACTION_CREATE;
}

/* May `action` have this key? */
static bool key_check(const struct keymap *keymap, enum action action, uint32_t key,
                      struct error *error)
{
    char name[KEY_LABEL_BYTES];
    enum action other = keymap_action(keymap, key);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (taken[i].key == key && taken[i].action != action)
            return error_set(error, ERROR_USAGE, "%s is the terminal's own and cannot be bound",
                             key_label(name, key));
    if (key < ' ' && ends_something(action))
        return error_set(error, ERROR_USAGE,
                         "%s cannot be bound to %s: what ends a lease is on no Ctrl-letter",
                         key_label(name, key), action_info(action)->name);
    if (other != ACTION_NONE && other != action)
        return error_set(error, ERROR_USAGE, "%s cannot be bound to %s: it is bound to %s",
                         key_label(name, key), action_info(action)->name, action_info(other)->name);
    return true;
}

static bool key_add(const struct keymap *keymap, enum action action, struct keys *keys,
                    const char *name, size_t length, struct error *error)
{
    uint32_t key = key_parse(name, length);
    if (key == TUI_KEY_NONE)
        return error_set(error, ERROR_USAGE, "\"%.*s\" is not the name of a key",
                         (int)(length < 40 ? length : 40), name);
    if (!key_check(keymap, action, key, error))
        return false;
    if (keys_have(keys, key))
        return true;
    if (keys->count == KEYS_MAX)
        return error_set(error, ERROR_USAGE, "%s has more than %d keys", action_info(action)->name,
                         KEYS_MAX);
    keys->list[keys->count++] = key;
    return true;
}

bool keymap_bind(struct keymap *keymap, enum action action, const char *names, struct error *error)
{
    struct keys keys = {0};
    if (strcmp(names, "none") == 0)
        names = "";
    while (*(names += strspn(names, " ")) != '\0') {
        size_t length = strcspn(names, " ");
        if (!key_add(keymap, action, &keys, names, length, error))
            return false;
        names += length;
    }
    keymap->of[action] = keys;
    return true;
}

struct keymap *keymap_new(void)
{
    struct keymap *keymap = calloc(1, sizeof *keymap);
    for (int action = ACTION_NONE + 1; keymap != NULL && action < ACTION_COUNT; action++) {
        enum action one = (enum action)action;
        bool bound = keymap_bind(keymap, one, action_info(one)->keys, NULL);
        assert(bound);
        (void)bound;
    }
    return keymap;
}

/* A usual key that the file gave to another action. */
static void usual_clash(const struct keymap *keymap, const struct config *config,
                        enum action action, struct problems *problems)
{
    const char *names = action_info(action)->keys;
    char name[KEY_LABEL_BYTES];
    for (size_t length; *names != '\0'; names += length + (names[length] == ' ')) {
        unsigned line;
        length = strcspn(names, " ");
        uint32_t key = key_parse(names, length);
        enum action owner = keymap_action(keymap, key);
        if (owner == ACTION_NONE)
            continue;
        config_keys(config, owner, &line);
        problems_add(problems, line, "%s: %s is a key of %s: give that other keys, or \"none\"",
                     action_info(owner)->name, key_label(name, key), action_info(action)->name);
    }
}

struct keymap *keymap_of(const struct config *config, struct problems *problems)
{
    struct keymap *keymap = calloc(1, sizeof *keymap);
    struct error error;
    unsigned line;
    size_t before = problems->count;
    if (keymap == NULL)
        problems_add(problems, 0, "out of memory");
    for (int i = ACTION_NONE + 1; keymap != NULL && i < ACTION_COUNT; i++) {
        const char *keys = config_keys(config, (enum action)i, &line);
        if (keys != NULL && !keymap_bind(keymap, (enum action)i, keys, &error))
            problems_add(problems, line, "%s: %s", action_info((enum action)i)->name,
                         error.sentence);
    }
    for (int i = ACTION_NONE + 1; keymap != NULL && i < ACTION_COUNT; i++) {
        enum action action = (enum action)i;
        if (config_keys(config, action, &line) == NULL &&
            !keymap_bind(keymap, action, action_info(action)->keys, NULL))
            usual_clash(keymap, config, action, problems);
    }
    if (problems->count == before)
        return keymap;
    keymap_free(keymap);
    return NULL;
}

void keymap_free(struct keymap *keymap)
{
    free(keymap);
}

static char *put_names(const struct keys *keys, size_t most, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < keys->count && i < most; i++) {
        char name[KEY_LABEL_BYTES];
        key_label(name, keys->list[i]);
        size_t more = strlen(name) + (i > 0 ? 1 : 0);
        if (length + more >= size)
            break;
        snprintf(out + length, size - length, "%s%s", i > 0 ? " " : "", name);
        length += more;
    }
    return out;
}

char *keymap_keys(const struct keymap *keymap, enum action action, char *out, size_t size)
{
    return put_names(&keymap->of[action], KEYS_MAX, out, size);
}

void keymap_names(const struct keymap *keymap, struct action_keys *keys)
{
    *keys = (struct action_keys){0};
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
        put_names(&keymap->of[action], 1, keys->of[action], sizeof keys->of[action]);
}

char *keymap_first(const struct keymap *keymap, enum action action, char *out, size_t size)
{
    return put_names(&keymap->of[action], 1, out, size);
}
